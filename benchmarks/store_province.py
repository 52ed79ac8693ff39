"""A province's monitoring database on PostgreSQL: filling, ingest, disk, and what was known of a district at a date.

Simulated (模拟数据，仅供演示): districts with the demo district's indicators, breakdowns and years and 14 streets
each; from March 2011 on each sends its whole series every month, counts drawn anew, as `workbench exchange` does. A
server of its own is started and removed. `--earlier` then measures the same rows under the indexes, the question and
the way of writing there were before (migration 0002).

.venv/bin/python benchmarks/store_province.py [--rows 50000000] [--ingest 200000] [--districts 50] [--earlier]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd
from pg_server import Server, pg_server
from province import DRAWS, MONTHS, NOTICE, STREETS, Deliveries, area_table, district_rows, last_year
from sqlalchemy import Connection, insert, text
from tqdm import tqdm

from analysis.data.observations import current
from analysis.data.reading import Reading, quarantine_table
from analysis.data.store import Store, open_store
from analysis.data.store.blocks import BLOCK
from analysis.data.store.known import codes_below, question
from analysis.data.store.states import Sender
from analysis.data.store.tables import OBSERVED, SUBMISSIONS
from analysis.data.store.writing import CHUNK
from analysis.runs.datasets import dataset_of
from analysis.schema import OBSERVATIONS

VINTAGES = ("2014-06", "2018-06", "2022-06", None)
SETTINGS = "-c shared_buffers=2GB -c max_wal_size=8GB -c maintenance_work_mem=1GB"
EARLIER = 'submission, vintage, indicator, ref_area, time_period, sex, age, residence, "group", source'


def fill(store: Store, made: Deliveries, districts: list[str]) -> int:
    """Write every delivery by COPY, month by month, with all indexes in place; returns the rows."""
    store.set_areas(area_table(districts))
    columns = ", ".join(f'"{name}"' for name in made.names)
    done, id = 0, 0
    for month in tqdm(MONTHS, desc="fill", mininterval=10):
        year = last_year(month)
        with store.engine.begin() as connection:
            first = id
            values = [_submission(first + i + 1, code, month, made.size[year]) for i, code in enumerate(districts)]
            connection.execute(insert(SUBMISSIONS), values)
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is looked up
            for value in values:
                id = value["id"]
                put = {"@A@": value["area"], "@V@": value["vintage"], "@S@": str(id)}
                copy(connection, f"COPY observations ({columns}) FROM STDIN", made.rows[id % DRAWS, year], put)
                names = ", ".join([*BLOCK, "digest"])
                copy(connection, f"COPY blocks ({names}) FROM STDIN", made.blocks[year], put)
                done += made.size[year]
    with store.engine.begin() as connection:
        connection.execute(text("SELECT setval('submissions_id_seq', :id)"), {"id": id})
    return done


def _submission(id: int, area: str, month: str, rows: int) -> dict[str, object]:
    about = {"plan": "province", "area": area, "department": "all", "year": last_year(month), "state": "reported"}
    sent = {"file": f"{area}-{month}.csv", "sha256": f"{id:064x}", "reporter": "benchmark", "at": f"{month}-20"}
    counts = {"rows": rows, "accepted": rows, "quarantined": 0, "notice_zh": NOTICE.zh, "notice_en": NOTICE.en}
    return {"id": id, "vintage": f"{month}-20T08:00:00.000000-{id:06d}", **about, **sent, **counts}


def copy(connection: Connection, statement: str, template: str, put: dict[str, str]) -> None:
    """Send a text by COPY, its marks replaced."""
    for mark, word in put.items():
        template = template.replace(mark, word)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write(template)


def sent_rows(size: int, districts: list[str]) -> Reading:
    """Return a file of so many rows as it is read, of as many districts as it takes."""
    one = district_rows(99).drop(columns="submission").assign(vintage="")
    count = -(-size // len(one))
    parts = [one.assign(ref_area=one["ref_area"].str.replace("@A@", code)) for code in districts[:count]]
    while len(parts) < count:  # a small database: areas nobody has sent yet
        parts.append(one.assign(ref_area=one["ref_area"].str.replace("@A@", f"29{len(parts):04d}")))
    table = pd.concat(parts, ignore_index=True).head(size)
    return Reading(f"rows-{time.time()}", f"{time.time_ns():064d}", len(table), table, quarantine_table([]))


def ask(districts: list[str], question: Callable[[str], pd.DataFrame]) -> str:
    """Return the median and the 95th percentile of a question about each district, and the rows it returns."""
    seconds, rows = [], 0
    for code in districts:
        began = time.perf_counter()
        rows = len(question(code))
        seconds.append(time.perf_counter() - began)
    return f"median {np.median(seconds):.3f} s, p95 {np.quantile(seconds, 0.95):.3f} s, {rows:,} rows"


def ask_each(store: Store, districts: list[str], how: str) -> None:
    """Print how long it takes to ask what was known of a district, at each date."""
    for vintage in VINTAGES:
        found = ask(districts, lambda code, at=vintage: store.observations(code, at, latest=True))  # type: ignore[misc]
        print(f"known of a district at {vintage or 'the end'}, {how}: {found}", flush=True)


def explain(store: Store, code: str) -> None:
    """Print how the server finds what is known of a district, and the time it takes itself."""
    with store.engine.connect() as connection:
        asked = question(codes_below(connection, code), None, True)
        query = asked.compile(store.engine, compile_kwargs={"literal_binds": True})
        plan = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {query}").scalars().all()
    kept = [one.split(" (actual")[0] for one in plan if " using " in one or "Seq Scan" in one or " Time: " in one]
    print("\n".join(f"  {line[:118]}" for line in kept), flush=True)


def earlier_question(store: Store, code: str, vintage: str | None) -> pd.DataFrame:
    """Return what was known of a district as it was asked before: every vintage, the last then chosen in memory."""
    words = 'o.indicator, o.ref_area, o.time_period, o.sex, o.age, o.residence, o."group", o.source, o.vintage, '
    words += "o.obs_value, o.numerator, o.denominator, o.unit, o.obs_status, o.note"
    query = f"SELECT {words} FROM observations o JOIN submissions s ON s.id = o.submission WHERE s.state <> 'returned'"
    query += " AND o.ref_area = ANY(:codes) AND o.vintage <= :vintage"
    codes = [code, *(f"{code}S{i + 1:02d}" for i in range(STREETS))]
    with store.engine.connect() as connection:
        rows = connection.execute(text(query), {"codes": codes, "vintage": vintage or "9"}).all()
    return current(OBSERVATIONS.build(pd.DataFrame(rows, columns=OBSERVATIONS.names)))


def earlier_writing(store: Store, reading: Reading) -> None:
    """Write rows as it was done before: many values at once, 5,000 rows a statement."""
    values = _submission(10_000_000, "21", "2026-04", reading.rows)
    with store.engine.begin() as connection:
        connection.execute(insert(SUBMISSIONS), [values])
        for start in range(0, reading.rows, CHUNK):
            part = reading.accepted.iloc[start : start + CHUNK].astype(object)
            rows = part.where(part.notna(), None).to_dict("records")
            own = {"submission": values["id"], "vintage": values["vintage"]}
            connection.execute(insert(OBSERVED), [{**{str(k): v for k, v in row.items()}, **own} for row in rows])


@contextmanager
def timed(what: str, rows: int = 0) -> Iterator[None]:
    """Print how long something took, and the rows a second."""
    began = time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    print(f"{what}: {seconds:.1f} s" + (f", {rows / seconds:,.0f} rows/s" if rows else ""), flush=True)


def disk(store: Store) -> None:
    """Print the size of the tables and their indexes."""
    query = "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = "
    query += "'public'::regnamespace ORDER BY 2 DESC LIMIT 8"
    with store.engine.connect() as connection:
        for name, size in connection.execute(text(query)):
            print(f"  {name}: {size / 2**30:.2f} GB")
        whole = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    print(f"  whole database: {whole / 2**30:.2f} GB", flush=True)


def earlier(store: Store, districts: list[str], reading: Reading) -> None:
    """Measure the same rows under the earlier indexes."""
    run_alone(store, "ALTER TABLE observations DROP CONSTRAINT one_row_a_key")
    with timed("earlier indexes built"):
        run_alone(store, f"ALTER TABLE observations ADD CONSTRAINT one_row_a_key UNIQUE ({EARLIER})")
        run_alone(store, "CREATE INDEX by_area ON observations (ref_area, indicator, time_period, vintage)")
        run_alone(store, "VACUUM ANALYZE observations")
    disk(store)
    for vintage in VINTAGES:
        found = ask(districts, lambda code, at=vintage: earlier_question(store, code, at))  # type: ignore[misc]
        print(f"known of a district at {vintage or 'the end'}, earlier: {found}", flush=True)
    with timed("ingest, earlier", reading.rows):
        earlier_writing(store, reading)


def run_alone(store: Store, statement: str) -> None:
    """Run a statement outside a transaction."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def measure(server: Server, given: argparse.Namespace) -> None:
    """Fill, ask, ingest; print the figures."""
    made = Deliveries.drawn()
    count = max(1, round(given.rows / made.of_a_district))
    districts = [f"21{i + 1:04d}" for i in range(count)]
    store = open_store(server.url)
    print(f"{NOTICE.zh} / {NOTICE.en}: {count} districts, {made.of_a_district:,} rows each", flush=True)
    began = time.perf_counter()
    rows = fill(store, made, districts)
    seconds = time.perf_counter() - began
    print(f"filled by COPY: {rows:,} rows in {seconds:.0f} s, {rows / seconds:,.0f} rows/s", flush=True)
    with timed("vacuum analyze"):
        run_alone(store, "VACUUM ANALYZE")
    disk(store)
    report(server, store, districts, given)
    store.close()


def report(server: Server, store: Store, districts: list[str], given: argparse.Namespace) -> None:
    """Ask, ingest, print the figures."""
    count = len(districts)
    chosen = [districts[i] for i in np.linspace(0, count - 1, min(given.districts, count)).astype(int)]
    store.close()
    server.restart_cold()
    cold, rest = chosen[: len(chosen) // 2 or 1], chosen
    print(f"cold: {ask(cold, lambda code: store.observations(code, '2022-06', latest=True))}", flush=True)
    for i in range(3):
        ask_each(store, rest, f"warm, round {i + 1}")
    found = ask(rest, lambda code: dataset_of(server.url, None, area=code, latest=True).observations)
    print(f"what an evaluation of a district reads, the database opened for it: {found}", flush=True)
    explain(store, chosen[0])
    whole = ask(chosen[:3], lambda code: store.observations(code))
    print(f"every vintage of a district: {whole}", flush=True)
    reading = sent_rows(given.ingest, districts)
    with timed("ingest by Store.submit", reading.rows):
        store.submit(reading, Sender("province", "21", "all", 2025, "benchmark"), NOTICE)
    if given.earlier:
        earlier(store, chosen[:2], sent_rows(given.ingest, districts))


def main() -> None:
    """Read the command line, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--ingest", type=int, default=200_000)
    parser.add_argument("--districts", type=int, default=50, help="asked about")
    parser.add_argument("--earlier", action="store_true", help="also the indexes there were before")
    with pg_server(SETTINGS) as server:
        measure(server, parser.parse_args())


if __name__ == "__main__":
    main()
