"""A draft goes out and comes back: every comment is taken, set aside or asked about; what is approved stays."""

import shutil
import zipfile
from copy import deepcopy
from io import BytesIO
from itertools import product

import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from review_work import BODY
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.grid import Book, Grid
from analysis.data.store import open_store
from analysis.data.store.review_comments import Comments
from analysis.data.store.reviews import DocumentReviews, Passage
from analysis.exceptions import DataError, UsageError
from analysis.runs.approved import APPROVED
from analysis.runs.hashes import hashes_of, sha256, sha256_of
from analysis.runs.reproduction.records import record_pairs
from analysis.runs.review.comment_book import COLUMNS, Sent, meta_of, read_comments, tables_of, write_comment_book
from analysis.runs.review.document import passages, reviewed, stamp
from analysis.runs.review.opening import open_review
from analysis.runs.review.receiving import import_comments
from analysis.runs.review.word_comments import WordFile
from analysis.runs.run import Run
from analysis.runs.workflow import evaluate

PASSAGES = [Passage(n, f"第{n % 3}部分", f"这是第{n}段的原文，说明第{n}项工作的进展。") for n in range(1, 8)]
FREE = ("comment", "wording", "reason")
PLACE = {one.name: j for j, one in enumerate(COLUMNS)}
HEADS = {"number": ("编号", "No."), "text": ("原文内容", "Text"), "comment": ("修改意见", "意见建议"),
         "wording": ("建议改为", "修改为"), "reason": ("依据", "修改理由"), "section": ("章节",)}  # fmt: skip
RUNNER = CliRunner()


@pytest.fixture
def work(small, tmp_path):
    """Return a copy of the small run, and a store with its draft opened."""
    shutil.copytree(small.folder, tmp_path / "run")
    store = open_store(str(tmp_path / "m.sqlite"))
    opened = open_review(store, reviewed(Run(tmp_path / "run"), "midterm"), ["health", "education"], "张三",
                         "2027-01-31", tmp_path / "out")  # fmt: skip
    yield Run(tmp_path / "run"), store, opened
    store.close()


def rows_written():
    sent = Sent("报告", "（征求意见稿　第1版）", "卫生健康局", "", "", {"review": "1"})
    page = load_workbook(BytesIO(write_comment_book(PASSAGES, sent, "zh"))).worksheets[0]
    return page.title, [[cell.value for cell in row] for row in page.iter_rows()]


NAME, ROWS = rows_written()
SAID = st.text("改进意见数据核实一二三ab1,。 ", min_size=1, max_size=12).map(str.strip).filter(
    lambda text: text and text not in ("一", "无", "改") and not text[0].isascii()
)  # fmt: skip


@settings(max_examples=60)
@given(st.data())
def test_a_workbook_shuffled_cut_and_renamed_loses_no_comment(data):
    head, body = deepcopy(ROWS[:4]), deepcopy(ROWS[4:])
    wanted = {}
    for number in data.draw(st.sets(st.integers(1, len(PASSAGES)), min_size=1)):
        said = {name: data.draw(SAID) for name in data.draw(st.sets(st.sampled_from(FREE[:2]), min_size=1))}
        for name, one in said.items():
            body[number][PLACE[name]] = one
        wanted[number] = tuple(said.get(name, "") for name in FREE)
    lacking = {number for number in wanted if data.draw(st.booleans())}
    for number in lacking:  # the number or the text alone still says where it belongs
        body[number][PLACE["number"] if data.draw(st.booleans()) else PLACE["text"]] = None
    kept = [row for i, row in enumerate(body) if i in wanted or data.draw(st.booleans())]
    for name, others in HEADS.items():
        head[3][PLACE[name]] = data.draw(st.sampled_from((head[3][PLACE[name]], *others)))
    order = data.draw(st.permutations(range(len(COLUMNS))))
    table = [[row[j] for j in order] for row in (*head, *data.draw(st.permutations(kept)))]
    found, none = read_comments(Book("a.xlsx", [Grid(NAME, table)]), PASSAGES)
    assert not none
    got = {one.number: (one.comment, one.wording, one.reason) for one in found if one.status == "taken"}
    assert got == wanted and len(found) == len(wanted)


@settings(max_examples=40)
@given(st.integers(1, 7), st.integers(1, 7), SAID, st.sampled_from(FREE))
def test_a_cell_filled_in_anywhere_is_never_lost(row, other, said, column):
    body = deepcopy(ROWS)
    body[4 + row][PLACE[column]] = said
    body[4 + row][PLACE["number"]] = other  # a column sorted by itself
    found, _ = read_comments(Book("a.xlsx", [Grid(NAME, body)]), PASSAGES)
    assert len(found) == 1
    one = found[0]
    assert said.strip() in (one.comment, one.wording, one.reason) and one.place.startswith(NAME)
    if column == "reason" and other == row:
        assert one.status == "aside"
    elif other != row:
        assert one.status == "asked" and one.number == row and str(other) in one.doubt.zh


@pytest.mark.parametrize(
    ("cells", "status", "number"),
    [
        ({"text": PASSAGES[2].text + "另补充一句。"}, "asked", 3),  # the locked text itself was changed
        ({"number": 99, "text": "没有这一段", "comment": "看不懂"}, "asked", 0),
        ({"number": None, "text": "全新的一段文字，请增加。"}, "asked", 0),
        ({"wording": PASSAGES[2].text}, "aside", 3),
        ({"reason": "只有理由"}, "aside", 3),
        ({"comment": "=1+1"}, "taken", 3),
    ],
)
def test_what_is_odd_is_asked_about_or_set_aside(cells, status, number):
    body = deepcopy(ROWS)
    for name, value in cells.items():
        body[4 + 3][PLACE[name]] = value
    found, _ = read_comments(Book("a.xlsx", [Grid(NAME, body)]), PASSAGES)
    assert [(one.status, one.number) for one in found] == [(status, number)]
    assert status == "taken" or (found[0].doubt.zh and found[0].doubt.en)


@pytest.mark.parametrize("said", ["无意见", "无意见。", "没有意见", "no comments", " 同意 "])
def test_no_comments_is_an_answer_and_no_comment(said):
    body = deepcopy(ROWS)
    body[4][PLACE["comment"]] = said
    assert read_comments(Book("a.xlsx", [Grid(NAME, body)]), PASSAGES) == ([], True)
    body[6][PLACE["comment"]] = "还是有一条"
    found, none = read_comments(Book("a.xlsx", [Grid(NAME, body)]), PASSAGES)
    assert len(found) == 1 and not none


def test_the_draft_says_its_state_and_comes_back_untouched_without_a_comment(work):
    run, store, opened = work
    own = reviewed(run, "midterm")
    said = passages(own.document, "zh")
    assert [one.text for one in said[:3]] == ["一、总体情况", *(p.split("</p>")[0] for p in BODY.split("<p>")[1:3])]
    assert {one.section for one in said} == {"一、总体情况", "二、健康", "三、建议"}
    word = WordFile(opened.folder / "midterm.docx")
    assert stamp("consultation", 1).zh in word.head() and word.comments(said) == []
    assert stamp("consultation", 1).zh in (opened.folder / "midterm.html").read_text(encoding="utf-8")
    assert sorted(one.name for one in opened.folder.iterdir()) == [
        "education.xlsx", "health.xlsx", "midterm.docx", "midterm.html",
    ]  # fmt: skip
    kept = DocumentReviews(store).files(opened.id, "consultation")
    assert kept == {name: sha256(opened.folder / name) for name in ("midterm.docx", "midterm.html")}
    page = load_workbook(opened.folder / "health.xlsx").worksheets[0]
    locked = {cell.protection.locked for row in page.iter_rows(5, max_col=3) for cell in row}
    free = {cell.protection.locked for row in page.iter_rows(5, min_col=4) for cell in row}
    assert page.protection.sheet and locked == {True} and free == {False}
    assert page["A2"].value.startswith("填写单位：卫生健康局") and "2027-01-31" in page["A2"].value


def word_with(path, out):
    """Comment a Word file in every way: a paragraph, a heading, an item, a cell, tracked, without a trace."""
    word = Document(path)
    by_text = {one.text: one for one in word.paragraphs}
    find = lambda part: next(one for text, one in by_text.items() if part in text)  # noqa: E731
    word.add_comment(find("总体进展平稳").runs, text="请核实", author="李四")
    word.add_comment(find("二、健康").runs, text="本节可展开", author="李四")
    word.add_comment(find("近视防控").runs, text="补充数据", author="王五")
    word.add_comment(word.tables[0].rows[1].cells[0].paragraphs[0].runs, text="部门有误", author="王五")
    word.add_comment(find("建议加强").runs, text="", author="王五")
    changed = find("免疫规划")
    for tag, text in (("w:ins", "（含补种）"), ("w:del", "保持")):
        mark, run = OxmlElement(tag), OxmlElement("w:r")
        mark.set(qn("w:author"), "赵六")
        part = OxmlElement("w:t" if tag == "w:ins" else "w:delText")
        part.text = text
        run.append(part)
        mark.append(run)
        changed._p.append(mark)
    run = changed.runs[0]
    run.text = run.text.replace("保持较高水平。", "")  # what follows was deleted and is kept as such
    rest = deepcopy(run._r)
    rest.find(qn("w:t")).text = "较高水平。"
    changed._p.append(rest)
    find("体质健康").runs[-1].text = "体质健康有所改善，成效明显。"
    word.add_paragraph("另请增加一段关于流动儿童的内容。")
    word.save(out)


def test_comments_and_changes_in_word_are_all_read(work, tmp_path):
    run, store, opened = work
    word_with(opened.folder / "midterm.docx", tmp_path / "back.docx")
    said = DocumentReviews(store).passages(opened.id)
    found = {one.place.split("“")[0]: one for one in WordFile(tmp_path / "back.docx").comments(said)}
    texts = {one.number: one.text for one in said}
    assert [texts[found[f"批注{n}"].number] for n in (1, 2, 3, 4)] == [
        "总体进展平稳，多数目标有望达到。", "二、健康", "· 近视防控仍须加强。", "表1　主要薄弱环节",
    ]  # fmt: skip
    assert all(found[f"批注{n}"].status == "taken" for n in (1, 2, 3, 4)) and found["批注5"].status == "aside"
    tracked = found["修订1"]
    assert (tracked.wording, tracked.author) == ("免疫规划疫苗接种率（含补种）较高水平。", "赵六")
    assert tracked.status == "taken" and texts[tracked.number] == "免疫规划疫苗接种率保持较高水平。"
    silent = [one for one in WordFile(tmp_path / "back.docx").comments(said) if one.place == "正文"]
    assert [(one.status, texts.get(one.number, "")) for one in silent] == [
        ("asked", "· 体质健康有所改善。"), ("asked", ""),
    ]  # fmt: skip
    done = import_comments(store, run.plan, tmp_path / "back.docx", "周七", "health")
    assert done.counted.rows == 8 and done.department == "health"
    with pytest.raises(UsageError, match="--department"):
        import_comments(store, run.plan, opened.folder / "midterm.docx", "周七")


def commented(path, out, row=6, said="请核实"):
    book = load_workbook(path)
    book.worksheets[0].cell(row, 4).value = said
    book.save(out)
    return out


def test_what_is_of_another_version_document_or_kind_is_refused(work, tmp_path, small):
    run, store, opened = work
    book = commented(opened.folder / "health.xlsx", tmp_path / "h.xlsx")
    with pytest.raises(UsageError, match="health"):
        import_comments(store, run.plan, book, "李四", "education")
    with pytest.raises(UsageError, match="--who"):
        import_comments(store, run.plan, book, " ")
    other = open_store(str(tmp_path / "other.sqlite"))
    with pytest.raises(UsageError, match=r"另一份文件|another document"):
        import_comments(other, run.plan, book, "李四")
    with pytest.raises(DataError, match=r"没有|不是征求意见|sent out"):
        import_comments(other, run.plan, opened.folder / "midterm.docx", "李四", "health")
    other.close()
    for file in (tmp_path / "x.xlsx", tmp_path / "x.docx"):
        file.write_bytes(b"PK\x03\x04 broken")
        with pytest.raises((DataError, UsageError)):
            import_comments(store, run.plan, file, "李四", "health")
    assert len(Comments(DocumentReviews(store), opened.id).files()) == 0
    import_comments(store, run.plan, book, "李四")
    step = ["--to", "returned", "--who", "张三", "--role", "evaluator", "--reason", "重做"]
    RUNNER.invoke(app, ["review", "advance", str(run.folder), *step, "--db", str(tmp_path / "m.sqlite")])
    second = open_review(store, reviewed(run, "midterm"), ["health"], "张三", out=tmp_path / "out2")
    assert second.version == 2
    for file in ("health.xlsx", "midterm.docx"):
        with pytest.raises(UsageError, match=r"第1版|version 1"):
            import_comments(store, run.plan, opened.folder / file, "李四", "health")
    done = import_comments(store, run.plan, commented(second.folder / "health.xlsx", tmp_path / "h2.xlsx"), "李四")
    assert done.counted.taken == 1


def test_one_round_by_commands_and_an_approved_document_stays(work, tmp_path, small):
    run, store, opened = work
    db = ["--db", str(tmp_path / "m.sqlite")]

    def told(*words):
        done = RUNNER.invoke(app, ["review", *map(str, words), *db])
        return done.exit_code, done.output + str(done.exception or "")

    commented(opened.folder / "health.xlsx", tmp_path / "h.xlsx")
    commented(opened.folder / "education.xlsx", tmp_path / "e.xlsx", 5, "无意见")
    for name in ("h.xlsx", "e.xlsx"):
        assert told("import", tmp_path / name, "--who", "李四")[0] == 0
    code, said = told("import", tmp_path / "h.xlsx", "--who", "李四")
    assert code != 0 and "已于" in said
    step = ["advance", run.folder, "--who", "张三", "--role", "evaluator", "--to", "for_approval"]
    assert "1 条意见没有答复" in told(*step)[1]
    table = tmp_path / "answers.xlsx"
    assert told("answer", run.folder, "--out", table)[0] == 0
    assert "请核实" in table.with_suffix(".html").read_text(encoding="utf-8")
    book = load_workbook(table)
    book.worksheets[0].cell(5, 9).value = "不采纳"
    book.save(table)
    assert "没有写明理由" in told("answer", "--from", table, "--who", "张三")[1]
    book.worksheets[0].cell(5, 10).value = "数据已核实无误"
    book.save(table)
    assert "未答复 0 条" in told("answer", "--from", table, "--who", "张三")[1]
    assert told(*step)[0] == 0
    final = ["advance", run.folder, "--role", "approver", "--to", "final", "--who"]
    assert "自己经手" in told(*final, "张三")[1]
    before = hashes_of(run.folder)
    code, said = told(*final, "王主任")
    assert code == 0 and "定稿" in told("list")[1]
    after = hashes_of(run.folder)
    assert {name for name in after if after[name] != before.get(name)} == {"run.json", "ro-crate-metadata.json"}
    pairs = list(record_pairs("run.json", run.folder, small.folder))
    assert {pair.weight for pair in pairs} == {"claim"} and all(pair.place.startswith("/approved") for pair in pairs)
    content = reviewed(Run(run.folder), "midterm")
    assert Run(run.folder).record[APPROVED]["midterm"]["sha256"] == content.sha256
    files = DocumentReviews(store).files(opened.id, "final")
    assert files == {name: sha256_of(one) for name, one in content.edition("final", 1).items()}
    with pytest.raises(UsageError, match=r"审定|approved"):
        evaluate(Run(run.folder), "zh", lambda name: None, ["midterm"], ["html", "docx"])
    assert hashes_of(run.folder) == after
    assert told("advance", run.folder, "--role", "approver", "--to", "returned", "--who", "王主任",
                "--reason", "数字有误")[0] == 0  # fmt: skip
    assert Run(run.folder).record[APPROVED] == {}


def test_a_document_changed_by_hand_is_not_reviewed(work):
    run, store, _ = work
    (run.folder / "documents" / "midterm.html").write_text("changed", encoding="utf-8")
    with pytest.raises(UsageError, match="midterm.html"):
        reviewed(Run(run.folder), "midterm")
    with pytest.raises(UsageError, match="final"):
        reviewed(Run(run.folder), "final")


def test_a_workbook_says_what_it_is_about(work):
    from analysis.data.grid import open_book

    _, _, opened = work
    book = open_book(opened.folder / "health.xlsx")
    assert meta_of(book)["department"] == "health" and len(list(tables_of(book))) == 1


PARTS = ("word/document.xml", "word/comments.xml", "[Content_Types].xml", "_rels/.rels", None)


def test_a_broken_word_file_is_named_and_nothing_is_kept(work, tmp_path):
    run, store, opened = work
    word = Document(opened.folder / "midterm.docx")
    word.add_comment(word.paragraphs[2].runs, text="请核实", author="李四")
    word.save(tmp_path / "whole.docx")
    broken, came = tmp_path / "broken.docx", 0
    for part, content in product(PARTS, (None, b"", b"<a", b"<!DOCTYPE x><a/>", b"<a/>", b"\xff\xfe")):
        if part is None:
            broken.write_bytes((tmp_path / "whole.docx").read_bytes()[:-900] + (content or b""))
        else:
            with zipfile.ZipFile(tmp_path / "whole.docx") as old, zipfile.ZipFile(broken, "w") as new:
                for name in old.namelist():
                    if name != part or content is not None:
                        new.writestr(name, content if name == part else old.read(name))
        try:
            done = import_comments(store, run.plan, broken, "李四", "health")
        except (DataError, UsageError) as refused:
            assert all("broken.docx" in refused.message(lang) for lang in ("zh", "en"))
        else:  # without its comments it still is a Word file, with none
            assert part == "word/comments.xml" and done.counted.rows == 0
            came += 1
        assert len(Comments(DocumentReviews(store), opened.id).files()) == came
    assert came < 3
