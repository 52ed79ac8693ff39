"""What is tried on a run that `workbench evaluate` has begun or finished goes to a copy of its own, never into the run.

A run is written by the command that works on it, and by the kernels and processes that command starts (`runs.locking`).
A run that was only prepared is open: its notebooks can be run by hand, one after the other. From the first step of the
command on, any other writer gets a copy of inputs and tables in `reports/scratch/`, which is a run to open again.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from analysis.exceptions import Text
from analysis.places import REPORTS, shown
from analysis.runs.files import cannot_write
from analysis.runs.folders import in_use, numbered
from analysis.runs.locking import works_on
from analysis.runs.sealing import write_record

FOLDER, STATUS = "scratch", "scratch"
_OPEN = ("prepared", STATUS)
_OF_THE_RUN = ("notebooks", "documents", "finished", "missing", "seconds", "started")  # of the copy none is true
_copies: dict[Path, Path] = {}  # of this process, so that its notebook finds again what it has written


def is_closed(folder: Path) -> bool:
    """Return whether this process may not write into a run: it was begun or finished by `workbench evaluate`."""
    if works_on(folder):
        return False
    record = folder / "run.json"
    return record.is_file() and json.loads(record.read_text(encoding="utf-8")).get("status") not in _OPEN


def known_copy(folder: Path) -> Path | None:
    """Return the copy this process writes in place of a run, None where it has not written yet."""
    return _copies.get(folder.resolve()) if _copies else None


def writable(folder: Path) -> Path:
    """Return where to write what belongs into a run: the run itself, or this process's copy of it.

    The copy is made when it is first asked for; a line in the output of the notebook then says where it lies.

    Raises
    ------
    EnvironmentFailure
        There is no room for the copy.
    """
    if not is_closed(folder):
        return folder
    place = folder.resolve()
    if place not in _copies:
        _copies[place] = _copy(folder)
    return _copies[place]


def copy_of(folder: Path, copy: Path) -> Path:
    """Copy inputs and tables of a run into a new folder, which is a run to open again; returns it.

    Raises
    ------
    UsageError
        The new folder is in use.
    EnvironmentFailure
        There is no room for it.
    """
    if copy.is_dir() and any(copy.iterdir()):
        raise in_use(copy)
    record: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    try:
        for name in ("inputs", "tables"):
            shutil.copytree(folder / name, copy / name)
    except OSError as error:
        raise cannot_write(copy, error) from error
    kept = {name: value for name, value in record.items() if name not in _OF_THE_RUN}
    write_record({**kept, "id": copy.name, "status": STATUS, "copy_of": record["id"]}, copy / "run.json")
    return copy


def _copy(folder: Path) -> Path:
    record: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    copy = copy_of(folder, numbered(folder.name or str(record["id"]), REPORTS / FOLDER))
    said = _said(shown(folder) if folder.name else str(record["id"]), shown(copy), f"{FOLDER}/{copy.name}")
    print(said.zh, said.en, sep="\n", flush=True)  # into the notebook's output: whoever reads it must know
    return copy


def _said(run: str, copy: str, name: str) -> Text:
    return Text(
        f"该运行（{run}）已由 workbench evaluate 执行；本次结果写入 {copy}，原结果未变。"
        f'继续试算请用参数 run="{name}"。',
        f"This run ({run}) is finished or under way; what is made here is written to {copy}, the run is unchanged. "
        f'To go on with the trial, use the parameter run="{name}".',
    )
