"""`workbench forecast` and `workbench backtest`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.common import (
    JobsOption,
    LangOption,
    Language,
    RulesOption,
    SchedulerOption,
    app,
    checked_rules,
    counted,
    progress_bar,
    say,
)
from analysis.exceptions import Text

_NAMED = 20  # series without a forecast that are named on the screen


class Borrow(StrEnum):
    """What a series may take from its parent."""

    none = "none"
    level = "level"
    slope = "slope"


@app.command()
def forecast(
    source: Annotated[
        Path, typer.Argument(metavar="INPUT.csv", help="series_id, time_period, obs_value ...; csv, parquet")
    ],
    horizon: Annotated[
        int, typer.Option(min=1, max=50, help="每个序列末年之后的年数 / years after each last year")
    ] = 5,
    out: Annotated[
        Path | None, typer.Option(help="预测表，csv 或 parquet，默认打印 / forecasts table, printed without it")
    ] = None,
    model: Annotated[str, typer.Option(help="模型名称 / name of the model")] = "trend_average",
    borrow: Annotated[
        Borrow, typer.Option(help="向 parent 列所列上级序列借用水平；slope 仅作敏感性分析 / lean on the parent series")
    ] = Borrow.none,
    jobs: JobsOption = 0,
    scheduler: SchedulerOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """预测年度序列，写出分位数表；中断后重新执行同一命令即可继续 / forecast annual series; goes on where it stopped."""
    if borrow != Borrow.none:
        _forecast_borrowing(source, horizon, out, model, borrow, lang)
        return
    from tempfile import TemporaryDirectory

    from analysis.runs.batches import forecast_batches

    bars: list[Any] = []
    with TemporaryDirectory(prefix="wb-") as aside:
        to = out if out is not None else Path(aside) / "forecasts.csv"
        made = forecast_batches(
            source,
            to,
            horizon,
            model,
            jobs,
            scheduler,
            lambda total: bars.append(counted(total, "forecast", "series")),
            lambda done: bars[0].update(done),
        )
        bars[0].close()
        if out is None:
            with to.open(encoding="utf-8") as stream:
                for line in stream:
                    typer.echo(line, nl=False)
        if made.reused:
            words = (f"沿用已完成的 {made.reused} 部分", f"{made.reused} parts lay finished")
            typer.echo(words[lang == Language.en], err=True)
        _read_so(made.remarks, made.aside, source, lang)
        if made.no_data:
            _left_out(to.with_name(f"{to.stem}.no_data.csv"), made.no_data, out is not None, lang)
    if made.no_data or made.aside:
        raise typer.Exit(1)


def _read_so(remarks: Sequence[Text], aside: Sequence[dict[str, Any]], source: Path, lang: Language) -> None:
    """Say how the file was read, and which rows were not taken."""
    zh = lang == Language.zh
    for remark in remarks:
        typer.echo(f"{source.name}: {remark(lang.value)}", err=True)
    for row in aside[:_NAMED]:
        place = f"第 {row['row']} 行" if zh else f"row {row['row']}"
        typer.echo(f"{place} {row['series_id']} {row['time_period']}: {row[f'reason_{lang.value}']}", err=True)
    if (more := len(aside) - _NAMED) > 0:
        typer.echo(f"……另有 {more} 行未采用" if zh else f"... and {more} more rows not taken", err=True)


def _left_out(table: Path, rows: int, kept: bool, lang: Language) -> None:
    """Name the series without a forecast, the first of them where they are many."""
    import csv

    from analysis.gate.texts import unguarded

    with table.open(encoding="utf-8", newline="") as stream:
        for row in islice(csv.DictReader(stream), _NAMED):
            typer.echo(f"{unguarded(row['series_id'])}: {unguarded(row[f'reason_{lang.value}'])}", err=True)
    if rows > _NAMED:
        left, place = rows - _NAMED, f" ({table.name})" if kept else ""
        said = f"……另有 {left} 个序列无法预测{place}", f"... and {left} more series without a forecast{place}"
        typer.echo(said[lang == Language.en], err=True)


def _forecast_borrowing(
    source: Path, horizon: int, out: Path | None, model: str, borrow: Borrow, lang: Language
) -> None:
    """Forecast series that lean on their parents: these are held in memory together, in one process."""
    from analysis.runs.single import forecast_file
    from analysis.schema.files import csv_text

    bars: list[Any] = []

    def start(total: int) -> None:
        bars.append(progress_bar(total, "forecast"))

    made = forecast_file(source, horizon, model, start, lambda done: bars[0].update(done), borrow.value)
    bars[0].close()
    if out is None:
        say(csv_text(made.forecasts).rstrip())
    else:
        made.write(out)
    for row in made.borrowing.to_dict("records"):
        words = (
            f"上级水平权重 {row['weight']:.0%}" if lang == Language.zh else f"weight of its level {row['weight']:.0%}"
        )
        typer.echo(f"{row['series_id']} ← {row['parent']}: {words}", err=True)
    _read_so(made.remarks, made.aside, source, lang)
    for row in made.no_data.to_dict("records"):
        typer.echo(f"{row['series_id']}: {row[f'reason_{lang.value}']}", err=True)
    if len(made.no_data) or made.aside:
        raise typer.Exit(1)


@app.command()
def backtest(
    source: Annotated[Path, typer.Argument(metavar="INPUT.csv", help="series_id, time_period, obs_value ...")],
    horizon: Annotated[int, typer.Option(min=1, max=20, help="留出的年数 / years held out")] = 5,
    models: Annotated[str, typer.Option(help="逗号分隔的模型，第一个为默认 / models, the default first")] = "",
    origins: Annotated[int, typer.Option(min=1, max=20, help="起报点个数，逐年后退 / origins, a year apart")] = 1,
    rules: RulesOption = None,
    out: Annotated[Path | None, typer.Option(help="得分表 CSV，旁附判断表和选择表 / scores table")] = None,
    lang: LangOption = Language.zh,
) -> None:
    """用历史检验预测方法，与常用方法比较 / score models on the past, beside the yardsticks."""
    from analysis.runs.backtests import MODELS, backtest_file, summary

    bars: list[Any] = []

    def start(total: int) -> None:
        bars.append(progress_bar(total, "backtest"))

    names = [name.strip() for name in models.split(",")] if models else list(MODELS)
    own = checked_rules(rules)
    tables = backtest_file(source, horizon, names, origins, start, lambda done: bars[0].update(done), own)
    bars[0].close()
    if out is not None:
        tables.write(out)
    _read_so(tables.remarks, tables.aside, source, lang)
    say(summary(tables, lang.value))
