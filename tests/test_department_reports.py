"""A department's annual report from the form to the database: taken, asked about or set aside; nothing is lost."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from test_store import _closed, open_store, postgres, url  # noqa: F401 - fixtures
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data import store as stores
from analysis.data.forms.collector import Collector
from analysis.data.forms.opening import Options
from analysis.data.forms.reading import read_file, read_submission
from analysis.data.forms.template import SHEET, write_template
from analysis.data.grid import Grid, open_book
from analysis.data.reading import Reading, accepted_table, quarantine_table
from analysis.data.reported.duties import by_evidence, duties_of, lead_of, owing_departments
from analysis.data.reported.folder import for_public, read_reports
from analysis.data.reported.labels import GRADES, RUBRIC, needs_evidence
from analysis.data.reported.reading import Reports
from analysis.data.reported.rows import Given
from analysis.data.reported.sheets import MEASURES_SHEET, RUBRIC_SHEET, SHEETS, header_of
from analysis.data.reported.template import HEADER, Known
from analysis.data.store.evidence_files import Kept, collect, place_of
from analysis.data.store.reports import AnnualReports, Rating
from analysis.data.store.states import _MOVES, ROLES, Move, Sender
from analysis.data.store.tables import REVIEWED
from analysis.exceptions import UsageError
from analysis.plan import read_plan
from analysis.schema.reported import REPORT_TABLES

PLAN = read_plan("tiexi-2021-2030")
AREA, YEAR = PLAN.area, 2026
EMPTY = pd.DataFrame(columns=["x"])
OWN = duties_of(PLAN, "emergency")


def form(path, department="emergency", known=None):
    write_template(path, PLAN, department, AREA, YEAR, {}, EMPTY, "", known)
    return load_workbook(path)


def put(page, i, **cells):
    """Fill cells of a row, named by the column of the table."""
    sheet = next(one for one in SHEETS if one.name == page.title)
    for column, value in cells.items():
        place = next(j for j, one in enumerate(sheet.fields, start=1) if one.column == column)
        page.cell(HEADER + i, place).value = value


def filled(path):
    book = form(path)
    for i in range(1, 1 + len(OWN.leads) + len(OWN.supports)):
        put(book["措施落实"], i, state="进行中", done=f"做了{i}件事", money=10 * i, output=i, output_unit="所")
    put(book["措施落实"], 1, evidence="a.pdf；b.pdf")
    put(book["自评"], 1, grade="达到", reason="材料齐全", evidence="a.pdf")
    put(book["经验做法"], 1, title="联席会商", since=2024, result="由50%提高到70%")
    put(book["下年计划"], 1, action="继续推进", money=5, money_unit="万元")
    book.save(path)
    return book


def of(path, **given):
    return read_submission(path, PLAN, **given)[0]


def store_of(reading, store, who="张三", department="emergency"):
    return store.submit(reading, Sender(PLAN.id, AREA, department, YEAR, who))[0]


def test_every_department_that_owes_anything_is_named_by_the_plan():
    owing = owing_departments(PLAN)
    for one in PLAN.measures:
        assert set(one.departments) <= set(owing)
    answered = {one.id for code in owing for one in duties_of(PLAN, code).targets}
    assert answered == {one.id for one in PLAN.targets if by_evidence(one)}
    assert all(lead_of(PLAN, one) in owing for one in PLAN.targets if by_evidence(one))


def test_the_form_holds_measures_targets_lists_limits_and_the_rubric(tmp_path):
    book = form(tmp_path / "f.xlsx")
    assert book.sheetnames == [SHEET, *(one.name for one in SHEETS), "填报说明", RUBRIC_SHEET, "_meta"]
    page = book["措施落实"]
    codes = [page.cell(HEADER + i, 1).value for i in range(1, 1 + len(OWN.leads) + len(OWN.supports))]
    assert codes == [one.id for one in (*OWN.leads, *OWN.supports)]
    lists = {rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"}
    assert '"未启动,进行中,已完成"' in lists and '"元,万元,亿元"' in lists
    grades = {rule.formula1 for rule in book["自评"].data_validations.dataValidation if rule.type == "list"}
    assert '"' + ",".join(RUBRIC[one].name.zh for one in GRADES) + '"' in grades
    said = "".join(str(cell.value) for row in book[RUBRIC_SHEET].iter_rows() for cell in row if cell.value)
    for one in RUBRIC.values():
        assert one.name.zh in said and one.evidence.zh in said
    assert page.protection.sheet and page.cell(HEADER + 1, 1).protection.locked
    assert not page.cell(HEADER + 1, 5).protection.locked


def test_last_years_text_stands_in_grey_and_alerts_are_asked_about(tmp_path):
    demo = read_reports(ROOT / "data" / "demo", trusted=True)
    last = {name: one[(one["department"] == "health") & (one["year"] == 2025)] for name, one in demo.items()
            if name in {sheet.table.name for sheet in SHEETS}}  # fmt: skip
    target = next(one for one in PLAN.targets if lead_of(PLAN, one) == "health" and one.indicator)
    alerts = pd.DataFrame({"target": [target.id, "nobody"], "level": ["red", "red"]})
    book = form(tmp_path / "f.xlsx", "health", Known(last, alerts, "模拟数据，仅供演示"))
    page = book["措施落实"]
    grey = [page.cell(row, 13) for row in range(HEADER + 1, page.max_row + 1)]
    assert any("【模拟】" in str(cell.value) for cell in grey) and {c.font.color.rgb for c in grey} == {"00808080"}
    assert "模拟数据" in page["A3"].value and "模拟数据" not in book["自评"]["A1"].value
    assert [book["原因与对策"].cell(HEADER + i, j).value for i, j in ((1, 1), (1, 4), (2, 1))] == [
        target.id,
        "红色",
        None,
    ]


def test_a_report_filled_in_is_read_back_with_sheet_and_cell(tmp_path):
    path = tmp_path / "f.xlsx"
    filled(path)
    reading = of(path)
    count = len(OWN.leads) + len(OWN.supports)
    assert {name: len(one) for name, one in reading.reports.items()} == {
        "measure_reports": count, "self_assessments": 1, "practices": 1, "next_year": 1}  # fmt: skip
    assert not len(reading.quarantined) and reading.rows == count + 3 == reading.reported
    own = reading.reports["measure_reports"]
    assert set(own["sheet"]) == {"措施落实"} and own["row"].tolist() != []
    first = own[own["measure"] == OWN.leads[0].id].iloc[0] if OWN.leads else own.iloc[0]
    assert (first["state"], first["money_unit"], first["year"]) == ("under_way", "ten_thousand_yuan", YEAR)


@pytest.mark.parametrize(
    ("sheet", "cells", "state", "words"),
    [
        ("措施落实", {"state": "胡说"}, "aside", "不在列表中"),
        ("措施落实", {"state": "完成"}, "proposed", "拟按"),
        ("措施落实", {"done": "做了"}, "aside", "没有填"),
        ("措施落实", {"state": "进行中", "money": "很多"}, "aside", "不是数字"),
        ("措施落实", {"state": "进行中", "money": -3}, "aside", "小于0"),
        ("措施落实", {"state": "进行中", "money": 3, "money_unit": None}, "proposed", "万元"),
        ("措施落实", {"state": "进行中", "money": "3亿元", "money_unit": "万元"}, "aside", "不一致"),
        ("措施落实", {"state": "进行中", "output": 3}, "aside", "没有单位"),
        ("措施落实", {"state": "进行中", "output": "3所"}, "", ""),
        (
            "措施落实",
            {"state": "进行中", "measure": "nothing.here", "title": OWN.supports[0].title.zh},
            "proposed",
            "编码",
        ),
        ("措施落实", {"state": "进行中", "measure": "nothing.here"}, "aside", "规划没有措施"),
        ("措施落实", {"state": "进行中", "measure": "law.measure.01", "title": None}, "proposed", "不是本部门"),
        ("措施落实", {"state": "进行中", "done": "坏\x0b字"}, "aside", "控制字符"),
        ("自评", {"done": 9, "total": 5}, "aside", "应完成"),
        ("自评", {"reason": "好"}, "aside", "没有自评等级"),
        ("自评", {"grade": "达标"}, "proposed", "拟按"),
        ("经验做法", {"title": "好", "since": 2031}, "aside", "晚于"),
        ("下年计划", {"action": "做", "measure": "没有这一条"}, "aside", "规划没有"),
    ],
)
def test_bad_input_names_sheet_cell_and_what_was_expected(tmp_path, sheet, cells, state, words):
    collector = Collector(PLAN)
    own = next(one for one in SHEETS if one.name == sheet)
    about = {"measure": OWN.supports[0].id, "target": OWN.targets[0].id}.get(own.about)
    row = {own.about: about, "money_unit": "万元", **cells} if about else cells
    heads = [one.heading for one in own.fields]
    values = [row.get(one.column) for one in own.fields]
    reports = Reports(collector, Given(PLAN, AREA, "emergency", YEAR, True))
    assert reports.read(Grid(sheet, [["标题"], heads, values]), True)
    kept = sum(len(one) for one in reports.tables().values())
    assert kept + len(collector.aside) == 1
    if not state:
        assert kept
        return
    found = collector.aside[0]
    assert found["state"] == state and words in found["reason_zh"] and found["reason_en"]
    assert (found["sheet"], found["row"]) == (sheet, 3) and found["cell"].endswith("3")
    assert bool(found["proposal"]) is (state == "proposed")


def test_an_old_workbook_with_figures_alone_is_read_as_before(tmp_path):
    path, old = tmp_path / "f.xlsx", tmp_path / "old.xlsx"
    book = filled(path)
    page = book[SHEET]
    row = next(i for i in range(5, page.max_row + 1) if "分子：" in str(page.cell(i, 16).value))
    page.cell(row, 10).value, page.cell(row, 11).value, page.cell(row, 12).value = 5, 1300, None
    book.save(path)
    for sheet in (*SHEETS, None):
        del book[sheet.name if sheet else RUBRIC_SHEET]
    book.save(old)
    new, before = of(path), of(old)
    pd.testing.assert_frame_equal(new.accepted, before.accepted)
    assert len(before.accepted) == 1 and before.reports == {} and before.rows == 1


def test_a_form_that_lost_a_sheet_says_which(tmp_path):
    path = tmp_path / "f.xlsx"
    book = filled(path)
    del book["自评"], book["经验做法"]
    book.save(path)
    read = read_file(path, PLAN, {}, Options())
    assert ["自评" in one.zh and "经验做法" in one.zh and "下年计划" not in one.zh for one in read.remarks] == [True]
    assert "self_assessments" not in read.reading.reports and len(read.reading.reports["next_year"]) == 1


def test_no_other_table_is_taken_for_a_report():
    files = [*(ROOT / "data" / "examples").glob("*.xlsx"), *(ROOT / "data").rglob("*.csv")]
    seen = 0
    for path in files:
        if path.parent.name == "reports" or path.stat().st_size > 50_000:
            continue
        for grid in open_book(path).sheets:
            seen += 1
            assert header_of(grid.name, grid.rows) is None, path
    assert seen > 10


HEADS = {one.column: (one.heading, *one.others) for one in MEASURES_SHEET.fields}


@settings(max_examples=40)
@given(st.data())
def test_a_sheet_shuffled_cut_and_with_columns_renamed_loses_nothing(data):
    measures = [*OWN.leads, *OWN.supports]
    columns = ["measure", "title", "state", "done", "money", "money_unit", "difficulty"]
    gone = data.draw(st.sets(st.sampled_from(["measure", "title", "money", "money_unit", "difficulty"]), max_size=2))
    if {"measure", "title"} <= gone:
        gone = gone - {"title"}
    left = data.draw(st.permutations([one for one in columns if one not in gone]))
    names = [data.draw(st.sampled_from(HEADS[one])) for one in left]
    kept = data.draw(st.lists(st.sampled_from(range(len(measures))), unique=True, min_size=1))
    truth, rows = {}, []
    for i in kept:
        one = measures[i]
        row = {"measure": one.id, "title": one.title.zh, "state": random.Random(i).choice(["进行中", "已完成", "乱填"])}
        row |= {"done": f"第{i}项", "money": i + 1, "money_unit": "万元", "difficulty": ""}
        truth[one.id] = row
        rows.append([row[column] for column in left])
    above = data.draw(st.integers(0, 3))
    grid = Grid(data.draw(st.sampled_from(["措施落实", "Sheet1"])), [["说明"]] * above + [names, *rows, [None] * 3])
    collector = Collector(PLAN)
    reports = Reports(collector, Given(PLAN, AREA, "emergency", YEAR, True))
    assert reports.read(grid, True)
    taken = reports.tables().get("measure_reports", pd.DataFrame({"measure": []}))
    assert len(taken) + len(collector.aside) == len(kept)  # nothing is lost
    for row in taken.to_dict("records"):  # and nothing wrong
        own = truth[row["measure"]]
        assert own["state"] == {"under_way": "进行中", "completed": "已完成"}[row["state"]]
        assert row["done"] == own["done"]
        if "money" in left and "money_unit" in left:
            assert row["money"] == own["money"]
    assert {one for one, row in truth.items() if row["state"] == "乱填"}.isdisjoint(set(taken["measure"]))


def test_the_same_row_twice_counts_once_and_two_different_ones_not_at_all():
    one = (*OWN.leads, *OWN.supports)[0]
    heads = ["措施编码", "落实状态", "完成情况"]
    for second, kept in (("做了", 1), ("没做", 0)):
        collector = Collector(PLAN)
        reports = Reports(collector, Given(PLAN, AREA, "emergency", YEAR, True))
        reports.read(Grid("措施落实", [heads, [one.id, "进行中", "做了"], [one.id, "进行中", second]]), True)
        assert sum(map(len, reports.tables().values())) == kept
        assert len(collector.aside) == 2 - kept


def test_without_its_headings_a_sheet_of_the_form_is_set_aside_row_by_row(tmp_path):
    path = tmp_path / "f.xlsx"
    book = filled(path)
    book["措施落实"].delete_rows(HEADER)
    book.save(path)
    reading = of(path)
    assert "measure_reports" not in reading.reports
    aside = reading.quarantined[reading.quarantined["sheet"] == "措施落实"]
    assert len(aside) >= len(OWN.leads) + len(OWN.supports) and aside["reason_zh"].str.contains("找不到表头").all()


def test_what_was_reported_comes_out_of_the_database_and_a_correction_counts(url, tmp_path):  # noqa: F811
    path, store = tmp_path / "f.xlsx", open_store(url)
    filled(path)
    store_of(of(path), store)
    again = load_workbook(path)
    put(again["措施落实"], 1, state="已完成")
    put(again["经验做法"], 1, title="另一做法")
    again.save(path)
    second = store_of(of(path), store)
    tables = AnnualReports(store).tables(PLAN.id, AREA)
    own = tables["measure_reports"]
    assert len(own) == len(OWN.leads) + len(OWN.supports) and (own["state"] == "completed").sum() == 1
    assert tables["practices"]["title"].tolist() == ["另一做法"]  # those of the last workbook
    store.advance(second, Move("returned", "李四", "reviewer", "笼统"))
    back = AnnualReports(store).tables(PLAN.id, AREA)
    assert (back["measure_reports"]["state"] == "completed").sum() == 0
    assert back["practices"]["title"].tolist() == ["联席会商"]
    came = back["received"].iloc[0]
    assert (came["state"], came["returned"], came["returned_why"]) == ("reported", 1, "笼统")
    for table in REPORT_TABLES.values():
        assert table.build(back[table.name]) is not None


def test_rows_set_aside_close_when_corrected_and_proposals_when_confirmed(url, tmp_path):  # noqa: F811
    path, store = tmp_path / "f.xlsx", open_store(url)
    book = form(path)
    put(book["措施落实"], 1, state="完成", done="甲")
    put(book["措施落实"], 2, state="乱填", done="乙")
    put(book["下年计划"], 1, action="继续", money=5)
    put(book["下年计划"], 2, action="再做", money=5, money_unit="万元")
    book.save(path)
    first = store_of(of(path), store)
    waiting = store.quarantine()
    assert sorted(waiting["state"]) == ["aside", "proposed", "proposed"]
    assert json.loads(waiting.iloc[0]["proposal"])["table"] == "measure_reports"
    store.confirm(store.proposed(first), "王五")
    tables = AnnualReports(store).tables(PLAN.id, AREA)
    assert tables["measure_reports"]["state"].tolist() == ["completed"]
    assert sorted(tables["next_year"]["action"]) == ["再做", "继续"]  # confirmed beside what was taken
    assert tables["next_year"]["number"].tolist() == [1, 2]
    assert store.quarantine()["state"].tolist() == ["aside"]
    put(book["措施落实"], 2, state="进行中", done="乙")
    book.save(path)
    store_of(of(path), store)
    assert not (store.quarantine()["state"] == "aside").any()


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """Return one database for all the lives of reports, and the years that are still free in it."""
    store = stores.open_store(str(tmp_path_factory.mktemp("moves") / "m.sqlite"))
    yield store, iter(range(1950, 2100))
    store.close()


@settings(max_examples=15)
@given(st.lists(st.tuples(st.sampled_from(list(_MOVES)), st.sampled_from(list(ROLES))), max_size=6))
def test_a_report_counts_as_its_submission_does_whatever_happens_to_it(moved, moves):
    store, years = moved
    year, table = next(years), REPORT_TABLES["measure_reports"]
    row = {"plan": PLAN.id, "ref_area": AREA, "department": "health", "year": year, "measure": "health.measure.01"}
    rows = table.build(pd.DataFrame([{**dict.fromkeys(table.names), **row, "state": "under_way"}]))
    rows = rows.assign(sheet="措施落实", row=5, cell="E5")
    reading = Reading("f", f"{year:064}", 1, accepted_table([]), quarantine_table([]), reports={table.name: rows})
    id, _ = store.submit(reading, Sender(PLAN.id, AREA, "health", year, "张三"))
    for n, (to, role) in enumerate(moves):
        with suppress(UsageError):
            store.advance(id, Move(to, f"经办{n}", role, "原因"))
    submissions = store.submissions()
    state = submissions.loc[submissions["id"] == id, "state"].iloc[0]
    for reviewed, counts in ((False, state != "returned"), (True, state in REVIEWED)):
        found = AnnualReports(store).tables(PLAN.id, AREA, reviewed)
        assert (found["measure_reports"]["year"] == year).sum() == counts
    received = found["received"]
    assert received.loc[received["year"] == year, "state"].tolist() == [state]


def test_two_departments_at_once_lose_nothing(url, tmp_path):  # noqa: F811
    store = open_store(url)
    readings = {}
    for code in ("emergency", "justice", "publicity", "housing"):
        path = tmp_path / f"{code}.xlsx"
        book = form(path, code)
        put(book["措施落实"], 1, state="进行中", done=code)
        book.save(path)
        readings[code] = of(path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda code: store_of(readings[code], store, department=code), readings))
    own = AnnualReports(store).tables(PLAN.id, AREA)["measure_reports"]
    assert sorted(own["department"]) == sorted(readings) and sorted(own["done"]) == sorted(readings)


def test_files_of_evidence_are_kept_and_a_missing_or_changed_one_is_said(tmp_path):
    path, db = tmp_path / "f.xlsx", str(tmp_path / "m.sqlite")
    filled(path)
    (tmp_path / "a.pdf").write_bytes(b"evidence")
    run = CliRunner().invoke
    said = run(app, ["ingest", str(path), "--db", db, "--who", "张三"]).output
    assert "b.pdf" in said and "年度报告" in said
    listed = run(app, ["submissions", "evidence", "--db", db])
    assert listed.exit_code == 1 and "完好" in listed.output and "报送时未附" in listed.output
    store = open_store(db)
    files = AnnualReports(store).tables(PLAN.id, AREA)["evidence_files"].set_index("file")
    digest = files.loc["a.pdf", "sha256"]
    kept = Kept(place_of(store)).path(digest)
    assert kept.read_bytes() == b"evidence" and files.loc["b.pdf", "state"] == "absent"
    kept.write_bytes(b"other")
    assert "已被改动" in run(app, ["submissions", "evidence", "--db", db]).output
    kept.unlink()
    assert "已丢失" in run(app, ["submissions", "evidence", "--db", db]).output
    assert "年度报告" in run(app, ["submissions", "list", "--db", db]).output


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "CON", "a\x00b", "sub/a.pdf"])
def test_a_file_outside_the_folder_is_never_kept(tmp_path, name):
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "a.pdf").write_text("x")
    row = {"plan": PLAN.id, "ref_area": AREA, "department": "health", "year": YEAR, "evidence": name}
    kept = Kept(tmp_path / "kept")
    files = collect([pd.DataFrame([row])], tmp_path / "in" / "f.xlsx", kept)
    assert set(files["state"]) == {"absent"} and not (tmp_path / "kept").exists()


def test_who_owes_is_named_and_who_was_late(tmp_path):
    path, db = tmp_path / "f.xlsx", str(tmp_path / "m.sqlite")
    filled(path)
    run = CliRunner().invoke
    run(app, ["submissions", "expect", "--year", str(YEAR), "--due", "2020-03-31", "--db", db])
    run(app, ["ingest", str(path), "--db", db, "--who", "张三"])
    done = run(app, ["submissions", "owed", "--year", str(YEAR), "--db", db])
    name, other = PLAN.department_name("emergency").zh, PLAN.department_name("justice").zh
    assert done.exit_code == 1 and f"迟报 1 个：{name}" in done.output
    line = next(one for one in done.output.splitlines() if one.startswith(other))
    assert "未报" in line and "措施 0/" in line
    english = run(app, ["submissions", "owed", "--year", str(YEAR), "--db", db, "--lang", "en"]).output
    assert "1 late" in english and "did not report" in english


def test_the_group_rates_beside_the_department_by_the_rubric(url, tmp_path):  # noqa: F811
    path, store = tmp_path / "f.xlsx", open_store(url)
    filled(path)
    store_of(of(path), store)
    reports, target = AnnualReports(store), OWN.targets[0].id
    for rating, who, words in (
        (Rating(target, YEAR, "reached"), "评估甲", "没有写明查看的佐证"),
        (Rating(target, YEAR, "great", evidence_seen="x"), "评估甲", "不是等级"),
        (Rating(target, YEAR, "under_way"), "张三", "不能评定自己"),
        (Rating(target, YEAR, "under_way"), " ", "没有写明评定人"),
    ):
        with pytest.raises(UsageError) as refused:
            reports.rate(PLAN.id, AREA, [Rating(target, YEAR, "not_begun"), rating], who)
        assert words in refused.value.message("zh") and refused.value.message("en")
    assert not len(reports.tables(PLAN.id, AREA)["group_ratings"])  # all or nothing
    reports.rate(PLAN.id, AREA, [Rating(target, YEAR, "mostly", "有缺口", "台账")], "评估甲")
    reports.rate(PLAN.id, AREA, [Rating(target, YEAR, "under_way", "重查")], "评估乙")
    row = reports.tables(PLAN.id, AREA)["group_ratings"].iloc[0]
    assert (row["grade"], row["who"], bool(row["at"])) == ("under_way", "评估乙", True)


def test_the_groups_sheet_goes_out_and_comes_back_whole_or_not_at_all(tmp_path):
    path, db, sheet = tmp_path / "f.xlsx", str(tmp_path / "m.sqlite"), tmp_path / "r.xlsx"
    filled(path)
    run = CliRunner().invoke
    run(app, ["ingest", str(path), "--db", db, "--who", "张三"])
    out = run(app, ["ratings", "export", str(sheet), "--year", str(YEAR), "--db", db]).output
    assert f"{sum(by_evidence(one) for one in PLAN.targets)} 条目标" in out
    book = load_workbook(sheet)
    page = book["评估组评定"]
    rows = {page.cell(i, 1).value: i for i in range(HEADER + 1, page.max_row + 1)}
    own, other = rows[OWN.targets[0].id], next(i for id, i in rows.items() if id != OWN.targets[0].id)
    assert page.cell(own, 5).value == "达到" and page.cell(other, 5).value == "未自评"
    page.cell(own, 8).value = "推进中"
    page.cell(other, 8).value = "很好"
    book.save(sheet)
    done = run(app, ["ratings", "import", str(sheet), "--who", "评估甲", "--db", db])
    assert done.exit_code == 1 and f"H{other}" in str(done.exception)
    page.cell(other, 8).value = None
    book.save(sheet)
    assert "1 条评定" in run(app, ["ratings", "import", str(sheet), "--who", "评估甲", "--db", db]).output
    listed = run(app, ["ratings", "list", "--year", str(YEAR), "--db", db]).output
    assert "达到" in listed and "推进中" in listed and "部门高 2 级" in listed


def test_what_is_published_names_no_person_no_file_and_no_few_people():
    tables = read_reports(ROOT / "data" / "demo", trusted=True)
    shown = for_public(tables, PLAN)
    said = "".join(table.to_csv() for table in shown.values())
    for name in (*tables["evidence_files"]["file"], *filter(None, tables["evidence_files"]["sha256"]), "模拟评估员"):
        assert name not in said
    assert "【模拟】" not in said  # no free text at all
    before, after = (one["measure_reports"][["measure", "state", "money"]] for one in (tables, shown))
    pd.testing.assert_frame_equal(before, after)
    people = {one.id for one in PLAN.targets if one.indicator and PLAN.indicator(one.indicator).statistic == "binomial"}
    own = shown["self_assessments"]
    own = own[own["target"].isin(people) & own["done"].notna()]
    assert not (((own["done"] > 0) & (own["done"] < 5)) | ((own["total"] - own["done"]).between(1, 4))).any()


def test_grades_that_need_evidence_are_those_above_under_way():
    assert [needs_evidence(one) for one in GRADES] == [False, False, True, True, True]
