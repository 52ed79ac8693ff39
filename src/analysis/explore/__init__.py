"""Exploring: one indicator at a time, in a code cell or on a page of choices.

    from analysis import explore
    explore.indicator("health.u5mr").plot()

In a notebook the import also makes a user's mistakes short (`errors.short_errors`).
"""

from analysis.explore.catalogue import Catalogue, indicator
from analysis.explore.errors import short_errors
from analysis.explore.look import Look
from analysis.explore.objects import Assessment, Forecast
from analysis.explore.page import Explorer, explorer
from analysis.explore.room import forget
from analysis.explore.view import Assumptions, View

indicators = Catalogue()
short_errors()

__all__ = [
    "Assessment",
    "Assumptions",
    "Catalogue",
    "Explorer",
    "Forecast",
    "Look",
    "View",
    "explorer",
    "forget",
    "indicator",
    "indicators",
    "short_errors",
]
