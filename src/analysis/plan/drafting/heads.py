"""The words before a value: name, years, comparison, change, baseline, how binding."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.plan.clause_words import soft_word
from analysis.plan.drafting.subjects import tidy
from analysis.plan.drafting.words import (
    ADVERBS,
    BASELINE,
    CHANGING,
    COMPARING,
    FIVE_YEARS,
    PER,
    PERIOD_END,
    TARGET_YEAR,
    YEARLY,
)

_TRIM = re.compile(
    rf"(?:至少|不少于|不低于|[一二三四五六七八九十两\d]+年(?:之)?内|\0|，|、|的|则|应|要|将|按照?|并|在|{YEARLY.pattern}|{ADVERBS.pattern})+$"
)

_NO_EACH = re.compile("平均|[年人户生]均|均[衡等]|首都|各(?:级|类|地|县|市|区|乡|学|街|村|种|项)")
_GROWTH = re.compile(r"(?:年均|每年|平均)*(?:增幅|增速|增长率|上升幅度|增长幅度|增长速度|上升速度|增长)$")


@dataclass(frozen=True)
class Head:
    """What stands between the value before and a value.

    `years` are those it names, `period_end` whether it says the end of the plan; `baseline` is a year, 0 for the plan's
    own, None for none; `comparing` the group of `words.COMPARING` that matched, `change` fall, rise or empty; `slower`
    whether it is a growth that falls; `leading` whether the years stand before the name, so that they hold for what
    follows; `per` the size in 每千名; `rest` what stands between the comparison and the value.
    """

    name: str
    years: tuple[int, ...]
    period_end: bool
    baseline: int | None
    comparing: str
    word: str
    change: str
    yearly: bool
    soft: bool
    separately: bool
    both: bool
    per: str
    rest: str
    origin: bool
    slower: bool
    leading: bool


def head_of(text: str, clause: str, first_year: int) -> Head:
    """Return what the words before a value say.

    Parameters
    ----------
    text : str
        The words between the value before, or the clause's beginning, and the value.
    clause : str
        The whole clause, for the words that make it soft.
    first_year : int
        The plan's; earlier years are no target years.
    """
    base, left = _baseline(text)
    years = [int(one.group("year")) for one in TARGET_YEAR.finditer(left) if int(one.group("year")) >= first_year]
    ended = PERIOD_END.search(left)
    period = ended is not None and not ended.group("five")
    five = FIVE_YEARS.get(ended.group("five") or "", 0) if ended is not None else 0
    years += [five] if five >= first_year and not years else []
    plain = PERIOD_END.sub("\0", TARGET_YEAR.sub("\0", left))
    plain = re.sub("20\\d\\d年?[和、及]?(?=\0|20\\d\\d)|(?<=\0)[和、及](?=\0)", "\0", plain)
    years = years or [int(one) for one in re.findall(r"20\d\d", left) if int(one) >= first_year]
    if len(years) == 1:
        more = [int(one) for one in re.findall(r"(20\d\d)(?=[、和及])", left) if int(one) >= first_year]
        years = sorted({*more, *years})
    change, comparing = _last(CHANGING, plain), _comparing(plain)
    if change is not None and comparing is not None:
        if comparing.end() > change.end():
            # 提高到, 降至 are comparisons; 降幅不低于 and 增长不少于 changes
            level = re.match("控制", comparing.group()) or re.search(
                "并|，|后", plain[change.end() : comparing.start()]
            )
            apart = (
                bool(level)
                or comparing.start() <= change.start() < comparing.end()
                or comparing.lastgroup in ("up", "down", "hold")
            )
            change = None if apart else change
        elif comparing.start() < change.start():
            comparing = None
    cut = min([one.start() for one in (change, comparing) if one is not None], default=len(plain))
    end = max([one.end() for one in (change, comparing) if one is not None], default=len(plain))
    origin = (
        re.search(r"(?:^|\0|，)?[由从](?:\0|的|现有的?|目前的?)*$", plain[:cut]) is not None
        and change is None
        and comparing is None
    )
    name = tidy(_TRIM.sub("", _TRIM.sub("", plain[:cut])))
    if change is None and comparing is not None:  # 逐步下降并控制在: the level counts, not the way there
        name = re.sub(rf"(?<=[率例重数比])(?:逐步|持续|稳步|不断|进一步|明显|逐年)*(?:{CHANGING.pattern})$", "", name)
    rate = change is not None and (
        re.match("率|速度|幅度", plain[change.end() :]) or change.group() in ("增幅", "增速")
    )
    if change is not None:
        name = re.sub(r"(?<![少青成中老])年均?$", "", name)
    listed = re.search(r"[率例重数比][两二三四五六七八]个$", name)
    name = name[:-2] if listed else name
    grows = _GROWTH.search(name) if change is not None and change.lastgroup == "fall" else None
    name = name[: grows.start()] if grows else name
    per = PER.search(text)
    return Head(
        name=re.sub(r"[由从]$", "", name),
        years=tuple(dict.fromkeys(years)),
        period_end=period,
        baseline=base,
        comparing=(comparing.lastgroup or "") if comparing else "",
        word=comparing.group() if comparing else change.group() if change else "",
        change=(change.lastgroup or "") if change else "",
        yearly=bool(rate) or YEARLY.search(plain) is not None,
        soft=bool(soft_word(clause)),
        separately="分别" in plain,
        both=listed is not None or re.search("均|都|各", _NO_EACH.sub("", plain)) is not None,
        per=per.group("size") if per else "",
        rest=re.sub(r"[\0的，]|^(?:了)", "", plain[end:]),
        origin=origin,
        slower=grows is not None,
        leading=bool(years) and re.match(r"(?:其中|力争|争取|确保|，)*\0", plain) is not None,
    )  # fmt: skip


def _baseline(text: str) -> tuple[int | None, str]:
    """Return the baseline a text names (0: the plan's own), and the text without it."""
    for found in BASELINE.finditer(text):
        said = found.group()
        year = found.group("year")
        is_base = year is None or re.match("[以比较与]", said) or "基础" in said or "基" in said
        if is_base:
            return int(year) if year else 0, text[: found.start()] + "\0" + text[found.end() :]
    return None, text


def _comparing(text: str) -> re.Match[str] | None:
    """Return the comparison nearest to the value; a word that only stands in the name before it is none."""
    for found in reversed(list(COMPARING.finditer(text))):
        rest = re.sub(r"[\0的，]", "", text[found.end() :])
        room = 0 if found.group() in ("实现", "为", "占", "至多", "最多") else 10
        if len(ADVERBS.sub("", rest)) <= room and not re.match("比|率|标(?!准)", text[found.end() :]):
            return found
    return None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(text))), None)
