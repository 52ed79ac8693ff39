"""The rows of a file on their way: taken, proposed or set aside, each with its cell; none is lost."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pandas as pd

from analysis.data.reading import ASIDE, PROPOSED, LeftOut, Reading, accepted_table, quarantine_table
from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.gate.texts import text
from analysis.plan import Plan
from analysis.schema import BREAKDOWNS, OBSERVATIONS

_MOST_RAW = 200  # cells of a row that are kept as they were
_SLIPS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
_ALIKE = 2.0  # within this factor of the median are values that agree
_NEAR, _NEARER = 0.3, 0.15  # how near a power of ten; nearer where there is but one other value
_FEW = 2  # other values by which a fraction is told from a percentage


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: sheet, row counted from one, and the address of its value."""

    sheet: str
    row: int
    cell: str


@dataclass
class Collector:
    """Collects what a file says.

    Parameters
    ----------
    plan : Plan
        Tells shares from other units.
    """

    plan: Plan
    taken: list[tuple[dict[str, Any], Place]] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def take(self, row: dict[str, Any], place: Place) -> None:
        """Take an observation."""
        self.taken.append((row, place))

    def propose(self, row: Mapping[str, Any], place: Place, reason: Text, raw: Sequence[Any] = ()) -> None:
        """Keep an observation for a person to confirm."""
        self._add(place, PROPOSED, row, reason, json.dumps(dict(row), ensure_ascii=False), raw)

    def set_aside(self, found: Mapping[str, Any], place: Place, reason: Text, raw: Sequence[Any] = ()) -> None:
        """Keep what cannot be taken, with what was found of its key."""
        self._add(place, ASIDE, found, reason, "", raw)

    def _add(
        self, place: Place, state: str, found: Mapping[str, Any], reason: Text, proposal: str, raw: Sequence[Any]
    ) -> None:
        own = {name: text(found.get(name)) for name in ("indicator", "ref_area", "time_period", *BREAKDOWNS)}
        line = json.dumps([text(cell) for cell in raw[:_MOST_RAW]], ensure_ascii=False)
        self.aside.append(
            {
                **{"sheet": place.sheet, "row": place.row, "cell": place.cell, "state": state},
                **own,
                **{"reason_zh": reason.zh, "reason_en": reason.en, "proposal": proposal, "raw": line},
            }
        )

    def reading(self, file: str, sha256: str, reports: Mapping[str, pd.DataFrame] | None = None) -> Reading:
        """Return the file's reading: what occurs twice and what is a fraction among percentages is taken out first.

        `reports` are the tables of the annual report in the same file.
        """
        self._twice()
        self._fractions()
        self._slips()
        for row, place in self.taken:
            row |= {"sheet": place.sheet, "row": place.row, "cell": place.cell}
        table = accepted_table([row for row, _ in self.taken])
        told = reports or {}
        count = len(table) + len(self.aside) + sum(len(one) for one in told.values())
        return Reading(file, sha256, count, table, quarantine_table(self.aside), tuple(self.left_out), told)

    def _twice(self) -> None:
        """Set aside what stands in several places: the same value but once, different values all."""
        places: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for i, (row, _) in enumerate(self.taken):
            places[tuple(row[name] for name in OBSERVATIONS.key)].append(i)
        gone = set()
        for several in places.values():
            if len(several) == 1:
                continue
            rows = [self.taken[i] for i in several]
            where = "、".join(dict.fromkeys(f"{at.sheet}!{at.cell}".lstrip("!") for _, at in rows))
            values = list(dict.fromkeys(row["obs_value"] for row, _ in rows))
            same = len(values) == 1
            shown = "、".join("缺" if value is None else f"{value:g}" for value in values)
            reason = (
                Text(
                    f"同一指标、地区、年份和分组出现多次，数值相同（{where}）",
                    f"the same value more than once ({where})",
                )
                if same
                else Text(
                    f"同一指标、地区、年份和分组有不同数值 {shown}（{where}）", f"different values {shown} ({where})"
                )
            )
            for i in several[1:] if same else several:
                gone.add(i)
                self.set_aside(*self.taken[i], reason)
        self.taken = [one for i, one in enumerate(self.taken) if i not in gone]

    def _fractions(self) -> None:
        """Propose a hundred times what stands as a fraction among percentages."""
        series: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        areas: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for i, (row, _) in enumerate(self.taken):
            if row["unit"] == "percent" and row["obs_value"] and row["numerator"] is None:
                breakdown = tuple(row[name] for name in BREAKDOWNS)
                series[row["indicator"], row["ref_area"], breakdown].append(i)
                areas[row["indicator"], row["time_period"], breakdown].append(i)
        odd: set[int] = set()
        for group in (*series.values(), *areas.values()):
            odd |= self._odd(group)
        odd |= self._with_others(odd)
        for i in sorted(odd):
            row, place = self.taken[i]
            value = float(f"{row['obs_value'] * 100:.15g}")
            reason = Text(
                f"{row['obs_value']:g} 疑为 {value:g}（相差100倍，单位为%）",
                f"{row['obs_value']:g}: perhaps {value:g} percent",
            )
            self.propose({**row, "obs_value": value}, place, reason)
        self.taken = [one for i, one in enumerate(self.taken) if i not in odd]

    def _with_others(self, odd: set[int]) -> set[int]:
        """Return the other shares of a sheet whose shares are all fractions, where some are known to be."""
        sheets: dict[str, set[int]] = defaultdict(set)
        for i, (row, place) in enumerate(self.taken):
            if row["unit"] == "percent" and row["obs_value"] and row["numerator"] is None:
                sheets[place.sheet].add(i)
        return {
            i
            for own in sheets.values()
            if own & odd and all(self.taken[i][0]["obs_value"] <= 1 for i in own)
            for i in own
        }

    def _slips(self) -> None:
        """Propose what stands ten, a hundred or a thousand times as high or low as all the others of it there."""
        series: dict[tuple[str, str], list[int]] = defaultdict(list)
        for i, (row, _) in enumerate(self.taken):
            if row["unit"] in SCALE and row["obs_value"] and row["denominator"] is None:
                series[row["indicator"], row["ref_area"]].append(i)
        found: dict[int, float] = {}
        for group in series.values():
            values = [float(self.taken[i][0]["obs_value"]) for i in group]
            found |= {group[k]: slip for k, slip in _apart(values).items()}
        for i, slip in found.items():
            row, place = self.taken[i]
            value = float(f"{row['obs_value'] / slip:.12g}")
            times = f"{slip:g}倍" if slip > 1 else f"1/{1 / slip:g}"
            reason = Text(
                f"{row['obs_value']:g} 疑为 {value:g}（相差{times}）", f"{row['obs_value']:g}: perhaps {value:g}"
            )
            self.propose({**row, "obs_value": value}, place, reason)
        self.taken = [one for i, one in enumerate(self.taken) if i not in found]

    def _odd(self, group: list[int]) -> set[int]:
        values = {i: float(self.taken[i][0]["obs_value"]) for i in group}
        small = {i for i, value in values.items() if 0 < value <= 1}
        large = [value for i, value in values.items() if i not in small]
        if small and len(large) >= _FEW:
            usual = median(large)
            return {i for i in small if values[i] < usual / 15 and usual / 3 < values[i] * 100 < usual * 3}
        better = self.plan.indicator(self.taken[group[0]][0]["indicator"]).direction == "higher_is_better"
        whole = better and len(small) == len(group)
        return small if whole else set()


def _apart(values: list[float]) -> dict[int, float]:
    """Return the values that stand a power of ten apart from most others, by place, with that power.

    Most others are those within a factor of two of the median, which have to be more than half; of two values each
    stands apart from the other.
    """
    if len(values) == _FEW:
        pairs = {0: values[0] / values[1], 1: values[1] / values[0]}
        near = _NEARER
    else:
        usual = median(values)
        alike = [value for value in values if usual / _ALIKE <= value <= usual * _ALIKE]
        if len(alike) * 2 <= len(values):
            return {}
        centre, near = median(alike), _NEAR
        pairs = {k: value / centre for k, value in enumerate(values) if not usual / _ALIKE <= value <= usual * _ALIKE}
    slips = {k: next((one for one in _SLIPS if abs(ratio / one - 1) < near), None) for k, ratio in pairs.items()}
    return {k: slip for k, slip in slips.items() if slip is not None}
