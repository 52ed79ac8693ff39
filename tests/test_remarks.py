"""Evaluators' paragraphs are kept with author and date; a figure no table holds is pointed out, never refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from test_store import _closed, open_store, postgres, url  # noqa: F401 - fixtures

from analysis.data.store.remarks import Remark, Remarks
from analysis.exceptions import DataError, UsageError
from analysis.runs.remarks import _is, doubtful, read_remarks, write_remarks


@pytest.fixture
def run(small):
    return small


def written(run, store, path, **said):
    write_remarks(store, run, "midterm", path)
    book = load_workbook(path)
    page = book.worksheets[0]
    for row in range(5, page.max_row + 1):
        if (section := page.cell(row, 2).value) in said:
            page.cell(row, 6).value = said[section]
    book.save(path)
    return path


def test_the_last_paragraph_counts_and_an_empty_one_takes_it_away(url):  # noqa: F811
    remarks = Remarks(open_store(url))
    about = ("plan", "1", 2025, "run")
    first, other = Remark("midterm", "一、总体", "", "甲"), Remark("midterm", "", "t1", "乙", "9")
    assert remarks.put(*about, [first, other], "张三") == 2
    assert remarks.put(*about, [first, Remark("midterm", "", "t1", "丙")], "李四") == 1
    table = remarks.table("plan", "1", 2025)
    assert table[["section", "target", "paragraph", "who"]].values.tolist() == [
        ["一、总体", "", "甲", "张三"], ["", "t1", "丙", "李四"],
    ]  # fmt: skip
    assert remarks.put(*about, [Remark("midterm", "一、总体", "", "")], "李四") == 1
    assert remarks.table("plan", "1", 2025)["target"].tolist() == ["t1"]
    assert len(remarks.table("plan", "1", 2024)) == 0
    with pytest.raises(UsageError, match="--who"):
        remarks.put(*about, [first], " ")


def test_paragraphs_go_out_and_come_back_with_what_was_written_before(run, tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    said = {"一、总体情况": "第一行\n第二行", "三、建议": "到2025年达到123.4%。"}
    path = written(run, store, tmp_path / "r.xlsx", **said)
    done = read_remarks(store, str(run.folder), path, "张三")
    assert (done.new, done.total) == (2, 2) and [numbers for _, numbers in done.doubts] == ["123.4"]
    assert read_remarks(store, str(run.folder), path, "张三").new == 0
    rows = Remarks(store).table(run.plan.id, run.area, run.as_of).set_index("section")
    assert rows["paragraph"].to_dict() == said and rows.loc["三、建议", "doubts"] == "123.4"
    write_remarks(store, run, "midterm", tmp_path / "again.xlsx")
    page = load_workbook(tmp_path / "again.xlsx").worksheets[0]
    held = {page.cell(row, 2).value: page.cell(row, 5).value for row in range(5, page.max_row + 1)}
    assert held["一、总体情况"].startswith("张三 ") and not held["二、健康"]


def test_a_row_about_nothing_is_named_by_its_cell_and_nothing_is_kept(run, tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    path = written(run, store, tmp_path / "r.xlsx", **{"一、总体情况": "甲"})
    book = load_workbook(path)
    page = book.worksheets[0]
    page["B6"], page["F6"], page["F7"] = "没有的部分", "乙", "=1+1"
    book.save(path)
    with pytest.raises(DataError) as refused:
        read_remarks(store, str(run.folder), path, "张三")
    assert [fault.where.item.split("!")[1] for fault in refused.value.faults] == ["F6", "F7"]
    assert len(Remarks(store).table(run.plan.id, run.area, run.as_of)) == 0
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(DataError):
        read_remarks(store, str(run.folder), tmp_path / "x.csv", "张三")


def test_figures_of_the_indicators_a_paragraph_names_are_known(run):
    one = next(one for one in run.plan.indicators if (run.observations["indicator"] == one.id).any())
    own = run.observations[(run.observations["indicator"] == one.id) & run.observations["obs_value"].notna()]
    value = f"{float(own['obs_value'].iloc[0]):.1f}"
    assert doubtful(run, Remark("midterm", "x", "", f"{one.name.zh}2025年为{value}。")) == []
    assert doubtful(run, Remark("midterm", "x", "", f"{one.name.zh}为987654.3。")) == ["987654.3"]
    assert doubtful(run, Remark("midterm", "x", "", f"某指标2025年为{value}。")) in ([], [value])


@given(st.floats(0, 1e4), st.integers(0, 3))
def test_a_number_is_known_however_it_was_rounded(number, decimals):
    assert _is(f"{number:.{decimals}f}", number) and _is(f"{number:,.{decimals}f}", -number)
    assert _is(f"{100 * number:.{decimals}f}", number)
    assert not _is(f"{number * 101 + 7:.{decimals}f}", number)
