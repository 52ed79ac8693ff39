"""Further tables of a run: what stands beside forecasts and verdicts, and the tables by name."""

from __future__ import annotations

from dataclasses import replace

from analysis.schema.regions import LEAGUE, ROLLUP, SUMMARY, SUPPORT
from analysis.schema.reported import REPORT_TABLES, REPORTED_TABLES
from analysis.schema.tables import (
    ALERTS,
    ASSESSMENTS,
    FORECASTS,
    NO_DATA,
    OBSERVATIONS,
    SERIES_INPUT,
    STATUSES,
    Column,
    Table,
)

BORROWING = Table(
    "borrowing",
    (
        Column("series_id"),
        Column("parent"),
        Column("weight", "number", minimum=0),
        Column("level", "number"),
        Column("spread", "number"),
        Column("slope", "number", required=False),
    ),
    ("series_id",),
)

FORECAST_SCORES = Table(
    "forecast_scores",
    (
        Column("model"),
        Column("indicator"),
        Column("horizon", "integer", minimum=0),
        Column("n", "integer"),
        *(Column(name, "number") for name in ("mase", "crps", "cover_50", "cover_80", "cover_95")),
        Column("brier", "number", required=False),
        Column("ece", "number", required=False),
        Column("left_out", "integer", required=False),
    ),
    ("model", "indicator", "horizon"),
)

VERDICT_SCORES = Table(
    "verdict_scores",
    (
        Column("method"),
        Column("n", "integer"),
        *(Column(name, "number", required=False) for name in ("right", "brier", "hits", "false_alarms")),
    ),
    ("method",),
)

METHOD_CHOICE = Table(
    "method_choice",
    (
        Column("method"),
        Column("crps", "number"),
        Column("against_default", "number"),
        Column("standard_error", "number", required=False),
        Column("indicators", "integer"),
        Column("series", "integer"),
        Column("weights"),
        Column("chosen", choices=("yes", "no")),
        Column("reason"),
        Column("reason_en"),
    ),
    ("method",),
)

LEVEL_RATES = Table(
    "level_rates",
    (
        Column("level", choices=("none", "blue", "orange", "red")),
        Column("n", "integer"),
        *(Column(name, "number", required=False) for name in ("said", "missed", "hits", "false_alarms")),
    ),
    ("level",),
)

BENCHMARK_CODES = Table("benchmark", (Column("indicator", id="name"), Column("elsewhere", id="name")), ("indicator",))

DETAILS = Table(
    "details",
    (
        Column("target"),
        Column("status", choices=STATUSES),
        *(Column(name, "number", required=False) for name in ("numerator", "denominator", "people", "allowed_events")),
        *(Column(name, "number", required=False) for name in ("numerator_effect", "denominator_effect")),
        Column("flips", required=False),
        Column("achievement", "number", required=False),
        Column("time_elapsed", "number", required=False),
        Column("benchmark", "number", required=False),
        Column("benchmark_year", "integer", required=False),
        Column("quality", required=False),
        *(Column(name, "number", required=False) for name in ("pooled_value", "pooled_events")),
        Column("proposal", required=False, choices=("easier", "stricter")),
        Column("proposed_value", "number", required=False),
    ),
    ("target",),
)

OPINIONS = Table(
    "opinions",
    (
        Column("target"),
        Column("rule"),
        Column("label_zh", required=False),
        Column("label_en", required=False),
        Column("number", "number", required=False),
        Column("met", required=False, choices=("yes", "no")),
    ),
    ("target", "rule"),
)

VOLATILITY = Table(
    "volatility",
    (
        Column("series_id"),
        Column("test", choices=("poisson", "binomial", "robust")),
        Column("points", "integer"),
        Column("statistic", "number"),
        Column("p_value", "number"),
        Column("p_adjusted", "number"),
        Column("year", "integer", required=False),
        Column("residual", "number", required=False),
        Column("label", choices=("noise", "suspect", "data")),
    ),
    ("series_id",),
)

EQUITY = Table(
    "equity",
    (
        Column("indicator"),
        Column("dimension", choices=("sex", "age", "residence", "group", "area")),
        Column("first"),
        Column("second"),
        Column("time_period", "integer"),
        *(Column(name, "number", required=False) for name in ("first_value", "second_value")),
        *(Column(name, "number", required=False) for name in ("difference", "difference_low", "difference_high")),
        *(Column(name, "number", required=False) for name in ("ratio", "ratio_low", "ratio_high")),
        *(Column(name, "number", required=False) for name in ("mean_difference", "attributable")),
        *(Column(name, "number", required=False) for name in ("p_value", "p_adjusted")),
    ),
    ("indicator", "dimension", "first", "second"),
)

FUNNEL = Table(
    "funnel",
    (
        Column("indicator"),
        Column("ref_area"),
        Column("time_period", "integer"),
        *(Column(name, "number") for name in ("obs_value", "denominator", "centre")),
        *(Column(name, "number", required=False) for name in ("phi", "tau")),  # none in runs made before
        *(Column(name, "number") for name in ("low_95", "high_95", "low_998", "high_998")),
        Column("label", choices=("better", "within", "worse")),
    ),
    ("indicator", "ref_area"),
)

COMPOSITE = Table(
    "composite",
    (
        Column("domain"),
        Column("targets", "integer"),
        Column("achievement", "number"),
        Column("rank", "integer"),
        Column("rank_low", "integer"),
        Column("rank_high", "integer"),
        Column("same_rank", "number"),
    ),
    ("domain",),
)

EFFECTS = Table(
    "effects",
    (
        Column("measure"),
        Column("indicator"),
        Column(
            "design",
            choices=("synthetic_control", "difference_in_differences", "interrupted_series", "rate_ratio"),
        ),
        Column("ref_area"),
        Column("start_year", "integer"),
        Column("before", "integer", minimum=0),
        Column("after", "integer", minimum=0),
        Column("scale", choices=("difference", "ratio")),
        *(Column(name, "number", required=False) for name in ("estimate", "lower_95", "upper_95")),
        *(Column(name, "number", required=False) for name in ("p_value", "p_adjusted")),
        Column("grade", choices=("strong", "moderate", "weak", "none")),
        Column("reason"),
        Column("reason_en"),
    ),
    ("measure", "indicator", "design"),
)

MONTHLY = Table(
    "monthly",
    (
        Column("indicator", id="name"),
        Column("ref_area", id="name"),
        Column("time_period"),  # SDMX: 2025-03, 2025-M03 or 2025-Q1
        Column("numerator", "number", required=False, minimum=0),
        Column("denominator", "number", required=False, minimum=0),
        Column("obs_value", "number", required=False),
        Column("note", required=False),
    ),
    ("indicator", "ref_area", "time_period"),
)

EARLY = Table(
    "early",
    (
        Column("indicator"),
        Column("year", "integer"),
        Column("parts", "integer"),
        Column("done", "integer"),
        Column("target", required=False),
        *(Column(name, "number", required=False) for name in ("so_far", "before", "elapsed")),
        *(Column(name, "number", required=False) for name in ("median", "lower_80", "upper_80", "bound", "p_right")),
        Column("reason", required=False),
        Column("reason_en", required=False),
    ),
    ("indicator", "year"),
)

FORECAST_REVIEW = Table(
    "forecast_review",
    (
        Column("origin", "integer"),
        Column("n", "integer", minimum=1),
        Column("inside_80", "number", minimum=0),
        Column("above_median", "number", minimum=0),
    ),
    ("origin",),
)

SCENARIO_NAMES = ("continue", "required", "best_street", "national", "shock", "needed")

SCENARIOS = Table(
    "scenarios",
    (
        Column("target"),
        Column("scenario", choices=SCENARIO_NAMES),
        Column("target_year", "integer"),
        *(Column(name, "number", required=False) for name in ("start", "pace")),
        Column("pace_unit", required=False, choices=("percent_per_year", "percentage_points", "plain")),
        *(Column(name, "number", required=False) for name in ("median", "lower_80", "upper_80", "p_met")),
        *(Column(name, "number", required=False) for name in ("people", "people_per_year")),
        Column("note", required=False),
        Column("note_en", required=False),
    ),
    ("target", "scenario"),
)

DISTRICT_FUNNEL = replace(FUNNEL, name="district_funnel")  # of a region's districts, beside that of its own parts

TABLES = {
    table.name: table
    for table in (
        OBSERVATIONS,
        SERIES_INPUT,
        FORECASTS,
        NO_DATA,
        BORROWING,
        ASSESSMENTS,
        ALERTS,
        DETAILS,
        OPINIONS,
        VOLATILITY,
        EQUITY,
        FUNNEL,
        DISTRICT_FUNNEL,
        COMPOSITE,
        LEVEL_RATES,
        EFFECTS,
        SCENARIOS,
        FORECAST_REVIEW,
        LEAGUE,
        ROLLUP,
        SUMMARY,
        SUPPORT,
        *REPORT_TABLES.values(),
        *REPORTED_TABLES,
    )
}
