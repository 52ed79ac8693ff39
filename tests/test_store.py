"""The monitoring database, on SQLite and on a real PostgreSQL server: the same tests."""

import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from conftest import need
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from analysis.data import store as stores
from analysis.data.reading import LeftOut, Reading, accepted_table, quarantine_table
from analysis.data.store.known import codes_below
from analysis.data.store.states import _MOVES, ROLES, STATE_NAMES, Move, Sender, check_move
from analysis.data.store.tables import METADATA, STATES
from analysis.exceptions import EnvironmentFailure, Text, UsageError
from analysis.schema import OBSERVATIONS

OPENED = []


def open_store(url):
    """Open a store that is closed when its test ends."""
    OPENED.append(stores.open_store(url))
    return OPENED[-1]


@pytest.fixture(autouse=True)
def _closed():
    yield
    while OPENED:
        OPENED.pop().close()


SENDER = Sender("plan", "210303", "health", 2025, "张三")
SIMULATED = Text("模拟数据", "simulated")


@pytest.fixture(scope="session")
def postgres():
    """Start a PostgreSQL server of the system's packages on a socket in a folder of its own.

    Not in pytest's folder: another pytest that starts meanwhile closes that to other users.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    found = shutil.which("initdb")
    home = programs[-1] if programs else Path(found).parent if found else None
    need(home is not None, "PostgreSQL")
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        shutil.chown(folder, user)

    def run(*command):
        return subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, check=True, timeout=120)

    data = folder / "data"
    run(str(home / "initdb"), "-D", str(data), "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run(str(home / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield folder
    run(str(home / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return str(tmp_path / "monitoring.sqlite")
    socket = request.getfixturevalue("postgres")
    name = f"t{abs(hash(str(tmp_path)))}"
    admin = open_store(f"postgresql://tester@/postgres?host={socket}")
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.engine.dispose()
    return f"postgresql://tester@/{name}?host={socket}"


def row(year, value, indicator="health.imr", **options):
    key = {"indicator": indicator, "ref_area": "210303", "time_period": year, "source": "form", "vintage": ""}
    key |= dict.fromkeys(("sex", "age", "residence", "group"), "_T")
    rest = {
        "obs_value": value,
        "unit": "per_1000",
        "obs_status": "A",
        "note": "",
        "sheet": "填报表",
        "row": year - 2000,
    }
    return {**key, **rest, "numerator": None, "denominator": None, **options}


def aside(year, indicator="health.nmr"):
    why = {"reason_zh": "不是数字", "reason_en": "no number", "raw": "[]"}
    return {"sheet": "填报表", "row": 9, "cell": "L9", "indicator": indicator, "time_period": str(year), **why}


def reading(name, rows, quarantined=()):
    accepted, set_aside = accepted_table(rows), quarantine_table(quarantined)
    return Reading(name, name.ljust(64, "0"), len(accepted) + len(set_aside), accepted, set_aside)


def test_what_goes_in_comes_out_with_where_it_came_from(url):
    store = open_store(url)
    id, vintage = store.submit(reading("a", [row(2024, 4.5), row(2025, None, obs_status="M")], [aside(2025)]), SENDER)
    table = store.observations()
    assert table["obs_value"].tolist()[0] == 4.5 and pd.isna(table["obs_value"].tolist()[1])
    assert set(table["vintage"]) == {vintage}
    listed = store.submissions().iloc[0]
    assert (listed["rows"], listed["accepted"], listed["quarantined"]) == (3, 2, 1)
    assert (listed["reporter"], listed["file"], listed["state"]) == ("张三", "a", "reported")
    with store.engine.connect() as connection:
        places = connection.execute(text("SELECT sheet, row FROM observations ORDER BY row")).all()
    assert [tuple(place) for place in places] == [("填报表", 24), ("填报表", 25)]
    assert store.history(id)["who"].tolist() == ["张三"]


def test_nothing_is_overwritten_and_any_vintage_can_be_replayed(url):
    store = open_store(url)
    _, first = store.submit(reading("a", [row(2025, 4.5)]), SENDER)
    _, second = store.submit(reading("b", [row(2025, 4.1)]), SENDER)
    assert first < second
    assert sorted(store.observations()["obs_value"]) == [4.1, 4.5]
    assert store.observations(as_of_vintage=first)["obs_value"].tolist() == [4.5]
    assert len(store.observations(as_of_vintage="2000-01")) == 0


def test_opening_again_changes_nothing_and_the_migrations_make_the_declared_tables(url):
    open_store(url).submit(reading("a", [row(2025, 4.5)]), SENDER)
    store = open_store(url)
    assert len(store.observations()) == 1
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_filled_database_of_the_version_before_is_taken_along(url):
    store = open_store(url)
    store.submit(reading("a", [row(2024, 4.5), row(2025, 4.1)]), SENDER)
    before = store.observations()
    config = Config()
    config.set_main_option("script_location", "analysis:data/store/migrations")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    store = open_store(url)
    pd.testing.assert_frame_equal(store.observations(), before)
    long = "a" * 64
    _, vintage = store.submit(reading("b", [{**row(2025, 3.9), "ref_area": long}]), replace(SENDER, area=long))
    assert long in set(store.observations()["ref_area"]), vintage


def test_a_newer_database_is_refused(url):
    store = open_store(url)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UsageError) as refused:
        open_store(url)
    assert "9999" in refused.value.message("zh")


def test_a_file_is_stored_whole_or_not_at_all(url):
    store = open_store(url)
    broken = reading("a", [row(2024, 4.5), row(2024, 4.5)])  # the same key twice breaks the constraint
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.submit(broken, SENDER)
    assert len(store.submissions()) == 0 and len(store.observations()) == 0


def test_the_same_file_is_refused_unless_it_was_returned(url):
    store = open_store(url)
    id, _ = store.submit(reading("a", [row(2025, 4.5)]), SENDER)
    with pytest.raises(UsageError):
        store.submit(reading("a", [row(2025, 4.5)]), SENDER)
    store.advance(id, Move("returned", "李四", "reviewer", "口径不符"))
    assert len(store.observations()) == 0  # what was returned is not used
    store.submit(reading("a", [row(2025, 4.5)]), SENDER)
    assert len(store.observations()) == 1


def test_quarantine_is_closed_by_what_corrects_it(url):
    store = open_store(url)
    store.submit(reading("a", [row(2025, 4.5)], [aside(2025), aside(2024)]), SENDER)
    assert len(store.quarantine()) == 2
    store.submit(reading("b", [row(2025, 2.1, "health.nmr")]), SENDER)
    assert store.quarantine()["time_period"].tolist() == ["2024"]
    assert len(store.quarantine(open_only=False)) == 2


def test_what_is_expected_is_filled_when_it_comes(url):
    store = open_store(url)
    due = store.expect("plan", "210303", "health", 2025, "2026-03-31")
    assert store.expect("plan", "210303", "health", 2025, "2026-03-31") == due
    assert store.submissions()["state"].tolist() == ["expected"]
    id, _ = store.submit(reading("a", [row(2025, 4.5)]), SENDER)
    assert id == due and store.submissions()["state"].tolist() == ["reported"]


def test_nobody_approves_their_own_data(url):
    store = open_store(url)
    id, _ = store.submit(reading("a", [row(2025, 4.5)]), SENDER, SIMULATED)
    with pytest.raises(UsageError):
        store.advance(id, Move("verified", "张三", "reviewer"))
    store.advance(id, Move("verified", "李四", "reviewer"))
    for who in ("张三", "李四"):
        with pytest.raises(UsageError):
            store.advance(id, Move("approved", who, "approver"))
    store.advance(id, Move("approved", "王五", "approver"))
    store.advance(id, Move("archived", "赵六", "archivist"))
    assert store.history(id)["state"].tolist() == ["reported", "verified", "approved", "archived"]
    assert store.notice() == SIMULATED
    with pytest.raises(UsageError):
        store.advance(99, Move("verified", "李四", "reviewer"))


def test_two_writers_at_once_lose_no_row(url):
    open_store(url)

    def write(i):
        store = open_store(url)
        for j in range(5):
            sender = Sender("plan", "210303", f"d{i}", 2025, "张三")
            store.submit(reading(f"{i}-{j}", [row(y, i + j) for y in range(2015, 2025)]), sender)
        store.engine.dispose()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    store = open_store(url)
    assert len(store.observations()) == 4 * 5 * 10
    assert store.submissions()["vintage"].nunique() == 20


def test_areas_below_come_with_their_parent(url):
    store = open_store(url)
    areas = pd.DataFrame(
        [
            ("1", "市", "City", "", "city"),
            ("210303", "区", "District", "1", "district"),
            ("9", "另", "Other", "", "city"),
        ],
        columns=["code", "name_zh", "name_en", "parent", "level"],
    )
    store.set_areas(areas)
    store.set_areas(areas)
    store.submit(reading("a", [row(2025, 4.5), row(2025, 1.0, ref_area="9")]), SENDER)
    assert store.observations(area="1")["ref_area"].tolist() == ["210303"]
    assert OBSERVATIONS.build(store.observations()).equals(store.observations())


@given(st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(["a", "b", "c"]), st.sampled_from(list(ROLES)))))
def test_no_path_of_steps_breaks_the_rules(steps):
    state, done = "expected", []
    reporter = ""
    for to, who, role in steps:
        move = Move(to, who, role, "原因")
        try:
            check_move(state, reporter, done, move)
        except UsageError:
            continue
        assert _MOVES[state][to] == role
        if role in ("reviewer", "approver"):
            assert who != reporter
        reporter = who if to == "reported" else reporter
        state, done = to, [*done, move]
    assert state in STATE_NAMES


def test_a_return_needs_a_reason_and_a_step_a_name():
    for move in (Move("returned", "b", "reviewer"), Move("verified", " ", "reviewer")):
        with pytest.raises(UsageError):
            check_move("reported", "a", [], move)


def test_an_address_that_cannot_be_opened_is_said_without_its_password(tmp_path):
    with pytest.raises(UsageError):
        open_store("mysql://x@y/z")
    with pytest.raises(EnvironmentFailure) as refused:
        open_store(f"postgresql://someone:secret@/db?host={tmp_path}")
    assert "secret" not in refused.value.message("zh") + refused.value.message("en")
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"no database" * 100)
    with pytest.raises(EnvironmentFailure):
        open_store(str(bad))


def test_a_mapping_is_kept_by_plan_and_shape_and_a_new_one_replaces_it(url):
    store = open_store(url)
    shape = "ab" * 32
    assert store.mapping("plan", shape) is None
    store.keep_mapping("plan", shape, '{"年份": 2}', "一季度.xlsx", "张三")
    store.keep_mapping("plan", shape, '{"年份": 3}', "二季度.xlsx", "李四")
    store.keep_mapping("another", shape, "{}", "三.xlsx", "李四")
    content, file, at = store.mapping("plan", shape)
    assert (content, file) == ('{"年份": 3}', "二季度.xlsx") and at.startswith("20")
    assert store.mapping("plan", "cd" * 32) is None and store.mapping("another", shape)[0] == "{}"


def test_what_was_left_out_is_no_row_and_a_long_cell_is_kept_whole_in_raw(url):
    long = "很长的指标名称" * 40
    set_aside = quarantine_table([{**aside(2025, long), "ref_area": long, "raw": long}])
    seen = (LeftOut(Text("隐藏的行", "hidden rows"), "Sheet1", 3),)
    one = Reading("a", "a" * 64, 1, accepted_table([]), set_aside, seen)
    assert (one.quarantined.loc[0, "state"], one.quarantined.loc[0, "proposal"]) == ("aside", "")
    store = open_store(url)
    store.submit(one, SENDER)
    kept = store.quarantine().iloc[0]
    assert kept["raw"] == long and long.startswith(kept["indicator"]) and len(kept["ref_area"]) == 120
    with pytest.raises(AssertionError):
        Reading("a", "a" * 64, 2, accepted_table([]), set_aside, seen)


def test_ids_as_long_as_they_may_be_are_kept(url):
    store = open_store(url)
    code, below = "区" * 64, "b" * 64
    with store.engine.begin() as connection:
        for one, parent in ((code, ""), (below, code)):
            said = {"code": one, "name_zh": "甲", "name_en": "A", "parent": parent, "level": "city"}
            connection.execute(METADATA.tables["areas"].insert(), said)
        assert set(codes_below(connection, code)) == {code, below}
    store.close()
