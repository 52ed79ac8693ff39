"""The alert list (预警): targets missed, or unlikely to be met, with level, evidence and linked measures."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.plan import Plan
from analysis.schema import ALERTS, BREAKDOWNS, series_id

VOLATILE = {
    "noise": Text("噪声可解释", "explained by chance"),
    "suspect": Text("疑似异常", "perhaps a real disturbance"),
    "data": Text("口径或数据问题待核", "definition or data to be checked"),
}


def alerts(
    assessments: pd.DataFrame,
    plan: Plan,
    rules: Rules,
    as_of: int,
    volatility: pd.DataFrame | None = None,
    earlier: Sequence[Set[str]] = (),
) -> pd.DataFrame:
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
    volatility : DataFrame, optional
        A `VOLATILITY` table: series that fluctuate more than chance explains raise at least the lowest level.
    earlier : sequence of set of str
        The targets with an alert on P(met) in the year before, the year before that, and so on.

    Returns
    -------
    DataFrame
        An `ALERTS` table, one row a target with a verdict of at_risk or off_track, and one for each volatile indicator.
    """
    series = ["indicator", "ref_area", *BREAKDOWNS]
    last_year = assessments.groupby(series)["target_year"].transform("max")
    safe_later = (assessments["target_year"] == last_year) & assessments["status"].isin(["met", "on_track"])
    safe = set(assessments.loc[safe_later, series].itertuples(index=False, name=None))
    rows: list[dict[str, Any]] = []
    for row, last in zip(assessments.to_dict("records"), last_year, strict=True):
        if row["status"] not in ("at_risk", "off_track"):
            continue
        next_only = row["target_year"] < last and tuple(row[name] for name in series) in safe
        rule = "target_missed" if row["target_year"] <= as_of else "target_unlikely"
        level = _level(row["status"], row["p_miss"], next_only, rules)
        rows.append(_row(plan, row, as_of, rule, level, Text(row["reason"], row["reason_en"])))
    if volatility is not None:
        rows += _volatile(assessments, plan, rules, as_of, volatility)
    for made in rows:
        made["years_in_row"] = None if made["rule"] == "volatile" else 1 + _run_of(made["target"], earlier)
    return ALERTS.build(pd.DataFrame(rows)) if rows else ALERTS.empty()


def alerted(assessments: pd.DataFrame) -> set[str]:
    """Return the targets whose verdict raises an alert."""
    return set(assessments.loc[assessments["status"].isin(["at_risk", "off_track"]), "target"])


def _run_of(target: str, earlier: Sequence[Set[str]]) -> int:
    """Return in how many of the years just before the target had an alert, without a year between."""
    return next((k for k, year in enumerate(earlier) if target not in year), len(earlier))


def _row(plan: Plan, row: dict[Any, Any], as_of: int, rule: str, level: str, evidence: Text) -> dict[str, Any]:
    target = plan.target(row["target"])
    return {
        "plan": plan.id,
        "indicator": row["indicator"],
        "ref_area": row["ref_area"],
        "year": as_of,
        "rule": rule,
        "target": target.id,
        "target_year": row["target_year"],
        "level": level,
        "p_miss": row["p_miss"],
        "evidence": evidence.zh,
        "evidence_en": evidence.en,
        "clause": target.clause,
        "department": plan.indicator(target.indicator).department,
        "measures": ";".join(measure.id for measure in plan.measures_for(target)),
    }


def _volatile(
    assessments: pd.DataFrame, plan: Plan, rules: Rules, as_of: int, volatility: pd.DataFrame
) -> list[dict[str, Any]]:
    """Return one alert for each volatile series that a target is about: with its last target."""
    found = volatility[volatility["label"] != "noise"].set_index("series_id")
    judged = assessments[assessments["indicator"] != "_Z"].sort_values("target_year")
    last = judged.assign(series_id=series_id(judged)).drop_duplicates("series_id", keep="last")
    rows = []
    for row in last.to_dict("records"):
        if row["series_id"] not in found.index:
            continue
        own = found.loc[row["series_id"]]
        why = VOLATILE[str(own["label"])]
        year, p = int(own["year"]), float(own["p_adjusted"])
        shown = "p<0.001" if p < 0.001 else f"p={p:.3f}"
        zh = f"扣除趋势后波动超过偶然范围（校正后{shown}），{year}年偏离最大；{why.zh}。"
        en = f"More variation around the trend than chance explains (adjusted {shown}), most in {year}: {why.en}."
        rows.append(_row(plan, row, as_of, "volatile", rules.levels["at_risk"], Text(zh, en)))
    return rows


def _level(status: str, p_miss: float, next_only: bool, rules: Rules) -> str:
    if status == "at_risk":
        return rules.levels["at_risk"]
    if next_only:
        return rules.levels["off_track_next_milestone_only"]
    return rules.levels["unlikely" if 1 - p_miss < rules.unlikely else "off_track"]
