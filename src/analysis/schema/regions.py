"""The tables of an evaluation of many areas: what became of each, how counts added up, who stands where."""

from __future__ import annotations

from analysis.schema.tables import BREAKDOWNS, LEVELS, STATUSES, Column, Table

AREA_STATES = ("done", "failed", "left_out")
COVERS = ("complete", "partial", "too_few", "no_counts")

SUMMARY = Table(
    "summary",
    (
        Column("ref_area", id="name"),
        Column("name_zh"),
        Column("name_en"),
        Column("level"),
        Column("parent", required=False, id="name"),
        Column("state", choices=AREA_STATES),
        Column("reason", required=False),
        Column("reason_en", required=False),
        *(Column(name, "integer", required=False) for name in (*STATUSES, *LEVELS)),
    ),
    ("ref_area",),
)

ROLLUP = Table(
    "rollup",
    (
        Column("indicator", id="name"),
        Column("time_period", "integer"),
        *(Column(name, id="code") for name in BREAKDOWNS),
        Column("areas", "integer", minimum=0),
        Column("of", "integer", minimum=1),
        Column("coverage", "number", required=False, minimum=0),
        Column("cover", choices=COVERS),
        *(Column(name, "number", required=False) for name in ("obs_value", "reported")),
    ),
    ("indicator", "time_period", *BREAKDOWNS),
)

LEAGUE = Table(
    "league",
    (
        Column("ref_area", id="name"),
        Column("targets", "integer", minimum=1),
        *(Column(name, "number") for name in ("expected_met", "share_met")),
        *(Column(name, "integer") for name in ("rank", "rank_low", "rank_high")),
    ),
    ("ref_area",),
)

SUPPORT = Table(
    "support",
    (
        Column("ref_area", id="name"),
        Column("target", id="name"),
        Column("numerator", "number", required=False),  # the count behind the last value
        Column("flips", required=False),
    ),
    ("ref_area", "target"),
)
