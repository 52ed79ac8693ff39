"""What the cells and lines of a sheet look like: numbers, years, text, notes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from analysis.data.grid.grid import Grid, is_blank
from analysis.data.wide.meaning import Vocabulary
from analysis.gate.numbers import Missing, Number, read_number
from analysis.gate.periods import FIRST, LAST, read_period
from analysis.gate.texts import Uncomputed, plain

NOTE = re.compile(
    r"^(?:注\s*\d*\s*[:：.、]|注释|资料来源|数据来源|来源\s*[:：]|说明\s*[:：]|备注\s*[:：]|填表说明|制表|审核人|[①②③④⑤⑥⑦⑧⑨*※]\s*\S)"
)


def kind(cell: Any, comma: bool = False) -> str:
    """Return what a cell looks like: blank, number, year, missing, text."""
    if type(cell) is float or type(cell) is int:
        return "year" if FIRST <= cell <= LAST and cell == int(cell) else "number" if math.isfinite(cell) else "text"
    if is_blank(cell):
        return "blank"
    if isinstance(cell, Uncomputed):
        return "number"
    if isinstance(cell, str) and not re.fullmatch(r"[\d.,\s]+", plain(cell)) and _is_time(cell):
        return "text"  # 2013年 is no number with a unit, nor is 2013年（基期）
    found = read_number(cell, comma)
    if isinstance(found, Missing):
        return "missing"
    if isinstance(found, Number) and not found.doubt:
        bare = not found.sign and found.value.is_integer() and FIRST <= found.value <= LAST
        return "year" if bare else "number"
    return "text"


def _is_time(cell: str) -> bool:
    return read_period(cell) is not None or re.match(r"(?:19|20)\d\d\s*年", plain(cell)) is not None


def is_note(row: Sequence[Any]) -> bool:
    """Return whether a row is a note: one or two cells, the first of which says so."""
    filled = [cell for cell in row if not is_blank(cell)]
    return 0 < len(filled) <= 2 and isinstance(filled[0], str) and NOTE.match(plain(filled[0])) is not None


def goes_on(grid: Grid, k: int, words: Vocabulary) -> bool:
    """Return whether a table goes on below a note: a row of numbers of something known comes next."""
    while k < len(grid.rows) and is_note(grid.rows[k]):
        k += 1
    if k >= len(grid.rows):
        return False
    row = grid.rows[k]
    said = [words.read(cell) for cell in row if kind(cell, grid.comma) == "text"]
    numbers = any(kind(cell, grid.comma) in ("number", "missing") for cell in row)
    return numbers and any(one.use and (one.indicator or one.area) for one in said)
