"""A frozen round: its method is used as it was, and changed data need a new one."""

import json
import shutil

import pytest
from conftest import ROOT

from analysis.exceptions import UsageError
from analysis.runs import rounds
from analysis.runs.inputs import check_inputs
from analysis.runs.report import forecast_run
from analysis.runs.run import prepare

PLAN, DATA = "national-2021-2030", ROOT / "data" / "reference"


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """Return a folder that takes the place of reports/."""
    monkeypatch.setattr(rounds, "REPORTS", tmp_path / "reports")
    return tmp_path


@pytest.fixture
def frozen(shelf):
    given = check_inputs(PLAN, DATA, as_of=2024)
    models = ["random_walk", "drift"]
    return rounds.freeze("r1", given.plan, given.area, given.as_of, given.observed, models, horizon=2)


def test_a_round_keeps_the_choice_and_why(frozen):
    assert rounds.read_round("r1") == frozen
    assert frozen.model in ("random_walk", "drift") or frozen.model.startswith("pool:")
    assert sum(row["chosen"] == "yes" for row in frozen.choice) == 1
    assert all(sum(own) == pytest.approx(1) for own in frozen.weights.values())


def test_a_run_of_the_round_forecasts_with_the_frozen_method(frozen, shelf):
    run = prepare(PLAN, DATA, 2024, out=shelf / "run", round_id="r1")
    assert run.record["round"] == "r1" and run.round == frozen
    forecasts, _ = forecast_run(run)
    assert set(forecasts["model"]) == {frozen.model}
    with pytest.raises(UsageError):
        forecast_run(run, "local_level")


def test_frozen_weights_are_those_of_the_same_batch(shelf):
    given = check_inputs(PLAN, DATA, as_of=2024)
    rounds.freeze("plain", given.plan, given.area, given.as_of, given.observed)
    tables = [forecast_run(prepare(PLAN, DATA, 2024, out=shelf / f"run{name}", round_id=name))[0]
              for name in ("plain", None)]  # fmt: skip
    assert (tables[0]["value"] == tables[1]["value"]).all()


def test_changed_data_another_year_and_a_name_taken_are_refused(frozen, shelf):
    changed = shelf / "data"
    shutil.copytree(DATA, changed)
    table = changed / "observations.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    row = next(i for i, line in enumerate(lines) if ",2023," in line and "infant" not in line)
    cells = lines[row].split(",")
    place = lines[0].split(",").index("obs_value")
    cells[place] = str(float(cells[place]) + 0.1)
    table.write_text("\n".join([*lines[:row], ",".join(cells), *lines[row + 1 :]]) + "\n", encoding="utf-8")
    refused = {
        "changed": lambda: prepare(PLAN, changed, 2024, out=shelf / "a", round_id="r1"),
        "year": lambda: prepare(PLAN, DATA, 2023, out=shelf / "b", round_id="r1"),
        "unknown": lambda: prepare(PLAN, DATA, 2024, out=shelf / "c", round_id="r2"),
        "no name": lambda: prepare(PLAN, DATA, 2024, out=shelf / "d", round_id="../r1"),
    }
    for name, attempt in refused.items():
        with pytest.raises(UsageError):
            attempt()
        assert not (shelf / name[0]).exists()
    given = check_inputs(PLAN, DATA, as_of=2024)
    before = rounds.round_file("r1").read_bytes()
    with pytest.raises(UsageError):
        rounds.freeze("r1", given.plan, given.area, given.as_of, given.observed)
    assert rounds.round_file("r1").read_bytes() == before
    assert json.loads(before)["as_of"] == 2024
