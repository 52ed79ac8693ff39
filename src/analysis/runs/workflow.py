"""The whole line: inputs checked, four notebooks executed, the evaluation exported, an index that leads to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat

from analysis import __version__
from analysis.exceptions import EnvironmentFailure, Lang, NotebookError, Text, Where, usage
from analysis.export.html import export_html
from analysis.export.site import index_page
from analysis.narrative.wording import title
from analysis.places import NOTEBOOKS
from analysis.runs.files import write_text
from analysis.runs.notebooks import execute
from analysis.runs.parameters import check
from analysis.runs.report import facts_of
from analysis.runs.run import Run

STEPS = ("01_data_review", "02_trend_forecast", "03_target_assessment", "04_midterm_evaluation")
DOCUMENT = "04_midterm_evaluation"
FORMATS = ("html",)


def evaluate(run: Run, lang: Lang, progress: Callable[[str], None], steps: Sequence[str] = STEPS) -> list[str]:
    """Execute the notebooks of a prepared run and export its documents.

    Parameters
    ----------
    run : Run
    lang : zh or en
    progress : callable
        Told the name of each step before it starts.
    steps : names of the notebooks, in order

    Returns
    -------
    list of str
        Messages of what failed; empty when all went well. After a failure the notebooks that build on it
        are not run.

    Raises
    ------
    UsageError
        A notebook's parameters are wrong; checked for all of them before the first is run.
    EnvironmentFailure
        A kernel died.
    """
    plan = [(step, NOTEBOOKS / f"{step}.ipynb") for step in steps]
    parameters: dict[str, Any] = {"run": ".", "lang": lang}
    for _, notebook in plan:
        check(notebook, parameters)
    run.note(status="running", started=_now(), version=__version__, notebooks=[])
    failed: list[str] = []
    for step, notebook in plan:
        progress(step)
        began = datetime.now(UTC)
        try:
            execute(notebook, run.folder / "notebooks" / notebook.name, parameters, run.folder)
        except NotebookError as error:
            failed.append(error.message(lang))
        except EnvironmentFailure:
            run.note(status="failed", finished=_now())
            raise
        seconds = (datetime.now(UTC) - began).total_seconds()
        state = "failed" if failed else "done"
        run.note(notebooks=[*run.record["notebooks"], {"name": step, "state": state, "seconds": round(seconds, 2)}])
        if failed:
            break
    if not failed:
        progress("index")
        _export(run, lang)
    run.note(status="failed" if failed else "done", finished=_now())
    return failed


def check_formats(formats: str) -> None:
    """Refuse a document format that does not exist, before anything is run."""
    unknown = [one for one in formats.split(",") if one not in FORMATS]
    if unknown:
        raise usage(
            Text(f"不支持的格式 {'、'.join(unknown)}", f"unknown format {', '.join(unknown)}"),
            Where(item="--formats"),
            Text("、".join(FORMATS), ", ".join(FORMATS)),
            Text("请更正 --formats。", "Correct --formats."),
        )


def _export(run: Run, lang: Lang) -> None:
    facts = facts_of(run)
    notice = run.notice(lang)
    documents = {}
    for step in (DOCUMENT, *(one for one in STEPS if one != DOCUMENT)):
        notebook = nbformat.read(run.folder / "notebooks" / f"{step}.ipynb", as_version=4)
        heading = title(facts, lang) if step == DOCUMENT else notebook.metadata["workbench"]["title"][lang]
        folder = "documents" if step == DOCUMENT else "notebooks"
        name = f"{'midterm' if step == DOCUMENT else step}.html"
        write_text(export_html(notebook, heading, notice, lang), run.folder / folder / name)
        documents[f"{folder}/{name}"] = heading
    write_text(index_page(run.record, facts, documents, _tables(run.folder), notice, lang), run.folder / "index.html")


def _tables(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "tables").glob("*.csv"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
