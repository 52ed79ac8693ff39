"""A document as the HTML of a page's body: the tags a reader and the number checker know, every number marked."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from html import escape
from typing import Any

from analysis.document.grid import align_of, grid
from analysis.document.model import (
    AnyBlock,
    Blocks,
    CodeBlock,
    Contents,
    Document,
    Figure,
    Footnote,
    Heading,
    Landscape,
    List,
    MathBlock,
    PageBreak,
    Paragraph,
    Quote,
    Row,
    Table,
    Unshown,
    texts,
)
from analysis.document.spans import (
    Break,
    Code,
    FootnoteRef,
    Image,
    Label,
    Link,
    Math,
    Number,
    Picture,
    Reference,
    Span,
    Spans,
    plain,
    text_of,
)
from analysis.document.storage import MEDIA_TYPE, to_json
from analysis.exceptions import Lang
from analysis.export.formulas import mathml
from analysis.export.layout import said

_TYPES = {
    "lower-alpha": "a",
    "upper-alpha": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}


def markup(blocks: Blocks, lang: Lang = "zh") -> str:
    """Return blocks as HTML."""
    return "\n".join(_block(block, lang) for block in blocks)


def display_data(document: Document) -> dict[str, Any]:
    """Return a document as the data of a notebook's output: the tree for exporters, a page for people.

    Shown with `IPython.display.display(display_data(document), raw=True)`; exporters read it back as it is.
    """
    words = "\n".join(map(texts, document.blocks))
    html = markup(document.blocks, document.meta.lang)
    return {MEDIA_TYPE: json.loads(to_json(document)), "text/html": html, "text/plain": words}


def _block(block: AnyBlock, lang: Lang) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{inline(block.spans)}</h{block.level}>"
    if isinstance(block, Paragraph):
        look = f' class="{block.look}"' if block.look != "body" else ""
        return f"<p{look}>{inline(block.spans)}</p>"
    if isinstance(block, List):
        return _list(block, lang)
    if isinstance(block, Table):
        notes = "".join(f'<p class="quiet">{inline(note)}</p>' for note in block.notes)
        return f'<div class="table">{_table(block)}</div>{notes}'
    if isinstance(block, Figure):
        return _figure(block)
    if isinstance(block, Quote):
        return f"<blockquote>{markup(block.blocks, lang)}</blockquote>"
    if isinstance(block, Landscape):
        return f'<div class="landscape">{markup(block.blocks, lang)}</div>'
    return _rare(block, lang)


def _rare(block: AnyBlock, lang: Lang) -> str:
    if isinstance(block, CodeBlock):
        return f"<pre>{escape(block.text)}</pre>"
    if isinstance(block, MathBlock):
        made = mathml(block.text, display=True)
        return f'<div class="math">{made}</div>' if made else f"<pre>{escape(block.text)}</pre>"
    if isinstance(block, Footnote):
        mark = f'<sup><a href="#ref-{escape(block.id)}">{escape(block.label)}</a></sup> '
        return f'<div class="footnote" id="{escape(block.id)}">{mark}{markup(block.blocks, lang)}</div>'
    if isinstance(block, Unshown):
        return f'<p class="quiet unshown">{escape(said(block.what, block.why, lang))}</p>'
    if isinstance(block, Contents):
        return '<nav class="contents"></nav>'
    return '<hr class="page">' if isinstance(block, PageBreak) else "<hr>"


def _list(block: List, lang: Lang) -> str:
    tag, about = ("ol", "") if block.ordered else ("ul", "")
    first = block.items[0].number if block.items else 1
    if block.ordered and block.style == "chinese":
        about += ' style="list-style-type: cjk-ideographic"'
    elif block.ordered and block.style in _TYPES:
        about += f' type="{_TYPES[block.style]}"'
    if block.ordered and first != 1:
        about += f' start="{first}"'
    items, due = [], first
    for item in block.items:
        value = f' value="{item.number}"' if block.ordered and item.number != due else ""
        due = item.number + 1
        box = escape(block.mark(item)) if item.done is not None else ""
        kind = ' class="task"' if box else ""
        own = item.blocks
        text = inline(own[0].spans) if own and isinstance(own[0], Paragraph) else ""
        rest = markup(own[1:] if text else own, lang)
        items.append(f"<li{value}{kind}>{box}{text}{rest}</li>")
    return f"<{tag}{about}>{''.join(items)}</{tag}>"


def _table(block: Table) -> str:
    id = f' id="{escape(block.id)}"' if block.id else ""
    caption = f"<caption>{inline(block.caption)}</caption>" if block.caption else ""
    head = "".join(_row(block, row) for row in _rows(block, block.header, True))
    body = "".join(_row(block, row) for row in _rows(block, block.rows, False))
    head = f"<thead>{head}</thead>" if head else ""
    return f"<table{id}>{caption}{head}<tbody>{body}</tbody></table>"


def _rows(block: Table, rows: tuple[Row, ...], header: bool) -> Iterable[list[str]]:
    made: list[list[str]] = [[] for _ in rows]
    for one in grid(rows):
        cell, side = one.cell, align_of(block, one)
        about = f' colspan="{cell.colspan}"' * (cell.colspan > 1) + f' rowspan="{cell.rowspan}"' * (cell.rowspan > 1)
        tag = "th" if header or cell.head else "td"
        about = (" scope='col'" if header else " scope='row'" if cell.head else "") + about
        about += ' class="number"' if side == "right" else ' class="centred"' if side == "center" else ""
        made[one.row].append(f"<{tag}{about}>{inline(cell.spans)}</{tag}>")
    return made


def _row(block: Table, cells: list[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>"


def _figure(block: Figure) -> str:
    if not block.images:
        return f'<p class="quiet">{inline(block.caption or plain(block.alt))}</p>'
    id = f' id="{escape(block.id)}"' if block.id else ""
    caption = text_of(block.caption)
    kind = "" if caption else ' class="plain"'  # a picture without a caption has no number
    alt = escape(caption or block.alt)
    return f'<div class="output_png"><img{id}{kind} src="{_uri(block.images[0])}" alt="{alt}"></div>'


def _uri(image: Image) -> str:
    return f"data:{escape(image.media)};base64,{base64.b64encode(image.data).decode()}"


def inline(spans: Spans) -> str:
    """Return a line of text as HTML; neighbours in bold share one element."""
    out: list[str] = []
    bold = False
    for span in spans:
        if span.bold != bold:
            out.append("<strong>" if span.bold else "</strong>")
            bold = span.bold
        out.append(_span(span))
    return "".join([*out, "</strong>"] if bold else out)


def _span(span: Span) -> str:
    made = _plain_span(span)
    for wanted, tag in ((span.italic, "em"), (span.struck, "s"), (span.place == "sub", "sub")):
        made = f"<{tag}>{made}</{tag}>" if wanted else made
    return f"<sup>{made}</sup>" if span.place == "sup" or isinstance(span, FootnoteRef) else made


def _plain_span(span: Span) -> str:
    text = escape(span.text)
    if isinstance(span, Number):
        origin = f' data-from="{escape(span.origin)}" data-as="{escape(span.form)}"' if span.origin else ""
        return f'<data value="{escape(span.id)}"{origin}>{text}</data>'
    if isinstance(span, Label):
        return f'<span class="badge {escape(span.code)}">{text}</span>' if span.code else text
    if isinstance(span, Reference):
        return f'<a class="ref" href="#{escape(span.target)}">{text}</a>'
    if isinstance(span, FootnoteRef):
        return f'<a href="#{escape(span.note)}">{text}</a>'
    if isinstance(span, Link) and span.href:
        return f'<a href="{escape(span.href)}">{text}</a>'
    if isinstance(span, Code):
        return f"<code>{text}</code>"
    if isinstance(span, Math):
        return mathml(span.text) or f"<code>{text}</code>"
    if isinstance(span, Picture) and span.image is not None:
        return f'<img class="plain" src="{_uri(span.image)}" alt="{text}">'
    return "<br>" if isinstance(span, Break) else text.replace("\n", "<br>")
