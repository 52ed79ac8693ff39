"""Monitoring and evaluation of a development plan: forecasts, judgements, narratives.

    import analysis
    ev = analysis.evaluate("national-2021-2030", "data/reference")
    ev.assessments                                   # a table; also forecasts, alerts, effects, scenarios ...
    ev.indicator("health.u5mr").plot()
    ev.what_if(targets={...}).assessments
    analysis.report(ev, "midterm").save("midterm.docx")
    analysis.models.TrendAverage(rates, unit="per_1000").fit().get_forecast(5).summary_frame()

What is named here is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis import models
    from analysis.library import Document, Evaluation, evaluate, forecast, open, read_data, report
    from analysis.plan import read_plan

__version__ = "0.1.0"

_LIBRARY = "analysis.library"
_DOOR = {
    "Document": _LIBRARY,
    "Evaluation": _LIBRARY,
    "evaluate": _LIBRARY,
    "forecast": _LIBRARY,
    "open": _LIBRARY,
    "read_data": _LIBRARY,
    "read_plan": "analysis.plan",
    "report": _LIBRARY,
}

__all__ = ["Document", "Evaluation", "evaluate", "forecast", "models", "open", "read_data", "read_plan", "report"]


def __getattr__(name: str) -> Any:
    """Return a part of the door, loaded now."""
    if name == "models":
        return import_module("analysis.models")
    if name not in _DOOR:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_DOOR[name]), name)


def __dir__() -> list[str]:
    """Return what completes with the Tab key."""
    return sorted([*__all__, "__version__"])
