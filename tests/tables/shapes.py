"""The shapes of tables: indicators down or across, areas or years down, headers of two and three rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tables.sheet import Key, Page, Special

SEX = {"_T": "合计", "M": "男", "F": "女"}
RESIDENCE = {"_T": "合计", "U": "城镇", "R": "农村"}
Specials = Mapping[tuple[int, int], Special]


def label(page: Page, indicator: str, brackets: bool) -> str:
    """Return the name of an indicator, on request with its unit in brackets."""
    unit = page.world.shown_unit(indicator)
    return page.world.name[indicator] + (f"（{unit}）" if brackets and unit else "")


def down(
    page: Page,
    top: int,
    indicators: Sequence[str],
    years: Sequence[int],
    special: Specials | None = None,
    *,
    left: int = 1,
    units: str = "column",
    codes: bool = False,
    numbered: str = "",
    year_form: str = "{}年",
    groups: Mapping[int, str] | None = None,
    heads: Mapping[int, str] | None = None,
    area: str = "",
) -> int:
    """Write indicators down, years across; return the row after the table.

    `units`: column, brackets or empty. `groups`: headings above the row of that number. `heads`: other column heads.
    """
    head: list[str] = ["序号"] * bool(numbered) + ["指标编码"] * codes + ["指标名称"] + ["单位"] * (units == "column")
    first = left + len(head)
    shown = [(heads or {}).get(j, year_form.format(year)) for j, year in enumerate(years)]
    page.row(top, left, [*head, *[int(one) if one.isdigit() else one for one in shown]], bold=True)
    row = top + 1
    for i, indicator in enumerate(indicators):
        if groups and i in groups:
            page.text(row, left, groups[i], bold=True)
            page.merge(row, left, row, first + len(years) - 1)
            row += 1
        about: list[Any] = [numbered.format(i + 1)] if numbered else []
        about += [indicator] * codes + [label(page, indicator, units == "brackets")]
        about += [page.world.shown_unit(indicator)] * (units == "column")
        for j, content in enumerate(about):
            page.text(row, left + j, content)
        line = {(0, j): what for (r, j), what in (special or {}).items() if r == i}
        page.grid(row, first, [[page.world.key(indicator, year, area) for year in years]], line)
        row += 1
    return row


def across(
    page: Page,
    top: int,
    indicators: Sequence[str],
    lines: Sequence[tuple[Sequence[Any], str, int]],
    special: Specials | None = None,
    *,
    head: Sequence[str] = ("地区",),
    left: int = 1,
    units: str = "row",
) -> int:
    """Write indicators across; a line is its labels, its area ("" for the own one) and its year.

    `units`: row (below the names), brackets or empty. Return the row after the table.
    """
    first = left + len(head)
    page.row(top, left, [*head, *(label(page, one, units == "brackets") for one in indicators)], bold=True)
    row = top + 1
    if units == "row":
        page.row(row, first, [page.world.shown_unit(one) for one in indicators])
        for j in range(len(head)):
            page.merge(top, left + j, row, left + j)
        row += 1
    for labels, _, _ in lines:
        for j, content in enumerate(labels):
            page.text(row, left + j, content)
        row += 1
    keys = [[page.world.key(one, year, area) for one in indicators] for _, area, year in lines]
    page.grid(row - len(lines), first, keys, special)  # type: ignore[arg-type]
    return row


def by_area(page: Page, year: int, own: str = "", codes: bool = False) -> list[tuple[Sequence[Any], str, int]]:
    """Return a line for each area below the plan's own, and first one for itself if it is called something."""
    world = page.world
    below = [code for code in world.areas if code != world.area]
    lines = [([code] * codes + [world.areas[code]], code, year) for code in below]
    return [([world.area] * codes + [own], "", year)] * bool(own) + lines


def headed(
    page: Page,
    top: int,
    left: int,
    levels: Sequence[Sequence[tuple[Any, Mapping[str, Any]]]],
    rows: Sequence[tuple[Any, Mapping[str, Any]]],
    special: Specials | None = None,
    corner: str = "",
) -> int:
    """Write a table with merged header rows: each level is repeated below every head of the level above.

    A head is what it says and what it means for the key: indicator, year (`time_period`), area, breakdowns.
    """
    columns: list[dict[str, Any]] = [{}]
    for level, heads in enumerate(levels):
        below = 1
        for other in levels[level + 1 :]:
            below *= len(other)
        for j, _ in enumerate(columns):
            for k, (says, _meaning) in enumerate(heads):
                column = left + 1 + (j * len(heads) + k) * below
                page.text(top + level, column, says, bold=True, left=False)
                if below > 1:
                    page.merge(top + level, column, top + level, column + below - 1)
        columns = [{**column, **meaning} for column in columns for _, meaning in heads]
    page.text(top, left, corner, bold=True)
    if len(levels) > 1:
        page.merge(top, left, top + len(levels) - 1, left)
    first = top + len(levels)
    for i, (says, _) in enumerate(rows):
        page.text(first + i, left, says)
    keys = [[_key(page, {**column, **meaning}) for column in columns] for _, meaning in rows]
    page.grid(first, left + 1, keys, dict(special or {}))
    return first + len(rows)


def years(*which: int, form: str = "{}年") -> list[tuple[str, dict[str, Any]]]:
    """Return heads that name years."""
    return [(form.format(year), {"time_period": year}) for year in which]


def named(page: Page, *indicators: str, brackets: bool = True) -> list[tuple[str, dict[str, Any]]]:
    """Return heads that name indicators."""
    return [(label(page, one, brackets), {"indicator": one}) for one in indicators]


def split(dimension: str, names: Mapping[str, str], *codes: str) -> list[tuple[str, dict[str, Any]]]:
    """Return heads that name the codes of a breakdown."""
    return [(names[code], {dimension: code}) for code in codes or names]


def _key(page: Page, meaning: Mapping[str, Any]) -> Key:
    given = dict(meaning)
    return page.world.key(given.pop("indicator"), given.pop("time_period"), given.pop("area", ""), **given)
