"""A finished run stays as it is, whoever tries something on it, and what was changed is not sealed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT, WORKBENCH

from analysis.exceptions import DataError, UsageError
from analysis.runs import documents, measure_effects, report, scenarios, scratch
from analysis.runs import run as runs
from analysis.runs.crate import write_crate
from analysis.runs.hashes import hashes_of
from analysis.runs.locking import hold, release
from analysis.runs.regions import report as regional
from analysis.runs.reproduction.bundle import write_bundle
from analysis.runs.reproduction.unchanged import check_unchanged, differences
from analysis.runs.run import Run, open_run
from analysis.runs.steps import sweep
from analysis.schema import TABLES


@pytest.fixture(scope="module")
def project(national_run, tmp_path_factory):
    """Return a project folder of its own with a copy of a finished run in `reports/`."""
    root = tmp_path_factory.mktemp("project")
    for name in ("data", "notebooks", "requirements.lock"):
        (root / name).symlink_to(ROOT / name)
    shutil.copytree(national_run[0], root / "reports" / "own")
    return root


@pytest.fixture
def tried(project, monkeypatch):
    """Return the finished run as a process of somebody's own has it, its scratch copies in the project."""
    monkeypatch.setattr(scratch, "REPORTS", project / "reports")
    monkeypatch.setattr(runs, "REPORTS", project / "reports")
    monkeypatch.setattr(scratch, "_copies", {})
    run = Run(project / "reports" / "own")
    before = hashes_of(run.folder)
    yield run
    assert hashes_of(run.folder) == before


def _papermill(project, name, out, **parameters):
    command = [str(Path(sys.executable).with_name("papermill")), str(ROOT / "notebooks" / f"{name}.ipynb"), str(out)]
    command += [part for key, value in parameters.items() for part in ("-p", key, value)]
    env = {**os.environ, "WORKBENCH_ROOT": str(project)}
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return out.read_text(encoding="utf-8")


def test_notebooks_by_hand_with_another_model_go_on_in_a_copy(project, tmp_path):
    folder = project / "reports" / "own"
    before = hashes_of(folder)
    said = _papermill(project, "02_trend_forecast", tmp_path / "02.ipynb", run="own", model="loglinear")
    assert 'run=\\"scratch/own-01\\"' in said and "结果未变" in said and "the run is unchanged" in said
    copy = project / "reports" / "scratch" / "own-01"
    assert hashes_of(folder) == before
    assert set(Run(copy).values("forecasts", "model")) != set(Run(folder).values("forecasts", "model"))
    Run(copy).save(TABLES["alerts"].empty(), "alerts")  # as notebook 03 does next; the copy is open and needs no other
    assert not len(Run(copy).table("alerts")) and [one.name for one in copy.parent.iterdir()] == ["own-01"]
    with pytest.raises(UsageError, match=r"试算副本"):
        write_bundle(Run(copy), tmp_path / "a.zip")


def _regional(run):
    tables = {name: TABLES[name].empty() for name in ("league", "summary", "rollup")}
    regional.save(run, SimpleNamespace(funnel=TABLES["district_funnel"].empty(), **tables))


@pytest.mark.parametrize(
    "write",
    [
        lambda run: report.judge_run(run),
        lambda run: measure_effects.effects_run(run),
        lambda run: scenarios.scenarios_run(run, scenarios.world_of(run)),
        lambda run: documents.forecast_review(run, "en", years=1),
        lambda run: report.show_fan(run, next(iter(report.charted(run))), "zh"),
        lambda run: run.note(status="done", area="elsewhere"),
        lambda run: run.save(TABLES["alerts"].empty(), "alerts"),
        _regional,
    ],
)
def test_whatever_writes_into_a_run_leaves_a_finished_one_alone(tried, write):
    write(tried)


def test_what_was_tried_is_read_again_and_the_rest_is_that_of_the_run(tried, capsys):
    alerts, judged = len(tried.table("alerts")), tried.table("assessments")
    assert alerts
    tried.save(TABLES["alerts"].empty(), "alerts")
    tried.save(tried.table("volatility"), "volatility")
    assert capsys.readouterr().out.count("the run is unchanged") == 1
    again = Run(tried.folder)
    assert not len(again.table("alerts")) and again.table("assessments").equals(judged)
    copy = scratch.known_copy(tried.folder)
    assert open_run(f"scratch/{copy.name}").folder == copy  # and never the newest run by itself:
    assert open_run().folder == tried.folder


@pytest.mark.parametrize("status", ["running", "failed", "done"])
def test_only_the_process_that_works_on_a_run_writes_it(national_run, tmp_path, monkeypatch, status):
    monkeypatch.setattr(scratch, "REPORTS", tmp_path / "reports")
    folder = tmp_path / "run"
    shutil.copytree(national_run[0], folder)
    record = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**record, "status": status}))
    hold(folder)
    try:
        Run(folder).save(TABLES["alerts"].empty(), "alerts")
        code = "import sys; from pathlib import Path; from analysis.runs.locking import works_on as w"
        code += "; sys.exit(not w(Path(sys.argv[1])))"
        assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 0  # as a kernel is
        assert not scratch.is_closed(folder) and not len(pd.read_csv(folder / "tables" / "alerts.csv"))
    finally:
        release(folder)
    assert scratch.is_closed(folder)


def _rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _edit(name, old, new):
    return name, "changed", lambda path: _rewrite(path, old, new)


CHANGES = [
    _edit("tables/assessments.csv", "_T", "_U"),
    _edit("run.json", '"status": "done"', '"status":  "done"'),
    _edit("notebooks/04_midterm_evaluation.ipynb", "output_type", "output_typo"),
    _edit("inputs/plan/targets.csv", ",", ";"),
    _edit("environment.json", "{", "{ "),
    ("documents/midterm.docx", "missing", Path.unlink),
    ("tables/forecasts.csv", "missing", Path.unlink),
    ("index.html", "missing", Path.unlink),
    ("tables/own.csv", "added", lambda path: path.write_text("1")),
    ("documents/.midterm.pdf.7.part", "added", lambda path: path.write_text("1")),
    ("notebooks/.ipynb_checkpoints/04.ipynb", "added", lambda path: (path.parent.mkdir(), path.write_text("{}"))),
    ("ro-crate-metadata.json", "changed", lambda path: path.write_text("nonsense")),
]


@pytest.fixture(scope="module")
def changed(national_run, tmp_path_factory):
    """Return a copy of a finished run to change and mend again."""
    folder = tmp_path_factory.mktemp("changed") / "run"
    shutil.copytree(national_run[0], folder)
    assert differences(Run(folder)) == {}
    return folder


@pytest.mark.parametrize(("name", "kind", "change"), CHANGES, ids=[f"{one[1]} {one[0]}" for one in CHANGES])
def test_a_run_that_was_changed_is_not_sealed(changed, tmp_path, name, kind, change):
    path = changed / name
    before = path.read_bytes() if path.is_file() else None
    try:
        change(path)
        with pytest.raises(DataError) as refused:
            write_bundle(Run(changed), tmp_path / "a.zip")
        assert differences(Run(changed)) == {name: kind}
        for lang in ("zh", "en"):
            assert name in refused.value.message(lang)
        assert not (tmp_path / "a.zip").exists()
    finally:
        path.unlink(missing_ok=True) if before is None else path.write_bytes(before)
    assert differences(Run(changed)) == {}


@pytest.mark.parametrize(("status", "said"), [("failed", "incomplete"), ("running", "ended"), ("prepared", "ended")])
def test_a_run_that_has_not_ended_well_is_not_sealed(changed, status, said):
    run = Run(changed)
    run.record.update(status=status, missing=["annual"])
    with pytest.raises(UsageError) as refused:
        check_unchanged(run)
    assert said in refused.value.message("en") and "--resume" in refused.value.message("zh")


def test_a_document_added_by_a_command_belongs_and_one_changed_by_hand_before_does_not(national_run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(national_run[0], folder)
    _rewrite(folder / "documents" / "annual.html", "<p", "<p ")
    command = [str(WORKBENCH), "report", "final", "--run", str(folder), "--formats", "html", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert (folder / "documents" / "final.html").is_file()
    sweep(Run(folder), {}, ["14_alert_notice"])  # as the next document does it: the table of this one stays
    assert (folder / "tables" / "forecast_review.csv").is_file()
    assert differences(Run(folder)) == {"documents/annual.html": "changed"}
    shutil.copyfile(national_run[0] / "documents" / "annual.html", folder / "documents" / "annual.html")
    write_crate(Run(folder))
    assert write_bundle(Run(folder), tmp_path / "a.zip").files
