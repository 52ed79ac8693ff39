"""What a model fitted to one series offers, the same for all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from analysis.models.distribution import Distribution
from analysis.models.series import Array


class Fitted(Protocol):
    """A model fitted to one series."""

    @property
    def params(self) -> Mapping[str, float]:
        """Return the estimates by name."""

    @property
    def fitted(self) -> Array | None:
        """Return the in-sample means on the indicator's own scale, shape (n,); None where the model has none."""

    def forecast(self, horizon: int) -> Distribution:
        """Return the distribution for the `horizon` years after the last observed one."""
