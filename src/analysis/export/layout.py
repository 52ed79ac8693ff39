"""What Word and PDF decide alike: numbers of tables and figures, widths of columns, sizes of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple

from analysis.document.grid import Placed, grid, width
from analysis.document.model import AnyBlock, Blocks, Figure, Footnote, Item, Landscape, List, Quote, Table
from analysis.document.spans import Break, Image, Label, Number, Quoted, Span, Spans, TextSpan, Year, text_of
from analysis.exceptions import Lang

_WORD = re.compile(r"[!-~‰]+")
_WORDS = (TextSpan, Number, Quoted, Year, Label, Break)  # all that is written as words
_SVG_SIZE = re.compile(rb'<svg\b[^>]*?\bviewBox="[\d.eE+-]+[ ,]+[\d.eE+-]+[ ,]+([\d.]+)[ ,]+([\d.]+)"', re.S)
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


def merged(spans: Spans) -> list[Span]:
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
    """Return column widths in mm that add up to `total`.

    They grow with the longest text of a column, less than in proportion, so that long columns do not starve short
    ones; no column is too narrow for its longest number or word at 10.5 pt. Cells over several columns have no say.
    """
    longest, least = _needs(table)
    if sum(least) > total:  # more columns than fit: all give way alike
        return [total * low / sum(least) for low in least]
    roots = [length**0.62 for length in longest]
    widths = [total * root / sum(roots) for root in roots]
    short = sum(max(low - wide, 0.0) for low, wide in zip(least, widths, strict=True))
    spare = [max(wide - low, 0.0) for low, wide in zip(least, widths, strict=True)]
    if not short:
        return widths
    return [max(low, wide - short * own / sum(spare)) for low, wide, own in zip(least, widths, spare, strict=True)]


def least_widths(table: Table) -> list[float]:
    """Return the width in mm below which words and numbers of each column are broken."""
    return _needs(table)[1]


def _needs(table: Table) -> tuple[list[float], list[float]]:
    """Return, for each column, its longest text in characters and its least width in mm."""
    columns = width(table)
    longest, least = [2.0] * columns, [8.0] * columns
    for placed, header in ((grid(table.header), True), (grid(table.rows), False)):
        for one in placed:
            if one.cell.colspan > 1:
                continue
            k, text = one.column, text_of(one.cell.spans)
            longest[k] = max(longest[k], min(_characters(text), 120))
            word = max((len(found) for found in _WORD.findall(text)), default=0)
            whole = 2.5 if header else 9 if _right(table, one) else 4.5
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
