"""Reading the sheets of a department's annual report: every row taken, asked about or set aside, with its cell."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.data.forms.collector import Collector, Place
from analysis.data.forms.values import SetAside
from analysis.data.grid.grid import Grid, address, is_blank
from analysis.data.reading import LeftOut
from analysis.data.reported.labels import BY_TEXT, label
from analysis.data.reported.rows import Given, read_row
from analysis.data.reported.sheets import ALL_SHEETS, SHEETS, Sheet, header_of
from analysis.exceptions import Text, listed
from analysis.gate.texts import text
from analysis.schema.reported import REPORT_TABLES

_PLACE = ("sheet", "row", "cell")


@dataclass
class Reports:
    """Collects the rows of a file's report sheets; what is asked about or set aside goes to the file's collector."""

    collector: Collector
    given: Given
    taken: dict[str, list[tuple[dict[str, Any], Place]]] = field(default_factory=lambda: defaultdict(list))
    seen: set[str] = field(default_factory=set)  # names of the tables whose sheets were there

    def read(self, grid: Grid, own_form: bool) -> bool:
        """Read a grid where it is a sheet of the report, and return whether it is one.

        Parameters
        ----------
        grid : Grid
        own_form : bool
            The workbook is a form of `workbench template`: a sheet of the report's name without headings is one too,
            its rows are set aside.
        """
        found = header_of(grid.name, grid.rows)
        if found is None:
            named = next((one for one in ALL_SHEETS if one.name == text(grid.name)), None)
            if named is None or not own_form:
                return False
            self.seen.add(named.table.name)
            self._without_header(grid, named)
            return True
        sheet, header, places = found
        self.seen.add(sheet.table.name)
        self._above(grid, header)
        for i in range(header + 1, len(grid.rows)):
            self._row(grid, sheet, places, i, i - header)
        return True

    def _above(self, grid: Grid, header: int) -> None:
        rows = sum(any(not is_blank(cell) for cell in row) for row in grid.rows[:header])
        if rows and not self.given.form:  # what stands above the headers of a form is its own
            self.collector.left_out.append(LeftOut(Text("表头以上的文字", "text above the header"), grid.name, rows))

    def _row(self, grid: Grid, sheet: Sheet, places: Mapping[str, int], i: int, number: int) -> None:
        row = grid.rows[i]
        cells = {column: grid.cell(i, j) for column, j in places.items()}
        free = {one.column for one in sheet.free}
        filled = [column for column in places if column in free and not is_blank(cells[column])]
        if set(filled) <= {"money_unit", "total"}:  # the form gives them
            named = any(not is_blank(cells.get(column)) for column in (sheet.about, "title"))
            if any(not is_blank(cell) for cell in row) and not named:
                self.collector.left_out.append(
                    LeftOut(Text("表格以外的文字", "text outside the table"), f"{grid.name}!{i + 1}", 1)
                )
            return
        place = Place(grid.name, i + 1, address(i, places[filled[0]]))
        found = {"indicator": _label(sheet, cells.get(sheet.about), cells.get("title")), **self.given.found}
        try:
            made, doubts = read_row(sheet, cells, self.given, number)
        except SetAside as fault:
            at = place if fault.column not in places else Place(grid.name, i + 1, address(i, places[fault.column]))
            self.collector.set_aside(found, at, fault.reason, row)
            return
        found["indicator"] = label(sheet.table.name, made)
        if doubts:
            column, reason = doubts[0][0], Text("；".join(d.zh for _, d in doubts), "; ".join(d.en for _, d in doubts))
            at = place if column not in places else Place(grid.name, i + 1, address(i, places[column]))
            self.collector.propose({**found, **made, "table": sheet.table.name}, at, reason, row)
        else:
            self.taken[sheet.table.name].append((made, place))

    def _without_header(self, grid: Grid, sheet: Sheet) -> None:
        """Set aside every row with something in it: without headings nobody knows what it says."""
        heads = "、".join(one.heading for one in sheet.fields if not one.column.startswith("_"))
        reason = Text(f"找不到表头（{heads}）", f"no header ({', '.join(one.column for one in sheet.fields)})")
        for i, row in enumerate(grid.rows):
            first = next((j for j, cell in enumerate(row) if not is_blank(cell)), None)
            if first is not None:
                self.collector.set_aside({}, Place(grid.name, i + 1, address(i, first)), reason, row)

    def remarks(self) -> list[Text]:
        """Return what is to be said of a form that has lost some of its sheets: they count as not reported."""
        gone = [one.name for one in SHEETS if one.table.name not in self.seen]
        if not self.given.form or not self.seen & {one.table.name for one in SHEETS} or not gone:
            return []
        return [Text("缺少工作表，视为未报：", "sheets that are missing count as not reported: ") + listed(gone)]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the rows taken by table, through its gate, each with sheet, row and cell; what occurs twice is out."""
        out = {}
        for name, rows in self.taken.items():
            kept = self._once(name, rows)
            if kept:
                frame = pd.DataFrame([row for row, _ in kept])
                table = REPORT_TABLES[name]
                placed = frame.assign(**{n: [getattr(at, n) for _, at in kept] for n in _PLACE})
                built = table.build(frame.reindex(columns=table.names))
                out[name] = built.merge(placed[[*table.key, *_PLACE]], on=list(table.key), how="left")
        return out

    def _once(self, name: str, rows: Sequence[tuple[dict[str, Any], Place]]) -> list[tuple[dict[str, Any], Place]]:
        """Set aside what stands in several places: the same but once, different contents all."""
        table, several, numbered = REPORT_TABLES[name], defaultdict(list), BY_TEXT.get(name)
        for row, at in rows:
            several[tuple(row[column] for column in ([numbered] if numbered else table.key))].append((row, at))
        kept = []
        for same in several.values():
            where = "、".join(f"{at.sheet}!{at.cell}" for _, at in same)
            alike = len({json.dumps({**row, "number": 0}, sort_keys=True) for row, _ in same}) == 1
            said = ("内容相同", "the same") if alike else ("内容不同", "different")
            reason = Text(f"同一项填报了多次，{said[0]}（{where}）", f"reported more than once, {said[1]} ({where})")
            kept += same[:1] if alike or len(same) == 1 else []
            for row, at in same[1:] if alike else same if len(same) > 1 else []:
                self.collector.set_aside({"indicator": label(name, row), **self.given.found}, at, reason)
        if numbered:
            kept = [({**row, "number": n}, at) for n, (row, at) in enumerate(kept, start=1)]
        return kept


def _label(sheet: Sheet, about: Any, title: Any) -> str:
    return "/".join(part for part in (sheet.table.name, text(about) or text(title)[:40]) if part)
