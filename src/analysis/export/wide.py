"""Tables wider than the page: on pages turned sideways, and cut by groups of columns where that is not enough."""

from __future__ import annotations

from dataclasses import replace

from analysis.document.grid import grid
from analysis.document.model import AnyBlock, Blocks, Cell, Document, Landscape, Paragraph, Row, Table
from analysis.document.spans import plain
from analysis.exceptions import Lang
from analysis.export.layout import least_widths

UPRIGHT, SIDEWAYS = 156.0, 225.0  # mm: the width of text on a page


def fit_tables(document: Document, lang: Lang) -> Document:
    """Return a document whose tables fit its pages.

    A table whose words and numbers would be broken stands on a page turned sideways; where they still would be, its
    columns are dealt out to several tables, each with the columns that name the rows, and a note says which part it is.
    """
    blocks: list[AnyBlock] = []
    for block in document.blocks:
        if not isinstance(block, Table) or sum(least := least_widths(block)) <= UPRIGHT:
            blocks.append(block)
            continue
        parts: Blocks = (block,) if sum(least) <= SIDEWAYS else _parts(block, least, lang)
        last = blocks[-1] if blocks else None
        if isinstance(last, Landscape):  # one turn of the page for all that stand together
            blocks[-1] = Landscape((*last.blocks, *parts))
        else:
            blocks.append(Landscape(parts))
    return replace(document, blocks=tuple(blocks))


def _parts(table: Table, least: list[float], lang: Lang) -> Blocks:
    names = _names(table, len(least))
    room = SIDEWAYS - sum(least[:names])
    groups: list[list[int]] = [[]]
    for column in range(names, len(least)):
        if groups[-1] and sum(least[k] for k in (*groups[-1], column)) > room:
            groups.append([])
        groups[-1].append(column)
    out: list[AnyBlock] = []
    for place, group in enumerate(groups, start=1):
        kept = (*range(names), *group)
        first, last = place == 1, place == len(groups)
        said = f"（上表各列分{len(groups)}部分排印，此为第{place}部分。）"
        en = f"(The columns of the table above are printed in {len(groups)} parts; this is part {place}.)"
        if not first:
            out.append(Paragraph(plain(said if lang == "zh" else en), "quiet"))
        out.append(
            replace(
                table,
                header=_columns(table.header, kept),
                rows=_columns(table.rows, kept),
                align=tuple(table.align[k] if k < len(table.align) else "" for k in kept),
                caption=table.caption if first else (),
                id=table.id if first else "",
                notes=table.notes if last else (),
            )
        )
    return tuple(out)


def _names(table: Table, columns: int) -> int:
    """Return how many columns at the left name the rows: those of names only, else the first."""
    heads = {(one.row, one.column) for one in grid(table.rows) if one.cell.head}
    inner = {one.column for one in grid(table.rows) if not one.cell.head}
    names = 0
    while names < columns // 2 and names not in inner and any(column == names for _, column in heads):
        names += 1
    return names or 1


def _columns(rows: tuple[Row, ...], kept: tuple[int, ...]) -> tuple[Row, ...]:
    """Return rows with some of their columns; a cell over several covers those of them that stay."""
    made: list[list[tuple[int, Cell]]] = [[] for _ in rows]
    for one in grid(rows):
        own = [k for k in kept if one.column <= k < one.column + one.cell.colspan]
        if own:
            made[one.row].append((own[0], replace(one.cell, colspan=len(own))))
    return tuple(tuple(cell for _, cell in sorted(row, key=lambda pair: pair[0])) for row in made)
