"""What becomes of a table of the corpus when a person confirms what was recognised for certain, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.data.forms.opening import Options
from analysis.data.forms.reading import FileRead, read_file
from analysis.data.wide.confirmed import put, slots
from analysis.data.wide.meaning import SURE
from analysis.data.wide.tables import WideTable
from analysis.plan import Plan


def cautious(table: WideTable) -> bool:
    """Confirm what is certain; what a person would have to look at is left out."""
    for slot, one in list(slots(table)):
        if one.sure != SURE:
            put(table, slot, replace(one, use=False))
    return True


def read(path: Path, plan: Plan, areas: Mapping[str, str], options: Options | None = None) -> FileRead:
    """Read a file, its wide tables confirmed so."""
    return read_file(path, plan, areas, options or Options(), cautious)


def outcome(
    path: Path, plan: Plan, areas: Mapping[str, str], options: Options | None = None
) -> tuple[list[dict[str, Any]], set[tuple[str, str]]]:
    """Return the observations stored from a table, and the (sheet, cell) that were set aside or asked about."""
    reading = read(path, plan, areas, options).reading
    rows = reading.quarantined[["sheet", "cell"]].itertuples(index=False)
    asked = {(sheet, cell) for sheet, cells in rows for cell in cells.split("、")}
    return reading.accepted.to_dict("records"), asked
