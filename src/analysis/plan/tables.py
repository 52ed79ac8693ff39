"""The files of a plan folder, as tables."""

from __future__ import annotations

import re

from analysis.plan.clause_words import MANNERS
from analysis.plan.targets import KINDS
from analysis.schema import Column, Table

FIRST_YEAR, LAST_YEAR = 1950, 2100  # years a plan may speak of
LARGEST = 1e15  # of a number in a plan: what is larger is no value of an indicator
# whole numbers that are allowed, by column
RANGES = {
    "number": (0, 9999),
    "decimals": (0, 6),
    **dict.fromkeys(("year", "baseline_year", "start_year"), (FIRST_YEAR, LAST_YEAR)),
}
# columns whose cells are names (or several, joined by `;`), by table; references are checked where they lead instead
NAMES = {
    "departments": ("code",),
    "goals": ("id",),
    "measures": ("id", "areas"),
    "indicators": ("indicator", "domain", "disaggregations"),
    "targets": ("id", "sex", "age", "residence", "group", "subunit", "against"),
}


def split(cell: str) -> tuple[str, ...]:
    """Return the names of a cell: they cannot hold `;`, `；`, `、` or a comma, so that each of these parts them."""
    return tuple(part.strip() for part in re.split("[;；、,，]", cell) if part.strip())


def _columns(names: str) -> tuple[Column, ...]:
    """Return text columns from a list of names; a name in brackets may be empty."""
    return tuple(Column(name.strip("()"), required=not name.startswith("(")) for name in names.split())


GOALS = Table(
    "goals", (*_columns("id domain title_zh (title_en) clause (departments)"), Column("number", "integer")), ("id",)
)

MEASURES = Table(
    "measures",
    (
        *_columns("id domain title_zh (title_en) clause (departments) (goals) (areas) (input_zh) (input_en)"),
        Column("number", "integer"),
        Column("start_year", "integer", required=False),
        Column("indicators", required=False),
    ),
    ("id",),
    sort=False,
)

DEPARTMENTS = Table(
    "departments",
    (*_columns("code name_zh (name_en) basis_zh (basis_en)"), Column("confirmed", choices=("yes", "no"))),
    ("code",),
    sort=False,
)

INDICATORS = Table(
    "indicators",
    (
        *_columns("indicator domain (standard) (aliases) (name_zh) (name_en) (definition_zh) (definition_en)"),
        *_columns("(formula_zh) (formula_en) (numerator_zh) (numerator_en) (denominator_zh) (denominator_en) (unit)"),
        Column("direction", required=False, choices=("lower_is_better", "higher_is_better")),
        Column("lower_bound", "number", required=False),
        Column("upper_bound", "number", required=False),
        Column("period_type", required=False, choices=("calendar_year", "school_year")),
        Column("disaggregations", required=False),
        Column("statistic", required=False, choices=("poisson", "binomial", "ratio", "amount", "count", "milestone")),
        Column("decimals", "integer", required=False),
        *_columns("(source_zh) (source_en) department"),
        Column("sample", required=False, choices=("yes", "no")),
        *_columns("(population) (count_unit_zh) (count_unit_en)"),
    ),
    ("indicator",),
    sort=False,
)

TARGETS = Table(
    "targets",
    (
        *_columns("id parent (indicator)"),
        Column("kind", choices=tuple(KINDS)),
        Column("comparison", required=False, choices=("<", "<=", ">", ">=", "=", "down", "up", "narrow", "done")),
        Column("value", "number", required=False),
        Column("value_upper", "number", required=False),
        Column("unit", required=False),
        Column("year", "integer", required=False),
        Column("year_assumed", required=False, choices=("yes", "no")),
        Column("baseline_year", "integer", required=False),
        Column("strength", choices=("hard", "soft")),
        *_columns("sex age residence group (subunit) clause text_zh (text_en) (note_zh) (note_en) (conflicts_with)"),
        Column("manner", required=False, choices=tuple(MANNERS)),
        Column("gap_dimensions", required=False),
        Column("against", required=False),
    ),
    ("id",),
    sort=False,
)

THEMES = Table(
    "themes",
    (*_columns("id domain title_zh (title_en) indicators"), Column("number", "integer")),
    ("id",),
    sort=False,
)

# of an indicator, by itself or by the registry
COMPLETE = ("name_zh", "definition_zh", "unit", "direction", "period_type", "statistic", "decimals", "source_zh")

ALL = (DEPARTMENTS, GOALS, MEASURES, INDICATORS, TARGETS)
OPTIONAL = (THEMES,)  # a plan may do without
