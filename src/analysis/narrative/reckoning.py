"""The number an origin stands for (`marks`), reckoned from the files of a run."""

from __future__ import annotations

import re

from analysis.narrative.counts import counted
from analysis.narrative.sources import Sources, Unknown

_TOKEN = re.compile(r"\s*(?:([a-z_]+)\[([^\]]*)\]\.(\w+)|\{([^}]*)\}|(\d+(?:\.\d+)?)|([-+*/()]))")
_Tokens = list[re.Match[str]]
CELL = re.compile(r"([a-z_]+)\[([^\]]*)\]")


def reckoned(sources: Sources, origin: str) -> float:
    """Return the number an origin stands for.

    Parameters
    ----------
    origin : str
        Cells `table[address].column`, counts `{name}` and numbers, with + - * / and parentheses.

    Raises
    ------
    Unknown
        The origin cannot be read, or names nothing that is there.
    """
    tokens, place, whole = [], 0, origin.rstrip()
    while place < len(whole):
        found = _TOKEN.match(whole, place)
        if found is None:
            raise Unknown(origin)
        tokens.append(found)
        place = found.end()
    value, rest = _sum(sources, tokens)
    if rest:
        raise Unknown(origin)
    return value


def _sum(sources: Sources, tokens: _Tokens) -> tuple[float, _Tokens]:
    value, rest = _product(sources, tokens)
    while rest and rest[0][6] in ("+", "-"):
        sign = 1.0 if rest[0][6] == "+" else -1.0
        other, rest = _product(sources, rest[1:])
        value += sign * other
    return value, rest


def _product(sources: Sources, tokens: _Tokens) -> tuple[float, _Tokens]:
    value, rest = _term(sources, tokens)
    while rest and rest[0][6] in ("*", "/"):
        times = rest[0][6] == "*"
        other, rest = _term(sources, rest[1:])
        if not times and other == 0:
            raise Unknown("/ 0")
        value = value * other if times else value / other
    return value, rest


def _term(sources: Sources, tokens: _Tokens) -> tuple[float, _Tokens]:
    if not tokens:
        raise Unknown("…")
    first, rest = tokens[0], tokens[1:]
    if first[1]:
        return sources.cell(first[1], first[2], first[3]), rest
    if first[4] is not None:
        return counted(sources, first[4]), rest
    if first[5]:
        return float(first[5]), rest
    if first[6] == "(":
        value, rest = _sum(sources, rest)
        if rest and rest[0][6] == ")":
            return value, rest[1:]
    raise Unknown(first[0])
