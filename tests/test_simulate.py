"""The simulated district: the committed file is what the seed gives, its parts add up, its disturbances are there."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from analysis.data.observations import read_dataset
from analysis.data.reported.folder import read_reports
from analysis.data.shapes import read_shapes
from analysis.data.simulate_words import MARK
from analysis.exceptions import UsageError
from analysis.plan import read_plan
from analysis.runs.demo import reports_folder, simulate_folder, write_demo
from analysis.schema import BREAKDOWNS, TOTAL

DEMO = ROOT / "data" / "demo"
PLAN = read_plan("tiexi-2021-2030")


@pytest.fixture(scope="module")
def dataset():
    return read_dataset(DEMO, trusted=True)


@pytest.fixture(scope="module")
def seen(dataset):
    return dataset.observations


def of_all(rows):
    return rows[(rows[list(BREAKDOWNS)] == TOTAL).all(axis=1)]


def test_the_committed_file_is_what_the_generator_gives(seen):
    pd.testing.assert_frame_equal(simulate_folder(DEMO), seen, rtol=1e-9)


def test_the_committed_reports_are_what_the_generator_gives_and_say_that_they_are_simulated(seen):
    made, kept = reports_folder(DEMO, seen), read_reports(DEMO, trusted=True)
    assert set(made) == set(kept)
    for name, table in made.items():
        pd.testing.assert_frame_equal(kept[name], table, rtol=1e-9, check_dtype=False)
    for name, column in (("measure_reports", "done"), ("causes", "cause"), ("practices", "title")):
        assert kept[name].loc[kept[name][column] != "", column].str.startswith(MARK).all(), name


def test_the_reports_have_the_variety_of_life():
    tables = read_reports(DEMO, trusted=True)
    received = tables["received"]
    assert set(received["year"]) == {2023, 2024, 2025}
    assert {"expected", "returned", "verified", "archived"} <= set(received["state"])
    assert (received["days_late"] > 0).any() and (received["returned"] > 0).any()
    assert set(tables["measure_reports"]["state"]) == {"not_begun", "under_way", "completed"}
    assert {"kept", "absent"} == set(tables["evidence_files"]["state"])
    waiting = received[received["state"].isin(["expected", "returned"])][["department", "year"]]
    for name in ("measure_reports", "self_assessments", "causes"):
        assert not len(tables[name].merge(waiting, on=["department", "year"])), name  # what was given back is not there


def test_it_says_that_it_is_simulated(dataset, seen):
    assert dataset.simulated
    assert dataset.notice.zh == "模拟数据，仅供演示"
    assert set(seen["source"]) == {"SIMULATED"}


def test_every_indicator_judged_by_a_trend_has_data(seen):
    trended = {one.id for one in PLAN.indicators if one.statistic != "milestone"}
    assert trended <= set(seen["indicator"])


def test_years_and_breakdowns(seen):
    assert (seen["time_period"].min(), seen["time_period"].max()) == (2010, 2025)
    for indicator in PLAN.indicators:
        rows = seen[seen["indicator"] == indicator.id]
        if len(rows) and rows["numerator"].notna().any():
            for name in indicator.disaggregations:
                column = {"street": "ref_area"}.get(name, name)
                assert rows[column].nunique() > 2, (indicator.id, name)


@pytest.mark.parametrize(
    ("column", "total"), [("sex", TOTAL), ("residence", TOTAL), ("age", TOTAL), ("ref_area", PLAN.area)]
)
def test_parts_add_up_to_totals(seen, column, total):
    others = [name for name in (*BREAKDOWNS, "ref_area") if name != column]
    same = (seen[[n for n in others if n != "ref_area"]] == TOTAL).all(axis=1)
    if column != "ref_area":
        same &= seen["ref_area"] == PLAN.area
    rows = seen[same & seen["numerator"].notna()]
    for name in ("numerator", "denominator"):
        parts = rows[rows[column] != total].groupby(["indicator", "time_period"])[name].sum()
        whole = rows[rows[column] == total].set_index(["indicator", "time_period"])[name]
        assert len(parts) > 40
        assert (parts == whole.reindex(parts.index)).all()


def test_shares_of_people_never_exceed_everybody(seen):
    capped = [one.id for one in PLAN.indicators if one.unit == "percent" and one.upper == 100]
    rows = seen[seen["indicator"].isin(capped) & seen["numerator"].notna()]
    assert (rows["numerator"] <= rows["denominator"]).all()
    assert seen.loc[seen["indicator"].isin(capped), "obs_value"].max() <= 100


def test_values_agree_with_their_counts(seen):
    rows = seen[(seen["unit"] == "per_1000") & seen["numerator"].notna()]
    assert np.allclose(rows["obs_value"], 1000 * rows["numerator"] / rows["denominator"], atol=1e-3)


def test_births_are_those_of_a_real_district(seen):
    births = of_all(seen)[of_all(seen)["indicator"] == "health.imr"]
    own = births[births["ref_area"] == PLAN.area].set_index("time_period")["denominator"]
    assert 2000 <= own[2010] <= 4500
    assert own[2025] < own[2010]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("health.nmr", "health.imr"),
        ("health.imr", "health.u5mr"),
        ("safety.drowning_mortality", "safety.injury_mortality"),
    ],
)
def test_a_count_never_exceeds_the_one_it_is_part_of(seen, part, whole):
    keys = ["ref_area", "time_period", *BREAKDOWNS]
    counts = {name: seen[seen["indicator"] == name].set_index(keys)["numerator"] for name in (part, whole)}
    both = counts[part].index.intersection(counts[whole].index)
    assert len(both) > 100
    assert (counts[part][both] <= counts[whole][both]).all()


def test_disturbances_are_there(seen):
    shapes = read_shapes(DEMO / "shapes.csv")
    assert sum(bool(shape.shock) for shape in shapes) >= 1
    assert (seen["obs_status"] == "B").any()
    assert (seen["obs_status"] == "M").sum() >= 5
    assert seen.loc[seen["obs_status"] == "M", "obs_value"].isna().all()


def test_one_street_fails(seen):
    shape = next(shape for shape in read_shapes(DEMO / "shapes.csv") if shape.failing_area and shape.failing_effect < 0)
    rows = of_all(seen)[of_all(seen)["indicator"] == shape.indicator]
    last = rows[rows["time_period"] == 2025].set_index("ref_area")["obs_value"]
    assert last.drop(PLAN.area).idxmin().endswith(shape.failing_area)


def test_an_indicator_of_its_own_stream_does_not_move_the_others(seen, tmp_path):
    for name in ("areas.csv", "dataset.yaml"):
        (tmp_path / name).write_bytes((DEMO / name).read_bytes())
    lines = (DEMO / "shapes.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "shapes.csv").write_text("\n".join([lines[0], lines[3]]) + "\n", encoding="utf-8")
    table, path = write_demo(tmp_path)
    assert path.is_file()
    expected = seen[seen["indicator"] == table["indicator"].iloc[0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(table, expected, rtol=1e-9)


def test_real_data_are_never_overwritten():
    with pytest.raises(UsageError):
        write_demo(ROOT / "data" / "reference")
