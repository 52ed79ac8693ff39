"""`workbench evaluate`, `workbench report`, `workbench freeze` and `workbench notebooks`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.common import (
    JobsOption,
    LangOption,
    Language,
    RulesOption,
    SchedulerOption,
    an_id,
    app,
    checked_rules,
    nothing_else,
    progress_bar,
    say,
    speaking,
)
from analysis.cli.regions import evaluate_many, take_up_region
from analysis.exceptions import Lang

FormatsOption = Annotated[str, typer.Option(help="文件格式，逗号分隔 / formats: html,docx,pdf")]
IncludeOption = Annotated[
    bool,
    typer.Option("--include-unreviewed", help="数据库中未经审核的数据也用，各页注明 / also what was not yet reviewed"),
]
AuthorOption = Annotated[str, typer.Option(help="编制单位，印在标题下 / who made it")]


class Kind(StrEnum):
    """The documents there are."""

    annual = "annual"
    midterm = "midterm"
    final = "final"
    yearbook = "yearbook"
    notice = "notice"
    ledger = "ledger"
    department = "department"
    brief = "brief"


class Audience(StrEnum):
    """Who will read the results."""

    internal = "internal"
    public = "public"


@app.command()
def evaluate(
    context: typer.Context,
    plan: Annotated[str | None, typer.Option(help="规划编号或文件夹 / id or folder of the plan")] = None,
    data: Annotated[Path | None, typer.Option(help="数据文件夹 / folder of the data")] = None,
    db: Annotated[str | None, typer.Option(help="监测数据库，代替 --data / monitoring database")] = None,
    as_of_vintage: Annotated[
        str | None, typer.Option(help="按该批次（如 2026-03）当时已知的数据 / data as known by this vintage")
    ] = None,
    include_unreviewed: IncludeOption = False,
    area: Annotated[
        list[str] | None,
        typer.Option(help="地区代码，默认规划所在地区，可多次给出 / area code, may be given again", callback=an_id),
    ] = None,
    below: Annotated[
        str | None,
        typer.Option(
            help="该市、省下的全部县区，并逐级汇总 / every district below this area, added up", callback=an_id
        ),
    ] = None,
    as_of: Annotated[int | None, typer.Option(help="数据截至年份 / last year known")] = None,
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认 reports/ 下新建 / output folder")] = None,
    round_id: Annotated[
        str | None,
        typer.Option(
            "--round", help="已冻结的轮次，方法按冻结时的 / a frozen round, its method is used", callback=an_id
        ),
    ] = None,
    audience: Annotated[
        Audience, typer.Option(help="public 时小单元格保密，不进入任何结果 / public: small cells are suppressed")
    ] = Audience.internal,
    benchmark: Annotated[
        str | None, typer.Option(help="对标数据文件夹，none 为不对标 / data folder to compare with, none for none")
    ] = None,
    rules: RulesOption = None,
    documents: Annotated[
        str, typer.Option(help="要生成的文件，逗号分隔；all 到期的全部，none 不生成 / names, all that are due, none")
    ] = "all",
    formats: FormatsOption = "html,docx,pdf",
    author: AuthorOption = "",
    jobs: JobsOption = 0,
    scheduler: SchedulerOption = None,
    resume: Annotated[
        str | None, typer.Option(help="继续中断或失败的运行，只做未完成的部分 / go on with an interrupted run")
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """中期评估：预测、判定、预警、报告；可一次评估多个县区 / mid-term evaluation, of one district or many."""
    many = below is not None or len(area or ()) > 1 or scheduler is not None
    if not many:  # those who work on many areas have each a process of their own to fork from
        from analysis.runs.forked import PARENT

        PARENT.start()  # it warms up while this process imports its own
    if resume is not None:
        nothing_else(context, "resume", "jobs", "scheduler", "lang")
        if not take_up_region(resume, jobs, scheduler):
            from analysis.runs.run import resume as taken_up

            carry_out(taken_up(resume), jobs=jobs)
        return
    from analysis.runs.kinds import check_documents, check_formats

    options: dict[str, Any] = {"kinds": check_documents(documents), "formats": check_formats(formats)}
    options |= {"author": author, "needed": documents != "all"}
    known: dict[str, Any] = {"db": db, "as_of_vintage": as_of_vintage, "benchmark": benchmark}
    known |= {"rules": checked_rules(rules), "include_unreviewed": include_unreviewed}
    if many:
        options |= {"lang": lang.value, "audience": audience.value}
        given = known | {"plan": plan, "data": data, "as_of": as_of, "out": out, "round": round_id}
        evaluate_many(given, area or [], below, options, jobs, scheduler)
        return
    from analysis.runs.run import prepare

    known["audience"] = audience.value
    one = area[0] if area else None
    run = prepare(plan, data, as_of, one, out, lang.value, round_id=round_id, **known, options=options)
    carry_out(run, jobs=jobs)


@app.command()
def report(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="哪种文件 / which document")],
    year: Annotated[int | None, typer.Option(help="数据截至年份 / last year known")] = None,
    run: Annotated[str | None, typer.Option(help="已完成的运行，不给则新建 / a finished run, else a new one")] = None,
    plan: Annotated[str | None, typer.Option(help="规划编号或文件夹 / id or folder of the plan")] = None,
    data: Annotated[Path | None, typer.Option(help="数据文件夹 / folder of the data")] = None,
    db: Annotated[str | None, typer.Option(help="监测数据库，代替 --data / monitoring database")] = None,
    include_unreviewed: IncludeOption = False,
    rules: RulesOption = None,
    out: Annotated[Path | None, typer.Option(help="新运行的文件夹 / folder of the new run")] = None,
    department: Annotated[
        str | None, typer.Option(help="部门代码，用于 department / code of a department", callback=an_id)
    ] = None,
    formats: FormatsOption = "html,docx,pdf",
    author: AuthorOption = "",
    lang: LangOption = Language.zh,
) -> None:
    """生成一种文件：年度监测、中期或终期评估、统计资料、预警通报、台账、部门页、一图读懂 / make one document."""
    from analysis.runs.forked import PARENT

    PARENT.start()
    from analysis.places import shown
    from analysis.runs.from_database import keep_ledger
    from analysis.runs.kinds import check_formats
    from analysis.runs.run import open_run, prepare

    options = {"kinds": [kind.value], "formats": check_formats(formats), "author": author, "department": department}
    if run is None:
        own = checked_rules(rules)
        ways: dict[str, Any] = {"db": db, "include_unreviewed": include_unreviewed}
        carry_out(prepare(plan, data, year, None, out, lang.value, own, **ways, options=options))
        return
    nothing_else(context, "run", "kind", "year", "db", "department", "formats", "author", "lang")
    made = open_run(run)
    if year not in (None, made.as_of):
        raise typer.BadParameter(f"{run}: {made.as_of} ≠ --year {year}")
    if db is not None:
        from analysis.runs.steps import steps_of

        steps_of(made, [kind.value], lang.value, author, department)  # a wrong parameter is refused before that
        keep_ledger(made, db)
    carry_out(made, {"lang": lang.value, **options})
    for one in made.record["documents"]:
        if one["kind"] == kind.value:
            for file in one["files"]:
                say(f"{shown(made.folder)}/{file}")


def carry_out(run: Any, options: dict[str, Any] | None = None, jobs: int = 0) -> None:
    """Run a prepared run with a progress bar, and say what came of it; `options` are those kept in its record."""
    from analysis.places import shown
    from analysis.runs.aside import aside
    from analysis.runs.steps import wanted_names
    from analysis.runs.workflow import AT_ONCE, evaluate

    wanted = options or run.record["options"]
    lang: Lang = wanted["lang"]
    if left := run.record.get("waiting"):
        zh = f"另有 {left} 份报送未经审核，未计入（--include-unreviewed 可计入）"
        say(zh if lang == "zh" else f"{left} submissions wait for review and are left out (--include-unreviewed)")
    steps = len(wanted_names(wanted["kinds"], wanted.get("needed", False))) + 1
    bar = progress_bar(steps, "evaluate")
    done: list[str] = []

    def step(name: str) -> None:
        done.append(name)
        bar.set_postfix_str(name)
        bar.update(1)
        if bar.disable:
            say(f"{len(done)}/{steps} {name}")

    with speaking(lang):
        failed = evaluate(run, progress=step, **wanted, at_once=jobs or AT_ONCE)
    bar.close()
    place = shown(run.folder)
    if failed:
        say(f"运行未完成，已保留 {place}：" if lang == "zh" else f"The run is incomplete, kept in {place}:")
        typer.echo("\n\n".join(failed), err=True)
        again = f"workbench evaluate --resume {place}"
        say(f"改正后可继续：{again}" if lang == "zh" else f"Once mended, go on with: {again}")
        raise typer.Exit(1)
    say(aside("analysis.runs.report:summary", run.folder, lang))
    say(f"完成：{place}/index.html" if lang == "zh" else f"Done: {place}/index.html")


@app.command()
def freeze(
    round_id: Annotated[str, typer.Argument(metavar="ROUND", help="新轮次名 / name of the new round", callback=an_id)],
    plan: Annotated[str | None, typer.Option(help="规划编号或文件夹 / id or folder of the plan")] = None,
    data: Annotated[Path | None, typer.Option(help="数据文件夹 / folder of the data")] = None,
    area: Annotated[str | None, typer.Option(help="地区代码，默认规划所在地区 / area code", callback=an_id)] = None,
    as_of: Annotated[int | None, typer.Option(help="数据截至年份 / last year known")] = None,
    models: Annotated[str, typer.Option(help="参加比较的模型，逗号分隔 / models to compare, the default first")] = "",
    lang: LangOption = Language.zh,
) -> None:
    """选定预测方法并与数据一起冻结为一个轮次 / choose the method and freeze it with the data."""
    from analysis.places import shown
    from analysis.runs.backtests import MODELS
    from analysis.runs.inputs import check_inputs
    from analysis.runs.rounds import freeze as freeze_round
    from analysis.runs.rounds import round_file

    given = check_inputs(plan, data, as_of, area)
    names = [name.strip() for name in models.split(",")] if models else list(MODELS)
    bar = progress_bar(0, "freeze")
    made = freeze_round(round_id, given.plan, given.area, given.as_of, given.observed, names, progress=bar.update)
    bar.close()
    for row in made.choice:
        reason = row["reason" if lang == "zh" else "reason_en"]
        say(f"{'*' if row['chosen'] == 'yes' else ' '} {row['method']:<16} CRPS {row['crps']:.3f}  {reason}")
    say(f"已冻结：{shown(round_file(round_id))}" if lang == "zh" else f"Frozen: {shown(round_file(round_id))}")


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
