"""A document as a PDF set by typst: Chinese fonts inside, bookmarks, tags, the same bytes for the same document."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from analysis.document.grid import align_of, grid, width
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
    Rule,
    Table,
    Unshown,
)
from analysis.document.spans import Code, FootnoteRef, Image, Link, Math, Picture, Reference, Span, Spans, plain
from analysis.exceptions import Lang
from analysis.export.formulas import typst as formula
from analysis.export.glyphs import drawable
from analysis.export.layout import (
    CONTENTS,
    Labels,
    column_widths,
    fitted,
    head_of,
    longest_text,
    merged,
    said,
    yielding,
)
from analysis.export.theme import font_file

_LONG_CELL = 600  # characters: a row with a longer cell may fill more than a page
_TALLEST = 200.0  # mm: a picture and its caption fit one page
_ACROSS, _ACROSS_LANDSCAPE = 156.0, 225.0  # mm: the width of text
_TEMPLATE = Path(__file__).parent / "templates" / "gongwen.typ"
_WIDE = 100.0  # mm: a picture drawn at least so wide fills the width of the text
_SUFFIX = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/svg+xml": "svg"}


def write_pdf(document: Document, title: str, notice: str, lang: Lang, made: datetime, author: str = "") -> bytes:
    """Return a PDF file.

    Parameters
    ----------
    document : Document
    title, author : str
        Document properties.
    notice : str
        Stands in the header of every page.
    lang : zh or en
    made : datetime
        The only time in the file.

    Notes
    -----
    A character none of the packaged fonts has is written as its code point, such as [U+20BB7]: nothing is drawn as an
    empty box. `glyphs.check_glyphs` refuses such a document.
    """
    import typst

    head = {"title": title, "author": author, "notice": notice, "lang": lang}
    lines = [f'#import "gongwen.typ": *\n#show: gongwen.with({", ".join(f"{k}: {_text(v)}" for k, v in head.items())})']
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "gongwen.typ").write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        writer = _Writer(Labels(document.blocks), root, lang)
        lines += writer.blocks(document.blocks)
        (root / "main.typ").write_text("\n".join(lines), encoding="utf-8")
        return bytes(
            typst.compile(
                str(root / "main.typ"),
                root=folder,
                font_paths=[str(font_file().parent)],
                ignore_system_fonts=True,
                timestamp=int(made.timestamp()),
            )
        )


class _Writer:
    """One document being written as typst source."""

    def __init__(self, labels: Labels, root: Path, lang: Lang) -> None:
        self.labels, self.root, self.lang = labels, root, lang
        self.across = _ACROSS
        self.inner = 0  # how deep within lists and quotations
        self.files: dict[int, str] = {}  # of pictures, by their place in memory: one written once

    def blocks(self, blocks: Blocks) -> list[str]:
        """Return the source of blocks, a line each."""
        out: list[str] = []
        noted = False
        for block in blocks:
            if isinstance(block, Footnote) and not noted:
                out.append("#rule(30%)")
            noted = isinstance(block, Footnote)
            out += self.block(block)
        return out

    def block(self, block: AnyBlock) -> list[str]:
        """Return the source of a block."""
        if isinstance(block, Heading):
            if block.level == 1:
                return [f"#doctitle({self.content(block.spans)})"]
            return [f"#heading(level: {block.level - 1}, {self.content(block.spans)})"]
        if isinstance(block, Paragraph):
            look = f"{block.look}-side" if block.look in ("left", "right") else block.look
            return [f"#{look}({self.content(block.spans)})"]
        if isinstance(block, List):
            return self.items(block, 0)
        if isinstance(block, Table):
            made = [self.table(block)] if width(block) else [f"#quiet({self.content(block.caption)})"]
            return [*made, *(f"#quiet({self.content(note)})" for note in block.notes)]
        if isinstance(block, Figure):
            return [self.figure(block)]
        if isinstance(block, CodeBlock):
            return [f"#listing({_text(block.text)})"]
        if isinstance(block, Quote):
            return ["#passage[", *self.within(block.blocks), "]"]
        if isinstance(block, Landscape):
            if self.inner:  # within a list or a quotation no page can be turned
                return self.blocks(block.blocks)
            self.across = _ACROSS_LANDSCAPE
            inner = self.blocks(block.blocks)
            self.across = _ACROSS
            return ["#sideways[", *inner, "]"]
        return self.small(block)

    def small(self, block: AnyBlock) -> list[str]:
        """Return the source of the blocks that official documents rarely have."""
        if isinstance(block, Footnote):
            first = block.blocks[0] if block.blocks else None
            lead, rest = (first.spans, block.blocks[1:]) if isinstance(first, Paragraph) else ((), block.blocks)
            return [f"#quiet({self.content((*plain(f'{block.label}. '), *lead))})", *self.blocks(rest)]
        if isinstance(block, MathBlock):
            made = formula(block.text, display=True)
            return [made] if made else [f"#listing({_text(block.text)})"]
        if isinstance(block, Unshown):
            return [f"#quiet({self.content(plain(said(block.what, block.why, self.lang)))})"]
        if isinstance(block, Rule):
            return ["#rule(100%)"]
        assert isinstance(block, PageBreak | Contents)
        made = "#pagebreak(weak: true)" if isinstance(block, PageBreak) else f"#contents({_text(CONTENTS(self.lang))})"
        return [] if self.inner else [made]

    def within(self, blocks: Blocks) -> list[str]:
        """Return the source of blocks that stand within another: pages cannot begin among them."""
        self.inner += 1
        made = self.blocks(blocks)
        self.inner -= 1
        return made

    def items(self, block: List, level: int) -> list[str]:
        """Return the source of a list: runs of items, and between them what stands below one."""
        out: list[str] = []
        marks: list[str] = []
        entries: list[str] = []
        for place, item in enumerate(block.items, start=1):
            head, rest = head_of(item)
            marks.append(f"{_text(block.mark(item))}, ")
            entries.append(self.content(head))
            if rest or place == len(block.items):
                out.append(f"#items({level}, ({''.join(marks)}), {', '.join(entries)})")
                marks, entries = [], []
            for one in rest:
                inner = self.items(one, level + 1) if isinstance(one, List) else self.within((one,))
                out += inner if isinstance(one, List) else [f"#pad(left: {level + 1}em)[", *inner, "]"]
        return out

    def table(self, block: Table) -> str:
        """Return the source of a table."""
        columns = width(block)
        rooms = column_widths(block, self.across)
        widths = ", ".join(f"{one:.2f}fr" for one in rooms)
        sides = ", ".join("left" if side in ("", "left") else side for side in self.sides(block, columns))
        header = ", ".join(self.cells(block, block.header, rooms, True))
        body = ",\n".join(self.cells(block, block.rows, rooms, False))
        head = f"table.header({header})," if header else ""
        rows = f", head: {len(block.header)}" if len(block.header) != 1 else ""
        rows += ", whole: false" if longest_text(block) > _LONG_CELL else ""
        made = f"#grid-table({self.said(block.caption)}, ({widths},), ({sides},){rows}, {head}\n{body})"
        return self.labelled(block, made)

    def sides(self, block: Table, columns: int) -> list[str]:
        """Return how each column is aligned."""
        return [block.align[k] if k < len(block.align) else "" for k in range(columns)]

    def cells(self, block: Table, rows: tuple[Row, ...], rooms: list[float], header: bool) -> list[str]:
        """Return the source of the cells of rows; places without a cell are empty ones."""
        out, columns = [], len(rooms)
        taken: set[tuple[int, int]] = set()
        placed = {(one.row, one.column): one for one in grid(rows)}
        for at in range(len(rows)):
            for k in range(columns):
                one = placed.get((at, k))
                if one is None:
                    if (at, k) not in taken:
                        out.append("[]" if header else "[#{ [] }]")
                    continue
                cell, down = one.cell, min(one.cell.rowspan, len(rows) - at)
                words = yielding(cell.spans, sum(rooms[k : k + cell.colspan]))
                text = self.strong(words) if header else f"[#{{ {self.content(words)} }}]"
                spans = [f"colspan: {cell.colspan}"] * (cell.colspan > 1) + [f"rowspan: {down}"] * (down > 1)
                own = [] if header or align_of(block, one) in (self.sides(block, columns)[k], "") else [cell.align]
                spans += [f"align: {side}" for side in own]
                taken |= {(at + i, k + j) for i in range(down) for j in range(cell.colspan)}
                out.append(f"table.cell({', '.join(spans)}){text}" if spans else text)
        return out

    def strong(self, spans: Sequence[Span]) -> str:
        """Return the source of a cell of the header."""
        words = merged(spans)
        if len(words) <= 1 and not any(isinstance(one, Math | Picture) for one in words):
            return f"[#strong({_text(words[0].text if words else '')})]"
        return f"[#strong[#{{ {self.content(spans)} }}]]"

    def figure(self, block: Figure) -> str:
        """Return the source of a figure."""
        if not block.images:
            return f"#quiet({self.content(block.caption or plain(block.alt))})"
        image = block.images[0]
        wide, tall = fitted(image, self.across, _TALLEST)
        full = wide >= _WIDE
        size = "" if full else f", width: {wide:.1f}mm"
        alone = "true" if tall / wide > _TALLEST / self.across else "false"
        text = self.said(block.caption or plain(block.alt))
        made = f'#picture("{self.file(image)}", {text}, {alone}{size if alone == "false" else ""})'
        if not block.caption:
            made = f'#picture("{self.file(image)}", "", {alone}{size if alone == "false" else ""}, alt: {text})'
        return self.labelled(block, made)

    def labelled(self, block: AnyBlock, made: str) -> str:
        """Return a captioned block with the mark references point at."""
        found = self.labels.of(block)
        return f"{made} <b{found.place}>" if found else made

    def said(self, spans: Spans) -> str:
        """Return a caption: a string where it is words alone, else content."""
        words = merged(spans)
        if all(one.look == (False, False, False, "") and type(one).__name__ == "TextSpan" for one in words):
            return _text("".join(one.text for one in words))
        return f"[#{{ {self.content(spans)} }}]"

    def file(self, image: Image) -> str:
        """Write a picture beside the source, and return its name."""
        key = id(image)
        if key not in self.files:
            self.files[key] = f"p{len(self.files)}.{_SUFFIX.get(image.media, 'png')}"
            (self.root / self.files[key]).write_bytes(image.data)
        return self.files[key]

    def content(self, spans: Iterable[Span]) -> str:
        """Return spans as a typst expression; text goes in as string literals, so nothing in it is markup."""
        return " + ".join(self.span(one) for one in merged(spans)) or "[]"

    def span(self, span: Span) -> str:
        """Return the typst expression of a span."""
        if isinstance(span, Reference):
            found = self.labels.by_id.get(span.target)
            return f"ref(<b{found.place}>)" if found else f"text({_text(span.text)})"
        if isinstance(span, FootnoteRef):
            return f"super({_text(span.text)})"
        if isinstance(span, Math):
            return formula(span.text) or f"code({_text(span.text)})"
        if isinstance(span, Picture) and span.image is not None:
            wide, _ = fitted(span.image, 60.0, 40.0)
            return f'box(image("{self.file(span.image)}", alt: {_text(span.text)}, width: {wide:.1f}mm))'
        if isinstance(span, Code):
            return f"code({_text(span.text)})"
        name = "strong" if span.bold else "text"
        made = " + linebreak() + ".join(f"{name}({_text(one)})" for one in span.text.split("\n"))
        for wanted, wrap in ((span.italic, "slanted"), (span.struck, "strike"), (span.place == "sub", "sub")):
            made = f"{wrap}({made})" if wanted else made
        made = f"super({made})" if span.place == "sup" else made
        return f"link({_text(span.href)}, {made})" if isinstance(span, Link) and span.href else made


def _text(value: str) -> str:
    """Return a typst string literal."""
    value = drawable(value)
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    )
    return f'"{escaped}"'
