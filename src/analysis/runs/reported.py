"""Annual reports of departments on their way: into forms, out of files, into runs as tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.assessment.judgements import judgements, verdict_counts
from analysis.assessment.measure_status import department_status, measure_status
from analysis.data.observations import DataSet
from analysis.data.reading import Reading
from analysis.data.reported.folder import FOLDER, check_reports, for_public, has_reports, of_area, read_reports
from analysis.data.reported.sheets import SHEETS
from analysis.data.reported.template import Known, of_department
from analysis.exceptions import Text, listed
from analysis.marks import Values
from analysis.narrative.collecting_reports import FACT_TABLES, collect_reported
from analysis.narrative.reported_facts import ReportedFacts
from analysis.places import folder_of, make_folder
from analysis.plan import Plan
from analysis.runs.files import write_table

if TYPE_CHECKING:
    from analysis.data.store import Store
    from analysis.runs.inputs import Inputs
    from analysis.runs.run import Run

Tables = dict[str, pd.DataFrame]
_NOT_PUBLIC = ("evidence_files",)


def reports_of(
    db: str | None, data: Path | str | None, plan: Plan, area: str, reviewed: bool = False, vintage: str | None = None
) -> Tables | None:
    """Return the annual reports of a plan and area out of a database or a data folder; None where there are none.

    Parameters
    ----------
    db : str, optional
        A database; without one `data` is a folder.
    data : Path or str, optional
    plan, area
        Whose reports.
    reviewed : bool
        Of a database, what was reviewed alone.
    vintage : str, optional
        What was known then; a folder's reports have no vintage and are left out.

    Raises
    ------
    DataError
        A table of the folder breaks its schema, or names a measure, target or department the plan does not have.
    """
    if db is not None:
        from analysis.data.store import open_store
        from analysis.data.store.reports import AnnualReports

        store = open_store(db)
        found = AnnualReports(store).tables(plan.id, area, reviewed, vintage)
        store.close()
        own = {one.code for one in plan.departments}  # a whole data folder was sent by none of them
        found["received"] = found["received"][found["received"]["department"].isin(own)].reset_index(drop=True)
    elif data is None or vintage is not None or not has_reports(folder_of(data)):
        return None
    else:
        known = read_reports(folder_of(data))
        check_reports(known, plan)
        found = of_area(known, plan.id, area)
    said = any(len(table) for name, table in found.items() if name != "received")
    return found if said else None


def write_reports(found: Tables | None, given: Inputs, public: bool, inputs: Path) -> None:
    """Write annual reports into the inputs of a run, those of its years, where there are any.

    Parameters
    ----------
    found : dict of str to DataFrame, optional
        As `reports_of` returns them.
    given : Inputs
    public : bool
        No free text, no person and no file of evidence is copied.
    inputs : Path
        The inputs of the run.
    """
    if found is None:
        return
    folder = inputs / "data" / FOLDER
    make_folder(folder)
    known = {name: table[table["year"] <= given.as_of] for name, table in found.items()}
    for name, table in (for_public(known, given.plan) if public else known).items():
        if len(table):
            write_table(table, folder / f"{name}.csv")


def save_reported(run: Run, assessments: pd.DataFrame) -> None:
    """Save the annual reports of a run and what follows from them as tables; nothing where it has none."""
    data = run.folder / "inputs" / "data"
    if not has_reports(data):
        return
    tables = read_reports(data, trusted=True)
    for name, table in tables.items():
        if len(table) and not (run.public and name in _NOT_PUBLIC):
            run.save(table, name)
    about = run.plan, run.area, tables, run.as_of
    judged = judgements(run.plan, assessments, tables, run.as_of)
    run.save(judged, "judgements")
    run.save(verdict_counts(judged), "verdict_counts")
    run.save(measure_status(*about), "measure_status")
    run.save(department_status(*about), "department_status")


def reported_of(run: Run, values: Values) -> ReportedFacts | None:
    """Return the facts of a run's annual reports for a document's `values`; None where it has none.

    Parameters
    ----------
    run : Run
        Its targets are judged (notebook 03).
    values : Values
        Of the document's facts.
    """
    if not run.table_file("measure_status").is_file():
        return None
    tables = {name: run.table(name) for name in FACT_TABLES if run.table_file(name).is_file()}
    tables["alerts"] = run.table("alerts")
    return collect_reported(run.plan, tables, values)


def known_for(
    plan: Plan, department: str, year: int, reports: Tables | None, alerts: pd.DataFrame, notice: str
) -> Known:
    """Return what is known for a department's form of a year: its last year's text, and the alerts to explain."""
    last = of_department(reports or {}, department, year - 1)
    return Known({name: one for name, one in last.items() if name in _OF_FORMS}, alerts, notice)


_OF_FORMS = {one.table.name for one in SHEETS}


def alerts_for(db: str | None, dataset: DataSet, plan: Plan, area: str, year: int, run: str | None) -> pd.DataFrame:
    """Return the alerts a year's form asks about: target and level.

    Those of a run where one is named, else those of the ledger of the database, else the last ones issued up to the
    year by the register of the data.
    """
    if run is not None:
        from analysis.runs.run import open_run

        alerts: pd.DataFrame = open_run(run).table("alerts").drop_duplicates("target")
        return alerts[["target", "level"]]
    if db is not None:
        from analysis.data.store import open_store
        from analysis.data.store.ledger import Ledger

        store = open_store(db)
        entries = Ledger(store).entries(plan.id, area)
        store.close()
        return pd.DataFrame(entries.loc[entries["state"] != "closed", ["target", "level"]])
    issued = dataset.issued[dataset.issued["year"] <= year]
    return pd.DataFrame(issued.loc[issued["year"] == issued["year"].max(), ["target", "level"]])


def with_evidence(reading: Reading, workbook: Path, store: Store) -> tuple[Reading, tuple[Text, ...]]:
    """Keep the files of evidence that a report names, and return the reading with their list, and what is to be said.

    Parameters
    ----------
    reading : Reading
    workbook : Path
        The files lie beside it.
    store : Store
        They are kept beside its database.
    """
    from analysis.data.store.evidence_files import Kept, collect, place_of, proposed

    named = proposed(reading)
    if not reading.reports and not named:
        return reading, ()
    files = collect([*reading.reports.values(), *named], workbook, Kept(place_of(store)))
    absent = list(files.loc[files["state"] == "absent", "file"])
    said = []
    if absent:
        zh, en = "没有找到佐证材料，相应等级不能高于“推进中”：", "no such evidence, no grade above 'under way' counts: "
        said.append(Text(zh, en) + listed(absent))
    return replace(reading, evidence=files), tuple(said)


def counts_said(reading: Reading) -> Text:
    """Return how many rows of each sheet of an annual report were taken."""
    own = [(one.name, one.table.name, len(reading.reports.get(one.table.name, ()))) for one in SHEETS]
    zh = "，".join(f"{name} {count} 行" for name, _, count in own if count)
    return Text(zh, ", ".join(f"{name} {count}" for _, name, count in own if count))


def copied_folder(folder: Path, plan: Plan) -> Tables:
    """Return the annual reports of a data folder about a plan for the database, with the place of each row."""
    if not has_reports(folder):
        return {}
    tables = read_reports(folder)
    check_reports(tables, plan)
    placed = {name: _placed(table, name) for name, table in tables.items()}
    return {name: own for name, table in placed.items() if len(own := table[table["plan"] == plan.id])}


def _placed(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table.assign(sheet=f"{FOLDER}/{name}.csv"[:80], row=range(2, len(table) + 2), cell="")
