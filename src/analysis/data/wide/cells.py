"""The numbers of a wide table through the gate, by the meanings of their rows and columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.data.forms.collector import Collector, Place
from analysis.data.forms.rows import Context, another, observation
from analysis.data.forms.values import SetAside
from analysis.data.grid.grid import address, is_blank
from analysis.data.reading import LeftOut
from analysis.data.wide.meaning import FIELDS, Meaning
from analysis.data.wide.tables import WideTable
from analysis.exceptions import Text
from analysis.gate.numbers import Number, read_number
from analysis.gate.texts import plain
from analysis.gate.units import measure
from analysis.schema import BREAKDOWNS

_Key = tuple[Any, ...]
_COUNTERS = ("序号", "编号", "no", "no.")
_PARTS = ("obs_value", "numerator", "denominator")


def read_table(table: WideTable, context: Context, collector: Collector, confirmed: bool = False) -> None:
    """Send every filled cell of a table through the gate.

    Parameters
    ----------
    table : WideTable
    context : Context
        Of the sheet.
    collector : Collector
        Takes observations, what is proposed, what is set aside, and the count of what was left out.
    confirmed : bool
        A person has seen the mapping: units of rows and columns are then converted without asking for each number.
    """
    left: Counter[Text] = Counter()
    inside = _merged_cells(table)
    unused = {j: _unused(one, "列", "column") for j, one in table.columns.items()}
    whole = _unused(table.whole, "标题", "title")
    alike = {j: tuple(getattr(one, name) for name in SAME) for j, one in table.columns.items()}
    bare = not any(one.measure for one in (table.whole, *table.rows.values(), *table.columns.values()))
    for k, row in table.rows.items():
        groups: dict[_Key, dict[str, int]] = {}
        known: dict[_Key, dict[str, Any]] = {}  # what was taken of this row, by the meaning of its column
        why = _unused(row, "行", "row") or whole
        for j, column in table.columns.items():
            cell = table.layout.grid.cell(k, j)
            if is_blank(cell):
                left[_COVERED if (k, j) in inside else _BLANK] += 1
                continue
            like = known.get(alike[j])
            if like is not None and unused[j] is None and (k, j) not in inside:
                one = another(like, cell, row.year or column.year or table.whole.year, context)
                if one is not None:
                    collector.take(one, Place(table.sheet, k + 1, address(k, j)))
                    continue
            said = {name: getattr(row, name) or getattr(column, name) or getattr(table.whole, name) for name in FIELDS}
            reason = why or unused[j] or _unusable(said, row, column, table, (k, j) in inside)
            if reason is not None:
                collector.set_aside(_found(said), Place(table.sheet, k + 1, address(k, j)), reason, [cell])
                continue
            part = said.pop("measure") or "obs_value"
            if bare:  # every number is an observation of its own
                taken = _read(table, said, k, {part: j}, context, collector, confirmed)
                if taken is not None:
                    known[alike[j]] = taken
                continue
            key = tuple(said.values())
            if part in groups.setdefault(key, {}):
                groups[(*key, j)] = {part: j}
            else:
                groups[key][part] = j
        for key, parts in groups.items():
            _read(table, dict(zip(_SAID, key, strict=False)), k, parts, context, collector, confirmed)
    name = f"{table.sheet}!{address(table.layout.header[0], table.layout.span[0])}".lstrip("!")
    for j in table.layout.texts:
        _unread_text(table, j, collector)
    collector.left_out += [LeftOut(what, name, count) for what, count in left.items()]


_SAID = tuple(name for name in FIELDS if name != "measure")
SAME = tuple(name for name in FIELDS if name != "year")
_BLANK = Text("空白格", "blank cells")
_COVERED = Text("被合并的格", "cells covered by a merged one")


def _unused(one: Meaning, zh: str, en: str) -> Text | None:
    if one.use:
        return None
    why = one.why or Text("不取", "left out")
    return Text(f"{zh}“{one.label}”：{why.zh}", f"{en} '{one.label}': {why.en}")


def _unread_text(table: WideTable, j: int, collector: Collector) -> None:
    """Count the numbers of a column that is not read, such as 排名; those of a running number are none."""
    grid = table.layout.grid
    head = next((plain(grid.cell(k, j)) for k in table.layout.header if not is_blank(grid.cell(k, j))), "")
    count = sum(isinstance(read_number(grid.cell(k, j), grid.comma), Number) for k in table.layout.rows)
    if count and head.lower() not in _COUNTERS:
        what = Text(f"不取数的列“{head}”", f"a column '{head}' that gives no values")
        collector.left_out.append(
            LeftOut(what, f"{table.sheet}!{address(table.layout.header[0], j)}".lstrip("!"), count)
        )


def _unusable(said: Mapping[str, Any], row: Meaning, column: Meaning, table: WideTable, merged: bool) -> Text | None:
    if row.indicator and column.indicator and row.indicator != column.indicator:
        return Text("行和列说的是两个指标", "row and column name two indicators")
    if row.unit and column.unit and measure(row.unit) != measure(column.unit):
        zh = f"行的单位“{row.unit}”与列的单位“{column.unit}”不一致"
        return Text(zh, f"the unit of the row is '{row.unit}', that of the column '{column.unit}'")
    if not said["indicator"]:
        return Text("不知道是哪个指标", "no indicator is named")
    if not said["year"]:
        return table.year_fault or Text("没有年份", "no year")
    return Text("合并的单元格跨多行或多列", "a merged cell over several rows or columns") if merged else None


def _found(said: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: said[name] for name in BREAKDOWNS}
    return {"indicator": said["indicator"], "ref_area": said["area"], "time_period": said["year"] or "", **own}


def _merged_cells(table: WideTable) -> set[tuple[int, int]]:
    """Return the cells of numbers that belong to a merged range."""
    return {
        (k, j)
        for top, left, bottom, right in table.layout.grid.merges
        for k in range(top, bottom + 1)
        for j in range(left, right + 1)
        if k in table.rows and j in table.columns
    }


def _read(
    table: WideTable,
    said: dict[str, Any],
    k: int,
    parts: dict[str, int],
    context: Context,
    collector: Collector,
    confirmed: bool,
) -> dict[str, Any] | None:
    """Send one observation through the gate: its value, numerator and denominator stand in columns of one row.

    Returned is what was taken without any remark: what holds for it holds for the other years of its row.
    """
    cells: dict[str, Any] = {**_found(said), "unit": said["unit"]}
    for part, j in parts.items():
        cells[part] = table.layout.grid.cell(k, j)
    order = [part for part in _PARTS if part in parts]
    place = Place(table.sheet, k + 1, "、".join(address(k, parts[part]) for part in order))
    raw = [cells[part] for part in order]
    try:
        one, remarks = observation(cells, context)
    except SetAside as problem:
        collector.set_aside(cells, place, problem.reason, raw)
        return None
    doubts = [(column, reason) for column, reason in remarks.doubts if not (confirmed and column == "unit")]
    if confirmed and len(doubts) < len(remarks.doubts):
        shown = "、".join(str(cell) for cell in raw)
        one["note"] = "；".join(part for part in (one["note"], f"原值 {shown}{said['unit']}") if part)
    if not doubts:
        collector.take(one, place)
        return None if remarks.doubts or remarks.notes or one["obs_value"] is None else one
    reason = Text("；".join(why.zh for _, why in doubts), "; ".join(why.en for _, why in doubts))
    collector.propose(one, place, reason, raw)
    return None
