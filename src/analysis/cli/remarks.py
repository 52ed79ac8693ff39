"""`workbench remarks`: evaluators' own paragraphs, out and back in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say
from analysis.cli.data import DbOption
from analysis.cli.reviews import DocumentOption, RunArgument
from analysis.cli.submissions import WhoOption

remarks = typer.Typer(no_args_is_help=True, help="评估组的文字 / evaluators' paragraphs", rich_markup_mode=None)
app.add_typer(remarks, name="remarks")


@remarks.command("export")
def remarks_export(
    run: RunArgument,
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx", help="写到 / where to")],
    document: DocumentOption = "midterm",
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """写出评估意见表：按部分、按问题各一行 / a row a section and a row a problem, to write in."""
    from analysis.data.store import open_store
    from analysis.runs.remarks import write_remarks
    from analysis.runs.run import open_run

    store = open_store(db)
    count = write_remarks(store, open_run(run), document, out)
    store.close()
    say(f"{out.name}：{count} 行" if lang == "zh" else f"{out.name}: {count} rows")


@remarks.command("import")
def remarks_import(
    path: Annotated[Path, typer.Argument(metavar="FILE.xlsx")],
    who: WhoOption,
    run: Annotated[str | None, typer.Option(help="运行，默认表中写明的 / the run, by default the workbook's")] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """读回评估意见，核对其中数字 / read them back; their figures are compared with the tables."""
    from analysis.data.store import open_store
    from analysis.runs.remarks import read_remarks

    store = open_store(db)
    done = read_remarks(store, run, path, who)
    store.close()
    zh, en = f"{done.total} 段，新的或改动的 {done.new} 段", f"{done.total} paragraphs, {done.new} new or changed"
    say(zh if lang == "zh" else en)
    for place, numbers in done.doubts:
        said = f"  {place}  数据表中没有的数字：{numbers}，请核对"
        say(said if lang == "zh" else f"  {place}  numbers no table holds: {numbers}; check them")
