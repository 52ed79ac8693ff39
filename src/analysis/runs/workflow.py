"""The whole line: inputs checked, notebooks executed, documents exported, an index that leads to all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis import __version__
from analysis.exceptions import EnvironmentFailure, Lang
from analysis.places import NOTEBOOKS
from analysis.runs.approved import check_not_approved
from analysis.runs.aside import aside
from analysis.runs.crate import write_crate
from analysis.runs.environment import environment
from analysis.runs.files import write_json
from analysis.runs.kinds import FORMATS, PAGES, WORKBOOK, due_documents
from analysis.runs.line import Line, now
from analysis.runs.locking import hold, release
from analysis.runs.run import Run
from analysis.runs.schedule import carry_out
from analysis.runs.steps import WORKING, finished, steps_of, sweep

AT_ONCE = min(2, os.cpu_count() or 1) + 1  # one more than work: a kernel that starts or ends only waits


def evaluate(
    run: Run,
    lang: Lang,
    progress: Callable[[str], None],
    kinds: Sequence[str] | None = None,
    formats: Sequence[str] = FORMATS,
    author: str = "",
    department: str | None = None,
    notebooks: Path = NOTEBOOKS,
    needed: bool = False,
    at_once: int = AT_ONCE,
) -> list[str]:
    """Execute the notebooks of a prepared run and export its documents; what is finished already is kept.

    Parameters
    ----------
    run : Run
    lang : zh or en
    progress : callable
        Told the name of each step as it ends.
    kinds, formats : sequence of str
        The documents to make, by default those that are due, and the formats to export them in.
    author : str
        Who made them, below their titles.
    department : str, optional
        The department whose page is made, all by default.
    notebooks : Path
        Folder of the notebooks.
    needed : bool
        Leave out working notebooks that no document builds on.
    at_once : int
        Notebooks at a time.

    Returns
    -------
    list of str
        Messages of what failed and of what is therefore missing; empty when all went well. One failed notebook stops
        only those that need it.

    Raises
    ------
    UsageError
        A notebook's parameters are wrong, or another process works on the run; nothing was run.
    EnvironmentFailure
        A kernel died or hung, or there is no room; all else was done before.
    """
    hold(run.folder)
    try:
        return _carried_out(run, lang, progress, kinds, formats, author, department, notebooks, needed, at_once)
    finally:
        release(run.folder)  # from here on nobody writes it: neither this process nor any that it starts


def _carried_out(
    run: Run,
    lang: Lang,
    progress: Callable[[str], None],
    kinds: Sequence[str] | None,
    formats: Sequence[str],
    author: str,
    department: str | None,
    notebooks: Path,
    needed: bool,
    at_once: int,
) -> list[str]:
    kinds = due_documents(run.as_of, run.plan.end_year) if kinds is None else kinds
    steps = {one.name: one for one in steps_of(run, kinds, lang, author, department, notebooks, needed)}
    done = finished(run, list(steps.values()))
    check_not_approved(run, kinds, [name for name, one in steps.items() if name not in done and one.kind is None])
    sweep(run, done, steps)
    others = [one for one in run.record.get("notebooks", []) if one["name"] not in steps]
    run.note(status="running", started=now(), version=__version__, notebooks=[*others, *done.values()])
    write_json(environment(), run.folder / "environment.json")
    line = Line(run, steps, lang, formats, author)
    for name in done:
        progress(name)
    eager = (*steps, WORKBOOK, PAGES)
    for ended in carry_out(line.tasks(done), line.work, at_once, usable=line.usable, eager=eager):
        line.take(ended)
        if ended.name in steps:
            progress(ended.name)
    _finish(line, progress)
    if line.broken:
        raise EnvironmentFailure([fault for error in line.broken for fault in error.faults])
    return line.failed


def _finish(line: Line, progress: Callable[[str], None]) -> None:
    run = line.run
    if run.table_file("alerts").is_file():
        began = time.monotonic()
        made = [name for name in line.pages if name != PAGES or line.planned() == run.documents()]
        aside("analysis.runs.site:write_site", run.folder, line.lang, WORKING, made)
        line.seconds["site"] = round(time.monotonic() - began, 2)
    missing = bool(line.failed or line.broken)
    run.note(status="failed" if missing else "done", finished=now(), missing=line.missing, seconds=line.seconds)
    write_crate(run)
    progress("index")
