"""The data room: `workbench template`, `ingest`, `submissions`, `check` and `exchange`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.common import LangOption, Language, an_id, app, progress_bar, say
from analysis.exceptions import Text, Where, usage

exchanges = typer.Typer(no_args_is_help=True, help="与上级交换数据 / exchange with the city", rich_markup_mode=None)
app.add_typer(exchanges, name="exchange")

DbOption = Annotated[
    str | None, typer.Option("--db", help="SQLite 文件或 postgresql://… / SQLite file or PostgreSQL URL")
]
PlanOption = Annotated[str | None, typer.Option("--plan", help="规划编号或文件夹 / id or folder of the plan")]
DataOption = Annotated[Path | None, typer.Option("--data", help="数据文件夹 / folder of the data")]


_NAMED = 20  # rows not taken that are named on the screen


def load_plan(name: str | None) -> Any:
    """Return the plan called `name`, or the default one."""
    from analysis.gate.settings import usual_plan
    from analysis.plan import read_plan

    return read_plan(name or usual_plan())


AreaIdOption = Annotated[str | None, typer.Option("--area", help="地区代码 / area code", callback=an_id)]


@app.command()
def template(
    department: Annotated[
        str, typer.Option(help="部门代码，all 为全部 / code of the department, or all", callback=an_id)
    ],
    year: Annotated[int, typer.Option(help="统计年份 / year")],
    out: Annotated[Path, typer.Option(help="xlsx 文件；all 时为文件夹 / file, or folder with all")],
    plan: PlanOption = None,
    area: AreaIdOption = None,
    db: DbOption = None,
    data: DataOption = None,
    run: Annotated[
        str | None, typer.Option(help="其预警须说明原因的运行 / the run whose alerts are to be explained")
    ] = None,
    lang: LangOption = Language.zh,
) -> None:
    """生成部门填报表：指标、措施、自评、原因、经验、下年计划 / write the form a department fills in."""
    from analysis.gate.settings import usual_data
    from analysis.runs.data_room import write_forms
    from analysis.runs.datasets import dataset_of
    from analysis.runs.reported import alerts_for, reports_of

    loaded = load_plan(plan)
    where = area or loaded.area
    dataset = dataset_of(db, data, area=where, latest=True, needed=False)
    reports = reports_of(db, data or usual_data(needed=False), loaded, where)
    alerts = alerts_for(db, dataset, loaded, where, year, run)
    for name, rows in write_forms(loaded, department, year, where, dataset, out, reports, alerts).items():
        say(f"{name}: {rows} 行指标" if lang == "zh" else f"{name}: {rows} rows of figures")


@app.command()
def ingest(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE ...", help="xlsx、xls、ods、csv、SDMX 或数据文件夹 / files")
    ] = None,
    who: Annotated[str, typer.Option(help="填报人 / reporter")] = "unnamed",
    plan: PlanOption = None,
    db: DbOption = None,
    department: Annotated[str, typer.Option(help="部门代码，填报表自带 / code of the department", callback=an_id)] = "",
    year: Annotated[int | None, typer.Option(help="统计年份，填报表自带 / year")] = None,
    area: AreaIdOption = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="宽表核对后的对应表 / confirmed mapping of a wide table")
    ] = None,
    sheet: Annotated[str, typer.Option(help="只读该工作表 / this sheet alone")] = "",
    hidden: Annotated[bool, typer.Option("--hidden", help="隐藏的表、行、列也读 / read what is hidden too")] = False,
    headers: Annotated[bool, typer.Option("--headers", help="列出可识别的表头 / list the headers")] = False,
    lang: LangOption = Language.zh,
) -> None:
    """读入报送文件，每个文件一个事务；宽表先写出对应表供核对 / read and store what departments send."""
    if headers:
        _headers(lang)
        return
    from analysis.data.forms.opening import Options
    from analysis.data.store import open_store
    from analysis.runs.submissions import ingest as ingest_files

    given = files or []
    if not given or (mapping is not None and len(given) > 1):
        raise usage(
            Text("--mapping 只用于一个文件", "--mapping with several files") if given else Text("没有文件", "no file"),
            Where(item="FILE"),
            Text("一个或多个文件；用 --mapping 时一个", "files; one with --mapping"),
            Text("请给出报送文件。", "Name what was sent."),
        )
    bar = progress_bar(len(given), "ingest")
    options = Options(area, year, department, hidden, sheet)
    done = ingest_files(given, load_plan(plan), open_store(db), who, options, mapping, bar.update)
    bar.close()
    for one in done:
        _told(one, lang)
    if any(one.reading is None or len(one.reading.quarantined) for one in done):
        raise typer.Exit(1)


def _told(one: Any, lang: Language) -> None:
    """Say what became of a file: how many values were taken, and each that was not, with its cell."""
    zh = lang == "zh"
    for remark in one.remarks:
        say(f"{one.file}: {remark(lang.value)}")
    if one.mapping is not None:
        name, count = one.mapping.name, one.to_look_at
        written = f"已写出 {name}，请核对 {count} 处；未存入任何数据"
        say(f"{one.file}: {written if zh else f'wrote {name}, {count} places to look at; nothing was stored'}")
    if one.reading is None:
        word = ("待核对" if one.mapping else "整份退回") if zh else ("to be confirmed" if one.mapping else "refused")
        typer.echo(f"{one.file}: {word}\n{one.refused.message(lang.value)}", err=True)
        return
    aside = one.reading.quarantined
    asked = int((aside["state"] == "proposed").sum())
    for file in one.reused:
        say(f"{one.file}: 沿用 {file} 确认过的对应表" if zh else f"{one.file}: by the mapping confirmed for {file}")
    rows, kept, wrong = one.reading.rows, one.reading.taken, len(aside) - asked
    if one.reading.reported:
        from analysis.runs.reported import counts_said

        said, figures = counts_said(one.reading)(lang.value), len(one.reading.accepted)
        parts = f"接收指标 {figures} 行；年度报告：{said}" if zh else f"{figures} figures; annual report: {said}"
        say(f"{one.file}: {parts}")
    say(
        f"{one.file}: 编号 {one.submission}，共 {rows} 行，接收 {kept} 行，待更正 {wrong} 行，待确认 {asked} 行"
        if zh
        else f"{one.file}: id {one.submission}, {rows} rows, {kept} accepted, {wrong} to correct, {asked} to confirm"
    )
    for left in one.reading.left_out:
        say(f"  {'未读取' if zh else 'left out'}: {left.what(lang.value)} {left.where}: {left.count}")
    for row in aside.head(_NAMED).to_dict("records"):
        place = f"{row['sheet']}!{row['cell']}" if row["sheet"] else row["cell"]
        typer.echo(f"  {place} {row['indicator']}: {row[f'reason_{lang.value}']}", err=True)
    if (more := len(aside) - _NAMED) > 0:
        see = "workbench submissions quarantine"
        typer.echo(f"  ……另有 {more} 行，见 {see}" if zh else f"  ... and {more} more, see `{see}`", err=True)


def _headers(lang: Language) -> None:
    """List the headers that are read, and what a wide table may look like."""
    from analysis.data.forms.header import NAMES

    for column, names in NAMES.items():
        if column == "set_aside":  # written by readers of other formats alone
            continue
        say(f"{column:<16} {'、'.join(names) if lang == 'zh' else ', '.join(names)}")
    say(
        "单位：列中为计量单位的，是单位；为地区名的，是地区；在地区旁的，是填报单位，不读取。\n"
        "宽表：指标×年份、地区×指标、年份×指标，表头一至四行，可合并；先写出对应表供核对。"
        if lang == "zh"
        else "单位: by its cells a unit or an area; beside an area an organisation, which is not read.\n"
        "Wide tables: indicators by years, areas by indicators, years by indicators, one to four header rows; "
        "their mapping is written first, to be confirmed."
    )


@app.command()
def check(
    plan: PlanOption = None,
    db: DbOption = None,
    data: DataOption = None,
    area: Annotated[
        str | None,
        typer.Option(help="只查数据库中该地区及其下级 / of a database this area and those below alone", callback=an_id),
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
    last = year or min(int(dataset.observations["time_period"].max()), date.today().year)
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
    area: Annotated[str, typer.Argument(help="上级地区代码 / code of the parent area", callback=an_id)],
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
