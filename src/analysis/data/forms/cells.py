"""Cells as people type them in Excel and WPS: full-width digits, ％ and ‰, 二〇二五年, thousands separators."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

_BLANKS = re.compile(r"[\s\u3000\u200b\ufeff]+")
_NUMBER = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][+-]?\d+)?$")
_YEAR = re.compile(r"^(\d{4})(年度?|学年|/\d{2,4}学年|-\d{2,4}学年)?$")
_MISSING = {"", "-", "--", "—", "——", "…", "...", "/", "无", "na", "n/a", "nan", "null", "#n/a", "缺", "缺报"}
_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")


@dataclass(frozen=True)
class Number:
    """A number and the sign that stood behind it: %, ‰ or nothing."""

    value: float
    sign: str = ""


def text(cell: Any) -> str:
    """Return a cell as text: full-width forms as plain ones, no blanks at the ends or inside Chinese words."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    plain = _BLANKS.sub(" ", unicodedata.normalize("NFKC", str(cell))).strip()
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", plain)


def written(cell: Any) -> str:
    """Return free text as it was written; the apostrophe that keeps a text from running is taken off."""
    plain = "" if cell is None else str(cell).strip()
    return plain[1:] if re.match(r"'+[=+\-@\t\r]", plain) else plain


def is_missing(cell: Any) -> bool:
    """Return whether a cell says that there is no value."""
    return text(cell).lower() in _MISSING


def number(cell: Any) -> Number | None:
    """Return the number in a cell, or None where it is none; a missing cell is none as well."""
    if isinstance(cell, bool | date | datetime):
        return None
    if isinstance(cell, int | float):
        return Number(float(cell)) if math.isfinite(cell) else None
    plain = text(cell).replace(" ", "").replace("，", ",")
    sign = plain[-1:] if plain[-1:] in ("%", "‰") else ""
    digits = plain.removesuffix(sign) if sign else plain
    if not digits or not _NUMBER.match(digits) or not any(c.isdigit() for c in digits):
        return None
    value = float(digits.replace(",", ""))
    return Number(value, sign) if math.isfinite(value) else None


def year(cell: Any) -> int | None:
    """Return the year a cell names: 2025, 2025年, ２０２５, 二〇二五年, a date; None where it names none.

    A school year such as 2024-2025学年 is the year in which it ends.
    """
    if isinstance(cell, date | datetime):
        return cell.year
    plain = text(cell).replace(" ", "")
    found = _YEAR.match(plain) or _YEAR.match(plain.translate(_DIGITS))
    if found is None:
        when = re.match(r"^(\d{4})[-/.](\d{1,2})([-/.]\d{1,2})?", plain)
        return int(when.group(1)) if when and 1900 <= int(when.group(1)) <= 2100 else None
    first = int(found.group(1))
    ends = re.search(r"[/-](\d{2,4})学年", plain)
    last = int(str(first)[: 4 - len(ends.group(1))] + ends.group(1)) if ends else first
    return last if 1900 <= last <= 2100 else None
