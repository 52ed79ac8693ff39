"""Ranges, values that are about right, yearly amounts and targets against the area above, worked out on paper."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from test_assessment import RULES, judge, observed, plan, predicted, target

from analysis.assessment.bands import band_of
from analysis.assessment.judge import assess, series_judged
from analysis.assessment.world import open_targets
from analysis.exceptions import Text
from analysis.schema import FORECASTS, OBSERVATIONS

RANGE = {"value": 35.0, "value_upper": 40.0, "unit": "per_1000"}
RISE = {"direction": "higher_is_better"}


def flat(value, last=2030):
    return dict.fromkeys(range(2015, last + 1), value)


@pytest.mark.parametrize(
    ("kind", "comparison"), [("upper_bound", "<="), ("lower_bound", ">="), ("undated_bound", "<=")]
)
@pytest.mark.parametrize(
    ("value", "met"), [(30.0, False), (34.9, False), (35.0, True), (37.0, True), (40.0, True), (40.1, False)]
)
def test_a_range_is_met_between_its_ends_only(kind, comparison, value, met):
    row = judge(target(kind, comparison=comparison, **RANGE), flat(value), as_of=2030)
    assert (row["status"], row["p_miss"]) == (("met", 0.0) if met else ("off_track", 1.0))
    assert row["at_target"] == ("yes" if met else "no") and "35.0" in row["reason"] and "40.0" in row["reason"]


@settings(max_examples=15)
@given(middle=st.floats(25, 50), sd=st.floats(0.5, 5))
def test_the_chance_of_a_range_is_that_of_its_two_ends(middle, sd):
    row = judge(target("upper_bound", **RANGE), flat(37.0, 2024), predicted(middle, sd))
    wanted = norm.cdf(40, middle, sd) - norm.cdf(35, middle, sd)
    assert 1 - row["p_miss"] == pytest.approx(wanted, abs=0.02)
    assert row["target_value"] == (35.0 if middle < 37.5 else 40.0)


def test_a_range_that_is_to_be_kept_is_missed_on_either_side():
    hold = target("reach_and_hold", comparison="<=", **RANGE)
    for value, met in ((37.0, True), (34.0, False), (41.0, False)):
        row = judge(hold, flat(value), as_of=2030)
        assert row["status"] == ("met" if met else "off_track")


@pytest.mark.parametrize(("comparison", "low", "high"), [(">=", 38.0, None), ("<=", None, 42.0), ("=", 38.0, 42.0)])
def test_about_a_value_is_a_twentieth_off_or_better(comparison, low, high):
    about = target("approximate", comparison=comparison, value=40.0)
    assert band_of(about, RULES.approximate) == (low, high)
    for value in (30.0, 37.9, 38.0, 40.0, 42.0, 42.1, 60.0):
        met = (low is None or value >= low) and (high is None or value <= high)
        row = judge(about, flat(value), as_of=2030, direction="higher_is_better")
        assert row["status"] == ("met" if met else "off_track"), value
        assert "左右" in row["reason"] and "5%" in row["reason"] and "About" in row["reason_en"]


def test_about_a_value_ahead_and_with_few_years():
    about = target("approximate", comparison=">=", value=40.0)
    row = judge(about, flat(39.0, 2024), predicted(39.0, 1.0), **RISE)
    assert 1 - row["p_miss"] == pytest.approx(norm.cdf(1.0), abs=0.01) and row["target_value"] == 38.0
    few = judge(about, {2023: 38.5, 2024: 39.0}, FORECASTS.empty(), **RISE)
    assert few["status"] == "on_track" and pd.isna(few["p_miss"]) and few["at_target"] == "yes"
    far = judge(about, {2023: 20.0, 2024: 20.0}, FORECASTS.empty(), **RISE)
    assert far["status"] == "off_track" and far["at_target"] == "no"
    assert judge(about, OBSERVATIONS.empty(), FORECASTS.empty(), **RISE)["status"] == "no_data"


def test_a_yearly_amount_is_missed_by_one_year_and_says_how_many_met_it():
    each = target("yearly_amount", comparison=">=", value=0.2)
    row = judge(each, {**flat(0.3), 2023: 0.1}, as_of=2030, **RISE)
    assert row["status"] == "off_track" and "10个有数据的年份中9年达到" in row["reason"]
    assert judge(each, flat(0.2), as_of=2030, **RISE)["status"] == "met"
    before = judge(each, {**flat(0.3), 2019: 0.0, 2020: 0.0}, as_of=2030, **RISE)
    assert before["status"] == "met"  # what came before the plan is not asked for
    gaps = judge(each, {y: 0.3 for y in range(2015, 2031) if y != 2022}, as_of=2030, **RISE)
    assert "另有1年没有数据" in gaps["reason"] and "1 have no data" in gaps["reason_en"]


@settings(max_examples=15)
@given(middle=st.floats(0.2, 0.6))
def test_a_yearly_amount_ahead_is_less_likely_than_that_of_its_last_year(middle):
    each = judge(target("yearly_amount", comparison=">=", value=0.3), flat(0.5, 2024), predicted(middle, 0.1), **RISE)
    last = judge(target("lower_bound", comparison=">=", value=0.3), flat(0.5, 2024), predicted(middle, 0.1), **RISE)
    assert each["p_miss"] >= last["p_miss"] - 1e-9


def beside(own, theirs, one, mine=None, other=None, as_of=2030, above="C"):
    """Return the verdict on area A with the values of the area C above it."""
    seen = OBSERVATIONS.build(pd.concat([observed(own), observed(theirs, area="C")] if theirs else [observed(own)]))
    made = [f for f in (mine, other) if f is not None]
    ahead = FORECASTS.build(pd.concat(made)) if made else FORECASTS.empty()
    whole = plan(one, direction="lower_is_better" if one.lower_is_better else "higher_is_better")
    return assess(whole, seen, ahead, RULES, as_of, names={"C": Text("某市", "the city")}, above=above).iloc[0]


def test_above_the_area_above():
    better = target("above_area", comparison=">", value=None, unit="")
    assert beside(flat(91.0), flat(90.0), better)["status"] == "met"
    equal = beside(flat(90.0), flat(90.0), better)
    assert equal["status"] == "off_track" and "某市" in equal["reason"] and "未优于" in equal["reason"]
    by_two = target("above_area", comparison=">=", value=2.0)
    assert beside(flat(91.0), flat(90.0), by_two)["status"] == "off_track"
    assert beside(flat(92.0), flat(90.0), by_two)["status"] == "met"
    below = target("above_area", comparison="<", value=None, unit="")
    assert beside(flat(3.0), flat(4.0), below)["status"] == "met"
    assert beside(flat(5.0), flat(4.0), below)["status"] == "off_track"


@settings(max_examples=15)
@given(own=st.floats(80, 99), theirs=st.floats(80, 99))
def test_two_forecasts_are_compared_as_independent(own, theirs):
    better = target("above_area", comparison=">", value=None, unit="")
    ahead = predicted(own, 2.0), predicted(theirs, 1.0, area="C")
    row = beside(flat(own, 2024), flat(theirs, 2024), better, *ahead, as_of=2024)
    assert 1 - row["p_miss"] == pytest.approx(norm.cdf((own - theirs) / np.hypot(2, 1)), abs=0.03)


def test_what_cannot_be_compared_is_said_with_the_reason():
    better = target("above_area", comparison=">", value=None, unit="")
    mine = predicted(91.0, 1.0)
    for theirs, above, reason in (
        ({}, "C", "没有某市同一指标的数据"),
        ({}, "", "没有说明上级地区"),
        (flat(90.0, 2024), "C", "不足以预测"),
    ):
        row = beside(flat(91.0, 2024), theirs, better, mine, as_of=2024, above=above)
        assert row["status"] == "no_data" and pd.isna(row["p_miss"]) and reason in row["reason"]
    due = beside(flat(91.0), flat(90.0, 2029), better)
    assert due["status"] == "no_data" and "2030" in due["reason"]


def test_the_area_named_by_the_plan_counts_and_its_series_are_forecast():
    named = target("above_area", comparison=">", value=None, unit="", against="C")
    assert beside(flat(91.0), flat(90.0), named, above="")["status"] == "met"
    assert "h.x|C|_T|_T|_T|_T" in series_judged(plan(named), "A", ())
    assert "h.x|C|_T|_T|_T|_T" not in series_judged(plan(target("upper_bound")), "A", (), "C")


def test_no_scenario_is_told_of_a_target_against_another_area():
    better = target("above_area", comparison=">", value=None, unit="")
    seen = pd.concat([observed(flat(91.0, 2024)), observed(flat(90.0, 2024), area="C")])
    ahead = pd.concat([predicted(91.0, 1.0), predicted(90.0, 1.0, area="C")])
    whole = plan(better, **RISE)
    table = assess(whole, OBSERVATIONS.build(seen), FORECASTS.build(ahead), RULES, 2024, above="C")
    assert table["p_miss"].notna().all() and not open_targets(table, whole, 2024)
