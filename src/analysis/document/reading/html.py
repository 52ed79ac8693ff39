"""HTML as blocks: of markdown, of frames, of anything a notebook shows."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from analysis.document.labels import numbers, style_of
from analysis.document.model import (
    AnyBlock,
    Blocks,
    CodeBlock,
    Contents,
    Figure,
    Footnote,
    Heading,
    Item,
    Landscape,
    List,
    MathBlock,
    PageBreak,
    Paragraph,
    Quote,
    Rule,
)
from analysis.document.reading.lines import Element, Line, classes, shown
from analysis.document.reading.settings import MOST_LINES, MOST_TEXT, Reading
from analysis.document.reading.tables import read_table
from analysis.document.spans import Picture, Spans, TextSpan, plain
from analysis.exceptions import Text

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LOOKS = ("quiet", "lead", "left", "right")
_SECTIONS = (
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "nav",
    "details",
    "center",
    "body",
    "html",
)
_PARTS = ("p", "ul", "ol", "dl", "table", "pre", "figure", "blockquote", "hr", "form", "fieldset")
_EMBEDDED = ("iframe", "video", "audio", "object", "embed", "canvas")
_BLOCK = frozenset((*_HEADINGS, *_SECTIONS, *_PARTS, *_EMBEDDED))
_NOT_DRAWN = {
    "iframe": Text("嵌入的网页", "an embedded page"),
    "video": Text("视频", "a video"),
    "audio": Text("声音", "a sound"),
    "object": Text("嵌入的对象", "an embedded object"),
    "embed": Text("嵌入的对象", "an embedded object"),
    "canvas": Text("由脚本绘制的图", "a drawing made by a script"),
}
_PAPER = Text("纸面文档中放不下", "it has no place on paper")
_SVG = re.compile(r"<svg\b.*?</svg\s*>", re.S | re.I)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_DEEPEST = 60  # elements within elements; what lies deeper is kept as text


def from_html(html: str, reading: Reading | None = None) -> Blocks:
    """Return the blocks of a piece of HTML.

    Parameters
    ----------
    html : str
    reading : Reading, optional
        The notebook it stands in; without one, references are kept and no file is read.
    """
    from lxml.html import HTMLParser, document_fromstring

    html = _SVG.sub(_as_image, _CONTROL.sub("", html))  # HTML knows no upper case in names, SVG does
    if not html.strip():
        return ()
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = document_fromstring(f"<html><body><div>{html}</div></body></html>".encode(), parser=parser)
    if any("depth" in error.message.lower() for error in parser.error_log):
        return tuple(_paragraph(plain(" ".join(re.sub("<[^>]*>", " ", html).split()))))
    return tuple(_Reader(reading or Reading()).flow(root.find("body"), 0))


def _as_image(found: re.Match[str]) -> str:
    name = ' xmlns="http://www.w3.org/2000/svg"'
    text = found[0] if "xmlns=" in found[0].partition(">")[0] else found[0][:4] + name + found[0][4:]
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(text.encode()).decode()}">'


class _Reader:
    """A tree of elements being read."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def flow(self, parent: Element, depth: int, look: TextSpan | None = None) -> Iterator[AnyBlock]:
        """Yield what is within an element: blocks as they come, the text between them as paragraphs."""
        if depth > _DEEPEST:
            yield from _paragraph((TextSpan(" ".join(parent.text_content().split())),))
            return
        line, look = Line(self.reading), look or TextSpan("")
        line.text(parent.text, look)
        for child in parent:
            if shown(child) and _is_block(child):
                yield from _paragraph(line.take())
                yield from self.element(child, depth + 1)
            else:
                line.add(child, look)
            line.text(child.tail, look)
        yield from _paragraph(line.take())

    def element(self, tag: Element, depth: int) -> Iterator[AnyBlock]:
        """Yield a block element."""
        name, about = tag.tag, classes(tag)
        if name in _HEADINGS:
            line = Line(self.reading)
            line.children(tag)
            if spans := line.take():
                yield Heading(int(name[1]), spans)
        elif name == "p":
            looks = [one for one in _LOOKS if one in about]
            for block in self.flow(tag, depth):
                is_text = isinstance(block, Paragraph) and looks
                yield Paragraph(block.spans, looks[0]) if is_text else block  # type: ignore[union-attr, arg-type]
        elif name in ("ul", "ol"):
            yield self._list(tag, depth)
        elif name == "table":
            yield from read_table(tag, self.reading)
        elif name == "pre":
            yield from self._listing(tag)
        elif name == "hr":
            if "footnotes-sep" not in about:
                yield PageBreak() if "page" in about else Rule()
        elif name == "nav" and "contents" in about:
            yield Contents()
        elif name == "blockquote":
            yield Quote(tuple(self.flow(tag, depth)))
        elif "footnotes" in about:
            self._footnotes(tag, depth)
        elif "landscape" in about and name == "div" and depth < 3:  # never within a list or a cell
            yield Landscape(tuple(self.flow(tag, depth + 1)))
        elif about & {"math", "amsmath"} and name == "div":
            yield MathBlock(tag.text_content().strip())
        elif name in _NOT_DRAWN:
            yield self.reading.unshown(_NOT_DRAWN[name], _PAPER)
        elif name == "figure":
            yield from self._figure(tag, depth)
        elif name == "dl":
            yield from self._definitions(tag, depth)
        else:
            yield from self.flow(tag, depth)

    def _list(self, tag: Element, depth: int) -> List:
        items = [child for child in tag if isinstance(child.tag, str) and child.tag == "li"]
        backwards = tag.get("reversed") is not None
        places = numbers([one.get("value") for one in items], tag.get("start"), backwards)
        made = []
        for item, number in zip(items, places, strict=True):
            box = next((one for one in item.iter("input") if one.get("type") == "checkbox"), None)
            done = None
            if box is not None and "task-list-item" in classes(item):
                done = box.get("checked") is not None
                box.set("type", "hidden")
            made.append(Item(tuple(self.flow(item, depth + 1)), number if tag.tag == "ol" else 0, done))
        for stray in tag:  # old pages put lists straight into lists
            if isinstance(stray.tag, str) and stray.tag in ("ul", "ol"):
                made.append(Item((self._list(stray, depth + 1),)))
        return List(tuple(made), tag.tag == "ol", style_of(dict(tag.attrib)))

    def _listing(self, tag: Element) -> Iterator[AnyBlock]:
        text = tag.text_content().strip("\n").rstrip()
        inner = tag.find("code")
        language = (
            next((one[9:] for one in classes(inner) if one.startswith("language-")), "") if inner is not None else ""
        )
        yield from printed(text, self.reading, language)

    def _figure(self, tag: Element, depth: int) -> Iterator[AnyBlock]:
        caption = tag.find(".//figcaption")
        line = Line(self.reading)
        if caption is not None:
            line.children(caption)
            caption.getparent().remove(caption)
        said = line.take()
        for block in self.flow(tag, depth):
            if isinstance(block, Figure) and said:
                yield Figure(block.images, block.alt, said, str(tag.get("id") or block.id))
                said = ()
            else:
                yield block
        yield from _paragraph(said)

    def _definitions(self, tag: Element, depth: int) -> Iterator[AnyBlock]:
        for child in tag:
            if isinstance(child.tag, str) and child.tag == "dt":
                line = Line(self.reading)
                line.children(child, TextSpan("", bold=True))
                yield from _paragraph(line.take())
            elif isinstance(child.tag, str):
                yield from self.flow(child, depth + 1)

    def _footnotes(self, tag: Element, depth: int) -> None:
        """Keep the footnotes of a cell; they are printed at the end of the document."""
        for item in tag.iter("li"):
            id = item.get("id") or ""
            blocks = tuple(self.flow(item, depth + 1))
            self.reading.footnotes.append(Footnote(f"{self.reading.cell}.{id}", self.reading.mark(id), blocks))


def _is_block(element: Element) -> bool:
    return element.tag in _BLOCK or any(one.tag in _BLOCK for one in element.iterdescendants() if element.tag != "math")


def _paragraph(spans: Spans) -> Iterator[AnyBlock]:
    """Yield a line of text as a paragraph; pictures that stand alone in it are figures."""
    if spans and all(isinstance(one, Picture) or not one.text.strip() for one in spans):
        for one in spans:
            if isinstance(one, Picture) and one.image is not None:
                yield Figure((one.image,), one.text, plain(one.text))
            elif isinstance(one, Picture):
                yield Paragraph((one,))
    elif any(one.text.strip() for one in spans):
        yield Paragraph(spans)


def printed(text: str, reading: Reading, language: str = "") -> Iterator[AnyBlock]:
    """Yield printed text with its lines; of a very long one the beginning, and a note of how much there was."""
    if not text.strip():
        return
    lines = text[:MOST_TEXT].rstrip("\n").split("\n")
    yield CodeBlock("\n".join(lines[:MOST_LINES]), language)
    if len(text) > MOST_TEXT or len(lines) > MOST_LINES:
        count, shown_lines = text.rstrip("\n").count("\n") + 1, min(len(lines), MOST_LINES)
        said = reading.say(
            f"（文字共{count:,}行、{len(text):,}个字符，此处列出开头{shown_lines:,}行。）",
            f"({count:,} lines, {len(text):,} characters of text; the first lines, {shown_lines:,}, are shown.)",
        )
        yield Paragraph(plain(said), "quiet")


def joined(text: Any) -> str:
    """Return a text of a notebook, which may be kept as a list of lines."""
    return text if isinstance(text, str) else "".join(map(str, text))
