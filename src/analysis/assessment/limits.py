"""Targets at a natural limit, and targets with too few values for a forecast."""

from __future__ import annotations

from analysis.assessment.case import Case, Finding, Text, joined, no_data
from analysis.assessment.evidence import Evidence
from analysis.assessment.probability import p_bound
from analysis.formats import plain

HELD_YEARS = 3


def held(case: Case, evidence: Evidence) -> list[int]:
    """Return the last three observed years if all stand at the natural limit, else nothing.

    A district in which no child drowned, or everybody is insured, cannot do better: staying there meets a target that
    asks for better. Fewer than three observed years do not show that it stays.
    """
    years = evidence.last_years(HELD_YEARS)
    if len(years) < HELD_YEARS or not all(case.at_limit(evidence.observed[year]) for year in years):
        return []
    return years


def at_the_limit(case: Case, evidence: Evidence, bound: float | None, reference: float | None = None) -> Finding | None:
    """Return the finding on a target whose bound is the natural limit and whose last years all stand there.

    Parameters
    ----------
    bound : float or None
        The number of the plan; None for a direction.
    reference : float, optional
        The base a direction is compared with.
    """
    asked = bound if bound is not None else reference
    if asked is None or not case.at_limit(asked):
        return None
    years = held(case, evidence)
    if not years or case.year in evidence.observed:
        return None
    since = _since(case, evidence)
    value = case.shown(case.limit)
    reason = Text(
        f"{since}—{years[-1]}年一直为{value.zh}，已是该指标的极限，保持即达到要求。",
        f"{value.en} in every year {since}-{years[-1]}: the end of the scale, where staying meets the target.",
    )
    return Finding(1.0, reason, bound, "met", reference, at_target=True)


def _since(case: Case, evidence: Evidence) -> int:
    """Return the first of the unbroken last years at the limit."""
    first = max(evidence.observed)
    for year in sorted(evidence.observed, reverse=True):
        if not case.at_limit(evidence.observed[year]):
            break
        first = year
    return first


def few_points(case: Case, evidence: Evidence, bound: float | None) -> Finding:
    """Return the finding on a series too short for a forecast: its last value held against the target.

    Beyond the target: 已达到目标水平. Short by more than a share of the target's value (the rules' `far_short`):
    偏离较大. Between the two nothing is concluded, but the distance is said.
    """
    n, least, year = evidence.points, case.rules.minimum_points, evidence.latest_year
    if year is None:
        return no_data("没有数据，无法判断。", "There are no data: cannot be judged.", bound)
    seen = evidence.observed[year]
    value, count = case.shown(seen), case.counted(evidence, year)
    latest = Text(f"{year}年为{value.zh}{count.zh}，", f"{value.en}{count.en} in {year}, ")
    short = Text(f"仅有{n}个年度的数据，不足{least}年，不作预测。", _few_en(n, least))
    if bound is None:
        return no_data(_moved(case, evidence).zh + short.zh, f"{_moved(case, evidence).en} {short.en}".strip())
    at = p_bound(evidence, year, case.target.comparison if case.target.value == bound else _side(case), bound) > 0.5
    goal, gap = case.shown(bound), case.apart(bound - seen)
    if at:
        said = Text(f"{latest.zh}已达到目标水平（{goal.zh}）。", f"{latest.en}at the target's level ({goal.en}).")
        return Finding(None, joined(said, short), bound, "on_track", at_target=True)
    if abs(bound - seen) > case.rules.far_short * abs(bound):
        said = Text(
            f"{latest.zh}与目标（{goal.zh}）相差{gap.zh}，偏离较大。",
            f"{latest.en}{gap.en} away from the target ({goal.en}): far off.",
        )
        return Finding(None, joined(said, short), bound, "off_track", at_target=False)
    said = Text(
        f"{latest.zh}距目标（{goal.zh}）还差{gap.zh}。", f"{latest.en}{gap.en} short of the target ({goal.en})."
    )
    return Finding(None, joined(said, short), bound, "no_data", at_target=False)


def _few_en(n: int, least: int) -> str:
    years = "1 observed year" if n == 1 else f"{n} observed years"
    return f"Only {years}, fewer than {least}: no forecast."


def _side(case: Case) -> str:
    return "<=" if case.target.lower_is_better else ">="


def _moved(case: Case, evidence: Evidence) -> Text:
    """Return how the last value compares with the one before, for a target without a number."""
    years = evidence.last_years(2)
    values = [case.shown(evidence.observed[year]) for year in years]
    if len(years) < 2:
        return Text(f"{years[0]}年为{values[0].zh}。", f"{values[0].en} in {years[0]}.")
    return Text(
        f"{years[0]}年为{values[0].zh}，{years[1]}年为{values[1].zh}。",
        f"{values[0].en} in {years[0]}, {values[1].en} in {years[1]}.",
    )


def pooled(evidence: Evidence, years: list[int], scale: float) -> tuple[float, float, float] | None:
    """Return rate, events and people of several years together; None where a year has no counts."""
    counts = [evidence.counts[year] for year in years if year in evidence.counts]
    if not counts or len(counts) < len(years):
        return None
    events, people = (sum(column) for column in zip(*counts, strict=True))
    return events / people * scale, events, people


def pooled_said(case: Case, rate: float, events: float, years: list[int]) -> Text:
    """Return the rate of several years together with its events."""
    value = case.shown(rate)
    return Text(
        f"{years[0]}—{years[-1]}年合计{value.zh}（{plain(events, 0)}例）",
        f"{value.en} over {years[0]}-{years[-1]} ({plain(events, 0)} events)",
    )
