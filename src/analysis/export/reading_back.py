"""The text of a finished Word or PDF file, read back from its bytes for the number checker."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn

from analysis.export.word_style import LABEL_ID

_LEADERS = re.compile(r"(?:[.·…]\s?){4,}\s*\d+")  # of a list of contents, up to the page


def word_text(content: bytes) -> str:
    """Return the text of a Word file, a line a paragraph, tables and captions included.

    Left out is what only labels: items of lists, footnote marks, and what a field shows (numbers of tables, figures and
    pages, references to them).
    """
    body: Any = Document(BytesIO(content)).element.body
    return "\n".join(_said(paragraph) for paragraph in body.iter(qn("w:p")))


def _said(paragraph: Any) -> str:
    out, depth = [], 0
    for run in paragraph.iter(qn("w:r")):
        for mark in run.iter(qn("w:fldChar")):
            depth += {"begin": 1, "end": -1}.get(mark.get(qn("w:fldCharType")), 0)
        style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        if depth == 0 and (style is None or style.get(qn("w:val")) != LABEL_ID):
            out += [node.text or "" for node in run.iter(qn("w:t"))]
    return "".join(out)


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF file, page by page, without the pages a list of contents points at."""
    from pypdfium2 import PdfDocument

    with PdfDocument(content) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    return "\n".join(_LEADERS.sub("", page) for page in pages)
