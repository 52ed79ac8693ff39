"""Small cells out of public data: nobody can read off, or work out, what happened to a handful of children."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.data.disclosure.complement import protect
from analysis.data.disclosure.equations import DEATHS, Count, System, system
from analysis.data.disclosure.sums import Cell, Places, sums
from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.schema import BREAKDOWNS, OBSERVATIONS, TOTAL

THRESHOLD = 5
NOTE = Text("小单元格保密", "suppressed: small cell")
WITHHELD = Text(
    "所依据的数据含保密的小单元格，公开版不作判定。", "Withheld from the public: it rests on suppressed small cells."
)
_COUNTS = ("count", "persons", "cases", "person_times")  # units whose value is the count
_OWN_TOTAL = 1000.0  # what hiding a total of the area itself costs, other cells cost 1 to about 20
_KEY = Cell._fields


def suppress(observations: pd.DataFrame, areas: pd.DataFrame, area: str, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Return the observations with small cells, and what would give them away, suppressed (status C).

    A cell is small where 1 to `threshold` - 1 events, or as many people without the event of a share, stand behind
    it; totals of the area itself are not called small. Further cells are hidden, at the least cost, until a reader
    who knows every sum between the cells, published or not, must think values possible of each hidden cell that lie
    `threshold` apart (or as far apart as people there are, where they are fewer). Totals of the area itself are
    hidden last: only where nothing else protects. What is hidden in one vintage or source is hidden in all. The rate
    and the note of a hidden cell go with its numerator; its denominator stays.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS` of one or more vintages.
    areas : DataFrame
        Columns `code`, `parent` and `level`.
    area : str
        The area whose own totals are published.
    threshold : int

    References
    ----------
    Hundepool et al., Statistical Disclosure Control (2012), chapter 4: primary and secondary suppression.
    """
    table = observations.reset_index(drop=True).copy()
    hide = np.zeros(len(table), bool)
    rows = _rows(table)
    places = Places.of(areas, {one.cell.ref_area for one in rows}, area)
    codes: dict[tuple[str, str], set[str]] = defaultdict(set)
    years: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for one in rows:
        years[_family(one.cell.indicator), one.cell.time_period].append(one)
        for name in BREAKDOWNS:
            codes[one.cell.indicator, name].add(getattr(one.cell, name))
    for year in sorted(years):
        hidden = _hidden(years[year], codes, places, area, threshold)
        hide[[one.at for one in years[year] if one.cell in hidden]] = True
    table.loc[hide, ["obs_value", "numerator"]] = float("nan")
    table.loc[hide, "obs_status"] = "C"
    table.loc[hide, "note"] = NOTE.zh
    return OBSERVATIONS.build(table)


class _Row(NamedTuple):
    """A row of counts: its place in the table."""

    at: int
    vintage: str
    source: str
    cell: Cell
    behind: Count


def _rows(table: pd.DataFrame) -> list[_Row]:
    """Return the rows behind which there is a count, by vintage and source."""
    keys = list(table[list(_KEY)].itertuples(index=False, name=None))
    about = zip(table["vintage"], table["source"], table["denominator"], table["unit"], strict=True)
    out = []
    for at, (events, key, (vintage, source, people, unit)) in enumerate(zip(_events(table), keys, about, strict=True)):
        if events == events:
            count = Count(float(events), float(people) if people == people else None, unit == "percent")
            out.append(_Row(at, str(vintage), str(source), Cell(*key), count))
    return sorted(out, key=lambda one: (one.vintage, one.source, one.cell))


def _events(table: pd.DataFrame) -> pd.Series:
    """Return the count behind each row, given or following from rate and denominator; NaN where there is none."""
    scale = table["unit"].map(SCALE).astype(float)
    following = (table["obs_value"] * table["denominator"] / scale).round()
    counts = table["obs_value"].where(table["unit"].isin(_COUNTS))
    return table["numerator"].where(scale.notna()).fillna(following).fillna(counts)


def _family(indicator: str) -> str:
    """Return the name under which indicators are looked at together: deaths that are among one another's."""
    stem, _, name = indicator.rpartition(".")
    return f"{stem}.deaths" if name in DEATHS else indicator


def _hidden(
    rows: Sequence[_Row], codes: Mapping[tuple[str, str], set[str]], places: Places, area: str, threshold: int
) -> set[Cell]:
    """Return what to hide of the cells of one year."""
    editions = list(_editions(rows))
    cells = sorted({cell for counts in editions for cell in counts})
    own = {cell for cell in cells if cell.ref_area == area and all(getattr(cell, name) == TOTAL for name in BREAKDOWNS)}
    small = {cell for counts in editions for cell, one in counts.items() if one.small(threshold)} - own
    systems: list[System] = []
    for counts in editions:
        made = system(counts, list(sums(sorted(counts), codes, places)), threshold)
        systems += [made] if small or made.implied.any() else []
    if not systems:
        return set()
    most = {cell: max(counts[cell].events for counts in editions if cell in counts) for cell in cells}
    costs = {cell: _OWN_TOTAL if cell in own else 1 + float(np.log2(1 + most[cell])) for cell in cells}
    return protect(systems, cells, costs, small, threshold)


def _editions(rows: Sequence[_Row]) -> Iterator[dict[Cell, Count]]:
    """Yield the table a reader puts together of each vintage and those before, by each source and by all."""
    seen = list[dict[Cell, Count]]()
    for source in ("", *sorted({one.source for one in rows})):
        known = dict[Cell, Count]()
        for _, new in groupby((one for one in rows if source in ("", one.source)), key=lambda one: one.vintage):
            known |= {one.cell: one.behind for one in new}
            if known not in seen:
                seen.append(dict(known))
                yield seen[-1]
