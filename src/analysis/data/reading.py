"""What a reader makes of a file: rows accepted and rows set aside, none lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.schema import OBSERVATIONS

PLACE = ("sheet", "row")
SET_ASIDE = ("sheet", "row", "cell", "indicator", "time_period", "reason_zh", "reason_en", "raw")


@dataclass(frozen=True)
class Reading:
    """A file as it was read.

    Parameters
    ----------
    file, sha256 : str
        Its name and digest.
    rows : int
        Data rows in the file: accepted and quarantined together, always.
    accepted : DataFrame
        The columns of `OBSERVATIONS` with `sheet` and `row` of the file; `vintage` may be empty.
    quarantined : DataFrame
        Columns `SET_ASIDE`: where, why, and the row as it was (`raw`, JSON).
    """

    file: str
    sha256: str
    rows: int
    accepted: pd.DataFrame
    quarantined: pd.DataFrame

    def __post_init__(self) -> None:
        if self.rows != len(self.accepted) + len(self.quarantined):
            raise AssertionError(
                f"{self.file}: {self.rows} rows in, {len(self.accepted)} + {len(self.quarantined)} out"
            )


def accepted_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return accepted rows as a table, empty or not."""
    return pd.DataFrame(rows, columns=[*OBSERVATIONS.names, *PLACE])


def quarantine_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return quarantined rows as a table, empty or not."""
    return pd.DataFrame(rows, columns=list(SET_ASIDE))
