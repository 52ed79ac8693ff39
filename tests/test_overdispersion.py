"""Limits that allow for the spread between areas: worked by hand, and by simulation how many areas they name."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm, poisson, t
from test_judgement import observed

from analysis.assessment.equity import equality_p, equity, funnel
from analysis.assessment.overdispersion import (
    Spread,
    chance_squares,
    each_side,
    exact_limits,
    factor,
    from_root,
    funnel_of,
    limits_of,
    spread_of,
    to_root,
    z_scores,
)
from analysis.data.observations import read_dataset
from analysis.plan import read_plan
from analysis.schema import EQUITY

PLAN = read_plan("tiexi-2021-2030")


def outside(found, rates):
    return (rates < found.limits[:, 2]) | (rates > found.limits[:, 3])


def test_expected_squares_are_those_of_normal_order_statistics():
    # of four: the middle ones have mean 0.2970 and variance 0.3605 (Teichroew 1956); each counts twice
    assert chance_squares(4) == pytest.approx(4 * (0.2970**2 + 0.3605) - 1, abs=2e-4)
    scores = np.sort(np.random.default_rng(0).standard_normal((40_000, 20)), axis=1)
    scores -= scores.mean(axis=1, keepdims=True)
    kept = np.clip(scores, scores[:, [2]], scores[:, [17]])
    assert chance_squares(20) == pytest.approx((kept**2).sum(axis=1).mean(), rel=0.01)
    assert [each_side(n) for n in (4, 10, 19, 20, 31)] == [1, 1, 1, 2, 3]


def test_z_scores_are_mid_p_of_exact_tails_and_stay_finite_far_out():
    z = z_scores(np.array([3.0, 0.0]), np.array([1000.0, 1000.0]), 0.001, False)
    assert z[0] == pytest.approx(norm.ppf(poisson.cdf(2, 1) + 0.5 * poisson.pmf(3, 1)))
    assert z[1] == pytest.approx(norm.ppf(0.5 * math.exp(-1)))
    far = z_scores(np.array([870_000.0, 990_000.0]), np.full(2, 1e6), 0.97, True)
    assert np.isfinite(far).all() and far[0] == pytest.approx((to_root(0.87, True) - to_root(0.97, True)) * 2000)
    assert far[1] > 100
    assert z_scores(np.zeros(2), np.full(2, 50.0), 0.0, False) == pytest.approx([0, 0])


def test_spread_is_the_value_at_which_the_squares_add_up():
    rates, people = np.array([0.90, 0.93, 0.95, 0.96, 0.98]), np.full(5, 1e6)
    spread = spread_of(rates * people, people, 0.95, True)
    away = to_root(rates, True) - to_root(0.95, True)
    kept = np.clip(away, np.sort(away)[1], np.sort(away)[3])  # equal sizes: in closed form
    assert spread.tau**2 == pytest.approx((kept**2).sum() / chance_squares(5) - 0.25e-6, rel=1e-6)
    assert spread.phi == pytest.approx(4e6 * (kept**2).sum() / chance_squares(5), rel=0.02)


def test_limits_by_hand_and_back_on_the_scale():
    people, spread = np.array([100.0, 400.0, 900.0, 1600.0, 2500.0]), Spread(3.0, 0.025)
    found = limits_of(people, 0.2, spread, True)
    half = math.sqrt(norm.isf(0.001) ** 2 / (4 * 400) + t.isf(0.001, 2) ** 2 * 0.025**2)
    middle = math.asin(math.sqrt(0.2))
    assert found[1, 2:] == pytest.approx([0.0, math.sin(middle + half) ** 2])  # the lower end is cut at 0
    assert factor(10, 0.001) == pytest.approx(t.isf(0.001, 7)) and factor(4, 0.001) > 300
    exact = exact_limits(people, 0.2, True)
    assert exact[0] * 100 == pytest.approx([binom.ppf(p, 100, 0.2) for p in (0.025, 0.975, 0.001, 0.999)])
    assert (limits_of(people, 0.2, Spread(0.9, 0.0), True) == exact).all()


@given(st.floats(0, 1), st.floats(0, 0.5), st.booleans())
@settings(max_examples=40, deadline=None)
def test_limits_are_nested_within_their_scale_and_never_inside_the_exact_ones(centre, tau, share):
    people = np.array([3.0, 40.0, 500.0, 1e5])
    found, exact = limits_of(people, centre, Spread(2.0, tau), share), exact_limits(people, centre, share)
    assert (found >= 0).all() and (not share or (found <= 1).all())
    assert (found[:, [0, 2]] <= exact[:, [0, 2]]).all() and (found[:, [1, 3]] >= exact[:, [1, 3]]).all()
    assert (found[:, 2] <= found[:, 0]).all() and (found[:, 3] >= found[:, 1]).all()
    assert from_root(to_root(centre, share), share) == pytest.approx(centre, abs=1e-12)


@pytest.mark.parametrize(("rate", "people", "share"), [(0.97, 1000, True), (0.97, 50, True), (0.004, 500, False)])
def test_areas_that_differ_by_chance_are_not_named(rate, people, share):
    rng, named, areas = np.random.default_rng(5), 0, 12
    for _ in range(200):
        sizes = np.round(people * rng.lognormal(0, 0.5, areas)) + 1
        events = rng.binomial(sizes.astype(int), rate) if share else rng.poisson(rate * sizes)
        named += outside(funnel_of(events.astype(float), sizes, share), events / sizes).sum()
    assert named <= 0.002 * 200 * areas + 3 * math.sqrt(0.002 * 200 * areas)


@pytest.mark.parametrize("areas", [6, 12, 24])
def test_overdispersed_areas_with_large_denominators_are_seldom_named(areas):
    rng, named, before = np.random.default_rng(6), 0, 0
    for _ in range(200):
        sizes = np.round(100_000 * rng.lognormal(0, 0.5, areas))
        rates = from_root(to_root(0.93, True) + 0.03 * rng.standard_normal(areas), True)
        events = rng.binomial(sizes.astype(int), rates).astype(float)
        named += outside(funnel_of(events, sizes, True), events / sizes).sum()
        plain = exact_limits(sizes, events.sum() / sizes.sum(), True)
        before += ((events / sizes < plain[:, 2]) | (events / sizes > plain[:, 3])).sum()
    assert before > 0.7 * 200 * areas  # what chance alone would name
    assert named <= 0.002 * 200 * areas + 3 * math.sqrt(0.002 * 200 * areas)


@pytest.mark.parametrize("people", [400, 2000, 100_000])
@pytest.mark.parametrize("tau", [0.0, 0.01])
def test_one_area_far_out_among_ten_is_named_and_the_others_are_not(people, tau):
    rng, found = np.random.default_rng(7), []
    for _ in range(60):
        rates = from_root(to_root(0.97, True) + tau * rng.standard_normal(10), True)
        rates[6] = 0.87
        events = rng.binomial(people, rates).astype(float)
        found.append(outside(funnel_of(events, np.full(10, float(people)), True), events / people))
    assert np.mean(found, axis=0)[6] > 0.9
    assert np.delete(found, 6, axis=1).mean() < 0.01


def test_degenerate_areas_have_limits():
    zero = funnel_of(np.zeros(5), np.full(5, 80.0), False)
    assert zero.spread == Spread(0.0, 0.0) and (zero.limits == 0).all()
    full = funnel_of(np.full(5, 80.0), np.full(5, 80.0), True)
    assert full.centre == 1 and (full.limits == 1).all()
    half = funnel_of(np.array([0.0, 0.0, 1e5, 1e5]), np.full(4, 1e5), True)
    assert half.spread.tau > 0.5 and np.isfinite(half.limits).all()
    over = funnel_of(np.array([1.1, 0.9, 0.95, 0.93]) * 1000, np.full(4, 1000.0), True)  # more events than people
    assert np.isfinite(over.limits).all() and (over.limits <= 1).all()


def test_the_limits_of_a_table_can_be_worked_out_again():
    rng = np.random.default_rng(8)
    rows = [(f"s{k}", 2025, float(round(1e5 * rate)), 1e5) for k, rate in enumerate(rng.normal(0.93, 0.02, 10))]
    table = funnel(observed("health.vaccination", rows), PLAN, [code for code, *_ in rows])
    one = table.iloc[3]
    assert one["phi"] > 1 and set(table["label"]) == {"within"} and table["phi"].nunique() == 1
    chance, spread = norm.isf(0.001) ** 2 / (4 * one["denominator"]), t.isf(0.001, 7) ** 2 * one["tau"] ** 2
    low = math.sin(math.asin(math.sqrt(one["centre"] / 100)) - math.sqrt(chance + spread)) ** 2
    assert one["low_998"] == pytest.approx(100 * low)


def test_the_failing_street_of_the_demo_district_is_still_named():
    data = read_dataset(ROOT / "data" / "demo")
    streets = data.parts_of("210303") or data.parts_of(str(data.areas["code"].iloc[0]))
    last = data.observations[data.observations["indicator"] == "health.vaccination"]
    table = funnel(last, PLAN, streets)
    named = table[table["label"] == "worse"]
    assert list(named["ref_area"].map(lambda code: data.area_name(code).zh)) == ["模拟街道07"]


def test_equality_of_rates_is_exact_and_nothing_is_no_difference():
    assert equality_p(0, 50, 0, 90, True) == equality_p(0, 50, 0, 90, False) == 1.0
    assert equality_p(0, 100, 5, 100, False) == pytest.approx(2 * 0.5**5)  # five events, all on one side
    assert equality_p(3, 3, 0, 3, True) == pytest.approx(2 / 20)  # Fisher's tea: one way of twenty
    assert equality_p(900, 1000, 900, 1000, True) == 1.0
    assert equality_p(880_000, 1e6, 900_000, 1e6, True) < 1e-100


def test_of_many_pairs_that_do_not_differ_few_keep_a_small_adjusted_p():
    rng = np.random.default_rng(9)
    blocks = []
    for one in [one.id for one in PLAN.indicators if one.unit == "percent" and one.upper is not None][:20]:
        rows = [("210303", 2020 + k, float(rng.binomial(500, 0.9)), 500.0) for k in range(4)]
        blocks.append(observed(one, rows).assign(time_period=2025, group=[f"G{k}" for k in range(4)]))
    table = equity(pd.concat(blocks), PLAN, "210303")
    assert len(table) == 120 and (table["p_adjusted"] >= table["p_value"]).all()
    assert (table["p_value"] <= 0.05).any() and not (table["p_adjusted"] <= 0.05).any()
    assert EQUITY.build(table)["p_adjusted"].notna().all()
