"""The mid-term evaluation read aloud: what becomes a problem, and what is said of a target in each case, by hand."""

import math
from dataclasses import replace

import pytest

from analysis.assessment.rules import read_rules
from analysis.document.model import Cell, Table
from analysis.document.spans import TextSpan
from analysis.exceptions import Text
from analysis.export.layout import column_widths
from analysis.export.reports import midterm as pages
from analysis.export.reports.main_table import main_table
from analysis.marks import quoted, unmarked
from analysis.narrative import midterm
from analysis.narrative.facts import AlertFact, Change, DomainFact, Facts, Tally, TargetFact
from analysis.narrative.problems import in_other_alerts, problems
from analysis.narrative.words import UNLIKELY
from analysis.places import RULES

NO = Text("—", "—")


def both(text):
    return Text(text, text)


def fact(id="a.t1", **facts):
    """Return a target's facts: a share of 40 % in 2025, 30 % in 2020, 50 % asked for in 2030."""
    given = {
        "id": id, "domain": "d", "clause": "二1", "in_goal": True, "soft": False, "text": both(f"目标{id}"),
        "kind": both("下限"), "indicator": id.split(".")[0], "name": both(f"指标{id.split('.')[0]}"), "year": 2030,
        "latest_year": 2025, "latest": both("40%"), "base_year": 2020, "shocks": Text("", ""), "breaks": Text("", ""),
        "on_last_year": None, "on_baseline": Change(1, both("10个百分点")), "bound": both("50%"),
        "distance": Change(1, both("10个百分点")), "forecast": both("45%"), "p_met": both("30%"), "p": 0.3,
        "status": "off_track", "reason": both("理由。"), "verdict": both("预计达标困难"), "parent": "goal1",
        "department": "health", "unit": "percent", "kind_id": "lower_bound", "at_target": False, "numeric": True,
    }  # fmt: skip
    return TargetFact(**{**given, **facts})


def alert(target, level="orange", who="卫生局", **more):
    return AlertFact(level, target, both("依据。"), both(who), (), ("二（一）1",), **more)


def facts_of(alerts=(), targets=()):
    tally = Tally(dict.fromkeys(("met", "missed", "on_track", "at_risk", "off_track", "open", "no_data",
                                 "qualitative"), 0), read_rules(RULES))  # fmt: skip
    domain = DomainFact("d", both("健康"), 1, tally, tuple(targets))
    about = {"plan": both("规划"), "area": both("某区"), "as_of": 2025, "end_year": 2030, "baseline_year": 2020}
    rest = {"partial": False, "goals": 1, "measures": 0, "notice": NO, "rules": "", "models": (), "sources": ()}
    return Facts(**about, **rest, tally=tally, domains=(domain,), alerts=tuple(alerts), unconfirmed_departments=0)


# what becomes a problem -----------------------------------------------------------------------------------------------


def test_alerts_on_one_goal_or_on_one_indicator_are_one_problem():
    same_goal = [alert(fact("a.t1")), alert(fact("b.t1"), "red")]
    elsewhere = alert(fact("a.t9", parent="measure7"), "blue")
    other = alert(fact("c.t1", parent="goal2"))
    found = problems(facts_of([*same_goal, elsewhere, other]))
    assert [[one.target.id for one in problem.alerts] for problem in found] == [["b.t1", "a.t1", "a.t9"], ["c.t1"]]
    assert found[0].title("zh") == "指标b、指标a" and found[0].title("zh", 1) == "指标b等"


def test_an_alert_that_joins_two_groups_makes_them_one():
    first, second = alert(fact("a.t1", parent="goal1")), alert(fact("b.t1", parent="goal2"))
    link = alert(fact("b.t2", parent="goal1"))
    assert len(problems(facts_of([first, second]))) == 2
    assert len(problems(facts_of([first, second, link]))) == 1


def test_milder_alerts_make_no_problem_and_are_named_elsewhere():
    mild = [alert(fact("a.t1", parent="g1"), "blue"), alert(fact("b.t1", parent="g2"), "yellow")]
    grave = alert(fact("c.t1", parent="g3"), "red")
    facts = facts_of([*mild, grave])
    assert [one.gravest.target.id for one in problems(facts)] == ["c.t1"]
    rest = in_other_alerts(facts, problems(facts))
    assert [one.target.id for one in rest] == ["b.t1", "a.t1"]
    assert midterm.milder(rest, "zh") == "黄色预警涉及指标b；蓝色预警涉及指标a。"
    assert midterm.milder(rest[1:], "zh") == "蓝色预警涉及指标a。"
    assert midterm.milder([], "zh") == "" and problems(facts_of()) == []


def test_what_is_missed_comes_before_what_is_unlikely_and_more_before_fewer():
    late = alert(fact("a.t1", parent="g1", timing="due", year=2025), "red")
    two = [alert(fact("b.t1", parent="g2"), "red"), alert(fact("c.t1", parent="g2"))]
    one, mild = alert(fact("d.t1", parent="g3", p=0.01), "red"), alert(fact("e.t1", parent="g4"))
    found = problems(facts_of([mild, one, *two, late]))
    assert [problem.gravest.target.id for problem in found] == ["a.t1", "b.t1", "d.t1", "e.t1"]
    assert len(problems(facts_of([mild, one, *two, late]), 2)) == 2


# sentences ------------------------------------------------------------------------------------------------------------

CASES = {
    "far off": ({}, "指标a为40%，比2020年提高10个百分点，距2030年50%的目标还差10个百分点，按现有趋势达标有困难"),
    "unlikely": ({"verdict": UNLIKELY}, "还差10个百分点，按现有趋势难以达到"),
    "on the edge": ({"borderline": "probability"}, "按现有趋势达标有困难（临界）"),
    "worked out": ({"kind_id": "relative_to_baseline"}, "距2030年的要求（折算为50%）还差10个百分点"),
    "at risk": ({"status": "at_risk"}, "还差10个百分点，能否达到尚无把握"),
    "at its level, not safe": (
        {"at_target": True, "swing": both("近五个有数据的年份在38%—55%之间")},
        "目前达到2030年50%的目标，但近五个有数据的年份在38%—55%之间，能否稳住尚无把握",
    ),
    "at its level, no swing": ({"at_target": True}, "目前达到2030年50%的目标，能否稳住尚无把握"),
    "equal to the target": (
        {"distance": Change(0, both("0.0个百分点"))},
        "与2030年50%的目标持平，按现有趋势达标有困难",
    ),
    "reached early": ({"status": "on_track", "at_target": True}, "现水平已达到2030年50%的目标"),
    "on its way": ({"status": "on_track"}, "预计可达到2030年50%的目标"),
    "met when due": ({"status": "met", "timing": "due", "year": 2025}, "达到2025年50%的目标"),
    "missed": (
        {"timing": "due", "year": 2025, "count": both("7/1,300"), "pooled": both("2023—2025年合计48%")},
        "指标a为40%（7/1,300），比2020年提高10个百分点，未达到2025年50%的目标（2023—2025年合计48%）",
    ),
    "unchanged": ({"on_baseline": Change(0, both("0.0个百分点"))}, "指标a为40%，与2020年持平，"),
    "reversed": ({"on_baseline": Change(-1, both("3个百分点"))}, "比2020年下降3个百分点"),
    "no baseline": ({"on_baseline": None}, "指标a为40%，距2030年"),
    "the baseline is the last year": ({"base_year": 2025}, "指标a为40%，距2030年"),
    "an older year": ({"latest_year": 2023}, "指标a2023年为40%"),
    "project done": ({"kind_id": "milestone", "status": "met", "at_target": True}, "，已完成"),
    "project open": ({"kind_id": "milestone", "status": "qualitative"}, "，尚未完成"),
    "nothing known": ({"status": "no_data"}, "2030年50%的目标能否达到暂无法判断"),
    "a direction, unsafe": ({"kind_id": "direction"}, "指标a：理由。"),
    "a direction, kept": (
        {
            "kind_id": "direction",
            "status": "on_track",
            "at_target": True,
            "on_last_year": Change(0, both("0.0个百分点")),
        },
        "指标a为40%，与上年持平，符合规划要求的方向，预计可以保持",
    ),
    "a direction, kept in spite of a worse year": (
        {
            "kind_id": "direction",
            "status": "on_track",
            "at_target": True,
            "on_last_year": Change(-1, both("3个百分点")),
        },
        "指标a为40%，虽比上年下降3个百分点，仍优于对照年份，预计可以保持",
    ),
    "a direction, coming": ({"kind_id": "direction", "status": "on_track"}, "指标a为40%，预计2030年符合规划要求的方向"),
    "a direction without a forecast": ({"kind_id": "direction", "p": math.nan}, "指标a：理由。"),
    "every unit": ({"kind_id": "every_subunit"}, "指标a：理由。"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_sentence_follows_the_case(name):
    changes, expected = CASES[name]
    said = midterm.standing(fact(**changes), "zh", 2025)
    assert expected in said
    assert "概率" not in said and ("预计" not in said or changes.get("timing") != "due")
    assert midterm.standing(fact(**changes), "en", 2025)


def test_a_paragraph_on_one_indicator_names_it_once():
    lead, text = midterm.problem_paragraph([fact()], "zh", 2025, set())
    assert (lead, text[:14]) == ("指标a达标困难。", "2025年为40%，比202")
    lead, text = midterm.problem_paragraph([fact(), fact("b.t1", status="at_risk")], "zh", 2025, set())
    assert lead == "指标a、指标b达标困难。" and text.startswith("指标a为40%") and "；指标b为40%" in text


def test_a_brief_sentence_leaves_the_change_out():
    said = midterm.standing(fact(), "zh", 2025, brief=True)
    assert said == "指标a为40%，距2030年50%的目标还差10个百分点，按现有趋势达标有困难"


def test_half_sentences_end_once_also_where_one_is_quoted():
    whole = quoted("assessments[a].reason", "共3例，无法判断。")
    assert unmarked(midterm.joined(["甲", "乙。", ""], "zh")) == "甲；乙。"
    assert unmarked(midterm.joined(["甲", whole, "丙"], "zh")) == "甲；共3例，无法判断。丙。"
    assert unmarked(midterm.joined([whole], "zh")) == "共3例，无法判断。"
    assert midterm.joined([], "zh") == ""


def test_what_is_to_be_decided_is_an_act_for_each_of_three_problems():
    late = alert(fact("a.t1", parent="g1", timing="due", year=2025), "red")
    others = [alert(fact(f"{k}.t1", parent=k), "red") for k in "bcd"]
    said = midterm.decisions(problems(facts_of([late, *others])), "zh")
    assert (
        said == "提请研究：一是指标a未达标的原因和补救安排；二是指标b的分年度目标和措施；三是指标c的分年度目标和措施。"
    )
    assert midterm.decisions([], "zh") == ""


def test_due_targets_are_summed_up_as_they_are():
    met = fact("a.t1", timing="due", status="met", year=2025)
    lost = fact("b.t1", timing="due", year=2025)
    leads = {
        (met,): "到期目标全部达标。",
        (lost,): "到期目标均未达标。",
        (met, lost): "到期目标部分达标。",
        (fact("c.t1"),): "",
    }
    for targets, lead in leads.items():
        found = midterm.due_paragraph(facts_of(targets=targets).domains[0], "zh", 2025)
        assert found[0] == lead and bool(found[1]) == bool(lead)


def test_a_domain_is_told_hardest_first_and_no_value_twice():
    due = fact("a.t1", timing="due", year=2025)
    later = fact("a.t2", p=0.4)
    hard, good = fact("b.t1", p=0.1, parent="goal2"), fact("c.t1", status="on_track", at_target=True)
    html = pages.domain(facts_of(targets=[due, later, good, hard]).domains[0], 1, "zh", 2025)
    assert html.index("指标b达标困难") < html.index("指标a达标困难") < html.index("进展较好")
    assert html.count("指标a为40%") == 1 and "指标a2030年目标为50%，还差10个百分点" in html


def test_the_chart_of_a_domain_is_that_of_its_hardest_open_target():
    domain = facts_of(targets=[fact("a.t1", p=0.4), fact("b.t1", p=0.1), fact("c.t1", p=math.nan)]).domains[0]
    assert pages.drawn(domain) == "b"
    assert pages.drawn(facts_of(targets=[fact(status="on_track")]).domains[0]) == ""


@pytest.mark.parametrize(("years", "columns"), [((2030,), 5), ((2025, 2030), 6)])
def test_the_main_table_has_a_column_for_milestones_only_where_there_are_any(years, columns):
    targets = [fact(f"a.t{year}", year=year, timing="due" if year == 2025 else "ahead") for year in years]
    html = main_table(facts_of(targets=targets), "zh")
    assert html.count("<th scope='col'") == columns and html.count("指标a") == 1
    assert main_table(facts_of(targets=[replace(targets[0], latest_year=None)]), "zh") == ""


# columns --------------------------------------------------------------------------------------------------------------


def rows(*texts):
    return tuple(tuple(Cell((TextSpan(text),)) for text in row) for row in texts)


def test_columns_make_the_table_as_short_as_they_can():
    long = "10个单位中9个达到，最低87.0%"
    body = rows(*[("很长的指标名称" * 3, "92.8%", long if k == 3 else "1.2%") for k in range(20)])
    names, number, rest = column_widths(Table(rows(("指标", "值", "注")), body, ("", "right", "right")))
    assert names > 21 * 3.5 and number < 30  # names on one line: one long cell does not starve those of all rows
    assert names + number + rest == pytest.approx(156)


def test_columns_of_equal_texts_are_equal_and_fill_the_page():
    widths = column_widths(Table((), rows(*[("甲乙", "丙丁")] * 3)))
    assert sum(widths) == pytest.approx(156) and widths[0] == pytest.approx(widths[1], abs=2.1)
    assert column_widths(Table((), rows(("甲",)))) == pytest.approx([156])
