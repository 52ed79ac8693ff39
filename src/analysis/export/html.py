"""A document as one HTML file that needs nothing else: no network, no font, no server."""

from __future__ import annotations

import base64
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import Environment, FileSystemLoader
from nbformat import NotebookNode

from analysis.document.model import Document
from analysis.document.reading import Settings, read_notebook
from analysis.exceptions import Lang
from analysis.export.exporter import DocumentExporter
from analysis.export.markup import markup
from analysis.export.policy import policy, script
from analysis.export.theme import font_file

_TEMPLATES = Path(__file__).parent / "templates"
_DATA, _HELD = re.compile(r'src="(data:image/[^"]*)"'), re.compile(r'src="data:,(\d+)"')
_ASCII = {chr(code) for code in range(32, 127)}


class GongwenHTMLExporter(DocumentExporter):
    """HTML for officials: code hidden, contents at the side, Chinese font inside the file.

    Cells tagged `notebook-only` are for people at work in the notebook and are left out.
    """

    export_from_notebook = "HTML（公文格式）"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def written(self, document: Document) -> str:
        """Return the page of a document."""
        return write_html(document, self.document_title or document.meta.title, self.notice, self.lang)


def write_html(document: Document, title: str, notice: str, lang: Lang) -> str:
    """Return a document as one HTML page.

    Parameters
    ----------
    document : Document
    title : str
        Of the page, as the browser's tab shows it.
    notice : str
        Stands at the head of the page.
    lang : zh or en
    """
    held: list[str] = []  # pictures: they go in last, no parser need see them
    body = _DATA.sub(lambda found: _hold(found[1], held), markup(document.blocks, lang))
    more = {"css": stylesheet(), "script": script(), "policy": policy()}
    page = _template().render(title=title, notice=notice, lang=lang, body=body, **more)
    return _HELD.sub(lambda found: f'src="{held[int(found[1])]}"', finish_page(page, lang))


def _hold(source: str, held: list[str]) -> str:
    held.append(source)
    return f'src="data:,{len(held) - 1}"'


@cache
def _template() -> Any:
    return Environment(loader=FileSystemLoader(_TEMPLATES / "gongwen")).get_template("page.html.j2")


def stylesheet() -> str:
    """Return the one style sheet all pages carry inside."""
    return (_TEMPLATES / "style.css").read_text(encoding="utf-8")


def finish_page(html: str, lang: str = "zh") -> str:
    """Give headings ids, fill the contents (`#toc`), number tables and figures, and embed the glyphs the page uses."""
    soup = BeautifulSoup(html, "html.parser")
    _label(soup, lang)
    contents = soup.find(id="toc")
    for number, heading in enumerate(soup.select("main h2, main h3")):
        heading["id"] = f"s{number}"
        for mark in heading.select("a.anchor-link"):
            mark.decompose()
        if contents is not None:
            item = soup.new_tag("li", attrs={"class": heading.name})
            link = soup.new_tag("a", href=f"#s{number}")
            link.string = heading.get_text()
            item.append(link)
            contents.append(item)
    style = soup.new_tag("style")
    style.string = font_face(soup.get_text())
    (soup.head or soup).append(style)
    return str(soup)


def _label(soup: BeautifulSoup, lang: str) -> None:
    """Count the captions of tables and figures, and say the number where a link of class `ref` points at one."""
    words = ("表", "图", "　") if lang == "zh" else ("Table ", "Figure ", ". ")
    labels: dict[str, str] = {}
    for count, caption in enumerate(soup.select("main table > caption"), start=1):
        table = caption.parent
        assert table is not None
        labels[str(table.get("id"))] = label = f"{words[0]}{count}"
        caption.insert(0, f"{label}{words[2]}")
    images = soup.select("main img[alt]:not(.plain)")
    described = [one for one in images if one["alt"] and not str(one["alt"]).startswith("No description")]
    for count, image in enumerate(described, start=1):
        alt = str(image["alt"])
        figure, caption = soup.new_tag("figure"), soup.new_tag("figcaption")
        labels[str(image.get("id") or "")] = label = f"{words[1]}{count}"
        caption.string = f"{label}{words[2]}{alt}"
        image.replace_with(figure)
        figure.extend([image, caption])
    for link in soup.select("main a.ref[href^='#']"):
        if (own := str(link["href"])[1:]) in labels:
            link.string = labels[own]


def font_face(text: str) -> str:
    """Return a CSS font face that holds just the characters of `text`, as woff."""
    from fontTools.ttLib import TTFont
    from uharfbuzz import SubsetInput, subset

    wanted = SubsetInput()
    wanted.unicode_set.update(map(ord, set(text) | _ASCII))
    buffer = BytesIO()
    kept = subset(_whole_font(), wanted).blob.data
    with TTFont(BytesIO(kept), lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
        font.flavor = "woff"
        font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f"@font-face{{font-family:'Workbench Sans';src:url(data:font/woff;base64,{data}) format('woff');}}"


@cache
def _whole_font() -> Any:
    from uharfbuzz import Blob, Face

    return Face(Blob.from_file_path(str(font_file())))


def export_html(notebook: NotebookNode, title: str, notice: str, lang: Lang) -> str:
    """Return an executed notebook as one HTML page."""
    return write_html(read_notebook(notebook, Settings(lang)), title, notice, lang)
