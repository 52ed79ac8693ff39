"""The nbconvert exporters of Word and PDF; they work on any notebook and stand in JupyterLab's export menu."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from analysis.exceptions import Lang
from analysis.export.blocks import Block, Heading, blocks
from analysis.export.typeset import check_glyphs, texts, write_pdf
from analysis.export.word import write_word
from analysis.gate.dated import made


class _DocumentExporter(Exporter):
    """What Word and PDF share: settings, and the blocks of a notebook."""

    write: Callable[[list[Block], str, str, Lang, datetime, str], bytes]
    language = Unicode("zh", help="zh or en").tag(config=True)
    document_title = Unicode("", help="title in the document's properties; the first heading by default").tag(
        config=True
    )
    author = Unicode("", help="author in the document's properties").tag(config=True)
    notice = Unicode("", help="line at the head of every page, such as the notice of simulated data").tag(config=True)

    def prepared(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[list[Block], dict[str, Any]]:
        """Return the blocks of a notebook, the same for Word and PDF, and nbconvert's resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **options)
        resources["output_extension"] = self.file_extension
        return blocks(notebook), resources

    def written(self, found: list[Block]) -> bytes:
        """Return the file made of the blocks of a notebook."""
        first = next((texts(block) for block in found if isinstance(block, Heading)), "")
        lang: Lang = "en" if self.language == "en" else "zh"
        return self.write(found, self.document_title or first, self.notice, lang, made(), self.author)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the file and nbconvert's resources."""
        found, resources = self.prepared(nb, resources, **options)
        return self.written(found), resources


class GongwenDocxExporter(_DocumentExporter):
    """Notebook to a Word file laid out by GB/T 9704-2012, code left out."""

    export_from_notebook = "Word（公文格式）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    write = staticmethod(write_word)

    def _file_extension_default(self) -> str:
        return ".docx"

    def written(self, found: list[Block]) -> bytes:
        """Return the file; a character without a glyph is refused, as typst refuses it."""
        check_glyphs(found, self.notice)
        return super().written(found)


class GongwenPdfExporter(_DocumentExporter):
    """Notebook to a tagged PDF set by typst, Chinese fonts inside, code left out."""

    export_from_notebook = "PDF（公文格式）"
    output_mimetype = "application/pdf"
    write = staticmethod(write_pdf)

    def _file_extension_default(self) -> str:
        return ".pdf"
