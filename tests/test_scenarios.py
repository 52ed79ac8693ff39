"""Scenarios on paper: the pace that moves a quantile onto the target, continue as stored, bounds that stop a share."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm
from test_assessment import RULES, YEARS, indicator, observed, plan, predicted, target

from analysis.assessment.early_targets import _bound
from analysis.assessment.evidence import Evidence
from analysis.assessment.judge import assess
from analysis.assessment.pace import Slope, best, path_of, shock_of, slope_of
from analysis.assessment.probability import p_hold
from analysis.assessment.scenarios import at_pace, p_met, scenarios
from analysis.assessment.world import Shock, world
from analysis.exceptions import Text
from analysis.export.paths import scenario_chart
from analysis.marks import unmarked
from analysis.models.distribution import LEVELS
from analysis.models.series import Series
from analysis.narrative import scenarios as said
from analysis.schema import FORECASTS, SCENARIO_NAMES


def lognormal(middles, sd, area="A"):
    """Return a forecast that is normal on the log scale: the median of each year from 2025 on."""
    out = predicted(0.0, sd, range(2025, 2025 + len(middles)), area)
    middle = out["time_period"].map(dict(zip(range(2025, 2031), middles, strict=False)))
    return FORECASTS.build(out.assign(value=np.exp(np.log(middle.astype(float)) + out["value"])))


def made(one, forecast, values=None, shock=None, elsewhere=None, parts=(), **changes):
    seen = observed(dict.fromkeys(YEARS, 5.0)) if values is None else values
    whole = plan(one, **changes)
    verdicts = assess(whole, seen, forecast, RULES, 2024, parts=parts)
    return verdicts, world(whole, seen, forecast, RULES, 2024, "A", parts, elsewhere=elsewhere, shock=shock)


def rows_of(*args, **more):
    verdicts, given_world = made(*args, **more)
    return verdicts.iloc[0], scenarios(verdicts, given_world).set_index("scenario")


FALLING = [5 * 0.98**k for k in range(1, 7)]  # 2 % a year down from 5
BOUND = target("upper_bound", value=4.0)


def test_every_scenario_has_a_row_and_continue_is_the_verdict():
    verdict, rows = rows_of(BOUND, lognormal(FALLING, 0.2))
    assert set(rows.index) == set(SCENARIO_NAMES)
    assert rows.loc["continue", "p_met"] == 1 - verdict["p_miss"]
    assert rows.loc["continue", "median"] == verdict["forecast"]
    assert rows.loc["continue", "pace"] == pytest.approx(100 * math.log(0.98))
    assert rows.loc["continue", "start"] == pytest.approx(5.0)


def test_the_required_pace_ends_on_the_target_and_is_an_even_bet():
    _, rows = rows_of(BOUND, lognormal(FALLING, 0.2))
    assert rows.loc["required", "pace"] == pytest.approx(100 * math.log(4 / 5) / 6)
    assert rows.loc["required", "median"] == pytest.approx(4.0)
    assert rows.loc["required", "p_met"] == pytest.approx(0.5)


def test_the_needed_pace_brings_the_80_percent_quantile_onto_the_target():
    _, rows = rows_of(BOUND, lognormal(FALLING, 0.2))
    by_hand = 100 * (math.log(4 / 5) - 0.2 * norm.ppf(0.8)) / 6
    assert rows.loc["needed", "pace"] == pytest.approx(by_hand, abs=1e-6)
    assert rows.loc["needed", "p_met"] == pytest.approx(0.8, abs=1e-8)
    assert rows.loc["needed", "upper_80"] / rows.loc["needed", "median"] == pytest.approx(
        rows.loc["continue", "upper_80"] / rows.loc["continue", "median"]
    )


def test_people_a_year_are_medians_on_the_projected_denominators():
    seen = observed(dict.fromkeys(YEARS, 5.0)).assign(numerator=10.0, denominator=2000.0)
    _, rows = rows_of(BOUND, lognormal([5.0] * 6, 0.2), seen)
    paced = [5 * (4 / 5) ** (k / 6) for k in range(1, 7)]
    assert rows.loc["required", "people"] == pytest.approx((4 - 5) * 2)
    assert rows.loc["required", "people_per_year"] == pytest.approx(np.mean([(v - 5) * 2 for v in paced]))
    assert rows.loc["continue", "people"] == 0


def test_a_share_beyond_its_bound_is_out_of_reach():
    share = {"unit": "percent", "upper": 100.0, "direction": "higher_is_better", "statistic": "binomial"}
    full = target("lower_bound", comparison=">=", value=100.0, unit="percent")
    seen = observed(dict.fromkeys(YEARS, 95.0)).assign(unit="percent")
    _, rows = rows_of(full, predicted(95.0, 1.0), seen, **share)
    assert math.isnan(rows.loc["needed", "pace"]) and math.isnan(rows.loc["needed", "p_met"])
    assert "无法实现" in rows.loc["needed", "note"]
    _, rows = rows_of(
        target("lower_bound", comparison=">=", value=96.0, unit="percent"),
        predicted(95.0, 1.0),
        seen,
        **share,
    )
    assert rows.loc["needed", "p_met"] == pytest.approx(0.8, abs=1e-8)
    assert rows.loc["needed", "pace_unit"] == "percentage_points"
    assert rows.loc["needed", "pace"] == pytest.approx((rows.loc["needed", "median"] - 95) / 6)


def test_a_shock_of_given_size_hits_its_year_and_is_halved_each_year_after():
    forecast = lognormal([5.0] * 6, 0.2)
    _, rows = rows_of(BOUND, forecast, shock=Shock(2028, 20.0))
    assert rows.loc["shock", "median"] == pytest.approx(5 * 1.2**0.25)
    _, rows = rows_of(BOUND, forecast, shock=Shock(None, 20.0))
    assert rows.loc["shock", "median"] == pytest.approx(6.0)
    _, rows = rows_of(BOUND, forecast, shock=Shock(2031, 20.0))
    assert "不在预测期内" in rows.loc["shock", "note"]


def test_declared_special_years_tell_their_own_size():
    years = np.arange(2011, 2025)
    values = 5 * 0.97 ** (years - 2011) * np.where(np.isin(years, (2020, 2021)), 1.3, 1.0)
    assert shock_of(Series("x", years, values, unit="per_1000", shocks=(2020, 2021))) == pytest.approx(math.log(1.3))
    assert shock_of(Series("x", years, values, unit="per_1000")) is None


def test_the_nation_lends_its_median_slope():
    nation = observed({year: 8 * 0.95 ** (year - 2015) for year in YEARS}, area="CN")
    _, rows = rows_of(BOUND, lognormal(FALLING, 0.2), elsewhere=nation)
    assert rows.loc["national", "pace"] == pytest.approx(100 * math.log(0.95))
    assert rows.loc["national", "median"] == pytest.approx(5 * 0.95**6)


def test_slopes_leave_out_special_years_and_years_before_a_change_of_definition():
    years = np.arange(2015, 2025)
    values = np.where(years < 2019, 50.0, 5 * 0.9 ** (years - 2019.0))
    values[7] = 99.0
    one = Series("x", years, values, unit="per_1000", shocks=(2022,), breaks=(2019,))
    assert slope_of(one).value == pytest.approx(math.log(0.9))
    assert slope_of(Series("x", years[:3], values[:3], unit="per_1000")) is None


def test_the_best_of_noisy_streets_is_shrunk_and_of_equal_ones_is_the_whole():
    same = {name: Slope(value, 0.01) for name, value in zip("abcd", (0.05, -0.05, 0.02, -0.02), strict=True)}
    assert best(same, -0.01, -1.0) == ("a", -0.01, 0.0, 0.5)
    apart = {name: Slope(value, 0.01) for name, value in zip("abcd", (-0.5, 0.5, 0.3, -0.3), strict=True)}
    name, pace, weight, ahead = best(apart, 0.0, -1.0)
    between = (0.68 / 0.01 - 4) / 400
    assert (name, weight) == ("a", pytest.approx(between / (between + 0.01)))
    assert pace == pytest.approx(-0.5 * weight)
    assert ahead == pytest.approx(norm.cdf(0.2 * weight / math.sqrt(2 * weight * 0.01)))
    assert best({**apart, "a": Slope(-0.3, 0.01)}, 0.0, -1.0).ahead == 0.5  # a tie is nobody's lead
    assert best(dict(list(same.items())[:2]), 0.0, 1.0) is None


def test_every_street_is_moved_where_every_street_has_to_meet_it():
    every = target("every_subunit", value=4.0, subunit="street")
    seen = pd.concat([observed(dict.fromkeys(YEARS, 5.0), area) for area in ("A", "S1", "S2")])
    forecast = pd.concat([lognormal([5.0] * 6, 0.2, "A"), lognormal([5.0] * 6, 0.1, "S1")])
    forecast = pd.concat([forecast, lognormal([3.0] * 6, 0.1, "S2")])
    verdict, rows = rows_of(every, forecast, seen, parts=("S1", "S2"))
    assert rows.loc["continue", "p_met"] == pytest.approx(1 - verdict["p_miss"])
    assert rows.loc["required", "pace"] == pytest.approx(100 * math.log(4 / 5) / 6)
    assert rows.loc["needed", "p_met"] == pytest.approx(0.8, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(["upper_bound", "reach_and_hold", "relative_to_baseline", "direction"]), st.floats(0.02, 0.6))
def test_p_met_grows_with_the_pace(kind, sd):
    comparison = "down" if kind == "direction" else "<="
    value = 20.0 if kind == "relative_to_baseline" else None if kind == "direction" else 4.5
    one = target(kind, comparison=comparison, value=value)
    _, given_world = made(one, lognormal([4.8] * 6, sd))
    case = given_world.case(one)
    found = [p_met(case, at_pace(case, pace)) for pace in np.linspace(0.1, -0.2, 9)]
    assert (np.diff(found) >= -1e-9).all() and found[-1] > found[0]


def test_moving_by_nothing_changes_nothing_and_shares_stay_inside():
    share = indicator(unit="percent", upper=100.0)
    quantiles = 100 - np.geomspace(5, 1e-4, len(LEVELS))
    evidence = Evidence(dict.fromkeys(range(2015, 2025), 97.0), dict.fromkeys(range(2025, 2031), quantiles))
    path = path_of(evidence, share)
    assert path.moved({}).quantiles[2030] is quantiles
    fast = path.at_pace(0.5).quantiles[2030]
    assert (np.diff(fast) >= 0).all() and fast.max() <= 100 and fast.min() > quantiles.min()


def test_a_forecast_of_zero_has_no_pace():
    evidence = Evidence({2023: 0.0, 2024: 0.0}, {2025: np.zeros(23)}, {2023: (0, 900), 2024: (0, 900)})
    assert path_of(evidence, indicator()) is None


def test_held_years_agree_with_the_multivariate_normal():
    years, scores = (2025, 2026, 2028, 2030), (0.9, 0.4, 1.2, -0.3)
    quantiles = {year: norm.ppf(LEVELS) - score for year, score in zip(years, scores, strict=True)}
    ahead = np.array([1.0, 2.0, 4.0, 6.0])
    joint = multivariate_normal(cov=np.sqrt(np.minimum.outer(ahead, ahead) / np.maximum.outer(ahead, ahead)))
    joint.abseps = joint.releps = 1e-8
    by_scipy = joint.cdf(np.array(scores), rng=np.random.default_rng(0))
    assert p_hold(Evidence({2024: -3.0}, quantiles), years, "<=", 0.0) == pytest.approx(by_scipy, abs=1e-6)


def test_words_say_the_pace_with_its_direction_and_the_people():
    seen = observed(dict.fromkeys(YEARS, 5.0)).assign(numerator=10.0, denominator=2000.0)
    verdicts, given_world = made(BOUND, lognormal([5.0] * 6, 0.2), seen)
    table = scenarios(verdicts, given_world)
    text = said.sentence(table, given_world.plan, "zh", 0.8)
    assert "每年−6.5%" in text and "达标概率为80%" in text and "平均每年少2人。" in text
    assert len(said.target_table(table, given_world.plan, "en")) == len(SCENARIO_NAMES)
    assert unmarked(said.overview_table(table, given_world.plan, "zh", 0.8).iloc[0, 6]) == "−6.5%"


def test_a_sample_tells_no_people_unless_its_group_is_known():
    seen = observed(dict.fromkeys(YEARS, 5.0)).assign(numerator=2.0, denominator=400.0)
    _, rows = rows_of(BOUND, lognormal([5.0] * 6, 0.2), seen, sample=True)
    assert rows["people"].isna().all() and rows["people_per_year"].isna().all()
    verdicts, given_world = made(BOUND, lognormal([5.0] * 6, 0.2), seen, sample=True, population="x.group")
    own = next(iter(given_world.series))
    group = replace(given_world.series[own], denominators=np.full(len(YEARS), 30000.0))
    whole = replace(given_world, series={**given_world.series, "|".join(("x.group", *own.split("|")[1:])): group})
    rows = scenarios(verdicts, whole).set_index("scenario")
    assert rows.loc["required", "people"] == pytest.approx((4 - 5) * 30)


def test_a_direction_has_no_required_pace_and_no_target_on_its_chart():
    falls = target("direction", comparison="down", value=None)
    verdict, rows = rows_of(falls, lognormal(FALLING, 0.2))
    assert rows.loc["continue", "p_met"] == 1 - verdict["p_miss"]
    for name in ("required", "needed"):
        assert rows.loc[name, ["pace", "p_met", "median"]].isna().all()
        assert "没有目标值" in rows.loc[name, "note"]
    history = observed(dict.fromkeys(YEARS, 5.0))
    quantiles = {year: np.full(len(LEVELS), 4.0) for year in range(2025, 2031)}
    paths = {"continue": dict.fromkeys(range(2025, 2031), 4.0)}
    for bound, texts in ((None, 0), (3.5, 1)):
        figure = scenario_chart(indicator(), history, quantiles, paths, (2024, 5.0), (2030, bound))
        assert len([one for one in figure.axes[0].texts if "目标" in one.get_text()]) == texts


@pytest.mark.parametrize("level", [3.9, 4.0])
def test_a_target_already_reached_has_no_way_to_it(level):
    _, rows = rows_of(BOUND, lognormal([level] * 6, 0.4), observed(dict.fromkeys(YEARS, level)))
    assert rows.loc["required", ["pace", "p_met", "median"]].isna().all()
    assert "要求的是保持" in rows.loc["required", "note"]
    assert rows.loc["needed", "p_met"] == pytest.approx(0.8, abs=1e-8)  # P(met) is about one half: kept more safely
    assert "保持" in rows.loc["needed", "note"]


def test_a_lucky_last_year_is_reached_all_the_same():
    values = {**dict.fromkeys(YEARS, 5.0), YEARS[-1]: 3.0}
    _, rows = rows_of(BOUND, lognormal([5.0] * 6, 0.2), observed(values))
    assert math.isnan(rows.loc["required", "pace"])
    assert "模型的当前水平尚未达到" in rows.loc["required", "note"]
    assert "模型的当前水平尚未达到" in rows.loc["needed", "note"]


def test_a_target_on_track_asks_for_no_faster_pace():
    verdicts, given_world = made(BOUND, lognormal([3.0] * 6, 0.1))
    table = scenarios(verdicts, given_world)
    needed = table.set_index("scenario").loc["needed"]
    assert math.isnan(needed["pace"]) and math.isnan(needed["p_met"])
    assert said.sentence(table, given_world.plan, "zh", 0.8).endswith("不需要加快。")


def test_a_natural_limit_has_no_steady_pace():
    none = target("upper_bound", value=0.0)
    _, rows = rows_of(none, lognormal([5.0] * 6, 0.2))
    assert math.isnan(rows.loc["required", "pace"]) and "自然极限" in rows.loc["required", "note"]
    full = target("lower_bound", comparison=">=", value=100.0, unit="percent")
    share = {"unit": "percent", "upper": 100.0, "direction": "higher_is_better", "statistic": "binomial"}
    seen = observed(dict.fromkeys(YEARS, 95.0)).assign(unit="percent")
    _, rows = rows_of(full, predicted(95.0, 1.0), seen, **share)
    assert math.isnan(rows.loc["required", "pace"]) and "自然极限" in rows.loc["required", "note"]


def test_a_median_of_zero_is_to_be_kept():
    zero = FORECASTS.build(lognormal([5.0] * 6, 0.2).assign(value=0.0))
    seen = observed(dict.fromkeys(YEARS, 0.0)).assign(numerator=0.0, denominator=900.0)
    verdicts, given_world = made(BOUND, zero, seen)
    table = scenarios(verdicts, given_world)
    assert table.set_index("scenario")["pace"].isna().all()
    assert "自然下限，只需保持" in said.sentence(table, given_world.plan, "zh", 0.8)


def test_a_milestone_that_has_passed_has_no_scenario():
    verdicts, given_world = made(BOUND, lognormal(FALLING, 0.2))
    assert len(scenarios(verdicts, given_world)) == len(SCENARIO_NAMES)
    assert not len(scenarios(verdicts, replace(given_world, as_of=int(verdicts["target_year"].iloc[0]))))


@pytest.mark.parametrize(("value", "zh", "en"), [
    (-2.4, "少2张床位", "2 beds fewer"), (0.6, "多1张床位", "1 bed more"), (-0.2, "相差不足1张床位", "less than 1 bed"),
    (0.0, "0", "0"), (float("nan"), "—", "—"),
])  # fmt: skip
def test_counts_a_year_are_whole_and_in_their_own_unit(value, zh, en):
    beds = indicator(count_unit=Text("张床位", "bed/beds"))
    assert said.people({"people_per_year": value}, beds, "zh") == zh
    assert said.people({"people_per_year": value}, beds, "en") == en


def test_early_signals_have_no_bound_where_no_way_leads():
    verdicts, given_world = made(BOUND, lognormal([5.0] * 6, 0.2))
    path = path_of(given_world.case(BOUND).evidence(), indicator())
    falls = target("direction", comparison="down", value=None)
    assert _bound(path, falls, 2030, 2025, 4.0) is None
    assert _bound(path, target("upper_bound", value=0.0), 2030, 2025, 0.0) is None
    assert _bound(path, target("upper_bound", value=6.0), 2030, 2025, 6.0) == 6.0  # reached: to be kept
    assert _bound(path, BOUND, 2030, 2025, 4.0) == pytest.approx(5 * (4 / 5) ** (1 / 6))
    assert _bound(path, BOUND, 2025, 2025, 4.0) == 4.0


def test_the_size_of_a_shock_is_read_within_one_definition():
    years = np.arange(2008, 2025)
    values = 5 * 0.97 ** (years - 2008) * np.where(years == 2020, 1.3, 1.0) * np.where(years < 2014, 10.0, 1.0)
    given = {"unit": "per_1000", "shocks": (2020,)}
    assert shock_of(Series("x", years, values, breaks=(2014,), **given)) == pytest.approx(math.log(1.3))
    assert shock_of(Series("x", years, values, breaks=(2018, 2022), **given)) is None  # three others of one definition
    two = {"unit": "per_1000", "shocks": (2020, 2021)}
    assert shock_of(Series("x", years, values, breaks=(2021,), **two)) is None


@pytest.mark.parametrize(("comparison", "reached"), [("<=", True), ("<", False)])
def test_a_value_at_the_bound_is_below_it_only_where_the_clause_says_so(comparison, reached):
    values = {**dict.fromkeys(YEARS, 5.0), YEARS[-1]: 4.0}
    _, rows = rows_of(target("upper_bound", comparison=comparison), lognormal([5.0] * 6, 0.2), observed(values))
    assert math.isnan(rows.loc["required", "pace"]) == reached
