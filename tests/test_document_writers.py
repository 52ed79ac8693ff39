"""Word, PDF and HTML of the document model: what a notebook of any kind holds is in all three."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from pypdf import PdfReader
from pypdfium2 import PdfDocument
from pypdfium2.raw import FPDF_PAGEOBJ_PATH
from test_document_model import DOCUMENTS
from test_document_reading import b64, picture

from analysis.document import Document
from analysis.document.grid import grid, width
from analysis.document.model import Cell, Contents, Figure, Heading, Landscape, PageBreak, Paragraph, Table, texts, walk
from analysis.document.reading import read_notebook
from analysis.document.spans import Image, plain, text_of
from analysis.export.exporters import GongwenDocxExporter, GongwenPdfExporter
from analysis.export.formulas import mathml, typst
from analysis.export.html import GongwenHTMLExporter, write_html
from analysis.export.markup import display_data, markup
from analysis.export.reading_back import pdf_text, word_text
from analysis.export.typeset import write_pdf
from analysis.export.wide import SIDEWAYS, fit_tables
from analysis.export.word import write_word
from analysis.export.word_formulas import omml

MADE = datetime(2026, 1, 1, tzinfo=UTC)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="red"/></svg>'
MARKDOWN = """# 题目

**要点。**正文*斜体*、~~删去~~、m<sup>2</sup>、H<sub>2</sub>O、`代码`、[公报](https://example.org/a)、$x^2$，见注[^1]。

$$\\frac{a}{b}$$

> 引文

3. 第三
   - 其下

     另起一段

- [x] 完成

| 左 | 右 |
|---|--:|
| 甲 | 1 |

---

```python
print("源码")
```

###### 六级

[^1]: 注文
"""
FRAME = (
    '<table class="dataframe"><thead><tr><th></th><th colspan="2">2024年</th></tr><tr><th></th><th>人数</th>'
    "<th>比例</th></tr></thead><tbody><tr><th rowspan='2'>城镇</th><td>101</td><td>11.1</td></tr>"
    "<tr><td>201</td><td>21.1</td></tr></tbody></table>"
)


def everything():
    outputs = [
        new_output("display_data", data={"text/html": FRAME}),
        new_output("display_data", data={"image/png": b64(picture())}, metadata={"image/png": {"alt": "走势"}}),
        new_output("display_data", data={"image/jpeg": b64(picture("JPEG"))}),
        new_output("display_data", data={"image/svg+xml": SVG}),
        new_output("display_data", data={"application/pdf": "x"}),
    ]
    return new_notebook(cells=[new_markdown_cell(MARKDOWN), new_code_cell("x", outputs=outputs)])


WORDS = "题目 要点。 斜体 删去 公报 代码 引文 第三 其下 另起一段 完成 甲 源码 六级 注文 城镇 201 21.1 走势"
SAID = [*WORDS.split(), "application/pdf"]


@pytest.fixture(scope="module")
def files():
    """Return everything in three formats."""
    made = {}
    for exporter in (GongwenHTMLExporter, GongwenDocxExporter, GongwenPdfExporter):
        content, resources = exporter().from_notebook_node(everything())
        made[resources["output_extension"]] = content
    return made


def test_all_that_is_said_is_in_all_three(files):
    page = re.sub("<[^>]+>", "", files[".html"])
    for text in (page, word_text(files[".docx"]), pdf_text(files[".pdf"]).replace("\r\n", "\n")):
        squeezed = re.sub(r"\s", "", text)
        assert [one for one in SAID if one not in squeezed] == []


def test_word_keeps_looks_links_formulas_pictures_and_merged_cells(files):
    document = WordDocument(BytesIO(files[".docx"]))
    body = document.element.body
    assert {qn("w:vertAlign"), qn("w:strike"), qn("w:i"), qn("w:b"), qn("w:hyperlink")} <= {
        one.tag for one in body.iter()
    }
    assert {one.get(qn("w:val")) for one in body.iter(qn("w:vertAlign"))} == {"subscript", "superscript"}
    assert len(list(body.iter("{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"))) == 2
    assert len(list(body.iter(qn("wp:docPr")))) == 3
    frame = document.tables[1]
    assert [one.get(qn("w:val")) for one in frame._tbl.iter(qn("w:gridSpan"))] == ["2"]
    assert [one.get(qn("w:val")) for one in frame._tbl.iter(qn("w:vMerge"))] == ["restart", None]  # None is "continue"
    assert len(list(frame._tbl.iter(qn("w:tblHeader")))) == 2
    assert [cell.text for cell in frame.rows[3].cells] == ["城镇", "201", "21.1"]


def test_a_page_keeps_them_too(files):
    page = files[".html"]
    for tag in ("<em>", "<s>", "<sub>", "<sup>", "<code>", '<a href="https://example.org/a">', "<math", "<blockquote>"):
        assert tag in page
    assert 'colspan="2"' in page and 'rowspan="2"' in page and 'start="3"' in page
    assert page.count("data:image/") == 3 and "<h6>" in page


def test_the_pdf_has_its_pictures_and_bookmarks(files):
    pdf = PdfReader(BytesIO(files[".pdf"]))
    assert sum(len(one.images) for one in pdf.pages) == 2  # the third is drawn, not a picture
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


def _sound(document):
    """Return a document whose pictures are pictures: those of the reader are checked."""
    blocks = tuple(one for one in document.blocks if not any(map(_images, walk((one,)))))
    return Document(document.meta, (*blocks, Figure((Image("image/png", picture()),), "图", plain("图"))))


def _images(block):
    return isinstance(block, Figure) or "Picture(" in repr(block)


@settings(max_examples=6, phases=[Phase.generate])
@given(DOCUMENTS.map(_sound))
def test_every_document_can_be_written(document):
    text = "".join(map(texts, document.blocks))
    if any(ord(char) < 32 or 0xD800 <= ord(char) < 0xE000 or ord(char) in (0x7F, 0xFFFE, 0xFFFF) for char in text):
        return  # the reader drops what no file can hold
    for write in (write_word, write_pdf):
        assert write(document, "题", "", "zh", MADE)
    assert write_html(document, "题", "", "zh")


def test_a_table_too_wide_lies_sideways_and_one_wider_still_is_cut():
    def table(columns):
        row = (Cell(plain("甲街道"), head=True), *(Cell(plain(f"{k}1.25")) for k in range(columns)))
        head = (Cell(plain("")), Cell(plain("全部"), colspan=columns))
        return Table((head,), (row, row), ("", *["right"] * columns), plain("宽表"), (plain("注"),), "w")

    small, sideways, cut = (fit_tables(Document(blocks=(table(n),)), "zh").blocks[0] for n in (5, 12, 40))
    assert isinstance(small, Table) and isinstance(sideways, Landscape) and len(sideways.blocks) == 1
    parts = [one for one in cut.blocks if isinstance(one, Table)]
    notes = [texts(one) for one in cut.blocks if isinstance(one, Paragraph)]
    assert len(parts) > 1 and len(notes) == len(parts) - 1 and f"分{len(parts)}部分" in notes[0]
    values = [
        text_of(one.cell.spans) for part in parts for one in grid(part.rows) if one.row == 0 and not one.cell.head
    ]
    assert values == [f"{k}1.25" for k in range(40)]
    assert all(
        text_of(part.rows[0][0].spans) == "甲街道" and part.header[0][1].colspan == width(part) - 1 for part in parts
    )
    assert [bool(part.caption) for part in parts] == [True] + [False] * (len(parts) - 1)
    assert len(parts) <= 1 + 40 * 21 // SIDEWAYS
    document = fit_tables(Document(blocks=(table(12), table(12), Paragraph(plain("其后")))), "zh")
    pages = PdfReader(BytesIO(write_pdf(document, "", "", "zh", MADE))).pages
    assert [one.mediabox.width > one.mediabox.height for one in pages] == [True, False]
    after_text = Document(blocks=(Paragraph(plain("其前")), *document.blocks))
    for made, sideways in ((document, [True, False]), (after_text, [False, True, False])):  # no empty page goes before
        sections = WordDocument(BytesIO(write_word(made, "", "", "zh", MADE))).sections
        assert [one.page_width > one.page_height for one in sections] == sideways


FORMULAS = [
    r"\hat{p}=\frac{1}{n}\sum_{i=1}^{n} x_i \quad \sqrt{\frac{p(1-p)}{n}}",
    r"\begin{pmatrix}a&b\\c&d\end{pmatrix} \text{其中 } \alpha\le\beta",
    r"\int_0^1 e^{-x^2}\,dx = \lim_{n\to\infty} \log n",
    r"\begin{align}a&=b\\c&=d\end{align}",
    r"\begin{cases}1 & x>0\\0 & x\le 0\end{cases}",
    r"\left[\frac{a}{b}\right], \bar{x}, \mathbf{X}^\top, \binom{n}{k}, \sqrt[3]{x}, f'(x), 5\%, \#1, x_{\text{甲}}",
]


def test_formulas_come_out_in_three_forms_and_what_cannot_be_read_keeps_its_source():
    notebook = new_notebook(cells=[new_markdown_cell("\n\n".join(f"$${one}$$" for one in FORMULAS))])
    for one in FORMULAS:
        assert mathml(one) and omml(one) is not None and typst(one), one
    assert GongwenPdfExporter().from_notebook_node(notebook)[0][:4] == b"%PDF"
    broken = new_notebook(cells=[new_markdown_cell("$$\\frac{1}{$$\n\n$\\foo{2}$")])
    for exporter in (GongwenDocxExporter, GongwenPdfExporter):
        content, resources = exporter().from_notebook_node(broken)
        text = word_text(content) if resources["output_extension"] == ".docx" else pdf_text(content)
        assert r"\frac{1}{" in text and r"\foo{2}" in text


@pytest.mark.parametrize(
    "latex", [r"\text{<script>f()</script>}", r"\mbox{a & b < c}", r"\href{javascript:f()}{y}", r"{\rm <b>}"]
)
def test_a_formula_brings_no_markup_into_a_page(latex):
    found = mathml(latex) or ""
    assert not re.search(r"<(script|b)|href|&(?!#|amp;|lt;|gt;)", found)
    text = new_notebook(cells=[new_markdown_cell(f"${latex}$")])
    assert "<script>f" not in GongwenHTMLExporter().from_notebook_node(text)[0]


@settings(max_examples=15)
@given(st.text(r"\{}^_&x1+- fracsqthlem()[]\"#$甲", max_size=30))
def test_no_formula_stops_a_document(latex):
    for form in (mathml, omml, typst):
        form(latex)
    document = read_notebook(new_notebook(cells=[new_code_cell("", outputs=[_latex(latex)])]))
    assert write_pdf(document, "", "", "zh", MADE)


def _latex(text):
    return new_output("display_data", data={"text/latex": f"$${text}$$"})


def test_a_sign_without_a_glyph_is_named_and_never_costs_the_document():
    notebook = new_notebook(cells=[new_markdown_cell("李𠮷 😀 完")])
    content, _ = GongwenPdfExporter().from_notebook_node(notebook)
    assert "李[U+20BB7] [U+1F600] 完" in pdf_text(content)
    assert "李𠮷 😀 完" in word_text(GongwenDocxExporter().from_notebook_node(notebook)[0])


def test_what_is_written_in_a_text_is_no_markup():
    text = '<b>&amp; "#let x" $y$ *z* \\ @a `b` </td>'
    document = Document(blocks=(Paragraph(plain(text)), Table((), ((Cell(plain(text)),),))))
    assert "<b>" not in markup(document.blocks)
    for said in (
        word_text(write_word(document, "", "", "zh", MADE)),
        pdf_text(write_pdf(document, "", "", "zh", MADE)),
    ):
        assert said.replace("\r\n", "").replace("\n", "").count(text) == 2


def test_a_document_shown_in_a_notebook_is_read_back_as_it_is():
    document = read_notebook(everything())
    held = new_output("display_data", data=display_data(document))
    again = read_notebook(new_notebook(cells=[new_code_cell("", outputs=[held])]))
    assert again.blocks == document.blocks and "<h1>" in held["data"]["text/html"]


_PARTS = st.sampled_from(
    ["91.9576%（10851/11800）", "5.3846‰(7/1300)", "指标", "data/plans/a-county-2021-2030", "a_long_name_x", "年"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(_PARTS, min_size=6, max_size=6), min_size=1, max_size=3))
def test_no_text_leaves_its_cell_in_pdf(rows):
    cells = tuple(tuple(Cell(plain(one)) for one in [*row, "", "", ""]) for row in rows)
    head = (tuple(Cell(plain("栏目")) for _ in range(9)),)
    table = Table(header=head, rows=cells)
    (page,) = PdfDocument(write_pdf(Document(blocks=(table,)), "", "", "zh", MADE))
    boxes = [one.get_bounds() for one in page.get_objects(filter=[FPDF_PAGEOBJ_PATH])]
    lines = [one for one in boxes if one[2] - one[0] < 2 and one[3] - one[1] > 5]
    text = page.get_textpage()
    assert len(lines) > 8
    for left, bottom, right, top in (text.get_rect(k) for k in range(text.count_rects())):
        middle = (bottom + top) / 2
        crossed = [x for x, low, _, high in lines if left + 1 < x < right - 1 and low < middle < high]
        assert not crossed, text.get_text_bounded(left, bottom, right, top)
    for one in ("10851", "11800", "91.9576", "5.3846", "1300"):  # numbers stay whole
        assert (one in text.get_text_range()) == any(one in cell for row in rows for cell in row)


def long_document():
    parts = []
    for k in "一二三四":
        parts += [PageBreak(), Heading(2, plain(f"第{k}章")), Paragraph(plain("正文")), Heading(3, plain(f"第{k}节"))]
        parts += [Heading(4, plain(f"小节{k}")), Paragraph(plain("正文"))]
    return Document(blocks=(Heading(1, plain("题目")), Contents(), *parts))


def test_a_list_of_contents_names_the_page_of_each_chapter_and_section_in_pdf():
    pages = PdfDocument(write_pdf(long_document(), "", "", "zh", MADE))
    said = [page.get_textpage().get_text_range() for page in pages]
    found = dict(re.findall(r"(第.[章节])[\s.]+(\d+)", said[0]))
    assert found == {f"第{k}{part}": str(page) for page, k in enumerate("一二三四", start=2) for part in "章节"}
    assert all(f"第{k}章" in said[page] for page, k in enumerate("一二三四", start=1)) and "小节一" not in said[0]
    read = pdf_text(write_pdf(long_document(), "", "", "zh", MADE))
    assert "第三章" in read and not re.search(r"第三章[\s.]+4", read)  # a page is no figure of the document


def test_a_list_of_contents_in_word_points_at_a_bookmark_a_heading():
    content = write_word(long_document(), "", "", "zh", MADE)
    body = WordDocument(BytesIO(content)).element.body
    asked = [one.text.split()[1] for one in body.iter(qn("w:instrText")) if "PAGEREF" in one.text]
    marks = [one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))]
    assert asked == marks and len(marks) == 8 == len(set(marks))
    numbers = [one.get(qn("w:id")) for one in body.iter(qn("w:bookmarkStart"))]
    assert len(set(numbers)) == 8
    chapters = [one for one in WordDocument(BytesIO(content)).paragraphs if one.style.name == "Heading 1"]
    assert [one.text for one in chapters] == [f"第{k}章" for k in "一二三四"]
    assert all(one.paragraph_format.page_break_before for one in chapters)  # no empty line in front of it


def test_no_headings_are_bookmarked_without_a_list_of_contents():
    blocks = tuple(one for one in long_document().blocks if not isinstance(one, Contents))
    body = WordDocument(BytesIO(write_word(Document(blocks=blocks), "", "", "zh", MADE))).element.body
    assert not list(body.iter(qn("w:bookmarkStart")))


@pytest.mark.parametrize("first", [Table((), ((Cell(plain("格")),),)), Landscape((Paragraph(plain("横排")),))])
def test_a_page_may_begin_with_anything(first):
    document = Document(blocks=(Paragraph(plain("前")), PageBreak(), first, Paragraph(plain("后"))))
    content = write_word(document, "", "", "zh", MADE)
    before = [one for one in WordDocument(BytesIO(content)).paragraphs if one.paragraph_format.page_break_before]
    assert len(before) == (not isinstance(first, Landscape))
