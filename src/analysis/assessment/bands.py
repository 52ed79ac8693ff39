"""Targets with two ends, and values that are only about right: the stretch of values that meets a target.

A range (35%—40%) is met between its ends, both included. A value that is about right (40%左右) is met from a share of
itself below it on, up to the same share above it, or without end on the side that is better (the rules' `approximate`).
"""

from __future__ import annotations

from analysis.assessment.case import NOTHING, Case, Finding, bound_reason, joined
from analysis.assessment.evidence import Evidence, published
from analysis.assessment.probability import p_between, p_bound
from analysis.exceptions import Text
from analysis.formats import plain
from analysis.plan import Target
from analysis.plan.targets import PLAIN_BOUNDS
from analysis.schema import MEDIAN

Band = tuple[float | None, float | None]  # the lowest and the highest value that meets a target; None: no end
ASSUMED = Text("原文未注明年份，按规划末年评判。", "No year is named: judged in the plan's last year.")


def band_of(target: Target, tolerance: float) -> Band | None:
    """Return the values that meet a range or a value that is about right; None for every other target.

    Parameters
    ----------
    target : Target
    tolerance : float
        Of a value that is about right: the share of itself it may be off.
    """
    if target.value is None:
        return None
    if target.kind == "approximate":
        off = tolerance * abs(target.value)
        low, high = target.value - off, target.value + off
        return {"<=": (None, high), "=": (low, high)}.get(target.comparison, (low, None))
    if target.value_upper is not None and target.kind in PLAIN_BOUNDS:
        return target.value, target.value_upper
    return None


def p_meets(case: Case, evidence: Evidence, year: int) -> float:
    """Return P(the value of a year is one the target asks for)."""
    target = case.target
    assert target.value is not None
    band = band_of(target, case.rules.approximate)
    if band is None:
        return p_bound(evidence, year, target.comparison, target.value)
    return p_between(evidence, year, *band)


def at_now(case: Case, evidence: Evidence) -> bool | None:
    """Return whether the last value is one the target asks for; None where there is none."""
    year = evidence.latest_year
    return None if year is None or case.target.value is None else p_meets(case, evidence, year) > 0.5


def nearest_end(case: Case, evidence: Evidence, band: Band) -> float:
    """Return the end of a band that decides: the one nearer to the forecast, or to the last value without one."""
    low, high = band
    if low is None or high is None:
        end = high if low is None else low
        assert end is not None
        return end
    year = evidence.latest_year
    last = low if year is None else evidence.observed[year]
    value = evidence.quantiles[case.year][MEDIAN] if case.year in evidence.quantiles else last
    value = evidence.observed.get(case.year, value)
    return low if value < (low + high) / 2 else high


def band_said(case: Case, band: Band) -> Text:
    """Return which values meet the target, as a sentence."""
    low, high = (case.shown(end) if end is not None else NOTHING for end in band)
    if case.target.kind != "approximate":
        return Text(f"目标为{low.zh}—{high.zh}，两端都算。", f"The target is {low.en} to {high.en}, both included.")
    share, value = plain(100 * case.rules.approximate, 0), case.shown(case.target.value)
    within = Text(f"{low.zh}—{high.zh}", f"{low.en} to {high.en}")
    if band[0] is None:
        within = Text(f"不高于{high.zh}", f"at most {high.en}")
    elif band[1] is None:
        within = Text(f"不低于{low.zh}", f"at least {low.en}")
    return Text(
        f"“左右”按目标值{value.zh}相差{share}%以内评判，即{within.zh}。",
        f"'About' is judged as within {share}% of {value.en}: {within.en}.",
    )


def assess_band(case: Case) -> Finding:
    """Judge a range, or a value that is about right, in its year."""
    evidence = case.evidence()
    band = band_of(case.target, case.rules.approximate)
    assert band is not None
    assumed = ASSUMED if case.target.year_assumed else NOTHING
    p = p_between(evidence, case.year, *band)
    reason = bound_reason(case, evidence, p, joined(band_said(case, band), assumed))
    return Finding(p, reason, nearest_end(case, evidence, band), at_target=at_now(case, evidence))


def few_points_band(case: Case, evidence: Evidence, band: Band) -> Finding:
    """Return the finding on a band and a series too short for a forecast: its last value held against the band."""
    year = evidence.latest_year
    assert year is not None
    seen, at = evidence.observed[year], at_now(case, evidence)
    end, n = nearest_end(case, evidence, band), evidence.points
    value, state = (
        case.shown(seen),
        ("已在目标之内", "within the target") if at else ("在目标之外", "outside the target"),
    )
    far = abs(published(seen, case.indicator.decimals) - end) > case.rules.far_short * abs(end)
    reason = Text(
        f"{year}年为{value.zh}，{state[0]}。仅有{n}个年度的数据，不作预测。",
        f"{value.en} in {year}, {state[1]}. Only {n} observed years: no forecast.",
    )
    status = "on_track" if at else "off_track" if far else "no_data"
    return Finding(None, joined(reason, band_said(case, band)), end, status, at_target=at)
