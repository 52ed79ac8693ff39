"""The number checker: every numeral of a finished document has to resolve to a value, a quoted text or a year.

In HTML a number carries the id of its value; Word and PDF are checked by the same values, quoted texts and table cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.exceptions import Fault, Text, Where
from analysis.marks import Value
from analysis.narrative.reading import Piece, read_page

# no sentence may claim a cause but those the facts made of an effect with the grade moderate or strong
_CAUSAL = re.compile(r"导致|促使|使得|归因于|得益于|因为|由于|because of|caused by|thanks to|led to")
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20|21)\d{2}(?![\d.,]*\d)")
_DOWN = re.compile(r"(下降|降低|减少|\bdown|\bfell)\s*$")
_UP = re.compile(r"(提高|上升|增加|\bup|\brose)\s*$")
_PAGE = re.compile(r"— ?\d+ ?—")
# words of the documents' own sentences that hold a number of no value: intervals, cuts, units, a hash
CONSTANTS = (
    "80%区间", "95%区间", "50%区间", "80% interval", "95% interval", "99.8%", "达标概率不足20%", "达标概率99%以上",
    "probability below 20 %", "probability above 99 %", "below 20 %", "above 99 %", "1/10万", "1/万", "SHA-256",
    "前8位", "first 8 of", "per 1,000", "per 10,000", "per 100,000", "80%", "99%以上", "不足1%", "above 99%",
    "below 1%",
)  # fmt: skip


def is_causal(text: str) -> bool:
    """Return whether a text claims a cause."""
    return _CAUSAL.search(text) is not None


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


def check_page(html: str, values: dict[str, Value], phrases: Iterable[str]) -> Checked:
    """Check a page: values against their text and sign, prose against quoted texts and years.

    Parameters
    ----------
    html : str
    values : dict
        The values of the facts, by id.
    phrases : iterable of str
        Texts quoted as they stand, longest first.
    """
    pieces, _ = read_page(html)
    checked, quoted, before, block = Checked(), list(phrases), "", 0
    for piece in pieces:
        if piece.block != block:
            before, block = "", piece.block
        if piece.kind in ("label", "listing"):
            continue
        if piece.place in ("cell", "head") and piece.kind == "prose":
            checked.table += len(_NUMERAL.findall(piece.text))
            continue
        if piece.kind == "value":
            _check_value(piece.marks.get("value", ""), piece.text, before, values, checked)
        else:
            _check_prose(piece.text, quoted, checked)
        before += piece.text
    return checked


def _check_value(id: str, text: str, before: str, values: dict[str, Value], checked: Checked) -> None:
    known = values.get(id)
    if known is None or text not in (known.text.zh, known.text.en):
        checked.orphans.append(f"{text} ({id})")
        return
    checked.values += len(_NUMERAL.findall(text))
    falls, rises = _DOWN.search(before), _UP.search(before)
    if (falls and known.number > 0) or (rises and known.number < 0):
        checked.contradictions.append(f"{before[-8:]}{text} ({known.number:g})")
    if (falls or rises) and any(sign in text for sign in ("%", "‰")):  # a change of a share is in points
        checked.contradictions.append(f"{before[-8:]}{text}: %")


def _check_prose(text: str, phrases: list[str], checked: Checked) -> None:
    if (cause := _CAUSAL.search(text)) and not any(cause[0] in one and one in text for one in phrases):
        checked.contradictions.append(f"{cause[0]}：{text.strip()[:40]}")
    rest = text
    if not any(char.isdigit() for char in rest):
        return
    for phrase in (*phrases, *CONSTANTS):
        if phrase in rest:
            checked.quoted += len(_NUMERAL.findall(phrase)) * rest.count(phrase)
            rest = rest.replace(phrase, " ")
    checked.years += len(_YEAR.findall(rest))
    checked.orphans += [f"{one} … {text.strip()[:60]}" for one in _NUMERAL.findall(_YEAR.sub(" ", rest))]


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
    if exact:
        return sorted((Counter(_NUMERAL.findall(text)) - known).elements())
    rest = _PAGE.sub(" ", text)
    for one, count in Counter(labels).items():
        rest = re.sub(rf"(?m)^\s*{re.escape(one.strip())}", " ", rest, count=count)
    for one in {piece.text.strip().rstrip("　.") for piece in pieces if piece.kind == "label"}:
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
