"""One annual series as the models see it: years, values, counts, and the scale it lives on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.exceptions import Text

Array = NDArray[np.float64]
Years = NDArray[np.int64]


class NotForecastable(ValueError):
    """A model does not apply to a series; the reason becomes a row of the no_data table."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Parent:
    """What a series may borrow from the area above it.

    Parameters
    ----------
    name : str
        Series id of the parent.
    level : float
        The parent's underlying value in the series' last year, on the indicator's own scale.
    spread : float
        Standard deviation of areas around their parent on the model scale (log or logit).
    slope : float, optional
        The parent's yearly change on the model scale; given, the slope is borrowed as well: a sensitivity
        analysis only, since a borrowed slope hides a stalling district.
    """

    name: str
    level: float
    spread: float
    slope: float | None = None


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
    shocks : tuple of int
        Declared years whose values say little about the level (a pandemic year): weighed down, not left out.
    breaks : tuple of int
        Years from which the definition is another one: the level may jump there, the trend goes on.
    parent : Parent, optional
        What to borrow; nothing without it.
    """

    name: str
    years: Years
    values: Array
    denominators: Array = field(default_factory=lambda: np.empty(0))
    unit: str = "other"
    upper: float | None = None
    shocks: tuple[int, ...] = ()
    breaks: tuple[int, ...] = ()
    parent: Parent | None = None

    def __len__(self) -> int:
        """Return the number of observed years."""
        return len(self.years)

    @property
    def origin(self) -> int:
        """Return the last observed year."""
        return int(self.years[-1])

    def ahead(self, horizon: int) -> Years:
        """Return the `horizon` years after the last observed one.

        Parameters
        ----------
        horizon : int

        Returns
        -------
        integer array, shape (horizon,)
        """
        return self.origin + np.arange(1, horizon + 1, dtype=np.int64)

    def known_denominators(self) -> Array:
        """Return the denominators, NaN where unknown, shape (n,)."""
        if len(self.denominators) == len(self.years):
            return self.denominators
        return np.full(len(self.years), np.nan)

    def people_ahead(self, horizon: int) -> Array:
        """Return the denominators expected in the coming years.

        Births fall: the mean yearly change of the last five years goes on and fades by a tenth each year.

        Parameters
        ----------
        horizon : int

        Returns
        -------
        float array, shape (horizon,)
            NaN where none is known.
        """
        people = self.known_denominators()
        known = np.flatnonzero(np.isfinite(people) & (people > 0))
        if not len(known) or known[-1] != len(self) - 1:
            return np.full(horizon, np.nan)
        recent = known[self.years[known] >= self.origin - 5]
        span = self.years[recent[-1]] - self.years[recent[0]]
        change = np.log(people[recent[-1]] / people[recent[0]]) / span if span else 0.0
        return np.asarray(people[-1] * np.exp(change * np.cumsum(0.9 ** np.arange(1, horizon + 1))))
