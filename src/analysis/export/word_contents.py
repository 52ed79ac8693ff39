"""The list of chapters and sections of a Word file, whose pages Word works out, and the bookmarks it points at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from analysis.document.model import Heading
from analysis.export.word_spans import Line
from analysis.export.word_style import Profile, as_label

_SIZE, _LINE = 13.0, 17.0  # points, of signs and lines: the list of a long report fits a page


def toc(place: int) -> str:
    """Return the name of the bookmark around a heading, by its place among those listed."""
    return f"_Toc{100000000 + place}"


@contextmanager
def bookmarked(paragraph: Any, number: int, name: str) -> Iterator[None]:
    """Put a bookmark around what is written into a paragraph meanwhile; none without a name."""
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    if name:
        paragraph._p.append(start)
    yield
    if name:
        paragraph._p.append(end)


def add_contents(
    out: Any, line: Line, headings: Sequence[Heading], profile: Profile, across: float, title: str
) -> None:
    """Write the list of contents: a line a heading, with the page its bookmark stands on.

    Parameters
    ----------
    out : Word document
    line : Line
    headings : sequence of Heading
        Those listed, in their order.
    profile : Profile
    across : float [mm]
        Width of the text.
    title : str
    """
    head = out.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.run(head, title, (profile.headings[0], profile.body[1]))
    for place, one in enumerate(headings):
        paragraph, font = out.add_paragraph(), (profile.body[0], _SIZE)
        form = paragraph.paragraph_format
        form.left_indent = Pt(2 * _SIZE * (one.level - 2))
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE)
        form.tab_stops.add_tab_stop(Mm(across), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        line.spans(paragraph, one.spans, font)
        line.run(paragraph, "\t", font)
        for run in paragraph.runs:  # a heading said again is no text of its own
            as_label(run)
        line.field(paragraph, f"PAGEREF {toc(place)} \\h", "", font)


def on_new_page(out: Any, at: int) -> None:
    """Let what was written from the place `at` of the body begin a page, without an empty line before it."""
    body = out.element.body
    first = body[at - 1] if at <= len(body) - 1 else None  # the last element of a body is its section
    if first is None:
        return
    if first.tag != qn("w:p"):
        first.addprevious(first := OxmlElement("w:p"))
    Paragraph(first, out).paragraph_format.page_break_before = True
