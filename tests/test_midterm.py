"""The mid-term evaluation read aloud: what becomes a problem, and what is said of a target in each case, by hand."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest

from analysis.assessment.rules import read_rules
from analysis.document.model import Cell, Table
from analysis.document.reading.html import from_html
from analysis.document.spans import TextSpan, text_of
from analysis.exceptions import Text
from analysis.export.layout import column_widths
from analysis.export.reports import midterm as pages
from analysis.export.reports.main_table import main_table
from analysis.formats import MISSING
from analysis.marks import Values, quoted, unmarked
from analysis.narrative import closing, ending, midterm, summary, weaving, yearly
from analysis.narrative.advising import problem_text
from analysis.narrative.counted import Counted, Level, steady
from analysis.narrative.facts import AlertFact, Change, DomainFact, Facts, Tally, TargetFact
from analysis.narrative.problems import in_other_alerts, problems
from analysis.narrative.target_row import TargetRow
from analysis.narrative.words import UNLIKELY
from analysis.places import RULES
from analysis.plan import read_plan

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
        "status": "off_track", "reason": both("理由。"), "verdict": both("预计达标困难"), "theme": "goal1",
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


RARE = {
    "counted": Counted(both("7例死亡"), both("6例死亡"), both("4例死亡"), both("3例死亡")),
    "pooled": both("三年合计4.9‰"),
}

# a year in the annual report ------------------------------------------------------------------------------------------

YEARS = {
    "better": ([(1, "35%")], ["好于上年的指标。指标a由上年的35%提高到40%。"]),
    "all better": (
        [(1, "35%")] * 5,
        ["变化明显的指标均好于上年。" + "；".join(f"指标{one}由上年的35%提高到40%" for one in "abcde") + "。"],
    ),
    "worse": ([(-1, "45%")], ["不及上年的指标。指标a由上年的45%下降到40%。"]),
    "most better": (
        [*[(1, "35%")] * 5, (-1, "45%")],
        [
            "变化明显的指标多数好于上年。" + "；".join(f"指标{one}由上年的35%提高到40%" for one in "abcde") + "。",
            "不及上年的指标。指标f由上年的45%下降到40%。",
        ],
    ),
    "as many": (
        [(1, "35%"), (-1, "45%")],
        ["好于上年的指标。指标a由上年的35%提高到40%。", "不及上年的指标。指标b由上年的45%下降到40%。"],
    ),
    "few better": ([(1, "35%")] * 2, ["好于上年的指标。指标a由上年的35%提高到40%；指标b由上年的35%提高到40%。"]),
    "unchanged": ([(0, "40%")], ["与上年持平的有指标a（40%）。"]),
    "no year before": ([(None, "")], ["没有上年数据可比的有指标a（40%）。"]),
    "nothing known": ([], ["本领域目标以佐证材料评定，没有年度数据的指标。"]),
}


@pytest.mark.parametrize("name", YEARS)
def test_a_year_is_told_by_what_moved_and_from_where(name):
    moves, expected = YEARS[name]
    own = [
        fact(f"{id}.t1", on_last_year=None if sign is None else Change(sign, both("5个百分点")), earlier=both(before))
        for id, (sign, before) in zip("abcdef", moves, strict=False)
    ]
    found = yearly.paragraphs(facts_of(targets=own).domains[0], "zh", 2025)
    assert [lead + text for lead, text in found] == expected
    assert yearly.paragraphs(facts_of(targets=own).domains[0], "en", 2025)


def test_a_move_within_chance_is_none():
    near = fact(on_last_year=Change(1, both("0.1个百分点")), earlier=both("39.9%"), steady=True)
    [(lead, text)] = yearly.paragraphs(facts_of(targets=[near]).domains[0], "zh", 2025)
    assert lead + text == "与上年基本持平（差异在偶然波动之内）的有指标a（40%）。"


def test_more_of_what_is_bad_is_worse_and_rare_events_are_not_compared_by_one_year():
    bad = fact(
        on_last_year=Change(1, both("5个百分点")), earlier=both("35%"), lower_is_better=True, less_is_better=True
    )
    rare = fact("b.t1", on_last_year=Change(1, both("0.8个千分点")), earlier=both("4.4‰"), **RARE)
    [(lead, text), (_, other)] = yearly.paragraphs(facts_of(targets=[bad, rare]).domains[0], "zh", 2025)
    assert lead + text == "不及上年的指标。指标a由上年的35%上升到40%。"
    assert other == "人数少、年度间不宜直接比较的：指标b40%（7例死亡，上年6例死亡，三年合计4.9‰）。"


# what becomes a problem -----------------------------------------------------------------------------------------------


def test_alerts_on_one_goal_or_on_one_indicator_are_one_problem():
    same_goal = [alert(fact("a.t1")), alert(fact("b.t1"), "red")]
    elsewhere = alert(fact("a.t9", theme="measure7"), "blue")
    other = alert(fact("c.t1", theme="goal2"))
    found = problems(facts_of([*same_goal, elsewhere, other]))
    assert [[one.target.id for one in problem.alerts] for problem in found] == [["b.t1", "a.t1", "a.t9"], ["c.t1"]]
    assert found[0].title("zh") == "指标b、指标a" and found[0].title("zh", 1) == "指标b等"


def test_an_alert_that_joins_two_groups_makes_them_one():
    first, second = alert(fact("a.t1", theme="goal1")), alert(fact("b.t1", theme="goal2"))
    link = alert(fact("b.t2", theme="goal1"))
    assert len(problems(facts_of([first, second]))) == 2
    assert len(problems(facts_of([first, second, link]))) == 1


def test_milder_alerts_make_no_problem_and_are_named_elsewhere():
    mild = [alert(fact("a.t1", theme="g1"), "blue"), alert(fact("b.t1", theme="g2"), "yellow")]
    grave = alert(fact("c.t1", theme="g3"), "red")
    facts = facts_of([*mild, grave])
    assert [one.gravest.target.id for one in problems(facts)] == ["c.t1"]
    rest = in_other_alerts(facts, problems(facts))
    assert [one.target.id for one in rest] == ["b.t1", "a.t1"]
    assert closing.milder(rest, "zh") == "黄色预警涉及指标b；蓝色预警涉及指标a。"
    assert closing.milder(rest[1:], "zh") == "蓝色预警涉及指标a。"
    assert closing.milder([], "zh") == "" and problems(facts_of()) == []


def test_what_is_missed_comes_before_what_is_unlikely_and_more_before_fewer():
    late = alert(fact("a.t1", theme="g1", timing="due", year=2025), "red")
    two = [alert(fact("b.t1", theme="g2"), "red"), alert(fact("c.t1", theme="g2"))]
    one, mild = alert(fact("d.t1", theme="g3", p=0.01), "red"), alert(fact("e.t1", theme="g4"))
    found = problems(facts_of([mild, one, *two, late]))
    assert [problem.gravest.target.id for problem in found] == ["a.t1", "b.t1", "d.t1", "e.t1"]
    assert len(problems(facts_of([mild, one, *two, late]), 2)) == 2


# sentences ------------------------------------------------------------------------------------------------------------

DIRECTION = {"kind_id": "direction", "reference": Level(both("2018—2020年平均"), both("30%"), 1)}
UNITS = {
    "kind_id": "every_subunit",
    "by_unit": True,
    "latest": both("10个单位中9个达到，最低87%"),
    "weakest": both("某街道"),
    "distance": None,
    "counted": Counted(of=both("940/1,080剂次"), lacking=both("32剂次")),
}
CASES = {
    "far off": ({}, "指标a为40%，比2020年提高10个百分点，距2030年50%的目标还差10个百分点，按现有趋势达标有困难"),
    "unlikely": ({"verdict": UNLIKELY}, "还差10个百分点，按现有趋势难以达到"),
    "on the edge": ({"borderline": "probability"}, "按现有趋势达标有困难（临界）"),
    "worked out": ({"kind_id": "relative_to_baseline"}, "距2030年的要求（折算为50%）还差10个百分点"),
    "at risk": ({"status": "at_risk"}, "还差10个百分点，能否达到尚无把握"),
    "at its level, not safe": (
        {"at_target": True, "swing": both("近五个有数据的年份在38%—55%之间")},
        "目前达到2030年50%的目标，但近五个有数据的年份在38%—55%之间，稳住的把握不大",
    ),
    "at its level, no swing": ({"at_target": True}, "目前达到2030年50%的目标，稳住的把握不大"),
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
    "project done": ({"kind_id": "milestone", "status": "met", "at_target": True}, "，已全部落实"),
    "project open": ({"kind_id": "milestone", "status": "qualitative"}, "，尚未达到50%的要求"),
    "nothing known": ({"status": "no_data"}, "2030年50%的目标能否达到暂无法判断"),
    "turned since the baseline": (
        {"turned": (2021, Change(-1, both("2个百分点")))},
        "比2020年提高10个百分点，但2021年以来下降2个百分点",
    ),
    "the last year went the other way": (
        {"on_last_year": Change(-1, both("1个百分点"))},
        "比2020年提高10个百分点，但比上年下降1个百分点，",
    ),
    "rare events": (
        {**RARE, "status": "off_track"},
        "指标a为40%（7例死亡，上年6例死亡），三年合计4.9‰，距2030年50%的目标（按现有人数相当于不超过4例死亡）还差10个百分点",
    ),
    "rare events, missed": (
        {**RARE, "timing": "due", "year": 2025},
        "（7例死亡，上年6例死亡），未达到2025年50%的目标（相当于不超过4例死亡，三年合计4.9‰）",
    ),
    "rare events, met": (
        {**RARE, "timing": "due", "year": 2025, "status": "met", "at_target": True},
        "，达到2025年50%的目标（三年合计4.9‰）",
    ),
    "people to reach": ({"counted": Counted(lacking=both("236名儿童"))}, "还差10个百分点（236名儿童），"),
    "a direction without its base": ({"kind_id": "direction"}, "指标a：理由。"),
    "a direction, kept": (
        {**DIRECTION, "status": "on_track", "at_target": True, "on_last_year": Change(0, both("0.0个百分点"))},
        "指标a为40%，高于2018—2020年平均的30%，符合规划要求的方向，预计可以保持",
    ),
    "a direction, kept in spite of a worse year": (
        {**DIRECTION, "status": "on_track", "at_target": True, "on_last_year": Change(-1, both("3个百分点"))},
        "高于2018—2020年平均的30%，虽比上年下降3个百分点，预计仍可保持",
    ),
    "a direction, coming": ({**DIRECTION, "status": "on_track"}, "，预计2030年符合规划要求的方向"),
    "a direction, lost": (
        {**DIRECTION, "reference": Level(both("2020年"), both("45%"), -1)},
        "指标a为40%，低于2020年的45%，与规划要求的方向不符，按现有趋势扭转的把握不大",
    ),
    "a direction, level with its base": (
        {**DIRECTION, "reference": Level(both("2020年"), both("40%"), 0), "status": "at_risk"},
        "与2020年的40%持平，与规划要求的方向不符，能否扭转尚无把握",
    ),
    "a direction asked for every year": (
        {**DIRECTION, "at_target": True, "status": "at_risk", "p": math.nan},
        "高于2018—2020年平均的30%，但没有做到逐年提高",
    ),
    "a direction of few events that swing": (
        {**DIRECTION, **RARE, "reference": Level(both("2019年"), both("3‰"), 1, unclear=True)},
        "指标a为40%（7例死亡，上年6例死亡），三年合计4.9‰，对照2019年的3‰，人数少、年度间波动大，升降尚不能判断",
    ),
    "a direction without a forecast": ({"kind_id": "direction", "p": math.nan}, "指标a：理由。"),
    "units, one short": (
        UNITS,
        "指标a10个单位中9个达到，最低87%（某街道，940/1,080剂次，还差32剂次），按现有趋势，到2030年难以全部达到",
    ),
    "units, all there": (
        {**UNITS, "at_target": True, "status": "on_track"},
        "指标a10个单位中9个达到，最低87%，预计2030年可全部达到",
    ),
    "units, in doubt": ({**UNITS, "status": "at_risk"}, "，2030年能否全部达到尚无把握"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_sentence_follows_the_case(name):
    changes, expected = CASES[name]
    said = weaving.standing(fact(**changes), "zh", 2025)
    assert expected in said
    assert "概率" not in said and ("预计" not in said or changes.get("timing") != "due")
    assert weaving.standing(fact(**changes), "en", 2025)


def test_targets_that_stand_alike_share_one_clause():
    two = [fact("a.t1"), fact("b.t1", latest=both("45%"), bound=both("60%"))]
    assert weaving.woven(two, "zh", 2025) == (
        "指标a、指标b分别为40%、45%，比2020年分别提高10个百分点、10个百分点，距2030年50%、60%的目标还差10个百分点，"
        "按现有趋势达标有困难。"
    )
    done = {"kind_id": "milestone", "status": "met", "at_target": True, "latest": both("100%"), "on_baseline": None}
    said = weaving.woven([fact("a.t1", **done), fact("b.t1", **done), fact("c.t1")], "zh", 2025)
    assert said.startswith("指标a、指标b均为100%，已全部落实；指标c为40%")
    other = fact("b.t1", on_baseline=Change(-1, both("2个百分点")))
    assert "比2020年" not in weaving.woven([fact("a.t1"), other], "zh", 2025)
    edge = fact("b.t1", borderline="probability")  # on the edge: a clause of its own
    assert weaving.woven([fact("a.t1"), edge], "zh", 2025).count("；") == 1
    assert weaving.woven(two, "en", 2025).startswith(
        "指标a, 指标b stood at 40%, 45%, up 10个百分点, 10个百分点 on 2020"
    )


LEADS = {
    "all well": ([{"status": "met"}, {"status": "on_track"}], "专题进展较好。"),
    "hard and well": ([{}, {"status": "met"}], "专题进展不一，部分目标达标困难。"),
    "hard, better": ([{}, {}], "专题有所改善，但达标仍有困难。"),
    "hard, worse": ([{"on_baseline": Change(-1, both("1"))}] * 2, "专题没有改善，达标困难。"),
    "hard, turned since": ([{"turned": (2021, Change(-1, both("1")))}] * 2, "专题达标困难。"),
    "in doubt": ([{"status": "at_risk"}] * 2, "专题能否达标尚无把握。"),
    "one in doubt": ([{"status": "at_risk"}, {"status": "met"}], "专题总体较好，个别目标尚不稳固。"),
    "rare events say nothing of a trend": ([RARE, RARE], "专题达标困难。"),
    "alone": ([{"status": "met"}], "指标a进展较好。"),
}


@pytest.mark.parametrize("name", LEADS)
def test_a_theme_is_led_by_what_its_targets_are(name):
    changes, expected = LEADS[name]
    own = [fact(f"{id}.t1", theme_title=both("专题"), **one) for id, one in zip("ab", changes, strict=False)]
    assert midterm.judgement(own, "zh") == expected


def test_a_paragraph_on_one_indicator_names_it_once():
    lead, text = midterm.theme_paragraph([fact()], "zh", 2025, set())
    assert (lead, text[:14]) == ("指标a有所改善，但达标仍有困难。", "2025年为40%，比202")
    lead, text = midterm.theme_paragraph([fact(), fact("b.t1", status="met")], "zh", 2025, set())
    assert lead == "指标a、指标b进展不一，部分目标达标困难。"
    assert text.startswith("指标a为40%") and text.endswith("指标b已达到或有望达到目标。")


def test_who_lags_and_the_larger_area_are_told_once_an_indicator():
    level = Level(both("全国2024年"), both("4%"), 1, 2024, area=both("全国"))
    own = [fact(lags=(both("农村（3%）低于城镇（5%）"),), elsewhere=level), fact("b.t1", elsewhere=level)]
    _, text = midterm.theme_paragraph(own, "zh", 2025, set())
    assert "从人群看，指标a农村（3%）低于城镇（5%）。" in text
    assert text.endswith("优于全国2024年水平的有指标a（全国4%）、指标b（全国4%）。")
    old = replace(own[1], elsewhere=replace(level, year=2018))
    assert "2024" not in midterm.theme_paragraph([old], "zh", 2025, set())[1]
    worse = replace(own[1], less_is_better=True, lower_is_better=True)
    assert "不及全国2024年水平的有指标b（全国4%）" in midterm.theme_paragraph([worse], "zh", 2025, set())[1]


def test_a_problem_is_told_with_counts_clues_an_act_and_a_pace():
    first = fact(**RARE, timing="due", year=2025, lags=(both("农村（3%）低于城镇（5%）"),))
    second = fact("b.t1", pace=both("2个百分点"), counted=Counted(lacking=both("53名儿童")))
    [found] = problems(facts_of([alert(first, "red"), alert(second)]))
    told = dict(problem_text(found, "zh"))
    assert told["状况："] == (
        "指标a40%（7例死亡，2025年目标50%，不超过4例死亡）；指标b40%（2030年目标50%，差53名儿童）。"
    )
    assert told["线索："] == "指标a农村（3%）低于城镇（5%）。"
    assert told["成因："] == "〔由卫生局根据工作情况填写〕"
    assert told["建议："].startswith("卫生局查清每例的经过和可避免的环节，逐项检查所采取的措施")
    assert told["建议："].endswith("；指标b今后每年需提高2个百分点（现差53名儿童）。")
    assert "目标50%" not in told["建议："]  # advice is no repetition of the target
    assert {lead for lead, _ in problem_text(found, "en")} == {
        "State: ",
        "What the data show: ",
        "Cause: ",
        "Advice: ",
    }


def test_a_brief_sentence_leaves_the_change_out():
    said = weaving.standing(fact(), "zh", 2025, brief=True)
    assert said == "指标a为40%，距2030年50%的目标还差10个百分点，按现有趋势达标有困难"


def test_half_sentences_end_once_also_where_one_is_quoted():
    whole = quoted("assessments[a].reason", "共3例，无法判断。")
    assert unmarked(weaving.joined(["甲", "乙。", ""], "zh")) == "甲；乙。"
    assert unmarked(weaving.joined(["甲", whole, "丙"], "zh")) == "甲；共3例，无法判断。丙。"
    assert unmarked(weaving.joined([whole], "zh")) == "共3例，无法判断。"
    assert weaving.joined([], "zh") == ""


def test_what_is_to_be_decided_is_an_act_for_each_of_three_problems():
    late = alert(fact("a.t1", theme="g1", timing="due", year=2025), "red")
    others = [alert(fact(f"{k}.t1", theme=k), "red") for k in "bcd"]
    said = summary.decisions(problems(facts_of([late, *others])), "zh")
    acts = [
        "指标a未达标的补救措施（卫生局）",
        "指标b的分年度目标和措施（卫生局）",
        "指标c的分年度目标和措施（卫生局）",
    ]
    assert said == f"提请研究：一是{acts[0]}；二是{acts[1]}；三是{acts[2]}。"
    units = alert(fact(**UNITS), "red")
    assert "一是某街道指标a补足32剂次的安排（卫生局）。" in summary.decisions(problems(facts_of([units])), "zh")
    assert summary.decisions([], "zh") == ""


def test_due_targets_are_summed_up_as_they_are():
    met = fact("a.t1", timing="due", status="met", year=2025)
    lost = fact("b.t1", timing="due", year=2025)
    leads = {
        (met,): "到期目标1条，已达标。",
        (lost,): "到期目标1条，未达标。",
        (lost, replace(lost, id="c.t1")): "到期目标2条，均未达标。",
        (met, lost): "到期目标2条，1条达标。",
        (fact("c.t1"),): "",
    }
    for targets, lead in leads.items():
        facts = facts_of(targets=targets)
        found = midterm.due_paragraph(facts.domains[0], "zh", facts)
        assert unmarked(found[0]) == lead and bool(found[1]) == bool(lead)


def test_a_domain_is_told_hardest_first_and_no_value_twice():
    due = fact("a.t1", timing="due", year=2025)
    later = fact("a.t2", p=0.4)
    hard = fact("b.t1", p=0.1, theme="goal2")
    good = fact("c.t1", status="on_track", at_target=True, theme="goal3")
    facts = facts_of(targets=[due, later, good, hard])
    html = pages.domain(facts.domains[0], 1, "zh", facts)
    first, second, third = (html.index(one) for one in ("指标a有所改善", "指标b有所改善", "进展较好"))
    assert first < second < third  # a theme with a missed target comes before one that is only hard to reach
    assert html.count("指标a为40%") == 1 and "指标a2030年目标为50%，还差10个百分点" in html


def test_the_chart_of_a_domain_is_that_of_its_hardest_open_target():
    domain = facts_of(targets=[fact("a.t1", p=0.4), fact("b.t1", p=0.1), fact("c.t1", p=math.nan)]).domains[0]
    assert pages.drawn(domain) == "b"
    assert pages.drawn(facts_of(targets=[fact(status="on_track")]).domains[0]) == ""


@pytest.mark.parametrize(
    ("years", "targets"), [((2030,), ["50%"]), ((2025, 2030), ["50%（2025年）", "50%"]), ((2025, 2027, 2030), 3)]
)
def test_the_main_table_has_an_indicator_once_and_a_row_a_target(years, targets):
    own = [fact(f"a.t{year}", year=year, timing="due" if year == 2025 else "ahead") for year in years]
    done = fact("b.t1", kind_id="milestone", status="met", at_target=True)
    html = main_table(facts_of(targets=[*own, done]), "zh")
    (table,) = (block for block in from_html(unmarked(html)) if isinstance(block, Table))
    rows = table.rows[1:]  # below that of the domain
    assert html.count("指标a") == 1 and len(rows) == len(years)
    assert [cell.rowspan for cell in rows[0]] == [len(years)] * 3 + [1, 1] and {len(row) for row in rows[1:]} <= {2}
    asked = [text_of(row[-2].spans) for row in rows]
    assert asked == targets if isinstance(targets, list) else len(set(asked)) == targets
    assert unmarked(html).endswith("目标值未注年份的为2030年。要求全部落实、已经落实的有：指标b。</p>")
    assert main_table(facts_of(targets=[replace(own[0], latest_year=None)]), "zh") == ""


def test_the_main_table_says_what_lies_at_its_cut():
    own = [fact("a.t1", borderline="at_cut"), fact("b.t1")]
    assert main_table(facts_of(targets=own), "zh").count("（临界）") == 1


def test_who_lags_is_told_with_a_problem_or_with_its_theme_never_twice():
    own = [fact("a.t1", status="off_track", lags=(both("农村（1%）低于城镇（2%）"),))]
    _, told = midterm.theme_paragraph(own, "zh", 2025, set())
    _, later = midterm.theme_paragraph(own, "zh", 2025, set(), {"a"})
    assert "从人群看" in told and "从人群看" not in later


def test_a_level_of_an_earlier_year_stands_beside_the_own_value_of_that_year_and_few_events_take_no_side():
    near = Level(both("全国2022年"), both("51.9%"), 1, 2022, area=both("全国"), own=both("53.0%"))
    _, told = midterm.theme_paragraph([fact(status="at_risk", elsewhere=near, less_is_better=True)], "zh", 2025, set())
    assert "不及全国2022年水平的有指标a（当年53.0%，全国51.9%）" in told
    even = Level(both("全国2024年"), both("4.0‰"), 0, 2024, area=both("全国"))
    _, told = midterm.theme_paragraph([fact(status="at_risk", elsewhere=even, **RARE)], "zh", 2025, set())
    assert "人数少、与全国2024年水平孰高孰低不能确定的有指标a（全国4.0‰）" in told and "相当的有" not in told


@pytest.mark.parametrize(
    ("word", "people"), [("名儿童", True), ("所学校", False), ("个街道（镇）", False), ("个人", True)]
)
def test_one_more_school_is_no_chance(word, people):
    key = ("a", "X")
    history = SimpleNamespace(counts={key: {2024: (9, 10), 2025: (10, 10)}}, values={key: {2024: 90.0, 2025: 100.0}})
    indicator = replace(read_plan("tiexi-2021-2030", trusted=True).indicators[0], unit="percent", count_unit=both(word))
    assert steady(key, (2024, 2025), history, indicator) == people
    assert not steady(key, (None, 2025), history, indicator) and not steady(key, (2025, 2025), history, indicator)


def test_what_goes_well_is_told_with_its_fall():
    slipped = fact("b.t1", status="on_track", on_last_year=Change(-1, both("0.7个百分点")), latest=both("4.1%"))
    _, told = midterm.theme_paragraph([fact(), slipped], "zh", 2025, set())
    assert "指标b4.1%（比上年下降0.7个百分点）已达到或有望达到目标" in told
    _, told = midterm.theme_paragraph([fact(), replace(slipped, steady=True)], "zh", 2025, set())
    assert "指标b已达到或有望达到目标" in told


def test_a_target_that_was_just_lost_ground_on_is_not_made_stricter():
    one = fact(proposal="stricter", proposed=both("0.08%"), on_last_year=Change(-1, both("0.07个百分点")))
    assert closing.proposals(facts_of(targets=[one]), "zh") == []
    assert len(closing.proposals(facts_of(targets=[replace(one, steady=True)]), "zh")) == 1


@pytest.mark.parametrize(
    ("state", "said"), [("not_begun", "提出启动时间"), ("not_reported", "补报“"), ("completed", "落实情况")]
)
def test_advice_on_a_measure_follows_how_far_it_is(state, said):
    own = replace(alert(fact(name=both("学生近视率"))), measures=(both("防控学生近视"),))
    told = SimpleNamespace(measures=[SimpleNamespace(title=both("防控学生近视"), state=state)], causes_of=lambda _: [])
    (text,) = (text for lead, text in problem_text(problems(facts_of([own]))[0], "zh", told) if lead.startswith("建议"))
    assert said in text and "防控学生近视" in text


@pytest.mark.parametrize(
    ("past", "said"),
    [
        ({2018: 16.5, 2019: 16.8, 2020: 9.7, 2021: 9.9, 2022: 15.1}, "低于前后各两年"),
        ({2018: 1, 2019: 2, 2020: 9.7, 2021: 9.6, 2022: 5}, "高于前后各两年"),
        ({2018: 5, 2019: 4, 2020: 3, 2021: 2, 2022: 1}, ""),  # a trend
        ({2018: 3, 2019: 3, 2020: 3, 2021: 3, 2022: 3}, ""),  # all equal
        ({2018: 9, 2019: 3, 2020: 3, 2021: 9, 2022: 9}, ""),  # as low as another year
        ({2019: 9, 2020: 3, 2021: 9, 2022: 9}, ""),  # too short
        ({2020: 3}, ""),
        ({}, ""),
    ],
)
def test_a_baseline_out_of_line_is_said_to_be(past, said):
    target = SimpleNamespace(id="a.t1", indicator="a", breakdown=(), comparison="<=", subunit="")
    history = SimpleNamespace(values={("a", "X"): past})
    row = {"baseline_year": 2020, "ref_area": "X"}
    assert TargetRow(target, row, history, Values(), "per_100000", 1).odd_base().zh == said


@pytest.mark.parametrize(
    ("word", "unit", "said"),
    [("所学校", "count", "16所"), ("人次", "count", "16人次"), ("人", "count", "16"), ("例死亡", "per_1000", "16.0‰")],
)
def test_a_plain_count_has_its_measure_word(word, unit, said):
    plan = read_plan("tiexi-2021-2030", trusted=True)
    indicator = replace(
        plan.indicators[0], unit=unit, count_unit=Text(word, "one/many"), decimals=1 if unit != "count" else 0
    )
    row = TargetRow(plan.targets[0], {}, None, Values(), unit, indicator.decimals, indicator.measure_word)
    assert unmarked(row.shown("latest", 16.0).zh) == said and unmarked(row.shown("latest", None).zh) == MISSING


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


# the final evaluation ------------------------------------------------------------------------------------------------

ENDS = {
    "reached": ({"at_target": True}, "指标a为40%，比2020年提高10个百分点，现水平达到2030年50%的目标"),
    "not reached": ({}, "指标a为40%，比2020年提高10个百分点，距2030年50%的目标还差10个百分点"),
    "met when due": ({"at_target": True, "timing": "due", "status": "met"}, "，达到2030年50%的目标"),
    "missed": ({"timing": "due"}, "，未达到2030年50%的目标，差10个百分点"),
    "equal": ({"at_target": True, "distance": Change(0, both("0.0个百分点"))}, "现水平达到2030年50%的目标"),
    "people lacking": ({"counted": Counted(lacking=both("53名儿童"))}, "还差10个百分点（53名儿童）"),
    "rare events": (
        RARE,
        "（7例死亡，上年6例死亡），三年合计4.9‰，距2030年50%的目标（按现有人数相当于不超过4例死亡）还差10个百分点",
    ),
    "done everywhere": ({"kind_id": "milestone", "at_target": True, "on_baseline": None}, "指标a为40%，已全部落实"),
    "not everywhere": ({"kind_id": "milestone", "bound": both("100%")}, "未达到100%的要求"),
    "a direction": (DIRECTION, "指标a为40%，高于2018—2020年平均的30%"),
    "units": (UNITS, "指标a10个单位中9个达到，最低87%（某街道，940/1,080剂次，还差32剂次）"),
    "nothing to hold it against": ({"at_target": None}, "指标a：理由。"),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_end_is_told_against_baseline_and_target_without_a_forecast(name):
    changes, expected = ENDS[name]
    said = ending.ended(fact(**changes), "zh", 2025)
    assert expected in said and not any(word in said for word in ("预计", "尚无把握", "趋势"))
    assert ending.ended(fact(**changes), "en", 2025)


THEME_ENDS = {
    (True, True): "专题均已在目标水平。",
    (True, False): "专题部分达到目标水平。",
    (False, False): "专题均尚未达到目标水平。",
    (None, True): "专题已在目标水平。",
    (True,): "指标a已在目标水平。",
    (False,): "指标a尚未达到目标水平。",
    (None,): "指标a。",
}


def test_a_target_that_fell_due_is_told_before_a_later_one_and_counts():
    due = fact("a.t1", timing="due", year=2025, theme_title=both("专题"))
    later = fact("a.t2", at_target=True, **{**DIRECTION, "theme_title": both("专题")})
    [(lead, text)] = ending.paragraphs(facts_of(targets=[later, due]).domains[0], "zh", 2025)
    assert lead == "指标a尚未达到目标水平。"
    assert (
        text == "2025年为40%，比2020年提高10个百分点，未达到2025年50%的目标，差10个百分点；对照2018—2020年平均为30%。"
    )


@pytest.mark.parametrize("reached", THEME_ENDS)
def test_a_theme_ends_by_how_many_of_its_targets_are_reached(reached):
    own = [fact(f"{id}.t1", at_target=at, theme_title=both("专题")) for id, at in zip("ab", reached, strict=False)]
    [(said, _)] = ending.paragraphs(facts_of(targets=own).domains[0], "zh", 2025)
    assert said == THEME_ENDS[reached]
