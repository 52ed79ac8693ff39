"""A fitted model on paper: its summary as statsmodels prints one, its forecast as a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.models.prediction import AnnualForecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.models.results import AnnualResults


def summary_of(results: AnnualResults) -> Any:
    """Return the summary of a fitted model, a `statsmodels.iolib.summary.Summary`."""
    from statsmodels.iolib.summary import Summary
    from statsmodels.iolib.table import SimpleTable

    series, params, model = results.series, results.params, results.model
    counted = int(np.isfinite(series.known_denominators()).sum())
    left = [
        ("Dep. Variable:", [model.endog_names]),
        ("Model:", [type(model).__name__]),
        ("Date:", None),
        ("Time:", None),
        ("Sample:", [f"{series.years[0]} - {series.years[-1]}"]),
    ]
    right = [
        ("No. Observations:", [str(results.nobs)]),
        ("Unit:", [series.unit]),
        ("Scale of the model:", [results.scale]),
        ("Years with exposure:", [str(counted)]),
    ]
    out = Summary()
    out.add_table_2cols(results, gleft=left, gright=right, title=f"{type(model).__name__} Results", yname="y", xname=[])
    rows = [[f"{value:#0.4g}"] for value in params]
    out.tables.append(SimpleTable(rows, ["estimate"], list(params.index), title="Parameters, on the model scale"))
    return out


def draw(results: AnnualResults, made: AnnualForecast, alpha: float, ax: Axes | None) -> Axes:
    """Draw the observed years, the forecast means and their interval; return the axes.

    No font is chosen here: a theme set before, such as that of the notebooks, is kept.
    """
    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots()[1]
    from matplotlib.ticker import MaxNLocator

    series, interval = results.series, np.asarray(made.conf_int(alpha))
    years = made.distribution.years
    ax.plot(series.years, series.values, marker="o", label=made.endog_names)
    (line,) = ax.plot(years, made.distribution.mean, linestyle="--", label="forecast")
    shown = f"{100 * (1 - alpha):g} % interval"
    ax.fill_between(years, interval[:, 0], interval[:, 1], color=line.get_color(), alpha=0.2, label=shown)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_ylabel(series.unit)
    ax.legend(loc="best", frameon=False)
    return ax
