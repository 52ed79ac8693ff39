"""What a public evaluation may not say: nothing that rests on suppressed small cells."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.data.disclosure import WITHHELD
from analysis.exceptions import Text
from analysis.models import Series
from analysis.narrative.facts import Suppressed
from analysis.plan import Plan
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.schema import (
    ALERTS,
    ASSESSMENTS,
    BREAKDOWNS,
    DETAILS,
    EFFECTS,
    EQUITY,
    FUNNEL,
    NO_DATA,
    SCENARIOS,
    TOTAL,
    is_total,
    series_id,
)

SUPPRESSED = Text("含保密的小单元格，公开版不作预测", "it has suppressed small cells: not forecast for the public")
UNTOLD = Text(
    "所依据的数据含保密的小单元格，公开版不作检验", "not tested for the public: it rests on suppressed small cells"
)
_KEPT = ("plan", "indicator", "ref_area", "target_year", *BREAKDOWNS, "target", "comparison", "timing")


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


def targets(assessments: pd.DataFrame) -> set[str]:
    """Return the targets whose verdict is withheld from the public."""
    return set(assessments.loc[assessments["reason"] == WITHHELD.zh, "target"])


def suppressed(observed: pd.DataFrame, assessments: pd.DataFrame) -> Suppressed:
    """Return what the documents of a public run say of what it does not publish."""
    cells = int((observed["obs_status"] == "C").sum())
    return Suppressed(cells, not observed["obs_value"].notna().any(), frozenset(targets(assessments)))


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


def withhold_details(table: pd.DataFrame, assessments: pd.DataFrame) -> pd.DataFrame:
    """Return the `DETAILS` without what was counted or tried on targets whose verdict is withheld."""
    out, gone = table.copy(), table["target"].isin(targets(assessments))
    for column in DETAILS.columns:
        if column.name not in ("target", "status", "time_elapsed", "benchmark", "benchmark_year"):
            out.loc[gone, column.name] = "" if column.kind == "text" else np.nan
    return DETAILS.build(out)


def withhold_alerts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the `ALERTS` without how many years in a row they were raised.

    That is made again from what was known in each earlier year, hidden cells among it.
    """
    return ALERTS.build(table.assign(years_in_row=pd.array([None] * len(table), "Int64")))


def withhold_equity(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
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


def withhold_funnel(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the `FUNNEL` of the indicators of which no area is hidden in the year compared or a later one."""
    hidden = observed[(observed["obs_status"] == "C") & is_total(observed)]
    last = hidden.groupby("indicator")["time_period"].max()
    return FUNNEL.build(table[table["indicator"].map(last).fillna(-1).astype(int) < table["time_period"]])


def withhold_effects(table: pd.DataFrame, observed: pd.DataFrame) -> pd.DataFrame:
    """Return the `EFFECTS` without the results of tests on an indicator with a hidden total, of any area.

    Where one of them was withheld, what is adjusted for the number of all tests is too.
    """
    hidden = observed[(observed["obs_status"] == "C") & is_total(observed)]
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
