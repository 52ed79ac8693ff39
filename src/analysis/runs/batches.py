"""Forecasts of more series than memory holds: part by part, on all cores, taken up again where it was interrupted.

The input is spooled (`runs.spool`), the weights of the default model are learnt once from the series that would teach
them in one batch (docs/methods.md), and parts of a thousand series each, cut by name alone, are forecast wherever a
worker is free. Each finished part is a file named by all it depends on; at the end they are joined in order. So the
output hangs neither on the number of workers, nor on the order they finish in, nor on how often the work was begun.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.exceptions import Text
from analysis.models.average import AveragedTrend, Learnt
from analysis.models.forecasting import distributions
from analysis.models.registry import check_model
from analysis.places import shown
from analysis.runs.distribution import cores, spread
from analysis.runs.files import write_bytes, write_json
from analysis.runs.hashes import code_sha256, sha256
from analysis.runs.rows import FORMS, no_data_rows, put_together
from analysis.runs.series_input import SeriesFile, write_aside
from analysis.runs.spool import Spool, fill

LEARNT = "learnt.json"
PART = 1000  # series: small enough that a killed worker costs a second, large enough that no core waits for work
_FEW = 4  # parts that are done before further processes have begun
_DECIDE = ("numpy", "scipy", "statsmodels")


@dataclass(frozen=True)
class Task:
    """One part to forecast: the series `first` up to `last` of a spool; small enough to be sent anywhere."""

    folder: Path
    first: int
    last: int
    horizon: int
    model: str
    form: str


@dataclass(frozen=True)
class Part:
    """A finished part: its place in the order, its file, how many series, and whether it lay there before."""

    first: int
    name: str
    series: int
    reused: bool


@dataclass(frozen=True)
class Forecasts:
    """What came of a file: series in all, series without a forecast (a `NO_DATA` table), parts that lay there.

    `aside` are the rows that were not taken (columns `series_input.ASIDE`), `remarks` what there is to say of the file.
    """

    series: int
    no_data: int
    reused: int
    aside: tuple[dict[str, Any], ...] = ()
    remarks: tuple[Text, ...] = ()


def forecast_batches(
    source: Path,
    out: Path,
    horizon: int,
    model_name: str,
    jobs: int = 0,
    scheduler: str | None = None,
    start: Callable[[int], None] = lambda total: None,
    step: Callable[[int], None] = lambda done: None,
) -> Forecasts:
    """Forecast every series of a CSV or parquet file into another one; `out` is written whole or not at all.

    Beside it `<name>.no_data.csv` names the series without a forecast and `<name>.set_aside.csv` the rows that were
    not taken, where there are any. Until the end, finished parts lie in the hidden folder `.<name>.parts` beside it:
    the same call made again goes on from there.

    Parameters
    ----------
    source : Path
        A `SERIES_INPUT` table.
    out : Path
        Written as parquet where it is named so, else as CSV; both are `FORECASTS` tables.
    horizon : int
        Years after each series' last observed year.
    model_name : str
    jobs : int
        Processes; 0 takes all cores, but starts no further process for a few parts.
    scheduler : str, optional
        Address of a Dask scheduler, used instead of processes; `out` then lies where its workers can write.
    start, step : callables
        Told the number of series, then how many more are done.

    Raises
    ------
    UsageError
        The model is unknown, or the file does not exist.
    DataError
        The file breaks its table.
    EnvironmentFailure
        Workers died again and again, or `out` cannot be written.
    """
    check_model(model_name)
    folder = out.resolve().with_name(f".{out.name}.parts")
    fresh = not folder.exists()
    try:
        file = SeriesFile(source)
        spool = file.read(lambda blocks: fill(folder / "spool", blocks, shown(source)))
    except BaseException:
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    learnt = AveragedTrend().learn(spool.teachers()) if learns(model_name) else Learnt()
    _write_learnt(learnt, folder / LEARNT)
    start(len(spool))
    form = out.suffix[1:] if out.suffix[1:] in FORMS else "csv"
    cuts = [*range(0, len(spool), PART), len(spool)]
    tasks = [Task(folder, a, b, horizon, model_name, form) for a, b in zip(cuts[:-1], cuts[1:], strict=True)]
    processes = jobs or (cores() if len(tasks) > _FEW else 1)
    parts = []
    for part in spread(forecast_part, tasks, processes, scheduler):
        step(part.series)
        parts.append(part)
    made = _finish(folder, out, form, sorted(parts, key=lambda part: part.first))
    write_aside(file, out)
    return replace(made, aside=tuple(file.aside), remarks=tuple(file.remarks))


def learns(model_name: str) -> bool:
    """Return whether a model, or a member of a pool, learns its weights from the batch."""
    return "trend_average" in model_name


def forecast_part(task: Task) -> Part:
    """Forecast one part, unless its file lies there already; the file is the last thing to be written."""
    spool = Spool(task.folder / "spool")
    name = _key(task, spool.rows(task.first, task.last))
    part = Part(task.first, name, task.last - task.first, (task.folder / f"{name}.{task.form}").is_file())
    if not part.reused:
        series, learnt = spool.series(task.first, task.last), _read_learnt(task.folder / LEARNT)
        made, failed = distributions(series, horizon=task.horizon, model_name=task.model, learnt=learnt)
        write_bytes(no_data_rows(failed), task.folder / f"{name}.no_data")
        write_bytes(FORMS[task.form].rows(made, task.model), task.folder / f"{name}.{task.form}")
    return part


def _key(task: Task, rows: pd.DataFrame) -> str:
    """Return the name of a part's file: a hash of its rows and of all that decides what is made of them."""
    settings = [task.horizon, task.model, task.form, sha256(task.folder / LEARNT), code_sha256()]
    made = hashlib.sha256(json.dumps([*settings, *map(version, _DECIDE)]).encode())
    for name in rows:
        cells = rows[name].to_numpy()
        made.update(cells.tobytes() if cells.dtype != object else "\0".join(cells).encode())
    return made.hexdigest()[:24]


def _finish(folder: Path, out: Path, form: str, parts: list[Part]) -> Forecasts:
    """Put the parts together and leave nothing else behind."""
    put_together(FORMS[form], [folder / f"{part.name}.{form}" for part in parts], out)
    bodies = b"".join((folder / f"{part.name}.no_data").read_bytes() for part in parts)
    beside = out.with_name(f"{out.stem}.no_data.csv")
    if bodies:
        write_bytes(no_data_rows(None) + bodies, beside)
    else:
        beside.unlink(missing_ok=True)
    shutil.rmtree(folder)
    return Forecasts(sum(part.series for part in parts), bodies.count(b"\n"), sum(part.reused for part in parts))


def _write_learnt(learnt: Learnt, path: Path) -> None:
    weights = {group: row.tolist() for group, row in learnt.weights.items()}
    write_json({"weights": weights, "teachers": dict(learnt.teachers)}, path)


def _read_learnt(path: Path) -> Learnt:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Learnt({group: np.array(row) for group, row in kept["weights"].items()}, kept["teachers"])
