"""The scale a series is modelled on, so that no forecast leaves the range of the indicator.

Rates and amounts are modelled as logarithms, bounded percentages as logits, anything else as it is.
Known counts enter twice: years with few events are read around the rate of the years near them, and the sampling
variance of the count or proportion is handed to the model (delta method).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.formats import SCALE, base_unit
from analysis.models.series import Array, Series
from analysis.models.small_counts import few_events, window_sum

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
    if smallest < 0:  # a growth rate, a balance: neither a share nor a count
        return "identity"
    if unit == "percent" and bounded:
        return "logit"
    return "log" if base_unit(unit) in _POSITIVE_UNITS or unit == "percent" else "identity"


def to_model_scale(series: Series, scale: Scale) -> tuple[Array, Array]:
    """Return the series on `scale` and the sampling variance of each point, both shape (n,).

    The variance is that of a Poisson count (log) or a binomial share (logit) around the pooled
    rate of the neighbouring years, not around the noisy single year; zero where no denominator is known.
    Years with few events, or few people without one, are read around that rate too (`models.small_counts`).
    """
    per = SCALE.get(series.unit)
    people = series.known_denominators()
    known = np.isfinite(people) & (people > 0)
    if per is None or scale.kind == "identity" or not known.any():
        return scale.forward(series.values), np.zeros(len(series))
    among = np.where(known, people, 0.0)
    events = np.where(known, series.values / per * among, 0.0)
    if scale.kind == "log":
        few, response, chance = few_events(events, among, share=False)
        z, variance = _many_events(series.values, events, among, per, scale)
        return np.where(few, response + np.log(per), z), np.where(few, chance, variance)
    z, variance = _many_covered(series.values, events, among, scale)
    if scale.upper == per:
        for sign, count in ((1.0, events), (-1.0, among - events)):
            few, response, chance = few_events(np.maximum(count, 0.0), among, share=True)
            z, variance = np.where(few, sign * response, z), np.where(few, chance, variance)
    return z, variance


def _many_events(values: Array, events: Array, people: Array, per: float, scale: Scale) -> tuple[Array, Array]:
    known = people > 0
    expected = np.where(known, _pooled(events, people) * people, np.inf)
    moved = np.where(known & (events < 0.5), 0.5 / np.where(known, people, 1.0) * per, values)
    return scale.forward(moved), 1.0 / expected


def _many_covered(values: Array, events: Array, people: Array, scale: Scale) -> tuple[Array, Array]:
    known, pooled, bound = people > 0, _pooled(events, people), scale.upper / 100.0
    half = 0.5 / (people + 1)
    inward = np.clip(values / 100.0, half, bound - half)
    information = np.maximum(pooled * people * np.clip(1 - pooled, 1e-4, 1), 0.25)
    return scale.forward(np.where(known, inward * 100.0, values)), np.where(known, 1.0 / information, 0.0)


def _pooled(events: Array, people: Array) -> Array:
    """Return the rate of each year and its two neighbours on either side."""
    return np.asarray((window_sum(events, 2) + 0.5) / (window_sum(people, 2) + 1.0))
