"""The notebooks of a run as steps: what each needs and makes, and which of them are finished already."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from analysis.exceptions import Lang
from analysis.places import NOTEBOOKS
from analysis.runs.environment import deciding_versions
from analysis.runs.hashes import hashes_of, notebook_key, sha256
from analysis.runs.kinds import NOTEBOOK_OF, parameters_of
from analysis.runs.parameters import check
from analysis.runs.run import Run

WORKING = (
    "01_data_review",
    "02_trend_forecast",
    "03_target_assessment",
    "05_reproduction",
    "06_measure_effects",
    "07_scenarios",
)
JUDGED = ("02_trend_forecast", "03_target_assessment")


@dataclass(frozen=True)
class Step:
    """A notebook to execute: its file, parameters, the steps it needs and the tables it makes."""

    name: str
    notebook: Path
    parameters: Mapping[str, Any]
    needs: tuple[str, ...]
    makes: tuple[str, ...]
    key: str

    @property
    def kind(self) -> str | None:
        """Return which document the step makes, None for a working notebook."""
        return next((kind for kind, name in NOTEBOOK_OF.items() if name == self.name), None)


def wanted_names(kinds: Sequence[str], needed: bool = False, folder: Path = NOTEBOOKS) -> list[str]:
    """Return the notebooks of a run in order; `needed` leaves out those no document of it builds on.

    Forecast and judgement are always among them.
    """
    documents = [NOTEBOOK_OF[kind] for kind in kinds]
    if not needed:
        return [*WORKING, *documents]
    kept, open_ = set[str](), [*JUDGED, *documents]
    while open_:
        name = open_.pop()
        if name not in kept:
            kept.add(name)
            open_ += nbformat.read(folder / f"{name}.ipynb", as_version=4).metadata["workbench"]["needs"]
    return [*(name for name in WORKING if name in kept), *documents]


def steps_of(
    run: Run,
    kinds: Sequence[str],
    lang: Lang,
    author: str,
    department: str | None,
    folder: Path = NOTEBOOKS,
    needed: bool = False,
) -> list[Step]:
    """Return the steps of a run, each after those it needs, their parameters checked.

    Parameters
    ----------
    folder : Path
        Where the notebooks lie.
    needed : bool
        Leave out working notebooks that no document of the run builds on.

    Raises
    ------
    UsageError
        A parameter is wrong.
    """
    wanted: dict[str, Mapping[str, Any]] = dict.fromkeys(
        wanted_names(kinds, needed, folder), {"run": ".", "lang": lang}
    )
    wanted |= {NOTEBOOK_OF[kind]: parameters_of(kind, lang, author, department) for kind in kinds}
    inputs = hashes_of(run.folder / "inputs")
    versions, out = deciding_versions(), dict[str, Step]()
    for name, parameters in wanted.items():
        notebook = folder / f"{name}.ipynb"
        check(notebook, parameters)
        about = nbformat.read(notebook, as_version=4).metadata["workbench"]
        needs = tuple(one for one in about["needs"] if one in wanted)
        key = notebook_key(notebook, parameters, inputs, versions, [out[one].key for one in needs])
        out[name] = Step(name, notebook, parameters, needs, tuple(about["makes"]), key)
    return list(out.values())


def finished(run: Run, steps: Sequence[Step]) -> dict[str, dict[str, Any]]:
    """Return the records of the steps that need not be run again: same key, their files still as they were left."""
    known = {one["name"]: one for one in run.record.get("notebooks", []) if one.get("state") == "done"}
    done: dict[str, dict[str, Any]] = {}
    for step in steps:
        record = known.get(step.name)
        if record is None or record["key"] != step.key or not set(step.needs) <= set(done):
            continue
        if all(_is(run.folder / file, digest) for file, digest in record["files"].items()):
            done[step.name] = record
    return done


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and sha256(path) == digest


def exported(run: Run, step: Step, formats: Sequence[str]) -> bool:
    """Return whether the document of a finished step lies there in every format, as it was written."""
    record = next((one for one in run.record.get("documents", []) if one["kind"] == step.kind), None)
    if record is None or [Path(file).suffix[1:] for file in record["files"]] != list(formats):
        return False
    return all(_is(run.folder / file, digest) for file, digest in record["sha256"].items())


def sweep(run: Run, done: Mapping[str, Any], steps: Container[str]) -> None:
    """Delete what an interrupted run left: half-written files, and tables of steps that will be run again.

    Tables that other documents of the run rest on stay, though `steps` have nothing to do with them.
    """
    others = [one for one in run.record.get("notebooks", []) if one["name"] not in steps and one["state"] == "done"]
    kept = {file for record in (*done.values(), *others) for file in record["files"]} | {"tables/observations.csv"}
    for path in run.folder.rglob(".*.part*"):
        path.unlink(missing_ok=True)
    for path in (run.folder / "tables").glob("*.csv"):
        if path.relative_to(run.folder).as_posix() not in kept:
            path.unlink()
