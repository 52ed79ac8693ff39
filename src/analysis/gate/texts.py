"""Text of a cell: blanks and full-width forms made plain, footnote marks taken off and kept.

Compatibility folding (NFKC) turns ① into 1 and ² into 2. It is therefore never applied before the marks are off.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff]+")
# full-width ASCII becomes ASCII; nothing else is folded
_PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord("﹪"): ord("%"),
    ord("−"): ord("-"),
    ord("﹣"): ord("-"),
    ord("〔"): ord("["),
    ord("〕"): ord("]"),
}
_CIRCLED = "①-⓿❶-➓㈀-㋿⁰¹²³⁴-⁹⁽⁾ⁱⁿᵃ-ᶻᵘᵛʰʲʳʷʸˡˢˣ₀-₉"  # circled, bracketed and dotted digits, superscripts
_SIGN = rf"[{_CIRCLED}†‡※△▲★☆◇◆]|#+|[(\[]注\s*\d*[)\]]|\[\d+\]|\(\d\)"
# in front of a number the digits behind a star or 注 are its own: *14.5, 注14.5
_FRONT = re.compile(rf"^(?:(?:{_SIGN}|\*+|注(?=[-+.\d]))\s*)+")
_BACK = re.compile(rf"(?:\s*(?:{_SIGN}|\*+\d?|注\d+))+$")
_RUNS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(?:[\d,]+\.?[\d,]*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_HAN = r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])"


class Uncomputed:
    """A formula whose value is not stored in the file; `str` is empty."""

    def __str__(self) -> str:
        """Return nothing: there is no text to show."""
        return ""


UNCOMPUTED = Uncomputed()


def plain(cell: Any) -> str:
    """Return a cell as text with full-width ASCII made plain and blanks made single; marks stay as they are."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return _plain(cell if type(cell) is str else str(cell))


@lru_cache(maxsize=1 << 16)  # the same few words fill most cells of a table
def _plain(cell: str) -> str:
    return _BLANKS.sub(" ", cell.translate(_PLAIN)).strip()


def text(cell: Any) -> str:
    """Return a cell as text to compare names by: as `plain`, and without blanks inside Chinese words."""
    if cell is None or cell == "":
        return ""
    return _closed(plain(cell))


@lru_cache(maxsize=1 << 16)
def _closed(given: str) -> str:
    return given if given.isascii() else re.sub(_HAN, "", given)


def written(cell: Any) -> str:
    """Return free text as it was written; the apostrophe that keeps a text from running is taken off."""
    return unguarded("" if cell is None else str(cell).strip())


def guarded(given: str) -> str:
    """Return a text that no spreadsheet program runs: one that starts like a formula gets a leading apostrophe.

    Numbers stay. A text that has such apostrophes already gets one more, so that `unguarded` always gives it back.

    References
    ----------
    OWASP, CSV Injection.
    """
    if given.lstrip("'").startswith(_RUNS) and not _NUMBER.fullmatch(given):
        return "'" + given
    return given


def unguarded(given: str) -> str:
    """Return a text without the apostrophe that `guarded` put in front of it."""
    return given[1:] if _GUARDED.match(given) else given


def without_marks(given: str) -> tuple[str, str]:
    """Return a plain text without the footnote marks at its ends, and these marks.

    Parameters
    ----------
    given : str
        As `plain` returns it.

    Returns
    -------
    rest, marks
        `marks` as they stood, front before back; empty where there are none.
    """
    front = _FRONT.match(given)
    rest = given[front.end() :] if front else given
    back = _BACK.search(rest)
    marks = (front.group().strip() if front else "") + (back.group().strip() if back else "")
    return (rest[: back.start()] if back else rest).strip(), marks
