"""Numbers in sentences and cells that know where they come from.

A mark is a shown number with the place it comes from, held together by private characters, so that it passes through
f-strings and data frames untouched. In HTML it becomes `<data value="id" data-from="origin" data-as="form">`; elsewhere
it is plain text. The number checker takes nothing from a mark but its origin and its form: it reads the number from the
tables of the run itself (`narrative.sources`) and compares it with the text.

An origin is a cell of a table (`assessments[health.goal.03.t2].latest_value`), a declared count (`{alerts/grave}`), or
arithmetic on them (`100 * {all/favourable} / {all/total}`). A form says how the number is written: `amount per_1000 1`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from analysis.exceptions import Lang, Text
from analysis.formats import amount, change, plain, probability

_OPEN, _MIDDLE, _CLOSE, _BETWEEN = "\ue000", "\ue001", "\ue002", "\ue003"
_MARK = re.compile(f"{_OPEN}([^{_MIDDLE}]*){_MIDDLE}([^{_CLOSE}]*){_CLOSE}")


@dataclass(frozen=True)
class Value:
    """A value as it is shown: its id, the number, its unit, how many decimals were kept, and where it comes from."""

    id: str
    number: float
    unit: str
    decimals: int
    text: Text
    origin: str = ""


@dataclass
class Values:
    """The values a report shows, by id; charts read them again, and no id stands for two numbers."""

    known: dict[str, Value] = field(default_factory=dict)

    def mark(
        self, id: str, number: float, unit: str, decimals: int, text: Text, origin: str = "", form: str = "amount"
    ) -> Text:
        """Note a value and return its text with the mark in it.

        Parameters
        ----------
        id : str
            Name of the value within the documents.
        number : float [unit]
        decimals : int
            Digits after the point in `text`.
        origin : str
            Where the number comes from, see the module.
        form : str
            How `text` writes it, see `cell`.
        """
        self.known[id] = Value(id, number, unit, decimals, text, origin)
        spec = f"{form} {unit} {decimals}" if origin else ""
        return Text(marked(id, text.zh, origin, spec), marked(id, text.en, origin, spec))

    def count(self, id: str, number: int) -> str:
        """Note a count and return it as marked text, the same in both languages.

        `id` is the name of a count declared in `narrative.counts`.

        Raises
        ------
        ValueError
            The id is known with another number.
        """
        if id in self.known and self.known[id].number != number:
            raise ValueError(f"{id}: {self.known[id].number:g}, not {number}")
        text = f"{number:,}"
        self.known[id] = Value(id, float(number), "count", 0, Text(text, text), f"{{{id}}}")
        return marked(id, text)


def cell(
    origin: str, number: float | None, unit: str = "", decimals: int = 0, lang: Lang = "zh", form: str = "amount"
) -> str:
    """Return a number as marked text, for a sentence or the cell of a table; a dash when it is missing.

    Parameters
    ----------
    origin : str
        Where the number comes from, see the module.
    number : float, optional [unit]
    form : str
        amount (with its unit), change (its size, a share in points), plain (no unit), signed (plain with its sign) or
        probability (0 to 1, as a percentage).
    """
    if number is None or number != number:
        return plain(None)
    if form == "probability":
        text = probability(number, lang)
    elif form == "change":
        text = change(number, unit, lang, decimals)
    elif form == "amount":
        text = amount(number, unit, lang, decimals)
    else:
        text = plain(abs(number) if form == "signed" else number, decimals)
        text = ("+" if number >= 0 else "−") + text if form == "signed" else text
    return marked("", text, origin, f"{form} {unit or 'other'} {decimals}")


def count(name: str, number: int) -> str:
    """Return a declared count (`narrative.counts`) as marked text."""
    return marked(name, f"{number:,}")


def quoted(origin: str, text: str) -> str:
    """Return a text with a number, such as the number of a clause, as the mark of the cell it is quoted from."""
    return marked("", text, origin, "text")


def observed(indicator: str, area: str, year: int, *codes: str) -> str:
    """Return the origin of an observed value; `codes` are those of sex, age, residence and group, all people else."""
    return f"observations[{','.join((indicator, area, str(year), *codes))}].obs_value"


def marked(id: str, text: str, origin: str = "", form: str = "") -> str:
    """Return `text` as the mark of a value; text without a digit, such as a dash, stays as it is."""
    if not any(char.isdigit() for char in text):
        return text
    name = _BETWEEN.join((id, origin, form)) if origin else id
    return f"{_OPEN}{name}{_MIDDLE}{text}{_CLOSE}"


def unmarked(text: str) -> str:
    """Return text as a reader sees it."""
    return _MARK.sub(r"\2", text)


def is_marked_sentence(text: str) -> bool:
    """Return whether a text ends with the mark of a quoted sentence, full stop and all."""
    return text.endswith((f"。{_CLOSE}", f".{_CLOSE}"))


def to_html(text: str) -> str:
    """Return text as HTML, escaped, its marks as data elements."""
    out, end = [], 0
    for found in _MARK.finditer(text):
        out.append(escape(text[end : found.start()]))
        id, _, rest = found[1].partition(_BETWEEN)
        origin, _, form = rest.partition(_BETWEEN)
        source = f' data-from="{escape(origin)}" data-as="{escape(form)}"' if origin else ""
        out.append(f'<data value="{escape(id)}"{source}>{escape(found[2])}</data>')
        end = found.end()
    return "".join([*out, escape(text[end:])])
