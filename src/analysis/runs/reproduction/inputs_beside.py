"""What stands beside plan, rules and data: areas, monthly values, issued alerts, the larger area, the ledger.

Each is held against the reference's row by row; a file that only one side has is one difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.data.observations import AREAS, BORDERS, ISSUED_FILE, DataSet, current, read_dataset
from analysis.exceptions import Text
from analysis.runs.datasets import MONTHLY_FILE
from analysis.runs.from_database import LEDGER_FILE
from analysis.runs.hashes import sha256
from analysis.runs.inputs import benchmark_of
from analysis.runs.reproduction.changes import NOTHING, Change, Part, Way, written
from analysis.schema import ISSUED, MONTHLY, OBSERVATIONS, Table, read_table
from analysis.schema.results import BENCHMARK_CODES

if TYPE_CHECKING:
    from analysis.plan import Plan

BESIDE: tuple[Part, ...] = ("areas", "monthly", "issued", "benchmark", "codes", "ledger")
Held = Mapping[Part, pd.DataFrame | None]  # a part that is no key is not known, one that is None is not there
_WORDS = ("name_zh", "name_en", "note", "number", "source", "vintage")
_KEYS: dict[str, tuple[str, ...]] = {
    "areas": AREAS.key,
    "monthly": MONTHLY.key,
    "issued": ISSUED.key,
    "benchmark": tuple(name for name in OBSERVATIONS.key if name not in ("source", "vintage")),
    "codes": BENCHMARK_CODES.key,
    "ledger": ("id",),
}
_FILES = {"areas": "areas.csv", "monthly": MONTHLY_FILE, "issued": ISSUED_FILE}
_BORDERS = "·"  # code of the row that stands for the file of borders


def of_inputs(inputs: Path) -> Held:
    """Return what stands beside the data of a run, read through its gates; None for what it has not.

    Raises
    ------
    WorkbenchError
        A table breaks its gate.
    """
    from analysis.data.store.ledger import ENTRIES  # late: nothing else here needs the packages of a database

    benchmark = inputs / "benchmark"
    return {
        **of_data(inputs / "data"),
        **of_plan(inputs / "plan"),
        "benchmark": _values(read_dataset(benchmark)) if benchmark.is_dir() else None,
        "ledger": _table(inputs.parent / LEDGER_FILE, ENTRIES),
    }


def of_data(folder: Path) -> Held:
    """Return what a data folder holds beside its observations."""
    areas = _table(folder / _FILES["areas"], AREAS)
    borders = folder / BORDERS
    if borders.is_file():
        row = AREAS.empty().reindex([0]).assign(code=_BORDERS, parent=sha256(borders))
        areas = row if areas is None else pd.concat([areas.astype(object), row.astype(object)], ignore_index=True)
    tables: dict[Part, Table] = {"monthly": MONTHLY, "issued": ISSUED}
    return {"areas": areas, **{part: _table(folder / _FILES[part], table) for part, table in tables.items()}}


def of_plan(folder: Path) -> Held:
    """Return the codes that a plan's indicators have in the data of the larger area."""
    return {"codes": _table(folder / "benchmark.csv", BENCHMARK_CODES)}


def usual_benchmark(vintage: str | None, area: str) -> Held:
    """Return the values of the larger area that a run here is given when it names none."""
    found = benchmark_of(None, vintage, area)
    return {"benchmark": None if found is None else _values(found)}


def _table(path: Path, table: Table) -> pd.DataFrame | None:
    if not path.is_file():
        return None
    empty = not path.read_bytes().partition(b"\n")[2].strip()
    return read_table(path, table, trusted=empty)  # a header alone is what a run writes of nothing


def _values(data: DataSet) -> pd.DataFrame:
    return current(data.observations)


def beside_changes(
    part: Part, theirs: pd.DataFrame | None, reference: pd.DataFrame | None, plan: Plan, scope: Sequence[str]
) -> list[Change]:
    """Return what differs in one of the smaller inputs.

    Parameters
    ----------
    part : Part
        One of `BESIDE`.
    theirs, reference : DataFrame or None
    plan : Plan
        Whose targets a row may touch.
    scope : sequence of str
        The area and what lies below it: what is said of areas elsewhere moves no verdict.
    """
    if theirs is None and reference is None:
        return []
    if theirs is None or reference is None:
        left, right = (f"{len(one)} rows" if one is not None else NOTHING for one in (theirs, reference))
        return [Change(part, "table", part, Text("", ""), "dropped" if theirs is None else "added", left, right)]
    key = list(_KEYS[part])
    sides = [_as_text(one) for one in (theirs, reference)]
    both = sides[0].merge(sides[1], on=key, how="outer", suffixes=("_theirs", "_reference"), indicator=True)
    columns = [name for name in sides[1].columns if name not in key and name in sides[0].columns]
    out: list[Change] = []
    for row in both.to_dict("records"):
        out += _of_row(part, row, key, columns, plan, set(scope))
    return out


def other_bytes(part: Part, inputs: Path, reference: Path | None) -> list[Change]:
    """Return the files of a plan or a data folder that are not the reference's, though they are read the same.

    A heading that is misspelt, or a column that nobody reads, moves no verdict; whoever opens the file sees it.
    """
    out = []
    for path in sorted((inputs / part).glob("*")) if reference is not None else ():
        other = reference / path.name if reference is not None else path
        if path.is_file() and other.is_file() and sha256(path) != sha256(other):
            left, right = (f"SHA-256 {sha256(one)[:12]}" for one in (path, other))
            out.append(Change(part, "file", path.name, Text("", ""), "bytes", left, right, "none"))
    return out


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({name: [_cell(one) for one in table[name]] for name in table.columns})


def _cell(value: Any) -> str:
    if value is None or value != value:
        return NOTHING
    return written(float(value)) if isinstance(value, float | np.floating) else str(value)


def _of_row(
    part: Part, row: Mapping[Any, Any], key: Sequence[str], columns: Sequence[str], plan: Plan, scope: set[str]
) -> Iterator[Change]:
    item = "|".join(str(row[name]) for name in key if row[name] != "_T")
    counts = part != "areas" or str(row["code"]) in {*scope, _BORDERS}
    touches = _touched(part, row, plan)
    name = Text("", "")
    if row["_merge"] != "both":
        field, side = ("added", "_theirs") if row["_merge"] == "left_only" else ("dropped", "_reference")
        said = ", ".join(str(row[f"{one}{side}"]) for one in columns if row[f"{one}{side}"])
        cells = (said, NOTHING) if field == "added" else (NOTHING, said)
        yield Change(part, "row", item, name, field, *cells, "unclear" if counts else "none", touches)
        return
    for one in columns:
        left, right = str(row[f"{one}_theirs"]), str(row[f"{one}_reference"])
        if left != right and not _near(left, right):
            way: Way = "unclear" if counts and one not in _WORDS else "none"
            yield Change(part, "row", item, name, one, left, right, way, touches)


def _near(left: str, right: str) -> bool:
    try:
        return bool(np.isclose(float(left), float(right), 1e-9, 1e-12))
    except ValueError:
        return False


def _touched(part: Part, row: Mapping[Any, Any], plan: Plan) -> tuple[str, ...]:
    """Return the targets a row is about: of an alert or an entry its own, of a value those of its indicator."""
    if part in ("issued", "ledger"):
        target = str(row.get("target") or row.get("target_theirs") or row.get("target_reference") or "")
        return (target,) if target in {one.id for one in plan.targets} else ()
    if part in ("monthly", "codes"):
        return tuple(one.id for one in plan.targets if one.indicator == str(row.get("indicator")))
    return ()
