"""Whatever a notebook holds, read into the document model: markdown, HTML, frames, pictures, widgets, printed text."""

from analysis.document.reading.notebook import read_notebook
from analysis.document.reading.settings import Settings

__all__ = ["Settings", "read_notebook"]
