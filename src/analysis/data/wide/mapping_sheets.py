"""The sheets of the mapping workbook beside the mapping: proposed values, what was set aside, what would be taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.labels import breakdown_name
from analysis.data.forms.safety import safe_cell
from analysis.data.reading import PROPOSED, Reading
from analysis.plan import Plan

MAPPING, VALUES, ASIDE, PREVIEW, GUIDE, LISTS, META = (
    "行列含义",
    "待确认数值",
    "搁置",
    "取数预览",
    "先看这里",
    "_选项",
    "_对应",
)
VALUE_COLUMNS = (
    ("sheet", "工作表", 14), ("cell", "单元格", 10), ("raw", "原文", 16), ("indicator", "指标", 34),
    ("ref_area", "地区", 18), ("time_period", "年份", 8), ("value", "建议读作", 12),
    ("reason", "理由", 60), ("decision", "处理", 10),
)  # fmt: skip
TAKE, REFUSE = "采用", "不采用"
FREE = PatternFill("solid", fgColor="FFF9E5")  # where a person may change a cell
_HEAD = PatternFill("solid", fgColor="DDEBF7")
_PREVIEW_ROWS, _MOST_ASIDE = 1_000, 2_000


def new_sheet(book: Workbook, title: str, columns: Iterable[tuple[str, str, int]], freeze: str) -> Worksheet:
    """Add a sheet with a header of (name, heading, width), ready to be printed on pages in landscape."""
    sheet: Any = book.create_sheet(title)
    first = sheet.cell(1, 1)
    first.font, first.alignment = Font("SimSun", 10), Alignment("left", "top", wrap_text=True)
    sheet.plain_style, sheet.last_row, sheet.free = copy(first._style), 1, frozenset()
    first.fill = FREE
    sheet.free_style = copy(first._style)
    for j, (_, heading, width) in enumerate(columns, start=1):
        cell = sheet.cell(1, j, heading)
        cell.font, cell.fill = Font("SimHei", 10), _HEAD
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(j)].width = width
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = freeze
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    return sheet


def put_row(sheet: Any, values: Sequence[Any]) -> None:
    """Add a row; blank cells are none, and all cells of a sheet share one style: a large table stays quick to write."""
    sheet.last_row += 1  # openpyxl's own count looks through every cell
    for j, value in enumerate(values, start=1):
        if value not in (None, ""):
            sheet.cell(sheet.last_row, j, safe_cell(value))._style = (
                sheet.free_style if j in sheet.free else sheet.plain_style
            )


def indicator_choice(plan: Plan, id: str) -> str:
    """Return an indicator as the list to choose from names it."""
    return f"{id} {plan.indicator(id).name.zh}" if id else ""


def area_choice(code: str, areas: Mapping[str, str]) -> str:
    """Return an area as the list to choose from names it."""
    return f"{code} {areas.get(code, '')}".strip()


def write_values(book: Workbook, reading: Reading, plan: Plan, areas: Mapping[str, str]) -> None:
    """Add the sheet of proposed values, on each of which a person decides."""
    sheet = new_sheet(book, VALUES, VALUE_COLUMNS, "C2")
    rows = reading.quarantined[reading.quarantined["state"] == PROPOSED]
    for row in rows.to_dict("records"):
        proposal = json.loads(row["proposal"])
        raw = "、".join(json.loads(row["raw"])) if row["raw"] else ""
        place = [row["sheet"], row["cell"], raw, plan.indicator(proposal["indicator"]).name.zh]
        about = [area_choice(proposal["ref_area"], areas), proposal["time_period"], proposal["obs_value"]]
        put_row(sheet, [*place, *about, row["reason_zh"], ""])
    rule = DataValidation("list", formula1=f'"{TAKE},{REFUSE}"', allow_blank=True)
    rule.add(f"{get_column_letter(len(VALUE_COLUMNS))}2:{get_column_letter(len(VALUE_COLUMNS))}{max(sheet.max_row, 2)}")
    sheet.add_data_validation(rule)


def write_aside(book: Workbook, reading: Reading) -> None:
    """Add the sheet of what cannot be taken, and of what was left out."""
    sheet = new_sheet(book, ASIDE, (("", "工作表", 14), ("", "单元格", 10), ("", "原文", 24), ("", "原因", 80)), "A2")
    rows = reading.quarantined[reading.quarantined["state"] != PROPOSED]
    for row in rows.head(_MOST_ASIDE).to_dict("records"):
        raw = "、".join(json.loads(row["raw"])) if row["raw"] else ""
        put_row(sheet, [row["sheet"], row["cell"], raw, row["reason_zh"]])
    if len(rows) > _MOST_ASIDE:
        put_row(sheet, ["", "", "", f"……另有 {len(rows) - _MOST_ASIDE} 个"])
    for left in reading.left_out:
        put_row(sheet, [left.where, "", "", f"未读取：{left.what.zh} {left.count}"])


def write_preview(book: Workbook, reading: Reading, plan: Plan, areas: Mapping[str, str]) -> None:
    """Add the sheet of the first values that would be taken."""
    names = (
        ("", "工作表", 14), ("", "行", 6), ("", "指标", 34), ("", "地区", 18), ("", "年份", 8), ("", "性别", 7),
        ("", "城乡", 7),
        ("", "数值", 12), ("", "分子", 10), ("", "分母", 10), ("", "说明", 30),
    )  # fmt: skip
    sheet = new_sheet(book, PREVIEW, names, "A2")
    shown = reading.accepted.head(_PREVIEW_ROWS).astype(object)
    for row in shown.where(shown.notna(), None).to_dict("records"):
        parts = [breakdown_name(name, row[name]).zh for name in ("sex", "residence")]
        about = [
            plan.indicator(row["indicator"]).name.zh,
            area_choice(row["ref_area"], areas),
            row["time_period"],
            *parts,
        ]
        numbers = [row[name] for name in ("obs_value", "numerator", "denominator")]
        sheet.append([safe_cell(v) for v in (row["sheet"], row["row"], *about, *numbers, row["note"])])
    if len(reading.accepted) > _PREVIEW_ROWS:
        sheet.append([f"……共 {len(reading.accepted)} 个数值"])
