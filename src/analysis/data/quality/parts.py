"""Checks between areas and groups of one year: parts against totals, and values copied down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import Any

import pandas as pd

from analysis.data.quality.look import FEW, Found, Look, grouped, is_total
from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.schema import BREAKDOWNS, TOTAL

_PARTS = {"sex": 2, "age": 4, "residence": 2}


def parts_and_totals(look: Look) -> Found:
    """Find totals that their parts (sex, age, urban and rural, streets) do not add up to, where all were reported."""
    known = look.known
    counted = known[
        known["numerator"].notna() & known["denominator"].notna() & ~known.index.isin(list(look.doubted["counts"]))
    ]
    for name, expected in _PARTS.items():
        keys = ["indicator", "time_period", "ref_area", *(one for one in BREAKDOWNS if one != name)]
        whole = counted[name] == TOTAL
        yield from _sums(counted[~whole], counted[whole], keys, dict.fromkeys(look.known["ref_area"], expected), look)
    if not look.parents:
        return
    below = Counter(parent for parent in look.parents.values() if parent)
    parts = counted.assign(ref_area=counted["ref_area"].map(look.parents).fillna(""))
    totals = counted[counted["ref_area"].isin(list(below))]
    yield from _sums(parts, totals, ["indicator", "time_period", "ref_area", *BREAKDOWNS], below, look)


def _sums(parts: pd.DataFrame, whole: pd.DataFrame, keys: list[str], expected: Mapping[str, int], look: Look) -> Found:
    """Find totals off the sum of their parts; `expected` is how many parts a total of an area has."""
    added = parts.groupby(keys)[["numerator", "denominator"]].agg(["sum", "size"])
    sums: dict[Any, tuple[float, ...]] = {key: tuple(cells) for key, *cells in added.itertuples(name=None)}
    own_key = attrgetter(*keys)
    for row in look.each(whole):
        above, size, below, _ = sums.get(own_key(row), (0.0, 0, 0.0, 0))
        if size != expected.get(row.ref_area):
            continue
        for zh, total, own in (("分子", above, row.numerator), ("分母", below, row.denominator)):
            if abs(total - own) > 0.5:
                yield (
                    row,
                    Text(
                        f"各部分{zh}之和 {total:g}，合计为 {own:g}", f"parts add up to {total:g}, the total is {own:g}"
                    ),
                )


def copied_down(look: Look) -> Found:
    """Find a value that is the same in every area of a level, or in every group, where the counts do not explain it.

    At least three areas or groups; five where the value is a whole number, which agrees more easily. Said once, at the
    first row.
    """
    usable = look.known["obs_value"].notna() & look.known["unit"].isin(list(SCALE))
    rows = [row for row in look.sound(look.each(look.known[usable]), "value") if row.obs_value not in (0, 100)]
    for same in _equal(rows, ("indicator", "time_period", *BREAKDOWNS), look):
        if is_total(same[0]):
            n, value = len(same), same[0].obs_value
            yield same[0], Text(f"{n}个地区本年均为 {value:g}，疑似照抄", f"{value:g} in all {n} areas: copied?")
    groups = [row for row in rows if not is_total(row)]
    for same in _equal(groups, ("indicator", "time_period", "ref_area"), look):
        n, value = len(same), same[0].obs_value
        yield same[0], Text(f"{n}个分组本年均为 {value:g}，疑似照抄", f"{value:g} in all {n} groups: copied?")


def _equal(rows: Iterable[Any], keys: tuple[str, ...], look: Look) -> Iterable[list[Any]]:
    """Return the sets of rows that have one value which their counts do not explain."""
    by_area = "ref_area" not in keys
    for alike in grouped(rows, keys):
        levels: dict[Any, list[Any]] = {}
        for row in alike:
            levels.setdefault(look.depths.get(row.ref_area, -1) if by_area else 0, []).append(row)
        for same in levels.values():
            values = {row.obs_value for row in same}
            if len(values) > 1 or len(same) < (5 if float(same[0].obs_value).is_integer() else 3):
                continue
            if not _explained(same, look):
                yield same


def _explained(rows: list[Any], look: Look) -> bool:
    """Return whether counts of their own, or few people, explain that rows have one value."""
    if any(row.denominator < FEW for row in rows):
        return True
    own = [row for row in rows if row.Index in look.implied]
    return len(own) == len(rows) and len({row.denominator for row in own}) > 1
