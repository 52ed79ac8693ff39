"""SDMX-CSV 1.0 and 2.0 as tables with a header that the reader of forms knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from analysis.data.exchange.columns import (
    AGENCY,
    ASIDE,
    CODED,
    FLOW,
    canonical,
    is_foreign,
    joined,
    no_data,
    surplus,
    taken,
    unguarded,
    unlabelled,
)

_HEADER = re.compile(r"([A-Za-z_][A-Za-z0-9_@$-]*)\s*(\[.*?\])?\s*(:.*)?", re.DOTALL)
_OURS = f"{AGENCY}:{FLOW}("


def is_sdmx_csv(rows: Sequence[Sequence[Any]]) -> bool:
    """Return whether a table is SDMX-CSV: its first column is DATAFLOW (1.0) or STRUCTURE (2.0)."""
    first = next((row for row in rows[:5] if any(_text(cell) for cell in row)), [])
    ids = [_id(cell) for cell in first]
    return ids[:1] == ["DATAFLOW"] or (ids[:1] == ["STRUCTURE"] and "STRUCTURE_ID" in ids)


def sdmx_csv_rows(rows: Sequence[Sequence[Any]], known: Collection[str] = ()) -> list[list[Any]]:
    """Return SDMX-CSV with plain ids: rows and columns stay in their places, one column is added behind them.

    Parameters
    ----------
    rows : sequence of rows
        All cells as they stand in the file, the header first.
    known : collection of str
        Ids of indicators and areas known here, for files that do not use the workbench's codes.

    Returns
    -------
    list of rows
        The added column `SET_ASIDE` says why a row is no data (rows to delete, multiplied values, unknown components).
    """
    first = next((i for i, row in enumerate(rows) if any(_text(cell) for cell in row)), 0)
    ids = [_id(cell) for cell in rows[first]] if rows else []
    foreign = _foreign(ids)
    out: list[list[Any]] = [list(row) for row in rows[:first]]
    out.append([*_header(ids), ASIDE])
    for row in rows[first + 1 :]:
        cells = [_text(cell) for cell in row]
        out.append(_row(cells, ids, foreign, known) if any(cells) else list(row))
    return out


def _row(cells: list[str], ids: Sequence[str], foreign: Collection[int], known: Collection[str]) -> list[Any]:
    cells += [""] * (len(ids) - len(cells))
    named = dict(zip(ids, cells, strict=False))
    ours = (named.get("STRUCTURE_ID") or named.get("DATAFLOW") or "").startswith(_OURS)
    bare = [_bare(canonical(id), cell) for id, cell in zip(ids, cells, strict=False)]
    why = no_data(named.get("ACTION", ""), {ids[j]: bare[j] for j in foreign})
    if any(cells[len(ids) :]):
        why = surplus()
    kept = [taken(canonical(id), cell, ours, known) for id, cell in zip(ids, bare, strict=True)]
    if "NOTE" in ids:
        j = ids.index("NOTE")
        kept[j] = joined([kept[j], *(bare[i] for i, id in enumerate(ids) if i != j and canonical(id) == "NOTE")])
    return [*kept, why, *cells[len(ids) :]]


def _bare(name: str, cell: str) -> str:
    plain = unguarded(name, cell)
    return unlabelled(plain) if name in CODED else plain


def _header(ids: Sequence[str]) -> list[str]:
    """Return the ids; a comment is the note where there is none."""
    out = list(ids)
    comments = [j for j, id in enumerate(ids) if canonical(id) == "NOTE"]
    if "NOTE" not in ids and comments:
        out[comments[0]] = "NOTE"
    return out


def _foreign(ids: Sequence[str]) -> list[int]:
    """Return the places of components that nothing here knows; columns of names beside those of codes are none."""
    named = "STRUCTURE_NAME" in ids
    return [
        j
        for j, id in enumerate(ids)
        if id and id != "ACTION" and is_foreign(id) and not (named and not re.fullmatch("[A-Z][A-Z0-9_]*", id))
    ]


def _id(cell: Any) -> str:
    """Return the id in a cell of the header: `INDICATOR`, `INDICATOR: 指标`, `NOTE[]`."""
    plain = _text(cell).strip().removeprefix("\ufeff")
    found = _HEADER.fullmatch(plain)
    return found[1] if found else plain


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)
