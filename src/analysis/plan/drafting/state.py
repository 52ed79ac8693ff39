"""A sentence while it is read: its numerals and their roles, its clauses, what earlier clauses leave to later ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from analysis.plan.drafting import fates
from analysis.plan.drafting.found import Asked
from analysis.plan.drafting.heads import Head
from analysis.plan.drafting.kinds import Period
from analysis.plan.drafting.numerals import Numeral, numerals
from analysis.plan.drafting.words import AFTER

_BETWEEN = re.compile(r"(?:(?:的|及|或)?以[上下内]|左右)?(?:、|和|及|与|以及|；)(?:分别)?$")


@dataclass
class State:
    """What a sentence said so far and later clauses leave out."""

    names: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # all names of the sentence
    before: str = ""
    years: tuple[int, ...] = ()
    leading: bool = True
    seen: tuple[int, ...] = ()
    counted: bool = False
    each: str = ""
    per: str = ""
    head: Head | None = None


@dataclass
class Group:
    """Values that stand together, with the places of the words before and after them."""

    start: int
    values: list[Numeral]
    end: int


class Sentence:
    """The words of a sentence, its numerals, the targets found so far and what was said so far."""

    def __init__(self, sentence: str, period: Period, part: str) -> None:
        self.text, self.period, self.part = sentence, period, part
        self.all = numerals(sentence)
        self.roles = {one.start: fates.role_of(one, sentence, (period.first, period.last)) for one in self.all}
        self.values = [one for one in self.all if not self.roles[one.start]]
        self.found: list[Asked] = []
        self.state = State()


def clauses(text: str) -> list[tuple[int, int]]:
    """Return the places of the clauses between commas and semicolons, none of which stand in brackets or quotes."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        depth = max(0, depth + (sign in "（“《") - (sign in "）”》"))
        ratio = sign == "：" and text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()
        if sign in "，；。：！" and depth == 0 and not ratio:
            found.append((start, place))
            start = place + 1
    return [(a, b) for a, b in (*found, (start, len(text))) if b > a]


def groups_of(values: list[Numeral], text: str) -> list[Group]:
    """Return values that only a joint parts (3.0‰、4.5‰和5.5‰) together."""
    groups: list[Group] = []
    for one in values:
        held = groups[-1] if groups else None
        last = held.values[-1] if held else None
        short = last is not None and last.unit in ("个", "") and text[last.end : one.start] in ("、", "和")
        if held and last and short and one.unit in ("个百分点", "%", "‰"):  # 2个和1个百分点; 2、1、3个百分点
            held.values = [replace(x, unit=one.unit) if x.unit == last.unit else x for x in held.values]
        if held and _BETWEEN.fullmatch(text[held.end : one.start]) and one.unit == held.values[-1].unit:
            held.values.append(one)
            held.end = one.end
        else:
            groups.append(Group(one.start, [one], one.end))
    for group in groups:
        behind = AFTER.match(text[group.end :])
        group.end += behind.end() if behind else 0
    return groups


def paired(names: list[str], values: list[Numeral], years: tuple[int, ...]) -> list[tuple[str, Numeral, int | None]]:
    """Return each name with its value and year; none where their numbers do not fit together."""
    due: tuple[int | None, ...] = years or (None,)
    if len(values) == 1:
        return [(name, values[0], year) for year in due for name in names]
    if len(due) == 1 and len(values) == len(names):
        return [(name, one, due[0]) for name, one in zip(names, values, strict=True)]
    if len(due) == len(values):
        return [(name, one, year) for year, one in zip(due, values, strict=True) for name in names]
    if len(values) == len(names) * len(due):
        return [(name, values[i * len(due) + j], year) for i, name in enumerate(names) for j, year in enumerate(due)]
    return []
