"""The scale a series is modelled on, so that no forecast leaves the range of the indicator.

Rates and amounts are modelled as logarithms, bounded percentages as logits, anything else as it is.
Known counts enter twice: a zero (or a total) is moved inwards by half an event, and the sampling
variance of the count or proportion is handed to the model (delta method).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.formats import SCALE, base_unit
from analysis.models.series import Array, Series

_POSITIVE_UNITS = frozenset({"per_1000", "per_10000", "per_100000", "ratio", "yuan", "count"})
_EDGE = 0.0005  # half of the last printed digit of a percentage: 0 % and 100 % are never certain


@dataclass(frozen=True)
class Scale:
    """A monotone scale with its inverse.

    `kind` is identity, log or logit; `upper` is the bound of a logit; `offset` is added before a
    logarithm where zeros were seen without a count.
    """

    kind: str
    upper: float = 100.0
    offset: float = 0.0

    def forward(self, values: Array) -> Array:
        """Return `values` on the model's scale; values at a bound are moved half a digit inwards."""
        if self.kind == "log":
            return np.log(np.maximum(values + self.offset, 1e-12))
        if self.kind == "logit":
            share = np.clip(values / self.upper, _EDGE, 1 - _EDGE)
            return np.log(share / (1 - share))
        return np.asarray(values, float)

    def inverse(self, z: Array) -> Array:
        """Return values on the indicator's own scale, inside its bounds."""
        if self.kind == "log":
            return np.maximum(np.exp(np.minimum(z, 50.0)) - self.offset, 0.0)
        if self.kind == "logit":
            return self.upper / (1 + np.exp(-np.clip(z, -50, 50)))
        return np.asarray(z, float)


def scale_of(series: Series) -> Scale:
    """Return the scale `series` is modelled on."""
    kind = scale_kind(series.unit, series.upper is not None, float(series.values.min(initial=np.inf)))
    if kind == "logit":
        assert series.upper is not None
        return Scale(kind, upper=series.upper)
    if kind == "log":
        smallest = series.values[series.values > 0].min(initial=np.inf)
        with_count = np.isfinite(series.known_denominators()).all()
        needs_offset = (series.values <= 0).any() and not with_count
        return Scale(kind, offset=0.5 * smallest if needs_offset and np.isfinite(smallest) else 1.0 * needs_offset)
    return Scale(kind)


def scale_kind(unit: str, bounded: bool, smallest: float) -> str:
    """Return identity, log or logit: the scale of a series of this unit, bounded or not, with this smallest value."""
    if unit == "percent" and bounded:
        return "logit"
    return "log" if base_unit(unit) in _POSITIVE_UNITS or (unit == "percent" and smallest > 0) else "identity"


def to_model_scale(series: Series, scale: Scale) -> tuple[Array, Array]:
    """Return the series on `scale` and the sampling variance of each point, both shape (n,).

    The variance is that of a Poisson count (log) or a binomial share (logit) around the pooled
    rate of the neighbouring years, not around the noisy single year; zero where no denominator is known.
    """
    per = SCALE.get(series.unit)
    people = series.known_denominators()
    known = np.isfinite(people) & (people > 0)
    if per is None or scale.kind == "identity" or not known.any():
        return scale.forward(series.values), np.zeros(len(series))
    share = np.where(known, series.values / per, np.nan)
    events = np.where(known, share * people, 0.0)
    pooled = (_pool(events) + 0.5) / (_pool(np.where(known, people, 0.0)) + 1.0)
    expected = np.where(known, pooled * people, np.inf)
    if scale.kind == "log":
        moved = np.where(known & (events < 0.5), 0.5 / np.where(known, people, 1.0) * per, series.values)
        return scale.forward(moved), 1.0 / expected
    bound = scale.upper / 100.0
    inward = np.clip(share, 0.5 / np.where(known, people + 1, 1.0), bound - 0.5 / np.where(known, people + 1, 1.0))
    values = np.where(known, inward * per, series.values)
    variance = np.where(known, 1.0 / np.maximum(expected * np.clip(1 - pooled, 1e-4, 1), 0.25), 0.0)
    return scale.forward(values), variance


def _pool(x: Array) -> Array:
    """Return the sum over each point and its two neighbours on either side."""
    padded = np.concatenate([[0.0, 0.0], x, [0.0, 0.0]])
    return np.convolve(padded, np.ones(5), mode="valid")
