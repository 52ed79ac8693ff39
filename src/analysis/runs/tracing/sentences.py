"""The sentences of a run's documents, each with the marks of its numbers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from analysis.narrative.reading import Piece, read_page
from analysis.runs.kinds import NOTEBOOK_OF

_END = re.compile(r"[。！？；](?=.)|[.!?;]\s+(?=\S)")


@dataclass(frozen=True)
class Mark:
    """A printed number: its text, its id, the origin it is reckoned from and the form it is written in."""

    text: str
    id: str
    origin: str
    form: str


@dataclass(frozen=True)
class Sentence:
    """A sentence, or a row of a table, of a document: where it stands and the numbers in it."""

    file: str
    heading: str
    place: str
    text: str
    marks: tuple[Mark, ...]


def sentences(folder: Path, record: dict[str, Any]) -> list[Sentence]:
    """Return the sentences of all documents of a run, from its pages, else from the executed notebooks."""
    out: list[Sentence] = []
    kinds = [str(one["kind"]) for one in record.get("documents", [])] or list(NOTEBOOK_OF)
    for kind in kinds:
        page = folder / "documents" / f"{kind}.html"
        notebook = folder / "notebooks" / f"{NOTEBOOK_OF.get(kind, kind)}.ipynb"
        if page.is_file():
            out += _of_page(page.read_text(encoding="utf-8"), f"documents/{kind}.html")
        elif notebook.is_file():
            out += _of_page(_shown(notebook), f"notebooks/{notebook.name}")
    return out


def _shown(notebook: Path) -> str:
    """Return the HTML that the cells of an executed notebook show."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shown = (one.get("data", {}).get("text/html", "") for cell in cells for one in cell.get("outputs", []))
    return f"<main>{''.join(''.join(part) for part in shown)}</main>"


def _of_page(html: str, file: str) -> Iterator[Sentence]:
    heading = ""
    pieces = [one for one in read_page(html)[0] if one.kind != "listing"]
    for _, group in groupby(pieces, key=lambda one: ("row", one.row) if one.row else ("block", one.block)):
        block = list(group)
        if block[0].place == "heading":
            heading = "".join(one.text for one in block).strip()
        parts = _row(block) if block[0].row else _split(block)
        for text, marks in parts:
            if text.strip():
                yield Sentence(file, heading, "row" if block[0].row else block[0].place, " ".join(text.split()), marks)


def _row(block: list[Piece]) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    cells = ["".join(one.text for one in cell).strip() for _, cell in groupby(block, key=lambda one: one.block)]
    yield " | ".join(filter(None, cells)), tuple(_mark(one) for one in block if one.kind == "value")


def _split(block: list[Piece]) -> Iterator[tuple[str, tuple[Mark, ...]]]:
    """Yield the sentences of a paragraph, each with its marks."""
    text = "".join(one.text for one in block)
    placed, at = [], 0
    for one in block:
        placed += [(at, one)] if one.kind == "value" else []
        at += len(one.text)
    first = 0
    for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
        yield text[first:end], tuple(_mark(one) for place, one in placed if first <= place < end)
        first = end


def _mark(piece: Piece) -> Mark:
    id, origin, form = (piece.marks.get(name, "") for name in ("value", "data-from", "data-as"))
    return Mark(piece.text, id, origin or f"{{{id}}}", form or "count")
