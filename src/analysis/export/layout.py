"""What Word and PDF decide alike: numbers of tables and figures, widths of columns, sizes of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.document.grid import Placed, grid, width
from analysis.document.model import (
    AnyBlock,
    Blocks,
    Contents,
    Figure,
    Footnote,
    Heading,
    Item,
    Landscape,
    List,
    Quote,
    Table,
)
from analysis.document.spans import (
    Break,
    Code,
    Image,
    Label,
    Link,
    Number,
    Quoted,
    Span,
    Spans,
    TextSpan,
    Year,
    text_of,
)
from analysis.exceptions import Lang, Text

_WORD = re.compile(r"[!-~‰]+")
_WORDS = (TextSpan, Number, Quoted, Year, Label, Break)  # all that is written as words
_GLUED = re.compile(r"[!-~‰（）％±–]+")  # signs between which a line does not break by itself
_GIVES = (
    re.compile(r"(?<=.)(?=[（(])"),
    re.compile(r"(?<=[/_;:=|])(?=.)|(?<=\w-)(?=.)|(?<=[,.])(?=\D)"),
)  # where it may, in turn
_DIGIT = re.compile(r"\d")
_SVG_SIZE = re.compile(rb'<svg\b[^>]*?\bviewBox="[\d.eE+-]+[ ,]+[\d.eE+-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', re.S)
_CHARACTER, _INSET, _BIT = 3.5, 3.0, 2.0  # mm: a Chinese character of a table, the margins of a cell, a step
_ZERO = "\u200b"  # a space of no width
_NUMBER = 7.0  # characters of a number with its unit and year
_LISTED = 3  # level of the deepest headings in a list of contents
_ROWS = 200  # of a longer table so many are looked at
Array = npt.NDArray[np.float64]
CONTENTS = Text("目录", "Contents")
UNSHOWN = {"zh": "［未能显示：{}］", "en": "[not shown: {}]"}


class Numbered(NamedTuple):
    """The number of a captioned block: its kind (0 table, 1 figure), its number in that kind, and its place."""

    kind: int
    number: int
    place: int


class Labels:
    """Numbers of the captioned tables and figures of a document, which count apart."""

    def __init__(self, blocks: Blocks) -> None:
        self.by_block: dict[int, Numbered] = {}
        self.by_id: dict[str, Numbered] = {}
        counts = [0, 0]
        for place, block in enumerate(_drawn(blocks)):
            if isinstance(block, Table | Figure) and block.caption:
                kind = 0 if isinstance(block, Table) else 1
                counts[kind] += 1
                self.by_block[id(block)] = made = Numbered(kind, counts[kind], place)
                if block.id:
                    self.by_id.setdefault(block.id, made)

    def of(self, block: AnyBlock) -> Numbered | None:
        """Return the number of a block that has one."""
        return self.by_block.get(id(block))


def _drawn(blocks: Blocks) -> Iterable[AnyBlock]:
    """Yield every block that is drawn; the data of a figure are not."""
    for block in blocks:
        yield block
        if isinstance(block, List):
            for item in block.items:
                yield from _drawn(item.blocks)
        elif isinstance(block, Quote | Landscape | Footnote):
            yield from _drawn(block.blocks)


def listed_headings(blocks: Blocks) -> list[Heading]:
    """Return the headings a list of contents has: chapters and sections; none where there is no such list."""
    drawn = list(_drawn(blocks))
    if not any(isinstance(one, Contents) for one in drawn):
        return []
    return [one for one in drawn if isinstance(one, Heading) and 1 < one.level <= _LISTED]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans with neighbours joined that are words in the same look: what they are no longer matters."""
    out: list[Span] = []
    for span in spans:
        if not isinstance(span, _WORDS):
            out.append(span)
        elif out and type(out[-1]) is TextSpan and (out[-1].look == span.look or isinstance(span, Break)):
            out[-1] = TextSpan(out[-1].text + span.text, *out[-1].look)
        else:
            out.append(TextSpan(span.text, *span.look))
    return out


def yielding(spans: Spans, room: float) -> list[Span]:
    """Return the spans of a cell with places to break where a run of signs is wider than its column.

    Parameters
    ----------
    spans : tuple of Span
    room : float [mm]
        Width of the column, its margins included.

    Returns
    -------
    list of Span
        Those of words with zero-width spaces: before a bracket, behind the signs of paths and lists, and in a word
        that is still too wide at any place; never within a number.
    """
    widest = (room - _INSET) / _CHARACTER

    def fits(run: str) -> bool:
        return _characters(run) <= widest

    def opened(found: re.Match[str]) -> str:
        parts = [found[0]]
        for gives in _GIVES:
            parts = [sub for one in parts for sub in ([one] if fits(one) else gives.split(one))]
        return _ZERO.join(one if fits(one) or _DIGIT.search(one) else _ZERO.join(one) for one in parts)

    return [
        replace(one, text=_GLUED.sub(opened, one.text)) if isinstance(one, TextSpan | Link | Code) else one
        for one in merged(spans)
    ]


def head_of(item: Item) -> tuple[Spans, Blocks]:
    """Return what stands on the line of an item's label, and what follows below."""
    from analysis.document.model import Paragraph

    if item.blocks and isinstance(item.blocks[0], Paragraph):
        return item.blocks[0].spans, item.blocks[1:]
    return (), item.blocks


def said(what: str, why: str, lang: Lang) -> str:
    """Return the sentence that stands for something not shown."""
    return UNSHOWN[lang].format(f"{what}（{why}）" if why and lang == "zh" else f"{what} ({why})" if why else what)


def column_widths(table: Table, total: float = 156.0) -> list[float]:
    """Return column widths in mm that add up to `total` and make the table about as short as they can.

    Every column gets what its longest number or word needs at 10.5 pt; what is left goes, bit by bit, to the column
    that takes most off the rows' heights. Cells over several columns have no say.
    """
    longest, least = _needs(table)
    if sum(least) > total:
        longest, least = _needs(table, broken=True)
    if sum(least) > total:  # more columns than fit: all give way alike
        return [total * low / sum(least) for low in least]
    widths, texts = np.array(least), _lengths(table)
    bits = int((total - sum(least)) / _BIT)
    for _ in range(bits):
        lines = np.maximum(texts / (widths - _INSET), 1.0)
        order = np.sort(lines, axis=1)
        # the height of each row without a column: what the others ask for
        others = np.where(lines == order[:, -1:], order[:, -2:-1] if len(widths) > 1 else 1.0, order[:, -1:])
        wider = np.maximum(np.maximum(texts / (widths + _BIT - _INSET), 1.0), others)
        gain = (order[:, -1:] - wider).sum(axis=0)
        if gain.max() <= 1e-9:  # every row is as low as it gets
            break
        widths[gain.argmax()] += _BIT
    spare, roots = total - widths.sum(), np.sqrt(longest)
    return list((widths + spare * roots / roots.sum()).tolist())


def _lengths(table: Table) -> Array:
    """Return the length of each cell's text in mm, shape (rows, columns); of a long table, of rows evenly spaced."""
    rows = table.rows[:: max(len(table.rows) // _ROWS, 1)]
    out = np.ones((max(len(rows), 1), width(table)))
    for one in grid(rows):
        if one.cell.colspan == 1:
            out[one.row, one.column] = _characters(text_of(one.cell.spans)) * _CHARACTER
    return out


def longest_text(table: Table) -> int:
    """Return the length of the longest cell of a table [characters]."""
    return max((len(text_of(cell.spans)) for row in table.rows for cell in row), default=0)


def least_widths(table: Table) -> list[float]:
    """Return the width in mm below which words and numbers of each column are broken."""
    return _needs(table)[1]


def _needs(table: Table, broken: bool = False) -> tuple[list[float], list[float]]:
    """Return, for each column, its longest text in characters and its least width in mm.

    With `broken` a run of signs may be broken where it gives, as between a value and its counts.
    """
    columns = width(table)
    longest, least = [2.0] * columns, [8.0] * columns
    for placed, header in ((grid(table.header), True), (grid(table.rows), False)):
        for one in placed:
            if one.cell.colspan > 1:
                continue
            k, text = one.column, text_of(one.cell.spans)
            longest[k] = max(longest[k], min(_characters(text), 120))
            words = _WORD.findall(text)
            for gives in _GIVES if broken else ():
                words = [part for one in words for part in gives.split(one)]
            word = max(map(len, words), default=0)
            # a number with its year stays together; what is longer is text, and wraps
            number = _right(table, one) and _characters(text) <= _NUMBER
            whole = 2.5 if header else _NUMBER if number else 4.5
            together = min(_characters(text), whole)
            least[k] = max(least[k], min(word, 14) * 2.35 + 4.4, together * 3.7 + 4.2)
    return longest, least


def _right(table: Table, placed: Placed) -> bool:
    return placed.column < len(table.align) and table.align[placed.column] == "right"


def _characters(text: str) -> float:
    """Return the width of a text in Chinese characters."""
    return sum(1.0 if ord(char) > 0x2E7F else 0.55 for char in text)


def picture_size(image: Image) -> tuple[float, float]:
    """Return width and height of a picture in mm, as large as it was drawn."""
    if image.media == "image/png":
        data = image.data
        return _mm(int.from_bytes(data[16:20], "big")), _mm(int.from_bytes(data[20:24], "big"))
    if image.media == "image/svg+xml":
        found = _SVG_SIZE.search(image.data)
        across, down = (float(found[1]), float(found[2])) if found else (600.0, 400.0)
        return (across * 25.4 / 96, down * 25.4 / 96) if across and down else (160.0, 100.0)
    from PIL import Image as Pillow

    with Pillow.open(BytesIO(image.data)) as opened:
        return _mm(opened.width), _mm(opened.height)


def _mm(dots: int) -> float:
    return dots / 160 * 25.4  # as finely as charts are drawn


def fitted(image: Image, across: float, down: float) -> tuple[float, float]:
    """Return width and height in mm of a picture made to fit into a space of `across` by `down` mm."""
    wide, tall = picture_size(image)
    return scaled(wide, tall, across, down)


def scaled(wide: float, tall: float, across: float, down: float) -> tuple[float, float]:
    """Return a size made smaller, never larger, until it fits."""
    width_now = min(across, wide)
    height_now = width_now * tall / wide
    return (width_now * down / height_now, down) if height_now > down else (width_now, height_now)
