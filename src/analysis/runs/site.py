"""The static site of a run: index, a page a domain and an indicator, the workbook, and what they share."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup

from analysis.exceptions import Lang, Text
from analysis.export.exporters import made
from analysis.export.hover import library
from analysis.export.html import export_html
from analysis.export.site import index_page
from analysis.export.site_pages import domain_page, indicator_page, indicator_rows, site_css
from analysis.export.workbook import write_workbook
from analysis.narrative.saying import title
from analysis.runs.files import write_bytes, write_table, write_text
from analysis.runs.report import charted, facts_of
from analysis.runs.run import Run
from analysis.schema import TABLES

WORKBOOK = "documents/tables.xlsx"


def write_site(run: Run, lang: Lang, steps: tuple[str, ...]) -> None:
    """Write every page of a finished run; the index last, so that it never leads to a page that is not there."""
    facts, plan, notice = facts_of(run), run.plan, run.notice(lang)
    pages: dict[str, str] = {}
    charts = {chart[0].id: chart for chart in charted(run)}
    files = [file for one in run.record.get("documents", []) for file in one["files"]]
    downloads = {f"../{file}": Path(file).name for file in files} | {f"../{WORKBOOK}": Path(WORKBOOK).name}
    for id, chart in charts.items():
        own = [fact for domain in facts.domains for fact in domain.targets if fact.indicator == id]
        observed = run.observations[run.observations["indicator"] == id]
        write_table(observed, run.folder / "indicators" / f"{id}.csv")
        csv = {f"{id}.csv": f"{id}.csv"}
        department = plan.department_name(chart[0].department)(lang)
        pages[f"indicators/{id}.html"] = indicator_page(chart, facts, own, department, csv | downloads, lang)
    for domain in facts.domains:
        pages[f"domains/{domain.id}.html"] = domain_page(domain, facts, set(charts), lang)
    for name, page in pages.items():
        write_text(page, run.folder / name)
    _assets(run.folder, pages)
    _workbook(run, title("yearbook", facts, lang), notice, lang)
    rows = list(indicator_rows(facts, plan, set(charts), lang))
    write_text(index_page(run.record, facts, _notebooks(run, lang, steps), _listed(run.folder), rows, notice, lang),
               run.folder / "index.html")  # fmt: skip


def _assets(folder: Path, pages: dict[str, str]) -> None:
    """Write the style sheet with the glyphs of all pages, and the chart library beside it."""
    text = "".join(sorted(set("".join(BeautifulSoup(page, "html.parser").get_text() for page in pages.values()))))
    write_text(site_css(text), folder / "assets" / "site.css")
    shutil.copyfile(library(), folder / "assets" / "plotly.min.js")


def _workbook(run: Run, heading: str, notice: str, lang: Lang) -> None:
    tables = {name: run.table(name) for name in TABLES if (run.folder / "tables" / f"{name}.csv").is_file()}
    names: dict[str, Text] = {one.id: one.name for one in run.plan.indicators}
    write_bytes(write_workbook(tables, names, heading, notice, lang, made()), run.folder / WORKBOOK)


def _notebooks(run: Run, lang: Lang, steps: tuple[str, ...]) -> dict[str, str]:
    """Export the working notebooks as pages; returns their addresses and titles."""
    pages = {}
    for step in steps:
        executed = run.folder / "notebooks" / f"{step}.ipynb"
        if executed.is_file():
            notebook = nbformat.read(executed, as_version=4)
            heading = notebook.metadata["workbench"]["title"][lang]
            write_text(export_html(notebook, heading, run.notice(lang), lang), executed.with_suffix(".html"))
            pages[f"notebooks/{step}.html"] = heading
    return pages


def _listed(folder: Path) -> dict[str, list[str]]:
    """Return the tables and executed notebooks of a run."""
    endings = {"tables": "*.csv", "notebooks": "*.ipynb"}
    return {
        name: sorted(path.relative_to(folder).as_posix() for path in (folder / name).glob(ending))
        for name, ending in endings.items()
    }
