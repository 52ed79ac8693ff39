"""Volatility alarms: how many are false on constant rates, how many planted slips are found (simulated).

    .venv/bin/python benchmarks/volatility_simulation.py [--series 2000]

Twelve years of deaths at 2,000 births and constant rates of 2 to 6 per 1,000; then the same with one year's count
multiplied by ten or by a tenth (a digit shifted), and shares of 2,000 children with one year's share so shifted. Each
series is tested by itself at 5 %, and all together with the false discovery rate held at 5 %.
"""

from __future__ import annotations

import argparse

import numpy as np

from analysis.assessment.rules import read_rules
from analysis.assessment.volatility import benjamini_hochberg, dispersion

YEARS = np.arange(2014, 2026)
PEOPLE = np.full(len(YEARS), 2000.0)


def p_values(rng: np.random.Generator, n: int, slip: float | None, bounded: bool) -> np.ndarray:
    """Return the p-value of each of `n` series, one year of each multiplied by `slip` (or its inverse)."""
    out = []
    for _ in range(n):
        rate = rng.uniform(0.05, 0.6) if bounded else rng.uniform(0.002, 0.006)
        events = rng.binomial(2000, rate, len(YEARS)) if bounded else rng.poisson(rate * PEOPLE)
        events = events.astype(float)
        if slip is not None:
            year = rng.integers(len(YEARS))
            factor = slip if rng.random() < 0.5 and not (bounded and events[year] * slip > 2000) else 1 / slip
            events[year] = np.rint(events[year] * factor)
        out.append(dispersion(events, PEOPLE, YEARS, bounded)[1])
    return np.array(out)


def main() -> None:
    """Print the share of alarms of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=2000)
    n = parser.parse_args().series
    rng = np.random.default_rng(1)
    for name, slip, bounded in (
        ("constant, deaths", None, False),
        ("constant, shares", None, True),
        ("digit shifted, deaths", 10.0, False),
        ("digit shifted, shares", 10.0, True),
    ):
        p = p_values(rng, n, slip, bounded)
        among = benjamini_hochberg(np.concatenate([p, rng.uniform(size=9 * n)])) if slip else benjamini_hochberg(p)
        alone, held = (p < 0.05).mean(), (among[:n] < read_rules().false_discovery).mean()
        print(f"{name:<24} alone at 5 %: {alone:6.1%}   false discovery held: {held:6.1%}")


if __name__ == "__main__":
    main()
