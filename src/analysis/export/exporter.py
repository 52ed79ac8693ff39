"""What the three nbconvert exporters share: settings, and a notebook read into a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import Bool, Unicode

from analysis.document.model import Document, unshown
from analysis.document.reading import Settings, read_notebook
from analysis.exceptions import Lang


class DocumentExporter(Exporter):
    """A notebook to a document and on to a file.

    Title and author of the notebook's metadata count where no setting says otherwise. What cannot be shown is named in
    its place and in a warning: a document always comes out.
    """

    language = Unicode("zh", help="zh or en").tag(config=True)
    document_title = Unicode("", help="title in the document's properties; the first heading by default").tag(
        config=True
    )
    author = Unicode("", help="author in the document's properties").tag(config=True)
    notice = Unicode("", help="line at the head of every page, such as the notice of simulated data").tag(config=True)
    code = Bool(False, help="whether source code is shown; tags such as hide_input still hide it").tag(config=True)
    stderr = Bool(False, help="whether what was printed as errors and warnings is shown").tag(config=True)

    @property
    def lang(self) -> Lang:
        """Return the language of the document."""
        return "en" if self.language == "en" else "zh"

    def document(self, notebook: NotebookNode, resources: dict[str, Any]) -> Document:
        """Return a notebook as a document; pictures beside it are read from its own folder only."""
        path = (resources.get("metadata") or {}).get("path")
        folder = Path(path) if path is not None else None
        return read_notebook(notebook, Settings(self.lang, folder, self.code, self.stderr))

    def written(self, document: Document) -> bytes | str:
        """Return the file of a document."""
        raise NotImplementedError

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """Return the file and nbconvert's resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **options)
        resources["output_extension"] = self.file_extension
        document = self.document(notebook, resources)
        for lost in unshown(document.blocks):
            self.log.warning("not shown: %s", lost)
        return self.written(document), resources
