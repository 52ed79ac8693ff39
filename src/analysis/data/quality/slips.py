"""Values that are a power of ten away from what they should be: a unit or a decimal point taken wrongly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from statistics import median
from typing import Any

from analysis.data.quality.look import Found, Look, chance
from analysis.exceptions import Text
from analysis.formats import SCALE, base_unit
from analysis.schema import BREAKDOWNS, SERIES

_FACTORS = (100.0, 10.0, 0.1, 0.01, 1000.0, 0.001)
_FAR = math.log(10) - 0.4  # of a value that is worth a closer look
_EXACT = math.log(1.15)  # within which a power of ten looks exact
_ALIKE = 0.3  # of the logs of two or three other years that agree
_FEW_AREAS = 5
_COMPARED = (*SCALE, "hours")  # what is the same size in every area; counts and amounts grow with the area


@dataclass(frozen=True)
class _Measure:
    """What a value should be about: the logs of comparable values, and who says so."""

    logs: Sequence[float]
    said_by: Text

    @property
    def middle(self) -> float:
        return median(self.logs)

    @property
    def spread(self) -> float:
        """Return the robust standard deviation of the logs: other slips among them do not widen it."""
        middle = self.middle
        return 1.4826 * median(abs(one - middle) for one in self.logs)


def units_mixed_up(look: Look) -> Found:
    """Find values off by ten, a hundred or a thousand times what they should be, and propose the right one.

    What they should be is said by their counts; without counts by the other years of the series, else by the other
    areas in that year, else by the area above. Years from a change of definition on are not compared with those before.
    """
    yield from _by_counts(look)
    bounds = {one.id: (base_unit(one.unit), *one.bounds) for one in look.plan.indicators}
    slips: set[Any] = set()
    left: list[tuple[Any, list[float]]] = []  # values their other years say nothing of, with the logs of these
    for series in look.series:
        broken = any(row.obs_status == "B" for row in series)
        for part in _parts([row for row in look.sound(series, "value") if row.obs_value > 0]):
            logs = [_log(look, row) for row in part]
            for i, row in enumerate(part):
                if row.Index in look.implied or row.obs_status == "S":
                    continue
                found = _by_years(part, logs, i)
                if found is not None and _possible(row, found[0], bounds):
                    slips.add(row.Index)
                    yield row, _proposal(row.obs_value, *found)
                elif not broken:
                    left.append((row, logs[:i] + logs[i + 1 :]))
    wide = _Elsewhere(look, slips) if left else None
    for row, others in left:
        found = wide.found(row, others) if wide else None
        if found is not None and _possible(row, found[0], bounds):
            yield row, _proposal(row.obs_value, *found)


def _by_counts(look: Look) -> Found:
    """Find values a power of ten off their counts, unless the other years say that it is the counts that are off."""
    own = attrgetter(*SERIES)
    years: dict[tuple[str, ...], list[Any]] = {own(series[0]): look.sound(series, "value") for series in look.series}
    for row in look.each(look.rows.loc[list(look.implied)]):
        implied = look.implied[row.Index]
        factor = factor_of(row.obs_value, implied)
        if factor is None:
            continue
        others = [
            _log(look, one) for one in years[own(row)] if one.time_period != row.time_period and one.obs_value > 0
        ]
        if len(others) < 2 or abs(math.log(row.obs_value) - median(others)) > abs(math.log(implied) - median(others)):
            yield row, _proposal(row.obs_value, factor, implied, Text("按分子分母", "by its counts"))


def factor_of(value: float, expected: float, tolerance: float = 0.02) -> float | None:
    """Return the power of ten that `value` is off by, where it is one; `tolerance` is of the log of what is left."""
    if not 0 < expected < math.inf or not 0 < value < math.inf:
        return None
    off = math.log(value / expected)
    return next((factor for factor in _FACTORS if abs(off - math.log(factor)) < tolerance), None)


def _by_years(rows: Sequence[Any], logs: Sequence[float], i: int) -> tuple[float, float, Text] | None:
    """Return factor, expected value and who says so by the years next to a value, or all others of its series."""
    others = [k for k in range(len(rows)) if k != i]
    if len(others) < 2 or not any(abs(logs[k] - logs[i]) > _FAR for k in others):
        return None
    near = sorted(others, key=lambda k: abs(rows[k].time_period - rows[i].time_period))[:4]
    for chosen in (near, others):
        measure = _Measure([logs[k] for k in chosen], Text("本序列其他年份", "by its other years"))
        tolerance = _EXACT if len(chosen) < 4 else min(0.35, max(_EXACT, 3 * measure.spread + 0.05))
        alike = max(measure.logs) - min(measure.logs) <= _ALIKE if len(chosen) < 4 else measure.spread < 0.5
        expected = math.exp(measure.middle)
        factor = factor_of(rows[i].obs_value, expected, tolerance)
        if factor is None or not alike or not _nearer([logs[k] for k in near[:2]], logs[i], factor):
            continue
        typical = rows[min(chosen, key=lambda k: abs(logs[k] - measure.middle))]
        if abs(rows[i].obs_value - expected) > 4 * chance(typical):
            return factor, expected, measure.said_by
    return None


def _nearer(logs: Sequence[float], own: float, factor: float) -> bool:
    """Return whether what is proposed is nearer to the next years than the value: the end of a trend is no slip."""
    next_to = sum(logs) / len(logs)
    return abs(own - math.log(factor) - next_to) < abs(own - next_to)


class _Elsewhere:
    """The same indicator in the same year in other areas: those of the same level, and the area above."""

    def __init__(self, look: Look, slips: set[Any]) -> None:
        usable = (look.known["obs_value"] > 0) & ~look.known.index.isin(list(slips))
        rows = look.sound(look.each(look.known[usable]), "value")
        self._parents, self._depths = look.parents, look.depths
        self._at = {_place(row, row.ref_area): (row.unit, _log(look, row)) for row in rows}
        self._levels: dict[tuple[Any, ...], list[float]] = {}
        for row in rows:
            if row.unit in _COMPARED:
                self._levels.setdefault(self._level(row), []).append(_log(look, row))

    def _level(self, row: Any) -> tuple[Any, ...]:
        return (*_place(row, ""), self._depths.get(row.ref_area, -1), row.unit)

    def found(self, row: Any, own: Sequence[float]) -> tuple[float, float, Text] | None:
        """Return factor, expected value and who says so; `own` are the logs of the other years.

        Where these agree with the value the whole series was reported so: then only a hundred or more is a slip, ten
        may be how the area is. Where there are many and they do not agree, they have said already that it is none.
        """
        agreed = len(own) >= 2 and abs(math.log(row.obs_value) - median(own)) < math.log(3)
        if row.unit not in _COMPARED or (len(own) >= 4 and not agreed):
            return None
        return self._by_areas(row, agreed) or self._by_parent(row, agreed)

    def _by_areas(self, row: Any, agreed: bool) -> tuple[float, float, Text] | None:
        logs, own = self._levels[self._level(row)], math.log(row.obs_value)
        if len(logs) <= _FEW_AREAS or not any(abs(one - own) > _FAR for one in logs):
            return None
        others = list(logs)
        others.remove(min(logs, key=lambda one: abs(one - own)))
        measure = _Measure(others, Text("同级其他地区", "by the other areas"))
        expected, spread = math.exp(measure.middle), measure.spread
        factor = factor_of(row.obs_value, expected, min(0.35, max(_EXACT, 3 * spread + 0.05)))
        if factor is None or abs(own - measure.middle) < 5 * spread:
            return None
        if agreed and (_size(factor) < 100 or spread > _EXACT):
            return None
        return factor, expected, measure.said_by

    def _by_parent(self, row: Any, agreed: bool) -> tuple[float, float, Text] | None:
        above, seen = self._parents.get(row.ref_area, ""), {row.ref_area}
        while above in self._parents and above not in seen and _place(row, above) not in self._at:
            seen.add(above)
            above = self._parents[above]
        unit, log = self._at.get(_place(row, above), ("", 0.0))
        factor = factor_of(row.obs_value, math.exp(log), _EXACT) if unit == row.unit and above not in seen else None
        # a tenth of what the area above has is seldom for a share of most, common for rare events
        if factor is None or (_size(factor) < 100 and (agreed or row.unit != "percent" or math.exp(log) < 50)):
            return None
        return factor, math.exp(log), Text("上级地区", "by the area above")


def _parts(rows: Sequence[Any]) -> list[list[Any]]:
    """Return the rows of a series cut before every change of definition."""
    out: list[list[Any]] = [[]]
    for row in rows:
        if row.obs_status == "B":
            out.append([])
        out[-1].append(row)
    return out


def _log(look: Look, row: Any) -> float:
    """Return the log of what a row stands for: by its counts where it has them."""
    return math.log(look.implied.get(row.Index) or row.obs_value)


def _place(row: Any, area: str) -> tuple[Any, ...]:
    return (row.indicator, row.time_period, *(getattr(row, name) for name in BREAKDOWNS), area)


def _size(factor: float) -> float:
    return max(factor, 1 / factor)


def _possible(row: Any, factor: float, bounds: dict[str, tuple[str, float | None, float | None]]) -> bool:
    unit, _, upper = bounds.get(row.indicator, ("", None, None))
    return upper is None or base_unit(row.unit) != unit or row.obs_value / factor <= upper + 1e-9


def _proposal(value: float, factor: float, expected: float, said_by: Text) -> Text:
    proposed, times = value / factor, _size(factor)
    return Text(
        f"{value:g} 疑为 {proposed:g}（相差{times:g}倍，单位可能填错）；{said_by.zh}约 {expected:.3g}",
        f"{value:g}: perhaps {proposed:g} (factor {times:g}, unit?); {said_by.en} about {expected:.3g}",
    )
