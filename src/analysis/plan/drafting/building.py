"""From the reviewed workbook to a plan folder; every fault at once, each with its sheet and cell."""

from __future__ import annotations

import csv
import re
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from analysis.exceptions import DataError, Fault, PlanError, Text, Where, usage
from analysis.gate.texts import unguarded
from analysis.places import CARRIED, PLANS, ROOT, existing, inside, is_workspace, shown, whole
from analysis.plan.drafting import sheets
from analysis.plan.drafting.sheets import BookSheet, code_of
from analysis.plan.model import Plan
from analysis.plan.reader import read_plan
from analysis.plan.tables import ALL

LARGEST = 50 * 1024 * 1024  # bytes of a workbook
_TABLES = {table.name: table for table in ALL}
_BOOK = Text("workbench plan new 写出的工作簿（.xlsx）", "the workbook workbench plan new wrote (.xlsx)")


@dataclass
class _Filled:
    """What a workbook holds: cells by table, the row of the sheet each stands in, faults of its form."""

    head: dict[str, str] = field(default_factory=dict)
    head_cells: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def build_plan(path: Path, out: Path | None = None) -> tuple[Plan, Path]:
    """Write the plan folder of a reviewed workbook and return the plan and the folder.

    Parameters
    ----------
    path : Path
        The workbook.
    out : Path, optional
        The folder, which may not hold another plan; by default one named by the plan's id: in `data/plans/` of the
        workspace, in a clone of the repository beside the workbook.

    Raises
    ------
    UsageError
        There is no such workbook, or `out` holds a plan of another id.
    DataError
        It is no workbook of a plan.
    PlanError
        Every fault of it, each with its sheet and cell; nothing was written.
    """
    filled = _read(path)
    files = _files(filled)
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / "plan"
        _write(folder, files)
        try:
            plan = read_plan(folder)
        except PlanError as error:
            raise PlanError([*filled.faults, *(_placed(one, path, filled) for one in error.faults)]) from None
    if filled.faults:
        raise PlanError(filled.faults)
    own = is_workspace(ROOT) and ROOT != CARRIED
    folder = out if out is not None else inside(PLANS if own else path.parent, plan.id)
    _free(folder, plan.id)
    _write(folder, files)
    return plan, folder


def _free(out: Path, id: str) -> None:
    head = out / "plan.yaml"
    if head.exists() and not re.search(rf"^id: ['\"]?{re.escape(id)}['\"]?$", head.read_text(encoding="utf-8"), re.M):
        raise usage(
            Text("文件夹里已有另一份规划", "the folder holds another plan"),
            Where(file=shown(out), item="--out"),
            Text("空文件夹，或同一编号的规划", "an empty folder, or the plan of the same id"),
            Text("请另选文件夹，或更改规划编号。", "Choose another folder, or another id."),
        )


def _read(path: Path) -> _Filled:
    existing(path, _BOOK)
    if path.stat().st_size > LARGEST:
        raise _no_book(path)
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(one.file_size for one in packed.infolist()) > 4 * LARGEST:
                raise ValueError
        book = load_workbook(path, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parts do
        raise _no_book(path) from error
    if sheets.HEAD not in book.sheetnames:
        raise _no_book(path)
    filled = _Filled()
    for row in book[sheets.HEAD].iter_rows(min_row=2, max_col=3):
        key = _cell(row[0].value)
        if key:
            filled.head[key], filled.head_cells[key] = _cell(row[2].value), f"C{row[0].row}"
    for sheet in sheets.SHEETS:
        _sheet(book, sheet, path, filled)
    book.close()
    return filled


def _no_book(path: Path) -> DataError:
    action = Text("请用 workbench plan new --from 文件 先生成工作簿。", "Make it with workbench plan new --from FILE.")
    return DataError((Fault(Text("不是规划工作簿", "no workbook of a plan"), Where(file=shown(path)), _BOOK, action),))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return unguarded(str(value)).strip()


def _sheet(book: Any, of: BookSheet, path: Path, filled: _Filled) -> None:
    rows, places = filled.rows.setdefault(of.table, []), filled.places.setdefault(of.table, [])
    if of.title not in book.sheetnames:
        filled.faults.append(_form(path, of.title, "A1", Text(f"没有工作表“{of.title}”", f"no sheet {of.title}")))
        return
    sheet = book[of.title]
    at = {column.name: place for column in of.columns if (place := _place(sheet, column.heading))}
    for column in of.columns:
        if column.name not in at and not column.own and column.name == of.key:
            found = Text(f"没有“{column.heading}”列", f"no column {column.heading}")
            filled.faults.append(_form(path, of.title, "A1", found))
    for row in sheet.iter_rows(min_row=2):
        cells = {name: _cell(row[place - 1].value) for name, place in at.items() if place <= len(row)}
        if not any(cells.get(column.name) for column in of.columns if not column.own):
            continue
        if cells.pop("take", "") == sheets.LEAVE:
            continue
        if cells.get("own") and of.table in ("goals", "measures"):
            filled.own[cells.get("id", "")] = cells["own"]
        rows.append({name: _codes(name, cell, of) for name, cell in cells.items()})
        places.append(row[0].row)


def _place(sheet: Any, heading: str) -> int:
    return next((cell.column for cell in sheet[1] if _cell(cell.value) == heading), 0)


def _codes(name: str, cell: str, of: BookSheet) -> str:
    if name in sheets.SEVERAL:
        return ";".join(code_of(name, one.strip()) for one in re.split("[;；]", cell) if one.strip())
    return cell if name == of.key and name != "indicator" else code_of(name, cell)


def _form(path: Path, sheet: str, cell: str, found: Text) -> Fault:
    return Fault(
        found,
        Where(file=shown(path), item=f"{sheet}!{cell}"),
        Text("与生成时相同的工作表和表头", "the sheets and headings as they were made"),
        Text("请恢复原有名称，或重新生成工作簿。", "Give them their names again, or make the workbook anew."),
    )


def _files(filled: _Filled) -> dict[str, str]:
    """Return the files of the plan folder by name."""
    files = {"plan.yaml": _head(filled)}
    for name, table in _TABLES.items():
        text = StringIO()
        writer = csv.DictWriter(text, table.names, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows([{key: row.get(key, "") for key in table.names} for row in filled.rows.get(name, [])])
        files[f"{name}.csv"] = text.getvalue()
    return files


def _head(filled: _Filled) -> str:
    said = filled.head
    plain = ("id", "title_zh", "title_en", "area", "area_name_zh", "area_name_en")
    head: dict[str, Any] = {
        key: said.get(key, "") for key in plain if said.get(key) or key in ("id", "title_zh", "area")
    }
    for key in ("start_year", "end_year", "baseline_year"):
        head[key] = _year(said.get(key, ""))
    head["milestones"] = [_year(one) for one in re.split("[;；、,，]", said.get("milestones", "")) if one.strip()]
    head["partial"] = said.get("partial", "") in ("是", "yes", "true")
    if said.get("source_title"):
        parts = ("title", "publisher", "date", "address")
        head["sources"] = [{"id": "来源1", **{part: said.get(f"source_{part}", "") for part in parts}}]
    head["domains"] = [
        {key: row[key] for key in ("id", "title_zh", "title_en") if row.get(key) or key != "title_en"}
        for row in filled.rows.get("domains", [])
    ]
    return str(yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=1000))


def _year(text: str) -> int | str:
    return int(text) if re.fullmatch(r"\d{4}", text.strip()) else text.strip()


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        with whole(inside(folder, name)) as aside:
            aside.write_text(text, encoding="utf-8", newline="")


def _placed(fault: Fault, path: Path, filled: _Filled) -> Fault:
    """Return a fault of a plan's file as one of the workbook: with the sheet and the cell it stems from."""
    name = Path(fault.where.file or "").name
    if name == "plan.yaml":
        key = (fault.where.item or "").split(".")[0]
        sheet, cell = (
            (sheets.DOMAINS.title, "A1") if key == "domains" else (sheets.HEAD, filled.head_cells.get(key, "C1"))
        )
        return _moved(fault, path, f"{sheet}!{cell}")
    of = next((one for one in sheets.SHEETS if f"{one.table}.csv" == name), None)
    if of is None:
        return _moved(fault, path, fault.where.item or "")
    places = filled.places.get(of.table, [])
    row = fault.where.row
    at = places[row - 2] if row is not None and 2 <= row < len(places) + 2 else 1
    column = of.place(fault.where.column or "") or of.place(of.key)
    item = f"{of.title}!{get_column_letter(column)}{at}"
    return _moved(fault, path, item + (f"（{fault.where.item}）" if fault.where.item else ""))


def _moved(fault: Fault, path: Path, item: str) -> Fault:
    return Fault(fault.found, Where(file=shown(path), item=item), fault.expected, fault.action)
