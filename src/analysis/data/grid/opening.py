"""Opening a file by what it is, not by what it is called; what cannot be read is named with what to do."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path

from analysis.data.forms.safety import check_workbook
from analysis.data.grid.delimited import decoded, read_delimited
from analysis.data.grid.grid import Book, Grid
from analysis.data.grid.legacy import read_xls, read_xlsb
from analysis.data.grid.opendocument import read_ods
from analysis.data.grid.openxml import read_openxml
from analysis.exceptions import DataError, Text, Where, usage, wrong_data
from analysis.places import existing, shown

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READERS = {"xlsx": read_openxml, "xlsm": read_openxml, "ods": read_ods, "xls": read_xls, "xlsb": read_xlsb}
_OTHERS = {
    "password": Text("文件有打开密码", "the file has a password"),
    "word": Text("这是 Word 文档，不是表格", "a Word document, not a table"),
    "html": Text("这是网页（HTML），不是工作簿", "a web page (HTML), not a workbook"),
    "xml2003": Text("这是 XML 表格 2003，不是工作簿", "an XML Spreadsheet 2003, not a workbook"),
    "pdf": Text("这是 PDF 文件，不是表格", "a PDF file, not a table"),
    "picture": Text("这是图片，不是表格", "a picture, not a table"),
    "archive": Text("这是压缩包，不是表格", "an archive, not a table"),
    "empty": Text("文件是空的", "the file is empty"),
    "ole": Text("不是 Excel 工作簿", "no Excel workbook"),
}
_DO = {
    "password": Text("请取消密码后另存，再报送。", "Remove the password, save it and send it again."),
    "archive": Text("请解压后逐个报送其中的表格。", "Unpack it and send the tables in it."),
}
_XLSB = Text(
    "xlsb 无法识别隐藏行列和百分比格式，请核对或另存为 xlsx",
    "hidden rows and percent formats cannot be seen in xlsb: check, or save it as xlsx",
)
_SAVE = Text(
    "请用 Excel 或 WPS 打开后另存为 xlsx，再报送。", "Open it in Excel or WPS, save it as xlsx and send it again."
)


def kind_of(path: Path) -> str:
    """Return what a file is by its content: xlsx, xlsm, xlsb, ods, xls, text, or what else it was found to be."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if not head.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        return "empty"
    if head.startswith(_OLE):
        return _ole(path)
    if head.startswith(b"PK"):
        return _zip(path)
    if head.startswith(b"%PDF"):
        return "pdf"
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00")):
        return "picture"
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return "archive"
    start = (decoded(head[:2000]) or (head[:2000].decode("latin-1"), ""))[0].lstrip().lower()
    if start.startswith(("<!doctype html", "<html", "<table")) or "<table" in start and start.startswith("<"):
        return "html"
    if "urn:schemas-microsoft-com:office:spreadsheet" in start:
        return "xml2003"
    return "text"


def _zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower() for name in archive.namelist()}
            about = archive.read("mimetype")[:80] if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError, NotImplementedError, EOFError):
        return "xlsx"  # damaged: the check of workbooks says how
    if b"opendocument.spreadsheet" in about:
        return "ods"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("word/") for name in names) or b"opendocument.text" in about:
        return "word"
    if "xl/workbook.xml" in names:
        return "xlsm" if any("vbaproject" in name for name in names) and path.suffix.lower() == ".xlsm" else "xlsx"
    return "xlsx" if path.suffix.lower() in (".xlsx", ".xlsm") else "archive"


def _ole(path: Path) -> str:
    raw = path.read_bytes()
    names = {name: name.encode("utf-16-le") in raw for name in ("EncryptedPackage", "WordDocument", "Workbook", "Book")}
    if names["EncryptedPackage"]:
        return "password"
    if names["Workbook"] or names["Book"]:
        return "xls"
    return "word" if names["WordDocument"] else "ole"


def open_book(path: Path) -> Book:
    """Open a spreadsheet or a text file of separated values.

    Parameters
    ----------
    path : Path
        xlsx (transitional or strict), xlsm without its macros, xls, et, xlsb, ods; csv or text in UTF-8, GB18030 or
        UTF-16, separated by commas, semicolons, tabs or bars. The content decides, not the name.

    Raises
    ------
    UsageError
        The file does not exist, or is of no kind that is read.
    DataError
        It is damaged, unsafe, has a password, or is something else than its name says.
    """
    existing(path, Text("一个报送文件", "a file to read"))
    kind = kind_of(path)
    if kind in _OTHERS:
        raise _other(path, kind)
    if kind == "text":
        if path.suffix.lower() not in (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods", ".et"):
            raise _unknown(path)
        return _text(path)
    book = Book(path.name, _sheets(path, kind))
    if path.suffix.lower() != f".{kind}" and not (kind == "xls" and path.suffix.lower() == ".et"):
        book.remarks.append(Text(f"文件名为 {path.suffix}，内容是 {kind}，已按 {kind} 读取",
                                 f"named {path.suffix}, but it is {kind}: read as {kind}"))  # fmt: skip
    if kind == "xlsb":
        book.remarks.append(_XLSB)
    return book


def _sheets(path: Path, kind: str) -> list[Grid]:
    if kind != "xls":
        check_workbook(path, macros=kind == "xlsm")
    try:
        return _READERS[kind](path)
    except DataError:
        raise
    except Exception as error:
        if kind == "xls" and "encrypt" in str(error).lower():
            raise _other(path, "password") from None
        raise broken(path, type(error).__name__) from None


def _text(path: Path) -> Book:
    try:
        made = read_delimited(path)
    except csv.Error:
        raise broken(path, "csv") from None
    if made is None:
        raise broken(path, "encoding")
    grid, remarks, comma = made
    grid.comma = comma
    return Book(path.name, [grid], remarks, comma)


def broken(path: Path, what: str) -> DataError:
    """Return the error of a file that cannot be read."""
    return wrong_data(
        Text(f"文件无法读取（{what}）", f"the file cannot be read ({what})"),
        Where(file=shown(path)),
        Text(
            "完整的 xlsx、xls、ods，或 UTF-8、GB18030 编码的 csv",
            "a whole xlsx, xls or ods, or a csv in UTF-8 or GB18030",
        ),
        Text("请用 Excel 或 WPS 打开后另存，再报送。", "Open it in Excel or WPS and save it again."),
    )


def _other(path: Path, kind: str) -> DataError:
    return wrong_data(
        _OTHERS[kind],
        Where(file=shown(path)),
        Text("xlsx、xls、ods 或 csv 表格，无打开密码", "a table as xlsx, xls, ods or csv without a password"),
        _DO.get(kind, _SAVE),
    )


def _unknown(path: Path) -> Exception:
    suffix = path.suffix.lower() or "(无扩展名)"
    return usage(
        Text(f"不支持的文件类型 {suffix}", f"files of kind {suffix} cannot be read"),
        Where(file=shown(path)),
        Text("xlsx、xls、ods、csv 或 SDMX（xml、csv）", "xlsx, xls, ods, csv or SDMX (xml, csv)"),
        Text("请另存为 xlsx 或 csv。", "Save it as xlsx or csv."),
    )
