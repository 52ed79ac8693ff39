"""Targets of the source document, each with data made by hand and the verdict worked out on paper.

A row: target, history (one value for 2015 to the last year, or year to value), middle and spread of a normal forecast
for all later years, last year known, verdict, P(met) and the target on the indicator's own scale.
"""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import gamma, norm

from analysis.assessment.baseline import base_points, growth_points
from analysis.assessment.evidence import Evidence
from analysis.assessment.judge import assess
from analysis.assessment.probability import p_monotone
from analysis.assessment.rules import read_rules
from analysis.models.distribution import LEVELS
from analysis.plan import read_plan
from analysis.schema import FORECASTS, OBSERVATIONS

PLAN = read_plan("tiexi-2021-2030")
RULES = read_rules()
UP = norm.cdf(1.0)  # one standard deviation on the safe side
DOWN = norm.cdf(-1.0)


def grown(rate, base=10.0, first=2015, last=2024):
    return {year: base * math.exp(rate * (year - 2020)) for year in range(first, last + 1)}


def without(value, *gone, last=2024):
    return {year: value for year in range(2015, last + 1) if year not in gone}


def then(value, year, last):
    return {**{y: value for y in range(2015, year)}, year: last}


ROWS = [
    # 1 upper bound at milestones
    ("health.goal.03.t1", 4.0, 3.5, 0.5, 2024, "off_track", DOWN, 3.0),
    ("health.goal.03.t2", 4.5, 4.0, 0.5, 2024, "on_track", UP, 4.5),
    ("health.goal.03.t3", 5.5, 5.4, 0.5, 2024, "at_risk", norm.cdf(0.2), 5.5),
    ("health.goal.03.t4", then(3.0, 2030, 2.3), 0, 1, 2030, "met", 1.0, 2.3),
    ("health.goal.03.t5", then(3.0, 2030, 3.5), 0, 1, 2030, "off_track", 0.0, 3.4),
    ("health.goal.03.t6", {2022: 5.0, 2023: 4.8, 2024: 4.6}, 4.0, 0.5, 2024, "no_data", None, 4.4),
    ("health.goal.03.t4", dict.fromkeys(range(2015, 2025), 0.0), 0.3, 0.2, 2024, "on_track", norm.cdf(10), 2.3),
    # 2 lower bound at milestones
    ("health.goal.05.t1", then(90.0, 2025, 92.0), 93.0, 1.0, 2025, "met", 1.0, 92.0),
    ("health.goal.05.t2", then(93.0, 2025, 91.9), 93.0, 1.0, 2025, "off_track", 0.0, 92.0),
    ("health.goal.05.t3", 93.0, 95.0, 1.0, 2024, "on_track", UP, 94.0),
    ("health.goal.05.t4", 93.0, 93.0, 1.0, 2024, "off_track", DOWN, 94.0),
    ("health.goal.12.t3", then(95.0, 2025, 100.0), 95.0, 1.0, 2025, "met", 1.0, 90.0),
    ("health.goal.12.t4", 93.0, 94.5, 1.0, 2024, "at_risk", norm.cdf(0.5), 94.0),
    ("environment.goal.07.t1", 88.0, 89.0, 1.0, 2024, "on_track", UP, 88.0),
    ("environment.goal.07.t2", 88.0, 89.0, 1.0, 2024, "off_track", DOWN, 90.0),
    # 3 bound without a year, and numbers of the measures
    ("health.goal.07.t1", 26.0, 24.0, 1.0, 2024, "on_track", UP, 25.0),
    ("health.goal.10.t1", 5.0, 4.5, 0.5, 2024, "off_track", DOWN, 4.0),
    ("health.goal.10.t2", {}, 0, 0, 2024, "no_data", None, 5.0),
    ("health.goal.12.t5", then(40.0, 2030, 38.0), 0, 1, 2030, "off_track", 0.0, 38.0),  # below 38 is asked for
    ("health.goal.12.t6", 61.0, 59.5, 1.0, 2024, "at_risk", norm.cdf(0.5), 60.0),
    ("health.goal.12.t7", 69.0, 68.0, 1.0, 2024, "on_track", norm.cdf(2), 70.0),
    ("health.goal.13.t1", 58.0, 61.0, 1.0, 2024, "on_track", UP, 60.0),
    ("health.goal.14.t3", 90.0, 94.0, 1.0, 2024, "off_track", DOWN, 95.0),
    ("education.goal.02.t2", 80.0, 81.0, 1.0, 2024, "on_track", UP, 80.0),
    ("education.goal.03.t2", 0.4, 0.45, 0.05, 2024, "on_track", UP, 0.5),
    ("education.goal.03.t3", 1.0, 1.1, 0.1, 2024, "off_track", DOWN, 1.0),
    ("welfare.goal.04.t1", 3.0, 4.25, 0.25, 2024, "on_track", UP, 4.0),
    ("family.goal.06.t1", 95.0, 96.0, 1.0, 2024, "on_track", UP, 95.0),
    ("family.goal.06.t2", 80.0, 84.0, 1.0, 2024, "off_track", DOWN, 85.0),
    ("health.measure.02.t2", 1.0, 1.22, 0.1, 2024, "on_track", UP, 1.12),
    ("health.measure.02.t3", 3.0, 3.07, 0.1, 2024, "off_track", DOWN, 3.17),
    ("health.measure.06.t1", 93.0, 91.0, 1.0, 2024, "on_track", UP, 90.0),
    ("health.measure.13.t4", 9.0, 9.5, 0.5, 2024, "off_track", DOWN, 10.0),
    # 4 reach and hold: the worst year counts
    ("education.goal.02.t1", 105.0, 105.0, 1.0, 2024, "on_track", 1.0, 90.0),  # a gross rate above 100
    ("education.goal.03.t1", then(99.0, 2025, 96.9), 99.0, 0.5, 2025, "off_track", 0.0, 97.0),
    ("education.goal.04.t1", dict.fromkeys(range(2015, 2031), 95.0), 0, 1, 2030, "met", 1.0, 95.0),
    ("health.measure.04.t1", {**dict.fromkeys(range(2015, 2030), 91.0), 2030: 89.9}, 0, 1, 2030, "off_track", 0, 90.0),
    # 6 relative to the baseline
    ("safety.goal.01.t1", 10.0, 7.5, 0.5, 2024, "on_track", UP, 8.0),
    ("safety.goal.01.t1", {**without(10.0), 2020: 12.0}, 10.1, 0.5, 2024, "off_track", DOWN, 9.6),
    ("safety.goal.01.t1", without(10.0, 2018, 2019, 2020), 7.5, 0.5, 2024, "no_data", None, None),
    ("safety.goal.01.t1", {**without(1.0), 2020: 0.0}, 0.5, 0.25, 2024, "off_track", norm.cdf(-2), 0.0),
    # 7 the growth rate cut by 80 %
    ("health.goal.11.t1", grown(0.05), 10 * math.exp(0.1) - 0.5, 0.5, 2024, "on_track", UP, 10 * math.exp(0.1)),
    ("health.goal.11.t2", grown(-0.05), 10.5, 0.5, 2024, "off_track", DOWN, 10.0),
    ("health.goal.11.t2", grown(0.05, first=2019), 10.0, 0.5, 2024, "no_data", None, None),
    # 8 half a percentage point a year, five in ten years
    ("health.goal.12.t2", 55.0, 49.0, 1.0, 2024, "on_track", UP, 50.0),
    ("health.goal.12.t2", 55.0, 51.0, 1.0, 2024, "off_track", DOWN, 50.0),
    # 9 six percent a year on average: 1.338 in five years
    ("welfare.goal.05.t1", then(1000.0, 2025, 1339.0), 0, 1, 2025, "met", 1.0, 1000 * 1.06**5),
    ("welfare.goal.05.t2", then(1000.0, 2025, 1337.0), 0, 1, 2025, "off_track", 0.0, 1000 * 1.06**5),
    ("welfare.goal.05.t2", then(1000.0, 2025, 1338.0), 0, 1, 2025, "met", 1.0, 1000 * 1.06**5),  # 1338.2: as published
    # 10 direction: against the mean of three years; at the end of the scale it has to be held
    (
        "health.goal.12.t1",
        {**without(12.0), 2018: 10.0, 2019: 11.0, 2020: 12.0},
        10.5,
        0.5,
        2024,
        "off_track",
        norm.cdf(-0.48),
        11.0,
    ),  # 明显下降: lower than 11.0 by more than a year's noise, 1.2816 x 0.8165 / 1.4142 = 0.74
    ("safety.goal.02.t1", 3.0, 3.5, 0.5, 2024, "off_track", DOWN, 3.0),
    ("safety.goal.03.t1", dict.fromkeys(range(2015, 2031), 0.0), 0, 1, 2030, "met", 1.0, 0.0),
    ("safety.goal.03.t1", then(0.0, 2030, 0.9), 0, 1, 2030, "off_track", 0.0, 0.0),
    ("welfare.goal.03.t1", dict.fromkeys(range(2015, 2031), 100.0), 0, 1, 2030, "met", 1.0, 100.0),
    ("welfare.goal.10.t1", 10.0, 12.0, 2.0, 2024, "at_risk", None, 10.0),  # a rise every year was asked for
    ("environment.goal.06.t1", dict.fromkeys(range(2015, 2031), 6.0), 0, 1, 2030, "off_track", 0.0, 6.0),
    # 11 full coverage, counts, projects
    ("welfare.goal.06.t1", 100.0, 0, 1, 2024, "met", 1.0, 100.0),
    ("welfare.goal.09.t1", 99.96, 0, 1, 2024, "met", 1.0, 100.0),  # 100.0 as published
    ("welfare.goal.09.t2", 99.9, 0, 1, 2024, "qualitative", None, 100.0),
    ("welfare.goal.09.t3", dict.fromkeys(range(2015, 2031), 99.9), 0, 1, 2030, "off_track", 0.0, 100.0),
    ("education.measure.02.t1", {2024: 17.0}, 0, 1, 2024, "met", 1.0, 17.0),
    ("health.measure.02.t1", {}, 0, 1, 2024, "qualitative", None, 1.0),
    ("safety.measure.05.t1", {2024: 0.0}, 0, 1, 2024, "met", 1.0, 0.0),
    ("safety.measure.10.t1", {2024: 3.0}, 0, 1, 2024, "qualitative", None, 0.0),  # three found is not none found
    # 12 gap without comparable values, and purely qualitative
    ("health.goal.03.t8", 4.0, 4.0, 0.5, 2024, "no_data", None, None),
]


def _observed(target, history, area=None, residence=None, counts=None):
    indicator = PLAN.indicator(target.indicator)
    rows = [
        {
            "indicator": target.indicator,
            "ref_area": area or PLAN.area,
            "time_period": year,
            **{name: getattr(target, name) for name in ("sex", "age", "residence", "group")},
            "source": "s",
            "vintage": "v",
            "obs_value": value,
            "numerator": (counts or {}).get(year, (None, None))[0],
            "denominator": (counts or {}).get(year, (None, None))[1],
            "unit": indicator.unit,
            "obs_status": "A",
            "note": "",
        }
        for year, value in history.items()
    ]
    table = OBSERVATIONS.build(pd.DataFrame(rows)) if rows else OBSERVATIONS.empty()
    return table.assign(residence=residence) if residence else table


def _predicted(target, middle, sd, as_of, area=None, residence=None):
    name = "|".join(
        (target.indicator, area or PLAN.area, target.sex, target.age, residence or target.residence, target.group)
    )
    rows = [
        {
            "series_id": name,
            "model": "m",
            "origin": as_of,
            "time_period": year,
            "output_type": "quantile",
            "output_type_id": f"{level:g}",
            "value": middle + sd * norm.ppf(level),
        }
        for year in range(as_of + 1, 2031)
        for level in LEVELS
    ]
    return FORECASTS.build(pd.DataFrame(rows)) if rows else FORECASTS.empty()


def _judge(target, seen, ahead, as_of, parts=()):
    return assess(replace(PLAN, targets=(target,)), seen, ahead, RULES, as_of, parts=parts).iloc[0]


@pytest.mark.parametrize("row", ROWS, ids=[f"{k:02d}-{row[0]}" for k, row in enumerate(ROWS)])
def test_verdict_worked_out_by_hand(row):
    id, history, middle, sd, as_of, status, p, bound = row
    target = replace(PLAN.target(id), conflicts_with=())
    history = history if isinstance(history, dict) else dict.fromkeys(range(2015, as_of + 1), history)
    ahead = _predicted(target, middle, sd, as_of) if sd else FORECASTS.empty()
    got = _judge(target, _observed(target, history), ahead, as_of)
    assert got["status"] == status
    assert math.isnan(got["p_miss"]) if p is None else 1 - got["p_miss"] == pytest.approx(p, abs=3e-3)
    number = "reference_value" if target.kind == "direction" else "target_value"  # a direction sets no number
    assert math.isnan(got[number]) if bound is None else got[number] == pytest.approx(bound)
    assert target.kind != "direction" or math.isnan(got["target_value"])
    assert got["reason"].strip() and got["reason_en"].strip()


def test_the_table_covers_enough_targets_and_every_kind_of_the_document():
    targets = {row[0] for row in ROWS} | {"health.goal.08.t1", "health.goal.03.t7"}
    kinds = {PLAN.target(id).kind for id in targets}
    assert len(targets) >= 40
    assert kinds == {one.kind for one in PLAN.targets}


def test_a_failing_street_fails_the_district():
    target = PLAN.target("health.goal.08.t1")
    values = {"S1": (95.0, 96.0), "S2": (95.0, 91.0), "S3": (95.0, 90.5)}
    history = dict.fromkeys(range(2015, 2025), 95.0)
    seen = OBSERVATIONS.build(pd.concat([_observed(target, history).assign(ref_area=area) for area in values]))
    ahead = FORECASTS.build(pd.concat([_predicted(target, m, 1.0, 2024, area) for area, (_, m) in values.items()]))
    got = _judge(target, seen, ahead, 2024, tuple(values))
    assert 1 - got["p_miss"] == pytest.approx(norm.cdf(6) * norm.cdf(1) * norm.cdf(0.5), abs=5e-3)
    assert "S3" in got["reason"]


def test_the_noise_of_a_small_baseline_is_in_the_probability():
    target = PLAN.target("safety.goal.01.t1")
    counts = dict.fromkeys(range(2015, 2025), (6.0, 60000.0))
    seen = _observed(target, dict.fromkeys(range(2015, 2025), 10.0), counts=counts)
    got = _judge(target, seen, _predicted(target, 7.0, 0.5, 2024), 2024)

    def below(rate):
        return norm.cdf((0.8 * rate - 7.0) / 0.5) * gamma.pdf(rate, 6.5, scale=1e5 / 6e4)

    by_hand = quad(below, 0, 60)[0]
    assert got["target_value"] == pytest.approx(8.0)
    assert by_hand < 0.8 < norm.cdf(2)
    assert 1 - got["p_miss"] == pytest.approx(by_hand, abs=0.01)
    assert "只按公布的基期值为98%" in got["reason"]


def test_the_baselines_points_and_the_error_of_its_slope():
    indicator = PLAN.indicator("safety.injury_mortality")
    share = PLAN.indicator("health.overweight")
    none = base_points(Evidence({2020: 10.0}), [2020], 10.0, indicator)
    many = base_points(Evidence({2020: 10.0}, {}, {2020: (6000.0, 6e7)}), [2020], 10.0, indicator)
    zero = base_points(Evidence({2020: 0.0}, {}, {2020: (0.0, 60000.0)}), [2020], 0.0, indicator)
    whole = base_points(Evidence({2020: 100.0}, {}, {2020: (50.0, 50.0)}), [2020], 100.0, share)
    assert list(none) == [10.0]
    assert many.std() / many.mean() == pytest.approx(1 / math.sqrt(6000), rel=0.05)
    assert (zero > 0).all() and whole.max() <= 100
    straight, scattered = grown(0.05), {2015 + k: 10 * math.exp(0.05 * k + 0.02 * (-1) ** k) for k in range(6)}
    assert np.ptp(growth_points(straight, 2015, 2020)) < 1e-9
    assert np.ptp(growth_points(scattered, 2015, 2020)) > 0.02
    assert not len(growth_points({2019: 1.0, 2020: 2.0}, 2015, 2020))


def test_falling_every_year_is_a_statement_on_the_path():
    ahead = {year: 10.0 - (year - 2024) + 0.01 * norm.ppf(LEVELS) for year in range(2025, 2031)}
    noisy = {year: 10.0 - (year - 2024) + 3.0 * norm.ppf(LEVELS) for year in range(2025, 2031)}
    history = {2020: 12.0, 2021: 11.5, 2022: 11.0, 2023: 10.5, 2024: 10.0}
    assert p_monotone(Evidence(history, ahead), 2020, 2030, falls=True) == 1.0
    assert 0.01 < p_monotone(Evidence(history, noisy), 2020, 2030, falls=True) < 0.6
    assert p_monotone(Evidence({**history, 2022: 11.6}, ahead), 2020, 2030, falls=True) == 0.0
    assert p_monotone(Evidence(dict(zip(range(2020, 2031), range(11), strict=True))), 2020, 2030, falls=False) == 1.0
