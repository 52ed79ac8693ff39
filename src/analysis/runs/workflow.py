"""The whole line: inputs checked, notebooks executed, documents exported, an index that leads to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from analysis import __version__
from analysis.exceptions import EnvironmentFailure, Lang, NotebookError
from analysis.places import NOTEBOOKS
from analysis.runs import documents
from analysis.runs.notebooks import execute
from analysis.runs.parameters import check
from analysis.runs.run import Run
from analysis.runs.site import write_site

STEPS = ("01_data_review", "02_trend_forecast", "03_target_assessment")


def evaluate(
    run: Run,
    lang: Lang,
    progress: Callable[[str], None],
    steps: Sequence[str] = STEPS,
    kinds: Sequence[str] = tuple(documents.DOCUMENTS),
    formats: Sequence[str] = tuple(documents.EXPORTERS),
    author: str = "",
    **more: str | None,
) -> list[str]:
    """Execute the notebooks of a prepared run and export its documents.

    Parameters
    ----------
    run : Run
    lang : zh or en
    progress : callable
        Told the name of each step before it starts.
    steps : names of the working notebooks, in order
    kinds, formats : sequence of str
        The documents to make and the formats to export them in.
    author : str
        Who made them, below their titles.
    more
        Further parameters of single documents, such as `department`.

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
    documents.check_parameters(kinds, lang, author, **more)
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
        made, failed = documents.make(run, kinds, formats, lang, progress, author, **more)
        documents.note(run, made)
        progress("index")
        write_site(run, lang, STEPS)
    run.note(status="failed" if failed else "done", finished=_now())
    return failed


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
