"""Scenarios on paper: the pace that moves a quantile onto the target, continue as stored, bounds that stop a share."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm
from test_assessment import RULES, YEARS, indicator, observed, plan, predicted, target

from analysis.assessment.evidence import Evidence
from analysis.assessment.judge import assess
from analysis.assessment.pace import Slope, best, path_of, shock_of, slope_of
from analysis.assessment.probability import p_hold
from analysis.assessment.scenarios import at_pace, p_met, scenarios
from analysis.assessment.world import Shock, world
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
    assert best(same, -0.01, -1.0) == (pytest.approx("a"), -0.01, 0.0)
    apart = {name: Slope(value, 0.01) for name, value in zip("abcd", (-0.5, 0.5, 0.3, -0.3), strict=True)}
    name, pace, weight = best(apart, 0.0, -1.0)
    between = (0.68 / 0.01 - 4) / 400
    assert (name, weight) == ("a", pytest.approx(between / (between + 0.01)))
    assert pace == pytest.approx(-0.5 * weight)
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
    assert "每年−6.5%" in text and "达标概率为80%" in text and "少2.0人（件）" in text
    assert len(said.target_table(table, given_world.plan, "en")) == len(SCENARIO_NAMES)
    assert unmarked(said.overview_table(table, given_world.plan, "zh", 0.8).iloc[0, 6]) == "−6.5%"
