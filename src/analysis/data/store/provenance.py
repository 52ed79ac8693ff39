"""What the database knows of where observations come from: submission, file, sheet, row and cell, and its reviews."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, RowMapping, select

from analysis.data.store.known import codes_below, question
from analysis.data.store.tables import HISTORY, KEY, OBSERVED, SUBMISSIONS
from analysis.schema.provenance import CELLS, STEPS, SUBMITTED

_PLACE = ("sheet", "row", "cell")
_AT_ONCE = 500  # submissions asked for in one question


def cells_of(connection: Connection, area: str | None, as_of: str | None, latest: bool, reviewed: bool) -> pd.DataFrame:
    """Return a `CELLS` table of the observations that `known` returns for the same arguments."""
    areas = None if area is None else codes_below(connection, area)
    asked = question(areas, as_of, latest, reviewed).add_columns(*(OBSERVED.c[name] for name in _PLACE))
    result = connection.execute(asked)
    frame = pd.DataFrame(result.all(), columns=list(result.keys()), dtype=object)
    key = [*KEY] if latest else [*KEY, "vintage"]
    last = frame.sort_values(["vintage", "submission"]).drop_duplicates(key, keep="last")
    return CELLS.build(last) if len(last) else CELLS.empty()


def submissions_of(connection: Connection, ids: Sequence[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the `SUBMITTED` and `STEPS` tables of submissions."""
    about: list[RowMapping] = []
    steps: list[RowMapping] = []
    for first in range(0, len(ids), _AT_ONCE):
        part = ids[first : first + _AT_ONCE]
        about += connection.execute(select(SUBMISSIONS).where(SUBMISSIONS.c.id.in_(part))).mappings().all()
        asked = select(HISTORY).where(HISTORY.c.submission.in_(part)).order_by(HISTORY.c.submission, HISTORY.c.id)
        steps += connection.execute(asked).mappings().all()
    if not about:
        return SUBMITTED.empty(), STEPS.empty()
    told = pd.DataFrame([dict(row) for row in about]).rename(columns={"id": "submission"})
    told[["file", "sha256"]] = told[["file", "sha256"]].fillna("")
    done = pd.DataFrame([dict(row) for row in steps])
    done["step"] = done.groupby("submission").cumcount() + 1
    return SUBMITTED.build(told), STEPS.build(done)
