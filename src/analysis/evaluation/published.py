"""Published rules of progress, as named methods beside the project's own: what each would have said.

None of them gives a probability. Each takes the same case and says a class, the number behind it, and whether it
implies that the target will be met; `None` where the rule does not apply.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps

import numpy as np

from analysis.exceptions import Text
from analysis.models.series import Array, Years


@dataclass(frozen=True)
class Progress:
    """What a rule judges.

    Parameters
    ----------
    years, values : arrays, shape (n,)
        Observed years in order; the first one that is not before `baseline_year` is the rule's base.
    target, target_year : number, year
    lower_is_better : bool
    baseline_year : int
    variances : float array, shape (n,), optional
        Sampling variance of each value, for the rule that tests a trend.
    """

    years: Years
    values: Array
    target: float
    target_year: int
    lower_is_better: bool
    baseline_year: int
    variances: Array | None = None

    @property
    def base(self) -> int:
        """Return the position of the base."""
        return int(np.argmax(np.asarray(self.years) >= self.baseline_year))

    @property
    def points(self) -> tuple[float, float, float, float]:
        """Return base year and value, latest year and value."""
        b = self.base
        return float(self.years[b]), float(self.values[b]), float(self.years[-1]), float(self.values[-1])

    @property
    def done(self) -> bool:
        """Return whether the latest value is already on the good side of the target."""
        latest = float(self.values[-1])
        return latest <= self.target if self.lower_is_better else latest >= self.target

    @property
    def judgeable(self) -> bool:
        """Return whether there are two different years from the base on, and time left after the last."""
        first, _, last, _ = self.points
        return bool(self.years[-1] >= self.baseline_year and last > first and self.target_year > first)

    def good(self, value: float) -> bool:
        """Return whether a projected value meets the target."""
        return value <= self.target if self.lower_is_better else value >= self.target


@dataclass(frozen=True)
class Opinion:
    """What a rule says: its class, the number behind it, and whether the target will be met on it."""

    rule: str
    label: Text | None
    number: float = math.nan
    met: bool | None = None


_MET = Text("已达到目标", "target achieved")
_CLASSES = {
    "on_track": Text("进展符合要求", "on track"),
    "moderate": Text("进展中等，需加快", "moderate progress"),
    "limited": Text("进展有限", "limited progress"),
    "worse": Text("背离目标", "moving away from the target"),
    "near": Text("差距在允许范围内", "target nearly reached"),
    "trend_better": Text("显著改善", "significantly better"),
    "trend_worse": Text("显著恶化", "significantly worse"),
    "no_trend": Text("无显著变化", "no significant change"),
}


Said = tuple[str, float, bool | None]  # a class, the number behind it, whether the target will be met
PUBLISHED: dict[str, Callable[[Progress], Opinion]] = {}


def _rule(judge: Callable[[Progress], Said | None], of_target: bool = True) -> Callable[[Progress], Opinion]:
    """Return a rule that is one of `PUBLISHED`; one `of_target` has nothing to judge once the target is met."""

    @wraps(judge)
    def rule(case: Progress) -> Opinion:
        if of_target and case.done:
            return Opinion(judge.__name__, _MET, met=True)
        said = judge(case)
        if said is None:
            return Opinion(judge.__name__, None)
        name, number, met = said
        return Opinion(judge.__name__, _CLASSES[name], float(number), None if met is None else bool(met))

    PUBLISHED[judge.__name__] = rule
    return rule


def _growth(start: float, end: float, years: float) -> float:
    return math.nan if start <= 0 or end <= 0 or years <= 0 else float((end / start) ** (1 / years) - 1)


@_rule
def open_sdg(case: Progress) -> Said | None:
    """Actual over required compound growth from two points: 0.95 and 0.60 are the cuts (Open SDG, after Eurostat)."""
    if not case.judgeable:
        return None
    first, base, last, latest = case.points
    required = _growth(base, case.target, case.target_year - first)
    ratio = _growth(base, latest, last - first) / required if required else math.nan
    if math.isnan(ratio):
        return None
    if case.good(base):  # from a base beyond the target every step back is a deterioration
        return "worse", -abs(ratio), False
    name = "on_track" if ratio >= 0.95 else "moderate" if ratio >= 0.60 else "limited" if ratio >= 0 else "worse"
    return name, ratio, ratio >= 0.95


@_rule
def un_chart(case: Progress) -> Said | None:
    """Share of the required change that extrapolated compound growth reaches: 0.95 and 0.10 (UN SDG progress chart)."""
    if not case.judgeable or case.points[1] == case.target:
        return None
    first, base, last, latest = case.points
    reached = latest * (1 + _growth(base, latest, last - first)) ** (case.target_year - last)
    share = (reached - base) / (case.target - base)
    if math.isnan(share):
        return None
    if case.good(base):
        return "worse", share, False
    name = "on_track" if share >= 0.95 else "moderate" if share >= 0.10 else "limited" if share >= 0 else "worse"
    return name, share, share >= 0.95


@_rule
def german(case: Progress) -> Said | None:
    """Mean of the last five yearly changes, projected: short by under 5 %, 5-20 %, more, or the wrong way.

    Short is measured against the distance from the latest value to the target (Destatis, Indikatorenbericht).
    """
    years, values = np.asarray(case.years, float)[-6:], np.asarray(case.values, float)[-6:]
    if len(years) < 2 or case.target_year <= years[-1]:
        return None
    pace = float((values[-1] - values[0]) / (years[-1] - years[0]))
    projected = values[-1] + pace * (case.target_year - years[-1])
    need = case.target - values[-1]
    short = (case.target - projected) / need
    if pace * need <= 0:
        return "worse", short, False
    name = "on_track" if short <= 0 else "near" if short < 0.05 else "moderate" if short <= 0.20 else "limited"
    return name, short, short < 0.05


@_rule
def sdg_index(case: Progress) -> Said | None:
    """Actual over required linear yearly growth: below 0, 50 %, 100 % (SDG Index trend dashboards)."""
    if not case.judgeable or case.points[1] == case.target:
        return None
    first, base, last, latest = case.points
    ratio = ((latest - base) / (last - first)) / ((case.target - base) / (case.target_year - first))
    if case.good(base):
        return "worse", -abs(ratio), False
    name = "on_track" if ratio >= 1 else "moderate" if ratio >= 0.5 else "limited" if ratio >= 0 else "worse"
    return name, ratio, ratio >= 1


@_rule
def unicef_aarr(case: Progress) -> Said | None:
    """Observed over required average annual rate of reduction, -100 ln(y2/y1)/(t2-t1), the latter from now (UNICEF)."""
    first, base, last, latest = case.points
    if not case.judgeable or min(base, latest, case.target) <= 0 or case.target_year <= last:
        return None
    observed = -100 * math.log(latest / base) / (last - first)
    required = -100 * math.log(case.target / latest) / (case.target_year - last)
    ratio = observed / required
    name = "on_track" if ratio >= 1 else "limited" if ratio >= 0 else "worse"
    return name, ratio, ratio >= 1


@partial(_rule, of_target=False)
def fingertips(case: Progress) -> Said | None:
    """Slope over the last five points, weighted by sampling variance: chi-square above 9.55, sign kept leaving one out.

    A test of the recent trend (OHID Fingertips): it says nothing about a target.
    """
    if case.variances is None or len(case.years) < 5 or not (np.asarray(case.variances)[-5:] > 0).all():
        return None
    t, y, w = (np.asarray(x, float)[-5:] for x in (case.years, case.values, case.variances))
    w = 1 / w

    def slope(keep: Years) -> tuple[float, float]:
        weight = w[keep] / w[keep].sum()
        middle = t[keep] - weight @ t[keep]
        spread = w[keep] @ middle**2
        return float(w[keep] @ (middle * y[keep]) / spread), float(1 / spread)

    every = np.arange(5)
    pace, variance = slope(every)
    kept = all(slope(np.delete(every, i))[0] * pace > 0 for i in every)
    chi = pace**2 / variance
    if chi <= 9.55 or not kept:
        return "no_trend", chi, None
    return "trend_better" if (pace < 0) == case.lower_is_better else "trend_worse", chi, None


@_rule
def escap(case: Progress) -> Said | None:
    """Anticipated gap to the target as a share of the required change: up to 10 %, up to 100 %, beyond (UN ESCAP).

    The value of the target year comes from a regression on the year in which later points weigh more, rising evenly
    from the first observed year; the technical notes of ESCAP leave the multiplier to the analyst.
    """
    first, base, _, _ = case.points
    years, values = np.asarray(case.years, float), np.asarray(case.values, float)
    if not case.judgeable or base == case.target or case.good(base):
        return None
    weight = (years - years[0] + 1) / (years[-1] - years[0] + 1)
    line = np.polyfit(years - first, values, 1, w=np.sqrt(weight))
    anticipated = float(np.polyval(line, case.target_year - first))
    gap = 0.0 if case.good(anticipated) else abs(case.target - anticipated) / abs(case.target - base)
    standstill = abs(gap - 1) < 1e-9
    name = "on_track" if gap <= 0.10 else "limited" if standstill else "moderate" if gap < 1 else "worse"
    return name, gap, gap <= 0.10


TITLES = {
    "open_sdg": Text("Open SDG（欧盟统计局）复合增长率法", "Open SDG, after Eurostat"),
    "un_chart": Text("联合国进展图法", "UN progress chart"),
    "german": Text("德国可持续发展指标法", "German national indicators"),
    "sdg_index": Text("SDG指数趋势法", "SDG Index trend"),
    "unicef_aarr": Text("联合国儿童基金会年均下降率法", "UNICEF AARR"),
    "fingertips": Text("英国Fingertips近期趋势检验", "OHID Fingertips recent trend"),
    "escap": Text("亚太经社会预期进展指数", "UN ESCAP anticipated progress"),
}
