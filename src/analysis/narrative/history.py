"""What was observed of each series, as the facts need it: values by year, and the years that are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.exceptions import Text
from analysis.schema import SERIES

Key = tuple[str, ...]
_MARKS = ("S", "B")  # a special event; a change of definition


@dataclass(frozen=True)
class History:
    """Observed values by series and year, and the marked years by series and mark.

    A series is its indicator, area and breakdown codes.
    """

    values: Mapping[Key, Mapping[int, float]]
    marked: Mapping[tuple[Key, str], Sequence[int]]
    counts: Mapping[Key, Mapping[int, tuple[float, float]]] = field(default_factory=dict)  # numerator and denominator

    @classmethod
    def of(cls, observations: pd.DataFrame, as_of: int) -> History:
        """Return the history up to a year of an `OBSERVATIONS` table with one row a series and year."""
        known = observations[observations["time_period"] <= as_of]
        names = ["time_period", "obs_value", "obs_status", *SERIES]
        values: dict[Key, dict[int, float]] = {}
        marked: dict[tuple[Key, str], list[int]] = {}
        counts: dict[Key, dict[int, tuple[float, float]]] = {}
        columns = (known[name].to_numpy(object) for name in names)
        behind = zip(known["numerator"].to_list(), known["denominator"].to_list(), strict=True)
        for (year, value, status, *key), (events, people) in zip(zip(*columns, strict=True), behind, strict=True):
            if value == value:
                values.setdefault(tuple(key), {})[year] = value
            if events == events and people == people:
                counts.setdefault(tuple(key), {})[year] = events, people
            if status in _MARKS:
                marked.setdefault((tuple(key), status), []).append(year)
        return cls(values, {key: sorted(years) for key, years in marked.items()}, counts)

    def broken(self, key: Key, first: int | None, last: int | None) -> bool:
        """Return whether another definition holds since a year after `first`, up to `last`."""
        if first is None or last is None:
            return False
        return any(first < year <= last for year in self.marked.get((key, "B"), ()))

    def years_of(self, mark: str, key: Key) -> Text:
        """Return the marked years of a series as a reader writes them, neighbours joined: 2020—2022年."""
        return spans(self.marked.get((key, mark), ()))


def spans(years: Sequence[int]) -> Text:
    """Return rising years as text, neighbours joined; empty without any."""
    runs: list[list[int]] = []
    for year in years:
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    zh = "、".join(f"{one[0]}—{one[-1]}年" if len(one) > 1 else f"{one[0]}年" for one in runs)
    en = ", ".join(f"{one[0]}-{one[-1]}" if len(one) > 1 else f"{one[0]}" for one in runs)
    return Text(zh, en)
