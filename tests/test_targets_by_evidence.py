"""Targets without a series are judged by the group, the department or what was counted; measures are counted."""

import shutil

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.assessment.judgements import judgements, verdict_counts
from analysis.assessment.measure_status import department_status, measure_status
from analysis.data.reported.duties import by_evidence, lead_of, owing_departments
from analysis.data.reported.folder import read_reports
from analysis.data.reported.labels import needs_evidence
from analysis.exceptions import DataError
from analysis.marks import Values, to_html, unmarked
from analysis.narrative.checking import check_page, faults
from analysis.narrative.counts import counted
from analysis.narrative.sources import Sources
from analysis.plan import read_plan
from analysis.runs.reported import reported_of
from analysis.runs.run import Run, prepare
from analysis.schema.reported import GRADES, REPORT_TABLES

PLAN = read_plan("tiexi-2021-2030")
AREA, YEAR = PLAN.area, 2025
QUALITATIVE = next(one for one in PLAN.targets if not one.indicator)
COUNTED = next(one for one in PLAN.targets if one.kind == "milestone" and one.value == 17)
LEAD = lead_of(PLAN, QUALITATIVE)


def tables(**rows):
    """Return tables of reports: rows by table, what they leave out given."""
    out = {}
    for name, table in REPORT_TABLES.items():
        about = {"plan": PLAN.id, "ref_area": AREA, "year": YEAR, "department": LEAD}
        full = [{**dict.fromkeys(table.names), **about, **row} for row in rows.get(name, [])]
        out[name] = table.build(pd.DataFrame(full, columns=table.names))
    return out


def assessed(*targets, status="qualitative", at_target="", timing="ahead"):
    rows = [{"target": one.id, "ref_area": AREA, "status": status, "at_target": at_target, "timing": timing}
            for one in targets]  # fmt: skip
    return pd.DataFrame(rows)


def judged(target=QUALITATIVE, status="qualitative", **rows):
    table = judgements(PLAN, assessed(target, status=status), tables(**rows), YEAR)
    return table.iloc[0]


FILE = {"file": "a.pdf", "sha256": "0" * 64, "state": "kept"}


def own(grade, evidence="", target=QUALITATIVE, **more):
    return {"target": target.id, "grade": grade, "evidence": evidence, "department": lead_of(PLAN, target), **more}


def test_without_any_report_nothing_is_judged():
    row = judged()
    assert (row["basis"], row["grade"], row["outcome"]) == ("none", "", "undecided")


def test_the_groups_grade_counts_before_the_departments_and_disagreement_is_shown():
    rating = {"target": QUALITATIVE.id, "grade": "under_way", "reason": "缺口", "evidence_seen": ""}
    row = judged(self_assessments=[own("reached", "a.pdf")], evidence_files=[FILE], group_ratings=[rating])
    assert (row["basis"], row["grade"], row["apart"], row["outcome"]) == ("group", "under_way", 2, "progressing")
    assert "不一致" in row["reason"] and "disagree" in row["reason_en"]
    alone = judged(self_assessments=[own("reached", "a.pdf")], evidence_files=[FILE])
    assert (alone["basis"], alone["grade"], alone["outcome"]) == ("department", "reached", "favourable")


@pytest.mark.parametrize(
    ("cell", "files", "evidence"),
    [
        ("", [], "none"),
        ("a.pdf", [], "absent"),
        ("a.pdf", [{**FILE, "state": "absent"}], "absent"),
        ("ba.pdf", [FILE], "absent"),
        ("x.pdf；a.pdf", [FILE], "kept"),
    ],  # fmt: skip
)
def test_no_grade_above_under_way_without_evidence(cell, files, evidence):
    row = judged(self_assessments=[own("sustained", cell)], evidence_files=files)
    assert row["evidence"] == evidence and row["department_grade"] == "sustained"
    assert (row["grade"], row["capped"]) == (("sustained", "no") if evidence == "kept" else ("under_way", "yes"))


def test_a_rating_without_evidence_seen_does_not_count_for_more_than_under_way():
    rating = {"target": QUALITATIVE.id, "grade": "reached", "evidence_seen": ""}
    assert judged(group_ratings=[rating])["grade"] == "under_way"
    assert judged(group_ratings=[{**rating, "evidence_seen": "台账"}])["grade"] == "reached"


@pytest.mark.parametrize(
    ("done", "share", "grade"), [(0, 0.0, "not_begun"), (13, 13 / 17, "under_way"), (17, 1.0, "reached")]
)
def test_projects_are_judged_by_what_was_counted_and_held_against_their_schedule(done, share, grade):
    said = own("", "a.pdf", COUNTED, done=done, total=17)
    row = judged(COUNTED, self_assessments=[said], evidence_files=[{**FILE, "department": lead_of(PLAN, COUNTED)}])
    assert (row["basis"], row["grade"]) == ("counts", grade)
    assert row["share"] == pytest.approx(share) and row["elapsed"] == pytest.approx(0.5)
    assert f"已完成{done}，应完成17，时间已过50%" in row["reason"]


def test_counts_that_are_not_full_hold_an_optimistic_grade_back():
    said = own("reached", "a.pdf", COUNTED, done=13, total=17)
    row = judged(COUNTED, self_assessments=[said], evidence_files=[{**FILE, "department": lead_of(PLAN, COUNTED)}])
    assert (row["basis"], row["grade"], row["capped"]) == ("department", "mostly", "yes")


def test_what_data_judge_keeps_its_verdict_and_later_reports_are_left_out():
    row = judged(status="off_track", self_assessments=[own("reached", "a.pdf")], evidence_files=[FILE])
    assert (row["basis"], row["grade"], row["outcome"]) == ("data", "", "unfavourable")
    assert row["department_grade"] == "reached"
    assert judged(self_assessments=[own("under_way", year=YEAR + 1)])["basis"] == "none"
    assert judged(self_assessments=[own("under_way", year=YEAR - 1)])["reported_year"] == YEAR - 1


GRADE = st.sampled_from(["", *GRADES])
STATUS = st.sampled_from(["met", "on_track", "at_risk", "off_track", "no_data", "qualitative"])


@settings(max_examples=15)
@given(st.lists(st.tuples(STATUS, GRADE, GRADE, st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_every_target_is_counted_once_and_evidence_always_holds(drawn):
    targets = [one for one in PLAN.targets if by_evidence(one)][: len(drawn)]
    drawn = drawn[: len(targets)]
    given_rows, rated, files = [], [], []
    for target, (_, mine, theirs, kept, seen) in zip(targets, drawn, strict=True):
        if mine:
            given_rows.append(own(mine, f"{target.id}.pdf", target))
        if kept:
            files.append({**FILE, "file": f"{target.id}.pdf", "department": lead_of(PLAN, target)})
        if theirs:
            rated.append({"target": target.id, "grade": theirs, "evidence_seen": "看过" if seen else ""})
    table = pd.concat([assessed(one, status=row[0]) for one, row in zip(targets, drawn, strict=True)])
    made = judgements(PLAN, table, tables(self_assessments=given_rows, group_ratings=rated, evidence_files=files), YEAR)
    for row in made.to_dict("records"):
        assert not needs_evidence(row["grade"]) or row["evidence"] == "kept" or not row["grade"]
    counts = verdict_counts(made).groupby("basis")["targets"].sum()
    assert counts["all"] == len(drawn) == counts[["data", "evidence", "none"]].sum()


def test_only_the_lead_says_that_a_measure_is_completed():
    one = next(m for m in PLAN.measures if len(m.departments) > 2)
    lead, other, third = one.departments[:3]

    def state(*rows):
        said = [{"measure": one.id, "department": code, "state": how} for code, how in rows]
        table = measure_status(PLAN, AREA, tables(measure_reports=said), YEAR)
        return table[table["measure"] == one.id].iloc[0]

    assert state()["state"] == "not_reported" and lead in state()["owing"]
    assert state((other, "completed"))["state"] == "under_way"
    assert state((other, "not_begun"), (third, "not_begun"))["state"] == "not_begun"
    both = state((lead, "completed"), (other, "under_way"))
    assert (both["state"], both["differ"]) == ("completed", "yes") and lead not in both["owing"].split(";")


def test_money_is_added_up_in_one_unit():
    one = PLAN.measures[0]
    units = [("yuan", 20_000.0), ("ten_thousand_yuan", 3.0), ("hundred_million_yuan", 0.01)]
    said = [{"measure": one.id, "department": code, "state": "under_way", "money": money, "money_unit": unit}
            for code, (unit, money) in zip(one.departments, units, strict=False)]  # fmt: skip
    row = measure_status(PLAN, AREA, tables(measure_reports=said), YEAR).set_index("measure").loc[one.id]
    assert row["money"] == pytest.approx(2 + 3 + 100)


def test_each_department_that_owes_has_a_row_and_the_demo_adds_up():
    demo = read_reports(ROOT / "data" / "demo", trusted=True)
    table = department_status(PLAN, AREA, demo, YEAR)
    assert table["department"].tolist() == owing_departments(PLAN)
    parts = table[["completed", "under_way", "not_begun", "not_reported"]].sum(axis=1)
    assert (parts == table["measures"]).all()
    status = measure_status(PLAN, AREA, demo, YEAR)
    assert len(status) == len(PLAN.measures)
    assert status["money"].sum() == pytest.approx(table["money"].sum())


def test_reports_that_name_what_the_plan_has_not_are_refused_before_anything_is_written(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "demo", data)
    file = data / "reports" / "causes.csv"
    file.write_text(
        file.read_text(encoding="utf-8").replace("health.goal.12.t6", "health.goal.12.t66"), encoding="utf-8"
    )
    with pytest.raises(DataError) as refused:
        prepare(data=str(data), out=tmp_path / "run")
    said = refused.value.message("zh")
    assert "causes.csv" in said and "health.goal.12.t66" in said and "是否为" in said
    assert not (tmp_path / "run").exists()


def test_a_run_with_reports_holds_their_tables_and_every_fact_traces_to_them(demo_run):
    folder, _ = demo_run
    run, values = Run(folder), Values()
    facts = reported_of(run, values)
    sources = Sources(folder, run.as_of, run.area)
    for name, number in facts.counts.items():
        assert counted(sources, name) == number, name
        facts.said(name)
    cells = 0
    for value in values.known.values():
        if value.origin.endswith("}") or "[" not in value.origin:
            continue
        table, _, rest = value.origin.partition("[")
        address, _, column = rest.rpartition("].")
        assert sources.cell(table, address, column) == pytest.approx(value.number)
        cells += 1
    assert cells > 100
    assert counted(sources, "measures/money") == pytest.approx(values.known["measures/money"].number)
    assert facts.counts["judgements/total"] == len(PLAN.targets)
    said = [f"措施{facts.said('measures/completed')}条，资金{facts.money.zh}。"]
    said += [
        f"{one.name.zh}：{one.measures}条，应报{one.due}，报送{one.received}，{one.returned_why}"
        for one in facts.departments
    ]
    said += [f"{one.cause}；{one.last_measure}；{one.measure}" for one in facts.causes]
    said += [f"{one.title}：{one.content}，{one.since}年起，{one.result}" for one in facts.practices]
    said += [f"{one.action}，{one.goal}，{one.money.zh}" for one in facts.plans] + [
        o.reason.zh for o in facts.judgements
    ]
    page = "<main>" + "".join(f"<p>{to_html(one)}</p>" for one in said) + "</main>"
    assert not faults(check_page(page, values.known, (), sources), "page")
    assert faults(check_page(page.replace("万元</data>", "9万元</data>", 1), values.known, (), sources), "page")
    shown = unmarked(facts.causes[0].cause)
    assert shown == sources.row("causes", f"{_code(facts.causes[0])},{facts.year},{facts.causes[0].target}")["cause"]


def _code(cause):
    return next(one.code for one in PLAN.departments if one.name == cause.department)


def test_a_run_without_reports_has_none_of_the_tables(national_run):
    folder, _ = national_run
    assert not (folder / "inputs" / "data" / "reports").exists()
    assert not {"judgements.csv", "measure_status.csv"} & {one.name for one in (folder / "tables").iterdir()}
    assert reported_of(Run(folder), Values()) is None
