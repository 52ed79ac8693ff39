"""A public run as a whole: each result is the internal run's or withheld, and its folder gives no hidden cell back."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from attack import attack, published
from conftest import ROOT, evaluate

from analysis.data.observations import read_dataset
from analysis.exceptions import DataError
from analysis.narrative.counts import counted
from analysis.narrative.facts import Suppressed
from analysis.narrative.sources import Sources
from analysis.narrative.suppression import suppression
from analysis.narrative.wording import standing
from analysis.pipeline.withheld import targets as withheld
from analysis.runs import rounds
from analysis.runs.datasets import write_dataset
from analysis.runs.inputs import check_inputs
from analysis.runs.measure_effects import effects_run
from analysis.runs.public import learnt_of
from analysis.runs.report import facts_of, forecast_run, judge_run
from analysis.runs.reproduction.replay import _as_received
from analysis.runs.run import Run, prepare
from analysis.runs.scenarios import scenarios_run, world_of
from analysis.runs.site import write_pages
from analysis.schema import BREAKDOWNS, TABLES, series_id

SOME = ["health.nmr", "health.imr", "health.vaccination", "education.preschool_inclusive", "education.dropout_primary"]
# what a withheld row says in place of the internal one's
SAID = {"status", "reason", "reason_en", "grade", "before", "after"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Return an internal and a public run of some indicators of the demo district, with their tables and pages."""
    folder = tmp_path_factory.mktemp("some")
    whole = read_dataset(ROOT / "data" / "demo")
    few = whole.observations[whole.observations["indicator"].isin(SOME)].reset_index(drop=True)
    write_dataset(replace(whole, observations=few), folder / "data")
    made = {}
    for audience in ("internal", "public"):
        run = prepare(data=folder / "data", out=folder / audience, audience=audience)
        forecast_run(run)
        judge_run(run)
        effects_run(run)
        scenarios_run(run, world_of(run))
        if audience == "public":
            write_pages(run.folder, "zh", ())
        made[audience] = run
    return made["internal"], made["public"]


def both(internal, public, name):
    """Return the rows of a table in both runs, matched by its key, as text."""
    read = {"dtype": str, "keep_default_na": False}
    tables = [pd.read_csv(run.table_file(name), **read) for run in (public, internal)]
    return tables[0].merge(tables[1], on=list(TABLES[name].key), how="left", suffixes=("", "_i"), indicator=True)


@pytest.mark.parametrize(
    "name", ["forecasts", "assessments", "alerts", "details", "composite", "opinions", "volatility", "equity", "funnel",
             "effects", "scenarios"],
)  # fmt: skip
def test_every_result_is_that_of_the_internal_run_or_is_withheld(runs, name):
    internal, public = runs
    table = both(internal, public, name)
    assert (table["_merge"] == "both").all()
    gone = withheld(public.table("assessments"))
    about = table["target"].isin(gone) if "target" in table else table.get("reason", pd.Series()).str.contains("保密")
    about = about.reindex(table.index, fill_value=False)
    selected = {"proposal", "proposed_value"}  # the eight surest of those that are judged
    for column in set(TABLES[name].names) - set(TABLES[name].key) - selected:
        other = table[column] != table[f"{column}_i"]
        allowed = (table[column] == "") | (about & (column in SAID))
        assert allowed[other].all(), (name, column, table.loc[other & ~allowed, column].head())


def test_some_verdicts_are_withheld_and_some_are_not(runs):
    internal, public = runs
    verdicts = public.table("assessments")
    gone = withheld(verdicts)
    judged = verdicts[verdicts["p_miss"].notna()]
    assert gone and len(judged) and not gone & set(judged["target"])
    assert len(internal.table("composite")) and not len(public.table("composite"))
    assert len(internal.table("volatility")) and not len(public.table("volatility"))
    assert 0 < len(public.table("funnel")) < len(internal.table("funnel"))


def test_the_folder_gives_no_hidden_cell_back(runs):
    internal, public = runs
    table, areas, _ = published(public.folder)
    found = attack(table, areas)
    assert len(found.widths) > 100 and not found.impossible
    assert not found.recovered and not found.narrow(5)


def test_nothing_is_made_of_what_is_left_of_a_series_with_hidden_years(runs):
    internal, public = runs
    hidden = set(series_id(public.observations[public.observations["obs_status"] == "C"]))
    assert hidden & set(internal.table("forecasts")["series_id"])
    assert not hidden & set(public.table("forecasts")["series_id"])
    assert hidden == set(public.table("no_data").query("reason == 'suppressed'")["series_id"])
    equity = public.table("equity")
    assert not {(one, year) for one, year in zip(equity["indicator"], equity["time_period"], strict=True)} & {
        (one.indicator, one.time_period) for one in public.observations.itertuples()
        if one.obs_status == "C" and one.ref_area == public.area and "R" not in one and "U" not in one
    }  # fmt: skip


def test_no_file_holds_the_rate_of_a_hidden_total(runs):
    """Search every text of the folder for the exact rates of hidden cells, as tables and as pages write them."""
    internal, public = runs
    own = (internal.observations["ref_area"] == public.area) & (internal.observations[list(BREAKDOWNS)] == "_T").all(
        axis=1
    )
    names = ["indicator", "ref_area", "time_period", *BREAKDOWNS]
    hidden = public.observations[public.observations["obs_status"] == "C"][names]
    rows = internal.observations[own].merge(hidden, on=names)
    shown = set(public.observations["obs_value"].dropna())
    rates = {f"{value:.10g}" for value in rows["obs_value"] if value not in shown and round(value, 2) != value}
    texts = {path: path.read_text(encoding="utf-8") for ending in ("csv", "json", "html")
             for path in public.folder.rglob(f"*.{ending}") if path.name != "observations.csv"
             or path.parent.name == "tables"}  # fmt: skip
    assert rates and len(texts) > 15
    for path, text in texts.items():
        if "benchmark" not in path.parts:
            assert not rates & set(re.findall(r"\d+\.\d+", text)), path


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "cells, all_, targets", [(0, False, 0), (1, False, 0), (1, True, 1), (7, False, 1), (9, True, 3)]
)
def test_what_is_hidden_is_said_whatever_it_is(runs, lang, cells, all_, targets):
    _, public = runs
    facts = facts_of(public)
    known = sorted(facts.suppressed.targets)
    facts.values.known.clear()
    said = "".join(suppression(replace(facts, suppressed=Suppressed(cells, all_, frozenset(known[:targets]))), lang))
    assert "  " not in said and "{" not in said and ".." not in said
    if lang == "en":
        plain = re.sub("[\ue000-\ue003]", "|", said)
        assert (
            ("cell is not" in plain) == (cells == 1)
            and ("cells are not published." in plain.split("rest")[0])
            or cells < 2
        )
        assert ("target rests" in plain) == (targets == 1) and ("targets rest on" in plain) == (targets > 1)
    assert ("全部" in said or "All" in said) == (all_ and not (lang == "en" and cells == 1))
    assert suppression(replace(facts, suppressed=None), lang) == []


def test_the_record_of_a_run_says_how_many_are_hidden(runs):
    _, public = runs
    facts = facts_of(public)
    assert facts.suppressed.cells == int((public.observations["obs_status"] == "C").sum()) > 0
    assert np.all([public.plan.target(one) for one in facts.suppressed.targets])


def test_many_areas_are_not_evaluated_for_the_public(tmp_path):
    """What each area hides by itself follows from the city's total less the other areas'."""
    done = evaluate(tmp_path / "out", "--plan", "demo-province-2021-2030", "--data", "data/demo_province", "--below",
                    "990100", "--audience", "public")  # fmt: skip
    said = done.stdout + done.stderr
    assert done.returncode == 2 and "--audience internal" in said and "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_a_public_run_of_a_round_holds_no_digest_of_the_data(tmp_path, monkeypatch):
    monkeypatch.setattr(rounds, "REPORTS", tmp_path / "reports")
    plan, data = "national-2021-2030", ROOT / "data" / "reference"
    given = check_inputs(plan, data, as_of=2024)
    frozen = rounds.freeze("r1", given.plan, given.area, given.as_of, given.observed, ["random_walk"])
    run = prepare(plan, data, 2024, out=tmp_path / "run", round_id="r1", audience="public")
    assert run.round == replace(frozen, observations_sha256="")
    texts = [path.read_text(encoding="utf-8") for path in run.folder.rglob("*.json")]
    assert not any(frozen.observations_sha256 in text for text in texts)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"weights": {"a": [1, 2]}, "teachers": {}}', '{"weights": {"a": "x"}, "teachers": {}}',
     '{"weights": {"a": null}, "teachers": {}}', '{"weights": {}, "teachers": {"a": "many"}}', "[" * 100_000],
)  # fmt: skip
def test_weights_that_came_in_broken_are_refused(tmp_path, text):
    assert learnt_of(tmp_path) is None
    (tmp_path / "learnt.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="learnt.json"):
        learnt_of(tmp_path)


def test_a_run_again_takes_the_weights_of_a_public_run(runs, tmp_path):
    public = runs[1]
    given = public.folder / "inputs"
    again = prepare(str(given / "plan"), given / "data", public.as_of, out=tmp_path / "again", benchmark="none")
    _as_received(again, given, public.record)
    made, _ = forecast_run(Run(again.folder))
    pd.testing.assert_frame_equal(made, public.table("forecasts"), rtol=1e-9)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_of_the_targets_due_those_withheld_are_said(runs, lang):
    facts = facts_of(runs[1])
    unsaid = sum(one.status == "no_data" for one in facts.due)
    said = standing(facts, lang)
    assert ("无法判断" in said or "nothing can be said" in said) == bool(unsaid)
    assert facts.due and counted(Sources(runs[1].folder, facts.as_of, runs[1].area), "due/no_data") == unsaid
    whole = facts_of(runs[0])
    assert "无法判断" not in standing(whole, "zh") or any(one.status == "no_data" for one in whole.due)
