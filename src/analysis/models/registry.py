"""The models by name, all of one interface."""

from __future__ import annotations

from typing import Protocol

from analysis.exceptions import Text, Where, usage
from analysis.models.average import AveragedTrend
from analysis.models.distribution import Distribution
from analysis.models.families import FAMILIES
from analysis.models.series import Series

DEFAULT_MODEL = "trend_average"
UNDERLYING = "trend_average_underlying"  # the rate without the chance in what will be observed


class Model(Protocol):
    """What every model offers."""

    @property
    def name(self) -> str:
        """Return the model's name as it stands in the forecasts table."""

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the forecast distribution for the `horizon` years after the last observed one."""


def model_names() -> list[str]:
    """Return the names `model` takes, the default first."""
    return [DEFAULT_MODEL, UNDERLYING, *FAMILIES]


def model(name: str) -> Model:
    """Return the model called `name`; an unknown name is a `UsageError` that lists the known ones."""
    if name in (DEFAULT_MODEL, UNDERLYING):
        return AveragedTrend("observed" if name == DEFAULT_MODEL else "underlying")
    if name in FAMILIES:
        return FAMILIES[name]
    known = ", ".join(model_names())
    raise usage(
        Text(f"没有名为 {name} 的模型", f"no model called {name}"),
        Where(item="--model"),
        Text(f"下列之一：{known}", f"one of: {known}"),
        Text("请更正模型名称后重新运行。", "Correct the name and run again."),
    )
