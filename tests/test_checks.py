"""Each data check on tables small enough to judge by hand: what it finds, and the sound data it leaves alone."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT

from analysis.data.observations import AREAS
from analysis.data.quality import CHECKS, run_checks
from analysis.data.quality.slips import factor_of
from analysis.exceptions import Text
from analysis.plan import read_plan
from analysis.schema import OBSERVATIONS

PLAN = read_plan("tiexi-2021-2030")
SHARE, RATE, GROSS = "health.vaccination", "health.imr", "education.preschool_gross"
NONE = AREAS.empty()
STREETS = pd.DataFrame({"code": ["D", *(f"S{i}" for i in range(7))], "parent": ["", *["D"] * 7]})


def rows(values, indicator=SHARE, area="S0", first=2018, **cells):
    """Return one series: a value a year, or a dict of cells; `cells` are the same in every row."""
    unit = PLAN.indicator(indicator).unit if PLAN.has_indicator(indicator) else "other"
    out = []
    for year, one in enumerate(values, first):
        given = one if isinstance(one, dict) else {"obs_value": one}
        fixed = dict.fromkeys(("sex", "age", "residence", "group"), "_T") | {
            "indicator": indicator, "ref_area": area, "time_period": year, "unit": unit, "obs_status": "A",
            "source": "a", "vintage": "1", "note": "", "numerator": math.nan, "denominator": math.nan,
        }  # fmt: skip
        out.append({**fixed, **cells, **given})
    return pd.DataFrame(out)


def found(*tables, areas=NONE, plan=PLAN, year=2030):
    """Return what every check finds: {check: [(year, area, reason)]}, the silent ones left out."""
    results = run_checks(OBSERVATIONS.build(pd.concat(tables)), plan, areas, year)
    assert [one.check for one in results] == list(CHECKS)
    return {
        one.check: list(zip(one.rows["time_period"], one.rows["ref_area"], one.rows["reason_zh"], strict=True))
        for one in results
        if len(one.rows)
    }


def years(results, check):
    return [year for year, _, _ in results.get(check, [])]


STEADY = [92.0, 92.5, 93.0, 92.8, 93.1, 92.9]


@pytest.mark.parametrize("source", ["a", "b"])
@pytest.mark.parametrize("vintage", ["1", "2"])
def test_a_series_is_followed_across_sources_and_vintages(source, vintage):
    results = found(rows(STEADY), rows([0.97], first=2024, source=source, vintage=vintage))
    assert list(results) == ["units_mixed_up"] and years(results, "units_mixed_up") == [2024]
    assert "疑为 97（相差100倍" in results["units_mixed_up"][0][2]


def test_the_row_that_counts_is_the_one_the_evaluation_takes():
    two = [rows(STEADY), rows([0.97], first=2024, source="b"), rows([93.0], first=2024, source="c")]
    first = replace(PLAN, source_precedence=("c", "b"))
    assert set(found(*two, plan=first)) == {"conflicting_sources"}
    assert "units_mixed_up" in found(*two, plan=replace(PLAN, source_precedence=("b", "c")))
    assert set(found(rows(STEADY), rows([0.93], first=2023, vintage="0"))) == set()  # revised since


@pytest.mark.parametrize(
    "name, unit, lower, upper, expected",
    [
        ("接种率", "percent", None, None, (0, 100)),
        ("毛入园率", "percent", None, None, (0, None)),
        ("比重", "percent", None, 150.0, (0, 150)),
        ("比重", "percent", 20.0, 80.0, (20, 80)),
        ("人口增长率", "percent", None, None, (None, None)),
        ("费用变化", "percent", -50.0, None, (-50, None)),
        ("生长迟缓率", "percent", None, None, (0, 100)),  # of a child's growth, not of a rate
        ("死亡率", "per_1000", None, None, (0, None)),
        ("机构数", "count", None, None, (0, None)),
        ("差距", "percentage_points", None, None, (None, None)),
    ],
)
def test_bounds_follow_from_the_unit(name, unit, lower, upper, expected):
    one = replace(PLAN.indicator(SHARE), name=Text(name, "growth"), unit=unit, lower=lower, upper=upper)
    assert one.bounds == expected


def test_an_english_plan_has_bounds_too():
    def of(name):
        return replace(PLAN.indicator(SHARE), name=Text("", name), lower=None, upper=None).bounds

    assert of("Gross enrolment") == (0, None) and of("Growth of enrolment") == (None, None)
    assert of("Gross motor skills") == (0, 100) and of("Enrolment") == (0, 100)


def test_what_cannot_be_is_out_of_range():
    assert years(found(rows([96, 101, 97, -1, 97])), "outside_range") == [2019, 2021]
    assert "outside_range" not in found(rows([101, 105, 110], GROSS))
    assert years(found(rows([4, -0.5, 4], RATE)), "outside_range") == [2019]
    assert "outside_range" not in found(rows([0, 100, math.nan, 0]))
    assert years(found(rows([4, 4.5, math.inf], RATE)), "outside_range") == [2020]
    assert years(found(rows([{"obs_value": math.nan, "numerator": math.inf, "denominator": 5.0}])), "outside_range")
    bare = replace(PLAN, indicators=tuple(replace(one, lower=None, upper=None) for one in PLAN.indicators))
    assert years(found(rows([96, 101, 97]), plan=bare), "outside_range") == [2019]


@pytest.mark.parametrize("indicator, wrong", [(SHARE, True), (RATE, True), (GROSS, False)])
def test_a_numerator_above_its_denominator_is_found_once(indicator, wrong):
    scale = 1000 if indicator == RATE else 100
    bare = replace(PLAN, indicators=tuple(replace(one, lower=None, upper=None) for one in PLAN.indicators))
    results = found(
        rows([{"obs_value": scale * 1.2, "numerator": 1200.0, "denominator": 1000.0}], indicator), plan=bare
    )
    assert set(results) == ({"numerator_above_denominator"} if wrong else set())


def test_years_to_come():
    assert years(found(rows([92, 93, 94], first=2025), year=2026), "future_years") == [2027]
    assert found(rows([92, 93, 94], first=2025), year=2027) == {}


def test_a_unit_that_changes_is_shown_with_the_other():
    results = found(rows(STEADY), rows([930.0], first=2024, unit="per_1000"))
    assert list(results) == ["changed_units"] and years(results, "changed_units") == [2024]  # nothing else of that row
    assert "‰" in results["changed_units"][0][2] and "%" in results["changed_units"][0][2]
    assert found(rows([1.0, 1.1], "health.paediatricians"), rows([1.2], "health.paediatricians", first=2020, unit="per_1000")) == {}  # fmt: skip  # noqa: E501
    other = [rows([5.0, 5.0], "unknown.one", unit="per_1000"), rows([5.0], "unknown.one", first=2020, unit="percent")]
    assert years(found(*other), "changed_units") == [2020]  # the most usual where the plan says nothing


def counts(numerator, denominator, scale=100):
    return {"obs_value": scale * numerator / denominator, "numerator": numerator, "denominator": denominator}


def test_counts_that_are_exchanged():
    good = [counts(300.0, 1000.0), counts(310.0, 1010.0), counts(305.0, 990.0)]
    bad = {**good[1], "numerator": 1010.0, "denominator": 310.0}
    assert list(found(rows([good[0], bad, good[2]]))) == ["swapped_counts"]  # not again as a numerator above
    assert years(found(rows([good[0], bad])), "swapped_counts") == [2019]  # the year before alone
    assert years(found(rows([bad, good[0], good[2]])), "swapped_counts") == [2018]
    assert found(rows(good)) == {} and found(rows(good[:1])) == {}
    assert found(rows([counts(0.0, 10.0), counts(0.0, 10.0), counts(1.0, 10.0)])) == {}
    near = [counts(970.0, 1000.0), counts(975.0, 990.0), counts(960.0, 1010.0)]
    assert found(rows(near)) == {}  # of nearly all the two are hardly told apart


FACTORS = [10, 100, 1000, 0.1, 0.01, 0.001]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("n", [3, 4, 6])
def test_slips_are_proposed_from_few_years_and_many(n, factor):
    values = [4.0, 4.1, 3.9, 4.05, 3.95, 4.0][:n]
    values[1] *= factor
    results = found(rows(values, RATE))
    assert years(results, "units_mixed_up") == [2019] and list(results) == ["units_mixed_up"]
    assert f"疑为 4.1（相差{max(factor, 1 / factor):g}倍" in results["units_mixed_up"][0][2]


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [0.0, 0.0, 4.0, 0.0, 0.0, 0.0],
        [4.0],
        [4.0, 40.0],  # which of two?
        [4.0, 7.0, 40.0],  # the others do not agree
        [4.0, 4.0, 60.0],  # no power of ten
        [40.0, 35.0, 28.0, 20.0, 12.0, 7.0, 4.0],  # the end of a trend
        [math.nan, math.nan, math.nan],
    ],
)
def test_no_slip_is_seen_where_none_is_sure(values):
    assert "units_mixed_up" not in found(rows(values, RATE))


def test_a_change_of_scale_that_is_marked_is_no_slip():
    marked = [{"obs_value": v, "obs_status": s} for v, s in zip([97, 0.97, 96, 0.96, 97, 0.97], "ABBBBB", strict=True)]
    assert set(found(rows(marked))) == {"definition_changes"}
    after = [97.0, 96.0, 97.0, {"obs_value": 0.97, "obs_status": "B"}, 0.96, 0.97]
    others = [rows([97.0, 96.0, 97.0, 95.0, 96.0, 97.0], area=f"S{i}") for i in range(1, 7)]
    results = found(rows(after), *others, rows([97.0] * 3, area="D"), areas=STREETS)
    assert not {"units_mixed_up", "jumps"} & set(results)


def test_a_slip_of_the_counts_is_none_of_the_value():
    good = [counts(40.0, 10000.0, 1000), counts(41.0, 10000.0, 1000), counts(39.0, 10000.0, 1000)]
    results = found(rows([*good, {**good[1], "numerator": 410.0}], RATE))
    assert set(results) == {"value_against_counts"}
    results = found(rows([*good, {**good[1], "obs_value": 41.0}], RATE))
    assert set(results) == {"units_mixed_up"} and "疑为 4.1" in results["units_mixed_up"][0][2]


def test_few_events_are_no_slip():
    some = [counts(n, 1000.0, 1000) for n in (1.0, 1.0, 1.0)]
    assert "units_mixed_up" not in found(rows([*some, {"obs_value": 0.1}], RATE))  # of one event a tenth says nothing


def test_other_areas_and_the_area_above_are_asked_where_the_years_say_nothing():
    def others(n, values):
        return [rows(values, area=f"S{i}") for i in range(1, n)]

    results = found(rows([0.97]), *others(6, [96.0]), areas=STREETS)
    assert results["units_mixed_up"][0][1] == "S0" and "同级其他地区" in results["units_mixed_up"][0][2]
    assert "units_mixed_up" not in found(rows([0.97]), *others(5, [96.0]), areas=STREETS)  # four others are too few
    results = found(rows([0.97]), rows([96.0], area="D"), areas=STREETS)
    assert results["units_mixed_up"][0][1] == "S0" and "上级地区" in results["units_mixed_up"][0][2]
    assert found(rows([0.97]), rows([0.0], area="D"), areas=STREETS) == {}
    all_years = found(rows([0.96, 0.97, 0.96]), *others(6, [96.0, 96.5, 97.0]), areas=STREETS)
    assert years(all_years, "units_mixed_up") == [2018, 2019, 2020]  # every year reported as a fraction
    counted = [rows([70.0], "welfare.organisations", area=f"S{i}") for i in range(1, 7)]
    assert found(rows([7.0], "welfare.organisations"), *counted, areas=STREETS) == {}  # areas differ in size
    rare = [rows([0.5], "education.dropout_junior", area="D"), rows([0.05], "education.dropout_junior")]
    assert found(*rare, areas=STREETS) == {}  # a tenth of a rare thing is possible


def test_a_slip_above_does_not_accuse_those_below():
    below = [rows(STEADY, area=f"S{i}") for i in range(7)]
    wrong = [*STEADY[:3], 0.928, *STEADY[4:]]
    results = found(rows(wrong, area="D"), *below, areas=STREETS)
    assert [(year, area) for year, area, _ in results["units_mixed_up"]] == [(2021, "D")]


def test_factors_by_hand():
    assert factor_of(0.97, 97.0) == 0.01 and factor_of(970.0, 0.97) == 1000 and factor_of(97.0, 97.0) is None
    assert factor_of(0.0, 97.0) is None and factor_of(9.0, 0.0) is None and factor_of(math.inf, 1.0) is None


def test_a_jump_is_said_once_and_not_on_the_way_back():
    wavy = [50.0, 50.4, 50.1, 50.5, 50.2, 50.6, 50.3]
    assert years(found(rows([*wavy[:3], 62.0, *wavy[4:]])), "jumps") == [2021]
    stepped = rows([*wavy[:3], *(v + 12 for v in wavy[3:])])
    assert years(found(stepped), "jumps") == [2021]  # and stays there
    trend = pd.DataFrame({"v": [50.0, 51.1, 51.9, 53.0, 60.0, 61.1, 61.9], "y": [0, 1, 2, 3, 10, 11, 12]})
    gap = rows(trend["v"].tolist()).assign(time_period=2000 + trend["y"])
    assert found(gap) == {}  # seven usual steps over seven years


def test_a_value_copied_down_is_said_once():
    same = [rows([96.5], area=f"S{i}") for i in range(4)]
    results = found(*same, areas=STREETS)
    assert list(results) == ["copied_down"] and len(results["copied_down"]) == 1
    assert "4个地区" in results["copied_down"][0][2]
    assert found(*same[:2], areas=STREETS) == {}
    assert found(*same, rows([96.4], area="S6"), areas=STREETS) == {}
    assert found(*(rows([v], area=f"S{i}") for i in range(4) for v in (100.0,)), areas=STREETS) == {}
    assert found(*(rows([96.0], area=f"S{i}") for i in range(4)), areas=STREETS) == {}  # whole numbers agree easily
    counted = [rows([counts(965.0 * k, 1000.0 * k)], area=f"S{k}") for k in range(1, 5)]
    assert found(*counted, areas=STREETS) == {}
    copied = [rows([counts(965.0, 1000.0)], area=f"S{k}") for k in range(1, 5)]
    assert list(found(*copied, areas=STREETS)) == ["copied_down"]  # the counts were copied too
    few = [rows([counts(13.0, 16.0)], area=f"S{k}") for k in range(1, 5)]
    assert found(*few, areas=STREETS) == {}
    groups = [rows([96.5], sex=sex) for sex in "MF"] + [rows([96.5], residence=place) for place in "UR"]
    assert "4个分组" in found(*groups)["copied_down"][0][2]
    assert found(*groups[:2]) == {}


def test_areas_of_different_levels_are_not_held_together():
    tree = pd.DataFrame({"code": ["P", "D", "S1", "S2"], "parent": ["", "P", "D", "D"]})
    assert found(*(rows([96.5], area=code) for code in tree["code"]), areas=tree) == {}


def test_parts_and_the_total_may_come_from_two_sources():
    whole = rows([counts(100.0, 1000.0)], source="b")
    parts = [rows([counts(n, 500.0)], sex=sex) for sex, n in (("M", 40.0), ("F", 50.0))]
    results = found(whole, *parts)
    assert list(results) == ["parts_and_totals"] and "90" in results["parts_and_totals"][0][2]
    assert found(whole, parts[1], rows([counts(50.0, 500.0)], sex="M")) == {}
    assert found(whole, parts[0]) == {}  # a part is missing


def test_deaths_nest_across_sources():
    results = found(rows([5.0], "health.nmr", source="x"), rows([4.0], "health.imr", source="y"))
    assert list(results) == ["nested_deaths"]
    assert found(rows([4.0], "health.nmr"), rows([4.0], "health.imr")) == {}


def test_every_check_says_what_to_do_and_finds_nothing_in_empty_data():
    for one in run_checks(OBSERVATIONS.empty(), PLAN, NONE, 2026):
        assert len(one.rows) == 0 and len(one.remedy.zh) > 8 and len(one.remedy.en) > 8


def test_the_documents_list_every_check():
    listed = (ROOT / "docs" / "nomenclature.md").read_text(encoding="utf-8")
    for name, (severity, title, _) in CHECKS.items():
        assert f"| `{name}` | {title.zh} | {severity} |" in listed


def test_checks_do_not_change_the_data():
    table = OBSERVATIONS.build(rows([*STEADY, 0.97]))
    before = table.copy()
    run_checks(table, PLAN, NONE, 2030)
    pd.testing.assert_frame_equal(table, before)
