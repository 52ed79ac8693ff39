"""Read a plan folder, and refuse one whose parts do not fit together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.exceptions import Fault, PlanError, Text, Where, no_such
from analysis.gate.ids import IdFault
from analysis.places import PLANS, own_and_carried, shown
from analysis.plan import tables
from analysis.plan.cells import Rows, rows_of
from analysis.plan.draft import Draft
from analysis.plan.front import Fronts, read_fronts
from analysis.plan.head import Head, read_head
from analysis.plan.model import Department, Goal, Indicator, Measure, Plan, Theme
from analysis.plan.sheet import Sheet, sheet_of
from analysis.plan.standard import Standards, inherited, standards
from analysis.plan.tables import split
from analysis.plan.targets import KINDS, Target
from analysis.plan.validation import faults_of
from analysis.schema.tables import Table


def read_plan(plan: str | Path, trusted: bool = False, known: Standards | None = None) -> Plan:
    """Read a plan: goals, measures, targets, indicators, departments, and what its documents have on their front.

    Parameters
    ----------
    plan : str or Path
        The id of a plan in `data/plans/`, or a plan's folder.
    trusted : bool
        The folder is a copy that was checked before: what cannot be read is refused, what the tables and the clauses
        allow is not asked again, but for ids.
    known : Standards, optional
        The registry of standard indicators, the project's own by default.

    Returns
    -------
    Plan

    Raises
    ------
    UsageError
        There is no such plan; the message lists those there are.
    PlanError
        Every fault of every file at once, each with its file, row and column: files that cannot be read, cells that
        break their table, and, between the rows without such a fault, every reference that leads nowhere and every
        target whose facts contradict each other, its indicator or the years of the plan.
    """
    folder = folder_of(plan)
    head, faults = read_head(folder / "plan.yaml")
    fronts, unfit = read_fronts(folder)
    registry = standards() if known is None else known
    draft, wrong = _draft(folder, head, registry, trusted)
    if not trusted:
        wrong += faults_of(draft)
    elif _complete(head):
        faults = [fault for fault in faults if isinstance(fault, IdFault)]
    if faults or unfit or wrong:
        raise PlanError(_in_order([*faults, *unfit, *wrong]))
    return _plan(head, draft, fronts)


def folder_of(plan: str | Path) -> Path:
    """Return the folder of the plan with this id, or the folder `plan`; a `UsageError` says that there is none."""
    for folder in (Path(plan), *(plans / str(plan) for plans in own_and_carried("data", "plans"))):
        try:
            if (folder / "plan.yaml").exists():
                return folder
        except (OSError, ValueError):  # a name no file can have
            continue
    raise _unknown(str(plan))


def sheets_of(folder: Path) -> Iterator[tuple[Table, Sheet, str]]:
    """Yield each table of a plan folder with its cells as written and its name as shown."""
    for table in (*tables.ALL, *tables.OPTIONAL):
        path = folder / f"{table.name}.csv"
        if table in tables.ALL or path.exists():
            yield table, sheet_of(path, table), shown(path)


def _complete(head: Head) -> bool:
    return None not in (head.start_year, head.end_year, head.baseline_year) and bool(head.id and head.area)


def _in_order(faults: list[Fault]) -> list[Fault]:
    """Return the faults by file, in the order in which files were read, and within it by row."""
    files = list(dict.fromkeys(fault.where.file for fault in faults))
    return sorted(faults, key=lambda one: (files.index(one.where.file), one.where.row or 0))


def _draft(folder: Path, head: Head, registry: Standards, trusted: bool) -> tuple[Draft, list[Fault]]:
    read: dict[str, Rows] = {}
    for table, sheet, file in sheets_of(folder):
        read[table.name] = rows_of(sheet, table, file, trusted)
    faults = [fault for rows in read.values() for fault in rows.faults]
    keys = {table.name: table.key[0] for table in (*tables.ALL, *tables.OPTIONAL)}
    indicators, wrong = _indicators(read["indicators"], registry, shown(folder / "indicators.csv"), trusted)
    targets = read["targets"]
    good = {row for row, _ in targets.good}
    broken = {(c.get("parent", ""), c.get("indicator", "")) for row, c in targets.all if row not in good}
    draft = Draft(
        head=head,
        folder=shown(folder),
        departments=tuple(_department(row) for _, row in read["departments"].good),
        goals=tuple(Goal(**_clause(row)) for _, row in read["goals"].good),
        measures=tuple(_measure(row) for _, row in read["measures"].good),
        indicators=indicators,
        targets=tuple(_target(row) for _, row in targets.good),
        themes=tuple(_theme(row) for _, row in read["themes"].good) if "themes" in read else (),
        known={name: _ids(rows, keys[name]) for name, rows in read.items()} | {"domains": head.known_domains},
        rows={(name, cells[keys[name]]): row for name, rows in read.items() for row, cells in rows.good},
        torn=frozenset(broken) if targets.whole else None,
    )
    return draft, [*faults, *wrong]


def _ids(rows: Rows, key: str) -> frozenset[str] | None:
    """Return the ids of all rows, also of those with a fault; None where rows or their ids could not be read."""
    ids = [cells.get(key) for _, cells in rows.all]
    return frozenset(id for id in ids if id) if rows.whole and all(ids) else None


def _indicators(rows: Rows, registry: Standards, file: str, trusted: bool) -> tuple[tuple[Indicator, ...], list[Fault]]:
    found, faults = [], []
    for number, row in rows.good:
        full, wrong = inherited(row, registry, Where(file=file, row=number, item=row["indicator"]))
        faults += [] if trusted else wrong
        if trusted or not wrong:
            found.append(_indicator(full))
    return tuple(found), faults


def _plan(head: Head, draft: Draft, fronts: Fronts) -> Plan:
    """Return the plan of a folder in which no fault was found."""
    assert head.start_year is not None and head.end_year is not None and head.baseline_year is not None
    return Plan(
        id=head.id,
        title=head.title,
        area=head.area,
        area_name=head.area_name,
        start_year=head.start_year,
        end_year=head.end_year,
        baseline_year=head.baseline_year,
        milestones=head.milestones,
        partial=head.partial,
        sources=head.sources,
        domains=head.domains,
        departments=draft.departments,
        goals=draft.goals,
        measures=draft.measures,
        indicators=draft.indicators,
        targets=draft.targets,
        source_precedence=head.source_precedence,
        themes=tuple(sorted(draft.themes, key=lambda one: one.number)),
        fronts=fronts,
        sexes=head.sexes,
    )


def plan_ids() -> list[str]:
    """Return the ids of the plans in `data/plans/` and of those the package carries."""
    return sorted(
        {path.parent.name for plans in own_and_carried("data", "plans") for path in plans.glob("*/plan.yaml")}
    )


def _text(row: dict[str, Any], name: str) -> Text:
    """Return a text; where it is written in one language only it stands for both, so that nothing is blank."""
    zh, en = row[f"{name}_zh"], row[f"{name}_en"]
    return Text(zh or en, en or zh)


def _clause(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "domain": row["domain"],
        "number": row["number"],
        "title": _text(row, "title"),
        "clause": row["clause"],
        "departments": split(row["departments"]),
    }


def _measure(row: dict[str, Any]) -> Measure:
    return Measure(
        **_clause(row),
        goals=split(row["goals"]),
        start_year=row["start_year"],
        areas=split(row["areas"]),
        input=_text(row, "input"),
        indicators=split(row["indicators"]),
    )


def _theme(row: dict[str, Any]) -> Theme:
    return Theme(row["id"], row["domain"], row["number"], _text(row, "title"), split(row["indicators"]))


def _department(row: dict[str, Any]) -> Department:
    return Department(row["code"], _text(row, "name"), _text(row, "basis"), row["confirmed"] == "yes")


def _indicator(row: dict[str, Any]) -> Indicator:
    texts = {name: _text(row, name) for name in ("name", "definition", "formula", "numerator", "denominator", "source")}
    return Indicator(
        id=row["indicator"],
        domain=row["domain"],
        unit=row["unit"],
        direction=row["direction"],
        lower=row["lower_bound"],
        upper=row["upper_bound"],
        period_type=row["period_type"],
        disaggregations=split(row["disaggregations"]),
        statistic=row["statistic"],
        decimals=row["decimals"],
        department=row["department"],
        sample=row["sample"] == "yes",
        population=row["population"],
        aliases=tuple(part.strip() for part in re.split("[;；]", row["aliases"]) if part.strip()),
        standard=row["standard"],
        gross=row["gross"],
        **({"count_unit": _text(row, "count_unit")} if row["count_unit_zh"] or row["count_unit_en"] else {}),
        **texts,
    )


def _target(row: dict[str, Any]) -> Target:
    plain: dict[str, Any] = {
        name: row[name]
        for name in ("id", "parent", "indicator", "comparison", "value", "value_upper", "unit", "strength")
    }
    years: dict[str, Any] = {name: row[name] for name in ("year", "baseline_year")}
    whom = {name: row[name] for name in ("sex", "age", "residence", "group", "subunit", "clause")}
    kind = KINDS[row["kind"]]
    between = split(row["gap_dimensions"]) or (("residence",) if row["comparison"] == "narrow" else ())
    return kind(
        **plain,
        **years,
        **whom,
        year_assumed=row["year_assumed"] == "yes",
        text=_text(row, "text"),
        note=_text(row, "note"),
        conflicts_with=split(row["conflicts_with"]),
        manner=row["manner"] or kind.default_manner,
        gap_dimensions=between,
        against=row["against"],
    )


def _unknown(plan: str) -> Exception:
    return no_such(Text("没有规划", "there is no plan"), plan, plan_ids(), Where(file=shown(PLANS), item="--plan"))
