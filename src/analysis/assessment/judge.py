"""The assessments table: every target of a plan judged, none dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.assessment.above import assess_above
from analysis.assessment.against import derived_bound
from analysis.assessment.bands import band_of, few_points_band
from analysis.assessment.case import Case, Finding, no_data
from analysis.assessment.evidence import Evidence, Library
from analysis.assessment.gaps import PAIRS
from analysis.assessment.kinds import assess_milestone, assess_target
from analysis.assessment.limits import at_the_limit, few_points
from analysis.assessment.progress import aarc
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.plan import Plan, Target
from analysis.plan.targets import PLAIN_BOUNDS, AboveArea, Direction, GapOrQualitative, Milestone, YearlyAmount
from analysis.schema import ASSESSMENTS, HIGH_80, LOW_80, MEDIAN

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
    above: str = "",
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
    above : str
        Code of the area directly above, for targets against it; empty where there is none.

    Returns
    -------
    DataFrame
        An `ASSESSMENTS` table, one row a target. A row of a gap holds gaps, one of a target on every sub-unit the
        weakest unit. `timing` is due where the target's year was observed, awaiting where it has passed and was not,
        else ahead; `at_target` whether the last value satisfies the target now; `reference_value` the base that a
        target without a number is compared with.
    """
    library = Library(observations, forecasts, as_of)
    rows = [_row(plan, t, library, rules, as_of, area or plan.area, parts, names or {}, above) for t in plan.targets]
    return ASSESSMENTS.build(pd.DataFrame(rows))


def series_judged(plan: Plan, area: str, parts: Sequence[str], above: str = "") -> set[str]:
    """Return the ids of the series that a judgement of the plan's targets may look at.

    Parameters
    ----------
    plan : Plan
    area : str
    parts : sequence of str
        Codes of its streets and towns.
    above : str
        Code of the area directly above.
    """
    names = set()
    for one in plan.targets:
        if one.indicator:
            places = [(area, one.sex, one.residence)]
            if isinstance(one, AboveArea) and (one.against or above):
                places.append((one.against or above, one.sex, one.residence))
            if _by_parts(one):
                places += [(code, one.sex, one.residence) for code in parts]
                places += [(area, code, one.residence) for code in PAIRS["sex"]]
                places += [(area, one.sex, code) for code in PAIRS["residence"]]
            names |= {"|".join((one.indicator, a, sex, one.age, r, one.group)) for a, sex, r in places}
    return names


def _by_parts(target: Target) -> bool:
    """Return whether a target is judged by its groups or sub-units too."""
    return isinstance(target, GapOrQualitative | Milestone) or bool(target.subunit)


def _row(
    plan: Plan,
    target: Target,
    library: Library,
    rules: Rules,
    as_of: int,
    area: str,
    parts: Sequence[str],
    names: Mapping[str, Text],
    above: str,
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "plan": plan.id,
        "indicator": target.indicator or NOT_APPLICABLE,
        "ref_area": area,
        "target_year": target.year or plan.end_year,
        **{name: getattr(target, name) for name in ("sex", "age", "residence", "group", "comparison")},
        "target": target.id,
    }
    empty: dict[str, Any] = dict.fromkeys(column.name for column in ASSESSMENTS.columns)
    if not target.indicator:
        timing = "awaiting" if row["target_year"] <= as_of else "ahead"
        return {**empty, **row, **_verdict(_QUALITATIVE, rules, timing), "target_value": target.value}
    case = Case(plan, target, plan.indicator(target.indicator), area, library, parts, names, as_of, rules, above)
    evidence = case.evidence()
    finding = _find(case, evidence)
    numbers = {**_numbers(case, evidence, finding), **finding.row}
    timing = _timing(case, numbers["latest_year"])
    return {**empty, **row, **numbers, **_verdict(finding, rules, timing, case)}


def _timing(case: Case, latest: Any) -> str:
    if case.year > case.as_of:
        return "ahead"
    return "due" if latest is not None and int(latest) >= case.year else "awaiting"


def _find(case: Case, evidence: Evidence) -> Finding:
    target = case.target
    by_parts = _by_parts(target)
    if isinstance(target, AboveArea):  # of the other area's values too
        return assess_above(case)
    if isinstance(target, YearlyAmount) and evidence.latest_year is None:
        return assess_milestone(case)  # nothing is counted yet: by evidence, as of a project
    if by_parts or case.year in evidence.observed:
        return assess_target(target, case)
    if evidence.points < case.rules.minimum_points:
        if (band := band_of(target, case.rules.approximate)) is not None and evidence.latest_year is not None:
            return few_points_band(case, evidence, band)
        bound = target.value if target.kind in (*PLAIN_BOUNDS, "approximate", "yearly_amount") else derived_bound(case)
        return at_the_limit(case, evidence, bound) or few_points(case, evidence, bound)
    if not evidence.known(case.year):
        return no_data(
            f"没有{case.year}年的数据或预测。", f"Neither data nor a forecast for {case.year}.", target.value
        )
    return assess_target(target, case)


def _verdict(finding: Finding, rules: Rules, timing: str, case: Case | None = None) -> dict[str, Any]:
    p, conflict = finding.p_met, _conflict(case) if case else Text("", "")
    at = finding.at_target
    second = finding.second
    return {
        "status": _status(finding, rules, timing),
        "p_miss": None if p is None else 1.0 - p,
        "timing": timing,
        "at_target": "" if at is None else "yes" if at else "no",
        "borderline": _borderline(finding, rules, timing),
        "reference_value": finding.reference,
        "second_basis": "" if second is None else second.basis,
        "second_p_miss": None if second is None else 1.0 - second.p_met,
        "second_status": "" if second is None else rules.status(second.p_met),
        "reason": finding.reason.zh + conflict.zh,
        "reason_en": f"{finding.reason.en} {conflict.en}".strip(),
    }


def _status(finding: Finding, rules: Rules, timing: str) -> str:
    if finding.status is not None:
        return finding.status
    assert finding.p_met is not None
    if timing == "due":
        return "met" if (finding.at_target if finding.p_met not in (0.0, 1.0) else finding.p_met) else "off_track"
    return rules.status(finding.p_met)


def _borderline(finding: Finding, rules: Rules, timing: str) -> str:
    if finding.borderline or finding.status is not None or finding.p_met is None:
        return finding.borderline
    near = rules.is_borderline(finding.p_met)
    return "probability" if near and (timing != "due" or 0 < finding.p_met < 1) else ""


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
    short = evidence.points < case.rules.minimum_points  # too short to be forecast: no figure of a forecast either
    forecast = None if finding.counted or short else evidence.quantiles.get(case.year)
    gap = isinstance(case.target, GapOrQualitative)
    out: dict[str, Any] = {
        "target_value": finding.bound,
        "baseline_year": None if gap else base_year,
        "baseline_value": None if gap else base,
        "latest_year": None if gap else year,
        "latest_value": None if gap else latest,
    }
    if gap:
        return out
    if forecast is not None:
        out |= {"forecast": forecast[MEDIAN], "lower_80": forecast[LOW_80], "upper_80": forecast[HIGH_80]}
    comparable = not isinstance(case.target, Direction) and not finding.counted and not case.target.subunit
    if year is not None and latest is not None:
        if base is not None and base_year is not None and evidence.broken(base_year, year) is None:
            out["observed_aarc"] = aarc(base, latest, year - base_year)
        if finding.bound is not None and comparable and year < case.year:
            out["required_aarc"] = aarc(latest, finding.bound, case.year - year)
    return out
