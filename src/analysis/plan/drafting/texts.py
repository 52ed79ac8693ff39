"""A document's signs made alike: digits, brackets, commas and blanks as a Chinese text has them."""

from __future__ import annotations

import re
import unicodedata

_CJK = "\u3400-\u9fff\uf900-\ufaff"
_SIGNS = {"﹪": "%", "٪": "%", "∶": "：", "﹣": "-", "−": "-", "○": "〇", "\ufeff": "", "\u200b": "", "\u00ad": ""}
_WIDE = {chr(code): chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {chr(code): chr(code - 0xFEE0) for code in range(0xFF41, 0xFF5B)}
_WIDE |= {"％": "%", "．": ".", "＋": "+", "－": "-", "／": "/", "～": "—"}
_TABLE = str.maketrans(_SIGNS | _WIDE)
_MARKS = {",": "，", ";": "；", "(": "（", ")": "）", ":": "：", "!": "！", "?": "？"}
_BLANK_BESIDE = re.compile(r"(?<=[^A-Za-z])\s+|\s+(?=[^A-Za-z])")
_MARK = re.compile(r"[,;():!?]")
_DASHES = re.compile(r"(?<=[\d%‰十百千元年万成])(?:—{1,2}|–|--?|~|－)(?=[\d一二三四五六七八九十])")


def clean(text: str) -> str:
    """Return a line of a document in one writing.

    Digits and letters in half width; commas, brackets, colons and semicolons in full width, but for those within a
    number or a ratio; no blanks beside Chinese signs or digits; one dash between two numbers.
    """
    text = unicodedata.normalize("NFC", text).translate(_TABLE).strip()
    text = _BLANK_BESIDE.sub("", text)
    return _DASHES.sub("—", _MARK.sub(_full, text))


def _full(found: re.Match[str]) -> str:
    sign, text = found.group(), found.string
    before, after = text[: found.start()], text[found.end() :]
    if sign == "," and re.search(r"(?<!\d)\d{1,3}(?:,\d{3})*$", before) and re.match(r"\d{3}(?!\d)", after):
        return sign
    if sign == ":" and before[-1:].isdigit() and after[:1].isdigit():
        return sign
    return _MARKS[sign]


def sentences(text: str) -> list[str]:
    """Return the sentences of a paragraph, each with its mark; a mark within brackets or quotes ends none."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth = max(0, depth + (sign in "（“《【") - (sign in "）”》】"))
        if sign in "。！？" and depth == 0:
            found.append(text[start : place + 1])
            start = place + 1
    return [one for one in (*found, text[start:]) if one.strip("。；！？ ")]
