"""Gaps that have to narrow: signed, asked of the side that lags, on several years taken together.

A gap between a few thousand births in town and a few hundred in the country is mostly chance in any single year. Both
the base and the present are therefore pooled over the last years (the rules' `gap.years`), the gap is the lagging
side's shortfall (negative once it has overtaken the other), and below a handful of events nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.assessment.baseline import base_points
from analysis.assessment.case import NOTHING, Case, Finding, Text, joined, no_data
from analysis.assessment.evidence import Evidence
from analysis.formats import SCALE, plain, probability

PAIRS = {"residence": ("U", "R"), "sex": ("M", "F")}
SIDES = {
    "U": Text("城镇", "town"),
    "R": Text("农村", "the country"),
    "M": Text("男", "boys and men"),
    "F": Text("女", "girls and women"),
}
DIMENSIONS = {
    "residence": Text("城乡差距", "the urban-rural gap"),
    "sex": Text("性别差距", "the gap between the sexes"),
    "subunit": Text("下级地区之间的差距", "the gap between sub-units"),
    "area": Text("地区差距", "the gap between areas"),
}
FEWEST_YEARS = 3


@dataclass(frozen=True)
class Side:
    """One group over one span of years: its rate, and, where they are known, the events and people behind it.

    Parameters
    ----------
    rate : float
        On the indicator's own scale.
    points : array
        Equally probable values of the rate; the values of the single years where no counts are known.
    """

    years: tuple[int, ...]
    rate: float
    events: float | None
    people: float | None
    points: np.ndarray


@dataclass(frozen=True)
class Gap:
    """A gap then and now on the indicator's scale, positive where the side that lagged lags."""

    lagging: Text
    leading: Text
    before: float
    now: float
    base_years: tuple[int, ...]
    years: tuple[int, ...]
    p_narrower: float
    events: Text


def assess_gap(case: Case) -> Finding:
    """Judge a gap in every dimension the clause names and the data have; the worst decides."""
    found, unknown = [], []
    for name in case.target.gap_dimensions or ("residence",):
        made = _untestable(name) if name == "area" else _gap(case, name)
        if isinstance(made, Gap):
            found.append((name, made))
        else:
            unknown.append(made)
    if not found:
        return no_data("".join(one.zh for one in unknown), " ".join(one.en for one in unknown))
    name, worst = min(found, key=lambda pair: pair[1].p_narrower)
    reason = joined(*(_said(case, name, gap) for name, gap in found), *unknown)
    return Finding(
        worst.p_narrower,
        reason,
        None,
        reference=worst.before,
        at_target=worst.now < worst.before,
        row={
            "baseline_year": worst.base_years[-1],
            "baseline_value": worst.before,
            "latest_year": worst.years[-1],
            "latest_value": worst.now,
            "window": len(worst.years),
            **dict.fromkeys(("forecast", "lower_80", "upper_80")),
        },
    )


def _untestable(name: str) -> Text:
    dimension = DIMENSIONS[name]
    return Text(
        f"{dimension.zh}须用上级或其他地区的数据，未作检验。",
        f"{dimension.en.capitalize()} needs data of other areas: not tested.",
    )


def _gap(case: Case, name: str) -> Gap | Text:
    """Return the gap in one dimension, or why it cannot be judged."""
    groups = _groups(case, name)
    base_year = case.target.baseline_year or case.plan.baseline_year
    shared = _shared(groups)
    before = _span([year for year in shared if year <= base_year], case.rules.gap_years)
    latest = max(shared, default=0)
    now = _span([year for year in shared if base_year < year <= latest], case.rules.gap_years)
    dimension = DIMENSIONS[name]
    least = FEWEST_YEARS
    if len(groups) < 2 or len(before) < least or len(now) < least:
        return Text(
            f"{dimension.zh}：基期和基期以后可比的分组数据不足{least}年，无法判断。",
            f"{dimension.en.capitalize()}: fewer than {least} comparable years before or since the base.",
        )
    if broken := next((y for one in groups.values() if (y := one.broken(before[0], latest))), None):
        return Text(
            f"{dimension.zh}：{broken}年起口径有变化，前后不可比，无法判断。",
            f"{dimension.en.capitalize()}: the definition changed in {broken}, cannot be judged.",
        )
    sides = {code: (_side(case, one, before), _side(case, one, now)) for code, one in groups.items()}
    few = _too_few(case, dimension, sides)
    if few is not None:
        return few
    return _between_units(case, sides) if name == "subunit" else _between_two(case, sides)


def _groups(case: Case, name: str) -> dict[str, Evidence]:
    if name == "subunit":
        return {code: one for code in case.parts if (one := case.evidence(area=code)).observed}
    codes = PAIRS[name]
    if name == "sex":
        found = {code: case.evidence(sex=code) for code in codes}
    else:
        found = {code: case.evidence(residence=code) for code in codes}
    return found if all(one.observed for one in found.values()) else {}


def _shared(groups: Mapping[str, Evidence]) -> list[int]:
    """Return the years every group was observed in."""
    years = [set(one.observed) for one in groups.values()]
    return sorted(set.intersection(*years)) if years else []


def _span(years: list[int], most: int) -> tuple[int, ...]:
    """Return the last years, at most so many, no older than that many years before the last."""
    return tuple(year for year in years[-most:] if year > years[-1] - most)


def _side(case: Case, evidence: Evidence, years: tuple[int, ...]) -> Side:
    counts = [evidence.counts[year] for year in years if year in evidence.counts]
    scale = SCALE.get(case.indicator.unit)
    mean = sum(evidence.observed[year] for year in years) / len(years)
    if scale is None or len(counts) < len(years):
        return Side(years, mean, None, None, np.array([evidence.observed[year] for year in years]))
    events, people = (sum(column) for column in zip(*counts, strict=True))
    rate = events / people * scale
    return Side(years, rate, events, people, base_points(evidence, list(years), rate, case.indicator))


def _too_few(case: Case, dimension: Text, sides: Mapping[str, tuple[Side, Side]]) -> Text | None:
    """Return why a gap cannot be judged on so few events; None where it can.

    Events are the rarer of cases and non-cases: of a coverage of 99 %, those not covered.
    """
    least = case.rules.gap_events
    for code, (before, now) in sides.items():
        for side in (before, now):
            if side.events is None or side.people is None:
                continue
            share = case.indicator.unit == "percent" and case.indicator.upper is not None
            rare = min(side.events, side.people - side.events) if share else side.events
            if rare < least:
                who = _named(case, code)
                return Text(
                    f"{dimension.zh}：{side.years[0]}—{side.years[-1]}年{who.zh}合计仅{plain(rare, 0)}例"
                    f"（{plain(side.people, 0)}人），不足{least}例，无法判断（样本量不足）。",
                    f"{dimension.en.capitalize()}: only {plain(rare, 0)} events of {plain(side.people, 0)} people in "
                    f"{who.en}, {side.years[0]}-{side.years[-1]}, fewer than {least}: cannot be judged (too few).",
                )
    return None


def _named(case: Case, code: str) -> Text:
    return SIDES[code] if code in SIDES else case.names.get(code, Text(code, code))


def _between_two(case: Case, sides: Mapping[str, tuple[Side, Side]]) -> Gap | Text:
    """Return the gap of two groups, signed by the one that lagged in the base years."""
    worse = 1.0 if case.less_is_better else -1.0
    (first, (a0, a1)), (second, (b0, b1)) = sides.items()
    if worse * (a0.rate - b0.rate) < 0:
        first, second, a0, a1, b0, b1 = second, first, b0, b1, a0, a1
    before, now = worse * (a0.rate - b0.rate), worse * (a1.rate - b1.rate)
    scale = SCALE.get(case.indicator.unit)
    smallest = min((side.people for side in (a0, a1, b0, b1) if side.people), default=None)
    if scale is not None and smallest is not None and scale / smallest > before:
        gap = case.apart(before)
        return Text(
            f"基期差距只有{gap.zh}，小于一例之差，无法判断（样本量不足）。",
            f"The gap in the base years is {gap.en}, less than one event makes: cannot be judged (too few).",
        )
    then = worse * (a0.points[:, None] - b0.points[None, :]).ravel()
    today = worse * (a1.points[:, None] - b1.points[None, :]).ravel()
    p = _chance_below(today, then)
    events = _events(case, {first: (a0, a1), second: (b0, b1)})
    return Gap(_named(case, first), _named(case, second), before, now, a0.years, a1.years, p, events)


def _chance_below(first: np.ndarray, second: np.ndarray) -> float:
    """Return P(first < second) of equally probable values, ties counted half."""
    ordered = np.sort(first)
    below = np.searchsorted(ordered, second, side="left") + np.searchsorted(ordered, second, side="right")
    return float(below.mean() / (2 * len(first)))


def _between_units(case: Case, sides: Mapping[str, tuple[Side, Side]]) -> Gap:
    """Return the spread of the sub-units: the mean distance from the whole, weighted by people."""
    before, now = (_spread([pair[k] for pair in sides.values()]) for k in (0, 1))
    rng = np.random.default_rng(0)
    draws = [_drawn([pair[k] for pair in sides.values()], rng) for k in (0, 1)]
    p = _chance_below(draws[1], draws[0])
    years = next(iter(sides.values()))
    return Gap(NOTHING, NOTHING, before, now, years[0].years, years[1].years, p, NOTHING)


def _spread(units: list[Side]) -> float:
    rates = np.array([[one.rate] for one in units])
    return float(_distance(rates, units)[0])


def _drawn(units: list[Side], rng: np.random.Generator, draws: int = 2000) -> np.ndarray:
    return _distance(np.array([rng.choice(one.points, draws) for one in units]), units)


def _distance(rates: np.ndarray, units: list[Side]) -> np.ndarray:
    weights = np.array([one.people or 1.0 for one in units])
    weights = weights / weights.sum()
    return np.asarray(weights @ np.abs(rates - weights @ rates))


def _events(case: Case, sides: Mapping[str, tuple[Side, Side]]) -> Text:
    """Return the events of the present years of both sides where they are few."""
    now = {code: pair[1] for code, pair in sides.items()}
    known = [(code, side.events, side.people) for code, side in now.items() if side.events is not None]
    if not known or min(events for _, events, _ in known) >= 100:
        return NOTHING
    zh = "、".join(f"{_named(case, code).zh}{plain(e, 0)}例/{plain(n, 0)}人" for code, e, n in known)
    en = ", ".join(f"{plain(e, 0)} of {plain(n, 0)} in {_named(case, code).en}" for code, e, n in known)
    return Text(f"（{zh}）", f" ({en})")


def _said(case: Case, name: str, gap: Gap) -> Text:
    """Return the sentences on one gap: then, now, and how sure it is that it narrowed."""
    before, now = case.apart(gap.before), case.apart(gap.now)
    spans = [f"{years[0]}—{years[-1]}年" for years in (gap.base_years, gap.years)]
    spans_en = [f"{years[0]}-{years[-1]}" for years in (gap.base_years, gap.years)]
    chance = Text(
        f"差距确已缩小的概率{probability(gap.p_narrower)}。",
        f"Probability that it has narrowed: {probability(gap.p_narrower, 'en')}.",
    )
    if name == "subunit":
        said = Text(
            f"各单位与平均水平的平均差距{spans[0]}合计为{before.zh}，{spans[1]}合计为{now.zh}。",
            f"Mean distance of the units from the whole: {before.en} in {spans_en[0]}, {now.en} in {spans_en[1]}.",
        )
        return joined(said, chance)
    worse = ("高于", "above") if case.less_is_better else ("低于", "below")
    reversed_ = gap.now < 0
    head = Text(
        f"{spans[0]}合计，{gap.lagging.zh}{worse[0]}{gap.leading.zh}{before.zh}；",
        f"In {spans_en[0]} {gap.lagging.en} was {before.en} {worse[1]} {gap.leading.en};",
    )
    if reversed_:
        other = ("低于", "below") if case.less_is_better else ("高于", "above")
        tail = Text(
            f"{spans[1]}合计，{gap.lagging.zh}已{other[0]}{gap.leading.zh}{now.zh}{gap.events.zh}，原有差距已消除。",
            f"in {spans_en[1]} it was {now.en} {other[1]}{gap.events.en}: that gap is gone.",
        )
    else:
        tail = Text(
            f"{spans[1]}合计，差距为{now.zh}{gap.events.zh}。", f"in {spans_en[1]} the gap was {now.en}{gap.events.en}."
        )
    return joined(Text(f"{head.zh}{tail.zh}", f"{head.en} {tail.en}"), chance)
