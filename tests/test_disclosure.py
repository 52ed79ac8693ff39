"""Small cells cannot be read, nor worked out: an attack by linear programming over all that is published."""

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analysis.data.disclosure import partitions, suppress
from analysis.data.observations import read_dataset
from analysis.runs.run import prepare
from analysis.schema import BREAKDOWNS, OBSERVATIONS

DEMO = read_dataset(ROOT / "data" / "demo")
AREA = "210303"


def attack(truth, public, areas):
    """Return how many hidden cells a reader can pin down from the published ones and the totals."""
    keys = ["indicator", "ref_area", "time_period", *BREAKDOWNS, "source", "vintage"]
    both = truth.merge(public[[*keys, "numerator", "obs_status"]], on=keys, suffixes=("", "_public"))
    counted = both[both["numerator"].notna() & both["denominator"].notna()].reset_index(drop=True)
    found = 0
    for _, cells in counted.groupby(["indicator", "time_period"]):
        cells = cells.reset_index(drop=True)
        hidden = np.flatnonzero((cells["obs_status_public"] == "C").to_numpy())
        if not len(hidden):
            continue
        rows, sums = [], []
        whole = (cells["ref_area"] == AREA) & (cells[list(BREAKDOWNS)] == "_T").all(axis=1)
        for parts in partitions(cells[~whole], areas, AREA):
            total = total_of(cells, list(parts), whole, areas)
            if total is None:
                continue
            row, known = np.zeros(len(cells)), total
            for i in parts:
                if i in hidden:
                    row[i] = 1
                else:
                    known -= cells.loc[i, "numerator"]
            if row.any():
                rows.append(row[hidden])
                sums.append(known)
        bounds = [(0, cells.loc[i, "denominator"]) for i in hidden]
        for k in range(len(hidden)):
            cost = np.eye(len(hidden))[k]
            ends = [linprog(sign * cost, A_eq=rows or None, b_eq=sums or None, bounds=bounds) for sign in (1, -1)]
            found += ends[0].fun + ends[1].fun > -0.5  # the highest less the lowest it can be
    return found


def total_of(cells, parts, whole, areas):
    """Return the published total of a set of parts, None where it is not published."""
    one = cells.loc[parts[0]]
    if one["ref_area"] != AREA and (one[list(BREAKDOWNS)] == "_T").all():
        kinds = set(cells.loc[parts, "ref_area"].map(dict(zip(areas["code"], areas["level"], strict=True))))
        if len(kinds) == 1 and len(set(areas["level"]) & {"street", "town"}) == 2:
            code = "U" if kinds == {"street"} else "R"
            own = cells[(cells["ref_area"] == AREA) & (cells["residence"] == code) & (cells["sex"] == "_T")]
            if len(own) != 1 or own["obs_status_public"].iloc[0] == "C":
                return None
            return float(own["numerator"].iloc[0])
    total = cells[whole] if one["ref_area"] == AREA or (one[list(BREAKDOWNS)] == "_T").all() else cells.iloc[:0]
    return float(total["numerator"].iloc[0]) if len(total) == 1 else None


def test_no_suppressed_cell_of_the_demo_can_be_recovered():
    public = suppress(DEMO.observations, DEMO.areas, AREA)
    assert (public["obs_status"] == "C").sum() > 100
    assert attack(DEMO.observations, public, DEMO.areas) == 0


def test_the_attack_finds_cells_that_are_hidden_carelessly():
    table = DEMO.observations
    careless = table.copy()
    small = table["numerator"].between(1, 4) & ~(
        (table["ref_area"] == AREA) & (table[list(BREAKDOWNS)] == "_T").all(axis=1)
    )
    careless.loc[small, "numerator"] = np.nan
    careless.loc[small, "obs_status"] = "C"
    assert attack(table, careless, DEMO.areas) > 0


def test_no_small_cell_stays_and_the_totals_do():
    public = suppress(DEMO.observations, DEMO.areas, AREA)
    own = (public["ref_area"] == AREA) & (public[list(BREAKDOWNS)] == "_T").all(axis=1)
    counted = public["unit"].isin(["percent", "per_1000", "per_10000", "per_100000"])
    assert not (public["numerator"].between(1, 4) & counted & ~own).any()
    assert (public.loc[own, "obs_status"] == "C").sum() == 0
    hidden = public["obs_status"] == "C"
    assert public.loc[hidden, ["obs_value", "numerator"]].isna().all().all()
    assert len(public) == len(DEMO.observations)


@given(st.lists(st.integers(0, 12), min_size=3, max_size=6), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_a_hidden_part_is_never_alone(counts, threshold):
    areas = pd.DataFrame({"code": [f"s{i}" for i in range(len(counts))], "parent": AREA, "level": "street"})
    rows = [(f"s{i}", n) for i, n in enumerate(counts)] + [(AREA, sum(counts))]
    key = dict.fromkeys(BREAKDOWNS, "_T")
    table = pd.DataFrame(
        [
            {**key, "indicator": "x", "ref_area": code, "time_period": 2025, "source": "a", "vintage": "1", "note": "",
             "obs_value": n / 5, "numerator": float(n), "denominator": 5000.0, "unit": "per_1000", "obs_status": "A"}
            for code, n in rows
        ]
    )  # fmt: skip
    public = suppress(OBSERVATIONS.build(table), areas, AREA, threshold)
    hidden = (public["obs_status"] == "C").sum()
    small = sum(0 < n < threshold for n in counts)
    assert hidden >= small and hidden != 1
    assert hidden == 0 if small == 0 else True


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_public_run_holds_no_small_cell_at_all(tmp_path, audience):
    run = prepare(out=tmp_path / "run", audience=audience)
    texts = [path.read_text(encoding="utf-8") for path in (run.folder / "tables").glob("*.csv")]
    held = run.dataset.observations
    small = held["numerator"].between(1, 4) & (held["sex"] == "M")
    assert small.any() == (audience == "internal")
    assert ("小单元格保密" in "".join(texts)) == (audience == "public")
    files = {path.name for path in (run.folder / "inputs" / "data").iterdir()}
    assert files == ({"observations.csv.gz", "areas.csv", "dataset.yaml", "monthly.csv"} if audience == "internal" else
                     {"observations.csv", "areas.csv", "dataset.yaml"})  # fmt: skip
