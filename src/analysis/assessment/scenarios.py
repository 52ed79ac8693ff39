"""Scenarios of the open targets: the forecast at another pace, and the pace that reaches a target safely."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.case import NOTHING, Case
from analysis.assessment.evidence import Evidence
from analysis.assessment.kinds import assess_target
from analysis.assessment.pace import Path, best, enough_events, path_of, shock_of, slope_of
from analysis.assessment.reach import WITHOUT_VALUE, nowhere, pathless, reached, valued
from analysis.assessment.world import World, open_targets
from analysis.exceptions import Text
from analysis.formats import SCALE, probability
from analysis.plan import Target
from analysis.schema import BREAKDOWNS, HIGH_80, LOW_80, MEDIAN, SCENARIOS

Move = Callable[[Evidence], Evidence]
_AHEAD = 0.8  # a street is called the best where it is faster than the second with this probability
FADES = 0.5  # of a shock, what is left of it a year later


@dataclass(frozen=True)
class Moved(Case):
    """A case whose series are moved as a scenario says, the target's own and those of its sub-units alike."""

    move: Move = lambda evidence: evidence

    def evidence(self, area: str | None = None, residence: str | None = None, sex: str | None = None) -> Evidence:
        """Return the evidence as the scenario has it."""
        return self.move(super().evidence(area, residence, sex))


@dataclass(frozen=True)
class Scenario:
    """One scenario of one target; without a `move` it cannot be told, and `note` says why."""

    name: str
    move: Move | None
    pace: float | None = None
    note: Text = NOTHING


def scenarios(assessments: pd.DataFrame, made: World, targets: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a `SCENARIOS` table, six rows a target.

    Parameters
    ----------
    assessments : DataFrame
        The stored verdicts; their worked-out bounds are where required paths lead.
    made : World
    targets : sequence of str, optional
        Ids; all that are open by default.
    """
    bounds = dict(zip(assessments["target"], assessments["target_value"], strict=True))
    rows = [
        row
        for target in open_targets(assessments, made.plan, made.as_of)
        if targets is None or target.id in targets
        for row in _rows(made, target, float(bounds[target.id]))
    ]
    return SCENARIOS.build(pd.DataFrame(rows)) if rows else SCENARIOS.empty()


def scenarios_of(made: World, target: Target, bound: float) -> Iterator[Scenario]:
    """Yield the scenarios of a target whose value on the indicator's scale is `bound`."""
    case = made.case(target)
    yield Scenario("continue", lambda evidence: evidence)
    path = path_of(case.evidence(), case.indicator)
    if path is None:
        for name in ("required", "best_street", "national", "shock", "needed"):
            yield Scenario(name, None, None, pathless(case.evidence()))
        return
    why = nowhere(case, path, bound)
    if why is None:
        yield _paced("required", case, _required(case, path, bound))
    else:
        yield Scenario("required", None, None, why)
    yield _best_street(made, case)
    yield _national(made, case)
    yield _shocked(made, case, path)
    yield _needed(made, case, path, bound)


def p_met(case: Case, move: Move) -> float:
    """Return P(met) of a target when its series are moved: by the code that gives the verdicts."""
    given = {one.name: getattr(case, one.name) for one in fields(Case)}
    found = assess_target(case.target, Moved(**given, move=move)).p_met
    assert found is not None  # open targets were judged before
    return found


def at_pace(case: Case, pace: float) -> Move:
    """Return the move to a yearly pace on the model's scale."""

    def move(evidence: Evidence) -> Evidence:
        path = path_of(evidence, case.indicator)
        return evidence if path is None else path.at_pace(pace)

    return move


def _paced(name: str, case: Case, pace: float, note: Text = NOTHING) -> Scenario:
    return Scenario(name, at_pace(case, pace), pace, note)


def _required(case: Case, path: Path, bound: float) -> float:
    """Return the pace to the bound; where every sub-unit has to reach it, that of the one with the longest way."""
    better = -1.0 if case.target.lower_is_better else 1.0
    units = [path]
    if case.target.subunit:
        units = [one for code in case.parts if (one := path_of(case.evidence(area=code), case.indicator))] or units
    return better * max(better * one.required(bound, case.year) for one in units)


def _best_street(made: World, case: Case) -> Scenario:
    series = {code: own for code in made.parts if (own := made.own(case.target, code)) is not None}
    whole = made.own(case.target, case.area)
    mean = slope_of(whole) if whole is not None else None
    if len(series) < 3 or mean is None:
        return Scenario("best_street", None, None, Text("没有分街道（镇）的数据。", "No data by street."))
    slopes = {code: slope for code, own in series.items() if enough_events(own) and (slope := slope_of(own))}
    found = best(slopes, mean.value, -1.0 if case.target.lower_is_better else 1.0)
    if found is None:
        few = "街道（镇）每年发生数太少，步伐无从比较。", "Too few events in a street to compare paces."
        return Scenario("best_street", None, None, Text(*few))
    name = made.names.get(found.code, Text(found.code, found.code))
    if found.weight < 0.005:
        same = (
            "各街道（镇）步伐的差别不超过偶然范围，即全区近年步伐的中位数。",
            "Streets differ by no more than chance: the area's own median pace of late.",
        )
        return _paced("best_street", case, found.pace, Text(*same))
    said = (
        f"{name.zh}近年步伐的中位数，按偶然性收缩（自身数据权重{found.weight:.0%}）。",
        f"The median pace of {name.en}, shrunk for chance (weight of its own data {found.weight:.0%}).",
    )
    if found.ahead < _AHEAD:
        said = (
            f"{said[0]}比次快的街道（镇）更快的概率只有{found.ahead:.0%}，不足以认定最快。",
            f"{said[1]} Faster than the second with a probability of only {found.ahead:.0%}: not settled as the best.",
        )
    return _paced("best_street", case, found.pace, Text(*said))


def _national(made: World, case: Case) -> Scenario:
    codes = (getattr(case.target, name) for name in BREAKDOWNS)
    own = made.elsewhere.get("|".join((case.target.indicator, *codes)))
    slope = slope_of(own) if own is not None else None
    if own is None or slope is None:
        said = "没有足够的全国数据（近8年至少4年）。", "Too few national values (four of the last eight years)."
        return Scenario("national", None, None, Text(*said))
    years = own.years[own.years > own.origin - 8]
    return _paced(
        "national",
        case,
        slope.value,
        Text(f"全国{years[0]}—{years[-1]}年步伐的中位数。", f"The median pace of the nation, {years[0]}-{years[-1]}."),
    )


def _shocked(made: World, case: Case, path: Path) -> Scenario:
    year = made.shock.year or case.year
    own = made.own(case.target, case.area)
    if not path.now < year <= case.year:
        said = f"事件年份{year}不在预测期内。", f"The year of the event, {year}, is not ahead of the target."
        return Scenario("shock", None, None, Text(*said))
    if made.shock.size is not None:
        middle = path.evidence.quantiles[year][MEDIAN]
        size = path.to(middle * (1 + made.shock.size / 100)) - path.to(middle)
        said = f"{year}年数值变动{made.shock.size:+g}%，", f"The value moves by {made.shock.size:+g}% in {year}; "
    else:
        found = shock_of(own) if own is not None else None
        if found is None:
            none = "没有申报过特殊事件年份，也未给出规模。", "No special year was declared and no size given."
            return Scenario("shock", None, None, Text(*none))
        size, declared = found, own.shocks if own is not None else ()
        when = "、".join(map(str, declared))
        said = (
            f"{year}年发生与{when}年同样大小的事件，",
            f"An event in {year} as large as in {when.replace('、', ', ')}; ",
        )
    note = Text(said[0] + "此后每年减半。", said[1] + "halved each year after.")

    def move(evidence: Evidence) -> Evidence:
        path = path_of(evidence, case.indicator)
        after = {y: size * FADES ** (y - year) for y in evidence.quantiles if y >= year}
        return evidence if path is None else path.moved(after)

    return Scenario("shock", move, None, note)


def _needed(made: World, case: Case, path: Path, bound: float) -> Scenario:
    """Return the pace with which the target is met with the probability that counts as on track, solved exactly.

    None is told where the target names no value, or where going on as now is on track.
    """
    from scipy.optimize import brentq

    if not valued(case.target):
        return Scenario("needed", None, None, WITHOUT_VALUE)
    goal, better = made.rules.on_track, -1.0 if case.target.lower_is_better else 1.0

    def short(speed: float) -> float:
        return p_met(case, at_pace(case, better * speed)) - goal

    said = probability(goal)
    if p_met(case, lambda evidence: evidence) >= goal:
        why = (
            f"延续现有趋势的达标概率已不低于{said}，不需要加快。",
            f"On track as things go ({said} or more): no faster pace is needed.",
        )
        return Scenario("needed", None, None, Text(*why))
    fast, slow = path.limit(better, case.year), -path.limit(-better, case.year)
    if short(fast) < 0:
        why = (f"即使达到极限也不足{said}：无法实现。", f"Out of reach: below {said} even at the very limit.")
        return Scenario("needed", None, None, Text(*why))
    if short(slow) > 0:
        why = (f"任何步伐下都超过{said}。", f"Above {said} at any pace.")
        return Scenario("needed", None, None, Text(*why))
    note = reached(case, path, bound) or NOTHING
    return _paced("needed", case, better * float(brentq(short, slow, fast, xtol=1e-10)), note)


def _rows(made: World, target: Target, bound: float) -> Iterator[dict[str, Any]]:
    case = made.case(target)
    evidence = case.evidence()
    path = path_of(evidence, case.indicator)
    people = _people(made, case)
    for one in scenarios_of(made, target, bound):
        row: dict[str, Any] = dict.fromkeys(SCENARIOS.names)
        row |= {"target": target.id, "scenario": one.name, "target_year": case.year}
        row |= {"note": one.note.zh, "note_en": one.note.en}
        if one.move is not None:
            quantiles = one.move(evidence).quantiles
            row["p_met"] = p_met(case, one.move)
            if case.year in quantiles:
                last = quantiles[case.year]
                row |= {"median": last[MEDIAN], "lower_80": last[LOW_80], "upper_80": last[HIGH_80]}
            ahead = [
                (quantiles[y][MEDIAN] - evidence.quantiles[y][MEDIAN], n) for y, n in people.items() if y in quantiles
            ]
            more = [away * n for away, n in ahead]
            row |= {"people": more[-1], "people_per_year": float(np.mean(more))} if more else {}
        if path is not None:
            row["start"] = float(path.scale.inverse(np.array([path.start]))[0])
            row["pace_unit"] = {"log": "percent_per_year", "logit": "percentage_points"}.get(path.scale.kind, "plain")
            if one.name == "continue":
                middle = float(evidence.quantiles[case.year][MEDIAN])
                row["pace"] = path.shown(path.required(middle, case.year), case.year)
            elif one.pace is not None:
                row["pace"] = path.shown(one.pace, case.year)
        yield row


def _people(made: World, case: Case) -> dict[int, float]:
    """Return how many people or events of the whole group one unit of the indicator is, year by year.

    Empty where the group is unknown: never of a sample.
    """
    scale, own = SCALE.get(case.indicator.unit), made.group(case.target, case.area)
    if scale is None or own is None or case.target.subunit or case.year <= own.origin:
        return {}
    ahead = own.people_ahead(case.year - own.origin)
    years = own.ahead(len(ahead)).tolist()
    return {} if not np.isfinite(ahead).all() else dict(zip(years, (ahead / scale).tolist(), strict=True))
