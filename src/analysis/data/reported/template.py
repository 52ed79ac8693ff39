"""The sheets of the annual report in a department's form: what it is about filled in, last year's text in grey."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.look import GREY, HEADER, INPUT, LINE, LOCKED, set_up
from analysis.data.forms.safety import safe_cell
from analysis.data.reported.duties import Duties, alerted_targets
from analysis.data.reported.labels import RUBRIC, choice_names
from analysis.data.reported.sheets import NEXT_SHEET, RUBRIC_SHEET, SHEETS, Field, Sheet
from analysis.plan import Plan, Target
from analysis.schema import ALERTS
from analysis.schema.reported import REPORT_TABLES

_SPARE = 10  # empty rows for practices and plans, and for causes where no alert is known
_MOST_TEXT = 2000
_LEVELS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}
_STEPS = (
    "一、请只填写浅黄色单元格；灰色单元格由系统给出，供核对。未填的行视为未报。",
    "二、措施落实：牵头和配合部门各自填报本部门做的部分；落实状态从列表选择，资金注明单位，产出写数量和单位。",
    "三、自评：没有年度数据的目标按下表五个等级自评；全覆盖和项目类目标填已完成数、应完成数（如 13、17），"
    "在“填报表”中已有数据的可以不填。",
    "四、佐证材料：只写文件名，多个文件用分号隔开；文件与本表放在同一文件夹（或其中的“佐证材料”文件夹）一并报送。",
    "五、高于“推进中”的等级须有佐证材料，没有的按“推进中”计，并在评估中注明。",
    "六、原因与对策：对本部门每条预警写明主要原因、上年采取的措施及是否有效、下一步对策。",
    "七、经验做法：写明内容、开始年份、用数字说明的成效和实施地点；下年计划：写明工作、预期目标、资金和时限。",
    "八、可以增加行；请勿改动表头和编码。报送后由统计审核人核对，退回时注明原因，改正后重报。",
)


@dataclass(frozen=True)
class Known:
    """What is known when a form is made.

    Parameters
    ----------
    last : mapping of str to DataFrame
        Last year's tables of the department's report, by name; empty where none are known.
    alerts : DataFrame
        Columns target and level: alerts to be explained.
    notice : str
        What a page must say of last year's text, such as that it is simulated.
    """

    last: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    alerts: pd.DataFrame = field(default_factory=ALERTS.empty)
    notice: str = ""


def add_sheets(book: Workbook, plan: Plan, duties: Duties, year: int, known: Known) -> int:
    """Add the sheets of the annual report to a form, and return how many measures and targets they list."""
    listed = 0
    last = {name: _last(table) for name, table in known.last.items()}
    for sheet in SHEETS:
        rows = list(_rows(sheet, plan, duties, known))
        spare = _SPARE if sheet.about == "number" or (sheet.table.name == "causes" and not rows) else 0
        listed += len(rows) if sheet.table.name in ("measure_reports", "self_assessments") else 0
        page = book.create_sheet(sheet.name)
        own = last.get(sheet.table.name, {})
        rows += [{"number": n + 1} if sheet.about == "number" else {} for n in range(spare)]
        for row in rows:
            row["_last"] = own.get(str(row.get(sheet.about, "")), "")
        put_head(page, sheet, plan, duties.department, year, known.notice if any(row["_last"] for row in rows) else "")
        for i, row in enumerate(rows, start=HEADER + 1):
            fill_row(page, i, sheet, row, unlocked=sheet.about != "number" and not row.get(sheet.about))
        put_rules(page, sheet, HEADER + max(len(rows), 1), year, len(duties.leads) + len(duties.supports))
    return listed


def _rows(sheet: Sheet, plan: Plan, duties: Duties, known: Known) -> Iterator[dict[str, Any]]:
    """Yield what each row of a sheet is about, as far as it is known."""
    if sheet.table.name == "measure_reports":
        for role, several in (("牵头", duties.leads), ("配合", duties.supports)):
            for one in several:
                about = {"measure": one.id, "title": one.title.zh, "_clause": one.clause, "_role": role}
                yield {**about, "money_unit": "万元"}
    elif sheet.table.name == "self_assessments":
        for target in duties.targets:
            yield _of_target(target) | {"total": _total(target)}
    elif sheet.table.name == "causes":
        level = dict(zip(known.alerts["target"], known.alerts["level"], strict=True))
        for target in alerted_targets(plan, duties.department, known.alerts):
            yield _of_target(target) | {"_level": _LEVELS.get(level[target.id], "")}


def _of_target(target: Target) -> dict[str, Any]:
    return {"target": target.id, "title": target.text.zh, "_clause": target.clause}


def _total(target: Target) -> float | None:
    """Return how many a target of a count asks for: 17 schools; a share says no number."""
    counted = target.kind == "milestone" and target.unit == "count" and target.comparison in (">=", ">", "=")
    return target.value if counted and target.value else None


def _last(table: pd.DataFrame) -> dict[str, str]:
    """Return last year's rows as one text each, by what they are about."""
    if not len(table):
        return {}
    name = next(one for one in SHEETS if set(one.table.names) <= set(table.columns))
    return {str(row[name.about]): said_of(name, row) for row in table.to_dict("records")}


def said_of(sheet: Sheet, row: Mapping[Any, Any]) -> str:
    """Return a row of a report in words: the values of its columns, one after the other."""
    parts = []
    for one in sheet.free:
        value = row.get(one.column)
        if one.column in ("money_unit", "output_unit") or value is None or value != value or value == "":
            continue
        names = choice_names(one.column)
        shown = names[str(value)].zh if names else f"{value:g}" if isinstance(value, float) else str(value)
        unit = row.get({"money": "money_unit", "output": "output_unit"}.get(one.column, ""), "")
        units = choice_names("money_unit")
        parts.append(f"{one.heading}：{shown}{units[unit].zh if unit in units else unit}")
    return "；".join(parts)


def put_head(page: Worksheet, sheet: Sheet, plan: Plan, department: str, year: int, notice: str) -> None:
    """Write the title, the headings and the page's settings of a sheet; `department` may be empty."""
    last = get_column_letter(len(sheet.fields))
    page["A1"] = f"{plan.title.zh}{year}年度部门报告：{sheet.name}"
    page["A1"].font, page["A1"].alignment = Font("SimHei", 14, bold=True), Alignment("center", "center")
    who = f"填报部门：{plan.department_name(department).zh}        " if department else ""
    page["A2"] = f"{who}填报人：                负责人："
    page["A3"] = f"浅黄色为填写区；填写方法和评分标准见“{RUBRIC_SHEET}”。" + (f"上年内容：{notice}。" if notice else "")
    for row in (1, 2, 3):
        page.merge_cells(f"A{row}:{last}{row}")
    set_up(page, [(one.heading, one.width) for one in sheet.fields], notice, (28, 30))


def fill_row(page: Worksheet, i: int, sheet: Sheet, row: Mapping[str, Any], unlocked: bool) -> None:
    """Write a row; where it is about nothing yet, its code and text are filled in too."""
    lines = 1
    for j, one in enumerate(sheet.fields, start=1):
        free = one.free or (unlocked and one.column in (sheet.about, "title"))
        cell = page.cell(i, j, safe_cell(row.get(one.column)))
        cell.border, cell.protection = LINE, Protection(locked=not free)
        cell.fill = INPUT if free else LOCKED
        cell.font = Font("SimSun", 9 if one.column == "_last" else 10, color=GREY if _is_grey(one) else "000000")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        lines = max(lines, math.ceil(_wide(str(row.get(one.column) or "")) / (one.width - 1)))
    page.row_dimensions[i].height = min(15 * max(lines, 2), 240)


def _wide(said: str) -> int:
    """Return how wide a text is in signs of a Latin script."""
    return sum(1 if char.isascii() else 2 for char in said)


def _is_grey(one: Field) -> bool:
    return one.column in ("_last", "_clause", "number")


def put_rules(page: Worksheet, sheet: Sheet, end: int, year: int, measures: int) -> None:
    """Add the lists, the limits of numbers, and the length of texts."""
    for j, one in enumerate(sheet.fields, start=1):
        if not one.free:
            continue
        rule = _rule(sheet, one, year, measures)
        rule.allow_blank, rule.errorTitle = True, one.heading
        rule.add(f"{get_column_letter(j)}{HEADER + 1}:{get_column_letter(j)}{end}")
        page.add_data_validation(rule)


def _rule(sheet: Sheet, one: Field, year: int, measures: int) -> DataValidation:
    column = sheet.table.column(one.column) if one.column in sheet.table.names else None
    names = choice_names(one.column) if column is not None and column.choices else {}
    if names:
        found = DataValidation("list", formula1=f'"{",".join(name.zh for name in names.values())}"')
        found.error = "请从列表中选择"
    elif sheet is NEXT_SHEET and one.column == "measure" and measures:
        found = DataValidation("list", formula1=f"{SHEETS[0].name}!$A${HEADER + 1}:$A${HEADER + measures}")
        found.error = "请从列表中选择措施编码，或留空"
    elif one.column == "since":
        found = DataValidation("whole", operator="between", formula1="1949", formula2=str(year))
        found.error = f"请填年份，不晚于{year}"
    elif column is not None and column.kind != "text":
        found = DataValidation("decimal", operator="greaterThanOrEqual", formula1="0")
        found.error = "请填不小于0的数字"
    else:
        found = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(_MOST_TEXT))
        found.error = f"不超过{_MOST_TEXT}字"
    return found


def add_rubric(book: Workbook) -> None:
    """Add the guide: how to fill in, and the rubric of the self-assessment."""
    page = book.create_sheet(RUBRIC_SHEET)
    page["A1"] = "年度部门报告填写说明与自评标准"
    page["A1"].font = Font("SimHei", 14, bold=True)
    for letter, width in zip("ABC", (14, 44, 50), strict=True):
        page.column_dimensions[letter].width = width
    for i, step in enumerate(_STEPS, start=3):
        page.merge_cells(f"A{i}:C{i}")
        page.cell(i, 1, step).font = Font("SimSun", 11)
        page.cell(i, 1).alignment = Alignment(wrap_text=True, vertical="center")
        page.row_dimensions[i].height = 32
    start = 3 + len(_STEPS) + 1
    table: Sequence[tuple[str, str, str]] = [("等级", "含义", "须有的佐证材料")]
    table = [*table, *((one.name.zh, one.says.zh, one.evidence.zh) for one in RUBRIC.values())]
    for i, row in enumerate(table, start=start):
        for j, said in enumerate(row, start=1):
            cell = page.cell(i, j, said)
            cell.border, cell.alignment = LINE, Alignment(wrap_text=True, vertical="center")
            cell.font = Font("SimHei" if i == start or j == 1 else "SimSun", 10)
        page.row_dimensions[i].height = 32
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.protection.sheet = True


def of_department(tables: Mapping[str, pd.DataFrame], department: str, year: int) -> dict[str, pd.DataFrame]:
    """Return the rows of one department and year of each table of reports."""
    out = {}
    for name, table in tables.items():
        if "department" in REPORT_TABLES[name].names:
            out[name] = table[(table["department"] == department) & (table["year"] == year)]
    return out
