"""Quality checks: how many sound rows are flagged, and how many planted slips are found.

    .venv/bin/python benchmarks/quality_slips.py [--slips 300]

False alarms are counted on the demo data (simulated, sound by construction), on the published national values and on
the published series of data/examples, every series an indicator of one area, with and without its counts. Slips are
planted in the demo data: the value of one row of a series is multiplied by a factor, one slip a series, in rows with
their counts and in a copy without any counts. A slip counts as found where a check says something of its row, and as
proposed where the right value is proposed.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.observations import DataSet, read_dataset
from analysis.data.quality import CheckResult, run_checks
from analysis.places import ROOT
from analysis.plan import Plan, read_plan
from analysis.schema import BREAKDOWNS, OBSERVATIONS, TOTAL, series_id

FACTORS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
LATEST = 2100  # none of the published years is still to come
EXPLAINED = ("definition_changes", "conflicting_sources")  # said of sound data too


def published(path: Path, plan: Plan) -> tuple[pd.DataFrame, Plan]:
    """Return the example series as observations, and a plan that has their indicators."""
    table = pd.read_csv(path)
    names = table.drop_duplicates("indicator").to_dict("records")
    model = plan.indicators[0]
    indicators = tuple(
        replace(
            model,
            id=str(row["indicator"]),
            name=replace(model.name, zh="", en=str(row["indicator_name"])),
            unit=str(row["unit"]),
            lower=0.0,
            upper=100.0 if row["bounded"] == "yes" else 1e9,
        )
        for row in names
    )
    fixed = {name: TOTAL for name in BREAKDOWNS} | {"vintage": "1", "obs_status": "A", "note": ""}
    kept = table[["indicator", "ref_area", "time_period", "source", "obs_value", "numerator", "denominator", "unit"]]
    return OBSERVATIONS.build(kept.assign(**fixed)), replace(plan, indicators=indicators)


def flagged(results: list[CheckResult]) -> dict[str, int]:
    """Return how many rows each check flags, those that flag none left out."""
    return {one.check: len(one.rows) for one in results if len(one.rows) and one.check not in EXPLAINED}


def planted(table: pd.DataFrame, factor: float, n: int, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.Index]:
    """Return the table with up to `n` values multiplied by `factor`, at most one a series, and their rows."""
    usable = table[table["obs_value"].notna() & (table["obs_value"] > 0) & ~table["obs_status"].isin(["B", "S"])]
    order = usable.loc[rng.permutation(usable.index)]
    chosen = order[~series_id(order).duplicated()].index[:n]
    spoilt = table.copy()
    spoilt.loc[chosen, "obs_value"] *= factor
    return spoilt, chosen


def detected(before: pd.DataFrame, table: pd.DataFrame, rows: pd.Index, results: list[CheckResult]) -> tuple[int, ...]:
    """Return how many planted slips are found, how many with the right value proposed, and how many other rows are."""
    said: dict[tuple[str, int], str] = {}
    for one in results:
        if one.check not in EXPLAINED:
            for key, year, why in zip(series_id(one.rows), one.rows["time_period"], one.rows["reason_en"], strict=True):
                said[key, year] = f"{said.get((key, year), '')} {why}"
    keys = list(zip(series_id(table.loc[rows]), table.loc[rows, "time_period"], strict=True))
    right = [f"perhaps {value:g} " for value in before.loc[rows, "obs_value"]]
    found = [key in said for key in keys]
    proposed = [text in said.get(key, "") for key, text in zip(keys, right, strict=True)]
    return sum(found), sum(proposed), len(said) - sum(found)


def report(name: str, data: DataSet, table: pd.DataFrame, plan: Plan, n: int) -> None:
    """Print how many planted slips of each factor are found in a table."""
    for factor in FACTORS:
        spoilt, rows = planted(table, factor, n, np.random.default_rng(1))
        found, proposed, other = detected(table, spoilt, rows, run_checks(spoilt, plan, data.areas, LATEST))
        print(
            f"{name}, x{factor:<6g} planted {len(rows)}: found {found} ({found / len(rows):.1%}), "
            f"right value proposed {proposed}, other rows flagged {other}"
        )


def main() -> None:
    """Print the false alarms and the slips found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slips", type=int, default=300)
    n = parser.parse_args().slips
    plan = read_plan("tiexi-2021-2030")
    demo, national = read_dataset(ROOT / "data" / "demo"), read_dataset(ROOT / "data" / "reference")
    series, own = published(ROOT / "data" / "examples" / "series.csv.gz", plan)
    bare = {"numerator": np.nan, "denominator": np.nan}
    for name, table, known, areas in (
        ("demo", demo.observations, plan, demo.areas),
        ("demo without counts", demo.observations.assign(**bare), plan, demo.areas),
        ("national", national.observations, plan, national.areas),
        ("published series", series, own, demo.areas.head(0)),
        ("published series without counts", series.assign(**bare), own, demo.areas.head(0)),
    ):
        print(f"false alarms, {name}: {flagged(run_checks(table, known, areas, LATEST))} of {len(table)} rows")
    report("demo", demo, demo.observations, plan, n)
    report("demo without counts", demo, demo.observations.assign(**bare), plan, n)


if __name__ == "__main__":
    main()
