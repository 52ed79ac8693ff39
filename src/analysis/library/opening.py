"""From files or frames to an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.assessment.rules import read_rules
from analysis.data.observations import AREAS, DataSet, read_dataset
from analysis.exceptions import Text
from analysis.gate.settings import usual_plan
from analysis.library.evaluation import Evaluation
from analysis.library.folders import temporary_folder
from analysis.models import DEFAULT_MODEL
from analysis.models.registry import check_model
from analysis.pipeline import elsewhere
from analysis.places import file_of, folder_of
from analysis.plan import read_plan
from analysis.runs.datasets import write_dataset
from analysis.runs.inputs import check_inputs
from analysis.runs.pipelines import pipeline_of
from analysis.runs.public import open_data
from analysis.runs.run import Run, open_run
from analysis.schema import BREAKDOWNS, OBSERVATIONS, TOTAL


def evaluate(
    plan: str | Path | None = None,
    data: str | Path | pd.DataFrame | DataSet | None = None,
    *,
    as_of: int | None = None,
    area: str | None = None,
    rules: str | Path | None = None,
    db: str | None = None,
    as_of_vintage: str | None = None,
    benchmark: str | Path | None = None,
    include_unreviewed: bool = False,
    audience: Literal["internal", "public"] = "internal",
    model: str = DEFAULT_MODEL,
) -> Evaluation:
    """Evaluate a plan in memory: check every input now, work out each table when it is first asked for.

    Parameters
    ----------
    plan : str or Path, optional
        A plan's id or its folder; that of `data/defaults.yaml` by default.
    data : str, Path, DataFrame or DataSet, optional
        A data folder; or a frame with the columns of `OBSERVATIONS` (at least indicator, ref_area, time_period,
        obs_value; what is left out is the total, in the plan's unit, as known today); or a data set
        (`analysis.read_data`).
    as_of : int, optional
        The last year known [calendar year]; the last year of the data by default.
    area : str, optional
        Code of the area under evaluation; the plan's own by default.
    rules : str or Path, optional
        A file of thresholds in place of the default rules.
    db : str, optional
        A monitoring database in place of `data`; of it only reviewed data count unless `include_unreviewed`.
    as_of_vintage : str, optional
        The data as they were known by this vintage, such as `2025-06`.
    benchmark : str or Path, optional
        Data folder of a larger area; `none` for none.
    include_unreviewed : bool
    audience : internal or public
        For the public small cells are suppressed and what rests on them is withheld.
    model : str
        A name of `analysis.models.model_names()`.

    Returns
    -------
    Evaluation

    Raises
    ------
    UsageError
        The plan, the data, the area, the year or the model does not exist.
    DataError
        An input breaks its table, or the rules are broken.

    Examples
    --------
    >>> import analysis
    >>> ev = analysis.evaluate("national-2021-2030", "data/reference", as_of=2024)
    >>> list(ev.alerts.columns[:3])
    ['plan', 'indicator', 'ref_area']
    """
    check_model(model)
    named = None if plan is None else str(plan)
    folder = data if data is None or isinstance(data, str | Path) else _on_disk(data, named)
    chosen = None if rules is None else file_of(str(rules))
    source = {"plan": named, "data": folder, "as_of": as_of, "area": area, "rules": chosen, "db": db}
    source |= {"as_of_vintage": as_of_vintage, "benchmark": benchmark, "include_unreviewed": include_unreviewed}
    return _evaluation(source, audience == "public", model)


def _evaluation(source: Mapping[str, Any], public: bool, model: str) -> Evaluation:
    """Return the evaluation of what `runs.run.prepare` would take, its inputs checked."""
    # what is published has every vintage: cells are hidden in sets of one vintage
    given = check_inputs(**source, own=True, latest=not public)
    rules = read_rules(given.rules_file)
    dataset, learnt = given.dataset, None
    if public:
        dataset, learnt = open_data(given)
    made_of = {**source, "as_of": given.as_of, "audience": "public" if public else "internal"}
    beside = elsewhere(given.benchmark, given.plan, given.plan_folder)
    about = (given.plan, dataset, rules, given.as_of, given.area, beside, model, learnt, public)
    return Evaluation(*about, source=made_of)


def open(run: str | Path | None = None) -> Evaluation:
    """Read an evaluation back from a run folder; tables the run holds are read, others worked out.

    Parameters
    ----------
    run : str or Path, optional
        A run folder, or its name in `reports/`; the newest run by default.

    Returns
    -------
    Evaluation

    Raises
    ------
    UsageError
        There is no such run.
    """
    made = open_run(None if run is None else str(run))
    whole = pipeline_of(made)
    parts = {one.name: getattr(whole, one.name) for one in fields(whole)}
    inputs = made.folder / "inputs"
    beside = inputs / "benchmark"
    source = {
        "plan": str(inputs / "plan"),
        "data": inputs / "data",
        "as_of": made.as_of,
        "area": made.area,
        "rules": inputs / "rules.yaml",
        "benchmark": beside if beside.is_dir() else "none",
        "audience": made.record.get("audience", "internal"),
    }
    return Evaluation(**{**parts, "stored": _Stored(made)}, source=source, folder=made.folder)


def read_data(folder: str | Path) -> DataSet:
    """Read a data folder: observations, areas, and the notice of simulated data.

    Parameters
    ----------
    folder : str or Path
        Named from the current folder or the project's own, such as `data/demo`.

    Returns
    -------
    DataSet
        `observations` and `areas` are frames, `simulated` and `notice` say what every page has to.

    Raises
    ------
    UsageError
        The folder or its observations are missing.
    DataError
        A table breaks its schema.

    Examples
    --------
    >>> import analysis
    >>> analysis.read_data("data/demo").simulated
    True
    """
    return read_dataset(folder_of(folder))


class _Stored(Mapping[str, pd.DataFrame]):
    """The tables a run holds, read when asked for."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, name: str) -> pd.DataFrame:
        if not self._run.table_file(name).is_file():
            raise KeyError(name)
        return self._run.table(name)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(path.stem for path in (self._run.folder / "tables").glob("*.csv")))

    def __len__(self) -> int:
        return len(list(iter(self)))


def _on_disk(data: pd.DataFrame | DataSet, plan: str | None) -> Path:
    """Return a data folder with what was given in memory, through the gate of observations."""
    if isinstance(data, pd.DataFrame):
        data = DataSet(_completed(data, plan), AREAS.empty(), False, Text("", ""))
    folder = temporary_folder()
    write_dataset(data, folder)
    return folder


def _completed(frame: pd.DataFrame, plan: str | None) -> pd.DataFrame:
    """Return the `OBSERVATIONS`, what the frame leaves out filled in: totals, the plan's units, values as observed."""
    out = frame.copy()
    if "unit" not in out and "indicator" in out:
        units = {one.id: one.unit for one in read_plan(plan or usual_plan()).indicators}
        out["unit"] = out["indicator"].map(units).fillna("other")
    if "obs_status" not in out and "obs_value" in out:
        out["obs_status"] = out["obs_value"].isna().map({True: "M", False: "A"})
    filled: dict[str, str | None] = {
        **dict.fromkeys(BREAKDOWNS, TOTAL),
        "source": "frame",
        "vintage": f"{date.today():%Y-%m}",
        "note": "",
    }
    filled |= {"numerator": None, "denominator": None}
    return OBSERVATIONS.build(out.assign(**{name: value for name, value in filled.items() if name not in out}))
