"""Annual reports as a folder of tables: `reports/` of a data folder, one CSV file a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from analysis.data.reported.duties import by_evidence
from analysis.data.reported.labels import is_kept
from analysis.exceptions import DataError, Fault, Text, Where, meant, one_of
from analysis.plan import Plan
from analysis.schema import read_table
from analysis.schema.reported import REPORT_TABLES

FOLDER = "reports"
_FEW = 5  # people below which a count is not published
_SAID = ("done", "difficulty", "reason", "who", "returned_why")
_WITHHELD = ("causes", "practices", "next_year")  # words alone: not before they are approved
_SEEN = "kept"  # in place of the names of files that are there


def has_reports(folder: Path) -> bool:
    """Return whether a data folder holds annual reports."""
    return any((folder / FOLDER / f"{name}.csv").is_file() for name in REPORT_TABLES)


def read_reports(folder: Path, trusted: bool = False) -> dict[str, pd.DataFrame]:
    """Return the annual reports of a data folder: every table of `schema.reported`, empty where there is no file.

    Raises
    ------
    DataError
        A table breaks its schema; each fault with its row.
    """
    out = {}
    for name, table in REPORT_TABLES.items():
        file = folder / FOLDER / f"{name}.csv"
        out[name] = read_table(file, table, trusted) if file.is_file() else table.empty()
    return out


def check_reports(tables: Mapping[str, pd.DataFrame], plan: Plan) -> None:
    """Refuse reports about measures, targets or departments that a plan does not have; rows of other plans are let be.

    Raises
    ------
    DataError
        With every row that names something unknown.
    """
    known = {
        "measure": {one.id for one in plan.measures},
        "target": {one.id for one in plan.targets},
        "department": {one.code for one in plan.departments},
    }
    faults = []
    for name, table in tables.items():
        for column, ids in known.items():
            if column not in table or not REPORT_TABLES[name].column(column).id:  # a remedy is no id of a measure
                continue
            wrong = (table["plan"] == plan.id) & (table[column] != "") & ~table[column].isin(ids)
            for cell, year in table.loc[wrong, [column, "year"]].itertuples(index=False):
                where = Where(file=f"{FOLDER}/{name}.csv", column=column, item=str(cell), year=int(year))
                found = Text(f"规划没有“{cell}”", f"the plan has no '{cell}'")
                todo = Text("请更正编码，或核对 --plan。", "Correct the id, or check --plan.")
                faults.append(Fault(found, where, one_of(sorted(ids)), meant(str(cell), ids, todo)))
    if faults:
        raise DataError(faults)


def of_area(tables: Mapping[str, pd.DataFrame], plan: str, area: str) -> dict[str, pd.DataFrame]:
    """Return the rows of one plan and area."""
    return {
        name: one[(one["plan"] == plan) & (one["ref_area"] == area)].reset_index(drop=True)
        for name, one in tables.items()
    }


def for_public(tables: Mapping[str, pd.DataFrame], plan: Plan) -> dict[str, pd.DataFrame]:
    """Return what may be published before anybody approved the words: states, grades, money, counts of no few people.

    Free text, persons, and the names and digests of files of evidence are left out; what stays is whether evidence is
    there.
    """
    files = tables["evidence_files"]
    kept = {key: set(own["file"]) for key, own in files[files["state"] == "kept"].groupby(["department", "year"])}
    out = {}
    for name, table in tables.items():
        hidden = [column for column in _SAID if column in table and table[column].dtype.kind not in "fiu"]
        shown = table.iloc[:0] if name in _WITHHELD else table.assign(**dict.fromkeys(hidden, ""))
        if "evidence" in shown:
            rows = zip(table["evidence"], table["department"], table["year"], strict=True)
            seen = [_SEEN if is_kept(cell, kept.get((who, year), ())) else "" for cell, who, year in rows]
            shown = shown.assign(evidence=seen[: len(shown)])
        if "evidence_seen" in shown:
            shown = shown.assign(evidence_seen=[_SEEN if cell else "" for cell in shown["evidence_seen"]])
        if name == "self_assessments":
            few = shown["target"].map(_of_people(plan)).fillna(False).astype(bool) & _is_few(shown)
            shown = shown.assign(**{n: shown[n].where(~few) for n in ("done", "total")})
        out[name] = shown.reset_index(drop=True)
    places = files.loc[files["state"] == "kept", ["plan", "ref_area", "department", "year"]].drop_duplicates()
    out["evidence_files"] = places.assign(file=_SEEN, sha256="", bytes=None, state="kept").reset_index(drop=True)
    return {name: REPORT_TABLES[name].build(table) for name, table in out.items()}


def _of_people(plan: Plan) -> dict[str, bool]:
    """Return of which targets the counts may be of people: those that are shares of a population."""
    return {
        one.id: bool(one.indicator) and plan.indicator(one.indicator).statistic == "binomial"
        for one in plan.targets
        if by_evidence(one)
    }


def _is_few(table: pd.DataFrame) -> pd.Series:
    left = table["total"] - table["done"]
    return ((table["done"] > 0) & (table["done"] < _FEW)) | ((left > 0) & (left < _FEW))
