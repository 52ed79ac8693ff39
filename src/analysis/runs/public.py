"""What a run for the public is made from and may say: no small cells, and no verdict that their absence changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.disclosure import suppress
from analysis.exceptions import Text
from analysis.models.average import AveragedTrend, Learnt
from analysis.plan import Plan
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.runs.datasets import write_dataset
from analysis.runs.files import write_json
from analysis.runs.inputs import Inputs
from analysis.runs.rounds import trend_series
from analysis.schema import ASSESSMENTS, BREAKDOWNS, series_id

LEARNT_FILE = "learnt.json"
WITHHELD = Text(
    "所依据的数据含保密的小单元格，公开版不作判定。", "Withheld from the public: it rests on suppressed small cells."
)
_KEPT = ("plan", "indicator", "ref_area", "target_year", *BREAKDOWNS, "target", "comparison", "timing")


def write_open_data(given: Inputs, folder: Path) -> None:
    """Write the data with small cells suppressed, and what the model learnt of them as they are.

    The weights are common to all series of a unit. With them a series of which nothing is hidden is forecast as in the
    internal run; they hold no count.
    """
    series = [one for one in trend_series(given.plan, given.observed, given.as_of) if len(one) > 1]
    learnt = AveragedTrend().learn(series)
    weights = {group: own.tolist() for group, own in learnt.weights.items()}
    open_data = suppress(given.dataset.observations, given.dataset.areas, given.area)
    write_dataset(replace(given.dataset, observations=open_data), folder / "data")
    write_json({"weights": weights, "teachers": dict(learnt.teachers)}, folder / LEARNT_FILE)


def learnt_of(inputs: Path) -> Learnt | None:
    """Return the weights a public run was given, None of any other run."""
    path = inputs / LEARNT_FILE
    if not path.is_file():
        return None
    read = json.loads(path.read_text(encoding="utf-8"))
    return Learnt({group: np.array(own) for group, own in read["weights"].items()}, read["teachers"])


def touched(observed: pd.DataFrame) -> set[str]:
    """Return the series of which a value is hidden."""
    return set(series_id(observed[observed["obs_status"] == "C"]))


def withhold(table: pd.DataFrame, observed: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the `ASSESSMENTS` without the verdicts and numbers of targets that rest on hidden cells.

    A target rests on its own series; one on gaps, on every part of the area or on a milestone on all of its indicator.
    """
    hidden, names = touched(observed), series_id(table)
    indicators = {name.split("|")[0] for name in hidden}
    whole = {one.id for one in plan.targets if isinstance(one, GapOrQualitative | Milestone) or one.subunit}
    by_parts = table["target"].isin(whole) & table["indicator"].isin(indicators)
    gone = (names.isin(hidden) | by_parts) & (table["status"] != "qualitative")
    out = table.copy()
    for column in ASSESSMENTS.columns:
        if column.name not in _KEPT:
            out.loc[gone, column.name] = "" if column.kind == "text" else np.nan
    out.loc[gone, "status"] = "no_data"
    out.loc[gone, ["reason", "reason_en"]] = [WITHHELD.zh, WITHHELD.en]
    return ASSESSMENTS.build(out)
