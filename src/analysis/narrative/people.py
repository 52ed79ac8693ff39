"""How many people stand behind a target: how many there are, and how many it allows or asks for."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from analysis.assessment.case import FEW_EVENTS
from analysis.exceptions import Text
from analysis.formats import plain
from analysis.marks import Values
from analysis.plan import Indicator, Target

_NOTHING = Text("", "")


def involved(
    target: Target, indicator: Indicator | None, beside: Mapping[Hashable, Any], values: Values
) -> tuple[Text, Text]:
    """Return the people (schools, beds, ...) behind the last value beside those the target allows or asks for.

    Parameters
    ----------
    target : Target
    indicator : Indicator, optional
        Names what is counted.
    beside : mapping
        The target's row of `DETAILS`.
    values : Values
        Notes what is marked.

    Returns
    -------
    now : Text
        What there is. Empty where it is not known, where it says nothing (what should be high and is high enough; what
        should be low, has no number set and is frequent), and for a sample: its people are not those of the area.
    asked : Text
        Of what should be low what is allowed at most, of what should be high what is asked for and what is lacking.
    """
    found: dict[str, float] = {name: float(beside[name]) for name in _READ if _known(beside.get(name))}
    if indicator is None or indicator.sample or "numerator" not in found:
        return _NOTHING, _NOTHING
    now = _said(target, indicator, values, "numerator", found["numerator"])
    if target.lower_is_better:
        if "allowed_events" not in found:
            return (now if found["numerator"] < FEW_EVENTS else _NOTHING), _NOTHING
        allowed = _said(target, indicator, values, "allowed_events", found["allowed_events"])
        return now, Text(f"须不超过{allowed.zh}", f"at most {allowed.en}")
    if found.get("people", 0.0) <= 0:
        return _NOTHING, _NOTHING
    needed = found["numerator"] + found["people"]
    origin = f"details[{target.id}].numerator + details[{target.id}].people"
    lacking = _said(target, indicator, values, "people", found["people"])
    asked = _said(target, indicator, values, "needed", needed, origin)
    return now, Text(f"应有{asked.zh}，差{lacking.zh}", f"{asked.en} asked for, {lacking.en} short")


_READ = ("numerator", "allowed_events", "people")


def _known(value: Any) -> bool:
    return value is not None and value == value


def _said(target: Target, one: Indicator, values: Values, name: str, number: float, origin: str = "") -> Text:
    """Return a number of people with its measure word; the mark holds the number alone."""
    text = plain(number, 0)
    shown = values.mark(
        f"{target.id}/people/{name}",
        number,
        "count",
        0,
        Text(text, text),
        origin or f"details[{target.id}].{name}",
        "plain",
    )
    single, _, many = one.count_unit.en.partition("/")
    return Text(f"{shown.zh}{one.count_unit.zh}", f"{shown.en} {single if text == '1' or not many else many}")
