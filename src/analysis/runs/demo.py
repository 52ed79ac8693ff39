"""The simulated data set on disk, and the plan it belongs to."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.areas import DISTRICT
from analysis.data.observations import AREAS, BORDERS, about
from analysis.data.reported.folder import FOLDER as REPORTS
from analysis.data.simulate import simulate
from analysis.data.simulate_monthly import simulate_monthly
from analysis.data.simulate_region import borders, simulate_region
from analysis.data.simulate_reports import simulate_reports
from analysis.exceptions import Text, Where, usage
from analysis.gate.settings import usual_plan
from analysis.places import CARRIED, ROOT, folder_of, shown
from analysis.plan import Plan, read_plan
from analysis.runs.files import write_bytes, write_json, write_table
from analysis.schema import read_table
from analysis.schema.files import csv_text


def write_demo(folder: Path, plan: str | Plan | None = None) -> tuple[pd.DataFrame, Path]:
    """Write what a simulated data folder declares: `observations.csv.gz`, and what stands beside it.

    That is its months where it has seasons, borders of districts, and the annual reports of departments where it says
    from which year on. The same seed gives the same bytes.

    Returns
    -------
    table : DataFrame
    path : Path
    """
    base = folder_of(folder)
    if base.is_relative_to(CARRIED) and CARRIED != ROOT:
        raise usage(
            Text("示例数据属于程序，不在工作区内", "the folder is the package's own, not one of the workspace"),
            Where(file=shown(base)),
            Text("工作区内的数据文件夹", "a data folder of the workspace"),
            Text("请先运行 workbench init . --example。", "Run `workbench init . --example` first."),
        )
    meta = about(base)
    if not meta.get("simulated") or not {"seed", "first_year", "last_year"} <= meta.keys():
        raise usage(
            Text("该文件夹未完整声明为模拟数据", "the folder is not (fully) declared as simulated"),
            Where(file=shown(base / "dataset.yaml")),
            Text(
                "dataset.yaml 中 simulated: true、seed、first_year、last_year",
                "simulated: true, seed, first_year, last_year",
            ),
            Text("请勿对真实数据文件夹执行本命令。", "Do not run this on a folder of real data."),
        )
    table = simulate_folder(base, plan)
    if (base / "seasons.csv").is_file():
        write_table(monthly_folder(base, table, plan), base / "monthly.csv")
    if _of_districts(base):
        write_json(borders(base, int(meta["seed"])), base / BORDERS)
    for name, reported in reports_folder(base, table, plan).items():
        write_table(reported, base / REPORTS / f"{name}.csv")
    text = csv_text(table)
    path = base / "observations.csv.gz"
    write_bytes(gzip.compress(text.encode(), mtime=0), path)
    return table, path


def simulate_folder(base: Path, plan: str | Plan | None = None) -> pd.DataFrame:
    """Return the simulated observations a data folder declares."""
    meta = about(base)
    years = range(int(meta["first_year"]), int(meta["last_year"]) + 1)
    make = simulate_region if _of_districts(base) else simulate
    return make(_plan(plan, meta), base, list(years), int(meta["seed"]))


def reports_folder(base: Path, table: pd.DataFrame, plan: str | Plan | None = None) -> dict[str, pd.DataFrame]:
    """Return the simulated annual reports a data folder declares by `reports_from`, given its annual table."""
    meta = about(base)
    if "reports_from" not in meta:
        return {}
    loaded = _plan(plan, meta)
    years = range(int(meta["reports_from"]), int(meta["last_year"]) + 1)
    return simulate_reports(loaded, loaded.area, table, list(years), int(meta["seed"]))


def _of_districts(base: Path) -> bool:
    """Return whether a folder declares several districts rather than one with its streets."""
    return (read_table(base / "areas.csv", AREAS)["level"] == DISTRICT).sum() > 1


def monthly_folder(base: Path, table: pd.DataFrame, plan: str | Plan | None = None) -> pd.DataFrame:
    """Return the simulated months a data folder declares in `seasons.csv`, given its annual table."""
    meta = about(base)
    area = _plan(plan, {}).area
    return simulate_monthly(table, base, area, int(meta["seed"]))


def _plan(plan: str | Plan | None, meta: dict[str, Any]) -> Plan:
    """Return the plan a simulated folder belongs to: the one given, the one it names, else the usual one."""
    return plan if isinstance(plan, Plan) else read_plan(plan or str(meta.get("plan") or usual_plan()))
