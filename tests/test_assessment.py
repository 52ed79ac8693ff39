"""Every kind of target, judged by hand-made tables whose answers can be worked out on paper."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.assessment.alerts import alerts
from analysis.assessment.evidence import Evidence
from analysis.assessment.judge import assess
from analysis.assessment.probability import p_bound, p_every, p_hold
from analysis.assessment.progress import aarc, trend_growth
from analysis.assessment.rules import read_rules
from analysis.exceptions import Text
from analysis.models.distribution import LEVELS
from analysis.plan import KINDS, Department, Domain, Goal, Indicator, Measure, Plan
from analysis.schema import ALERTS, ASSESSMENTS, FORECASTS, OBSERVATIONS

RULES = read_rules()
NOTHING = Text("", "")
YEARS = range(2015, 2025)


def indicator(**changes):
    values = {
        "id": "h.x",
        "domain": "h",
        "name": Text("某率", "a rate"),
        "unit": "per_1000",
        "direction": "lower_is_better",
        "lower": 0.0,
        "upper": None,
        "period_type": "calendar_year",
        "disaggregations": (),
        "statistic": "poisson",
        "decimals": 1,
        "department": "health",
    }
    texts = dict.fromkeys(("definition", "formula", "numerator", "denominator", "source"), NOTHING)
    return Indicator(**{**values, **texts, **changes})


def target(kind, **changes):
    values = {
        "id": "h.goal.01.t1",
        "parent": "h.goal.01",
        "indicator": "h.x",
        "comparison": "<=",
        "value": 4.0,
        "value_upper": None,
        "unit": "per_1000",
        "year": 2030,
        "year_assumed": False,
        "baseline_year": 2020,
        "strength": "hard",
        "sex": "_T",
        "age": "_T",
        "residence": "_T",
        "group": "_T",
        "subunit": "",
        "clause": "一1",
        "text": Text("目标", "target"),
        "note": NOTHING,
        "conflicts_with": (),
    }
    return KINDS[kind](**{**values, **changes})


def plan(*targets, **changes):
    goal = Goal("h.goal.01", "h", 1, Text("目标一", "goal one"), "一1", ("health",))
    measure = Measure("h.measure.01", "h", 1, Text("措施一", "measure one"), "一措1", ("health",), ("h.goal.01",))
    return Plan(
        id="p",
        title=Text("规划", "Plan"),
        area="A",
        area_name=Text("甲区", "A"),
        start_year=2021,
        end_year=2030,
        baseline_year=2020,
        milestones=(2025, 2030),
        partial=False,
        sources=(),
        domains=(Domain("h", Text("健康", "H")),),
        departments=(Department("health", Text("卫健局", "Health"), NOTHING, False),),
        goals=(goal,),
        measures=(measure,),
        indicators=(indicator(**changes),),
        targets=tuple(targets),
    )


def observed(values, area="A", residence="_T"):
    rows = [
        {
            "indicator": "h.x",
            "ref_area": area,
            "time_period": year,
            "sex": "_T",
            "age": "_T",
            "residence": residence,
            "group": "_T",
            "source": "s",
            "vintage": "v",
            "obs_value": value,
            "numerator": None,
            "denominator": None,
            "unit": "per_1000",
            "obs_status": "A",
            "note": "",
        }
        for year, value in values.items()
    ]
    return OBSERVATIONS.build(pd.DataFrame(rows))


def predicted(middle, sd, years=range(2025, 2031), area="A", residence="_T"):
    """Return a normal forecast with the same middle and spread in every year."""
    name = f"h.x|{area}|_T|_T|{residence}|_T"
    rows = [
        {
            "series_id": name,
            "model": "m",
            "origin": 2024,
            "time_period": year,
            "output_type": "quantile",
            "output_type_id": f"{level:g}",
            "value": middle + sd * norm.ppf(level),
        }
        for year in years
        for level in LEVELS
    ]
    return FORECASTS.build(pd.DataFrame(rows))


def judge(one, values=None, forecast=None, as_of=2024, parts=(), **changes):
    seen = (
        observed(dict.fromkeys(YEARS, 5.0) if values is None else values)
        if not isinstance(values, pd.DataFrame)
        else values
    )
    ahead = predicted(4.0, 0.5) if forecast is None else forecast
    return assess(plan(one, **changes), seen, ahead, RULES, as_of, parts=parts).iloc[0]


@pytest.mark.parametrize(
    ("kind", "comparison", "value", "middle", "p_met", "status"),
    [
        ("upper_bound", "<=", 4.0, 3.99, norm.cdf(0.02), "at_risk"),
        ("upper_bound", "<=", 4.0, 3.0, norm.cdf(2), "on_track"),
        ("upper_bound", "<", 4.0, 4.5, norm.cdf(-1), "off_track"),
        ("lower_bound", ">=", 4.0, 4.5, norm.cdf(1), "on_track"),
        ("lower_bound", ">=", 4.0, 3.8, norm.cdf(-0.4), "off_track"),
        ("undated_bound", "<=", 4.0, 3.7, norm.cdf(0.6), "at_risk"),
    ],
)
def test_bounds(kind, comparison, value, middle, p_met, status):
    row = judge(target(kind, comparison=comparison, value=value), forecast=predicted(middle, 0.5))
    assert 1 - row["p_miss"] == pytest.approx(p_met, abs=2e-3)
    assert row["status"] == status


def test_an_observed_milestone_is_met_or_missed_not_forecast():
    values = dict.fromkeys(range(2015, 2026), 4.0)
    met = judge(target("upper_bound", year=2025), values, as_of=2025)
    missed = judge(target("upper_bound", year=2025, value=3.9), values, as_of=2025)
    strict = judge(target("upper_bound", year=2025, comparison="<"), values, as_of=2025)
    assert (met["status"], met["p_miss"]) == ("met", 0.0)
    assert (missed["status"], missed["p_miss"]) == ("off_track", 1.0)
    assert strict["status"] == "off_track"
    assert "2025年实际值4.0‰" in met["reason"]


def test_years_after_the_as_of_year_are_not_seen():
    row = judge(target("upper_bound", year=2030), {**dict.fromkeys(YEARS, 5.0), 2025: 1.0}, as_of=2024)
    assert row["latest_year"] == 2024


def test_fewer_than_four_years_are_not_forecast_but_never_silent():
    few = {2022: 6.0, 2023: 5.0}
    reached, far, near = (judge(target("upper_bound"), {**few, 2024: last}) for last in (4.0, 4.5, 4.3))
    assert [row["status"] for row in (reached, far, near)] == ["on_track", "off_track", "no_data"]
    assert "已达到目标水平" in reached["reason"] and "偏离较大" in far["reason"] and "还差0.3" in near["reason"]
    for row in (reached, far, near):
        assert math.isnan(row["p_miss"]) and math.isnan(row["forecast"])
        assert "3个年度" in row["reason"]


def test_no_data_at_all_is_said():
    row = judge(target("upper_bound"), OBSERVATIONS.empty(), FORECASTS.empty())
    assert row["status"] == "no_data"


def test_reach_and_hold_counts_the_worst_year():
    hold = target("reach_and_hold", comparison=">=", value=4.0)
    missed = judge(
        hold, {**dict.fromkeys(range(2015, 2026), 5.0), 2025: 3.0}, predicted(6.0, 0.5, range(2026, 2031)), as_of=2025
    )
    held = judge(hold, dict.fromkeys(range(2015, 2026), 5.0), predicted(6.0, 0.5, range(2026, 2031)), as_of=2025)
    assert missed["p_miss"] == 1.0
    assert "2025年为3.0‰，低于要求的4.0‰" in missed["reason"]
    assert held["p_miss"] < 0.01


def test_holding_several_years_is_harder_than_one_and_easier_than_independent_years():
    evidence = Evidence({2024: 4.2}, {y: 4.2 + 0.2 * norm.ppf(LEVELS) for y in range(2025, 2031)})
    single = p_bound(evidence, 2030, ">=", 4.0)
    joint = p_hold(evidence, range(2025, 2031), ">=", 4.0)
    assert single**6 < joint < single


def test_every_street_must_meet_it_and_the_weakest_is_named():
    each = target("every_subunit", comparison=">=", value=4.0, subunit="street")
    seen = pd.concat([observed(dict.fromkeys(YEARS, 5.0), area) for area in ("A", "A1", "A2")])
    ahead = pd.concat([predicted(m, 0.5, area=a) for a, m in (("A", 5.0), ("A1", 5.0), ("A2", 3.8))])
    row = judge(each, OBSERVATIONS.build(seen), FORECASTS.build(ahead), parts=["A1", "A2"])
    assert 1 - row["p_miss"] == pytest.approx(norm.cdf(2) * norm.cdf(-0.4), abs=2e-3)
    assert "A2" in row["reason"]
    assert (
        judge(each, OBSERVATIONS.build(seen), FORECASTS.build(ahead), parts=["A1", "A2", "A3"])["status"] == "no_data"
    )


def test_relative_to_baseline_is_worked_out_from_the_baseline_year():
    row = judge(
        target("relative_to_baseline", value=20.0), {**dict.fromkeys(YEARS, 5.0), 2020: 5.5}, predicted(4.4, 0.5)
    )
    assert row["target_value"] == pytest.approx(4.4)
    assert row["p_miss"] == pytest.approx(0.5, abs=2e-3)
    assert (row["baseline_year"], row["baseline_value"]) == (2020, 5.5)


def test_the_baseline_may_stand_one_or_two_years_before_but_not_further():
    without = {y: 5.0 for y in YEARS if y not in (2020, 2019)}
    assert judge(target("relative_to_baseline", value=20.0), without)["baseline_year"] == 2018
    further = {y: 5.0 for y in YEARS if y not in (2020, 2019, 2018)}
    assert judge(target("relative_to_baseline", value=20.0), further)["status"] == "no_data"


def test_growth_cut_by_eighty_percent_leaves_a_fifth_of_the_baseline_growth():
    growing = {year: 5.0 * math.exp(0.04 * (year - 2020)) for year in YEARS}
    row = judge(target("growth_rate_change", value=80.0), growing, predicted(5.0, 0.5))
    assert row["target_value"] == pytest.approx(5.0 * math.exp(0.2 * 0.04 * 10))
    falling = {year: 5.0 * math.exp(-0.04 * (year - 2020)) for year in YEARS}
    assert judge(target("growth_rate_change", value=80.0), falling)["target_value"] == pytest.approx(5.0)


def test_half_a_point_a_year_means_five_points_in_ten_years():
    band = target("yearly_change_band", comparison="down", value=0.5, value_upper=1.0, unit="percentage_points")
    row = judge(band, dict.fromkeys(YEARS, 50.0), predicted(45.0, 1.0), unit="percent")
    assert row["target_value"] == pytest.approx(45.0)
    assert row["p_miss"] == pytest.approx(0.5, abs=2e-3)


def test_compound_growth_is_a_geometric_mean():
    row = judge(
        target("compound_growth", comparison=">=", value=6.0, year=2025),
        dict.fromkeys(YEARS, 1000.0),
        predicted(1338.2, 10),
    )
    assert row["target_value"] == pytest.approx(1000 * 1.06**5)


def test_direction_looks_at_the_trend_against_three_years():
    values = {**dict.fromkeys(YEARS, 5.0), 2018: 4.0, 2019: 5.0, 2020: 6.0}
    row = judge(target("direction", comparison="down", value=None), values, predicted(4.5, 0.5))
    assert math.isnan(row["target_value"])
    assert row["reference_value"] == pytest.approx(5.0)
    assert 1 - row["p_miss"] == pytest.approx(norm.cdf(1), abs=2e-3)


def test_qualitative_goals_and_projects_are_never_dropped():
    goal = judge(target("gap_or_qualitative", indicator="", comparison="", value=None))
    project = judge(
        target("milestone", comparison=">=", value=17.0), OBSERVATIONS.empty(), FORECASTS.empty(), statistic="milestone"
    )
    done = judge(target("milestone", comparison=">=", value=100.0), {2023: 98.0, 2024: 100.0}, unit="percent")
    late = judge(target("milestone", comparison=">=", value=100.0, year=2024), {2023: 98.0, 2024: 99.0}, unit="percent")
    assert [one["status"] for one in (goal, project, done, late)] == ["qualitative", "qualitative", "met", "off_track"]


def test_conflicting_clauses_are_both_kept_and_point_at_each_other():
    first = target("lower_bound", comparison=">=", conflicts_with=("h.goal.01.t2",), clause="一1")
    second = target(
        "lower_bound", comparison=">=", value=3.0, id="h.goal.01.t2", conflicts_with=("h.goal.01.t1",), clause="一措6"
    )
    table = assess(plan(first, second), observed(dict.fromkeys(YEARS, 5.0)), predicted(4.0, 0.5), RULES, 2024)
    assert len(table) == 2
    assert table["reason"].str.contains("条款数值不一致").all()


@pytest.mark.parametrize(("a", "b"), [(3.0, 4.0), (4.0, 5.0), (5.0, 6.0)])
def test_p_miss_is_monotone_in_the_target(a, b):
    easy, hard = judge(target("upper_bound", value=b)), judge(target("upper_bound", value=a))
    assert easy["p_miss"] <= hard["p_miss"]


def test_rates_of_change_by_hand():
    assert aarc(5.0, 4.0, 5) == pytest.approx(100 * math.log(0.8) / 5)
    assert math.isnan(aarc(0.0, 4.0, 5)) and math.isnan(aarc(5.0, 4.0, 0))
    assert trend_growth({2018: 1.0, 2019: math.e, 2020: math.e**2}, 2015, 2020) == pytest.approx(1.0)
    assert math.isnan(trend_growth({2019: 1.0, 2020: 2.0}, 2015, 2020))
    row = judge(target("upper_bound"), {**dict.fromkeys(YEARS, 5.0), 2024: 4.5})
    assert row["observed_aarc"] == pytest.approx(100 * math.log(4.5 / 5) / 4)
    assert row["required_aarc"] == pytest.approx(100 * math.log(4.0 / 4.5) / 6)


def test_parts_are_independent():
    assert p_every([0.9, 0.5]) == pytest.approx(0.45)


def test_levels_of_alerts():
    def level(**options):
        table = assess(plan(*options["targets"]), observed(dict.fromkeys(YEARS, 5.0)), options["ahead"], RULES, 2024)
        return (
            ALERTS.build(alerts(table, plan(*options["targets"]), RULES, 2024)).set_index("target")["level"].to_dict()
        )

    one = target("upper_bound")
    assert level(targets=[one], ahead=predicted(3.0, 0.5)) == {}
    assert level(targets=[one], ahead=predicted(3.8, 0.5)) == {one.id: "blue"}
    assert level(targets=[one], ahead=predicted(4.2, 0.5)) == {one.id: "orange"}
    assert level(targets=[one], ahead=predicted(5.0, 0.5)) == {one.id: "red"}
    early = target("upper_bound", id="h.goal.01.t0", year=2025, value=3.0)
    assert level(targets=[early, one], ahead=predicted(3.4, 0.5)) == {early.id: "yellow"}


def test_an_alert_carries_clause_department_and_measures():
    p = plan(target("upper_bound"))
    table = assess(p, observed(dict.fromkeys(YEARS, 5.0)), predicted(5.0, 0.5), RULES, 2024)
    row = alerts(table, p, RULES, 2024).iloc[0]
    assert (row["clause"], row["department"], row["measures"]) == ("一1", "health", "h.measure.01")
    assert "达标概率" in row["evidence"]

    agreed = """plan indicator ref_area target_year sex age residence group comparison target_value baseline_year
    baseline_value latest_year latest_value forecast lower_80 upper_80 p_miss observed_aarc required_aarc status
    reason"""
    assert set(agreed.split()) <= set(ASSESSMENTS.names)
    row = judge(target("upper_bound"))
    assert (row["lower_80"], row["forecast"], row["upper_80"]) == pytest.approx(
        (4 + 0.5 * norm.ppf(0.1), 4.0, 4 + 0.5 * norm.ppf(0.9))
    )
    assert np.isfinite(row["p_miss"])
