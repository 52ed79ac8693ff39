"""What is known of a fitted model, with the verbs of statsmodels' results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.exceptions import DataError, Fault, Text, UsageError, Where, usage
from analysis.models.asking import COMPARISONS, check_alpha, check_steps, check_target, comparison_of, year_of
from analysis.models.distribution import Distribution
from analysis.models.fitted import Fitted
from analysis.models.forecasting import FIT_ERRORS, NON_FINITE, said_of
from analysis.models.prediction import AnnualForecast
from analysis.models.series import Array, Series
from analysis.models.showing import draw, summary_of
from analysis.models.transforms import scale_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.models.annual import AnnualModel


class AnnualResults:
    """A model fitted to one annual series; made by `AnnualModel.fit`.

    Forecasts are those of `analysis.models.forecast` for a batch of this series alone, to the last bit.

    Parameters
    ----------
    model : AnnualModel
    fitted : Fitted
        What the model has estimated.
    """

    def __init__(self, model: AnnualModel, fitted: Fitted) -> None:
        self.model = model
        self._fitted = fitted

    @property
    def series(self) -> Series:
        """Return the series as the models see it."""
        return self.model.series

    @property
    def nobs(self) -> int:
        """Return the number of observed years."""
        return len(self.series)

    @property
    def scale(self) -> str:
        """Return the scale of the model: identity, log or logit."""
        return scale_of(self.series).kind

    @property
    def params(self) -> pd.Series:
        """Return the estimates by name, on the model scale."""
        return pd.Series(dict(self._fitted.params), dtype=float)

    @property
    def fittedvalues(self) -> pd.Series | Array:
        """Return the in-sample means on the indicator's own scale; NaN in the years that set a recursion off.

        Raises
        ------
        UsageError
            The model defines none.
        """
        return self._labelled(self._in_sample("fittedvalues"))

    @property
    def resid(self) -> pd.Series | Array:
        """Return observed less fitted values, in the indicator's own unit.

        Raises
        ------
        UsageError
            The model defines no fitted values.
        """
        return self._labelled(self.series.values - self._in_sample("resid"))

    def get_forecast(self, steps: int = 1) -> AnnualForecast:
        """Return the forecast of the `steps` years after the last observed one.

        Parameters
        ----------
        steps : int
            Years, 1 or more.

        Returns
        -------
        AnnualForecast
            `predicted_mean`, `conf_int(alpha)`, `summary_frame(alpha)`, `distribution`.

        Raises
        ------
        UsageError
            `steps` is no whole number of 1 or more.
        DataError
            The model gives no finite forecast of this series.
        """
        check_steps(steps)
        labels = self.model.annual.ahead(int(steps))
        return AnnualForecast(self._distribution(int(steps)), scale_of(self.series), labels, self.model.endog_names)

    def forecast(self, steps: int = 1) -> pd.Series | Array:
        """Return the means of the `steps` years after the last observed one.

        Parameters
        ----------
        steps : int
            Years, 1 or more.

        Returns
        -------
        Series
            An array where arrays were given.

        Raises
        ------
        UsageError, DataError
            As `get_forecast`.
        """
        return self.get_forecast(steps).predicted_mean

    def probability_of_missing(self, target: float, comparison: str | None = None, year: Any = None) -> float:
        """Return the probability that a target is missed.

        Parameters
        ----------
        target : float
            In the indicator's own unit.
        comparison : str, optional
            What the target asks for: <, <=, > or >=. Without it the model's `direction` says.
        year : int, Period or Timestamp, optional
            The target's year; without it the first year after the last observed one.

        Returns
        -------
        float
            Between 0.0001 and 0.9999 for a year to come; 0 or 1 for an observed year.

        Raises
        ------
        UsageError
            The comparison is unknown or cannot be told, the target is no finite number, or the year is neither observed
            nor to come.
        """
        asked = comparison_of(comparison, self.model.direction)
        check_target(target)
        when = self.series.origin + 1 if year is None else year_of(year)
        seen = np.flatnonzero(self.series.years == when)
        if len(seen):
            return float(not COMPARISONS[asked](self.series.values[seen[0]], target))
        if when <= self.series.origin:
            raise self._no_year(when)
        return self._distribution(when - self.series.origin).p_miss(when, asked, float(target))

    def summary(self) -> Any:
        """Return a summary that prints as those of statsmodels.

        Returns
        -------
        statsmodels.iolib.summary.Summary
        """
        return summary_of(self)

    def plot_predict(self, steps: int = 5, alpha: float = 0.2, ax: Axes | None = None) -> Axes:
        """Draw the observed years, the forecast means and their interval.

        Parameters
        ----------
        steps : int
            Years to forecast.
        alpha : float
            Probability outside the interval.
        ax : matplotlib Axes, optional
            Drawn into; a new figure without it.

        Returns
        -------
        matplotlib Axes

        Raises
        ------
        UsageError, DataError
            As `get_forecast`; `alpha` is not between 0 and 1.
        """
        check_alpha(alpha)
        return draw(self, self.get_forecast(steps), alpha, ax)

    def _distribution(self, steps: int) -> Distribution:
        try:
            made = self._fitted.forecast(steps)
        except FIT_ERRORS as error:
            raise refused(self.model, "not_fitted", error) from None
        if not np.isfinite(made.quantiles).all():
            raise refused(self.model, "not_fitted", NON_FINITE)
        return made

    def _in_sample(self, asked: str) -> Array:
        if self._fitted.fitted is None:
            name = type(self.model).__name__
            raise usage(
                Text(f"{name} 没有定义 {asked}", f"{name} defines no {asked}"),
                Where(item=asked),
                Text(
                    "有样本内均值的模型，如 LocalLevel、LogLinear、PoissonTrend",
                    "a model with in-sample means, such as LocalLevel, LogLinear or PoissonTrend",
                ),
                Text(
                    "请用回测（workbench backtest）检验该模型，或换用上述模型。",
                    "Judge this one by a backtest (workbench backtest), or take one of those.",
                ),
            )
        return self._fitted.fitted

    def _labelled(self, values: Array) -> pd.Series | Array:
        index = self.model.annual.index
        return values if index is None else pd.Series(values, index=index, name=self.model.endog_names)

    def _no_year(self, year: int) -> UsageError:
        first, last = self.series.years[0], self.series.origin
        return usage(
            Text(f"{year} 年没有观测值，也不在预测年份内", f"{year} was not observed and is not to come"),
            Where(item="year", year=year),
            Text(
                f"{first} 至 {last} 年间有值的年份，或之后的年份", f"an observed year of {first}-{last}, or a later one"
            ),
            Text("请更正年份。", "Correct the year."),
        )

    def __repr__(self) -> str:
        """Return model, series, years, unit and scale."""
        series = self.series
        return (
            f"<{type(self.model).__name__} results: {self.model.endog_names}, {self.nobs} observed years "
            f"{series.years[0]}-{series.years[-1]}, {series.unit}, {self.scale} scale>"
        )


def refused(model: AnnualModel, reason: str, problem: Exception | None = None) -> DataError:
    """Return the error of a series that a model cannot forecast, with the reason of the no_data table."""
    name = type(model).__name__
    expected = Text(
        f"{name} 可以拟合的序列：至少 2 个年度，其余要求见 docs/methods.md",
        f"a series that {name} can be fitted to: two years or more; docs/methods.md says what else",
    )
    todo = Text("请补充年份或分母，或换用别的模型。", "Add years or denominators, or take another model.")
    return DataError((Fault(said_of(reason, problem), Where(item=model.endog_names), expected, todo),))
