"""What a file says, as cells: (place, text). Two files say the same if their cells do, numbers within a tolerance."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from analysis.export.reading_back import pdf_text, word_text
from analysis.schema import TABLES

TOLERANCE = 1e-9
_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])")
_WHOLE = re.compile(r"[-+\d]+")
_EMBEDDED = re.compile(r"data:[\w/+.;-]+;base64,[\w+/=]+")
_IMAGES = re.compile(r'"image/[\w+.-]+": "[^"]*"')
Cells = Iterator[tuple[str, str]]


def same_words(theirs: str, ours: str) -> bool:
    """Return whether two texts are equal but for their numbers."""
    return _NUMBER.split(theirs) == _NUMBER.split(ours)


def apart(theirs: str, ours: str) -> float | None:
    """Return how far apart the numbers of two texts are at most (0 for equal texts), None where the texts differ.

    Whole numbers have to be equal; others may be apart by the tolerance, relative to the larger of them and 1.
    """
    if theirs == ours:
        return 0.0
    if not same_words(theirs, ours):
        return None
    largest = 0.0
    for left, right in zip(_NUMBER.findall(theirs), _NUMBER.findall(ours), strict=True):
        if left == right:
            continue
        first, second = float(left), float(right)
        distance = abs(first - second) / max(1.0, abs(first), abs(second))
        if _WHOLE.fullmatch(left + right) or not distance <= TOLERANCE:
            return None
        largest = max(largest, distance)
    return largest


def cells_of(path: Path) -> Cells | None:
    """Return the cells of a file in order; None for a kind of file that says nothing in words, such as a picture."""
    reader = _READERS.get(path.suffix)
    return None if reader is None else reader(path)


def embedded(path: Path) -> list[str]:
    """Return the pictures, fonts and programs a page or notebook carries inside, as they stand in it."""
    if path.suffix not in (".html", ".ipynb"):
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    return _EMBEDDED.findall(text) + (_IMAGES.findall(text) if path.suffix == ".ipynb" else [])


def pairs(theirs: Path, ours: Path) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield place, their text and ours of each cell of two files of one kind; None where one has no such cell.

    Tables with a key are laid beside each other by it, everything else by position.
    """
    if theirs.suffix == ".csv":
        yield from _table_pairs(theirs, ours)
        return
    left, right = cells_of(theirs), cells_of(ours)
    assert left is not None and right is not None
    for one, other in zip_longest(left, right):
        place = (one or other)[0]
        yield place, one and one[1], other and other[1]


def _table_pairs(theirs: Path, ours: Path) -> Iterator[tuple[str, str | None, str | None]]:
    key = TABLES[theirs.stem].key if theirs.stem in TABLES else ()
    left, right = _rows(theirs, key), _rows(ours, key)
    for name in [*left, *(name for name in right if name not in left)]:
        one, other = left.get(name), right.get(name)
        if one is None or other is None:
            said = "|".join((one or other or {}).values())
            yield name, said if one is not None else None, said if other is not None else None
            continue
        for column in [*one, *(column for column in other if column not in one)]:
            yield f"{name}, {column}", one.get(column), other.get(column)


def _rows(path: Path, key: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the rows of a CSV file by their key, or by number where there is no key or it is not unique."""
    rows = list(csv.reader(StringIO(path.read_text(encoding="utf-8", errors="replace"))))
    if not rows:
        return {}
    head, *body = rows
    named = [dict(zip(head, row, strict=False)) | {f"+{k}": v for k, v in enumerate(row[len(head) :])} for row in body]
    numbered = {f"row {number}": row for number, row in enumerate(named, start=2)}
    if not key or not set(key) <= set(head):
        return {"row 1": {str(place): name for place, name in enumerate(head, start=1)}, **numbered}
    by_key = {" ".join(row.get(name, "") for name in key): row for row in named}
    return by_key if len(by_key) == len(named) else numbered


def _markup(path: Path) -> Cells:
    text = _EMBEDDED.sub("data:", path.read_text(encoding="utf-8", errors="replace"))
    yield from ((f"piece {number}", piece) for number, piece in enumerate(text.split("<"), start=1))


def _lines(text: str) -> Cells:
    yield from ((f"line {number}", line) for number, line in enumerate(text.split("\n"), start=1))


def _word(path: Path) -> Cells:
    yield from _lines(word_text(path.read_bytes()))


def _pdf(path: Path) -> Cells:
    yield from _lines(pdf_text(path.read_bytes()))


def _workbook(path: Path) -> Cells:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        for sheet in book.worksheets:
            for row, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                for column, value in enumerate(values, start=1):
                    yield f"{sheet.title} R{row}C{column}", "" if value is None else repr(value)
    finally:
        book.close()


def _notebook(path: Path) -> Cells:
    yield from _leaves(json.loads(path.read_text(encoding="utf-8")), "")


def _leaves(value: Any, place: str) -> Cells:
    if isinstance(value, dict):
        for name in sorted(value):
            if not str(name).startswith("image/"):
                yield from _leaves(value[name], f"{place}/{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{place}/{number}")
    else:
        yield place, _EMBEDDED.sub("data:", str(value))


_READERS: dict[str, Callable[[Path], Cells]] = {
    ".html": _markup,
    ".ipynb": _notebook,
    ".docx": _word,
    ".pdf": _pdf,
    ".xlsx": _workbook,
    ".csv": lambda path: _lines(path.read_text(encoding="utf-8", errors="replace")),
}
