"""Many series: the same bytes however the work is cut, spread and interrupted."""

import numpy as np
import pandas as pd
import pytest

from analysis.exceptions import DataError
from analysis.models.average import AveragedTrend
from analysis.models.from_tables import from_input
from analysis.runs import batches
from analysis.runs.batches import forecast_batches
from analysis.runs.single import forecast_file
from analysis.runs.spool import fill
from analysis.schema import FORECASTS, NO_DATA, SERIES_INPUT, read_table
from analysis.schema.blocks import read_blocks

UNITS = {"percent": 82.0, "per_1000": 6.0, "per_100000": 12.0, "ratio": 1.1, "other": -3.0}


def table_of(n, seed=5):
    """Return `n` simulated series of all units, some bounded, gross, with zeros, gaps, events or too short."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        unit = list(UNITS)[i % 5]
        years = np.arange(2010, 2024)[rng.random(14) < (0.05 if i % 11 == 10 else 0.9)]
        values = UNITS[unit] * np.exp(np.cumsum(rng.normal(0.0, 0.06, len(years))))
        values[rng.random(len(years)) < (0.1 if i % 7 == 0 else 0)] = 0.0
        if unit == "percent" and i % 3:
            values = np.minimum(values, 99.5)
        rows += [
            {
                "series_id": f'地区{i % 13},"{i:04d}"' if i % 6 == 0 else f"s{i:04d}",
                "time_period": year,
                "obs_value": None if rng.random() < 0.05 else round(value, 4),
                "denominator": 2000 + i if i % 2 else None,
                "unit": unit if i % 5 != 4 else "",
                "event": "break" if year == 2018 and i % 10 == 3 else "",
            }
            for year, value in zip(years.tolist(), values.tolist(), strict=True)
        ]
    return pd.DataFrame(rows).sample(frac=1, random_state=seed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with `in.csv` and `in.parquet` of 90 series, and what memory makes of them in one piece."""
    made = tmp_path_factory.mktemp("many")
    table = table_of(90)
    table.to_csv(made / "in.csv", index=False)
    table.to_parquet(made / "in.parquet")
    forecast_file(made / "in.csv", 3, "trend_average", quiet, quiet).write(made / "whole.csv")
    return made


def quiet(count):
    """Take a count and say nothing."""


@pytest.fixture(autouse=True)
def short_parts(monkeypatch):
    """Cut parts of 20 series, so that few make several."""
    monkeypatch.setattr(batches, "PART", 20)


@pytest.mark.parametrize(("source", "jobs"), [("in.csv", 1), ("in.parquet", 1), ("in.csv", 2)])
def test_the_bytes_do_not_depend_on_jobs_or_on_the_form_of_the_input(folder, source, jobs):
    out = folder / f"{source}-{jobs}.csv"
    seen = []
    made = forecast_batches(folder / source, out, 3, "trend_average", jobs, start=seen.append, step=seen.append)
    assert seen[0] == pd.read_csv(folder / "in.csv")["series_id"].nunique() == sum(seen[1:])
    assert made.no_data > 0
    no_data = out.with_name(f"{source}-{jobs}.no_data.csv")
    assert no_data.read_bytes() == (folder / "whole.no_data.csv").read_bytes()
    assert len(read_table(no_data, NO_DATA)) == made.no_data
    theirs, ours = read_table(folder / "whole.csv", FORECASTS), read_table(out, FORECASTS)
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9)
    first = folder / "in.csv-1.csv"
    assert out.read_bytes() == first.read_bytes()
    assert not list(folder.glob(".*"))


def test_one_part_is_the_bytes_of_the_table_in_memory(folder, monkeypatch):
    monkeypatch.setattr(batches, "PART", 1000)
    forecast_batches(folder / "in.csv", folder / "one.csv", 3, "trend_average")
    assert (folder / "one.csv").read_bytes() == (folder / "whole.csv").read_bytes()


def test_parquet_out_holds_the_same_table(folder):
    forecast_batches(folder / "in.csv", folder / "out.parquet", 3, "trend_average", 1)
    written = FORECASTS.build(pd.read_parquet(folder / "out.parquet"))
    pd.testing.assert_frame_equal(written, read_table(folder / "whole.csv", FORECASTS), rtol=1e-9)


@pytest.mark.parametrize("model", ["loglinear", "pool:loglinear=0.5,trend_average=0.5"])
def test_other_models_and_pools_go_the_same_way(tmp_path, model):
    table_of(24).to_csv(tmp_path / "in.csv", index=False)
    forecast_batches(tmp_path / "in.csv", tmp_path / "out.csv", 2, model)
    theirs = forecast_file(tmp_path / "in.csv", 2, "loglinear", quiet, quiet).forecasts
    ours = read_table(tmp_path / "out.csv", FORECASTS)
    assert set(ours["series_id"]) == set(theirs["series_id"])
    assert set(ours["model"]) == {model}


def test_an_interrupted_forecast_goes_on_where_it_was(folder):
    out = folder / "resumed.csv"
    done = []

    def stop(series):
        done.append(series)
        if len(done) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecast_batches(folder / "in.csv", out, 3, "trend_average", 1, step=stop)
    assert not out.exists()
    made = forecast_batches(folder / "in.csv", out, 3, "trend_average", 1)
    assert made.reused == 3
    other = folder / "other.csv"
    forecast_batches(folder / "in.csv", other, 3, "trend_average", 1)
    assert out.read_bytes() == other.read_bytes()


def test_finished_parts_are_not_taken_for_those_of_another_horizon_or_input(folder):
    out = folder / "changed.csv"

    def stop(series):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forecast_batches(folder / "in.csv", out, 3, "trend_average", 1, step=stop)
    assert forecast_batches(folder / "in.csv", out, 2, "trend_average", 1).reused == 0
    with pytest.raises(KeyboardInterrupt):
        forecast_batches(folder / "in.csv", out, 3, "trend_average", 1, step=stop)
    changed = pd.read_csv(folder / "in.csv").assign(obs_value=lambda table: table["obs_value"] * 1.01)
    changed.to_csv(folder / "changed_in.csv", index=False)
    assert forecast_batches(folder / "changed_in.csv", out, 3, "trend_average", 1).reused == 0


def test_the_same_series_teach_as_in_one_batch(tmp_path):
    table_of(3000).to_csv(tmp_path / "in.csv", index=False)
    spool = fill(tmp_path / "spool", read_blocks(tmp_path / "in.csv", SERIES_INPUT), "in.csv")
    every = [one for one in from_input(read_table(tmp_path / "in.csv", SERIES_INPUT)) if len(one) > 1]
    theirs, ours = AveragedTrend().learn(every), AveragedTrend().learn(spool.teachers())
    assert theirs.teachers == ours.teachers
    assert max(theirs.teachers.values()) == 400
    for group, weights in theirs.weights.items():
        np.testing.assert_array_equal(ours.of(group), weights)


def test_a_year_twice_is_refused_with_its_row_and_leaves_nothing(tmp_path):
    rows = "a,2020,1\na,2021,2\nb,2020,1\na,2020,3\n"
    (tmp_path / "in.csv").write_text("series_id,time_period,obs_value\n" + rows, encoding="utf-8")
    with pytest.raises(DataError) as found:
        forecast_batches(tmp_path / "in.csv", tmp_path / "out.csv", 3, "trend_average")
    assert [one.where.row for one in found.value.faults] == [5]
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
