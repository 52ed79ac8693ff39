"""Blocks to a PDF set by typst: Chinese fonts inside, bookmarks, tags, the same bytes for the same blocks."""

from __future__ import annotations

import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path

from analysis.exceptions import Lang, Text, Where, wrong_data
from analysis.export.blocks import (
    Block,
    Break,
    Bullets,
    Grid,
    Heading,
    Paragraph,
    Picture,
    Spans,
    column_widths,
    numbered,
    png_size,
)
from analysis.export.theme import font_file

_TALLEST = 200.0  # mm: a picture and its caption fit one page
_TEMPLATE = Path(__file__).parent / "templates" / "gongwen.typ"


def write_pdf(document: list[Block], title: str, notice: str, lang: Lang, made: datetime, author: str = "") -> bytes:
    """Return a PDF file.

    Parameters
    ----------
    document : list of Block
    title, author : str
        Document properties.
    notice : str
        Stands in the header of every page.
    lang : zh or en
    made : datetime
        The only time in the file.

    Raises
    ------
    DataError
        A character is in none of the packaged fonts: nothing is drawn as a box.
    """
    import typst

    check_glyphs(document, notice)
    labels = numbered(document)
    places = {getattr(block, "id", ""): k for k, block in enumerate(document) if k in labels}
    head = {"title": title, "author": author, "notice": notice, "lang": lang}
    lines = [f'#import "gongwen.typ": *\n#show: gongwen.with({", ".join(f"{k}: {_text(v)}" for k, v in head.items())})']
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "gongwen.typ").write_text(_TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        for place, block in enumerate(document):
            if isinstance(block, Picture):
                (root / f"{place}.png").write_bytes(block.png)
            lines.append(_block(place, block, places))
        (root / "main.typ").write_text("\n".join(lines), encoding="utf-8")
        return bytes(
            typst.compile(
                str(root / "main.typ"),
                root=folder,
                font_paths=[str(font_file().parent)],
                ignore_system_fonts=True,
                timestamp=int(made.timestamp()),
            )
        )


def check_glyphs(document: list[Block], notice: str = "") -> None:
    """Raise where a character of the document is in none of the packaged fonts."""
    text = notice + "".join(map(texts, document))
    lacking = sorted({char for char in text if not char.isspace() and ord(char) not in _covered()})
    if lacking:
        named = "、".join(f"{char}（U+{ord(char):04X}）" for char in lacking[:10])
        place = next((t for t in map(texts, document) if any(char in t for char in lacking)), notice)
        raise wrong_data(
            Text(f"字体中没有的字符：{named}", f"characters no font has: {named}"),
            Where(item=place[:40]),
            Text("字体能显示的字符", "characters the packaged fonts can draw"),
            Text("请在数据或规划中改用常用字符。", "Use common characters in the data or the plan."),
        )


@cache
def _covered() -> frozenset[int]:
    from uharfbuzz import Blob, Face

    files = (font_file().with_name("NotoSerifSC-Regular.otf"), font_file())
    return frozenset.intersection(*(frozenset(Face(Blob.from_file_path(str(file))).unicodes) for file in files))


def texts(block: Block) -> str:
    """Return all text of a block, its parts on lines of their own."""
    if isinstance(block, Heading | Paragraph):
        return "".join(span.text for span in block.spans)
    if isinstance(block, Bullets):
        return "\n".join("".join(span.text for span in item) for item in block.items)
    if isinstance(block, Grid):
        cells = ["".join(span.text for span in cell) for row in block.rows for cell in row]
        return "\n".join([block.caption, *block.header, *cells])
    return block.caption if isinstance(block, Picture) else ""


def _block(place: int, block: Block, places: dict[str, int]) -> str:
    if isinstance(block, Heading):
        if block.level == 1:
            return f"#doctitle({_content(block.spans, places)})"
        return f"#heading(level: {block.level - 1}, {_content(block.spans, places)})"
    if isinstance(block, Paragraph):
        if block.look == "code":
            return f"#listing({_text(texts(block))})"
        look = "right-side" if block.look == "right" else block.look
        return f"#{look}({_content(block.spans, places)})"
    if isinstance(block, Bullets):
        items = ", ".join(_content(item, places) for item in block.items)
        marks = "".join(f"{_text(mark)}, " for mark in block.marks)
        return f"#items({block.level}, ({marks}), {items})"
    if isinstance(block, Grid):
        return _grid(place, block, places)
    if isinstance(block, Picture):
        width, height = png_size(block.png)
        args = f'"{place}.png", {_text(block.caption)}, {"true" if height / width > _TALLEST / 156 else "false"}'
        return f"#picture({args}) <b{place}>" if block.caption else f"#picture({args})"
    assert isinstance(block, Break)
    return "#pagebreak(weak: true)"


def _grid(place: int, block: Grid, places: dict[str, int]) -> str:
    columns = max([len(block.header), *(len(row) for row in block.rows)])
    widths = ", ".join(f"{width:.2f}fr" for width in column_widths(block))
    sides = ", ".join("right" if k in block.numbers else "left" for k in range(columns))
    header = ", ".join(f"[#strong({_text(text)})]" for text in block.header)
    cells = [
        f"[#{{ {_content(row[k], places) if k < len(row) else '[]'} }}]" for row in block.rows for k in range(columns)
    ]
    body = ",\n".join(cells)
    head = f"table.header({header})," if block.header else ""
    made = f"#grid-table({_text(block.caption)}, ({widths},), ({sides},), {head}\n{body})"
    return f"{made} <b{place}>" if block.caption else made


def _content(spans: Spans, places: dict[str, int]) -> str:
    """Return spans as a typst expression; text goes in as string literals, so nothing in it is markup."""
    parts = []
    for span in spans:
        if span.ref and span.ref in places:
            parts.append(f"ref(<b{places[span.ref]}>)")
        elif span.note:
            parts.append(f"super({_text(span.text)})")
        else:
            pieces = [f"strong({_text(t)})" if span.bold else f"text({_text(t)})" for t in span.text.split("\n")]
            parts.append(" + linebreak() + ".join(pieces))
    return " + ".join(parts) or "[]"


def _text(value: str) -> str:
    """Return a typst string literal."""
    escaped = (
        value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "").replace("\t", "\\t")
    )
    return f'"{escaped}"'
