"""A sheet as a grid of cells, whatever kind of file it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from analysis.data.reading import LeftOut
from analysis.exceptions import Text
from analysis.gate.texts import Uncomputed, plain

_SUPERSCRIPTS = str.maketrans("0123456789()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
Place = tuple[int, int]


def superscript(text: str) -> str:
    """Return the text of a superscript run in characters that stay a mark once the run's format is gone."""
    return text.lower().translate(_SUPERSCRIPTS)


def address(row: int, column: int) -> str:
    """Return the address of a cell, both counted from zero: `B3` for (2, 1)."""
    return f"{get_column_letter(column + 1)}{row + 1}"


def is_blank(cell: Any) -> bool:
    """Return whether a cell shows nothing; a formula without a stored value is not blank."""
    if type(cell) is float or type(cell) is int:
        return bool(cell != cell)
    return cell is None or (not isinstance(cell, Uncomputed) and not plain(cell))


@dataclass
class Grid:
    """One sheet.

    Parameters
    ----------
    name : str
        Empty for a text file.
    rows : list of lists
        Values as shown: a number under a percent format is the text `21.3%`; a superscript is a superscript character.
    merges : list of (top, left, bottom, right)
        Merged ranges, counted from zero, both ends included.
    hidden_rows, hidden_columns : set of int
    hidden : bool
        The whole sheet is hidden.
    comma : bool
        Decimals are written with a comma.
    """

    name: str
    rows: list[list[Any]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    comma: bool = False

    def cell(self, row: int, column: int) -> Any:
        """Return a cell's value; None outside the sheet."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else None

    def without_hidden(self) -> tuple[Grid, list[LeftOut]]:
        """Return the sheet with what is hidden blanked out, and what that was: addresses stay as they are."""
        if not self.hidden_rows and not self.hidden_columns:
            return self, []
        left = [
            *_named(self, self.hidden_rows, Text("隐藏行", "hidden rows"), by_row=True),
            *_named(self, self.hidden_columns, Text("隐藏列", "hidden columns"), by_row=False),
        ]
        rows = [
            [] if i in self.hidden_rows else [None if j in self.hidden_columns else cell for j, cell in enumerate(row)]
            for i, row in enumerate(self.rows)
        ]
        return Grid(self.name, rows, self.merges, hidden=self.hidden, comma=self.comma), left

    def between(self, first: int, last: int) -> Grid:
        """Return the sheet with all but some columns blanked out: addresses stay as they are."""
        rows = [[cell if first <= j <= last else None for j, cell in enumerate(row[: last + 1])] for row in self.rows]
        merges = [one for one in self.merges if first <= one[1] and one[3] <= last]
        return Grid(self.name, rows, merges, hidden=self.hidden, comma=self.comma)

    def filled(self) -> int:
        """Return the number of cells that are not blank."""
        return sum(not is_blank(cell) for row in self.rows for cell in row)


def _named(grid: Grid, places: set[int], what: Text, by_row: bool) -> list[LeftOut]:
    count, seen = 0, []
    for i, row in enumerate(grid.rows):
        for j, cell in enumerate(row):
            inside = i in places if by_row else j in places and i not in grid.hidden_rows
            if inside and not is_blank(cell):
                count += 1
                seen.append(i if by_row else j)
    if not count:
        return []
    names = [str(i + 1) if by_row else get_column_letter(i + 1) for i in sorted(set(seen))]
    shown = "、".join(names[:10]) + ("…" if len(names) > 10 else "")
    return [LeftOut(what, f"{grid.name}!{shown}".lstrip("!"), count)]


@dataclass
class Book:
    """A file as grids, and what there is to say of it: its separator, its encoding, that its name does not fit it."""

    file: str
    sheets: list[Grid]
    remarks: list[Text] = field(default_factory=list)
    decimal_comma: bool = False
