"""An executed notebook as a list of blocks, from headings to figures: what Word and PDF are made of."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode

from analysis.document.labels import label, numbers, style_of
from analysis.export.references import ids_of, resolve

_WORD = re.compile(r"[!-~‰]+")
HIDDEN = ("notebook-only", "injected-parameters", "parameters")


@dataclass(frozen=True)
class Span:
    """A piece of text in one look; `ref` is the id of the table or figure it points at, `note` marks a footnote."""

    text: str
    bold: bool = False
    ref: str = ""
    note: bool = False


Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title of the document."""

    level: int
    spans: Spans


@dataclass(frozen=True)
class Paragraph:
    """Text; `look` is body, quiet (notes), lead (centred below the title), right or code."""

    spans: Spans
    look: str = "body"


@dataclass(frozen=True)
class Bullets:
    """A list, numbered or not; `labels` stand before its items, `level` tells how deep it is nested."""

    items: tuple[Spans, ...]
    ordered: bool = False
    labels: tuple[str, ...] = ()
    level: int = 0

    @property
    def marks(self) -> tuple[str, ...]:
        """Return what stands before each item: its label, `1. ` and so on by default, or a dot."""
        if not self.ordered:
            return ("· ",) * len(self.items)
        return self.labels or tuple(label(number) for number in range(1, len(self.items) + 1))


@dataclass(frozen=True)
class Grid:
    """A table with a caption and a header row; columns in `numbers` align right."""

    header: tuple[str, ...]
    rows: tuple[tuple[Spans, ...], ...]
    caption: str = ""
    id: str = ""
    numbers: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Picture:
    """A PNG picture with a caption, which is also its alternative text."""

    png: bytes
    caption: str = ""
    id: str = ""


@dataclass(frozen=True)
class Break:
    """A new page."""


Block = Heading | Paragraph | Bullets | Grid | Picture | Break


def blocks(notebook: NotebookNode) -> list[Block]:
    """Return what a reader of an executed notebook sees, code left out."""
    out: list[Block] = []
    known = ids_of(notebook)
    for cell in notebook.cells:
        if set(cell.metadata.get("tags", [])) & set(HIDDEN):
            continue
        if cell.cell_type == "markdown":
            out += from_html(markdown2html_mistune(cell.source))
        for output in cell.get("outputs", []):
            out += _output(output, known)
    return out


def _output(output: NotebookNode, known: set[str]) -> list[Block]:
    data = output.get("data", {})
    if "image/png" in data:
        about = output.metadata.get("image/png", {})
        png = base64.b64decode(data["image/png"])
        return [Picture(png, about.get("alt", ""), about.get("id", ""))]
    if "text/html" in data:
        return from_html(_joined(data["text/html"]), known)
    if "text/markdown" in data:
        return from_html(markdown2html_mistune(_joined(data["text/markdown"])))
    text = _joined(data.get("text/plain", "")) if output.output_type != "stream" else _joined(output.text)
    if output.output_type == "error":
        text = f"{output.ename}: {output.evalue}"
    return [Paragraph((Span(text.rstrip()),), "code")] if text.strip() else []


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def from_html(html: str, known: set[str] | None = None) -> list[Block]:
    """Return the blocks of a piece of HTML; references to anything else than `known` ids are left out."""
    soup = BeautifulSoup(html, "html.parser")
    if known is not None:
        resolve(soup, known)
    return list(_walk(soup))


def _walk(parent: Tag) -> Iterator[Block]:
    for child in parent.children:
        if isinstance(child, NavigableString):
            if type(child) is NavigableString and child.strip():
                yield Paragraph((Span(_tidy(str(child))),))
        elif isinstance(child, Tag):
            yield from _element(child)


def _element(tag: Tag) -> Iterator[Block]:
    classes = list(tag.get("class") or [])
    if tag.name in ("style", "script"):
        return
    if tag.name in ("h1", "h2", "h3", "h4", "h5"):
        for anchor in tag.select("a.anchor-link"):
            anchor.decompose()
        yield Heading(int(tag.name[1]), _spans(tag))
    elif tag.name == "p":
        look = next((name for name in ("quiet", "lead", "right") if name in classes), "body")
        if spans := _spans(tag):
            yield Paragraph(spans, look)
    elif tag.name in ("ul", "ol"):
        yield from _list(tag, 0)
    elif tag.name == "table":
        yield _grid(tag)
    elif tag.name == "pre":
        yield Paragraph((Span(tag.get_text().rstrip()),), "code")
    elif tag.name == "hr" and "page" in classes:
        yield Break()
    elif tag.find(["p", "ul", "ol", "table", "h1", "h2", "h3", "pre", "div", "section", "figure"]):
        yield from _walk(tag)
    elif spans := _spans(tag):
        yield Paragraph(spans)


def _list(tag: Tag, level: int) -> Iterator[Block]:
    """Yield a list in pieces: a list within an item stands between that item and the next."""
    items, ordered = tag.find_all("li", recursive=False), tag.name == "ol"
    places = numbers([_attribute(one, "value") for one in items], _attribute(tag, "start"), tag.has_attr("reversed"))
    style, held, begun = style_of(tag.attrs), list[Spans](), 0
    labels = tuple(label(number, style) for number in places) if ordered else ()
    for place, item in enumerate(items, start=1):
        nested = [one.extract() for one in item.find_all(["ol", "ul"]) if one.find_parent(["ol", "ul"]) is tag]
        held.append(_spans(item))
        if nested or place == len(items):
            yield Bullets(tuple(held), ordered, labels[begun:place], level)
            held, begun = [], place
        for one in nested:
            yield from _list(one, level + 1)


def _attribute(tag: Tag, name: str) -> str | None:
    return str(tag[name]) if tag.has_attr(name) else None


def _grid(tag: Tag) -> Grid:
    caption = tag.find("caption")
    rows = tag.find_all("tr")
    head = [row for row in rows if row.find("td") is None]
    cells = head[0].find_all(["th", "td"]) if head else []
    numbers = frozenset(k for k, one in enumerate(cells) if "number" in (one.get("class") or []))
    body = tuple(tuple(_spans(cell) for cell in row.find_all(["td", "th"])) for row in rows if row not in head)
    title = _tidy(caption.get_text()) if caption else ""
    return Grid(tuple(_tidy(one.get_text()) for one in cells), body, title, str(tag.get("id") or ""), numbers)


def _spans(tag: Tag, bold: bool = False) -> Spans:
    out: list[Span] = []

    def visit(node: PageElement, strong: bool) -> None:
        if isinstance(node, Tag):
            target = str(node.get("href") or "")
            if node.name == "a" and target.startswith("#") and "ref" in (node.get("class") or []):
                out.append(Span(node.get_text(), strong, target[1:]))
            elif node.name == "a" and target.startswith("#") and node.find_parent("sup") is not None:
                out.append(Span(node.get_text(), strong, note=True))
            elif node.name == "br":
                out.append(Span("\n", strong))
            else:
                for child in node.children:
                    visit(child, strong or node.name in ("b", "strong", "th"))
        elif type(node) is NavigableString:
            text = _tidy(str(node), ends=False)
            if text and out and out[-1].bold == strong and not (out[-1].ref or out[-1].note):
                out[-1] = Span(out[-1].text + text, strong)
            elif text:
                out.append(Span(text, strong))

    for child in tag.children:
        visit(child, bold)
    if out and not "".join(span.text for span in out).strip():
        return ()
    return tuple(out)


def _tidy(text: str, ends: bool = True) -> str:
    """Return text with its white space run together, as a browser shows it."""
    lead, tail = text[:1].isspace(), text[-1:].isspace()
    inner = " ".join(text.split())
    return inner if ends else (" " if lead and inner else "") + inner + (" " if tail and inner else "")


def column_widths(grid: Grid, total: float = 156.0) -> list[float]:
    """Return column widths in mm that add up to `total`.

    They grow with the longest text of a column, less than in proportion, so that long columns do not starve short
    ones; no column is too narrow for its longest number or word at 10.5 pt.
    """
    columns = max([len(grid.header), *(len(row) for row in grid.rows)])
    longest, least = [2.0] * columns, [8.0] * columns
    body = [["".join(span.text for span in cell) for cell in row] for row in grid.rows]
    for place, row in enumerate([list(grid.header), *body]):
        for k, text in enumerate(row):
            longest[k] = max(longest[k], min(_characters(text), 120))
            word = max((len(one) for one in _WORD.findall(text)), default=0)
            together = min(_characters(text), 2.5 if place == 0 else 9 if k in grid.numbers else 4.5)
            least[k] = max(least[k], min(word, 14) * 2.35 + 4.4, together * 3.7 + 4.2)
    if sum(least) > total:  # more columns than fit: all give way alike
        return [total * low / sum(least) for low in least]
    roots = [length**0.62 for length in longest]
    widths = [total * root / sum(roots) for root in roots]
    short = sum(max(low - wide, 0.0) for low, wide in zip(least, widths, strict=True))
    spare = [max(wide - low, 0.0) for low, wide in zip(least, widths, strict=True)]
    if not short:
        return widths
    return [max(low, wide - short * own / sum(spare)) for low, wide, own in zip(least, widths, spare, strict=True)]


def _characters(text: str) -> float:
    """Return the width of a text in Chinese characters."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.55 for char in text)


def png_size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG picture in pixels."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def numbered(document: list[Block]) -> dict[int, str]:
    """Return the label (图1, 表2 as numbers) of each captioned block by its place: tables and figures count apart."""
    out, tables, figures = {}, 0, 0
    for place, block in enumerate(document):
        if isinstance(block, Grid) and block.caption:
            tables += 1
            out[place] = str(tables)
        elif isinstance(block, Picture) and block.caption:
            figures += 1
            out[place] = str(figures)
    return out
