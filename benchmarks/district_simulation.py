"""How well "the 2030 target is missed" is foretold for a district with few births (simulated).

    .venv/bin/python benchmarks/district_simulation.py [--districts 1500]

Eleven years (2015-2025) of child deaths: Poisson counts at 1,000, 2,000 and 4,000 births, rates of 2-6 per 1,000
that fall by 0-8 % a year; after 2020 the district goes on, stalls, or worsens by 3 % a year. Two kinds of target,
missed when the rate observed in 2030 is above it: one for all (3.0 per 1,000), and the district's own rate of 2020
less 15-40 %. Beside the default model, each district by itself and all as one batch: a Poisson log-linear trend with
vague priors (exact posterior on a grid), the straight line through the logarithms, the official-style compound
rate, and the base rate.
"""

from __future__ import annotations

import argparse
from itertools import product

import numpy as np
import pandas as pd
from scipy.stats import poisson

from analysis.models import Series
from analysis.models.average import AveragedTrend, Learnt
from analysis.models.families import FAMILIES

YEARS = np.arange(2015, 2026)


def simulate(births: int, districts: int, common: bool, seed: int = 20302030):
    """Return series, targets, whether each was missed, and the scenario of each."""
    random = np.random.default_rng(seed)
    scenario = random.choice(["goes on", "stalls", "worsens"], districts, p=[0.5, 0.3, 0.2])
    rate = random.uniform(2, 6, districts)
    pace = random.uniform(-0.08, 0.0, districts)
    after = np.select([scenario == "goes on", scenario == "stalls"], [pace, 0.0], 0.03)
    drift = random.normal(0, 0.02, (districts, 16)).cumsum(axis=1)
    time = np.arange(2015, 2031)
    true = rate[:, None] * np.exp(
        pace[:, None] * np.minimum(time - 2020, 0) + after[:, None] * np.maximum(time - 2020, 0) + drift
    )
    deaths = random.poisson(true * births / 1000)
    own = true[:, 5] * (1 - random.uniform(0.15, 0.40, districts))
    target = np.full(districts, 3.0) if common else own
    series = [
        Series(f"d{i:05d}", YEARS, deaths[i, :11] / births * 1000, np.full(11, float(births)), "per_1000")
        for i in range(districts)
    ]
    return series, target, deaths[:, -1] / births * 1000 > target, scenario


def vague_poisson(series: list[Series], targets: np.ndarray) -> np.ndarray:
    """Return P(missed) of log rate = a + b t with flat priors: the posterior on a fine grid, then Poisson."""
    out = []
    time = (YEARS - 2025.0) / 10
    for one, target in zip(series, targets, strict=True):
        births = one.denominators[0]
        deaths = np.rint(one.values * births / 1000)
        a = np.log(max(deaths.mean(), 0.3)) + np.linspace(-3, 3, 121)[:, None]
        b = np.linspace(-4, 4, 161)[None, :]
        log_posterior = sum(d * (a + b * t) - np.exp(a + b * t) for d, t in zip(deaths, time, strict=True))
        weight = np.exp(log_posterior - log_posterior.max())
        expected = np.exp(a + b * 0.5)
        beyond = poisson.sf(np.floor(target * births / 1000 + 1e-9), expected)
        out.append(float((weight * beyond).sum() / weight.sum()))
    return np.array(out)


def compound(series: list[Series], targets: np.ndarray) -> np.ndarray:
    """Return 0 or 1: whether the compound rate of the first and last year, carried on, misses the target."""
    values = np.array([one.values for one in series])
    growth = (np.maximum(values[:, -1], 0.1) / np.maximum(values[:, 0], 0.1)) ** 0.1
    return (values[:, -1] * growth**5 > targets).astype(float)


def main() -> None:
    """Print the Brier scores."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=1500)
    districts = parser.parse_args().districts
    rows = []
    for common, births in product((True, False), (1000, 2000, 4000)):
        series, target, missed, scenario = simulate(births, districts, common)
        trend = AveragedTrend()

        def p_missed(distributions, target=target):
            return np.array([1 - one.cdf(2030, bound) for one, bound in zip(distributions, target, strict=True)])

        line = [FAMILIES["loglinear"].forecast(one, 5) for one in series]
        forecasts = {
            "default, each by itself": p_missed(trend.forecast_many(series, 5, Learnt())),
            "default, one batch": p_missed(trend.forecast_many(series, 5, trend.learn(series))),
            "vague Poisson": vague_poisson(series, target),
            "log-linear": p_missed(line),
            "compound rate": compound(series, target),
            "base rate": np.full(districts, missed.mean()),
        }
        for name, p in forecasts.items():
            row = {"target": "common" if common else "own", "births": births, "model": name}
            row["all"] = np.mean((p - missed) ** 2)
            row |= {one: np.mean((p - missed)[scenario == one] ** 2) for one in ("goes on", "stalls", "worsens")}
            rows.append(row)
    print(pd.DataFrame(rows).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
