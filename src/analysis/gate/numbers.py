"""A cell as a number: read as it stands, missing with its symbol, doubtful with the likely reading, or no number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from analysis.exceptions import Text
from analysis.gate.texts import Uncomputed, plain, without_marks

_MISSING = {
    "", "-", "--", "---", "–", "—", "——", "———", "…", "……", "...", "......", ".", "..", "/", "//", "\\", "n/a", "na",
    "#n/a", "null", "none", "无", "无数据", "缺", "缺报", "缺失", "未报", "未上报", "未统计", "未开展", "未开展统计",
    "不详", "暂无", "暂缺", "暂无数据", "空", "x",
}  # fmt: skip
_EXPLAINED = re.compile(r"^([-–—…./\\]+)\s*[(\[][^0-9]*[)\]]$")  # … （无数据）
_THOUSANDS = r"\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+"
_PLAIN = re.compile(rf"^[+-]?(?:(?:{_THOUSANDS})(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$")
_COMMA = re.compile(r"^[+-]?(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: \d{3})+|\d+),\d+$")  # 1.234,5
_ODD_POINT = re.compile(r"^[+-]?\d+[。·、,．]\d+$")
_TAIL = re.compile(r"^(?P<digits>[+-]?[\d.,  ]*\d(?:[eE][+-]?\d+)?)\s*(?P<sign>[%‰]|/万|/10万|[\u4e00-\u9fff]{1,4})$")
_LINES = re.compile(r"\d\s*[\t\n\r]\s*\d")
_POINT_OR_THOUSAND = re.compile(r"^[+-]?[1-9]\d{0,2}\.\d{3}$")
_ABOUT = re.compile(r"^(?:约|大约|近|≈|~)\s*|\s*(?:左右|上下)$")
_ERRORS = ("#div/0!", "#ref!", "#value!", "#name?", "#num!", "#null!", "#spill!")
_UNCOMPUTED = Text(
    "公式未计算，请在表格软件中打开并保存一次", "a formula without a stored value: open and save the file"
)
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Number:
    """A number as it stands in a cell.

    Parameters
    ----------
    value : float
    sign : str
        What stood behind it: %, ‰, or a word such as 万人; empty without one.
    mark : str
        Footnote marks that were taken off.
    doubt : Text or None
        Why a person has to confirm the reading; None where there is no doubt.
    decimals : int
        Digits written behind the point.
    """

    value: float
    sign: str = ""
    mark: str = ""
    doubt: Text | None = None
    decimals: int = 0


@dataclass(frozen=True)
class Missing:
    """No value, and the symbol that says so; empty for a blank cell."""

    symbol: str = ""


@dataclass(frozen=True)
class NoNumber:
    """Neither a number nor the sign of a missing one."""

    found: str
    reason: Text


def read_number(cell: Any, decimal_comma: bool = False) -> Number | Missing | NoNumber:
    """Read a cell as a number.

    Parameters
    ----------
    cell : object
        A value as a spreadsheet or a text file holds it; `UNCOMPUTED` for a formula without a stored value.
    decimal_comma : bool
        The file writes decimals with a comma.

    Returns
    -------
    Number, Missing or NoNumber
        Marks of footnotes are never part of the number.
    """
    if cell is None:
        return _NOTHING
    if type(cell) is float or type(cell) is int:  # most cells of a workbook
        return _of_number(cell)
    if isinstance(cell, Uncomputed):
        return NoNumber("", _UNCOMPUTED)
    if isinstance(cell, bool | date | datetime):
        found = str(cell)
        return NoNumber(found, Text(f"“{found}”是日期或逻辑值，不是数字", f"'{found}' is a date or a truth value"))
    if isinstance(cell, int | float):
        return _of_number(float(cell))
    whole = plain(cell).removeprefix("'")
    if isinstance(cell, str) and _LINES.search(cell):
        return NoNumber(whole, Text(f"“{whole}”一格内有几行数字", f"'{whole}': numbers on several lines of a cell"))
    if whole.lower() in _MISSING or _EXPLAINED.match(whole):
        return Missing(whole)
    bare, mark = without_marks(whole)
    if mark and bare.lower() in _MISSING:
        if bare:
            return Missing(whole)
        return NoNumber(whole, Text(f"“{whole}”只有注号，没有数字", f"'{whole}' is a footnote mark alone"))
    number = _number(bare, decimal_comma)
    if number is not None:
        value = f"{number.value:.12g}"
        doubt = Text(f"“{whole}”疑为 {value}，{mark} 疑为注号", f"'{whole}': perhaps {value} with a footnote")
        return replace(number, mark=mark, doubt=number.doubt or (doubt if re.search(r"\*\d", mark) else None))
    return _none(whole)


_NOTHING = Missing()


def _of_number(cell: float) -> Number | Missing | NoNumber:
    if cell != cell:
        return _NOTHING
    if math.isinf(cell):
        return _none(str(cell))
    whole = cell == int(cell)
    return Number(float(cell), decimals=0 if whole else _decimals(f"{cell:.10f}".rstrip("0")))


@lru_cache(maxsize=1 << 14)
def _number(bare: str, decimal_comma: bool) -> Number | None:
    if _ABOUT.search(bare):
        found = _number(_ABOUT.sub("", bare), decimal_comma)
        return found and replace(found, doubt=_perhaps(bare, found.value))
    sign = ""
    if tail := _TAIL.match(bare):
        bare, sign = tail["digits"].strip(), tail["sign"]
    if decimal_comma and _POINT_OR_THOUSAND.match(bare):
        likely: float | None = float(bare.replace(".", ""))
    elif (value := _value(bare, decimal_comma)) is not None:
        return Number(value, sign, decimals=_decimals(bare, decimal_comma))
    else:
        likely = _likely(bare)
    return (
        None
        if likely is None
        else Number(likely, sign, doubt=_perhaps(bare, likely), decimals=_decimals(f"{likely:.12g}"))
    )


@lru_cache(maxsize=1 << 14)
def _decimals(digits: str, decimal_comma: bool = False) -> int:
    """Return how many digits stand behind the point."""
    found = re.search(r"[,.](\d+)$" if decimal_comma else r"[.。·、．](\d+)(?:[eE][+-]?\d+)?$", digits)
    return len(found[1]) if found and "e" not in digits.lower() else 0


def _perhaps(bare: str, likely: float) -> Text:
    return Text(f"“{bare}”疑为 {likely:.12g}", f"'{bare}': perhaps {likely:.12g}")


def _value(digits: str, decimal_comma: bool) -> float | None:
    if decimal_comma and _COMMA.match(digits):
        digits = digits.replace(".", "").replace(" ", "").replace(",", ".")
    if not _PLAIN.match(digits):
        digits = digits.translate(_HAN_DIGITS) if len(digits) > 2 else ""
        if not digits.isascii() or not digits.isdigit():
            return None
    value = float(digits.replace(",", "").replace(" ", ""))
    return value if math.isfinite(value) else None


def _likely(bare: str) -> float | None:
    """Return what a writing most likely means that no rule makes certain."""
    if _ODD_POINT.match(bare):
        return float(re.sub("[。·、,．]", ".", bare))
    if re.fullmatch("[一二三四五六七八九][〇零○一二三四五六七八九]", bare):
        return float(bare.translate(_HAN_DIGITS))
    if footed := re.fullmatch(r"([+-]?\d+(?:\.\d+)?) ?\d\)", bare):  # 4.5 1)
        return float(footed.group(1)) if " " in bare else None
    return None


def _none(found: str) -> NoNumber:
    if found.lower() in _ERRORS:
        return NoNumber(found, Text(f"表格公式出错（{found}）", f"an error of a formula ({found})"))
    if re.fullmatch(r"\([\d.,]+\)", found):
        reason = Text(f"“{found}”带括号，可能是负数或暂定数", f"'{found}' in brackets: negative or provisional?")
        return NoNumber(found, reason)
    if found.lower() in ("inf", "-inf", "nan", "infinity", "-infinity"):
        return NoNumber(found, Text(f"“{found}”不是有限的数", f"'{found}' is no finite number"))
    return NoNumber(found, Text(f"“{found}”不是数字", f"'{found}' is no number"))
