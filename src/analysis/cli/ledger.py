"""`workbench ledger`: from alerts to 已销号."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say
from analysis.cli.data import DbOption, PlanOption, load_plan

ledgers = typer.Typer(no_args_is_help=True, help="整改台账 / rectification ledger", rich_markup_mode=None)
app.add_typer(ledgers, name="ledger")


@ledgers.command("open")
def ledger_open(
    run: Annotated[str, typer.Argument(help="运行文件夹或 reports/ 下的名称 / run folder or its name")],
    who: Annotated[str, typer.Option(help="经办人 / who")],
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """按一次评估的预警建立台账，已销号又预警的记为反弹 / take up the alerts of a run."""
    from analysis.data.store import open_store
    from analysis.data.store.ledger import Ledger
    from analysis.runs.run import open_run

    count = Ledger(open_store(db)).open_from(open_run(run).table("alerts"), who)
    zh = f"新建 {count['opened']} 条，反弹 {count['relapsed']} 条，原有 {count['kept']} 条"
    say(zh if lang == "zh" else ", ".join(f"{name} {n}" for name, n in count.items()))


@ledgers.command("list")
def ledger_list(db: DbOption = None, lang: LangOption = Language.zh) -> None:
    """列出台账 / list the entries."""
    from analysis.data.store import open_store
    from analysis.data.store.ledger import LEDGER_STATES, Ledger

    for row in Ledger(open_store(db)).entries().to_dict("records"):
        state = LEDGER_STATES[row["state"]](lang.value)
        say(f"{row['id']:>4}  {row['level']:<7} {state:<6}  {row['target']}  {row['person']}  {row['deadline']}")


@ledgers.command("export")
def ledger_export(
    out: Annotated[Path, typer.Argument(metavar="FILE.xlsx")], plan: PlanOption = None, db: DbOption = None
) -> None:
    """写出台账工作簿，由部门填写 / write the workbook that departments fill in."""
    from analysis.data.forms.ledger_sheet import write_ledger
    from analysis.data.store import open_store
    from analysis.data.store.ledger import Ledger

    store = open_store(db)
    say(f"{out.name}: {write_ledger(out, Ledger(store).entries(), load_plan(plan), store.notice().zh)}")


@ledgers.command("import")
def ledger_import(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx")], db: DbOption = None, lang: LangOption = Language.zh
) -> None:
    """读回台账，佐证文件放在同一文件夹 / read it back; files of evidence lie beside it."""
    from analysis.data.forms.ledger_sheet import read_ledger
    from analysis.data.store import open_store
    from analysis.data.store.ledger import Ledger

    ledger, absent = Ledger(open_store(db)), []
    rows = read_ledger(path)
    known = {row["id"]: row["evidence"] for row in ledger.entries().to_dict("records")}
    for row in rows:
        name = Path(row.get("evidence", "")).name
        file = path.parent / name
        if name and not file.is_file() and known.get(int(row["id"])) != name:
            absent.append(f"{row['id']}: {name}")
        ledger.fill_in(int(row["id"]), row, file if name and file.is_file() else None)
    say(f"已读入 {len(rows)} 条" if lang == "zh" else f"{len(rows)} entries read")
    for one in absent:
        typer.echo(f"{one}  {'找不到佐证文件' if lang == 'zh' else 'no such file of evidence'}", err=True)
    if absent:
        raise typer.Exit(1)


@ledgers.command("advance")
def ledger_advance(
    id: Annotated[int, typer.Argument(help="编号 / id")],
    to: Annotated[str, typer.Option(help="in_progress、to_review、closed")],
    who: Annotated[str, typer.Option(help="经办人 / who")],
    reason: Annotated[str, typer.Option(help="退回原因 / reason of a return")] = "",
    db: DbOption = None,
) -> None:
    """推进一条整改；无佐证不能送复核，责任人不能自行销号 / move an entry."""
    from analysis.data.store import open_store
    from analysis.data.store.ledger import Ledger, Step

    Ledger(open_store(db)).advance(id, Step(to, who, reason))
    say(f"{id} → {to}")
