"""The evidence grade (证据等级): one place that decides, and gives its reasons. The cuts are a local choice."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.exceptions import Text

LEVEL = 0.05
CEILINGS = {
    "synthetic_control": "strong",
    "difference_in_differences": "strong",
    "interrupted_series": "moderate",
    "rate_ratio": "weak",
}
_CHANCE = Text("变化没有超出偶然范围", "the change is within what chance explains")
_CEILING = {
    "moderate": Text(
        "没有对照地区，同期其他因素不能排除", "no comparison area: other things that happened then cannot be excluded"
    ),
    "weak": Text(
        "只是前后相比，没有对照，也未扣除原有趋势", "before and after only: no comparison, earlier trend not removed"
    ),
}
_PASSED = Text("各项检验均通过", "all checks passed")


def grade_of(design: str, p_value: float, checks: Sequence[tuple[bool | None, Text]]) -> tuple[str, Text]:
    """Return the grade of an estimate and the reasons for it.

    Parameters
    ----------
    design : str
        Names the best grade it can reach: comparison areas strong, a single series moderate, before and after weak.
    p_value : float
        Above 0.05, or unknown: weak.
    checks : sequence of (passed, what was found)
        One that failed: weak; one that was not possible: at most moderate.

    Returns
    -------
    grade : strong, moderate or weak
    reason : Text
        Every reason that keeps the grade where it is.
    """
    ceiling, reasons = CEILINGS[design], []
    weak = ceiling == "weak"
    if math.isnan(p_value) or p_value >= LEVEL:
        weak = True
        reasons.append(_CHANCE)
    reasons += [said for passed, said in checks if not passed]
    weak = weak or any(passed is False for passed, _ in checks)
    unknown = any(passed is None for passed, _ in checks)
    if ceiling != "strong":
        reasons.append(_CEILING[ceiling])
    grade = "weak" if weak else "moderate" if unknown else ceiling
    reasons = reasons or [_PASSED]
    return grade, Text("；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons))
