"""Wide tables at random, one shape each, with marks, gaps and doubtful values here and there, and their truth."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tables.long_tables import MARKS, MISSING
from tables.shapes import RESIDENCE, SEX, across, by_area, down, headed, named, split, years
from tables.sheet import Book, Page, Special, as_percent, ask, doubtful, none, raised, wide_digits, written
from tables.world import CHILDREN, SCALE, UNITS, WOMEN, World

_WRONG_HEADS = ("2018-20", "2025年预计", "2024年1-6月", "2030年目标", "2045年", "比上年增减", "2016-2019", "十三五末")
_NEAR = ("合计", "婴幼儿死亡情况", "妇女之家个数", "其他", "受教育情况")


def wide_table(rng: random.Random, shape: str, delimited: bool) -> Book:
    """Return a wide table of a shape; `delimited`: it will be a csv, which has no raised marks and nothing hidden."""
    world = rng.choice((WOMEN, CHILDREN))
    book = Book("wide", world)
    page = book.page("2023年" if shape in ("areas", "codes") else rng.choice(("Sheet1", "数据", "监测表")))
    top = 1
    if rng.random() < 0.8 or shape in ("areas", "codes"):
        year = "（2023年）" if shape in ("areas", "codes") else ""
        lines = rng.choice(((), ("填报单位：统计局",), ("编制单位：统计局　　2025年6月", "")))
        top = page.title_lines(6, f"发展规划统计监测表{year}", *lines)
    below = SHAPES[shape](page, top, rng, delimited)
    if shape == "sheets":
        _more_sheets(book, rng, delimited)
    if rng.random() < 0.5:
        page.text(
            below,
            1,
            rng.choice(("注：①2020年起口径调整。", "资料来源：各部门2024年年报。", "注：本表不含2019年数据。")),
        )
    return book


def _some(world: World, rng: random.Random, at_least: int = 2, unit: str = "") -> list[str]:
    known = [one for one in world.name if not unit or world.unit[one] == unit]
    return rng.sample(known, min(len(known), rng.randint(at_least, 7)))


def _negative(page: Page, row: int, column: int, key: dict[str, Any], number: float) -> None:
    """Write a negative rate; what is no rate stays as it is."""
    if page.world.unit[key["indicator"]] in SCALE:
        page.ask(row, column, -number, "below zero")
    else:
        page.value(row, column, key, number)


def _fraction(page: Page, row: int, column: int, key: dict[str, Any], number: float) -> None:
    """Write a percentage as a plain fraction among percentages."""
    if number > 20:
        page.ask(row, column, round(number / 100, 4), "a fraction among percentages")
    else:
        page.value(row, column, key, number)


def _special(rng: random.Random, rows: int, columns: int, delimited: bool, rates: list[bool]) -> dict[Any, Special]:
    """Return what is written otherwise than as a plain number; `rates`: which rows hold percentages."""
    out: dict[Any, Special] = {}
    for i in range(rows):
        for j in range(columns):
            if rng.random() < 0.15:
                kinds = [written(rng.choice(MARKS)), none(rng.choice(MISSING)), wide_digits, written(" {} ")]
                kinds += [written("{:,}"), written("{}")] + [raised(rng.choice("12*"))] * (not delimited)
                kinds += [ask("约12", "about"), _negative, ask("12.1-13.4", "a range")]
                if rates[i]:
                    kinds += [as_percent("0.00%"), as_percent("0.0##%"), ask("130%", "a share above 100")]
                    kinds += [ask("-2.3%", "a negative share"), written("{}%"), written("{}％")]
                    kinds += [_fraction] * (columns > 4)
                out[i, j] = rng.choice(kinds)
    return out


def _down(page: Page, top: int, rng: random.Random, delimited: bool, alone: bool = True, **more: Any) -> int:
    """Indicators down, years across; some heads no year, some names not of the plan, some columns hidden.

    `alone`: no other table is on the sheet, so that hiding a column hides nothing else.
    """
    world = page.world
    units = more.pop("units", None) or rng.choice(("column", "brackets"))
    indicators = more.pop("indicators", None) or _some(world, rng)
    which = sorted(rng.sample(range(2013, 2025), rng.randint(2, 8)))
    rates = [world.unit[one] == "percent" and "毛" not in world.name[one] for one in indicators]
    special = _special(rng, len(indicators), len(which), delimited, rates)
    heads: dict[int, str] = {}
    if rng.random() < 0.3:
        which.append(2012)
        heads[len(which) - 1] = rng.choice(_WRONG_HEADS)
        special |= {(i, len(which) - 1): doubtful("no single year") for i in range(len(indicators))}
    if rng.random() < 0.2 and alone and not delimited:
        which.insert(1, which[0])
        special = {(i, j + (j >= 1)): what for (i, j), what in special.items()}
        heads = {j + 1: head for j, head in heads.items()}
        special |= {(i, 1): _other for i in range(len(indicators))}
        place = 3 + (units == "column") + bool(more.get("codes")) + bool(more.get("numbered"))
        page.sheet.column_dimensions[chr(64 + place)].hidden = True
    form = rng.choice(("{}年", "{}", "{}年度"))
    below = down(page, top, indicators, which, special, units=units, heads=heads, year_form=form, **more)
    if rng.random() < 0.25 and alone and not more:
        page.text(below, 1, rng.choice(_NEAR))
        for j in range(len(which)):
            page.ask(below, 2 + (units == "column") + j, 40 + j, "not in the plan")
        below += 1
    return below


def _other(page: Page, row: int, column: int, key: dict[str, Any], number: float) -> None:
    page.ask(row, column, round(number * 1.3 + 0.3, 2), "hidden column")


def _titled(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    """One unit for the whole table, said in a line above it."""
    unit = rng.choice(("percent", "percent", "per_1000"))
    page.text(top, 1, f"单位：{UNITS[unit]}")
    return _down(page, top + 1, rng, delimited, units=" ", indicators=_some(page.world, rng, unit=unit))


def _grouped(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    groups = {0: "一、健康", 2: "二、其他"}
    return _down(page, top, rng, delimited, groups=groups, units="column", indicators=_some(page.world, rng, 3))


def _coded(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    return _down(page, top, rng, delimited, codes=True, units="column")


def _numbered(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    return _down(page, top, rng, delimited, numbered=rng.choice(("{}", "（{}）")), units="brackets")


def _across(page: Page, top: int, rng: random.Random, delimited: bool, by: str = "years", codes: bool = False) -> int:
    """Indicators across; years or areas down."""
    indicators = _some(page.world, rng)
    lines = [([f"{year}年"], "", year) for year in range(2016, 2025)]
    if by == "areas":
        lines = by_area(page, 2023, own=page.world.areas[page.world.area], codes=codes)
    special = _special(rng, len(lines), len(indicators), delimited, [False] * len(lines))
    head = ("年份",) if by == "years" else ("地区编码", "地区") if codes else ("地区",)
    return across(page, top, indicators, lines, special, head=head, units=rng.choice(("row", "brackets")))


def _headed(page: Page, top: int, rng: random.Random, delimited: bool, deep: bool = False) -> int:
    """Two or three header rows: years above groups, above indicators or the other way round."""
    one, names, codes = rng.choice((("sex", SEX, "MF"), ("residence", RESIDENCE, "UR")))
    groups = split(one, names, *(("_T",) if rng.random() < 0.5 else ()), *codes)
    indicators, which = named(page, *_some(page.world, rng)[:3]), years(*rng.sample(range(2015, 2025), 2))
    above = [which, indicators] if rng.random() < 0.5 else [indicators, which]
    levels = [*above, groups] if deep else [which, groups]
    rows = indicators
    if deep:
        rows = [(page.world.areas[area], {"area": area}) for _, area, _ in by_area(page, 2023)]
    columns = 1
    for level in levels:
        columns *= len(level)
    special = _special(rng, len(rows), columns, delimited, [False] * len(rows))
    return headed(page, top, 1, levels, rows, special, corner="地区" if deep else "指标")


def _indented(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    """Rows of groups below each indicator."""
    world, which = page.world, list(range(2019, 2025))
    page.row(top, 1, ["指标", "单位", *(f"{year}年" for year in which)], bold=True)
    parts = [("　其中：男", {"sex": "M"}), ("　其中：女", {"sex": "F"}), ("　　农村", {"residence": "R"})]
    row = top + 1
    for one in _some(world, rng):
        for says, meaning in [(world.name[one], {}), *rng.sample(parts, rng.randint(0, 3))]:
            page.row(row, 1, [says, None if meaning else world.shown_unit(one)])
            special = _special(rng, 1, len(which), delimited, [False])
            page.grid(row, 3, [[world.key(one, year, **meaning) for year in which]], special)
            row += 1
    return row


def _several(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    """Two tables, one below the other, each with a title."""
    names = rng.sample(list(page.world.name), 6)
    page.text(top, 1, "表1", bold=True)
    below = _down(page, top + 1, rng, delimited, indicators=names[:3], units="column", alone=False)
    page.text(below + 1, 1, "表2　其他", bold=True)
    return _down(page, below + 2, rng, delimited, indicators=names[3:], units="brackets", alone=False)


def _counts(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    """An indicator above its numerator, denominator and rate; years down."""
    world = page.world
    rates = [one for one in world.name if world.unit[one] in SCALE]
    page.text(top, 1, "年份", bold=True)
    page.merge(top, 1, top + 1, 1)
    for k, one in enumerate(rng.sample(rates, 2)):
        page.text(top, 2 + 3 * k, world.name[one], bold=True)
        page.merge(top, 2 + 3 * k, top, 4 + 3 * k)
        page.row(top + 1, 2 + 3 * k, ["分子", "分母", f"比率（{world.shown_unit(one)}）"])
        for i, year in enumerate(range(2019, 2025), start=top + 2):
            page.text(i, 1, f"{year}年")
            page.counts(i, 2 + 3 * k, world.key(one, year))
    return top + 8


def _sheets(page: Page, top: int, rng: random.Random, delimited: bool) -> int:
    page.sheet.title = page.title = "2021年"
    return _of_year(page, top, 2021, rng, delimited)


def _more_sheets(book: Book, rng: random.Random, delimited: bool) -> None:
    for year in (2022, 2023, 2024):
        _of_year(book.page(f"{year}年"), 1, year, rng, delimited)


def _of_year(page: Page, top: int, year: int, rng: random.Random, delimited: bool) -> int:
    page.row(top, 1, ["指标名称", "计量单位", "数值" if not delimited else f"{year}年"], bold=True)
    indicators = _some(page.world, rng, 4)
    for i, one in enumerate(indicators, start=top + 1):
        page.row(i, 1, [page.world.name[one], page.world.shown_unit(one)])
    keys = [[page.world.key(one, year)] for one in indicators]
    page.grid(top + 1, 3, keys, _special(rng, len(keys), 1, delimited, [False] * len(keys)))
    return top + 1 + len(indicators)


Shape = Callable[[Page, int, random.Random, bool], int]
SHAPES: dict[str, Shape] = {
    "down": _down,
    "titled": _titled,
    "grouped": _grouped,
    "coded": _coded,
    "numbered": _numbered,
    "years": _across,
    "areas": lambda *given: _across(*given, by="areas"),
    "codes": lambda *given: _across(*given, by="areas", codes=True),
    "headed": _headed,
    "deep": lambda *given: _headed(*given, deep=True),
    "indented": _indented,
    "several": _several,
    "counts": _counts,
    "sheets": _sheets,
}
