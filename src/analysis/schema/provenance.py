"""Where the observations of a run made from a database come from: form and cell, submission, and who reviewed it."""

from __future__ import annotations

from analysis.schema.tables import OBSERVATIONS, Column, Table

CELLS = Table(
    "provenance",
    (
        *(Column(name, "integer" if name == "time_period" else "text") for name in OBSERVATIONS.key),
        Column("submission", "integer"),
        Column("sheet", required=False),
        Column("row", "integer", required=False),
        Column("cell", required=False),  # of the value, or of the counts it is made from: E5、F5
    ),
    OBSERVATIONS.key,
)

SUBMITTED = Table(
    "submissions",
    (
        Column("submission", "integer"),
        Column("file", required=False),  # its name may be a person's: left out for the public
        Column("sha256", required=False),
        Column("department"),
        Column("year", "integer"),
        Column("state"),
    ),
    ("submission",),
)

STEPS = Table(
    "steps",
    (
        Column("submission", "integer"),
        Column("step", "integer", minimum=1),
        Column("state"),
        Column("role"),
        Column("who", required=False),  # left out for the public
        Column("at"),
    ),
    ("submission", "step"),
)

PROVENANCE_TABLES = {"cells": CELLS, "submissions": SUBMITTED, "steps": STEPS}
