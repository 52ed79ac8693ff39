"""A run that comes out the same from other inputs: every change of an input stands on the opinion's first page."""

import json
import shutil
from dataclasses import fields, replace

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import evaluate
from analysis.assessment.rules import Rules, read_rules
from analysis.exceptions import UsageError
from analysis.export.reports import reproduction_inputs as chapters
from analysis.marks import Values, unmarked
from analysis.narrative.checking import check_page
from analysis.narrative.reproduction import Opinion
from analysis.narrative.reproduction_inputs import said
from analysis.plan import read_plan
from analysis.runs.files import write_table
from analysis.runs.reproduction.beyond import Asked, prepare
from analysis.runs.reproduction.changes import plan_changes, rules_changes
from analysis.runs.reproduction.headline import counted
from analysis.runs.reproduction.inputs_truth import truth_of
from analysis.runs.reproduction.received import read_or_why
from analysis.runs.reproduction.references import given_references
from analysis.runs.reproduction.sample import draw, number_of, size
from analysis.runs.reproduction.sampling import sample_of

PLAN = read_plan("national-2021-2030", trusted=True)
DIGEST = "ab" * 32


@pytest.fixture
def theirs(national_run, tmp_path):
    """Return a copy of what is read of a received run: its inputs, its record, its tables."""
    for name in ("inputs", "tables"):
        shutil.copytree(national_run[0] / name, tmp_path / "run" / name)
    shutil.copyfile(national_run[0] / "run.json", tmp_path / "run" / "run.json")
    return tmp_path / "run"


def _table(folder, name, change):
    path = folder / "inputs" / name
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False)


def _set(name, key, column, value):
    def change(folder):
        def at(table):
            chosen = pd.Series(True, index=table.index)
            for own, wanted in key.items():
                chosen &= table[own] == wanted
            assert chosen.any()
            table.loc[chosen, column] = value
            return table

        _table(folder, name, at)

    return change


def _dropped(name, column, value):
    return lambda folder: _table(folder, name, lambda table: table[table[column] != value])


def _text(name, old, new):
    def change(folder):
        path = folder / "inputs" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


def _record(**facts):
    def change(folder):
        record = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps({**record, **facts}))

    return change


def _baseline(folder):
    head = (folder / "inputs/plan/plan.yaml").read_text(encoding="utf-8")
    (folder / "inputs/plan/plan.yaml").write_text(head.replace("baseline_year: 2020", "baseline_year: 2019"))


OBSERVATIONS, TARGETS, INDICATORS = "data/observations.csv", "plan/targets.csv", "plan/indicators.csv"
LAST = {"indicator": "health.fitness_good", "time_period": "2022"}
FAMILY = {
    "threshold eased": (_text("rules.yaml", "on_track: 0.80", "on_track: 0.60"), "rules", "on_track", "eases"),
    "threshold tightened": (_text("rules.yaml", "at_risk: 0.50", "at_risk: 0.55"), "rules", "at_risk", "tightens"),
    "alert level eased": (_text("rules.yaml", "missed: red", "missed: blue"), "rules", "level", "eases"),
    "target dropped": (_dropped(TARGETS, "id", "health.goal.03.t3"), "plan", "dropped", "eases"),
    "target eased": (_set(TARGETS, {"id": "health.goal.03.t2"}, "value", "75"), "plan", "value", "eases"),
    "comparison": (_set(TARGETS, {"id": "health.goal.04.t1"}, "comparison", ">"), "plan", "comparison", "tightens"),
    "baseline moved": (_baseline, "plan", "baseline_year", "unclear"),
    "indicator": (_set(INDICATORS, {"indicator": "health.u5mr"}, "decimals", "0"), "plan", "decimals", "unclear"),
    "value raised": (_set(OBSERVATIONS, LAST, "obs_value", "61"), "data", "rewritten", "eases"),
    "old vintage replaced": (_set(OBSERVATIONS, LAST, "vintage", "2025-01"), "data", "replaced", "none"),
    "observation dropped": (_dropped(OBSERVATIONS, "time_period", "2022"), "data", "dropped", "unclear"),
    "unreviewed counted": (_record(include_unreviewed=True), "settings", "include_unreviewed", "unclear"),
    "year moved": (_record(as_of=2023), "settings", "as_of", "unclear"),
    "vintage": (_record(as_of_vintage="2026-05"), "settings", "as_of_vintage", "unclear"),
}


def _said(facts, lang="zh"):
    return unmarked("".join(said({"inputs": facts}, Values(), lang)))


def _facts(folder, given=(), headline=False):
    facts, changes = truth_of(read_or_why(folder), folder, folder, given, headline)
    return json.loads(json.dumps(facts, ensure_ascii=False)), changes


def test_an_honest_run_is_said_to_have_the_inputs_of_the_references(theirs):
    facts, changes = _facts(theirs, headline=True)
    assert changes == [] and facts["missing"] == [] and facts["headline"] is None
    assert {one["part"] for one in facts["references"]} == {"plan", "rules", "data", "areas", "settings"}
    assert _said(facts).startswith("输入与参照相同。")


@pytest.mark.parametrize("name", FAMILY)
def test_every_dishonest_change_is_in_the_record_and_in_the_first_paragraph(theirs, name):
    change, part, field, way = FAMILY[name]
    change(theirs)
    facts, _ = _facts(theirs)
    found = [one for one in facts["changes"] if one["part"] == part and one["field"] == field]
    assert found and {one["way"] for one in found} == {way}, facts["changes"]
    other = [one["part"] for one in facts["references"] if one["changes"]]
    assert part in other
    if name != "old vintage replaced":  # the same number under another vintage moves no verdict: the table has it
        assert _said(facts).startswith("输入与参照不同。")
        assert _said(facts, "en").startswith("The inputs are not those of the references.")


def test_a_value_that_counts_names_the_targets_it_touches(theirs):
    FAMILY["value raised"][0](theirs)
    facts, _ = _facts(theirs)
    assert facts["changes"][0]["touches"] == ["health.goal.04.t1"]


def test_with_all_references_the_headline_is_that_of_the_honest_run(theirs, national_run):
    for name in ("threshold eased", "target dropped", "target eased", "value raised"):
        FAMILY[name][0](theirs)
    facts, _ = _facts(theirs, headline=True)
    honest = counted("", pd.read_csv(national_run[0] / "tables" / "assessments.csv", keep_default_na=False))
    last = facts["headline"]["steps"][-1]
    assert facts["headline"]["parts"] == ["rules", "plan", "data"]
    assert (last["counts"], last["total"]) == (honest.counts, honest.total)


def test_a_dishonest_run_that_was_wholly_run_again_is_said_on_the_first_page(demo_run, tmp_path):
    folder = tmp_path / "run"
    for name in ("inputs", "tables"):
        shutil.copytree(demo_run[0] / name, folder / name)
    shutil.copyfile(demo_run[0] / "run.json", folder / "run.json")
    honest = pd.read_csv(folder / "tables" / "assessments.csv", keep_default_na=False)
    worst = honest[honest["status"] == "off_track"]["target"].head(15)
    for id in worst:
        _dropped(TARGETS, "id", id)(folder)
    for old, new in (("on_track: 0.80", "on_track: 0.40"), ("at_risk: 0.50", "at_risk: 0.30")):
        _text("rules.yaml", old, new)(folder)
    inputs = folder / "inputs"
    again = evaluate(inputs / "plan", inputs / "data", rules=inputs / "rules.yaml", as_of=2025, benchmark="none")
    write_table(again.assessments, folder / "tables" / "assessments.csv")
    facts, _ = _facts(folder, headline=True)
    theirs, reference = facts["headline"]["steps"][0], facts["headline"]["steps"][-1]
    assert reference["counts"] == counted("", honest).counts and theirs["total"] == len(honest) - len(worst)
    shares = [100 * one["favourable"] / one["total"] for one in (theirs, reference)]
    assert shares[0] > shares[1] + 10
    first = _said(facts)
    assert first.startswith("输入与参照不同。") and all(f"{share:.1f}%" in first for share in shares)
    assert f"目标{len(worst)}条" in first or f"{len(worst)}条" in first


def test_what_cannot_be_read_never_passes_for_the_same(theirs):
    (theirs / "inputs" / "rules.yaml").write_text("nonsense: [")
    facts, _ = _facts(theirs)
    assert facts["state"] == "unreadable" and _said(facts).startswith("输入未能与参照比对。")


def test_a_plan_under_another_id_is_held_against_the_one_of_its_area_or_none_is_said_to_be_there(theirs):
    _text("plan/plan.yaml", "national-2021-2030", "ours-2021-2030")(theirs)
    facts, _ = _facts(theirs)
    assert "没有同编号的规划" in _said(facts)
    _text("plan/plan.yaml", "start_year: 2021", "start_year: 2022")(theirs)
    facts, _ = _facts(theirs)
    assert facts["missing"] == ["plan"] and "规划参照，未作比对" in _said(facts)


def test_an_earlier_run_a_plan_data_and_rules_can_be_named(theirs, national_run):
    FAMILY["target eased"][0](theirs)
    named = [national_run[0], ROOT / "data/plans/national-2021-2030", ROOT / "data/reference"]
    facts, _ = _facts(theirs, given_references([*named, ROOT / "data/rules/default.yaml"]))
    parts = [one["part"] for one in facts["references"] if one["given"]]
    assert [one for one in parts if one != "areas"] == ["plan", "rules", "data", "plan", "data", "rules", "settings"]
    assert parts.count("areas") == 2  # of the run, and of the data folder
    with pytest.raises(UsageError):
        given_references([ROOT / "src"])
    with pytest.raises(UsageError):
        prepare(Asked(sample=0))


def test_the_chapters_hold_no_number_from_nowhere(theirs):
    for name in ("threshold eased", "target dropped", "value raised", "year moved"):
        FAMILY[name][0](theirs)
    own = read_or_why(theirs)
    facts, changes = _facts(theirs, headline=True)
    sample, _ = sample_of(own, theirs, theirs, changes, DIGEST)
    record = {"inputs": facts, "sample": sample, "run": {}, "failed": []}
    for lang in ("zh", "en"):
        opinion = Opinion(record)
        page = chapters.inputs_paragraph(opinion, lang) + chapters.beside(opinion, "", lang)
        page += chapters.unproven(opinion, "", lang)
        checked = check_page(page, opinion.values.known, opinion.phrases)
        assert checked.orphans == [] and checked.contradictions == [], lang


def test_the_sample_is_the_same_for_everybody_and_begins_with_what_decides(theirs):
    own = read_or_why(theirs)
    facts, frame = sample_of(own, theirs, theirs, [], DIGEST)
    again, _ = sample_of(own, theirs, theirs, [], DIGEST)
    assert facts == again and facts["seed"] == int(DIGEST[:8], 16) and len(facts["rows"]) == size() == 22
    other, _ = sample_of(own, theirs, theirs, [], DIGEST, seed=1)
    assert [one["value"] for one in other["rows"]] != [one["value"] for one in facts["rows"]]
    assert facts["rows"][0]["reasons"][0] == "decides" and frame["drawn"].gt(0).sum() == 22
    few, _ = sample_of(own, theirs, theirs, [], DIGEST, number=3)
    assert len(few["rows"]) == 3


TARGETS_OF_BOUNDS = [one for one in PLAN.targets if one.value is not None and one.comparison in ("<", "<=", ">", ">=")]


@given(st.sampled_from(TARGETS_OF_BOUNDS), st.floats(0.1, 50), st.booleans())
def test_which_way_a_target_was_moved_follows_from_its_direction(target, step, up):
    value = target.value + (step if up else -step)
    changed = replace(PLAN, targets=tuple(replace(one, value=value) if one is target else one for one in PLAN.targets))
    (found,) = plan_changes(changed, PLAN)
    assert (found.item, found.field) == (target.id, "value")
    assert found.way == ("eases" if up == target.lower_is_better else "tightens")


RULES = read_rules()


@given(st.sampled_from([one.name for one in fields(Rules) if one.name not in ("id", "levels")]), st.floats(0.01, 0.5))
def test_every_threshold_that_differs_is_found(name, step):
    changed = replace(RULES, **{name: getattr(RULES, name) + step})
    assert [one.field for one in rules_changes(changed, RULES)] == [name]
    assert rules_changes(RULES, RULES) == []


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=60), st.integers(0, 2**32), st.integers(1, 70))
@settings(max_examples=60)
def test_a_draw_does_not_depend_on_the_order_and_takes_what_is_certain(risks, seed, number):
    table = pd.DataFrame({"value": [f"v{k:02d}" for k in range(len(risks))], "risk": risks})
    one, other = draw(table, seed, number), draw(table.iloc[::-1], seed, number)
    taken = set(one.loc[one["drawn"] > 0, "value"])
    assert taken == set(other.loc[other["drawn"] > 0, "value"]) and len(taken) == min(number, len(risks))
    assert set(one.loc[one["chance"] >= 1, "value"]) <= taken
    assert one["chance"].sum() == pytest.approx(min(number, len(risks)))
    assert 0 < number_of(seed, "v00") < 1
