"""The verdicts and alerts of two runs beside each other, before anything else is looked at."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.runs.reproduction.cells import Pair, Unreadable, weight_of
from analysis.runs.reproduction.texts import table_pairs, text_of

VERDICTS = ("assessments", "alerts")  # of these every column
BEARING = ("status", "level", "second_status", "grade", "verdict")  # of any other table, such as one of regions
_SHOWN = 40


@dataclass(frozen=True)
class Difference:
    """A cell that differs: file, place within it, their text and ours (None where there is no such cell)."""

    file: str
    place: str
    theirs: str | None
    ours: str | None


def around(theirs: str | None, ours: str | None) -> tuple[str | None, str | None]:
    """Return two texts cut to where they begin to differ."""
    if theirs is None or ours is None:
        return (theirs and theirs[:_SHOWN]), (ours and ours[:_SHOWN])
    same = next((k for k, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b), min(len(theirs), len(ours)))
    start = max(0, same - _SHOWN // 2) if max(len(theirs), len(ours)) > _SHOWN else 0
    mark = "…" if start else ""
    return mark + theirs[start : start + _SHOWN], mark + ours[start : start + _SHOWN]


def compare_verdicts(theirs: Path, ours: Path) -> tuple[int, tuple[Difference, ...] | None]:
    """Return how many verdicts and alerts there are on either side, and those that differ in more than near numbers.

    None in place of the differences where a side has no such table, or one that cannot be read.
    """
    total, differing = 0, list[Difference]()
    for name in VERDICTS:
        paths = [folder / "tables" / f"{name}.csv" for folder in (theirs, ours)]
        if not all(path.is_file() for path in paths):
            return total, None
        try:
            total += max(text_of(path).count("\n") - 1 for path in paths)
            differing += _differing(*paths)
        except Unreadable:
            return total, None
    for path in sorted((ours / "tables").glob("*.csv")):
        if path.stem not in VERDICTS and (theirs / "tables" / path.name).is_file():
            differing += _bearing(theirs / "tables" / path.name, path)
    return total, tuple(differing)


def _differing(theirs: Path, ours: Path) -> Iterator[Difference]:
    if theirs.read_bytes() == ours.read_bytes():
        return
    for pair in table_pairs(theirs, ours):
        if weight_of(pair)[0] == "words":
            yield _told(ours.name, pair)


def _bearing(theirs: Path, ours: Path) -> Iterator[Difference]:
    with ours.open(encoding="utf-8", newline="") as opened:
        head = next(csv.reader(opened), [])
    named = [name for name in head if name in BEARING]
    if not named or theirs.read_bytes() == ours.read_bytes():
        return
    try:
        for pair in table_pairs(theirs, ours):
            if pair.place.endswith(tuple(f", {name}" for name in named)) and weight_of(pair)[0] == "words":
                yield _told(ours.name, pair)
    except Unreadable:  # said of the file as a whole
        return


def _told(name: str, pair: Pair) -> Difference:
    return Difference(f"tables/{name}", pair.place, *around(pair.theirs, pair.ours))
