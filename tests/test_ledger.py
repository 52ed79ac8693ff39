"""The ledger: no closing without evidence, nobody closes their own work, a relapse reopens, Excel out and in."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.forms.ledger_sheet import COLUMNS, read_ledger, write_ledger
from analysis.data.store import open_store
from analysis.data.store.ledger import _MOVES, LEDGER_STATES, Ledger, Step, check_step
from analysis.exceptions import UsageError, WorkbenchError
from analysis.plan import read_plan

PLAN = read_plan("tiexi-2021-2030")
FILLED = {"cause": "师资不足", "measure": "增配医师", "person": "张三", "deadline": "2026-09-30"}


def alerts(year=2025, targets=("health.goal.03.t1", "health.goal.03.t2")):
    rows = [
        {"plan": PLAN.id, "ref_area": PLAN.area, "target": target, "indicator": PLAN.target(target).indicator,
         "year": year, "level": "orange", "clause": "（一）3", "department": "health", "measures": "",
         "evidence": f"{year}年预警"}
        for target in targets
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def ledger(tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    yield Ledger(store)
    store.close()


def proof(tmp_path):
    path = tmp_path / "证明.pdf"
    path.write_bytes(b"evidence")
    return path


def test_from_alert_to_closed(ledger, tmp_path):
    assert ledger.open_from(alerts(), "李四") == {"opened": 2, "relapsed": 0, "kept": 0}
    with pytest.raises(UsageError):  # nothing filled in
        ledger.advance(1, Step("in_progress", "张三"))
    ledger.fill_in(1, FILLED)
    ledger.advance(1, Step("in_progress", "张三"))
    ledger.fill_in(1, {"progress": "已到位"})
    with pytest.raises(UsageError):  # no evidence
        ledger.advance(1, Step("to_review", "张三"))
    ledger.fill_in(1, {}, proof(tmp_path))
    ledger.advance(1, Step("to_review", "张三"))
    with pytest.raises(UsageError):  # one's own work
        ledger.advance(1, Step("closed", "张三"))
    ledger.advance(1, Step("closed", "王五"))
    entry = ledger.entries().iloc[0]
    assert (entry["state"], entry["reviewer"]) == ("closed", "王五")
    assert entry["evidence_sha256"] == hashlib.sha256(b"evidence").hexdigest()
    assert ledger.steps(1)["state"].tolist() == ["not_started", "in_progress", "to_review", "closed"]
    ledger.fill_in(1, {"cause": "改写"})
    assert ledger.entries().iloc[0]["cause"] == "师资不足"  # what is closed stays


def test_an_alert_of_the_next_year_reopens_what_was_closed(ledger, tmp_path):
    test_from_alert_to_closed(ledger, tmp_path)
    assert ledger.open_from(alerts(2025), "李四") == {"opened": 0, "relapsed": 0, "kept": 2}
    assert ledger.open_from(alerts(2026), "李四") == {"opened": 0, "relapsed": 1, "kept": 1}
    entry = ledger.entries().iloc[0]
    assert (entry["state"], entry["year"], entry["evidence_sha256"]) == ("relapsed", 2026, "")
    ledger.advance(1, Step("in_progress", "张三"))
    with pytest.raises(UsageError):  # the old evidence does not count again
        ledger.advance(1, Step("to_review", "张三"))


@given(st.lists(st.tuples(st.sampled_from(list(LEDGER_STATES)), st.sampled_from("ab"), st.booleans()), max_size=12))
def test_no_path_closes_without_evidence_or_by_the_person_responsible(steps):
    entry = {"state": "not_started", **FILLED, "person": "a", "progress": "完成", "evidence_sha256": ""}
    for to, who, proven in steps:
        entry["evidence_sha256"] = entry["evidence_sha256"] or ("x" if proven else "")
        try:
            check_step(entry, Step(to, who, "原因"))
        except UsageError:
            continue
        assert to in _MOVES[entry["state"]]
        if to in ("to_review", "closed"):
            assert entry["evidence_sha256"]
        if to == "closed":
            assert who != "a"
        entry["state"] = to


def test_a_return_from_review_needs_a_reason(ledger, tmp_path):
    ledger.open_from(alerts(), "李四")
    ledger.fill_in(1, {**FILLED, "progress": "完成"}, proof(tmp_path))
    ledger.advance(1, Step("in_progress", "张三"))
    ledger.advance(1, Step("to_review", "张三"))
    with pytest.raises(UsageError):
        ledger.advance(1, Step("in_progress", "王五"))
    ledger.advance(1, Step("in_progress", "王五", "材料不全"))
    with pytest.raises(UsageError):
        ledger.advance(9, Step("closed", "王五"))


def test_the_workbook_goes_out_and_comes_back(ledger, tmp_path):
    ledger.open_from(alerts(), "李四")
    path = tmp_path / "台账.xlsx"
    assert write_ledger(path, ledger.entries(), PLAN, "模拟数据") == 2
    book = load_workbook(path)
    page = book.active
    heads = [cell.value for cell in page[2]]
    assert heads == [heading for _, heading, _, _ in COLUMNS] and "模拟数据" in page["A1"].value
    assert page.cell(3, heads.index("状态") + 1).value == "未启动"
    assert page.cell(3, heads.index("目标") + 1).protection.locked
    page.cell(3, heads.index("原因") + 1).value = "=1+1"
    page.cell(3, heads.index("责任人") + 1).value = " 张三 "
    book.save(path)
    row = read_ledger(path)[0]
    assert row["id"] == "1" and row["person"] == "张三"
    page.delete_rows(2)
    book.save(path)
    with pytest.raises(WorkbenchError):
        read_ledger(path)


def test_the_commands(tmp_path, demo_run):
    def run(*words, code=0):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    db, sheet = tmp_path / "m.sqlite", tmp_path / "台账.xlsx"
    assert "新建" in run("ledger", "open", demo_run[0], "--who", "李四", "--db", db)
    assert "未启动" in run("ledger", "list", "--db", db)
    run("ledger", "export", sheet, "--db", db)
    book = load_workbook(sheet)
    page = book.active
    heads = [cell.value for cell in page[2]]
    for name, value in (
        ("原因", "人手少"),
        ("整改措施", "招录"),
        ("责任人", "张三"),
        ("期限", "2026-09"),
        ("佐证材料文件名", "缺.pdf"),
    ):
        page.cell(3, heads.index(name) + 1).value = value
    book.save(sheet)
    assert "找不到佐证文件" in run("ledger", "import", sheet, "--db", db, code=1)
    run("ledger", "advance", 1, "--to", "in_progress", "--who", "张三", "--db", db)
    assert "进行中" in run("ledger", "list", "--db", db)
