"""Within what a value can lie, by what it measures."""

from __future__ import annotations

import re

from analysis.plan import Indicator

_CHANGE_UNITS = ("percentage_points", "percent_of_baseline", "percent_per_year")
_CHINESE = re.compile("[\u4e00-\u9fff]")


def range_of(indicator: Indicator) -> tuple[float | None, float | None]:
    """Return the lowest and the highest value an indicator can have, in its own unit; None where there is no bound.

    The plan's own bounds count where it gives them. Else a share lies within 0-100, a gross rate has no upper bound, a
    rate of growth or change has none at all, and nothing else is below 0.
    """
    if is_change(indicator):
        lower, upper = None, None
    else:
        lower, upper = 0.0, 100.0 if indicator.unit == "percent" and not is_gross(indicator) else None
    return (
        lower if indicator.lower is None else indicator.lower,
        upper if indicator.upper is None else indicator.upper,
    )


def is_gross(indicator: Indicator) -> bool:
    """Return whether an indicator counts people of every age against those of one: it may exceed 100 %."""
    return "毛" in indicator.name.zh or re.search(r"\bgross\b(?! motor)", indicator.name.en, re.I) is not None


def is_change(indicator: Indicator) -> bool:
    """Return whether an indicator is a rate of growth or change: it may be negative.

    The English name is asked only where there is no Chinese one: the growth of a child (生长) is no rate of growth.
    """
    name = indicator.name
    if _CHINESE.search(name.zh):
        said = any(word in name.zh for word in ("增长", "增速", "增幅", "变化"))
    else:
        said = re.search(r"\b(growth|change)\b", name.en, re.I) is not None
    return said or indicator.unit in _CHANGE_UNITS
