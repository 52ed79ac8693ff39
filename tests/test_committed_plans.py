"""The plans in data/plans: complete, and their numbers those of the source documents."""

from collections import Counter

import pytest

from analysis.plan import KINDS, read_plan
from analysis.plan.clause_words import soft_word
from analysis.plan.meaning import other_end
from analysis.plan.reader import plan_ids

COUNTS = {
    "health": (15, 16),
    "safety": (10, 12),
    "education": (8, 12),
    "welfare": (10, 13),
    "family": (8, 9),
    "environment": (10, 11),
    "law": (10, 14),
}
# indicator, year, comparison, value, clause: read by eye from the district's document
HAND_CHECKED = [
    ("health.nmr", 2025, "<=", 3.0, "二（一）主要目标3"),
    ("health.imr", 2025, "<=", 4.5, "二（一）主要目标3"),
    ("health.u5mr", 2030, "<=", 4.4, "二（一）主要目标3"),
    ("health.caries_12", 2030, "<=", 25, "二（一）主要目标7"),
    ("health.anaemia_u5", 2030, "<=", 4, "二（一）主要目标10"),
    ("health.eye_examination", 2025, ">=", 90, "二（一）主要目标12"),
    ("health.eye_examination", 2030, ">=", 94, "二（一）主要目标12"),
    ("health.myopia_primary", 2030, "<", 38, "二（一）主要目标12"),
    ("health.fitness_good", 2030, ">=", 60, "二（一）主要目标13"),
    ("health.paediatricians", 2030, ">=", 1.12, "二（一）策略措施2"),
    ("health.paediatric_beds", 2030, ">=", 3.17, "二（一）策略措施2"),
    ("safety.injury_mortality", 2030, "<=", 20, "二（二）主要目标1"),
    ("education.preschool_inclusive", 2030, ">=", 80, "二（三）主要目标2"),
    ("education.dropout_primary", 2030, "<=", 0.5, "二（三）主要目标3"),
    ("education.retention_9y", 2030, ">=", 97, "二（三）主要目标3"),
    ("education.renovated_area", 2030, ">=", 7.9, "二（三）策略措施2"),
    ("welfare.creche_places", 2030, ">=", 4, "二（四）主要目标4"),
    ("welfare.orphan_allowance", 2025, ">=", 6, "二（四）主要目标5"),
    ("family.parent_schools_rural", 2030, ">=", 85, "二（五）主要目标6"),
    ("family.reading_areas", 2030, ">=", 90, "二（五）策略措施5"),
    ("environment.rural_tap_water", 2025, ">=", 88, "二（六）主要目标7"),
]
# target, the operative words of its clause: read by eye from the district's document
OPERATIVE_WORDS = [
    ("health.goal.03.t1", "控制在 以下"),
    ("health.goal.03.t7", "地区 城乡 逐步缩小"),
    ("health.goal.05.t1", "达到"),
    ("health.goal.07.t1", "控制在 以内"),
    ("health.goal.08.t1", "以乡镇和街道为单位 保持在 以上"),
    ("health.goal.11.t1", "年均增幅 基线 下降"),
    ("health.goal.12.t1", "明显下降"),
    ("health.goal.12.t2", "力争 每年下降 0.5—1个百分点"),
    ("health.goal.12.t5", "降至 以下"),
    ("health.goal.13.t1", "达到 以上"),
    ("health.goal.14.t1", "降低"),
    ("health.goal.14.t3", "专兼职 均达到"),
    ("health.goal.15.t1", "不断提高"),
    ("safety.goal.01.t1", "以2020年为基数 下降"),
    ("safety.goal.02.t1", "持续下降"),
    ("safety.goal.03.t1", "持续下降"),
    ("education.goal.02.t1", "达到并保持在 以上"),
    ("education.goal.02.t2", "不低于"),
    ("education.goal.03.t1", "保持在 以上"),
    ("education.goal.03.t2", "控制在 以下"),
    ("welfare.goal.03.t1", "进一步提高巩固"),
    ("welfare.goal.04.t1", "每千人口 达到 以上"),
    ("welfare.goal.05.t1", "年均提高 以上"),
    ("welfare.goal.05.t3", "持续提高"),
    ("welfare.goal.05.t5", "逐步提高"),
    ("welfare.goal.07.t1", "进一步巩固提高"),
    ("welfare.goal.09.t1", "全覆盖"),
    ("welfare.goal.10.t1", "逐年增长"),
    ("environment.goal.06.t1", "增加"),
    ("environment.goal.07.t3", "稳步提高"),
    ("law.goal.10.t1", "实现降低"),
    ("health.measure.02.t2", "达到 1.12名"),
    ("health.measure.02.t3", "增至 3.17张"),
    ("health.measure.02.t4", "至少配备1名"),
    ("health.measure.04.t1", "保持在 以上"),
    ("health.measure.06.t2", "健康管理率 达到 以上"),
    ("health.measure.12.t2", "每天 不少于1小时"),
    ("health.measure.13.t1", "基本实现"),
    ("safety.measure.05.t1", "不得 未满8周岁"),
    ("education.measure.02.t3", "计划投资"),
    ("education.measure.05.t2", "推进"),
    ("education.measure.06.t2", "推动"),
    ("law.measure.03.t1", "全部"),
]
# words of steady change, of every year, of more than chance: the manner in which a direction is tested
MANNER_WORDS = {
    "every_year": ("逐年",),
    "trend": ("持续", "逐步", "不断", "稳步"),
    "clearly": ("明显", "显著"),
}


@pytest.fixture(scope="module")
def tiexi():
    return read_plan("tiexi-2021-2030")


@pytest.fixture(scope="module")
def national():
    return read_plan("national-2021-2030")


@pytest.mark.parametrize(("indicator", "value"), [("health.nmr", 3), ("health.imr", 5), ("health.u5mr", 6)])
def test_national_mortality_targets_of_2030(national, indicator, value):
    (target,) = [one for one in national.targets if one.indicator == indicator]
    assert (target.comparison, target.value, target.unit, target.year) == ("<", value, "per_1000", 2030)


def test_the_national_plan_says_it_is_partial_and_names_its_sources(national, tiexi):
    assert national.partial and not tiexi.partial
    assert all(source.title and source.publisher and source.date for source in national.sources)


def test_goals_and_measures_by_domain(tiexi):
    goals, measures = (Counter(one.domain for one in part) for part in (tiexi.goals, tiexi.measures))
    assert {domain.id: (goals[domain.id], measures[domain.id]) for domain in tiexi.domains} == COUNTS
    assert (len(tiexi.goals), len(tiexi.measures)) == (71, 87)


def test_goals_and_measures_are_numbered_without_gaps(tiexi):
    for clauses in (tiexi.goals, tiexi.measures):
        for domain in COUNTS:
            numbers = sorted(one.number for one in clauses if one.domain == domain)
            assert numbers == list(range(1, len(numbers) + 1))


def test_every_goal_has_a_target_and_every_goal_is_served(tiexi):
    goals = {goal.id for goal in tiexi.goals}
    assert goals <= {target.parent for target in tiexi.targets}
    assert goals == {goal for measure in tiexi.measures for goal in measure.goals}


def test_all_twelve_kinds_occur(tiexi):
    assert {target.kind for target in tiexi.targets} == set(KINDS) - {"approximate", "yearly_amount", "above_area"}


@pytest.mark.parametrize(("goals", "measure"), [((1, 3), 1), ((2, 4), 2)])
def test_both_clauses_of_the_coverage_conflict_are_kept(tiexi, goals, measure):
    low = tiexi.target(f"health.measure.06.t{measure}")
    high = [tiexi.target(f"health.goal.05.t{number}") for number in goals]
    assert (low.value, low.year_assumed) == (90, True)
    assert [(one.value, one.year) for one in high] == [(92, 2025), (94, 2030)]
    assert {one.indicator for one in high} == {low.indicator}
    assert low.conflicts_with == tuple(one.id for one in high)
    assert all(one.conflicts_with == (low.id,) for one in high)


def test_conflicts_point_both_ways(tiexi):
    for target in tiexi.targets:
        for other in target.conflicts_with:
            assert target.id in tiexi.target(other).conflicts_with


def test_departments_are_marked_as_assumed(tiexi):
    assert tiexi.departments
    assert not any(department.confirmed for department in tiexi.departments)


def test_shares_are_bounded_by_100_but_gross_enrolment_is_not(tiexi):
    assert tiexi.indicator("education.preschool_gross").upper is None
    assert tiexi.indicator("education.retention_9y").upper == 100
    assert all(one.lower == 0 for one in tiexi.indicators if one.unit in ("percent", "per_1000", "per_100000"))


@pytest.mark.parametrize(("indicator", "year", "comparison", "value", "clause"), HAND_CHECKED)
def test_a_number_is_that_of_the_document(tiexi, indicator, year, comparison, value, clause):
    found = [one for one in tiexi.targets if (one.indicator, one.year, one.clause) == (indicator, year, clause)]
    assert (comparison, value) in [(one.comparison, one.value) for one in found]


def test_the_yearly_fall_of_myopia_is_a_band_in_points(tiexi):
    (band,) = [one for one in tiexi.targets if one.kind == "yearly_change_band"]
    assert (band.value, band.value_upper, band.unit, band.strength) == (0.5, 1, "percentage_points", "soft")


def test_vaccination_is_judged_street_by_street(tiexi):
    (target,) = [one for one in tiexi.targets if one.kind == "every_subunit"]
    assert (target.indicator, target.value, target.subunit) == ("health.vaccination", 90, "street")


@pytest.mark.parametrize(("id", "words"), OPERATIVE_WORDS)
def test_a_paraphrase_keeps_the_operative_words_of_its_clause(tiexi, id, words):
    missing = [word for word in words.split() if word not in tiexi.target(id).text.zh]
    assert not missing, tiexi.target(id).text.zh


def test_a_direction_is_tested_in_the_manner_of_its_words(tiexi):
    directions = [one for one in tiexi.targets if one.kind == "direction"]
    for target in directions:
        named = [manner for manner, words in MANNER_WORDS.items() if any(word in target.text.zh for word in words)]
        assert [target.manner] == (named or ["end"]), target.id
    assert {one.manner for one in directions} == {"every_year", "trend", "end", "clearly"}


def test_a_soft_target_has_the_soft_word_of_its_clause(tiexi):
    for target in tiexi.targets:
        if target.kind != "gap_or_qualitative":
            assert (target.strength == "soft") == bool(soft_word(target.text.zh)), target.id
    assert tiexi.target("health.goal.12.t2").strength == "soft"


def test_a_gap_is_between_those_its_clause_names(tiexi):
    gaps = [one for one in tiexi.targets if one.comparison == "narrow"]
    assert {one.indicator for one in gaps} == {"health.nmr", "health.imr", "health.u5mr"}
    for target in gaps:
        assert target.gap_dimensions == ("residence", "area")
        assert "城乡差距可用区内数据检验" in target.note.zh and "区内数据不能检验" in target.note.zh


def test_a_range_is_one_target(tiexi):
    assert not [one.id for one in tiexi.targets if other_end(one, tiexi)]


@pytest.mark.parametrize("id", plan_ids())
def test_a_text_names_a_year_only_where_the_document_does(id):
    plan = read_plan(id)
    for target in plan.targets:
        assert not (target.year_assumed and str(plan.end_year) in target.text.zh + target.text.en), target.id
        if not target.year_assumed:
            assert str(target.year) in target.text.zh and str(target.year) in target.text.en


@pytest.mark.parametrize("id", plan_ids())
def test_a_text_names_the_number_of_the_target(id):
    for target in read_plan(id).targets:
        words = (
            "全",
            "每所",
            "每学年",
            "各乡镇",
            "每天",
            "不得",
            "至少",
        )  # a share of 100 or a case of 0 said in words
        if target.value is not None and not any(word in target.text.zh for word in words):
            assert f"{target.value:g}" in target.text.zh, target.id


@pytest.mark.parametrize("name", ["tiexi", "national"])
def test_every_indicator_and_target_speaks_both_languages(request, name):
    plan = request.getfixturevalue(name)
    for text in [one.name for one in plan.indicators] + [one.text for one in plan.targets]:
        assert text.zh and text.en and text.zh != text.en


@pytest.mark.parametrize("name", ["tiexi", "national"])
def test_target_years_lie_in_the_plan(request, name):
    plan = request.getfixturevalue(name)
    assert {one.year for one in plan.targets} <= set(plan.milestones)


@pytest.mark.parametrize(
    ("measure", "named"),
    [
        ("health.measure.08", {"health.vaccination"}),
        ("health.measure.11", {"health.overweight", "health.obesity"}),
        ("safety.measure.03", {"safety.drowning_mortality"}),
        ("welfare.measure.10", {"welfare.children_homes"}),
        ("health.measure.10", {"health.breastfeeding"}),
        ("health.measure.01", set()),
        ("law.measure.04", set()),
    ],
)
def test_a_measure_names_what_its_wording_names(tiexi, measure, named):
    (one,) = [one for one in tiexi.measures if one.id == measure]
    assert {found.id for found in tiexi.indicators_of(one)} == named


def test_the_measure_on_myopia_names_every_myopia_rate(tiexi):
    (one,) = [one for one in tiexi.measures if one.id == "health.measure.12"]
    rates = {found.id for found in tiexi.indicators if found.id.startswith("health.myopia")}
    assert rates and rates <= {found.id for found in tiexi.indicators_of(one)}


@pytest.mark.parametrize("name", ["tiexi-2021-2030", "national-2021-2030", "demo-province-2021-2030"])
def test_an_examined_or_asked_group_is_a_sample(name):
    plan = read_plan(name)
    words = ("受检", "受访", "调查", "筛查", "测试", "接受检查", "监测")
    for one in plan.indicators:
        assert one.sample == any(word in one.denominator.zh for word in words), one.id
        assert one.sample or not one.population
        if one.population:
            assert not plan.indicator(one.population).sample
