"""What the checks look at: the last row of every source, and the row of each series and year that counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

import pandas as pd

from analysis.data.observations import current
from analysis.data.quality.result import KEYS
from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.plan import Plan
from analysis.schema import BREAKDOWNS, SERIES, TOTAL

Found = Iterator[tuple[Any, Text]]
FEW = 200  # people among whom a share may well repeat itself


@dataclass(frozen=True)
class Look:
    """The observations as the checks see them.

    `rows` holds the last vintage of every source, `known` the row of each series and year that the evaluation takes
    (the same index as in `rows`). `year` is the last that can have been observed. `doubted` holds the rows found so
    far, by what is doubted of them ("value", "counts"): no later check takes them as a measure of others.
    """

    rows: pd.DataFrame
    known: pd.DataFrame
    plan: Plan
    areas: pd.DataFrame
    year: int
    doubted: dict[str, set[Any]] = field(default_factory=lambda: {"value": set(), "counts": set()})

    @cached_property
    def _all(self) -> list[Any]:
        """Return every row as a named tuple; made once, as text cells are slow to take out one by one."""
        return list(self.rows.astype(object).itertuples())

    def each(self, table: pd.DataFrame) -> list[Any]:
        """Return rows of `rows` or `known` as named tuples; pandas' own types for their cells fit no arithmetic."""
        return [self._all[i] for i in table.index]

    @cached_property
    def series(self) -> list[list[Any]]:
        """Return the rows of every series that counts, in the order of years."""
        return grouped(self.each(self.known.sort_values("time_period", kind="stable")), SERIES)

    @cached_property
    def implied(self) -> dict[Any, float]:
        """Return the value the counts of a row say, by the row's index, where it has both counts and a value."""
        usable = self.rows["unit"].isin(list(SCALE)) & self.rows["numerator"].notna() & (self.rows["denominator"] > 0)
        rows = self.rows[usable & self.rows["obs_value"].notna()]
        value = rows["numerator"] / rows["denominator"] * rows["unit"].map(SCALE).astype(float)
        return dict(zip(rows.index, value.astype(float), strict=True))

    @property
    def counted(self) -> pd.DataFrame:
        """Return the rows whose value can be held against their counts: those with counts no check has found."""
        return self.rows.loc[[i for i in self.implied if i not in self.doubted["counts"]]]

    @cached_property
    def parents(self) -> dict[str, str]:
        """Return the area directly above each area."""
        return dict(zip(self.areas["code"], self.areas["parent"], strict=True)) if len(self.areas) else {}

    @cached_property
    def depths(self) -> dict[str, int]:
        """Return how many known areas lie above each area: areas of one depth are of one level."""
        out: dict[str, int] = {}
        for code in self.parents:
            above, seen = self.parents[code], {code}
            while above in self.parents and above not in seen:
                seen.add(above)
                above = self.parents[above]
            out[code] = len(seen) - 1
        return out

    def sound(self, rows: Iterable[Any], *doubts: str) -> list[Any]:
        """Return the rows with a finite value that no check before has found."""
        out = set().union(*(self.doubted[one] for one in doubts))
        return [row for row in rows if row.Index not in out and abs(row.obs_value) < float("inf")]


Check = Callable[[Look], Found]


def look_at(observations: pd.DataFrame, plan: Plan, areas: pd.DataFrame, year: int) -> Look:
    """Return the observations as the checks see them; which row counts is decided as in the evaluation."""
    rows = (
        observations.sort_values("vintage", kind="stable")
        .drop_duplicates(list(KEYS), keep="last")
        .reset_index(drop=True)
    )
    chosen = current(rows.assign(row=range(len(rows))), plan.source_precedence)
    return Look(rows, chosen.set_index("row").rename_axis(None), plan, areas, year)


def grouped(rows: Iterable[Any], keys: Sequence[str]) -> list[list[Any]]:
    """Return the rows of each value of some keys, sorted by key; the rows of each keep their order."""
    out: dict[tuple[Any, ...], list[Any]] = {}
    own = attrgetter(*keys)
    for row in rows:
        out.setdefault(own(row), []).append(row)
    return [out[key] for key in sorted(out)]


def is_total(row: Any) -> bool:
    """Return whether a row is about everybody, not about a group."""
    return all(getattr(row, name) == TOTAL for name in BREAKDOWNS)


def chance(*rows: Any) -> float:
    """Return the standard deviation of the difference of observed rates by chance alone; 0 where no counts are known.

    Parameters
    ----------
    *rows : named tuples of the observations
        Each adds its own variance, in the unit of the value.
    """
    total = 0.0
    for row in rows:
        scale, people = SCALE.get(row.unit), float(row.denominator)
        if scale is None or not 0 < people < math.inf:
            continue
        share = max(float(row.obs_value) / scale, 0.5 / people)
        left = 1 - share if row.unit == "percent" and share < 1 else 1.0  # binomial, else Poisson
        total += share * left / people * scale**2
    return math.sqrt(total)
