"""Two run folders beside each other: verdicts first, then every file of the bundle, and the level that follows.

What is compared is decided by what the run again made and by what the bundle holds, never by what the bundle says of
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from analysis.plan.copying import unread
from analysis.runs.crate import LEFT_OUT, METADATA, contents
from analysis.runs.hashes import sha256
from analysis.runs.reproduction.bundled import CODE, code_states
from analysis.runs.reproduction.cells import Pair, Unreadable, weight_of
from analysis.runs.reproduction.manifest import MANIFEST, SIGNATURE, SIGNER
from analysis.runs.reproduction.office import office_pairs
from analysis.runs.reproduction.pages import pdf_pairs
from analysis.runs.reproduction.pictures import picture_pair
from analysis.runs.reproduction.records import RECORDS, record_pairs
from analysis.runs.reproduction.texts import json_pairs, line_pairs, page_pairs, table_pairs
from analysis.runs.reproduction.verdicts import Difference, around, compare_verdicts

State = Literal[
    "same_bytes",
    "same_record",
    "claimed",
    "same_numbers",
    "looks",
    "other_code",
    "different",
    "missing",
    "added",
    "foreign",
]
Level = Literal["L0", "L1", "L2", "L3"]
_EQUAL = ("same_bytes", "same_record", "claimed")
_NEVER = ("missing", "added", "foreign")
_SEALS = (MANIFEST, SIGNATURE, SIGNER)  # checked by themselves
_MADE = ("tables/", "documents/", "notebooks/", "indicators/", "domains/", "assets/")
_ENDINGS = (".csv", ".html", ".docx", ".pdf", ".xlsx", ".ipynb", ".css", ".js")
_LARGER, _ALWAYS = 4, 1 << 20  # times ours, and bytes, beyond which a received file is not read
Reader = Callable[[Path, Path], Iterator[Pair]]


@dataclass(frozen=True)
class Compared:
    """A file beside its counterpart.

    Attributes
    ----------
    state : State
        `same_record`: equal but for times; `claimed`: but for versions it states, which are quoted and not believed;
        `same_numbers`: all words and pictures equal, all numbers within 1e-9; `looks`: words and numbers too, but not
        the layout, or shades of pictures; `other_code`: code of a bundle that is not what is installed; `missing` in
        the run again, or `added` by it; `foreign`: not part of any run.
    cells, differing, wordy : int
        How many places were looked at closely, how many of them differ by more than the tolerance, and how many in
        more than decimals near each other: other words, whole numbers, pictures, or what no run writes.
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
    """Compare everything in an unpacked bundle with the run made again: verdicts, results, records, inputs, code.

    Parameters
    ----------
    most : int
        How many differing cells to keep of each file.
    """
    verdicts, differing = compare_verdicts(theirs, ours)
    held = sorted(path.relative_to(theirs).as_posix() for path in theirs.rglob("*") if not path.is_dir())
    code = [name for name in held if name.startswith(CODE)]
    names = sorted({*held, *contents(ours), METADATA} - set(code) - set(_SEALS))
    files = []
    for name in names:
        files.append(compare_file(theirs / name, ours / name, name, most))
        progress(name)
    return Comparison((*files, *_code(theirs, code)), verdicts, differing)


def compare_file(theirs: Path, ours: Path, name: str, most: int = 5) -> Compared:
    """Compare two files of one name."""
    if not ours.is_file() or name.startswith(LEFT_OUT[:2]):
        state: State = "missing" if name.startswith(_MADE) and name.endswith(_ENDINGS) else "foreign"
        second = name.startswith("inputs/") and unread(theirs.parent, theirs)
        place = "" if state == "missing" else "[unread]" if second else "[foreign]"
        return Compared(name, state, 1, 1, 1, differences=(Difference(name, place, "✓", None),))
    if not theirs.is_file():
        return Compared(name, "added", 1, 1, 1, differences=(Difference(name, "", None, "✓"),))
    if name not in RECORDS and sha256(theirs) == sha256(ours):
        return Compared(name, "same_bytes")
    try:
        _not_larger(theirs, ours)
        return _by_pairs(_pairs(theirs, ours, name), theirs, ours, name, most)
    except Unreadable as error:
        pair = Pair("", str(error), None, "words", error.feature)
    except Exception as error:  # a reader of an unknown file may fail in any way: then it is not what it says
        pair = Pair("", type(error).__name__, None, "words", "unreadable")
    return Compared(name, "different", 1, 1, 1, differences=(_told(name, pair),))


def _not_larger(theirs: Path, ours: Path) -> None:
    """Raise where theirs is far larger than what was made again: it cannot be the same, and reading it costs memory."""
    size, most = theirs.stat().st_size, _LARGER * ours.stat().st_size + _ALWAYS
    if size > most:
        raise Unreadable(f"{size} bytes > {most}", "too_large")


def _pairs(theirs: Path, ours: Path, name: str) -> Iterator[Pair]:
    if name in RECORDS:
        return record_pairs(name, theirs.parent, ours.parent)
    if theirs.suffix in (".png", ".jpg", ".jpeg"):
        pair = picture_pair("", theirs.read_bytes(), ours.read_bytes())
        return iter(() if pair is None else (pair,))
    return _READERS.get(theirs.suffix, line_pairs)(theirs, ours)


def _by_pairs(pairs: Iterator[Pair], theirs: Path, ours: Path, name: str, most: int) -> Compared:
    counts, cells, largest = {"same": 0, "claim": 0, "looks": 0, "numbers": 0, "words": 0}, 0, 0.0
    kept: dict[str, list[Difference]] = {weight: [] for weight in counts}
    for pair in pairs:
        weight, distance = weight_of(pair)
        cells += 1
        counts[weight] += 1
        largest = max(largest, distance)
        if weight != "same" and len(kept[weight]) < most:
            kept[weight].append(_told(name, pair))
    differing = counts["words"] + counts["numbers"]
    shown = [one for weight in ("words", "numbers", "looks", "claim") for one in kept[weight]][:most]
    one = Compared(name, "different", cells, differing, counts["words"], largest, tuple(shown))
    if differing:
        return one
    if counts["looks"]:
        return replace(one, state="looks")
    if name in RECORDS:
        equal = sha256(theirs) == sha256(ours)
        return replace(one, state="claimed" if counts["claim"] else "same_bytes" if equal else "same_record")
    if largest:
        return replace(one, state="same_numbers")
    hashes = (f"SHA-256 {sha256(path)[:12]}" for path in (theirs, ours))
    return replace(one, state="looks", differences=(Difference(name, "", *hashes),))


def _told(name: str, pair: Pair) -> Difference:
    place = f"{pair.place} [{pair.feature}]".strip() if pair.feature else pair.place
    return Difference(name, place[:300], *around(pair.theirs, pair.ours))


def _code(folder: Path, names: list[str]) -> Iterator[Compared]:
    for name, state, theirs, ours in code_states(folder, names):
        marks = (f"SHA-256 {one[:12]}" if one else None for one in (theirs, ours))
        if state == "same_bytes":
            yield Compared(name, "same_bytes")
        elif state == "other_code":
            yield Compared(name, "other_code", differences=(Difference(name, "", *marks),))
        else:
            known: State = "foreign" if state == "foreign" else "different"
            yield Compared(name, known, 1, 1, 1, differences=(Difference(name, f"[{state}]", *marks),))


def level(comparison: Comparison, whole: bool) -> Level:
    """Return the level of a reproduction: that of the worst of all files, verdicts before everything else.

    Versions do not enter: words that differ are not reproduced whatever a bundle claims to have been made with.

    Parameters
    ----------
    whole : bool
        The bundle is what its maker's manifest says, and its signature holds.
    """
    worded = any(one.wordy or one.state in _NEVER for one in comparison.files)
    if not whole or not comparison.files or worded or comparison.verdict_differences != ():
        return "L3"
    states = {one.state for one in comparison.files}
    if states <= {*_EQUAL}:
        return "L0"
    return "L1" if states <= {*_EQUAL, "same_numbers"} else "L2"


_READERS: dict[str, Reader] = {
    ".html": page_pairs,
    ".svg": page_pairs,
    ".css": page_pairs,
    ".ipynb": json_pairs,
    ".json": json_pairs,
    ".docx": office_pairs,
    ".xlsx": office_pairs,
    ".pdf": pdf_pairs,
    ".csv": table_pairs,
}
