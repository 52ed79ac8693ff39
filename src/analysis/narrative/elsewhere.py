"""The level of a larger area a value is held against."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.marks import cell, observed, quoted
from analysis.narrative.counted import NONE, Level, known_number, side_of
from analysis.narrative.history import Key
from analysis.plan import Indicator, Target


def elsewhere(
    target: Target,
    indicator: Indicator,
    latest: float | None,
    beside: Mapping[Hashable, Any],
    name: Text,
    past: Mapping[int, float],
    key: Key,
) -> Level | None:
    """Return the last published level of the larger area; None where there is none, or nobody knows its name.

    A level of an earlier year is held against the own value of that year, where there is one.
    """
    value, year = known_number(beside, "benchmark"), known_number(beside, "benchmark_year")
    if value is None or year is None or latest is None or not name.zh or target.comparison == "narrow":
        return None
    origin = f"details[{target.id}].benchmark"
    shown = Text(*(cell(origin, value, indicator.unit, indicator.decimals, lang) for lang in ("zh", "en")))
    when = quoted(f"details[{target.id}].benchmark_year", f"{year:.0f}")
    at = Text(f"{name.zh}{when}年", f"{name.en} in {when}")
    own = NONE
    if past and int(year) != max(past) and int(year) in past:
        latest, origin = past[int(year)], observed(key[0], key[1], int(year), *key[2:])
        own = Text(*(cell(origin, latest, indicator.unit, indicator.decimals, lang) for lang in ("zh", "en")))
    side = 0 if _by_chance(indicator, latest, value, beside) else side_of(latest, value, indicator.decimals)
    return Level(at, shown, side, int(year), area=name, own=own)


def _by_chance(indicator: Indicator, latest: float, value: float, beside: Mapping[Hashable, Any]) -> bool:
    """Return whether a value and another level differ by no more than two standard errors of the value."""
    people, scale = known_number(beside, "denominator"), SCALE.get(indicator.unit)
    if not people or scale is None:
        return False
    share = max(value, 0.0) / scale
    spread = share * max(1 - share, 0.0) if indicator.unit == "percent" else share
    return bool(abs(latest - value) <= 2 * scale * (spread / people) ** 0.5)
