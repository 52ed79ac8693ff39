"""A page of a document as pieces of text for the number checker: what is said where, and which text is but a label.

Labels number the parts of a document and say nothing of its subject: those of list items, tables, figures, headings
and footnotes, and references to them.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

from analysis.document.labels import label, numbers, style_of

_PLACES = {"h1": "heading", "h2": "heading", "h3": "heading", "h4": "heading", "h5": "heading", "td": "cell",
           "th": "head", "caption": "caption", "figcaption": "caption"}  # fmt: skip
_BLOCKS = {*_PLACES, "p", "li", "pre", "div"}
_LEADING = {
    "heading": re.compile(r"\s*(?:\d+\.\s|\d+(?:\.\d+)+\s|[（(]\d+[）)]|Annex \d+\.\s)"),
    "caption": re.compile(r"\s*(?:[表图]\d+　|(?:Table|Figure) \d+\. )"),
}


class Piece(NamedTuple):
    """A piece of text.

    Attributes
    ----------
    kind : str
        prose, value (marked), label or listing (`pre`).
    block : int
        Number of the paragraph, heading, item, caption or cell it stands in.
    place : str
        text, heading, caption, head (of a table) or cell.
    row, table : int
        Numbers of the table row and of the table, 0 outside tables.
    marks : dict
        Attributes of the mark: `value` is its id, `data-from` where the number comes from, `data-as` its form.
    """

    kind: str
    text: str
    block: int
    place: str
    row: int = 0
    table: int = 0
    marks: dict[str, str] = {}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.labels: list[str] = []
        self._main, self._skip, self._listing, self._label = False, 0, 0, 0
        self._marks: dict[str, str] = {}
        self._block, self._row, self._table, self._place = 0, 0, 0, "text"
        self._first, self._in_table = True, 0
        self._lists: list[tuple[str, dict[str, str], list[str | None]]] = []
        self._links: list[bool] = []
        self._sup = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs} if attrs else {}
        self._main = self._main or tag == "main"
        self._skip += tag in ("style", "script")
        self._listing += tag == "pre"
        self._in_table += tag == "table"
        self._row += tag == "tr"
        self._table += tag == "table"
        self._sup += tag == "sup"
        if tag == "a":
            points = about.get("href", "").startswith("#") and (
                "ref" in about.get("class", "").split() or self._sup > 0
            )
            self._links.append(points)
            self._label += points
        elif tag == "data":
            self._marks = about
        elif tag in ("ol", "ul"):
            self._lists.append((tag, about | ({"reversed": "reversed"} if "reversed" in about else {}), []))
        elif tag == "li" and self._lists:
            self._lists[-1][2].append(about.get("value"))
        if tag in _BLOCKS:
            self._begin(tag)

    def handle_endtag(self, tag: str) -> None:
        self._skip -= tag in ("style", "script")
        self._listing -= tag == "pre"
        self._in_table -= tag == "table"
        self._sup -= tag == "sup"
        if tag == "a" and self._links:
            self._label -= self._links.pop()
        elif tag == "data":
            self._marks = {}
        elif tag in ("ol", "ul") and self._lists:
            kind, about, items = self._lists.pop()
            if kind == "ol" and self._main:
                places = numbers(items, about.get("start"), "reversed" in about)
                self.labels += [label(number, style_of(about)) for number in places]
        if tag in _BLOCKS:
            self._begin("")

    def handle_data(self, data: str) -> None:
        if not self._main or self._skip or not data:
            return
        leading = _LEADING.get(self._place)
        if self._first and not self._marks and leading is not None and (found := leading.match(data)):
            self._keep("label", found[0])
            data = data[found.end() :]
        kind = "label" if self._label else "value" if self._marks else "listing" if self._listing else "prose"
        self._keep(kind, data)

    def _begin(self, tag: str) -> None:
        self._block, self._first = self._block + 1, True
        self._place = _PLACES.get(tag, "cell" if self._in_table else "text")

    def _keep(self, kind: str, text: str) -> None:
        self._first = self._first and not text.strip()
        row, table = (self._row, self._table) if self._in_table else (0, 0)
        self.pieces.append(Piece(kind, text, self._block, self._place, row, table, self._marks))


def read_page(html: str) -> tuple[list[Piece], list[str]]:
    """Return the pieces of a page from its part `main` on, and the labels of its list items."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.pieces, reader.labels
