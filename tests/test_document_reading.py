"""Any notebook read into the document model: what each kind of content becomes, and what cannot be shown is named."""

import base64
import json
import time
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image as Pillow

from analysis.document import MEDIA_TYPE, Document, from_json, to_json
from analysis.document.grid import grid, width
from analysis.document.model import (
    CodeBlock,
    Figure,
    Footnote,
    Heading,
    List,
    MathBlock,
    PageBreak,
    Paragraph,
    Quote,
    Rule,
    Table,
    Unshown,
    texts,
    walk,
)
from analysis.document.reading import Settings, read_notebook
from analysis.document.reading.html import from_html
from analysis.document.reading.markdown import to_html
from analysis.document.reading.settings import MOST_ROWS, MOST_TEXT
from analysis.document.spans import Code, FootnoteRef, Label, Link, Math, Number, Picture, Reference, TextSpan, text_of


def picture(form="PNG", size=(4, 3)):
    buffer = BytesIO()
    Pillow.new("RGB", size, "white").save(buffer, form)
    return buffer.getvalue()


def b64(data):
    return base64.b64encode(data).decode()


def read(*cells, metadata=None, **options):
    cells = [new_markdown_cell(one) if isinstance(one, str) else one for one in cells]
    return read_notebook(new_notebook(cells=cells, metadata=metadata or {}), Settings(**options))


def out(data, metadata=None):
    return new_code_cell("x", outputs=[new_output("display_data", data=data, metadata=metadata or {})])


def printed(text, name="stdout"):
    return new_code_cell("x", outputs=[new_output("stream", text=text, name=name)])


def only(document, kind):
    found = [one for one in walk(document.blocks) if isinstance(one, kind)]
    assert len(found) == 1, [type(one).__name__ for one in walk(document.blocks)]
    return found[0]


def said(document):
    return "\n".join(map(texts, document.blocks))


# ---- markdown


def test_markdown_keeps_looks_links_code_and_formulas():
    block = only(
        read("**粗**、*斜*、~~删~~、m<sup>2</sup>、H<sub>2</sub>、`代码`、[公报](https://example.org/a)、$x_1$"),
        Paragraph,
    )
    kinds = {type(one): one for one in block.spans if not isinstance(one, TextSpan)}
    assert (kinds[Code].text, kinds[Link].href, kinds[Math].text) == ("代码", "https://example.org/a", "x_1")
    looks = {one.text: one.look for one in block.spans if isinstance(one, TextSpan)}
    assert looks["粗"][0] and looks["斜"][1] and looks["删"][2]
    assert [one.text for one in block.spans if one.place == "sup"] == ["2"]


@pytest.mark.parametrize("text", ["**要点。**正文", "正文**“引语”**正文", "（**注**）", "见**《规划》**第3条"])
def test_bold_in_chinese_needs_no_spaces(text):
    block = only(read(text), Paragraph)
    assert "*" not in text_of(block.spans) and sum(one.bold for one in block.spans) == 1


def test_lists_nest_start_where_they_say_and_keep_their_tasks_and_tables():
    document = read(
        "3. 甲\n   - 乙\n     1. 丙\n4. 丁\n\n- [x] 完\n- [ ] 未\n\n- 表\n\n  | a | b |\n  |---|--:|\n  | 1 | 2 |\n"
    )
    lists = [one for one in walk(document.blocks) if isinstance(one, List)]
    assert [item.number for item in lists[0].items] == [3, 4]
    inner = next(one for one in lists[0].items[0].blocks if isinstance(one, List))
    assert not inner.ordered and isinstance(inner.items[0].blocks[1], List)
    assert {item.done for one in lists for item in one.items} == {True, False, None}
    assert only(document, Table).align == ("", "right")


def test_footnotes_are_counted_through_the_notebook_and_stand_at_its_end():
    document = read("甲[^a]乙[^b]丙[^a]\n\n[^a]: 一\n[^b]: 二", "丁[^a]，无此注[^z]\n\n[^a]: 三")
    notes = [one for one in document.blocks if isinstance(one, Footnote)]
    assert [one.label for one in notes] == ["1", "2", "3"] and document.blocks[-3:] == tuple(notes)
    marks = [
        s for one in document.blocks if isinstance(one, Paragraph) for s in one.spans if isinstance(s, FootnoteRef)
    ]
    assert [one.text for one in marks] == ["1", "2", "1", "3"]
    assert {one.note for one in marks} == {one.id for one in notes}
    assert "[^z]" in said(document)


def test_formulas_in_the_ways_jupyter_knows():
    document = read("$$\na<b\n$$\n\n\\[ c \\]\n\n\\begin{align}d&=e\\end{align}\n\n花了 $5 和 $6，`\\(x\\)`")
    found = [one.text for one in document.blocks if isinstance(one, MathBlock)]
    assert found == ["a<b", "c", "\\begin{align}d&=e\\end{align}"]
    assert "花了 $5 和 $6" in said(document) and "\\(x\\)" in said(document)


def test_quotes_rules_definitions_code_and_headings_down_to_the_sixth():
    document = read("###### 六\n\n> 引一\n>\n> 引二\n\n---\n\n术语\n: 定义\n\n```python\nx = 1\n```")
    assert only(document, Heading).level == 6 and len(only(document, Quote).blocks) == 2
    assert only(document, Rule) and "术语\n定义" in said(document)
    assert only(document, CodeBlock) == CodeBlock("x = 1", "python")


def test_a_broken_line_of_chinese_closes_up_and_one_of_english_does_not():
    assert said(read("第一行\n第二行 one\ntwo")) == "第一行第二行 one two"


# ---- tables


def _frame(index_levels, column_levels, rows=4):
    index = pd.MultiIndex.from_product([["城镇", "农村"], ["男", "女"], ["甲"]][:index_levels])[:rows]
    columns = pd.MultiIndex.from_product([["2023年", "2024年"], ["人数", "比例"], ["a"]][:column_levels])
    if index_levels == 1:
        index = pd.Index(["城镇", "农村"])
    if column_levels == 1:
        columns = pd.Index(["2023年", "2024年"])
    return pd.DataFrame(np.arange(len(index) * len(columns)).reshape(len(index), -1) + 100, index, columns)


@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize("index_levels", [1, 2, 3])
@pytest.mark.parametrize("column_levels", [1, 2, 3])
def test_every_value_of_a_frame_stands_below_its_columns_and_beside_its_rows(index_levels, column_levels, names):
    frame = _frame(index_levels, column_levels)
    if names:
        frame.index.names = [f"行{k}" for k in range(index_levels)]
    table = only(read(out({"text/html": frame._repr_html_(), "text/plain": "x"})), Table)
    places = {}
    for rows, kind in ((table.header, "head"), (table.rows, "body")):
        for one in grid(rows):
            for down in range(one.cell.rowspan):
                for right in range(one.cell.colspan):
                    places[kind, one.row + down, one.column + right] = text_of(one.cell.spans)
    for i, key in enumerate(frame.index):
        keys = key if isinstance(key, tuple) else (key,)
        assert [places["body", i, k] for k in range(index_levels)] == list(keys)
        for j, column in enumerate(frame.columns):
            heads = column if isinstance(column, tuple) else (column,)
            assert [places["head", k, index_levels + j] for k in range(column_levels)] == list(heads)
            assert places["body", i, index_levels + j] == str(frame.iloc[i, j])
    if names:
        assert [places["head", 0, k] for k in range(index_levels)] == list(frame.index.names)
        assert len(table.header) == column_levels
    assert set(table.align[index_levels:]) == {"right"}


def test_crosstabs_with_totals_and_empty_frames():
    frame = pd.DataFrame({"街道": list("甲甲乙"), "性别": list("男女男")})
    table = only(read(out({"text/html": pd.crosstab(frame["街道"], frame["性别"], margins=True).to_html()})), Table)
    assert text_of(table.rows[-1][0].spans) == "All" and text_of(table.rows[-1][-1].spans) == "3"
    empty = read(out({"text/html": frame[:0].to_html()}))
    assert [text_of(cell.spans) for cell in only(empty, Table).header[0]] == ["", "街道", "性别"]


def test_a_styled_frame_keeps_its_caption_and_values():
    frame = pd.DataFrame({"比例": [0.5]}, index=["甲"])
    html = frame.style.format("{:.0%}").set_caption("各街道").highlight_max().to_html()
    table = only(read(out({"text/html": html})), Table)
    assert text_of(table.caption) == "各街道" and text_of(table.rows[0][1].spans) == "50%"


def test_a_frame_of_50000_rows_is_cut_with_a_note():
    began = time.monotonic()
    table = only(read(out({"text/html": pd.DataFrame({"a": range(50_000)}).to_html()})), Table)
    assert len(table.rows) == MOST_ROWS and "共50,000行" in text_of(table.notes[0])
    assert time.monotonic() - began < 20  # seconds; a reader that builds all of it takes minutes


HAND = {
    "a header of two rows": (
        "<tr><th rowspan=2>街道</th><th colspan=2>年</th></tr><tr><th>a</th><th>b</th></tr>",
        2,
        3,
    ),
    "a header that reaches into the body": ("<tr><th rowspan=2>街道</th><th>甲</th></tr><tr><td>1</td></tr>", 2, 2),
    "names beside values": ("<tr><th>甲</th><td>1</td></tr>", 0, 2),
    "cells over cells": ("<tr><td>1</td><td rowspan=2>2</td></tr><tr><td colspan=2>3</td></tr>", 0, 2),
    "a span of nonsense": ("<tr><td colspan='x'>1</td><td rowspan=0>2</td></tr>", 0, 2),
    "a span without end": ("<tr><td colspan='99999999'>1</td></tr>", 0, 1000),
    "all names": ("<tr><th>甲</th><th>乙</th></tr><tr><th>1</th><th>2</th></tr>", 2, 2),
}


@pytest.mark.parametrize("name", HAND)
def test_tables_written_by_hand(name):
    rows, header, columns = HAND[name]
    table = only(Document(blocks=from_html(f"<table>{rows}<tr><td>末</td></tr></table>")), Table)
    assert (len(table.header), width(table)) == (header, columns)
    assert from_json(to_json(Document(blocks=(table,)))).blocks == (table,)


def test_what_stands_in_a_cell_stays_in_it():
    inner = "<p>一</p><p>二</p><ul><li>三</li></ul><table><tr><td>四</td><td>五</td></tr></table>"
    html = f"<table><tr><td>{inner}</td></tr></table>"
    table = only(Document(blocks=from_html(html)), Table)
    assert text_of(table.rows[0][0].spans).split("\n") == ["一", "二", "· 三", "四 五"]


@settings(max_examples=40)
@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.booleans()), max_size=4), max_size=4))
def test_any_table_becomes_one_that_can_be_stored(shape):
    cell = "<{0} colspan={1} rowspan={2}>x</{0}>"
    rows = "".join(
        "<tr>" + "".join(cell.format("th" if h else "td", a, d) for a, d, h in row) + "</tr>" for row in shape
    )
    document = Document(blocks=from_html(f"<table>{rows}</table>"))
    assert from_json(to_json(document)) == document
    assert said(document).count("x") == sum(map(len, shape))


# ---- pictures


def test_pictures_of_every_kind_and_place(tmp_path):
    (tmp_path / "图").mkdir()
    (tmp_path / "图" / "甲 乙.png").write_bytes(picture())
    svg = '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><linearGradient/></svg>'
    cell = new_markdown_cell(
        "![附](attachment:a.png)\n\n![数](data:image/png;base64," + b64(picture()) + ")\n\n![文](图/甲%20乙.png)"
    )
    cell.attachments = {"a.png": {"image/png": b64(picture())}}
    document = read(
        cell,
        out({"image/png": b64(picture())}, {"image/png": {"alt": "走势", "id": "fan"}}),
        out({"image/jpeg": b64(picture("JPEG"))}),
        out({"image/svg+xml": svg}),
        out({"text/html": svg}),
        out({"image/webp": b64(picture("WEBP"))}),
        out({"image/bmp": b64(picture("BMP"))}),
        folder=tmp_path,
    )
    figures = [one for one in document.blocks if isinstance(one, Figure)]
    assert [one.images[0].media for one in figures] == ["image/png"] * 4 + ["image/jpeg"] + ["image/svg+xml"] * 2 + [
        "image/png"
    ] * 2
    assert [one.alt for one in figures][:4] == ["附", "数", "文", "走势"] and figures[3].id == "fan"
    assert b"viewBox" in figures[6].images[0].data  # HTML has no upper case, SVG needs it


LOST = {
    "a file that is not there": "![甲](x.png)",
    "a file outside the folder": "![甲](../x.png)",
    "an absolute path": "![甲](/etc/hostname)",
    "a file that is no picture": "![甲](n.txt)",
    "a picture on a network": "![甲](https://example.org/x.png)",
    "an attachment that is missing": "![甲](attachment:x.png)",
    "data that are damaged": "![甲](data:image/png;base64,AAAA)",
    "half a picture": "![甲](data:image/png;base64," + b64(picture(size=(90, 90))[:60]) + ")",
    "another scheme": "<img alt='甲' src='file:///etc/hostname'>",
}


@pytest.mark.parametrize("name", LOST)
def test_a_picture_that_cannot_be_shown_is_named_in_its_place(name, tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    (tmp_path / "x.png").write_bytes(picture())
    (folder / "n.txt").write_text("no picture")
    document = read("前\n\n" + LOST[name] + "\n\n后", folder=folder)
    assert "“甲”未能显示" in said(document) and said(document).startswith("前") and said(document).endswith("后")
    assert not any(isinstance(one, Figure) for one in document.blocks)


def test_a_damaged_form_of_a_result_gives_way_to_a_whole_one():
    document = read(out({"image/png": "AAAA", "image/jpeg": b64(picture("JPEG"))}))
    assert [one.media for one in only(document, Figure).images] == ["image/jpeg"]
    assert "损坏" in only(read(out({"image/png": "AAAA"})), Unshown).why


def test_small_pictures_stay_in_their_line_and_cell():
    mark = f'<img alt="标" src="data:image/png;base64,{b64(picture())}">'
    line, table = from_html(f"<p>前{mark}后</p><table><tr><td>{mark}</td></tr></table>")
    assert [type(one) for one in line.spans] == [TextSpan, Picture, TextSpan]
    assert isinstance(table.rows[0][0].spans[0], Picture)


# ---- other outputs


def test_of_several_forms_the_one_that_says_most():
    assert (
        only(
            read(out({"text/latex": "$\\frac{1}{2}$", "image/png": b64(picture()), "text/plain": "1/2"})), MathBlock
        ).text
        == "\\frac{1}{2}"
    )
    assert only(read(out({"text/markdown": "# 题", "text/plain": "x"})), Heading).level == 1
    assert only(read(out({"application/json": {"甲": 1}})), CodeBlock).language == "json"


def test_printed_text_is_plain_short_and_without_errors():
    document = read(printed("\x1b[31m红\x1b[0m\n10%\r50%\r100%\n"), printed("/srv/user/a.py: warning", "stderr"))
    assert said(document) == "红\n100%"
    assert "warning" in said(read(printed("warning", "stderr"), stderr=True))
    document = read(printed("字" * 10_000_000))
    assert len(only(document, CodeBlock).text) == MOST_TEXT and "10,000,000" in said(document)


def test_an_error_says_its_name():
    cell = new_code_cell("x", outputs=[new_output("error", ename="KeyError", evalue="\x1b[1m'a'\x1b[0m", traceback=[])])
    assert said(read(cell)) == "KeyError: 'a'"


def _plotly(y):
    return {
        "data": [{"name": "城镇", "x": [2023, 2024], "y": y}, {"x": [2023], "y": [9]}],
        "layout": {"title": {"text": "趋势"}},
    }


@pytest.mark.parametrize("y", [[1.5, 2.5], {"dtype": "f8", "bdata": b64(np.array([1.5, 2.5]).tobytes())}])
def test_an_interactive_chart_is_its_still_picture_or_its_data(y):
    name = "application/vnd.plotly.v1+json"
    document = read(out({name: _plotly(y), "text/html": "<script></script>"}))
    assert "趋势" in only(document, Unshown).what
    rows = [[text_of(cell.spans) for cell in row] for row in only(document, Table).rows]
    assert rows == [["城镇", "2023", "1.5"], ["城镇", "2024", "2.5"], ["2", "2023", "9"]]
    figure = read(out({name: _plotly(y), "image/png": b64(picture())})).blocks[0]
    assert isinstance(figure, Figure) and figure.data is not None and figure.alt == "趋势"


def test_a_vega_chart_gives_its_data():
    spec = {"title": "甲", "data": {"values": [{"年": 2023, "值": 1}]}}
    table = only(read(out({"application/vnd.vegalite.v5+json": spec})), Table)
    assert [text_of(cell.spans) for cell in table.rows[0]] == ["2023", "1"]


def test_widgets_say_their_last_state():
    view = "application/vnd.jupyter.widget-view+json"
    states = {
        "box": {
            "model_name": "VBoxModel",
            "state": {"children": ["IPY_MODEL_s", "IPY_MODEL_d", "IPY_MODEL_h", "IPY_MODEL_box"]},
        },
        "s": {"model_name": "IntSliderModel", "state": {"description": "年份", "value": 2025}},
        "d": {
            "model_name": "DropdownModel",
            "state": {"description": "区", "_options_labels": ["甲", "乙"], "index": 1},
        },
        "h": {"model_name": "HTMLModel", "state": {"value": "<b>合计</b>"}},
    }
    about = {"widgets": {"application/vnd.jupyter.widget-state+json": {"state": states}}}
    document = read(out({view: {"model_id": "box"}, "text/plain": "VBox()"}), metadata=about)
    assert said(document) == "年份：2025\n区：乙\n合计"
    assert only(read(out({view: {"model_id": "gone"}})), Unshown).what == "控件"


@pytest.mark.parametrize(
    "html",
    [
        "<iframe src='x'></iframe>",
        "<video></video>",
        "<canvas></canvas>",
        "<p>甲<audio></audio></p>",
        "<script>draw()</script>",
    ],
)
def test_what_has_no_place_on_paper_is_named(html):
    assert only(read(out({"text/html": html})), Unshown).what


def test_an_output_of_no_known_form_is_named():
    assert "application/pdf" in only(read(out({"application/pdf": "AAAA"})), Unshown).what


# ---- tags, metadata, the project's own marks


@pytest.mark.parametrize(
    "tag", ["remove_cell", "remove-cell", "hide_cell", "notebook-only", "parameters", "injected-parameters"]
)
def test_a_hidden_cell_is_left_out(tag):
    cell = printed("甲")
    cell.metadata["tags"] = [tag]
    assert read(cell).blocks == ()


def test_code_is_shown_when_asked_and_not_hidden():
    cells = [printed(text) for text in "甲乙丙丁"]
    cells[1].metadata["tags"] = ["hide_input"]
    cells[2].metadata["tags"] = ["remove_output"]
    cells[3].metadata["jupyter"] = {"source_hidden": True, "outputs_hidden": True}
    assert said(read(*cells)) == "甲\n乙"
    assert said(read(*cells, code=True)) == "x\n甲\n乙\nx"


def test_metadata_of_the_notebook_are_those_of_the_document():
    meta = read(
        "# 首题", metadata={"title": "题", "authors": [{"name": "甲"}, {"name": "乙"}], "date": "2026年1月"}
    ).meta
    assert (meta.title, meta.author, meta.date) == ("题", "甲、乙", "2026年1月")
    assert read("# 首题").meta.title == "首题"


def test_marks_of_numbers_badges_and_references_come_through():
    html = (
        '<p class="quiet">为<strong><data value="a" data-from="t[k].c" data-as="amount per_1000 1">4.5‰</data></strong>'
        '，<span class="badge met">已达标</span><span class="see">详见<a class="ref" href="#main">↗</a>、'
        '<a class="ref" href="#gone">↗</a>。</span><span class="see">见<a class="ref" href="#gone">↗</a>。</span></p>'
    )
    head, body = '<tr><th class="number">甲</th></tr>', '<tr><td class="number">1</td></tr>'
    table = f'<table id="main"><thead>{head}</thead><tbody>{body}</tbody></table>'
    document = read(out({"text/html": html}), out({"text/html": table}), out({"text/html": '<hr class="page">'}))
    block = document.blocks[0]
    assert block.look == "quiet" and text_of(block.spans) == "为4.5‰，已达标详见↗。"
    number = next(one for one in block.spans if isinstance(one, Number))
    assert (number.table, number.row, number.column, number.bold, number.form) == (
        "t",
        "k",
        "c",
        True,
        "amount per_1000 1",
    )
    assert {one.code for one in block.spans if isinstance(one, Label)} == {"met"}
    assert [one.target for one in block.spans if isinstance(one, Reference)] == ["main"]
    assert only(document, Table).align == ("right",) and only(document, PageBreak)


def test_a_document_in_an_output_is_taken_as_it_is_and_a_wrong_one_is_named():
    part = Document(blocks=from_html("<p>甲<data value='a' data-from='t[k].c'>1</data></p>"))
    held = json.loads(to_json(part))
    assert read(out({MEDIA_TYPE: held, "text/html": "<p>乙</p>"})).blocks == part.blocks
    assert only(read(out({MEDIA_TYPE: {**held, "version": 9}, "text/html": "<p>乙</p>"})), Unshown).what == "文档片段"


# ---- anything at all


@settings(max_examples=40)
@given(st.text("<>/&;pbdivtable trhulo=\"'甲1\n *_`[]()!$\\|-#^:~\x00\x1b\ud800", max_size=60))
def test_no_text_stops_the_reader(text):
    document = read(text, out({"text/html": text}), printed(text), out({"image/svg+xml": text, "text/latex": text}))
    assert from_json(to_json(document)) == document


def test_deep_nesting_is_kept_as_text():
    document = read(out({"text/html": "<div>" * 3000 + "底" + "</div>" * 3000}), ">" * 80 + " 底")
    assert said(document).count("底") == 2


def test_markdown_renders_html_blocks():
    assert "<table>" in to_html("前\n\n<table><tr><td>1</td></tr></table>\n\n后")
