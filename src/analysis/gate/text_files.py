"""Text files as a user left them: what is no text is named, never a traceback."""

from __future__ import annotations

import re
from pathlib import Path

from analysis.exceptions import DataError, Fault, Text, Where, wrong_data
from analysis.places import shown

LARGEST = 20_000_000  # bytes of a table; one of a plan has some hundred thousand
ENCODINGS = ("utf-8-sig", "gb18030")
_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".et", ".ods")
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_MAGIC = {
    b"PK\x03\x04": Text("工作簿（xlsx 等压缩格式）", "a workbook (xlsx or another zipped format)"),
    b"\xd0\xcf\x11\xe0": Text("工作簿（xls 格式）", "a workbook (xls)"),
    b"%PDF": Text("PDF 文件", "a PDF file"),
    b"\x1f\x8b": Text("压缩文件（gz）", "a compressed file (gz)"),
}
_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|\?xml|head|meta)", re.IGNORECASE)
_SAVE = Text("请在 Excel 或 WPS 中另存为“CSV UTF-8”。", "Save it as CSV UTF-8.")


def text_of(path: Path, largest: int = LARGEST) -> tuple[str, list[Fault]]:
    """Return the text of a file and the fault that keeps it from being read.

    Parameters
    ----------
    path : the file; UTF-8 (with or without its mark), UTF-16 with its mark, or GB18030
    largest : size in bytes above which it is not read

    Returns
    -------
    text : the text without a mark of its encoding; empty where there is a fault
    faults : none, or the one that stops the reading: no file, no permission, no text, empty
    """
    try:
        if not path.is_file():
            return "", [_no_file(path)]
        if path.stat().st_size > largest:
            return "", [_large(path, largest)]
        raw = path.read_bytes()
    except OSError as error:
        return "", [_closed(path, error)]
    fault = _no_text(raw, path)
    if fault:
        return "", [fault]
    for encoding in (*(_MARKS[mark] for mark in _MARKS if raw.startswith(mark)), *ENCODINGS):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and (line := _damaged(raw)):
            return "", [_broken_byte(path, line)]
        return (text, []) if text.strip("\ufeff \t\r\n") else ("", [_empty(path)])
    line = _damaged(raw)
    return "", [_broken_byte(path, line)] if line else list(unreadable(path).faults)


def unreadable(source: Path) -> DataError:
    """Return the error of a file whose encoding is none of `ENCODINGS`."""
    return wrong_data(
        Text("文件编码无法识别", "the encoding cannot be read"),
        Where(file=shown(source)),
        Text("UTF-8 或 GB18030 编码的文本", "text in UTF-8 or GB18030"),
        Text("请在 Excel 或 WPS 中另存为“CSV UTF-8”。", "Save it again as CSV UTF-8."),
    )


def _damaged(raw: bytes) -> int:
    """Return the line of the first broken byte of what is UTF-8 but for a few bytes; 0 for any other text."""
    text = raw.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = sum(ord(sign) > 127 for sign in text) - broken
    return text[: text.index("\ufffd")].count("\n") + 1 if broken and whole > 2 * broken else 0


def _no_text(raw: bytes, path: Path) -> Fault | None:
    for magic, what in _MAGIC.items():
        if raw.startswith(magic):
            return _other(path, what)
    if _PAGE.match(raw):
        return _other(path, Text("网页或 XML 文件", "a web page or XML"))
    if b"\0" in raw and not raw.startswith(tuple(_MARKS)):
        return _other(path, Text("二进制内容，或没有标记的 UTF-16", "binary content, or UTF-16 without its mark"))
    return None


def _is_yaml(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml")


def _kind(path: Path) -> Text:
    if _is_yaml(path):
        return Text("UTF-8 或 GB18030 编码的 YAML 文本", "YAML text in UTF-8 or GB18030")
    return Text("UTF-8 或 GB18030 编码的 CSV 文本", "comma-separated text in UTF-8 or GB18030")


def _other(path: Path, what: Text) -> Fault:
    found = Text(f"内容是{what.zh}", f"the content is {what.en}")
    action = Text("请用文本编辑器存为 UTF-8。", "Save it as UTF-8 in a text editor.") if _is_yaml(path) else _SAVE
    return Fault(found, Where(file=shown(path)), _kind(path), action)


def _no_file(path: Path) -> Fault:
    workbook = next((one for end in _WORKBOOKS if (one := path.with_suffix(end)).is_file()), None)
    if workbook:
        return Fault(
            Text(f"只有工作簿 {workbook.name}", f"only the workbook {workbook.name}"),
            Where(file=shown(workbook)),
            Text(f"CSV 文件 {path.name}", f"a CSV file {path.name}"),
            Text(
                f"请在 Excel 或 WPS 中另存为“CSV UTF-8”，文件名 {path.name}。",
                f"Save it as CSV UTF-8 under the name {path.name}.",
            ),
        )
    folder = path.is_dir()
    return Fault(
        Text("是文件夹，不是文件", "a folder, not a file") if folder else Text("文件不存在", "the file does not exist"),
        Where(file=shown(path)),
        Text(f"文件 {path.name}", f"a file {path.name}"),
        Text("请核对路径；规划的表只有表头也可以。", "Check the path; a table of a plan may be a header alone."),
    )


def _large(path: Path, largest: int) -> Fault:
    return Fault(
        Text(
            f"文件过大（{path.stat().st_size / 1e6:.1f} MB）",
            f"the file is too large ({path.stat().st_size / 1e6:.1f} MB)",
        ),
        Where(file=shown(path)),
        Text(f"不超过 {largest / 1e6:g} MB", f"at most {largest / 1e6:g} MB"),
        Text("请核对是否放错了文件。", "Check whether it is the right file."),
    )


def _closed(path: Path, error: OSError) -> Fault:
    return Fault(
        Text(f"文件无法读取（{error.strerror or '未知'}）", f"the file cannot be read ({error.strerror or 'unknown'})"),
        Where(file=shown(path)),
        Text("可以读取的文件", "a file that may be read"),
        Text("请关闭占用它的程序，并核对读取权限。", "Close programs that hold it and check the permission to read."),
    )


def _empty(path: Path) -> Fault:
    return Fault(
        Text("文件是空的", "the file is empty"),
        Where(file=shown(path)),
        _kind(path),
        Text("请重新保存该文件；没有条目的表只留表头。", "Save it again; a table without entries keeps its header."),
    )


def _broken_byte(path: Path, line: int) -> Fault:
    return Fault(
        Text("UTF-8 文本中有损坏的字节", "a broken byte within UTF-8 text"),
        Where(file=shown(path), row=line),
        _kind(path),
        Text("请核对该行文字后重新保存。", "Check the words of that line and save it again."),
    )
