"""The gate: declared tables, built and read only through constructors that check them."""

from analysis.schema.files import read_table
from analysis.schema.tables import (
    ALERTS,
    ASSESSMENTS,
    BREAKDOWNS,
    DIRECTIONS,
    FORECASTS,
    LEVELS,
    NO_DATA,
    OBSERVATIONS,
    QUANTILES,
    SERIES_INPUT,
    STATUSES,
    TABLES,
    TOTAL,
    UNITS,
    Column,
    Table,
    series_id,
)

__all__ = [
    "ALERTS",
    "ASSESSMENTS",
    "BREAKDOWNS",
    "DIRECTIONS",
    "FORECASTS",
    "LEVELS",
    "NO_DATA",
    "OBSERVATIONS",
    "QUANTILES",
    "SERIES_INPUT",
    "STATUSES",
    "TABLES",
    "TOTAL",
    "UNITS",
    "Column",
    "Table",
    "read_table",
    "series_id",
]
