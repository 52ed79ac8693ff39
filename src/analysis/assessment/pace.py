"""The pace of a series: its forecast moved on the scale of its model; slopes of streets and of a larger area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from analysis.assessment.evidence import Evidence
from analysis.formats import SCALE
from analysis.models.series import Array, Series
from analysis.models.transforms import Scale, scale_of, to_model_scale
from analysis.plan import Indicator
from analysis.schema import MEDIAN

WINDOW, LEAST = 8, 4  # a slope is read from the last eight years, from four of them at least
_EDGE = 0.0005  # half of the last printed digit of a share, as in models.transforms


@dataclass(frozen=True)
class Path:
    """The forecast of one series on the scale of its model.

    Parameters
    ----------
    evidence : Evidence
        Observed years and stored quantiles, on the indicator's own scale.
    scale : Scale
        Log, logit or identity, as the model chose it.
    """

    evidence: Evidence
    scale: Scale

    @cached_property
    def years(self) -> list[int]:
        """Return the years forecast."""
        return [year for year in sorted(self.evidence.quantiles) if year > self.now]

    @property
    def now(self) -> int:
        """Return the last observed year."""
        return self.evidence.latest_year or 0

    @cached_property
    def middles(self) -> Array:
        """Return the medians of the forecast on the model's scale, shape (years,)."""
        return np.array([self._forward(self.evidence.quantiles[year])[MEDIAN] for year in self.years])

    @property
    def start(self) -> float:
        """Return the level now on the model's scale: the first median, one forecast step back.

        Not the last published value, which for a handful of events is chance; that value only where one year is ahead.
        """
        if len(self.middles) > 1:
            return float(2 * self.middles[0] - self.middles[1])
        return self.to(self.evidence.observed[self.now])

    def to(self, value: float) -> float:
        """Return one value on the model's scale."""
        return float(self._forward(np.array([value]))[0])

    def required(self, bound: float, year: int) -> float:
        """Return the yearly pace on the model's scale of the straight way from now to `bound` in `year`."""
        return (self.to(bound) - self.start) / (year - self.now)

    def reaches(self, bound: float, better: float) -> bool:
        """Return whether the level now is at a bound or beyond it; `better` is 1 where more is better, else -1."""
        return better * (self.start - self.to(bound)) >= -1e-9

    def at_limit(self, bound: float) -> bool:
        """Return whether a bound is a natural limit of the scale: 0 of a rate, 0 or 100 of a share.

        No straight way on the scale leads there: the logarithm (logit) of the limit is not finite.
        """
        if self.scale.kind == "logit":
            return not _EDGE < bound / self.scale.upper < 1 - _EDGE
        return self.scale.kind == "log" and bound <= 0

    def at_pace(self, pace: float) -> Evidence:
        """Return the evidence with the medians on a straight way of `pace` a year from now, the spread kept."""
        return self.moved({y: self.start + pace * (y - self.now) - m for y, m in self._medians()})

    def _medians(self) -> list[tuple[int, float]]:
        return [(year, float(middle)) for year, middle in zip(self.years, self.middles, strict=True)]

    def moved(self, shifts: Mapping[int, float]) -> Evidence:
        """Return the evidence with the forecast of each year moved by so much on the model's scale."""
        quantiles = {
            year: self.scale.inverse(self._forward(own) + shifts[year]) if shifts.get(year) else own
            for year, own in self.evidence.quantiles.items()
        }
        return replace(self.evidence, quantiles=quantiles)

    def shown(self, pace: float, year: int) -> float:
        """Return a pace as a reader knows it: % a year (AARC) for logarithms, points a year up to `year` for shares."""
        if self.scale.kind == "log":
            return 100.0 * pace
        ahead = year - self.now
        ends = self.scale.inverse(np.array([self.start, self.start + pace * ahead]))
        return float(np.diff(ends)[0] / ahead)

    def limit(self, better: float, year: int) -> float:
        """Return the fastest pace there is: to within half a printed digit of a bound of a share, else thousandfold."""
        if self.scale.kind == "logit":
            edge = better * np.log((1 - _EDGE) / _EDGE)
            return float(max(better * (edge - self.start) / (year - self.now), 0.0))
        if self.scale.kind == "log":
            return float(np.log(1000.0) / (year - self.now))
        spread = self.evidence.quantiles[year][-1] - self.evidence.quantiles[year][0]
        return float((100 * spread + abs(self.start)) / (year - self.now))

    def _forward(self, values: Array) -> Array:
        """Return values on the model's scale; unlike `Scale.forward`, a value near a bound comes back unchanged."""
        if self.scale.kind == "logit":
            share = np.clip(values / self.scale.upper, 1e-12, 1 - 1e-12)
            return np.asarray(np.log(share / (1 - share)))
        return self.scale.forward(values)


def path_of(evidence: Evidence, indicator: Indicator) -> Path | None:
    """Return the path of a series; None without a forecast, or where its median is zero (no pace can be told)."""
    if not evidence.observed or not evidence.quantiles:
        return None
    years = np.array(sorted(evidence.observed), dtype=np.int64)
    values = np.array([evidence.observed[year] for year in years.tolist()])
    people = np.array([evidence.counts.get(year, (0.0, np.nan))[1] for year in years.tolist()])
    path = Path(evidence, scale_of(Series("", years, values, people, indicator.unit, indicator.upper)))
    if not path.years or (path.scale.kind == "log" and path.middles.min() < -25):
        return None
    return path


@dataclass(frozen=True)
class Slope:
    """A yearly slope on the model's scale with the variance of its error."""

    value: float
    variance: float


def slope_of(series: Series) -> Slope | None:
    """Return the median slope of a series' last years; None below four of them.

    Special years are left out, as are years before the last change of definition. The error is that of a straight line
    through points whose noise is the known sampling variance, or the scatter around the line where that is larger.

    References
    ----------
    Sen, "Estimates of the regression coefficient based on Kendall's tau", JASA 63 (1968).
    """
    z, known = to_model_scale(series, scale_of(series))
    since = max((year for year in series.breaks if year <= series.origin), default=0)
    kept = (series.years > series.origin - WINDOW) & (series.years >= since) & ~np.isin(series.years, series.shocks)
    if kept.sum() < LEAST:
        return None
    years, z, known = series.years[kept].astype(float), z[kept], known[kept]
    first, second = np.triu_indices(len(years), 1)
    slope = float(np.median((z[second] - z[first]) / (years[second] - years[first])))
    left = z - slope * years
    scatter = float(((left - left.mean()) ** 2).sum() / (len(years) - 2))
    return Slope(slope, max(scatter, float(known.mean())) / float(((years - years.mean()) ** 2).sum()))


class Best(NamedTuple):
    """The sub-unit with the best slope.

    Parameters
    ----------
    code : str
    pace : float
        Its slope a year on the model's scale, shrunk for chance.
    weight : float
        Weight of its own data in it, 0 to 1.
    ahead : float
        Probability that its true slope is better than that of the second best.
    """

    code: str
    pace: float
    weight: float
    ahead: float


def best(slopes: Mapping[str, Slope], whole: float, better: float) -> Best | None:
    """Return the sub-unit with the best slope; None below three of them.

    The slopes are taken as drawn around that of the `whole` area; how far they truly differ is what their scatter has
    beyond their errors (DerSimonian-Laird). Each is pulled to the whole's by the share of chance in it, then the best
    is taken: the best of ten noisy slopes is mostly luck. A weight of 0 says that they differ by no more than chance.

    Parameters
    ----------
    slopes : mapping
        Slopes of the sub-units by code.
    whole : float
        Slope of the area itself.
    better : float
        1 where a rise is better, -1 where a fall is.

    References
    ----------
    DerSimonian, Laird, "Meta-analysis in clinical trials", Controlled Clinical Trials 7 (1986).
    """
    if len(slopes) < 3:
        return None
    values = np.array([one.value for one in slopes.values()])
    errors = np.maximum([one.variance for one in slopes.values()], 1e-12)
    weights = 1 / errors
    beyond = float(weights @ (values - whole) ** 2) - len(values)
    between = max(beyond / float(weights.sum()), 0.0)
    own = between / (between + errors)
    shrunk = whole + own * (values - whole)
    first, second = np.argsort(-better * shrunk, kind="stable")[:2]
    left = float(np.sqrt((own * errors)[[first, second]].sum()))  # what is still unknown of the two true slopes
    ahead = float(norm.cdf(abs(shrunk[first] - shrunk[second]) / left)) if left > 0 else 0.5
    return Best(list(slopes)[first], float(shrunk[first]), float(own[first]), ahead)


def enough_events(series: Series, least: float = 5.0) -> bool:
    """Return whether a series has five events a year on average (of a share: also five people without one)."""
    scale, people = SCALE.get(series.unit), series.known_denominators()
    if scale is None or not np.isfinite(people).any():
        return True
    events = np.nanmean(series.values / scale * people)
    others = np.nanmean(people) - events if series.upper is not None else np.inf
    return bool(min(events, others) >= least)


def shock_of(series: Series) -> float | None:
    """Return the mean departure of the declared special years from the series' other years, on the model's scale.

    The others are a straight line: median slope, median level, over the years of the definition the special ones were
    measured by. None without special years, below four others, or where the definition changed among the special ones.
    """
    z, _ = to_model_scale(series, scale_of(series))
    special = np.isin(series.years, series.shocks)
    if not special.any():
        return None
    first, last = series.years[special][[0, -1]]
    since = max((year for year in series.breaks if year <= first), default=0)
    until = min((year for year in series.breaks if year > first), default=np.inf)
    others = ~special & (series.years >= since) & (series.years < until)
    if until <= last or others.sum() < LEAST:
        return None
    years, rest = series.years[others].astype(float), z[others]
    one, two = np.triu_indices(len(years), 1)
    slope = float(np.median((rest[two] - rest[one]) / (years[two] - years[one])))
    level = float(np.median(rest - slope * years))
    return float((z[special] - level - slope * series.years[special]).mean())
