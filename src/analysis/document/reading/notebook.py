"""A notebook as a document: its cells in order, what its tags hide left out, its footnotes at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from analysis.document.model import AnyBlock, Blocks, CodeBlock, Document, Figure, Heading, Meta, Table, walk
from analysis.document.reading.html import from_html, joined
from analysis.document.reading.markdown import to_html
from analysis.document.reading.outputs import output
from analysis.document.reading.settings import Reading, Settings
from analysis.document.reading.widgets import STATE
from analysis.document.spans import text_of
from analysis.document.storage import MEDIA_TYPE, from_json
from analysis.exceptions import DataError

_NO_CELL = frozenset(("notebook-only", "injected-parameters", "parameters", "remove-cell", "hide-cell"))
_NO_INPUT = frozenset(("remove-input", "hide-input", "hide-code"))
_NO_OUTPUT = frozenset(("remove-output", "hide-output", "remove-all-outputs"))
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
_NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TABLE = re.compile(r"<table[^>]*\sid=\"([^\"]+)\"")


def read_notebook(notebook: Mapping[str, Any], settings: Settings | None = None) -> Document:
    """Return what a reader of an executed notebook sees.

    Parameters
    ----------
    notebook : NotebookNode, or the mapping of its JSON
        Of nbformat 4; any kernel, any tools.
    settings : Settings, optional

    Notes
    -----
    Nothing is run and nothing fetched. What cannot be shown is an `Unshown` block in its place. Title, author, number
    and date come from the notebook's metadata, the title else from its first heading.
    """
    settings = settings or Settings()
    notebook = _clean(notebook)
    about = notebook.get("metadata") or {}
    widgets = ((about.get("widgets") or {}).get(STATE) or {}).get("state") or {}
    reading = Reading(settings, frozenset(ids_of(notebook)), widgets)
    blocks: list[AnyBlock] = []
    for place, cell in enumerate(notebook.get("cells") or ()):
        reading.cell, reading.attachments = place, cell.get("attachments") or {}
        blocks += _cell(cell, reading)
    blocks += reading.footnotes
    return Document(_meta(about, tuple(blocks), settings), tuple(blocks))


def _clean(found: Any) -> Any:
    """Return what a notebook holds without signs no file can hold: colours of terminals, controls, halves of pairs."""
    if isinstance(found, str):
        found = _ANSI.sub("", found) if "\x1b" in found else found
        return _NO_SIGN.sub("", found) if _NO_SIGN.search(found) else found
    if isinstance(found, Mapping):
        return {str(name): _clean(value) for name, value in found.items()}
    return [_clean(one) for one in found] if isinstance(found, list | tuple) else found


def _cell(cell: Mapping[str, Any], reading: Reading) -> Iterator[AnyBlock]:
    about = cell.get("metadata") or {}
    tags = {str(tag).replace("_", "-") for tag in about.get("tags") or ()}
    kind, source = cell.get("cell_type"), joined(cell.get("source") or "")
    if tags & _NO_CELL:
        return
    if kind == "markdown":
        yield from from_html(to_html(source), reading)
    elif kind == "raw":
        form = str(about.get("format") or about.get("raw_mimetype") or "")
        if form == "text/html":
            yield from from_html(source, reading)
        elif form == "text/markdown":
            yield from from_html(to_html(source), reading)
    elif kind == "code":
        hidden = about.get("jupyter") or {}
        if reading.settings.code and source.strip() and not (tags & _NO_INPUT or hidden.get("source_hidden")):
            yield CodeBlock(source.strip("\n"), "python")
        if not (tags & _NO_OUTPUT or hidden.get("outputs_hidden")):
            for one in cell.get("outputs") or ():
                yield from output(one, reading)


def _meta(about: Mapping[str, Any], blocks: Blocks, settings: Settings) -> Meta:
    title = next((text_of(one.spans) for one in blocks if isinstance(one, Heading)), "")
    authors = about.get("authors") or []
    author = about.get("author") or "、".join(
        str(one.get("name") or "") if isinstance(one, Mapping) else str(one) for one in authors
    )
    own = {name: str(about.get(name) or "") for name in ("number", "date")}
    return Meta(str(about.get("title") or title), str(author), **own, lang=settings.lang)


def ids_of(notebook: Mapping[str, Any]) -> set[str]:
    """Return the ids of the tables and figures among a notebook's outputs, which its sentences may point at."""
    found: set[str] = set()
    for cell in notebook.get("cells") or ():
        for one in cell.get("outputs") or ():
            data = one.get("data") or {}
            found.update(_TABLE.findall(joined(data.get("text/html", ""))))
            found.add(str(((one.get("metadata") or {}).get("image/png") or {}).get("id") or ""))
            if MEDIA_TYPE in data:
                found |= _ids_within(data[MEDIA_TYPE])
    return found - {""}


def _ids_within(text: Any) -> set[str]:
    try:
        return {block.id for block in walk(from_json(text).blocks) if isinstance(block, Table | Figure)}
    except DataError:  # named where the part would stand
        return set()
