"""A plan folder as far as it could be read: what its parts are checked on, whole or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.exceptions import Where
from analysis.plan.head import Head
from analysis.plan.model import Department, Goal, Indicator, Measure, Theme
from analysis.plan.targets import Target


@dataclass(frozen=True)
class Draft:
    """The rows without a fault, and what is known of the others.

    `known` has by table the ids of all its rows, None where not all could be read: no reference to such a table is
    called wrong. `rows` has the row number by table and id. `torn` are parent and indicator of the targets whose row
    has a fault; None where there may be any.
    """

    head: Head
    folder: str
    departments: tuple[Department, ...]
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    known: Mapping[str, frozenset[str] | None]
    rows: Mapping[tuple[str, str], int] = field(default_factory=dict)
    torn: frozenset[tuple[str, str]] | None = frozenset()
    themes: tuple[Theme, ...] = ()

    def where(self, table: str, column: str, item: str) -> Where:
        """Return the place of a cell: its file, its row, its column and the id of its row."""
        return Where(file=f"{self.folder}/{table}.csv", row=self.rows.get((table, item)), column=column, item=item)

    def halved(self, target: Target) -> bool:
        """Return whether the other end of a range may stand in a row that has a fault."""
        return self.torn is None or (target.parent, target.indicator) in self.torn
