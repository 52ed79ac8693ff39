"""What a reader makes of a file: rows accepted and rows set aside, none lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analysis.exceptions import Text
from analysis.schema import BREAKDOWNS, OBSERVATIONS

PLACE = ("sheet", "row")
FOUND = (
    "indicator",
    "ref_area",
    "time_period",
    *BREAKDOWNS,
)  # codes where told, else the text found
SET_ASIDE = (*PLACE, "cell", "state", *FOUND, "reason_zh", "reason_en", "proposal", "raw")
ASIDE, PROPOSED = "aside", "proposed"  # the states of a row set aside


@dataclass(frozen=True)
class LeftOut:
    """What was seen in a file and is no data: hidden rows, blank cells, footnotes, headings of groups.

    Parameters
    ----------
    what : Text
        What it is.
    where : str
        The sheet, with rows or cells where that helps.
    count : int
        How many rows or cells.
    """

    what: Text
    where: str
    count: int


@dataclass(frozen=True)
class Reading:
    """A file as it was read.

    Parameters
    ----------
    file, sha256 : str
        Its name and digest.
    rows : int
        Rows, or cells of a wide table, with data in the file: accepted and quarantined together, always.
    accepted : DataFrame
        The columns of `OBSERVATIONS` with `sheet`, `row` and `cell` of the file; `vintage` may be empty. `cell` is the
        address of the value, or of the counts it is made from (`E5、F5`), empty where none is known.
    quarantined : DataFrame
        Columns `SET_ASIDE`: where, why, and the row as it was (`raw`, JSON). Of state `proposed` are those with a
        likely reading that a person confirms: `proposal` is the observation that would be accepted, as JSON.
    left_out : tuple of LeftOut
        What was seen and is no data; not among the rows.
    reports : mapping of str to DataFrame
        Tables of the department's annual report by name (`schema.reported`), with `sheet`, `row` and `cell`.
    evidence : DataFrame, optional
        The files these name, an `EVIDENCE_FILES` table.
    """

    file: str
    sha256: str
    rows: int
    accepted: pd.DataFrame
    quarantined: pd.DataFrame
    left_out: tuple[LeftOut, ...] = ()
    reports: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    evidence: pd.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.rows != self.taken + len(self.quarantined):
            raise AssertionError(f"{self.file}: {self.rows} rows in, {self.taken} + {len(self.quarantined)} out")

    def figures(self) -> Reading:
        """Return the reading without the annual report in the same file, whose rows have their own questions."""
        own = self.quarantined["proposal"].map(lambda cell: '"table"' not in cell).astype(bool)  # none at all too
        return replace(self, rows=len(self.accepted) + int(own.sum()), quarantined=self.quarantined[own], reports={})

    @property
    def reported(self) -> int:
        """Return how many rows of the annual report were accepted: of measures, self-assessment and so on."""
        return sum(len(table) for table in self.reports.values())

    @property
    def taken(self) -> int:
        """Return how many rows were accepted: observations and those of the annual report."""
        return len(self.accepted) + self.reported


def accepted_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return accepted rows as a table, empty or not."""
    return _table(rows, {**dict.fromkeys([*OBSERVATIONS.names, *PLACE]), "cell": ""})


def quarantine_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return quarantined rows as a table, empty or not; what a row leaves out is empty, its state `aside`."""
    return _table(rows, {**dict.fromkeys(SET_ASIDE, ""), "row": None, "state": ASIDE})


def _table(rows: Sequence[Mapping[str, Any]], empty: Mapping[str, Any]) -> pd.DataFrame:
    """Return rows as a table, column by column: a second copy of a hundred thousand rows is spared."""
    return pd.DataFrame({name: [row.get(name, other) for row in rows] for name, other in empty.items()})
