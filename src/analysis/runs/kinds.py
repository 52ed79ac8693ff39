"""The documents and formats there are, by name alone: known without what it takes to make them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis.exceptions import Lang, Text, Where, check_known

DOCUMENTS = {
    "midterm": "04_midterm_evaluation",
    "annual": "11_annual_report",
    "final": "12_final_evaluation",
    "yearbook": "13_yearbook",
    "notice": "14_alert_notice",
    "ledger": "15_rectification_ledger",
    "department": "16_department_pages",
    "brief": "18_brief",
}
FINAL = "final"
REGION = "region"  # the report of an area made of districts
NOTEBOOK_OF = {**DOCUMENTS, REGION: "21_region_report"}
FORMATS = ("html", "docx", "pdf")
WORKBOOK = "documents/tables.xlsx"
FACTS = (
    "observations",
    "assessments",
    "alerts",
    "details",
    "forecasts",
    "effects",
    "equity",
    "funnel",
)  # the tables facts are made of
PAGES = "indicators"  # the folder of the indicators' pages


def check_documents(documents: str) -> list[str] | None:
    """Return the kinds of documents asked for, in their usual order; `none` is none, `all` is None: those that are due.

    Raises
    ------
    UsageError
        There is no document of a name.
    """
    if documents in ("all", "none"):
        return None if documents == "all" else []
    names = {one.strip() for one in documents.split(",") if one.strip()}
    known = ("all", "none", *DOCUMENTS)
    check_known(Text("没有文件", "unknown document"), sorted(names), known, Where(item="--documents"))
    return [kind for kind in DOCUMENTS if kind in names]


def due_documents(as_of: int, end_year: int) -> list[str]:
    """Return the documents that are due with data up to a year: the final evaluation once the plan has ended."""
    return [kind for kind in DOCUMENTS if kind != FINAL or as_of >= end_year]


def settled(options: Mapping[str, Any], as_of: int, end_year: int) -> dict[str, Any]:
    """Return the options of a run, `kinds` None among them being the documents that are due."""
    due = {"kinds": due_documents(as_of, end_year)} if options.get("kinds", ()) is None else {}
    return {**options, **due}


def check_formats(formats: str) -> list[str]:
    """Return the formats asked for; refuse one that does not exist, before anything is run."""
    names = [one.strip() for one in formats.split(",") if one.strip()]
    check_known(Text("不支持的格式", "unknown format"), names or [""], FORMATS, Where(item="--formats"))
    return names


def parameters_of(kind: str, lang: Lang, author: str, department: str | None) -> dict[str, str | None]:
    """Return the parameters of a document's notebook."""
    more = {"department": department} if kind == "department" and department else {}
    return {"run": ".", "lang": lang, "author": author, **more}
