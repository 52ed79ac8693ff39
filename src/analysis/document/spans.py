"""What a line of text is made of: words in a look, numbers that know their cell, quotations, references, formulas.

Every span has a `kind`, by which its JSON form is told apart, and a `text`: what a reader sees where nothing better can
be shown. `look` is a set of flags, the same for all, so that a bold number stays a number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator

CONFIG: dict[str, Any] = {
    "extra": "forbid",
    "strict": True,
    "allow_inf_nan": False,
    "ser_json_bytes": "base64",
    "val_json_bytes": "base64",
}
Place = Literal["", "sub", "sup"]
Look = tuple[bool, bool, bool, Place]
_CELL = re.compile(r"([a-z_]+)\[([^\[\]]*)\]\.(\w+)")


@dataclass(frozen=True)
class Image:
    """One picture as bytes, of a media type such as `image/png`, `image/jpeg` or `image/svg+xml`."""

    media: str
    data: bytes

    __pydantic_config__: ClassVar[Any] = CONFIG


@dataclass(frozen=True)
class Span:
    """What all spans have.

    Parameters
    ----------
    text : str
        What is read.
    bold, italic, struck : bool
    place : "", "sub" or "sup"
        On the line, below it or above it.
    """

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    place: Place = ""

    __pydantic_config__: ClassVar[Any] = CONFIG

    @property
    def look(self) -> Look:
        """Return the look, to be compared with that of a neighbour."""
        return self.bold, self.italic, self.struck, self.place


@dataclass(frozen=True)
class TextSpan(Span):
    """Words."""

    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Number(Span):
    """A number with the cell it comes from.

    Parameters
    ----------
    table, row, column : str
        The cell, where it is one; `row` is its key, parts joined by commas.
    value : float, optional
        The number behind `text`, before rounding.
    formula : str
        Arithmetic on cells and counts where it is no single cell, see `analysis.marks`.
    form : str
        How `text` writes the number: form, unit and decimals.
    id : str
        Name of the value within the documents.
    """

    table: str = ""
    row: str = ""
    column: str = ""
    value: float | None = None
    formula: str = ""
    form: str = ""
    id: str = ""
    kind: Literal["number"] = "number"

    @property
    def origin(self) -> str:
        """Return where the number comes from as one expression."""
        return f"{self.table}[{self.row}].{self.column}" if self.table else self.formula


def cell_of(origin: str) -> dict[str, str]:
    """Return the fields of a `Number` that say an origin: those of its cell, or the formula."""
    if found := _CELL.fullmatch(origin):
        return {"table": found[1], "row": found[2], "column": found[3]}
    return {"formula": origin}


@dataclass(frozen=True)
class Quoted(Span):
    """Somebody's own words, its digits theirs; `source` says whose."""

    source: str = ""
    kind: Literal["quoted"] = "quoted"


@dataclass(frozen=True)
class Year(Span):
    """A calendar year in a sentence."""

    kind: Literal["year"] = "year"


@dataclass(frozen=True)
class Label(Span):
    """What names or numbers a part and is no number of the subject; `code` is that of a verdict or level."""

    code: str = ""
    kind: Literal["label"] = "label"


@dataclass(frozen=True)
class Reference(Span):
    """Points at a table or figure by its id; each writer fills in the number it got, `text` where there is none."""

    target: str = ""
    kind: Literal["reference"] = "reference"


@dataclass(frozen=True)
class Link(Span):
    """Points out of the document."""

    href: str = ""
    kind: Literal["link"] = "link"


@dataclass(frozen=True)
class Code(Span):
    """A word of a programming language."""

    kind: Literal["code"] = "code"


@dataclass(frozen=True)
class Math(Span):
    """A formula within a line; `text` is its LaTeX source."""

    kind: Literal["math"] = "math"


@dataclass(frozen=True)
class Break(Span):
    """A new line within a paragraph."""

    text: str = "\n"
    kind: Literal["break"] = "break"


@dataclass(frozen=True)
class FootnoteRef(Span):
    """The mark of a footnote; `text` is the mark, `note` the id of the footnote."""

    note: str = ""
    kind: Literal["footnote"] = "footnote"


@dataclass(frozen=True)
class Picture(Span):
    """A small picture within a line or a cell; `text` says what it shows."""

    image: Image | None = None
    kind: Literal["picture"] = "picture"


AnySpan = Annotated[
    TextSpan | Number | Quoted | Year | Label | Reference | Link | Code | Math | Break | FootnoteRef | Picture,
    Discriminator("kind"),
]
Spans = tuple[AnySpan, ...]


def text_of(spans: Spans) -> str:
    """Return the text of spans."""
    return "".join(span.text for span in spans)


def plain(text: str, bold: bool = False) -> Spans:
    """Return a text as spans; nothing for an empty one."""
    return (TextSpan(text, bold),) if text else ()
