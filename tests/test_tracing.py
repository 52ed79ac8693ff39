"""A sentence, a target or a number leads back to the cell it was entered in, and what is not recorded is said so."""

import json
import shutil

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.observations import AREAS
from analysis.exceptions import UsageError
from analysis.runs.regions.parts import Source, cut
from analysis.runs.run import Run, prepare
from analysis.runs.tracing.database import WithDatabase
from analysis.runs.tracing.opened import RECORD, opened
from analysis.runs.tracing.sentences import sentences
from analysis.runs.tracing.trace import trace

FIRST = 5  # row of a form with the first figure


def _command(*words):
    done = CliRunner().invoke(app, [*map(str, words)])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def entered(tmp_path_factory):
    """Return a database with one value entered in a form, and the cells of its two counts."""
    folder = tmp_path_factory.mktemp("entered")
    db, form = folder / "m.sqlite", folder / "health-2025.xlsx"
    _command("template", "--department", "health", "--year", "2025", "--out", form)
    book = load_workbook(form)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column_letter for cell in sheet[4]}
    row = next(i for i in range(FIRST, sheet.max_row + 1) if sheet[f"{heads['指标编码']}{i}"].value == "health.imr")
    sheet[f"{heads['分子']}{row}"], sheet[f"{heads['分母']}{row}"], sheet[f"{heads['数值']}{row}"] = 6, 1290, None
    book.save(form)
    _command("ingest", form, "--who", "李某某", "--db", db)
    _command("submissions", "advance", "--all-reported", "--to", "verified", "--who", "王五", "--role", "reviewer",
             "--db", db)  # fmt: skip
    return db, f"{sheet.title}!{heads['分子']}{row}、{heads['分母']}{row}"


@pytest.fixture(scope="module")
def made(entered, tmp_path_factory):
    return prepare(db=str(entered[0]), out=tmp_path_factory.mktemp("made") / "run")


def _form(run, tables=None):
    found = [one for one in trace(run, "health.imr 2025", tables).walk() if one.kind == "form"]
    assert len(found) == 1
    return found[0]


def test_a_value_leads_to_the_very_cell_of_the_form_and_to_who_reviewed_it(entered, made):
    form = _form(made)
    assert form.facts["file"] == "health-2025.xlsx" and f"{form.facts['sheet']}!{form.facts['cell']}" == entered[1]
    steps = [(one.facts["state"], one.facts["role"], one.facts["who"]) for one in form.walk() if one.kind == "review"]
    assert steps == [("reported", "reporter", "李某某"), ("verified", "reviewer", "王五")]
    said = "\n".join(trace(made, "health.imr 2025").lines("en"))
    assert "4.65116 (6/1290)" in said and entered[1].split("!")[1].replace("、", ", ") in said
    assert "not chosen" not in said


@pytest.mark.parametrize("kept", [("run", "received"), ("received",)])
def test_a_reproduction_is_traced_in_what_was_made_here_else_in_what_was_received(demo_run, tmp_path, kept):
    (tmp_path / RECORD).write_text("{}", encoding="utf-8")
    for name in kept:
        shutil.copytree(demo_run[0], tmp_path / name)
    with opened(str(tmp_path)) as run:
        assert run.folder == tmp_path / kept[0]
        kinds = {one.kind for one in trace(run, "health.imr 2025").walk()}
    assert "observation" in kinds


def test_the_cells_of_a_run_are_among_its_inputs(made):
    names = ["cells.csv", "steps.csv", "submissions.csv"]
    assert sorted(path.name for path in (made.folder / "inputs" / "provenance").iterdir()) == names
    assert {f"provenance/{name}" for name in names} <= set(made.record["inputs"])


@pytest.mark.parametrize("latest", [True, False])
def test_every_district_of_many_brings_its_own_cells(entered, tmp_path, latest):
    db = str(entered[0])
    columns = {"code": ["210300", "210303"], "parent": ["", "210300"], "level": ["city", "district"]}
    names = {"name_zh": ["某市", "某区"], "name_en": ["City", "District"], "share": float("nan")}
    areas = AREAS.build(pd.DataFrame({**columns, **names}))
    source = Source(None, db, latest=latest)  # without it for a public region
    cut(source, ["210303"], areas, source.about(), tmp_path)
    run = prepare(data=tmp_path / "210303", out=tmp_path / "run", audience="internal" if latest else "public")
    assert _form(run).facts["cell"] == entered[1].partition("!")[2]
    steps = (run.folder / "inputs" / "provenance" / "steps.csv").read_text(encoding="utf-8")
    assert ("王五" in steps) == latest
    assert not (run.folder / "inputs" / "data" / "provenance").exists()


def test_no_name_of_a_person_is_in_a_public_run(entered, tmp_path):
    public = prepare(db=str(entered[0]), out=tmp_path / "run", audience="public")
    texts = [path.read_bytes().decode() for path in (public.folder / "inputs" / "provenance").iterdir()]
    assert len(texts) == 3 and not [one for one in texts if "李某某" in one or "王五" in one or "health-2025" in one]
    form = _form(public)
    assert form.facts["sha256"] and {one.facts["who"] for one in form.walk() if one.kind == "review"} == {""}
    asked = _form(public, WithDatabase(public, str(entered[0])))
    assert not asked.facts["file"]


def test_a_run_without_forms_asks_the_database_where_one_is_given(entered, made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "run")
    shutil.rmtree(tmp_path / "run" / "inputs" / "provenance")
    run = Run(tmp_path / "run")
    assert "--db" in "\n".join(trace(run, "health.imr 2025").lines("zh"))
    assert _form(run, WithDatabase(run, str(entered[0]))).facts == _form(made).facts


def test_what_was_stored_before_cells_were_kept_says_that_the_cell_is_not_recorded(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "run")
    cells = tmp_path / "run" / "inputs" / "provenance" / "cells.csv"
    lines = cells.read_text(encoding="utf-8").splitlines()
    cells.write_text("\n".join([lines[0], *(line.rpartition(",")[0] + "," for line in lines[1:])]), encoding="utf-8")
    form = _form(Run(tmp_path / "run"))
    assert "单元格未记录" in form.said.zh and "cell not recorded" in form.said.en


def test_a_headline_leads_through_its_numbers_to_the_tables(demo_run):
    run = Run(demo_run[0])
    found = trace(run, "婴儿死亡率为")
    kinds = [one.kind for one in found.walk()]
    assert kinds[:2] == ["trace", "sentence"] and {"number", "row", "observation", "input"} <= set(kinds)
    first = next(one for one in found.walk() if one.kind == "observation")
    line = (run.folder / first.facts["file"]).read_text(encoding="utf-8").splitlines()[first.facts["line"] - 1]
    assert line.startswith("health.imr,210303,2025") and first.facts["obs_value"] in line
    numbers = [one.facts for one in found.walk() if one.kind == "number"]
    assert numbers and all(one["value"] for one in numbers)
    assert "not recorded: the data are a folder" in "\n".join(found.lines("en"))


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("health.goal.03.t5", {"verdict", "target", "forecast", "series", "observation", "sentence"}),
        ("health.imr", {"observation", "sentence"}),
        ("health.goal.03.t5/latest", {"number", "row", "observation", "sentence"}),
        ("all/met", {"count", "sentence"}),
        ("1 - assessments[health.goal.03.t5].p_miss", {"row", "forecast", "observation", "sentence"}),
        ("health.imr 2025 F", {"observation"}),
    ],
)
def test_every_way_to_ask(demo_run, question, kinds):
    assert kinds <= {one.kind for one in trace(Run(demo_run[0]), question).walk()}


def test_every_origin_a_document_prints_can_be_traced(demo_run):
    run = Run(demo_run[0])
    marks = {mark.origin for one in sentences(run.folder, run.record) for mark in one.marks}
    tables = {origin.split("[")[0]: origin for origin in sorted(marks) if "[" in origin}  # one of each kind
    assert len(tables) > 8
    for origin in tables.values():
        below = [one for one in trace(run, origin).walk() if one.kind not in ("trace", "question", "sentence", "more")]
        assert below and "没有这一行" not in " ".join(one.said.zh for one in below), origin


@pytest.mark.parametrize(("words", "near"), [("health.imrr", "health.imr"), ("婴儿死亡率的情况怎么样", "婴儿死亡率")])
def test_unknown_words_are_refused_with_what_comes_near(demo_run, words, near):
    with pytest.raises(UsageError) as refused:
        trace(Run(demo_run[0]), words)
    assert near in refused.value.message("zh") and near in refused.value.message("en")


def test_the_command_prints_a_tree_or_json_in_either_language(made):
    said = _command("trace", made.folder, "health.imr 2025", "--lang", "en")
    assert "└─ " in said and "observation health.imr" in said
    told = json.loads(_command("trace", made.folder, "health.imr 2025", "--json"))
    assert told["below"][0]["below"][0]["indicator"] == "health.imr"
