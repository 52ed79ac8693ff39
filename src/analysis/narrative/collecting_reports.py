"""The facts of annual reports, collected from the tables of a run (`narrative.reported_facts`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.data.reported.labels import HELPED_NAMES, MEASURE_STATE_NAMES
from analysis.exceptions import Text
from analysis.formats import MISSING, amount
from analysis.marks import Values, quoted
from analysis.narrative.reported_facts import (
    CAME,
    CauseFact,
    DepartmentFact,
    JudgementFact,
    MeasureFact,
    MeasureReport,
    PlanFact,
    PracticeFact,
    ReportedFacts,
)
from analysis.plan import Plan
from analysis.schema.reported import BASES, GRADES, MEASURE_STATES, NOT_REPORTED, OUTCOMES, REPORT_TABLES

FACT_TABLES = (*REPORT_TABLES, "measure_status", "department_status", "judgements")
_YUAN = "ten_thousand_yuan"


def collect_reported(plan: Plan, tables: Mapping[str, pd.DataFrame], values: Values) -> ReportedFacts:
    """Return the facts of annual reports.

    Parameters
    ----------
    plan : Plan
    tables : mapping of str to DataFrame
        Those of `FACT_TABLES` of a run, and its alerts; a department's table that is not there is empty.
    values : Values
        Of the document: numbers are noted there when they are said.
    """
    status = tables["measure_status"]
    year = int(status["year"].max()) if len(status) else 0
    of_year = {name: _of_year(tables, name, year) for name in REPORT_TABLES}
    made = _Made(plan, year, of_year, values)
    counts = _counts(plan, tables, of_year)  # declared in `narrative.counts_of_reports`
    money = status["money"].dropna()
    total = float(money.sum()) if len(money) else None
    return ReportedFacts(
        year,
        tuple(made.measure(row) for row in status.to_dict("records")),
        tuple(made.department(row) for row in tables["department_status"].to_dict("records")),
        tuple(made.cause(row) for row in of_year["causes"].to_dict("records")),
        tuple(made.practice(row) for row in of_year["practices"].to_dict("records")),
        tuple(made.plan_of(row) for row in of_year["next_year"].to_dict("records")),
        tuple(made.judgement(row) for row in tables["judgements"].to_dict("records") if row["basis"] != "data"),
        made.money("measures/money", total, "{measures/money}"),
        counts,
        values,
    )


def _of_year(tables: Mapping[str, pd.DataFrame], name: str, year: int) -> pd.DataFrame:
    table = tables[name] if name in tables else REPORT_TABLES[name].empty()
    return table[table["year"] == year]


def _counts(plan: Plan, tables: Mapping[str, pd.DataFrame], of_year: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Return every declared count of annual reports."""
    status, departments, judged = (tables[n] for n in ("measure_status", "department_status", "judgements"))
    states = (*MEASURE_STATES, NOT_REPORTED)
    state = departments["state"]
    out = {
        "measures/total": len(status),
        **{f"measures/{name}": int((status["state"] == name).sum()) for name in states},
        "measures/differ": int((status["differ"] == "yes").sum()),
        "measures/evidenced": int(((status["state"] == "completed") & (status["evidence"] == "yes")).sum()),
        "reports/due": len(departments),
        "reports/received": int(state.isin(CAME).sum()),
        "reports/owing": int((~state.isin(CAME)).sum()),
        "reports/late": int((departments["late"] == "yes").sum()),
        "reports/returned": int((departments["returned"].fillna(0) > 0).sum()),
        "causes/given": len(of_year["causes"]),
        "causes/explained": len(set(of_year["causes"]["target"]) & set(tables["alerts"]["target"])),
        "practices/given": len(of_year["practices"]),
        "plans/given": len(of_year["next_year"]),
        **{f"judgements/basis/{name}": int((judged["basis"] == name).sum()) for name in BASES},
        **{f"judgements/grade/{name}": int((judged["grade"] == name).sum()) for name in GRADES},
        **{f"judgements/outcome/{name}": int((judged["outcome"] == name).sum()) for name in OUTCOMES},
        "judgements/total": len(judged),
        "judgements/capped": int((judged["capped"] == "yes").sum()),
        "judgements/optimistic": int((judged["apart"].fillna(0) > 0).sum()),
        "judgements/modest": int((judged["apart"].fillna(0) < 0).sum()),
    }
    for one in plan.departments:
        own = status[status["lead"] == one.code]
        out |= {f"measures/{one.code}/{name}": int((own["state"] == name).sum()) for name in states}
        out[f"measures/{one.code}/total"] = len(own)
    return out


@dataclass(frozen=True)
class _Made:
    """Makes facts of rows: names of the plan, marks of numbers, quotations."""

    plan: Plan
    year: int
    tables: Mapping[str, pd.DataFrame]
    values: Values

    def money(self, id: str, number: float | None, origin: str) -> Text:
        """Return an amount of money in ten thousand yuan as marked text; a dash without one."""
        if number is None or pd.isna(number):
            return Text(MISSING, MISSING)
        text = Text(amount(number, _YUAN, "zh"), amount(number, _YUAN, "en"))
        return self.values.mark(id, number, _YUAN, 1, text, origin)

    def words(self, table: str, row: Mapping[Any, Any], column: str) -> str:
        """Return a cell of a report as a quotation."""
        key = [str(row[name]) for name in REPORT_TABLES[table].key if name not in ("plan", "ref_area")]
        return quoted(f"{table}[{','.join(key)}].{column}", str(row[column] or ""))

    def name(self, code: Any) -> Text:
        """Return the name of a department."""
        return self.plan.department_name(str(code))

    def measure(self, row: Mapping[Any, Any]) -> MeasureFact:
        """Return how far a measure is."""
        one = next(m for m in self.plan.measures if m.id == row["measure"])
        own = self.tables["measure_reports"]
        said = own[own["measure"] == one.id].to_dict("records")
        return MeasureFact(
            **{"id": one.id, "domain": one.domain, "title": one.title, "clause": one.clause, "state": row["state"]},
            name=MEASURE_STATE_NAMES[row["state"]],
            lead=self.name(row["lead"]),
            owing=tuple(self.name(code) for code in str(row["owing"]).split(";") if code),
            money=self.money(f"measure/{one.id}/money", row["money"], f"measure_status[{one.id}].money"),
            differ=row["differ"] == "yes",
            has_evidence=row["evidence"] == "yes",
            reports=tuple(self.report(one) for one in said),
        )

    def report(self, row: Mapping[Any, Any]) -> MeasureReport:
        """Return what a department says of a measure."""
        at = f"measure_reports[{row['department']},{row['year']},{row['measure']}]"
        id = f"measure/{row['measure']}/{row['department']}"
        return MeasureReport(
            self.name(row["department"]),
            row["state"],
            self.words("measure_reports", row, "done"),
            self.amount(f"{id}/money", row["money"], row["money_unit"], f"{at}.money", 1),
            self.output(f"{id}/output", row, f"{at}.output"),
            self.words("measure_reports", row, "difficulty"),
            bool(row["evidence"]),
        )

    def amount(self, id: str, number: Any, unit: str, origin: str, decimals: int) -> Text:
        """Return a number with its unit as marked text; a dash without one."""
        if number is None or pd.isna(number):
            return Text(MISSING, MISSING)
        text = Text(amount(number, unit, "zh", decimals), amount(number, unit, "en", decimals))
        return self.values.mark(id, float(number), unit, decimals, text, origin)

    def output(self, id: str, row: Mapping[Any, Any], origin: str) -> Text:
        """Return what came of a measure: a number in the department's own unit."""
        number = row["output"]
        decimals = 0 if number is not None and not pd.isna(number) and float(number).is_integer() else 1
        told = self.amount(id, number, "other", origin, decimals)
        return told if told.zh == MISSING else Text(told.zh + row["output_unit"], f"{told.en} {row['output_unit']}")

    def department(self, row: Mapping[Any, Any]) -> DepartmentFact:
        """Return what a department owed and reported."""
        code = str(row["department"])
        own = self.tables["received"]
        came = own[own["department"] == code].to_dict("records")

        def said(column: str) -> str:
            number = row[column]
            if number is None or pd.isna(number):
                return MISSING
            text = Text(f"{int(number):,}", f"{int(number):,}")
            origin = f"department_status[{code}].{column}"
            return self.values.mark(f"reported/{code}/{column}", float(number), "other", 0, text, origin, "plain").zh

        return DepartmentFact(
            code,
            self.name(code),
            str(row["state"]),
            row["late"] == "yes",
            said("days_late"),
            quoted(f"department_status[{code}].due", str(row["due"] or "")),
            quoted(f"department_status[{code}].received", str(row["received"] or "")),
            said("measures"),
            said("not_reported"),
            said("targets"),
            said("assessed"),
            self.money(f"reported/{code}/money", row["money"], f"department_status[{code}].money"),
            self.words("received", came[0], "returned_why") if came else "",
        )

    def cause(self, row: Mapping[Any, Any]) -> CauseFact:
        """Return the cause given for an alert."""
        words = {n: self.words("causes", row, n) for n in ("cause", "last_measure", "measure")}
        helped = str(row["helped"] or "unknown")
        about = {"target": str(row["target"]), "helped": helped}
        return CauseFact(**about, department=self.name(row["department"]), helped_name=HELPED_NAMES[helped], **words)

    def practice(self, row: Mapping[Any, Any]) -> PracticeFact:
        """Return a practice."""
        year = "" if row["since"] is None or pd.isna(row["since"]) else str(int(row["since"]))
        told = {**row, "since": year}
        words = {n: self.words("practices", told, n) for n in ("title", "content", "since", "result", "place")}
        return PracticeFact(department=self.name(row["department"]), **words)

    def plan_of(self, row: Mapping[Any, Any]) -> PlanFact:
        """Return a plan for next year."""
        id = f"plan/{row['department']}/{row['number']}"
        at = f"next_year[{row['department']},{row['year']},{row['number']}].money"
        words = {n: self.words("next_year", row, n) for n in ("action", "goal", "deadline")}
        money = self.amount(f"{id}/money", row["money"], row["money_unit"], at, 1)
        return PlanFact(department=self.name(row["department"]), measure=str(row["measure"]), money=money, **words)

    def judgement(self, row: Mapping[Any, Any]) -> JudgementFact:
        """Return how a target without annual data was judged."""
        at = f"judgements[{row['target']}]"
        reason = Text(quoted(f"{at}.reason", row["reason"]), quoted(f"{at}.reason_en", row["reason_en"]))
        return JudgementFact(
            **{name: str(row[name]) for name in ("target", "basis", "grade", "group_grade", "department_grade")},
            department=self.name(row["department"]),
            apart=None if pd.isna(row["apart"]) else int(row["apart"]),
            capped=row["capped"] == "yes",
            outcome=row["outcome"],
            reason=reason,
        )
