"""The tasks of one run, notebooks and what is made of them: what each needs, how it is done, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from analysis.exceptions import EnvironmentFailure, Lang, Text, WorkbenchError
from analysis.runs.aside import ahead, aside
from analysis.runs.hashes import sha256
from analysis.runs.kinds import FACTS, NOTEBOOK_OF, PAGES, WORKBOOK
from analysis.runs.notebooks import Executed, execute
from analysis.runs.run import Run
from analysis.runs.schedule import Ended
from analysis.runs.steps import Step, exported


class Line:
    """What the tasks of one run share while they are carried out: its notebooks and what is made of them.

    A task is called by the name of the notebook it executes, or by the file it makes.
    """

    def __init__(self, run: Run, steps: dict[str, Step], lang: Lang, formats: Sequence[str], author: str) -> None:
        self.run, self.steps, self.lang, self.formats, self.author = run, steps, lang, formats, author
        self.failed: list[str] = []
        self.broken: list[EnvironmentFailure] = []
        self.missing: list[str] = []
        self.pages: list[str] = []  # made already: working notebooks by name, the workbook, the indicators' pages
        self._reading, self._read = Lock(), False
        self.seconds: dict[str, float] = {}  # of what is neither a notebook nor a document

    def tasks(self, done: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return what is to be done, each task with those it needs; `done` steps are left out."""
        out = {name: step.needs for name, step in self.steps.items() if name not in done}
        makers = tuple(name for name, step in self.steps.items() if step.makes)
        if makers:  # of tasks nothing waits for the longest first, so that no long one is left alone at the end
            out[PAGES] = tuple(name for name in makers if self.steps[name].kind is None)  # no document's own tables
            out[WORKBOOK] = makers
        for name, step in self.steps.items():
            if step.kind is not None and (name not in done or not exported(self.run, step, self.formats)):
                out[_document(step.kind)] = (name,)
        if makers:
            out |= {_page(name): (name,) for name, step in self.steps.items() if step.kind is None}
        return out

    def usable(self, name: str) -> bool:
        """Return whether a running notebook has made its tables; others read nothing else of it."""
        made = self.steps[name].makes if name in self.steps else ()
        return bool(made) and all(map(self._there, made))

    def _there(self, table: str) -> bool:
        return self.run.table_file(table).is_file()

    def work(self, name: str) -> Any:
        """Carry out one task, in a thread of its own."""
        self._read_ahead()
        folder, began = self.run.folder, time.monotonic()
        if name in self.steps:
            step = self.steps[name]
            return execute(step.notebook, self._copy(name), step.parameters, folder)
        own = Path(name).stem
        if name == _document(own):
            spent = next(one["seconds"] for one in self.run.record["notebooks"] if one["name"] == NOTEBOOK_OF[own])
            options = own, self.formats, self.lang, self.author, spent
            return aside("analysis.runs.exporting:export_of", folder, *options)
        if name == WORKBOOK:
            aside("analysis.runs.site:write_workbook_of", folder, self.lang)
        elif name == PAGES:
            aside("analysis.runs.site:write_pages", folder, self.lang, self.planned())
        else:
            aside("analysis.runs.site:write_page", folder, own, self.lang)
        self.seconds[name] = round(time.monotonic() - began, 2)
        return None

    def _read_ahead(self) -> None:
        """Once all tables are there that facts are made of, have them read where all that follows is forked from."""
        with self._reading:
            if self._read:
                return
            made = {name for step in self.steps.values() for name in step.makes} & set(FACTS)
            parquet = any((self.run.folder / "inputs" / "data").glob("*.parquet"))  # read with threads
            if not parquet and all(map(self._there, made)):
                self._read = True
                ahead("analysis.runs.report:read_ahead", self.run.folder.resolve())

    def _copy(self, name: str) -> Path:
        return self.run.folder / "notebooks" / f"{name}.ipynb"

    def take(self, ended: Ended[Any]) -> None:
        """Note how a task ended."""
        step = self.steps.get(ended.name)
        if step is not None:
            self._take_step(step, ended)
        elif ended.error is not None:
            self.missing.append(Path(ended.name).stem)
            self._failed(ended.error)
        elif ended.result is not None:
            others = [one for one in self.run.record.get("documents", []) if one["kind"] != ended.result["kind"]]
            self.run.note(
                documents=sorted([*others, ended.result], key=lambda one: list(NOTEBOOK_OF).index(one["kind"]))
            )
        elif not ended.without:
            self.pages.append(ended.name if ended.name == WORKBOOK else Path(ended.name).stem)

    def planned(self) -> list[str]:
        """Return the files of the documents that there will be, should nothing fail."""
        known = {one["kind"]: one["files"] for one in self.run.record.get("documents", [])}
        for kind in (step.kind for step in self.steps.values() if step.kind is not None):
            known[kind] = [f"documents/{kind}.{form}" for form in self.formats]
        return [file for kind in NOTEBOOK_OF for file in known.get(kind, ())]

    def _take_step(self, step: Step, ended: Ended[Executed]) -> None:
        if ended.result is not None:
            self._note(step, "done", **asdict(ended.result), files=self._files(step))
            return
        self.missing.append(ended.name)
        if ended.error is not None:
            self._note(step, "failed")
            self._failed(ended.error)
        else:
            self._note(step, "left out")
            named = "、".join(ended.without), ", ".join(ended.without)
            said = Text(f"  未执行 {ended.name}：它依赖 {named[0]}", f"  {ended.name} was not run: it needs {named[1]}")
            self.failed.append(said(self.lang))

    def _failed(self, error: Exception) -> None:
        if isinstance(error, EnvironmentFailure):
            self.broken.append(error)
        elif isinstance(error, WorkbenchError):
            self.failed.append(error.message(self.lang))
        else:
            raise error

    def _files(self, step: Step) -> dict[str, str]:
        paths = [self._copy(step.name), *map(self.run.table_file, step.makes)]
        return {path.relative_to(self.run.folder).as_posix(): sha256(path) for path in paths if path.is_file()}

    def _note(self, step: Step, state: str, **facts: Any) -> None:
        others = [one for one in self.run.record["notebooks"] if one["name"] != step.name]
        record = {"name": step.name, "state": state, "ended": now(), "key": step.key, **facts}
        self.run.note(notebooks=sorted([*others, record], key=lambda one: str(one["name"])))


def _page(step: str) -> str:
    return f"notebooks/{step}.html"


def _document(kind: str) -> str:
    return f"documents/{kind}"


def now() -> str:
    """Return the time of day in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
