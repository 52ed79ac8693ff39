"""How far measures are, and what each department reported, from the departments' annual reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.data.reported.duties import duties_of, owing_departments
from analysis.data.reported.labels import TEN_THOUSANDS, is_kept
from analysis.plan import Measure, Plan
from analysis.schema.reported import DEPARTMENT_STATUS, MEASURE_STATES, MEASURE_STATUS, NOT_REPORTED

Tables = Mapping[str, pd.DataFrame]


def reported_year(tables: Tables, as_of: int) -> int:
    """Return the last year up to `as_of` that a department reported on; `as_of` itself where there is none."""
    years = [
        int(one["year"].max())
        for name, table in tables.items()
        if name not in ("received", "group_ratings") and len(one := table[table["year"] <= as_of])
    ]
    return max(years, default=as_of)


def money_of(rows: pd.DataFrame) -> float | None:
    """Return the money of rows with columns money and money_unit, in ten thousand yuan; None where none is given."""
    given = rows[rows["money"].notna()]
    if not len(given):
        return None
    return round(float((given["money"] * given["money_unit"].map(TEN_THOUSANDS)).sum()), 6)


def kept_files(tables: Tables) -> dict[tuple[str, int], set[str]]:
    """Return the names of the files of evidence that are kept, by department and year."""
    out: dict[tuple[str, int], set[str]] = {}
    for row in tables["evidence_files"].to_dict("records"):
        if row["state"] == "kept":
            out.setdefault((row["department"], int(row["year"])), set()).add(row["file"])
    return out


def measure_status(plan: Plan, area: str, tables: Tables, as_of: int) -> pd.DataFrame:
    """Return how far each measure of a plan is (`MEASURE_STATUS`), one row a measure.

    The lead department's state counts. Where it did not report, the measure is under way if a supporting department
    began: only the lead can say that it is completed.

    Parameters
    ----------
    plan : Plan
    area : str
    tables : mapping of str to DataFrame
        `schema.reported`, of this plan and area.
    as_of : int
        Reports of the last year up to this one count.
    """
    year, kept = reported_year(tables, as_of), kept_files(tables)
    reports = tables["measure_reports"]
    own = {id: rows for id, rows in reports[reports["year"] == year].groupby("measure")}
    rows = []
    for one in plan.measures:
        said = own.get(one.id, reports.iloc[:0])
        row = {"plan": plan.id, "ref_area": area, "measure": one.id, "year": year}
        rows.append({**row, **_of_measure(one, said, kept, year)})
    return MEASURE_STATUS.build(pd.DataFrame(rows, columns=MEASURE_STATUS.names))


def _of_measure(one: Measure, said: pd.DataFrame, kept: Mapping[Any, set[str]], year: int) -> dict[str, Any]:
    states = dict(zip(said["department"], said["state"], strict=True))
    lead = next(iter(one.departments), "")
    if lead in states:
        state = states[lead]
    elif states:
        state = "not_begun" if set(states.values()) == {"not_begun"} else "under_way"
    else:
        state = NOT_REPORTED
    seen = any(is_kept(row["evidence"], kept.get((row["department"], year), set())) for row in said.to_dict("records"))
    return {
        "state": state,
        "lead": lead,
        "reporters": ";".join(sorted(states)),
        "owing": ";".join(code for code in one.departments if code not in states),
        "money": money_of(said),
        "differ": "yes" if len(set(states.values())) > 1 else "no",
        "evidence": "yes" if seen else "no",
    }


def department_status(plan: Plan, area: str, tables: Tables, as_of: int) -> pd.DataFrame:
    """Return what each department owed and reported (`DEPARTMENT_STATUS`), one row a department that owes anything."""
    year = reported_year(tables, as_of)
    of_year = {name: table[table["year"] == year] for name, table in tables.items()}
    received = {row["department"]: row for row in of_year["received"].to_dict("records")}
    rows = []
    for code in owing_departments(plan):
        own = {name: t[t["department"] == code] for name, t in of_year.items() if "department" in t}
        duties = duties_of(plan, code)
        owed = {one.id for one in (*duties.leads, *duties.supports)}
        states = list(own["measure_reports"].loc[own["measure_reports"]["measure"].isin(owed), "state"])
        any_rows = any(len(own[n]) for n in ("measure_reports", "self_assessments", "causes", "practices", "next_year"))
        came: dict[Any, Any] = received.get(code, {"state": "reported" if any_rows else "expected"})
        late = came.get("days_late")
        mine = {one.id for one in duties.targets}
        rows.append(
            {
                **{"plan": plan.id, "ref_area": area, "department": code, "year": year, "state": came["state"]},
                "late": "yes" if late is not None and not pd.isna(late) and late > 0 else "no",
                **{name: came.get(name) for name in ("due", "received", "days_late", "returned")},
                "measures": len(owed),
                **{name: states.count(name) for name in MEASURE_STATES},
                "not_reported": len(owed) - len(states),
                "targets": len(mine),
                "assessed": int(own["self_assessments"]["target"].isin(mine).sum()),
                "causes": len(own["causes"]),
                "practices": len(own["practices"]),
                "plans": len(own["next_year"]),
                "money": money_of(own["measure_reports"]),
            }
        )
    return DEPARTMENT_STATUS.build(pd.DataFrame(rows, columns=DEPARTMENT_STATUS.names))
