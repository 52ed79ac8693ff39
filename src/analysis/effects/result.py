"""What every design returns: an estimate with its interval, the grade of its evidence, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from analysis.effects.grade import grade_of
from analysis.exceptions import Text

DESIGNS = ("synthetic_control", "difference_in_differences", "interrupted_series", "rate_ratio")
GRADES = ("strong", "moderate", "weak", "none")


@dataclass(frozen=True)
class Check:
    """One check of a design: passed, failed, or (None) not possible with these data; and what it found.

    Parameters
    ----------
    name : str
    passed : bool or None
    said : Text
    """

    name: str
    passed: bool | None
    said: Text


@dataclass(frozen=True)
class Effect:
    """What a design says of a measure.

    Parameters
    ----------
    design : str
        One of `DESIGNS`.
    scale : str
        difference [the unit of the values], or ratio to what was to be expected without the measure.
    estimate : float
        Mean effect over the years since the start; NaN where unknown.
    lower_95, upper_95, p_value : float
        Interval and test of no effect; NaN where unknown.
    before, after : int
        Periods with data.
    checks : tuple of Check
    grade, reason : str, Text
        Of the evidence (`analysis.effects.grade`).
    notes : tuple of Text
        What was left out; part of the reason whatever the grade.
    """

    design: str
    scale: str
    estimate: float
    lower_95: float
    upper_95: float
    p_value: float
    before: int
    after: int
    checks: tuple[Check, ...] = ()
    grade: str = "none"
    reason: Text = Text("", "")
    notes: tuple[Text, ...] = ()

    @property
    def none(self) -> float:
        """Return the value that stands for no effect: 0 for a difference, 1 for a ratio."""
        return 1.0 if self.scale == "ratio" else 0.0

    @property
    def sign(self) -> int:
        """Return the direction of the effect: -1, 0 or 1."""
        moved = self.estimate - self.none
        return 0 if not moved or math.isnan(moved) else int(math.copysign(1, moved))

    def graded(self, p_value: float | None = None) -> Effect:
        """Return the effect with grade and reason; `p_value` replaces its own where several tests were made."""
        p = self.p_value if p_value is None else p_value
        found = [(one.passed, one.said) for one in self.checks]
        grade, reason = grade_of(self.design, p, found)
        return replace(self, grade=grade, reason=_joined(reason, *self.notes))

    def noted(self, *said: Text) -> Effect:
        """Return the effect with further notes on what was compared; the grade stays as it is."""
        return replace(self, notes=(*self.notes, *said), reason=_joined(self.reason, *said))


def _joined(*said: Text) -> Text:
    kept = [one for one in said if one.zh]
    return Text("；".join(one.zh for one in kept), "; ".join(one.en for one in kept))


def not_judged(design: str, scale: str, before: int, after: int, reason: Text) -> Effect:
    """Return the effect of a design whose minimum data are not there: no estimate, and the reason."""
    nan = math.nan
    return Effect(design, scale, nan, nan, nan, nan, before, after, grade="none", reason=reason)
