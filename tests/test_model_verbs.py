"""Models with the verbs of statsmodels: the same numbers as a batch, and clear words where nothing is defined."""

import doctest
import pickle
from functools import cache

import matplotlib
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis.models.annual
import analysis.models.prediction
from analysis.assessment.evidence import Evidence
from analysis.assessment.probability import p_bound
from analysis.exceptions import DataError, UsageError, WorkbenchError
from analysis.models import (
    AnnualModel,
    Distribution,
    LocalLevel,
    LogLinear,
    PoissonTrend,
    Pool,
    Series,
    Theta,
    TrendAverage,
    forecast,
    model_names,
)
from analysis.models.average import AveragedTrend
from analysis.models.distribution import LEVELS
from analysis.models.from_tables import from_input
from analysis.schema import SERIES_INPUT

RATE = np.array([6.1, 5.6, 5.9, 5.2, 5.0, 5.3, 4.6, 4.4, 4.7, 4.1])
YEARS = np.arange(2014, 2024)
RATES = pd.Series(RATE, index=YEARS, name="u5mr")
BIRTHS = pd.Series(np.linspace(9000.0, 7000.0, 10), index=YEARS)
NAMED = {one.name: one for one in AnnualModel.__subclasses__() if one is not Pool}
POOL = {"trend_average": 0.7, "loglinear": 0.3}
GAPS = [0, 1, 2, 5, 6, 9]
GIVEN = {
    "ceiling": (pd.Series(np.linspace(96, 99.9, 10), index=YEARS), {"exposure": 800, "unit": "percent"}),
    "counts": (RATES, {"exposure": BIRTHS, "unit": "per_1000"}),
    "zeros": (RATES.iloc[GAPS] * [1, 0, 1, 0, 0, 0], {"exposure": 300, "unit": "per_1000"}),
    "gaps": (RATES.iloc[GAPS], {"unit": "per_1000"}),
    "signed": (RATES - 5, {"unit": "other"}),
    **{f"short{n}": (RATES.iloc[:n], {"exposure": 8000, "unit": "per_1000"}) for n in (0, 1, 2, 3)},
}


def made(kind, cls=TrendAverage, **options):
    endog, given = GIVEN[kind]
    return cls(endog.rename(kind), **{**given, **options})


def quantiles_and_means(table, name):
    """Return what a forecasts table holds of a series: (years, 23) and (years,)."""
    own = table[table["series_id"] == name]
    quantiles = own[own["output_type"] == "quantile"]
    wide = quantiles.assign(level=quantiles["output_type_id"].astype(float)).pivot(
        index="time_period", columns="level", values="value"
    )
    return wide, own[own["output_type"] == "mean"].set_index("time_period")["value"]


def test_every_model_of_the_registry_has_a_class():
    assert set(NAMED) == set(model_names())


@pytest.mark.parametrize("name", [*model_names(), "pool"])
def test_a_class_forecasts_to_the_last_bit_as_a_batch_does(name):
    def model(kind):
        return made(kind, Pool, weights=POOL) if name == "pool" else made(kind, NAMED[name])

    models = [model(kind) for kind in GIVEN if kind not in ("gaps", "signed")]
    alone = {one.series.name: forecast([one.series], horizon=4, model_name=one.name) for one in models}
    able = 0
    for one in models:
        table, no_data = alone[one.series.name]
        if len(no_data):
            with pytest.raises(DataError) as refused:
                one.fit()
            assert no_data["reason_zh"][0] in refused.value.message("zh")
            assert no_data["reason_en"][0] in refused.value.message("en")
            continue
        ahead = one.fit().get_forecast(4)
        quantiles, means = quantiles_and_means(table, one.series.name)
        assert (ahead.distribution.quantiles == quantiles.to_numpy()).all()
        assert ahead.predicted_mean.tolist() == means.tolist() and ahead.row_labels.tolist() == means.index.tolist()
        for alpha in (0.02, 0.05, 0.1, 0.2, 0.5):
            ends = quantiles[[alpha / 2, round(1 - alpha / 2, 3)]].to_numpy()
            assert (ahead.conf_int(alpha).to_numpy() == ends).all()
        able += 1
    assert able >= 2


def test_weights_learnt_from_a_batch_give_the_forecasts_of_the_batch():
    models = [made(kind) for kind in GIVEN if not kind.startswith("short")]
    every = [one.series for one in models]
    learnt = AveragedTrend().learn(every)
    table, _ = forecast(every, horizon=3)
    for one in models:
        ahead = one.fit(learnt).get_forecast(3).distribution
        theirs, _ = quantiles_and_means(table, one.series.name)  # filtered side by side: sums in another order
        assert ahead.quantiles == pytest.approx(theirs.to_numpy(), rel=1e-12)


YEARLY = st.lists(st.integers(1950, 2030), min_size=1, max_size=12, unique=True)


@settings(max_examples=30)
@given(YEARLY, st.sampled_from(["percent", "per_1000", "ratio"]), st.randoms(use_true_random=False))
def test_what_is_given_is_read_as_a_row_of_a_table_is(years, unit, random):
    values = [random.choice([0.0, random.uniform(0, 120)]) for _ in years]
    people = [random.choice([np.nan, random.uniform(1, 9000)]) for _ in years]
    events = [np.nan if np.isnan(n) else random.uniform(0, n) for n in people]
    frame = pd.DataFrame({"time_period": years, "obs_value": values, "numerator": events, "denominator": people})
    frame = frame.assign(series_id="a", unit=unit, direction="", event="", parent="", indicator="")
    (theirs,) = from_input(SERIES_INPUT.build(frame))
    endog = pd.Series(values, index=years, name="a")
    ours = TrendAverage(endog, pd.Series(people, index=years), pd.Series(events, index=years), unit=unit).series
    assert ours.years.tolist() == theirs.years.tolist() and ours.upper == theirs.upper and ours.unit == theirs.unit
    np.testing.assert_array_equal(ours.values, theirs.values)
    np.testing.assert_array_equal(ours.known_denominators(), theirs.known_denominators())


def test_a_rate_is_worked_out_from_events_and_people():
    events = pd.Series([50.0, 45.0, 41.0], index=[2020, 2021, 2022])
    model = TrendAverage(exposure=pd.Series(9000.0, index=[2022, 2021, 2020]), numerator=events, unit="per_1000")
    assert model.endog.tolist() == pytest.approx((events / 9).tolist()) and model.exposure.tolist() == [9000.0] * 3


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(YEARS.astype(float)),
        pd.period_range("2014", periods=10, freq="Y"),
        pd.period_range("2014", periods=10, freq="Y-JUN"),
        pd.date_range("2014-12-31", periods=10, freq="YE"),
        pd.DatetimeIndex([f"{year}-02-28" for year in YEARS]),
    ],
    ids=lambda index: type(index).__name__,
)
def test_years_come_back_as_they_were_given(index):
    one = LogLinear(RATES.set_axis(index), unit="per_1000")
    res, plain = one.fit(), LogLinear(RATES, unit="per_1000").fit()
    ahead = res.get_forecast(2)
    assert isinstance(ahead.row_labels, type(index)) or index.dtype == float
    years = getattr(ahead.row_labels, "year", ahead.row_labels)
    assert years.tolist() == [2024, 2025] and ahead.summary_frame().index.equals(ahead.row_labels)
    assert ahead.predicted_mean.tolist() == plain.forecast(2).tolist()
    assert res.fittedvalues.index.equals(one.endog.index) and res.probability_of_missing(4.0, "<=", ahead.row_labels[1]
    ) == plain.probability_of_missing(4.0, "<=", 2025)  # fmt: skip
    shuffled = LogLinear(RATES.set_axis(index).iloc[::-1], unit="per_1000").fit()
    assert shuffled.forecast(2).tolist() == plain.forecast(2).tolist()


def test_arrays_come_back_as_arrays():
    res = LogLinear(RATE, unit="per_1000").fit()
    ahead = res.get_forecast(3)
    for one, shape in (
        (ahead.predicted_mean, (3,)),
        (ahead.conf_int(), (3, 2)),
        (res.resid, (10,)),
        (res.forecast(), (1,)),
    ):
        assert isinstance(one, np.ndarray) and one.shape == shape
    dated = LogLinear(RATE.tolist(), dates=YEARS, unit="per_1000").fit()
    assert dated.forecast(3).tolist() == ahead.predicted_mean.tolist() and dated.forecast(3).index[0] == 2024


def test_the_summary_frame_is_that_of_statsmodels_in_form():
    import statsmodels.api as sm

    y = np.log(RATES)
    theirs = sm.tsa.UnobservedComponents(y.set_axis(pd.RangeIndex(2014, 2024)), "rwalk").fit(disp=False).get_forecast(3)
    ours = LocalLevel(RATES, unit="per_1000").fit().get_forecast(3)
    assert ours.summary_frame().columns.equals(theirs.summary_frame().columns)
    assert ours.summary_frame().columns.name == theirs.summary_frame().columns.name
    assert ours.conf_int().columns.tolist() == theirs.conf_int().columns.tolist() == ["lower u5mr", "upper u5mr"]
    assert "u5mr" in repr(ours) and "<table" in ours._repr_html_()


def test_fitted_values_and_parameters_are_those_of_statsmodels():
    import statsmodels.api as sm

    x = sm.add_constant((YEARS - YEARS[-1]).astype(float))
    line, own = sm.OLS(np.log(RATE), x).fit(), LogLinear(RATES, unit="per_1000").fit()
    assert own.params.tolist() == pytest.approx(line.params.tolist())
    assert own.fittedvalues.to_numpy() == pytest.approx(np.exp(line.fittedvalues))
    assert (own.fittedvalues + own.resid).to_numpy() == pytest.approx(RATE)
    events = RATE / 1000 * BIRTHS.to_numpy()
    count = sm.GLM(events, x, family=sm.families.Poisson(), offset=np.log(BIRTHS.to_numpy())).fit()
    own = PoissonTrend(RATES, exposure=BIRTHS, unit="per_1000").fit()
    assert own.fittedvalues.to_numpy() == pytest.approx(count.fittedvalues / BIRTHS.to_numpy() * 1000)
    level = LocalLevel(RATES.iloc[GAPS], unit="per_1000").fit()
    assert level.fittedvalues.isna().tolist() == [True] + [False] * 5  # the first is predicted from nothing
    assert level.params.index.tolist() == ["sigma2.irregular", "sigma2.level"]


@pytest.mark.parametrize("name", [*model_names(), "pool"])
def test_what_a_model_has_not_is_said(name):
    res = (
        Pool(RATES, weights=POOL, unit="per_1000") if name == "pool" else NAMED[name](RATES, BIRTHS, unit="per_1000")
    ).fit()
    kept = pickle.loads(pickle.dumps(res))
    assert kept.forecast(3).equals(res.forecast(3))
    assert res.nobs == 10 and res.params.notna().all() and "u5mr" in repr(res) and "u5mr" in repr(res.model)
    text = str(res.summary())
    assert type(res.model).__name__ in text and all(part in text for part in ("u5mr", "per_1000", *res.params.index))
    if name.startswith(("trend_average", "pool", "theta")):
        for asked in ("fittedvalues", "resid"):
            with pytest.raises(UsageError, match=asked):
                getattr(res, asked)
    else:
        assert len(res.resid) == 10 and np.isfinite(res.resid.iloc[-1])


@pytest.mark.parametrize("comparison", ["<", "<=", ">", ">="])
def test_the_probability_of_a_miss_is_that_of_an_assessment(comparison):
    res = made("counts").fit()
    ahead = res.get_forecast(3).distribution
    seen = dict(zip(YEARS.tolist(), RATE.tolist(), strict=True))
    evidence = Evidence(seen, dict(zip(ahead.years.tolist(), ahead.quantiles, strict=True)))
    for year, target in ((2026, 3.5), (2026, 0.5), (2023, 4.1), (2022, 4.0)):
        met = p_bound(evidence, year, comparison, target)
        assert res.probability_of_missing(target, comparison, year) == pytest.approx(1 - met, rel=1e-9)


def test_without_a_comparison_the_direction_says_what_is_asked():
    lower = made("gaps", LogLinear, direction="lower_is_better").fit()
    higher = made("gaps", LogLinear, direction="higher_is_better").fit()
    assert lower.probability_of_missing(4.0) == lower.probability_of_missing(4.0, "<=", 2024)
    assert lower.probability_of_missing(4.0) + higher.probability_of_missing(4.0) == pytest.approx(1)


MONOTONE = st.lists(st.floats(-5, 5), min_size=23, max_size=23).map(lambda steps: np.sort(np.array(steps)))


@given(MONOTONE, st.floats(0.001, 0.999))
def test_a_quantile_is_the_inverse_of_the_probability(quantiles, level):
    one = Distribution(np.array([2030]), quantiles[None], quantiles[None].mean(axis=1))
    assert (one.ppf(LEVELS) == quantiles).all() and one.ppf(level).shape == (1,)
    value = float(one.ppf(level)[0])
    if np.diff(quantiles).min() > 1e-3:
        assert one.cdf(2030, value) == pytest.approx(level, abs=1e-4)
    assert one.to_frame().loc[2030, 0.5] == quantiles[11]


@cache
def near_the_ceiling():
    return made("ceiling").fit().get_forecast(3)


@settings(max_examples=20)
@given(st.floats(0.001, 0.99), st.floats(0.001, 0.99))
def test_intervals_are_nested_and_stay_in_range(first, second):
    ahead = near_the_ceiling()
    wide, narrow = (ahead.conf_int(alpha).to_numpy() for alpha in sorted((first, second)))
    assert (wide[:, 0] <= narrow[:, 0]).all() and (narrow[:, 1] <= wide[:, 1]).all()
    assert wide.min() >= 0 and wide.max() <= 100


def test_a_forecast_is_drawn_on_given_axes_or_its_own():
    matplotlib.use("agg")
    import matplotlib.pyplot as plt

    res = made("counts").fit()
    figure, axes = plt.subplots()
    assert res.plot_predict(steps=3, alpha=0.1, ax=axes) is axes
    assert axes.get_lines()[1].get_xdata().tolist() == [2024, 2025, 2026] and axes.get_ylabel() == "per_1000"
    assert "90 % interval" in [text.get_text() for text in axes.get_legend().get_texts()]
    other = res.plot_predict()
    assert other is not axes
    plt.close(figure)
    plt.close(other.figure)


@cache
def fitted():
    return LogLinear(RATES, unit="per_1000").fit()


SERIES = Series("a", YEARS, RATE, unit="per_1000")
WRONG_DATA = {
    "a table": lambda: LogLinear(np.ones((3, 2))),
    "a single number": lambda: LogLinear(5.0),
    "half a year": lambda: LogLinear(RATES.set_axis(YEARS + 0.5)),
    "years as text": lambda: LogLinear(RATES.set_axis(YEARS.astype(str))),
    "months": lambda: LogLinear(RATES.set_axis(pd.period_range("2020-01", periods=10, freq="M"))),
    "a missing date": lambda: LogLinear(RATES.iloc[:2].set_axis(pd.DatetimeIndex(["2020-01-01", None]))),
    "two in a year": lambda: LogLinear(RATES.set_axis([*YEARS[:-1], YEARS[0]])),
    "quarters": lambda: LogLinear(RATES.set_axis(pd.date_range("2020", periods=10, freq="QE"))),
    "a missing value": lambda: LogLinear(RATES.where(RATES < 6)),
    "an infinite value": lambda: LogLinear(RATES.replace(6.1, np.inf)),
    "text": lambda: LogLinear(RATES.astype(str)),
    "truth values": lambda: LogLinear(RATES > 5),
    "complex numbers": lambda: LogLinear(RATES.to_numpy() * 1j),
    "fewer people": lambda: LogLinear(RATES, exposure=[1.0, 2.0]),
    "people of other years": lambda: LogLinear(RATES, exposure=BIRTHS.set_axis(YEARS + 1)),
    "nobody": lambda: LogLinear(RATES, exposure=BIRTHS * 0),
    "negative events": lambda: LogLinear(RATES, numerator=-BIRTHS),
    "fewer dates": lambda: LogLinear(RATE, dates=YEARS[:3]),
    "above the bound": lambda: LogLinear(RATES, upper=3.0),
    "a bound of text": lambda: LogLinear(RATES, upper="100"),
    "a year that is missing": lambda: LogLinear(RATES.set_axis(pd.Index([*YEARS[:-1], None], dtype="Int64"))),
    "gaps for theta": lambda: Theta(RATES.iloc[GAPS], unit="per_1000").fit(),
    "no people for counts": lambda: PoissonTrend(RATES, unit="per_1000").fit(),
}
WRONG_USE = {
    "nothing": lambda: LogLinear(),
    "events alone": lambda: LogLinear(numerator=BIRTHS),
    "a unit": lambda: LogLinear(RATES, unit="per_7"),
    "a direction": lambda: LogLinear(RATES, direction="down"),
    "a shock": lambda: LogLinear(RATES, shocks=2020),
    "a break": lambda: LogLinear(RATES, breaks=["2020"]),
    "missing": lambda: LogLinear(RATES, missing="none"),
    "people beside a series": lambda: LogLinear(SERIES, exposure=BIRTHS),
    **{f"steps={steps!r}": lambda steps=steps: fitted().get_forecast(steps) for steps in (0, -1, 1.5, "2", True, None)},
    **{f"alpha={a!r}": lambda a=a: fitted().get_forecast().conf_int(a) for a in (0, 1, -0.1, np.nan, "0.1", None)},
    "alpha of a chart": lambda: fitted().plot_predict(alpha=2),
    "a comparison": lambda: fitted().probability_of_missing(4, "=", 2025),
    "no comparison": lambda: fitted().probability_of_missing(4),
    "no target": lambda: fitted().probability_of_missing(np.nan, "<=", 2025),
    "a year before": lambda: fitted().probability_of_missing(4, "<=", 1990),
    "no year": lambda: fitted().probability_of_missing(4, "<=", "2025"),
    "no weight": lambda: Pool(RATES, weights={"theta": 0.5, "drift": 0.0}),
    "no model": lambda: Pool(RATES, weights={"nothing": 1.0}),
    "an empty pool": lambda: Pool(RATES, weights={}),
    "no name": lambda: AnnualModel(RATES).fit(),
}


@pytest.mark.parametrize("case", [*WRONG_DATA, *WRONG_USE])
def test_what_is_wrong_is_said_in_four_parts(case):
    with pytest.raises(WorkbenchError) as raised:
        (WRONG_DATA | WRONG_USE)[case]()
    assert type(raised.value) is (DataError if case in WRONG_DATA else UsageError)
    for fault in raised.value.faults:
        for lang in ("zh", "en"):
            assert all((fault.found(lang), fault.where(lang), fault.expected(lang), fault.action(lang)))


def test_all_faults_of_the_values_are_told_at_once():
    with pytest.raises(DataError) as raised:
        LogLinear(RATES.replace({6.1: np.nan, 5.6: np.inf}), exposure=-BIRTHS)
    assert [(one.where.item, one.where.year) for one in raised.value.faults] == [
        ("endog", 2015),
        ("exposure", 2014),
        ("endog", 2014),
    ]
    assert len(LogLinear(RATES.replace(6.1, np.nan), missing="drop").endog) == 9


@pytest.mark.parametrize("module", [analysis.models.annual, analysis.models.prediction])
def test_the_examples_of_the_docstrings_run(module):
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert result.attempted and not result.failed
