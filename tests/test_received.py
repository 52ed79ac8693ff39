"""What departments reported and how it was graded, as an evaluator sees it: by hand, and the notebook on the demo."""

import nbformat
import pandas as pd
import pytest
from conftest import ROOT

from analysis.narrative.received import grades_table, owed_table, unproven_table
from analysis.plan import read_plan
from analysis.runs.notebooks import execute

PLAN = read_plan("tiexi-2021-2030", trusted=True)


def status(**given):
    row = {"department": "health", "state": "verified", "late": "no", "due": "2026-03-31", "received": "2026-03-10"}
    return {**row, "measures": 4, "not_reported": 1, "targets": 2, "assessed": 2, **given}


def test_who_owes_comes_first_and_nothing_to_report_is_a_dash():
    rows = [
        status(),
        status(department="education", state="returned", late="yes", measures=0, not_reported=0),
        status(department="justice", state="expected", received=float("nan"), targets=0, assessed=0),
    ]
    table = owed_table(pd.DataFrame(rows), PLAN, "zh")
    assert list(table["状态"]) == ["未报", "退回", "已核"] and list(table["收到日期"])[0] == "—"
    assert list(table["已报措施"]) == ["3/4", "—", "3/4"] and list(table["已自评目标"]) == ["—", "2/2", "2/2"]
    assert list(table["迟报"]) == ["否", "是", "否"]


def judged(target, **given):
    row = {"target": target, "basis": "group", "department": "health", "group_grade": "mostly", "apart": 0}
    return {**row, "department_grade": "mostly", "outcome": "progressing", "evidence": "kept", **given}


def test_grades_that_differ_come_first_and_targets_judged_by_data_are_left_out():
    a, b, c, d = (one.id for one in PLAN.targets[:4])
    rows = [
        judged(a),
        judged(b, apart=-2, department_grade="sustained"),
        judged(c, basis="data"),
        judged(d, basis="none", department=None, department_grade=None, group_grade=None, apart=None, evidence="none"),
    ]
    table = grades_table(pd.DataFrame(rows), PLAN, "zh")
    assert list(table["目标"]) == [PLAN.target(b).text.zh, PLAN.target(a).text.zh, PLAN.target(d).text.zh]
    assert list(table["部门自评"]) == ["达到并巩固", "基本达到", "—"] and list(table["有佐证"]) == ["是", "是", "否"]


@pytest.mark.parametrize(("state", "rows"), [("kept", 0), ("absent", 1), ("changed", 1)])
def test_evidence_that_is_not_there_is_asked_for(state, rows):
    files = pd.DataFrame([{"department": "health", "year": 2025, "file": "a.pdf", "state": state}])
    assert len(unproven_table(files, PLAN, "en")) == rows


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_notebook_shows_all_three_on_the_demo(demo_run, tmp_path, lang):
    given = {"run": str(demo_run[0]), "lang": lang}
    execute(ROOT / "notebooks" / "09_reports_received.ipynb", tmp_path / "done.ipynb", given, tmp_path)
    cells = nbformat.read(tmp_path / "done.ipynb", as_version=4).cells
    outputs = [out for cell in cells if cell.cell_type == "code" for out in cell.outputs]
    assert not [out for out in outputs if out.output_type == "error"]
    shown = "".join(out.data.get("text/html", "") for out in outputs if "data" in out)
    said = ("未报", "推进中", "没有收到") if lang == "zh" else ("expected", "under way", "never came")
    assert all(one in shown for one in said) and shown.count("<table") == 3
