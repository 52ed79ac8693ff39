"""The default model agrees with statsmodels point by point, and its forecasts are honest distributions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.statespace.mlemodel import MLEModel

from analysis.models import Series, forecast, model_names
from analysis.models.average import AveragedTrend, Learnt
from analysis.models.distribution import LEVELS, cdf_from_quantiles
from analysis.models.grid import Grid, parameter_grid
from analysis.models.learning import learn, posterior
from analysis.models.mixture import FREEDOM, mixture_quantiles
from analysis.models.registry import model
from analysis.models.sampling import EQUAL, observed_quantiles
from analysis.models.series import Parent
from analysis.models.transforms import scale_of, to_model_scale
from analysis.models.trend import _DIFFUSE, Panel, filter_grid

YEARS = np.arange(2010, 2024)
RATE = np.array([6.1, 5.6, 5.9, 5.2, 5.0, 5.3, 4.6, 4.4, 4.7, 4.1, 4.2, 3.8, 4.0, 3.6])


def rate(values=RATE, years=YEARS, **options):
    return Series("s", years, np.asarray(values, float), unit="per_1000", **options)


def point(noise, bend, damping, first_slope, step):
    return Grid(*(np.array([x]) for x in (noise, bend, damping, first_slope, step)))


def panel(z, variance):
    none = np.full((1, 4), np.nan)
    return Panel(np.asarray(z)[None], np.asarray(variance)[None], np.zeros((1, len(z))), np.ones(1), none)


class Reference(MLEModel):
    """The same model written with statsmodels' own state space classes."""

    def __init__(self, z, variance, noise, bend, damping, first_slope, step):
        super().__init__(z, k_states=2, k_posdef=2)
        s2 = step**2
        self["design"] = np.array([[1.0, 0.0]])
        self["transition"] = np.array([[1.0, damping], [0.0, damping]])
        self["selection"] = np.eye(2)
        self["state_cov"] = np.diag([(1 - noise) * s2, bend * s2])
        self["obs_cov"] = (variance + noise * s2).reshape(1, 1, -1)
        # our filter starts at the first observation: the posterior of a wide prior centred on it
        first = variance[0] + noise * s2
        wide = _DIFFUSE * max(s2, first)
        level = first * wide / (first + wide)
        a, p = np.array([z[0], 0.0]), np.diag([level, first_slope * s2])
        t, q = self["transition"], self["state_cov"]
        self.ssm.initialize_known(t @ a, t @ p @ t.T + q)


@pytest.mark.parametrize("gap", [False, True])
@pytest.mark.parametrize(
    "parameters", [(0.3, 0.03, 0.95, 0.3, 0.1), (0.7, 0.15, 0.75, 1.5, 0.3), (0.01, 0.0, 1.0, 0.02, 0.05)]
)
def test_likelihood_and_forecast_agree_with_statsmodels(parameters, gap):
    z = np.log(RATE)
    variance = np.linspace(0.01, 0.03, len(z))
    if gap:
        z[[4, 5, 9]] = np.nan
    filtered = filter_grid(panel(z, variance), point(*parameters), 6)
    tail = np.concatenate([z[1:], np.full(6, np.nan)])
    reference = Reference(tail, np.concatenate([variance[1:], np.zeros(6)]), *parameters)
    reference["obs_cov"] = (
        np.concatenate([variance[1:], np.zeros(6)]).reshape(1, 1, -1) + parameters[0] * parameters[4] ** 2
    )
    first = np.concatenate([[z[0]], tail])
    start = Reference(first, np.concatenate([variance, np.zeros(6)]), *parameters)
    reference.ssm.initialization = start.ssm.initialization
    result = reference.ssm.filter()
    assert filtered.log_likelihood[0, 0] == pytest.approx(result.llf_obs[: len(z) - 1].sum(), abs=1e-8)
    assert filtered.means[:, 0, 0] == pytest.approx(result.predicted_state[0, len(z) - 1 : len(z) + 5], abs=1e-8)
    assert filtered.variances[:, 0, 0] == pytest.approx(
        result.predicted_state_cov[0, 0, len(z) - 1 : len(z) + 5], abs=1e-8
    )


@pytest.mark.parametrize("name", model_names())
def test_every_model_gives_an_honest_distribution(name):
    distribution = model(name).forecast(rate(denominators=np.full(14, 1e5)), 6)
    q = distribution.quantiles
    assert distribution.years.tolist() == [2024, 2025, 2026, 2027, 2028, 2029]
    assert q.shape == (6, 23)
    assert np.isfinite(q).all() and (q > 0).all()
    assert (np.diff(q, axis=1) >= 0).all()
    width = np.log(q[:, 19] / q[:, 3])  # on the scale the models work on
    assert width[-1] >= width[0]
    assert ((q[:, 0] < distribution.mean) & (distribution.mean < q[:, -1])).all()


def test_a_unit_change_changes_nothing():
    small = AveragedTrend().forecast(rate(), 5).quantiles
    large = AveragedTrend().forecast(Series("s", YEARS, RATE * 100, unit="per_100000"), 5).quantiles
    assert large == pytest.approx(100 * small, rel=1e-9)


def test_percentages_stay_inside_their_bounds_and_gross_rates_do_not():
    values = np.array([90, 92, 94, 95.5, 97, 98, 98.8, 99.2, 99.6, 99.8])
    years = YEARS[:10]
    capped = AveragedTrend().forecast(Series("s", years, values, unit="percent", upper=100.0), 10)
    gross = AveragedTrend().forecast(Series("s", years, values + 3, unit="percent", upper=None), 10)
    assert capped.quantiles.max() <= 100
    assert gross.quantiles.max() > 100


@pytest.mark.parametrize("values", [np.zeros(8), np.r_[np.zeros(7), 2.0], np.full(8, 3.0)])
def test_zeros_and_constant_series_are_forecast(values):
    for people in (np.full(8, 1500.0), np.full(8, np.nan)):
        q = AveragedTrend().forecast(rate(values, YEARS[:8], denominators=people), 5).quantiles
        assert np.isfinite(q).all() and (q >= 0).all() and (q[:, -1] > q[:, 0]).all()


def test_full_coverage_is_never_certain():
    series = Series("s", YEARS[:8], np.full(8, 100.0), np.full(8, 900.0), "percent", 100.0)
    q = AveragedTrend().forecast(series, 5).quantiles
    assert (q <= 100).all() and (q[:, 0] < 100).all()


def test_few_events_widen_the_forecast():
    width = {}
    for people in (1500.0, 150000.0):
        q = AveragedTrend().forecast(rate(denominators=np.full(14, people)), 5).quantiles
        width[people] = q[0, 19] - q[0, 3]
    assert width[1500.0] > width[150000.0]


def test_sampling_variance_of_a_count_is_one_over_the_expected_count():
    series = rate(np.full(10, 4.0), YEARS[:10], denominators=np.full(10, 2000.0))
    _, variance = to_model_scale(series, scale_of(series))
    assert variance == pytest.approx(np.full(10, 1 / 8.0), rel=0.07)


@pytest.mark.parametrize("unit", ["persons_per_1000", "beds_per_1000", "places_per_1000"])
def test_staff_and_beds_per_thousand_are_modelled_as_rates_per_thousand(unit):
    people = np.full(len(YEARS), 2000.0)
    series = Series("s", YEARS, RATE, people, unit=unit)
    assert scale_of(series) == scale_of(rate(denominators=people))
    for own, plain in zip(
        to_model_scale(series, scale_of(series)),
        to_model_scale(rate(denominators=people), scale_of(series)),
        strict=True,
    ):
        assert own == pytest.approx(plain)


def test_gaps_widen_nothing_silently_and_are_not_filled():
    years = np.array([2010, 2013, 2015, 2018, 2020, 2021])
    d = AveragedTrend().forecast(Series("s", years, np.array([9.0, 8, 7.4, 6.6, 6, 5.9]), unit="per_1000"), 4)
    assert d.years.tolist() == [2022, 2023, 2024, 2025]
    assert np.isfinite(d.quantiles).all()


def test_too_few_points_are_rows_with_a_reason():
    def one(name, n):
        return Series(name, YEARS[:n], RATE[:n], unit="per_1000")

    table, failed = forecast([one("none", 0), one("single", 1), one("two", 2), one("three", 3)], horizon=5)
    assert set(table["series_id"]) == {"two", "three"}
    assert failed.set_index("series_id")["reason"].to_dict() == {"none": "empty", "single": "one_point"}
    assert failed["reason_zh"].str.len().min() > 4


@given(
    st.lists(st.floats(0, 1e6), min_size=2, max_size=14),
    st.sampled_from(["per_1000", "percent", "other", "ratio", "yuan"]),
)
@settings(max_examples=60, deadline=None)
def test_no_series_makes_it_fail(values, unit):
    upper = 100.0 if unit == "percent" and max(values) <= 100 else None
    q = (
        AveragedTrend()
        .forecast(Series("s", YEARS[: len(values)], np.array(values), unit=unit, upper=upper), 3)
        .quantiles
    )
    assert np.isfinite(q).all()
    assert (np.diff(q, axis=1) >= 0).all()


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_the_cdf_is_monotone_and_inverts_the_quantiles(a, b):
    from scipy.stats import norm

    quantiles = norm.ppf(LEVELS)
    low, high = sorted((a, b))
    assert cdf_from_quantiles(quantiles, low) <= cdf_from_quantiles(quantiles, high)
    assert cdf_from_quantiles(quantiles, a) == pytest.approx(norm.cdf(a), abs=2e-4)


def test_order_of_series_does_not_matter():
    first, second = rate(), Series("t", YEARS, RATE[::-1].copy(), unit="per_1000")
    a, _ = forecast([first, second])
    b, _ = forecast([second, first])
    assert a.equals(b)


def test_the_mixture_is_that_of_its_components():
    from scipy.optimize import brentq
    from scipy.stats import t as student_t

    random = np.random.default_rng(7)
    means, variances = random.normal(3, 0.4, (1, 1, 60)), random.gamma(2, 0.05, (1, 1, 60))
    weights = random.dirichlet(np.ones(60))[None]
    found = mixture_quantiles(means, variances, weights, LEVELS)[0, 0]
    spread = np.sqrt((weights * (variances[0] + (means[0] - 3) ** 2)).sum())

    def below(x, level):
        return weights[0] @ student_t.cdf((x - means[0, 0]) / np.sqrt(variances[0, 0]), FREEDOM) - level

    exact = np.array([brentq(below, -20, 30, args=(level,)) for level in LEVELS])
    assert np.abs(found - exact).max() < 0.05 * spread
    assert np.abs(found - exact)[4:-4].max() < 0.01 * spread


def test_weights_are_learnt_and_the_prior_holds_small_batches():
    truth = np.array([0.7, 0.2, 0.1])
    random = np.random.default_rng(3)
    kinds = random.choice(3, 4000, p=truth)
    loglike = np.log(np.full((4000, 3), 0.1) + 0.8 * np.eye(3)[kinds])  # each series points at its own kind
    flat = np.full(3, 1 / 3)
    many, one = learn(loglike, flat, 5.0), learn(loglike[:1], flat, 5.0)
    assert many == pytest.approx(np.bincount(kinds) / 4000 * (1 / 0.7) - 0.3 / 0.7 / 3, abs=0.25)
    assert many.argmax() == 0 and many.sum() == pytest.approx(1)
    assert np.abs(one - flat).max() < 0.15
    assert posterior(loglike, many).sum(axis=1) == pytest.approx(np.ones(4000))


def test_learning_sees_more_than_one_series_and_no_order():
    lines = [
        rate(8 * np.exp(-s * np.arange(14)) * (1 + 0.01 * (-1) ** np.arange(14))) for s in np.linspace(0.02, 0.2, 30)
    ]
    lines = [Series(f"s{i}", one.years, one.values, unit=one.unit) for i, one in enumerate(lines)]
    trend = AveragedTrend()
    together, alone = trend.learn(lines), Learnt()
    assert np.array_equal(together.of("per_1000/log"), trend.learn(lines[::-1]).of("per_1000/log"))
    width = [np.ptp(trend.forecast_many(lines[:1], 5, known)[0].quantiles[-1]) for known in (together, alone)]
    assert width[0] < width[1]  # thirty straight lines make a straight line more credible


def test_the_underlying_rate_is_narrower_than_what_will_be_observed():
    series = rate(denominators=np.full(14, 2000.0))
    seen = AveragedTrend().forecast(series, 5)
    under = AveragedTrend(of="underlying").forecast(series, 5)
    assert np.all(under.quantiles[:, 19] - under.quantiles[:, 3] < seen.quantiles[:, 19] - seen.quantiles[:, 3])
    assert under.quantiles[:, 11] == pytest.approx(seen.quantiles[:, 11], rel=0.05)


def test_chance_in_a_count_is_poisson_and_in_a_share_binomial():
    from scipy.stats import binom, poisson

    rates, levels = np.full((1, len(EQUAL)), 0.005), np.array([0.1, 0.5, 0.9])
    counts = observed_quantiles(rates, np.array([4000.0]), False, levels)[0] * 4000
    assert counts == pytest.approx(poisson.ppf(levels, 20), abs=0.8)
    shares = observed_quantiles(rates * 160, np.array([400.0]), True, levels)[0] * 400
    assert shares == pytest.approx(binom.ppf(levels, 400, 0.8), abs=1.0)


def test_fewer_births_mean_more_chance():
    falling = rate(denominators=3000 * 0.93 ** np.arange(14))
    steady = rate(denominators=np.full(14, falling.denominators[-1]))
    assert falling.people_ahead(3)[-1] < steady.people_ahead(3)[-1] == pytest.approx(steady.denominators[-1])
    wide, narrow = (np.ptp(AveragedTrend().forecast(one, 6).quantiles[-1, 3:20]) for one in (falling, steady))
    assert wide > narrow


def test_a_declared_shock_moves_the_forecast_less():
    values = RATE.copy()
    values[-1] = 6.5
    plain = AveragedTrend().forecast(rate(values), 3).quantiles[0, 11]
    declared = AveragedTrend().forecast(rate(values, shocks=(int(YEARS[-1]),)), 3).quantiles[0, 11]
    assert declared < plain - 0.3
    assert abs(declared - 3.6) < abs(plain - 3.6)


def test_a_declared_break_is_no_trend():
    values = np.r_[np.full(8, 6.0), np.full(6, 3.0)] * (1 + 0.01 * (-1) ** np.arange(14))
    plain = AveragedTrend().forecast(rate(values), 5)
    declared = AveragedTrend().forecast(rate(values, breaks=(int(YEARS[8]),)), 5)
    assert np.ptp(declared.quantiles[-1, 3:20]) < np.ptp(plain.quantiles[-1, 3:20])
    assert declared.quantiles[-1, 11] == pytest.approx(3.0, rel=0.05)


def test_a_parent_lends_its_level_and_its_weight_is_known():
    few = rate(np.full(14, 4.0), denominators=np.full(14, 300.0))
    borrower = rate(np.full(14, 4.0), denominators=np.full(14, 300.0), parent=Parent("city", 8.0, 0.3))
    trend = AveragedTrend()
    own, lent = (trend.forecast(one, 3).quantiles[0, 11] for one in (few, borrower))
    weight = trend.borrowed(borrower, Learnt())
    assert own < lent < 8.0 and 0 < weight < 1
    rich = rate(np.full(14, 4.0), denominators=np.full(14, 300000.0), parent=Parent("city", 8.0, 0.3))
    assert trend.borrowed(rich, Learnt()) < weight
    assert trend.borrowed(few, Learnt()) == 0


def test_a_borrowed_slope_is_its_own_choice():
    level = rate(parent=Parent("city", 4.0, 0.2))
    slope = rate(parent=Parent("city", 4.0, 0.2, slope=0.1))
    low, high = (AveragedTrend().forecast(one, 5).quantiles[-1, 11] for one in (level, slope))
    assert high > low


def test_the_grid_is_always_the_same_and_inside_its_ranges():
    grid = parameter_grid()
    assert len(grid) == 1024 and grid is parameter_grid()
    assert grid.noise_share.min() >= 0 and grid.noise_share.max() < 1
    assert grid.damping.min() >= 0.5 and grid.damping.max() == 1
    columns = np.column_stack([getattr(grid, name) for name in Grid.__dataclass_fields__])
    assert len(np.unique(columns, axis=0)) == 1024


def z_of(series):
    return to_model_scale(series, scale_of(series))[0]


@pytest.mark.filterwarnings("ignore:Maximum Likelihood")  # a dozen points
def test_drift_and_theta_are_those_of_statsmodels():
    import statsmodels.api as sm
    from statsmodels.tsa.forecasting.theta import ThetaModel

    z, at = z_of(rate()), [float(p) for p in (0.025, 0.5, 0.975)]
    where = [int(np.flatnonzero(p == LEVELS)[0]) for p in at]
    theta = ThetaModel(z, period=1, deseasonalize=False).fit()
    within = theta.prediction_intervals(4, alpha=0.05)
    ours = np.log(model("theta").forecast(rate(), 4).quantiles[:, where])
    assert ours[:, 1] == pytest.approx(theta.forecast(4).to_numpy(), abs=1e-8)
    assert ours[:, [0, 2]] == pytest.approx(within.to_numpy(), abs=1e-8)
    drift = sm.tsa.UnobservedComponents(z, "random walk with drift").fit(disp=False).get_forecast(4)
    ours = np.log(model("drift").forecast(rate(), 4).quantiles[:, where])
    assert ours[:, 1] == pytest.approx(drift.predicted_mean, abs=1e-8)
    assert ours[:, [0, 2]] == pytest.approx(np.asarray(drift.conf_int(alpha=0.05)), abs=1e-8)


@pytest.mark.parametrize("name", ["poisson_trend", "binomial_trend"])
def test_trends_of_counts_are_those_of_statsmodels(name):
    import statsmodels.api as sm

    people = np.full(14, 1e7)  # so many that the chance in the observed count is nothing
    series = rate(denominators=people)
    share = RATE / 1000
    x = sm.add_constant((YEARS - YEARS[-1]).astype(float))
    if name == "poisson_trend":
        fit = sm.GLM(share * people, x, family=sm.families.Poisson(), offset=np.log(people)).fit()
    else:
        fit = sm.GLM(np.c_[share, 1 - share] * people[:, None], x, family=sm.families.Binomial()).fit()
    eta = np.c_[np.ones(3), [1, 2, 3]] @ fit.params
    median = 1000 * (np.exp(eta) if name == "poisson_trend" else 1 / (1 + np.exp(-eta)))
    assert model(name).forecast(series, 3).quantiles[:, 11] == pytest.approx(median, rel=1e-3)


def test_trends_of_counts_widen_with_few_people_and_with_dispersion():
    def width(values, people):
        q = model("poisson_trend").forecast(rate(values, denominators=np.full(14, people)), 3).quantiles
        return q[0, 19] - q[0, 3]

    assert width(RATE, 1e3) > 2 * width(RATE, 1e5)
    wild = RATE * np.where(np.arange(14) % 2, 1.5, 0.6)
    assert width(wild, 1e5) > 3 * width(RATE, 1e5)


def test_what_a_family_cannot_do_is_a_row_with_a_reason():
    years = np.delete(YEARS, 5)
    series = [Series("gap", years, np.delete(RATE, 5), unit="per_1000"), rate()]
    table, failed = forecast(series, model_name="theta")
    assert set(table["series_id"]) == {"s"} and "间断" in failed["reason_zh"].iloc[0]
    table, failed = forecast(series, model_name="poisson_trend")
    assert len(table) == 0 and failed["reason_en"].str.contains("denominators").all()


@pytest.mark.parametrize("name", model_names())
@pytest.mark.parametrize(
    "values", [np.zeros(9), np.full(9, 5.0), np.r_[np.zeros(8), 4.0], RATE[:3], RATE[:4], np.full(9, 1000.0)]
)
def test_no_model_makes_a_short_or_odd_series_an_exception(name, values):
    series = rate(values, YEARS[: len(values)], denominators=np.full(len(values), 1500.0))
    table, failed = forecast([series], model_name=name, horizon=4)
    assert (len(table) > 0) != (len(failed) > 0)
    assert np.isfinite(table["value"]).all() and (table["value"] >= 0).all()
