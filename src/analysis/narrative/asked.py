"""What a target asks for and what it is about, in words."""

from __future__ import annotations

from analysis.assessment.gaps import DIMENSIONS
from analysis.exceptions import Text
from analysis.formats import MISSING
from analysis.plan import Indicator, Target

ASKED = {
    "down": Text("下降（未设数值）", "to fall (no number set)"),
    "up": Text("提高（未设数值）", "to rise (no number set)"),
    "narrow": Text("缩小（未设数值）", "to narrow (no number set)"),
    "": Text(MISSING, MISSING),
}


def asked_for(target: Target, value: Text, parts: Text) -> Text:
    """Return what is asked for: a number, one that all `parts` must reach, or a direction without any."""
    if target.kind in ("direction", "gap_or_qualitative"):
        return ASKED[target.comparison]
    if not target.subunit:
        return value
    return Text(f"每个{parts.zh}{value.zh}", f"{value.en} in all {parts.en}")


def subject(target: Target, indicator: Indicator) -> Text:
    """Return what the target is about: the indicator, or its gap in the dimensions the clause names."""
    if target.comparison != "narrow":
        return indicator.name
    dimensions = target.gap_dimensions or ("residence",)
    name = indicator.name.en[0].lower() + indicator.name.en[1:]
    if len(dimensions) == 1:
        gap = DIMENSIONS[dimensions[0]]
        return Text(f"{indicator.name.zh}{gap.zh}", f"{gap.en.removeprefix('the ').capitalize()} in {name}")
    return Text(f"{indicator.name.zh}差距", f"Gaps in {name}")
