"""The data folder of a city or province: what its districts add up to, their verdicts, and what became of them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment.support import support
from analysis.data.observations import BORDERS, DataSet, current, read_dataset
from analysis.data.rollup import roll_up
from analysis.exceptions import Text
from analysis.places import inside
from analysis.runs.datasets import write_dataset
from analysis.runs.files import write_table
from analysis.runs.regions.room import Region
from analysis.runs.run import Run
from analysis.schema import ASSESSMENTS, LEVELS, OBSERVATIONS, STATUSES, SUMMARY, SUPPORT, is_total

FOLDER = "rollup"


def write_union(region: Region, area: str, ended: dict[str, dict[str, Any]]) -> Path:
    """Write the data folder of an area made of districts, from those whose evaluation is done; returns it.

    Parameters
    ----------
    region : Region
    area : str
    ended : dict
        How each area below it ended: state, reason, reason_en.
    """
    below = set(region.tree.below(area))
    districts = [one for one in region.districts if one in below]
    done = [one for one in districts if ended[one]["state"] == "done"]
    runs = {one: Run(region.run_folder(one)) for one in done}
    known = [run.table("observations") for run in runs.values()]
    own = pd.concat([_own(table, code) for code, table in zip(runs, known, strict=True)]) if runs else None
    reported = _reported(region, area)
    made, rollup = roll_up(OBSERVATIONS.empty() if own is None else own, area, districts, reported.observations)
    places = [one for one in region.unions if one in below]
    inner = [
        _whole(_own(Run(region.run_folder(one)).table("observations"), one))
        for one in places
        if ended[one]["state"] == "done"
    ]
    whole = [_whole(own)] if own is not None else []
    folder = inside(region.folder, FOLDER, area)
    shutil.rmtree(folder, ignore_errors=True)
    known_of_all = OBSERVATIONS.build(pd.concat([made, *inner, *whole]))
    keep = region.areas["code"].isin({area, *region.tree.above(area), *places, *districts})
    write_dataset(replace(reported, observations=known_of_all, areas=region.areas[keep]), folder)
    write_table(rollup, folder / "rollup.csv")
    verdicts = [run.table("assessments") for run in runs.values()]
    write_table(ASSESSMENTS.build(pd.concat(verdicts)) if verdicts else ASSESSMENTS.empty(), folder / "verdicts.csv")
    write_table(_support(runs), folder / "support.csv")
    write_table(summary(region, {one: ended[one] for one in (*districts, *places)}), folder / "summary.csv")
    if (region.folder / "inputs" / BORDERS).is_file():
        shutil.copyfile(region.folder / "inputs" / BORDERS, folder / BORDERS)
    return folder


def _support(runs: Mapping[str, Run]) -> pd.DataFrame:
    """Return a `SUPPORT` table: the count each verdict of a district rests on, and what small change turns it."""
    found = [support(run.table("details"), run.table("observations"), run.plan, area) for area, run in runs.items()]
    return SUPPORT.build(pd.concat(found)) if found else SUPPORT.empty()


def _own(table: pd.DataFrame, area: str) -> pd.DataFrame:
    return table[table["ref_area"] == area]


def _whole(table: pd.DataFrame) -> pd.DataFrame:
    return table[is_total(table)]


def _reported(region: Region, area: str) -> DataSet:
    """Return what the area reported itself, one row a series and year, and the notice of the data."""
    part = region.part(area)
    if part.is_dir():
        dataset = _with_below(region, area, read_dataset(part))
        rows = current(dataset.observations)
        return replace(dataset, observations=OBSERVATIONS.build(rows[rows["time_period"] <= region.record["as_of"]]))
    below = set(region.tree.below(area))
    first = next((region.part(one) for one in region.districts if one in below and region.part(one).is_dir()), None)
    if first is None:
        return DataSet(OBSERVATIONS.empty(), region.areas, False, Text("", ""))
    return replace(_with_below(region, area, read_dataset(first)), observations=OBSERVATIONS.empty())


def _with_below(region: Region, area: str, dataset: DataSet) -> DataSet:
    """Return a data set with what is said of an area below that has unreviewed data, where there is one."""
    below = {area, *region.tree.below(area)}
    found = next((one for one in region.record.get("unreviewed", []) if one in below), None)
    if found is None:
        return dataset
    other = read_dataset(region.part(found))
    return replace(dataset, notice=other.notice, reviewed=other.reviewed)


def summary(region: Region, ended: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """Return a `SUMMARY` table: how each area ended, and how many targets and alerts of each kind it has."""
    rows = []
    for area, how in ended.items():
        name = region.name(area)
        row = {
            "ref_area": area,
            "name_zh": name.zh,
            "name_en": name.en,
            "level": region.tree.level.get(area, ""),
            "parent": region.tree.parent.get(area, ""),
            **{key: how[key] for key in ("state", "reason", "reason_en")},
        }
        rows.append({**row, **_counts(region, area, how["state"] == "done")})
    return SUMMARY.build(pd.DataFrame(rows, columns=SUMMARY.names))


def _counts(region: Region, area: str, done: bool) -> Mapping[str, int | None]:
    if not done:
        return dict.fromkeys((*STATUSES, *LEVELS))
    run = Run(region.run_folder(area))
    verdicts, alerts = run.table("assessments")["status"], run.table("alerts")["level"]
    return {name: int((verdicts == name).sum()) for name in STATUSES} | {
        name: int((alerts == name).sum()) for name in LEVELS
    }
