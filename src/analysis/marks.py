"""Numbers in sentences that know where they come from.

A mark is a shown value with the id of what it shows, held together by three private characters, so that it passes
through f-strings untouched. In HTML it becomes `<data value="id">`; elsewhere it is shown as plain text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from analysis.exceptions import Text

_OPEN, _MIDDLE, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Value:
    """A value as it is shown: its id, the number, its unit, and how many decimals were kept."""

    id: str
    number: float
    unit: str
    decimals: int
    text: Text


@dataclass
class Values:
    """The values a report may show, by id; each is noted when it is made into text."""

    known: dict[str, Value] = field(default_factory=dict)

    def mark(self, id: str, number: float, unit: str, decimals: int, text: Text) -> Text:
        """Note a value and return its text with the mark in it."""
        self.known[id] = Value(id, number, unit, decimals, text)
        return Text(marked(id, text.zh), marked(id, text.en))

    def count(self, id: str, number: int) -> str:
        """Note a count and return it as marked text, the same in both languages.

        Raises
        ------
        ValueError
            The id is known with another number: facts are frozen before a sentence is written.
        """
        if id in self.known and self.known[id].number != number:
            raise ValueError(f"{id}: {self.known[id].number:g}, not {number}")
        text = f"{number:,}"
        self.known[id] = Value(id, float(number), "count", 0, Text(text, text))
        return marked(id, text)


def marked(id: str, text: str) -> str:
    """Return `text` marked as the value `id`; text without a digit, such as a dash, stays as it is."""
    return f"{_OPEN}{id}{_MIDDLE}{text}{_CLOSE}" if any(char.isdigit() for char in text) else text


def unmarked(text: str) -> str:
    """Return text as a reader sees it."""
    return _MARK.sub(r"\2", text)


def to_html(text: str) -> str:
    """Return text as HTML, escaped, its marks as data elements."""
    out, end = [], 0
    for found in _MARK.finditer(text):
        out.append(escape(text[end : found.start()]))
        out.append(f'<data value="{escape(found[1])}">{escape(found[2])}</data>')
        end = found.end()
    return "".join([*out, escape(text[end:])])
