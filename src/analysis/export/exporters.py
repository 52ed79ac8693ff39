"""The nbconvert exporters of Word and PDF; they work on any notebook and stand in JupyterLab's export menu."""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Unicode

from analysis.export.blocks import Block, Heading, blocks
from analysis.export.dated import made
from analysis.export.typeset import check_glyphs, texts, write_pdf
from analysis.export.word import write_word


class _DocumentExporter(Exporter):
    """What Word and PDF share: settings, and the blocks of a notebook."""

    language = Unicode("zh", help="zh or en").tag(config=True)
    document_title = Unicode("", help="title in the document's properties; the first heading by default").tag(
        config=True
    )
    author = Unicode("", help="author in the document's properties").tag(config=True)
    notice = Unicode("", help="line at the head of every page, such as the notice of simulated data").tag(config=True)

    def _prepared(
        self, nb: NotebookNode, resources: dict[str, Any] | None, options: dict[str, Any]
    ) -> tuple[list[Block], str, dict[str, Any]]:
        notebook, resources = super().from_notebook_node(nb, resources, **options)
        found = blocks(notebook)
        first = next((texts(block) for block in found if isinstance(block, Heading)), "")
        resources["output_extension"] = self.file_extension
        return found, self.document_title or first, resources


class GongwenDocxExporter(_DocumentExporter):
    """Notebook to a Word file laid out by GB/T 9704-2012, code left out."""

    export_from_notebook = "Word（公文格式）"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def _file_extension_default(self) -> str:
        return ".docx"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the file and nbconvert's resources."""
        found, title, resources = self._prepared(nb, resources, options)
        check_glyphs(found, self.notice)
        return write_word(found, title, self.notice, _lang(self.language), made(), self.author), resources


class GongwenPdfExporter(_DocumentExporter):
    """Notebook to a tagged PDF set by typst, Chinese fonts inside, code left out."""

    export_from_notebook = "PDF（公文格式）"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Return the file and nbconvert's resources."""
        found, title, resources = self._prepared(nb, resources, options)
        return write_pdf(found, title, self.notice, _lang(self.language), made(), self.author), resources


def _lang(language: str) -> Any:
    return "en" if language == "en" else "zh"
