"""What a run for the public is made from and may say: no small cells, and no verdict that their absence changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.data.disclosure import WITHHELD, suppress
from analysis.exceptions import Text
from analysis.models import Series
from analysis.models.average import AveragedTrend, Learnt
from analysis.narrative.facts import Suppressed
from analysis.plan import Plan
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.runs.datasets import write_dataset
from analysis.runs.files import write_json
from analysis.runs.inputs import Inputs
from analysis.runs.rounds import trend_series
from analysis.schema import (
    ALERTS,
    ASSESSMENTS,
    BREAKDOWNS,
    COMPOSITE,
    DETAILS,
    EFFECTS,
    EQUITY,
    FUNNEL,
    NO_DATA,
    SCENARIOS,
    TOTAL,
    series_id,
)

LEARNT_FILE = "learnt.json"
SUPPRESSED = Text("含保密的小单元格，公开版不作预测", "it has suppressed small cells: not forecast for the public")
UNTOLD = Text(
    "所依据的数据含保密的小单元格，公开版不作检验", "not tested for the public: it rests on suppressed small cells"
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
    out.loc[gone & (out["timing"] == "awaiting"), "timing"] = ""  # a hidden value is not one that nobody reported
    out.loc[gone, ["reason", "reason_en"]] = [WITHHELD.zh, WITHHELD.en]
    return ASSESSMENTS.build(out)


def withheld(assessments: pd.DataFrame) -> set[str]:
    """Return the targets whose verdict is withheld from the public."""
    return set(assessments.loc[assessments["reason"] == WITHHELD.zh, "target"])


def suppressed(observed: pd.DataFrame, assessments: pd.DataFrame) -> Suppressed:
    """Return what the documents of a public run say of what it does not publish."""
    cells = int((observed["obs_status"] == "C").sum())
    return Suppressed(cells, not observed["obs_value"].notna().any(), frozenset(withheld(assessments)))


def open_series(series: Sequence[Series], observed: pd.DataFrame, public: bool) -> tuple[list[Series], pd.DataFrame]:
    """Return the series of which nothing is hidden from the public, and a `NO_DATA` row for each other.

    What is left of a series with hidden years would be forecast otherwise than the whole of it.
    """
    hidden = touched(observed) if public else set()
    rows = [
        {"series_id": one.name, "points": len(one), "reason": "suppressed", "reason_zh": SUPPRESSED.zh,
         "reason_en": SUPPRESSED.en}
        for one in series if one.name in hidden
    ]  # fmt: skip
    return [one for one in series if one.name not in hidden], NO_DATA.build(pd.DataFrame(rows, columns=NO_DATA.names))


def withhold_beside(
    made: Mapping[str, pd.DataFrame], assessments: pd.DataFrame, observed: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the tables beside the verdicts, by name, without what the absence of hidden cells changed."""
    return {
        **made,
        "details": _details(made["details"], assessments),
        "composite": _composite(made["composite"], assessments),
        "equity": _equity(made["equity"], observed),
        "funnel": _funnel(made["funnel"], observed),
    }


def _details(table: pd.DataFrame, assessments: pd.DataFrame) -> pd.DataFrame:
    """Return the `DETAILS` without what was counted or tried on targets whose verdict is withheld."""
    out, gone = table.copy(), table["target"].isin(withheld(assessments))
    for column in DETAILS.columns:
        if column.name not in ("target", "status", "time_elapsed", "benchmark", "benchmark_year"):
            out.loc[gone, column.name] = "" if column.kind == "text" else np.nan
    return DETAILS.build(out)


def _composite(table: pd.DataFrame, assessments: pd.DataFrame) -> pd.DataFrame:
    """Return the `COMPOSITE`, nothing of it where a verdict is withheld: the ranks compare all domains."""
    return COMPOSITE.empty() if withheld(assessments) else table


def withhold_alerts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the `ALERTS` without how many years in a row they were raised.

    That is made again from what was known in each earlier year, hidden cells among it.
    """
    return ALERTS.build(table.assign(years_in_row=pd.array([None] * len(table), "Int64")))


def _equity(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the `EQUITY` pairs of which no group is hidden in the year compared or a later one.

    The p-values adjusted for all pairs rest on the hidden ones too, and are left out.
    """
    hidden = observed[observed["obs_status"] == "C"]
    last = {
        name: hidden[hidden[name] != TOTAL].groupby("indicator")["time_period"].max().to_dict() for name in BREAKDOWNS
    }
    known = zip(table["dimension"], table["indicator"], table["time_period"], strict=True)
    kept = [last[str(by)].get(indicator, -1) < year for by, indicator, year in known]
    out = table[np.array(kept, bool)]
    return EQUITY.build(out.assign(p_adjusted=np.nan) if len(hidden) else out)


def _funnel(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the `FUNNEL` of the indicators of which no area is hidden in the year compared or a later one."""
    hidden = observed[(observed["obs_status"] == "C") & (observed[list(BREAKDOWNS)] == TOTAL).all(axis=1)]
    last = hidden.groupby("indicator")["time_period"].max()
    return FUNNEL.build(table[table["indicator"].map(last).fillna(-1).astype(int) < table["time_period"]])


def withhold_effects(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the `EFFECTS` without the results of tests on an indicator with a hidden total, of any area.

    Where one of them was withheld, what is adjusted for the number of all tests is too.
    """
    hidden = observed[(observed["obs_status"] == "C") & (observed[list(BREAKDOWNS)] == TOTAL).all(axis=1)]
    out, gone = table.copy(), table["indicator"].isin(set(hidden["indicator"]))
    adjusted = out["p_adjusted"].notna() & bool(gone.any())
    numbers = ["estimate", "lower_95", "upper_95", "p_value", "p_adjusted"]
    out.loc[gone | adjusted, numbers] = np.nan
    out.loc[gone, ["before", "after"]] = 0
    out.loc[gone | adjusted, "grade"] = "none"
    out.loc[gone | adjusted, ["reason", "reason_en"]] = [UNTOLD.zh, UNTOLD.en]
    return EFFECTS.build(out)


def withhold_scenarios(table: pd.DataFrame, observed: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the `SCENARIOS` without the pace of the best street where one of its indicator is hidden."""
    indicators = {name.split("|")[0] for name in touched(observed)}
    own = table["target"].map({one.id: one.indicator for one in plan.targets})
    return SCENARIOS.build(table[~((table["scenario"] == "best_street") & own.isin(indicators))])
