"""Tables with a row a value: each row through the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.data.forms.collector import Collector, Place
from analysis.data.forms.opening import Opened
from analysis.data.forms.rows import Context, is_unfilled, observation
from analysis.data.forms.values import SetAside
from analysis.data.forms.years import year_of
from analysis.data.grid import Grid
from analysis.data.grid.grid import address, is_blank
from analysis.data.reading import LeftOut
from analysis.data.wide.blocks import Long
from analysis.data.wide.lines import NOTE
from analysis.exceptions import Text
from analysis.gate.numbers import Number, read_number
from analysis.gate.others import is_expected, title_about_others
from analysis.gate.texts import plain, text
from analysis.schema import BREAKDOWNS

_UNREAD = ("序号", "上年数值", "口径", "STRUCTURE", "STRUCTURE_ID", "ACTION")


def read_long(block: Long, opened: Opened, collector: Collector) -> None:
    """Read a table with a row a value."""
    grid, context, places = block.grid, opened.context, block.places
    year, fault = year_of(grid.name, block.titles, context.year)
    own = replace(context, year=year, year_fault=fault)
    down = _merged_down(grid, block.header)
    doubts = [] if opened.about else _doubts(block, context)
    notes = 0
    for i in range(block.header + 1, block.end):
        row = grid.rows[i]
        if all(is_blank(cell) for cell in row):
            continue
        if _is_note(row):
            notes += 1
            continue
        cells = {
            column: down.get((i, j)) if is_blank(grid.cell(i, j)) and column != "obs_value" else grid.cell(i, j)
            for column, j in places.items()
        }
        if opened.about and is_unfilled(cells):
            continue
        expected = next((cell for cell in row if isinstance(cell, str) and is_expected(cell)), None)
        if expected is not None and not opened.about:
            about = {**cells, "indicator": cells.get("indicator") or cells.get("indicator_name")}
            at = Place(grid.name, i + 1, address(i, places.get("obs_value", places.get("numerator", 0))))
            collector.set_aside(
                about, at, Text(f"本行写明“{plain(expected)}”，不是统计数据", "a row of targets or forecasts"), row
            )
            continue
        _read_row(cells, own, Place(grid.name, i + 1, ""), row, places, collector, doubts)
    if notes:
        collector.left_out.append(LeftOut(Text("注释行", "notes"), grid.name, notes))
    if not opened.about:
        _unread_columns(block, collector)


def _doubts(block: Long, context: Context) -> list[Text]:
    """Return what the sheet's name and titles say against taking the rows: of targets, part of a year, another area."""
    found = []
    for title in (block.grid.name, *block.titles):
        others = title_about_others(title)
        place = "" if {"ref_area", "area_name"} & block.places.keys() else context.areas.another_in(plain(title))
        found += [others] if others else []
        found += [Text(f"标题写的是“{place}”，请核对地区", f"the title says '{place}': which area?")] if place else []
    return found


def _is_note(row: list[Any]) -> bool:
    """Return whether a row is a note below the table: one or two texts, the first of which says so."""
    filled = [cell for cell in row if not is_blank(cell)]
    numbers = any(isinstance(read_number(cell), Number) for cell in filled)
    return len(filled) < 3 and not numbers and NOTE.match(plain(filled[0])) is not None


def _unread_columns(block: Long, collector: Collector) -> None:
    """Name the columns with numbers whose header says nothing that is known."""
    grid = block.grid
    for j, head in enumerate(grid.rows[block.header]):
        if j in block.places.values() or text(head) in _UNREAD:
            continue
        count = sum(
            isinstance(read_number(grid.cell(i, j), grid.comma), Number) for i in range(block.header + 1, block.end)
        )
        if count:
            name = text(head) or "(无表头)"
            what = Text(f"未识别的列“{name}”", f"a column '{name}' that is not known")
            collector.left_out.append(LeftOut(what, f"{grid.name}!{address(block.header, j)}".lstrip("!"), count))


def _read_row(
    cells: dict[str, Any],
    context: Context,
    at: Place,
    row: list[Any],
    places: Mapping[str, int],
    collector: Collector,
    doubts: Sequence[Text] = (),
) -> None:
    def cell_of(column: str) -> Place:
        at_column = places.get(column, places.get("obs_value", 0))
        return replace(at, cell=address(at.row - 1, at_column))

    try:
        one, remarks = observation(cells, context)
    except SetAside as problem:
        found = {
            "indicator": text(cells.get("indicator")) or text(cells.get("indicator_name")),
            "ref_area": text(cells.get("ref_area")) or text(cells.get("area_name")) or context.area,
            **{name: cells.get(name) for name in ("time_period", *BREAKDOWNS)},
        }
        collector.set_aside(found, cell_of(problem.column), problem.reason, row)
        return
    for doubt in doubts:
        remarks.doubt("obs_value", doubt)
    if not remarks.doubts:
        collector.take(one, replace(at, cell=_filled(cells, at.row - 1, places)))
        return
    reasons = [reason for _, reason in remarks.doubts]
    reason = Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons))
    collector.propose(one, cell_of(remarks.doubts[0][0]), reason, row)


def _filled(cells: Mapping[str, Any], i: int, places: Mapping[str, int]) -> str:
    """Return where the value of a row stands: its own cell, and those of the counts it is made from."""
    parts = [name for name in ("obs_value", "numerator", "denominator") if name in places]
    filled = [name for name in parts if not is_blank(cells.get(name))]
    return "、".join(address(i, places[name]) for name in filled or parts[:1])


def _merged_down(grid: Grid, first: int) -> dict[tuple[int, int], Any]:
    """Return what cells say that are merged with one above them."""
    return {
        (i, j): grid.cell(top, left)
        for top, left, bottom, right in grid.merges
        if top > first and left == right
        for i in range(top + 1, bottom + 1)
        for j in (left,)
    }
