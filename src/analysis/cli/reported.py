"""`workbench submissions owed|evidence` and `workbench ratings`: who owes a report, its evidence, the grades."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, an_id, app, say
from analysis.cli.data import DbOption, PlanOption, load_plan
from analysis.cli.submissions import WhoOption, submitted

ratings = typer.Typer(no_args_is_help=True, help="评估组评定 / the evaluation group's ratings", rich_markup_mode=None)
app.add_typer(ratings, name="ratings")

YearOption = Annotated[int, typer.Option(help="统计年份 / year")]
AreaOption = Annotated[str | None, typer.Option(help="地区代码 / area code", callback=an_id)]


@submitted.command("owed")
def submissions_owed(
    year: YearOption,
    plan: PlanOption = None,
    area: AreaOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """列出各部门应报、已报和迟报 / who owes what of a year, and who was late."""
    from analysis.runs.owed import lines_owed

    loaded = load_plan(plan)
    lines, open_ones = lines_owed(loaded, area or loaded.area, year, db, lang.value)
    for line in lines:
        say(line)
    if open_ones:
        raise typer.Exit(1)


@submitted.command("evidence")
def submissions_evidence(db: DbOption = None, plan: PlanOption = None, lang: LangOption = Language.zh) -> None:
    """列出佐证材料，查出缺失和被改动的 / list files of evidence; say which are missing or were changed."""
    from analysis.runs.owed import lines_of_evidence

    lines, wrong = lines_of_evidence(load_plan(plan), db, lang.value)
    for line in lines:
        say(line)
    if wrong:
        raise typer.Exit(1)


@ratings.command("export")
def ratings_export(
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    year: YearOption,
    plan: PlanOption = None,
    area: AreaOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """写出评定表：部门自评与佐证在旁，由评估组填写 / write the sheet the evaluation group fills in."""
    from analysis.runs.ratings import write_sheet

    loaded = load_plan(plan)
    count = write_sheet(loaded, area or loaded.area, year, db, out)
    say(f"{out.name}: {count} 条目标" if lang == "zh" else f"{out.name}: {count} targets")


@ratings.command("import")
def ratings_import(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    who: WhoOption,
    plan: PlanOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """读回评定表，全部存入或全部不存 / read it back: all of it or nothing."""
    from analysis.runs.ratings import read_sheet

    count = read_sheet(load_plan(plan), path, who, db)
    say(f"已存入 {count} 条评定" if lang == "zh" else f"{count} ratings kept")


@ratings.command("list")
def ratings_list(
    year: YearOption,
    plan: PlanOption = None,
    area: AreaOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """部门自评与评估组评定对照 / self-assessment and rating side by side."""
    from analysis.runs.ratings import lines_side_by_side

    loaded = load_plan(plan)
    for line in lines_side_by_side(loaded, area or loaded.area, year, db, lang.value):
        say(line)
