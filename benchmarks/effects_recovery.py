"""Planted effects and no effect, by design: bias, coverage of the 95 % interval, false positives at 5 % (simulated).

    .venv/bin/python benchmarks/effects_recovery.py [--series 500]

Interrupted series: 16 years, the measure from the ninth on, a trend, noise with lag-1 autocorrelation; counts of about
20 events a year at 5,000 people, some with further noise on top. Difference in differences: ten areas, eleven years
before and five after, own levels and common years, noise with autocorrelation 0.5; once of equal noise, once of streets
of 5 to 14 % of the people (small ones are noisier, and the measure is taken in the smallest). Synthetic control: the
area and 10 or 20 donors on three common factors. Ratio of rates: 12 events before, 10,000 people each side; and with
variation beyond chance, which the exact interval does not know.
Bias and standard deviation stand in units of the planted effect's scale (logarithms for ratios).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd
from tqdm import tqdm

from analysis.effects import did, interrupted_counts, interrupted_series, rate_ratio, synthetic_control
from analysis.effects.result import Effect

YEARS = np.arange(2014, 2030)
START = 2022
Draw = Callable[[np.random.Generator, float], Effect]


def hanging(rng: np.random.Generator, shape: tuple[int, ...], rho: float) -> np.ndarray:
    """Return noise of unit variance with lag-1 autocorrelation along the last axis."""
    out = rng.standard_normal(shape)
    for k in range(1, shape[-1]):
        out[..., k] = rho * out[..., k - 1] + np.sqrt(1 - rho**2) * out[..., k]
    return out


def series(rho: float, errors: str, shape: str = "step") -> Draw:
    """Return an interrupted series of values."""

    def draw(rng: np.random.Generator, effect: float) -> Effect:
        values = 50 + 0.5 * (YEARS - 2014) + hanging(rng, (16,), rho) + effect * (YEARS >= START)
        return interrupted_series(YEARS, values, START, errors=errors, shape=shape).effect

    return draw


def counts(rho: float, extra: float, errors: str) -> Draw:
    """Return an interrupted series of counts."""

    def draw(rng: np.random.Generator, effect: float) -> Effect:
        noise = extra * hanging(rng, (16,), rho)
        mean = 20 * np.exp(-0.03 * (YEARS - 2014) + noise + effect * (YEARS >= START))
        return interrupted_counts(YEARS, rng.poisson(mean), np.full(16, 5000.0), START, errors=errors).effect

    return draw


def areas(treated: int, small: bool) -> Draw:
    """Return a difference in differences over ten areas."""
    years = np.arange(2010, 2026)
    share = np.array([0.05, 0.07, 0.09, 0.09, 0.1, 0.1, 0.11, 0.12, 0.13, 0.14])

    def draw(rng: np.random.Generator, effect: float) -> Effect:
        spread = np.sqrt(0.1 / share)[:, None] if small else 1.0
        common = 0.3 * (years - 2010) + hanging(rng, (16,), 0.7)
        values = 50 + 3 * rng.standard_normal((10, 1)) + common + spread * hanging(rng, (10, 16), 0.5)
        values[:treated] += effect * (years >= 2021)
        names = [f"A{k}" for k in range(10)]
        return did(pd.DataFrame(values, index=names, columns=years), names[:treated], 2021).effect

    return draw


def donors(n: int) -> Draw:
    """Return a synthetic control of one area among `n` donors."""
    years = np.arange(2005, 2026)

    def draw(rng: np.random.Generator, effect: float) -> Effect:
        factors = np.cumsum(rng.standard_normal((3, len(years))), axis=1)
        loads = rng.dirichlet(np.ones(3), n + 1)
        values = 50 + loads @ factors + 0.5 * hanging(rng, (n + 1, len(years)), 0.3)
        values[0] += effect * (years >= 2018)
        names = [f"A{k}" for k in range(n + 1)]
        return synthetic_control(pd.DataFrame(values, index=names, columns=years), "A0", 2018).effect

    return draw


def before_after(extra: float) -> Draw:
    """Return the ratio of two rates."""

    def draw(rng: np.random.Generator, effect: float) -> Effect:
        noise = np.exp(extra * rng.standard_normal(2))
        return rate_ratio(rng.poisson(12 * noise[0]), 1e4, rng.poisson(12 * np.exp(effect) * noise[1]), 1e4, 5, 5)

    return draw


CASES: dict[str, tuple[Draw, float]] = {
    **{
        f"series, rho {rho}, {errors}": (series(rho, errors), 2.0)
        for rho in (0.0, 0.3, 0.6, 0.8)
        for errors in ("averaged", "ols", "hc3", "hac")
    },
    "series, rho 0.3, averaged, level and slope": (series(0.3, "averaged", "step_and_slope"), 2.0),
    **{
        f"counts, extra {extra}, rho {rho}, {errors}": (counts(rho, extra, errors), -0.4)
        for extra, rho in ((0.0, 0.0), (0.1, 0.5), (0.2, 0.5))
        for errors in ("averaged", "ols", "hac")
    },
    "areas, 3 of 10, equal": (areas(3, False), 1.5),
    "areas, 1 of 10, equal": (areas(1, False), 1.5),
    "areas, 3 of 10, the smallest": (areas(3, True), 1.5),
    "synthetic control, 10 donors": (donors(10), 3.0),
    "synthetic control, 20 donors": (donors(20), 3.0),
    "ratio of rates, Poisson": (before_after(0.0), -0.7),
    "ratio of rates, 20 % beyond chance": (before_after(0.2), -0.7),
}


def summary(draw: Draw, effect: float, n: int, seed: int) -> tuple[float, float, float, float, float]:
    """Return bias, standard deviation, coverage, power, false positives of `n` draws with and `n` without an effect."""
    rng = np.random.default_rng(seed)
    planted = [draw(rng, effect) for _ in range(n)]
    nothing = [draw(rng, 0.0) for _ in range(n)]
    to_plain = np.log if planted[0].scale == "ratio" else np.asarray
    found = to_plain(np.maximum([one.estimate for one in planted], 1e-9))
    found = found[np.isfinite(found) & (found > -20)]
    truth = np.exp(effect) if planted[0].scale == "ratio" else effect
    covered = np.mean([one.lower_95 <= truth <= one.upper_95 for one in planted])
    power = np.mean([one.p_value < 0.05 for one in planted])
    false = np.mean([one.p_value < 0.05 for one in nothing])
    return float(found.mean() - effect), float(found.std()), float(covered), float(power), float(false)


def main() -> None:
    """Print one row a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=500)
    parser.add_argument("--only", default="", help="cases whose name begins so")
    given = parser.parse_args()
    print(f"{'case':<46}{'planted':>8}{'bias':>8}{'sd':>7}{'cover':>8}{'found':>8}{'false':>8}")
    for seed, (name, (draw, effect)) in enumerate(tqdm(CASES.items(), unit="case", leave=False)):
        if name.startswith(given.only):
            bias, spread, covered, power, false = summary(draw, effect, given.series, seed)
            print(f"{name:<46}{effect:>8.2f}{bias:>8.2f}{spread:>7.2f}{covered:>8.1%}{power:>8.1%}{false:>8.1%}")


if __name__ == "__main__":
    main()
