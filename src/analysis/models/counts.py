"""Generalised linear trends of counts and shares: the textbook model of a rate whose denominator is known."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, ndtri

from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.models.distribution import LEVELS, Distribution
from analysis.models.sampling import EQUAL, observed_quantiles
from analysis.models.series import NotForecastable, Series

_FEWEST = 4  # two parameters and a dispersion


@dataclass(frozen=True)
class CountTrend:
    """A straight line in the logarithm of a rate (Poisson) or the logit of a share (binomial).

    Overdispersion, the Pearson statistic over its degrees of freedom and never below 1, widens both the line's
    uncertainty and the chance in what will be observed.

    References
    ----------
    McCullagh, Nelder, Generalized Linear Models (1989); statsmodels.genmod.
    """

    name: str
    bounded: bool

    def fit(self, series: Series) -> FittedCounts:
        """Return the line fitted to the counts.

        Parameters
        ----------
        series : Series
            Four years or more, each with its denominator.

        Returns
        -------
        FittedCounts

        Raises
        ------
        NotForecastable
            A denominator is missing, the unit is no rate or share, or fewer than four years were observed.
        """
        per, people = SCALE.get(series.unit), series.known_denominators()
        if per is None or not np.isfinite(people).all() or (people <= 0).any():
            raise NotForecastable(Text("缺少分母，不能按计数建模", "denominators are missing: no model of counts"))
        if len(series) < _FEWEST:
            raise NotForecastable(Text(f"不足{_FEWEST}个年度", f"fewer than {_FEWEST} observed years"))
        share = series.values / per
        if self.bounded and (share > 1).any():
            raise NotForecastable(Text("比重超过100%，不是二项比例", "a share above 100 %: not binomial"))
        return FittedCounts(series, self.bounded, per, *self._line(series.years, share, people))

    def forecast(self, series: Series, horizon: int) -> Distribution:
        """Return the distribution of what will be observed; see `fit` for what it raises."""
        return self.fit(series).forecast(horizon)

    def _line(
        self, years: np.ndarray, share: np.ndarray, people: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
        """Return the coefficients, their covariance, the dispersion and the fitted events per person."""
        from statsmodels.genmod.families import Binomial, Poisson
        from statsmodels.genmod.generalized_linear_model import GLM
        from statsmodels.tools.tools import add_constant

        x = add_constant((years - years[-1]).astype(float))
        events = np.clip(share * people, 0.5 if (share <= 0).all() else 0.0, None)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a perfect fit is no mistake here
            if self.bounded:
                events = np.minimum(events, people - (0.5 if (share >= 1).all() else 0.0))
                model = GLM(np.column_stack([events, people - events]), x, family=Binomial())
            else:
                model = GLM(events, x, family=Poisson(), offset=np.log(people))
            result = model.fit()
        dispersion = max(float(result.pearson_chi2 / result.df_resid), 1.0)
        fitted = np.asarray(result.fittedvalues) / (1.0 if self.bounded else people)
        return np.asarray(result.params), np.asarray(result.cov_params()), dispersion, fitted


@dataclass(frozen=True)
class FittedCounts:
    """A line of counts fitted to a series.

    Parameters
    ----------
    series : Series
    bounded : bool
        Whether it is a share (binomial) or a rate (Poisson).
    per : float
        Of the unit: 1,000 where it is per 1,000.
    coefficients, covariance : float arrays, shapes (2,) and (2, 2)
        Of the linear predictor: its value in the last observed year, and its yearly change.
    dispersion : float
        1 or above.
    mean : float array, shape (n,)
        Fitted events per person in the observed years.
    """

    series: Series
    bounded: bool
    per: float
    coefficients: np.ndarray
    covariance: np.ndarray
    dispersion: float
    mean: np.ndarray

    @property
    def params(self) -> Mapping[str, float]:
        """Return intercept and yearly change of the linear predictor, and the dispersion."""
        const, trend = map(float, self.coefficients)
        return {"const": const, "trend": trend, "dispersion": self.dispersion}

    @property
    def fitted(self) -> np.ndarray | None:
        """Return the fitted rates on the indicator's own scale, shape (n,)."""
        return self.mean * self.per

    def forecast(self, horizon: int) -> Distribution:
        """Return the distribution of what will be observed in the `horizon` years after the last one."""
        ahead = np.column_stack([np.ones(horizon), np.arange(1.0, horizon + 1)])
        variance = np.einsum("ij,jk,ik->i", ahead, self.covariance, ahead) * self.dispersion
        mean, spread = ahead @ self.coefficients, np.sqrt(variance)
        eta = mean[:, None] + spread[:, None] * ndtri(EQUAL)
        rates = expit(eta) if self.bounded else np.exp(np.minimum(eta, 50.0))
        effective = self.series.people_ahead(horizon) / self.dispersion
        drawn = observed_quantiles(rates, effective, self.bounded, np.concatenate([LEVELS, EQUAL])) * self.per
        k = len(LEVELS)
        return Distribution(self.series.ahead(horizon), drawn[:, :k], drawn[:, k:].mean(axis=1))


POISSON, BINOMIAL = CountTrend("poisson_trend", False), CountTrend("binomial_trend", True)
