"""Blocks to a Word document with real styles, captions that count themselves, and page numbers left and right."""

from __future__ import annotations

import zipfile
from copy import deepcopy
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as TextParagraph

from analysis.exceptions import Lang
from analysis.export.blocks import (
    Block,
    Break,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Picture,
    Span,
    Spans,
    column_widths,
    numbered,
    png_size,
)
from analysis.export.word_style import (
    GB9704,
    Profile,
    apply,
    as_label,
    indent_first_line,
    name_fallbacks,
    set_fonts,
    single_spaced,
)

_LABELS = {"zh": ("表", "图"), "en": ("Table ", "Figure ")}


def write_word(
    document: list[Block],
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
    document : list of Block
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
        self, blocks: list[Block], title: str, notice: str, lang: Lang, made: datetime, author: str, profile: Profile
    ) -> None:
        self.lang, self.profile, self.made = lang, profile, made
        self.out = Document()
        apply(self.out, profile)
        self.labels = numbered(blocks)
        self.places = {getattr(b, "id", ""): k for k, b in enumerate(blocks) if k in self.labels}
        self.blocks = blocks
        self.count = 0
        self.looks: dict[Any, Any] = {}  # properties of a run by font, size and weight
        self._properties(title, author)
        self._margins(notice)
        for place, block in enumerate(blocks):
            self._block(place, block)

    def bytes(self) -> bytes:
        """Return the file, its members with one fixed time, so that the same blocks give the same bytes."""
        buffer, fixed = BytesIO(), BytesIO()
        name_fallbacks(self.out)
        self.out.save(buffer)
        with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
        return fixed.getvalue()

    def _properties(self, title: str, author: str) -> None:
        about = self.out.core_properties
        about.title, about.author, about.last_modified_by = title, author, author
        about.language = "zh-CN" if self.lang == "zh" else "en"
        about.created = about.modified = self.made.replace(tzinfo=None)
        about.comments, about.revision = "", 1
        style = self.out.styles["Normal"].element.get_or_add_rPr()
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")
        style.append(language)

    def _margins(self, notice: str) -> None:
        """Write the notice into the headers and — 1 — into the footers, odd pages right, even left."""
        section = self.out.sections[0]
        for header in (section.header, section.even_page_header):
            header.is_linked_to_previous = False
            paragraph = header.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            if notice:
                self._run(paragraph, notice, ("黑体", 10.5))
        for footer, side in (
            (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
            (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
        ):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.alignment = side
            self._run(paragraph, "— ", self.profile.number)
            self._field(paragraph, "PAGE", "1", self.profile.number)
            self._run(paragraph, " —", self.profile.number)

    def _block(self, place: int, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Bullets):
            self._list(block)
        elif isinstance(block, Grid):
            self._table(place, block)
        elif isinstance(block, Picture):
            self._picture(place, block)
        elif isinstance(block, Break):
            self.out.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _list(self, block: Bullets) -> None:
        for mark, item in zip(block.marks, block.items, strict=True):
            paragraph = self.out.add_paragraph()
            indent_first_line(paragraph._p.get_or_add_pPr(), self.profile, block.level)
            as_label(self._run(paragraph, mark, self.profile.body))
            self._spans(paragraph, item, self.profile.body)

    def _heading(self, block: Heading) -> None:
        if block.level == 1:
            paragraph = self.out.add_paragraph(style="Title")
            self._spans(paragraph, block.spans, self.profile.title)
            return
        level = min(block.level - 1, len(self.profile.headings))
        paragraph = self.out.add_paragraph(style=f"Heading {level}")
        self._spans(paragraph, block.spans, (self.profile.headings[level - 1], self.profile.body[1]))

    def _paragraph(self, block: Paragraph) -> None:
        paragraph = self.out.add_paragraph()
        font = self.profile.body
        if block.look == "body":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            indent_first_line(paragraph._p.get_or_add_pPr(), self.profile)
        elif block.look == "lead":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            font = ("楷体_GB2312", self.profile.body[1])
        elif block.look == "right":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        else:
            font = ("宋体", 10.5)
            single_spaced(paragraph)
        self._spans(paragraph, block.spans, font)

    def _table(self, place: int, block: Grid) -> None:
        if block.caption:
            self._caption(place, block.caption, 0)
        columns = max([len(block.header), *(len(row) for row in block.rows)])
        table = self.out.add_table(rows=0, cols=columns, style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        widths = column_widths(block, 210 - self.profile.left - self.profile.right)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        if block.header:
            head = self._row(table, widths, frozenset(), header=True)
            self._fill(table, head, tuple((Span(text, bold=True),) for text in block.header))
        blank = self._row(table, widths, block.numbers)
        table._tbl.remove(blank)
        for row in block.rows:
            made = deepcopy(blank)  # a copy is much faster than a new row
            table._tbl.append(made)
            self._fill(table, made, row)
        after = self.out.add_paragraph()
        after.paragraph_format.line_spacing_rule, after.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(10)

    def _row(self, table: Any, widths: list[float], numbers: frozenset[int], header: bool = False) -> Any:
        """Add a row of empty cells, each with the look of its column; returns its element."""
        row = table.add_row()
        properties = row._tr.get_or_add_trPr()
        for name in ("w:cantSplit", "w:tblHeader") if header else ("w:cantSplit",):
            properties.append(OxmlElement(name))
        for k, cell in enumerate(row.cells):
            cell.width = Mm(widths[k])
            paragraph = cell.paragraphs[0]
            single_spaced(paragraph)
            if header:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                shade = OxmlElement("w:shd")
                for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF3F7")):
                    shade.set(qn(f"w:{name}"), value)
                cell._tc.get_or_add_tcPr().append(shade)
            elif k in numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return row._tr

    def _fill(self, table: Any, row: Any, cells: tuple[Spans, ...]) -> None:
        for cell, spans in zip(row.tc_lst, cells, strict=False):
            self._spans(TextParagraph(cell.p_lst[0], table), spans, self.profile.table)

    def _picture(self, place: int, block: Picture) -> None:
        paragraph = self.out.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        single_spaced(paragraph)
        paragraph.paragraph_format.keep_with_next = bool(block.caption)
        width, height = png_size(block.png)
        wide = min(210 - self.profile.left - self.profile.right, width / 160 * 25.4)
        tall = wide * height / width
        most = 297 - self.profile.top - self.profile.bottom - 16
        if tall > most:
            wide, tall = wide * most / tall, most
        run = paragraph.add_run()
        shape = run.add_picture(BytesIO(block.png), width=Mm(wide), height=Mm(tall))
        about = shape._inline.docPr
        about.set("descr", block.caption)
        about.set("name", f"picture{place}")
        if block.caption:
            self._caption(place, block.caption, 1)

    def _caption(self, place: int, text: str, kind: int) -> None:
        paragraph = self.out.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = kind == 0
        single_spaced(paragraph)
        font = ("黑体", self.profile.table[1] + 0.5)
        label = _LABELS[self.lang][kind]
        self.count += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self.count))
        start.set(qn("w:name"), _bookmark(place))
        paragraph._p.append(start)
        self._run(paragraph, label, font)
        self._field(paragraph, f"SEQ {('Table', 'Figure')[kind]} \\* ARABIC", self.labels[place], font)
        paragraph._p.append(end)
        self._run(paragraph, f"　{text}" if self.lang == "zh" else f". {text}", font)

    def _spans(self, paragraph: Any, spans: Spans, font: tuple[str, float]) -> None:
        for span in spans:
            if span.ref and span.ref in self.places:
                place = self.places[span.ref]
                kind = 0 if isinstance(self.blocks[place], Grid) else 1
                said = f"{_LABELS[self.lang][kind]}{self.labels[place]}"
                self._field(paragraph, f"REF {_bookmark(place)} \\h", said, font)
            elif span.note:
                run = self._run(paragraph, span.text, font, span.bold)
                run.font.superscript = True
                as_label(run)
            else:
                self._run(paragraph, span.text, font, span.bold)

    def _run(self, paragraph: Any, text: str, font: tuple[str, float], bold: bool = False) -> Any:
        run = paragraph.add_run(text)
        look = self.looks.get((font, bold))
        if look is None:
            set_fonts(run, *font, self.profile.latin, bold or None)
            self.looks[font, bold] = deepcopy(run._r.rPr)
        else:
            run._r.insert(0, deepcopy(look))
        return run

    def _field(self, paragraph: Any, code: str, shown: str, font: tuple[str, float]) -> None:
        for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
            run = self._run(paragraph, text if kind == "shown" else "", font)
            if kind in ("begin", "separate", "end"):
                mark = OxmlElement("w:fldChar")
                mark.set(qn("w:fldCharType"), kind)
                run._r.append(mark)
            elif not kind:
                mark = OxmlElement("w:instrText")
                mark.set(qn("xml:space"), "preserve")
                mark.text = f" {text} "
                run._r.append(mark)


def _bookmark(place: int) -> str:
    return f"_Ref{100000000 + place}"
