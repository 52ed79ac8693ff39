"""The static site of a run: index, a page a domain and an indicator, the workbook, and what they share."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup

from analysis.exceptions import Lang, Text
from analysis.export.hover import library
from analysis.export.html import export_html
from analysis.export.site import index_page
from analysis.export.site_pages import domain_page, indicator_page, indicator_rows, site_css
from analysis.export.workbook import write_workbook
from analysis.gate.dated import made as marked_time
from analysis.narrative.saying import title
from analysis.places import inside
from analysis.runs.files import write_bytes, write_table, write_text
from analysis.runs.kinds import PAGES, WORKBOOK
from analysis.runs.report import charted, facts_of
from analysis.runs.run import Run
from analysis.schema import TABLES


def write_site(folder: Path, lang: Lang, steps: tuple[str, ...], made: Collection[str] = ()) -> None:
    """Write every page of a finished run; the index last, so that it never leads to a page that is not there.

    Parameters
    ----------
    folder : Path
        The run.
    lang : zh or en
    steps : tuple of str
        The working notebooks.
    made : collection of str
        What was made of this run before: working notebooks whose page lies there, `WORKBOOK` and `PAGES`.
    """
    run = Run(folder)
    if PAGES not in made:
        write_pages(folder, lang, run.documents())
    if WORKBOOK not in made:
        write_workbook_of(folder, lang)
    for step in steps:
        if step not in made:
            write_page(folder, step, lang)
    shown = {path.stem for path in (folder / PAGES).glob("*.html")}
    facts = facts_of(run)
    rows = list(indicator_rows(facts, run.plan, shown, lang))
    index = index_page(run.record, facts, _notebooks(run, lang, steps), _listed(folder), rows, run.notice(lang), lang)
    write_text(index, folder / "index.html")


def write_pages(folder: Path, lang: Lang, documents: Sequence[str]) -> None:
    """Write the pages of domains and indicators; each indicator's leads to `documents`, the files of the run."""
    run = Run(folder)
    facts, plan = facts_of(run), run.plan
    pages: dict[str, str] = {}
    charts = {chart[0].id: chart for chart in charted(run)}
    downloads = {f"../{file}": Path(file).name for file in (*documents, WORKBOOK)}
    for id, chart in charts.items():
        own = [fact for domain in facts.domains for fact in domain.targets if fact.indicator == id]
        observed = run.observations[run.observations["indicator"] == id]
        write_table(observed, inside(folder, PAGES, f"{id}.csv"))
        csv = {f"{id}.csv": f"{id}.csv"}
        department = plan.department_name(chart[0].department)(lang)
        pages[f"{PAGES}/{id}.html"] = indicator_page(chart, facts, own, department, csv | downloads, lang)
    for domain in facts.domains:
        pages[f"domains/{domain.id}.html"] = domain_page(domain, facts, set(charts), lang)
    for name, page in pages.items():
        write_text(page, inside(folder, *name.split("/")))
    _assets(folder, pages)


def _assets(folder: Path, pages: dict[str, str]) -> None:
    """Write the style sheet with the glyphs of all pages, and the chart library beside it."""
    text = "".join(sorted(set("".join(BeautifulSoup(page, "html.parser").get_text() for page in pages.values()))))
    write_text(site_css(text), folder / "assets" / "site.css")
    shutil.copyfile(library(), folder / "assets" / "plotly.min.js")


def write_workbook_of(folder: Path, lang: Lang) -> None:
    """Write the workbook with every table of a run."""
    run = Run(folder)
    tables = {name: run.table(name) for name in TABLES if run.table_file(name).is_file()}
    names: dict[str, Text] = {one.id: one.name for one in run.plan.indicators}
    heading = title("yearbook", facts_of(run), lang)
    write_bytes(write_workbook(tables, names, heading, run.notice(lang), lang, marked_time()), folder / WORKBOOK)


def write_page(folder: Path, step: str, lang: Lang) -> None:
    """Write the page of a working notebook, where that was executed."""
    executed = folder / "notebooks" / f"{step}.ipynb"
    if executed.is_file():
        notebook = nbformat.read(executed, as_version=4)
        heading = notebook.metadata["workbench"]["title"][lang]
        write_text(export_html(notebook, heading, Run(folder).notice(lang), lang), executed.with_suffix(".html"))


def _notebooks(run: Run, lang: Lang, steps: tuple[str, ...]) -> dict[str, str]:
    """Return addresses and titles of the pages of the working notebooks."""
    pages = {}
    for step in steps:
        executed = run.folder / "notebooks" / f"{step}.ipynb"
        if executed.is_file():
            pages[f"notebooks/{step}.html"] = nbformat.read(executed, as_version=4).metadata["workbench"]["title"][lang]
    return pages


def _listed(folder: Path) -> dict[str, list[str]]:
    """Return the tables and executed notebooks of a run."""
    endings = {"tables": "*.csv", "notebooks": "*.ipynb"}
    return {
        name: sorted(path.relative_to(folder).as_posix() for path in (folder / name).glob(ending))
        for name, ending in endings.items()
    }
