"""A workspace: what init lays, what it never touches, and how commands find it."""

import json
import os
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT, WORKBENCH
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data.example import example_files, midterm_year
from analysis.exceptions import UsageError
from analysis.gate.yaml_files import read_mapping
from analysis.places import is_workspace
from analysis.plan import read_plan
from analysis.runs.demo import write_demo
from analysis.runs.workspace import lay_out

PLANS = ["national-2021-2030", "tests/plans/women", "demo-province-2021-2030"]


def run(*words, cwd, code=0, **env):
    """Run a command as a user in a folder would, with no workspace named in the environment."""
    kept = {name: value for name, value in os.environ.items() if name != "WORKBENCH_ROOT"}
    command = [str(WORKBENCH), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=cwd, env={**kept, **env}, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def state(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def laid(tmp_path_factory):
    """Return a workspace with a plan and its example data, to be read only."""
    folder = tmp_path_factory.mktemp("own") / "w"
    return folder, lay_out(folder, "national-2021-2030", example=True)


def test_a_workspace_has_all_its_parts_and_no_code(laid):
    folder, made = laid
    assert is_workspace(folder) and set(made.added) == {one.as_posix() for one in state(folder)} and not made.kept
    for name in ("plans/national-2021-2030/targets.csv", "own/observations.csv", "example/dataset.yaml"):
        assert (folder / "data" / name).is_file()
    assert (folder / "data" / "reference" / "observations.csv").is_file() and (folder / "reports").is_dir()
    assert {path.name for path in (folder / "notebooks").glob("*.ipynb")} == {
        path.name for path in (ROOT / "notebooks").glob("*.ipynb")
    }
    assert not [path for path in folder.rglob("*.py")]
    assert read_mapping(folder / "data" / "defaults.yaml") == {
        "plan": "national-2021-2030", "data": "data/example", "benchmark": "data/reference"
    }  # fmt: skip
    readme = [line for line in (folder / "README.md").read_text(encoding="utf-8").splitlines() if line]
    assert len(readme) <= 12


def test_init_again_changes_no_byte_and_puts_back_what_is_missing(laid, tmp_path):
    folder = tmp_path / "w"
    shutil.copytree(laid[0], folder)
    (folder / "notebooks" / "18_brief.ipynb").unlink()
    (folder / "data" / "own" / "observations.csv").write_text("mine\n")
    (folder / "notebooks" / "13_yearbook.ipynb").write_text("mine\n")
    (folder / "notes.txt").write_text("mine\n")
    before = state(folder)
    said = run("init", ".", cwd=folder)  # from within, where the workspace's own notebooks are those of a run
    assert "新增 1 个文件" in said and "13_yearbook.ipynb" in said and "18_brief" not in said
    after = state(folder)
    assert {name: after[name] for name in before} == before
    assert (folder / "notebooks" / "18_brief.ipynb").read_bytes() == (
        ROOT / "notebooks" / "18_brief.ipynb"
    ).read_bytes()
    again = lay_out(folder)
    assert not again.added and again.differing == ("notebooks/13_yearbook.ipynb",)
    assert again.plan == "national-2021-2030"


@given(name=st.sampled_from(["README.md", "data/defaults.yaml", "notebooks/explore.ipynb", "data/own/areas.csv"]))
@settings(max_examples=4)
def test_a_folder_that_holds_something_else_is_refused_and_left_alone(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("taken")
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("somebody's")
    before = state(folder)
    with pytest.raises(UsageError) as caught:
        lay_out(folder)
    assert name in str(caught.value) and state(folder) == before


def test_a_folder_with_the_plans_document_alone_is_taken_the_programs_own_is_not(tmp_path):
    (tmp_path / "plan.docx").write_bytes(b"x")
    lay_out(tmp_path)
    assert is_workspace(tmp_path) and (tmp_path / "plan.docx").read_bytes() == b"x"
    for folder in (ROOT, ROOT.parent):
        with pytest.raises(UsageError, match="程序自身"):
            lay_out(folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError):
        lay_out(tmp_path / "file")


@pytest.mark.parametrize("plan", PLANS)
def test_example_data_are_simulated_say_so_and_are_the_same_each_time(tmp_path, plan):
    loaded = read_plan(ROOT / plan if "/" in plan else plan)
    tables = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        for file, text in example_files(loaded).items():
            (folder / file).write_text(text, encoding="utf-8")
        tables.append(write_demo(folder, loaded)[0])
    pd.testing.assert_frame_equal(*tables)
    table = tables[0]
    assert set(table["indicator"]) == {one.id for one in loaded.indicators if one.unit}
    assert set(table["source"]) == {"SIMULATED"} and table["note"].str.startswith("模拟数据").all()
    assert table["time_period"].max() == midterm_year(loaded) and (table["ref_area"] == loaded.area).any()
    for one in loaded.indicators:
        low, high = one.bounds
        values = table.loc[table["indicator"] == one.id, "obs_value"]
        assert (low is None or values.min() >= low) and (high is None or values.max() <= high), one.id


def test_commands_find_the_workspace_from_below_it_and_by_its_name(laid, tmp_path):
    folder, _ = laid
    below = folder / "data" / "own"
    for words, cwd in (([], below), (["--workspace", folder], tmp_path), ([f"--workspace={folder}"], ROOT)):
        said = run(*words, "plan", "check", cwd=cwd)
        assert "全国" in said or "中国" in said
    code = "from analysis.places import ROOT; print(ROOT)"
    for env in ({}, {"WORKBENCH_ROOT": ""}):
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            cwd=below,
            env={**os.environ, **env},
            check=True,
        )
        assert done.stdout.strip() == str(folder)
    assert "没有这个文件夹" in run("--workspace", tmp_path / "none", "plan", "check", cwd=tmp_path, code=2)


def test_a_workspace_without_plan_or_data_says_what_to_do(tmp_path):
    work = lay_out(tmp_path / "w").folder
    assert "workbench plan new --from" in run("evaluate", cwd=work, code=2)
    laid = lay_out(work, "national-2021-2030")
    assert laid.plan not in (work / "data" / "defaults.yaml").read_text(encoding="utf-8")  # what was there stays
    said = run("check", "--lang", "en", cwd=work, code=2)  # the only plan is the one meant
    assert "data/own/observations.csv" in said and "--example" in said


def test_the_six_commands_of_the_page_lead_from_a_document_to_an_evaluation(tmp_path):
    page = (ROOT / "docs" / "new-plan.md").read_text(encoding="utf-8")
    block = next(one for one in re.findall(r"```\n(.*?)```", page, re.S) if one.startswith("workbench init"))
    lines = [line.split() for line in block.splitlines()]
    assert len(lines) == 6
    shutil.copy(ROOT / "tests" / "plans_read" / "county_youth.md", tmp_path / "plan.md")
    here, said = tmp_path, ""
    for program, *words in lines:
        if program == "cd":
            here = here / words[0]
            continue
        short = ["--documents", "none"] if words == ["evaluate"] else []  # the documents take most of the time
        said = run(*words, *short, cwd=here)
    made = json.loads(next((here / "reports").glob("*/run.json")).read_text(encoding="utf-8"))
    assert made["status"] == "done" and made["data"] == "data/example" and "模拟数据" in said
    for path in (here / "reports").rglob("*"):
        if path.suffix in (".json", ".html", ".csv", ".ipynb"):
            text = path.read_text(encoding="utf-8")
            assert str(here) not in text and str(ROOT) not in text, path.name
