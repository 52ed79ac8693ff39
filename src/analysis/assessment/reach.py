"""Whether a way leads to a target's value at all: not where it is reached, a natural limit, or not named."""

from __future__ import annotations

from analysis.assessment.case import Case
from analysis.assessment.evidence import Evidence
from analysis.assessment.pace import Path
from analysis.exceptions import Text
from analysis.plan import Target
from analysis.plan.targets import Direction, GrowthRateChange


def valued(target: Target) -> bool:
    """Return whether a target names a value of its own; a direction does not, its base is no target."""
    return target.value is not None and not isinstance(target, Direction)


def pathless(evidence: Evidence) -> Text:
    """Return why a series has no pace: no forecast, or one whose median is zero."""
    if not evidence.quantiles:
        return Text("没有全区的预测，步伐无从谈起。", "No forecast of the whole area: no pace can be told.")
    return Text(
        "预测中位数为0，已处于自然下限，只需保持，没有更快的步伐。",
        "The median forecast is zero, the natural limit: it is to be kept, there is no faster pace.",
    )


WITHOUT_VALUE = Text(
    "条款只要求变动方向，没有目标值，不设所需步伐。",
    "The clause asks for a direction and names no value: no pace is set.",
)


def nowhere(case: Case, path: Path, bound: float) -> Text | None:
    """Return why no way leads to the target's value; None where one does."""
    if not valued(case.target):
        return WITHOUT_VALUE
    kept = reached(case, path, bound)
    if kept is not None:
        return Text(kept.zh + "没有所需步伐。", f"{kept.en} No pace is asked.")
    if path.at_limit(bound):
        return Text(
            "目标值是自然极限，只能逐步逼近，没有等速到达的步伐。",
            "The target is a natural limit: it can be approached, no steady pace ends there.",
        )
    return None


_HELD = Text("当前水平已达到目标，要求的是保持。", "At the target's level already: it is to be kept.")
_ONCE = Text(
    "最近一年的数值已达到目标，模型的当前水平尚未达到，要求的是稳定在目标以内。",
    "The last value is at the target, the model's level now is not yet: it is to be held there.",
)


def reached(case: Case, path: Path, bound: float) -> Text | None:
    """Return the sentence on a target whose level now or last value is there; where every unit has to be, of each.

    None where neither is. A ceiling on growth is no level to be reached: the way to it is the growth allowed.
    """
    if isinstance(case.target, GrowthRateChange) or not valued(case.target):
        return None
    better = -1.0 if case.target.lower_is_better else 1.0
    if case.target.subunit:
        own = [case.evidence(area=code) for code in case.parts]
        return _HELD if own and all(one.observed and _meets(one, case.target, bound) for one in own) else None
    if path.reaches(bound, better):
        return _HELD
    return _ONCE if _meets(path.evidence, case.target, bound) else None


def _meets(evidence: Evidence, target: Target, bound: float) -> bool:
    """Return whether the last value meets a bound; at the bound itself unless the clause says below or above."""
    over = evidence.observed[evidence.latest_year or 0] - bound
    better = -over if target.lower_is_better else over
    return better > 0 if target.comparison in ("<", ">") else better >= 0
