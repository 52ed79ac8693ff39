"""A document in pieces as the house rules read it, and what they have to know of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.document.model import AnyBlock, CodeBlock, Figure, Heading, Paragraph, Table, walk
from analysis.document.spans import Break, Spans, text_of
from analysis.plan import Plan

LATIN = re.compile(r"[A-Za-z]{2,}")
_END = re.compile(r"(?<=[。！？；])|\n")


@dataclass(frozen=True)
class Passage:
    """A piece of a document a rule looks at: what it is, its text, and of a heading its level."""

    kind: str  # heading, paragraph, cell, caption, code
    text: str
    level: int = 0

    @cached_property
    def sentences(self) -> list[str]:
        """Return its sentences without white space at their ends."""
        return [one.strip() for one in _END.split(self.text) if one.strip()]


@dataclass(frozen=True)
class Named:
    """An indicator as the rules need it: its name, whether less of it is better, its unit."""

    name: str
    less_is_better: bool
    unit: str


@dataclass(frozen=True)
class About:
    """What the rules have to know of a document: the last year known, the plan's indicators and its own words.

    `words` are Latin letters that stand in the plan's own Chinese texts, which a document may quote; `issued` tells
    whether alerts of earlier years are on record.
    """

    as_of: int
    indicators: tuple[Named, ...] = ()
    words: frozenset[str] = frozenset()
    issued: bool = False

    @classmethod
    def of(cls, plan: Plan, as_of: int, issued: bool = False) -> About:
        """Return what the rules have to know of the documents of a plan."""
        names = tuple(Named(one.name.zh, one.direction == "lower_is_better", one.unit) for one in plan.indicators)
        texts = [
            plan.title,
            plan.area_name,
            *(one.text for one in plan.targets),
            *(one.name for one in plan.indicators),
        ]
        texts += [one.title for part in (plan.goals, plan.measures, plan.domains) for one in part]
        said = " ".join(text.zh for text in texts)
        return cls(as_of, names, frozenset(LATIN.findall(said)), issued)

    @cached_property
    def longest_first(self) -> tuple[Named, ...]:
        """Return the indicators, those with long names first: one name may hold another."""
        return tuple(sorted(self.indicators, key=lambda one: -len(one.name)))

    def last_named(self, text: str) -> Named | None:
        """Return the indicator named last in a text; of two names that end alike the longer one."""
        found = [
            (text.rfind(one.name) + len(one.name), len(one.name), one) for one in self.indicators if one.name in text
        ]
        return max(found, key=lambda each: each[:2])[2] if found else None


def passages(blocks: Iterable[AnyBlock]) -> Iterator[Passage]:
    """Yield the pieces of a document in the order they are read."""
    for block in walk(tuple(blocks)):
        if isinstance(block, Heading):
            yield Passage("heading", text_of(block.spans), block.level)
        elif isinstance(block, Paragraph):
            yield Passage("paragraph", text_of(block.spans))
        elif isinstance(block, CodeBlock):
            yield Passage("code", block.text)
        elif isinstance(block, Figure):
            yield Passage("caption", text_of(block.caption) or block.alt)
        elif isinstance(block, Table):
            if block.caption:
                yield Passage("caption", text_of(block.caption))
            for row in (*block.header, *block.rows):
                yield from (Passage("cell", _lines(cell.spans)) for cell in row)
            yield from (Passage("paragraph", text_of(note)) for note in block.notes)


def _lines(spans: Spans) -> str:
    return "".join("\n" if isinstance(one, Break) else one.text for one in spans)
