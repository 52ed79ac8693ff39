"""One area of many, evaluated wherever a worker is free: begun twice it leaves the same, and its failure is a row."""

from __future__ import annotations

import json
import shutil
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.exceptions import EnvironmentFailure, Text, WorkbenchError
from analysis.places import inside
from analysis.runs.files import write_json, write_text
from analysis.runs.from_database import PROVENANCE
from analysis.runs.hashes import hashes_of
from analysis.runs.kinds import REGION
from analysis.runs.locking import release
from analysis.runs.regions.room import Region, options_of
from analysis.runs.regions.union import write_union
from analysis.runs.run import Run, prepare, resume
from analysis.runs.workflow import evaluate

ENDED = "ended"


@dataclass(frozen=True)
class Task:
    """An area to evaluate: small enough to be sent anywhere; its data and results lie in the region's folder."""

    folder: Path
    area: str
    at_once: int


def evaluate_area(task: Task) -> dict[str, Any]:
    """Evaluate one area, go on where an earlier attempt stopped, and say how it ended.

    Returns
    -------
    dict
        area, state (done, failed, left_out), reason, reason_en, environment (whether the machine failed), seconds. It
        is kept in the region's folder too, for those that build on this area.
    """
    region, began = Region(task.folder), time.monotonic()
    how: dict[str, Any] = {"state": "done", "reason": "", "reason_en": "", "environment": False}
    try:
        failed = _evaluated(region, task)
        if failed:
            how |= {"state": "failed", "reason": "\n".join(failed), "reason_en": "\n".join(failed)}
    except WorkbenchError as error:
        how |= {"state": "failed", "environment": isinstance(error, EnvironmentFailure)}
        how |= {"reason": _brief(error, "zh"), "reason_en": _brief(error, "en")}
    except _LeftOut as error:
        how |= {"state": "left_out", "reason": error.said.zh, "reason_en": error.said.en}
    except Exception as error:  # one area's fault must not end the others: the row names it, the file holds the rest
        write_text(traceback.format_exc(), inside(region.folder, ENDED, f"{task.area}.log"))
        said = f"{type(error).__name__}: {error}"
        how |= {"state": "failed", "reason": f"程序错误 {said}", "reason_en": f"error in the program: {said}"}
    finally:
        release(region.run_folder(task.area))
    ended = {"area": task.area, **how, "seconds": round(time.monotonic() - began, 1)}
    write_json(ended, inside(region.folder, ENDED, f"{task.area}.json"))
    return ended


class _LeftOut(Exception):
    def __init__(self, said: Text) -> None:
        super().__init__(said.en)
        self.said = said


def _brief(error: WorkbenchError, lang: Any) -> str:
    """Return what was found and where, fault by fault, each in a line."""
    found = [f"{fault.found(lang)}（{fault.where(lang)}）" for fault in error.faults[:5]]
    return "\n".join(found if lang == "zh" else [one.replace("（", " (").replace("）", ")") for one in found])


def _evaluated(region: Region, task: Task) -> list[str]:
    union = task.area in region.unions
    data = _union_data(region, task.area) if union else region.part(task.area)
    if not data.is_dir():
        raise _LeftOut(Text("数据中没有该地区", "the data have no row of this area"))
    lang, options = options_of(region)
    if union:
        options |= {"kinds": [REGION], "needed": True}
    run = _run(region, task.area, data, {"lang": lang, **options})
    cut = {name: region.record.get(name) for name in ("as_of_vintage", "include_unreviewed")}
    cut |= {} if union or region.record["data"] != "database" else {"part_of": "database"}  # which a trace asks of
    if any(run.record.get(name) != value for name, value in cut.items()):  # so its data were cut
        run.note(**cut)
    options["kinds"] = run.record["options"]["kinds"]
    if run.record["status"] == "done":
        return []
    return evaluate(run, lang, lambda name: None, **options, at_once=task.at_once)


def _union_data(region: Region, area: str) -> Path:
    ended = {one: read_ended(region, one) for one in region.needs(area)}
    if not any(how["state"] == "done" and one in region.districts for one, how in ended.items()):
        raise _LeftOut(Text("没有一个县区完成评估", "not one of its districts could be evaluated"))
    return write_union(region, area, ended)


def read_ended(region: Region, area: str) -> dict[str, Any]:
    """Return how an area ended."""
    loaded: dict[str, Any] = json.loads(inside(region.folder, ENDED, f"{area}.json").read_text(encoding="utf-8"))
    return loaded


def _run(region: Region, area: str, data: Path, options: dict[str, Any]) -> Run:
    """Return the run of an area: that of an earlier attempt where it had the same data, else a new one."""
    folder = region.run_folder(area)
    if (folder / "run.json").is_file():
        kept = Run(folder)
        known = hashes_of(data).items()
        given = {f"data/{name}": digest for name, digest in known if not name.startswith(f"{PROVENANCE}/")}
        if given == {name: digest for name, digest in kept.record["inputs"].items() if name.startswith("data/")}:
            return resume(str(folder))
        shutil.rmtree(folder)
    inputs = region.folder / "inputs"
    beside = inputs / "benchmark"
    return prepare(
        str(region.plan_folder),
        data,
        region.record["as_of"],
        area,
        folder,
        options["lang"],
        inputs / "rules.yaml",
        audience=region.record["options"]["audience"],
        benchmark=beside if beside.is_dir() else "none",
        options={name: value for name, value in options.items() if name != "lang"},
    )
