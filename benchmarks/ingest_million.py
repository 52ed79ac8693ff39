"""Ingest of 1,000,000 rows from a csv file: rows a second, peak memory, size on disk.

.venv/bin/python benchmarks/ingest_million.py [--rows 1000000] [--db URL]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

from analysis.data.store import open_store
from analysis.plan import read_plan
from analysis.runs.submissions import ingest


def main() -> None:
    """Write the file, ingest it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--db")
    given = parser.parse_args()
    plan = read_plan("tiexi-2021-2030")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8") as stream:
            stream.write("indicator,time_period,group,numerator,denominator,unit,obs_status\n")
            for i in range(given.rows):
                stream.write(f"health.imr,{1926 + i % 100},g{i // 100},{i % 9},{1500 + i % 700},per_1000,A\n")
        url = given.db or str(Path(folder) / "m.sqlite")
        store = open_store(url)
        began = time.perf_counter()
        (done,) = ingest([path], plan, store, "benchmark")
        seconds = time.perf_counter() - began
        assert done.reading is not None and len(done.reading.accepted) == given.rows
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        disk = "" if given.db else f", {Path(url).stat().st_size / 2**20:,.0f} MB on disk"
        print(
            f"{given.rows:,} rows in {seconds:.1f} s: {given.rows / seconds:,.0f} rows a second, {peak:,.0f} MB{disk}"
        )


if __name__ == "__main__":
    main()
