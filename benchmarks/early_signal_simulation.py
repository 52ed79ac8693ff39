"""Early signals: coverage of the 80 % interval of the year, and false alarms, on simulated months.

    .venv/bin/python benchmarks/early_signal_simulation.py [--series 1000]

Seven years of monthly events (Poisson, a season, a level that walks 10 % a year, months that wobble by a fifth) or of
monthly shares of 400 people; the last year is cut after 3, 6 and 9 months. The bound is the median of the six years
before. An alarm is a probability of the right side below 0.2; it is false where the year ends on the right side.
"""

from __future__ import annotations

import argparse

import numpy as np

from analysis.assessment.early import NoSignal, count_outlook, level_outlook

YEARS, MONTHS = 7, np.arange(12)


def counts(rng: np.random.Generator, mean: float) -> np.ndarray:
    """Return monthly events of seven years, shape (7, 12)."""
    level = mean * np.exp(np.cumsum(rng.normal(0, 0.1, YEARS)))
    wave = 1 + 0.3 * np.cos(2 * np.pi * (MONTHS - rng.integers(12)) / 12)
    wobble = rng.gamma(20, 1 / 20, (YEARS, 12))
    return rng.poisson(level[:, None] * wave / 12 * wobble)


def shares(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return monthly events and people of shares near 90 %."""
    score = 2.2 + np.cumsum(rng.normal(0, 0.15, YEARS))[:, None] + rng.normal(0, 0.15, (YEARS, 12))
    people = rng.poisson(400, (YEARS, 12))
    return rng.binomial(people, 1 / (1 + np.exp(-score))), people


def share_outlook(events: np.ndarray, people: np.ndarray, done: int):
    """Return the outlook on the last year's share from its first months."""
    share = float(events[:-1].sum() / people[:-1].sum())
    gone = float(people[-1, :done].sum())
    chance = (1 / gone - 1 / (gone * 12 / done)) / (share * (1 - share))
    rates = events / people
    return level_outlook(rates[:-1], rates[-1, :done], True, chance, people.astype(float))


def main() -> None:
    """Print coverage, alarms and false alarms by kind and month."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series", type=int, default=1000)
    n = parser.parse_args().series
    for name, mean in (
        ("8 events a year", 8.0),
        ("40 events a year", 40.0),
        ("200 events a year", 200.0),
        ("shares", 0.0),
    ):
        for done in (3, 6, 9):
            rng, found = np.random.default_rng(done), []
            for _ in range(n):
                if mean:
                    months = counts(rng, mean)
                    value, bound = float(months[-1].sum()), float(np.median(months[:-1].sum(axis=1)))
                else:
                    events, people = shares(rng)
                    value = float(events[-1].sum() / people[-1].sum())
                    bound = float(np.median(events[:-1].sum(axis=1) / people[:-1].sum(axis=1)))
                try:
                    one = count_outlook(months[:-1], months[-1, :done]) if mean else share_outlook(events, people, done)
                except NoSignal:
                    continue
                p, right = (
                    (one.p_right("<=", bound), value <= bound) if mean else (one.p_right(">=", bound), value >= bound)
                )
                found.append((one.quantile(0.1) <= value <= one.quantile(0.9), p < 0.2, right, (p - right) ** 2))
            inside, alarm, right, brier = (np.array(column) for column in zip(*found, strict=True))
            base = right.mean() * (1 - right.mean())
            print(
                f"{name:<18} {done} months: 80 % covers {inside.mean():.3f}  alarms that were false "
                f"{right[alarm].mean():.3f}  of right years alarmed {alarm[right].mean():.3f}  of wrong years alarmed "
                f"{alarm[~right].mean():.3f}  Brier {brier.mean():.3f} (base rate {base:.3f})"
            )


if __name__ == "__main__":
    main()
