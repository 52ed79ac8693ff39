"""Verdicts that hold when they are read aloud: degenerate cases by hand, with the sentence a statistician accepts."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from scipy.stats import norm
from test_assessment import RULES, indicator, judge, observed, plan, predicted, target

from analysis.assessment.alerts import alerts
from analysis.assessment.judge import assess
from analysis.assessment.proposals import proposals
from analysis.assessment.volatility import volatility
from analysis.exceptions import DataError, Text
from analysis.narrative.words import verdict
from analysis.schema import ALERTS, FORECASTS, ISSUED, OBSERVATIONS

LONG = range(2010, 2025)
SHARE = {"unit": "percent", "direction": "higher_is_better", "upper": 100.0, "statistic": "binomial"}


def counted(values, unit="per_1000", people=1000.0, scale=1000.0, **options):
    """Return observations with counts: value by year, or (events, people) by year."""
    table = observed(dict.fromkeys(values, 0.0), **options)
    pairs = [one if isinstance(one, tuple) else (one / scale * people, people) for one in values.values()]
    table["numerator"] = [float(events) for events, _ in pairs]
    table["denominator"] = [float(n) for _, n in pairs]
    table["obs_value"] = table["numerator"] / table["denominator"] * scale
    return OBSERVATIONS.build(table.assign(unit=unit))


def share(one, values, forecast=None, as_of=2024, **options):
    """Return the verdict on a share of people, `values` in percent of 200."""
    seen = counted(values, "percent", 200.0, 100.0)
    return judge(replace(one, unit="percent"), seen, forecast, as_of, **{**SHARE, **options})


def raised(one, table):
    return ALERTS.build(alerts(pd.DataFrame([table]), plan(one), RULES, 2024))


# natural limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manner", ["trend", "every_year", "end", "clearly"])
def test_nobody_drowned_for_fifteen_years_is_met_in_any_manner(manner):
    one = target("direction", comparison="down", value=None, manner=manner)
    row = judge(one, counted(dict.fromkeys(LONG, 0.0)), predicted(0.3, 0.2))
    assert (row["status"], row["timing"], row["at_target"]) == ("met", "ahead", "yes")
    assert row["reason"] == "2010—2024年一直为0.0‰，已是该指标的极限，保持即达到要求。"
    assert not len(raised(one, row))


def test_everybody_insured_for_years_is_met():
    one = target("direction", comparison="up", value=None)
    row = share(one, dict.fromkeys(LONG, 100.0), predicted(99.0, 1.0))
    assert row["status"] == "met" and not len(raised(one, row))


@pytest.mark.parametrize(
    ("kind", "value"), [("lower_bound", 100.0), ("undated_bound", 100.0), ("reach_and_hold", 100.0)]
)
def test_a_bound_at_the_limit_is_met_by_staying_there(kind, value):
    one = target(kind, comparison=">=", value=value)
    assert share(one, dict.fromkeys(LONG, 100.0), predicted(98.0, 1.0))["status"] == "met"


def test_a_baseline_of_zero_that_has_to_fall_is_met_at_zero_and_one_that_has_to_rise_is_not_judged():
    falls = target("relative_to_baseline", value=20.0)
    zero = counted(dict.fromkeys(LONG, 0.0))
    assert judge(falls, zero, predicted(0.3, 0.2))["status"] == "met"
    up = target("relative_to_baseline", comparison=">=", value=20.0)
    row = judge(up, zero, predicted(0.3, 0.2), direction="higher_is_better")
    assert row["status"] == "no_data" and "无法按比例折算" in row["reason"]
    grown = judge(target("compound_growth", comparison=">=", value=6.0), zero, predicted(0.3, 0.2))
    assert grown["status"] == "no_data" and "无法计算年均增长" in grown["reason"]


def test_one_event_after_years_of_none_is_not_at_the_limit():
    one = target("direction", comparison="down", value=None)
    row = judge(one, counted({**dict.fromkeys(LONG, 0.0), 2024: 1.0}), predicted(0.3, 0.2))
    assert row["status"] != "met" and "极限" not in row["reason"]


def test_two_years_at_the_limit_do_not_show_that_it_stays():
    one = target("direction", comparison="down", value=None)
    row = judge(one, counted({**dict.fromkeys(LONG, 2.0), 2023: 0.0, 2024: 0.0}), predicted(0.3, 0.2))
    assert row["status"] == "on_track" and row["p_miss"] > 0


# due and ahead --------------------------------------------------------------------------------------------------------


def test_a_passed_milestone_is_met_or_missed_and_a_later_one_has_its_own_line():
    early, late = target("upper_bound", id="h.goal.01.t1", year=2024), target("upper_bound", id="h.goal.01.t2")
    table = assess(plan(early, late), observed(dict.fromkeys(LONG, 4.5)), predicted(3.0, 0.5), RULES, 2024)
    due, ahead = (table.set_index("target").loc[one.id] for one in (early, late))
    assert (due["timing"], due["status"]) == ("due", "off_track")
    assert (ahead["timing"], ahead["status"]) == ("ahead", "on_track")
    assert verdict("off_track", "due", False, 0.0).zh == "未达标"
    assert verdict("met", "due", True, 1.0).zh == "达标"
    assert verdict("on_track", "ahead", True, 0.9).zh == "提前达到"
    assert verdict("on_track", "ahead", True, 0.9, "direction").zh == "有望达标"  # no number to be reached early
    assert verdict("on_track", "ahead", True, 0.9, "reach_and_hold").zh == "目前达到，有望保持"
    assert verdict("off_track", "ahead", False, 0.19, "", 0.2).zh == "预计难以达标"
    assert verdict("qualitative", "ahead", False, None, "milestone").zh == "尚未完成"
    assert "预计" not in due["reason"] and "预测" not in due["reason"]


def test_a_year_that_passed_unobserved_is_awaited():
    one = target("upper_bound", year=2024)
    row = judge(one, dict.fromkeys(range(2015, 2024), 3.0), predicted(3.0, 0.2, range(2024, 2031)))
    assert row["timing"] == "awaiting" and row["status"] == "on_track"


@pytest.mark.parametrize(
    ("value", "status"), [(4.0, "met"), (4.04, "met"), (4.06, "off_track"), (3.96, "met"), (4.1, "off_track")]
)
def test_a_value_equal_to_the_target_as_published_meets_it(value, status):
    row = judge(target("upper_bound", year=2024), {**dict.fromkeys(range(2015, 2024), 5.0), 2024: value})
    assert row["status"] == status
    below = judge(
        target("upper_bound", comparison="<", year=2024), {**dict.fromkeys(range(2015, 2024), 5.0), 2024: 4.0}
    )
    assert below["status"] == "off_track"  # below 4.0 is asked for


# on the edge ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "status", "edge"),
    [
        (0.7951, "on_track", "probability"),  # printed as 80 %
        (0.7949, "at_risk", "probability"),
        (0.84, "on_track", ""),
        (0.77, "at_risk", "probability"),
        (0.76, "at_risk", ""),
        (0.4951, "at_risk", "probability"),
        (0.17, "off_track", "probability"),
        (0.16, "off_track", ""),
    ],
)
def test_the_printed_probability_decides_the_word_and_near_a_cut_it_is_said(p, status, edge):
    row = judge(target("upper_bound"), forecast=predicted(4.0 - 0.5 * norm.ppf(p), 0.5))
    assert round(1 - row["p_miss"], 3) == pytest.approx(p, abs=1.5e-3)
    assert (row["status"], row["borderline"]) == (status, edge)


def test_one_birth_more_or_less_is_said_beside_a_missed_milestone():
    births = dict.fromkeys(range(2015, 2024), (5.0, 1000.0))
    row = judge(target("upper_bound", year=2024), counted({**births, 2024: (5.0, 1000.0)}))
    assert row["status"] == "off_track" and row["borderline"] == "one_event"
    assert "（5/1,000）" in row["reason"] and "少1例即达标" in row["reason"]
    level = raised(target("upper_bound", year=2024), row)["level"].iloc[0]
    assert level == RULES.levels["missed_borderline"]


def test_three_years_together_are_said_where_they_differ():
    births = {**dict.fromkeys(range(2015, 2024), (2.0, 1000.0)), 2024: (7.0, 1000.0)}
    row = judge(target("upper_bound", year=2024), counted(births))
    assert row["borderline"] == "pooled"
    assert "2022—2024年合计3.7‰（11例），在目标以内。临界。" in row["reason"]


def test_a_single_birth_a_year_gives_no_false_certainty():
    row = judge(target("upper_bound", year=2024), counted(dict.fromkeys(LONG, (0.0, 1.0))))
    assert row["status"] == "met" and row["borderline"] == "one_event"
    assert "多1例即不达标" in row["reason"]


# directions carry no value --------------------------------------------------------------------------------------------


def test_a_direction_has_no_target_value_and_both_bases_are_said_where_they_differ():
    values = {**dict.fromkeys(LONG, 5.0), 2018: 9.0, 2019: 9.0, 2020: 3.0, 2024: 4.0}
    row = judge(target("direction", comparison="down", value=None), values, predicted(4.0, 0.3))
    assert math.isnan(row["target_value"]) and row["reference_value"] == pytest.approx(7.0)
    assert row["second_basis"] == "baseline_year" and row["second_status"] == "off_track"
    assert "低于2018—2020年平均（7.0‰）" in row["reason"] and "与2020年（3.0‰）相比，目前未优于该水平" in row["reason"]
    assert "目标值" not in row["reason"] and "2030年目标" not in row["reason"]


def test_the_words_of_a_direction_carry_the_test():
    rising = {year: 10.0 + year - 2010 for year in LONG}
    flat = {**rising, 2022: rising[2021]}

    def one(manner):
        return target("direction", comparison="up", value=None, manner=manner)

    ahead = FORECASTS.build(
        pd.concat([predicted(rising[2024] + year - 2024, 0.01, [year]) for year in range(2025, 2031)])
    )
    up = {"direction": "higher_is_better"}
    assert judge(one("every_year"), rising, ahead, **up)["status"] == "on_track"
    broken = judge(one("every_year"), flat, ahead, **up)
    assert broken["status"] == "at_risk" and "原文要求逐年增长，2022年没有增长" in broken["reason"]
    assert judge(one("trend"), flat, ahead, **up)["status"] == "on_track"
    steady = dict.fromkeys(LONG, 20.0) | {2021: 20.4, 2022: 19.6, 2023: 20.4, 2024: 20.2}
    near = predicted(20.2, 0.05)
    assert judge(one("end"), steady, near, **up)["status"] == "on_track"
    assert judge(one("clearly"), steady, near, **up)["status"] == "off_track"  # no more than a usual year's change


def test_a_change_of_definition_since_the_base_is_not_compared():
    table = observed(dict.fromkeys(LONG, 5.0))
    table.loc[table["time_period"] == 2022, "obs_status"] = "B"
    for one in (target("direction", comparison="down", value=None), target("relative_to_baseline", value=20.0)):
        row = judge(one, table, predicted(3.0, 0.2))
        assert row["status"] == "no_data" and "2022年起口径有变化" in row["reason"]
        assert math.isnan(row["observed_aarc"])


def test_a_baseline_in_a_special_event_year_has_a_second_verdict_where_it_decides():
    table = observed({**dict.fromkeys(LONG, 5.0), 2020: 8.0})
    table.loc[table["time_period"] == 2020, "obs_status"] = "S"
    row = judge(target("relative_to_baseline", value=20.0), table, predicted(5.0, 0.3))
    assert row["target_value"] == pytest.approx(6.4) and row["status"] == "on_track"
    assert (row["second_basis"], row["second_status"]) == ("mean", "off_track")
    assert "若以2018—2019年平均（5.0‰）为基期" in row["reason"]
    quiet = judge(target("relative_to_baseline", value=20.0), observed({**dict.fromkeys(LONG, 5.0), 2020: 8.0}))
    assert quiet["second_basis"] == ""


# gaps -----------------------------------------------------------------------------------------------------------------


def gap(before, now, people=(50_000.0, 20_000.0), dimensions=("residence",), **changes):
    """Return the verdict on a gap of town and country, from events a year before and since the base."""
    one = target("gap_or_qualitative", comparison="narrow", value=None, gap_dimensions=dimensions)
    tables = []
    for k, side in enumerate("UR"):
        values = {year: ((before if year <= 2020 else now)[k], people[k]) for year in range(2016, 2025)}
        tables.append(counted(values, residence=side))
    return judge(one, OBSERVATIONS.build(pd.concat(tables)), FORECASTS.empty(), **changes)


def test_a_gap_is_asked_of_the_side_that_lags():
    narrowed = gap((200, 160), (200, 100))  # country 8.0 and town 4.0, then 5.0 and 4.0
    assert narrowed["status"] == "on_track" and narrowed["at_target"] == "yes"
    assert narrowed["baseline_value"] == pytest.approx(4.0) and narrowed["latest_value"] == pytest.approx(1.0)
    assert narrowed["reason"].startswith("城乡差距") or "农村高于城镇4.0个千分点" in narrowed["reason"]
    assert math.isnan(narrowed["target_value"]) and math.isnan(narrowed["forecast"])
    assert gap((200, 160), (200, 300))["status"] == "off_track"


def test_a_gap_that_turned_round_is_gone_not_wider():
    row = gap((200, 100), (300, 60))  # the country lagged by 1.0, and is 3.0 ahead since
    assert row["status"] == "on_track" and row["latest_value"] == pytest.approx(-3.0)
    assert "农村已低于城镇3.0个千分点，原有差距已消除" in row["reason"]


def test_an_equal_gap_is_an_even_bet():
    row = gap((200, 160), (200, 160))
    assert 1 - row["p_miss"] == pytest.approx(0.5, abs=0.02) and row["borderline"] == "probability"


def test_a_gap_of_a_handful_of_events_is_not_judged():
    row = gap((10, 0.5), (10, 0.5))
    assert row["status"] == "no_data"
    assert "合计仅2例" in row["reason"] and "无法判断（样本量不足）" in row["reason"]
    assert not len(raised(target("gap_or_qualitative", comparison="narrow", value=None), row))
    tiny = gap((200, 10), (200, 10), people=(50_000.0, 2_500.0))  # equal rates: less than one event apart
    assert tiny["status"] == "no_data" and "小于一例之差" in tiny["reason"]


def test_a_gap_without_groups_or_of_other_areas_says_so():
    one = target("gap_or_qualitative", comparison="narrow", value=None, gap_dimensions=("residence", "area"))
    row = judge(one, observed(dict.fromkeys(LONG, 4.0)))
    assert row["status"] == "no_data"
    assert "分组数据不足" in row["reason"] and "地区差距须用上级或其他地区的数据" in row["reason"]


def test_gaps_of_sexes_and_of_sub_units_are_those_the_clause_names():
    one = target("gap_or_qualitative", comparison="narrow", value=None, gap_dimensions=("sex",))
    rates = {"M": (300, 200), "F": (200, 190)}
    tables = [counted({y: (rates[s][y > 2020], 50_000.0) for y in range(2016, 2025)}).assign(sex=s) for s in ("M", "F")]
    row = judge(one, OBSERVATIONS.build(pd.concat(tables)), FORECASTS.empty())
    assert row["status"] == "on_track" and "男高于女" in row["reason"]
    units = {"S1": (300, 210), "S2": (200, 200), "S3": (100, 190)}
    tables = [counted({y: (n[y > 2020], 50_000.0) for y in range(2016, 2025)}, area=s) for s, n in units.items()]
    one = replace(one, gap_dimensions=("subunit",))
    row = judge(one, OBSERVATIONS.build(pd.concat(tables)), FORECASTS.empty(), parts=tuple(units))
    assert row["status"] == "on_track" and "各单位与平均水平的平均差距" in row["reason"]


# sub-units, coverage, alerts ------------------------------------------------------------------------------------------


def test_the_row_of_a_sub_unit_target_shows_the_weakest_and_how_many_meet_it():
    one = target("every_subunit", comparison=">=", value=90.0, subunit="street", unit="percent")
    values = {"S1": 95.0, "S2": 87.0, "S3": 97.0}
    tables = [counted(dict.fromkeys(LONG, v), "percent", 200.0, 100.0, area=s) for s, v in values.items()]
    ahead = pd.concat([predicted(v, 1.0, area=s) for s, v in values.items()])
    row = judge(one, OBSERVATIONS.build(pd.concat(tables)), FORECASTS.build(ahead), parts=tuple(values), **SHARE)
    assert (row["units"], row["units_met"], row["weakest"]) == (3, 2, "S2")
    assert row["latest_value"] == pytest.approx(87.0)
    assert "3个单位中2个达到；最低的是S2" in row["reason"]


def test_full_coverage_is_counted_and_raises_no_alert_while_its_year_is_ahead():
    one = target("milestone", comparison=">=", value=100.0)
    done = share(one, dict.fromkeys(LONG, 100.0), predicted(90.0, 3.0))
    open_ = share(one, {**dict.fromkeys(LONG, 60.0), 2024: 90.0}, predicted(70.0, 3.0))
    assert (done["status"], open_["status"]) == ("met", "qualitative")
    for row in (done, open_):
        assert math.isnan(row["forecast"]) and not len(raised(one, row))
    assert "（200中的200）" in done["reason"]
    missed = share(replace(one, year=2024), {**dict.fromkeys(LONG, 60.0), 2024: 90.0})
    assert raised(replace(one, year=2024), missed)["rule"].tolist() == ["target_missed"]


def test_volatility_asks_for_nothing_where_it_is_long_past_or_the_target_is_safe():
    quiet = dict.fromkeys(range(2010, 2025), (100.0, 20_000.0))
    for year, forecast, expected in ((2012, 5.0, []), (2024, 3.0, []), (2024, 5.0, ["volatile"])):
        seen = counted({**quiet, year: (200.0, 20_000.0)})
        table = assess(plan(target("upper_bound")), seen, predicted(forecast, 0.5), RULES, 2024)
        restless = volatility(seen, {"h.x": False}, 2024, RULES)
        assert restless["label"].iloc[0] != "noise"
        found = alerts(table, plan(target("upper_bound")), RULES, 2024, restless)
        assert found.loc[found["rule"] == "volatile", "rule"].tolist() == expected


def test_years_of_alert_on_record_and_recomputed_are_two_things():
    one = target("upper_bound")
    table = assess(plan(one), observed(dict.fromkeys(LONG, 5.0)), predicted(5.0, 0.5), RULES, 2024)
    issued = ISSUED.build(
        pd.DataFrame([{"plan": "p", "target": one.id, "year": y, "level": "red", "number": ""} for y in (2023, 2021)])
    )
    row = alerts(table, plan(one), RULES, 2024, earlier=[{one.id}, {one.id}, {one.id}], issued=issued).iloc[0]
    assert (row["years_in_row"], row["years_on_record"]) == (4, 2)
    assert alerts(table, plan(one), RULES, 2024).iloc[0]["years_on_record"] == 1


def test_proposals_are_numbers_of_their_own_and_at_most_eight():
    hard = [target("upper_bound", id=f"h.goal.01.t{k}", year=2025 + k % 6, value=3.0 + k / 100) for k in range(12)]
    made = plan(*hard)
    seen, ahead = observed(dict.fromkeys(LONG, 5.0)), predicted(4.6, 0.4)
    table = assess(made, seen, ahead, RULES, 2024)
    found = proposals(table, ahead, made, RULES)
    assert len(found) == 6  # of two for one year only the strictest counts
    assert set(found.values()) == {("easier", 4.6)}
    for middle in (5.0, 5.4):  # as good as today, and worse: nobody sets such a target
        assert (
            proposals(assess(made, seen, predicted(middle, 0.4), RULES, 2024), predicted(middle, 0.4), made, RULES)
            == {}
        )
    easy = plan(
        target("upper_bound"),
        target("milestone", id="h.goal.01.t2"),
        target("direction", id="h.goal.01.t3", comparison="down", value=None),
    )
    near = observed(dict.fromkeys(LONG, 2.8))
    table = assess(easy, near, predicted(2.0, 0.1), RULES, 2024)
    found = proposals(table, predicted(2.0, 0.1), easy, RULES)
    assert found == {"h.goal.01.t1": ("stricter", 2.1)}
    table = assess(easy, seen, predicted(2.0, 0.1), RULES, 2024)
    assert proposals(table, predicted(2.0, 0.1), easy, RULES) == {}  # none is raised before it is reached
    better = observed(dict.fromkeys(LONG, 1.9))  # what is reached already is no harder target
    assert proposals(assess(easy, better, predicted(2.0, 0.1), RULES, 2024), predicted(2.0, 0.1), easy, RULES) == {}


# rules ----------------------------------------------------------------------------------------------------------------


def test_a_rules_file_may_state_only_what_differs(tmp_path):
    from analysis.assessment.rules import read_rules

    own = tmp_path / "own.yaml"
    own.write_text("id: county\nversion: 3\nprobability_met: {on_track: 0.9}\n", encoding="utf-8")
    rules = read_rules(own)
    assert (rules.id, rules.on_track, rules.at_risk) == ("county-3", 0.9, RULES.at_risk)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: x\nversion: 1\nmin_points: 3\n", "min_points"),
        ("id: x\nversion: 1\nprobability_met: {on_track: 0.4}\n", "on_track"),
        ("id: x\nversion: 1\nlevels: {missed: purple}\n", "purple"),
        ("- a\n", "键"),
        ("id: [\n", "YAML 格式有误"),
    ],
)
def test_a_wrong_rules_file_is_named(tmp_path, text, said):
    from analysis.assessment.rules import read_rules

    own = tmp_path / "own.yaml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_rules(own)
    assert said in error.value.message("zh") and "own.yaml" in error.value.message("zh")


def test_the_indicator_of_these_cases_is_a_rate():
    assert indicator().unit == "per_1000" and Text("a", "b").zh == "a"
