"""Targets against the area above: better than the mean of the city, the province or the nation."""

from __future__ import annotations

import numpy as np

from analysis.assessment.case import Case, Finding, no_data
from analysis.assessment.evidence import Evidence
from analysis.assessment.limits import few_points
from analysis.assessment.probability import p_bound
from analysis.exceptions import Text
from analysis.formats import probability
from analysis.models.distribution import LEVELS
from analysis.schema import MEDIAN

_POINTS = (np.arange(19) + 0.5) / 19  # equally probable values of the other area


def assess_above(case: Case) -> Finding:
    """Judge a target against the values of an area above, its own forecast where the year is ahead.

    Both forecasts are taken as independent. They rise and fall together in part, so that P(met) is nearer to a half
    than it would be if that were known.
    """
    target, own, code = case.target, case.evidence(), case.target.against or case.above
    if not code:
        return no_data(
            "数据没有说明上级地区（areas.csv 的 parent），无法与其平均水平比较。",
            "The data name no area above (parent in areas.csv): there is nothing to compare with.",
        )
    other, name = case.evidence(area=code), case.names.get(code, Text(code, code))
    if not other.observed:
        return no_data(
            f"没有{name.zh}同一指标的数据，无法判断是否优于其平均水平。",
            f"No values of the same indicator for {name.en}: it cannot be judged against them.",
        )
    if case.year not in own.observed and own.points < case.rules.minimum_points:
        return few_points(case, own, None)
    if not own.known(case.year) or (case.year in own.observed and case.year not in other.observed):
        return no_data(
            f"没有{name.zh}{case.year}年的数据，无法判断。", f"No value of {name.en} for {case.year}: cannot be judged."
        )
    if not other.known(case.year):
        return no_data(
            f"{name.zh}的数据不足以预测{case.year}年，无法判断。",
            f"The values of {name.en} do not allow a forecast for {case.year}: cannot be judged.",
        )
    margin = (target.value or 0.0) * (-1.0 if target.lower_is_better else 1.0)
    points = _values(other, case.year) + margin
    p = float(np.mean([p_bound(own, case.year, target.comparison, float(one)) for one in points]))
    bound = float(np.median(points))
    return Finding(p, _said(case, own, other, name, p, margin), bound, at_target=_now(case, own, other, margin))


def _values(other: Evidence, year: int) -> np.ndarray:
    """Return equally probable values of an area in a year; the one there is where it was observed."""
    if year in other.observed:
        return np.array([other.observed[year]])
    return np.asarray(np.interp(_POINTS, LEVELS, other.quantiles[year]))


def _now(case: Case, own: Evidence, other: Evidence, margin: float) -> bool | None:
    """Return whether the target is met in the last year known of both; None where there is no such year."""
    years = [year for year in own.observed if year in other.observed]
    if not years:
        return None
    year = max(years)
    return p_bound(own, year, case.target.comparison, other.observed[year] + margin) > 0.5


def _said(case: Case, own: Evidence, other: Evidence, name: Text, p: float, margin: float) -> Text:
    year = case.year
    by = case.apart(margin)
    more = Text(f"（须相差{by.zh}）", f" (asked for: {by.en} better)") if margin else Text("", "")
    theirs = case.shown(other.observed[year] if year in other.observed else other.quantiles[year][MEDIAN])
    if year in own.observed:
        mine, met = case.shown(own.observed[year]), ("优于", "is better") if p >= 0.5 else ("未优于", "is not better")
        return Text(
            f"{year}年实际值{mine.zh}，{name.zh}为{theirs.zh}，{met[0]}上级水平{more.zh}。",
            f"Observed in {year}: {mine.en}, {name.en} {theirs.en}; it {met[1]}{more.en}.",
        )
    mine = case.shown(own.quantiles[year][MEDIAN])
    return Text(
        f"预测{year}年为{mine.zh}，{name.zh}为{theirs.zh}，优于上级水平{more.zh}的概率{probability(p)}。",
        f"Forecast for {year}: {mine.en}, {name.en} {theirs.en}; "
        f"probability of being better{more.en} {probability(p, 'en')}.",
    )
