"""`workbench submissions`: what came, who reviewed it, what is to be corrected or confirmed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.cli.common import LangOption, Language, an_id, app, say
from analysis.cli.data import DbOption, PlanOption, load_plan

submitted = typer.Typer(no_args_is_help=True, help="报送记录与审批 / submissions", rich_markup_mode=None)
app.add_typer(submitted, name="submissions")

WhoOption = Annotated[str, typer.Option(help="经办人 / who")]
RowsArgument = Annotated[
    list[int] | None, typer.Argument(metavar="ID ...", help="待更正、待确认行的编号 / ids of rows set aside")
]


@submitted.command("list")
def submissions_list(db: DbOption = None, lang: LangOption = Language.zh) -> None:
    """列出报送记录和状态 / list submissions and their states."""
    from analysis.data.store import open_store
    from analysis.data.store.reports import AnnualReports
    from analysis.data.store.states import STATE_NAMES

    store = open_store(db)
    reported = AnnualReports(store).counts()
    for row in store.submissions().to_dict("records"):
        state = STATE_NAMES[row["state"]](lang.value)
        about = f"{row['id']:>4}  {row['department']:<20} {row['year']}  {state:<6}"
        count = sum(reported.get(row["id"], {}).values())
        report = "" if not count else f"  年度报告 {count} 行" if lang == "zh" else f"  annual report {count} rows"
        file, at = (str(row[name]) if isinstance(row[name], str) else "" for name in ("file", "at"))
        say(f"{about}  {file or '—'}  {at}{report}")


@submitted.command("expect")
def submissions_expect(
    year: Annotated[int, typer.Option(help="统计年份 / year")],
    due: Annotated[str, typer.Option(help="应报日期，如 2027-03-31 / date due")],
    plan: PlanOption = None,
    area: Annotated[str | None, typer.Option(help="地区代码 / area code", callback=an_id)] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """登记各部门应报数据（未报），据此计算迟报 / note what every department is to report, and by when."""
    from analysis.runs.data_room import expect_all

    count = expect_all(load_plan(plan), area, year, due, db)
    say(f"已登记 {count} 个部门" if lang == "zh" else f"{count} departments noted")


@submitted.command("advance")
def submissions_advance(
    to: Annotated[str, typer.Option(help="returned、verified、approved、archived")],
    who: WhoOption,
    role: Annotated[str, typer.Option(help="reviewer、approver、archivist")],
    id: Annotated[int | None, typer.Argument(help="报送编号 / id")] = None,
    all_reported: Annotated[
        bool, typer.Option("--all-reported", help="全部已报且非本人填报的 / all reported ones that WHO did not report")
    ] = False,
    reason: Annotated[str, typer.Option(help="退回原因 / reason of a return")] = "",
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """审核、退回、审批、归档 / verify, return, approve or archive a submission."""
    from analysis.data.store import open_store
    from analysis.data.store.states import Move

    if (id is None) != all_reported:
        raise typer.BadParameter("报送编号与 --all-reported 二选一 / either an id or --all-reported")
    store, move = open_store(db), Move(to, who, role, reason)
    if id is not None:
        store.advance(id, move)
        say(f"{id} → {to}")
        return
    done, own = store.advance_reported(move)
    left = (
        (f"；{own} 份由{who}填报，须由他人办理" if lang == "zh" else f"; {own} reported by {who} are for another")
        if own
        else ""
    )
    say(f"{done} 份 → {to}{left}" if lang == "zh" else f"{done} submissions → {to}{left}")


@submitted.command("confirm")
def submissions_confirm(
    who: WhoOption,
    ids: RowsArgument = None,
    all_of: Annotated[int | None, typer.Option(help="该份报送的全部待确认行 / all proposals of a submission")] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """确认拟采用的读法，作为一份新报送存入 / take proposals as a new submission."""
    from analysis.data.store import open_store

    if bool(ids) == (all_of is not None):
        raise typer.BadParameter("行的编号与 --all-of 二选一 / either ids or --all-of")
    store = open_store(db)
    rows = list(ids or []) if all_of is None else store.proposed(all_of)
    id, vintage = store.confirm(rows, who)
    count = len(set(rows))
    say(
        f"已确认 {count} 行，编号 {id}，批次 {vintage}，待审核"
        if lang == "zh"
        else f"{count} confirmed: id {id}, {vintage}"
    )


@submitted.command("decline")
def submissions_decline(
    who: WhoOption,
    reason: Annotated[str, typer.Option(help="不采用的原因 / why")],
    ids: RowsArgument = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """不采用，记下经办人和原因 / do not take rows, with name and reason."""
    from analysis.data.store import open_store

    open_store(db).decline(ids or [], who, reason)
    count = len(set(ids or []))
    say(f"不采用 {count} 行" if lang == "zh" else f"{count} declined")


@submitted.command("quarantine")
def submissions_quarantine(
    out: Annotated[Path | None, typer.Option(help="写出 CSV / write a CSV")] = None,
    db: DbOption = None,
    lang: LangOption = Language.zh,
) -> None:
    """列出待更正、待确认的行 / list the rows to be corrected or confirmed."""
    from analysis.data.store import open_store
    from analysis.runs.files import write_table

    table = open_store(db).quarantine()
    if out is not None:
        write_table(table, out)
    rows, zh = table.to_dict("records"), lang == "zh"
    for row in rows:
        say(_line(row, zh))
    waiting = sum(row["state"] == "proposed" for row in rows)
    for line in _what_to_do(len(rows) - waiting, waiting, zh):
        say(line)


def _line(row: Mapping[Any, Any], zh: bool) -> str:
    """Return one row: id, submission, cell, what was found, its state with what is proposed, the reason."""
    place = f"{row['sheet']}!{row['cell']}" if row["sheet"] else row["cell"]
    parts = [row[name] for name in ("indicator", "ref_area", "time_period", "sex", "age", "residence", "group")]
    found = " ".join(part for part in parts if part not in ("", "_T")) or "—"
    state = ("待更正" if zh else "to correct") if row["state"] != "proposed" else ("待确认" if zh else "to confirm")
    if row["proposal"]:
        one = json.loads(row["proposal"])
        value = one.get("grade") or one.get("state") or one.get("money") if "table" in one else one.get("obs_value")
        state += f" {value or ''} {one.get('unit') or ''}".rstrip()
    reason = row["reason_zh" if zh else "reason_en"]
    return f"{row['id']:>5}  {row['submission']:>4}  {place}  {found}  [{state}]  {reason}"


def _what_to_do(aside: int, waiting: int, zh: bool) -> Sequence[str]:
    """Return what is to be done with the rows listed, nothing where there are none."""
    lines = []
    if aside:
        lines.append(
            f"待更正 {aside} 行：在原文件中改正，再用 workbench ingest 报送，改正后自动销去。"
            if zh
            else f"{aside} to correct: mend them in the file and ingest it again; what is mended is closed by itself."
        )
    if waiting:
        lines.append(
            f"待确认 {waiting} 行：workbench submissions confirm ID ... --who 姓名（整份：--all-of 报送编号），"
            "不采用：workbench submissions decline ID ... --who 姓名 --reason 原因。"
            if zh
            else f"{waiting} to confirm: workbench submissions confirm ID ... --who NAME (or --all-of SUBMISSION), "
            "or workbench submissions decline ID ... --who NAME --reason TEXT."
        )
    return lines or (["没有待更正或待确认的行。" if zh else "Nothing is to be corrected or confirmed."])
