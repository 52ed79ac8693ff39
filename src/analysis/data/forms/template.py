"""The form a department fills in: its indicators and breakdowns of a year, one row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.labels import LABELS, STATUS_LABELS, breakdown_name
from analysis.data.forms.look import GREY, HEADER, INPUT, LINE, LOCKED, set_up
from analysis.data.forms.opening import GUIDE, META
from analysis.data.forms.safety import safe_cell
from analysis.data.reported.duties import duties_of, owing_departments
from analysis.data.reported.template import Known, add_rubric, add_sheets
from analysis.exceptions import Text, Where, no_such
from analysis.formats import SCALE, unit_name
from analysis.places import whole
from analysis.plan import Indicator, Plan
from analysis.schema import BREAKDOWNS, SERIES, TOTAL

SHEET = "填报表"
Row = tuple[Indicator, dict[str, str]]
COLUMNS = (  # heading, width
    ("指标编码", 24),
    ("指标名称", 24),
    ("地区编码", 12),
    ("地区", 14),
    ("性别", 7),
    ("年龄", 10),
    ("城乡", 7),
    ("群体", 7),
    ("计量单位", 9),
    ("分子", 12),
    ("分母", 12),
    ("数值", 12),
    ("上年数值", 11),
    ("数据状态", 12),
    ("说明", 24),
    ("口径", 50),
)
_STEPS = (
    "一、请只填写浅黄色单元格：分子、分母、数值、数据状态、说明。灰色单元格已锁定，率由分子和分母自动算出。",
    "二、没有数据的行请在“数据状态”选 M 缺报，并在“说明”写明原因；未填的行视为未报。",
    "三、数据状态：A 正常，P 初步，B 口径变化，E 估计，M 缺报，C 不公开，S 特殊事件。",
    "四、百分数填 86.3，不填 0.863；千分率填 4.5。单位以“计量单位”一列为准；注号可以写在数字后（4.5①），读入说明。",
    "五、教育类指标按学年统计，填学年结束的年份。分性别、分城乡、分街道（镇）之和应等于合计。",
    "六、请勿增删列、改动表头或指标编码；可以增加空行。隐藏的行、列不读取，只列出名称，报送前请取消隐藏。",
    "七、填好后用 Excel 或 WPS 保存为 xlsx 报送统计部门；有误的行连同原因列为待更正，改正后重报即可；"
    "读法不能确定的列为待确认，由人核对。",
)


def write_template(
    path: Path,
    plan: Plan,
    department: str,
    area: str,
    year: int,
    areas: Mapping[str, str],
    last: pd.DataFrame,
    notice: str = "",
    known: Known | None = None,
) -> int:
    """Write a department's form of one year and return the number of rows of its figures.

    Beside the figures stand the sheets of the annual report; a department without an indicator has these alone.

    Parameters
    ----------
    path : Path
        An .xlsx file.
    plan, department, area, year
        What the form is about.
    areas : mapping
        Names of the areas below by code: rows of indicators that are reported by street and town.
    last : DataFrame
        Last year's `OBSERVATIONS`; empty where none are known.
    notice : str
        What every page must say of last year's values, such as that they are simulated; where the form holds none of
        them, nothing is said.
    known : Known, optional
        What is known for the annual report: last year's text, alerts.

    Raises
    ------
    UsageError
        The department has no indicator, measure or target in the plan.
    """
    duties = duties_of(plan, department)
    if not duties.any:
        what = Text("没有要填报的部门", "the plan asks nothing of the department")
        raise no_such(what, department, owing_departments(plan), Where(item="--department"))
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    count = _figures(sheet, plan, department, area, year, areas, last, notice) if duties.figures else 0
    add_sheets(book, plan, duties, year, known or Known())
    if duties.figures:
        _guide(book)
    else:
        book.remove(sheet)
    add_rubric(book)
    about = {"plan": plan.id, "department": department, "year": str(year), "area": area, "form": "1"}
    meta = book.create_sheet(META)
    for key, value in about.items():
        meta.append([key, value])
    meta.sheet_state = "hidden"
    with whole(path) as aside:
        book.save(aside)
    return count


def _figures(
    sheet: Worksheet,
    plan: Plan,
    department: str,
    area: str,
    year: int,
    areas: Mapping[str, str],
    last: pd.DataFrame,
    notice: str,
) -> int:
    """Write the sheet of figures, and return its number of rows."""
    own = [one for one in plan.indicators if one.department == department]
    sheet.title = SHEET
    known_last = {tuple(str(row[k]) for k in SERIES): row["obs_value"] for row in last.to_dict("records")}
    rows = [row for one in own for row in _rows(one, area, areas, plan)]
    shown = any(not pd.isna(known_last.get(tuple(row[k] for k in SERIES))) for _, row in rows)
    _head(sheet, plan, plan.department_name(department).zh, year, notice if shown else "")
    for i, (indicator, row) in enumerate(rows, start=HEADER + 1):
        _fill(sheet, i, indicator, row, known_last.get(tuple(row[k] for k in SERIES)))
    _rules(sheet, [indicator for indicator, _ in rows])
    return len(rows)


def _rows(
    one: Indicator, area: str, areas: Mapping[str, str], plan: Plan
) -> Iterator[tuple[Indicator, dict[str, str]]]:
    """Yield the total, then each breakdown by itself, as the indicator is reported."""
    whole = {"indicator": one.id, "ref_area": area, "area": plan.area_name.zh, **dict.fromkeys(BREAKDOWNS, TOTAL)}
    yield one, whole
    for name in one.disaggregations:
        if name == "street":
            for code, label in areas.items():
                yield one, {**whole, "ref_area": code, "area": label}
        else:
            for code in LABELS.get(name, {}):
                yield one, {**whole, name: code}


def _head(sheet: Worksheet, plan: Plan, department: str, year: int, notice: str) -> None:
    last = get_column_letter(len(COLUMNS))
    sheet["A1"] = f"{plan.title.zh}监测统计填报表（{year}年）"
    sheet["A1"].font = Font("SimHei", 16, bold=True)
    sheet["A1"].alignment = Alignment("center", "center")
    sheet.merge_cells(f"A1:{last}1")
    sheet["A2"] = (
        f"填报部门：{department}        填报人：                负责人：                报出日期：      年   月   日"
    )
    sheet.merge_cells(f"A2:{last}2")
    sheet["A3"] = "浅黄色为填写区；填写方法见“填报说明”。" + (f"上年数值：{notice}。" if notice else "")
    set_up(sheet, COLUMNS, notice, (30, 24))


def _fill(sheet: Worksheet, i: int, one: Indicator, row: Mapping[str, str], last: Any) -> None:
    scale = SCALE.get(one.unit)
    labels = [breakdown_name(name, row[name]).zh for name in ("sex", "age", "residence", "group")]
    rate = f'=IF(AND(ISNUMBER(J{i}),ISNUMBER(K{i}),K{i}<>0),J{i}/K{i}*{scale:g},"")' if scale else None
    counted = bool(scale and one.numerator.zh)
    basis = f"分子：{one.numerator.zh}；分母：{one.denominator.zh}" if counted else one.definition.zh
    values: list[Any] = [one.id, one.name.zh, row["ref_area"], row["area"], *labels, unit_name(one.unit), None, None]
    values += [rate if counted else None, None if last is None or pd.isna(last) else float(last), None, None, basis]
    free = {"数据状态", "说明"} | ({"分子", "分母"} if counted else {"数值"})
    for j, value in enumerate(values, start=1):
        cell = sheet.cell(i, j, value if value == rate else safe_cell(value))
        name = COLUMNS[j - 1][0]
        cell.border, cell.protection = LINE, Protection(locked=name not in free)
        cell.fill = INPUT if name in free else LOCKED
        cell.font = Font("SimSun", 10, color=GREY if name in ("上年数值", "口径") else "000000")
        cell.alignment = Alignment(vertical="center", wrap_text=name in ("指标名称", "口径"))
        if name in ("数值", "上年数值"):
            cell.number_format = f"0.{'0' * one.decimals}" if one.decimals else "0"


def _rules(sheet: Worksheet, indicators: list[Indicator]) -> None:
    """Add the list of statuses and the ranges of numbers."""
    end = HEADER + len(indicators)
    states = DataValidation("list", formula1=f'"{",".join(f"{k} {v.zh}" for k, v in STATUS_LABELS.items())}"')
    states.error, states.errorTitle = "请从列表中选择数据状态", "数据状态"
    counts = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    counts.error, counts.errorTitle = "请填不小于0的数字", "分子、分母"
    states.add(f"N{HEADER + 1}:N{end}")
    counts.add(f"J{HEADER + 1}:K{end}")
    sheet.add_data_validation(states)
    sheet.add_data_validation(counts)
    ranges: dict[tuple[float, float], DataValidation] = {}
    for i, one in enumerate(indicators, start=HEADER + 1):
        low, high = one.lower if one.lower is not None else 0.0, one.upper if one.upper is not None else 1e12
        if (low, high) not in ranges:
            made = DataValidation("decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:.0f}")
            made.error, made.errorTitle, made.allow_blank = f"数值应在{low:g}至{high:g}之间", "数值", True
            ranges[low, high] = made
            sheet.add_data_validation(made)
        ranges[low, high].add(f"L{i}")


def _guide(book: Workbook) -> None:
    guide = book.create_sheet(GUIDE)
    guide["A1"] = "填报说明"
    guide["A1"].font = Font("SimHei", 16, bold=True)
    guide.column_dimensions["A"].width = 100
    for i, step in enumerate(_STEPS, start=3):
        guide.cell(i, 1, step).alignment = Alignment(wrap_text=True, vertical="center")
        guide.cell(i, 1).font = Font("SimSun", 12)
        guide.row_dimensions[i].height = 36
    guide.protection.sheet = True
