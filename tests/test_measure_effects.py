"""Effects of the plan's measures in a run: the stored table, what documents say of it, and what they may not say."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT

from analysis.assessment.rules import read_rules
from analysis.exceptions import PlanError, Text, UsageError
from analysis.export.reports.evaluation import measures_table
from analysis.export.sections import ALL
from analysis.marks import Values, to_html, unmarked
from analysis.narrative import effects as wording
from analysis.narrative.checking import check_page
from analysis.narrative.facts import DomainFact, EffectFact, Facts, Tally
from analysis.plan import read_plan
from analysis.runs.measure_effects import drawn, effects_run, focus, tobacco
from analysis.runs.run import Run, prepare
from analysis.schema import EFFECTS, STATUSES, read_table

PLAN = ROOT / "data" / "plans" / "tiexi-2021-2030"


def changed(folder, **cells):
    """Write the demo plan with columns of its first health measures set; returns its folder."""
    shutil.copytree(PLAN, folder)
    table = pd.read_csv(folder / "measures.csv", dtype=str, keep_default_na=False)
    for name, values in cells.items():
        table[name] = table["id"].map(values).fillna("")
    table.to_csv(folder / "measures.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    run = prepare(out=tmp_path_factory.mktemp("effects") / "run")
    return run, effects_run(run)


@pytest.fixture(scope="module")
def special(plain, tmp_path_factory):
    """Return a run whose plan has an early measure, one taken in three streets, and one in a single street."""
    folder = changed(
        tmp_path_factory.mktemp("plan") / "special",
        start_year={"health.measure.06": "2018", "health.measure.04": "2018"},
        areas={"health.measure.08": "210303S01;210303S02;210303S03", "welfare.measure.04": "210303S01"},
        input_zh={"health.measure.06": "投入120万元"},
        input_en={"health.measure.06": "1.2 million yuan"},
    )
    copy = tmp_path_factory.mktemp("effects") / "run"
    shutil.copytree(plain[0].folder, copy)
    shutil.rmtree(copy / "inputs" / "plan")
    shutil.copytree(folder, copy / "inputs" / "plan")
    return Run(copy), effects_run(Run(copy))


def facts_of(run, table):
    values = Values()
    values.count("facts/measures", len(run.plan.measures))
    tested = wording.collect_effects(run.plan, table, values)
    tally = Tally(dict.fromkeys(STATUSES, 0), read_rules(), values=values)
    none = Text("", "")
    return Facts(none, none, 2025, 2030, 2020, False, 0, len(run.plan.measures), tally, (), (), none, "", (), (), 0,
                 values, effects=tested)  # fmt: skip


def test_every_measure_with_an_annual_indicator_has_a_row_with_a_reason(plain):
    run, table = plain
    annual = {
        measure.id
        for measure in run.plan.measures
        if any(one.statistic != "milestone" for one in run.plan.indicators_of(measure))
    }
    assert set(table["measure"]) == annual
    assert table["reason"].str.len().min() > 0 and table["reason_en"].str.len().min() > 0
    assert (table["start_year"] == run.plan.start_year).all()
    pd.testing.assert_frame_equal(read_table(run.folder / "tables" / "effects.csv", EFFECTS, trusted=True), table)


def test_five_years_after_are_not_eight_and_nothing_is_claimed(plain):
    _, table = plain
    series = table[table["design"] == "interrupted_series"]
    assert series["estimate"].isna().all() and (series["grade"] == "none").all()
    assert series["reason"].str.contains("要求实施前后各有8年数据").all()
    assert set(table["grade"]) == {"none", "weak"}


def test_a_ratio_compares_as_many_years_after_as_before(plain):
    run, table = plain
    row = table[(table["indicator"] == "health.nmr") & (table["design"] == "rate_ratio")].iloc[0]
    own = run.observations[(run.observations["indicator"] == "health.nmr") & (run.observations["ref_area"] == run.area)]
    own = own[(own[["sex", "age", "residence", "group"]] == "_T").all(axis=1)].set_index("time_period")
    before, after = own.loc[2016:2020].sum(numeric_only=True), own.loc[2021:2025].sum(numeric_only=True)
    ratio = (after["numerator"] / after["denominator"]) / (before["numerator"] / before["denominator"])
    assert row["estimate"] == pytest.approx(ratio)
    assert (row["before"], row["after"]) == (5, 5)


def test_optional_columns_of_the_plan_decide_start_and_areas(special):
    run, table = special
    early = table[(table["measure"] == "health.measure.06") & (table["design"] == "interrupted_series")]
    assert (early["start_year"] == 2018).all()
    judged = early[(early["before"] >= 8) & (early["after"] >= 8)]
    assert len(judged) and judged["estimate"].notna().all()
    assert (judged["p_adjusted"] >= judged["p_value"] - 1e-12).all()
    apart = table[table["measure"] == "health.measure.08"]
    assert set(apart["design"]) == {"difference_in_differences"}
    assert apart["estimate"].notna().all() and (apart["ref_area"] == "210303S01;210303S02;210303S03").all()
    one = table[(table["measure"] == "welfare.measure.04") & (table["design"] == "synthetic_control")]
    assert len(one) and one["reason"].str.contains("合成控制要求10个对照地区").all()
    assert read_plan(PLAN).measures[0].start_year is None


def test_a_start_after_the_end_of_the_plan_is_refused(tmp_path):
    folder = changed(tmp_path / "late", start_year={"health.measure.06": "2035"})
    with pytest.raises(PlanError) as error:
        read_plan(folder)
    assert "2035" in error.value.message("zh") and "health.measure.06" in error.value.message("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_of_the_evaluation_says_which_minimum_is_missing(special, lang):
    run, table = special
    frame = measures_table(facts_of(run, table), run.plan, lang)
    assert len(frame) == len(run.plan.measures)
    cells = frame.map(unmarked).set_index(frame.columns[0])
    named = {one.id: one.clause for one in run.plan.measures}
    told = cells.loc[named["health.measure.06"]]
    assert told.iloc[2] == ("投入120万元" if lang == "zh" else "1.2 million yuan")
    last = cells.iloc[:, -1]
    lacking = "要求实施前后各有8年数据" if lang == "zh" else "needs 8 years before and after"
    assert last.str.contains(lacking).sum() > 10
    nothing = "没有可按年度检验的指标" if lang == "zh" else "no annual indicator to test"
    unnamed = "措施未指明可测指标，不作效果检验" if lang == "zh" else "the measure names nothing measured"
    without = [m for m in run.plan.measures if m.id not in set(table["measure"])]
    assert last.str.contains(nothing).sum() == sum(bool(run.plan.indicators_of(m)) for m in without) == 5
    assert last.str.contains(unnamed).sum() == sum(not run.plan.indicators_of(m) for m in without) == 51
    assert ("95%区间" if lang == "zh" else "95% interval") in told.iloc[4]


def test_every_number_of_the_table_is_a_value(special):
    run, table = special
    facts = facts_of(run, table)
    text = "".join(f"<p>{to_html(wording.tested(one, lang))}</p>" for one in facts.effects for lang in ("zh", "en"))
    names = [t for one in run.plan.indicators for t in (one.name.zh, one.name.en) if any(c.isdigit() for c in t)]
    checked = check_page(f"<main>{text}</main>", facts.values.known, sorted(names, key=len, reverse=True))
    assert not checked.orphans and checked.values > 40


def effect(grade, values, sign=-1):
    moved = values.mark("e/size", sign * 12.0, "ratio", 0, Text("12%", "12%"))
    dash = Text("—", "—")
    name, reason = Text("婴儿死亡率", "infant mortality"), Text("甲", "A")
    shown = (dash, dash, sign, True, moved, grade, reason)
    return EffectFact("health.measure.04", name, "interrupted_series", 2018, True, *shown)


def test_the_outcome_counts_targets_on_the_named_indicators_not_on_all_of_the_goal(plain):
    run, table = plain
    facts = facts_of(run, table)
    mortality = [one for one in run.plan.targets if one.parent == "health.goal.03" and one.indicator]
    judged = tuple(judged_fact(one) for one in mortality)
    frame = measures_table(
        replace(facts, domains=(DomainFact("health", ALL, (), facts.tally, judged),)), run.plan, "zh"
    )
    outcome = frame.set_index(frame["条款"].map(unmarked))["成效"].map(unmarked)
    newborn = sum(one.indicator == "health.nmr" for one in mortality)
    assert 0 < newborn < len(mortality) and f"需关注{newborn}" in outcome["二（一）策略措施4"]
    assert not outcome["二（一）策略措施1"] or outcome["二（一）策略措施1"] == "—"  # its goals, but names none of them


def judged_fact(target):
    return SimpleNamespace(id=target.id, group="at_risk")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_measure_that_names_nothing_measured_has_a_row_that_says_so(plain, lang):
    run, table = plain
    frame = wording.effects_table(run.plan, table, lang)
    assert frame.iloc[:, 0].nunique() == len(run.plan.measures)
    row = frame[frame.iloc[:, 0] == "二（一）策略措施1"].iloc[0]
    assert row.iloc[-1] == ("措施未指明可测指标，不作效果检验" if lang == "zh" else wording.UNNAMED.en)
    assert "health.measure.01" not in set(table["measure"])


def test_a_rate_is_not_compared_across_the_new_definition_of_traffic_deaths(plain):
    row = plain[1].set_index(["indicator", "design"]).loc[("safety.traffic_mortality", "rate_ratio")]
    assert row["grade"] == "none" and pd.isna(row["estimate"])
    assert "2019年统计口径变化" in row["reason"] and "the definition changed in 2019" in row["reason_en"]


@pytest.mark.parametrize("grade", ["strong", "moderate", "weak", "none"])
def test_a_cause_is_claimed_from_moderate_on_and_the_checker_knows_it(plain, grade):
    run, values = plain[0], Values()
    said = wording.causes(run.plan, [effect(grade, values)])
    assert bool(said) == (grade in ("strong", "moderate"))
    for text, phrase in said:
        assert "促使婴儿死亡率下降约" in phrase.zh and "led to a fall" in phrase.en
        titles = [t for one in run.plan.measures for t in (one.title.zh, one.title.en)]
        for lang in ("zh", "en"):
            page = f"<main><p>{to_html(text(lang))}</p></main>"
            assert not check_page(page, values.known, [phrase(lang), *titles]).contradictions
            assert check_page(page, values.known, titles).contradictions


def test_the_lead_counts_measures_by_their_best_grade(plain):
    facts = facts_of(*plain)
    best = [wording.best_grade(facts.effects, one.id) for one in plain[0].plan.measures]
    assert f"弱{best.count('weak')}项" in unmarked(wording.lead(facts, "zh"))
    assert f"weak {best.count('weak')}" in unmarked(wording.lead(facts, "en"))


def test_what_is_looked_at_can_be_named_and_a_wrong_name_is_refused(plain):
    run, _ = plain
    seen = focus(run, None, "health.u5mr", 2018, [])
    observed, expected, fitted = drawn(seen.known, seen.start)
    assert len(expected) == len(fitted) == len(observed.dropna()) == 16
    assert 0.3 < (expected.mean() / observed.mean()) < 3  # in the indicator's unit, not events a person
    assert focus(run, None, "health.vaccination", None, ["210303S01"]).areas == ("210303S01",)
    for wrong in ({"measure": "none.such"}, {"indicator": "none.such"}, {"treated": ["999"]}):
        given = {"measure": None, "indicator": None, "start": None, "treated": [], **wrong}
        with pytest.raises(UsageError) as error:
            focus(run, **given)
        assert next(iter(wrong)) in error.value.message("en")


def test_the_worked_example_is_whole():
    panel = tobacco()
    assert panel.shape == (39, 31) and not panel.isna().any().any()
    assert panel.loc["California", 1970] == 123.0
