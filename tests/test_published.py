"""The published rules of progress, by hand from their formulas."""

import math

import numpy as np
import pytest

from analysis.evaluation.published import PUBLISHED, TITLES, Progress


def case(values, target, target_year=2030, lower=True, years=None, **options):
    years = np.arange(2016, 2016 + len(values)) if years is None else np.asarray(years)
    options = {"baseline_year": int(years[0]), **options}
    return Progress(years, np.asarray(values, float), target, target_year, lower, **options)


FALLING = case([10.0, 9.0], 5.0, years=[2020, 2025])  # five of ten years, one of five points


def test_every_rule_has_a_title():
    assert list(PUBLISHED) == list(TITLES)


def test_open_sdg_is_actual_over_required_growth():
    said = PUBLISHED["open_sdg"](FALLING)
    assert said.number == pytest.approx((0.9 ** (1 / 5) - 1) / (0.5 ** (1 / 10) - 1))  # 0.311
    assert said.met is False and said.label.en == "limited progress"
    on_track = PUBLISHED["open_sdg"](case([10.0, 7.07], 5.0, years=[2020, 2025]))
    assert on_track.met is True and on_track.number == pytest.approx(1.0, abs=0.01)
    moderate = PUBLISHED["open_sdg"](case([10.0, 7.8], 5.0, years=[2020, 2025]))
    assert 0.60 <= moderate.number < 0.95 and moderate.label.en == "moderate progress"


def test_the_un_chart_takes_the_share_that_is_reached():
    said = PUBLISHED["un_chart"](FALLING)
    assert said.number == pytest.approx((10 * 0.9**2 - 10) / (5 - 10))  # 1.9 of 5 points
    assert said.label.en == "moderate progress" and said.met is False
    limited = PUBLISHED["un_chart"](case([10.0, 9.9], 5.0, years=[2020, 2025]))
    assert limited.number == pytest.approx(0.0398) and limited.label.en == "limited progress"


def test_the_german_rule_projects_the_mean_of_five_changes():
    values = [20.0, 10.0, 9.8, 9.6, 9.4, 9.2, 9.0]  # the first change is older than five
    said = PUBLISHED["german"](case(values, 7.4, target_year=2030))
    assert said.number == pytest.approx((7.4 - (9.0 - 0.2 * 8)) / (7.4 - 9.0)) and said.met is True
    near = PUBLISHED["german"](case(values, 7.35, target_year=2030))
    assert near.label.en == "target nearly reached" and near.met is True
    cloudy = PUBLISHED["german"](case(values, 7.1, target_year=2030))
    assert 0.05 < cloudy.number <= 0.20 and cloudy.label.en == "moderate progress"
    storm = PUBLISHED["german"](case(values[::-1], 7.4, target_year=2030))
    assert storm.label.en == "moving away from the target" and storm.met is False


def test_the_sdg_index_compares_linear_growth():
    said = PUBLISHED["sdg_index"](FALLING)
    assert said.number == pytest.approx((1 / 5) / (5 / 10)) and said.label.en == "limited progress"
    assert PUBLISHED["sdg_index"](case([10.0, 7.0], 5.0, years=[2020, 2025])).met is True


def test_unicef_compares_rates_of_reduction_from_now_on():
    said = PUBLISHED["unicef_aarr"](FALLING)
    observed, required = -100 * math.log(0.9) / 5, -100 * math.log(5 / 9) / 5
    assert said.number == pytest.approx(observed / required) and said.met is False
    assert PUBLISHED["unicef_aarr"](case([10.0, 6.0], 5.0, years=[2020, 2025])).met is True


def test_fingertips_needs_a_strong_trend_that_no_single_year_makes():
    variance = np.full(5, 0.04)
    said = PUBLISHED["fingertips"](case([10.0, 9.0, 8.0, 7.0, 6.0], 1.0, variances=variance))
    assert said.number == pytest.approx(1.0 / (0.04 / 10)) and said.label.en == "significantly better"
    assert said.met is None  # it says nothing about a target
    weak = PUBLISHED["fingertips"](case([10.0, 9.9, 10.0, 9.9, 9.8], 1.0, variances=variance))
    assert weak.label.en == "no significant change"
    one_year = PUBLISHED["fingertips"](case([10.0, 10.0, 10.0, 10.0, 7.0], 1.0, variances=variance))
    assert one_year.number > 9.55 and one_year.label.en == "no significant change"
    rising = PUBLISHED["fingertips"](case([6.0, 7.0, 8.0, 9.0, 10.0], 1.0, variances=variance))
    assert rising.label.en == "significantly worse"
    assert PUBLISHED["fingertips"](case([10.0, 9.0, 8.0, 7.0, 6.0], 1.0)).label is None


def test_escap_weighs_later_years_more_and_takes_the_gap():
    straight = PUBLISHED["escap"](case([10.0, 9.6, 9.2, 8.8], 5.0, target_year=2026))
    assert straight.number == pytest.approx(1 / 5)  # on a straight line weights change nothing: 6.0 against 5.0
    assert straight.label.en == "moderate progress" and straight.met is False
    stalling = PUBLISHED["escap"](case([10.0, 9.0, 8.0, 8.0, 8.0], 5.0, target_year=2026))
    plain = np.polyfit(np.arange(5), [10.0, 9, 8, 8, 8], 1) @ [10, 1]
    assert stalling.number > (plain - 5) / 5
    assert PUBLISHED["escap"](case([10.0, 10.5, 11.0], 5.0)).label.en == "moving away from the target"


@pytest.mark.parametrize("rule", [name for name in PUBLISHED if name != "fingertips"])
def test_a_target_already_reached_is_met(rule):
    said = PUBLISHED[rule](case([6.0, 4.0], 5.0))
    assert said.met is True and said.label.zh == "已达到目标"


@pytest.mark.parametrize("rule", list(PUBLISHED))
@pytest.mark.parametrize(
    "made",
    [
        case([9.0], 5.0),
        case([5.0, 6.0], 5.0),
        case([0.0, 0.0], -1.0),
        case([9.0, 8.0], 5.0, target_year=2016),
        case([9.0], 5.0, baseline_year=2030),
        case([90.0, 90.0, 90.0], 95.0, lower=False),
    ],
)
def test_degenerate_cases_are_no_exception_and_no_invention(rule, made):
    said = PUBLISHED[rule](made)
    assert said.met in (None, False)
    assert said.label is None or said.label.en in {"moving away from the target", "limited progress"}


@pytest.mark.parametrize("rule", list(PUBLISHED))
def test_moving_the_wrong_way_is_never_on_track(rule):
    assert PUBLISHED[rule](case([5.0, 5.5, 6.0, 6.5, 7.0], 4.0, variances=np.full(5, 0.01))).met is not True
