"""The models by their names, one class each, with the verbs of statsmodels: `Model(endog).fit().get_forecast(5)`.

A batch of series is forecast by `analysis.models.forecast`; a class is for one series under study. Both run the same
code: the forecasts of a class and of a batch of that series alone are equal to the last bit.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.exceptions import Text, Where, usage
from analysis.models.asking import check_direction
from analysis.models.average import Learnt
from analysis.models.endog import Missing, Upper, read_annual
from analysis.models.forecasting import FIT_ERRORS, fit, too_short
from analysis.models.pool import pool_name
from analysis.models.registry import check_model
from analysis.models.results import AnnualResults, refused
from analysis.models.series import Array, Series


class AnnualModel:
    """A model of one annual series; its subclasses are the models.

    Parameters
    ----------
    endog : pandas Series, array or Series, optional
        Observed values on the indicator's own scale, one a year. The index holds whole calendar years, or is an annual
        PeriodIndex or a DatetimeIndex; years may be missing and need not be in order. Bare arrays are consecutive years
        and come back as arrays. A `Series` of `analysis.models` has its own counts, unit and marks.
    exposure : pandas Series, array or float, optional
        Denominators: people or events behind each value, NaN where unknown. Given, the chance in a count is part of the
        forecast.
    numerator : pandas Series or array, optional
        Events. A missing value is worked out from numerator and exposure; a numerator without exposure tells how many
        stand behind a rate.
    dates : sequence, optional
        Years, where `endog` has no index: whole years, datetimes or annual periods.
    unit : str
        percent, per_1000, per_10000, per_100000, ratio, other ... (`analysis.formats`): what the scale of the model
        follows from.
    direction : str, optional
        lower_is_better or higher_is_better: what a target asks for where no comparison is given.
    upper : float or None
        Upper bound of a percentage. "auto" is 100, unless a value above 100 was seen.
    shocks : iterable of int
        Years whose values say little about the level (a pandemic year): weighed down, not left out.
    breaks : iterable of int
        Years from which the definition is another one.
    missing : str
        raise (a missing value is an error) or drop.

    Raises
    ------
    DataError
        Shapes, years or values are wrong.
    UsageError
        An option does not exist.
    """

    name = ""

    def __init_subclass__(cls) -> None:
        """Give a model's docstring the parameters, which are the same for all."""
        own, shared = inspect.cleandoc(cls.__doc__ or ""), inspect.cleandoc(AnnualModel.__doc__ or "")
        if "Parameters\n---" not in own:
            what, *rest = re.split(r"\n\n(?=(?:References|Examples)\n---)", own)
            cls.__doc__ = "\n\n".join([what, shared[shared.index("Parameters\n") :], *rest])

    def __init__(
        self,
        endog: Any = None,
        exposure: Any = None,
        numerator: Any = None,
        *,
        dates: Any = None,
        unit: str = "percent",
        direction: str | None = None,
        upper: Upper = "auto",
        shocks: Iterable[int] = (),
        breaks: Iterable[int] = (),
        missing: Missing = "raise",
    ) -> None:
        check_direction(direction)
        self.annual = read_annual(endog, exposure, numerator, dates, unit, upper, shocks, breaks, missing)
        self.direction = direction

    @property
    def series(self) -> Series:
        """Return the series as the models see it."""
        return self.annual.series

    @property
    def endog(self) -> pd.Series | Array:
        """Return the observed values, years in order; an array where arrays were given."""
        return self._labelled(self.series.values)

    @property
    def exposure(self) -> pd.Series | Array | None:
        """Return the denominators of the observed years; None where none is known."""
        people = self.series.known_denominators()
        return self._labelled(people) if np.isfinite(people).any() else None

    @property
    def endog_names(self) -> str:
        """Return the name of the series, y where it has none."""
        return self.series.name

    def fit(self, learnt: Learnt | None = None) -> AnnualResults:
        """Fit the model.

        Parameters
        ----------
        learnt : Learnt, optional
            Weights the default model learnt from a batch of series; without them it learns from this series alone.

        Returns
        -------
        AnnualResults

        Raises
        ------
        DataError
            The model cannot be fitted to this series; the reason is that of the no_data table of a batch.
        """
        if (lacking := too_short(self.series)) is not None:
            raise refused(self, lacking)
        try:
            results = AnnualResults(self, fit(self.name, self.series, learnt))
        except FIT_ERRORS as error:
            raise refused(self, "not_fitted", error) from None
        results.get_forecast(1)  # some families find out here only that the series is too short for them
        return results

    def _labelled(self, values: Array) -> pd.Series | Array:
        index = self.annual.index
        return values if index is None else pd.Series(values, index=index, name=self.endog_names)

    def __repr__(self) -> str:
        """Return model, series, years and unit."""
        return f"<{type(self).__name__}: {self.endog_names}, {len(self.series)} observed years, {self.series.unit}>"


class TrendAverage(AnnualModel):
    """`trend_average`, the default: a damped local trend averaged over its parameters.

    What is forecast is what will be observed, chance in counts included (docs/methods.md).

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.models import TrendAverage
    >>> rates = pd.Series([9.1, 8.7, 8.2, 8.0, 7.4, 7.1], index=range(2018, 2024), name="u5mr")
    >>> res = TrendAverage(rates, exposure=9000, unit="per_1000", direction="lower_is_better").fit()
    >>> res.get_forecast(2).summary_frame(alpha=0.2).index.tolist()
    [2024, 2025]
    >>> bool(res.probability_of_missing(9.0, year=2025) < res.probability_of_missing(6.0, year=2025))
    True
    """

    name = "trend_average"


class TrendAverageUnderlying(AnnualModel):
    """`trend_average_underlying`: the default model's underlying rate, without the chance in what will be observed."""

    name = "trend_average_underlying"


class RandomWalk(AnnualModel):
    """`random_walk`: the last value goes on (statsmodels `UnobservedComponents`)."""

    name = "random_walk"


class Drift(AnnualModel):
    """`drift`: a random walk with a constant yearly change (statsmodels `UnobservedComponents`)."""

    name = "drift"


class LocalLevel(AnnualModel):
    """`local_level`: a random walk seen through noise (statsmodels `UnobservedComponents`)."""

    name = "local_level"


class LocalLinearTrend(AnnualModel):
    """`local_linear_trend`: level and slope are both random walks (statsmodels `UnobservedComponents`)."""

    name = "local_linear_trend"


class DampedTrend(AnnualModel):
    """`damped_trend`: exponential smoothing with a damped trend (statsmodels `ExponentialSmoothing`)."""

    name = "damped_trend"


class Theta(AnnualModel):
    """`theta`: the Theta method (statsmodels `ThetaModel`); every year is needed.

    References
    ----------
    Assimakopoulos, Nikolopoulos, "The theta model", International Journal of Forecasting 16 (2000).
    """

    name = "theta"


class LogLinear(AnnualModel):
    """`loglinear`: least squares on the model scale, the common practice for rates of change (statsmodels `OLS`)."""

    name = "loglinear"


class PoissonTrend(AnnualModel):
    """`poisson_trend`: a straight line in the logarithm of a rate; denominators are needed (statsmodels `GLM`).

    References
    ----------
    McCullagh, Nelder, Generalized Linear Models (1989).
    """

    name = "poisson_trend"


class BinomialTrend(AnnualModel):
    """`binomial_trend`: a straight line in the logit of a share; denominators are needed (statsmodels `GLM`).

    References
    ----------
    McCullagh, Nelder, Generalized Linear Models (1989).
    """

    name = "binomial_trend"


class Pool(AnnualModel):
    """Quantiles of several models averaged with fixed weights.

    Parameters
    ----------
    endog : pandas Series, array or Series
        As for every model (`AnnualModel`).
    weights : mapping of str to float
        Positive weights by name of `model_names()`; they are made to add to one.
    **options
        The further parameters of `AnnualModel`.

    Raises
    ------
    UsageError
        A model is unknown or a weight not positive.
    DataError
        Shapes, years or values are wrong.

    References
    ----------
    Lichtendahl, Grushka-Cockayne, Winkler, "Is it better to average probabilities or quantiles?", Management
    Science 59 (2013).
    """

    def __init__(self, endog: Any = None, *, weights: Mapping[str, float], **options: Any) -> None:
        if not all(np.isfinite(weight) and weight > 0 for weight in weights.values()):
            raise usage(
                Text(f"weights={dict(weights)}", f"weights={dict(weights)}"),
                Where(item="weights"),
                Text("每个模型一个正的权重", "a positive weight for each model"),
                Text("请去掉权重不为正的模型。", "Leave out models whose weight is not positive."),
            )
        self.name = pool_name(weights)
        check_model(self.name)
        super().__init__(endog, **options)
