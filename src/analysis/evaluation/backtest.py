"""Rolling-origin backtest: forecast from where the past stood, and score against what came.

Every series is cut at its own end: the last `horizon` years are held out, then one year more, and so on. A model
that learns from a batch learns from that origin's training parts only. All models are scored on the same windows;
windows that one of them cannot forecast are left out for all, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis.evaluation.scores import scale_of_changes
from analysis.models import Series, forecast
from analysis.models.distribution import LEVELS
from analysis.models.series import Array

YARDSTICKS = ("random_walk", "drift", "damped_trend", "theta", "loglinear")
SHORTEST = 6  # training years; fewer tell neither a trend nor its spread
HARDNESS = (-1.0, 0.0, 0.5, 1.0, 2.0)  # targets, in usual yearly changes times the square root of the horizon


@dataclass(frozen=True)
class Window:
    """The training part of a series and what was observed after it.

    `observed` has shape (horizon,), NaN where nothing was observed; `lower_is_better` is None where the file
    names no direction; `scale` is the mean absolute yearly change of the training part.
    """

    series: Series
    observed: Array
    indicator: str
    lower_is_better: bool | None
    scale: float

    def targets(self) -> Iterator[float]:
        """Yield targets from easy to hard that the indicator's scale allows; NaN for one that it does not."""
        last = float(self.series.values[-1])
        sign = 0 if self.lower_is_better is None else -1 if self.lower_is_better else 1
        for hardness in HARDNESS:
            target = last + sign * hardness * self.scale * np.sqrt(len(self.observed))
            inside = self.series.unit == "other" or target > 0
            below = self.series.upper is None or target < self.series.upper
            yield target if sign and inside and below else float("nan")


@dataclass(frozen=True)
class Backtest:
    """Windows and every model's quantiles of them.

    `quantiles` has shape (n, horizon, 23) for each model; `left_out` counts the windows a model could not forecast.
    """

    windows: Sequence[Window]
    quantiles: Mapping[str, Array]
    left_out: Mapping[str, int]

    @property
    def observed(self) -> Array:
        """Return what was observed, shape (n, horizon)."""
        return np.array([one.observed for one in self.windows])

    @property
    def scales(self) -> Array:
        """Return the scale of each window's errors, shape (n,)."""
        return np.array([one.scale for one in self.windows])

    @property
    def indicators(self) -> np.ndarray:
        """Return each window's indicator, shape (n,)."""
        return np.array([one.indicator for one in self.windows])


def windows(
    series: Sequence[Series], about: Mapping[str, tuple[str, str]], horizon: int, origins: int
) -> list[list[Window]]:
    """Return the windows of each origin, the latest origin first.

    Parameters
    ----------
    series : sequence of Series
    about : mapping
        Indicator and direction (empty where unknown) of each series id.
    horizon : int
        Years held out.
    origins : int
        Origins, one year apart.
    """
    out = []
    for back in range(origins):
        made = [one for s in series if (one := _cut(s, *about[s.name], horizon, back)) is not None]
        out.append(made)
    return out


def _cut(series: Series, indicator: str, direction: str, horizon: int, back: int) -> Window | None:
    if len(series) < 2:
        return None
    origin = series.origin - horizon - back
    past = series.years <= origin
    if past.sum() < SHORTEST or len(np.unique(series.values[past])) < 4:
        return None
    train = replace(
        series,
        years=series.years[past],
        values=series.values[past],
        denominators=series.known_denominators()[past],
    )
    at = dict(zip(series.years.tolist(), series.values.tolist(), strict=True))
    observed = np.array([at.get(int(year), np.nan) for year in train.ahead(horizon)])
    if np.isnan(observed).all():
        return None
    lower = {"lower_is_better": True, "higher_is_better": False}.get(direction)
    return Window(train, observed, indicator, lower, scale_of_changes(train.values))


def run_backtest(
    origins: Sequence[Sequence[Window]], models: Sequence[str], progress: Callable[[int], None] = lambda n: None
) -> Backtest:
    """Forecast every window with every model.

    Parameters
    ----------
    origins : windows of each origin
    models : names of models, each once
    progress : callable
        Told how many more forecasts are done.
    """
    kept: list[Window] = []
    found: dict[str, list[Array]] = {name: [] for name in models}
    left_out = dict.fromkeys(models, 0)
    for group in origins:
        if not group:
            continue
        horizon = len(group[0].observed)
        made = {name: _quantiles(group, name, horizon, progress) for name in models}
        for name, own in made.items():
            left_out[name] += sum(one.series.name not in own for one in group)
        for one in group:
            if all(one.series.name in own for own in made.values()):
                kept.append(one)
                for name, own in made.items():
                    found[name].append(own[one.series.name])
    return Backtest(kept, {name: np.array(rows) for name, rows in found.items()}, left_out)


def _quantiles(group: Sequence[Window], name: str, horizon: int, progress: Callable[[int], None]) -> dict[str, Array]:
    """Return each series' quantiles, shape (horizon, 23); series that could not be forecast are missing."""
    table, _ = forecast([one.series for one in group], horizon=horizon, model_name=name, progress=progress)
    rows = table[table["output_type"] == "quantile"]
    values = rows["value"].to_numpy(float).reshape(-1, horizon, len(LEVELS))
    return dict(zip(rows["series_id"].to_numpy()[:: horizon * len(LEVELS)], values, strict=True))
