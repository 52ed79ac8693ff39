"""What may be asked of a fitted model: steps, intervals, targets; anything else is a `UsageError`."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from analysis.exceptions import Text, UsageError, Where, one_of, usage

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_BETTER = {"lower_is_better": "<=", "higher_is_better": ">="}


def check_steps(steps: Any) -> None:
    """Refuse what is no whole number of years, 1 or more."""
    if not _is_whole(steps) or steps < 1:
        raise _refused(
            "steps",
            steps,
            Text("不小于 1 的整数：预测的年数", "a whole number of 1 or more: the years to forecast"),
            Text("例如 steps=5。", "For example steps=5."),
        )


def check_alpha(alpha: Any) -> None:
    """Refuse what is no share between 0 and 1."""
    if not (_is_number(alpha) and 0 < alpha < 1):
        raise _refused(
            "alpha",
            alpha,
            Text("大于 0、小于 1 的数：区间外的概率", "a number between 0 and 1: the probability outside the interval"),
            Text("例如 alpha=0.2 表示 80% 区间。", "For example alpha=0.2 for an interval of 80 %."),
        )


def check_target(target: Any) -> None:
    """Refuse what is no finite number."""
    if not (_is_number(target) and np.isfinite(target)):
        raise _refused(
            "target",
            target,
            Text("有限的数，单位与指标相同", "a finite number in the indicator's own unit"),
            Text("请更正目标值。", "Correct the target."),
        )


def comparison_of(comparison: str | None, direction: str | None) -> str:
    """Return what a target asks for: <, <=, > or >=; without `comparison` the indicator's `direction` says it."""
    asked = _BETTER.get(direction or "") if comparison is None else comparison
    if asked not in COMPARISONS:
        raise _refused(
            "comparison",
            comparison,
            Text(
                "<、<=、> 或 >=；省略时须在模型中给出 direction",
                "<, <=, > or >=; left out, the model's direction says it",
            ),
            Text("例如 comparison='<='。", "For example comparison='<='."),
        )
    return asked


def check_direction(direction: str | None) -> None:
    """Refuse a direction that is none."""
    if direction is not None and direction not in _BETTER:
        raise _refused("direction", direction, one_of(_BETTER), Text("请更正后重新运行。", "Correct it and run again."))


def year_of(year: Any) -> int:
    """Return the calendar year of a whole number, a Period or a Timestamp."""
    value = getattr(year, "year", year)
    if not _is_whole(value):
        raise _refused(
            "year",
            year,
            Text("整数年份、Period 或 Timestamp", "a whole calendar year, a Period or a Timestamp"),
            Text("例如 year=2030。", "For example year=2030."),
        )
    return int(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _refused(name: str, value: Any, expected: Text, action: Text) -> UsageError:
    return usage(Text(f"{name}={value!r}", f"{name}={value!r}"), Where(item=name), expected, action)
