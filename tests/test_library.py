"""The door: an evaluation in memory is that of a run; its parts, what-ifs, documents and faults."""

import doctest
import inspect
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

import analysis
from analysis.assessment.evidence import Library
from analysis.assessment.judge import assess, series_judged
from analysis.exceptions import DataError, UsageError
from analysis.models import forecast
from analysis.pipeline import STAGES, trend_series

NATIONAL = ("national-2021-2030", "data/reference")


@pytest.fixture(scope="module")
def national():
    return analysis.evaluate(*NATIONAL)


def test_an_evaluation_in_memory_is_that_of_a_run(demo_run):
    run = analysis.open(demo_run[0])
    again = analysis.evaluate(as_of=run.as_of)
    for name in ("observations", "forecasts", "assessments", "alerts", "details", "effects", "scenarios"):
        left, right = again.table(name), run.table(name)
        pd.testing.assert_frame_equal(left, right, rtol=1e-6, check_dtype=False, obj=name)


def test_earlier_years_forecast_every_series_that_is_judged_and_no_other(monkeypatch):
    asked = set()
    find = Library.get
    monkeypatch.setattr(Library, "get", lambda self, *key: (asked.add("|".join(key)), find(self, *key))[1])
    evaluation = analysis.evaluate()
    year = evaluation.as_of - 1
    part = evaluation.earlier(year)
    known = evaluation.observations[evaluation.observations["time_period"] <= year]
    series = trend_series(evaluation.plan, known, year)
    judged = series_judged(evaluation.plan, evaluation.area, evaluation.parts)
    assert asked <= judged and 0 < sum(one.name in judged for one in series) < len(series) / 2
    made, _ = forecast(series, evaluation.plan.end_year)
    about = (evaluation.plan, known, made, evaluation.rules, year, evaluation.area, evaluation.parts)
    pd.testing.assert_frame_equal(part, assess(*about))


def test_every_stage_passes_its_gate_and_is_worked_out_once(national):
    assert [name for name, table in national.tables()] == list(STAGES)
    assert national.assessments is national.assessments
    with pytest.raises(KeyError):
        national.table("nothing")


def test_a_part_keeps_the_numbers_of_the_whole(national):
    domain = national.plan.domains[0].id
    part = national.subset(domain=domain)
    ids = set(part.assessments["target"])
    assert ids and all(national.plan.parent(national.plan.target(id)).domain == domain for id in ids)
    whole = national.assessments[national.assessments["target"].isin(ids)].reset_index(drop=True)
    pd.testing.assert_frame_equal(part.assessments, whole)
    one = national.subset(targets=[next(iter(ids))])
    assert len(one.assessments) == 1 and len(one.plan.targets) == 1
    assert set(part.subset(targets=[next(iter(ids))]).assessments["target"]) == {next(iter(ids))}


@pytest.mark.parametrize(
    "asked", [{"domain": "nothing"}, {"indicators": ["a"]}, {"targets": ["b"]}, {"targets": []}], ids=str
)
def test_a_part_of_what_the_plan_has_not_is_refused(national, asked):
    with pytest.raises(UsageError):
        national.subset(**asked)


def _bounded(evaluation):
    table = evaluation.assessments
    own = {one.id for one in evaluation.plan.targets if one.kind in ("upper_bound", "lower_bound") and one.value}
    open_ = table[table["target"].isin(own) & table["p_miss"].between(0.001, 0.999)]
    return str(open_["target"].iloc[0])


def test_an_easier_target_is_likelier_met_and_the_rest_stays(national):
    id = _bounded(national)
    target = national.plan.target(id)
    eased = target.value * (1.5 if target.lower_is_better else 0.5)
    other = national.what_if(targets={id: eased})
    was, now = (ev.assessments.set_index("target") for ev in (national, other))
    assert now.loc[id, "p_miss"] < was.loc[id, "p_miss"]
    rest = [name for name in was.index if name != id and not national.plan.target(name).conflicts_with]
    assert was.loc[rest, "status"].equals(now.loc[rest, "status"])
    assert national.plan.target(id).value == target.value
    same = national.what_if()
    pd.testing.assert_frame_equal(same.assessments, national.assessments, rtol=1e-9)


def test_other_data_are_forecast_anew_and_broken_ones_refused(national):
    name = national.series[0].name.split("|")[0]

    def doubled(table):
        own = table["indicator"] == name
        halved = table["obs_value"].where(~own, table["obs_value"] / 2)
        return table.assign(obs_value=halved, numerator=None, denominator=None)

    other = national.what_if(observations=doubled)
    rows = other.forecasts["series_id"].str.startswith(f"{name}|")
    assert rows.any() and not other.forecasts[rows].equals(national.forecasts[rows])
    with pytest.raises(DataError):
        national.what_if(observations=lambda table: table.assign(time_period="x"))
    with pytest.raises(UsageError):
        national.what_if(targets={"nothing": 1.0})


def test_a_frame_is_evaluated_as_its_folder_is(national):
    data = analysis.read_data(NATIONAL[1])
    frame = data.observations
    own = frame.drop(columns=["note", "unit", "sex", "obs_status"])
    made = analysis.evaluate(NATIONAL[0], own)
    pd.testing.assert_frame_equal(
        made.assessments[["target", "status", "p_miss"]], national.assessments[["target", "status", "p_miss"]]
    )
    assert made.dataset.simulated is False
    assert made.indicator("health.u5mr").assessment is not None


def test_what_is_saved_comes_back_and_is_not_written_over(national, tmp_path):
    national.assessments  # noqa: B018  (worked out, so that it is among the tables)
    folder = national.save(tmp_path / "run")
    back = analysis.open(folder)
    pd.testing.assert_frame_equal(back.assessments, national.assessments, rtol=1e-9)
    assert back.save(tmp_path / "copy") == tmp_path / "copy"
    with pytest.raises(UsageError):
        national.save(folder)
    with pytest.raises(UsageError):
        national.what_if().save(tmp_path / "x")
    assert not (tmp_path / "x").exists()


def test_a_public_evaluation_is_that_of_a_public_run(tmp_path):
    made = analysis.evaluate(audience="public")
    assert (made.observations["obs_status"] == "C").any()
    assert made.volatility.empty and made.composite.empty
    assert not made.alerts["years_in_row"].notna().any()


def test_a_document_is_made_and_saved_in_every_format(national, tmp_path):
    made = analysis.report(national, "notice", lang="en", author="Group 3")
    assert made.title and "<iframe" in made._repr_html_()
    for ending in ("html", "docx", "pdf"):
        assert made.save(tmp_path / f"notice.{ending}").stat().st_size > 10_000
    with pytest.raises(UsageError):
        made.save(tmp_path / "notice.odt")
    with pytest.raises(UsageError):
        analysis.report(national, "novel")
    with pytest.raises(UsageError):
        analysis.report(national.subset(domain=national.plan.domains[0].id), "notice")


def test_an_evaluation_shows_what_it_is(national):
    assert national.plan.id in repr(national)
    page = national._repr_html_()
    assert national.plan.title.zh in page and str(int(national.assessments["status"].value_counts().sum())) != "0"
    assert national.summary("en")["Targets"].sum() == len(national.plan.targets)
    demo = analysis.evaluate()
    assert demo.dataset.notice.zh in repr(demo)


def test_importing_the_door_loads_nothing_and_it_completes():
    code = "import sys, analysis; print([m for m in ('pandas', 'numpy', 'scipy') if m in sys.modules], dir(analysis))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("[] ")
    assert all(name in said for name in analysis.__all__)
    with pytest.raises(AttributeError):
        analysis.nothing  # noqa: B018


def test_every_name_of_the_door_says_what_it_takes_and_gives():
    for name in analysis.__all__:
        one = getattr(analysis, name)
        text = inspect.getdoc(one)
        assert text, name
        if inspect.isfunction(one):
            for part in ("Parameters\n", "Returns\n", "Raises\n"):
                assert part in text, (name, part)
            for parameter in inspect.signature(one).parameters:
                assert f"{parameter}" in text, (name, parameter)


@pytest.mark.parametrize("module", ["evaluation", "opening", "forecasting", "documents"])
def test_the_examples_of_the_docstrings_run(module):
    found = __import__(f"analysis.library.{module}", fromlist=["x"])
    result = doctest.testmod(found, optionflags=doctest.ELLIPSIS)
    assert result.attempted and not result.failed


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "library.md").read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 3
    for block in blocks:
        exec(block, {})


def test_the_page_names_the_whole_door_and_every_stage():
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    functions = [name for name in analysis.__all__ if inspect.isfunction(getattr(analysis, name))]
    assert all(f"`{name}(" in page for name in functions)
    assert all(f"`{name}`" in page for name in STAGES)


def test_names_that_hold_digits_pass_the_check_of_numbers(tmp_path):
    for part, folder in (("plan", "data/plans/national-2021-2030"), ("data", "data/reference")):
        shutil.copytree(ROOT / folder, tmp_path / part)
    for name, old, new in (
        ("plan/plan.yaml", "中国儿童发展纲要（2021—2030年）", "第14个五年期规划7.5版"),
        ("plan/plan.yaml", "area_name_zh: 全国", "area_name_zh: 第88师37团"),
        ("plan/departments.csv", "国家卫生健康委员会", "第66卫生局"),
        ("plan/indicators.csv", "新生儿死亡率", "29天内死亡率（P75法）"),
        ("data/areas.csv", "全国", "第88师37团"),
    ):
        path = tmp_path / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
    document = analysis.report(analysis.evaluate(tmp_path / "plan", tmp_path / "data"), "midterm")
    assert "第88师37团" in document._repr_html_() and "P75" in document._repr_html_()
