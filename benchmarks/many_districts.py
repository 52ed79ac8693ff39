"""A province evaluated one district at a time, on all cores, on a cluster that loses a worker: seconds, same tables.

    .venv/bin/python benchmarks/many_districts.py [--districts 12] [--documents none]

The province is simulated (模拟数据，仅供演示): `--districts` districts in cities of ten. Three runs of
`workbench evaluate --below`: `--jobs 1`, `--jobs` of all cores, and a Dask scheduler with as many workers, each a
process of its own, one of them killed in the middle. The tables of all areas are compared byte by byte.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
from measured import measured

from analysis.data.observations import AREAS
from analysis.data.simulate_region import simulate_region
from analysis.places import ROOT
from analysis.plan import read_plan
from analysis.runs.distribution import cores
from analysis.runs.files import write_table, write_text
from analysis.runs.hashes import hashes_of

BIN, PLAN, DEMO = Path(sys.executable).parent, "demo-province-2021-2030", ROOT / "data" / "demo_province"
TOP, CITY = "990000", 10


def write_province(folder: Path, districts: int) -> None:
    """Write the data of a simulated province: cities of ten districts of various sizes."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    rows = [(TOP, "模拟省", "Simulated Province", "", "province", np.nan)]
    for number in range(districts):
        city = f"99{number // CITY + 1:02d}00"
        if number % CITY == 0:
            rows.append((city, f"模拟市{number // CITY + 1}", f"City {number // CITY + 1}", TOP, "city", np.nan))
        name = f"{number + 1:03d}"
        size = float(np.exp(rng.normal(0, 0.5)))
        code = f"{city[:4]}{number % CITY + 1:02d}"
        rows.append((code, f"模拟县{name}", f"County {name}", city, "district", size))
    write_table(AREAS.build(pd.DataFrame(rows, columns=AREAS.names)), folder / "areas.csv")
    for name in ("shapes.csv", "dataset.yaml"):
        write_text((DEMO / name).read_text(encoding="utf-8"), folder / name)
    table = simulate_region(read_plan(PLAN), folder, list(range(2010, 2026)), 1)
    write_table(table, folder / "observations.csv")


def tables(folder: Path) -> dict[str, str]:
    """Return the hashes of every table of an evaluation of many areas."""
    return hashes_of(folder, [*folder.glob("areas/*/tables/*.csv"), *folder.glob("rollup/*/*"), folder / "summary.csv"])


def on_a_cluster(command: list[str], workers: int, after: float) -> dict[str, float]:
    """Measure a command on a Dask cluster of this machine, one worker killed after some seconds."""
    address = "tcp://127.0.0.1:18786"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([str(BIN / "dask"), "scheduler", "--port", "18786", "--no-dashboard"], **quiet)
    time.sleep(3)
    started = [
        subprocess.Popen([str(BIN / "dask"), "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"],
                         start_new_session=True, **quiet)
        for _ in range(workers + 1)
    ]  # fmt: skip
    time.sleep(3)
    threading.Timer(after, os.killpg, (started[0].pid, signal.SIGKILL)).start()
    try:
        return measured([*command, "--scheduler", address])
    finally:
        for process in (*started, scheduler):
            process.terminate()
            process.wait()


def main() -> None:
    """Print the table; exit code 1 where tables differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--districts", type=int, default=12)
    parser.add_argument("--documents", default="none")
    parser.add_argument("--jobs", type=int, default=cores())
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_province(folder / "data", given.districts)
        command = [str(BIN / "workbench"), "evaluate", "--plan", PLAN, "--data", str(folder / "data"), "--below", TOP,
                   "--documents", given.documents, "--formats", "html", "--benchmark", "none"]  # fmt: skip
        made = {
            "one at a time": measured([*command, "--out", str(folder / "one"), "--jobs", "1"]),
            f"--jobs {given.jobs}": measured([*command, "--out", str(folder / "all"), "--jobs", str(given.jobs)]),
        }
        half = made[f"--jobs {given.jobs}"]["seconds"] / 2
        made["cluster, a worker killed"] = on_a_cluster([*command, "--out", str(folder / "spread")], given.jobs, half)
        first = made["one at a time"]["seconds"]
        print(f"{given.districts} districts, documents: {given.documents}\n")
        print("| how | ratio | seconds | seconds a district | peak MB |\n|---|---|---|---|---|")
        for name, one in made.items():
            each = one["seconds"] / given.districts
            print(
                f"| {name} | {first / one['seconds']:.2f} | {one['seconds']:.0f} | {each:.1f} | {one['memory']:,.0f} |"
            )
        same = tables(folder / "one") == tables(folder / "all") == tables(folder / "spread")
        size = sum(path.stat().st_size for path in (folder / "all").rglob("*") if path.is_file()) / 1e6
        print(f"\n{len(tables(folder / 'one'))} tables, the same three times: {same}; {size:,.0f} MB of results")
    raise SystemExit(not same)


if __name__ == "__main__":
    main()
