"""The blocks of a document: all frozen, all children tuples, so that none can change or contain itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le
from pydantic import Discriminator

from analysis.document.labels import label
from analysis.document.spans import CONFIG, Image, Picture, Spans, text_of

MOST_COLUMNS, MOST_ROWS = 1000, 65534  # a cell may cover, as in HTML
Align = Literal["", "left", "center", "right"]


@dataclass(frozen=True)
class Block:
    """What all blocks have in common: strict reading of their JSON form."""

    __pydantic_config__: ClassVar[Any] = CONFIG


@dataclass(frozen=True)
class Heading(Block):
    """A heading; level 1 is the title of the document."""

    level: Annotated[int, Ge(1), Le(6)]
    spans: Spans
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Paragraph(Block):
    """Text; `look` is body, quiet (notes), lead (centred below the title), left (no indent) or right."""

    spans: Spans
    look: Literal["body", "quiet", "lead", "left", "right"] = "body"
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Item:
    """An item of a list.

    Parameters
    ----------
    blocks : tuple of blocks
    number : int
        Its number in an ordered list.
    done : bool, optional
        Of a task: ticked or not; None where it is none.
    """

    blocks: tuple[AnyBlock, ...]
    number: int = 0
    done: bool | None = None

    __pydantic_config__: ClassVar[Any] = CONFIG


@dataclass(frozen=True)
class List(Block):
    """A list, nested through the blocks of its items; `style` of the labels is that of `document.labels`."""

    items: tuple[Item, ...]
    ordered: bool = False
    style: str = "decimal"
    kind: Literal["list"] = "list"

    def mark(self, item: Item) -> str:
        """Return what stands before an item: its label, the box of a task, or a dot."""
        if item.done is not None:
            return "√ " if item.done else "□ "
        return label(item.number, self.style) if self.ordered else "· "


@dataclass(frozen=True)
class Cell:
    """A cell of a table; `head` marks one that names its row or column."""

    spans: Spans
    colspan: Annotated[int, Ge(1), Le(MOST_COLUMNS)] = 1
    rowspan: Annotated[int, Ge(1), Le(MOST_ROWS)] = 1
    head: bool = False
    align: Align = ""

    __pydantic_config__: ClassVar[Any] = CONFIG


Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table(Block):
    """A table.

    Parameters
    ----------
    header : rows
        Repeated on every page; several where names have levels.
    rows : rows
        The body. A cell covers `colspan` columns and `rowspan` rows; covered places are left out, as in HTML.
    align : tuple of str
        Of the columns, from the first; what is missing is left.
    caption, notes : spans, tuple of spans
    id : str
        What a reference points at.
    """

    header: tuple[Row, ...]
    rows: tuple[Row, ...]
    align: tuple[Align, ...] = ()
    caption: Spans = ()
    notes: tuple[Spans, ...] = ()
    id: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Figure(Block):
    """A figure: its pictures, the best first, what it shows in words, and its data where they are known."""

    images: tuple[Image, ...]
    alt: str = ""
    caption: Spans = ()
    id: str = ""
    data: Table | None = None
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True)
class Footnote(Block):
    """A footnote; `label` is its mark."""

    id: str
    label: str
    blocks: tuple[AnyBlock, ...]
    kind: Literal["footnote"] = "footnote"


@dataclass(frozen=True)
class CodeBlock(Block):
    """Source text or printed output, its lines kept."""

    text: str
    language: str = ""
    kind: Literal["code"] = "code"


@dataclass(frozen=True)
class MathBlock(Block):
    """A formula on a line of its own, in LaTeX."""

    text: str
    kind: Literal["math"] = "math"


@dataclass(frozen=True)
class Quote(Block):
    """A passage in somebody else's words."""

    blocks: tuple[AnyBlock, ...]
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True)
class PageBreak(Block):
    """A new page."""

    kind: Literal["page"] = "page"


@dataclass(frozen=True)
class Contents(Block):
    """Where the list of chapters and sections stands; in a browser it stands at the side."""

    kind: Literal["contents"] = "contents"


@dataclass(frozen=True)
class Rule(Block):
    """A line between two parts of the text."""

    kind: Literal["rule"] = "rule"


@dataclass(frozen=True)
class Landscape(Block):
    """Pages turned sideways, for wide tables."""

    blocks: tuple[AnyBlock, ...]
    kind: Literal["landscape"] = "landscape"


@dataclass(frozen=True)
class Unshown(Block):
    """Something that cannot be shown, named where it would stand: what it is, and why not."""

    what: str
    why: str = ""
    kind: Literal["unshown"] = "unshown"


_Long = List | Table | Figure | Quote | Landscape | Footnote
_Short = Heading | Paragraph | CodeBlock | MathBlock | PageBreak | Contents | Rule | Unshown
AnyBlock = Annotated[_Long | _Short, Discriminator("kind")]
Blocks = tuple[AnyBlock, ...]


@dataclass(frozen=True)
class Meta:
    """What a document says of itself; `date` as it is printed, `number` its document number."""

    title: str = ""
    author: str = ""
    number: str = ""
    date: str = ""
    lang: Literal["zh", "en"] = "zh"

    __pydantic_config__: ClassVar[Any] = CONFIG


@dataclass(frozen=True)
class Document:
    """A document."""

    meta: Meta = field(default_factory=Meta)
    blocks: Blocks = ()

    __pydantic_config__: ClassVar[Any] = CONFIG


def walk(blocks: Blocks) -> Iterator[AnyBlock]:
    """Yield every block, outer ones before those within."""
    for block in blocks:
        yield block
        if isinstance(block, List):
            for item in block.items:
                yield from walk(item.blocks)
        elif isinstance(block, Quote | Landscape | Footnote):
            yield from walk(block.blocks)
        elif isinstance(block, Figure) and block.data is not None:
            yield block.data


def spans_of(block: AnyBlock) -> Iterator[Spans]:
    """Yield the runs of spans that stand in a block itself, not in blocks within it."""
    if isinstance(block, Heading | Paragraph):
        yield block.spans
    elif isinstance(block, Table):
        yield block.caption
        yield from (cell.spans for row in (*block.header, *block.rows) for cell in row)
        yield from block.notes
    elif isinstance(block, Figure):
        yield block.caption


def texts(block: AnyBlock) -> str:
    """Return all that is read in a block and within it, its parts on lines of their own."""
    out = []
    for one in walk((block,)):
        out += [text_of(spans) for spans in spans_of(one)]
        if isinstance(one, CodeBlock | MathBlock):
            out.append(one.text)
        elif isinstance(one, Unshown):
            out.append(f"{one.what} {one.why}".strip())
        elif isinstance(one, Footnote):
            out.append(one.label)
    return "\n".join(text for text in out if text)


def images_of(blocks: Blocks) -> Iterator[Image]:
    """Yield every picture of a document."""
    for block in walk(blocks):
        if isinstance(block, Figure):
            yield from block.images
        for spans in spans_of(block):
            yield from (span.image for span in spans if isinstance(span, Picture) and span.image is not None)


def unshown(blocks: Blocks) -> list[str]:
    """Return what a document names as not shown, with the reason, in its order."""
    out = []
    for block in walk(blocks):
        if isinstance(block, Unshown):
            out.append(f"{block.what} {block.why}".strip())
        out += [s.text for spans in spans_of(block) for s in spans if isinstance(s, Picture) and s.image is None]
    return out
