"""Counts in their own unit, of the whole group, and comparisons that stop at a change of definition."""

import pandas as pd
import pytest
from test_assessment import indicator, plan, target

from analysis.assessment.rules import read_rules
from analysis.exceptions import Text
from analysis.formats import whole
from analysis.marks import unmarked
from analysis.narrative import beside, statistics
from analysis.plan import counted
from analysis.schema import ASSESSMENTS, DETAILS

SCHOOLS = Text("所学校", "school/schools")


@pytest.mark.parametrize(
    ("value", "text"),
    [(31.5, "32"), (-2.4, "2"), (0.0, "0"), (0.4, "不足1"), (-0.4, "不足1"), (0.5, "1"), (12345.0, "12,345")],
)
def test_a_count_is_whole(value, text):
    assert whole(value) == text


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_an_unknown_count_is_a_dash(value):
    assert counted(indicator(), value, "zh") == counted(indicator(), value, "en") == "—"


def test_a_count_has_the_unit_of_its_indicator():
    schools = indicator(count_unit=SCHOOLS)
    assert counted(schools, 3, "zh") == "3所学校" and counted(indicator(), 3, "zh") == "3人"
    assert [counted(schools, n, "en") for n in (1, 2, 0.3)] == ["1 school", "2 schools", "less than 1 school"]
    assert counted(indicator(count_unit=Text("剂次", "doses")), 1, "en") == "1 doses"  # no singular was given


def details(**cells):
    row = {"target": "h.goal.01.t1", "status": "at_risk", "numerator": 100.0, "denominator": 400.0, "people": -20.0}
    return DETAILS.build(
        pd.DataFrame([{**row, "allowed_events": 80.0, "flips": "", **cells}]).reindex(columns=DETAILS.names)
    )


def to_go(table, whole_plan, lang="zh"):
    row = beside.details_table(table, whole_plan, lang).iloc[0]
    return row.iloc[2], row.iloc[3]


def changed(**changes):
    return plan(target("upper_bound"), **changes)


def test_people_to_go_are_in_the_unit_of_the_indicator():
    assert to_go(details(), changed(count_unit=SCHOOLS)) == ("还需减少20所学校", "80")
    assert to_go(details(people=7.0), changed(count_unit=SCHOOLS), "en")[0] == "7 schools more to cover"
    assert to_go(details(people=0.0), changed())[0] == "已达到"


def test_of_a_sample_no_people_are_told():
    assert to_go(details(), changed(sample=True)) == ("—", "—")
    assert to_go(details(), changed(sample=True, population="h.unknown")) == ("—", "—")


def test_a_direction_has_nobody_to_go():
    assert to_go(details(), plan(target("direction", comparison="down", value=None))) == ("—", "—")


def test_a_sample_is_scaled_to_its_group_where_that_is_known():
    everyone = target("lower_bound", id="h.goal.01.t2", indicator="h.all", comparison=">=", value=90.0)
    both = plan(target("upper_bound"), everyone, sample=True, population="h.all")
    both = both.__class__(**{**both.__dict__, "indicators": (*both.indicators, indicator(id="h.all"))})
    table = pd.concat([details(), details(target="h.goal.01.t2", people=5.0, denominator=30000.0)], ignore_index=True)
    assert to_go(DETAILS.build(table), both)[0] == "还需减少1,500人"


def assessed(**cells):
    row = dict.fromkeys(ASSESSMENTS.names)
    row |= {"plan": "p", "target": "h.goal.01.t1", "indicator": "h.x", "ref_area": "A", "target_year": 2030}
    row |= dict.fromkeys(("sex", "age", "residence", "group"), "_T")
    row |= {
        "baseline_year": 2020,
        "baseline_value": 5.0,
        "latest_year": 2024,
        "latest_value": 6.0,
        "status": "off_track",
    }
    return pd.DataFrame([{**row, "target_value": 4.0, **cells}])


def marked(year, area="A", value=5.0):
    row = {"indicator": "h.x", "ref_area": area, "time_period": year, "obs_value": value, "obs_status": "B"}
    return pd.DataFrame([{**row, **dict.fromkeys(("sex", "age", "residence", "group"), "_T")}])


@pytest.mark.parametrize(
    ("year", "area", "compared"),
    [(2021, "A", False), (2024, "A", False), (2020, "A", True), (2025, "A", True), (2022, "S1", True)],
)
def test_before_and_after_are_not_compared_across_a_new_definition(year, area, compared):
    table = statistics.ten_years(assessed(), marked(year, area), plan(target("upper_bound")), read_rules(), "zh")
    assert table["变化"].map(unmarked).tolist() == ["+1.0" if compared else "口径变化，不比较"]
    causes = statistics.causes(assessed(), marked(year, area), plan(target("upper_bound")))
    assert causes == {"h.goal.01.t1": "wrong_way" if compared else "break"}


@pytest.mark.parametrize(
    ("cells", "value", "expected"),
    [
        ({"borderline": "one_event"}, 5.0, "edge"),
        ({"at_target": "yes", "latest_value": 3.0}, 3.0, "unsteady"),  # reached and not lost
        ({"at_target": "no"}, 3.5, "late"),
        ({"at_target": "no"}, 5.0, "wrong_way"),
        ({"at_target": "no", "latest_value": 4.5}, 5.0, "too_slow"),
        ({"status": "no_data"}, 5.0, "data"),
    ],
)
def test_a_miss_is_of_the_class_its_row_and_its_years_say(cells, value, expected):
    seen = marked(2022, value=value).assign(obs_status="A")
    found = statistics.causes(assessed(**cells), seen, plan(target("upper_bound")))
    assert found == {"h.goal.01.t1": expected}


def test_a_break_without_a_value_or_a_baseline_is_no_trouble():
    own = plan(target("upper_bound"))
    table = statistics.ten_years(assessed(), marked(2022, value=None), own, read_rules(), "en")
    assert table["Change"].map(unmarked).tolist() == ["new definition: not compared"]
    bare = assessed(baseline_year=None, baseline_value=None)
    assert statistics.ten_years(bare, marked(2022), own, read_rules(), "zh")["变化"].map(unmarked).tolist() == ["—"]
