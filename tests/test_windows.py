"""Years that may be compared across a start, and the designs on hand-made series with breaks, zeros and gaps."""

import math

import numpy as np
import pandas as pd
import pytest
from test_assessment import indicator

from analysis.effects import comparable, did, interrupted_counts, rate_ratio, synthetic_control
from analysis.effects.applied import Material, effects_of, interrupted

YEARS = range(2010, 2026)
AREAS = [f"S{k:02}" for k in range(1, 13)]


def known(events=10.0, years=YEARS, parts=None, breaks=(), shocks=(), statistic="poisson", level=None):
    """Return a series of `events` of 1,000 people a year, the panel of its parts, and its marked years."""
    years = list(years)
    counts = np.broadcast_to(np.asarray(events, float), len(years))
    series = pd.DataFrame({"time_period": years, "numerator": counts, "denominator": 1000.0})
    series["obs_value"] = series["numerator"] if level is None else level
    panel = pd.DataFrame(dtype=float) if parts is None else parts
    return Material(indicator(statistic=statistic), series, panel, panel, panel * 0 + 1000.0, breaks, shocks)


def by_design(*args):
    return {one.design: one for one in effects_of(*args)}


def test_without_marks_all_years_are_compared_or_as_many_a_side():
    window = comparable(YEARS, 2021)
    assert (len(window.before), len(window.after), window.notes, window.broken) == (11, 5, (), None)
    window = comparable(YEARS, 2021, most=5)
    assert window.years == tuple(range(2016, 2026))


@pytest.mark.parametrize(("broken", "before", "after"), [
    ((2018,), (2018, 2019, 2020), (2021, 2022, 2023, 2024, 2025)),
    ((2023,), tuple(range(2010, 2021)), (2021, 2022)),
    ((2015, 2018, 2024), (2018, 2019, 2020), (2021, 2022, 2023)),
])  # fmt: skip
def test_only_years_of_the_definition_at_the_start_are_compared(broken, before, after):
    window = comparable(YEARS, 2021, broken)
    assert (window.before, window.after) == (before, after)
    assert "统计口径变化" in window.notes[0].zh and str(broken[-1]) in window.notes[0].zh


def test_a_new_definition_in_the_first_year_under_the_measure_leaves_nothing_to_compare():
    window = comparable(YEARS, 2021, (2021,))
    assert window.before == () and "2021年统计口径变化" in window.broken.zh


def test_a_break_outside_the_years_compared_is_not_mentioned():
    assert comparable(YEARS, 2021, (2012,), most=5).notes == ()
    assert comparable(YEARS, 2021, (2010,)).notes == ()  # the first year of all: one definition throughout
    assert comparable(YEARS, 2021, (2016,), most=5).years == tuple(range(2016, 2026))


def test_special_years_are_left_out_replaced_by_earlier_ones_and_said():
    window = comparable(YEARS, 2021, shocks=(2020, 2022), most=4)
    assert window.before == (2016, 2017, 2018, 2019) and window.after == (2021, 2023, 2024, 2025)
    assert "2020、2022" in window.notes[0].zh


def test_a_break_in_a_year_without_a_value_counts():
    years = [year for year in YEARS if year != 2019]
    assert comparable(years, 2021, (2019,)).before == (2020,)


@pytest.mark.parametrize("years", [[], [2020], [2021], [2020, 2021]])
def test_next_to_nothing_is_next_to_nothing(years):
    window = comparable(years, 2021, (2021,), most=5)
    assert window.years == () and (window.broken is not None) == (len(years) == 2)


def test_a_ratio_needs_three_years_a_side_of_one_definition():
    assert by_design(known(breaks=(2019,)), 2021, ())["rate_ratio"].grade == "none"
    assert math.isnan(by_design(known(breaks=(2019,)), 2021, ())["rate_ratio"].estimate)
    found = by_design(known(breaks=(2018,)), 2021, ())["rate_ratio"]
    assert (found.before, found.after, found.estimate) == (3, 3, 1.0)
    assert "2018年统计口径变化，只比较口径一致的年份" in found.reason.zh


def test_the_step_of_a_new_definition_is_no_effect():
    counts = np.where(np.array(YEARS) >= 2018, 30.0, 10.0) + np.arange(16) % 3
    found = by_design(known(counts, breaks=(2018,)), 2018, ())
    assert {one.grade for one in found.values()} == {"none"}
    assert all("2018年统计口径变化" in one.reason.zh for one in found.values())
    unmarked = by_design(known(counts), 2018, ())
    assert unmarked["rate_ratio"].estimate > 2  # the same numbers, compared


def test_an_interrupted_series_begins_with_the_definition():
    years = range(2000, 2026)
    level = np.where(np.array(years) < 2008, 90.0, 50.0) + np.sin(np.arange(26))
    found = interrupted(known(years=years, breaks=(2008,), statistic="binomial", level=level), 2017)
    assert (found.effect.before, found.effect.after) == (9, 9) and found.years[0] == 2008
    assert abs(found.effect.estimate) < 3 and "2008年统计口径变化" in found.effect.reason.zh


@pytest.mark.parametrize(("before", "after", "said", "grade"), [
    (0, 0, "前后均没有发生例数", "none"), (0, 4, "实施前没有发生例数", "none"), (4, 0, "实施后没有发生例数", "weak"),
])  # fmt: skip
def test_a_ratio_without_events_says_which_side_has_none(before, after, said, grade):
    found = rate_ratio(before, 1000, after, 1000, 5, 5)
    assert said in found.reason.zh and found.grade == grade
    if (before, after) == (4, 0):
        assert found.estimate == 0 and found.upper_95 < 2


def test_a_measure_of_the_last_year_compares_one_year_and_says_so():
    found = by_design(known(), 2025, ())["rate_ratio"]
    assert (found.before, found.after, found.grade) == (1, 1, "weak") and "前后各只有1年" in found.reason.zh
    found = by_design(known(), 2026, ())["rate_ratio"]
    assert found.grade == "none" and "之前或之后没有可比" in found.reason.zh
    found = by_design(known(), 2010, ())["rate_ratio"]
    assert found.grade == "none" and "之前或之后没有可比" in found.reason.zh


def test_counts_that_are_too_few_years_lack_years_not_events():
    found = interrupted_counts([2024, 2025], [0, 0], [900, 900], 2025).effect
    assert "要求实施前后各有8年数据" in found.reason.zh


def panel(level=10.0, areas=AREAS):
    rng = np.random.default_rng(7)
    return pd.DataFrame(level + rng.normal(0, 0.3, (len(areas), 16)), index=areas, columns=list(YEARS))


def test_areas_without_data_are_no_comparison_and_no_crash():
    parts = panel()
    for areas in (("S99",), ("S98", "S99")):
        found = by_design(known(parts=parts), 2021, areas)
        assert {one.grade for one in found.values()} == {"none"}
        assert "没有该指标的数据" in found["difference_in_differences"].reason.zh
    parts.loc["S01"] = np.nan
    assert synthetic_control(parts, "S01", 2021).effect.grade == "none"
    found = by_design(known(parts=parts), 2021, ("S01", "S02"))["difference_in_differences"]
    assert "实施地区中1个没有数据" in found.reason.zh and found.estimate == found.estimate


def test_a_ratio_of_areas_counts_only_years_in_which_each_has_its_events():
    parts = panel()
    parts.loc["S01", 2016] = np.nan
    found = by_design(known(parts=parts), 2021, ("S01", "S02"))["rate_ratio"]
    assert (found.before, found.after) == (5, 5)
    own = parts.loc[["S01", "S02"]].sum()
    expected = own[range(2021, 2026)].sum() / own[[2015, 2017, 2018, 2019, 2020]].sum()
    assert found.estimate == pytest.approx(expected)


def test_areas_are_not_compared_across_a_new_definition():
    parts = panel()
    found = by_design(known(parts=parts, breaks=(2021,)), 2021, ("S01",))
    assert {one.grade for one in found.values()} == {"none"}
    assert all("2021年统计口径变化" in one.reason.zh for one in found.values())
    found = by_design(known(parts=parts, breaks=(2015,), shocks=(2020,)), 2021, ("S01", "S02"))
    assert found["difference_in_differences"].before == 6
    assert "2020年为特殊事件年份，各地区同样经历" in found["difference_in_differences"].reason.zh


def test_groups_that_moved_as_one_leave_nothing_to_estimate():
    parts = pd.DataFrame(10.0, index=AREAS, columns=list(YEARS))
    parts.loc["S01", 2021:] = 12.0
    found = did(parts, ["S01"], 2021).effect
    assert found.grade == "none" and "没有可估计的变动" in found.reason.zh
