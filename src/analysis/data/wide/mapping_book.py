"""The mapping workbook: what each row and column was taken for, how sure, what it needs; filled in by a person."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.labels import breakdown_name
from analysis.data.forms.safety import safe_cell
from analysis.data.grid.grid import address
from analysis.data.reading import PROPOSED, Reading
from analysis.data.wide.confirmed import slots
from analysis.data.wide.mapping_sheets import (
    FREE,
    GUIDE,
    LISTS,
    MAPPING,
    META,
    area_choice,
    indicator_choice,
    new_sheet,
    put_row,
    write_aside,
    write_preview,
    write_values,
)
from analysis.data.wide.meaning import ASK, FIELDS, LIKELY, SURE, Meaning
from analysis.data.wide.tables import WideTable
from analysis.formats import unit_name
from analysis.places import whole
from analysis.plan import Plan

COLUMNS = (  # name, heading, width; the names of `Meaning` where they are filled in
    ("table", "表", 7),
    ("kind", "行或列", 8),
    ("place", "位置", 7),
    ("label", "原文", 34),
    ("use", "取否", 8),
    ("sure", "把握", 9),
    ("why", "需要核对的", 60),
    ("indicator", "指标", 38),
    ("area", "地区", 20),
    ("year", "年份", 8),
    ("sex", "性别", 8),
    ("residence", "城乡", 8),
    ("age", "年龄", 10),
    ("group", "群体", 8),
    ("measure", "数值、分子或分母", 12),
    ("unit", "原表单位", 10),
    ("own_unit", "指标单位", 10),
)
KINDS = {"whole": "全表", "column": "列", "row": "行"}
MEASURES = {"obs_value": "数值", "numerator": "分子", "denominator": "分母"}
YES, NO, OPEN = "取", "不取", "待定"
SURENESS = {SURE: "确定", LIKELY: "请核对", ASK: "不取数"}
_COLOURS = {LIKELY: "FFF2CC", ASK: "F8CBAD"}
_STEPS = (
    "一、本表由系统读表时自动写出，尚未存入任何数据。请核对后保存，再执行下面的命令存入。",
    "二、“行列含义”列出每一行、每一列被理解成什么。白色为确定；黄色请核对；橙色没有认出或不是统计数值，请选择指标等，或选“不取”。",
    "三、“取否”一栏：取、不取、待定。待定的行列不读取，其数值列入待更正。浅黄色各栏可以修改，均有下拉选项。",
    "四、“待确认数值”列出读法有疑问的数值，请在“处理”栏选采用或不采用；未选的留待以后确认。",
    "五、“搁置”列出不能读取的数值及原因，请在原表中更正后重新报送，或在此调整行列含义。",
    "六、“取数预览”是按目前理解将存入的数值，可抽查。确认后的对应关系会保存，下次同样式的表不再询问。",
)


def write_mapping(
    path: Path, reading: Reading, tables: Sequence[WideTable], plan: Plan, areas: Mapping[str, str], area: str = ""
) -> int:
    """Write the mapping of a file, whole or not at all, and return how many rows and columns a person has to look at.

    Parameters
    ----------
    path : Path
        An .xlsx file.
    reading : Reading
        What would be taken by the mapping as it stands.
    tables : sequence of WideTable
    plan, areas
        Indicators and areas to choose from; areas are names by code.
    area : str
        The code of the area that numbers without one are about.
    """
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    named = {plan.area: plan.area_name.zh, **areas}
    open_ = _mapping(book, tables, plan, named)
    write_values(book, reading, plan, named)
    write_aside(book, reading)
    write_preview(book, reading, plan, named)
    _guide(guide, path, reading, tables, open_)
    _lists(book, plan, named)
    meta = book.create_sheet(META)
    for key, value in {
        "file": reading.file,
        "sha256": reading.sha256,
        "plan": plan.id,
        "area": area or plan.area,
    }.items():
        meta.append([key, value])
    meta.append(["shapes", json.dumps({str(table.number): table.shape for table in tables})])
    meta.sheet_state = "hidden"
    with whole(path) as aside:
        book.save(aside)
    return open_


def _coloured(sheet: Worksheet, columns: int, by: str, colours: Mapping[str, str]) -> None:
    """Colour whole rows by what a column says, as it stands or is changed to."""
    area = f"A2:{get_column_letter(columns)}{max(sheet.max_row, 2)}"
    for said, colour in colours.items():
        fill = PatternFill(bgColor=colour, fill_type="solid")
        sheet.conditional_formatting.add(area, FormulaRule(formula=[f'${by}2="{said}"'], fill=fill))


def _mapping(book: Workbook, tables: Sequence[WideTable], plan: Plan, areas: Mapping[str, str]) -> int:
    sheet: Any = new_sheet(book, MAPPING, COLUMNS, "E2")
    sheet.free = frozenset(j for j, (name, _, _) in enumerate(COLUMNS, start=1) if name == "use" or name in FIELDS)
    open_ = 0
    for alike in _alike(tables):
        for table in alike:
            for (kind, place), one in slots(table):
                if kind == "whole" or table is alike[0]:  # rows and columns of tables that are alike stand once
                    open_ += one.sure != SURE
                    row = [_said(name, table, kind, place, one, plan, areas) for name, _, _ in COLUMNS]
                    row[0] = numbers_of([table] if kind == "whole" else alike)
                    put_row(sheet, row)
    last = max(sheet.max_row, 2)
    for name, choices in _choices().items():
        j = _letter(name)
        rule = DataValidation("list", formula1=choices, allow_blank=True)
        rule.add(f"{j}2:{j}{last}")
        sheet.add_data_validation(rule)
    _coloured(sheet, len(COLUMNS), _letter("sure"), {SURENESS[sure]: colour for sure, colour in _COLOURS.items()})
    for name, _, _ in COLUMNS:
        if name == "use" or name in FIELDS:
            sheet.column_dimensions[_letter(name)].fill = FREE
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{last}"
    return open_


def _letter(name: str) -> str:
    return str(get_column_letter([column[0] for column in COLUMNS].index(name) + 1))


def _choices() -> dict[str, str]:
    return {
        "use": f'"{YES},{NO},{OPEN}"',
        "indicator": f"'{LISTS}'!$A$1:$A$2000",
        "area": f"'{LISTS}'!$B$1:$B$5000",
        "sex": '"男,女,合计"',
        "residence": '"城镇,农村,合计"',
        "measure": f'"{",".join(MEASURES.values())}"',
    }


def _alike(tables: Sequence[WideTable]) -> list[list[WideTable]]:
    """Return the tables in groups: those of which all rows and columns mean the same stand together."""
    groups: dict[str, list[WideTable]] = {}
    for table in tables:
        groups.setdefault(repr((table.columns, table.rows)), []).append(table)
    return list(groups.values())


def numbers_of(tables: Sequence[WideTable]) -> str:
    """Return the numbers of tables as the workbook writes them: 3, or 1—12, or 1、3、5."""
    own = [table.number for table in tables]
    if len(own) > 2 and own == list(range(own[0], own[0] + len(own))):
        return f"{own[0]}—{own[-1]}"
    return "、".join(map(str, own))


def _said(
    name: str, table: WideTable, kind: str, place: int, one: Meaning, plan: Plan, areas: Mapping[str, str]
) -> Any:
    if name == "table":
        return table.number
    if name == "kind":
        return KINDS[kind]
    if name == "place":
        if kind == "whole":
            return table.sheet or "—"
        return get_column_letter(place + 1) if kind == "column" else place + 1
    if name == "label" and kind == "whole":
        return "；".join([table.sheet, *table.layout.titles]).strip("；")
    if name == "use":
        return YES if one.use else NO if one.sure == ASK else OPEN
    if name == "sure":
        return SURENESS[one.sure]
    if name == "why":
        reasons = [why.zh for why in (one.why, table.year_fault if kind == "whole" else None) if why]
        return "；".join(reasons)
    if name == "indicator":
        return indicator_choice(plan, one.indicator)
    if name == "area":
        return area_choice(one.area, areas)
    if name == "measure":
        return MEASURES.get(one.measure, "")
    if name == "own_unit":
        return unit_name(plan.indicator(one.indicator).unit) if one.indicator else ""
    value = getattr(one, name)
    return breakdown_name(name, value).zh


def _guide(guide: Worksheet, path: Path, reading: Reading, tables: Sequence[WideTable], open_: int) -> None:
    guide.title = GUIDE
    guide.column_dimensions["A"].width = 110
    guide.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    guide.page_setup.fitToHeight = 0
    proposed = int((reading.quarantined["state"] == PROPOSED).sum())
    lines = [
        f"{reading.file} 的行列含义对应表",
        f"识别出 {len(tables)} 张表，请核对的行列 {open_} 处。按目前理解：可取数值 {len(reading.accepted)} 个，"
        f"待确认 {proposed} 个，搁置 {len(reading.quarantined) - proposed} 个。",
        *(_about(table) for table in tables),
        "",
        *_STEPS,
        "",
        f"核对后执行：workbench ingest {reading.file} --mapping {path.name}",
    ]
    for i, line in enumerate(lines, start=1):
        cell = guide.cell(i, 1, safe_cell(line))
        cell.font = Font("SimHei", 16, bold=True) if i == 1 else Font("SimSun", 12)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        guide.row_dimensions[i].height = 30 if len(line) > 50 or i == 1 else 20


def _about(table: WideTable) -> str:
    first, last = table.layout.span
    place = f"{address(table.layout.header[0], first)}—{address(max(table.layout.rows), last)}"
    return f"表{table.number}：{table.sheet or '（文本文件）'} {place}，{len(table.rows)} 行 × {len(table.columns)} 列"


def _lists(book: Workbook, plan: Plan, areas: Mapping[str, str]) -> None:
    sheet = book.create_sheet(LISTS)
    indicators = [indicator_choice(plan, one.id) for one in plan.indicators]
    codes = [area_choice(code, areas) for code in sorted(areas)]
    for i in range(max(len(indicators), len(codes))):
        sheet.append([one[i] if i < len(one) else None for one in (indicators, codes)])
    sheet.sheet_state = "hidden"
