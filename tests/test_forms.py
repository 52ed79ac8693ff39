"""Forms out and back: tolerant of how people type, strict about what it means; no row is lost, nothing runs."""

import csv
import json
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from analysis.data.forms.header import column_of, header_at
from analysis.data.forms.opening import META, Options
from analysis.data.forms.reading import read_file, read_submission
from analysis.data.forms.safety import safe_cell
from analysis.data.forms.template import SHEET, write_template
from analysis.data.observations import current, read_dataset
from analysis.data.reported.duties import owing_departments
from analysis.exceptions import DataError, Text, UsageError, WorkbenchError
from analysis.gate.numbers import read_number
from analysis.gate.periods import read_period
from analysis.gate.texts import plain, text, written
from analysis.plan import read_plan
from analysis.runs.data_room import write_forms

PLAN = read_plan("tiexi-2021-2030")
DEMO = read_dataset(ROOT / "data" / "demo")
NAMES = dict(zip(DEMO.areas["code"], DEMO.areas["name_zh"], strict=True))
HEADER = ["指标编码", "年份", "分子", "分母", "数值", "数据状态", "说明"]


def sheet(path, rows, title="数据", before=(), hide=()):
    """Write a workbook of rows below a header and whatever people put above it."""
    book = Workbook()
    book.active.title = title
    for row in [*before, *rows]:
        book.active.append(row)
    for i in hide:
        book.active.row_dimensions[i].hidden = True
    book.save(path)
    return path


def read(path, **options):
    return read_submission(path, PLAN, areas=NAMES, **options)[0]


@given(st.one_of(st.text(), st.integers(), st.floats(), st.none(), st.booleans()))
def test_no_cell_is_an_exception(cell):
    read_number(cell), read_period(cell), text(cell), plain(cell), column_of(cell)
    assert header_at([[cell]], 0) is None


@given(st.text())
def test_a_safe_cell_never_runs_and_is_read_back(cell):
    safe = safe_cell(cell)
    assert not safe.startswith(("=", "@")) and (safe == cell or safe == "'" + cell)
    if cell.startswith(("=", "+", "-", "@")):
        assert written(safe) == cell.strip()


def test_the_form_holds_the_departments_indicators_and_breakdowns(tmp_path):
    path = tmp_path / "f.xlsx"
    last = current(DEMO.observations)
    rows = write_template(path, PLAN, "health", "210303", 2026, NAMES, last[last["time_period"] == 2025])
    page = load_workbook(path)[SHEET]
    codes = [page.cell(i, 1).value for i in range(5, 5 + rows)]
    assert set(codes) == {one.id for one in PLAN.indicators if one.department == "health"}
    first = codes.index("health.imr") + 5
    known = last[(last["indicator"] == "health.imr") & (last["time_period"] == 2025) & (last["ref_area"] == "210303")]
    total = known[(known[["sex", "residence"]] == "_T").all(axis=1)]["obs_value"].iloc[0]
    assert page.cell(first, 13).value == pytest.approx(total)
    assert page.cell(first, 12).value.startswith("=IF(") and page.cell(first, 12).protection.locked
    assert not page.cell(first, 10).protection.locked and page.protection.sheet
    assert len(page.data_validations.dataValidation) >= 3
    assert load_workbook(path)[META].sheet_state == "hidden"
    assert not list(tmp_path.glob(".*"))


def test_a_form_filled_in_is_read_back(tmp_path):
    path = tmp_path / "f.xlsx"
    write_template(path, PLAN, "health", "210303", 2026, {"210303S01": NAMES["210303S01"]}, pd.DataFrame(columns=["x"]))
    book = load_workbook(path)
    page = book[SHEET]
    for i in range(5, page.max_row + 1):
        if page.cell(i, 1).value == "health.imr":
            page.cell(i, 10).value, page.cell(i, 11).value = "６", "1,500"
    page.row_dimensions[6].hidden = True
    book.save(path)
    reading, about = read_submission(path, PLAN, areas=NAMES)
    assert about["department"] == "health" and len(reading.quarantined) == 0
    assert reading.rows == 6  # the total, two sexes, urban and rural, one street
    assert set(reading.accepted["time_period"]) == {2026}
    assert reading.accepted["obs_value"].tolist() == pytest.approx([4.0] * 6)
    assert {"M", "F"} <= set(reading.accepted["sex"]) and "210303S01" in set(reading.accepted["ref_area"])


def test_untouched_forms_of_every_department_hold_no_row(tmp_path):
    written_files = write_forms(PLAN, "all", 2026, "210303", DEMO, tmp_path)
    assert set(written_files) == {f"{code}-2026.xlsx" for code in owing_departments(PLAN)}
    own = {code for code in owing_departments(PLAN) if written_files[f"{code}-2026.xlsx"]}
    assert own == {one.department for one in PLAN.indicators}  # the others report measures and targets alone
    for name in written_files:
        assert read(tmp_path / name).rows == 0
    with pytest.raises(UsageError):
        write_forms(PLAN, "nobody", 2026, "210303", DEMO, tmp_path / "x.xlsx")


def test_titles_blank_rows_hidden_rows_and_renamed_headers_are_no_hindrance(tmp_path):
    rows = [["指标名称", "年 度", "本年数值（‰）", "备 注"], ["婴儿死亡率", "二〇二五年", "４．５‰", "核对过"], [],
            [" 婴儿死亡率 ", 2024, 4.7, None]]  # fmt: skip
    path = sheet(tmp_path / "a.xlsx", rows, before=[["铁西区儿童统计表"], [], ["单位：‰"]], hide=[5])
    reading = read_file(path, PLAN, NAMES, Options(hidden=True)).reading
    assert reading.rows == 2 and len(reading.quarantined) == 0
    assert dict(zip(reading.accepted["time_period"], reading.accepted["obs_value"], strict=True)) == {
        2025: 4.5,
        2024: 4.7,
    }
    seen = read(path)  # a hidden row is left out, and named
    assert seen.accepted["time_period"].tolist() == [2024]
    assert [(left.what.zh, left.where, left.count) for left in seen.left_out][0] == ("隐藏行", "数据!5", 4)


def test_a_cell_shown_as_a_percentage_is_read_as_shown(tmp_path):
    path = sheet(tmp_path / "a.xlsx", [HEADER, ["health.vaccination", 2025, None, None, 0.963]])
    book = load_workbook(path)
    book.active["E2"].number_format = "0.0%"
    book.save(path)
    assert read(path).accepted["obs_value"].tolist() == [pytest.approx(96.3)]


@pytest.mark.parametrize("cell", [3.17, "3.17", "3.17‰"])
@pytest.mark.parametrize("unit", ["", "张/千人", "‰", "beds_per_1000", "per_1000"])
def test_beds_per_thousand_are_held_per_thousand_however_their_unit_is_written(tmp_path, cell, unit):
    header = [*HEADER, "计量单位"]
    rows = [header, ["health.paediatric_beds", 2025, None, None, cell, None, None, unit]]
    taken = read(sheet(tmp_path / "a.xlsx", rows)).accepted
    assert taken[["obs_value", "unit"]].values.tolist() == [[3.17, "per_1000"]]


WRONG = {
    "unknown indicator": (["health.none", 2025, None, None, 4.5], "A2"),
    "no year": (["health.imr", "去年", None, None, 4.5], "B2"),
    "text": (["health.imr", 2025, None, None, "约4.5"], "E2"),
    "wrong sign": (["health.imr", 2025, None, None, "0.45%"], "E2"),
    "above the bound": (["health.vaccination", 2025, None, None, 963], "E2"),
    "negative": (["health.imr", 2025, -1, 1500, None], "C2"),
    "no denominator": (["health.imr", 2025, 3, 0, None], "D2"),
    "nothing": (["health.imr", 2025, None, None, None], "E2"),
    "missing yet filled": (["health.imr", 2025, None, None, 4.5, "M"], "F2"),
    "no status": (["health.imr", 2025, None, None, 4.5, "好"], "F2"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_what_cannot_be_meant_is_set_aside_with_its_cell_and_reason(tmp_path, name):
    row, cell = WRONG[name]
    reading = read(sheet(tmp_path / "a.xlsx", [HEADER, row, ["health.nmr", 2025, None, None, 2.1]]))
    assert (reading.rows, len(reading.accepted)) == (2, 1)
    wrong = reading.quarantined.iloc[0]
    assert wrong["cell"] == cell and wrong["sheet"] == "数据" and wrong["reason_zh"] and wrong["reason_en"]
    assert json.loads(wrong["raw"])[0] == row[0]


def test_a_key_with_two_values_is_set_aside_both_shown(tmp_path):
    rows = [HEADER, ["health.imr", 2025, None, None, 4.5], ["health.imr", "2025年", None, None, 4.6]]
    reading = read(sheet(tmp_path / "a.xlsx", rows))
    assert not len(reading.accepted) and set(reading.quarantined["cell"]) == {"E2", "E3"}
    assert all("4.5、4.6" in why for why in reading.quarantined["reason_zh"])


def test_a_key_twice_with_the_same_value_is_taken_once(tmp_path):
    rows = [HEADER, ["health.imr", 2025, None, None, 4.5], ["health.imr", "2025年", None, None, 4.5]]
    reading = read(sheet(tmp_path / "a.xlsx", rows))
    assert reading.accepted["obs_value"].tolist() == [4.5] and reading.quarantined["cell"].tolist() == ["E3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_people_send(tmp_path, encoding):
    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([HEADER, ["health.imr", "2025年", "", "", "4.5‰", "", "婴儿"]])
    assert read(path).accepted["note"].tolist() == ["婴儿"]


def packed(path, name, content):
    sheet(path, [HEADER, ["health.imr", 2025, None, None, 4.5]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [("xl/vbaProject.bin", b"x"), ("xl/externalLinks/externalLink1.xml", b"<x/>"), ("../out.xml", b"x"),
     ("/etc/x", b"x"), ("xl/bomb.xml", b"0" * 30_000_000), ("xl/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>')],
)  # fmt: skip
def test_a_dangerous_workbook_is_refused(tmp_path, name, content):
    with pytest.raises(DataError) as refused:
        read(packed(tmp_path / "a.xlsx", name, content))
    assert str(tmp_path) not in refused.value.message("zh")


def test_files_that_are_none_are_refused(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 half a workbook")
    (tmp_path / "b.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "c.doc").write_bytes(b"x")
    (tmp_path / "d.xml").write_text('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    for name in ("a.xlsx", "b.csv", "c.doc", "d.xml", "absent.xlsx"):
        with pytest.raises(WorkbenchError):
            read(tmp_path / name)


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_a_damaged_file_is_refused_or_read_with_no_row_lost(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    path = sheet(folder / "a.xlsx", [HEADER, *(["health.imr", y, 6, 1500, None] for y in range(2010, 2026))])
    raw = bytearray(path.read_bytes())
    for at in data.draw(st.lists(st.floats(0, 0.999), max_size=6)):
        raw[int(at * len(raw))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(raw[: int(data.draw(st.floats(0.5, 1)) * len(raw))]))
    try:
        reading = read(path)
    except WorkbenchError:
        return
    assert reading.rows == len(reading.accepted) + len(reading.quarantined)


def _said(path):
    sheet = load_workbook(path).worksheets[0]
    last = [row[12].value for row in sheet.iter_rows(min_row=5)]
    return f"{sheet['A1'].value}{sheet['A3'].value}{sheet.oddFooter.center.text}", [v for v in last if v is not None]


def test_a_form_says_simulated_only_where_simulated_values_stand_in_it(tmp_path):
    own = replace(PLAN, title=Text("云溪县妇女发展规划（2021—2030年）", "Women's plan"), area="531099")
    own = replace(own, area_name=Text("云溪县", "Yunxi County"))
    for plan, when, filled in ((PLAN, 2026, True), (PLAN, 1990, False), (own, 2026, False)):
        write_forms(plan, "health", when, plan.area, DEMO, tmp_path / "f.xlsx")
        said, last = _said(tmp_path / "f.xlsx")
        assert bool(last) is filled and ("模拟" in said) is filled, (plan.area, when)
        assert plan.title.zh in said
    assert "儿童" not in said and "云溪县" in said
