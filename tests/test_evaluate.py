"""The whole line, run as a newcomer would: files, tables, verdicts that add up, notices, no leaks."""

import json
import re

import nbformat
import pandas as pd
import pytest
from conftest import ROOT, evaluate

from analysis.narrative.facts import VERDICTS
from analysis.plan import read_plan
from analysis.runs.report import judge_run
from analysis.runs.run import Run
from analysis.schema import ALERTS, ASSESSMENTS, FORECASTS, OBSERVATIONS, QUANTILES, STATUSES, read_table

NOTEBOOKS = ("01_data_review", "02_trend_forecast", "03_target_assessment", "04_midterm_evaluation", "13_yearbook")
NOTICE = "模拟数据，仅供演示"


@pytest.fixture(params=["demo_run", "national_run"])
def run(request):
    return request.getfixturevalue(request.param)


def table(folder, declared):
    return read_table(folder / "tables" / f"{declared.name}.csv", declared, trusted=True)


def test_it_ends_well_and_leaves_what_the_design_names(run):
    folder, done = run
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    for name in ("index.html", "run.json", "documents/midterm.html"):
        assert (folder / name).is_file()
    for name in NOTEBOOKS:
        assert (folder / "notebooks" / f"{name}.ipynb").is_file()
    assert json.loads((folder / "run.json").read_text())["status"] == "done"
    assert not list(folder.rglob("*.part*"))


def test_every_table_passes_its_gate(run):
    folder, _ = run
    for declared in (OBSERVATIONS, FORECASTS, ASSESSMENTS, ALERTS):
        path = folder / "tables" / f"{declared.name}.csv"
        assert path.read_text(encoding="utf-8").splitlines()[0].split(",") == declared.names
        table(folder, declared)


def test_forecasts_are_whole_distributions_to_the_end_of_the_plan(run):
    forecasts = table(run[0], FORECASTS)
    assert (forecasts.groupby(["series_id", "time_period"]).size() == len(QUANTILES) + 1).all()
    assert (forecasts.groupby("series_id")["time_period"].max() == 2030).all()


def test_no_target_is_dropped_and_the_counts_add_up(demo_run):
    plan, judged = read_plan("tiexi-2021-2030"), table(demo_run[0], ASSESSMENTS)
    assert set(judged["target"]) == {target.id for target in plan.targets}
    parents = {plan.target(id).parent for id in judged["target"]}
    assert {goal.id for goal in plan.goals} <= parents
    counts = judged["status"].value_counts()
    page = (demo_run[0] / "index.html").read_text(encoding="utf-8")
    cards = re.findall(r'<span class="badge (\w+)">[^<]*</span><strong>(\d+)</strong>', page)
    assert [name for name, _ in cards] == list(VERDICTS)
    missed = int(((judged["status"] == "off_track") & (judged["timing"] == "due")).sum())
    open_ = int(((judged["status"] == "qualitative") & (judged["at_target"] == "no")).sum())
    expected = {**counts.to_dict(), "missed": missed, "off_track": counts["off_track"] - missed, "open": open_}
    expected["qualitative"] -= open_
    assert (missed, open_) == (4, 7) and {name: int(n) for name, n in cards if int(n)} == expected
    assert counts.sum() == len(plan.targets)


def test_demo_verdicts_are_a_mix(demo_run):
    judged = table(demo_run[0], ASSESSMENTS)
    assert set(judged["status"]) == set(STATUSES)
    assert {"red", "orange", "blue"} <= set(table(demo_run[0], ALERTS)["level"])


def test_the_failing_street_is_flagged_though_the_district_passes(demo_run):
    judged = table(demo_run[0], ASSESSMENTS)
    plan = read_plan("tiexi-2021-2030")
    rows = judged[[plan.target(id).kind == "every_subunit" for id in judged["target"]]]
    assert (rows["units_met"] == rows["units"] - 1).all() and (rows["latest_value"] < rows["target_value"]).all()
    assert (rows["status"] == "off_track").any()
    own = table(demo_run[0], OBSERVATIONS).query("ref_area == '210303' and time_period == 2025 and sex == '_T'")
    whole = own[own["indicator"].isin(rows["indicator"]) & (own["residence"] == "_T")]["obs_value"]
    assert (whole > rows["target_value"].max()).all()


def test_national_values_are_judged_with_gaps_left_as_gaps(national_run):
    folder, done = national_run
    judged = table(folder, ASSESSMENTS).set_index("target")
    for k in (1, 2, 3):  # the mortality targets are at their 2030 level already
        row = judged.loc[f"health.goal.01.t{k}"]
        assert (row["status"], row["at_target"], row["timing"]) == ("on_track", "yes", "ahead")
    far = judged[judged["indicator"].isin(["health.myopia_junior", "health.myopia_senior"])]
    assert far["status"].eq("off_track").all() and far["reason"].str.contains("偏离较大").all()
    assert set(table(folder, ALERTS)["target"]) == set(far.index) and done.returncode == 0
    assert judged["status"].value_counts().to_dict() == {"on_track": 5, "off_track": 2, "no_data": 1}
    page = (folder / "documents" / "midterm.html").read_text(encoding="utf-8")
    assert "3 to 2024, 5 to 2022" in re.sub("<[^>]+>", "", page) and "↗" not in page
    observed = table(folder, OBSERVATIONS)
    nmr = observed[(observed["indicator"] == "health.nmr") & (observed["residence"] == "_T")]
    assert 2014 not in set(nmr["time_period"])
    assert "targets" in done.stdout


def test_simulated_data_say_so_on_every_face(demo_run):
    folder, done = demo_run
    assert NOTICE in done.stdout
    for page in folder.rglob("*.html"):
        assert NOTICE in page.read_text(encoding="utf-8"), page.name
    assert set(table(folder, OBSERVATIONS)["source"]) == {"SIMULATED"}
    assert table(folder, OBSERVATIONS)["note"].str.contains("模拟数据").all()


def test_real_data_do_not(national_run):
    for page in national_run[0].rglob("*.html"):
        assert "模拟数据" not in page.read_text(encoding="utf-8")


def test_english_documents_have_english_wording(national_run):
    page = (national_run[0] / "documents" / "midterm.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Mid-term evaluation" in page
    assert "达标概率" not in page


def test_no_path_of_this_machine_leaks(run):
    folder, done = run
    for path in [*folder.rglob("*.ipynb"), *folder.rglob("*.html"), *folder.rglob("*.csv"), folder / "run.json"]:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text and str(folder.parent) not in text, path.name
    assert str(ROOT) not in done.stdout


def test_executed_notebooks_keep_parameters_and_have_no_error(run):
    for name in NOTEBOOKS:
        notebook = nbformat.read(run[0] / "notebooks" / f"{name}.ipynb", as_version=4)
        assert notebook.metadata.papermill.parameters["run"] == "."
        assert any("injected-parameters" in cell.metadata.get("tags", []) for cell in notebook.cells)
        outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
        assert not [out for out in outputs if out.output_type == "error" or out.get("name") == "stderr"]


def test_verdicts_follow_from_the_stored_tables_alone(run):
    again, alerts = judge_run(Run(run[0]))
    stored = table(run[0], ASSESSMENTS)
    pd.testing.assert_frame_equal(again, stored, rtol=1e-9)
    assert len(alerts) == len(table(run[0], ALERTS))


def test_every_alert_has_clause_department_and_evidence(demo_run):
    alerts = table(demo_run[0], ALERTS)
    for name in ("clause", "department", "evidence", "measures"):
        assert alerts[name].str.len().min() > 0


def test_an_earlier_year_forecasts_the_next_milestone(tmp_path):
    done = evaluate(tmp_path / "run", "--as-of", "2023")
    assert done.returncode == 0, done.stderr
    judged = table(tmp_path / "run", ASSESSMENTS)
    ahead = judged[(judged["target_year"] == 2025) & judged["forecast"].notna()]
    assert len(ahead) > 5
    assert ((ahead["p_miss"].dropna() > 0) & (ahead["p_miss"].dropna() < 1)).all()
    assert judged["latest_year"].max() == 2023
