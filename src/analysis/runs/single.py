"""`workbench forecast`: one file in, one forecasts table out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis.models import forecast
from analysis.models.from_tables import from_input
from analysis.models.registry import model
from analysis.runs.files import write_table
from analysis.schema import SERIES_INPUT, read_table


def forecast_file(
    source: Path,
    out: Path | None,
    horizon: int,
    model_name: str,
    start: Callable[[int], None],
    step: Callable[[int], None],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast every series of a CSV file and write the table to `out`, whole or not at all.

    Parameters
    ----------
    source : Path
        A `SERIES_INPUT` table; further columns are ignored.
    out : Path, optional
        Where the forecasts go; beside it `<name>.no_data.csv` lists what could not be forecast.
    horizon : int
        Years after each series' last observed year.
    model_name : str
    start, step : callables
        Told the number of series, then how many more are done.

    Returns
    -------
    forecasts, no_data : DataFrame
    """
    model(model_name)  # an unknown model is refused before a file is read
    series = from_input(read_table(source, SERIES_INPUT))
    start(len(series))
    forecasts, failed = forecast(series, horizon=horizon, model_name=model_name, progress=step)
    if out is not None:
        write_table(forecasts, out)
        if len(failed):
            write_table(failed, out.with_name(f"{out.stem}.no_data.csv"))
    return forecasts, failed
