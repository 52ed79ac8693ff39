"""The questions to the database: which areas lie below one, and what was known of them by a vintage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    select,
    union_all,
)

from analysis.data.store.tables import AREA_NAMES, BLOCKS, KEY, OBSERVED, REVIEWED, SUBMISSIONS
from analysis.gate.ids import LONGEST
from analysis.schema import OBSERVATIONS

_NAMES = [*OBSERVATIONS.names, "submission"]
_PLACE = ("ref_area", "time_period", "vintage", "submission")


def codes_below(connection: Connection, area: str) -> list[str]:
    """Return the code of an area and those of all areas below it."""
    found = select(cast(literal(area), String(LONGEST)).label("code")).cte("below", recursive=True)
    found = found.union(select(AREA_NAMES.c.code).join(found, AREA_NAMES.c.parent == found.c.code))
    return list(connection.execute(select(found.c.code)).scalars())


def codes_above(connection: Connection, area: str) -> list[str]:
    """Return the codes of the areas above an area."""
    parent = select(AREA_NAMES.c.parent.label("code")).where(AREA_NAMES.c.code == area)
    found = parent.cte("above", recursive=True)
    found = found.union(select(AREA_NAMES.c.parent).join(found, AREA_NAMES.c.code == found.c.code))
    return list(connection.execute(select(found.c.code).where(found.c.code != "")).scalars())


def known(
    connection: Connection,
    area: str | None,
    as_of: str | None,
    latest: bool,
    below: bool = True,
    reviewed: bool = False,
) -> pd.DataFrame:
    """Return the rows of `OBSERVATIONS` known by a vintage, unsorted.

    Parameters
    ----------
    connection : Connection
    area : str, optional
        This area and those below it.
    as_of : str, optional
        The last vintage known.
    latest : bool
        Of each key the last vintage alone.
    below : bool
        Those below the area too.
    reviewed : bool
        Of submissions that were reviewed alone.
    """
    areas = None if area is None else codes_below(connection, area) if below else [area]
    frame = _frame(connection.execute(question(areas, as_of, latest, reviewed)).all())
    if not latest or not frame.duplicated(list(KEY)).any():
        return frame
    return frame.sort_values(["vintage", "submission"]).drop_duplicates(list(KEY), keep="last")


def question(areas: Sequence[str] | None, as_of: str | None, latest: bool, reviewed: bool = False) -> Select[Any]:
    """Return the question `known` asks about areas, each for itself; None for all."""
    query = select(*(OBSERVED.c[name] for name in _NAMES))
    if areas is None and not latest:
        return query.join(SUBMISSIONS).where(*_counts(OBSERVED, as_of, reviewed))
    block = (_last_blocks if latest else _all_blocks)(areas, as_of, reviewed).subquery()
    return query.join(block, and_(*(OBSERVED.c[name] == block.c[name] for name in _PLACE)))


def _frame(rows: Sequence[Any]) -> pd.DataFrame:
    """Return rows as a table of objects: their types are given by the gate, not guessed here."""
    columns = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in _NAMES]
    return pd.DataFrame(dict(zip(_NAMES, columns, strict=True)), dtype=object)


def counted(reviewed: bool) -> ColumnElement[bool]:
    """Return the condition under which a submission counts: not returned, or, of the reviewed alone, reviewed."""
    state = SUBMISSIONS.c.state
    return state.in_(REVIEWED) if reviewed else state != "returned"


def _counts(table: FromClause, as_of: str | None, reviewed: bool) -> list[ColumnElement[bool]]:
    """Return the conditions under which a row counts: not returned, or reviewed, and known by the vintage."""
    known_by = [] if as_of is None else [table.c.vintage <= as_of]
    return [counted(reviewed), *known_by]


def _all_blocks(areas: Sequence[str] | None, as_of: str | None, reviewed: bool) -> Select[Any]:
    query = select(*(BLOCKS.c[name] for name in _PLACE)).join(SUBMISSIONS).where(*_counts(BLOCKS, as_of, reviewed))
    return query if areas is None else query.where(BLOCKS.c.ref_area.in_(areas))


def _last_blocks(areas: Sequence[str] | None, as_of: str | None, reviewed: bool) -> Select[Any]:
    """Return the question for the last block of each digest.

    The index holds blocks by area, digest and vintage. It is not read through: one step finds the next digest, one the
    last vintage of it. A thousand deliveries take no longer than one. The areas are written out, so that the server
    knows how few they are; told only how to find them, it read all blocks of a province.
    """
    block = BLOCKS.alias()
    if areas is None:
        codes = select(BLOCKS.c.ref_area.label("code")).distinct().cte("areas_asked")
    else:
        codes = union_all(*(select(cast(literal(one), String(LONGEST)).label("code")) for one in areas)).cte(
            "areas_asked"
        )
    first = select(func.min(block.c.digest)).where(block.c.ref_area == codes.c.code).scalar_subquery()
    step = select(codes.c.code, first.label("digest")).cte("digests", recursive=True)
    further = and_(block.c.ref_area == step.c.code, block.c.digest > step.c.digest)
    found = select(func.min(block.c.digest)).where(further).scalar_subquery()
    step = step.union_all(select(step.c.code, found).where(step.c.digest.is_not(None)))
    same = (block.c.ref_area == step.c.code, block.c.digest == step.c.digest)
    own = select(block).join(SUBMISSIONS, SUBMISSIONS.c.id == block.c.submission)
    own = own.where(*same, *_counts(block, as_of, reviewed))
    own = own.order_by(block.c.vintage.desc(), block.c.submission.desc()).limit(1)
    last = (own.with_only_columns(block.c[name]).scalar_subquery().label(name) for name in _PLACE[1:])
    return select(step.c.code.label("ref_area"), *last).where(step.c.digest.is_not(None))
