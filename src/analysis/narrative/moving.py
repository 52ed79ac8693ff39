"""How a value moved, in words: what rose, improved, grew, and by how much."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.formats import BASE_UNITS, unit_code
from analysis.narrative.facts import Change, TargetFact

_WORDS = {  # how a reader says that a value moved: of what is good, of what is bad, of a count
    "better": {-1: ("下降", "down"), 0: ("持平", "unchanged"), 1: ("提高", "up")},
    "worse": {-1: ("下降", "down"), 0: ("持平", "unchanged"), 1: ("上升", "up")},
    "count": {-1: ("减少", "down"), 0: ("持平", "unchanged"), 1: ("增加", "up")},
}


_COUNTED = ("count", "个", "yuan", "hours", "persons", "person_times", "cases", "beds")


def moves(fact: TargetFact, sign: int) -> tuple[str, str]:
    """Return the word for a move of an indicator: 上升 of what is bad, 提高 of what is good, 增加 of a count."""
    unit = unit_code(fact.unit)
    counted = unit in (*_COUNTED, *BASE_UNITS) or unit.startswith(("ten_thousand", "hundred_million"))
    return _WORDS["count" if counted else "worse" if fact.less_is_better else "better"][sign]


def compared(fact: TargetFact, move: Change, with_what: str, lang: Lang) -> str:
    """Return a change against an earlier value: 与上年持平, 比上年提高; up 1.2 points on 2020."""
    if lang == "en":
        return f"{move_said(fact, move, lang)} on {with_what}"
    return f"{'比' if move.sign else '与'}{with_what}{move_said(fact, move, lang)}"


def move_said(fact: TargetFact, move: Change, lang: Lang) -> str:
    """Return a move with its word and its size: 提高1.2个百分点, up 1.2 points; 持平 where there is none."""
    zh, en = moves(fact, move.sign)
    if move.sign == 0:
        return zh if lang == "zh" else en
    return f"{zh}{move.size.zh}" if lang == "zh" else f"{en} {move.size.en}"
