"""Effects of measures: against statsmodels, hand-worked numbers, published packages and a published table."""

import json
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from conftest import ROOT
from scipy.stats import binomtest, t, ttest_ind

from analysis.effects import (
    by_start,
    did,
    interrupted_counts,
    interrupted_series,
    rate_ratio,
    synthetic_control,
)
from analysis.effects.did import permutation, two_groups
from analysis.effects.grade import CEILINGS, grade_of
from analysis.effects.noise import correlation, gls
from analysis.effects.synthetic import simplex_weights
from analysis.exceptions import Text

YEARS = np.arange(2010, 2026)
SINCE = (YEARS >= 2018).astype(float)
REFERENCE = json.loads((ROOT / "tests" / "reference" / "synthetic_control.json").read_text())
SAID = Text("甲", "A")


@pytest.fixture(scope="module")
def sales():
    table = pd.read_csv(ROOT / "data" / "examples" / "cigarette_sales_us.csv")
    return table.pivot(index="ref_area", columns="time_period", values="obs_value")


def noisy(seed, effect=0.0):
    rng = np.random.default_rng(seed)
    return 50 + 0.4 * (YEARS - 2010) + rng.standard_normal(16) + effect * SINCE


# interrupted series


def test_a_fixed_covariance_gives_what_statsmodels_gls_gives():
    design = np.column_stack([np.ones(16), YEARS - 2017, SINCE])
    noises = np.array([correlation(YEARS, rho) for rho in (0.0, 0.4, 0.9)])
    fits = gls(design, noisy(1), noises)
    for k, noise in enumerate(noises):
        other = sm.GLS(noisy(1), design, sigma=noise).fit()
        np.testing.assert_allclose(fits.coefficients[k], other.params, rtol=1e-8)
        np.testing.assert_allclose(fits.unscaled[k] * fits.squares[k] / 13, other.cov_params(), rtol=1e-8)


@pytest.mark.parametrize("errors", ["ols", "hc3", "hac"])
def test_robust_errors_are_those_of_statsmodels(errors):
    data = pd.DataFrame({"y": noisy(2, 3), "year": YEARS - 2017, "since": SINCE})
    kinds = {"ols": {}, "hc3": {"cov_type": "HC3"}}
    kinds["hac"] = {"cov_type": "HAC", "cov_kwds": {"maxlags": 2, "use_correction": True}}
    other = smf.ols("y ~ year + since", data).fit(use_t=True, **kinds[errors])
    effect = interrupted_series(YEARS, data["y"], 2018, errors=errors).effect
    low, high = other.conf_int().loc["since"]
    found = (effect.estimate, effect.lower_95, effect.upper_95, effect.p_value)
    np.testing.assert_allclose(found, (other.params["since"], low, high, other.pvalues["since"]), rtol=1e-8)


def test_level_and_slope_together_are_the_mean_effect_since_the_start():
    y = 10 + 0.5 * (YEARS - 2010) + SINCE * (2 + 0.3 * (YEARS - 2018))
    y = y + 1e-4 * np.random.default_rng(0).standard_normal(16)
    effect = interrupted_series(YEARS, y, 2018, shape="step_and_slope").effect
    assert effect.estimate == pytest.approx(2 + 0.3 * 3.5, abs=1e-3)
    out = interrupted_series(YEARS, y, 2018, shape="step_and_slope")
    assert out.counterfactual[-1] == pytest.approx(10 + 0.5 * 15, abs=0.01)
    assert out.fitted == pytest.approx(y, abs=0.01)


def test_counts_follow_statsmodels_poisson_regression():
    rng = np.random.default_rng(3)
    people = np.linspace(5000, 4000, 16)
    counts = rng.poisson(people * 0.006 * np.exp(-0.5 * SINCE))
    design = np.column_stack([np.ones(16), YEARS - 2017, SINCE])
    glm = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(people)).fit(scale="X2")
    plain = interrupted_counts(YEARS, counts, people, 2018, errors="ols").effect
    half = t.ppf(0.975, 13) * glm.bse[2]
    assert math.log(plain.estimate) == pytest.approx(glm.params[2], rel=1e-6)
    assert math.log(plain.upper_95) == pytest.approx(glm.params[2] + half, rel=1e-6)
    averaged = interrupted_counts(YEARS, counts, people, 2018).effect
    assert averaged.estimate == pytest.approx(plain.estimate, rel=0.05)
    assert averaged.lower_95 < math.exp(-0.5) < averaged.upper_95


def test_a_planted_effect_is_found_and_its_interval_agrees_with_its_p():
    for seed in range(12):
        for effect in (0.0, 1.5, -4.0):
            one = interrupted_series(YEARS, noisy(seed, effect), 2018).effect
            assert (one.p_value < 0.05) == (not one.lower_95 <= 0 <= one.upper_95)
    assert one.estimate == pytest.approx(-4, abs=2.5)
    assert one.grade == "moderate"


def test_a_change_of_unit_changes_only_the_unit():
    first = interrupted_series(YEARS, noisy(4, 2), 2018).effect
    second = interrupted_series(YEARS, 10 * noisy(4, 2), 2018).effect
    assert second.estimate == pytest.approx(10 * first.estimate, rel=1e-6)
    assert second.p_value == pytest.approx(first.p_value, rel=1e-6)


def test_hanging_noise_is_not_taken_for_an_effect():
    rng, false = np.random.default_rng(5), {"averaged": 0, "ols": 0}
    for _ in range(80):
        noise = rng.standard_normal(16)
        for k in range(1, 16):
            noise[k] += 0.6 * noise[k - 1]
        for errors in false:
            false[errors] += interrupted_series(YEARS, noise, 2018, errors=errors).effect.p_value < 0.05
    assert false["averaged"] <= 8 < false["ols"]


def test_the_gate_says_what_is_missing_and_estimates_nothing():
    effect = interrupted_series(YEARS[:15], noisy(0)[:15], 2018).effect
    assert effect.grade == "none" and math.isnan(effect.estimate)
    assert "实施前8年、实施后7年" in effect.reason.zh and "8 and 7" in effect.reason.en
    holes = noisy(0)
    holes[3] = np.nan
    assert interrupted_series(YEARS, holes, 2018).effect.before == 7


@pytest.mark.parametrize(
    ("values", "scale", "word"),
    [(np.full(16, 90.0), "difference", "数值相同"), (np.append(noisy(0)[:15], 0.0), "ratio", "零值")],
)
def test_a_series_that_cannot_be_fitted_is_a_result_with_a_reason(values, scale, word):
    effect = interrupted_series(YEARS, values, 2018, scale=scale).effect
    assert effect.grade == "none" and word in effect.reason.zh


def test_no_event_on_one_side_is_a_result_with_a_reason():
    effect = interrupted_counts(YEARS, 3 * SINCE, np.full(16, 1000.0), 2018).effect
    assert effect.grade == "none" and "没有发生例数" in effect.reason.zh


def test_a_declared_shock_since_the_start_makes_the_evidence_weak():
    free = interrupted_series(YEARS, noisy(6, 6), 2018).effect
    shocked = interrupted_series(YEARS, noisy(6, 6), 2018, events=[2020]).effect
    assert (free.grade, shocked.grade) == ("moderate", "weak")
    assert "2020" in shocked.reason.zh and "2020" in shocked.reason.en
    assert interrupted_series(YEARS, noisy(6, 6), 2018, events=[2012]).effect.grade == "moderate"


def test_sensitivity_to_the_start_is_empty_where_the_data_are_short():
    table = by_start(lambda year: interrupted_series(YEARS, noisy(7, 5), year).effect, 2018, reach=1)
    assert list(table["start"]) == [2017, 2018, 2019]
    assert table["estimate"].isna().tolist() == [True, False, True]


# difference in differences


@pytest.fixture
def streets():
    rng = np.random.default_rng(11)
    values = 80 + 4 * rng.standard_normal((9, 1)) + 0.5 * (YEARS - 2010) + rng.standard_normal((9, 16))
    values[:3] += 3 * SINCE
    return pd.DataFrame(values, index=[f"S{k}" for k in range(9)], columns=YEARS)


def test_the_estimate_is_that_of_two_way_fixed_effects(streets):
    long = streets.reset_index(names="area").melt("area", var_name="year", value_name="y")
    long["on"] = (long["area"].isin(["S0", "S1", "S2"]) & (long["year"] >= 2018)).astype(float)
    long["year"] = long["year"].astype(str)
    other = smf.ols("y ~ on + C(area) + C(year)", long).fit(cov_type="cluster", cov_kwds={"groups": long["area"]})
    effect = did(streets, ["S0", "S1", "S2"], 2018).effect
    assert effect.estimate == pytest.approx(other.params["on"], rel=1e-8)
    assert effect.lower_95 < 3 < effect.upper_95
    assert effect.grade == "strong"
    assert 0.5 < (effect.upper_95 - effect.lower_95) / (2 * 1.96 * other.bse["on"]) < 2.5


def test_two_groups_and_permutation_by_hand():
    middle, low, high, p = two_groups(np.array([3.0, 5.0]), np.array([1.0, 1.0, 1.0, 2.0]))
    spread = math.sqrt((2 + 0.75) / 4 * (1 / 2 + 1 / 4))
    assert (middle, high - middle) == pytest.approx((2.75, t.ppf(0.975, 4) * spread))
    assert p == pytest.approx(2 * t.sf(2.75 / spread, 4))
    # of the 6 ways to choose 2 of 4 changes, only the one seen and its mirror are 4 apart
    assert permutation(np.array([5.0, 6.0, 1.0, 2.0]), np.array([True, True, False, False])) == (2 / 6, 6)


def test_three_and_more_areas_on_both_sides_may_differ_in_spread():
    rng = np.random.default_rng(9)
    first, second = 3 * rng.standard_normal(4) + 1, rng.standard_normal(7)
    other = ttest_ind(first, second, equal_var=False)
    middle, low, high, p = two_groups(first, second)
    assert (low, high) == pytest.approx(tuple(other.confidence_interval(0.95)))
    assert p == pytest.approx(other.pvalue)


def test_trends_that_were_not_parallel_make_the_evidence_weak(streets):
    bent = streets.copy()
    bent.iloc[:3] += 0.8 * (YEARS - 2010)
    effect = did(bent, ["S0", "S1", "S2"], 2018).effect
    assert effect.grade == "weak" and "不平行" in effect.reason.zh


def test_one_area_with_the_measure_reaches_moderate_at_most(streets):
    one = streets.drop(index=["S1", "S2"])
    one.loc["S0"] += 5 * SINCE
    effect = did(one, ["S0"], 2018).effect
    assert effect.p_value < 0.05 and effect.grade == "moderate"
    assert "7种分组方式" in effect.reason.zh


def test_too_few_areas_or_years_are_a_result_with_a_reason(streets):
    for panel, own, start in ((streets.iloc[:4], ["S0"], 2018), (streets, ["S0"], 2012), (streets, [], 2018)):
        one = did(panel, own, start)
        assert one.effect.grade == "none" and "双重差分要求" in one.effect.reason.zh
    assert did(streets, ["S0"], 2030).effect.after == 0


def test_an_area_full_of_gaps_is_left_out_and_nothing_is_filled_in(streets):
    holed = streets.copy()
    holed.loc["S8", 2010:2015] = np.nan
    holed.loc["S7", 2011] = np.nan
    left = did(holed, ["S0", "S1", "S2"], 2018)
    assert left.effect.before == 7
    assert left.effect.estimate == pytest.approx(
        did(streets.drop(index="S8").drop(columns=2011), ["S0", "S1", "S2"], 2018).effect.estimate
    )


def test_a_ratio_is_worked_out_on_logarithms(streets):
    grown = streets.copy()
    grown.iloc[:3] = streets.iloc[:3] - 3 * SINCE
    grown.iloc[:3] *= np.exp(0.2 * SINCE)
    effect = did(grown, ["S0", "S1", "S2"], 2018, scale="ratio").effect
    assert effect.scale == "ratio" and effect.estimate == pytest.approx(math.exp(0.2), abs=0.03)


# synthetic control


def test_weights_by_hand():
    # the target lies a quarter of the way from the first donor to the second; a third is far off
    donors = np.array([[0.0, 0.0, 0.0], [4.0, 4.0, 4.0], [90.0, -40.0, 10.0]])
    assert simplex_weights(donors, np.array([1.0, 1.0, 1.0])) == pytest.approx([0.75, 0.25, 0.0], abs=1e-8)
    assert simplex_weights(donors[:2], np.array([-3.0, -3.0, -3.0])) == pytest.approx([1.0, 0.0], abs=1e-8)


def test_no_other_weights_fit_better():
    rng = np.random.default_rng(8)
    donors, target = rng.standard_normal((12, 9)), rng.standard_normal(9)
    best = simplex_weights(donors, target)
    least = ((target - best @ donors) ** 2).sum()
    for other in rng.dirichlet(np.full(12, 0.3), 500):
        for step in (1.0, 0.05, 0.001):
            mixed = (1 - step) * best + step * other
            assert ((target - mixed @ donors) ** 2).sum() >= least - 1e-9
    assert best.min() >= 0 and best.sum() == pytest.approx(1)


def test_tobacco_in_california_against_the_published_table(sales):
    """Arkhangelsky et al., AER 111 (2021), Table 1: difference in differences -27.3, synthetic control -19.6."""
    assert round(did(sales, ["California"], 1989).effect.estimate, 1) == -27.3
    found = synthetic_control(sales, "California", 1989)
    assert found.effect.estimate == pytest.approx(-19.6, abs=0.1)
    assert (found.effect.before, found.effect.after, found.rank_of) == (19, 12, 39)


def test_tobacco_in_california_against_published_packages(sales):
    found = synthetic_control(sales, "California", 1989)
    other = REFERENCE["pysyncon"]
    gap = found.observed - found.synthetic
    misfit = math.sqrt((gap[gap.index < 1989] ** 2).mean())
    assert misfit <= other["misfit_before"] + 1e-9  # an optimum of the same problem, not a worse one
    assert misfit == pytest.approx(other["misfit_before"], abs=0.05)
    assert set(found.weights[found.weights > 0.01].index) == set(other["weights"])
    for name, weight in other["weights"].items():
        assert found.weights[name] == pytest.approx(weight, abs=0.05)
    assert found.effect.estimate == pytest.approx(other["effect"], abs=0.3)
    assert found.effect.estimate == pytest.approx(REFERENCE["synthdid"]["sc_estimate"], abs=0.15)
    assert did(sales, ["California"], 1989).effect.estimate == pytest.approx(
        REFERENCE["synthdid"]["did_estimate"], abs=1e-4
    )


@pytest.fixture(scope="module")
def factors():
    def make(donors, effect, seed=2):
        rng = np.random.default_rng(seed)
        years = np.arange(2005, 2026)
        moves = np.cumsum(rng.standard_normal((3, 21)), axis=1)
        values = rng.dirichlet(np.ones(3), donors + 1) @ moves + 0.2 * rng.standard_normal((donors + 1, 21))
        values[0] = values[1:4].mean(axis=0) + 0.2 * rng.standard_normal(21) + effect * (years >= 2018)
        return pd.DataFrame(values, index=[f"A{k}" for k in range(donors + 1)], columns=years)

    return make


def test_a_planted_effect_stands_out_among_the_placebos(factors):
    found = synthetic_control(factors(24, 4.0), "A0", 2018)
    assert found.effect.estimate == pytest.approx(4.0, abs=0.5)
    assert found.effect.p_value == pytest.approx(1 / 25) and found.rank == 1
    assert found.effect.lower_95 > 0 and found.effect.grade == "strong"
    assert found.placebo_start is not None and len(found.in_time) == 13
    nothing = synthetic_control(factors(24, 0.0), "A0", 2018).effect
    assert nothing.p_value > 0.05 and nothing.lower_95 < 0 < nothing.upper_95


def test_ten_donors_cannot_reach_five_per_cent_and_the_interval_stays_open(factors):
    effect = synthetic_control(factors(10, 6.0), "A0", 2018).effect
    assert effect.p_value == pytest.approx(1 / 11)
    assert math.isinf(effect.upper_95) and effect.grade == "weak"
    assert "对照地区只有10个" in effect.reason.zh and "10 donors" in effect.reason.en


def test_nine_donors_or_nine_years_are_a_result_with_a_reason(factors):
    for panel, start in ((factors(9, 1.0), 2018), (factors(12, 1.0), 2014)):
        effect = synthetic_control(panel, "A0", start).effect
        assert effect.grade == "none" and "合成控制要求" in effect.reason.zh


# ratio of rates


@pytest.mark.parametrize(
    ("a", "n", "b", "m"), [(12, 10000, 4, 9000), (3, 2000, 5, 2500), (0, 2000, 4, 2000), (7, 900, 0, 900)]
)
def test_the_ratio_is_exact(a, n, b, m):
    effect = rate_ratio(a, n, b, m, 5, 5)
    share = binomtest(b, a + b, 0.5).proportion_ci(0.95, "exact")
    to_ratio = n / m
    assert effect.lower_95 == pytest.approx(share.low / (1 - share.low) * to_ratio)
    if a:
        assert effect.upper_95 == pytest.approx(share.high / (1 - share.high) * to_ratio)
        assert effect.estimate == pytest.approx((b / m) / (a / n))
    else:
        assert math.isinf(effect.upper_95) and math.isinf(effect.estimate)
    assert (effect.p_value < 0.05) == (not effect.lower_95 <= 1 <= effect.upper_95)


def test_before_and_after_is_weak_however_small_p():
    effect = rate_ratio(400, 10000, 100, 10000, 5, 5)
    assert effect.p_value < 1e-6 and effect.grade == "weak"
    assert rate_ratio(0, 100, 0, 100, 5, 5).grade == "none"


# grades


@pytest.mark.parametrize(
    ("design", "p", "checks", "grade"),
    [
        ("synthetic_control", 0.01, [True, True], "strong"),
        ("synthetic_control", 0.01, [True, None], "moderate"),
        ("synthetic_control", 0.01, [True, False], "weak"),
        ("difference_in_differences", 0.06, [True], "weak"),
        ("difference_in_differences", math.nan, [True], "weak"),
        ("interrupted_series", 0.01, [True], "moderate"),
        ("interrupted_series", 0.01, [False, None], "weak"),
        ("rate_ratio", 1e-9, [], "weak"),
    ],
)
def test_grades_follow_design_chance_and_checks(design, p, checks, grade):
    found, reason = grade_of(design, p, [(passed, SAID) for passed in checks])
    assert found == grade
    assert reason.zh and reason.en
    assert ("甲" in reason.zh) == (not all(checks))


def test_no_design_is_stronger_than_its_ceiling():
    order = ("weak", "moderate", "strong")
    for design, ceiling in CEILINGS.items():
        for checks in ([], [True], [None], [False]):
            found, _ = grade_of(design, 0.001, [(one, SAID) for one in checks])
            assert order.index(found) <= order.index(ceiling)
