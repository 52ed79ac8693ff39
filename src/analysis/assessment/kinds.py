"""How each kind of target is judged; one function a kind, all from stored tables."""

from __future__ import annotations

import math
from functools import singledispatch

import numpy as np

from analysis.assessment.baseline import base_points, growth_points, p_against
from analysis.assessment.case import NOTHING, Case, Finding, bound_reason, no_data
from analysis.assessment.probability import p_bound, p_every, p_gap_below, p_hold, p_monotone
from analysis.assessment.progress import trend_growth
from analysis.exceptions import Text
from analysis.formats import plain, probability
from analysis.plan import Target
from analysis.plan import targets as kinds


@singledispatch
def find(target: Target, case: Case) -> Finding:
    """Judge a bound in its year: kinds 1, 2 and 3; the other kinds are registered below."""
    assert target.value is not None
    evidence = case.evidence()
    p = p_bound(evidence, case.year, target.comparison, target.value)
    assumed = Text("原文未注明年份，按规划末年评判。", "No year is named: judged in the plan's last year.")
    return Finding(p, bound_reason(case, evidence, p, assumed if target.year_assumed else Text("", "")), target.value)


@find.register
def _(target: kinds.ReachAndHold, case: Case) -> Finding:
    assert target.value is not None
    evidence = case.evidence()
    start = min((year for year in case.plan.milestones if year <= case.year), default=case.year)
    years = [year for year in range(start, case.year + 1) if evidence.known(year)]
    p = p_hold(evidence, years, target.comparison, target.value)
    missed = [
        y for y in years if y in evidence.observed and p_bound(evidence, y, target.comparison, target.value) < 0.5
    ]
    worst = Text(f"{missed[0]}年已低于要求，", f"Below the bound in {missed[0]}; ") if missed else Text("", "")
    reason = Text(
        f"{worst.zh}{years[0]}—{years[-1]}年每年都达到的概率为{probability(p)}（以最差年份论）。",
        f"{worst.en}probability that every year {years[0]}-{years[-1]} meets it: {probability(p, 'en')}.",
    )
    return Finding(p, reason, target.value)


@find.register
def _(target: kinds.EverySubunit, case: Case) -> Finding:
    assert target.value is not None
    known = {code: case.evidence(area=code) for code in case.parts}
    known = {code: evidence for code, evidence in known.items() if evidence.known(case.year)}
    if not case.parts or len(known) < len(case.parts):
        lacking = len(case.parts) - len(known)
        return no_data(
            f"须按每个街道、镇评判，{lacking or '全部'}个单位没有数据。",
            f"Judged street by street, but {lacking or 'all'} of them have no data.",
            target.value,
        )
    each = {code: p_bound(e, case.year, target.comparison, target.value) for code, e in known.items()}
    worst = min(each, key=lambda code: each[code])
    p = p_every(list(each.values()))
    latest = known[worst].observed[known[worst].latest_year or 0]
    value, name = case.shown(latest), case.names.get(worst, Text(worst, worst))
    reason = Text(
        f"{len(each)}个单位全部达到的概率为{probability(p)}；最弱的是{name.zh}，最近一年{value.zh}。",
        f"Probability that all {len(each)} units meet it: {probability(p, 'en')}; "
        f"the weakest is {name.en}, latest {value.en}.",
    )
    return Finding(p, reason, target.value)


def _against(case: Case, bound: float, bounds: np.ndarray, comparison: str, extra: Text) -> Finding:
    """Return the finding on a bound that was worked out from the baseline; `bounds` are as probable as the baseline."""
    evidence = case.evidence()
    p, plain = p_against(evidence, case.year, comparison, bound, bounds)
    noise = NOTHING
    if abs(p - plain) >= 0.005:
        noise = Text(
            f"已计入基期抽样误差；只按公布的基期值为{probability(plain)}。",
            f"The baseline's sampling noise is counted in; on its published value alone {probability(plain, 'en')}.",
        )
    said = bound_reason(case, evidence, p, extra)
    return Finding(p, Text(said.zh + noise.zh, f"{said.en} {noise.en}".strip()), bound)


def _no_baseline(target: Target) -> Finding:
    return no_data(
        f"没有{target.baseline_year}年的基期数据。", f"No value of the baseline year {target.baseline_year}."
    )


def _baseline_note(case: Case, year: int, value: float, bound: float) -> Text:
    base, goal = case.shown(value), case.shown(bound)
    return Text(
        f"基期（{year}年）{base.zh}，折算目标值{goal.zh}。",
        f"Baseline ({year}) {base.en}, target worked out as {goal.en}.",
    )


@find.register
def _(target: kinds.RelativeToBaseline, case: Case) -> Finding:
    year, base = case.evidence().baseline(target.baseline_year)
    if year is None or base is None or target.value is None:
        return _no_baseline(target)
    factor = 1 - target.value / 100 if target.lower_is_better else 1 + target.value / 100
    bounds = base_points(case.evidence(), [year], base, case.indicator) * factor
    return _against(case, base * factor, bounds, target.comparison, _baseline_note(case, year, base, base * factor))


@find.register
def _(target: kinds.GrowthRateChange, case: Case) -> Finding:
    year, base = case.evidence().baseline(target.baseline_year)
    if year is None or base is None or target.value is None:
        return _no_baseline(target)
    evidence = case.evidence()
    growth = trend_growth(evidence.observed, year - 5, year)
    if math.isnan(growth):
        return no_data(
            "基期以前不足3年数据，无法测算基线增幅。", "Fewer than 3 years up to the baseline: no growth rate."
        )
    kept = 1 - target.value / 100
    allowed = max(growth, 0.0) * kept
    bound = base * math.exp(allowed * (case.year - year))
    slopes = np.maximum(growth_points(evidence.observed, year - 5, year), 0.0) * kept
    bases = base_points(evidence, [year], base, case.indicator)
    bounds = np.multiply.outer(bases, np.exp(slopes * (case.year - year))).ravel()
    rates = plain(100 * growth, 2), plain(100 * allowed, 2)
    note = _baseline_note(case, year, base, bound)
    extra = Text(
        f"基线年均增幅{rates[0]}%，允许{rates[1]}%。{note.zh}",
        f"Baseline growth {rates[0]}% a year, allowed {rates[1]}%. {note.en}",
    )
    return _against(case, bound, bounds, "<=", extra)


@find.register
def _(target: kinds.YearlyChangeBand, case: Case) -> Finding:
    year, base = case.evidence().baseline(target.baseline_year)
    if year is None or base is None or target.value is None:
        return _no_baseline(target)
    sign = -1 if target.lower_is_better else 1
    change = sign * target.value * (case.year - year)
    bound = base + change
    comparison = "<=" if target.lower_is_better else ">="
    bounds = base_points(case.evidence(), [year], base, case.indicator) + change
    return _against(case, bound, bounds, comparison, _baseline_note(case, year, base, bound))


@find.register
def _(target: kinds.CompoundGrowth, case: Case) -> Finding:
    year, base = case.evidence().baseline(target.baseline_year)
    if year is None or base is None or target.value is None:
        return _no_baseline(target)
    growth = (1 + target.value / 100) ** (case.year - year)
    bound = base * growth
    bounds = base_points(case.evidence(), [year], base, case.indicator) * growth
    return _against(case, bound, bounds, target.comparison, _baseline_note(case, year, base, bound))


@find.register
def _(target: kinds.Direction, case: Case) -> Finding:
    base_year = target.baseline_year or case.plan.baseline_year
    evidence = case.evidence()
    years = [year for year in range(base_year - 2, base_year + 1) if year in evidence.observed]
    if not years:
        return _no_baseline(target)
    bound = sum(evidence.observed[year] for year in years) / len(years)
    level = case.shown(bound)
    falls = target.lower_is_better
    every = p_monotone(evidence, years[-1], case.year, falls)
    moves = ("下降", "a fall") if falls else ("上升", "a rise")
    extra = Text(
        f"以截至{base_year}年的{len(years)}年平均{level.zh}为基准，看趋势，不逐年比较"
        f"（逐年都{moves[0]}的概率{probability(every)}）。",
        f"Against the mean of {len(years)} years up to {base_year} ({level.en}): the trend is judged, not every year "
        f"(probability of {moves[1]} in every single year: {probability(every, 'en')}).",
    )
    if bound == (case.indicator.lower if falls else case.indicator.upper):  # nothing is left to gain: it must hold
        return _against(case, bound, np.array([bound]), "<=" if falls else ">=", extra)
    bounds = base_points(evidence, years, bound, case.indicator)
    return _against(case, bound, bounds, "<" if falls else ">", extra)


@find.register
def _(target: kinds.GapOrQualitative, case: Case) -> Finding:
    base_year = target.baseline_year or case.plan.baseline_year
    urban, rural = case.evidence(residence="U"), case.evidence(residence="R")
    years = [y for y in range(base_year - 2, base_year + 1) if y in urban.observed and y in rural.observed]
    if not years or not (urban.known(case.year) and rural.known(case.year)):
        return no_data(
            "没有可比的分城乡数据，无法检验差距。", "No comparable urban and rural values: the gap cannot be tested."
        )
    gap = abs(sum(urban.observed[y] - rural.observed[y] for y in years)) / len(years)
    p = p_gap_below(urban, rural, case.year, gap)
    size = case.shown(gap)
    reason = Text(
        f"{years[0]}—{years[-1]}年平均城乡差距{size.zh}，到{case.year}年缩小的概率为{probability(p)}。",
        f"Mean urban-rural gap {years[0]}-{years[-1]} {size.en}; probability that it is smaller in {case.year}: "
        f"{probability(p, 'en')}.",
    )
    return Finding(p, reason, gap)


@find.register
def _(target: kinds.Milestone, case: Case) -> Finding:
    evidence = case.evidence()
    year = evidence.latest_year
    if year is None or target.value is None:
        return Finding(
            None,
            Text("以佐证材料认定，不作趋势外推。", "Judged by evidence; no trend is drawn."),
            target.value,
            "qualitative",
        )
    value = case.shown(evidence.observed[year])
    rounding = 0.5 * 10.0**-case.indicator.decimals
    seen = evidence.observed[year]
    enough, few = seen >= target.value - rounding, seen <= target.value + rounding
    done = enough and few if target.comparison == "=" else few if target.lower_is_better else enough
    state = ("已完成", "done") if done else ("尚未完成", "not yet done")
    reason = Text(
        f"{year}年为{value.zh}，{state[0]}；以佐证材料认定。", f"{value.en} in {year}: {state[1]}; judged by evidence."
    )
    if done:
        return Finding(1.0, reason, target.value, "met")
    return (
        Finding(0.0, reason, target.value, "off_track")
        if case.year <= case.as_of
        else Finding(None, reason, target.value, "qualitative")
    )
