"""Which cells of counts add up to which: sexes, ages, town and country, areas below an area, streets and towns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from analysis.schema import BREAKDOWNS, TOTAL


class Cell(NamedTuple):
    """What a count is of, whatever source and vintage it came from."""

    indicator: str
    ref_area: str
    time_period: int
    sex: str
    age: str
    residence: str
    group: str


Sum = tuple[Cell, tuple[Cell, ...]]

_ALWAYS = {"sex": ("F", "M"), "residence": ("R", "U")}  # parts there are, reported or not
_PART_OF_TOWN = {"street": "U", "town": "R"}  # the level of an area, and which part of the area above it belongs to


class Places(NamedTuple):
    """The areas directly below each area, and the level of each."""

    below: Mapping[str, tuple[str, ...]]
    level: Mapping[str, str]

    @classmethod
    def of(cls, areas: pd.DataFrame, observed: Collection[str], area: str) -> Places:
        """Return the places of an `AREAS` table; what is observed and not in it counts as below `area`."""
        level = dict(zip(areas["code"], areas["level"], strict=True)) if len(areas) else {}
        parent = dict(zip(areas["code"], areas["parent"].fillna(""), strict=True)) if len(areas) else {}
        parent |= {one: area for one in observed if one not in parent and one != area}
        below = defaultdict(list)
        for code in sorted(parent):
            if parent[code] and parent[code] != code:
                below[parent[code]].append(code)
        return cls({above: tuple(codes) for above, codes in below.items()}, level)


def sums(cells: Collection[Cell], codes: Mapping[tuple[str, str], Collection[str]], places: Places) -> Iterator[Sum]:
    """Yield the total and the parts of every sum that cells of one year are in, parts nobody reported among them.

    Parameters
    ----------
    cells : collection of Cell
        What was reported of one or more indicators in one year.
    codes : mapping
        For an indicator and a breakdown the codes seen of it in any year.
    places : Places
    """
    for name in BREAKDOWNS:
        for cell in sorted({_with(one, name, TOTAL) for one in cells if getattr(one, name) != TOTAL}):
            parts = {*_ALWAYS.get(name, ()), *codes[cell.indicator, name]} - {TOTAL}
            yield cell, tuple(_with(cell, name, code) for code in sorted(parts))
    for above, children in sorted(places.below.items()):
        own = {one._replace(ref_area=above) for one in cells if one.ref_area in children}
        kinds = {places.level.get(child) for child in children}
        for cell in sorted(own):
            yield cell, tuple(cell._replace(ref_area=child) for child in children)
            if cell.residence != TOTAL or kinds != set(_PART_OF_TOWN):
                continue
            for kind, code in _PART_OF_TOWN.items():
                those = (child for child in children if places.level[child] == kind)
                yield cell._replace(residence=code), tuple(cell._replace(ref_area=child) for child in those)


def _with(cell: Cell, name: str, code: str) -> Cell:
    values = (code if own == name else value for own, value in zip(Cell._fields, cell, strict=True))
    return Cell(*values)  # type: ignore[arg-type]
