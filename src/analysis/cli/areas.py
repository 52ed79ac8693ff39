"""`workbench areas`: the areas a database knows, and which lies below which."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say
from analysis.cli.data import DbOption, PlanOption, load_plan

areas = typer.Typer(no_args_is_help=True, help="地区代码、名称和隶属关系 / areas", rich_markup_mode=None)
app.add_typer(areas, name="areas")


@areas.command("import")
def areas_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="csv 或 xlsx：代码、名称、上级，可另有级别 / file")],
    plan: PlanOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """登记地区：新的增加，已有的更新名称 / register areas: new ones are added, names of known ones updated."""
    import pandas as pd

    from analysis.data.forms.area_file import read_areas, with_own
    from analysis.data.store import open_store

    store = open_store(db)
    known = with_own(store.areas(), load_plan(plan))
    table = read_areas(file, known)
    own = known[known["code"].isin(table["parent"]) & ~known["code"].isin(table["code"])]
    added, changed, same = store.put_areas(pd.concat([own, table], ignore_index=True))
    store.close()
    zh = f"新增 {added} 个地区，更新 {changed} 个，未变 {same} 个"
    say(zh if lang == "zh" else f"{added} areas added, {changed} updated, {same} as they were")


@areas.command("list")
def areas_list(db: DbOption = None, lang: LangOption = Language.zh) -> None:
    """按隶属关系列出已登记的地区 / the areas known, as a tree."""
    from analysis.data.store import open_store

    store = open_store(db)
    table = store.areas()
    store.close()
    rows = {str(row["code"]): row for row in table.to_dict("records")}
    below: dict[str, list[str]] = {}
    for code, row in rows.items():
        below.setdefault(row["parent"] if row["parent"] in rows else "", []).append(code)
    open_ = [(code, 0) for code in reversed(below.get("", []))]
    while open_:
        code, depth = open_.pop()
        row = rows[code]
        say(f"{'  ' * depth}{code}  {row['name_zh' if lang == 'zh' else 'name_en']}  {row['level']}")
        open_ += [(one, depth + 1) for one in reversed(below.get(code, []))]
    if not rows:
        hint = "workbench areas import"
        say(f"没有登记的地区，请用 {hint} 登记。" if lang == "zh" else f"No area is known; register them by `{hint}`.")
