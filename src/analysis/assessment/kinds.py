"""How each kind of target is judged: a function a kind, all from stored tables."""

from __future__ import annotations

from collections.abc import Callable

from analysis.assessment.above import assess_above
from analysis.assessment.against import (
    assess_compound_growth,
    assess_growth_rate_change,
    assess_relative,
    assess_yearly_change,
)
from analysis.assessment.bands import ASSUMED, assess_band, at_now
from analysis.assessment.case import FEW_EVENTS, NOTHING, Case, Finding, bound_reason, joined, no_data
from analysis.assessment.direction import assess_direction
from analysis.assessment.evidence import Evidence, published
from analysis.assessment.gaps import assess_gap
from analysis.assessment.holding import assess_hold, assess_yearly
from analysis.assessment.limits import HELD_YEARS, at_the_limit, pooled, pooled_said
from analysis.assessment.probability import p_bound, p_every
from analysis.exceptions import Text
from analysis.formats import SCALE, plain, probability
from analysis.plan import Target
from analysis.schema import HIGH_80, LOW_80, MEDIAN


def assess_target(target: Target, case: Case) -> Finding:
    """Judge one target by the rule of its kind."""
    return KINDS[target.kind](case)


def assess_bound(case: Case) -> Finding:
    """Judge a bound in its year: kinds 1, 2 and 3; a range by both its ends."""
    target, evidence = case.target, case.evidence()
    if target.value_upper is not None:
        return assess_band(case)
    assert target.value is not None
    assumed = ASSUMED if target.year_assumed else NOTHING
    if limit := at_the_limit(case, evidence, target.value):
        return limit
    p = p_bound(evidence, case.year, target.comparison, target.value)
    at = at_now(case, evidence)
    if case.year in evidence.observed:
        turned, said = _what_turns(case, evidence, p >= 0.5)
        return Finding(p, joined(bound_reason(case, evidence, p), said), target.value, at_target=at, borderline=turned)
    reason = bound_reason(case, evidence, p, joined(_held_so_far(case, evidence, at, p), assumed))
    return Finding(p, reason, target.value, at_target=at)


def _held_so_far(case: Case, evidence: Evidence, at: bool | None, p: float) -> Text:
    """Say that a value is at the target's level already, and, where it may not stay, why that is in doubt."""
    year = evidence.latest_year
    if not at or year is None:
        return NOTHING
    value = case.shown(evidence.observed[year])
    if case.rules.status(p) == "on_track":
        return Text(
            f"{year}年（{value.zh}）已达到该水平。", f"The value of {year} ({value.en}) is at that level already."
        )
    last = evidence.last_years(5)
    seen = [evidence.observed[one] for one in last]
    low, high = case.shown(min(seen)), case.shown(max(seen))
    swings = ("", "")
    if not all(_meets(case, value) for value in seen):  # years that met it all the same are no ground for doubt
        swings = (
            f"，但近{len(last)}个有数据的年份在{low.zh}—{high.zh}之间",
            f", but the last {len(last)} values lay between {low.en} and {high.en}",
        )
    return Text(
        f"{year}年（{value.zh}）已达到该水平{swings[0]}，能否稳住尚无把握。",
        f"The value of {year} ({value.en}) is at that level{swings[1]}: whether it will stay is open.",
    )


def _what_turns(case: Case, evidence: Evidence, met: bool) -> tuple[str, Text]:
    """Return whether one event, or three years pooled, would turn the verdict on an observed rate, and the sentence."""
    scale, counts = SCALE.get(case.indicator.unit), evidence.counts.get(case.year)
    if scale is None or counts is None:
        return "", NOTHING
    events, people = counts
    fewer = met != case.target.lower_is_better  # the change that would turn it: one event fewer, or one more
    turned = _meets(case, (events + (-1 if fewer else 1)) / people * scale) != met if events or not fewer else False
    years = [year for year in range(case.year - HELD_YEARS + 1, case.year + 1) if year in evidence.observed]
    few = min(events, people - events) < FEW_EVENTS and len(years) == HELD_YEARS
    several = pooled(evidence, years, scale) if few else None
    joint, pooled_meets = NOTHING, met
    if several is not None:
        said, pooled_meets = pooled_said(case, several[0], several[1], years), _meets(case, several[0])
        level = ("在目标以内", "meets the target") if pooled_meets else ("未达目标水平", "misses the target")
        joint = Text(f"{said.zh}，{level[0]}。", f"{said.en}: {level[1]}.")
    if turned:
        one = ("少1例", "one fewer") if fewer else ("多1例", "one more")
        then = ("即不达标", "would miss it") if met else ("即达标", "would meet it")
        return "one_event", joined(joint, Text(f"临界：{one[0]}{then[0]}。", f"On the edge: {one[1]} {then[1]}."))
    if pooled_meets != met:
        return "pooled", joined(joint, Text("临界。", "On the edge."))
    return "", joint


def _meets(case: Case, value: float) -> bool:
    """Return whether an observed value, as published, would meet the target."""
    assert case.target.value is not None
    seen = Evidence({case.year: value}, decimals=case.indicator.decimals)
    return p_bound(seen, case.year, case.target.comparison, case.target.value) > 0.5


def assess_every_subunit(case: Case) -> Finding:
    """Judge a bound that every sub-unit has to meet; the row shows the weakest unit and how many meet it now."""
    target = case.target
    assert target.value is not None
    known = {code: case.evidence(area=code) for code in case.parts}
    known = {code: evidence for code, evidence in known.items() if evidence.observed and evidence.known(case.year)}
    if not case.parts or len(known) < len(case.parts):
        lacking = len(case.parts) - len(known)
        return no_data(
            f"须按每个单位评判，{lacking or '全部'}个单位没有数据。"
            if case.parts
            else "须按每个单位评判，没有下级单位的数据。",
            f"Judged unit by unit, but {lacking or 'all'} of them have no data.",
            target.value,
        )
    each = {code: p_bound(e, case.year, target.comparison, target.value) for code, e in known.items()}
    latest = {code: e.observed[max(e.observed)] for code, e in known.items()}
    better = -1.0 if target.lower_is_better else 1.0
    worst = min(each, key=lambda code: (better * latest[code], each[code]))
    now = {code: p_bound(e, max(e.observed), target.comparison, target.value) > 0.5 for code, e in known.items()}
    p, done, year = p_every(list(each.values())), sum(now.values()), max(known[worst].observed)
    value, name = case.shown(latest[worst]), case.names.get(worst, Text(worst, worst))
    reached = Text(
        f"{year}年{len(each)}个单位中{done}个达到；最低的是{name.zh}，{value.zh}。"
        if not target.lower_is_better
        else f"{year}年{len(each)}个单位中{done}个达到；最高的是{name.zh}，{value.zh}。",
        f"{done} of {len(each)} units meet it in {year}; the weakest is {name.en}, {value.en}.",
    )
    ahead = Text(
        f"到{case.year}年全部达到的概率{probability(p)}。",
        f"Probability that all meet it in {case.year}: {probability(p, 'en')}.",
    )
    due = all(case.year in e.observed for e in known.values())
    row = {**_of_unit(case, known[worst]), "units": len(each), "units_met": done, "weakest": worst}
    said = reached if due else joined(reached, ahead)
    return Finding(p, said, target.value, at_target=done == len(each), row=row)


def _of_unit(case: Case, evidence: Evidence) -> dict[str, float | int | str | None]:
    """Return the columns of the weakest unit: its base, its last value and its forecast."""
    base_year, base = evidence.baseline(case.target.baseline_year or case.plan.baseline_year)
    year = max(evidence.observed)
    quantiles = evidence.quantiles.get(case.year)
    q = (None, None, None) if quantiles is None else (quantiles[MEDIAN], quantiles[LOW_80], quantiles[HIGH_80])
    return {
        "baseline_year": base_year,
        "baseline_value": base,
        "latest_year": year,
        "latest_value": evidence.observed[year],
        **dict(zip(("forecast", "lower_80", "upper_80"), q, strict=True)),
    }


def assess_milestone(case: Case) -> Finding:
    """Judge full coverage, counts and projects: counted, with evidence; nothing is forecast."""
    target, evidence = case.target, case.evidence()
    year = evidence.latest_year
    if year is None or target.value is None:
        return Finding(
            None,
            Text("以佐证材料认定，不作趋势外推。", "Judged by evidence; no trend is drawn."),
            target.value,
            "qualitative",
            counted=True,
        )
    seen, count = evidence.observed[year], _of(case, evidence, year)
    value = case.shown(seen)
    printed, goal = published(seen, case.indicator.decimals), published(target.value, case.indicator.decimals)
    done = (
        printed == goal if target.comparison == "=" else printed <= goal if target.lower_is_better else printed >= goal
    )
    state = ("已完成", "done") if done else ("尚未完成", "not yet done")
    reason = Text(
        f"{year}年为{value.zh}{count.zh}，{state[0]}；以佐证材料认定。",
        f"{value.en}{count.en} in {year}: {state[1]}; judged by evidence.",
    )
    if done:
        return Finding(1.0, reason, target.value, "met", at_target=True, counted=True)
    if case.year <= year:
        return Finding(0.0, reason, target.value, "off_track", at_target=False, counted=True)
    return Finding(None, reason, target.value, "qualitative", at_target=False, counted=True)


def _of(case: Case, evidence: Evidence, year: int) -> Text:
    """Return the count behind a coverage: 10 of 10."""
    events, people = evidence.counts.get(year, (0.0, 0.0))
    if not people:
        return NOTHING
    return Text(f"（{plain(people, 0)}中的{plain(events, 0)}）", f" ({plain(events, 0)} of {plain(people, 0)})")


KINDS: dict[str, Callable[[Case], Finding]] = {
    "upper_bound": assess_bound,
    "lower_bound": assess_bound,
    "undated_bound": assess_bound,
    "reach_and_hold": assess_hold,
    "approximate": assess_band,
    "yearly_amount": assess_yearly,
    "above_area": assess_above,
    "every_subunit": assess_every_subunit,
    "relative_to_baseline": assess_relative,
    "growth_rate_change": assess_growth_rate_change,
    "yearly_change_band": assess_yearly_change,
    "compound_growth": assess_compound_growth,
    "direction": assess_direction,
    "milestone": assess_milestone,
    "gap_or_qualitative": assess_gap,
}
