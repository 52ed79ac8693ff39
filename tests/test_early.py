"""Early signals by hand: negative binomial without a doubt on the season, shares carried on, the gate, the reader."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom

from analysis.assessment.early import NoSignal, count_outlook, level_outlook
from analysis.data.monthly import read_monthly
from analysis.exceptions import DataError
from analysis.runs.demo import monthly_folder, simulate_folder

EVEN = np.full((6, 12), 1000.0)  # no doubt on the season: every month the same


def test_what_is_still_to_come_is_negative_binomial():
    before = np.full((5, 12), 500.0)
    outlook = count_outlook(before, np.full(6, 500.0))
    mean = 6000.5
    shape, rate = mean, 1.0  # equal years: the variance is that of one year's count
    by_hand = nbinom.cdf(3000, shape + 3000, (rate + 0.5) / (rate + 1))
    assert outlook.p_at_most(6000) == pytest.approx(by_hand, abs=0.01)
    assert outlook.elapsed == pytest.approx(0.5, abs=1e-3)
    assert outlook.quantile(0.5) == pytest.approx(6000, abs=5)


def test_the_season_decides_how_much_is_gone():
    before = np.tile([9.0] * 6 + [1.0] * 6, (5, 1))
    assert count_outlook(before, np.full(6, 9.0)).quantile(0.5) == pytest.approx(60, abs=2)
    assert count_outlook(before, np.full(6, 9.0)).elapsed == pytest.approx(0.9, abs=0.01)


def test_bounds_count_the_bound_itself_or_not():
    outlook = count_outlook(EVEN / 100, np.full(11, 10.0))
    p = outlook.p_right("<=", 120) - outlook.p_right("<", 120)
    assert p == pytest.approx(outlook.p_at_most(120) - outlook.p_at_most(119)) and p > 0.05
    assert outlook.p_right(">=", 120) + outlook.p_right("<", 120) == pytest.approx(1)
    assert outlook.p_right("<=", 109) == 0 and outlook.p_right(">=", 110) == 1


def test_a_level_is_carried_on_as_in_earlier_years():
    before = np.tile(np.r_[np.full(6, 0.8), np.full(6, 0.9)], (5, 1))
    outlook = level_outlook(before, np.full(6, 0.8), True, chance=1e-4)
    assert outlook.quantile(0.5) == pytest.approx(0.85, abs=1e-3)
    assert 0.8 < outlook.quantile(0.1) < outlook.quantile(0.9) < 0.9


@pytest.mark.parametrize(("years", "done"), [(2, 6), (5, 0), (5, 12)])
def test_too_little_history_is_said(years, done):
    with pytest.raises(NoSignal) as nothing:
        count_outlook(EVEN[:years], np.ones(done))
    assert nothing.value.reason.zh
    with pytest.raises(NoSignal):
        level_outlook(EVEN[:3] / 2000, np.full(6, 0.5), True)
    with pytest.raises(NoSignal):
        count_outlook(np.zeros((5, 12)), np.zeros(3))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), st.integers(1, 30))
def test_more_events_so_far_never_make_a_better_year(first, more):
    before = np.random.default_rng(1).poisson(4, (6, 12)).astype(float)
    few, many = (count_outlook(before, np.array([x, 3.0, 3.0])) for x in (float(first), float(first + more)))
    assert few.p_right("<=", 50) >= many.p_right("<=", 50) - 1e-12


def file(tmp_path, *rows):
    path = tmp_path / "m.csv"
    path.write_text("\n".join(["indicator,ref_area,time_period,numerator,denominator,obs_value", *rows]) + "\n")
    return path


def test_months_and_quarters_are_read(tmp_path):
    table = read_monthly(file(tmp_path, "a,X,2025-03,1,,", "a,X,2025-M04,2,,", "b,X,2025-Q2,,,7.5"))
    assert table[["year", "part", "parts"]].values.tolist() == [[2025, 3, 12], [2025, 4, 12], [2025, 2, 4]]


@pytest.mark.parametrize("row", ["a,X,2025-13,1,,", "a,X,2025,1,,", "a,X,2025-Q5,1,,", "a,X,2025-03,,5,"])
def test_a_wrong_period_or_an_empty_row_is_a_fault(tmp_path, row):
    with pytest.raises(DataError) as error:
        read_monthly(file(tmp_path, row))
    assert "2025" in error.value.message("zh") and "2025-Q1" in error.value.message("en")


def test_frequencies_are_not_mixed(tmp_path):
    with pytest.raises(DataError):
        read_monthly(file(tmp_path, "a,X,2025-03,1,,", "a,X,2024-Q1,1,,"))


def test_the_committed_months_are_what_the_generator_gives_and_add_up():
    folder = ROOT / "data" / "demo"
    annual = simulate_folder(folder)
    seen = read_monthly(folder / "monthly.csv")
    pd.testing.assert_frame_equal(monthly_folder(folder, annual), seen[seen.columns[:7]], rtol=1e-9)
    assert set(seen["note"]) == {"模拟数据"}
    own = annual[(annual[["sex", "age", "residence", "group"]] == "_T").all(axis=1) & (annual["time_period"] == 2025)]
    own = own[own["ref_area"].isin(set(seen["ref_area"]))].set_index("indicator")
    year = seen[seen["year"] == 2025].groupby("indicator")
    assert (year["numerator"].sum() == own.loc[list(year.groups), "numerator"]).all()
    assert year["denominator"].sum()["health.newborn_visit"] == own.loc["health.newborn_visit", "denominator"]
