"""A Word document as a file: what it says of itself, and bytes that depend on its content alone."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from analysis.exceptions import Lang
from analysis.export.word_style import name_fallbacks


def describe(document: Document, title: str, author: str, lang: Lang, made: datetime) -> None:
    """Set the properties of a document; `made` is the only time in it."""
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title, author, author
    about.language = "zh-CN" if lang == "zh" else "en"
    about.created = about.modified = made.replace(tzinfo=None)
    about.comments, about.revision = "", 1
    style = document.styles["Normal"].element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.append(language)


def packed(document: Document) -> bytes:
    """Return the file, its members with one fixed time, so that the same blocks give the same bytes."""
    buffer, fixed = BytesIO(), BytesIO()
    name_fallbacks(document)
    document.save(buffer)
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), old.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
