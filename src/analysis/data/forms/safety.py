"""Files from elsewhere are opened only after their outside was looked at; cells written never run."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from analysis.exceptions import DataError, Text, Where, wrong_data
from analysis.gate.texts import guarded
from analysis.places import shown

_MOST_BYTES = 200 * 1024 * 1024  # uncompressed: a form of 100,000 rows has a tenth
_MOST_FILE = 50 * 1024 * 1024
_MOST_RATIO, _MOST_PARTS = 200, 2_000
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError)
_FORBIDDEN = {
    "vbaproject": Text("含有宏（VBA）", "macros (VBA)"),
    "externallinks/": Text("含有外部链接", "external links"),
    "embeddings/": Text("含有嵌入对象", "embedded objects"),
    "activex/": Text("含有控件", "controls"),
}


def safe_cell(value: object) -> object:
    """Return a cell that no spreadsheet program runs (`gate.texts.guarded`); what is no text stays as it is."""
    return guarded(value) if isinstance(value, str) else value


def check_workbook(path: Path, macros: bool = False) -> None:
    """Refuse a workbook that is no zip, too large when unpacked, or holds macros, links, or paths out of it.

    With `macros` a workbook that has some is let pass: they are never run, nor read.

    Raises
    ------
    DataError
        With what was found.
    """
    if path.stat().st_size > _MOST_FILE:
        raise _refused(path, Text("文件过大", "the file is too large"))
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > _MOST_PARTS:
                raise _refused(path, Text("压缩包内文件过多", "too many files in the archive"))
            for part in parts:
                _check_part(path, part, macros)
            _check_size(path, archive, parts)
    except _BROKEN as error:
        raise _refused(path, Text("不是完整的 xlsx 文件", f"not a whole xlsx file ({type(error).__name__})")) from None


def _check_part(path: Path, part: zipfile.ZipInfo, macros: bool) -> None:
    name = part.filename.replace("\\", "/").lower()
    if name.startswith("/") or ".." in name.split("/") or ":" in name:
        raise _refused(path, Text("压缩包内有越界路径", "a path that leads out of the archive"))
    if part.flag_bits & 0x1:
        raise _refused(path, Text("文件已加密", "the file is encrypted"))
    for mark, found in _FORBIDDEN.items():
        if mark in name and not (macros and mark == "vbaproject"):
            raise _refused(path, found)


def _check_size(path: Path, archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Count what really comes out, since the sizes an archive declares may lie."""
    total = 0
    for part in parts:
        read = 0
        with archive.open(part) as stream:
            while block := stream.read(1 << 20):
                read += len(block)
                if b"<!DOCTYPE" in block or b"<!ENTITY" in block:
                    raise _refused(path, Text("含有外部实体声明", "declarations of entities"))
                if total + read > _MOST_BYTES or read > max(_MOST_RATIO * part.compress_size, 1 << 20):
                    raise _refused(path, Text("解压后体积异常（疑似压缩炸弹）", "far too large when unpacked"))
        total += read


def _refused(path: Path, found: Text) -> DataError:
    return wrong_data(
        found,
        Where(file=shown(path)),
        Text("由 workbench template 生成的普通 xlsx 文件", "a plain xlsx file as `workbench template` writes"),
        Text("请另存为普通 xlsx（不含宏、链接、密码）后重报。", "Save it as a plain xlsx and send it again."),
    )
