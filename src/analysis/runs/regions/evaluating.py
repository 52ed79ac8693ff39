"""The whole of many areas: districts, then the cities and provinces they add up to, and a page that leads to all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.export.region_page import region_page
from analysis.runs.distribution import spread
from analysis.runs.files import write_json, write_table, write_text
from analysis.runs.locking import hold
from analysis.runs.regions.area import Task, evaluate_area
from analysis.runs.regions.room import RECORD, Region
from analysis.runs.regions.union import summary
from analysis.runs.workflow import AT_ONCE

_EACH = 2  # notebooks of an area at a time where several areas are worked on: one kernel waits while another works


def evaluate_region(
    region: Region, jobs: int, scheduler: str | None, progress: Callable[[dict[str, Any]], None]
) -> list[dict[str, Any]]:
    """Evaluate every area of a prepared region; what is finished already is kept.

    Parameters
    ----------
    region : Region
    jobs : int
        Areas at a time on this machine.
    scheduler : str, optional
        Address of a Dask scheduler; the region's folder then lies where its workers reach it by the same path.
    progress : callable
        Told how each area ended, as it ends.

    Returns
    -------
    list of dict
        How each area ended, districts first. `summary.csv` and `index.html` are written from it.

    Raises
    ------
    UsageError
        No scheduler answers, or another process works on the region.
    EnvironmentFailure
        Workers died again and again.
    """
    hold(region.folder)
    order = [*region.districts, *region.unions]
    alone = scheduler is None and jobs == 1
    tasks = [Task(region.folder.resolve(), area, AT_ONCE if alone else _EACH) for area in order]
    needs = [[order.index(one) for one in region.needs(area)] for area in order]
    ended = {}
    for how in spread(evaluate_area, tasks, jobs, scheduler, needs):
        ended[how["area"]] = how
        progress(how)
    in_order = {area: ended[area] for area in order}
    table = summary(region, in_order)
    write_table(table, region.folder / "summary.csv")
    lang = region.record["options"]["lang"]
    page = region_page(table, region.name(region.record["top"] or ""), region.unions, region.notice, lang)
    write_text(page, region.folder / "index.html")
    region.record["seconds"] = {area: how["seconds"] for area, how in in_order.items()}
    write_json(region.record, region.folder / RECORD)
    return list(in_order.values())
