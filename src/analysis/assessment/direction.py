"""Targets without a number that ask for a direction: keeps falling, rises every year, clearly lower at the end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.assessment.against import Base, lacking, not_comparable
from analysis.assessment.baseline import base_points, p_against
from analysis.assessment.case import FEW_EVENTS, NOTHING, Case, Finding, Second, joined, no_data
from analysis.assessment.evidence import Evidence, published
from analysis.assessment.limits import at_the_limit
from analysis.assessment.probability import p_bound, p_monotone
from analysis.exceptions import Text
from analysis.formats import SCALE, plain, probability
from analysis.schema import HIGH_80, LOW_80, MEDIAN

NINE_IN_TEN = 1.2816  # of a normal distribution


def assess_direction(case: Case) -> Finding:
    """Judge a direction against the mean of years up to the baseline, and against the baseline year alone.

    The base of comparison is an internal yardstick, no target of the plan: it goes to `reference`, never to `bound`.
    The manner of the clause decides what is asked for: `trend` (持续, 逐步) and `every_year` (逐年) against the mean
    of the years up to the baseline, `end` (实现降低) against the baseline year, `clearly` (明显) by more than chance.
    """
    evidence = case.evidence()
    base_year = case.target.baseline_year or case.plan.baseline_year
    bases = _bases(case, evidence, base_year)
    if not bases:
        return lacking(case)
    manner = case.target.manner or "trend"
    first = bases["baseline_year"] if manner == "end" and "baseline_year" in bases else bases["mean"]
    broken = not_comparable(case, evidence, first.years[0])
    if broken is not None:
        return broken
    if limit := at_the_limit(case, evidence, None, first.value):
        return limit
    if not evidence.known(case.year):
        return no_data(f"没有{case.year}年的数据或预测。", f"Neither data nor a forecast for {case.year}.")
    readings = {name: _read(case, evidence, base, manner) for name, base in bases.items()}
    own = next(name for name, base in bases.items() if base is first)
    return _finding(case, evidence, bases, readings, own, manner)


@dataclass(frozen=True)
class Reading:
    """P(better than a base) in the target year, and whether the last value is."""

    p: float
    better_now: bool


def _bases(case: Case, evidence: Evidence, base_year: int) -> dict[str, Base]:
    """Return the mean of the years up to the baseline, and the baseline year alone where it was observed.

    Years before a change of definition are left out of the mean.
    """
    since = max((year for year in evidence.breaks if year <= base_year), default=0)
    span = range(max(base_year - case.rules.baseline_years + 1, since), base_year + 1)
    years = tuple(year for year in span if year in evidence.observed)
    if not years:
        return {}
    out = {"mean": Base(years, sum(evidence.observed[year] for year in years) / len(years))}
    if base_year in evidence.observed and len(years) > 1:
        out["baseline_year"] = Base((base_year,), evidence.observed[base_year])
    return out


def _read(case: Case, evidence: Evidence, base: Base, manner: str) -> Reading:
    """Hold the series against one base; at the end of the scale staying there is enough.

    Where every single year is asked for, and was better so far, P is that of every coming year being better too.
    """
    falls = case.target.lower_is_better
    strict = ("<" if falls else ">", "<=" if falls else ">=")[case.at_limit(base.value)]
    points = base_points(evidence, list(base.years), base.value, case.indicator)
    bound = base.value
    if manner == "clearly":  # better than nine in ten of the values that the base may stand for
        bound = _beyond_chance(evidence, base, points, falls)
        points = np.array([bound])
    if case.at_limit(base.value):
        points = np.array([bound])
    p, _ = p_against(evidence, case.year, strict, bound, points)
    if manner == "every_year" and not _few_events(case, evidence) and not _not_better(case, evidence, base.years[-1]):
        p = p_monotone(evidence, base.years[-1], case.year, falls) or p
    latest = evidence.latest_year
    assert latest is not None
    return Reading(p, p_bound(evidence, latest, strict, bound) > 0.5)


def _beyond_chance(evidence: Evidence, base: Base, points: np.ndarray, falls: bool) -> float:
    """Return the value that is better than the base by more than its noise."""
    if len(points) > 1:
        return float(np.quantile(points, 0.1 if falls else 0.9))
    steps = np.diff([evidence.observed[year] for year in sorted(evidence.observed)])
    noise = NINE_IN_TEN * float(steps.std() / np.sqrt(2)) if len(steps) > 1 else 0.0  # a step is of two years' noise
    return base.value - noise if falls else base.value + noise


def _finding(
    case: Case,
    evidence: Evidence,
    bases: dict[str, Base],
    readings: dict[str, Reading],
    own: str,
    manner: str,
) -> Finding:
    base, read = bases[own], readings[own]
    latest = evidence.latest_year
    assert latest is not None
    second, differing = _second(case, evidence, bases, readings, own)
    broken_years = _not_better(case, evidence, base.years[-1]) if manner == "every_year" else []
    status: str | None = None
    p: float | None = read.p
    if broken_years and case.rules.status(read.p) == "on_track":
        status, p = "at_risk", None  # every year was asked for: the trend alone does not make it on track
    reason = joined(
        Text("原文未设数值。", "The plan sets no number."),
        _now(case, evidence, base, read),
        _every_year(case, broken_years) if manner == "every_year" else NOTHING,
        _ahead(case, evidence, base, read, manner, broken_years),
        differing,
    )
    return Finding(p, reason, None, status, reference=base.value, second=second, at_target=read.better_now)


def _now(case: Case, evidence: Evidence, base: Base, read: Reading) -> Text:
    """Say where the last value stands against the base, with the events where they are few."""
    year = evidence.latest_year
    assert year is not None
    value, level, count = case.shown(evidence.observed[year]), case.shown(base.value), case.counted(evidence, year)
    decimals = case.indicator.decimals
    same = published(evidence.observed[year], decimals) == published(base.value, decimals)
    behind = _behind(case, evidence, base)
    if same:
        return Text(
            f"{year}年{value.zh}{count.zh}，与{base.name.zh}{behind.zh}持平。",
            f"{value.en}{count.en} in {year}, the same as {base.name.en}{behind.en}.",
        )
    side = ("低于", "below") if evidence.observed[year] < base.value else ("高于", "above")
    return Text(
        f"{year}年{value.zh}{count.zh}，{side[0]}{base.name.zh}（{level.zh}{behind.zh}）。",
        f"{value.en}{count.en} in {year}, {side[1]} {base.name.en} ({level.en}{behind.en}).",
    )


def _behind(case: Case, evidence: Evidence, base: Base) -> Text:
    """Return the events behind a base where they are few."""
    counts = [evidence.counts[year] for year in base.years if year in evidence.counts]
    if len(counts) < len(base.years) or case.indicator.unit not in SCALE:
        return NOTHING
    events = sum(one for one, _ in counts)
    if events >= FEW_EVENTS:
        return NOTHING
    return Text(f"，共{plain(events, 0)}例", f", {plain(events, 0)} events")


def _ahead(case: Case, evidence: Evidence, base: Base, read: Reading, manner: str, broken_years: list[int]) -> Text:
    if case.year in evidence.observed:
        return NOTHING
    q = evidence.quantiles[case.year]
    low, mid, high = (case.shown(q[k]) for k in (LOW_80, MEDIAN, HIGH_80))
    if manner == "every_year" and not broken_years and not _few_events(case, evidence):
        moves = ("下降", "a fall") if case.target.lower_is_better else ("增长", "a rise")
        return Text(
            f"预测{case.year}年为{mid.zh}（80%区间{low.zh}至{high.zh}），逐年{moves[0]}的概率{probability(read.p)}。",
            f"Forecast for {case.year}: {mid.en} (80% interval {low.en} to {high.en}); probability of {moves[1]} in "
            f"every year: {probability(read.p, 'en')}.",
        )
    side = ("不高于", "no higher than") if case.target.lower_is_better else ("不低于", "no lower than")
    if not case.at_limit(base.value):
        side = ("低于", "below") if case.target.lower_is_better else ("高于", "above")
    return Text(
        f"预测{case.year}年为{mid.zh}（80%区间{low.zh}至{high.zh}），{side[0]}{base.name.zh}的概率{probability(read.p)}。",
        f"Forecast for {case.year}: {mid.en} (80% interval {low.en} to {high.en}); probability that it is {side[1]} "
        f"{base.name.en}: {probability(read.p, 'en')}.",
    )


def _second(
    case: Case, evidence: Evidence, bases: dict[str, Base], readings: dict[str, Reading], own: str
) -> tuple[Second | None, Text]:
    """Return the reading against the other base, where it says something else."""
    other = next((name for name in bases if name != own), None)
    if other is None:
        return None, NOTHING
    mine, its, base = readings[own], readings[other], bases[other]
    due = case.year in evidence.observed
    same_verdict = due or case.rules.status(mine.p) == case.rules.status(its.p)
    if mine.better_now == its.better_now and same_verdict:
        return None, NOTHING
    level, behind = case.shown(base.value), _behind(case, evidence, base)
    now = ("已优于", "better than") if its.better_now else ("未优于", "no better than")
    chance = "" if due else f"，{case.year}年优于它的概率{probability(its.p)}"
    chance_en = "" if due else f", with a probability of {probability(its.p, 'en')} of being better in {case.year}"
    said = Text(
        f"与{base.name.zh}（{level.zh}{behind.zh}）相比，目前{now[0]}该水平{chance}。",
        f"Against {base.name.en} ({level.en}{behind.en}) it is {now[1]} that level now{chance_en}.",
    )
    return Second(other, its.p), said


def _not_better(case: Case, evidence: Evidence, since: int) -> list[int]:
    """Return the observed years after the base that were not better than the year before, as published.

    Where a handful of events is counted a single year says nothing: no year is listed. At the natural limit staying
    is enough.
    """
    if _few_events(case, evidence):
        return []
    out, decimals = [], case.indicator.decimals
    for year in sorted(evidence.observed):
        if year <= since or year - 1 not in evidence.observed or case.at_limit(evidence.observed[year]):
            continue
        now, before = (published(evidence.observed[y], decimals) for y in (year, year - 1))
        if (now >= before) if case.target.lower_is_better else (now <= before):
            out.append(year)
    return out


def _few_events(case: Case, evidence: Evidence) -> bool:
    """Return whether a year counts so few events that one year against the next is chance."""
    if case.indicator.unit not in SCALE or not evidence.counts:
        return False
    share = case.indicator.unit == "percent"
    return min(min(e, n - e) if share else e for e, n in evidence.counts.values()) < FEW_EVENTS


def _every_year(case: Case, years: list[int]) -> Text:
    if not years:
        return NOTHING
    moves = ("下降", "fall") if case.target.lower_is_better else ("增长", "rise")
    listed = Text("、".join(map(str, years)), ", ".join(map(str, years)))
    return Text(
        f"原文要求逐年{moves[0]}，{listed.zh}年没有{moves[0]}。",
        f"The plan asks for a {moves[1]} every year; there was none in {listed.en}.",
    )
