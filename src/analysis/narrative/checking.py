"""The number checker: every numeral of a finished document is a number of the run's files, a quotation or a year.

In HTML a number carries where it comes from; it is reckoned again from the files. Word and PDF are checked against the
checked page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from analysis.exceptions import Fault, Text, Where
from analysis.marks import Value
from analysis.narrative.printed import agrees
from analysis.narrative.reading import Piece, read_page
from analysis.narrative.reckoning import CELL, reckoned
from analysis.narrative.sources import Sources, Unknown

# no sentence may claim a cause but those the facts made of an effect with the grade moderate or strong
_CAUSAL = re.compile(r"导致|促使|使得|归因于|得益于|因为|由于|because of|caused by|thanks to|led to")
_NUMERAL = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20|21)\d{2}(?![\d.,]*\d)")
_DOWN = re.compile(r"(下降|降低|减少|\bdown|\bfell)\s*$")
_UP = re.compile(r"(提高|上升|增加|\bup|\brose)\s*$")
_TEXT = re.compile(r"([a-z_]+)\[([^\]]*)\]\.(\w+)")
_POINTER = re.compile(r"\s*(?:[表图]|Table |Figure )\d")
_PAGE = re.compile(r"— ?\d+ ?—")
# words of the documents' own sentences that hold a number of no value: intervals, cuts, units, a hash
CONSTANTS = (
    "80%区间", "95%区间", "50%区间", "80% interval", "95% interval", "80% intervals should hold 80%",
    "99.8%界限", "beyond 99.8%", "beyond the 99.8% limits", "1/10万", "1/万", "SHA-256前8位", "first 8 of SHA-256",
    "per 1,000", "per 10,000", "per 100,000", "x10,000 m²", "x10,000 yuan", "不足5例", "fewer than 5 events",
)  # fmt: skip


def is_causal(text: str) -> bool:
    """Return whether a text claims a cause."""
    return _CAUSAL.search(text) is not None


def own_words(text: str) -> tuple[str, ...]:
    """Return a name a user gave, such as that of an author, as what a page may quote: its digits are the user's.

    A name without a letter is none: the digits of `3` or `12%` would stand for any number of the page.
    """
    return (text.strip(),) if sum(sign.isalpha() for sign in text) > 1 else ()


@dataclass
class Checked:
    """What a check found: how many numerals resolved to what, and which did not."""

    values: int = 0
    quoted: int = 0
    years: int = 0
    table: int = 0
    orphans: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    @property
    def resolved(self) -> int:
        """Return how many numerals resolved."""
        return self.values + self.quoted + self.years + self.table


def check_page(
    html: str, values: Mapping[str, Value], phrases: Iterable[str], sources: Sources | None = None
) -> Checked:
    """Check the numbers and the wording of a page.

    Parameters
    ----------
    html : str
    values : dict
        Values by id, for marks that name no origin where there is no run; with `sources` they count for nothing.
    phrases : iterable of str
        Texts quoted as they stand.
    sources : Sources, optional
        The files of the run. With them every mark is reckoned again from its origin, the cells of tables are checked
        like sentences, and a year is one the run knows. Without them the numerals of cells are counted only.
    """
    return _Check(values, phrases, sources).page(html)


class _Check:
    """One page being checked."""

    def __init__(self, values: Mapping[str, Value], phrases: Iterable[str], sources: Sources | None) -> None:
        self.values, self.sources, self.found = values, sources, Checked()
        texts = {*phrases, *(sources.quotations if sources else ())}
        self.linked: dict[tuple[str, int], set[int]] = {}
        self.causal = [one for one in texts if is_causal(one)]
        self.quoted: dict[str, list[str]] = {}  # by their first numeral: few come into question for a piece of text
        for one in sorted({*texts, *CONSTANTS}, key=len, reverse=True):
            if first := _NUMERAL.search(one):
                self.quoted.setdefault(first[0], []).append(one)

    def page(self, html: str) -> Checked:
        before, block = "", 0
        pieces, _ = read_page(html)
        if self.sources is not None:
            self._link(pieces, self.sources)
        for piece in pieces:
            if piece.block != block:
                before, block = "", piece.block
            if piece.kind == "label" or (piece.kind == "listing" and self.sources is None):
                continue
            if piece.kind == "value":
                self._value(piece, before)
            elif piece.place in ("cell", "head") and self.sources is None:
                self.found.table += len(_NUMERAL.findall(piece.text))
            else:
                self._prose(piece)
            before += piece.text
        return self.found

    def _link(self, pieces: Iterable[Piece], sources: Sources) -> None:
        """Note which years the marks of a paragraph, of a table's row and of a table bring with them."""
        for piece in pieces:
            if "data-from" in piece.marks:
                cells = CELL.findall(piece.marks["data-from"])
                own = set[int]().union(*(sources.years_of(table, address) for table, address in cells))
                for scope in (("block", piece.block), ("row", piece.row), ("table", piece.table)):
                    self.linked.setdefault(scope, set()).update(own)

    def _years(self, piece: Piece) -> Container[int] | None:
        """Return the years a piece of text may name, None for any.

        Beside a mark they are the run's and those of the mark's row; in a heading or caption and in a sentence
        without a mark, the run's; in a row without marks, any that was observed.
        """
        if self.sources is None:
            return None
        scope = {"cell": ("row", piece.row), "head": ("table", piece.table)}.get(piece.place, ("block", piece.block))
        own = self.linked.get(scope, set())
        if piece.place == "head" and own:  # columns run on to the last year, with or without a value
            return range(min(own), max(*own, self.sources.as_of) + 1)
        if piece.place in ("cell", "head"):
            return own or self.sources.any_year
        return own | self.sources.years

    def _value(self, piece: Piece, before: str) -> None:
        text, number = piece.text, self._number(piece)
        if number is None:
            self.found.orphans.append(f"{text} ({piece.marks.get('data-from') or piece.marks.get('value', '')})")
            return
        count = len(_NUMERAL.findall(text))
        if piece.place in ("cell", "head"):
            self.found.table += count
        else:
            self.found.values += count
        falls, rises = _DOWN.search(before), _UP.search(before)
        if (falls and number > 0) or (rises and number < 0):
            self.found.contradictions.append(f"{before[-8:]}{text} ({number:g})")
        if (falls or rises) and any(sign in text for sign in ("%", "‰")):  # a change of a share is in points
            self.found.contradictions.append(f"{before[-8:]}{text}: %")

    def _number(self, piece: Piece) -> float | None:
        """Return the number of a mark whose text is that number, None for all others."""
        id, origin, form = (piece.marks.get(name, "") for name in ("value", "data-from", "data-as"))
        if self.sources is None:
            known = self.values.get(id)
            return known.number if known is not None and piece.text in (known.text.zh, known.text.en) else None
        if form == "text":
            found = _TEXT.fullmatch(origin)
            same = found is not None and self.sources.row(found[1], found[2]).get(found[3]) == piece.text
            return 0.0 if same else None
        try:
            number = reckoned(self.sources, origin or f"{{{id}}}")
        except Unknown:
            return None
        return number if agrees(piece.text, number, form or "count") else None

    def _prose(self, piece: Piece) -> None:
        text = piece.text
        if (cause := _CAUSAL.search(text)) and not any(cause[0] in one and one in text for one in self.causal):
            self.found.contradictions.append(f"{cause[0]}：{text.strip()[:40]}")
        if not any(char.isdigit() for char in text):
            return
        rest = text
        asked = {phrase for one in _NUMERAL.findall(rest) for phrase in self.quoted.get(one, ())}
        for phrase in sorted(asked, key=len, reverse=True):
            if phrase in rest:
                self.found.quoted += len(_NUMERAL.findall(phrase)) * rest.count(phrase)
                rest = rest.replace(phrase, " ")
        known = self._years(piece)
        years = [one for one in _YEAR.findall(rest) if known is None or int(one) in known]
        self.found.years += len(years)
        left = _NUMERAL.findall(_YEAR.sub(lambda one: " " if one[0] in years else one[0], rest))
        self.found.orphans += [f"{one} … {text.strip()[:60]}" for one in left]


def _blocks(pieces: Iterable[Piece]) -> list[str]:
    """Return the text of each block, labels left out."""
    said: dict[int, str] = {}
    for one in pieces:
        said[one.block] = said.get(one.block, "") + (" " if one.kind == "label" else one.text)
    return list(said.values())


def check_text(text: str, page: str, exact: bool = False) -> list[str]:
    """Return the numerals of a Word or PDF text that the checked page does not hold, labels left out.

    Parameters
    ----------
    text : str
        Of the file, a line a paragraph or more.
    page : str
        The page, HTML.
    exact : bool
        The text comes without labels and says nothing twice, as that of a Word file does: a numeral may then stand in
        it no more often than in the page. In a PDF the labels of list items, at the start of a line, those of tables
        and figures, and page numbers are left out, and a table's head may return on the next page.
    """
    pieces, labels = read_page(page)
    known = Counter(one for block in _blocks(pieces) for one in _NUMERAL.findall(block))
    for piece in pieces:  # headings are numbered by their text, and a footnote's mark stands in the text of a PDF
        if piece.kind == "label" and (piece.place == "heading" or not exact) and not _POINTER.match(piece.text):
            known.update(_NUMERAL.findall(piece.text))
    if exact:
        return sorted((Counter(_NUMERAL.findall(text)) - known).elements())
    rest = _PAGE.sub(" ", text)
    for one, count in Counter(labels).items():
        rest = re.sub(rf"(?m)^\s*{re.escape(one.strip())}(?!\d)", " ", rest, count=count)  # no "2." of 2.23
    pointers = {piece.text.strip().rstrip("　.") for piece in pieces if piece.kind == "label"}
    for one in filter(_POINTER.match, pointers):
        rest = re.sub(r"\s*".join(map(re.escape, re.split(r"\s+|(?<=[表图])(?=\d)", one))) + r"(?!\d)", " ", rest)
    return sorted(set(_NUMERAL.findall(rest)) - set(known))


def faults(checked: Checked, file: str) -> list[Fault]:
    """Return what is wrong as messages."""
    out = []
    for one in checked.orphans[:20]:
        out.append(
            Fault(
                Text(f"数字没有出处：{one}", f"a number from nowhere: {one}"),
                Where(file=file),
                Text("每个数字都来自已保存的数值、引用原文或年份", "every number is a value, a quotation or a year"),
                Text(
                    "请改用事实中的数值，不要在句子里直接写数字。",
                    "Use a value of the facts, not a number in a sentence.",
                ),
            )
        )
    for one in checked.contradictions[:20]:
        out.append(
            Fault(
                Text(f"文字与数值方向不符：{one}", f"words contradict the value: {one}"),
                Where(file=file),
                Text(
                    "提高配上升、下降配减少，百分数之差用百分点", "up with a rise, down with a fall, points for shares"
                ),
                Text("请检查生成该句的事实。", "Check the facts behind the sentence."),
            )
        )
    return out
