"""The ledger as a workbook, out to those who fill it in and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from analysis.data.forms.safety import check_workbook, safe_cell
from analysis.data.store.ledger import LEDGER_STATES
from analysis.exceptions import Text, Where, wrong_data
from analysis.gate.texts import text, written
from analysis.places import shown, whole
from analysis.plan import Plan

COLUMNS = (  # column, heading, width, filled in by the department
    ("id", "编号", 6, False),
    ("level", "预警级别", 9, False),
    ("target", "目标", 34, False),
    ("clause", "条款", 16, False),
    ("department", "牵头部门", 14, False),
    ("notice", "预警依据", 40, False),
    ("measures", "规划已有措施", 34, False),
    ("cause", "原因", 24, True),
    ("measure", "整改措施", 30, True),
    ("support", "配合部门", 14, True),
    ("person", "责任人", 10, True),
    ("deadline", "期限", 12, True),
    ("progress", "进展", 30, True),
    ("evidence", "佐证材料文件名", 20, True),
    ("reviewer", "复核人", 10, False),
    ("state", "状态", 9, False),
)
_LEVELS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}
_HEADER = 2


def write_ledger(path: Path, entries: pd.DataFrame, plan: Plan, notice: str = "") -> int:
    """Write the ledger as xlsx, whole or not at all, and return its number of entries."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "整改台账"
    sheet["A1"] = f"{plan.title.zh}整改台账" + (f"（{notice}）" if notice else "")
    sheet["A1"].font = Font("SimHei", 16, bold=True)
    for j, (_, heading, width, free) in enumerate(COLUMNS, start=1):
        cell = sheet.cell(_HEADER, j, heading)
        cell.font = Font("SimHei", 10)
        cell.fill = PatternFill("solid", fgColor="FFF2CC" if free else "DDEBF7")
        sheet.column_dimensions[get_column_letter(j)].width = width
    for i, row in enumerate(entries.to_dict("records"), start=_HEADER + 1):
        for j, (name, _, _, free) in enumerate(COLUMNS, start=1):
            cell = sheet.cell(i, j, safe_cell(_cell(name, row[name], plan)))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.protection = Protection(locked=not free)
            cell.font = Font("SimSun", 10)
    sheet.freeze_panes = "D3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.protection.sheet = True
    with whole(path) as aside:
        book.save(aside)
    return len(entries)


def _cell(name: str, value: Any, plan: Plan) -> Any:
    if name == "level":
        return _LEVELS[str(value)]
    if name == "state":
        return LEDGER_STATES[str(value)].zh
    if name == "target":
        return plan.target(str(value)).text.zh
    if name == "department":
        return plan.department_name(str(value)).zh
    if name == "measures":
        titles = {one.id: f"{one.title.zh}（{one.clause}）" for one in plan.measures}
        return "；".join(titles.get(id, id) for id in str(value).split(";") if id)
    return value


def read_ledger(path: Path) -> list[dict[str, str]]:
    """Return the rows of a ledger workbook: `id` and what was filled in.

    Raises
    ------
    DataError
        The workbook is unsafe, or has no row of the ledger's headings.
    """
    check_workbook(path)
    book = load_workbook(path, read_only=True, data_only=True)
    rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    book.close()
    names = {heading: name for name, heading, _, _ in COLUMNS}
    head = next((i for i, row in enumerate(rows) if "编号" in [text(cell) for cell in row]), None)
    if head is None:
        raise wrong_data(
            Text("找不到台账表头", "no header of the ledger"),
            Where(file=shown(path)),
            Text("含“编号”的一行", "a row with 编号"),
            Text("请使用 workbench ledger export 写出的表。", "Use the sheet of `workbench ledger export`."),
        )
    places = {names[text(cell)]: j for j, cell in enumerate(rows[head]) if text(cell) in names}
    out = [{name: written(row[j]) for name, j in places.items() if j < len(row)} for row in rows[head + 1 :]]
    return [row for row in out if row.get("id", "").isdigit()]
