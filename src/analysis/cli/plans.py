"""`workbench plan` and `workbench simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say

plans = typer.Typer(no_args_is_help=True, help="规划数据 / the plan as data", rich_markup_mode=None)
app.add_typer(plans, name="plan")


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
    from analysis.gate.settings import usual_plan
    from analysis.plan import read_plan
    from analysis.plan.check import report

    say(report(read_plan(plan or usual_plan()), lang.value))


@plans.command("indicators")
def plan_indicators(
    find: Annotated[str | None, typer.Option(metavar="TEXT", help="查找的名称 / a name to look up")] = None,
    lang: LangOption = Language.zh,
) -> None:
    """列出标准指标，或按名称查找 / list the standard indicators, or look one up by name."""
    from analysis.plan.listing import listed, looked_up
    from analysis.plan.registry import registry

    say(listed(registry().entries, lang.value) if find is None else looked_up(registry(), find, lang.value))


@plans.command("new")
def plan_new(
    source: Annotated[Path, typer.Option("--from", metavar="FILE", help="规划文本 / docx, pdf with text, txt, md")],
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="工作簿的文件夹 / folder of the workbook")] = None,
    years: Annotated[
        str, typer.Option(metavar="YEARS", help="规划期，文中没有写明时 / first-last year, where not in the text")
    ] = "",
    lang: LangOption = Language.zh,
) -> None:
    """读规划文本，写出供核对的工作簿 / draft a plan from its document: a workbook to review."""
    from analysis.plan.drafting.report import draft_book

    say(draft_book(source, out, years, lang.value))


@plans.command("build")
def plan_build(
    book: Annotated[Path, typer.Argument(metavar="PLAN.xlsx", help="核对后的工作簿 / the reviewed workbook")],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="规划文件夹，默认在工作区 data/plans/，代码库内为工作簿旁 / the plan's folder"
        ),
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """由核对后的工作簿生成规划文件夹 / build the plan folder from the reviewed workbook."""
    from analysis.places import shown
    from analysis.plan.check import report
    from analysis.plan.drafting.building import build_plan

    plan, folder = build_plan(book, out)
    say(report(plan, lang.value))
    say(f"\n{shown(folder)}")


@plans.command("quote")
def plan_quote(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="规划编号或文件夹 / id or folder")],
    source: Annotated[Path, typer.Option("--from", metavar="FILE", help="规划文本 / the plan's document")],
    lang: LangOption = Language.zh,
) -> None:
    """为条款附上规划原文，只留在本机 / attach the document's own wording to the clauses; it stays on this machine."""
    from analysis.plan.drafting.quoting import quote_plan

    say(quote_plan(plan, source, lang.value))
