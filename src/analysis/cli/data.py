"""The data room: `workbench template`, `ingest`, `submissions`, `check` and `exchange`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.common import LangOption, Language, app, progress_bar, say

exchanges = typer.Typer(no_args_is_help=True, help="与上级交换数据 / exchange with the city", rich_markup_mode=None)
app.add_typer(exchanges, name="exchange")
submitted = typer.Typer(no_args_is_help=True, help="报送记录与审批 / submissions", rich_markup_mode=None)
app.add_typer(submitted, name="submissions")

DbOption = Annotated[
    str | None, typer.Option("--db", help="SQLite 文件或 postgresql://… / SQLite file or PostgreSQL URL")
]
PlanOption = Annotated[str | None, typer.Option("--plan", help="规划编号或文件夹 / id or folder of the plan")]
DataOption = Annotated[Path | None, typer.Option("--data", help="数据文件夹 / folder of the data")]


def load_plan(name: str | None) -> Any:
    """Return the plan called `name`, or the default one."""
    from analysis.places import defaults
    from analysis.plan import read_plan

    return read_plan(name or str(defaults()["plan"]))


@app.command()
def template(
    department: Annotated[str, typer.Option(help="部门代码，all 为全部 / code of the department, or all")],
    year: Annotated[int, typer.Option(help="统计年份 / year")],
    out: Annotated[Path, typer.Option(help="xlsx 文件；all 时为文件夹 / file, or folder with all")],
    plan: PlanOption = None,
    area: Annotated[str | None, typer.Option(help="地区代码 / area code")] = None,
    db: DbOption = None,
    data: DataOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """生成部门填报表 / write the form a department fills in."""
    from analysis.runs.data_room import write_forms
    from analysis.runs.datasets import dataset_of

    loaded = load_plan(plan)
    where = area or loaded.area
    dataset = dataset_of(db, data, area=where, latest=True, needed=False)
    for name, rows in write_forms(loaded, department, year, where, dataset, out).items():
        say(f"{name}: {rows} 行" if lang == "zh" else f"{name}: {rows} rows")


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(metavar="FILE ...", help="xlsx、csv、SDMX 或数据文件夹 / files")],
    who: Annotated[str, typer.Option(help="填报人 / reporter")] = "unnamed",
    plan: PlanOption = None,
    db: DbOption = None,
    department: Annotated[str, typer.Option(help="部门代码，填报表自带 / code of the department")] = "",
    year: Annotated[int | None, typer.Option(help="统计年份，填报表自带 / year")] = None,
    area: Annotated[str | None, typer.Option(help="地区代码 / area code")] = None,
    lang: LangOption = Language.zh,
) -> None:
    """读入报送文件，每个文件一个事务 / read and store what departments send."""
    from analysis.data.store import open_store
    from analysis.runs.data_room import ingest as ingest_files

    bar = progress_bar(len(files), "ingest")
    done = ingest_files(files, load_plan(plan), open_store(db), who, department, year, area, bar.update)
    bar.close()
    zh = lang == "zh"
    for one in done:
        if one.reading is None:
            assert one.refused is not None
            typer.echo(f"{one.file}: {'整份退回' if zh else 'refused'}\n{one.refused.message(lang.value)}", err=True)
            continue
        kept, aside = len(one.reading.accepted), one.reading.quarantined
        say(
            f"{one.file}: 编号 {one.submission}，共 {one.reading.rows} 行，接收 {kept} 行，待更正 {len(aside)} 行"
            if zh
            else f"{one.file}: id {one.submission}, {one.reading.rows} rows, {kept} accepted, {len(aside)} quarantined"
        )
        for row in aside.head(20).to_dict("records"):
            place = f"{row['sheet']}!{row['cell']}" if row["sheet"] else row["cell"]
            typer.echo(f"  {place} {row['indicator']}: {row[f'reason_{lang.value}']}", err=True)
    if any(one.reading is None or len(one.reading.quarantined) for one in done):
        raise typer.Exit(1)


@submitted.command("list")
def submissions_list(db: DbOption = None, lang: LangOption = Language.zh) -> None:
    """列出报送记录和状态 / list submissions and their states."""
    from analysis.data.store import open_store
    from analysis.data.store.states import STATE_NAMES

    for row in open_store(db).submissions().to_dict("records"):
        state = STATE_NAMES[row["state"]](lang.value)
        about = f"{row['id']:>4}  {row['department']:<20} {row['year']}  {state:<6}"
        say(f"{about}  {row['file'] or '—'}  {row['at'] or ''}")


@submitted.command("expect")
def submissions_expect(
    year: Annotated[int, typer.Option(help="统计年份 / year")],
    due: Annotated[str, typer.Option(help="应报日期，如 2027-03-31 / date due")],
    plan: PlanOption = None,
    area: Annotated[str | None, typer.Option(help="地区代码 / area code")] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """登记各部门应报数据（未报），据此计算迟报 / note what every department is to report, and by when."""
    from analysis.runs.data_room import expect_all

    count = expect_all(load_plan(plan), area, year, due, db)
    say(f"已登记 {count} 个部门" if lang == "zh" else f"{count} departments noted")


@submitted.command("advance")
def submissions_advance(
    id: Annotated[int, typer.Argument(help="报送编号 / id")],
    to: Annotated[str, typer.Option(help="returned、verified、approved、archived")],
    who: Annotated[str, typer.Option(help="经办人 / who")],
    role: Annotated[str, typer.Option(help="reviewer、approver、archivist")],
    reason: Annotated[str, typer.Option(help="退回原因 / reason of a return")] = "",
    db: DbOption = None,
) -> None:
    """审核、退回、审批、归档 / verify, return, approve or archive a submission."""
    from analysis.data.store import open_store
    from analysis.data.store.states import Move

    open_store(db).advance(id, Move(to, who, role, reason))
    say(f"{id} → {to}")


@submitted.command("quarantine")
def submissions_quarantine(
    out: Annotated[Path | None, typer.Option(help="写出 CSV / write a CSV")] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """列出待更正的行 / list the rows still to be corrected."""
    from analysis.data.store import open_store
    from analysis.runs.files import write_table

    table = open_store(db).quarantine()
    if out is not None:
        write_table(table, out)
    for row in table.to_dict("records"):
        say(f"{row['submission']:>4}  {row['sheet']}!{row['cell']}  {row['indicator']}: {row[f'reason_{lang.value}']}")


@app.command()
def check(
    plan: PlanOption = None,
    db: DbOption = None,
    data: DataOption = None,
    area: Annotated[
        str | None, typer.Option(help="只查数据库中该地区及其下级 / of a database this area and those below alone")
    ] = None,
    year: Annotated[int | None, typer.Option(help="应有数据的年份 / the year that should be there")] = None,
    out: Annotated[Path, typer.Option(help="报告文件夹 / folder of the report")] = Path("reports/quality"),
    lang: LangOption = Language.zh,
) -> None:
    """数据质量与缺项检查 / data quality and missing data."""
    from analysis.data.store import open_store
    from analysis.places import shown
    from analysis.runs.datasets import dataset_of
    from analysis.runs.quality import quality

    loaded, dataset = load_plan(plan), dataset_of(db, data, area=area, latest=True)
    last = year or int(dataset.observations["time_period"].max())
    report = quality(loaded, dataset, area or loaded.area, last, open_store(db).quarantine() if db else None)
    report.write(out)
    zh = lang == "zh"
    for one in report.checks:
        grave = {"error": ("错误", "error"), "warning": ("提示", "warning")}[one.severity][not zh]
        say(f"{grave}  {one.title(lang.value)}: {len(one.rows)}")
        for row in one.rows.head(3).to_dict("records"):
            say(f"      {row['indicator']} {row['ref_area']} {row['time_period']}: {row[f'reason_{lang.value}']}")
    say(f"缺项 {len(report.missing)} 条" if zh else f"missing: {len(report.missing)}")
    say(f"待更正 {len(report.quarantine)} 行" if zh else f"open quarantine: {len(report.quarantine)}")
    say(f"报告：{shown(out)}" if zh else f"Report: {shown(out)}")
    if report.errors:
        raise typer.Exit(1)


@exchanges.command("export")
def exchange_export(
    path: Annotated[Path, typer.Argument(metavar="FILE", help=".csv 为 SDMX-CSV，.xml 为 SDMX-ML")],
    structure: Annotated[
        Path | None, typer.Option(help="写出核对所用的数据结构 / write the structure it was checked with")
    ] = None,
    plan: PlanOption = None,
    db: DbOption = None,
    data: DataOption = None,
) -> None:
    """按数据结构核对后导出 SDMX / export as SDMX what keeps to its structure."""
    from analysis.runs.data_room import export
    from analysis.runs.datasets import dataset_of

    say(f"{path.name}: {export(dataset_of(db, data), load_plan(plan), path, structure)} 行 / rows")


@exchanges.command("import")
def exchange_import(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="SDMX-CSV 或 SDMX-ML")],
    plan: PlanOption = None,
    db: DbOption = None,
    who: Annotated[str, typer.Option(help="经办人 / who")] = "exchange",
    lang: LangOption = Language.zh,
) -> None:
    """导入下级或上级的 SDMX 文件 / import an SDMX file."""
    ingest([path], who=who, plan=plan, db=db, department="exchange", lang=lang)


@exchanges.command("rollup")
def exchange_rollup(
    area: Annotated[str, typer.Argument(help="上级地区代码 / code of the parent area")],
    out: Annotated[Path, typer.Option(help="CSV 文件 / CSV file")],
    db: DbOption = None,
    data: DataOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """由下级分子分母汇总上级数据并与其自报数比较 / add up counts of the areas below, compare with the parent's own."""
    from analysis.data.observations import current
    from analysis.data.rollup import compared
    from analysis.runs.datasets import dataset_of
    from analysis.runs.files import write_table

    dataset = dataset_of(db, data, area=area, latest=True)
    table = compared(current(dataset.observations), area, dataset.parts_of(area))
    write_table(table, out)
    differ = int((table["difference"].abs() > 0.05).sum())
    say(f"{len(table)} 行，与自报数不同 {differ} 行" if lang == "zh" else f"{len(table)} rows, {differ} differ")
