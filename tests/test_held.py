"""What was read of a run and is held: read again when a file changes, never another run's, never spoilt by a user."""

import os
import shutil

import pandas as pd
import pytest

from analysis.runs.held import held
from analysis.runs.report import facts_of
from analysis.runs.run import Run


def test_what_is_held_is_read_again_once_a_file_changes(tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("1")
    reads = []

    def read() -> str:
        reads.append(source.read_text())
        return reads[-1]

    assert [held(tmp_path, "a", [tmp_path], read) for _ in range(3)] == ["1", "1", "1"] and reads == ["1"]
    half = tmp_path / "half"
    half.write_text("2")
    os.replace(half, source)  # the same size, perhaps the same moment: another file all the same
    assert held(tmp_path, "a", [tmp_path], read) == "2"
    (tmp_path / "b.csv").write_text("3")  # a new file in a folder that is read
    held(tmp_path, "a", [tmp_path], read)
    assert reads == ["1", "2", "2"]


def test_no_run_is_given_what_was_read_of_another(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.csv").write_text(name)
    for name in ("one", "two", "one"):
        folder = tmp_path / name
        assert held(folder, "a", [folder / "a.csv"], (folder / "a.csv").read_text) == name


@pytest.fixture
def copied(demo_run, tmp_path):
    for part in ("inputs", "tables"):
        shutil.copytree(demo_run[0] / part, tmp_path / part)
    shutil.copyfile(demo_run[0] / "run.json", tmp_path / "run.json")
    return tmp_path


def test_a_table_that_is_changed_by_who_got_it_is_whole_for_the_next(copied):
    first = Run(copied).table("forecasts")
    first["value"] = 0.0
    first.loc[:, "model"] = "spoilt"
    rows = Run(copied).dataset.observations
    rows.loc[:, "obs_value"] = -1.0
    again = Run(copied)
    assert (again.table("forecasts")["value"] != 0).any() and "spoilt" not in set(again.table("forecasts")["model"])
    assert (again.dataset.observations["obs_value"].dropna() >= 0).all()


def test_facts_are_made_anew_from_a_table_that_changed_and_each_document_gets_its_own(copied):
    facts = facts_of(Run(copied))
    facts.values.count("facts/own", 7)
    assert "facts/own" not in facts_of(Run(copied)).values.known
    path = copied / "tables" / "alerts.csv"
    pd.read_csv(path, dtype=str, keep_default_na=False).iloc[:3].to_csv(path, index=False)
    assert len(facts_of(Run(copied)).alerts) == 3
