"""The database schema, the same on SQLite and PostgreSQL. Migrations make it; a test holds the two together."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from analysis.gate.ids import LONGEST
from analysis.schema import BREAKDOWNS, OBSERVATIONS

METADATA = MetaData()
STATES = ("expected", "reported", "returned", "verified", "approved", "archived")
REVIEWED = ("verified", "approved", "archived")  # what counts in an official evaluation
KEY = tuple(name for name in OBSERVATIONS.key if name != "vintage")
# of the rows of a submission: an area's year lies together, and the unique index grows at its end alone
ORDER = ("ref_area", "time_period", "indicator", *BREAKDOWNS, "source", "vintage")

# SQLite keeps no length: there the columns stay as they were made, PostgreSQL cuts nothing and refuses what is longer
_ID = String(LONGEST).with_variant(String(20), "sqlite")
_CODE = String(LONGEST + 1).with_variant(String(20), "sqlite")  # a code of a breakdown may begin with `_`
_DEPARTMENT = String(LONGEST).with_variant(String(60), "sqlite")

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("vintage", String(40), unique=True),
    Column("plan", String(80), nullable=False),
    Column("area", _ID, nullable=False),
    Column("department", _DEPARTMENT, nullable=False),
    Column("year", Integer, nullable=False),
    Column("due", String(10)),
    Column("state", String(10), nullable=False),
    Column("file", String(255)),
    Column("sha256", String(64)),
    Column("reporter", String(80)),
    Column("at", String(32)),
    Column("rows", Integer),
    Column("accepted", Integer),
    Column("quarantined", Integer),
    Column("notice_zh", String(200), nullable=False, server_default=""),
    Column("notice_en", String(200), nullable=False, server_default=""),
    CheckConstraint("rows IS NULL OR rows = accepted + quarantined", name="rows_add_up"),
    CheckConstraint("state IN ('expected','reported','returned','verified','approved','archived')", name="known_state"),
)

HISTORY = Table(
    "history",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("submission", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("who", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", String(32), nullable=False),
)

OBSERVED = Table(
    "observations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("submission", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("vintage", String(40), nullable=False),
    Column("indicator", String(80), nullable=False),
    Column("ref_area", _ID, nullable=False),
    Column("time_period", Integer, nullable=False),
    *(Column(name, _CODE, nullable=False) for name in BREAKDOWNS),
    Column("source", String(120), nullable=False),
    Column("obs_value", Float),
    Column("numerator", Float),
    Column("denominator", Float),
    Column("unit", String(40), nullable=False),
    Column("obs_status", String(2), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("sheet", String(80), nullable=False, server_default=""),
    Column("row", Integer),
    Column("cell", String(40), nullable=False, server_default=""),  # of the value, or of the counts it is made from
    UniqueConstraint("submission", *ORDER, name="one_row_a_key"),  # and the way from a block to its rows
)

# A block is what one submission says of one area and year; `digest` is one of the keys of its rows. Of blocks with the
# same digest the last says all that the earlier ones said: what is known of an area is found without reading those.
BLOCKS = Table(
    "blocks",
    METADATA,
    Column("ref_area", _ID, primary_key=True),
    Column("digest", String(32), primary_key=True),
    Column("vintage", String(40), primary_key=True),
    Column("submission", Integer, ForeignKey("submissions.id"), primary_key=True, autoincrement=False),
    Column("time_period", Integer, nullable=False),
)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("submission", Integer, ForeignKey("submissions.id"), nullable=False),
    Column("sheet", String(80), nullable=False, server_default=""),
    Column("row", Integer),
    Column("cell", String(20), nullable=False, server_default=""),
    Column("indicator", String(80), nullable=False, server_default=""),
    Column("time_period", String(20), nullable=False, server_default=""),
    Column("reason_zh", Text, nullable=False),
    Column("reason_en", Text, nullable=False),
    Column("raw", Text, nullable=False, server_default=""),
    Column("closed_by", Integer, ForeignKey("submissions.id")),  # by a submission, else by a person alone
    Column("state", String(10), nullable=False, server_default="aside"),
    Column("ref_area", String(120), nullable=False, server_default=""),
    *(Column(name, String(60), nullable=False, server_default="") for name in BREAKDOWNS),
    Column("proposal", Text, nullable=False, server_default=""),
    # corrected, returned, confirmed, declined, repeated; empty while open
    Column("closed_how", String(10), nullable=False, server_default=""),
    Column("closed_who", String(80), nullable=False, server_default=""),
    Column("closed_at", String(32), nullable=False, server_default=""),
    Column("closed_why", Text, nullable=False, server_default=""),
)

# How the columns of a table of some shape were understood, as a person confirmed it; `content` is JSON.
MAPPINGS = Table(
    "mappings",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("plan", String(80), nullable=False),
    Column("shape", String(64), nullable=False),
    Column("file", String(255), nullable=False, server_default=""),
    Column("content", Text, nullable=False),
    Column("who", String(80), nullable=False),
    Column("at", String(32), nullable=False),
    UniqueConstraint("plan", "shape", name="one_mapping_a_shape"),
)

AREA_NAMES = Table(
    "areas",
    METADATA,
    Column("code", _ID, primary_key=True),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(120), nullable=False),
    Column("parent", _ID, nullable=False, server_default=""),
    Column("level", String(20), nullable=False),
)

_GIVEN = ("clause", "department", "measures", "notice")
_REVIEWED = ("evidence", "evidence_sha256", "reviewer")
FILLED_IN = ("cause", "measure", "support", "person", "deadline", "progress")
LEDGER = Table(
    "ledger",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("plan", String(80), nullable=False),
    Column("area", _ID, nullable=False),
    Column("target", String(120), nullable=False),
    Column("indicator", String(80), nullable=False),
    Column("year", Integer, nullable=False),
    Column("level", String(10), nullable=False),
    Column("state", String(12), nullable=False),
    *(Column(name, Text, nullable=False, server_default="") for name in (*_GIVEN, *FILLED_IN, *_REVIEWED)),
    UniqueConstraint("plan", "area", "target", name="one_entry_a_target"),
)

LEDGER_STEPS = Table(
    "ledger_steps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("entry", Integer, ForeignKey("ledger.id"), nullable=False),
    Column("state", String(12), nullable=False),
    Column("who", String(80), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("at", String(32), nullable=False),
)
