"""Targets worked out from a baseline: so much below it, slower growth than before it, so much a year since it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from analysis.assessment.baseline import base_points, growth_points, p_against
from analysis.assessment.case import NOTHING, Case, Finding, Second, bound_reason, joined, no_data
from analysis.assessment.evidence import Evidence
from analysis.assessment.limits import at_the_limit
from analysis.assessment.probability import p_bound
from analysis.assessment.progress import trend_growth
from analysis.exceptions import Text
from analysis.formats import plain, probability

Rule = Callable[[np.ndarray], np.ndarray]  # targets from equally probable baselines


@dataclass(frozen=True)
class Base:
    """A baseline: its years, their mean on the indicator's scale, and how it is named."""

    years: tuple[int, ...]
    value: float

    @property
    def name(self) -> Text:
        """Return the baseline's years as text."""
        first, last = self.years[0], self.years[-1]
        if first == last:
            return Text(f"{first}年", f"{first}")
        if last - first == len(self.years) - 1:
            return Text(f"{first}—{last}年平均", f"the mean of {first}-{last}")
        return Text(f"{'、'.join(map(str, self.years))}年平均", f"the mean of {', '.join(map(str, self.years))}")


def base_of(case: Case, evidence: Evidence) -> Base | None:
    """Return the clause's baseline: its year, or the nearest of the two before that was observed."""
    year, value = evidence.baseline(case.target.baseline_year)
    return None if year is None or value is None else Base((year,), value)


def quiet_base(case: Case, evidence: Evidence, base: Base) -> Base | None:
    """Return the mean of the years up to a baseline in a special-event year, without such years; None if not needed."""
    last = base.years[-1]
    if last not in evidence.shocks:
        return None
    span = range(last - case.rules.baseline_years + 1, last + 1)
    years = tuple(year for year in span if year in evidence.observed and year not in evidence.shocks)
    if not years:
        return None
    return Base(years, sum(evidence.observed[year] for year in years) / len(years))


def lacking(case: Case) -> Finding:
    """Return the finding that there is no value of the baseline year."""
    year = case.target.baseline_year
    return no_data(f"没有{year}年的基期数据。", f"No value of the baseline year {year}.")


def not_comparable(case: Case, evidence: Evidence, base_year: int) -> Finding | None:
    """Return the finding that a definition changed since the baseline; None where it did not."""
    last = evidence.latest_year
    year = None if last is None else evidence.broken(base_year, last)
    if year is None:
        return None
    return no_data(
        f"{year}年起口径有变化，与基期（{base_year}年）不可比，无法判断。",
        f"The definition changed in {year}: not comparable with the baseline ({base_year}), cannot be judged.",
    )


def assess_relative(case: Case) -> Finding:
    """Judge so many percent below (above) the baseline; a baseline of 0 that has to fall is met at 0."""
    target, evidence = case.target, case.evidence()
    base = base_of(case, evidence)
    if base is None or target.value is None:
        return lacking(case)
    if base.value == 0 and not target.lower_is_better:
        return no_data(
            f"基期（{base.years[0]}年）为0，无法按比例折算目标值。",
            f"The baseline ({base.years[0]}) is 0: no percentage above it can be worked out.",
        )
    factor = 1 - target.value / 100 if target.lower_is_better else 1 + target.value / 100
    return _judged(case, evidence, base, lambda bases: bases * factor, target.comparison)


def assess_growth_rate_change(case: Case) -> Finding:
    """Judge the average yearly growth, cut by a percentage of what it was up to the baseline year."""
    target, evidence = case.target, case.evidence()
    base = base_of(case, evidence)
    if base is None or target.value is None:
        return lacking(case)
    year = base.years[0]
    growth = trend_growth(evidence.observed, year - 5, year)
    if math.isnan(growth):
        return no_data(
            "基期以前不足3年数据，无法测算基线增幅。", "Fewer than 3 years up to the baseline: no growth rate."
        )
    kept, ahead = 1 - target.value / 100, case.year - year
    allowed = max(growth, 0.0) * kept
    slopes = np.maximum(growth_points(evidence.observed, year - 5, year), 0.0) * kept
    rates = plain(100 * growth, 2), plain(100 * allowed, 2)
    extra = Text(
        f"基线年均增幅{rates[0]}%，允许{rates[1]}%。", f"Baseline growth {rates[0]}% a year, allowed {rates[1]}%."
    )
    if growth <= 0:
        extra = Text("基期以前没有增长，按不再上升评判。", "No growth up to the baseline: judged as no further rise.")

    def noisy(bases: np.ndarray) -> np.ndarray:
        return np.asarray(np.multiply.outer(bases, np.exp(slopes * ahead)).ravel())

    factor = math.exp(allowed * ahead)
    return _judged(case, evidence, base, lambda bases: bases * factor, "<=", extra, noisy if len(slopes) else None)


def assess_yearly_change(case: Case) -> Finding:
    """Judge a change by so many points a year on average since the baseline year."""
    target, evidence = case.target, case.evidence()
    base = base_of(case, evidence)
    if base is None or target.value is None:
        return lacking(case)
    change = (-1 if target.lower_is_better else 1) * target.value * (case.year - base.years[-1])
    comparison = "<=" if target.lower_is_better else ">="
    return _judged(case, evidence, base, lambda bases: bases + change, comparison)


def assess_compound_growth(case: Case) -> Finding:
    """Judge a floor for the geometric mean growth since the baseline year."""
    target, evidence = case.target, case.evidence()
    base = base_of(case, evidence)
    if base is None or target.value is None:
        return lacking(case)
    if base.value <= 0:
        return no_data(
            f"基期（{base.years[0]}年）为0，无法计算年均增长。",
            f"The baseline ({base.years[0]}) is 0: no average growth can be worked out.",
        )
    growth = (1 + target.value / 100) ** (case.year - base.years[-1])
    return _judged(case, evidence, base, lambda bases: bases * growth, target.comparison)


def derived_bound(case: Case) -> float | None:
    """Return the target of a kind worked out from its baseline, without judging it; None where there is none."""
    rules = {
        "relative_to_baseline": assess_relative,
        "growth_rate_change": assess_growth_rate_change,
        "yearly_change_band": assess_yearly_change,
        "compound_growth": assess_compound_growth,
    }
    found = rules.get(case.target.kind)
    return None if found is None else found(case).bound


def _judged(
    case: Case,
    evidence: Evidence,
    base: Base,
    rule: Rule,
    comparison: str,
    extra: Text = NOTHING,
    noisy: Rule | None = None,
) -> Finding:
    """Return the finding on a bound worked out from a baseline, and on a quiet one where that decides otherwise."""
    broken = not_comparable(case, evidence, base.years[0])
    if broken is not None:
        return broken
    bound = float(rule(np.array([base.value]))[0])
    note = _note(case, base, bound)
    if limit := at_the_limit(case, evidence, bound):
        return limit
    if not evidence.known(case.year):
        return no_data(f"没有{case.year}年的数据或预测。", f"Neither data nor a forecast for {case.year}.", bound)
    p, alone = _p(case, evidence, base, rule, comparison, noisy)
    noise = NOTHING
    if abs(p - alone) >= 0.005:
        noise = Text(
            f"已计入基期抽样误差；只按公布的基期值为{probability(alone)}。",
            f"The baseline's sampling noise is counted in; on its published value alone {probability(alone, 'en')}.",
        )
    second, said = _second(case, evidence, base, rule, comparison, noisy, p)
    year = evidence.latest_year
    at = None if year is None else p_bound(evidence, year, comparison, bound) > 0.5
    reason = bound_reason(case, evidence, p, joined(note, extra, noise, said))
    return Finding(p, reason, bound, second=second, at_target=at)


def _p(
    case: Case, evidence: Evidence, base: Base, rule: Rule, comparison: str, noisy: Rule | None
) -> tuple[float, float]:
    bound = float(rule(np.array([base.value]))[0])
    bases = base_points(evidence, list(base.years), base.value, case.indicator)
    return p_against(evidence, case.year, comparison, bound, (noisy or rule)(bases))


def _second(
    case: Case, evidence: Evidence, base: Base, rule: Rule, comparison: str, noisy: Rule | None, p: float
) -> tuple[Second | None, Text]:
    """Return the verdict from a baseline without special-event years, where it is another one."""
    quiet = quiet_base(case, evidence, base)
    if quiet is None:
        return None, NOTHING
    other, _ = _p(case, evidence, quiet, rule, comparison, noisy)
    due = case.year in evidence.observed
    same = (other >= 0.5) == (p >= 0.5) if due else case.rules.status(other) == case.rules.status(p)
    if same:
        return None, NOTHING
    value, chance = case.shown(quiet.value), probability(other)
    said = Text(
        f"基期{base.name.zh}属特殊事件年份；若以{quiet.name.zh}（{value.zh}）为基期，"
        + (f"{'达到' if other >= 0.5 else '未达到'}目标。" if due else f"达标概率{chance}。"),
        f"The baseline {base.name.en} was a special-event year; from {quiet.name.en} ({value.en}) "
        + (
            f"the target is {'met' if other >= 0.5 else 'missed'}."
            if due
            else f"the probability is {probability(other, 'en')}."
        ),
    )
    return Second("mean", other), said


def _note(case: Case, base: Base, bound: float) -> Text:
    value, goal = case.shown(base.value), case.shown(bound)
    return Text(
        f"基期（{base.name.zh}）{value.zh}，折算目标值{goal.zh}。",
        f"Baseline ({base.name.en}) {value.en}, target worked out as {goal.en}.",
    )
