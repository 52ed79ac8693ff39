"""Kill the ingest in the middle, again and again: no part of a file may stay, no committed row may be lost.

    .venv/bin/python benchmarks/ingest_kills.py [--kills 200] [--db URL]

A child process stores files of 20,000 rows, one transaction each, and says when one is committed; it gets SIGKILL at
a random moment. After each kill the database is opened again: every submission in it is whole, and every file that
was said to be committed is there.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from sqlalchemy import text

from analysis.data.reading import Reading, quarantine_table
from analysis.data.store import open_store
from analysis.data.store.states import Sender

ROWS = 20_000


def reading(name: str) -> Reading:
    """Return a file of `ROWS` rows."""
    frame = pd.DataFrame({"time_period": [1900 + i % 200 for i in range(ROWS)]})
    frame["ref_area"] = [f"a{i // 200}" for i in range(ROWS)]
    fixed = {
        "indicator": "x.y",
        "sex": "_T",
        "age": "_T",
        "residence": "_T",
        "group": "_T",
        "source": "s",
        "vintage": "",
    }
    rest = {"obs_value": 1.5, "numerator": None, "denominator": None, "unit": "percent", "obs_status": "A", "note": ""}
    table = frame.assign(**fixed, **rest, sheet="", row=range(ROWS))
    return Reading(name, name, ROWS, table, quarantine_table([]))


def child(url: str, start: int) -> None:
    """Store files for ever, saying which are committed."""
    store = open_store(url)
    while True:
        store.submit(reading(f"f{start}"), Sender("p", "a", f"d{start}", 2025, "x"))
        print(start, flush=True)
        start += 1


def main() -> None:
    """Kill, open, count, and print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--db")
    parser.add_argument("--child", type=int)
    given = parser.parse_args()
    if given.child is not None:
        child(given.db, given.child)
    rng, committed, start = random.Random(1), 0, 0
    with tempfile.TemporaryDirectory() as folder:
        url = given.db or str(Path(folder) / "kills.sqlite")
        open_store(url).close()
        for kill in range(given.kills):
            command = [sys.executable, __file__, "--db", url, "--child", str(start)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            time.sleep(1.2 + rng.random() * 2.0)
            process.send_signal(signal.SIGKILL)
            said = [int(line) for line in (process.communicate()[0] or "").split()]
            committed += len(said)
            store = open_store(url)
            with store.engine.connect() as connection:
                whole = connection.execute(text("SELECT count(*) FROM submissions")).scalar_one()
                rows = connection.execute(text("SELECT count(*) FROM observations")).scalar_one()
                names = set(connection.execute(text("SELECT file FROM submissions")).scalars())
            store.close()
            start = whole + 1000 * (kill + 1)
            assert rows == whole * ROWS, (rows, whole)
            assert all(f"f{one}" in names for one in said), said
    print(f"{given.kills} kills, {committed} files said to be committed, {whole} in the database, all whole")


if __name__ == "__main__":
    main()
