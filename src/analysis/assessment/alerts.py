"""The alert list (预警): targets missed, or unlikely to be met, with level, evidence and linked measures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules
from analysis.plan import Plan
from analysis.schema import ALERTS, BREAKDOWNS


def alerts(assessments: pd.DataFrame, plan: Plan, rules: Rules, as_of: int) -> pd.DataFrame:
    """Return the alerts that follow from an assessments table.

    Parameters
    ----------
    assessments : DataFrame
        An `ASSESSMENTS` table.
    plan : Plan
        Gives clause, department and linked measures.
    rules : Rules
        Gives the level of each verdict.
    as_of : int
        The year of the alert.

    Returns
    -------
    DataFrame
        An `ALERTS` table, one row a target with a verdict of at_risk or off_track.
    """
    series = ["indicator", "ref_area", *BREAKDOWNS]
    last_year = assessments.groupby(series)["target_year"].transform("max")
    safe_later = (assessments["target_year"] == last_year) & assessments["status"].isin(["met", "on_track"])
    safe = set(assessments.loc[safe_later, series].itertuples(index=False, name=None))
    rows: list[dict[str, Any]] = []
    for row, last in zip(assessments.to_dict("records"), last_year, strict=True):
        if row["status"] not in ("at_risk", "off_track"):
            continue
        target = plan.target(row["target"])
        next_only = row["target_year"] < last and tuple(row[name] for name in series) in safe
        indicator = plan.indicator(target.indicator)
        rows.append(
            {
                "plan": plan.id,
                "indicator": row["indicator"],
                "ref_area": row["ref_area"],
                "year": as_of,
                "rule": "target_missed" if row["target_year"] <= as_of else "target_unlikely",
                "target": target.id,
                "target_year": row["target_year"],
                "level": _level(row["status"], row["p_miss"], next_only, rules),
                "p_miss": row["p_miss"],
                "evidence": row["reason"],
                "evidence_en": row["reason_en"],
                "clause": target.clause,
                "department": indicator.department,
                "measures": ";".join(measure.id for measure in plan.measures_for(target)),
            }
        )
    return ALERTS.build(pd.DataFrame(rows)) if rows else ALERTS.empty()


def _level(status: str, p_miss: float, next_only: bool, rules: Rules) -> str:
    if status == "at_risk":
        return rules.levels["at_risk"]
    if next_only:
        return rules.levels["off_track_next_milestone_only"]
    return rules.levels["unlikely" if 1 - p_miss < rules.unlikely else "off_track"]
