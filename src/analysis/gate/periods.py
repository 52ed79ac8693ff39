"""A cell as a period. A period is a year; whatever else it is gets refused by name, or asked for where it is likely.

School years have one rule: 2016-2017学年, 2016/17学年 and 2016—2017学年度 are the year in which they end, 2017.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from analysis.exceptions import Text
from analysis.gate.texts import plain, without_marks

FIRST, LAST = 1900, 2100
_DASH = r"\s*[-–—~～至/／到]\s*"
_YEAR = re.compile(r"^(?:公元)?(\d{4})(?:\.0+)?\s*(?:年|年度|全年|年全年|年末|年底|-A1)?$")
_YEAR_END = re.compile(r"^(\d{4})[-/.年]12[-/.月]31日?(?: 0?0:00(?::00)?)?$")
_SPAN = re.compile(rf"^(\d{{4}})年?{_DASH}(\d{{2}}|\d{{4}})\s*年?(学年度?|学年度)?$")
_SCHOOL = re.compile(r"^(\d{4})年?学年度?$")
_MONTH = re.compile(
    r"^(\d{4})(?:年|[-./]?M?)\s*(?:0?[1-9]|1[0-2])(?:月份?)?(?:\s*[-–—~～至]\s*(?:0?[1-9]|1[0-2]))?(?:月份?)?$"
)
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?$")
_PART = re.compile(
    r"^(\d{4})年?\s*[-—]?\s*(上半年|下半年|[一二三四1-4]季度|前?第?[一二三四1-4]季度?|Q[1-4]|S[12]|H[12])$", re.I
)
_AHEAD = re.compile(r"预计|预测|计划|规划|目标|拟|估计|估算")
_SHORT = re.compile(r"^'?(\d{2})年度?$")
_HAN = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Period:
    """A year.

    Parameters
    ----------
    year : int
    doubt : Text or None
        Why a person has to confirm it; None where there is no doubt.
    """

    year: int
    doubt: Text | None = None


@dataclass(frozen=True)
class NoPeriod:
    """What is no year, and what it is instead."""

    found: str
    reason: Text


def read_period(cell: Any, school_year: bool = False) -> Period | NoPeriod | None:
    """Read a cell as a year.

    Parameters
    ----------
    cell : object
    school_year : bool
        The indicator's period type is the school year: a bare 2016-2017 is then one.

    Returns
    -------
    Period, NoPeriod or None
        None where the cell says nothing about time.
    """
    if isinstance(cell, bool) or cell is None:
        return None
    if type(cell) in (int, str):
        return _known(cell, school_year)
    return _cell(cell, school_year)


@lru_cache(maxsize=1 << 12)
def _known(cell: int | str, school_year: bool) -> Period | NoPeriod | None:
    return _cell(cell, school_year)


def _cell(cell: Any, school_year: bool) -> Period | NoPeriod | None:
    if isinstance(cell, date | datetime):
        return Period(cell.year) if (cell.month, cell.day) == (12, 31) else _of_a_day(f"{cell:%Y-%m-%d}")
    if isinstance(cell, float) and not cell.is_integer():
        return _months(f"{cell:g}") if FIRST <= cell <= LAST else None
    given = without_marks(plain(cell))[0]
    day = re.sub(r"[T ]0?0:00(?::00(?:\.0+)?)?$", "", given)  # a date without a time of day
    found = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", day)  # 2016 1 is not 20161
    if re.match(r"^[〇零○一二三四五六七八九]{4}", found):
        found = found.translate(_HAN)
    return _read(found, school_year)


def _read(found: str, school_year: bool) -> Period | NoPeriod | None:
    if not re.search(r"\d", found):
        return None
    if plain_year := _YEAR.match(found) or _YEAR_END.match(found):
        return _within(int(plain_year[1]))
    if span := _SPAN.match(found):
        return _span(found, span, school_year)
    if school := _SCHOOL.match(found):
        year = int(school[1]) + 1
        return _asked(year, Text(f"“{found}”疑指 {year - 1}—{year} 学年，按结束年份为 {year} 年",
                                 f"'{found}': perhaps the school year that ends in {year}"))  # fmt: skip
    if _PART.match(found):
        return NoPeriod(
            found, Text(f"“{found}”是半年或季度，不是年度数据", f"'{found}' is a part of a year, not a year")
        )
    if _MONTH.match(found):
        return _months(found)
    if day := _DAY.match(found):
        return _of_a_day(found) if FIRST <= int(day[1]) <= LAST else None
    if short := _SHORT.match(found):
        year = 2000 + int(short[1])
        return _asked(year, Text(f"“{found}”疑为 {year} 年", f"'{found}': perhaps {year}"))
    if re.match(r"^\d{4}年?", found) and _AHEAD.search(found):
        return NoPeriod(
            found, Text(f"“{found}”是预计或目标，不是统计数据", f"'{found}' is expected or planned, not observed")
        )
    return None


def _span(found: str, span: re.Match[str], school_year: bool) -> Period | NoPeriod | None:
    first = int(span[1])
    last = int(str(first)[: 4 - len(span[2])] + span[2])
    last += 100 if span[2] == "00" and first % 100 == 99 else 0
    if not (FIRST <= first <= LAST):
        return None
    if last - first == 1:
        month = re.match(r"^\d{4}-(0[1-9]|1[0-2])$", found)
        if span[3] or (school_year and not month):
            return _within(last)
        return _asked(last, Text(f"“{found}”疑为学年，按结束年份为 {last} 年",
                                 f"'{found}': perhaps the school year that ends in {last}"))  # fmt: skip
    if last > first:
        years = last - first + 1
        return NoPeriod(found, Text(f"“{found}”跨 {years} 年，不是一个年份", f"'{found}' spans {years} years"))
    return (
        _months(found) if _MONTH.match(found) else NoPeriod(found, Text(f"“{found}”不是年份", f"'{found}' is no year"))
    )


def _within(year: int) -> Period | None:
    return Period(year) if FIRST <= year <= LAST else None


def _asked(year: int, doubt: Text) -> Period | None:
    return Period(year, doubt) if FIRST <= year <= LAST else None


def _months(found: str) -> NoPeriod | None:
    if not FIRST <= int(found[:4]) <= LAST:
        return None
    return NoPeriod(found, Text(f"“{found}”是月份，不是年度数据；月度数据请放入 monthly.csv",
                                f"'{found}' is a month, not a year: monthly data go to monthly.csv"))  # fmt: skip


def _of_a_day(found: str) -> NoPeriod:
    return NoPeriod(found, Text(f"“{found}”是年内的日期，不是年份", f"'{found}' is a date within a year, not a year"))
