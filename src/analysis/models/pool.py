"""Pools of models: quantiles averaged with fixed weights, under a name that says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.models.distribution import Distribution
from analysis.models.fitted import Fitted
from analysis.models.series import Array, Series

PREFIX = "pool:"


def pool_name(weights: Mapping[str, float]) -> str:
    """Return the name of a pool: `pool:trend_average=0.7,theta=0.3`."""
    return PREFIX + ",".join(f"{name}={weight:.3g}" for name, weight in weights.items() if weight > 0)


def pool_weights(name: str) -> dict[str, float]:
    """Return the weights in a pool's name, adding to one.

    Raises
    ------
    ValueError
        The name is no list of model=weight, or the weights are not positive.
    """
    parts = (part.split("=") for part in name.removeprefix(PREFIX).split(","))
    weights = {model.strip(): float(weight) for model, weight in parts}
    total = sum(weights.values())
    if min(weights.values()) <= 0 or not np.isfinite(total):
        raise ValueError(name)
    return {model: weight / total for model, weight in weights.items()}


def pooled(
    weights: Mapping[str, float],
    series: Sequence[Series],
    forecast: Callable[[str], Sequence[Distribution | Exception]],
) -> list[Distribution | Exception]:
    """Return the pool's distribution of each series; what one member cannot forecast, the pool cannot.

    Quantiles are averaged level by level (Vincent), which keeps the shape of the members where a mixture would
    widen it.

    References
    ----------
    Lichtendahl, Grushka-Cockayne, Winkler, "Is it better to average probabilities or quantiles?", Management
    Science 59 (2013).
    """
    made = {name: forecast(name) for name in weights}
    out: list[Distribution | Exception] = []
    for i in range(len(series)):
        members = [(weight, made[name][i]) for name, weight in weights.items()]
        problem = next((one for _, one in members if isinstance(one, Exception)), None)
        good = [(weight, one) for weight, one in members if isinstance(one, Distribution)]
        if problem is not None:
            out.append(problem)
            continue
        quantiles = np.sum([weight * one.quantiles for weight, one in good], axis=0)
        mean = np.sum([weight * one.mean for weight, one in good], axis=0)
        out.append(Distribution(good[0][1].years, quantiles, mean))
    return out


@dataclass(frozen=True)
class FittedPool:
    """The members of a pool fitted to one series."""

    weights: Mapping[str, float]
    series: Series
    members: Mapping[str, Fitted]
    fitted: Array | None = None  # a pool joins forecasts; members differ in what they have in sample

    @property
    def params(self) -> Mapping[str, float]:
        """Return the weights of the members, adding to one."""
        return self.weights

    def forecast(self, horizon: int) -> Distribution:
        """Return the pooled distribution for the `horizon` years after the last observed one."""
        made = pooled(self.weights, [self.series], lambda member: [self.members[member].forecast(horizon)])[0]
        assert isinstance(made, Distribution)  # a member that fails raises
        return made
