"""Interrupted time series: how far the years since the start lie from where the earlier trend was going."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.regression.linear_model import OLS

from analysis.effects.minimum import short_series
from analysis.effects.noise import averaged, averaged_known
from analysis.effects.result import Check, Effect, not_judged
from analysis.effects.starts import start_check
from analysis.exceptions import Text

Shape = Literal["step", "step_and_slope"]
Errors = Literal["averaged", "ols", "hc3", "hac"]
DESIGN = "interrupted_series"


@dataclass(frozen=True)
class Interrupted:
    """An effect with what a chart shows: the fit, and where it would have gone (same unit as the values)."""

    effect: Effect
    years: np.ndarray
    fitted: np.ndarray
    counterfactual: np.ndarray


def interrupted_series(
    years: ArrayLike,
    values: ArrayLike,
    start: int,
    scale: Literal["difference", "ratio"] = "difference",
    shape: Shape = "step",
    errors: Errors = "averaged",
    events: Sequence[int] = (),
) -> Interrupted:
    """Return the effect of a measure on a series of values.

    Parameters
    ----------
    years, values : sequences of the same length
        One value a year in any unit; missing values are left out, gaps stay gaps.
    start : int
        First year under the measure.
    scale : difference or ratio
        The ratio is worked out on logarithms; all values must then be positive.
    shape : step or step_and_slope
        A change of level, or of level and slope; the estimate is the mean effect over the years since the start.
    errors : averaged, ols, hc3 or hac
        `averaged` (default) averages over autocorrelations (`analysis.effects.noise`). The others are statsmodels'
        OLS with plain, HC3 or Newey-West errors (lag 2, small-sample correction), all with t quantiles; on 16 points
        they reject too often where years hang together (docs/methods.md, section 8).
    events : sequence of int
        Years with a declared shock or change of definition; one from the start on is another explanation.

    Returns
    -------
    Interrupted

    References
    ----------
    Wagner et al., J. Clin. Pharm. Ther. 27 (2002): segmented regression. Lopez Bernal, Cummins, Gasparrini, Int. J.
    Epidemiol. 46 (2017).
    """
    y, when = np.asarray(values, float), np.asarray(years, int)
    when, y = when[np.isfinite(y)], y[np.isfinite(y)]
    if scale == "ratio" and (y <= 0).any():
        said = Text("有零值或负值，不能按比率计算", "values of zero or below have no ratio")
        return _nothing(when, y, scale, start, said)
    z = np.log(y) if scale == "ratio" else y

    def fit(first: int) -> tuple[Effect, np.ndarray, np.ndarray]:
        design, contrast = _design(when, first, shape)
        beta, numbers = _estimate(design, z, when, contrast, errors)
        return _effect(numbers, scale, when, first), design @ beta, _without(design, beta)

    return _judged(fit, when, y, scale, start, np.exp if scale == "ratio" else np.asarray, events)


def interrupted_counts(
    years: ArrayLike,
    counts: ArrayLike,
    people: ArrayLike,
    start: int,
    shape: Shape = "step",
    errors: Errors = "averaged",
    events: Sequence[int] = (),
) -> Interrupted:
    """Return the effect of a measure on counts of events, as a ratio of rates.

    A Poisson regression (statsmodels GLM, log link, people as offset) gives the fit; around it the counts' own chance
    is known (1/expected), and further noise with autocorrelation is averaged over.

    Parameters
    ----------
    years, counts, people : sequences of the same length
        Events and the people behind them; years without one of them are left out.
    start, shape, events
        As for `interrupted_series`.
    errors : averaged, ols, hc3 or hac
        Other than `averaged`: the GLM's own, scaled by Pearson's dispersion (`ols`), HC3-like (`hc3`: HC1) or
        Newey-West (`hac`), with t quantiles.

    Returns
    -------
    Interrupted
        Its effect is a ratio of rates.

    References
    ----------
    Breslow, Clayton, JASA 88 (1993): the working response of a count with further noise.
    """
    every, n = np.asarray(counts, float), np.asarray(people, float)
    keep = np.isfinite(every) & (n > 0)
    when, y, n = np.asarray(years, int)[keep], every[keep], n[keep]

    def fit(first: int) -> tuple[Effect, np.ndarray, np.ndarray]:
        design, contrast = _design(when, first, shape)
        numbers, beta = _counted(design, y, n, when, contrast, errors)
        return _effect(numbers, "ratio", when, first), design @ beta, _without(design, beta)

    enough = short_series(int((when < start).sum()), int((when >= start).sum())) is None
    if enough and not (y[when < start].sum() and y[when >= start].sum()):
        said = Text("实施前或实施后没有发生例数", "no event before or after the start")
        return _nothing(when, y / n, "ratio", start, said)
    return _judged(fit, when, y / n, "ratio", start, np.exp, events)


Fit = Callable[[int], tuple[Effect, np.ndarray, np.ndarray]]


def _judged(
    fit: Fit,
    when: np.ndarray,
    shown: np.ndarray,
    scale: str,
    start: int,
    back: Callable[[np.ndarray], np.ndarray],
    events: Sequence[int],
) -> Interrupted:
    before, after = int((when < start).sum()), int((when >= start).sum())
    short = short_series(before, after)
    if short is not None:
        return _nothing(when, shown, scale, start, short)
    if np.ptp(shown) == 0:
        same = Text("各年数值相同，没有可估计的变动", "all values are the same: nothing to estimate")
        return _nothing(when, shown, scale, start, same)
    effect, fitted, without = fit(start)
    checks = (start_check(lambda year: fit(year)[0], start), _events_check(events, when, start))
    return Interrupted(replace(effect, checks=checks).graded(), when, back(fitted), back(without))


def _nothing(when: np.ndarray, shown: np.ndarray, scale: str, start: int, said: Text) -> Interrupted:
    empty = np.full(len(shown), np.nan)
    effect = not_judged(DESIGN, scale, int((when < start).sum()), int((when >= start).sum()), said)
    return Interrupted(effect, when, empty, empty)


def _design(when: np.ndarray, start: int, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Return the regressors and the contrast that is the mean effect over the years since the start."""
    since = (when >= start).astype(float)
    columns = [np.ones(len(when)), (when - when.mean()) / 10, since]
    contrast = [0.0, 0.0, 1.0]
    if shape == "step_and_slope":
        slope = since * (when - start) / 10
        columns.append(slope)
        contrast.append(float(slope[since == 1].mean()))
    return np.column_stack(columns), np.array(contrast)


def _without(design: np.ndarray, beta: np.ndarray) -> np.ndarray:
    return np.asarray(design[:, :2] @ beta[:2])


Numbers = tuple[float, float, float, float]


def _estimate(
    design: np.ndarray, z: np.ndarray, when: np.ndarray, contrast: np.ndarray, errors: Errors
) -> tuple[np.ndarray, Numbers]:
    if errors == "averaged":
        mixture = averaged(design, z, when, contrast)
        ends = mixture.quantile(0.025), mixture.quantile(0.975)
        return mixture.coefficients, (mixture.mean, *ends, mixture.p_value)
    kinds: dict[str, dict[str, Any]] = {
        "ols": {},
        "hc3": {"cov_type": "HC3"},
        "hac": {"cov_type": "HAC", "cov_kwds": _LAGS},
    }
    fitted = OLS(z, design).fit(use_t=True, **kinds[errors])
    return fitted.params, _by_t(contrast, fitted.params, fitted.cov_params(), len(z) - design.shape[1])


_LAGS = {"maxlags": 2, "use_correction": True}


def _counted(
    design: np.ndarray, y: np.ndarray, n: np.ndarray, when: np.ndarray, contrast: np.ndarray, errors: Errors
) -> tuple[Numbers, np.ndarray]:
    model = GLM(y, design, family=Poisson(), offset=np.log(n))
    plain = model.fit(scale="X2")
    if errors == "averaged":
        expected = plain.mu
        working = design @ plain.params + (y - expected) / expected
        mixture = averaged_known(design, working, when, contrast, 1 / expected)
        ends = mixture.quantile(0.025), mixture.quantile(0.975)
        return (mixture.mean, *ends, mixture.p_value), mixture.coefficients
    kinds: dict[str, dict[str, Any]] = {
        "ols": {"scale": "X2"},
        "hc3": {"cov_type": "HC1"},
        "hac": {"cov_type": "HAC", "cov_kwds": _LAGS},
    }
    fitted = model.fit(**kinds[errors])
    return _by_t(contrast, fitted.params, fitted.cov_params(), len(y) - design.shape[1]), plain.params


def _by_t(contrast: np.ndarray, beta: np.ndarray, covariance: np.ndarray, free: int) -> Numbers:
    middle, spread = float(contrast @ beta), float(np.sqrt(contrast @ covariance @ contrast))
    half = float(t.ppf(0.975, free)) * spread
    return middle, middle - half, middle + half, float(2 * t.sf(abs(middle) / spread, free))


def _effect(numbers: Numbers, scale: str, when: np.ndarray, start: int) -> Effect:
    estimate, low, high, p = numbers
    if scale == "ratio":
        estimate, low, high = (float(np.exp(one)) for one in (estimate, low, high))
    return Effect(DESIGN, scale, estimate, low, high, p, int((when < start).sum()), int((when >= start).sum()))


def _events_check(events: Sequence[int], when: np.ndarray, start: int) -> Check:
    found = sorted(year for year in events if start - 1 <= year <= int(when.max()))
    if not found:
        return Check("events", True, Text("期间没有登记的特殊事件或口径变化", "no declared shock or break since"))
    years = "、".join(map(str, found)), ", ".join(map(str, found))
    return Check(
        "events",
        False,
        Text(f"{years[0]}年登记有特殊事件或口径变化", f"a declared shock or change of definition in {years[1]}"),
    )
