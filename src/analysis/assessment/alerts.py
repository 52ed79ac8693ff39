"""The alert list (预警): targets missed, or unlikely to be met, with level, evidence and linked measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules, printed
from analysis.exceptions import Text
from analysis.plan import Plan
from analysis.plan.targets import Milestone
from analysis.schema import ALERTS, SERIES, series_id

ALERT_RULES = ("target_missed", "target_unlikely", "far_short", "volatile")
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
    issued: pd.DataFrame | None = None,
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
        The targets that the present method would have alerted the year before, the year before that, and so on.
    issued : DataFrame, optional
        An `ISSUED` table: the alerts on record.

    Returns
    -------
    DataFrame
        An `ALERTS` table, one row a target with a verdict of at_risk or off_track, and one for each volatile indicator.
        Coverage that is counted, not forecast, raises an alert only where its year has passed without it.
        `years_in_row` is recomputed; `years_on_record` counts issued alerts, this year's included.
    """
    last_year = assessments.groupby(SERIES)["target_year"].transform("max")
    safe_later = (assessments["target_year"] == last_year) & assessments["status"].isin(["met", "on_track"])
    safe = set(assessments.loc[safe_later, SERIES].itertuples(index=False, name=None))
    rows: list[dict[str, Any]] = []
    for row, last in zip(assessments.to_dict("records"), last_year, strict=True):
        if row["status"] not in ("at_risk", "off_track"):
            continue
        next_only = row["target_year"] < last and tuple(row[name] for name in SERIES) in safe
        level = _level(row, next_only, rules)
        rows.append(_row(plan, row, as_of, _rule(row), level, Text(row["reason"], row["reason_en"])))
    if volatility is not None:
        rows += _volatile(assessments, plan, rules, as_of, volatility)
    on_record = _on_record(issued, plan, as_of)
    for made in rows:
        volatile = made["rule"] == "volatile"
        made["years_in_row"] = None if volatile else 1 + _run_of(made["target"], earlier)
        made["years_on_record"] = None if volatile else 1 + _run_of(made["target"], on_record)
    return ALERTS.build(pd.DataFrame(rows)) if rows else ALERTS.empty()


def _rule(row: Mapping[Any, Any]) -> str:
    """Return what raised the alert: a passed year, a forecast, or a value far off where there is none."""
    if row["timing"] == "due":
        return "target_missed"
    far = pd.isna(row["p_miss"]) and row["status"] == "off_track"
    return "far_short" if far else "target_unlikely"


def _on_record(issued: pd.DataFrame | None, plan: Plan, as_of: int) -> list[set[str]]:
    """Return the targets with an issued alert in the year before, the year before that, and so on."""
    if issued is None or not len(issued):
        return []
    own = issued[issued["plan"] == plan.id]
    first = int(own["year"].min()) if len(own) else as_of
    return [set(own.loc[own["year"] == year, "target"]) for year in range(as_of - 1, first - 1, -1)]


def alerted(assessments: pd.DataFrame, year: int) -> set[str]:
    """Return the targets whose verdict raises an alert on a value of `year`: no news, no further year of alert."""
    raised = assessments["status"].isin(["at_risk", "off_track"]) & (assessments["latest_year"] == year)
    return set(assessments.loc[raised, "target"])


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
    """Return one alert for each series that was volatile in the last years and that an unsafe target is about.

    A disturbance ten years ago asks for nothing, nor does one in a series whose targets are safe or are counted.
    """
    recent = volatility["year"] > as_of - rules.volatility_years
    found = volatility[(volatility["label"] != "noise") & recent].set_index("series_id")
    judged = assessments[assessments["indicator"] != "_Z"].sort_values("target_year")
    last = judged.assign(series_id=series_id(judged)).drop_duplicates("series_id", keep="last")
    rows = []
    for row in last.to_dict("records"):
        counted = isinstance(plan.target(row["target"]), Milestone)
        if row["series_id"] not in found.index or row["status"] in ("met", "on_track") or counted:
            continue
        own = found.loc[row["series_id"]]
        why = VOLATILE[str(own["label"])]
        year, p = int(own["year"]), float(own["p_adjusted"])
        shown = "p<0.001" if p < 0.001 else f"p={p:.3f}"
        zh = f"扣除趋势后波动超过偶然范围（校正后{shown}），{year}年偏离最大；{why.zh}。"
        en = f"More variation around the trend than chance explains (adjusted {shown}), most in {year}: {why.en}."
        rows.append(_row(plan, row, as_of, "volatile", rules.levels["at_risk"], Text(zh, en)))
    return rows


def _level(row: Mapping[Any, Any], next_only: bool, rules: Rules) -> str:
    """Return the level of an alert on a verdict; a level follows the probability as it is printed."""
    if row["status"] == "at_risk":
        return rules.levels["at_risk"]
    if row["timing"] == "due":  # no later target makes up for a year that has passed
        return rules.levels["missed_borderline" if row["borderline"] else "missed"]
    if next_only:
        return rules.levels["off_track_next_milestone_only"]
    if pd.isna(row["p_miss"]):
        return rules.levels["far_short"]
    return rules.levels["unlikely" if printed(1 - row["p_miss"]) < rules.unlikely else "off_track"]
