"""`workbench review`: a draft goes out, comments come back, answers, approval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analysis.cli.common import LangOption, Language, an_id, app, say
from analysis.cli.data import DbOption, PlanOption, load_plan
from analysis.cli.submissions import WhoOption

reviews = typer.Typer(no_args_is_help=True, help="征求意见、答复、审定 / rounds of review", rich_markup_mode=None)
app.add_typer(reviews, name="review")

RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="运行文件夹或 reports/ 下的名称 / run folder or its name")
]
DocumentOption = Annotated[str, typer.Option("--document", help="文件种类，如 midterm / kind of document")]
_NAMED = 20  # comments to be checked that are named on the screen


@reviews.command("open")
def review_open(
    run: RunArgument,
    who: WhoOption,
    document: DocumentOption = "midterm",
    to: Annotated[
        list[str] | None,
        typer.Option("--to", help="部门代码，可多次给出，默认全部 / department, may be repeated", callback=an_id),
    ] = None,
    due: Annotated[str, typer.Option(help="反馈截止日期，如 2026-12-31 / day comments are due")] = "",
    out: Annotated[Path | None, typer.Option(help="输出文件夹 / output folder")] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """征求意见：写出各部门的意见表和标明版本的文件 / a workbook a department, and the draft with its version."""
    from analysis.data.store import open_store
    from analysis.places import shown
    from analysis.runs.review.document import reviewed
    from analysis.runs.review.opening import open_review
    from analysis.runs.run import open_run

    own = reviewed(open_run(run), document)
    store = open_store(db)
    done = open_review(store, own, to or [], who, due, out)
    store.close()
    place = shown(done.folder)
    zh = f"征求意见稿 第{done.version}版：{done.paragraphs} 段，{done.departments} 个部门的意见表在 {place}"
    en = f"Draft, version {done.version}: {done.paragraphs} paragraphs, {done.departments} workbooks in {place}"
    say(zh if lang == "zh" else en)


@reviews.command("import")
def review_import(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="意见表 xlsx 或带批注的 docx / workbook or Word file")],
    who: WhoOption,
    department: Annotated[
        str, typer.Option(help="部门代码，Word 文件须给出 / department, needed with a Word file", callback=an_id)
    ] = "",
    plan: PlanOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """读回部门意见：逐条接收、待核对或不能采用 / read comments back: taken, asked about or set aside."""
    from analysis.data.store import open_store
    from analysis.data.store.review_comments import STATUSES
    from analysis.data.store.reviews import named
    from analysis.runs.review.receiving import import_comments

    loaded, store, zh = load_plan(plan), open_store(db), lang == "zh"
    done = import_comments(store, loaded, path, who, department)
    store.close()
    own = done.counted
    name = loaded.department_name(done.department)(lang.value)
    said = f"意见 {own.rows} 条：接收 {own.taken}，待核对 {own.asked}，未能采用 {own.aside}，已有 {own.known}"
    en = f"{own.rows} comments: {own.taken} taken, {own.asked} to check, {own.aside} set aside, {own.known} known"
    none = ("反馈无意见" if zh else "has no comments") if done.none_said else said if zh else en
    say(("，" if zh else ", ").join((name, named(done.review)(lang.value), none)))
    for one in done.doubts[:_NAMED]:
        state = STATUSES[one.status](lang.value)
        say(f"  {one.place}  [{state}]  {one.doubt(lang.value)}  {(one.comment or one.wording)[:60]}")
    if len(done.doubts) > _NAMED:
        left = len(done.doubts) - _NAMED
        say(f"  ……另有 {left} 条，见采纳情况表" if zh else f"  ... and {left} more, see the table of answers")
    for left_out in done.left_out:
        say(f"  未读取：{left_out.zh}" if zh else f"  left out: {left_out.en}")


@reviews.command("answer")
def review_answer(
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="写出时给出 / with --out")] = None,
    document: DocumentOption = "midterm",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="写出采纳情况表和网页 / write the table")
    ] = None,
    source: Annotated[Path | None, typer.Option("--from", metavar="FILE.xlsx", help="读回 / read it back")] = None,
    who: Annotated[str, typer.Option(help="经办人，读回时给出 / who, with --from")] = "",
    plan: PlanOption = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """意见采纳情况表：写出（--out）或读回（--from） / the table of comments and answers, out or back in."""
    from analysis.data.store import open_store
    from analysis.data.store.reviews import DocumentReviews, named
    from analysis.runs.review.advancing import version_under_way
    from analysis.runs.review.answers import read_answers, write_answers
    from analysis.runs.review.document import reviewed
    from analysis.runs.run import open_run

    if (out is None) == (source is None) or (out is not None and run is None):
        raise typer.BadParameter("RUN 与 --out，或 --from / either RUN with --out, or --from")
    store, zh = open_store(db), lang == "zh"
    if source is not None:
        row, kept, left = read_answers(store, source, who)
        done = f"{named(row).zh}：新的或改动的答复 {kept} 条，未答复 {left} 条"
        say(done if zh else f"{named(row).en}: {kept} answers new or changed, {left} comments without one")
    elif out is not None:
        own = reviewed(open_run(run), document)
        row = version_under_way(DocumentReviews(store), own)
        loaded = load_plan(plan) if plan else own.run.plan
        count = write_answers(store, row, loaded, own.run.notice(lang.value), lang.value, out)
        say(f"{out.name}：意见 {count} 条" if zh else f"{out.name}: {count} comments")
    store.close()


@reviews.command("list")
def review_list(plan: PlanOption = None, db: DbOption = None, lang: LangOption = Language.zh) -> None:
    """列出各文件的版本、状态、未答复的意见和未反馈的部门 / what stands where, and what is still open."""
    from analysis.data.store import open_store
    from analysis.runs.review.listing import lines_of_reviews

    store = open_store(db)
    for line in lines_of_reviews(store, load_plan(plan), lang.value):
        say(line)
    store.close()


@reviews.command("advance")
def review_advance(
    run: RunArgument,
    to: Annotated[str, typer.Option(help="for_approval、final、returned")],
    who: WhoOption,
    role: Annotated[str, typer.Option(help="evaluator、approver")],
    document: DocumentOption = "midterm",
    reason: Annotated[str, typer.Option(help="退回原因 / reason of a return")] = "",
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """送审、审定、退回 / submit for approval, approve or return a document."""
    from analysis.data.store import open_store
    from analysis.data.store.review_states import REVIEW_STATES
    from analysis.runs.review.advancing import advance_review
    from analysis.runs.review.document import reviewed
    from analysis.runs.run import open_run

    store, own = open_store(db), reviewed(open_run(run), document)
    done = advance_review(store, own, to, who, role, reason)
    store.close()
    version = done.review["version"]
    zh = f"第{version}版 → {REVIEW_STATES[to].zh}，内容 SHA-256 {own.sha256[:16]}"
    say(
        zh if lang == "zh" else f"version {version} -> {REVIEW_STATES[to].en}, SHA-256 of its content {own.sha256[:16]}"
    )
    for file, digest in done.files.items():
        say(f"  {file}  {digest}")
    for remark in done.remarks:
        say(f"  {remark(lang.value)}")
