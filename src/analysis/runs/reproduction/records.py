"""The records of a run beside each other: times and hashes by what they have to be, everything else by what it says.

Nothing is left out as a whole: a field that may differ between two runs is declared here with the form it must have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.runs.crate import METADATA, WORKFLOW
from analysis.runs.hashes import sha256
from analysis.runs.reproduction.cells import Pair, Unreadable, Weight
from analysis.runs.reproduction.texts import json_of, leaves
from analysis.runs.sealing import SEAL, seal_of

RUN, ENVIRONMENT = "run.json", "environment.json"
RECORDS = (RUN, ENVIRONMENT, WORKFLOW, METADATA)
LARGEST = 32 << 20  # bytes of a record
_BY = ("@id", "kind", "name")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?")
_SECONDS = re.compile(r"\d{1,7}(?:\.\d+)?(?:e-\d+)? \((?:float|int)\)")
_HASH = re.compile(r"[0-9a-f]{64}|")
_VERSION = re.compile(r"(?=.{0,24}$)v?\d+(?:[.!+_-]?[0-9a-z]+)*|", re.ASCII)
_SYSTEM = re.compile(r"[A-Za-z]+ [A-Za-z0-9_]+", re.ASCII)
_NAME = re.compile(r"[\w .()（）-]{1,120}")
# where a field may differ, the form it must have, and what a difference comes to: a claim is quoted, never believed
_FIELDS: Mapping[str, tuple[tuple[str, re.Pattern[str], Weight], ...]] = {
    RUN: (
        (r"/(?:started|finished)|/notebooks/[^/]+/(?:started|ended)", _TIME, "same"),
        (r"/seconds/.+|/(?:notebooks|documents)/[^/]+/(?:seconds|cells)(?:/.+)?", _SECONDS, "same"),
        (r"/id", _NAME, "claim"),
        (r"/notebooks/[^/]+/key", _HASH, "claim"),
        (r"/version", _VERSION, "claim"),
        # a run whose documents were approved says so; one that is run again does not
        (r"/approved/[^/]+/sha256", _HASH, "claim"),
        (r"/approved/[^/]+/at", _TIME, "claim"),
        (r"/approved(?:/[^/]+/version)?", re.compile(r"\d{1,5} \(int\)|\{\} \(dict\)"), "claim"),
        (f"/{SEAL}", _HASH, "claim"),  # where theirs has one it is held against its record
    ),
    ENVIRONMENT: (
        (r"/system", _SYSTEM, "claim"),
        (r"/(?:code_sha256|lock_sha256|fonts/[^/]+)", _HASH, "claim"),
        (r"/(?:workbench|python|packages/[\w.~-]+)", _VERSION, "claim"),
    ),
    WORKFLOW: ((r"/steps/[^/]+/key", _HASH, "claim"), (r"/version", _VERSION, "claim")),
    METADATA: (
        (r".*/(?:startTime|endTime|datePublished|dateModified|dateCreated|sdDatePublished)", _TIME, "same"),
        (r".*/(?:version|softwareVersion)", _VERSION, "claim"),
        (r"/@graph/#notebook-[^/]+/sha256", _HASH, "claim"),
    ),
}  # fmt: skip


def record_pairs(name: str, theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield what differs between the records of two run folders; hashes are held against the files beside them.

    Raises
    ------
    Unreadable
        Theirs is no JSON, or not the kind of value a run writes.
    """
    sides = [dict(_leaves(folder, name)) for folder in (theirs, ours)]
    left, right = sides
    for place in [*left, *(place for place in right if place not in left)]:
        one, other = left.get(place), right.get(place)
        expected = _hashed(name, place, theirs)
        if expected is not None and one is not None:
            if one != expected():
                yield Pair(place, one, expected(), "words")
            continue
        if one == other:
            continue
        form, weight = _field(name, place)
        if form is None or any(cell is not None and not form.fullmatch(cell) for cell in (one, other)):
            yield Pair(place, one, other)
        elif weight == "claim":
            yield Pair(place, one, other, "claim")
        elif (one is None or other is None) and not place.startswith("/seconds/"):
            yield Pair(place, one, other, "words")


def _leaves(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    if (folder / name).stat().st_size > LARGEST:
        raise Unreadable(f"{(folder / name).stat().st_size} bytes", "too_large")
    value = json_of(folder / name)
    if not isinstance(value, dict):
        raise Unreadable(type(value).__name__)
    own = _id_of(folder)
    for place, text in leaves(value, by=_BY):
        yield place, text.replace(f"（{own}）", "（·）") if own and name == METADATA else text


def _id_of(folder: Path) -> str:
    try:
        said = json_of(folder / RUN)["id"]
    except (OSError, Unreadable, KeyError, TypeError):
        return ""
    return said if isinstance(said, str) and _NAME.fullmatch(said) else ""


def _field(name: str, place: str) -> tuple[re.Pattern[str] | None, Weight]:
    for pattern, form, weight in _FIELDS[name]:
        if re.fullmatch(pattern, place):
            return form, weight
    return None, "words"


_FILE_HASH = {
    RUN: re.compile(r"/(?:notebooks/[^/]+/files|documents/[^/]+/sha256|inputs)/(?P<file>.+)"),
    METADATA: re.compile(r"/@graph/(?P<file>[^#/].*)/(?P<what>sha256|contentSize)"),
}


def _hashed(name: str, place: str, folder: Path) -> Callable[[], str] | None:
    """Return what a field about a file has to say, read from the file itself; None for any other field."""
    if name == RUN and place == f"/{SEAL}":
        return lambda: seal_of(json_of(folder / RUN))
    found = _FILE_HASH[name].fullmatch(place) if name in _FILE_HASH else None
    if found is None:
        return None
    named = found["file"].replace("~1", "/").replace("~0", "~")
    if name == RUN and place.startswith("/inputs/"):
        named = f"inputs/{named}"
    path = folder / named
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return lambda: ""
    if found.groupdict().get("what") == "contentSize":
        return lambda: str(path.stat().st_size)
    return lambda: sha256(path)


def stated(folder: Path, name: str) -> Any:
    """Return what `environment.json` states under a name; None where it cannot be read."""
    try:
        return json_of(folder / ENVIRONMENT)[name]
    except (OSError, Unreadable, KeyError, TypeError, IndexError):
        return None
