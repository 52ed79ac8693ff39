"""Kill the ingest in the middle, again and again: no part of a file may stay, no committed row may be lost.

    .venv/bin/python benchmarks/ingest_kills.py [--kills 200] [--db URL]

A child process stores files of 20,000 figures and an annual report of 400 measures with a file of evidence, one
transaction each, and says when one is committed; it gets SIGKILL at a random moment. After each kill the database is
opened again: every submission in it is whole, its report and its evidence too, and every file that was said to be
committed is there.
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
from sqlalchemy import text

from analysis.data.reading import Reading, quarantine_table
from analysis.data.store import open_store
from analysis.data.store.evidence_files import Kept, checked, place_of
from analysis.data.store.states import Sender
from analysis.schema.reported import EVIDENCE_FILES, MEASURE_REPORTS

ROWS, REPORTED = 20_000, 400


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
    return Reading(name, name, ROWS + REPORTED, table, quarantine_table([]), reports={"measure_reports": report(name)})


def report(name: str) -> pd.DataFrame:
    """Return an annual report of `REPORTED` measures."""
    about = {"plan": "p", "ref_area": "a", "department": "d", "year": 2025, "state": "under_way", "done": name}
    rows = [{**dict.fromkeys(MEASURE_REPORTS.names), **about, "measure": f"m{i}"} for i in range(REPORTED)]
    return MEASURE_REPORTS.build(pd.DataFrame(rows)).assign(sheet="s", row=range(REPORTED), cell="A1")


def with_file(made: Reading, kept: Kept, folder: Path) -> Reading:
    """Keep a file of evidence of two megabytes, and return the reading with it."""
    file = folder / f"{made.file}.pdf"
    file.write_bytes(made.file.encode() * 400_000)
    digest = kept.put(file)
    file.unlink()
    row = {"plan": "p", "ref_area": "a", "department": "d", "year": 2025, "file": file.name, "sha256": digest}
    table = EVIDENCE_FILES.build(pd.DataFrame([{**row, "bytes": 1, "state": "kept"}]))
    return replace(made, evidence=table)


def child(url: str, start: int) -> None:
    """Store files for ever, saying which are committed."""
    store = open_store(url)
    kept, folder = Kept(place_of(store)), Path(tempfile.mkdtemp())
    while True:
        store.submit(with_file(reading(f"f{start}"), kept, folder), Sender("p", "a", f"d{start}", 2025, "x"))
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
                reported = connection.execute(text("SELECT count(*) FROM measure_reports")).scalar_one()
                files = pd.read_sql(text("SELECT sha256 FROM evidence_files"), connection)
                names = set(connection.execute(text("SELECT file FROM submissions")).scalars())
            whole_files = set(checked(files, Kept(place_of(store)))["now"])
            store.close()
            start = whole + 1000 * (kill + 1)
            assert rows == whole * ROWS and reported == whole * REPORTED and len(files) == whole, (
                rows,
                reported,
                whole,
            )
            assert whole_files <= {"kept"}, whole_files
            assert all(f"f{one}" in names for one in said), said
    print(f"{given.kills} kills, {committed} files said to be committed, {whole} in the database, all whole")


if __name__ == "__main__":
    main()
