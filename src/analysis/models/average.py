"""The default model: the damped local trend averaged over its parameters, whose weights are learnt from the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from analysis.formats import SCALE
from analysis.models.distribution import LEVELS, Distribution
from analysis.models.grid import POINTS, Grid, parameter_grid, prior
from analysis.models.learning import learn, posterior
from analysis.models.mixture import mixture_quantiles
from analysis.models.panel import TYPICAL, build_panel, scales_of
from analysis.models.sampling import EQUAL, observed_quantiles
from analysis.models.series import Array, Series
from analysis.models.small_counts import Flags, gamma_shaped
from analysis.models.tails import ceilings, drawn_in, reach_of
from analysis.models.transforms import Scale
from analysis.models.trend import Filtered, Panel, filter_grid

Of = Literal["observed", "underlying"]
_TEACHERS = 400  # series a group's weights are learnt from, evenly spaced by name: more change no printed digit
_STRENGTH_ALL, _STRENGTH_GROUP = 5.0, 10.0  # series that the prior, and the whole batch, weigh as much as
_CHUNK = 24  # series filtered at once: what fits the processor's cache
_NEGLIGIBLE = 2e-4  # grid points that together hold less than this share of the weights are left out


@dataclass(frozen=True)
class Learnt:
    """Weights of the grid for each group of series (unit and scale), shape (k,), and how many taught them.

    A group never seen has the prior weights (`models.grid.prior`).
    """

    weights: Mapping[str, Array] = field(default_factory=dict)
    teachers: Mapping[str, int] = field(default_factory=dict)

    def of(self, group: str) -> Array:
        """Return a group's weights."""
        return self.weights.get(group, prior(_relative(group)))


@dataclass(frozen=True)
class AveragedTrend:
    """`trend_average`: the model of `models.trend`, averaged over the grid of `models.grid`.

    `of` says what is forecast: what will be *observed* (chance in counts and passing noise are in it), or the
    *underlying* rate.
    """

    of: Of = "observed"

    @property
    def name(self) -> str:
        """Return the name in the forecasts table; that of the underlying rate says so."""
        return "trend_average" if self.of == "observed" else "trend_average_underlying"

    def learn(self, series: Sequence[Series]) -> Learnt:
        """Learn the grid's weights from the series to be forecast (empirical Bayes).

        First from all on a logarithmic or logit scale together, then from each unit by itself, with what all
        said as its prior. Only observed years are used; the order of the series does not matter.
        """
        groups = {group: [series[i] for i in members] for group, members in _groups(series).items()}
        likelihood = {group: rows for group, own in groups.items() if len(rows := batch_likelihood(own))}
        weights: dict[str, Array] = {}
        for relative in (False, True):
            kin = {group: rows for group, rows in likelihood.items() if _relative(group) == relative}
            if kin:
                common = learn(np.concatenate(list(kin.values())), prior(relative), _STRENGTH_ALL)
                weights |= {group: learn(rows, common, _STRENGTH_GROUP) for group, rows in kin.items()}
        return Learnt(weights, {group: len(rows) for group, rows in likelihood.items()})

    def forecast_many(
        self, series: Sequence[Series], horizon: int, learnt: Learnt, progress: Callable[[int], None] = lambda n: None
    ) -> list[Distribution]:
        """Return the distribution of each series for the `horizon` years after its last observed one.

        Parameters
        ----------
        series : sequence of Series
            Two or more observed years each.
        horizon : int
        learnt : Learnt
        progress : callable
            Told how many more series are done.
        """
        out: list[Distribution | None] = [None] * len(series)
        for group, members in _groups(series).items():
            grid, weights = _kept(parameter_grid(), learnt.of(group))
            own = [series[i] for i in members]
            scales = scales_of(own)
            for rows, part in _chunks(build_panel(own, scales)):
                filtered = filter_grid(part, grid, horizon)
                some = [own[i] for i in rows]
                made = self._distributions(some, [scales[i] for i in rows], part, filtered, weights, horizon)
                for i, distribution in zip(rows, made, strict=True):
                    out[members[i]] = distribution
                progress(len(rows))
        return [one for one in out if one is not None]

    def fit(self, series: Series, learnt: Learnt | None = None) -> FittedAverage:
        """Return the model of one series by itself, with weights learnt before or from this series alone."""
        return FittedAverage(self, series, self.learn([series]) if learnt is None else learnt)

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the distribution of one series by itself."""
        return self.fit(series).forecast(horizon)

    def borrowed(self, series: Series, learnt: Learnt) -> float:
        """Return the weight of the parent's level in the level of `series`, 0 to 1."""
        filtered, weights = _weighted(series, learnt)
        return float((weights * filtered.borrowed).sum())

    def _distributions(
        self,
        series: Sequence[Series],
        scales: Sequence[Scale],
        panel: Panel,
        filtered: Filtered,
        weights: Array,
        horizon: int,
    ) -> list[Distribution]:
        own = posterior(filtered.log_likelihood, weights)
        seen = self.of == "observed"
        variances = filtered.variances + filtered.passing if seen else filtered.variances
        levels = np.concatenate([LEVELS, EQUAL])
        on_scale = mixture_quantiles(filtered.means, variances, own, levels)
        counted = panel.variance[:, -1] > 0
        total = np.einsum("hnk,nk->nh", variances, own)
        on_scale = _shaped(on_scale, counted, (own * filtered.now).sum(axis=1), total, scales[0].kind == "logit")
        on_scale = drawn_in(on_scale, reach_of(panel, TYPICAL.get(scales[0].kind, 1.0), horizon))
        values = np.array([scale.inverse(row) for scale, row in zip(scales, on_scale, strict=True)])
        highest = ceilings(series)[:, None, None]
        values = np.minimum(values, highest)
        quantiles, points = values[..., : len(LEVELS)], values[..., len(LEVELS) :]
        people = np.array([one.people_ahead(horizon) for one in series])
        drawn = np.flatnonzero(seen & np.isfinite(people).all(axis=1) & counted)
        if len(drawn):
            per, bounded = SCALE[series[0].unit], scales[0].kind == "logit"
            rates = points[drawn].reshape(-1, len(EQUAL)) / per
            chance = observed_quantiles(rates, people[drawn].ravel(), bounded, LEVELS) * per
            quantiles[drawn] = chance.reshape(len(drawn), horizon, -1)
        quantiles = np.minimum(quantiles, highest)
        years = [one.ahead(horizon) for one in series]
        return [Distribution(y, q, p.mean(axis=1)) for y, q, p in zip(years, quantiles, points, strict=True)]


@dataclass(frozen=True)
class FittedAverage:
    """The averaged trend with the weights that one series, and the batch before it, give to the grid."""

    trend: AveragedTrend
    series: Series
    learnt: Learnt
    fitted: Array | None = None  # the filter keeps what lies ahead, not what it expected of the years behind

    @property
    def params(self) -> Mapping[str, float]:
        """Return the means of the grid's parameters under the series' own weights."""
        _, weights = _weighted(self.series, self.learnt)
        grid = parameter_grid()
        return {name: float(weights[0] @ getattr(grid, name)) for name in grid.__dataclass_fields__}

    def forecast(self, horizon: int) -> Distribution:
        """Return the distribution for the `horizon` years after the last observed one."""
        return self.trend.forecast_many([self.series], horizon, self.learnt)[0]


def _weighted(series: Series, learnt: Learnt) -> tuple[Filtered, Array]:
    """Return one series filtered at every grid point, and its weights of them, shape (1, k)."""
    filtered = filter_grid(build_panel([series], scales_of([series])), parameter_grid(), 0)
    return filtered, posterior(filtered.log_likelihood, learnt.of(_group(series)))


def _shaped(on_scale: Array, counted: Flags, now: Array, total: Array, share: bool) -> Array:
    """Return the quantiles with the shape that few events, or few people without one, give to the level."""
    levels = np.concatenate([LEVELS, EQUAL])
    out = on_scale.copy()
    high = share & (on_scale[:, 0, : len(LEVELS)].mean(axis=1) > 0)
    for few, sign, at in ((counted & ~high, 1.0, levels), (counted & high, -1.0, 1 - levels)):
        if few.any():
            made = sign * gamma_shaped(sign * on_scale[few], now[few], total[few], at)
            for part in (slice(len(LEVELS)), slice(len(LEVELS), None)):
                out[few, :, part] = np.maximum.accumulate(made[..., part], axis=2)
    return out


def _group(series: Series) -> str:
    return group_name(series.unit, scales_of([series])[0].kind)


def _groups(series: Sequence[Series]) -> dict[str, list[int]]:
    """Return the positions of the series of each group, groups by name."""
    out: dict[str, list[int]] = {}
    for i, one in enumerate(series):
        out.setdefault(_group(one), []).append(i)
    return dict(sorted(out.items()))


def _relative(group: str) -> bool:
    """Return whether the yearly step of a group is relative to each series' own."""
    return group.endswith("/identity")


def batch_likelihood(series: Sequence[Series]) -> Array:
    """Return the log-likelihoods, shape (n, k), of the series that teach: three years or more, evenly by name."""
    able = sorted((one for one in series if len(one) > 2), key=lambda one: one.name)
    if not able:
        return np.empty((0, POINTS))
    few = [able[i] for i in teachers(len(able))]
    panel = build_panel(few, scales_of(few))
    return np.concatenate([filter_grid(part, parameter_grid(), 0).log_likelihood for _, part in _chunks(panel)])


def teachers(able: int) -> np.ndarray:
    """Return the positions of the series that teach, among `able` of one group in order of name."""
    return np.unique(np.linspace(0, able - 1, _TEACHERS).astype(int))


def group_name(unit: str, kind: str) -> str:
    """Return the group of series that are learnt from together: those of one unit on one scale."""
    return f"{unit}/{kind}"


def _kept(grid: Grid, weights: Array) -> tuple[Grid, Array]:
    order = np.argsort(weights)
    kept = np.sort(order[np.cumsum(weights[order]) > _NEGLIGIBLE])
    return grid.take(kept), weights[kept] / weights[kept].sum()


def _chunks(panel: Panel) -> Iterator[tuple[np.ndarray, Panel]]:
    """Yield positions and panels of a few series at a time, series of equal length together."""
    order = np.argsort(np.isfinite(panel.z).argmax(axis=1), kind="stable")
    for start in range(0, len(order), _CHUNK):
        rows = order[start : start + _CHUNK]
        yield rows, panel.rows(rows)
