"""Synthetic control: the area beside a weighted mean of others that moved as it did before the start."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from analysis.effects.minimum import few_donors
from analysis.effects.panel import complete, with_values
from analysis.effects.result import Check, Effect, not_judged
from analysis.exceptions import Text

DESIGN = "synthetic_control"
FIT = 2.0  # times the donors' own median misfit before the start
HEAVY = 0.01
PLACEBO = 0.10


@dataclass(frozen=True)
class Synthetic:
    """An effect with what charts show.

    `weights` of the donors; `observed` and `synthetic` by year; `placebos`: one row a donor, the gap to its own
    synthetic control by year; `in_time`: the synthetic control fitted as if the measure had begun earlier (empty where
    there are too few years), `placebo_start` that year; `rank` and `rank_of`: place of the area by the ratio of misfit
    after to misfit before.
    """

    effect: Effect
    weights: pd.Series
    observed: pd.Series
    synthetic: pd.Series
    placebos: pd.DataFrame
    in_time: pd.Series
    placebo_start: int | None
    rank: int
    rank_of: int


def simplex_weights(donors: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return weights of at least zero that add to one and bring `donors.T @ weights` nearest to `target`.

    Parameters
    ----------
    donors : array, shape (n donors, n years)
    target : array, shape (n years,)

    Notes
    -----
    One call of non-negative least squares: with D the donors less the target, the least of |D'w|² + (1'w - 1)² over
    w >= 0 is a multiple of the point of the simplex nearest to the target, whatever the scale (Lawson, Hanson, *Solving
    Least Squares Problems* (1974), problem LDP).
    """
    away = (donors - target).T
    scale = float(np.abs(away).max()) or 1.0
    found, _ = nnls(np.vstack([away / scale, np.ones(len(donors))]), np.append(np.zeros(len(target)), 1.0))
    return np.asarray(found / found.sum())


def synthetic_control(panel: pd.DataFrame, treated: str, start: int) -> Synthetic:
    """Return the effect of a measure taken in one area, against a synthetic control of the others.

    Parameters
    ----------
    panel : DataFrame
        One row an area, one column a year, values in one unit.
    treated : str
        The area with the measure; every other row is a donor.
    start : int
        First year under the measure.

    Returns
    -------
    Synthetic
        Weights are fitted on the values before the start alone. p and interval come from the placebos in space: the
        mean gap since the start over the misfit before it, ranked among the donors' own. With fewer than 19 donors no
        rank reaches 5 %: the interval stays open, and the grade weak.

    References
    ----------
    Abadie, Diamond, Hainmueller, JASA 105 (2010): weights, placebos in space and time. Firpo, Possebom, J. Causal
    Inference 6 (2018): interval by inverting the placebo test. Arkhangelsky et al., AER 111 (2021), for the variant
    fitted on outcomes alone.
    """
    if not with_values(panel, [treated]):
        none = Text("实施地区没有该指标的数据", "the area with the measure has no data on the indicator")
        return _nothing(panel.iloc[:0], treated, 0, 0, none)
    usable = complete(panel, [treated])
    years = usable.columns.to_numpy(int)
    since = years >= start
    before, after = int((~since).sum()), int(since.sum())
    lacking = few_donors(len(usable) - 1, before, after)
    if lacking is not None:
        return _nothing(usable, treated, before, after, lacking)
    y = usable.loc[treated].to_numpy(float)
    others = usable.drop(index=treated)
    donors = others.to_numpy(float)
    weights = simplex_weights(donors[:, ~since], y[~since])
    gap = y - weights @ donors
    spaces = _spaces(np.vstack([y, donors]), since)
    stat, stats = _stat(gap, since), np.array([_stat(one, since) for one in spaces])
    middle = float(gap[since].mean())
    p = float((1 + (stats >= stat - 1e-12).sum()) / (1 + len(stats)))
    half = _half(stats, _misfit(gap[~since]))
    earlier, check = _in_time(y, donors, years[~since], after)
    checks = (_ranks(len(stats)), _fit_check(gap, spaces, since), check, _one_donor(y, donors, weights, since, middle))
    effect = Effect(DESIGN, "difference", middle, middle - half, middle + half, p, before, after, checks)
    ratios = [_misfit(one[since]) / _misfit(one[~since]) for one in (gap, *spaces)]
    return Synthetic(
        effect.graded(),
        pd.Series(weights, index=others.index),
        pd.Series(y, index=years),
        pd.Series(weights @ donors, index=years),
        pd.DataFrame(spaces, index=others.index, columns=years),
        pd.Series(earlier[1], index=years[~since]) if earlier else pd.Series(dtype=float),
        earlier[0] if earlier else None,
        1 + sum(one > ratios[0] for one in ratios[1:]),
        len(ratios),
    )


def _nothing(usable: pd.DataFrame, treated: str, before: int, after: int, lacking: Text) -> Synthetic:
    own = usable[usable.index == treated].sum()
    effect = not_judged(DESIGN, "difference", before, after, lacking)
    empty = pd.Series(dtype=float)
    return Synthetic(effect, empty, own, empty, pd.DataFrame(), empty, None, 0, 0)


def _misfit(gap: np.ndarray) -> float:
    return math.sqrt(float((gap**2).mean()))


def _stat(gap: np.ndarray, since: np.ndarray) -> float:
    """Return the mean gap since the start over the misfit before it."""
    misfit = _misfit(gap[~since])
    return float(abs(gap[since].mean()) / misfit) if misfit > 0 else math.inf


def _spaces(everyone: np.ndarray, since: np.ndarray) -> np.ndarray:
    """Return each donor's gap to a synthetic control of all others, the area with the measure left out."""
    donors, out = everyone[1:], []
    for k in range(len(donors)):
        rest = np.delete(donors, k, axis=0)
        out.append(donors[k] - simplex_weights(rest[:, ~since], donors[k, ~since]) @ rest)
    return np.array(out)


def _half(stats: np.ndarray, misfit: float) -> float:
    """Return half the interval: the effects that the placebo test at 5 % would not reject lie within it."""
    allowed = math.ceil(0.05 * (1 + len(stats))) - 1  # placebos at least as large while p stays below 5 %
    if allowed < 1 and 1 / (1 + len(stats)) > 0.05:
        return math.inf
    ordered = np.sort(stats)[::-1]
    return float(ordered[min(allowed, len(ordered) - 1)] * misfit)


def _ranks(donors: int) -> Check:
    """Return whether a rank among the placebos in space can reach 5 % at all."""
    if 1 / (1 + donors) <= 0.05:
        return Check("placebo_in_space", True, Text("空间安慰剂检验可达5%", "the placebos in space can reach 5%"))
    said = Text(
        f"对照地区只有{donors}个，空间安慰剂检验达不到5%（需要19个）",
        f"with {donors} donors the placebos in space cannot reach 5% (19 are needed)",
    )
    return Check("placebo_in_space", None, said)


def _fit_check(gap: np.ndarray, spaces: np.ndarray, since: np.ndarray) -> Check:
    usual = float(np.median([_misfit(one[~since]) for one in spaces]))
    if _misfit(gap[~since]) <= FIT * usual:
        return Check("fit_before", True, Text("实施前拟合良好", "the fit before the start is good"))
    said = Text("实施前拟合不好，对照地区不足以代表", "the fit before is poor: the others do not resemble the area")
    return Check("fit_before", False, said)


def _in_time(
    y: np.ndarray, donors: np.ndarray, years: np.ndarray, after: int
) -> tuple[tuple[int, np.ndarray] | None, Check]:
    """Return the placebo in time: years before the start alone, as if the measure had begun earlier."""
    back = max(3, min(after, len(years) // 3))
    cut = len(years) - back
    if cut < 5:
        return None, Check(
            "placebo_in_time", None, Text("实施前年数不足以作时间安慰剂检验", "too few years for a placebo in time")
        )
    since = np.arange(len(years)) >= cut
    past, others = y[: len(years)], donors[:, : len(years)]
    weights = simplex_weights(others[:, ~since], past[~since])
    stat = _stat(past - weights @ others, since)
    stats = np.array([_stat(one, since) for one in _spaces(np.vstack([past, others]), since)])
    p = (1 + (stats >= stat - 1e-12).sum()) / (1 + len(stats))
    passed = bool(p >= PLACEBO)
    said = Text("时间安慰剂检验通过", "the placebo in time shows nothing")
    if not passed:
        said = Text(
            "实施之前已出现类似差距（时间安慰剂检验未通过）", "a like gap appears before the start (placebo in time)"
        )
    return (int(years[cut]), weights @ others), Check("placebo_in_time", passed, said)


def _one_donor(y: np.ndarray, donors: np.ndarray, weights: np.ndarray, since: np.ndarray, middle: float) -> Check:
    """Return whether the direction stays when any one of the donors that carry weight is left out."""
    for k in np.flatnonzero(weights > HEAVY):
        rest = np.delete(donors, k, axis=0)
        again = simplex_weights(rest[:, ~since], y[~since]) @ rest
        if (y - again)[since].mean() * middle <= 0:
            said = Text("去掉一个对照地区，方向就改变", "the direction hangs on a single donor")
            return Check("one_donor", False, said)
    return Check("one_donor", True, Text("去掉任一对照地区，方向不变", "leaving out any donor keeps the direction"))
