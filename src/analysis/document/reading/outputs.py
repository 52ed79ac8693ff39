"""What a cell put out: of the forms of one result the one that says most on paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from analysis.document.model import AnyBlock, Blocks, Figure, MathBlock, images_of
from analysis.document.reading.html import from_html, joined, printed
from analysis.document.reading.markdown import to_html
from analysis.document.reading.pictures import NoPicture, checked, embedded
from analysis.document.reading.settings import Reading
from analysis.document.reading.widgets import widget
from analysis.document.spans import Image, plain
from analysis.document.storage import MEDIA_TYPE, from_json
from analysis.exceptions import DataError, Text

_PICTURES = ("image/png", "image/svg+xml", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_DAMAGED = Text("图片数据损坏或格式不支持", "damaged, or of a format that is not known")
_NO_FORM = Text("没有文字、表格或图片形式", "it has no form as text, table or picture")
_SCRIPTED = Text("需要脚本才能显示", "it is drawn by a script")


def output(found: Mapping[str, Any], reading: Reading) -> Iterator[AnyBlock]:
    """Yield the blocks of one output."""
    kind = found.get("output_type")
    if kind == "stream":
        if found.get("name") != "stderr" or reading.settings.stderr:
            yield from printed(cleaned(joined(found.get("text", ""))), reading)
    elif kind == "error":
        yield from printed(cleaned(f"{found.get('ename', '')}: {found.get('evalue', '')}"), reading)
    else:
        yield from bundle(found.get("data") or {}, found.get("metadata") or {}, reading)


def cleaned(text: str) -> str:
    """Return printed text as a terminal would leave it: overwritten lines gone."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)


def bundle(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks:
    """Return the blocks of a result that comes in several forms."""
    for way in (_model, _widget, _interactive, _formula, _pictures, _page, _text):
        blocks = way(data, about, reading)
        if blocks is not None:
            return blocks
    names = "、".join(data) if reading.settings.lang == "zh" else ", ".join(data)
    return (reading.unshown(Text(f"输出（{names}）", f"a result ({names})"), _NO_FORM),) if names else ()


def _model(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    if MEDIA_TYPE not in data:
        return None
    what = Text("文档片段", "a part of a document")
    try:
        blocks = from_json(data[MEDIA_TYPE]).blocks
        for image in images_of(blocks):
            checked(image.data)
    except DataError as error:
        return (reading.unshown(what, error.faults[0].found),)
    except NoPicture as error:
        return (reading.unshown(what, error.why),)
    return blocks


def _widget(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    if _WIDGET not in data:
        return None
    return widget(str((data[_WIDGET] or {}).get("model_id", "")), reading, outputs=output)


def _interactive(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    """Return an interactive chart: its still picture where there is one, and its data as a table."""
    from analysis.document.reading.charts import chart

    return chart(data, reading, _drawn(data))


def _formula(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    text = joined(data.get("text/latex", "")).strip()
    if not text or "text/html" in data or "\\begin{tabular}" in text:
        return None
    inner = re.fullmatch(r"(\$\$?)(.*)\1", text, re.S)
    return (MathBlock((inner[2] if inner else text).strip()),)


def _drawn(data: Mapping[str, Any]) -> tuple[Image, ...]:
    """Return the pictures of a result that can be drawn, the best form first."""
    out = []
    for media in _PICTURES:
        if media in data:
            with suppress(NoPicture):  # another form may do; without any the result is named as not shown
                out.append(embedded(media, data[media]))
    return tuple(out)


def _pictures(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    names = [name for name in _PICTURES if name in data]
    if not names:
        return None
    own = about.get(names[0]) or {}
    alt = str(own.get("alt") or "")
    if images := _drawn(data):
        return (Figure(images, alt, plain(alt), str(own.get("id") or "")),)
    return (reading.unshown(Text(f"图片{alt}", f"a picture {alt}".strip()), _DAMAGED),)


def _page(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    if "text/html" in data:
        html = joined(data["text/html"])
        blocks = from_html(html, reading)
        if not blocks and "<script" in html:
            said = joined(data.get("text/plain", ""))[:60].splitlines()[:1] or [""]
            return (reading.unshown(Text(f"交互内容{said[0]}", f"interactive content {said[0]}".strip()), _SCRIPTED),)
        return blocks
    if "text/markdown" in data:
        return from_html(to_html(joined(data["text/markdown"])), reading)
    return None


def _text(data: Mapping[str, Any], about: Mapping[str, Any], reading: Reading) -> Blocks | None:
    if "text/plain" in data:
        return tuple(printed(cleaned(joined(data["text/plain"])), reading))
    if "application/json" in data:
        return tuple(printed(json.dumps(data["application/json"], ensure_ascii=False, indent=2), reading, "json"))
    return None
