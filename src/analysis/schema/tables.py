"""The tables that travel: fixed columns and key, built only by a constructor that checks them."""

from __future__ import annotations

from analysis.gate.breakdowns import TOTAL as TOTAL
from analysis.schema.table import Column, Table, ids

BREAKDOWNS = ("sex", "age", "residence", "group")
QUANTILES = (0.01, 0.025, *(round(0.05 * k, 2) for k in range(1, 20)), 0.975, 0.99)
STATUSES = ("met", "on_track", "at_risk", "off_track", "no_data", "qualitative")
LEVELS = ("blue", "yellow", "orange", "red")
UNITS = ("percent", "per_1000", "per_10000", "per_100000", "ratio", "other")
DIRECTIONS = ("lower_is_better", "higher_is_better")
OBS_STATUSES = ("A", "P", "B", "E", "M", "C", "S")
EVENTS = ("shock", "break")
TIMINGS = ("due", "awaiting", "ahead")  # of a target: its year was observed, has passed unobserved, is still to come
BORDERLINES = ("probability", "one_event", "pooled")  # what would turn a verdict
SECOND_BASES = ("baseline_year", "mean")  # of a second verdict, where it differs

_BREAKDOWN_COLUMNS = tuple(Column(name, id="code") for name in BREAKDOWNS)

OBSERVATIONS = Table(
    "observations",
    (
        *ids("indicator ref_area"),
        Column("time_period", "integer", minimum=1900),
        *_BREAKDOWN_COLUMNS,
        Column("source"),
        Column("vintage"),
        Column("obs_value", "number", required=False),
        Column("numerator", "number", required=False, minimum=0),
        Column("denominator", "number", required=False, minimum=0),
        Column("unit"),
        Column("obs_status", choices=OBS_STATUSES),
        Column("note", required=False),
    ),
    ("indicator", "ref_area", "time_period", *BREAKDOWNS, "source", "vintage"),
)

SERIES_INPUT = Table(
    "series",
    (
        Column("series_id"),
        Column("time_period", "integer", minimum=1900),
        Column("obs_value", "number", required=False),
        Column("numerator", "number", required=False, minimum=0),
        Column("denominator", "number", required=False, minimum=0),
        Column("unit", required=False, choices=UNITS),
        Column("direction", required=False, choices=DIRECTIONS),
        Column("event", required=False, choices=EVENTS),
        Column("parent", required=False),
        Column("indicator", required=False),
    ),
    ("series_id", "time_period"),
)

FORECASTS = Table(
    "forecasts",
    (
        Column("series_id"),
        Column("model"),
        Column("origin", "integer"),
        Column("time_period", "integer"),
        Column("output_type", choices=("quantile", "mean")),
        Column("output_type_id", required=False),
        Column("value", "number"),
    ),
    ("series_id", "model", "origin", "time_period", "output_type", "output_type_id"),
)

NO_DATA = Table(
    "no_data",
    (
        Column("series_id"),
        Column("points", "integer"),
        Column("reason", choices=("empty", "one_point", "not_fitted", "suppressed")),
        Column("reason_zh"),
        Column("reason_en"),
    ),
    ("series_id",),
)

ASSESSMENTS = Table(
    "assessments",
    (
        *ids("plan"),
        Column("indicator", id="code"),  # _Z: a target without one
        *ids("ref_area"),
        Column("target_year", "integer"),
        *_BREAKDOWN_COLUMNS,
        *ids("target"),
        Column("comparison", required=False),
        Column("target_value", "number", required=False),
        Column("baseline_year", "integer", required=False),
        Column("baseline_value", "number", required=False),
        Column("latest_year", "integer", required=False),
        Column("latest_value", "number", required=False),
        Column("forecast", "number", required=False),
        Column("lower_80", "number", required=False),
        Column("upper_80", "number", required=False),
        Column("p_miss", "number", required=False),
        Column("observed_aarc", "number", required=False),
        Column("required_aarc", "number", required=False),
        Column("status", choices=STATUSES),
        Column("timing", required=False, choices=TIMINGS),
        Column("at_target", required=False, choices=("yes", "no")),
        Column("borderline", required=False, choices=BORDERLINES),
        Column("reference_value", "number", required=False),
        Column("second_basis", required=False, choices=SECOND_BASES),
        Column("second_p_miss", "number", required=False),
        Column("second_status", required=False, choices=STATUSES),
        Column("window", "integer", required=False),
        Column("units", "integer", required=False),
        Column("units_met", "integer", required=False),
        Column("weakest", required=False),
        Column("reason"),
        Column("reason_en"),
    ),
    ("plan", "indicator", "ref_area", "target_year", *BREAKDOWNS, "target"),
)

ALERTS = Table(
    "alerts",
    (
        *ids("plan"),
        Column("indicator", id="code"),
        *ids("ref_area"),
        Column("year", "integer"),
        Column("rule"),
        *ids("target"),
        Column("target_year", "integer"),
        Column("level", choices=LEVELS),
        Column("p_miss", "number", required=False),
        Column("evidence"),
        Column("evidence_en"),
        Column("clause"),
        Column("department"),
        Column("measures", required=False),
        Column("years_in_row", "integer", required=False),
        Column("years_on_record", "integer", required=False),
    ),
    ("plan", "indicator", "ref_area", "year", "rule", "target"),
)


ISSUED = Table(
    "issued_alerts",
    (
        *ids("plan target"),
        Column("year", "integer"),
        Column("level", choices=LEVELS),
        Column("number", required=False),
    ),
    ("plan", "target", "year"),
)
