"""The nbconvert exporters of Word and PDF; they work on any notebook and stand in JupyterLab's export menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from nbformat import NotebookNode

from analysis.document.model import Document
from analysis.exceptions import Lang
from analysis.export.exporter import DocumentExporter
from analysis.export.glyphs import named, undrawn
from analysis.export.typeset import write_pdf
from analysis.export.wide import fit_tables
from analysis.export.word import write_word
from analysis.gate.dated import made


class _PaperExporter(DocumentExporter):
    """What Word and PDF share."""

    write: Callable[[Document, str, str, Lang, datetime, str], bytes]

    def document(self, notebook: NotebookNode, resources: dict[str, Any]) -> Document:
        """Return a notebook as a document whose tables fit its pages."""
        return fit_tables(super().document(notebook, resources), self.lang)

    def written(self, document: Document) -> bytes:
        """Return the file of a document."""
        title = self.document_title or document.meta.title
        return self.write(document, title, self.notice, self.lang, made(), self.author or document.meta.author)


class GongwenDocxExporter(_PaperExporter):
    """Notebook to a Word file laid out by GB/T 9704-2012, code left out."""

    export_from_notebook = "Word（公文格式）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    write = staticmethod(write_word)

    def _file_extension_default(self) -> str:
        return ".docx"


class GongwenPdfExporter(_PaperExporter):
    """Notebook to a tagged PDF set by typst, Chinese fonts inside, code left out."""

    export_from_notebook = "PDF（公文格式）"
    output_mimetype = "application/pdf"
    write = staticmethod(write_pdf)

    def _file_extension_default(self) -> str:
        return ".pdf"

    def written(self, document: Document) -> bytes:
        """Return the file of a document; characters without a glyph are named in a warning."""
        if lacking := undrawn(document):
            self.log.warning("no font has these characters, their code points are printed: %s", named(lacking))
        return super().written(document)
