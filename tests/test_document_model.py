"""The document model: what it can hold comes back from its JSON form, and what it cannot hold is refused by name."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.document import Document, Meta, from_json, to_json
from analysis.document.grid import Overlap, grid, width
from analysis.document.model import (
    Cell,
    CodeBlock,
    Contents,
    Figure,
    Footnote,
    Heading,
    Item,
    Landscape,
    List,
    MathBlock,
    PageBreak,
    Paragraph,
    Quote,
    Rule,
    Table,
    Unshown,
    images_of,
    texts,
    walk,
)
from analysis.document.spans import (
    Break,
    Code,
    FootnoteRef,
    Image,
    Label,
    Link,
    Math,
    Number,
    Picture,
    Quoted,
    Reference,
    TextSpan,
    Year,
    cell_of,
    text_of,
)
from analysis.exceptions import DataError

WORDS = st.text(max_size=8)
IMAGES = st.builds(Image, st.sampled_from(["image/png", "image/svg+xml"]), st.binary(max_size=8))
LOOKS = {
    "bold": st.booleans(),
    "italic": st.booleans(),
    "struck": st.booleans(),
    "place": st.sampled_from(["", "sub", "sup"]),
}
NUMBERS = st.builds(
    Number,
    WORDS,
    **LOOKS,
    table=WORDS,
    row=WORDS,
    column=WORDS,
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    formula=WORDS,
    form=WORDS,
    id=WORDS,
)
SPAN = st.one_of(
    st.builds(TextSpan, WORDS, **LOOKS),
    NUMBERS,
    st.builds(Quoted, WORDS, source=WORDS),
    st.builds(Year, WORDS),
    st.builds(Label, WORDS, code=WORDS),
    st.builds(Reference, WORDS, target=WORDS),
    st.builds(Link, WORDS, href=WORDS),
    st.builds(Code, WORDS),
    st.builds(Math, WORDS),
    st.builds(Break),
    st.builds(FootnoteRef, WORDS, note=WORDS),
    st.builds(Picture, WORDS, image=st.none() | IMAGES),
)
SPANS = st.lists(SPAN, max_size=3).map(tuple)
CELLS = st.builds(Cell, SPANS, head=st.booleans(), align=st.sampled_from(["", "left", "center", "right"]))


@st.composite
def tables(draw):
    """Return a table whose cells cover no place twice: every place stands alone, some rows end in one wide cell."""
    columns = draw(st.integers(1, 3))
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        ends = draw(st.integers(1, columns))
        own = [draw(CELLS) for _ in range(ends)]
        own[-1] = replace(own[-1], colspan=columns - ends + 1)
        rows.append(tuple(own))
    split = draw(st.integers(0, len(rows)))
    return Table(tuple(rows[:split]), tuple(rows[split:]), ("", "right"), draw(SPANS), (draw(SPANS),), draw(WORDS))


LEAF = st.one_of(
    st.builds(Heading, st.integers(1, 6), SPANS),
    st.builds(Paragraph, SPANS, st.sampled_from(["body", "quiet", "lead", "right"])),
    tables(),
    st.builds(Figure, st.lists(IMAGES, max_size=2).map(tuple), WORDS, SPANS, WORDS, st.none() | tables()),
    st.builds(CodeBlock, WORDS, WORDS),
    st.builds(MathBlock, WORDS),
    st.builds(PageBreak),
    st.builds(Contents),
    st.builds(Rule),
    st.builds(Unshown, WORDS, WORDS),
)


def _nested(inner):
    blocks = st.lists(inner, max_size=3).map(tuple)
    items = st.lists(st.builds(Item, blocks, st.integers(-9, 99), st.none() | st.booleans()), max_size=3).map(tuple)
    return st.one_of(
        st.builds(List, items, st.booleans(), WORDS),
        st.builds(Quote, blocks),
        st.builds(Landscape, blocks),
        st.builds(Footnote, WORDS, WORDS, blocks),
    )


DOCUMENTS = st.builds(
    Document,
    st.builds(Meta, WORDS, WORDS, WORDS, WORDS, st.sampled_from(["zh", "en"])),
    st.lists(st.recursive(LEAF, _nested, max_leaves=5), max_size=4).map(tuple),
)


@settings(max_examples=40)
@given(DOCUMENTS)
def test_every_document_comes_back_from_json(document):
    text = to_json(document)
    assert from_json(text) == document and to_json(from_json(text)) == text
    assert from_json(json.loads(text)) == document  # as a notebook holds it


@settings(max_examples=40)
@given(DOCUMENTS)
def test_walking_meets_every_text_and_picture(document):
    said = "".join(map(texts, document.blocks))
    for block in walk(document.blocks):
        if isinstance(block, Paragraph):
            assert text_of(block.spans) in said
    pictures = [one for b in walk(document.blocks) if isinstance(b, Figure) for one in b.images]
    assert all(one in list(images_of(document.blocks)) for one in pictures)


GOOD = {"version": 1, "meta": {}, "blocks": [{"kind": "paragraph", "spans": [{"kind": "text", "text": "甲"}]}]}


def _with(**changes):
    return {**GOOD, **changes}


def _table(*rows):
    rows = [[{"spans": [], **cell} for cell in row] for row in rows]
    return _with(blocks=[{"kind": "table", "header": [], "rows": rows}])


BAD = {
    "no JSON": ("{", "JSON"),
    "no object": ([], "版本"),
    "no version": ({k: v for k, v in GOOD.items() if k != "version"}, "版本"),
    "a later version": (_with(version=2), "版本为 2"),
    "true for a version": (_with(version=True), "版本"),
    "a kind nobody knows": (_with(blocks=[{"kind": "film"}]), "没有这一种类"),
    "no kind": (_with(blocks=[{"spans": []}]), "没有写明种类"),
    "a field nobody knows": (_with(blocks=[{"kind": "rule", "colour": "red"}]), "没有这一项"),
    "a field that is missing": (_with(blocks=[{"kind": "paragraph"}]), "缺少此项"),
    "a level beyond six": (_with(blocks=[{"kind": "heading", "level": 7, "spans": []}]), "blocks.0.heading.level"),
    "a number as text": (_with(meta={"title": 1}), "meta.title"),
    "a look nobody knows": (_with(blocks=[{"kind": "paragraph", "spans": [], "look": "loud"}]), "可选值"),
    "cells one over the other": (_table([{}, {"rowspan": 2}], [{"colspan": 2}]), "重叠"),
    "a cell without width": (_table([{"colspan": 0}]), "colspan"),
    "a cell as wide as a page of cells": (_table([{"colspan": 10**9}]), "colspan"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_document_is_refused_with_its_place(name):
    wrong, said = BAD[name]
    with pytest.raises(DataError) as caught:
        from_json(wrong if isinstance(wrong, str) else json.dumps(wrong), "甲.ipynb")
    assert said in caught.value.message("zh") and "甲.ipynb" in caught.value.message("zh")
    assert caught.value.message("en").isascii() or "甲" in caught.value.message("en")


def test_all_faults_are_named_at_once():
    with pytest.raises(DataError) as caught:
        from_json(_with(meta={"title": 1, "author": 2}))
    assert len(caught.value.faults) == 2


def test_json_as_deep_as_a_well_is_refused():
    deep = '{"kind":"quote","blocks":[' * 5000 + "]}" * 5000
    with pytest.raises(DataError):
        from_json(f'{{"version":1,"meta":{{}},"blocks":[{deep}]}}')


@given(st.lists(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), max_size=4), max_size=4))
def test_cells_take_the_places_a_browser_gives_them_or_are_refused(shape):
    rows = tuple(tuple(Cell((), across, down) for across, down in row) for row in shape)
    try:
        placed = grid(rows)
    except Overlap:
        return
    places = [
        (one.row + down, one.column + right)
        for one in placed
        for down in range(min(one.cell.rowspan, len(rows) - one.row))
        for right in range(one.cell.colspan)
    ]
    assert len(places) == len(set(places)) and len(placed) == sum(map(len, rows))
    assert width(Table((), rows)) == max((column + 1 for _, column in places), default=0)


def test_the_origin_of_a_number_is_its_cell_or_its_formula():
    for origin in ("assessments[health.t2].latest_value", "100 * {all/a} / {all/b}", "a[b].c + d[e].f", "{n}"):
        assert Number("1", **cell_of(origin)).origin == origin
    assert Number("1", **cell_of("observations[a,b,2020].obs_value")).row == "a,b,2020"


def test_labels_of_lists():
    items = tuple(Item((), number) for number in (1, 2))
    assert [List(items, True, "lower-roman").mark(one) for one in items] == ["i. ", "ii. "]
    assert [List((Item((), 0, done),)).mark(Item((), 0, done)) for done in (True, False, None)] == ["√ ", "□ ", "· "]
