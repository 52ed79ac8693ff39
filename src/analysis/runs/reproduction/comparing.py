"""Two run folders beside each other: file by file, table by table, verdict by verdict, and the level that follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.runs.crate import METADATA, WORKFLOW, contents
from analysis.runs.hashes import sha256
from analysis.runs.reproduction.cells import apart, cells_of, embedded, pairs, same_words
from analysis.runs.reproduction.manifest import MANIFEST, SIGNATURE, SIGNER

State = Literal["same_bytes", "same_numbers", "looks", "different", "missing", "added"]
Level = Literal["L0", "L1", "L2", "L3"]
CODE = "code/"
RECORDS = ("run.json", "environment.json", WORKFLOW, METADATA, MANIFEST, SIGNATURE, SIGNER)
VERDICTS = {"assessments": ("target", "status"), "alerts": ("target", "level")}
_DRAWN = (".docx", ".pdf")  # their pictures and layout are not read
_SHOWN = 40  # of a text that differs


@dataclass(frozen=True)
class Difference:
    """A cell that differs: file, place within it, their text and ours (None where there is no such cell)."""

    file: str
    place: str
    theirs: str | None
    ours: str | None


@dataclass(frozen=True)
class Compared:
    """A file beside its counterpart.

    Attributes
    ----------
    state : State
        `same_numbers`: all words and pictures equal, all numbers within 1e-9; `looks`: words and numbers too, but not
        the pictures, the layout or the programs; `missing` in the run again, or `added` by it.
    cells, differing, wordy : int
        How many cells it has, how many of them differ by more than the tolerance, and how many in more than numbers.
    largest : float
        The largest difference of numbers within the tolerance, relative to the larger of them and 1.
    """

    file: str
    state: State
    cells: int = 0
    differing: int = 0
    wordy: int = 0
    largest: float = 0.0
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Comparison:
    """All files, and the verdicts that differ (None where a side has no verdicts at all)."""

    files: tuple[Compared, ...]
    verdicts: int
    verdict_differences: tuple[Difference, ...] | None

    def count(self, *states: State) -> int:
        """Return how many files are in one of the states."""
        return sum(one.state in states for one in self.files)


def compare(theirs: Path, ours: Path, most: int = 5, progress: Callable[[str], None] = lambda name: None) -> Comparison:
    """Compare the results of two run folders; records of how a run went (times, versions) are no results.

    Parameters
    ----------
    most : int
        How many differing cells to keep of each file.
    """
    names = sorted({*_results(theirs), *_results(ours)})
    files = []
    for name in names:
        files.append(compare_file(theirs / name, ours / name, name, most))
        progress(name)
    verdicts, differing = _verdicts(theirs, ours)
    return Comparison(tuple(files), verdicts, differing)


def _results(folder: Path) -> list[str]:
    return [name for name in contents(folder) if name not in RECORDS and not name.startswith(CODE)]


def compare_file(theirs: Path, ours: Path, name: str, most: int = 5) -> Compared:
    """Compare two files of one name."""
    if not ours.is_file():
        return Compared(name, "missing", differences=(Difference(name, "", "✓", None),))
    if not theirs.is_file():
        return Compared(name, "added", differences=(Difference(name, "", None, "✓"),))
    if sha256(theirs) == sha256(ours):
        return Compared(name, "same_bytes")
    if cells_of(theirs) is None:
        return Compared(name, "looks", differences=(_looks(theirs, ours, name),))
    try:
        return _by_cells(theirs, ours, name, most)
    except Exception as error:  # a reader of an unknown file may fail in any way: then it is not what it says
        said = f"{type(error).__name__}"
        return Compared(name, "different", 1, 1, 1, differences=(Difference(name, "", said, None),))


def _by_cells(theirs: Path, ours: Path, name: str, most: int) -> Compared:
    cells, differing, wordy, largest, kept = 0, 0, 0, 0.0, list[Difference]()
    for place, left, right in pairs(theirs, ours):
        cells += 1
        distance = None if left is None or right is None else apart(left, right)
        largest = max(largest, distance or 0.0)
        differing += distance is None
        wordy += left is None or right is None or (distance is None and not same_words(left, right))
        if distance is None and len(kept) < most:
            kept.append(Difference(name, place, *_around(left, right)))
    looks = theirs.suffix in _DRAWN or not largest or embedded(theirs) != embedded(ours)
    state: State = "different" if differing else "looks" if looks else "same_numbers"
    if state == "looks":
        kept.append(_looks(theirs, ours, name))
    return Compared(name, state, cells, differing, wordy, largest, tuple(kept))


def _around(theirs: str | None, ours: str | None) -> tuple[str | None, str | None]:
    """Return two texts cut to where they begin to differ."""
    if theirs is None or ours is None:
        return (theirs and theirs[:_SHOWN]), (ours and ours[:_SHOWN])
    same = next((k for k, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b), min(len(theirs), len(ours)))
    start = max(0, same - _SHOWN // 2) if max(len(theirs), len(ours)) > _SHOWN else 0
    mark = "…" if start else ""
    return mark + theirs[start : start + _SHOWN], mark + ours[start : start + _SHOWN]


def _looks(theirs: Path, ours: Path, name: str) -> Difference:
    """Return the first picture, font or program inside two files that differs; without one, the files as a whole."""
    inside = zip(embedded(theirs), embedded(ours), strict=False)
    place = next((number for number, (one, other) in enumerate(inside, start=1) if one != other), None)
    said = "" if place is None else f"embedded {place}"
    return Difference(name, said, f"SHA-256 {sha256(theirs)[:12]}", f"SHA-256 {sha256(ours)[:12]}")


def _verdicts(theirs: Path, ours: Path) -> tuple[int, tuple[Difference, ...] | None]:
    total, differing = 0, list[Difference]()
    for name, (key, value) in VERDICTS.items():
        sides: list[dict[Any, str]] = []
        for folder in (theirs, ours):
            try:
                table = pd.read_csv(folder / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)
                sides.append(table.groupby(key, sort=False)[value].agg("/".join).to_dict())
            except (OSError, ValueError, KeyError):
                return total, None
        total += len({*sides[0], *sides[1]})
        for one in sorted({*sides[0], *sides[1]}):
            left, right = sides[0].get(one), sides[1].get(one)
            if left != right:
                differing.append(Difference(f"tables/{name}.csv", f"{one}, {value}", left, right))
    return total, tuple(differing)


def level(comparison: Comparison, whole: bool, versions_differ: bool) -> Level:
    """Return the level of a reproduction.

    Parameters
    ----------
    whole : bool
        The bundle is what its maker's manifest says, and its signature holds.
    versions_differ : bool
        Code, packages, fonts or the system are not the same. Only then may words differ at L2: with everything the
        same, a document that says something else has no explanation. Pictures that differ are L2 at most.
    """
    if not whole or not comparison.files:
        return "L3"
    states = {one.state for one in comparison.files}
    if states == {"same_bytes"}:
        return "L0"
    if states <= {"same_bytes", "same_numbers"}:
        return "L1"
    worded = any(one.wordy or one.state in ("missing", "added") for one in comparison.files)
    return "L2" if comparison.verdict_differences == () and (versions_differ or not worded) else "L3"
