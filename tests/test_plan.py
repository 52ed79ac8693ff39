"""A plan is read whole or refused with all its faults; tested on a plan of one goal and one target."""

import pandas as pd
import pytest
import yaml

from analysis.exceptions import DataError, PlanError, UsageError
from analysis.plan import KINDS, display, read_plan
from analysis.plan import tables as files
from analysis.plan.check import report
from analysis.plan.clause_words import GAP_DIMENSIONS, MANNERS
from analysis.plan.reader import plan_ids

HEAD = {
    "id": "tiny",
    "title_zh": "小规划",
    "title_en": "Tiny plan",
    "area": "990101",
    "start_year": 2021,
    "end_year": 2030,
    "baseline_year": 2020,
    "milestones": [2025, 2030],
    "domains": [{"id": "health", "title_zh": "健康", "title_en": "Health"}],
}
CLAUSE = {
    "domain": "health",
    "title_zh": "题",
    "title_en": "Title",
    "clause": "一",
    "departments": "bureau",
    "number": 1,
}
INDICATOR = {
    **{name: "x" for name in files.INDICATORS.names},
    **{"indicator": "health.rate", "domain": "health", "unit": "percent", "direction": "higher_is_better"},
    **{"lower_bound": 0, "upper_bound": 100, "period_type": "calendar_year", "disaggregations": "sex;age"},
    **{"statistic": "binomial", "decimals": 1, "department": "bureau", "sample": "no", "population": ""},
    **{"standard": "", "aliases": ""},
}
TARGET = {
    **{name: "" for name in files.TARGETS.names},
    **{"id": "g1.t1", "parent": "g1", "indicator": "health.rate", "kind": "lower_bound", "comparison": ">="},
    **{"value": 90, "unit": "percent", "year": 2030, "year_assumed": "no", "strength": "hard"},
    **{"sex": "_T", "age": "_T", "residence": "_T", "group": "_T"},
    **{"clause": "一1", "text_zh": "不低于90%。", "text_en": "At least 90 %."},
}


@pytest.fixture
def plan(tmp_path):
    """Return a function that writes the tiny plan with changed cells and reads it."""

    def write(goals=(), measures=(), indicators=(), targets=({},), head=None):
        tables = {
            files.DEPARTMENTS: [{**dict.fromkeys(files.DEPARTMENTS.names, "局"), "code": "bureau", "confirmed": "yes"}],
            files.GOALS: [{"id": "g1", **CLAUSE, **dict(goals)}],
            files.MEASURES: [{"id": "m1", **CLAUSE, "goals": "g1", **dict(measures)}],
            files.INDICATORS: [{**INDICATOR, **dict(indicators)}],
            files.TARGETS: [{**TARGET, **changes} for changes in targets],
        }
        for table, rows in tables.items():
            pd.DataFrame(rows, dtype=object).reindex(columns=table.names).to_csv(
                tmp_path / f"{table.name}.csv", index=False
            )
        (tmp_path / "plan.yaml").write_text(yaml.safe_dump(HEAD if head is None else head), encoding="utf-8")
        return read_plan(tmp_path)

    return write


@pytest.fixture
def refused(plan, tmp_path):
    """Return a function that gives the faults of the tiny plan with changed cells."""

    def faults(**changes):
        with pytest.raises(PlanError) as error:
            plan(**changes)
        for lang in ("zh", "en"):
            assert str(tmp_path) not in error.value.message(lang)
        return error.value.faults

    return faults


def test_a_whole_plan_reads(plan):
    tiny = plan()
    assert (tiny.id, tiny.area, tiny.milestones, tiny.partial) == ("tiny", "990101", (2025, 2030), False)
    assert tiny.indicator("health.rate").disaggregations == ("sex", "age")
    target = tiny.target("g1.t1")
    assert (target.kind, target.value, target.value_upper, target.year) == ("lower_bound", 90, None, 2030)
    assert not target.lower_is_better
    assert [measure.id for measure in tiny.measures_for(target)] == ["m1"]
    assert tiny.parent(target).id == "g1"


def test_a_goal_whose_target_has_no_indicator_is_listed(plan):
    bare = {"indicator": "", "kind": "gap_or_qualitative", "comparison": "", "value": None, "unit": ""}
    assert [goal.id for goal in plan(targets=[bare]).goals_without_indicator()] == ["g1"]
    assert plan().goals_without_indicator() == []


def test_a_target_without_a_year_is_refused(refused):
    (fault,) = refused(targets=[{"year": None}])
    assert (fault.where.column, fault.where.item) == ("year", "g1.t1")
    assert fault.where.file.endswith("targets.csv")
    assert "目标年份" in fault.message("zh")
    assert "a target year" in fault.message("en")


@pytest.mark.parametrize(
    ("changes", "file", "item", "unknown"),
    [
        ({"targets": [{"indicator": "health.none"}]}, "targets.csv", "g1.t1", "health.none"),
        ({"targets": [{"parent": "g9"}]}, "targets.csv", "g1.t1", "g9"),
        ({"targets": [{"conflicts_with": "g9.t1"}]}, "targets.csv", "g1.t1", "g9.t1"),
        ({"goals": {"departments": "bureau;nobody"}}, "goals.csv", "g1", "nobody"),
        ({"goals": {"domain": "sea"}}, "goals.csv", "g1", "sea"),
        ({"measures": {"goals": "g1;g7"}}, "measures.csv", "m1", "g7"),
        ({"measures": {"departments": "nobody"}}, "measures.csv", "m1", "nobody"),
        ({"indicators": {"department": "nobody"}}, "indicators.csv", "health.rate", "nobody"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(refused, changes, file, item, unknown):
    (fault,) = refused(**changes)
    assert fault.where.file.endswith(file)
    assert fault.where.item == item
    for lang in ("zh", "en"):
        assert unknown in fault.message(lang)


@pytest.mark.parametrize("kind", KINDS)
def test_a_comparison_the_kind_does_not_know_is_refused(refused, kind):
    wrong = next(one for one in ("up", "narrow") if one not in KINDS[kind].comparisons)
    everything = {"baseline_year": 2020, "value_upper": 95, "subunit": "street"}
    (fault,) = refused(targets=[{**everything, "kind": kind, "comparison": wrong}])
    assert fault.where.column == "comparison"
    assert kind in fault.message("en")
    assert KINDS[kind].title.zh in fault.message("zh")


@pytest.mark.parametrize(("kind", "fact"), [(kind, fact) for kind, cls in KINDS.items() for fact in cls.needs])
def test_every_fact_a_kind_needs_is_asked_for(refused, kind, fact):
    whole = {"kind": kind, "comparison": KINDS[kind].comparisons[0], "baseline_year": 2020, "subunit": "street"}
    unit = {"compound_growth": "percent_per_year"}.get(kind, "percent")
    direction = "lower_is_better" if whole["comparison"] in ("<", "down") else "higher_is_better"
    (fault,) = refused(targets=[{**whole, "unit": unit, fact: None}], indicators={"direction": direction})
    assert fault.where.column == fact


FALL = {"kind": "relative_to_baseline", "comparison": "<=", "unit": "percent_of_baseline", "baseline_year": 2020}
BAND = {"kind": "yearly_change_band", "comparison": "up", "unit": "percentage_points", "baseline_year": 2020}
GROWTH = {"kind": "compound_growth", "unit": "percent_per_year", "baseline_year": 2020}
CUT = {"kind": "growth_rate_change", "comparison": "<=", "unit": "percent_of_baseline", "baseline_year": 2020}
LOWER = {"direction": "lower_is_better"}


@pytest.mark.parametrize(
    ("target", "indicator", "column", "allowed"),
    [
        ({**FALL, "value": -30}, LOWER, "value", "30 for a fall of 30 %"),
        ({**FALL, "value": 0}, LOWER, "value", "a positive number"),
        ({**FALL, "value": 130}, LOWER, "value", "at most 100"),
        ({**CUT, "value": -80}, LOWER, "value", "a positive number"),
        ({**GROWTH, "value": -6}, {}, "value", "a positive number"),
        ({**BAND, "value": -0.5}, {}, "value", "a positive number"),
        ({**BAND, "value": 1, "value_upper": 0.5}, {}, "value_upper", "at least value (1)"),
        ({**FALL, "value": 30}, {}, "comparison", "> or >="),
        ({}, LOWER, "comparison", "< or <="),
        ({"kind": "upper_bound", "comparison": "<"}, {}, "comparison", "> or >="),
        ({"kind": "milestone", "comparison": "<="}, {}, "comparison", "> or >="),
        ({"kind": "direction", "comparison": "down", "baseline_year": 2020}, {}, "comparison", "up"),
        ({**BAND, "value": 1}, LOWER, "comparison", "down"),
        ({"year": 2035}, {}, "year", "within 2021-2030"),
        ({"year": 2020}, {}, "year", "within 2021-2030"),
        ({"baseline_year": 2022}, {}, "baseline_year", "not after the plan's first year, 2021"),
        ({"unit": "per_1000"}, {}, "unit", "percent (the unit of health.rate is percent)"),
        ({**FALL, "value": 30, "unit": "per_1000"}, LOWER, "unit", "percent_of_baseline or percent"),
        ({**BAND, "value": 1, "unit": "percent_of_baseline"}, {}, "unit", "percentage_points or percent"),
        ({"unit": "%"}, {}, "unit", "the code percent"),
        ({"value": 120}, {}, "value", "within 0 to 100"),
        ({"value": -1}, {}, "value", "within 0 to 100"),
        ({"value_upper": 101}, {}, "value_upper", "within 0 to 100"),
        ({"value_upper": 80}, {}, "value_upper", "at least value (90)"),
        ({"manner": "trend"}, {}, "manner", "kind direction only"),
        ({"gap_dimensions": "sex"}, {}, "gap_dimensions", "comparison is narrow"),
    ],
)
def test_a_target_that_contradicts_itself_or_its_indicator_is_refused(refused, target, indicator, column, allowed):
    (fault,) = refused(targets=[target], indicators=indicator)
    assert (fault.where.item, fault.where.column) == ("g1.t1", column)
    assert fault.where.file.endswith("targets.csv")
    assert allowed in fault.expected.en
    assert all(part.zh and part.en for part in (fault.found, fault.expected, fault.action))


@pytest.mark.parametrize(
    ("target", "indicator"),
    [
        ({"year": 2021}, {}),  # first and last year belong to the plan
        ({"year": 2030, "baseline_year": 2021}, {}),
        ({"value": 100}, {}),
        ({"value": 120}, {"upper_bound": None}),  # a gross rate
        ({"value": 35, "value_upper": 40}, LOWER),  # a range has both ends and no direction
        ({"value": 90, "value_upper": 90}, {}),
        ({**FALL, "value": 100}, LOWER),
        ({**FALL, "value": 30, "unit": "percent"}, LOWER),
        ({**FALL, "value": 30, "comparison": ">="}, {}),  # a rise of 30 %
        ({**BAND, "value": 0.5, "value_upper": 1}, {}),
        ({"kind": "milestone", "comparison": "=", "value": 0}, LOWER),
        ({"unit": "yuan", "value": 900}, {"unit": "yuan", "upper_bound": None}),
    ],
)
def test_a_target_at_the_edge_of_what_is_allowed_is_read(plan, target, indicator):
    assert plan(targets=[target], indicators=indicator).target("g1.t1").value is not None


def test_a_range_entered_as_two_bounds_is_read_and_pointed_out(plan):
    ends = [
        {"kind": "upper_bound", "comparison": "<=", "value": 40},
        {"id": "g1.t2", "kind": "lower_bound", "comparison": ">=", "value": 35},
    ]
    text = report(plan(targets=ends, indicators=LOWER), "en")
    assert "1 ranges entered as two targets" in text and "g1.t1  +  g1.t2" in text
    assert "ranges" not in report(plan(), "en")


def test_two_bounds_that_make_no_range_are_refused_where_one_is_the_wrong_way_round(refused):
    ends = [{"kind": "upper_bound", "comparison": "<=", "value": 35}, {"id": "g1.t2", "value": 40}]
    (fault,) = refused(targets=ends, indicators=LOWER)
    assert (fault.where.item, fault.where.column) == ("g1.t2", "comparison")


def test_a_unit_written_as_a_sign_is_named_at_the_indicator_and_at_the_target(refused):
    faults = refused(targets=[{"unit": "％"}], indicators={"unit": "%"})
    assert [(one.where.item, one.where.column) for one in faults] == [("health.rate", "unit"), ("g1.t1", "unit")]


@pytest.mark.parametrize(("given", "read"), [("", "trend"), ("every_year", "every_year"), ("clearly", "clearly")])
def test_a_direction_is_tested_in_the_manner_of_its_clause(plan, given, read):
    rises = {"kind": "direction", "comparison": "up", "value": None, "unit": "", "baseline_year": 2020}
    target = plan(targets=[{**rises, "manner": given}]).target("g1.t1")
    assert target.manner == read
    assert plan().target("g1.t1").manner == ""
    rows = {lang: dict(display.target_rows(target, lang)) for lang in ("zh", "en")}
    assert rows["zh"]["检验方式"] == MANNERS[read].zh and rows["en"]["Tested"] == MANNERS[read].en


GAP = {"kind": "gap_or_qualitative", "comparison": "narrow", "value": None, "unit": ""}


@pytest.mark.parametrize(
    ("given", "read"), [("", ("residence",)), ("sex", ("sex",)), ("residence; area", ("residence", "area"))]
)
def test_a_gap_is_between_those_the_clause_names(plan, given, read):
    target = plan(targets=[{**GAP, "gap_dimensions": given}]).target("g1.t1")
    assert target.gap_dimensions == read
    assert plan().target("g1.t1").gap_dimensions == ()
    assert dict(display.target_rows(target, "zh"))["差距"] == "、".join(GAP_DIMENSIONS[one].zh for one in read)


def test_an_unknown_gap_dimension_is_refused_with_those_there_are(refused):
    (fault,) = refused(targets=[{**GAP, "gap_dimensions": "residence;gender"}])
    assert (fault.where.column, fault.found.en) == ("gap_dimensions", "'gender'")
    assert all(one in fault.expected.en for one in GAP_DIMENSIONS)


def test_a_misspelt_manner_is_a_fault_of_the_file(plan):
    with pytest.raises(DataError) as error:
        plan(targets=[{"manner": "yearly"}])
    (fault,) = error.value.faults
    assert (fault.where.row, fault.where.column) == (2, "manner")
    assert "every_year" in fault.expected.en


@pytest.mark.parametrize(
    ("target", "indicator", "asked"),
    [
        ({"value": 17, "unit": "count"}, {"unit": "count", "upper_bound": None}, "≥ 17"),
        ({"value": 7.9, "unit": "count"}, {"unit": "count", "upper_bound": None}, "≥ 7.9"),
        ({}, {}, "≥ 90.0%"),
        ({"value": 35, "value_upper": 40}, {}, "35.0—40.0%"),
        ({**BAND, "value": 0.5, "value_upper": 1}, {}, "↑ 0.5—1.0个百分点"),
    ],
)
def test_a_target_shows_what_it_asks_for(plan, target, indicator, asked):
    assert display.asked(plan(targets=[target], indicators=indicator).target("g1.t1"), "zh") == asked


@pytest.mark.parametrize("key", sorted(set(HEAD) - {"title_en"}))
def test_a_missing_key_of_the_head_is_named(refused, key):
    (fault,) = refused(head={name: value for name, value in HEAD.items() if name != key})
    assert f"缺少 {key}\n" in fault.message("zh")
    assert fault.where.file.endswith("plan.yaml")


def test_an_unknown_kind_is_a_fault_of_the_file(plan):
    with pytest.raises(DataError) as error:
        plan(targets=[{"kind": "wish"}])
    assert (error.value.faults[0].where.row, error.value.faults[0].where.column) == (2, "kind")


def test_all_faults_are_collected(refused):
    targets = [
        {"year": None},
        {"id": "g1.t2", "indicator": "none", "comparison": "<="},
        {"id": "g1.t3", "parent": "g9"},
    ]
    assert len(refused(targets=targets, goals={"domain": "sea"})) == 5


def test_an_unknown_plan_lists_the_known_ones():
    with pytest.raises(UsageError) as error:
        read_plan("no-such-plan")
    for id in plan_ids():
        assert id in error.value.message("zh")
        assert id in error.value.message("en")


def test_there_are_fifteen_kinds_each_with_a_title_in_both_languages():
    assert len(KINDS) == 15
    for kind, cls in KINDS.items():
        assert cls.kind == kind
        assert cls.title.zh and cls.title.en and cls.title.en.isascii()
    assert len({cls.title.zh for cls in KINDS.values()}) == 15


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_check_counts_the_parts(plan, lang):
    text = report(plan(), lang)
    assert ("主要目标 1 项" if lang == "zh" else "1 goals, 1 measures, 1 targets") in text
    assert "1 / 1 / 1" in text


def test_a_measure_pairs_with_its_own_targets_and_what_it_names_not_with_its_goals(plan):
    assert plan().indicators_of(plan().measures[0]) == []
    tiny = plan(measures={"indicators": "health.rate"})
    assert [one.id for one in tiny.indicators_of(tiny.measures[0])] == ["health.rate"]
    tiny = plan(targets=[{}, {"id": "m1.t1", "parent": "m1"}], measures={"indicators": "health.rate"})
    assert [one.id for one in tiny.indicators_of(tiny.measures[0])] == ["health.rate"]


@pytest.mark.parametrize(
    ("changes", "file", "item"),
    [
        ({"measures": {"indicators": "health.rate;none.such"}}, "measures.csv", "m1"),
        ({"indicators": {"sample": "yes", "population": "none.such"}}, "indicators.csv", "health.rate"),
    ],
)
def test_an_indicator_that_is_named_exists(refused, changes, file, item):
    (fault,) = refused(**changes)
    assert fault.where.file.endswith(file) and fault.where.item == item
    assert "none.such" in fault.message("zh") and "none.such" in fault.message("en")


def test_columns_on_samples_and_units_may_be_left_out(plan, tmp_path):
    plan()
    path = tmp_path / "indicators.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.drop(columns=["sample", "population", "count_unit_zh", "count_unit_en"]).to_csv(path, index=False)
    one = read_plan(tmp_path).indicator("health.rate")
    assert (one.sample, one.population, one.count_unit.zh) == (False, "", "人")
    table.assign(sample="perhaps").to_csv(path, index=False)
    with pytest.raises(DataError):
        read_plan(tmp_path)
