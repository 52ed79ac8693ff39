"""A forecast as statsmodels' users read one: mean, intervals, a frame; the distribution is behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.models.asking import check_alpha
from analysis.models.distribution import Distribution
from analysis.models.series import Array
from analysis.models.transforms import Scale

_POINTS = (np.arange(999) + 0.5) / 999  # levels whose quantiles stand for a distribution's moments


@dataclass(frozen=True, eq=False, repr=False)
class AnnualForecast:
    """The forecast of one annual series, with the verbs of statsmodels' `PredictionResults`.

    Made by `AnnualResults.get_forecast`. Everything is read from `distribution`: intervals are its quantiles, so they
    are as skewed as it is, and where it is inside the indicator's range so are they.

    Parameters
    ----------
    distribution : Distribution
        Quantiles and means by year.
    scale : Scale
        The scale of the model, which knows the indicator's range.
    row_labels : pandas.Index, optional
        Labels of the forecast years, of the kind the observed ones have; None for bare arrays.
    endog_names : str
        Name of the series.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.models import LogLinear
    >>> rates = pd.Series(range(20, 10, -1), index=range(2015, 2025), name="u5mr")
    >>> ahead = LogLinear(rates, unit="per_1000").fit().get_forecast(2)
    >>> ahead.summary_frame(alpha=0.2).round(2).columns.tolist()
    ['mean', 'mean_se', 'mean_ci_lower', 'mean_ci_upper']
    >>> ahead.conf_int(alpha=0.2).columns.tolist()
    ['lower u5mr', 'upper u5mr']
    """

    distribution: Distribution
    scale: Scale
    row_labels: pd.Index | None
    endog_names: str

    @property
    def predicted_mean(self) -> pd.Series | Array:
        """Return the mean of each year, in the series' own unit; an array where arrays were given."""
        return self._column(self.distribution.mean, "predicted_mean")

    @property
    def se_mean(self) -> pd.Series | Array:
        """Return the standard deviation of what will be observed in each year, in the series' own unit."""
        return self._column(self._at(_POINTS).std(axis=1), "mean_se")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame | NDArray[np.float64]:
        """Return the interval in which the outcome lies with probability 1 - `alpha`.

        Parameters
        ----------
        alpha : float
            Between 0 and 1; half of it lies on either side. At 0.02, 0.05, 0.1, 0.2 ... the bounds are quantiles of the
            forecasts table as they are.

        Returns
        -------
        DataFrame
            Columns `lower NAME` and `upper NAME`, a row a year; an array of shape (steps, 2) where arrays were given.

        Raises
        ------
        UsageError
            `alpha` is not between 0 and 1.
        """
        check_alpha(alpha)
        both = self._at(np.array([alpha / 2, 1 - alpha / 2]))
        if self.row_labels is None:
            return both
        return pd.DataFrame(
            both, index=self.row_labels, columns=[f"{side} {self.endog_names}" for side in ("lower", "upper")]
        )

    def summary_frame(self, alpha: float = 0.05) -> pd.DataFrame:
        """Return mean, its standard deviation and the interval of each year in one frame.

        Parameters
        ----------
        alpha : float
            As for `conf_int`.

        Returns
        -------
        DataFrame
            Columns mean, mean_se, mean_ci_lower, mean_ci_upper, in the series' own unit.

        Raises
        ------
        UsageError
            `alpha` is not between 0 and 1.
        """
        interval = np.asarray(self.conf_int(alpha))
        columns = {
            "mean": np.asarray(self.predicted_mean),
            "mean_se": np.asarray(self.se_mean),
            "mean_ci_lower": interval[:, 0],
            "mean_ci_upper": interval[:, 1],
        }
        frame = pd.DataFrame(columns, index=self.row_labels)
        frame.columns.name = self.endog_names
        return frame

    def _at(self, levels: Array) -> Array:
        """Return the quantiles at some levels, shape (steps, k); what is beyond the stored ones inside the range."""
        stored = self.distribution.quantiles
        lowest = -np.inf if self.scale.kind == "identity" else 0.0
        highest = self.scale.upper if self.scale.kind == "logit" else np.inf
        ends = np.minimum(stored[:, :1], lowest), np.maximum(stored[:, -1:], highest)  # a stored quantile stays itself
        return np.clip(self.distribution.ppf(levels), *ends)

    def _column(self, values: Array, name: str) -> pd.Series | Array:
        return values if self.row_labels is None else pd.Series(values, index=self.row_labels, name=name)

    def __repr__(self) -> str:
        """Return name, years and the frame with intervals of 80 %."""
        years = self.distribution.years
        span = f"{years[0]}" if len(years) == 1 else f"{years[0]}-{years[-1]}"
        return f"<forecast of {self.endog_names}, {span}>\n{self.summary_frame(alpha=0.2)}"

    def _repr_html_(self) -> str:
        """Return the frame as a notebook shows it."""
        return self.summary_frame(alpha=0.2).to_html()
