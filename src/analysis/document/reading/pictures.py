"""Pictures of a notebook as bytes that every writer can draw: embedded, attached, or beside the notebook."""

from __future__ import annotations

import base64
import binascii
import warnings
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

from analysis.document.reading.settings import Reading
from analysis.document.spans import Image
from analysis.exceptions import Text

_LARGEST = 50_000_000  # bytes of one picture
_KEPT = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}


class NoPicture(Exception):
    """There is no picture to show; the argument says why."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def picture(source: str, reading: Reading) -> Image:
    """Return the picture an address names: a data URI, an attachment of the cell, a file in the notebook's folder.

    Raises
    ------
    NoPicture
        It lies elsewhere, is absent, or is no picture. Nothing is fetched from a network.
    """
    kind, _, rest = source.partition(":")
    if kind == "data":
        return checked(_data(rest))
    if kind == "attachment":
        bundle = reading.attachments.get(unquote(rest)) or reading.attachments.get(rest) or {}
        for media, text in bundle.items():
            if media.startswith("image/"):
                return embedded(media, text)
        raise NoPicture(Text("单元格中没有这个附件", "the cell has no such attachment"))
    if source.startswith("//") or (rest and len(kind) > 1):
        raise NoPicture(Text("图片在网络上，未下载", "it lies on a network and was not fetched"))
    return checked(_file(unquote(source.partition("?")[0]), reading.settings.folder))


def embedded(media: str, text: str | list[str]) -> Image:
    """Return the picture of an output's data: SVG as it stands, all others base64."""
    joined = text if isinstance(text, str) else "".join(text)
    if media == "image/svg+xml" and "<svg" in joined:
        return Image(media, joined.encode())
    try:
        return checked(base64.b64decode(joined.encode("ascii", "replace")))
    except binascii.Error as error:
        raise NoPicture(Text("图片数据损坏", "its data are damaged")) from error


def checked(data: bytes) -> Image:
    """Return bytes as a picture that can be drawn; what writers do not know becomes PNG."""
    from PIL import Image as Pillow

    if b"<svg" in data[:2000]:
        return Image("image/svg+xml", data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Pillow.open(BytesIO(data)) as found:
                if found.format == "PNG":
                    found.verify()
                    return Image("image/png", data)
                found.load()
                if found.format in _KEPT:
                    return Image(_KEPT[found.format], data)
                buffer = BytesIO()
                found.save(buffer, format="PNG")
                return Image("image/png", buffer.getvalue())
    except Exception as error:  # Pillow raises what its many decoders raise
        raise NoPicture(Text("图片数据损坏或格式不支持", "damaged, or of a format that is not known")) from error


def _data(text: str) -> bytes:
    head, _, body = text.partition(",")
    try:
        return base64.b64decode(unquote(body)) if head.endswith("base64") else unquote_to_bytes(body)
    except (binascii.Error, ValueError) as error:
        raise NoPicture(Text("图片数据损坏", "its data are damaged")) from error


def _file(name: str, folder: Path | None) -> bytes:
    if folder is None:
        raise NoPicture(Text("不知道笔记本所在的文件夹", "the folder of the notebook is not known"))
    try:
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise NoPicture(Text("图片不在笔记本的文件夹内", "it is not in the notebook's folder"))
        if not path.is_file():
            raise NoPicture(Text("没有这个文件", "no such file"))
        if path.stat().st_size > _LARGEST:
            raise NoPicture(Text("文件过大", "the file is too large"))
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise NoPicture(Text("文件读不出", "the file cannot be read")) from error
