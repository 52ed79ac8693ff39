"""The plan as data: goals, measures, targets of fifteen kinds, indicators, departments."""

from analysis.plan.copying import copy_plan
from analysis.plan.display import counted
from analysis.plan.model import Department, Domain, Goal, Indicator, Measure, Plan, Theme
from analysis.plan.reader import read_plan
from analysis.plan.targets import KINDS, Target

__all__ = [
    "KINDS",
    "Department",
    "Domain",
    "Goal",
    "Indicator",
    "Measure",
    "Plan",
    "Target",
    "Theme",
    "copy_plan",
    "counted",
    "read_plan",
]
