"""What one target is judged on: the observed years of its series and the stored forecast."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.formats import SCALE
from analysis.models.distribution import cdf_from_quantiles
from analysis.schema import series_id

Quantiles = dict[int, np.ndarray]
Counts = dict[int, tuple[float, float]]  # events and people by year


def published(value: float, decimals: int | None) -> float:
    """Return a value as it is published, with so many decimals; unchanged where `decimals` is None."""
    return value if decimals is None else float(f"{value:.{decimals}f}")


def printed_target(value: float, decimals: int | None) -> float:
    """Return a target as it is printed; one stated with more digits than the indicator has keeps them."""
    stated = abs(value - round(value, 3)) < 1e-9
    return value if stated else published(value, decimals)


@dataclass(frozen=True)
class Evidence:
    """Observed values, forecast quantiles and counts of one series by year, each possibly empty.

    Parameters
    ----------
    observed : dict of int to float
        Values on the indicator's own scale by year.
    quantiles : dict of int to array (23,)
        The stored forecast by year.
    counts : dict of int to (float, float)
        Events and people by year.
    shocks, breaks : frozenset of int
        Years of a special event; years from which another definition holds.
    decimals : int, optional
        Digits the indicator is published with: an observed value is held against a target as it is published.
    """

    observed: dict[int, float] = field(default_factory=dict)
    quantiles: Quantiles = field(default_factory=dict)
    counts: Counts = field(default_factory=dict)
    shocks: frozenset[int] = frozenset()
    breaks: frozenset[int] = frozenset()
    decimals: int | None = None

    @property
    def points(self) -> int:
        """Return the number of observed years."""
        return len(self.observed)

    @property
    def latest_year(self) -> int | None:
        """Return the last observed year."""
        return max(self.observed, default=None)

    def p_below(self, year: int, value: float, strict: bool = False) -> float:
        """Return P(value in `year` <= `value`): 0 or 1 where the year was observed.

        `strict` asks for "below" instead of "not above"; it matters for observed years only.
        """
        if year in self.observed:
            seen, value = published(self.observed[year], self.decimals), printed_target(value, self.decimals)
            tolerance = 1e-9 * max(abs(value), 1.0)
            return float(seen < value - tolerance if strict else seen <= value + tolerance)
        return cdf_from_quantiles(self.quantiles[year], value)

    def last_years(self, n: int) -> list[int]:
        """Return the last `n` observed years, fewer where fewer were observed."""
        return sorted(self.observed)[-n:]

    def broken(self, first: int, last: int) -> int | None:
        """Return the year between `first` and `last` from which another definition holds; None without one."""
        return next((year for year in sorted(self.breaks) if first < year <= last), None)

    def known(self, year: int) -> bool:
        """Return whether `year` was observed or forecast."""
        return year in self.observed or year in self.quantiles

    def baseline(self, year: int | None) -> tuple[int | None, float | None]:
        """Return the observed year nearest to `year` among it and the two before, with its value."""
        for candidate in () if year is None else (year, year - 1, year - 2):
            if candidate in self.observed:
                return candidate, self.observed[candidate]
        return None, None


class Library:
    """All evidence of a run, by series id; an unknown series has none."""

    def __init__(self, observations: pd.DataFrame, forecasts: pd.DataFrame, as_of: int) -> None:
        seen = observations[(observations["time_period"] <= as_of) & observations["obs_value"].notna()]
        self._observed: dict[str, dict[int, float]] = {}
        names, years = series_id(seen), seen["time_period"].astype(int)
        self._marked: dict[tuple[str, str], set[int]] = {}
        special = seen["obs_status"].isin(["S", "B"])
        for name, year, mark in zip(names[special], years[special], seen.loc[special, "obs_status"], strict=True):
            self._marked.setdefault((name, mark), set()).add(year)
        for name, year, value in zip(names, years, seen["obs_value"].astype(float), strict=True):
            self._observed.setdefault(name, {})[year] = value
        counted = seen[seen["unit"].isin(list(SCALE)) & seen["numerator"].notna() & (seen["denominator"] > 0)]
        self._counts: dict[str, Counts] = {}
        keys = zip(series_id(counted), counted["time_period"].astype(int), strict=True)
        both = zip(counted["numerator"].astype(float), counted["denominator"].astype(float), strict=True)
        for (name, year), pair in zip(keys, both, strict=True):
            self._counts.setdefault(name, {})[year] = pair
        quantiles = forecasts[forecasts["output_type"] == "quantile"]
        level = pd.to_numeric(quantiles["output_type_id"])
        ordered = quantiles.assign(level=level).sort_values(["series_id", "time_period", "level"], kind="stable")
        self._quantiles: dict[str, Quantiles] = {}
        values = ordered["value"].to_numpy(float)
        where = ordered["series_id"] + "@" + ordered["time_period"].astype(str)
        starts = np.flatnonzero(where.to_numpy() != where.shift().to_numpy())
        firsts = zip(ordered["series_id"].iloc[starts], ordered["time_period"].iloc[starts], strict=True)
        for (name, year), own in zip(firsts, np.split(values, starts[1:]) if len(starts) else (), strict=True):
            self._quantiles.setdefault(str(name), {})[int(year)] = own

    def get(self, indicator: str, area: str, sex: str, age: str, residence: str, group: str) -> Evidence:
        """Return the evidence on one series."""
        name = "|".join((indicator, area, sex, age, residence, group))
        shocks, breaks = (frozenset(self._marked.get((name, mark), ())) for mark in ("S", "B"))
        counts = self._counts.get(name, {})
        return Evidence(self._observed.get(name, {}), self._quantiles.get(name, {}), counts, shocks, breaks)

    @cached_property
    def indicators(self) -> set[str]:
        """Return the indicators with any observed value."""
        return {name.split("|")[0] for name in self._observed}
