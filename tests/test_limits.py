"""Forecasts at the limits: no events, full coverage, one event, one jump, tiny and huge denominators, few points."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import gamma, poisson

from analysis.models import Series, forecast
from analysis.models.average import AveragedTrend
from analysis.models.distribution import LEVELS
from analysis.models.from_tables import from_input
from analysis.models.sampling import EQUAL, observed_quantiles
from analysis.models.small_counts import few_events, gamma_shaped, pooled_rate
from analysis.models.tails import MOST, drawn_in
from analysis.models.transforms import scale_of, to_model_scale
from analysis.schema import SERIES_INPUT

YEARS = np.arange(2010, 2024)
MIDDLE, HIGH, HIGHEST = (int(np.flatnonzero(level == LEVELS)[0]) for level in (0.5, 0.975, 0.99))
ONE = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
FIVE = [0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1]


def counted(events, people, unit="per_100000", per=1e5, upper=None):
    n = np.broadcast_to(np.asarray(people, float), len(events)).copy()
    return Series("s", YEARS[: len(events)], np.asarray(events, float) / n * per, n, unit, upper)


def made(series, horizon=7):
    return AveragedTrend().forecast(series, horizon)


@pytest.mark.parametrize(("events", "low", "high"), [([0] * 14, 0.15, 0.25), (ONE, 0.3, 0.8), (FIVE, 1.6, 2.4)])
def test_few_events_are_expected_to_stay_few(events, low, high):
    """Half an event over all years: (Y + 1/2) / N is 0.18, 0.54 and 1.96 per 100,000, where 5.1, 4.9 and 4.7 stood."""
    assert low < made(counted(events, 20000), 1).mean[0] < high


def test_no_event_in_fourteen_years_leaves_the_next_to_chance():
    """Rule of three: 3 / 280,000 bounds the rate at 95 %, and one event in a year is a rare sight."""
    series = counted([0] * 14, 20000)
    under = AveragedTrend("underlying").forecast(series, 1)
    bound = under.quantiles[0, np.flatnonzero(LEVELS == 0.95)[0]]
    assert bound == pytest.approx(gamma.ppf(0.95, 0.5) / 2.8, rel=0.35)
    seen = made(series, 1)
    assert seen.quantiles[0, MIDDLE] == 0.0
    assert 0.9 < seen.cdf(2024, 2.5) < 0.99  # half an event


def test_more_people_without_an_event_say_more():
    means = [made(counted([0] * 14, people), 1).mean[0] * people / 1e5 for people in (1, 100, 20000, 5e6)]
    assert means == pytest.approx([0.5 / 14] * 4, rel=0.25)


def test_full_coverage_mirrors_no_event():
    full = made(counted([900] * 14, 900, "percent", 100.0, 100.0))
    none = made(counted([0] * 14, 900, "percent", 100.0, 100.0))
    assert full.mean == pytest.approx(100 - none.mean, abs=1e-6)
    assert full.quantiles == pytest.approx(100 - none.quantiles[:, ::-1], abs=1e-6)
    assert full.mean[0] == pytest.approx(100 - 50 / 900 / 14, abs=0.002)
    assert full.quantiles[0, 0] > 99.5 and (full.quantiles[:, 0] < 100).all() and full.quantiles.max() <= 100


@pytest.mark.parametrize(("value", "near"), [(0.0, 0.05), (100.0, 99.95)])
def test_shares_without_denominators_stay_at_their_bound(value, near):
    d = made(Series("s", YEARS, np.full(14, value), unit="percent", upper=100.0))
    assert d.mean == pytest.approx(near, abs=0.01) and d.quantiles.min() >= 0 and d.quantiles.max() <= 100


def test_a_gross_share_may_exceed_100_and_none_is_negative():
    d = made(Series("s", YEARS, np.r_[0.0, np.linspace(60, 112, 13)], unit="percent"))
    assert d.quantiles.max() > 100 and d.quantiles.min() >= 0


@pytest.mark.parametrize("unit", ["percent", "per_1000"])
def test_a_balance_below_zero_is_forecast_as_it_is(unit):
    """Natural growth in per mille may be negative: the logarithm of zero had made it 1e-12."""
    values = np.linspace(3.0, -4.0, 14)
    d = made(Series("s", YEARS, values, unit=unit, upper=100.0 if unit == "percent" else None), 2)
    assert d.quantiles[0, MIDDLE] == pytest.approx(-4.4, abs=0.5)


def test_one_jump_is_not_multiplied_year_after_year():
    values = np.array([5, 4.9, 4.8, 4.7, 4.6, 4.5, 4.4, 4.2, 4.1, 4.0, 3.9, 3.8, 3.7, 12])
    d = made(Series("s", YEARS, values, unit="per_1000"))
    most = d.quantiles[:, MIDDLE] * (12 / 3.7) ** MOST
    assert (d.quantiles[:, HIGHEST] < most).all() and d.quantiles[-1, HIGHEST] < 400  # 2,019 before
    assert d.quantiles[0, HIGH] > 25  # a further jump like it stays inside


def test_what_is_drawn_in_keeps_its_order_and_the_ordinary_range():
    q = np.linspace(-8, 8, 71)[None, None]
    held = drawn_in(np.concatenate([q[..., 24:47], q], axis=2), np.ones((1, 1)))[..., 23:]
    assert (np.diff(held) > 0).all() and np.abs(held).max() < MOST
    assert held[np.abs(q) <= 2] == pytest.approx(q[np.abs(q) <= 2])


def test_no_more_events_than_people_where_the_history_has_none():
    births = made(counted([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1], 1, "per_1000", 1e3))
    assert births.quantiles.max() <= 1000 and births.mean.max() < 1000
    visits = made(counted([2, 3, 2, 4, 3, 3, 2, 5, 3, 4, 3, 4, 3, 5], 1, "per_1000", 1e3))
    assert visits.quantiles.max() > 1000


@pytest.mark.parametrize("people", [1.0, 3.0, 1e9])
@pytest.mark.parametrize("n", [2, 3, 4, 14])
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nothing_breaks_at_either_bound(people, n, share):
    series = counted([share * people] * n, people, "percent", 100.0, 100.0)
    for name in ("trend_average", "trend_average_underlying"):
        table, failed = forecast([series], horizon=7, model_name=name)
        values = table["value"]
        assert not len(failed) and values.between(0, 100).all()
        assert abs(values[table["output_type"] == "mean"].iloc[0] - 100 * share) <= 60 / people / n + 0.01


def test_a_constant_rate_stays_what_it_is():
    for people in (np.nan, 2e4, 1e8):
        d = made(Series("s", YEARS, np.full(14, 5.0), np.full(14, people), "per_1000"))
        assert d.quantiles[:, MIDDLE] == pytest.approx(5.0, rel=0.01)


def test_a_year_is_read_around_its_pooled_rate():
    events, people = np.array([0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0], float), np.full(14, 20000.0)
    rate, half = pooled_rate(events, people)  # four events: all years are pooled
    assert rate == pytest.approx(np.full(14, 4.5 / 280001)) and half == pytest.approx(np.full(14, 0.5 / 280001))
    few, response, variance = few_events(events, people, share=False)
    assert few.all() and response.mean() == pytest.approx(np.log(4.5 / 280001), abs=1e-4)
    assert 1 / variance == pytest.approx(np.full(14, 4.5 / 14), rel=1e-3)
    series = counted(events, 20000)
    z, _ = to_model_scale(series, scale_of(series))
    assert z == pytest.approx(response + np.log(1e5))


def test_a_level_of_few_events_is_a_gamma_variable():
    levels = np.array([0.05, 0.5, 0.95])
    from scipy.stats import t as student

    for events, off in ((0.5, 0.05), (3.0, 0.2)):
        bell = student.ppf(levels, 5)[None, None] / np.sqrt(events)
        shaped = np.exp(gamma_shaped(bell, np.array([1 / events]), np.array([[1 / events]]), levels)) * events
        assert shaped[0, 0, 1:] == pytest.approx(gamma.ppf(levels[1:], events), rel=off)
    many = np.array([[[-0.3, 0.0, 0.3]]])
    assert gamma_shaped(many, np.array([0.05]), np.array([[0.05]]), levels) == pytest.approx(many)


@pytest.mark.parametrize("expected", [0.04, 0.5, 3.0])
def test_a_handful_of_events_is_drawn_as_poisson(expected):
    rates, levels = np.full((1, len(EQUAL)), expected / 1000), np.array([0.05, 0.5, 0.8, 0.95, 0.99])
    drawn = observed_quantiles(rates, np.array([1000.0]), False, levels)[0] * 1000
    assert np.abs(drawn - poisson.ppf(levels, expected)).max() <= 0.8
    without = observed_quantiles(1 - rates, np.array([1000.0]), True, 1 - levels)[0] * 1000
    assert without == pytest.approx(1000 - drawn)


def test_quantiles_have_no_step_where_the_expectation_falls_through_a_bound():
    levels, expected = np.array([0.025, 0.1, 0.5, 0.9, 0.975]), np.arange(12.0, 2.0, -0.05)
    rates = np.repeat(expected[:, None] / 1000, len(EQUAL), axis=1)
    for bounded in (False, True):
        drawn = observed_quantiles(rates, np.full(len(expected), 1000.0), bounded, levels) * 1000
        steps = -np.diff(drawn, axis=0)
        assert steps.min() > -1e-9 and steps.max() < 0.11  # a twentieth of an event fewer is about as much fewer


def test_a_value_left_out_is_numerator_over_denominator():
    rows = pd.DataFrame(
        {
            "series_id": "a",
            "time_period": [2019, 2020, 2021, 2022],
            "obs_value": [np.nan, 26.0, np.nan, np.nan],
            "numerator": [0, 1, 2, 1],
            "denominator": [4000, 3900, 3800, 0],
            "unit": "per_100000",
            **dict.fromkeys(("direction", "event", "parent", "indicator"), ""),
        }
    )
    [series] = from_input(SERIES_INPUT.build(rows))
    assert series.years.tolist() == [2019, 2020, 2021]
    assert series.values == pytest.approx([0.0, 26.0, 2 / 3800 * 1e5])
