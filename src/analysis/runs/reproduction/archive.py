"""Zip files: written so that equal content is equal bytes, read as coming from somebody nobody knows.

References
----------
APPNOTE.TXT 6.3.10, .ZIP File Format Specification.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from analysis.exceptions import DataError, Fault, Text, Where, machine_failed
from analysis.gate.dated import made
from analysis.places import existing, inside, is_reserved, shown, whole
from analysis.runs.files import cannot_write

_BLOCK = 1 << 20
_UNIX = 3
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_RESERVED = set('<>:"|?*\\')


@dataclass(frozen=True)
class Limits:
    """What a bundle may hold at most: files, bytes of one file and of all, and how many times it may grow."""

    files: int = 20_000
    file: int = 512 << 20
    all: int = 2 << 30
    growth: int = 200


def write_zip(files: Mapping[str, Path | bytes], out: Path) -> None:
    """Write files into a zip, sorted by name, all with the same time and rights, whole or not at all.

    Parameters
    ----------
    files : mapping
        Name within the zip to a path, or to the content itself.
    """
    when = made()
    stamp = (when.year, when.month, when.day, when.hour, when.minute, when.second)
    with whole(out) as aside, zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            content = files[name]
            info = zipfile.ZipInfo(name, stamp)
            info.create_system, info.external_attr = _UNIX, (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content if isinstance(content, bytes) else content.read_bytes())


BUNDLE = Text("workbench bundle 生成的 zip 文件", "a zip made by `workbench bundle`")


def read_zip(path: Path, out: Path, limits: Limits | None = None) -> list[str]:
    """Unpack a bundle of unknown origin into the new folder `out`; returns the names of its files, sorted.

    Everything is refused that a bundle never holds: absolute and parent paths, links, devices, encrypted files, names
    that are the same file elsewhere, files that overlap, and more files or bytes than the limits.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        It is no zip, is damaged, or holds something that is refused; nothing is left.
    EnvironmentFailure
        There is no room for it.
    """
    existing(path, BUNDLE)
    aside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        aside.mkdir(parents=True)
        names = _unpack_all(path, aside, limits or Limits())
        os.replace(aside, out)
    except OSError as error:
        raise cannot_write(out, error) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return names


def _unpack_all(path: Path, out: Path, limits: Limits) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            if faults := _refused(archive.infolist(), entries, path, limits):
                raise DataError(faults)
            _check_room(out, sum(one.file_size for one in entries))
            left = limits.all
            for entry in entries:
                left -= _unpack(archive, entry, out, min(left, limits.file), path)
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise
        said = type(error).__name__
        raise DataError((_fault(path, None, f"文件已损坏（{said}）", f"the file is damaged ({said})"),)) from error
    return sorted(one.filename for one in entries)


def _check_room(out: Path, size: int) -> None:
    """Raise where the disk has less room than the bundle says it needs, before a byte is written."""
    free = shutil.disk_usage(out).free
    if size > free:
        raise machine_failed(
            Text(f"磁盘剩余 {free >> 20} MB，不够解包", f"{free >> 20} MB are free, too few to unpack the bundle"),
            Where(file=shown(out.parent)),
            Text(f"至少 {(size >> 20) + 1} MB", f"at least {(size >> 20) + 1} MB"),
            Text("请腾出空间，或用 --out 指定别处。", "Make room, or name another folder with --out."),
        )


_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, UnicodeError, ValueError,
            RuntimeError, OSError)  # fmt: skip
_NO_ROOM = (errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT)


def _refused(
    all_entries: list[zipfile.ZipInfo], entries: list[zipfile.ZipInfo], path: Path, limits: Limits
) -> list[Fault]:
    """Return what is refused by the list of contents alone, before a byte is unpacked."""
    if len(all_entries) > limits.files:
        return [_fault(path, None, f"文件数 {len(all_entries)}", f"{len(all_entries)} files", f"≤ {limits.files}")]
    faults = [fault for one in all_entries if (fault := _bad_entry(one, path, limits))]
    total, size = sum(one.file_size for one in entries), path.stat().st_size
    if total > limits.all:
        faults.append(_fault(path, None, f"解压后 {total} 字节", f"{total} bytes unpacked", f"≤ {limits.all}"))
    if sum(one.compress_size for one in entries) > size:
        faults.append(_fault(path, None, "各文件相互重叠", "files overlap", "各占其位 / apart"))
    seen: dict[str, str] = {}
    for one in entries:
        same = unicodedata.normalize("NFC", one.filename).casefold()
        if same in seen:
            faults.append(_fault(path, one.filename, f"与 {seen[same]} 重名", f"the same name as {seen[same]}"))
        seen[same] = one.filename
    return faults


def _bad_entry(entry: zipfile.ZipInfo, path: Path, limits: Limits) -> Fault | None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if not _is_inside(entry.filename):
        return _fault(path, entry.filename, "路径指向包外或含非法字符", "the path leads outside or is not allowed")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return _fault(path, entry.filename, "链接或特殊文件", "a link or a special file")
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        return _fault(path, entry.filename, "加密或不支持的压缩方式", "encrypted, or compressed in a way not allowed")
    if entry.file_size > limits.file:
        said = f"{entry.file_size} 字节", f"{entry.file_size} bytes"
        return _fault(path, entry.filename, *said, f"≤ {limits.file}")
    if entry.file_size > _BLOCK and entry.file_size > limits.growth * max(entry.compress_size, 1):
        return _fault(path, entry.filename, "压缩比异常", "it grows beyond reason", f"≤ {limits.growth}")
    return None


def _is_inside(name: str) -> bool:
    """Return whether a name is a plain relative path, on every system."""
    parts = PurePosixPath(name).parts
    plain = bool(parts) and not name.startswith("/") and all(part not in ("..", ".") for part in name.split("/"))
    plain = plain and not any(is_reserved(part) or part[-1:] in (".", " ") for part in parts)
    return plain and not (_RESERVED & set(name)) and name.isprintable() and "//" not in name


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: Path, most: int, path: Path) -> int:
    """Unpack one file, never beyond `most` bytes whatever its header says; returns its size."""
    place, size = inside(out, *entry.filename.split("/")), 0
    place.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, place.open("xb") as target:
        while block := source.read(_BLOCK):
            size += len(block)
            if size > most:
                raise DataError((_fault(path, entry.filename, "解压后超出上限", "too large unpacked", f"≤ {most}"),))
            target.write(block)
    return size


def _fault(path: Path, name: str | None, zh: str, en: str, expected: str = "") -> Fault:
    return Fault(
        Text(zh, en),
        Where(file=shown(path), item=name),
        Text(expected or "workbench bundle 生成的文件", expected or "a file made by `workbench bundle`"),
        Text(
            "未解包、未运行任何内容；请向提供者重新索取。",
            "Nothing was unpacked or run; ask for the file again.",
        ),
    )
