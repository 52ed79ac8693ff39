"""What departments reported, read aloud: who did and who owes, measures, causes, practices, grades by evidence."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from test_midterm import fact

from analysis.exceptions import Text
from analysis.formats import MISSING
from analysis.marks import unmarked
from analysis.narrative.facts import AlertFact
from analysis.narrative.problems import Problem
from analysis.narrative.reported_facts import (
    CauseFact,
    DepartmentFact,
    MeasureFact,
    MeasureReport,
    PracticeFact,
    ReportedFacts,
)
from analysis.narrative.reported_words import cause_said, evidence_said, measures_said, practices_said, who_reported

NO = Text(MISSING, MISSING)
COUNTS = {
    "reports/due": 3, "reports/received": 2, "reports/late": 1, "measures/total": 4, "measures/completed": 1,
    "measures/under_way": 2, "measures/not_begun": 1, "measures/not_reported": 0, "measures/differ": 0,
    "judgements/total": 6, "judgements/outcome/favourable": 3, "judgements/outcome/progressing": 2,
    "judgements/outcome/unfavourable": 0, "judgements/outcome/undecided": 1, "judgements/optimistic": 0,
}  # fmt: skip


def both(text):
    return Text(text, text)


def department(name, state="verified", late=False):
    return DepartmentFact(name, both(name), state, late, "4", "", "", "", "", "", "", NO, "")


def measure(id="m1", state="completed", done="建成3个站点", difficulty="", output=NO, money=NO, evidence=True):
    said = (MeasureReport(both("民政局"), state, done, money, output, difficulty, evidence),)
    name = both(state)
    return MeasureFact(
        id, "d", both(f"措施{id}"), f"二{id}", state, name, both("民政局"), (), money, False, evidence, said
    )


def reported(**given):
    known = {"measures": (), "departments": (), "causes": (), "practices": (), "plans": (), "judgements": ()}
    return ReportedFacts(2025, **{**known, "money": NO, "counts": COUNTS, **given})


def test_who_reported_names_who_owes_and_counts_the_late():
    own = (department("甲局"), department("乙局", late=True), department("丙局", "expected"))
    said = unmarked(who_reported(reported(departments=own), "zh"))
    assert said == "2025年度应报送落实情况报告的部门3个，已报送并采用2个；尚未报送的有丙局；迟报1个。"
    every = unmarked(who_reported(reported(departments=own[:1]), "zh"))
    assert every == "2025年度应报送落实情况报告的部门3个，已报送并采用2个。"
    returned = reported(departments=(department("丁局", "returned"),))  # given back: it has none that counts
    assert "材料退回待补的有丁局" in who_reported(returned, "zh")
    assert unmarked(who_reported(reported(departments=own), "en")).endswith("; none came from 丙局; 1 were late.")


def test_measures_are_counted_by_state_and_told_in_the_departments_words():
    own = (
        measure("1", output=both("3个"), money=both("20.0万元")),
        measure("2", done="", evidence=False),
        measure("3", "not_begun", "", "人手不足"),
        measure("4", "not_begun", "", "人手不足"),
        measure("5", "under_way"),
    )
    first, done, hindered = (
        unmarked(one) for one in measures_said(reported(measures=own, money=both("20.0万元")), "zh")
    )
    assert first == "按部门报送，4项策略措施中，已完成1项、正在推进2项、未启动1项；已报投入合计20.0万元。"
    assert done == "报为已完成并附佐证的如：二1“措施1”，建成3个站点（产出3个，投入20.0万元）。"
    assert hindered == "未启动的措施，部门反映的困难有：民政局“人手不足”。"  # one difficulty is told once
    assert len(measures_said(reported(), "zh")) == 1 and len(measures_said(reported(measures=own), "en")) == 3
    apart = reported(counts={**COUNTS, "measures/differ": 2})
    assert unmarked(measures_said(apart, "zh")[0]).endswith("；2项各部门所报进度不一致。")


CAUSES = {
    "none reported": ((), "〔由卫生局根据工作情况填写〕"),
    "of another target": ((("z.t1", "原因", "", "unknown"),), "〔由卫生局根据工作情况填写〕"),
    "one": ((("a.t1", "人手不足", "", "unknown"),), "卫生局认为“人手不足”。"),
    "with last year's measure": ((("a.t1", "人手不足", "上年培训", "no"),), "卫生局认为“人手不足；上年培训，无效”。"),
    "said twice": ((("a.t1", "人手不足", "", "yes"), ("a.t1", "人手不足", "", "yes")), "卫生局认为“人手不足”。"),
    "empty": ((("a.t1", "", "上年培训", "no"),), "〔由卫生局根据工作情况填写〕"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_cause_is_the_departments_own_or_a_blank(name):
    given, expected = CAUSES[name]
    names = {"unknown": "尚不能判断", "no": "无效", "yes": "有效"}
    causes = tuple(CauseFact(t, both("卫生局"), c, m, h, both(names[h]), "") for t, c, m, h in given)
    problem = Problem((AlertFact("red", fact("a.t1"), both("依据。"), both("卫生局"), (), ()),))
    assert cause_said(problem, reported(causes=causes), "zh") == expected
    assert cause_said(problem, reported(causes=causes), "en")
    assert cause_said(problem, None, "zh") == "〔由卫生局根据工作情况填写〕"


def test_practices_are_told_with_their_result_at_most_three():
    own = PracticeFact(both("甲局"), "联席会商", "按月会商", "2022", "办结率提高", "全区")
    assert practices_said(reported(practices=(own,)), "zh") == ["甲局：联席会商。按月会商；成效：办结率提高。"]
    bare = replace(own, result="")
    assert practices_said(reported(practices=(bare,)), "zh") == ["甲局：联席会商。按月会商。"]
    assert len(practices_said(reported(practices=(own,) * 9), "zh")) == 3 and practices_said(reported(), "zh") == []


def test_all_targets_are_counted_by_data_and_by_evidence_together():
    said = unmarked(evidence_said(reported(), "zh"))
    assert said == "连同以佐证材料评定的目标，6条目标中，进展有利的3条、正在推进或尚无把握的2条、尚不能评定的1条。"
    apart = reported(counts={**COUNTS, "judgements/optimistic": 2})
    assert unmarked(evidence_said(apart, "zh")).endswith("；部门自评高于评估组评定的2条，以评估组评定为准。")
    said = unmarked(evidence_said(apart, "en"))
    assert said.endswith("; 2 were graded higher by their department than by the group, whose grade counts.")


def test_practices_with_results_in_numbers_come_first_and_no_department_twice_before_another():
    def practice(who, title, result):
        return PracticeFact(Text(who, who), title, "做法", "2024", result, "")

    given = (practice("甲", "一", ""), practice("甲", "二", "由1%到2%"), practice("甲", "三", "由3%到4%"))
    said = practices_said(reported(practices=(*given, practice("乙", "四", "有效"), practice("丙", "五", "9人"))), "zh")
    assert [one.partition("。")[0] for one in said] == ["甲：二", "丙：五", "乙：四"]


@pytest.mark.parametrize(
    ("cause", "denied"),
    [
        ("指标已经达到目标，无需说明原因", True),
        ("已达标", True),
        ("尚未达到目标，服务能力不足", False),
        ("已完成设备更新，但人员不足", False),
        ("目标已定，距达标还差", False),
    ],
)
def test_a_cause_that_denies_the_data_is_said_to_need_a_check(cause, denied):
    one = CauseFact("a.t1", Text("局", "bureau"), cause, "", "", Text("", ""), "")
    problem = SimpleNamespace(
        departments=[one.department], alerts=[SimpleNamespace(target=SimpleNamespace(id="a.t1", indicator="a"))]
    )
    said = cause_said(problem, reported(causes=(one,)), "zh")
    assert f"“{cause}”" in said and ("请核实" in said) == denied


def test_no_example_of_what_is_completed_lacks_evidence_or_has_a_target_in_doubt():
    own = (measure("1"), measure("2", evidence=False), measure("3"))
    assert "措施1" in "".join(measures_said(reported(measures=own), "zh"))
    said = "".join(measures_said(reported(measures=own), "zh", {"1"}))
    assert "措施1" not in said and "措施2" not in said and "措施3" in said
