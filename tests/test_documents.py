"""The documents: those that are due in three formats, laid out as official texts are, every number resolved."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import nbformat
import pytest
from conftest import WORKBENCH
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from pypdf import PdfReader
from test_house_rules import check as check_house_rules

from analysis.document import Document as Model
from analysis.document.model import Cell, CodeBlock, Figure, Heading, Item, List, PageBreak, Paragraph, Table, walk
from analysis.document.reading.html import from_html
from analysis.document.spans import Image, Reference, TextSpan, plain
from analysis.exceptions import DataError, Text
from analysis.export.exporters import GongwenDocxExporter, GongwenPdfExporter
from analysis.export.glyphs import check_glyphs
from analysis.export.html import GongwenHTMLExporter
from analysis.export.layout import column_widths
from analysis.export.reading_back import pdf_text, word_text
from analysis.export.typeset import write_pdf
from analysis.export.word import write_word
from analysis.formats import chinese
from analysis.marks import Values, marked, to_html, unmarked
from analysis.narrative.checking import check_page, check_text, faults
from analysis.runs.kinds import DOCUMENTS, due_documents, settled
from analysis.runs.run import Run

KINDS = ("midterm", "annual", "yearbook", "notice", "ledger", "department", "brief")  # due in 2025 of a plan to 2030
MADE = datetime(2026, 1, 1, tzinfo=UTC)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


def word(folder, kind):
    return Document(folder / "documents" / f"{kind}.docx")


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_comes_in_three_formats_and_says_it_is_simulated(demo_run, kind):
    folder = demo_run[0] / "documents"
    page = (folder / f"{kind}.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in page and "模拟数据，仅供演示" in page
    section = word(demo_run[0], kind).sections[0]
    for header in (section.header, section.even_page_header):
        assert "模拟数据，仅供演示" in "".join(p.text for p in header.paragraphs)
    pdf = PdfReader(folder / f"{kind}.pdf")
    assert all("模拟数据，仅供演示" in one.extract_text() for one in pdf.pages)


def test_the_record_counts_the_numbers_of_each_document_and_none_is_an_orphan(demo_run):
    documents = json.loads((demo_run[0] / "run.json").read_text(encoding="utf-8"))["documents"]
    assert [one["kind"] for one in documents] == list(KINDS)
    by_kind = {one["kind"]: one["numbers"] for one in documents}
    assert by_kind["midterm"]["values"] > 300 and by_kind["annual"]["values"] > 200
    assert by_kind["yearbook"]["table"] > 500
    assert all(sum(numbers.values()) > 20 for numbers in by_kind.values())


def test_word_is_laid_out_by_the_standard(demo_run):
    document = word(demo_run[0], "midterm")
    section = document.sections[0]
    sizes = section.page_width, section.page_height, section.top_margin, section.bottom_margin
    assert [round(one.mm) for one in (*sizes, section.left_margin, section.right_margin)] == [210, 297, 37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("linesAndChars", "580")
    assert document.settings.odd_and_even_pages_header_footer
    sides = [f.paragraphs[0].alignment for f in (section.footer, section.even_page_footer)]
    assert [int(side) for side in sides] == [2, 0]  # odd right, even left
    assert "PAGE" in section.footer._element.xml and "— " in section.footer._element.xml
    assert document.core_properties.title.endswith("中期评估报告")


def test_every_run_names_its_east_asian_font_and_none_is_left_to_the_theme(demo_run):
    for kind in KINDS:
        body = word(demo_run[0], kind).element.body
        runs = [run for run in body.iter(qn("w:r")) if run.findall(qn("w:t"))]
        assert runs
        for run in runs:
            fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
            assert fonts.get(qn("w:eastAsia"))
            assert not [name for name in fonts.attrib if "heme" in name]


def test_headings_captions_tables_and_pictures_are_real(demo_run):
    document = word(demo_run[0], "midterm")
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption"} <= styles
    xml = document.element.xml
    assert "SEQ Table" in xml and "SEQ Figure" in xml
    for table in document.tables:
        first = table.rows[0]._tr.find(qn("w:trPr"))
        assert first.find(qn("w:tblHeader")) is not None
        assert all(row._tr.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in table.rows)
    pictures = list(document.element.body.iter(qn("wp:docPr")))
    assert 3 < len(pictures) < 10 and all(one.get("descr") for one in pictures)
    indents = [p._p.pPr.find(qn("w:ind")) for p in document.paragraphs if p.alignment == 3]
    assert indents and all(one.get(qn("w:firstLineChars")) == "200" for one in indents)


def test_fallback_fonts_are_named_and_no_time_of_the_build_is_inside(demo_run):
    content = (demo_run[0] / "documents" / "annual.docx").read_bytes()
    with zipfile.ZipFile(BytesIO(content)) as file:
        fonts = file.read("word/fontTable.xml").decode()
        assert {one.date_time for one in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = etree.fromstring(file.read("docProps/core.xml"))
    assert "仿宋_GB2312" in fonts and "altName" in fonts
    assert {str(node.text)[:10] for node in core if node.tag.endswith(("created", "modified"))} == {"2026-01-01"}


def test_pdf_is_tagged_has_bookmarks_fonts_and_metadata(demo_run):
    pdf = PdfReader(demo_run[0] / "documents" / "midterm.pdf")
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"].startswith("zh")
    assert len(pdf.outline) >= 8
    assert pdf.metadata.title.endswith("中期评估报告")
    assert (round(float(pdf.pages[0].mediabox.width)), round(float(pdf.pages[0].mediabox.height))) == (595, 842)
    fonts = {str(f.get_object()["/BaseFont"]) for page in pdf.pages for f in page["/Resources"]["/Font"].values()}
    assert fonts and all("NotoS" in name and "+" in name for name in fonts)  # subsets, embedded


def test_the_mid_term_evaluation_has_a_summary_of_one_page_and_is_short(demo_run):
    texts = [page.extract_text() for page in PdfReader(demo_run[0] / "documents" / "midterm.pdf").pages]
    assert "目录" in texts[0] and "摘要" in texts[1] and "提请研究" in texts[1] and "一、评估工作概况" in texts[2]
    annexes = next(k for k, text in enumerate(texts) if k and "附件一" in text)
    assert annexes <= 24 and len(texts) <= 38
    body = "".join(texts[2:annexes])
    domains = body[body.index("三、分领域") : body.index("六、趋势")]
    assert body.count("未填报") <= 1 and "default" not in body and "达标概率" not in domains


def test_sources_of_the_project_are_named_not_coded(demo_run):
    for kind in ("midterm", "annual"):
        page = (demo_run[0] / "documents" / f"{kind}.html").read_text(encoding="utf-8")
        assert "SIMULATED" not in page and re.search(r"数据来源.{0,30}模拟数据", page, re.S)


def test_a_picture_stays_on_the_page_of_its_caption(demo_run):
    for page in PdfReader(demo_run[0] / "documents" / "midterm.pdf").pages:
        assert len(re.findall(r"(?m)^\s*图 ?\d+ *　", page.extract_text())) == len(page.images)


def row(*texts):
    return tuple(Cell(plain(text)) for text in texts)


def some_document():
    table = Table((row("指标", "数值"),), (row("甲率", "1.5%"),), ("", "right"), plain("主要指标"), (), "main")
    refs = (TextSpan("要点。", bold=True), *plain("见"), Reference("?", target="main"), *plain("和"))
    items = tuple(Item((Paragraph(plain(text)),), number) for number, text in enumerate(("一", "二"), start=1))
    return Model(
        blocks=(
            Heading(1, plain("标题")),
            Heading(2, plain("一、情况")),
            Paragraph((*refs, Reference("?", target="fan"))),
            List(items, ordered=True),
            table,
            Figure((Image("image/png", PNG),), "走势", plain("走势"), "fan"),
            PageBreak(),
            CodeBlock('#let x = "a\\b" $y$ *z*'),
        )
    )


def test_cross_references_say_the_number_of_what_they_point_at():
    file = write_word(some_document(), "标题", "", "zh", MADE)
    document = Document(BytesIO(file))
    xml = document.element.xml
    names = re.findall(r'w:bookmarkStart w:id="\d+" w:name="(_Ref\d+)"', xml)
    assert len(names) == 2 and all(f"REF {name} \\h" in xml for name in names)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "要点。见表1和图1" in text and "表1　主要指标" in text
    pdf = PdfReader(BytesIO(write_pdf(some_document(), "标题", "", "zh", MADE)))
    said = "".join(page.extract_text() for page in pdf.pages).replace(" ", "").replace("\n", "")
    assert "见表1和图1" in said and '#letx="a\\b"$y$*z*' in said


def test_the_same_document_gives_the_same_bytes():
    for write in (write_word, write_pdf):
        assert write(some_document(), "标题", "说明", "zh", MADE) == write(some_document(), "标题", "说明", "zh", MADE)


def test_a_character_without_a_glyph_fails_the_export():
    with pytest.raises(DataError) as caught:
        check_glyphs(Model(blocks=(Paragraph(plain("数据\U0001f600")),)))
    assert "U+1F600" in caught.value.message("zh")


def test_exporters_work_on_any_notebook():
    cells = [
        nbformat.v4.new_markdown_cell(
            "# 我的分析\n\n**要点**：见下表。\n\n1. 甲\n2. 乙\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |"
        ),
        nbformat.v4.new_code_cell("1 + 1", outputs=[nbformat.v4.new_output("stream", text="两行\n输出\n")]),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    page, _ = GongwenHTMLExporter().from_notebook_node(notebook)
    assert "我的分析" in page and "1 + 1" not in page
    content, resources = GongwenDocxExporter().from_notebook_node(notebook)
    document = Document(BytesIO(content))
    assert resources["output_extension"] == ".docx" and document.core_properties.title == "我的分析"
    assert document.tables[0].cell(1, 1).text == "2"
    content, resources = GongwenPdfExporter(language="en").from_notebook_node(notebook)
    assert resources["output_extension"] == ".pdf" and "输出" in PdfReader(BytesIO(content)).pages[0].extract_text()


def test_exporters_are_registered():
    from nbconvert.exporters import get_export_names, get_exporter

    names = ("gongwen_html", "gongwen_docx", "gongwen_pdf")
    assert set(names) <= set(get_export_names())
    assert [get_exporter(name) for name in names] == [GongwenHTMLExporter, GongwenDocxExporter, GongwenPdfExporter]


def test_blocks_of_html():
    html = '<div><h2>题</h2><p>一<strong>二</strong> 三</p><ul><li>甲</li></ul><hr class="page"><pre>x\ny</pre></div>'
    found = from_html(html)
    assert [type(one).__name__ for one in found] == ["Heading", "Paragraph", "List", "PageBreak", "CodeBlock"]
    assert found[1].spans == (TextSpan("一"), TextSpan("二", bold=True), TextSpan(" 三"))


def test_columns_fill_the_page_and_none_is_too_narrow_for_its_number():
    body = row("甲", "1,234.5%", "很长的说明" * 30)
    widths = column_widths(Table((row("等级", "数值", "依据"),), (body,), ("", "right")))
    assert sum(widths) == pytest.approx(156)
    assert widths[1] > 20 and widths[2] > widths[0]


def page(body):
    return f"<html><main>{body}</main></html>"


def test_marks_pass_through_sentences():
    values = Values()
    text = values.mark("a/latest", 4.5, "per_1000", 1, Text("4.5‰", "4.5 per 1,000"))
    assert unmarked(f"为{text.zh}。") == "为4.5‰。"
    assert to_html(f"<{text.zh}>") == '&lt;<data value="a/latest">4.5‰</data>&gt;'
    assert marked("a", "—") == "—"
    values.count("n", 3)
    with pytest.raises(ValueError, match="n: 3, not 4"):
        values.count("n", 4)


def test_the_checker_resolves_values_quotations_and_years_and_nothing_else():
    values = Values()
    moved = values.mark("a/move", -0.3, "percent", 1, Text("0.3个百分点", "0.3 points"))
    good = to_html(f"2025年3岁以下儿童比上年下降{moved.zh}。")
    checked = check_page(page(f"<p>{good}</p>"), values.known, ["3岁以下儿童"])
    assert (checked.values, checked.quoted, checked.years, checked.orphans, checked.contradictions) == (1, 1, 1, [], [])
    invented = check_page(page(f"<p>{good}另有17人。</p>"), values.known, ["3岁以下儿童"])
    assert len(invented.orphans) == 1 and invented.orphans[0].startswith("17")
    changed = check_page(page(f"<p>{good.replace('0.3个', '0.4个')}</p>"), values.known, ["3岁以下儿童"])
    assert changed.orphans == ["0.4个百分点 (a/move)"]
    assert "数字没有出处" in faults(invented, "x.html")[0].message("zh")


@pytest.mark.parametrize(
    ("number", "text", "words"),
    [(-0.3, "0.3个百分点", "提高"), (0.3, "0.3个百分点", "下降"), (0.3, "0.3%", "提高"), (0.3, "0.3 points", " down ")],
)
def test_words_that_contradict_their_value_are_found(number, text, words):
    values = Values()
    move = values.mark("a/move", number, "percent", 1, Text(text, text))
    checked = check_page(page(f"<p>{to_html(f'比上年{words}{move.zh}')}</p>"), values.known, [])
    assert len(checked.contradictions) == 1


def test_a_cause_is_not_claimed_without_evidence():
    claimed = check_page(page("<p>由于措施到位，指标提高。</p>"), {}, [])
    assert len(claimed.contradictions) == 1
    assert check_page(page("<p>因为贫困的儿童</p>"), {}, ["因为贫困的儿童"]).contradictions == []


def test_numbers_only_in_word_or_pdf_are_found():
    known = page("<p>共142条，4.5‰。</p><table><tr><td>88.8</td></tr></table>")
    assert check_text("共142条，4.5‰\n— 3 —\n88.8", known) == []
    assert check_text("共143条", known) == ["143"]


LISTS = {
    "twelve": ("<ol>" + "<li>甲</li>" * 12 + "</ol>", [f"{n}. " for n in range(1, 13)]),
    "start": ("<ol start='5'><li>甲</li><li>乙</li></ol>", ["5. ", "6. "]),
    "value": ("<ol><li>甲</li><li value='40'>乙</li><li>丙</li></ol>", ["1. ", "40. ", "41. "]),
    "reversed": ("<ol reversed><li>甲</li><li>乙</li><li>丙</li></ol>", ["3. ", "2. ", "1. "]),
    "letters": ("<ol type='a' start='26'><li>甲</li><li>乙</li></ol>", ["z. ", "aa. "]),
    "letters of nought": ("<ol type='A' start='0'><li>甲</li><li>乙</li></ol>", ["0. ", "A. "]),
    "roman": ("<ol type='I' start='8'><li>甲</li><li>乙</li></ol>", ["VIII. ", "IX. "]),
    "chinese": ("<ol style='list-style-type: cjk-ideographic' start='9'><li>甲</li><li>乙</li></ol>", ["九、", "十、"]),
    "not a number": ("<ol start='five'><li>甲</li></ol>", ["1. "]),
    "nested": (
        "<ol start='7'><li>甲<ol><li>乙</li><li>丙</li></ol>丁</li><li>戊</li></ol>",
        ["7. ", "1. ", "2. ", "8. "],
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_labels_of_lists_are_drawn_as_the_page_draws_them_and_are_no_numbers(name):
    html, labels = LISTS[name]
    found = from_html(html)
    marks = [one.mark(item) for one in walk(found) if isinstance(one, List) for item in one.items]
    assert sorted(marks) == sorted(labels)
    assert check_page(page(html), {}, []).orphans == []
    file = write_word(Model(blocks=found), "标题", "", "zh", MADE)
    drawn = [one.text for one in Document(BytesIO(file)).paragraphs if one.text != "丁"]  # below its item, not an item
    assert [text[: len(label)] for text, label in zip(drawn, labels, strict=True)] == labels
    assert check_text(word_text(file), page(html), exact=True) == []
    assert check_text(pdf_text(write_pdf(Model(blocks=found), "标题", "", "zh", MADE)), page(html)) == []


def test_a_label_excuses_no_number_of_the_text():
    html = "<ol start='5'><li>共8条</li><li>共9条</li></ol>"
    assert check_text("5. 共8条\n6. 共5条", page(html)) == ["5"]
    assert check_text("共8条\n共8条", page(html), exact=True) == ["8"]
    assert len(check_page(page(html), {}, []).orphans) == 2
    assert len(check_page(page("<p>12. 甲</p>"), {}, []).orphans) == 1


def test_numbers_of_headings_captions_references_pages_and_footnotes_are_labels():
    table = "<table id='t'><caption>表17　甲</caption><tr><th>乙</th></tr><tr><td>丙</td></tr></table>"
    html = (
        "<h2>3. Health</h2><h3>3.12 Births</h3>"
        "<p>甲<sup><a href='#fn4'>4</a></sup>，见<a class='ref' href='#t'>表17</a>。</p>" + table
    )
    assert check_page(page(html), {}, []).orphans == []
    assert check_text("甲4，见表17。\n表 17　甲\n— 23 —", page(html)) == []
    assert check_text("甲，见表17。另有18人。", page(html)) == ["18"]
    assert check_text("3. Health\n3.12 Births\n甲", page(html), exact=True) == []
    assert check_text("3. Health\n3 Births", page(html), exact=True) == ["3"]
    found = from_html("<p>甲<sup><a href='#fn4'>4</a></sup>乙</p>")
    file = write_word(Model(blocks=found), "标题", "", "zh", MADE)
    assert word_text(file) == "甲乙" and Document(BytesIO(file)).paragraphs[0].text == "甲4乙"


def test_numbers_of_headings():
    assert [chinese(n) for n in (1, 9, 10, 11, 20, 21, 99)] == ["一", "九", "十", "十一", "二十", "二十一", "九十九"]


def test_report_makes_one_document_of_a_finished_run(demo_run, tmp_path):
    import shutil
    import subprocess

    copy = tmp_path / "run"
    shutil.copytree(demo_run[0], copy)
    shutil.rmtree(copy / "documents")
    command = [str(WORKBENCH), "report", "notice", "--run", str(copy), "--formats", "docx", "--author", "某区统计局"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (copy / "documents").iterdir()) == ["notice.docx", "tables.xlsx"]
    text = "\n".join(p.text for p in Document(copy / "documents" / "notice.docx").paragraphs)
    assert "某区统计局" in text and "不作为责任认定" in text
    wrong = subprocess.run([*command[:4], str(copy), "--year", "2001"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr


def test_the_final_evaluation_is_due_when_the_plan_has_ended():
    assert tuple(due_documents(2025, 2030)) == tuple(due_documents(2029, 2030)) == KINDS
    assert due_documents(2030, 2030) == due_documents(2031, 2030) == list(DOCUMENTS)
    assert settled({"kinds": None, "lang": "zh"}, 2025, 2030) == {"kinds": list(KINDS), "lang": "zh"}
    assert settled({"kinds": ["final"]}, 2025, 2030) == {"kinds": ["final"]}  # asked for by name
    assert settled({"kinds": []}, 2025, 2030) == {"kinds": []} and settled({}, 2025, 2030) == {}


def test_a_run_before_the_end_makes_no_final_evaluation_and_names_none(demo_run):
    made = {path.stem for path in (demo_run[0] / "documents").glob("*.*")}
    assert made == {*KINDS, "tables"}
    assert json.loads((demo_run[0] / "run.json").read_text(encoding="utf-8"))["options"]["kinds"] == list(KINDS)
    assert "documents/final" not in (demo_run[0] / "index.html").read_text(encoding="utf-8")


def test_a_final_evaluation_asked_for_early_says_that_it_is_one(demo_run, tmp_path):
    import shutil
    import subprocess

    copy = tmp_path / "run"
    shutil.copytree(demo_run[0], copy)
    command = [str(WORKBENCH), "report", "final", "--run", str(copy), "--formats", "html"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = (copy / "documents" / "final.html").read_text(encoding="utf-8")
    assert "规划期至2030年，评估年份为2025年：本报告为预评，未到期目标按现有进度判断。" in page
    check_house_rules(Run(copy), "final")
    refused = subprocess.run([*command, "--plan", "x"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "--plan" in refused.stderr and "Traceback" not in refused.stderr


def test_a_local_profile_changes_the_layout():
    from analysis.export.word_style import GB9704

    local = replace(GB9704, left=30, body=("仿宋", 15))
    document = Document(BytesIO(write_word(some_document(), "标题", "", "zh", MADE, profile=local)))
    assert round(document.sections[0].left_margin.mm) == 30
    assert document.styles["Normal"].font.size.pt == 15
