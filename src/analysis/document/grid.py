"""The places of a table's cells: which cell stands where once spans are counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analysis.document.model import Cell, Row, Table


class Overlap(ValueError):
    """Two cells cover one place."""


class Placed(NamedTuple):
    """A cell with the place of its upper left corner; rows and columns are counted from 0."""

    row: int
    column: int
    cell: Cell


def grid(rows: Sequence[Row]) -> list[Placed]:
    """Return the cells of rows with their places, by the rule of HTML: each takes the next free place of its row.

    Raises
    ------
    Overlap
        A cell covers a place that is taken from above.
    """
    taken: set[tuple[int, int]] = set()
    out: list[Placed] = []
    for at, row in enumerate(rows):
        column = 0
        for cell in row:
            while (at, column) in taken:
                column += 1
            own = {
                (at + down, column + right)
                for down in range(min(cell.rowspan, len(rows) - at))
                for right in range(cell.colspan)
            }
            if own & taken:
                raise Overlap
            taken |= own
            out.append(Placed(at, column, cell))
            column += cell.colspan
    return out


def width(table: Table) -> int:
    """Return the number of columns of a table."""
    return max((one.column + one.cell.colspan for rows in (table.header, table.rows) for one in grid(rows)), default=0)


def align_of(table: Table, placed: Placed) -> str:
    """Return how a cell of the body is aligned: by itself, else by its column."""
    return placed.cell.align or (table.align[placed.column] if placed.column < len(table.align) else "")
