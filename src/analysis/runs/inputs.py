"""What a run is made from, checked before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from analysis.assessment.rules import read_rules
from analysis.data.impossible import impossible
from analysis.data.observations import DataSet, known_then, read_dataset
from analysis.exceptions import DataError, Fault, Text, UsageError, Where
from analysis.gate.settings import defaults, usual_data, usual_plan
from analysis.pipeline import known_by
from analysis.places import RULES, folder_of
from analysis.plan import Plan, read_plan
from analysis.plan.reader import folder_of as plan_folder
from analysis.runs.datasets import copy_dataset, dataset_of, no_area, said_unreviewed, write_dataset


@dataclass(frozen=True)
class Inputs:
    """Checked inputs: the plan, the data, and the area and last year the run is about."""

    plan: Plan
    plan_folder: Path
    dataset: DataSet
    data_folder: Path | None  # None: the data come from a database
    rules_file: Path
    area: str
    as_of: int
    benchmark: DataSet | None = None

    @property
    def observed(self) -> pd.DataFrame:
        """Return the `OBSERVATIONS` of the run: one row a series and year, up to its last year."""
        return known_by(self.dataset, self.plan, self.as_of)


def check_inputs(
    plan: str | None = None,
    data: str | Path | None = None,
    as_of: int | None = None,
    area: str | None = None,
    rules: Path | None = None,
    db: str | None = None,
    as_of_vintage: str | None = None,
    benchmark: str | Path | None = None,
    own: bool = False,
    latest: bool = False,
    include_unreviewed: bool = False,
) -> Inputs:
    """Read and check every input; what is not given is that of `data/defaults.yaml`.

    `benchmark` is a data folder with the values of one larger area, `none` for none. `db` is a
    monitoring database; without it the data are a folder. Either is read as it was known by `as_of_vintage`.
    With `own` nothing but the area and what lies below it is read of a database, with `latest` of each value the last
    vintage alone. What was not reviewed yet counts with `include_unreviewed` only, and the data set says so then.

    Raises
    ------
    UsageError
        The plan, the data, the area or the year does not exist, or nothing was known by the vintage or reviewed.
    DataError
        An input breaks its table, or the rules are broken.
    """
    chosen = plan or usual_plan()
    source = folder_of(data) if data is not None else usual_data(needed=db is None)
    loaded = read_plan(chosen)
    where = area or loaded.area
    dataset = dataset_of(db, source, as_of_vintage, where if own else None, latest, reviewed=not include_unreviewed)
    read_rules(rules or RULES)
    known = dataset.observations
    faults = [*_area_faults(known, where), *_indicator_faults(known, loaded)]
    years = known.loc[known["obs_value"].notna(), "time_period"]
    last = as_of or (int(years.max()) if len(years) else loaded.end_year)
    if not (years <= last).any():
        faults.append(_year_fault(last))
    if faults:
        raise UsageError(faults)
    if db is None and (wrong := _impossible(known, loaded)):
        raise DataError(wrong)
    if db is not None and include_unreviewed:
        used = known_by(dataset, loaded, last)
        dataset = said_unreviewed(dataset, used, db, as_of_vintage, where if own else None, latest)
    folder = plan_folder(chosen)
    beside = benchmark_of(benchmark, as_of_vintage, where)
    return Inputs(loaded, folder, dataset, None if db else source, rules or RULES, where, last, beside)


def benchmark_folder(given: str | Path | None) -> Path | None:
    """Return the data folder of the larger area, the usual one where none is given; None for `none`."""
    chosen = given or defaults().get("benchmark")
    return folder_of(chosen) if chosen and str(chosen) != "none" else None


def benchmark_of(given: str | Path | None, as_of_vintage: str | None, area: str = "") -> DataSet | None:
    """Return the data set of the larger area; None where there is none, or it is the area under evaluation.

    Of it, too, only what was known by the vintage: None where nothing was.
    """
    folder = benchmark_folder(given)
    if folder is None:
        return None
    beside = read_dataset(folder)
    then = known_then(beside.observations, as_of_vintage)
    return replace(beside, observations=then) if len(then) and area not in set(then["ref_area"]) else None


def _area_faults(observations: pd.DataFrame, area: str) -> list[Fault]:
    areas = sorted(set(observations["ref_area"]))
    return [] if area in areas else [no_area(area, areas)]


def _impossible(observations: pd.DataFrame, plan: Plan) -> list[Fault]:
    """Return a fault for each row of a data folder that cannot be; a database took its rows through the gate."""
    out = []
    for i, column, reason in impossible(observations, plan):
        row = observations.iloc[i]
        item = f"{row['indicator']} {row['ref_area']}"
        out.append(
            Fault(
                reason,
                Where(file="observations.csv", column=column, item=item, year=int(row["time_period"])),
                Text("指标可能的取值", "a value the indicator can have"),
                Text(
                    "请更正该行，或核对 indicators.csv 中的单位和上下限。",
                    "Correct the row or the bounds.",
                ),
            )
        )
    return out


def _indicator_faults(observations: pd.DataFrame, plan: Plan) -> list[Fault]:
    unknown = sorted(one for one in set(observations["indicator"]) if not plan.has_indicator(one))
    return [
        Fault(
            Text(f"规划没有定义指标 {one}", f"the plan does not define the indicator {one}"),
            Where(file="observations.csv", column="indicator", item=one),
            Text("indicators.csv 中的指标", "an indicator of indicators.csv"),
            Text("请在 indicators.csv 中补充定义，或改正指标编码。", "Add its definition or correct the code."),
        )
        for one in unknown
    ]


def _year_fault(as_of: int) -> Fault:
    return Fault(
        Text(f"截至 {as_of} 年没有任何数据", f"no data up to {as_of}"),
        Where(item="--as-of"),
        Text("数据中有值的年份", "a year with values"),
        Text("请核对 --as-of。", "Check --as-of."),
    )


def copy_data(given: Inputs, inputs: Path, public: bool, cut: bool) -> None:
    """Copy the data and what stands beside them into the inputs of a run: `public` without small cells.

    Parameters
    ----------
    inputs : Path
        The new folder `inputs/` of the run.
    cut : bool
        The data are those of an earlier vintage.
    """
    (inputs / "data").mkdir()
    if public:
        from analysis.runs.public import write_open_data  # late: no other run needs the solvers

        write_open_data(given, inputs)
    elif given.data_folder is None:
        write_dataset(given.dataset, inputs / "data")
    else:
        copy_dataset(given.dataset, given.data_folder, cut, inputs / "data")
    if given.benchmark is not None:
        (inputs / "benchmark").mkdir()
        write_dataset(given.benchmark, inputs / "benchmark")
