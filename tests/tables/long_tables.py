"""Long tables at random, one kind of trouble each, with their truth: a row for each indicator, year and group."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

from tables.sheet import Book, Key, Page, raised
from tables.world import CHILDREN, SCALE, WOMEN, World

MARKS = ("{}①", "{}②", "{}²", "{}*", "①{}", "{}（注1）", "{}③", "{}⑴", "{}[1]", "{}※", "{} ①", "{}＊", "{}(注2)")
MISSING = ("", "—", "-", "…", "/", "…（无数据）", "缺", "未统计", ".", "——", "……", "无", "…", "缺报")
_COLUMNS = ("性别", "分子", "分母", "计量单位", "数据状态", "说明")
_SEX = {"_T": "合计", "M": "男", "F": "女"}
At = dict[str, int]
Row = Callable[[Page, int, At, Key, random.Random], None]


def long_table(rng: random.Random, kind: str, delimited: bool) -> Book:
    """Return a long table of 4 to 30 rows; `delimited`: it will be a csv, which has no raised marks."""
    world = rng.choice((WOMEN, CHILDREN))
    book = Book("long", world)
    page = book.page(rng.choice(("Sheet1", "数据", "填报表")))
    by = rng.choice(("指标编码", "指标名称", "指标"))
    columns = [by, "年份", "数值", *rng.sample(_COLUMNS, rng.randint(0, len(_COLUMNS)))]
    columns += {"counts": ["分子", "分母"], "units": ["计量单位"], "periods": ["性别"]}.get(kind, [])
    columns = list(dict.fromkeys(columns))
    rng.shuffle(columns)
    columns = ["单位" if one == "计量单位" and rng.random() < 0.5 else one for one in columns]
    double = kind == "hidden" and not delimited and rng.random() < 0.4
    if double:
        columns.insert(0, "数值")
        page.sheet.column_dimensions["A"].hidden = True
    top = page.title_lines(len(columns), "统计监测数据报送表") if rng.random() < 0.4 else 1
    page.row(top, 1, columns, bold=True)
    at = {{"单位": "计量单位", by: "指标"}.get(one, one): j for j, one in enumerate(columns, start=1)}
    at["by code"] = by == "指标编码"
    row = top + 1
    for key in _keys(world, rng, kind):
        if "性别" in at and rng.random() < 0.3:
            key = {**key, "sex": rng.choice("MF")}
        _about(page, row, at, key, rng)
        if double:
            page.ask(row, 1, round(world.number(key) * 1.6 + 0.4, 2), "hidden column")
        troubled = rng.random() < 0.4 and not (delimited and kind in ("hidden", "formulas"))
        (ROWS[kind] if troubled else _plain)(page, row, at, key, rng)
        row += rng.choice((1, 1, 2, 4)) if kind == "blanks" else 1
    if kind == "hidden" and not delimited:
        _hide(book, page, rng, at, top)
    if kind == "blanks":
        page.text(row + 1, 1, "注：本表2023年数据为快报数。")
    if kind == "merged":
        _merge_names(page, at, top + 1, row - 1)
    if kind == "marks" and not delimited:
        _raise(page, at, row, world.key(rng.choice(list(world.name)), 2013), rng)
    return book


def _keys(world: World, rng: random.Random, kind: str) -> list[Key]:
    """Return the keys of the rows, for `merged` those of an indicator or a year together."""
    few = {"merged": 3, "units": 5}  # a fraction shows among other numbers of the same indicator
    names = rng.sample(list(world.name), few.get(kind, len(world.name)))
    keys = [world.key(one, year) for one in names for year in range(2014, 2025)]
    chosen = rng.sample(keys, rng.randint(4, 30))
    if kind == "merged":
        order = rng.choice((("indicator", "time_period"), ("time_period", "indicator")))
        chosen.sort(key=lambda key: [str(key[name]) for name in order])
    return chosen


def _about(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Write what a row says of its number."""
    world, indicator = page.world, key["indicator"]
    page.text(row, at["指标"], indicator if at["by code"] else world.name[indicator])
    page.text(row, at["年份"], rng.choice((key["time_period"], f"{key['time_period']}年")))
    if "性别" in at:
        page.text(row, at["性别"], _SEX[key["sex"]])
    if "计量单位" in at:
        page.text(row, at["计量单位"], world.shown_unit(indicator) or None)


def _plain(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    page.value(row, at["数值"], key, page.world.number(key))


def _marks(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Put a footnote mark at the number, the name or the year."""
    number, mark, where = page.world.number(key), rng.choice(MARKS), rng.random()
    page.value(row, at["数值"], key, number, mark.format(number) if where < 0.7 else None)
    if where > 0.85:
        page.text(row, at["年份"], f"{key['time_period']}年{rng.choice('①②*')}")
    elif where > 0.7 and not at["by code"]:
        page.text(row, at["指标"], page.world.name[key["indicator"]] + rng.choice("①②*"))


def _raise(page: Page, at: At, row: int, key: Key, rng: random.Random) -> None:
    """Add a row whose number carries a raised mark."""
    _about(page, row, at, key, rng)
    raised(rng.choice("12*"))(page, row, at["数值"], key, page.world.number(key))


def _missing(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Leave the number out, with a mark or without; or write a real zero."""
    if rng.random() < 0.2:
        page.value(row, at["数值"], key, 0, rng.choice((0, "0", "0.0", "０")))
    else:
        page.missing(row, at["数值"], rng.choice(MISSING))


def _units(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Write the number in another unit than the plan's, or with a sign or a format."""
    unit, number, place = page.world.unit[key["indicator"]], page.world.number(key), at["数值"]
    sign = {"percent": "%", "per_1000": "‰"}.get(unit)
    if unit in ("万人", "万人次"):
        page.text(row, at["计量单位"], unit.removeprefix("万"))
        page.value(row, place, key, number, round(number * 10_000))
    elif unit in ("percent", "per_1000") and rng.random() < 0.3:
        other, factor = ("‰", 10) if unit == "percent" else ("%", 0.1)
        shown = round(number * factor, 6)
        behind = "" if rng.random() < 0.5 else other  # the unit stands in its column or behind the number
        page.sheet.cell(row, at["计量单位"]).value = None if behind else other
        page.value(row, place, key, number, f"{shown:g}{behind}" if behind else shown)
    elif unit == "percent" and rng.random() < 0.5 and number > 20:
        same = [cell for cell in page.cells if cell["indicator"] == key["indicator"]]
        if len(same) > 2 and rng.random() < 0.5:
            page.ask(row, place, round(number / 100, 6), "a fraction under percent")
        else:
            page.value(row, place, key, number, round(number / 100, 6), "0.00%")
    elif sign:
        page.value(row, place, key, number, f"{number}{rng.choice((sign, ' ' + sign))}")
    else:
        page.value(row, place, key, number, f"{number:,}")


def _periods(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Spell the year, or write what is no year."""
    y, school = key["time_period"], key["indicator"] in page.world.school
    digits = str(y).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))
    wide = str(y).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    right: list[Any] = [f"{y}年度", f"{y}.0", float(y), wide, f"{digits}年", f"{y} 年", str(y)]
    if school:
        dash = rng.choice(("-", "—", "－", "～", "–", "至", "/"))
        right += [
            f"{y - 1}{dash}{y}学年",
            f"{y - 1}{dash}{y}学年度",
            f"{y - 1}/{y % 100:02d}学年",
            f"{y - 1}-{y}学年",
        ] * 2
    wrong: list[Any] = [f"{y - 4}-{y}", f"{y - 2}-{y % 100:02d}", f"{y}.1-6月", f"{y}01", f"{y}-06", f"{y}年6月"]
    wrong += [
        f"{y}年第1季度",
        f"{y}年上半年",
        f"{y}年预计",
        "2045年",
        date(y, 6, 30),
        f"{y}/6/30",
        f"{y}年底目标",
        f"{y}1",
    ]
    wrong += ["近三年", f"{y}、{y + 1}年", f"{y % 100:02d}", f"{y - 3}年至{y}年", f"{y}Q1", f"{y}-1-6"]
    if not school:
        wrong += [f"{y - 1}-{y}", f"{y - 1}/{y % 100:02d}"]
    if rng.random() < 0.5:
        page.text(row, at["年份"], rng.choice(right))
        _plain(page, row, at, key, rng)
    else:
        page.text(row, at["年份"], rng.choice(wrong))
        page.ask(row, at["数值"], round(page.world.number(key) * 1.07 + 0.03, 3), "no single year")


def _formulas(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Write the number as a formula, its result stored or not."""
    number = page.world.number(key)
    page.formula(row, at["数值"], key, f"={number}*2-{number}", number, stored=rng.random() < 0.5)


def _counts(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Write numerator and denominator: alone, with their value, or with a value that they do not give."""
    if page.world.unit[key["indicator"]] not in SCALE:
        return _plain(page, row, at, key, rng)
    above, below, value = page.world.counts(key)
    roles = {"分子": ("numerator", above), "分母": ("denominator", below), "数值": ("value", value)}
    how = rng.choice(("alone", "together", "apart", "above"))
    if how == "alone":
        del roles["数值"]
    for name, (role, number) in roles.items():
        if how in ("alone", "together"):
            page.value(row, at[name], key, number, role=role)
        else:
            wrong = {"分子": below * 2 if how == "above" else above, "分母": below, "数值": round(value * 1.3 + 1, 2)}
            page.ask(row, at[name], wrong[name], "value and counts disagree")
    return None


def _hide(book: Book, page: Page, rng: random.Random, at: At, top: int) -> None:
    """Hide some rows that repeat a key with another number, a column of other values, and a sheet of them."""
    row, seen = page.sheet.max_row, [cell for cell in page.cells if cell["as"] == "value"]
    repeated = rng.sample(seen, min(len(seen), 3))
    for cell in repeated:
        row += 1
        _about(page, row, at, cell, rng)
        page.ask(row, at["数值"], round(cell["value"] * 1.4 + 0.3, 2), "hidden row")
        page.sheet.row_dimensions[row].hidden = True
    old = book.page("旧数据", hidden=True)
    old.row(1, 1, [page.sheet.cell(top, j).value for j in range(1, page.sheet.max_column + 1)], bold=True)
    for i, cell in enumerate(repeated, start=2):
        _about(old, i, at, cell, rng)
        old.ask(i, at["数值"], round(cell["value"] * 1.7 + 0.7, 2), "hidden sheet")


def _hidden(page: Page, row: int, at: At, key: Key, rng: random.Random) -> None:
    """Hide the row itself."""
    page.ask(row, at["数值"], round(page.world.number(key) * 1.2 + 0.1, 2), "hidden row")
    page.sheet.row_dimensions[row].hidden = True


def _merge_names(page: Page, at: At, top: int, bottom: int) -> None:
    """Merge what stands below one another and is the same."""
    for name in ("年份", "指标"):
        first = top
        for row in range(top + 1, bottom + 2):
            same = row <= bottom and str(page.sheet.cell(row, at[name]).value) == str(
                page.sheet.cell(first, at[name]).value
            )
            if not same:
                if row - first > 1:
                    page.merge(first, at[name], row - 1, at[name])
                first = row


ROWS: dict[str, Row] = {
    "plain": _plain,
    "marks": _marks,
    "missing": _missing,
    "units": _units,
    "periods": _periods,
    "hidden": _hidden,
    "formulas": _formulas,
    "merged": _plain,
    "blanks": _plain,
    "counts": _counts,
}
