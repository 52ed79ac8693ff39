"""The declared shapes of the simulated series."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.schema import Column, Table, read_table

SHAPES = Table(
    "shapes",
    (
        Column("indicator", id="name"),
        *(Column(name, "number") for name in ("start", "mid", "end")),
        *(Column(name, "number", required=False) for name in ("denominator_start", "denominator_end")),
        Column("noise", "number", minimum=0),
        *(Column(name, "number", required=False) for name in ("urban_rural_ratio", "sex_ratio", "shock")),
        Column("break_year", "integer", required=False),
        Column("break_factor", "number", required=False),
        Column("first_year", "integer"),
        Column("missing_years", required=False),
        Column("failing_area", required=False),
        Column("failing_effect", "number", required=False),
        Column("within", required=False),
        Column("note_zh", required=False),
    ),
    ("indicator",),
)


@dataclass(frozen=True)
class Shape:
    """How one indicator moves: levels in the first year, 2020 and the last year, and what disturbs them.

    `within` names the indicator whose count this one's is part of.
    """

    indicator: str
    start: float
    mid: float
    end: float
    denominators: tuple[float, float] | None
    noise: float
    rural_level: float
    male_level: float
    shock: float
    break_year: int | None
    break_factor: float
    first_year: int
    missing_years: frozenset[int]
    failing_area: str
    failing_effect: float
    within: str
    note_zh: str

    def people(self, year: int, first: int, last: int) -> float | None:
        """Return the denominator of `year`: a constant yearly rate of change between the two ends."""
        if self.denominators is None:
            return None
        start, end = self.denominators
        return float(start * (end / start) ** ((year - first) / (last - first)))


def read_shapes(path: Path) -> list[Shape]:
    """Return the shapes in a `shapes.csv`."""
    return [_shape(row) for row in read_table(path, SHAPES).to_dict("records")]


def _shape(row: dict[Hashable, Any]) -> Shape:
    def number(name: str, otherwise: float) -> float:
        return otherwise if pd.isna(row[name]) else float(row[name])

    ends = (number("denominator_start", 0), number("denominator_end", 0))
    return Shape(
        indicator=str(row["indicator"]),
        start=number("start", 0),
        mid=number("mid", 0),
        end=number("end", 0),
        denominators=ends if all(ends) else None,
        noise=number("noise", 0),
        rural_level=number("urban_rural_ratio", 1),
        male_level=number("sex_ratio", 1),
        shock=number("shock", 0),
        break_year=int(number("break_year", 0)) or None,
        break_factor=number("break_factor", 1),
        first_year=int(number("first_year", 0)),
        missing_years=frozenset(int(year) for year in str(row["missing_years"]).split(";") if year.strip()),
        failing_area=str(row["failing_area"]),
        failing_effect=number("failing_effect", 0),
        within=str(row["within"]),
        note_zh=str(row["note_zh"]),
    )
