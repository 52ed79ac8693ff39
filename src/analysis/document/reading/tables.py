"""HTML tables with all their spans: of pandas with levels on both axes, of markdown, written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.document.grid import grid
from analysis.document.model import MOST_COLUMNS, MOST_ROWS, Align, AnyBlock, Cell, Row, Table
from analysis.document.reading.lines import Element, Line, classes, shown
from analysis.document.reading.settings import MOST_ROWS as MOST_KEPT
from analysis.document.reading.settings import Reading
from analysis.document.spans import Break, Spans, plain, text_of

_NUMBER = re.compile(r"[+−-]?\s?[¥$€]?[\d,]+(\.\d+)?(e[+-]?\d+)?\s?[%‰]?", re.I)
_EMPTY = frozenset(("", "—", "-", "–", "NaN", "nan", "NaT", "None", "<NA>", "…", "..."))
_ALIGN = re.compile(r"text-align:\s*(left|right|center)")


def read_table(tag: Element, reading: Reading) -> Iterator[AnyBlock]:
    """Yield a table; of a very long one its first rows, with a note of how many there are."""
    head, body = _rows(tag)
    count = len(body)
    header = tuple(_row(one, reading, True) for one in head)
    rows = tuple(_row(one, reading, False) for one in body[:MOST_KEPT])
    if not header and not rows:
        return
    frame = "dataframe" in classes(tag)
    if frame:
        header = fold_names(header)
    header, rows = _settled(header), _settled(rows)
    align = _columns(header, rows, frame)
    notes: tuple[Spans, ...] = ()
    if count > MOST_KEPT:
        notes = (plain(reading.cut(count)),)
    caption = tag.find("caption")
    line = Line(reading)
    if caption is not None:
        line.children(caption)
    yield Table(header, rows, align, line.take(), notes, str(tag.get("id") or ""))


def _rows(tag: Element) -> tuple[list[Element], list[Element]]:
    """Return the rows of the header and of the body; rows of tables within cells are not its own.

    Without a `thead` the header is the rows at the top that hold names only, and those their cells reach down to.
    """
    head: list[Element] = []
    body: list[Element] = []
    for part in tag:
        if part.tag == "tr":
            body.append(part)
        elif part.tag in ("thead", "tbody", "tfoot"):
            (head if part.tag == "thead" else body).extend(row for row in part if row.tag == "tr")
    if head:
        return head, body
    count = reach = 0
    while count < len(body) and (count < reach or all(cell.tag != "td" for cell in _cells(body[count]))):
        reach = max([reach, *(count + _whole(cell, "rowspan", MOST_ROWS) for cell in _cells(body[count]))])
        count += 1
    return (body[:count], body[count:]) if count < len(body) or count == 1 else (body[:1], body[1:])


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in ("td", "th") and shown(cell)]


def _whole(cell: Element, name: str, most: int) -> int:
    try:
        return min(max(int(cell.get(name) or 1), 1), most)
    except ValueError:
        return 1


def _row(row: Element, reading: Reading, header: bool) -> Row:
    return tuple(
        Cell(
            _content(cell, reading),
            _whole(cell, "colspan", MOST_COLUMNS),
            _whole(cell, "rowspan", MOST_ROWS),
            cell.tag == "th" and not header,
            _align(cell),
        )
        for cell in _cells(row)
    )


def _align(cell: Element) -> Align:
    if "number" in classes(cell):
        return "right"
    found = _ALIGN.search(cell.get("style") or "") if cell.get("style") else None
    return found[1] if found else ""  # type: ignore[return-value]  # the pattern names the three


def _content(cell: Element, reading: Reading) -> Spans:
    """Return what stands in a cell; paragraphs, items and tables within it are lines of their own."""
    line = Line(reading)
    if len(cell) == 0:
        line.text(cell.text)
    elif any(one.tag in ("p", "div", "li", "tr", "pre", "table") for one in cell.iterdescendants()):
        _lines(cell, line)
    else:
        line.children(cell)
    return line.take()


def _lines(parent: Element, line: Line) -> None:
    line.text(parent.text)
    for child in parent:
        if shown(child) and child.tag in ("p", "div", "ul", "ol", "li", "table", "tbody", "thead", "tr", "pre"):
            if line.spans and not isinstance(line.spans[-1], Break):
                line.spans.append(Break())
            line.text("· " if child.tag == "li" else "")
            _lines(child, line)
        elif child.tag in ("td", "th"):
            _lines(child, line)
            line.text(" ")
        else:
            line.add(child)
        line.text(child.tail)


def fold_names(header: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the header of a frame with the names of its index beside those of its columns.

    pandas writes the names of the index into a row of their own, empty everywhere else, below empty cells: the row
    goes, its names rise into the empty cells. A header of any other shape stays as it is.
    """
    if len(header) < 2:
        return header
    *above, last = header
    names = {k: cell for k, cell in enumerate(last) if text_of(cell.spans).strip()}
    if any(cell.colspan > 1 or cell.rowspan > 1 for cell in last) or not names:
        return header
    placed = grid(tuple(above))
    for k in names:
        own = [one for one in placed if one.column <= k < one.column + one.cell.colspan]
        if any(text_of(one.cell.spans).strip() or one.cell.colspan > 1 for one in own):
            return header
    rows: list[list[Cell]] = [[] for _ in above]
    for one in placed:
        if one.column not in names:
            rows[one.row].append(one.cell)
        elif one.row == 0:
            rows[0].append(replace(names[one.column], rowspan=len(above)))
    return tuple(map(tuple, rows))


def _settled(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows none of whose cells covers a place of another: where two would, the later one gives way."""
    taken: set[tuple[int, int]] = set()
    out = []
    for at, row in enumerate(rows):
        column, kept = 0, []
        for cell in row:
            while (at, column) in taken:
                column += 1
            down, wide = min(cell.rowspan, len(rows) - at), 1
            while wide < cell.colspan and (at, column + wide) not in taken:
                wide += 1
            while any((at + k, column + j) in taken for k in range(down) for j in range(wide)):
                down -= 1
            if down > 1 or wide > 1:
                taken |= {(at + k, column + j) for k in range(down) for j in range(wide)}
            kept.append(
                cell if (down, wide) == (cell.rowspan, cell.colspan) else replace(cell, rowspan=down, colspan=wide)
            )
            column += wide
        out.append(tuple(kept))
    return tuple(out)


def _columns(header: Sequence[Row], rows: Sequence[Row], frame: bool) -> tuple[Align, ...]:
    """Return how columns are aligned: as the last row of the header says; of a frame, numbers to the right."""
    said: dict[int, Align] = {one.column: one.cell.align for one in grid(tuple(header)) if one.cell.align}
    if not said and not frame:
        own = [one for one in grid(tuple(rows)) if one.cell.colspan == 1]
        for k in {one.column for one in own}:
            found = {one.cell.align for one in own if one.column == k}
            if len(found) == 1:
                said[k] = found.pop()
    if frame:
        texts: dict[int, set[str]] = {}
        for one in grid(tuple(rows)):
            if one.cell.colspan == 1 and not one.cell.head:
                texts.setdefault(one.column, set()).add(text_of(one.cell.spans).strip())
        for k, found_texts in texts.items():
            if (left := found_texts - _EMPTY) and all(map(_NUMBER.fullmatch, left)):
                said[k] = "right"
    return tuple(said.get(k, "") for k in range(max(said, default=-1) + 1))
