"""Every numeral of a text: where it stands, what it is worth, in which unit; Arabic, Chinese, parts and multiples."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

_CN = "零〇一二两三四五六七八九十百千"
ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
CHINESE = rf"[{_CN}]+(?:点[零〇一二三四五六七八九]+)?"
NUMBER = rf"(?:{ARABIC}|{CHINESE})"
_TO = r"(?:—|-|至|到)"
# what may stand behind a number, the longest first; those in the first group say a share or rate
SIGNS = ("个百分点", "百分点", "个千分点", "%", "‰", "‱")
MEASURES = (
    *("微克/立方米", "万平方米", "平方米", "平方公里", "公里", "万人次", "人次", "万元", "亿元", "元", "亿人", "万人"),
    *(
        "万名",
        "万户",
        "万亩",
        "万套",
        "万册",
        "万个",
        "万件",
        "万场",
        "周岁",
        "月龄",
        "个月",
        "岁",
        "小时",
        "分钟",
        "学时",
        "课时",
    ),
    *("人", "名", "位", "所", "家", "个", "张", "处", "座", "间", "支", "套", "件", "起", "次", "场", "期", "项", "门"),
    *("种", "类", "天", "日", "周", "月", "年", "条", "辆", "台", "户", "册", "部", "级", "节", "只", "对", "亩", "吨"),
    *(
        "米",
        "厘米",
        "批",
        "例",
        "万",
        "亿",
        "号",
        "章",
        "款",
        "届",
        "线",
        "本",
        "篇",
        "份",
        "幅",
        "部分",
        "大",
        "辈",
        "代",
    ),
)
_UNIT = "|".join(re.escape(one) for one in sorted((*SIGNS, *MEASURES), key=len, reverse=True))
_SIZES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_PART = {"百分之": "%", "千分之": "‰", "万分之": "‱", "十万分之": "/10万"}
_VAGUE = ("批", "支", "种", "代", "部分", "周", "大", "线", "日", "天", "期", "辈", "些", "级")  # 一批 is no number
_WORDS = "统进唯单同专惟万之划不逐"  # before 一: 统一, 进一步, 唯一


@dataclass(frozen=True)
class Numeral:
    """One numeral: its place in the sentence, its value (and the upper one of a range) and the unit as written.

    `unit` is `%`, `‰`, `‱`, `/10万`, `个百分点`, `倍`, `番`, `比`, `年份` (a year of the calendar) or a measure word.
    """

    start: int
    end: int
    text: str
    value: float
    unit: str
    upper: float | None = None

    @property
    def is_share(self) -> bool:
        """Return whether it says a share or a rate by its own sign."""
        return self.unit in ("%", "‰", "‱", "/10万", "个百分点")


def number_of(text: str) -> float:
    """Return what a written number is worth: 1,234, 12.5, 十二, 三百零五, 九点五.

    Raises
    ------
    ValueError
        It is no number.
    """
    if re.fullmatch(ARABIC, text):
        return float(text.replace(",", ""))
    whole, _, part = text.partition("点")
    digits = {sign: place for place, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
    if not whole or not set(whole) <= {*digits, *_SIZES}:
        raise ValueError(text)
    if not set(whole) & set(_SIZES):
        value = float("".join(str(digits[sign]) for sign in whole))
    else:
        total, current = 0.0, 0.0
        for sign in whole:
            if sign in digits:
                current = digits[sign]
            else:
                total, current = total + (current or 1) * _SIZES[sign], 0
        value = total + current
    return value + (float("0." + "".join(str(digits[sign]) for sign in part)) if part else 0)


_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("years", rf"(?P<a>(?:19|20)\d\d)年?{_TO}(?P<b>(?:19|20)\d\d)(?=年)"),
        ("year", r"(?P<a>(?:19|20)\d\d)(?=年|[、和及—至](?:19|20)\d\d年)"),
        ("cnyear", r"(?P<c>[一二][〇零九][〇零一二三四五六七八九]{2})(?=年)"),
        ("part", rf"(?P<p>十万分之|百分之|千分之|万分之)(?P<a>{NUMBER})(?:{_TO}(?:(?P=p))?(?P<b>{NUMBER}))?"),
        ("pertens", rf"(?P<a>{ARABIC})(?:{_TO}(?P<b>{ARABIC}))?/(?P<p>10万|十万|100000|万|10000|千|1000)"),
        ("fraction", rf"(?P<b>{CHINESE}|\d+)分之(?P<a>{CHINESE}|\d+)"),
        ("slash", r"(?<![\d/])(?P<a>[1-9])/(?P<b>[2-9]|10)(?![\d/])"),
        (
            "tenth",
            r"(?<![\d.])(?P<a>[1-9](?:\.\d)?|[一二两三四五六七八九])(?:[到至—](?P<b>[一二三四五六七八九\d]))?"
            r"成(?!立|功|为|长|员|果|年|效|本|人|就|分|熟|品|型|套|因|语|才)(?P<h>[一二三四五六七八九](?![成个项名所家级]))?",
        ),
        ("double", r"翻(?P<a>[一两二三])番"),
        ("times", rf"(?P<a>{NUMBER})倍"),
        ("ratio", r"(?<![\d.])(?P<a>\d+(?:\.\d+)?)(?:[:：]|比)(?P<b>\d+(?:\.\d+)?)(?![\d])"),
        ("number", rf"(?P<a>{ARABIC})(?:(?P<u1>{_UNIT})?{_TO}(?P<b>{ARABIC})(?P<u2>{_UNIT})?|(?P<u>{_UNIT}))?"),
        ("chinese", rf"(?P<a>{CHINESE})(?P<u>{_UNIT})"),
    )
)  # fmt: skip


def numerals(text: str) -> list[Numeral]:
    """Return the numerals of a text in order, none within another.

    Parameters
    ----------
    text : str
        In one writing (`texts.clean`).

    Returns
    -------
    list of Numeral
        All that are written in Arabic digits, and those in Chinese that stand before a measure word, a part or a
        multiple; 一 in words such as 统一 or 进一步 is none.
    """
    found: list[Numeral] = []
    place = 0
    while place < len(text):
        best: Numeral | None = None
        for name, pattern in _PATTERNS:
            at = pattern.search(text, place)
            if at is not None and (best is None or at.start() < best.start):
                one = _numeral(name, at)
                best = one if one is not None else best
        if best is None:
            break
        if not _is_word(best, text):
            found.append(best)
        place = max(best.end, place + 1)
    return found


def _is_word(one: Numeral, text: str) -> bool:
    before = text[one.start - 1 : one.start]
    if one.text[0].isdigit() or one.unit in _PART.values():
        return False
    if one.text[0] != "一" or len(one.text) - len(one.unit) != 1:
        return False
    return (
        (before in _WORDS and before != "") or one.unit in _VAGUE or (one.unit == "项" and before not in "少备有设建")
    )


def _numeral(name: str, at: re.Match[str]) -> Numeral | None:
    """Return the numeral of a match; None where the pattern matched a word."""
    parts = at.groupdict()
    if name in ("years", "year"):
        upper = float(parts["b"]) if parts.get("b") else None
        return Numeral(at.start(), at.end(), at.group(), float(parts["a"]), "年份", upper)
    if name == "cnyear":
        return Numeral(at.start(), at.end(), at.group(), number_of(parts["c"]), "年份")
    try:
        first = number_of(parts["a"])
        second = number_of(parts["b"]) if parts.get("b") else None
    except ValueError:
        return None
    one = Numeral(at.start(), at.end(), at.group(), first, "", second)
    if name == "part":
        return replace(one, unit=_PART[parts["p"]])
    if name == "pertens":
        return replace(one, unit={"万": "‱", "10000": "‱", "千": "‰", "1000": "‰"}.get(parts["p"], "/10万"))
    if name in ("fraction", "slash"):
        return replace(one, unit="%", value=round(100 * first / (second or 1), 4), upper=None) if second else None
    if name == "tenth":
        first += number_of(parts["h"]) / 10 if parts.get("h") else 0  # 六成五
        return replace(one, unit="%", value=10 * first, upper=None if second is None else 10 * second)
    if name in ("double", "times"):
        return replace(one, unit="番" if name == "double" else "倍")
    if name == "ratio":
        return replace(one, unit="比", value=round(first / second, 4) if second else first, upper=None)
    unit = parts["u"] or parts.get("u2") or parts.get("u1") or ""
    if parts.get("u1") and parts.get("u2") != parts["u1"]:  # 5所至10个: two numerals
        return replace(one, upper=None, unit=parts["u1"], end=at.start("u1") + len(parts["u1"]),
                       text=at.string[at.start() : at.end("u1")])  # fmt: skip
    return replace(one, unit=unit)
