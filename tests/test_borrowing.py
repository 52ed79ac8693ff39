"""Levels from the area above, the years that are marked, and the prior learnt from the published examples."""

import runpy

import numpy as np
import pandas as pd
import pytest

from analysis.exceptions import UsageError
from analysis.models import Series
from analysis.models.borrowing import lend
from analysis.models.from_tables import from_input, from_observations, parents_of
from analysis.models.grid import parameter_grid
from analysis.models.learnt import WEIGHTS
from analysis.narrative.history import History, spans
from analysis.places import ROOT
from analysis.runs.single import forecast_file
from analysis.schema import OBSERVATIONS, SERIES_INPUT

YEARS = np.arange(2010, 2024)


def quiet(n: int) -> None:
    """Take no notice of progress."""


def series(name, value, people=np.nan):
    return Series(name, YEARS, np.full(len(YEARS), float(value)), np.full(len(YEARS), people), unit="per_1000")


def family(values, people=900.0):
    children = [series(f"c{i}", value, people) for i, value in enumerate(values)]
    return [series("city", 5.0, 2e5), *children], {one.name: "city" for one in children}


def test_the_spread_of_areas_is_what_chance_does_not_explain():
    alike, differing = ([5.0, 5.1, 4.9, 5.0, 5.0], [2.0, 4.0, 5.0, 8.0, 12.0])
    lent = [[one.parent for one in lend(*family(values, 1e6)) if one.parent] for values in (alike, differing)]
    assert lent[0][0].spread < 0.1 < 0.5 < lent[1][0].spread
    assert lent[0][0].level == pytest.approx(5.0)
    few, parents = family([2.0, 12.0])
    assert lend(few, parents)[1].parent.spread == 0.3  # two areas tell no spread


def test_a_slope_is_lent_only_when_asked_for_and_an_unknown_parent_lends_nothing():
    own, parents = family([4.0, 5.0])
    assert all(one.parent.slope is None for one in lend(own, parents)[1:])
    assert lend(own, parents, slope=True)[1].parent.slope == pytest.approx(0.0)
    assert all(one.parent is None for one in lend(own, {"c0": "elsewhere"}))


@pytest.fixture
def borrowers(tmp_path):
    own, parents = family([3.0, 5.0, 8.0])
    rows = [
        {"series_id": s.name, "time_period": y, "obs_value": v, "denominator": d, "unit": s.unit}
        for s in own
        for y, v, d in zip(s.years, s.values, s.denominators, strict=True)
    ]
    table = pd.DataFrame(rows)
    table["parent"] = table["series_id"].map(parents).fillna("")
    path = tmp_path / "series.csv"
    table.to_csv(path, index=False)
    return path


def test_a_file_that_names_parents_is_forecast_with_the_weights_beside_it(borrowers, tmp_path):
    alone = forecast_file(borrowers, 3, "trend_average", quiet, quiet)
    lent = forecast_file(borrowers, 3, "trend_average", quiet, quiet, "level")
    assert len(alone.borrowing) == 0 and lent.borrowing["weight"].between(0, 1).all()
    assert set(lent.forecasts["model"]) == {"trend_average_borrowed_level"}
    is_mean = [table[table["output_type"] == "mean"] for table in (alone.forecasts, lent.forecasts)]
    means = [table.set_index(["series_id", "time_period"])["value"] for table in is_mean]
    nearer = (means[1] - 5).abs() < (means[0] - 5).abs()
    assert nearer["c0"].all() and nearer["c2"].all()
    lent.write(tmp_path / "out.csv")
    assert sorted(p.name for p in tmp_path.glob("out*")) == ["out.borrowing.csv", "out.csv"]


@pytest.mark.parametrize("model", ["random_walk", "trend_average"])
def test_borrowing_without_what_it_needs_is_refused(borrowers, model):
    if model == "trend_average":
        pd.read_csv(borrowers).drop(columns="parent").to_csv(borrowers, index=False)
    with pytest.raises(UsageError) as refused:
        forecast_file(borrowers, 3, model, quiet, quiet, "level")
    assert "--borrow" in refused.value.message("en")


def test_events_of_an_input_file_are_those_of_its_series():
    rows = {"series_id": "s", "time_period": [2019, 2020, 2021], "obs_value": [1.0, 2.0, 3.0]}
    frame = pd.DataFrame({**rows, "event": ["", "shock", "break"], "parent": "t"})
    table = SERIES_INPUT.build(frame.reindex(columns=SERIES_INPUT.names))
    (one,) = from_input(table)
    assert (one.shocks, one.breaks) == ((2020,), (2021,)) and parents_of(table) == {"s": "t"}


def observed(statuses):
    keys = {"indicator": "x", "ref_area": "1", "sex": "_T", "age": "_T", "residence": "_T", "group": "_T"}
    years = {"time_period": list(statuses), "obs_status": list(statuses.values())}
    rest = {"obs_value": 1.0, "unit": "per_1000", "source": "a", "vintage": "1"}
    frame = pd.DataFrame({**keys, **years, **rest}, index=range(len(statuses)))
    return OBSERVATIONS.build(frame.reindex(columns=OBSERVATIONS.names))


def test_marked_years_reach_the_model_and_the_text():
    table = observed({2018: "A", 2019: "B", 2020: "S", 2021: "S", 2022: "S", 2024: "S"})
    (one,) = from_observations(table, {"x": None})
    assert one.shocks == (2020, 2021, 2022, 2024) and one.breaks == (2019,)
    history, key = History.of(table, 2023), ("x", "1", "_T", "_T", "_T", "_T")
    assert history.years_of("S", key).zh == "2020—2022年"
    assert history.years_of("B", key).en == "2019"
    assert not history.years_of("B", ("y",)).zh
    assert spans([2012, 2014, 2015]).zh == "2012年、2014—2015年"


def test_the_committed_prior_is_the_one_the_published_examples_teach():
    learnt = runpy.run_path(str(ROOT / "benchmarks" / "learn_prior.py"))["learnt_weights"]()
    assert len(WEIGHTS) == len(parameter_grid())
    assert np.abs(learnt - np.array(WEIGHTS)).sum() <= 1000  # one per cent of the mass
