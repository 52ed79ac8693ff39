"""Files as grids: what is hidden, merged, raised, not computed; every file by what it is."""

import io
import random
import zipfile
from datetime import date

import pytest
from conftest import ROOT
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.grid import open_book
from analysis.data.grid.grid import Grid, address, is_blank, superscript
from analysis.data.wide import layout
from analysis.exceptions import DataError, UsageError
from analysis.gate.numbers import read_number
from analysis.gate.texts import UNCOMPUTED

FILES = ROOT / "tests" / "tables" / "files"
STRICT = (
    ("http://schemas.openxmlformats.org/officeDocument/2006/", "http://purl.oclc.org/ooxml/officeDocument/"),
    ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def workbook(path, change=lambda sheet: None):
    book = Workbook()
    sheet = book.active
    sheet.title = "数据"
    for row in (["指标", 2022, 2023, 2024], ["婴儿死亡率", 4.5, 4.4, 4.3], ["接种率", 0.921, 0.213, "94.1%"]):
        sheet.append(row)
    change(sheet)
    book.save(path)
    return path


def repacked(path, change, name=None):
    """Write a workbook's parts anew, each as `change(name, content)` returns it; a dict adds parts."""
    out = path.with_name(name or path.name)
    with zipfile.ZipFile(path) as given:
        parts = {one: given.read(one) for one in given.namelist()}
    parts = (
        {**{one: change(one, content) for one, content in parts.items()}} if callable(change) else {**parts, **change}
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for one, content in parts.items():
            made.writestr(one, content)
    return out


def strict(name, content):
    for plain, own in STRICT:
        content = content.replace(plain.encode(), own.encode())
    return content


def only(path):
    (grid,) = open_book(path).sheets
    return grid


def test_rows_columns_and_sheets_that_are_hidden_are_seen_and_named(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        other = sheet.parent.create_sheet("旧数据")
        other["A1"], other.sheet_state = 1, "veryHidden"

    seen, other = open_book(workbook(tmp_path / "a.xlsx", hide)).sheets
    assert (seen.hidden_rows, seen.hidden_columns, seen.hidden, other.hidden) == ({1}, {2}, False, True)
    shown, left = seen.without_hidden()
    assert shown.rows == [["指标", 2022, None, 2024], [], ["接种率", 0.921, None, "94.1%"]]
    assert [(one.what.zh, one.what.en, one.where, one.count) for one in left] == [
        ("隐藏行", "hidden rows", "数据!2", 4), ("隐藏列", "hidden columns", "数据!C", 2)
    ]  # fmt: skip


def test_merged_cells_keep_their_range_and_their_first_cell(tmp_path):
    grid = only(workbook(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells("B2:C3")))
    assert grid.merges == [(1, 1, 2, 2)] and grid.rows[1] == ["婴儿死亡率", 4.5, None, 4.3]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (0.213, "0.0%", "21.3%"), (0.2134, "0%", "21.34%"), (21.3, '0.0"%"', "21.3%"), (21.3, r"0.0\%", "21.3%"),
        (21, '0"%"', "21%"), (4.5, '0.0"‰"', "4.5‰"), (1.2, '0.0"万人"', "1.2万人"), (21.3, "0.0", 21.3),
        (1234, "#,##0", 1234), (-0.05, "0.0%;[Red]-0.0%", "-5%"), (0.29, "0.00%", "29%"), (5, "[Red]0", 5),
        (date(2015, 6, 1), "yyyy", 2015), (date(2015, 6, 1), 'yyyy"年"', 2015),
    ],
)  # fmt: skip
def test_numbers_and_dates_are_read_as_their_format_shows_them(tmp_path, value, form, shown):
    def put(sheet):
        sheet["B2"], sheet["B2"].number_format = value, form

    assert only(workbook(tmp_path / "a.xlsx", put)).cell(1, 1) == shown


def test_a_raised_digit_is_a_mark_and_never_one_of_the_number(tmp_path):
    raised = InlineFont(vertAlign="superscript")

    def put(sheet):
        sheet["B2"] = CellRichText("42.5", TextBlock(raised, "1"))
        sheet["C2"] = CellRichText(TextBlock(raised, "(2)"), "12")
        sheet["D2"] = CellRichText("4.", TextBlock(InlineFont(b=True), "5"))

    path = workbook(tmp_path / "a.xlsx", put)
    for grid in (only(path), only(repacked(path, strict, "s.xlsx"))):
        assert grid.rows[1] == ["婴儿死亡率", "42.5¹", "⁽²⁾12", "4.5"]
        assert [read_number(cell).value for cell in grid.rows[1][1:]] == [42.5, 12, 4.5]
    assert superscript("注1a") == "注¹ᵃ"


def test_a_formula_without_a_stored_value_is_not_blank(tmp_path):
    def put(sheet):
        sheet["B2"] = "=C2+1"

    grid = only(workbook(tmp_path / "a.xlsx", put))
    assert grid.cell(1, 1) is UNCOMPUTED and not is_blank(grid.cell(1, 1)) and str(UNCOMPUTED) == ""
    assert layout.kind(UNCOMPUTED) == "number" and grid.filled() == 12


def test_a_strict_workbook_is_the_same_grid(tmp_path):
    path = workbook(tmp_path / "a.xlsx", lambda sheet: sheet.merge_cells("B1:C1"))
    own = repacked(path, strict, "s.xlsx")
    with zipfile.ZipFile(own) as made:
        assert b"purl.oclc.org" in made.read("xl/workbook.xml") and b"schemas" not in made.read("xl/workbook.xml")
    assert only(own) == only(path)


def test_ods_and_xls_are_read_with_what_is_hidden_in_them():
    """Files of LibreOffice, of the same tables as the xlsx beside them."""
    pairs = [
        ("w02_主要指标", "xls"),
        ("w05_分年度", "ods"),
        ("t02_三层表头", "ods"),
        ("t07_缺数", "xls"),
        ("w13_时期", "ods"),
    ]
    for name, kind in pairs:
        ours, theirs = (open_book(FILES / one).sheets for one in (f"{name}_lo.{kind}", f"{name}.xlsx"))
        assert [one.name for one in ours] == [one.name for one in theirs]
        for a, b in zip(ours, theirs, strict=True):
            assert [[plain_of(cell) for cell in row] for row in _cut(a)] == [
                [plain_of(c) for c in row] for row in _cut(b)
            ]
            assert sorted(a.merges) == sorted(b.merges)
            assert (a.hidden, a.hidden_rows & set(range(len(a.rows)))) == (b.hidden, b.hidden_rows)


def _cut(grid):
    rows = [[cell for cell in row] for row in grid.rows]
    for row in rows:
        while row and is_blank(row[-1]):
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


def plain_of(cell):
    found = read_number(cell)
    return getattr(found, "value", None) if hasattr(found, "value") else "" if is_blank(cell) else str(cell).strip()


ROWS = [["指标", "2022年", "2023年"], ["婴儿死亡率（‰）", "4.5", "4.4"], ["接种率，含加强", "92.1", "—"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "；"])
@pytest.mark.parametrize("comma", [False, True])
def test_text_files_of_every_separator_and_encoding(tmp_path, sign, encoding, comma):
    if comma and sign == ",":
        return
    shown = [[cell.replace(".", ",") if comma and "." in cell else cell for cell in row] for row in ROWS]
    for before in ("", f"sep={sign}\n"):
        path = tmp_path / "a.csv"
        path.write_bytes((before + "".join(sign.join(row) + "\r\n" for row in shown)).encode(encoding))
        book = open_book(path)
        assert [row for row in book.sheets[0].rows if row] == shown
        assert book.decimal_comma == book.sheets[0].comma == comma
        said = " ".join(one.zh for one in book.remarks), " ".join(one.en for one in book.remarks)
        assert ("分隔符" in said[0]) == ("separator" in said[1]) == (sign != ",")
        assert (encoding.upper() in said[0]) == (encoding[:5] != "utf-8")
        assert ("小数点" in said[0]) == ("decimals" in said[1]) == comma


def test_quoted_cells_hold_separators_lines_and_quotes(tmp_path):
    (tmp_path / "a.csv").write_text('指标,数值\n"甲,乙","1,234"\n"丙""丁\n戊",5\n', encoding="utf-8")
    assert only(tmp_path / "a.csv").rows == [["指标", "数值"], ["甲,乙", "1,234"], ['丙"丁\n戊', "5"]]


def test_a_file_is_read_by_what_it_is_and_that_is_said(tmp_path):
    path = workbook(tmp_path / "a.xlsx")
    for name in ("b.csv", "b.xls", "b.txt"):
        (tmp_path / name).write_bytes(path.read_bytes())
        book = open_book(tmp_path / name)
        assert book.sheets[0].rows == only(path).rows
        assert "内容是 xlsx" in book.remarks[0].zh and "it is xlsx" in book.remarks[0].en
    (tmp_path / "c.xlsx").write_text("指标,数值\n甲,1\n", encoding="utf-8")
    assert only(tmp_path / "c.xlsx").rows == [["指标", "数值"], ["甲", "1"]]


def _zip(**parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


NONE = {  # name: content, what is said in both languages
    "password.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "文件有打开密码", "has a password"),
    "password.xls": (OLE + "EncryptedPackage".encode("utf-16-le"), "请取消密码", "Remove the password"),
    "old.doc": (OLE + "WordDocument".encode("utf-16-le"), "Word 文档", "Word document"),
    "old.xls": (OLE + b"nothing" * 99, "不是 Excel 工作簿", "no Excel workbook"),
    "damaged.xls": (OLE + "Workbook".encode("utf-16-le"), "无法读取", "cannot be read"),
    "new.xlsx": (_zip(word__document="<w/>"), "Word 文档", "Word document"),
    "a.pdf": (b"%PDF-1.7\n", "PDF", "PDF"), "scan.xlsx": (b"\x89PNG\r\n\x1a\n....", "图片", "picture"),
    "web.xls": ("<html><table><tr><td>甲</td></tr></table>".encode("gb18030"), "网页", "web page"),
    "empty.xlsx": (b"", "空的", "empty"), "blank.csv": (b"\xef\xbb\xbf\r\n \n", "空的", "empty"),
    "tables.zip": (_zip(甲="1"), "压缩包", "archive"), "not.xlsx": (_zip(甲="1"), "无法读取", "cannot be read"),
    "cut.xlsx": (_zip(xl__workbook="x" * 99)[:60], "不是完整的 xlsx", "not a whole xlsx"),
    "other.dat": (b"hello", "不支持的文件类型 .dat", "kind .dat"),
    "torn.csv": (b"\xff\xfe\x00\xd8\x41", "无法读取", "cannot be"),
}  # fmt: skip


@pytest.mark.parametrize("name", NONE)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_no_table_is_told_apart_in_both_languages(tmp_path, name, lang):
    content, *said = NONE[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises((DataError, UsageError)) as refused:
        open_book(tmp_path / name)
    message = refused.value.message(lang)
    assert said[lang == "en"] in message and name in message and str(tmp_path.parent) not in message


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_files_that_are_no_tables_are_refused_by_the_command_together(tmp_path, lang):
    for name, (content, *_) in NONE.items():
        (tmp_path / name).write_bytes(content)
    words = ["ingest", *(str(tmp_path / name) for name in NONE), "--db", str(tmp_path / "m.sqlite"), "--lang", lang]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit) and "Traceback" not in done.output
    for name, (_, *said) in NONE.items():
        assert (
            said[lang == "en"] in done.stderr and f"{name}: {'整份退回' if lang == 'zh' else 'refused'}" in done.stderr
        )


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError) as refused:
        open_book(tmp_path / "nowhere.xlsx")
    assert "文件不存在" in refused.value.message("zh") and "does not exist" in refused.value.message("en")


@pytest.mark.parametrize(
    ("part", "content", "zh"),
    [("xl/big.xml", b"0" * 3_000_000, "炸弹"), ("xl/vbaProject.bin", b"x", "宏"), ("../out.xml", b"x", "越界"),
     ("xl/externalLinks/a.xml", b"x", "外部链接"), ("xl/embeddings/a.bin", b"x", "嵌入"),
     ("xl/theme/theme1.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "实体")],
)  # fmt: skip
def test_what_a_workbook_may_not_hold_is_refused(tmp_path, part, content, zh):
    path = repacked(workbook(tmp_path / "a.xlsx"), {part: content})
    with pytest.raises(DataError) as refused:
        open_book(path)
    assert zh in refused.value.message("zh") and refused.value.message("en")


def test_a_workbook_with_macros_is_read_and_its_macros_never(tmp_path):
    macros = random.Random(1).randbytes(400)
    path = repacked(workbook(tmp_path / "a.xlsx"), {"xl/vbaProject.bin": macros}, "a.xlsm")
    assert only(path).rows[1] == ["婴儿死亡率", 4.5, 4.4, 4.3]
    bomb = repacked(path, {"xl/big.xml": b"0" * 3_000_000}, "b.xlsm")
    with pytest.raises(DataError):
        open_book(bomb)


def test_addresses_and_cells_outside_a_sheet():
    assert [address(2, 1), address(0, 26)] == ["B3", "AA1"]
    assert Grid("", [[1], []]).cell(1, 5) is None and Grid("", []).cell(9, 9) is None
