"""Text files beside each other: tables row by row, pages piece by piece, notebooks and records leaf by leaf."""

from __future__ import annotations

import base64
import binascii
import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any

from analysis.runs.reproduction.cells import Pair, Unreadable, side_by_side
from analysis.runs.reproduction.pictures import picture_pair
from analysis.schema import TABLES

LARGEST = 128 << 20  # bytes of a text that is read
_COLUMNS = 5000
_EMBEDDED = re.compile(r"data:([\w/+.;=-]+);base64,([\w+/=]+)")
_PIECES = (
    ("script", re.compile(r"(?i)^script|[\s\"'/]on\w+\s*=|javascript:")),
    ("external", re.compile(r"(?i)(?:src|href|action|data|poster)\s*=\s*[\"']?\s*(?:https?:|ftp:|file:|//)"
                            r"|@import|url\(\s*[\"']?http")),
    ("embedded_object", re.compile(r"(?i)^(?:iframe|object|embed|frame|applet|form|base|meta http-equiv)\b")),
    ("hidden", re.compile(r"(?i)display\s*:\s*none|visibility\s*:\s*hidden"
                          r"|font-size\s*:\s*0|opacity\s*:\s*0(?![.\d])|\shidden(?=[\s>=])")),
    ("comment", re.compile(r"^!--")),
)  # fmt: skip


def text_of(path: Path) -> str:
    """Return the text of a file.

    Raises
    ------
    Unreadable
        It is no UTF-8, or larger than any text of a run.
    """
    if path.stat().st_size > LARGEST:
        raise Unreadable(f"{path.stat().st_size} bytes", "too_large")
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"UTF-8, byte {error.start}") from error


def piece_feature(piece: str) -> str:
    """Return what a piece of a page holds that hides, runs or fetches something."""
    return next((name for name, pattern in _PIECES if pattern.search(piece)), "")


def line_pairs(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield the lines of two text files."""
    left, right = text_of(theirs).split("\n"), text_of(ours).split("\n")
    yield from side_by_side(left, right, lambda number: f"line {number + 1}", piece_feature)


def page_pairs(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield the pieces of two pages, tag by tag, comments and styles too, and what they carry inside."""
    left, right = text_of(theirs), text_of(ours)
    yield from embedded_pairs(left, right)
    one, other = (_EMBEDDED.sub("data:", text).split("<") for text in (left, right))
    yield from side_by_side(one, other, lambda number: f"piece {number + 1}", piece_feature)


def embedded_pairs(theirs: str, ours: str, place: str = "embedded") -> Iterator[Pair]:
    """Yield what two texts carry inside as base64: pictures by what is seen, everything else by its bytes."""
    for number, (one, other) in enumerate(zip_longest(_EMBEDDED.findall(theirs), _EMBEDDED.findall(ours)), start=1):
        if one == other:
            continue
        named = f"{place} {number}"
        if one is None or other is None or one[0] != other[0] or not one[0].startswith("image/"):
            yield Pair(named, one and f"{one[0]} {one[1][:20]}", other and f"{other[0]} {other[1][:20]}", "words")
        elif pair := picture_pair(named, _decoded(one[1]), _decoded(other[1])):
            yield pair


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except binascii.Error:
        return b""


def json_pairs(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield the leaves of two notebooks or other JSON files; a picture of a notebook by what is seen."""
    left, right = (dict(leaves(json_of(path))) for path in (theirs, ours))
    for place in [*left, *(place for place in right if place not in left)]:
        one, other = left.get(place), right.get(place)
        if one == other:
            continue
        if one is not None and other is not None:
            if "/image/png" in place or "/image/jpeg" in place:
                if pair := picture_pair(place, _decoded(one), _decoded(other)):
                    yield pair
                continue
            yield from embedded_pairs(one, other, place)
            one, other = (_EMBEDDED.sub("data:", text) for text in (one, other))
        feature = piece_feature(one) if one else ""
        yield Pair(place, one, other, "words" if feature else None, feature if one != other else "")


def json_of(path: Path) -> Any:
    """Return the value a JSON file holds.

    Raises
    ------
    Unreadable
        It is broken, too deep, or names a key twice, which two readers would read in two ways.
    """
    try:
        return json.loads(text_of(path), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Unreadable(type(error).__name__) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def leaves(value: Any, place: str = "", by: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield place and text of each leaf of a JSON value; a list of tables by one of the keys `by`, if it is unique."""
    if isinstance(value, dict) and value:
        for name in value:
            yield from leaves(value[name], f"{place}/{name.replace('~', '~0').replace('/', '~1') if by else name}", by)
    elif isinstance(value, list) and value:
        for name, one in zip(_names(value, by), value, strict=True):
            yield from leaves(one, f"{place}/{name}", by)
    else:
        yield place, value if isinstance(value, str) else f"{json.dumps(value)} ({type(value).__name__})"


def _names(values: list[Any], by: tuple[str, ...]) -> list[str]:
    for key in by:
        names = [str(one.get(key)) for one in values if isinstance(one, dict) and key in one]
        if len(set(names)) == len(values):
            return names
    return [str(number) for number in range(len(values))]


def table_pairs(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield the cells of two tables, laid beside each other by key where there is one, and what is amiss."""
    key = TABLES[theirs.stem].key if theirs.stem in TABLES and theirs.parent.name == "tables" else ()
    (left, left_rows), (right, right_rows) = _table(theirs), _table(ours)
    for name, count in Counter(left).items():
        if count > 1:
            yield Pair(f"row 1, {name}"[:80], name, name, "words", "column_twice")
    if left != right:
        same = sorted(left) == sorted(right)
        yield Pair("row 1", ",".join(left), ",".join(right), "looks" if same else "words", "order" if same else "")
    other = _by_key(right, right_rows, key)
    if len(other) != len(right_rows):  # no key of this table: its rows are laid beside each other by number
        key, other = (), _by_key(right, right_rows, ())
    one = _by_key(left, left_rows, key)
    if len(one) != len(left_rows):
        names = Counter(_key(left, row, list(key)) for row in left_rows)
        twice = next(name for name, count in names.items() if count > 1)
        yield Pair(twice[:200], twice, None, "words", "row_twice")
    shared = [name for name in one if name in other]
    if shared != [name for name in other if name in one]:
        yield Pair("rows", shared[0], next(name for name in other if name in one), "looks", "order")
    for name in [*one, *(name for name in other if name not in one)]:
        if name not in one or name not in other:
            said = "|".join((one.get(name) or other.get(name) or {}).values())
            yield Pair(name, said if name in one else None, said if name in other else None)
            continue
        for column in [*one[name], *(column for column in other[name] if column not in one[name])]:
            cells = one[name].get(column), other[name].get(column)
            if cells[0] != cells[1]:
                yield Pair(f"{name}, {column}", *cells)


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        rows = list(csv.reader(StringIO(text_of(path), newline="")))
    except csv.Error as error:
        raise Unreadable("csv") from error
    head = rows[0] if rows else []
    if len(head) > _COLUMNS:
        raise Unreadable(f"{len(head)} columns", "too_large")
    return head, rows[1:]


def _key(head: list[str], row: list[str], key: list[str]) -> str:
    named = dict(zip(head, row, strict=False))
    return " ".join(named.get(name, "") for name in key)


def _by_key(head: list[str], rows: list[list[str]], key: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return the rows by their key, or by number where there is none; a cell beyond the header by its place."""
    keyed = bool(key) and set(key) <= set(head)
    out: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, start=2):
        named = dict(zip(head, row, strict=False)) | {f"+{k}": cell for k, cell in enumerate(row[len(head) :])}
        out[_key(head, row, list(key)) if keyed else f"row {number}"] = named
    return out
