"""Small cells out of public data: nobody can read off, or subtract, what happened to a handful of children."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.schema import BREAKDOWNS, OBSERVATIONS, TOTAL

THRESHOLD = 5
NOTE = Text("小单元格保密", "suppressed: small cell")


def suppress(observations: pd.DataFrame, areas: pd.DataFrame, area: str, threshold: int = THRESHOLD) -> pd.DataFrame:
    """Return the observations with small cells, and what would give them away, suppressed (status C).

    A cell is small where 1 to `threshold` - 1 events, or as many people without the event, stand behind it. The
    totals of the area itself are published. In every set of parts that add up to a published total (sexes, ages,
    urban and rural; streets to the district; streets to urban, towns to rural) either none or at least two parts are
    suppressed: where one would be alone, the smallest other part goes as well. The rate and the note of a suppressed
    cell go with its numerator.

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
    counted = table["unit"].isin(list(SCALE)) & table["numerator"].notna() & table["denominator"].notna()
    own = (table["ref_area"] == area) & (table[list(BREAKDOWNS)] == TOTAL).all(axis=1)
    events, others = table["numerator"], table["denominator"] - table["numerator"]
    share = table["unit"] == "percent"
    small = events.between(1, threshold - 1) | (share & others.between(1, threshold - 1))
    hidden = counted & small & ~own
    sets = [list(parts) for parts in partitions(table[counted & ~own], areas, area)]
    hide = hidden.to_numpy(bool, copy=True)
    amounts = events.to_numpy(float)
    changed = True
    while changed:  # a cell hidden for one set may leave another with a single hidden part
        changed = False
        for parts in sets:
            rest = [i for i in parts if not hide[i]]
            if len(parts) - len(rest) == 1 and rest:
                hide[min(rest, key=lambda i: (amounts[i], i))] = True
                changed = True
    table.loc[hide, ["obs_value", "numerator"]] = float("nan")
    table.loc[hide, "obs_status"] = "C"
    table.loc[hide, "note"] = NOTE.zh
    return OBSERVATIONS.build(table)


def partitions(cells: pd.DataFrame, areas: pd.DataFrame, area: str) -> Iterator[Sequence[int]]:
    """Yield the rows of each set of parts whose total is published or may be worked out from published cells."""
    level = dict(zip(areas["code"], areas["level"], strict=True)) if len(areas) else {}
    kind = cells["ref_area"].map(level).fillna("")
    for name in ("sex", "age", "residence"):
        others = [one for one in BREAKDOWNS if one != name]
        parts = cells[cells[name] != TOTAL]
        keys = ["indicator", "ref_area", "time_period", "source", "vintage", *others]
        yield from (list(rows.index) for _, rows in parts.groupby(keys))
    keys = ["indicator", "time_period", "source", "vintage", *BREAKDOWNS]
    below = cells[cells["ref_area"] != area]
    yield from (list(rows.index) for _, rows in below.groupby(keys))
    # streets make up the urban, towns the rural part of the area: each of them may be published as well
    yield from (list(rows.index) for _, rows in below.groupby([*keys, kind.loc[below.index]]))
