"""What a department owes of a year beside figures: its measures, its targets without annual data, its alerts."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analysis.plan import Measure, Plan, Target


@dataclass(frozen=True)
class Duties:
    """What one department owes.

    Parameters
    ----------
    department : str
        Its code.
    leads, supports : tuple of Measure
        The measures it leads, and those it supports.
    targets : tuple of Target
        Those without annual data it answers for.
    figures : bool
        Whether an indicator is its own.
    """

    department: str
    leads: tuple[Measure, ...]
    supports: tuple[Measure, ...]
    targets: tuple[Target, ...]
    figures: bool

    @property
    def any(self) -> bool:
        """Return whether it owes anything."""
        return bool(self.figures or self.leads or self.supports or self.targets)


def lead_of(plan: Plan, target: Target) -> str:
    """Return the department that answers for a target: its indicator's, else the first of its goal or measure."""
    if target.indicator:
        return plan.indicator(target.indicator).department
    return next(iter(plan.parent(target).departments), "")


def by_evidence(target: Target) -> bool:
    """Return whether a target has no yearly figure to be judged by: without an indicator, or counted to be full."""
    return not target.indicator or target.kind == "milestone"


def duties_of(plan: Plan, department: str) -> Duties:
    """Return what a department owes by the plan."""
    leads = tuple(one for one in plan.measures if one.departments[:1] == (department,))
    supports = tuple(one for one in plan.measures if department in one.departments[1:])
    targets = tuple(one for one in plan.targets if by_evidence(one) and lead_of(plan, one) == department)
    figures = any(one.department == department for one in plan.indicators)
    return Duties(department, leads, supports, targets, figures)


def owing_departments(plan: Plan) -> list[str]:
    """Return the codes of the departments that owe anything, in the order of their codes."""
    codes = {one.department for one in plan.indicators}
    codes |= {code for one in plan.measures for code in one.departments}
    codes |= {lead_of(plan, one) for one in plan.targets if by_evidence(one)}
    return sorted(codes - {""})


def alerted_targets(plan: Plan, department: str, alerts: pd.DataFrame) -> list[Target]:
    """Return the targets of a department that are alerted, each once, in the order of the plan.

    Parameters
    ----------
    plan, department
        Whose targets.
    alerts : DataFrame
        Column `target`: of an `ALERTS` table or the register of issued alerts.
    """
    named = set(alerts["target"]) if len(alerts) else set()
    return [one for one in plan.targets if one.id in named and lead_of(plan, one) == department]
