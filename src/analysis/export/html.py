"""Executed notebook to one HTML file that needs nothing else: no network, no font, no server."""

from __future__ import annotations

import base64
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import Unicode
from traitlets.config import Config

from analysis.exceptions import Lang
from analysis.export.policy import policy, script
from analysis.export.references import resolve
from analysis.export.theme import font_file

_TEMPLATES = Path(__file__).parent / "templates"
_ASCII = {chr(code) for code in range(32, 127)}


class GongwenHTMLExporter(HTMLExporter):
    """HTML for officials: code hidden, contents at the side, Chinese font inside the file.

    Cells tagged `notebook-only` are for people at work in the notebook and are left out.
    """

    export_from_notebook = "HTML（公文格式）"
    language = Unicode("zh", help="zh or en").tag(config=True)
    document_title = Unicode("", help="title of the page").tag(config=True)
    notice = Unicode("", help="line at the head of every page, such as the notice of simulated data").tag(config=True)

    @property
    def default_config(self) -> Config:
        """Return the exporter's settings over nbconvert's own."""
        own = Config(
            {
                "TagRemovePreprocessor": {
                    "enabled": True,
                    "remove_cell_tags": {"notebook-only", "injected-parameters"},
                },
                "TemplateExporter": {
                    "exclude_input": True,
                    "exclude_input_prompt": True,
                    "exclude_output_prompt": True,
                },
                "HTMLExporter": {"template_name": "gongwen"},
            }
        )
        own.merge(super().default_config)
        return own

    def __init__(self, **options: Any) -> None:
        """Add this package's templates to nbconvert's."""
        options.setdefault("extra_template_basedirs", [str(_TEMPLATES)])
        super().__init__(**options)

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page and nbconvert's resources."""
        resources = dict(resources or {})
        resources["gongwen"] = {
            "lang": self.language,
            "title": self.document_title,
            "notice": self.notice,
            "css": stylesheet(),
            "script": script(),
            "policy": policy(),
        }
        html, resources = super().from_notebook_node(nb, resources, **options)
        return finish_page(html, self.language), resources


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
    images = soup.select("main img[alt]")
    described = [one for one in images if one["alt"] and not str(one["alt"]).startswith("No description")]
    for count, image in enumerate(described, start=1):
        alt = str(image["alt"])
        figure, caption = soup.new_tag("figure"), soup.new_tag("figcaption")
        labels[str(image.get("id") or "")] = label = f"{words[1]}{count}"
        caption.string = f"{label}{words[2]}{alt}"
        image.replace_with(figure)
        figure.extend([image, caption])
    resolve(soup, labels)
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
    exporter = GongwenHTMLExporter(language=lang, document_title=title, notice=notice)
    html, _ = exporter.from_notebook_node(notebook)
    return html
