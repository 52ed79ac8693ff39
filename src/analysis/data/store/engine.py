"""Opening the database: SQLite by default, PostgreSQL by URL; migrations run on open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from analysis.data.store import review_tables  # noqa: F401 - a part of the schema that nothing below imports
from analysis.data.store.store import Store
from analysis.exceptions import EnvironmentFailure, Text, UsageError, Where, machine_failed, usage
from analysis.places import ROOT, make_folder, shown

DEFAULT = ROOT / "data" / "monitoring.sqlite"
_BUSY_SECONDS = 60  # how long a second writer waits for the first


def open_store(url: str | None = None) -> Store:
    """Open the monitoring database, make or upgrade its tables, and return it.

    Parameters
    ----------
    url : str, optional
        An SQLAlchemy URL (`postgresql://user@host/name`), or the path of an SQLite file; without it
        `data/monitoring.sqlite`.

    Raises
    ------
    UsageError
        The URL cannot be read, or the database was made by a newer version.
    EnvironmentFailure
        The server cannot be reached, or the file is no database.
    """
    address = _address(url)
    try:
        engine = _engine(address)
    except (SQLAlchemyError, ImportError) as error:  # no such driver, or not installed
        raise _unreachable(address, error) from error
    try:
        _migrate(engine, address)
    except SQLAlchemyError as error:
        engine.dispose()
        raise _unreachable(address, error) from error
    except UsageError:
        engine.dispose()
        raise
    return Store(engine)


def _address(url: str | None) -> URL:
    text = url or str(DEFAULT)
    if "://" not in text:
        path = Path(text)
        make_folder(path.parent)
        return URL.create("sqlite", database=str(path))
    try:
        address = make_url(text)
    except (ArgumentError, ValueError):  # a port that is no number, a bracket left open
        address = None
    if address is not None and any(sign in (address.host or "") for sign in "[]"):
        address = None  # a bracket left open: SQLAlchemy takes it for a part of the host's name
    if address is None or not address.drivername.startswith(("sqlite", "postgresql")):
        raise usage(
            Text("无法识别的数据库地址", "the address of the database cannot be read"),
            Where(item="--db"),
            Text("SQLite 文件路径，或 postgresql://用户@主机/库名", "a path, or postgresql://user@host/name"),
            Text("请更正 --db。", "Correct --db."),
        )
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _engine(address: URL) -> Engine:
    if not address.drivername.startswith("sqlite"):
        return create_engine(address, pool_pre_ping=True)
    engine = create_engine(address, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: `BEGIN IMMEDIATE` below does
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # a transaction that reads first and writes later would fail where another wrote in between
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _migrate(engine: Engine, address: URL) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "analysis:data/store/migrations")
    scripts = ScriptDirectory.from_config(config)
    with engine.begin() as connection:
        if address.drivername.startswith("postgresql"):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(20212030)")  # two first openers at once
        here = MigrationContext.configure(connection).get_current_revision()
        if here is not None and here not in {one.revision for one in scripts.walk_revisions()}:
            raise usage(
                Text(f"数据库版本 {here} 比本程序新", f"the database has version {here}, newer than this program"),
                Where(item=name_of(address)),
                Text(f"版本不高于 {scripts.get_current_head()}", f"a version up to {scripts.get_current_head()}"),
                Text("请升级本程序后再打开。", "Upgrade the program, then open it again."),
            )
        if here != scripts.get_current_head():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def name_of(address: URL) -> str:
    """Return the database's name as it may be printed: no password, no absolute path."""
    if address.drivername.startswith("sqlite"):
        return shown(address.database or "")
    return address.render_as_string(hide_password=True)


def _unreachable(address: URL, error: Exception) -> EnvironmentFailure:
    return machine_failed(
        Text("无法打开数据库", f"the database cannot be opened ({type(error).__name__})"),
        Where(item=name_of(address)),
        Text("可连接的 PostgreSQL，或可写的 SQLite 文件", "a PostgreSQL server, or an SQLite file"),
        Text("请核对 --db、服务是否启动、账号权限。", "Check --db, that the server runs, and the rights."),
    )
