"""The tables of a sheet from the top: those with a row a value, and wide ones."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from analysis.data.forms.header import column_of, header_at
from analysis.data.grid.grid import Grid, is_blank
from analysis.data.wide.layout import Layout, is_header, side_by_side, table_at
from analysis.data.wide.meaning import Vocabulary
from analysis.gate.texts import plain

_TITLES = 6  # rows of text above a table that may say something of it


@dataclass(frozen=True)
class Long:
    """A table with a row a value: its header's row, the row after its last, its columns, what stands above."""

    grid: Grid
    header: int
    end: int
    places: dict[str, int]
    titles: list[str] = field(default_factory=list)


def blocks_of(grid: Grid, words: Vocabulary) -> Iterator[Long | Layout | int]:
    """Yield the tables of a sheet; rows that belong to none are yielded by their number, counted from zero."""
    areas = words.areas.codes | set(words.areas.names)
    above: list[tuple[int, str]] = []
    i = 0
    while i < len(grid.rows):
        if all(is_blank(cell) for cell in grid.rows[i]):
            i += 1
            continue
        places = header_at(grid.rows, i, areas)
        if places is not None:
            end = _end_of_long(grid, i, places, words, areas)
            yield Long(grid, i, end, places, [said for _, said in above])
            above, i = [], end
            continue
        made, end = _wide(grid, i, words, above) if is_header(grid, i, words) else ([], i + 1)
        if made:
            yield from made
            above, i = [], end
            continue
        yield i
        above = [
            *above,
            *((j, plain(cell)) for j, cell in enumerate(grid.rows[i]) if isinstance(cell, str) and plain(cell)),
        ]
        above = above[-_TITLES:]
        i += 1


def _wide(grid: Grid, i: int, words: Vocabulary, above: list[tuple[int, str]]) -> tuple[list[Layout], int]:
    made, ends = [], [i + 1]
    spans = side_by_side(grid, i)
    for first, last in spans:
        table, end = table_at(grid, i, first, last, words)
        if table is not None:
            table.titles = [said for j, said in above if len(spans) == 1 or first <= j <= last]
            made.append(table)
            ends.append(end)
    return made, max(ends)


def _end_of_long(grid: Grid, i: int, places: dict[str, int], words: Vocabulary, areas: Collection[str]) -> int:
    """Return the row after the last one of a long table: another header follows, mostly after a blank row."""
    column = places.get("indicator", places.get("indicator_name", 0))
    after_blank = False
    for k in range(i + 1, len(grid.rows)):
        row = grid.rows[k]
        first = row[column] if column < len(row) else None
        if first is None or first == "":
            after_blank = after_blank or all(is_blank(cell) for cell in row)
            if not after_blank:
                continue
        again = isinstance(first, str) and column_of(first) in ("indicator", "indicator_name")
        if (after_blank or again) and (header_at(grid.rows, k, areas) is not None or is_header(grid, k, words)):
            return k
        after_blank = after_blank and all(is_blank(cell) for cell in row)
    return len(grid.rows)
