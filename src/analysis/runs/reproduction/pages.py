"""Two PDF files beside each other: what they can do, their text, and their pages as they are seen.

A PDF is read by native code that a hostile one may crash or keep busy: this module is run as a program of its own,
`python -m analysis.runs.reproduction.pages THEIRS OURS`, with limits of memory and time.

References
----------
ISO 32000-2, Document management - Portable document format.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from analysis.runs.reproduction.cells import Pair, Unreadable, side_by_side, weight_of

SECONDS, MEMORY = 120, 3 << 30
_PAGES, _OBJECTS, _SIDE, _DOTS = 2000, 300_000, 20_000, 1200  # pages, objects, points a side, dots of the longer side
_ACTIONS = ("/OpenAction", "/AA")
_DOING = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/URI", "/Rendition", "/Named")
_HOLDING = {"/EmbeddedFile": "attachment", "/EmbeddedFiles": "attachment", "/Filespec": "attachment", "/JS": "script",
            "/JavaScript": "script", "/AcroForm": "form", "/XFA": "form", "/OCProperties": "layer",
            "/RichMediaContent": "media", "/Movie": "media"}  # fmt: skip
_SAID = ("/Title", "/Author", "/Subject", "/Keywords", "/Contents", "/Alt", "/ActualText", "/Lang")
_SUBSET = re.compile(r"^/[A-Z]{6}\+")


def pdf_pairs(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield what differs between two PDF files.

    Raises
    ------
    Unreadable
        Theirs cannot be read, or not within the limits.
    """
    command = [sys.executable, "-m", __name__, str(theirs.resolve()), str(ours.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"> {SECONDS} s", "too_large") from error
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise Unreadable(f"PDF, exit code {done.returncode}") from error
    if isinstance(found, str):
        raise Unreadable(found)
    yield from (Pair(**one) for one in found)


def compared(theirs: Path, ours: Path) -> Iterator[Pair]:
    """Yield what differs between two PDF files, in this process."""
    one, other = _described(theirs), _described(ours)
    for (kind, said), count in (one["features"] - other["features"]).items():
        yield Pair(said, f"×{count}", None, "words", kind)
    yield from side_by_side(one["fonts"], other["fonts"], lambda number: f"font {number + 1}", _nothing)
    yield from side_by_side(one["said"], other["said"], lambda number: f"text beside the pages {number + 1}", _nothing)
    yield from _seen(theirs, ours)


def _line(page: int, line: int) -> str:
    return f"page {page} line {line + 1}"


def _nothing(cell: str) -> str:
    return ""


def _described(path: Path) -> dict[str, Any]:
    """Return what a PDF can do beside being read, its fonts, and the texts that stand on no page."""
    from pypdf import PdfReader
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    features, fonts, said = Counter[tuple[str, str]](), set[str](), list[str]()
    reader = PdfReader(path)
    waiting: list[Any] = [reader.trailer]
    visited = set[int]()
    number = 0
    while waiting:
        one = waiting.pop()
        number += 1
        if number > _OBJECTS * 10 or len(visited) > _OBJECTS:
            raise Unreadable(f"> {_OBJECTS} objects", "too_large")
        if isinstance(one, IndirectObject):
            if one.idnum not in visited:
                visited.add(one.idnum)
                waiting.append(one.get_object())
        elif isinstance(one, ArrayObject):
            waiting += list(one)
        elif isinstance(one, DictionaryObject):
            waiting += [one.raw_get(key) for key in one]
            _features(one, features)
            said += [f"{key} {one[key]}" for key in _SAID if key in one and isinstance(one[key], str)]
            if "/BaseFont" in one:
                fonts.add(_SUBSET.sub("/", str(one["/BaseFont"])))
    return {"features": features, "fonts": sorted(fonts), "said": sorted(said)}


def _features(one: Any, features: Counter[tuple[str, str]]) -> None:
    for key in one:
        if key in _HOLDING:
            features[_HOLDING[key], key] += 1
        elif key in _ACTIONS:
            features["action", key] += 1
    kind = str(one.get("/S", ""))
    if kind in _DOING:
        features["script" if kind == "/JavaScript" else "action", f"{kind} {one.get('/URI', '')}"[:80]] += 1
    if "/Rect" in one and "/Subtype" in one:
        features["annotation", str(one["/Subtype"])] += 1


def _seen(theirs: Path, ours: Path) -> Iterator[Pair]:
    from pypdfium2 import PdfDocument

    from analysis.runs.reproduction.pictures import shade_weight

    with PdfDocument(theirs) as one, PdfDocument(ours) as other:
        if len(one) != len(other) or len(one) > _PAGES:
            yield Pair("pages", str(len(one)), str(len(other)), "words")
            return
        for number, (left, right) in enumerate(zip(one, other, strict=True), start=1):
            if left.get_size() != right.get_size() or max(left.get_size()) > _SIDE:
                yield Pair(f"page {number}", str(left.get_size()), str(right.get_size()), "words")
                continue
            first, second = (page.get_textpage().get_text_range().split("\n") for page in (left, right))
            texts = list(side_by_side(first, second, partial(_line, number), _nothing))
            yield from texts
            scale = _DOTS / max(*left.get_size(), 1)
            weight = shade_weight(*(page.render(scale=scale).to_pil() for page in (left, right)))
            moved = any(weight_of(pair)[0] == "numbers" or weight_of(pair)[1] for pair in texts)
            if weight == "words":  # numbers that are near each other do not look the same
                yield Pair(f"page {number}", "as it is seen", "", "looks" if moved else "words")


def main() -> None:
    """Print what differs between two PDF files as JSON, or why theirs cannot be read."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    except (ImportError, ValueError, OSError):  # a system without such limits has the one of time
        pass
    try:
        found: Any = [asdict(pair) for pair in compared(Path(sys.argv[1]), Path(sys.argv[2]))]
    except Exception as error:  # a reader of a hostile file may fail in any way
        found = type(error).__name__
    print(json.dumps(found))


if __name__ == "__main__":
    main()
