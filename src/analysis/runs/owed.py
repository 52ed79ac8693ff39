"""Who owes a report of a year, who was late, and the files of evidence as they lie now: as lines of a terminal."""

from __future__ import annotations

import pandas as pd

from analysis.assessment.measure_status import department_status
from analysis.data.store import open_store
from analysis.data.store.evidence_files import Kept, checked, place_of
from analysis.data.store.reports import AnnualReports
from analysis.data.store.states import STATE_NAMES
from analysis.exceptions import Lang, Text
from analysis.plan import Plan

_NOW = {
    "kept": Text("完好", "kept"),
    "missing": Text("文件已丢失", "missing"),
    "changed": Text("文件已被改动", "changed"),
    "absent": Text("报送时未附", "never came"),
}


def lines_owed(plan: Plan, area: str, year: int, db: str | None, lang: Lang) -> tuple[list[str], int]:
    """Return a line for each department that owes a report of a year, and how many did not report or have it back.

    Parameters
    ----------
    plan, area, year
        Whose reports, and of when.
    db : str, optional
    lang : zh or en
    """
    store = open_store(db)
    tables = AnnualReports(store).tables(plan.id, area)
    store.close()
    of_year = {name: table[table["year"] == year] for name, table in tables.items()}
    status = department_status(plan, area, of_year, year)
    lines = [_line(plan, {str(k): v for k, v in row.items()}, lang) for row in status.to_dict("records")]
    waiting = int(status["state"].isin(["expected", "returned"]).sum())
    late = [plan.department_name(code)(lang) for code in status.loc[status["late"] == "yes", "department"]]
    zh = f"应报 {len(status)} 个部门，未报或退回 {waiting} 个，迟报 {len(late)} 个" + (
        "：" + "、".join(late) if late else ""
    )
    en = f"{len(status)} departments, {waiting} did not report or have it back, {len(late)} late"
    return [*lines, zh if lang == "zh" else en + (": " + ", ".join(late) if late else "")], waiting


def _line(plan: Plan, row: dict[str, object], lang: Lang) -> str:
    state = STATE_NAMES[str(row["state"])](lang)
    zh = lang == "zh"
    days = row["days_late"]
    late = 0 if days is None or pd.isna(days) else int(str(days))  # type: ignore[call-overload]
    parts = [f"{plan.department_name(str(row['department']))(lang):<12} {state:<6}"]
    reported = int(str(row["measures"])) - int(str(row["not_reported"]))
    parts.append(f"措施 {reported}/{row['measures']}" if zh else f"measures {reported}/{row['measures']}")
    parts.append(f"自评 {row['assessed']}/{row['targets']}" if zh else f"targets {row['assessed']}/{row['targets']}")
    if row["due"]:
        parts.append(f"应报 {row['due']}" if zh else f"due {row['due']}")
    if row["received"]:
        parts.append(f"报送 {row['received']}" if zh else f"received {row['received']}")
    if late:
        parts.append(f"迟报 {late} 天" if zh else f"{late} days late")
    return "  ".join(parts)


def lines_of_evidence(plan: Plan, db: str | None, lang: Lang) -> tuple[list[str], int]:
    """Return a line for each file of evidence of a plan's own area, and how many are not as they came."""
    store = open_store(db)
    files = AnnualReports(store).tables(plan.id, plan.area)["evidence_files"]
    table = checked(files, Kept(place_of(store)))
    store.close()
    lines = []
    for row in table.to_dict("records"):
        about = f"{plan.department_name(str(row['department']))(lang)}  {row['year']}  {row['file']}"
        lines.append(f"{about}  {str(row['sha256'])[:12] or '—'}  {_NOW[str(row['now'])](lang)}")
    return lines, int((table["now"] != "kept").sum())
