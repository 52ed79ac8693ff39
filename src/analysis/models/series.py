"""One annual series as the models see it: years, values, counts, and the scale it lives on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Years = NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """An observed annual series.

    Parameters
    ----------
    name : str
        The series id.
    years : integer array, shape (n,)
        Years with an observation, increasing; gaps are allowed.
    values : float array, shape (n,)
        Observed values on the indicator's own scale.
    denominators : float array, shape (n,), optional
        People or events behind each value; NaN where unknown.
    unit : str
        A unit of `analysis.formats`; rates per something are positive, percentages bounded.
    upper : float, optional
        Upper bound of the scale; None for rates without one (gross enrolment may exceed 100 %).
    """

    name: str
    years: Years
    values: Array
    denominators: Array = field(default_factory=lambda: np.empty(0))
    unit: str = "other"
    upper: float | None = None

    def __len__(self) -> int:
        """Return the number of observed years."""
        return len(self.years)

    @property
    def origin(self) -> int:
        """Return the last observed year."""
        return int(self.years[-1])

    def ahead(self, horizon: int) -> Years:
        """Return the `horizon` years after the last observed one."""
        return self.origin + np.arange(1, horizon + 1, dtype=np.int64)

    def known_denominators(self) -> Array:
        """Return the denominators, NaN where unknown, shape (n,)."""
        if len(self.denominators) == len(self.years):
            return self.denominators
        return np.full(len(self.years), np.nan)
