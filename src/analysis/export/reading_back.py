"""The text of a finished Word or PDF file, read back from its bytes for the number checker."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn


def word_text(content: bytes) -> str:
    """Return the text of a Word file, a line a paragraph, tables and captions included."""
    body: Any = Document(BytesIO(content)).element.body
    lines = []
    for paragraph in body.iter(qn("w:p")):
        lines.append("".join(node.text or "" for node in paragraph.iter(qn("w:t"))))
    return "\n".join(lines)


def pdf_text(content: bytes) -> str:
    """Return the text of a PDF file, page by page."""
    from pypdfium2 import PdfDocument

    with PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
