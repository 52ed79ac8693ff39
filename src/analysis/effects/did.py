"""Difference in differences over areas: the change where the measure was taken, less the change elsewhere."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import t

from analysis.effects.minimum import few_areas
from analysis.effects.panel import complete, with_values
from analysis.effects.result import Check, Effect, not_judged
from analysis.exceptions import Text

DESIGN = "difference_in_differences"
ALLOTMENTS = 9999
PARALLEL = 0.10
WELCH = 3


@dataclass(frozen=True)
class DiD:
    """An effect with what a chart shows: mean of the areas with and without the measure by year."""

    effect: Effect
    treated: pd.Series
    control: pd.Series
    gap: pd.DataFrame


def did(
    panel: pd.DataFrame,
    treated: Collection[str],
    start: int,
    scale: Literal["difference", "ratio"] = "difference",
) -> DiD:
    """Return the effect of a measure taken in some areas and not in others.

    Each area's years are collapsed into one change (mean since the start less mean before), so that years hanging
    together cannot make the evidence look larger; the two groups of changes are compared by a t test
    (`two_groups`). Every allotment of the measure to as many areas gives the permutation check.

    Parameters
    ----------
    panel : DataFrame
        One row an area, one column a year, values in one unit.
    treated : collection of str
        The areas with the measure.
    start : int
        First year under the measure.
    scale : difference or ratio
        Whether the trends run parallel in the unit itself, or in per cent.

    Returns
    -------
    DiD
        `gap` has year, gap (with less without, mean before = 0), lower_95, upper_95: the parallel-trend plot.

    References
    ----------
    Bertrand, Duflo, Mullainathan, QJE 119 (2004): collapse. Donald, Lang, Rev. Econ. Stat. 89 (2007): t with few
    groups. Conley, Taber, Rev. Econ. Stat. 93 (2011): permutation where few are treated.
    """
    given = with_values(panel, treated)
    usable = complete(panel, given)
    scale_ = scale if not (scale == "ratio" and (usable <= 0).any().any()) else ""
    own = usable.index.isin(given)
    years = usable.columns.to_numpy(int)
    since = years >= start
    before, after = int((~since).sum()), int(since.sum())
    lacking = few_areas(int(own.sum()), int((~own).sum()), before, after)
    if not scale_:
        lacking = Text("有零值或负值，不能按比率计算", "values of zero or below have no ratio")
    if lacking is not None:
        effect = not_judged(DESIGN, scale, before, after, lacking)
        return DiD(effect, usable[own].mean(), usable[~own].mean(), _EMPTY)
    z = np.log(usable.to_numpy(float)) if scale == "ratio" else usable.to_numpy(float)
    changes = z[:, since].mean(axis=1) - z[:, ~since].mean(axis=1)
    if np.ptp(changes[own]) == np.ptp(changes[~own]) == 0:
        effect = not_judged(DESIGN, scale, before, after, _SAME)
        return DiD(effect, usable[own].mean(), usable[~own].mean(), _EMPTY)
    middle, low, high, p = two_groups(changes[own], changes[~own])
    checks = (_parallel(z[:, ~since], years[~since], own), _permuted(changes, own))
    if scale == "ratio":
        middle, low, high = math.exp(middle), math.exp(low), math.exp(high)
    effect = Effect(DESIGN, scale, middle, low, high, p, before, after, checks)
    back = np.exp if scale == "ratio" else np.asarray
    with_it, without = (pd.Series(back(z[group].mean(axis=0)), index=years) for group in (own, ~own))
    return DiD(effect.graded(), with_it, without, _gap(z, years, own, since))


_EMPTY = pd.DataFrame({name: [] for name in ("year", "gap", "lower_95", "upper_95")})
_SAME = Text(
    "组内各地区变化完全相同，没有可估计的变动", "the areas of each group changed by the same: nothing to estimate"
)


def two_groups(first: np.ndarray, second: np.ndarray) -> tuple[float, float, float, float]:
    """Return difference of means, 95 % interval and p of a two-sample t test.

    Welch's where both groups have three values or more: the areas with the measure may be the small, noisy ones. Pooled
    where one has fewer: its spread is then that of the others, as far as that can be supposed.
    """
    squares = [float(((one - one.mean()) ** 2).sum()) for one in (first, second)]
    n, m = len(first), len(second)
    if min(n, m) >= WELCH:
        a, b = squares[0] / (n - 1) / n, squares[1] / (m - 1) / m
        spread = math.sqrt(a + b)
        free = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (m - 1)) if a + b > 0 else n + m - 2.0
    else:
        free = n + m - 2.0
        spread = math.sqrt(sum(squares) / free * (1 / n + 1 / m))
    middle = float(first.mean() - second.mean())
    if spread == 0:
        return middle, middle, middle, 1.0 if middle == 0 else 0.0
    half = float(t.ppf(0.975, free)) * spread
    return middle, middle - half, middle + half, float(2 * t.sf(abs(middle) / spread, free))


def _parallel(z: np.ndarray, years: np.ndarray, own: np.ndarray) -> Check:
    """Return whether the areas' slopes before the start differ between the groups."""
    centred = years - years.mean()
    slopes = z @ centred / (centred @ centred)
    p = two_groups(slopes[own], slopes[~own])[3]
    if p >= PARALLEL:
        return Check("parallel_trends", True, Text("实施前两组走势没有明显差别", "trends before do not differ clearly"))
    return Check("parallel_trends", False, Text("实施前两组走势已不平行", "trends were not parallel before the start"))


def _permuted(changes: np.ndarray, own: np.ndarray) -> Check:
    """Return whether few other allotments of the measure to as many areas give a difference as large."""
    p, possible = permutation(changes, own)
    if possible < 20:
        said = Text(
            f"只有{possible}种分组方式，置换检验达不到5%", f"{possible} allotments: a permutation cannot reach 5%"
        )
        return Check("permutation", None, said)
    if p < 0.05:
        return Check("permutation", True, Text("置换检验通过", "the permutation test agrees"))
    return Check("permutation", False, Text("置换检验未通过", "the permutation test does not agree"))


def permutation(changes: np.ndarray, own: np.ndarray) -> tuple[float, int]:
    """Return the share of allotments with a difference at least as large, and how many allotments there are.

    All of them where there are at most 9,999; else that many, drawn by a fixed seed, and the one observed.
    """
    n, k = len(changes), int(own.sum())
    possible = math.comb(n, k)
    total, people = changes.sum(), float(n)

    def distance(sums: np.ndarray) -> np.ndarray:
        return np.asarray(np.abs(sums / k - (total - sums) / (people - k)))

    seen = distance(np.array([changes[own].sum()]))[0] - 1e-12
    if possible <= ALLOTMENTS:
        sums = np.array([changes[list(chosen)].sum() for chosen in islice(combinations(range(n), k), possible)])
        return float((distance(sums) >= seen).mean()), possible
    rng = np.random.default_rng(20210401)
    sums = np.array([changes[rng.permutation(n)[:k]].sum() for _ in range(ALLOTMENTS)])
    return float((1 + (distance(sums) >= seen).sum()) / (1 + ALLOTMENTS)), possible


def _gap(z: np.ndarray, years: np.ndarray, own: np.ndarray, since: np.ndarray) -> pd.DataFrame:
    centred = z - z[:, ~since].mean(axis=1, keepdims=True)
    rows = [(int(year), *two_groups(centred[own, k], centred[~own, k])[:3]) for k, year in enumerate(years)]
    return pd.DataFrame(rows, columns=list(_EMPTY))
