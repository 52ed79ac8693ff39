"""The models by name, all of one interface."""

from __future__ import annotations

from typing import Protocol

from analysis.exceptions import Text, Where, no_such
from analysis.models.average import AveragedTrend
from analysis.models.distribution import Distribution
from analysis.models.families import FAMILIES
from analysis.models.fitted import Fitted
from analysis.models.pool import PREFIX, pool_weights
from analysis.models.series import Series

DEFAULT_MODEL = "trend_average"
UNDERLYING = "trend_average_underlying"  # the rate without the chance in what will be observed


class Model(Protocol):
    """What every model offers."""

    @property
    def name(self) -> str:
        """Return the model's name as it stands in the forecasts table."""

    def fit(self, series: Series) -> Fitted:
        """Return the model fitted to one series by itself."""

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the forecast distribution for the `horizon` years after the last observed one."""


def model_names() -> list[str]:
    """Return the names of the models.

    Returns
    -------
    list of str
        The default first.
    """
    return [DEFAULT_MODEL, UNDERLYING, *FAMILIES]


def model(name: str) -> Model:
    """Return the model called `name`; an unknown name is a `UsageError` that lists the known ones."""
    if name in (DEFAULT_MODEL, UNDERLYING):
        return AveragedTrend("observed" if name == DEFAULT_MODEL else "underlying")
    if name in FAMILIES:
        return FAMILIES[name]
    raise _unknown(name)


def check_model(name: str) -> None:
    """Refuse a name that is neither a model's nor a pool's of known models with positive weights."""
    if not name.startswith(PREFIX):
        model(name)
        return
    try:
        members = pool_weights(name)
    except ValueError:
        raise _unknown(name) from None
    for member in members:
        model(member)


def _unknown(name: str) -> Exception:
    known = [*model_names(), "pool:NAME=WEIGHT,..."]
    return no_such(Text("没有模型", "no model called"), name, known, Where(item="--model"))
