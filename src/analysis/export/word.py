"""A document as a Word file with real styles, captions that count themselves, and page numbers left and right."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.shared import Mm, Pt

from analysis.document.grid import width
from analysis.document.model import (
    AnyBlock,
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
    Rule,
    Table,
    Unshown,
)
from analysis.document.spans import Spans, plain
from analysis.exceptions import Lang
from analysis.export.layout import CONTENTS, Labels, head_of, listed_headings, picture_size, said, scaled
from analysis.export.pictures import for_word
from analysis.export.word_contents import add_contents, bookmarked, on_new_page, toc
from analysis.export.word_file import describe, packed
from analysis.export.word_formulas import omml
from analysis.export.word_spans import Font, Line, bookmark
from analysis.export.word_style import (
    GB9704,
    Profile,
    apply,
    as_label,
    indent_first_line,
    indented,
    ruled,
    single_spaced,
    turned,
)
from analysis.export.word_tables import add_table

_LABELS = {"zh": ("表", "图"), "en": ("Table ", "Figure ")}
_SMALL: Font = ("宋体", 10.5)


def write_word(
    document: Document,
    title: str,
    notice: str,
    lang: Lang,
    made: datetime,
    author: str = "",
    profile: Profile = GB9704,
) -> bytes:
    """Return a Word file.

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
    """
    return _Writer(document, title, notice, lang, made, author, profile).bytes()


class _Writer:
    """One Word document being written."""

    def __init__(
        self, document: Document, title: str, notice: str, lang: Lang, made: datetime, author: str, profile: Profile
    ) -> None:
        self.lang, self.profile = lang, profile
        self.out = WordDocument()
        apply(self.out, profile)
        self.labels = Labels(document.blocks)
        self.headings = listed_headings(document.blocks)
        self.line = Line(self.out, profile, self.labels, _LABELS[lang])
        self.count = self.pictures = 0
        self.across, self.down = 210 - profile.left - profile.right, 297 - profile.top - profile.bottom
        self.left = 0  # characters by which all lines are indented, within a quotation or an item
        describe(self.out, title, author, lang, made)
        self._margins(notice)
        self.sideways = self.noted = self.fresh = False
        for block in document.blocks:
            if self.sideways and not isinstance(block, Landscape):
                self._turn(False)
            if isinstance(block, Footnote) and not self.noted:
                ruled(self.out.add_paragraph())
            self.noted = isinstance(block, Footnote)
            self._block(block)

    def bytes(self) -> bytes:
        """Return the file."""
        return packed(self.out)

    def _margins(self, notice: str) -> None:
        """Write the notice into the headers and — 1 — into the footers, odd pages right, even left."""
        section = self.out.sections[0]
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            paragraph = header.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if notice:
                self.line.run(paragraph, notice, ("黑体", 10.5))
        for footer, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.alignment = side
            self.line.run(paragraph, "— ", self.profile.number)
            self.line.field(paragraph, "PAGE", "1", self.profile.number)
            self.line.run(paragraph, " —", self.profile.number)

    def _block(self, block: AnyBlock) -> None:
        if isinstance(block, PageBreak):
            self.fresh = True
            return
        at, fresh, self.fresh = len(self.out.element.body), self.fresh, False
        self._written(block)
        if fresh and not isinstance(block, Landscape):  # that begins a page anyway
            on_new_page(self.out, at)

    def _written(self, block: AnyBlock) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._paragraph(block.spans, block.look)
        elif isinstance(block, List):
            self._list(block, 0)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Figure):
            self._figure(block)
        elif isinstance(block, CodeBlock):
            self._paragraph(plain(block.text), "code")
        else:
            self._rare(block)

    def _rare(self, block: AnyBlock) -> None:
        """Write the blocks that official documents rarely have."""
        if isinstance(block, Contents):
            add_contents(self.out, self.line, self.headings, self.profile, self.across, CONTENTS(self.lang))
        elif isinstance(block, Quote):
            self._within(block.blocks, 2)
        elif isinstance(block, Landscape):
            self._sideways(block)
        elif isinstance(block, Footnote):
            lead = block.blocks[0].spans if block.blocks and isinstance(block.blocks[0], Paragraph) else ()
            self._paragraph(lead, "quiet", f"{block.label}. ")
            for one in block.blocks[1:] if lead else block.blocks:
                self._block(one)
        elif isinstance(block, MathBlock):
            self._formula(block)
        elif isinstance(block, Rule):
            ruled(self.out.add_paragraph())
        elif isinstance(block, Unshown):
            self._paragraph(plain(said(block.what, block.why, self.lang)), "quiet")

    def _within(self, blocks: tuple[AnyBlock, ...], characters: int) -> None:
        """Write blocks indented by some characters."""
        self.left += characters
        for one in blocks:
            self._block(one)
        self.left -= characters

    def _sideways(self, block: Landscape) -> None:
        """Write blocks on pages turned sideways; what comes after stands upright again."""
        if not self.sideways:
            self._turn(True)
        for one in block.blocks:
            self._block(one)

    def _turn(self, sideways: bool) -> None:
        turned(self.out, self.profile, sideways)
        self.sideways = sideways
        self.across, self.down = self.down, self.across

    def _list(self, block: List, level: int) -> None:
        for item in block.items:
            head, rest = head_of(item)
            paragraph = self.out.add_paragraph()
            indent_first_line(paragraph._p.get_or_add_pPr(), self.profile, level)
            self._indent(paragraph, level)
            as_label(self.line.run(paragraph, block.mark(item), self.profile.body))
            self.line.spans(paragraph, head, self.profile.body)
            for one in rest:
                if isinstance(one, List):
                    self._list(one, level + 1)
                else:
                    self._within((one,), 2 * (level + 1))

    def _indent(self, paragraph: Any, level: int = 0) -> None:
        if self.left:
            indented(paragraph._p.get_or_add_pPr(), self.profile, self.left + 2 * level)

    def _heading(self, block: Heading) -> None:
        if block.level == 1:
            paragraph = self.out.add_paragraph(style="Title")
            self.line.spans(paragraph, block.spans, self.profile.title)
            return
        level = min(block.level - 1, len(self.profile.headings))
        paragraph = self.out.add_paragraph(style=f"Heading {level}")
        place = next((k for k, one in enumerate(self.headings) if one is block), None)
        with self._bookmark(paragraph, "" if place is None else toc(place)):
            self.line.spans(paragraph, block.spans, (self.profile.headings[level - 1], self.profile.body[1]))

    def _bookmark(self, paragraph: Any, name: str) -> AbstractContextManager[None]:
        self.count += bool(name)
        return bookmarked(paragraph, self.count, name)

    def _paragraph(self, spans: Spans, look: str, mark: str = "") -> None:
        paragraph = self.out.add_paragraph()
        font = self.profile.body
        if look == "body":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            indent_first_line(paragraph._p.get_or_add_pPr(), self.profile)
        elif look == "lead":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            font = ("楷体_GB2312", self.profile.body[1])
        elif look in ("left", "right"):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if look == "right" else WD_ALIGN_PARAGRAPH.LEFT
        else:
            font = _SMALL
            single_spaced(paragraph)
        self._indent(paragraph)
        if mark:
            as_label(self.line.run(paragraph, mark, font))
        self.line.spans(paragraph, spans, font)

    def _formula(self, block: MathBlock) -> None:
        made = omml(block.text)
        if made is None:  # its source says more than nothing
            self._paragraph(plain(block.text), "code")
            return
        paragraph = self.out.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        single_spaced(paragraph)
        paragraph._p.append(made)

    def _table(self, block: Table) -> None:
        if block.caption:
            self._caption(block, 0)
        if width(block):
            add_table(self.out, block, self.across, self._cell)
        for note in block.notes:
            self._paragraph(note, "quiet")
        after = self.out.add_paragraph()
        after.paragraph_format.line_spacing_rule, after.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(10)

    def _cell(self, paragraph: Any, spans: Spans, header: bool) -> None:
        self.line.spans(paragraph, spans, self.profile.table, bold=header)

    def _figure(self, block: Figure) -> None:
        if not block.images:
            return self._paragraph(block.caption or plain(block.alt), "quiet")
        paragraph = self.out.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        single_spaced(paragraph)
        paragraph.paragraph_format.keep_with_next = bool(block.caption)
        wide, tall = scaled(*picture_size(block.images[0]), self.across, self.down - 16)
        run = paragraph.add_run()
        shape = run.add_picture(BytesIO(for_word(block.images)), width=Mm(wide), height=Mm(tall))
        about = shape._inline.docPr
        about.set("descr", block.alt or "".join(one.text for one in block.caption))
        self.pictures += 1
        about.set("name", f"picture{self.pictures}")
        if block.caption:
            self._caption(block, 1)

    def _caption(self, block: Table | Figure, kind: int) -> None:
        paragraph = self.out.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = kind == 0
        single_spaced(paragraph)
        font = ("黑体", self.profile.table[1] + 0.5)
        found = self.labels.of(block)
        assert found is not None
        with self._bookmark(paragraph, bookmark(found.place)):
            self.line.run(paragraph, _LABELS[self.lang][kind], font)
            self.line.field(paragraph, f"SEQ {('Table', 'Figure')[kind]} \\* ARABIC", str(found.number), font)
        after = plain("　" if self.lang == "zh" else ". ")
        self.line.spans(paragraph, (*after, *block.caption), font)
