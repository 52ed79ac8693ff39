"""What a public evaluation may not say: verdicts that rest on suppressed small cells."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.exceptions import Text
from analysis.plan import Plan
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.schema import ASSESSMENTS, BREAKDOWNS, series_id

WITHHELD = Text(
    "所依据的数据含保密的小单元格，公开版不作判定。", "Withheld from the public: it rests on suppressed small cells."
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
    out.loc[gone, ["reason", "reason_en"]] = [WITHHELD.zh, WITHHELD.en]
    return ASSESSMENTS.build(out)
