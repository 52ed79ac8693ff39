"""Few events: what 0, 1 or 2 of them say about a rate, and the shape of what is then not known.

A bell curve around the logarithm of each year's own rate reads a year without an event as half an event, and does so
every year. Here such a year is read around the rate of the years near it, to which half an event is added *once*.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc, gammaincinv, ndtri
from scipy.stats import t as student_t

from analysis.models.mixture import FREEDOM
from analysis.models.series import Array

Flags = NDArray[np.bool_]

FEW = 5.0  # expected events a year below which a year is read around the pooled rate
DRAWN = 5.0  # expected events up to which a count is drawn as Poisson, from twice as many on the square root scale
_ENOUGH = 5.0  # events that a pooled rate should rest on
_HALF = 0.5  # events that the prior is worth (Jeffreys), once in all the pooled years
_BELL = 20.0  # events from which what is not known of a level is a bell curve on the log scale
_STEPS = np.linspace(0, 1, 49) ** 2


def pooled_rate(events: Array, people: Array) -> tuple[Array, Array]:
    """Return the rate around each year, and the share of it that is the prior's half event, both shape (n,).

    Two years on either side are pooled, then 4, 8 and so on until five events stand behind the rate or all years do.

    Parameters
    ----------
    events, people : float arrays, shape (n,)
        Events and denominators a year; both 0 where unknown.
    """
    reach, rate, half = 2, np.zeros(len(events)), np.zeros(len(events))
    waiting = np.ones(len(events), bool)
    while waiting.any():
        seen, among = window_sum(events, reach), window_sum(people, reach) + 1.0
        ready = waiting & ((seen >= _ENOUGH) | (reach >= len(events) - 1))
        rate[ready], half[ready] = ((seen + _HALF) / among)[ready], (_HALF / among)[ready]
        waiting &= ~ready
        reach *= 2
    return rate, half


def window_sum(x: Array, reach: int) -> Array:
    """Return the sum over each point and its `reach` neighbours on either side."""
    total, at = np.concatenate([[0.0], np.cumsum(x)]), np.arange(len(x))
    return np.asarray(total[np.minimum(at + reach + 1, len(x))] - total[np.maximum(at - reach, 0)])


def few_events(events: Array, people: Array, share: bool) -> tuple[Flags, Array, Array]:
    """Return which years have few events, and their working response and its variance on the log or logit scale.

    The working response is the pooled rate's logarithm (logit) plus the relative distance of the year from it: the
    normal likelihood with the same slope and curvature as the exact one at the pooled rate. Its mean over years of one
    rate is that rate, half an event added once.

    Parameters
    ----------
    events, people : float arrays, shape (n,)
        Both 0 where unknown.
    share : bool
        Binomial on the logit scale, else Poisson on the log scale (events per person).

    Returns
    -------
    few : boolean array, shape (n,)
    response, variance : float arrays, shape (n,); of use where `few`

    References
    ----------
    McCullagh, Nelder, Generalized Linear Models (1989), section 2.5; Jeffreys, Theory of Probability (1961).
    """
    rate, half = pooled_rate(events, people)
    expected = rate * people
    few = (people > 0) & (expected < FEW) & ((rate < 0.5) | (not share))
    safe, other = np.where(few, expected, 1.0), np.where(few & share, 1 - rate, 1.0)
    away = (events + half * people - expected) / safe
    return few, np.log(np.where(few, rate, 1.0) / other) + away / other, 1.0 / (safe * other)


def gamma_shaped(on_scale: Array, variance: Array, total: Array, levels: Array) -> Array:
    """Return quantiles of a log rate whose level rests on few events: skewed as the logarithm of a gamma variable is.

    `1 / variance` events stand behind the level; a Student curve of that variance is exchanged for the log-gamma one of
    as many events, in the share that the level has in the forecast's variance (third cumulants add). From 20 events
    on nothing is exchanged.

    Parameters
    ----------
    on_scale : float array, shape (n, horizon, q)
        Quantiles on the log scale, rare events low.
    variance : float array, shape (n,)
        Of the level in the last observed year.
    total : float array, shape (n, horizon)
    levels : float array, shape (q,)

    References
    ----------
    West, Harrison, Migon, "Dynamic generalized linear models and Bayesian forecasting", JASA 80 (1985).
    """
    events = 1.0 / np.maximum(variance, 1e-9)[:, None]
    exchanged = np.zeros((len(events), len(levels)))
    some = events[:, 0] < _BELL
    if some.any():
        few = events[some]
        gamma = np.log(np.maximum(gammaincinv(few, levels), 1e-300) / few)
        exchanged[some] = (gamma - _student(levels.tobytes()) / np.sqrt(few)) * (1 - few / _BELL)
    return np.asarray(on_scale + np.minimum(variance[:, None] / total, 1.0)[:, :, None] * exchanged[:, None, :])


@cache
def _student(levels: bytes) -> Array:
    return np.asarray(student_t.ppf(np.frombuffer(levels), FREEDOM))


def poisson_quantiles(expected: Array, levels: Array) -> Array:
    """Return quantiles of counts, given equally probable points of their expectation; exact, but for the joining.

    The Poisson distribution is joined to a smooth one through its values half way between two counts; what lies
    below a half event is 0.

    Parameters
    ----------
    expected : float array, shape (n, points), increasing
    levels : float array, shape (q,)

    Returns
    -------
    float array, shape (n, q), events
    """
    most = expected[:, -1:]
    at = (most + 6 * np.sqrt(most) + 6) * _STEPS
    p = gammaincc(at[:, :, None] + 0.5, expected[:, None, :]).mean(axis=2)
    scores, wanted = ndtri(np.clip(p, 1e-9, 1 - 1e-9)), ndtri(levels)
    drawn = [np.interp(wanted, row, x) for row, x in zip(scores, at, strict=True)]
    return np.array(drawn).reshape(len(expected), len(levels))
