"""What a report says of many districts: who stands apart, which targets most of them miss, ties said as ties."""

import pandas as pd
import pytest
from test_regions import verdicts

from analysis.assessment.equity import funnel
from analysis.assessment.league import league
from analysis.assessment.support import support
from analysis.exceptions import Text
from analysis.export.comparisons import funnel_chart
from analysis.marks import unmarked
from analysis.narrative import beside
from analysis.narrative.region_facts import RegionFacts
from analysis.narrative.region_targets import firm, hardest, target_rows, target_table
from analysis.narrative.regions import beyond, compared, method, standing
from analysis.plan import read_plan
from analysis.schema import ASSESSMENTS, EQUITY, FUNNEL, ROLLUP, SUMMARY, SUPPORT

PLAN = read_plan("demo-province-2021-2030")
DISTRICTS = ("a", "b", "c")


def judged(cells):
    """Return facts of verdicts given as target: (status, events, flips) in each of three districts."""
    rows = [
        {"ref_area": area, "target": target, "status": status, "numerator": events, "flips": flips}
        for target, row in cells.items()
        for area, (status, events, flips) in zip(DISTRICTS, row, strict=True)
    ]
    table = pd.DataFrame(rows)
    table["p_miss"] = table["status"].map({"off_track": 0.9, "at_risk": 0.4, "on_track": 0.1})
    fixed = {"plan": "p", "indicator": "i", "target_year": 2030, "sex": "_T", "age": "_T", "residence": "_T",
             "group": "_T", "reason": "-", "reason_en": "-"}  # fmt: skip
    empty = dict.fromkeys(name for name in ASSESSMENTS.names if name not in (*table, *fixed))
    return facts(verdicts=ASSESSMENTS.build(table.assign(**fixed, **empty)), support=SUPPORT.build(table))


def facts(**tables):
    made = {"league": pd.DataFrame(), "verdicts": ASSESSMENTS.empty(), "funnel": FUNNEL.empty(),
            "support": SUPPORT.empty()} | tables  # fmt: skip
    names = {code: Text(f"县{code}", f"County {code}") for code in "abcdefghij"}
    return RegionFacts(PLAN, SUMMARY.empty(), rollup=ROLLUP.empty(), names=names, **made)


MANY, FEW = ("off_track", 40.0, ""), ("off_track", 2.0, "")
EDGE, BLANK, FINE = ("off_track", 40.0, "one_fewer"), ("no_data", None, ""), ("on_track", 40.0, "")
IDS = [one.id for one in PLAN.targets if one.kind == "upper_bound"][:4]


def test_the_hardest_target_is_one_whose_verdicts_are_firm():
    own = judged({IDS[0]: (FEW, FEW, FEW), IDS[1]: (EDGE, EDGE, EDGE), IDS[2]: (MANY, MANY, FINE)})
    assert list(target_rows(own).index)[0] == IDS[2] and len(firm(own)) == 3
    said = unmarked(hardest(own, "zh"))
    assert PLAN.target(IDS[2]).text.zh.rstrip("。") in said and "涉及县区最多的一条涉及2个" in said
    assert PLAN.target(IDS[0]).text.zh.rstrip("。") not in said and "另有6个" in said and "不足5例" in said
    assert target_table(own, "zh")["其中困难且判定稳固"].map(unmarked).tolist() == ["2", "0", "0"]


def test_equals_are_said_to_tie():
    own = judged({IDS[0]: (MANY, FINE, MANY), IDS[1]: (FINE, MANY, MANY), IDS[2]: (MANY, FINE, FINE)})
    zh, en = (unmarked(hardest(own, lang)) for lang in ("zh", "en"))
    assert "共3条" in zh and "有2条并列，各涉及2个" in zh and "2 tie, in 2 districts each" in en
    for id in IDS[:2]:
        assert PLAN.target(id).text.en.rstrip(".") in en
    assert "另有" not in zh


def test_what_cannot_be_judged_is_no_ground():
    own = judged({IDS[0]: (BLANK, BLANK, BLANK), IDS[1]: (FEW, FINE, FINE)})
    assert list(target_rows(own).index) == [IDS[1]]
    assert unmarked(hardest(own, "zh")).startswith("没有县区预计达标困难且判定稳固的目标。另有1个")
    bare = facts(verdicts=own.verdicts)  # of a run made before counts were kept: every verdict is taken
    assert "1 targets" in unmarked(hardest(bare, "en"))


def test_first_and_last_are_named_only_where_they_can_be_told_apart():
    clear = facts(league=league(verdicts({"a": [0.01] * 20, "b": [0.01] * 20, "c": [0.99] * 20})))
    lead, _ = standing(clear, "zh")
    assert "最高的是县a、县b，最低的是县c" in unmarked(lead)
    even = facts(league=league(verdicts({"a": [0.45] * 20, "b": [0.5] * 20, "c": [0.55] * 20})))
    for lang, said in (("zh", "不足以区分"), ("en", "cannot be told apart")):
        lead, text = standing(even, lang)
        assert said in lead and "县a" not in lead + text and "County a" not in lead + text


def observed(rates, people=100_000.0):
    one = next(one for one in PLAN.indicators if one.id == "health.systematic_management_u3")
    rows = [
        {"indicator": one.id, "ref_area": area, "time_period": 2025, "unit": "percent", "obs_value": rate,
         "numerator": round(rate / 100 * people), "denominator": people,
         **dict.fromkeys(("sex", "age", "residence", "group"), "_T")}
        for area, rate in zip("abcdefghij", rates, strict=True)
    ]  # fmt: skip
    return funnel(pd.DataFrame(rows), PLAN, list("abcdefghij"))


SPREAD = [88.0, 89.1, 90.2, 91.0, 91.4, 92.1, 92.9, 93.4, 94.0, 95.1]


def test_large_districts_that_differ_as_districts_do_are_not_named():
    own = facts(funnel=observed(SPREAD))
    assert not beyond(own, "zh") and "仍在99.8%界限之外的有0个" in unmarked(compared(own, "zh"))
    assert "in 1 of these" in unmarked(compared(own, "en")) and "spread between areas" in unmarked(compared(own, "en"))
    assert any("过度离散" in one for one in method("zh"))


def test_a_district_far_out_is_named_with_its_side():
    own = facts(funnel=observed([60.0, *SPREAD[1:]]))
    assert beyond(own, "zh") == ["3岁以下儿童系统管理率：劣于全域水平的有县a。"]
    note = beside.funnel_note(own.funnel, "en")
    assert "in 1 the streets differ by more than chance" in note
    assert "不足四个" in compared(facts(), "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_chart_says_what_its_limits_allow_for(lang):
    one = PLAN.indicator("health.systematic_management_u3")
    names = facts().names
    wide = funnel_chart(observed(SPREAD), one, names, lang=lang).axes[0].get_legend()
    even = funnel_chart(observed([92.0] * 10), one, names, lang=lang).axes[0].get_legend()
    assert ("非偶然" if lang == "zh" else "not chance") in wide.get_title().get_text()
    assert ("只计偶然" if lang == "zh" else "chance alone") in even.get_title().get_text()


def test_a_pair_is_listed_only_where_it_stands_the_test_of_all_pairs():
    row = {"indicator": "health.anaemia_u5", "dimension": "sex", "first": "F", "second": "M", "time_period": 2025,
           "first_value": 5.0, "second_value": 4.0, "difference": 1.0, "difference_low": 0.1, "difference_high": 1.9,
           "ratio": 1.25, "ratio_low": 1.02, "ratio_high": 1.5, "mean_difference": 0.5, "attributable": 0.1,
           "p_value": 0.03}  # fmt: skip
    pairs = [{**row, "p_adjusted": 0.2}, {**row, "dimension": "residence", "p_adjusted": 0.04}]
    table = EQUITY.build(pd.DataFrame(pairs))
    assert len(beside.equity_table(table, PLAN, "zh")) == 1 and "2" in beside.equity_note(table, "zh")
    old = table.assign(p_value=None, p_adjusted=None)  # of a run made before: by the interval alone
    assert len(beside.equity_table(EQUITY.build(old), PLAN, "en")) == 2


def test_a_gap_rests_on_the_smaller_of_its_two_counts():
    gap = next(one for one in PLAN.targets if one.kind == "gap_or_qualitative")
    cells = [
        ("U", 2024, 9.0),
        ("R", 2024, 1.0),
        ("U", 2025, 8.0),
        ("R", 2025, 3.0),
        ("U", 2026, 7.0),
        ("_T", 2025, 11.0),
    ]
    rows = [
        {"indicator": gap.indicator, "ref_area": "a", "time_period": year, "residence": side, "numerator": events,
         "sex": "_T", "age": "_T", "group": "_T"}
        for side, year, events in cells
    ]  # fmt: skip
    details = pd.DataFrame({"target": [gap.id, IDS[0]], "numerator": [None, 11.0], "flips": ["", "one_more"]})
    made = support(details, pd.DataFrame(rows), PLAN, "a").set_index("target")
    assert made["numerator"].to_dict() == {gap.id: 3.0, IDS[0]: 11.0} and made.loc[IDS[0], "flips"] == "one_more"
    bare = support(details, pd.DataFrame(rows[:1]), PLAN, "a").set_index("target")  # no year with both sides
    assert pd.isna(bare.loc[gap.id, "numerator"])
