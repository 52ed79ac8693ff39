"""What a reader took from a table, against what the table means."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROLES = {"value": "obs_value", "numerator": "numerator", "denominator": "denominator"}
DIMENSIONS = ("sex", "age", "residence", "group")
KEY = ("indicator", "ref_area", "time_period", *DIMENSIONS)
TOTAL = "_T"
FILES = Path(__file__).parent / "files"


def load(path: Path = FILES.parent / "truth.json") -> dict[str, dict[str, Any]]:
    """Return the truth of every file by its name; breakdowns left out are totals, conversions take their original's."""
    listed = {one["file"]: one for one in json.loads(path.read_text(encoding="utf-8"))}
    out = {}
    for name, one in listed.items():
        whole = {**listed[one["same_as"]], **one} if "same_as" in one else dict(one)
        whole.pop("same_as", None)
        whole["cells"] = [{**dict.fromkeys(DIMENSIONS, TOTAL), **cell} for cell in whole["cells"]]
        out[name] = whole
    return out


def silently_wrong(truth: Mapping[str, Any], taken: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what was stored that the table does not say, each in a sentence.

    Parameters
    ----------
    truth : mapping
        A file's truth.
    taken : iterable of mappings
        Stored observations: `KEY`, obs_value, numerator, denominator; with sheet and cell where the reader knows them.
    """
    expected = _expected(truth)
    asks = {(sheet, cell): why for sheet, cell, why in truth["ask"]}
    faults = []
    for one in taken:
        place = (one.get("sheet"), one.get("cell"))
        if place in asks:
            faults.append(f"{_place(*place)} stored, which needs a person: {asks[place]}")  # type: ignore[index]
        key, numbers = _key(one), _numbers(one)
        if key not in expected:
            if numbers:
                faults.append(f"{_name(key)} stored as {_told(numbers)}: the table has no such number")
        elif not numbers:
            faults.append(f"{_name(key)} stored as missing, the table has {_told(expected[key])}")
        else:
            faults += _differences(key, numbers, expected[key], truth["scale"].get(key[0]))
    return faults


def not_accounted(
    truth: Mapping[str, Any], taken: Iterable[Mapping[str, Any]], asked: Iterable[tuple[str, str]]
) -> list[str]:
    """Return the numbers of a table that were neither stored nor asked about, each in a sentence.

    Parameters
    ----------
    truth : mapping
        A file's truth.
    taken : iterable of mappings
        Stored observations.
    asked : iterable of (sheet, cell)
        Cells set aside with a reason, or proposed to a person.
    """
    stored: dict[tuple[Any, ...], set[str]] = {}
    for one in taken:
        stored.setdefault(_key(one), set()).update(_numbers(one))
    known = set(asked)
    return [
        f"{_place(cell['sheet'], cell['cell'])} {_name(_key(cell))}: {cell['as']} {cell['value']:g} is nowhere"
        for cell in truth["cells"]
        if cell["as"] not in stored.get(_key(cell), set()) and (cell["sheet"], cell["cell"]) not in known
    ]


def _expected(truth: Mapping[str, Any]) -> dict[tuple[Any, ...], dict[str, float]]:
    out: dict[tuple[Any, ...], dict[str, float]] = {}
    for cell in truth["cells"]:
        before = out.setdefault(_key(cell), {}).setdefault(cell["as"], cell["value"])
        if not _same(before, cell["value"]):
            raise ValueError(f"the truth contradicts itself: {_name(_key(cell))} is {before} and {cell['value']}")
    return out


def _differences(
    key: tuple[Any, ...], numbers: Mapping[str, float], expected: Mapping[str, float], scale: float | None
) -> list[str]:
    faults = []
    for role, number in numbers.items():
        right = expected.get(role)
        if right is None and role == "value":
            right = _worked_out(expected, scale)
        if right is None:
            faults.append(f"{_name(key)}: {role} {number:.12g} stored, the table has none")
        elif not _same(number, right):
            faults.append(f"{_name(key)}: {role} {number:.12g} stored, the table has {right:.12g}")
    return faults


def _worked_out(expected: Mapping[str, float], scale: float | None) -> float | None:
    """Return the value that counts give; a count of its own is the value where the unit is no rate."""
    above, below = expected.get("numerator"), expected.get("denominator")
    if above is None or scale is None:
        return above if scale is None and below is None else None
    return above / below * scale if below else None


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)


def _key(one: Mapping[str, Any]) -> tuple[Any, ...]:
    groups = [one.get(name) or TOTAL for name in DIMENSIONS]
    when = str(one["time_period"]).removesuffix(".0")
    return (str(one["indicator"]), str(one["ref_area"]), int(when) if when.isdigit() else when, *groups)


def _numbers(one: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of an observation by their role; None, NaN and pandas' missing value are none."""
    found = {role: one.get(column) for role, column in ROLES.items()}
    return {role: float(x) for role, x in found.items() if x is not None and str(x) != "<NA>" and x == x}


def _name(key: tuple[Any, ...]) -> str:
    return " ".join(str(part) for part in key if part != TOTAL)


def _told(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{role} {number:.12g}" for role, number in numbers.items())


def _place(sheet: Any, cell: Any) -> str:
    return f"{sheet}!{cell}" if sheet else str(cell)
