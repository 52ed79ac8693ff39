"""`workbench forecast`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.common import LangOption, Language, app, progress_bar, say


@app.command()
def forecast(
    source: Annotated[Path, typer.Argument(metavar="INPUT.csv", help="series_id, time_period, obs_value ...")],
    horizon: Annotated[
        int, typer.Option(min=1, max=50, help="每个序列末年之后的年数 / years after each last year")
    ] = 5,
    out: Annotated[Path | None, typer.Option(help="预测表 CSV，默认打印 / forecasts table")] = None,
    model: Annotated[str, typer.Option(help="模型名称 / name of the model")] = "trend_average",
    lang: LangOption = Language.zh,
) -> None:
    """预测年度序列，写出分位数表 / forecast annual series."""
    from analysis.runs.single import forecast_file

    bars: list[Any] = []

    def start(total: int) -> None:
        bars.append(progress_bar(total, "forecast"))

    table, failed = forecast_file(source, out, horizon, model, start, lambda done: bars[0].update(done))
    bars[0].close()
    if out is None:
        say(table.to_csv(index=False, float_format="%.10g").rstrip())
    for row in failed.to_dict("records"):
        typer.echo(f"{row['series_id']}: {row[f'reason_{lang.value}']}", err=True)
    if len(failed):
        raise typer.Exit(1)
