"""A sample of values to trace to their forms by hand, drawn by risk with a seed: the same for whoever draws it.

The draw needs nothing but SHA-256: each value gets the number u = SHA-256("seed|value") as a fraction of 2^52, and
those with the smallest u divided by their risk are taken; values whose risk is so large that they would be taken with
certainty are taken first.

References
----------
Ohlsson, "Sequential Poisson sampling", Journal of Official Statistics 14 (1998); AICPA, "Audit Sampling" (discovery
sampling: the size at which a stated share of errors shows up at least once).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.formats import SCALE
from analysis.plan import Plan
from analysis.runs.reproduction.data_changes import VALUE_KEY, key_of, series_of
from analysis.schema import SERIES

WRONG, FOUND = 0.10, 0.90  # a share of wrong values, and the probability to find at least one of them
_DIGITS = 13  # hexadecimal: 52 bits, what a double holds exactly
NEAR = 0.10  # distance of P(met) from a cut within which a verdict is near it
FEW = 20  # events
# what adds to the risk of a value; 1 is a value of a target's series of which nothing else is known
POINTS = {
    "decides": 60,
    "differs": 60,
    "revised": 20,
    "outlier": 20,
    "latest": 15,
    "no_source": 10,
    "baseline": 5,
    "provisional": 5,
    "few": 2,
}
_ELSEWHERE = 0.02  # a value that no target rests on
_CLAIMED = ("P", "E")  # provisional, estimated
_FROM_BASE = ("relative_to_baseline", "growth_rate_change", "yearly_change_band", "compound_growth", "direction")


def size(wrong: float = WRONG, found: float = FOUND) -> int:
    """Return how many values must be drawn to find at least one wrong one.

    Parameters
    ----------
    wrong : float
        Share of the values (by risk) that is wrong [0..1].
    found : float
        Probability of finding at least one [0..1].
    """
    return math.ceil(math.log(1 - found) / math.log(1 - wrong))


def seed_of(bundle_sha256: str) -> int:
    """Return the seed that follows from a bundle: the first eight hexadecimal digits of its SHA-256 as a number."""
    return int(bundle_sha256[:8], 16)


@dataclass(frozen=True)
class Known:
    """What raises the risk of values, as far as the tables of the run and the comparison tell it.

    Attributes
    ----------
    assessments, details : DataFrame
        Of the run; empty where it has none.
    outliers : set of (series, year)
        Values that stand out of their series.
    doubted : set of str
        Targets on whose last value a data check has something to say.
    differs, revised : set of str
        Values (`key_of`) that differ from a reference, or were revised between vintages.
    cuts : tuple of float
        Cuts on P(met).
    """

    assessments: pd.DataFrame
    details: pd.DataFrame
    outliers: frozenset[tuple[str, int]] = frozenset()
    doubted: frozenset[str] = frozenset()
    differs: frozenset[str] = frozenset()
    revised: frozenset[str] = frozenset()
    cuts: tuple[float, ...] = ()


def frame(
    observed: pd.DataFrame, plan: Plan, touched: Mapping[tuple[str, ...], Sequence[str]], known: Known
) -> pd.DataFrame:
    """Return every value there is to draw from, with its risk and the reasons for it.

    Parameters
    ----------
    observed : DataFrame
        `OBSERVATIONS`, one row a series and year, as the run used them.
    touched : mapping
        The targets judged on each series.
    known : Known

    Returns
    -------
    DataFrame
        The observations with `value` (the key), `targets`, `reasons` and `risk`, by key.
    """
    seen = observed[observed["obs_value"].notna()].sort_values(VALUE_KEY, ignore_index=True)
    last = seen.groupby(SERIES)["time_period"].transform("max")
    deciding = _deciding(known)
    rows = seen.to_dict("records")
    reasons, targets, risks = [], [], []
    for row, end in zip(rows, last, strict=True):
        own = tuple(touched.get(series_of(row), ()))
        found = _reasons(row, row["time_period"] == end, own, plan, known, deciding)
        reasons.append(";".join(found))
        targets.append(";".join(own))
        risks.append((1.0 if own else _ELSEWHERE) * (1 + sum(POINTS[name] for name in found)))
    keys = [key_of(row) for row in rows]
    return seen.assign(value=keys, targets=targets, reasons=reasons, risk=np.array(risks, float))


def _deciding(known: Known) -> set[str]:
    """Return the targets whose verdict a small change would turn: near a cut, borderline, or flipped by one event."""
    table = known.assessments
    if not len(table):
        return set()
    met = 1 - pd.to_numeric(table["p_miss"])
    near = pd.Series(False, index=table.index)
    for cut in known.cuts:
        near |= (met - cut).abs() <= NEAR
    near |= table["borderline"].fillna("").astype(str) != ""
    flipped = known.details[known.details["flips"].fillna("").astype(str) != ""] if len(known.details) else None
    return {*table.loc[near, "target"], *(() if flipped is None else flipped["target"])}


def _reasons(
    row: Mapping[Any, Any], last: bool, targets: Sequence[str], plan: Plan, known: Known, deciding: set[str]
) -> list[str]:
    """Return why a value is at risk, the weightiest reason first."""
    key, year = key_of(row), int(row["time_period"])
    series = "|".join(series_of(row))
    bases = {
        plan.target(one).baseline_year or plan.baseline_year for one in targets if plan.target(one).kind in _FROM_BASE
    }
    holds = {
        "decides": last and any(one in deciding for one in targets),
        "differs": key in known.differs,
        "revised": key in known.revised,
        "outlier": (series, year) in known.outliers or (last and any(one in known.doubted for one in targets)),
        "latest": last and bool(targets),
        "no_source": not str(row["source"]).strip(),
        "baseline": year in bases,
        "provisional": row["obs_status"] in _CLAIMED,
        "few": _few(row),
    }
    return [name for name in POINTS if holds[name]]


def _few(row: Mapping[Any, Any]) -> bool:
    events, people = row["numerator"], row["denominator"]
    if row["unit"] not in SCALE or events != events or people != people:
        return False
    return bool(min(events, people - events) < FEW if row["unit"] == "percent" else events < FEW)


def number_of(seed: int, value: str) -> float:
    """Return the number of a value under a seed, above 0 and below 1."""
    digest = hashlib.sha256(f"{seed}|{value}".encode()).hexdigest()[:_DIGITS]
    return float((int(digest, 16) + 0.5) / 16**_DIGITS)


def draw(population: pd.DataFrame, seed: int, number: int) -> pd.DataFrame:
    """Return the population with `u`, `chance` and `drawn`, which counts from the riskiest value of the sample, else 0.

    Parameters
    ----------
    population : DataFrame
        With `value` and `risk` (above 0).
    seed : int
    number : int
        How many values to draw; all where there are no more.

    Returns
    -------
    DataFrame
        `chance` is the probability with which a value had to be drawn, 1 for certain ones.
    """
    table = population.reset_index(drop=True)
    table["u"] = [number_of(seed, value) for value in table["value"]]
    chance = _chances(table["risk"].to_numpy(float), min(number, len(table)))
    order = np.where(chance >= 1, 0.0, table["u"] / np.where(chance > 0, chance, 1))
    taken = np.lexsort((table["value"], order))[: min(number, len(table))]
    table["chance"], table["drawn"] = chance, 0
    first = table.loc[taken].sort_values(["risk", "value"], ascending=[False, True], kind="stable").index
    table.loc[first, "drawn"] = np.arange(1, len(first) + 1)
    return table


def _chances(risk: np.ndarray, number: int) -> np.ndarray:
    """Return the probability of each value to be drawn: proportional to its risk, 1 where that would be above 1."""
    chance, certain = np.zeros(len(risk)), np.zeros(len(risk), dtype=bool)
    while True:
        left, rest = number - int(certain.sum()), risk[~certain].sum()
        chance[~certain] = left * risk[~certain] / rest if rest > 0 else 0.0
        chance[certain] = 1.0
        more = (chance >= 1) & ~certain
        if not more.any():
            return chance
        certain |= more
