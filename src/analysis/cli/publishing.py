"""`workbench publish` and `workbench feedback`: approved documents for the public, and what people say of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, app, say
from analysis.cli.data import DbOption, PlanOption, load_plan
from analysis.cli.reviews import RunArgument
from analysis.cli.submissions import WhoOption

feedback = typer.Typer(no_args_is_help=True, help="反馈登记与答复 / register of feedback", rich_markup_mode=None)
app.add_typer(feedback, name="feedback")


@app.command()
def publish(
    run: RunArgument,
    who: WhoOption,
    document: Annotated[
        list[str] | None, typer.Option("--document", help="文件种类，默认全部定稿 / kinds, all approved by default")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹 / output folder")] = None,
    mail: Annotated[str, typer.Option(help="接收反馈的邮箱，印在反馈页 / address for feedback")] = "",
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """公开发布审定的公开版文件：一个静态文件夹 / approved documents as one folder for any web server."""
    from analysis.data.store import open_store
    from analysis.places import shown
    from analysis.runs.publishing.publication import publish as published
    from analysis.runs.run import open_run

    store = open_store(db)
    done = published(store, open_run(run), who, out, document or (), mail)
    store.close()
    zh = "首次公开" if done.changed is None else f"{done.changed} 条目标的判定有变化"
    en = "the first publication" if done.changed is None else f"{done.changed} verdicts changed"
    place = shown(done.folder)
    say(f"{done.name}：{zh}，{place}/index.html" if lang == "zh" else f"{done.name}: {en}, {place}/index.html")
    for file, digest in done.files.items():
        say(f"  {digest[:16]}  {file}")


@feedback.command("import")
def feedback_import(
    files: Annotated[list[Path], typer.Argument(metavar="FILE ...", help="反馈文件 / feedback files")],
    who: WhoOption,
    plan: PlanOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """登记收到的反馈文件 / keep feedback that came in."""
    from analysis.data.store import open_store
    from analysis.data.store.feedback import Register
    from analysis.exceptions import WorkbenchError
    from analysis.places import shown
    from analysis.runs.publishing.register import import_feedback

    loaded, register, refused = load_plan(plan), Register(open_store(db)), 0
    for path in files:
        try:
            id, remark = import_feedback(register, loaded, path, who)
        except WorkbenchError as error:  # one that is refused stops no other
            typer.echo(error.message(lang.value), err=True)
            refused += 1
            continue
        known = "以前登记过" if lang == "zh" else "came before"
        said = known if id is None else f"编号 {id}" if lang == "zh" else f"id {id}"
        say(f"{shown(path)}: {said}  {remark(lang.value)}".rstrip())
    register.store.close()
    if refused:
        raise typer.Exit(1)


@feedback.command("list")
def feedback_list(
    contacts: Annotated[bool, typer.Option("--contacts", help="列出联系方式，仅供内部 / with addresses")] = False,
    plan: PlanOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """列出反馈和办理结果 / list feedback and what became of it."""
    from analysis.data.store import open_store
    from analysis.data.store.feedback import Register
    from analysis.runs.publishing.register import lines_of_feedback

    register = Register(open_store(db))
    lines, _ = lines_of_feedback(register, load_plan(plan), lang.value, contacts)
    for line in lines:
        say(line)
    register.store.close()


@feedback.command("answer")
def feedback_answer(
    id: Annotated[int, typer.Argument(metavar="ID", help="反馈编号 / id")],
    outcome: Annotated[str, typer.Option(help="adopted、partly、explained、noted")],
    summary: Annotated[str, typer.Option(help="反馈摘要，公开，不含个人信息 / the entry in a few words, public")],
    answer: Annotated[str, typer.Option(help="答复，公开 / the answer, public")],
    who: WhoOption,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """答复一条反馈，下次公开时一并公布 / answer an entry; it is published with the next publication."""
    from analysis.data.store import open_store
    from analysis.data.store.feedback import FeedbackAnswer, Register

    register = Register(open_store(db))
    register.answer([FeedbackAnswer(id, outcome, summary, answer)], who)
    register.store.close()
    say(f"{id}：已答复" if lang == "zh" else f"{id}: answered")
