"""The assessments table: every target of a plan judged, none dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.assessment.case import Case, Finding, no_data
from analysis.assessment.evidence import Evidence, Library
from analysis.assessment.kinds import find
from analysis.assessment.progress import aarc
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.plan import Plan, Target
from analysis.plan.targets import GapOrQualitative, Milestone
from analysis.schema import ASSESSMENTS

NOT_APPLICABLE = "_Z"
_QUALITATIVE = Finding(
    None, Text("定性目标，以佐证材料评定。", "A qualitative goal, judged by evidence."), status="qualitative"
)


def assess(
    plan: Plan,
    observations: pd.DataFrame,
    forecasts: pd.DataFrame,
    rules: Rules,
    as_of: int,
    area: str | None = None,
    parts: Sequence[str] = (),
    names: Mapping[str, Text] | None = None,
) -> pd.DataFrame:
    """Judge every target of `plan` for one area.

    Parameters
    ----------
    plan : Plan
    observations, forecasts : DataFrame
        Stored tables; observations with one row a series and year.
    rules : Rules
    as_of : int
        The last year known.
    area : str, optional
        The plan's own area by default.
    parts : sequence of str
        Codes of its streets and towns, for targets on every sub-unit.
    names : mapping
        Names of the areas.

    Returns
    -------
    DataFrame
        An `ASSESSMENTS` table, one row a target.
    """
    library = Library(observations, forecasts, as_of)
    rows = [_row(plan, t, library, rules, as_of, area or plan.area, parts, names or {}) for t in plan.targets]
    return ASSESSMENTS.build(pd.DataFrame(rows))


def _row(
    plan: Plan,
    target: Target,
    library: Library,
    rules: Rules,
    as_of: int,
    area: str,
    parts: Sequence[str],
    names: Mapping[str, Text],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "plan": plan.id,
        "indicator": target.indicator or NOT_APPLICABLE,
        "ref_area": area,
        "target_year": target.year or plan.end_year,
        **{name: getattr(target, name) for name in ("sex", "age", "residence", "group", "comparison")},
        "target": target.id,
    }
    numbers = dict.fromkeys(column.name for column in ASSESSMENTS.columns if column.kind != "text")
    if not target.indicator:
        return {**numbers, **row, **_verdict(_QUALITATIVE, rules), "target_value": target.value}
    case = Case(plan, target, plan.indicator(target.indicator), area, library, parts, names, as_of)
    evidence = case.evidence()
    finding = _find(case, evidence, rules)
    return {**numbers, **row, **_numbers(case, evidence, finding), **_verdict(finding, rules, case)}


def _find(case: Case, evidence: Evidence, rules: Rules) -> Finding:
    target = case.target
    by_parts = isinstance(target, GapOrQualitative | Milestone) or target.subunit
    if by_parts or case.year in evidence.observed:
        return find(target, case)
    if evidence.points < rules.minimum_points:
        return no_data(
            f"仅有{evidence.points}个年度的数据，不足{rules.minimum_points}年，无法判断。",
            f"Only {evidence.points} observed years, fewer than {rules.minimum_points}: cannot be judged.",
            target.value,
        )
    if not evidence.known(case.year):
        return no_data(
            f"没有{case.year}年的数据或预测。", f"Neither data nor a forecast for {case.year}.", target.value
        )
    return find(target, case)


def _verdict(finding: Finding, rules: Rules, case: Case | None = None) -> dict[str, Any]:
    status, p = finding.status, finding.p_met
    if status is None:
        assert p is not None and case is not None
        reached = p == 1.0 and case.year <= case.as_of
        status = "met" if reached else rules.status(p)
    conflict = _conflict(case) if case else Text("", "")
    return {
        "status": status,
        "p_miss": None if p is None else 1.0 - p,
        "reason": finding.reason.zh + conflict.zh,
        "reason_en": f"{finding.reason.en} {conflict.en}".strip(),
    }


def _conflict(case: Case) -> Text:
    """Return a sentence where other clauses set another number for the same indicator."""
    others = [case.plan.target(id) for id in case.target.conflicts_with]
    if not others:
        return Text("", "")
    clauses = "、".join(dict.fromkeys(other.clause for other in others))
    return Text(f"条款数值不一致：另见{clauses}。", f"Clauses differ: see also {clauses}.")


def _numbers(case: Case, evidence: Evidence, finding: Finding) -> dict[str, Any]:
    base_year, base = evidence.baseline(case.target.baseline_year or case.plan.baseline_year)
    year = evidence.latest_year
    latest = evidence.observed[year] if year is not None else None
    quantiles = evidence.quantiles.get(case.year)
    out: dict[str, Any] = {
        "target_value": finding.bound,
        "baseline_year": base_year,
        "baseline_value": base,
        "latest_year": year,
        "latest_value": latest,
    }
    if quantiles is not None:
        out |= {"forecast": quantiles[11], "lower_80": quantiles[3], "upper_80": quantiles[19]}
    if year is not None and latest is not None:
        if base is not None and base_year is not None:
            out["observed_aarc"] = aarc(base, latest, year - base_year)
        gap_target = isinstance(case.target, GapOrQualitative)
        if finding.bound is not None and not gap_target and year < case.year:
            out["required_aarc"] = aarc(latest, finding.bound, case.year - year)
    return out
