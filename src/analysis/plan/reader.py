"""Read a plan folder, and refuse one whose parts do not fit together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.exceptions import Fault, PlanError, Text, Where, usage
from analysis.places import PLANS, shown
from analysis.plan import tables
from analysis.plan.files import rows_of
from analysis.plan.head import read_head
from analysis.plan.model import Department, Domain, Goal, Indicator, Measure, Plan, Source
from analysis.plan.targets import KINDS, Target
from analysis.plan.validation import faults_of

# years that fit every target: the rest of a plan is checked although its own years are wrong
ANY_YEARS: dict[str, Any] = {"start_year": 0, "end_year": 9999, "baseline_year": 0, "milestones": []}


def read_plan(plan: str | Path, trusted: bool = False) -> Plan:
    """Return the plan in `data/plans/<plan>/`, or in the folder `plan`.

    `trusted` is for a copy that was checked before: neither its cells nor its targets are searched for faults again.

    Raises
    ------
    UsageError
        There is no such plan; the message lists those there are.
    DataError
        A file is neither UTF-8 nor GB18030.
    PlanError
        Every fault of the files at once: cells that break their table, years of the head that do not fit; where the
        files are whole, every reference that leads nowhere and every target whose facts contradict each other.
    """
    folder = Path(plan) if (Path(plan) / "plan.yaml").is_file() else PLANS / str(plan)
    if not (folder / "plan.yaml").is_file():
        raise _unknown(str(plan))
    head, faults = read_head(folder / "plan.yaml")
    rows: dict[str, list[dict[str, Any]]] = {}
    broken: list[Fault] = []
    for table in tables.ALL:
        rows[table.name], wrong = rows_of(folder, table, trusted)
        broken += wrong
    if not broken and faults and all(fault.where.item in ANY_YEARS for fault in faults):
        faults += faults_of(_plan({**head, **ANY_YEARS}, rows), shown(folder))
    if faults or broken:
        raise PlanError([*faults, *broken])
    result = _plan(head, rows)
    faults = [] if trusted else faults_of(result, shown(folder))
    if faults:
        raise PlanError(faults)
    return result


def _plan(head: dict[str, Any], rows: dict[str, list[dict[str, Any]]]) -> Plan:
    """Return the plan of a head and tables in which no fault was found."""
    return Plan(
        id=head["id"],
        title=Text(head["title_zh"], head["title_en"]),
        area=str(head["area"]),
        area_name=Text(head.get("area_name_zh", str(head["area"])), head.get("area_name_en", str(head["area"]))),
        start_year=head["start_year"],
        end_year=head["end_year"],
        baseline_year=head["baseline_year"],
        milestones=tuple(head["milestones"]),
        partial=bool(head.get("partial", False)),
        sources=tuple(Source(**{key: str(value) for key, value in one.items()}) for one in head.get("sources") or []),
        domains=tuple(Domain(one["id"], _text(one, "title")) for one in head["domains"]),
        departments=tuple(_department(row) for row in rows["departments"]),
        goals=tuple(Goal(**_clause(row)) for row in rows["goals"]),
        measures=tuple(_measure(row) for row in rows["measures"]),
        indicators=tuple(_indicator(row) for row in rows["indicators"]),
        targets=tuple(_target(row) for row in rows["targets"]),
        source_precedence=tuple(str(name) for name in head.get("source_precedence") or ()),
    )


def plan_ids() -> list[str]:
    """Return the ids of the plans in `data/plans/`."""
    return sorted(path.parent.name for path in PLANS.glob("*/plan.yaml"))


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _text(row: dict[str, Any], name: str) -> Text:
    return Text(row[f"{name}_zh"], row[f"{name}_en"])


def _clause(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "domain": row["domain"],
        "number": int(row["number"]),
        "title": _text(row, "title"),
        "clause": row["clause"],
        "departments": _split(row["departments"]),
    }


def _measure(row: dict[str, Any]) -> Measure:
    return Measure(
        **_clause(row),
        goals=_split(row["goals"]),
        start_year=None if row["start_year"] is None else int(row["start_year"]),
        areas=_split(row["areas"]),
        input=_text(row, "input"),
        indicators=_split(row["indicators"]),
    )


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
        disaggregations=_split(row["disaggregations"]),
        statistic=row["statistic"],
        decimals=int(row["decimals"]),
        department=row["department"],
        sample=row["sample"] == "yes",
        population=row["population"],
        **({"count_unit": _text(row, "count_unit")} if row["count_unit_zh"] and row["count_unit_en"] else {}),
        **texts,
    )


def _target(row: dict[str, Any]) -> Target:
    plain: dict[str, Any] = {
        name: row[name]
        for name in ("id", "parent", "indicator", "comparison", "value", "value_upper", "unit", "strength")
    }
    years: dict[str, Any] = {name: None if row[name] is None else int(row[name]) for name in ("year", "baseline_year")}
    whom = {name: row[name] for name in ("sex", "age", "residence", "group", "subunit", "clause")}
    kind = KINDS[row["kind"]]
    between = _split(row["gap_dimensions"]) or (("residence",) if row["comparison"] == "narrow" else ())
    return kind(
        **plain,
        **years,
        **whom,
        year_assumed=row["year_assumed"] == "yes",
        text=_text(row, "text"),
        note=_text(row, "note"),
        conflicts_with=_split(row["conflicts_with"]),
        manner=row["manner"] or kind.default_manner,
        gap_dimensions=between,
    )


def _unknown(plan: str) -> Exception:
    known = "、".join(plan_ids())
    return usage(
        Text(f"没有规划 {plan}", f"there is no plan {plan}"),
        Where(file=shown(PLANS)),
        Text(f"下列之一：{known}；或含 plan.yaml 的文件夹", f"one of: {known}; or a folder with plan.yaml"),
        Text("请更正 --plan。", "Correct --plan."),
    )
