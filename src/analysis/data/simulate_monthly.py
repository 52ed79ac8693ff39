"""The simulated months of the demo district: its annual counts spread over the year, and the first months of the next.

Every value is fictional. The months of a year add up to the annual count; `seasons.csv` of the data folder declares
which indicators, how strong their season is, when it peaks, and how the year under way goes against the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.data.simulate import NOTE
from analysis.schema import MONTHLY, is_total


def simulate_monthly(observations: pd.DataFrame, folder: Path, area: str, seed: int, years: int = 8) -> pd.DataFrame:
    """Return the `MONTHLY` table of the indicators in `folder/seasons.csv`: the last `years`, and the year after begun.

    Parameters
    ----------
    observations : DataFrame
        The simulated annual table.
    seed : int
        Each indicator draws from a stream of its own; the annual values are not touched.
    """
    rows: list[dict[str, Any]] = []
    whole = observations[is_total(observations) & (observations["ref_area"] == area)]
    for season in pd.read_csv(folder / "seasons.csv").to_dict("records"):
        name = str(season["indicator"])
        own = whole[(whole["indicator"] == name) & whole["numerator"].notna()].sort_values("time_period").tail(years)
        rng = np.random.default_rng([seed, 12, *name.encode()])
        base = {"indicator": name, "ref_area": area, "note": NOTE, "obs_value": None}
        rows += [{**base, **row} for row in _months(own, season, rng)]
    return MONTHLY.build(pd.DataFrame(rows))


def _months(own: pd.DataFrame, season: dict[Any, Any], rng: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Yield the months of each year, then those of the year under way."""
    months = np.arange(12)
    wave = 1 + float(season["amplitude"]) * np.cos(2 * np.pi * (months + 1 - float(season["peak"])) / 12)
    flows = season["denominators"] == "monthly"
    last = own.iloc[-1]
    for row in own.to_dict("records"):
        people = rng.multinomial(int(row["denominator"]), np.full(12, 1 / 12)) if flows else None
        events = _spread(int(row["numerator"]), wave, people if season["share"] == "yes" else None, rng)
        yield from _rows(int(row["time_period"]), events, people)
    count, gone = int(season["months"]), wave / wave.sum()
    rate = float(last["numerator"]) * float(season["factor"])
    people = rng.poisson(float(last["denominator"]) / 12, count) if flows else None
    if season["share"] == "yes" and people is not None:
        share = min(rate / float(last["denominator"]), 0.999)
        events = rng.binomial(people, share)
    else:
        events = rng.poisson(rate * gone[:count])
    yield from _rows(int(last["time_period"]) + 1, events, people)


def _spread(total: int, wave: np.ndarray, people: np.ndarray | None, rng: np.random.Generator) -> np.ndarray:
    """Return a year's count by month; of a share, no month has more events than people."""
    if people is None:
        return np.asarray(rng.multinomial(total, wave / wave.sum()))
    return np.asarray(rng.multivariate_hypergeometric(people, total))


def _rows(year: int, events: np.ndarray, people: np.ndarray | None) -> Iterator[dict[str, Any]]:
    for k, number in enumerate(events.tolist()):
        below = None if people is None else int(people[k])
        yield {"time_period": f"{year}-{k + 1:02d}", "numerator": int(number), "denominator": below}
