"""`workbench forecast`: one file in, one forecasts table out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from analysis.exceptions import Text, Where, usage
from analysis.models import Series, forecast
from analysis.models.average import AveragedTrend
from analysis.models.borrowing import borrowing_table, lend
from analysis.models.from_tables import from_input, parents_of
from analysis.models.registry import model
from analysis.runs.files import write_table
from analysis.runs.series_input import ASIDE, SeriesFile
from analysis.schema import BORROWING

Borrow = Literal["none", "level", "slope"]


@dataclass(frozen=True)
class FileForecast:
    """What `workbench forecast` makes: the tables `FORECASTS`, `NO_DATA` and `BORROWING`."""

    forecasts: pd.DataFrame
    no_data: pd.DataFrame
    borrowing: pd.DataFrame
    aside: tuple[dict[str, Any], ...] = ()
    remarks: tuple[Text, ...] = ()

    def write(self, out: Path) -> None:
        """Write the forecasts, and beside them `<name>.no_data.csv` and `<name>.borrowing.csv` where there are any."""
        write_table(self.forecasts, out)
        aside = pd.DataFrame(self.aside, columns=list(ASIDE))
        for table, name in ((self.no_data, "no_data"), (self.borrowing, "borrowing"), (aside, "set_aside")):
            if len(table):
                write_table(table, out.with_name(f"{out.stem}.{name}.csv"))


def forecast_file(
    source: Path,
    horizon: int,
    model_name: str,
    start: Callable[[int], None],
    step: Callable[[int], None],
    borrow: Borrow = "none",
) -> FileForecast:
    """Forecast every series of a CSV file.

    Parameters
    ----------
    source : Path
        A `SERIES_INPUT` table; further columns are ignored.
    horizon : int
        Years after each series' last observed year.
    model_name : str
    start, step : callables
        Told the number of series, then how many more are done.
    borrow : none, level or slope
        What series lean on that name a parent. A borrowed slope is a sensitivity analysis, and its model is
        called `..._borrowed_slope` in the table.

    Raises
    ------
    UsageError
        The model is unknown, or cannot borrow, or no series names a parent to borrow from.
    DataError
        The file breaks its table.
    """
    trend = model(model_name)
    if borrow != "none" and not isinstance(trend, AveragedTrend):
        raise _cannot(Text(f"模型 {model_name} 不能借用上级地区信息", f"the model {model_name} cannot borrow"))
    file = SeriesFile(source)
    table = file.table()
    series: Sequence[Series] = from_input(table)
    start(len(series))
    if borrow == "none" or not isinstance(trend, AveragedTrend):
        forecasts, failed = forecast(series, horizon=horizon, model_name=model_name, progress=step)
        return FileForecast(forecasts, failed, BORROWING.empty(), tuple(file.aside), tuple(file.remarks))
    series = lend(series, parents_of(table), borrow == "slope")
    if all(one.parent is None for one in series):
        raise _cannot(Text("没有序列在 parent 列写明上级序列", "no series names a parent series that is in the file"))
    learnt = trend.learn([one for one in series if len(one) > 1])
    forecasts, failed = forecast(series, horizon=horizon, model_name=model_name, progress=step, learnt=learnt)
    named = forecasts.assign(model=f"{model_name}_borrowed_{borrow}")
    borrowed = borrowing_table([s for s in series if len(s) > 1], trend, learnt)
    return FileForecast(named, failed, borrowed, tuple(file.aside), tuple(file.remarks))


def _cannot(found: Text) -> Exception:
    return usage(
        found,
        Where(item="--borrow"),
        Text("默认模型，且文件含 parent 列", "the default model, and a column `parent` in the file"),
        Text("请更正，或去掉 --borrow。", "Correct it, or leave out --borrow."),
    )
