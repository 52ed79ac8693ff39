"""A document as a tree of typed blocks: one model for what a notebook says and for what HTML, Word and PDF show."""

from analysis.document.model import Document, Meta
from analysis.document.storage import MEDIA_TYPE, from_json, to_json

__all__ = ["MEDIA_TYPE", "Document", "Meta", "from_json", "to_json"]
