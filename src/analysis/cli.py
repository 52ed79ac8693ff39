"""The command `workbench`: options in, work done by the layers below, exit codes out."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy: two BLAS threads slow 14-point series tenfold
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import typer

from analysis.exceptions import Lang, WorkbenchError

app = typer.Typer(
    name="workbench",
    help="儿童发展规划监测评估工作台 / monitoring and evaluation of a children's development plan",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
plans = typer.Typer(no_args_is_help=True, help="规划数据 / the plan as data", rich_markup_mode=None)
app.add_typer(plans, name="plan")


class Language(StrEnum):
    """Language of documents and messages."""

    zh = "zh"
    en = "en"


LangOption = Annotated[Language, typer.Option("--lang", envvar="WORKBENCH_LANG", help="zh 或 en / language")]


def say(text: str) -> None:
    """Print one line of result."""
    typer.echo(text)


def progress_bar(total: int, title: str) -> Any:
    """Return a progress bar on a terminal; where the output is no terminal, nothing is drawn."""
    from tqdm import tqdm

    return tqdm(total=total, desc=title, disable=not sys.stderr.isatty(), leave=False)


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
    table, failed = forecast_file(
        source, out, horizon, model, lambda n: bars.append(progress_bar(n, "forecast")), lambda: bars[0].update()
    )
    bars[0].close()
    if out is None:
        say(table.to_csv(index=False, float_format="%.10g").rstrip())
    for row in failed.to_dict("records"):
        typer.echo(f"{row['series_id']}: {row[f'reason_{lang.value}']}", err=True)
    if len(failed):
        raise typer.Exit(1)


@app.command()
def evaluate(
    plan: Annotated[str | None, typer.Option(help="规划编号或文件夹 / id or folder of the plan")] = None,
    data: Annotated[Path | None, typer.Option(help="数据文件夹 / folder of the data")] = None,
    area: Annotated[str | None, typer.Option(help="地区代码，默认规划所在地区 / area code")] = None,
    as_of: Annotated[int | None, typer.Option(help="数据截至年份 / last year known")] = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认 reports/ 下新建 / output folder")] = None,
    formats: Annotated[str, typer.Option(help="文档格式 / formats of the documents")] = "html",
    lang: LangOption = Language.zh,
) -> None:
    """中期评估：预测、判定、预警、报告 / mid-term evaluation from plan and data to report."""
    from analysis.places import shown
    from analysis.runs.run import prepare
    from analysis.runs.workflow import STEPS, check_formats
    from analysis.runs.workflow import evaluate as run_all

    check_formats(formats)
    run = prepare(plan, data, as_of, area, out, lang.value)
    bar = progress_bar(len(STEPS) + 1, "evaluate")

    def step(name: str) -> None:
        bar.set_postfix_str(name)
        bar.update(0 if name == STEPS[0] else 1)
        if bar.disable:
            say(f"{STEPS.index(name) + 1 if name in STEPS else len(STEPS) + 1}/{len(STEPS) + 1} {name}")

    failed = run_all(run, lang.value, step)
    bar.close()
    place = shown(run.folder)
    if failed:
        say(f"运行未完成，已保留 {place}：" if lang == "zh" else f"The run is incomplete, kept in {place}:")
        typer.echo("\n\n".join(failed), err=True)
        raise typer.Exit(1)
    say(summary(run, lang.value))
    say(f"完成：{place}/index.html" if lang == "zh" else f"Done: {place}/index.html")


def summary(run: Any, lang: Lang) -> str:
    """Return the counts of a finished run in one or two lines."""
    from analysis.narrative.wording import overall
    from analysis.runs.report import facts_of

    facts = facts_of(run)
    notice = run.notice(lang)
    return "\n".join(filter(None, [notice and f"【{notice}】", overall(facts, lang)[1]]))


@app.command()
def notebooks(lang: LangOption = Language.zh) -> None:
    """列出 notebook 及其参数 / the notebooks and their declared parameters."""
    from analysis.places import NOTEBOOKS
    from analysis.runs.parameters import REQUIRED, declared

    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        say(path.name)
        for one in declared(path):
            zh, _, en = one.help.partition(" / ")
            default = ("必填" if lang == "zh" else "required") if one.default is REQUIRED else repr(one.default)
            say(f"  {one.name}: {one.annotation} = {default}    {zh if lang == 'zh' else en or zh}")


@app.command()
def simulate(
    folder: Annotated[
        Path, typer.Argument(help="含 shapes.csv、areas.csv、dataset.yaml 的文件夹 / data folder")
    ] = Path("data/demo"),
    plan: Annotated[str | None, typer.Option(help="规划编号或文件夹 / id or folder of the plan")] = None,
) -> None:
    """重新生成模拟数据 / write the simulated data set again from its seed."""
    from analysis.places import shown
    from analysis.runs.demo import write_demo

    table, path = write_demo(folder, plan)
    say(f"{shown(path)}: {len(table)} 行模拟数据 / rows of simulated data")


@plans.command("check")
def plan_check(
    plan: Annotated[
        str | None, typer.Argument(help="规划编号或文件夹，默认见 data/defaults.yaml / id or folder")
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """检查规划数据并计数 / check a plan and count its parts."""
    from analysis.places import defaults
    from analysis.plan import read_plan
    from analysis.plan.check import report

    say(report(read_plan(plan or str(defaults()["plan"])), lang.value))


def main() -> None:
    """Run the command; a user's mistake ends in a message and an exit code, never in a traceback."""
    try:
        app()
    except WorkbenchError as error:
        lang: Lang = "en" if os.environ.get("WORKBENCH_LANG") == "en" or "--lang=en" in sys.argv else "zh"
        if "--lang" in sys.argv[:-1] and sys.argv[sys.argv.index("--lang") + 1] == "en":
            lang = "en"
        title = "未完成，原因如下：" if lang == "zh" else "Not done, because:"
        typer.echo(f"{title}\n{error.message(lang)}", err=True)
        raise SystemExit(error.exit_code) from None
