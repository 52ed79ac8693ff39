"""`workbench review answer`: the table of comments with what was adopted and why, as a workbook and as a page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.grid import open_book
from analysis.data.grid.grid import address, is_blank
from analysis.data.store import Store
from analysis.data.store.review_comments import DECISIONS, STATUSES, Answer, Comments, wrong_answer
from analysis.data.store.reviews import DocumentReviews, named
from analysis.exceptions import DataError, Fault, Lang, Text, Where, usage, wrong_data
from analysis.export.plain_pages import plain_page, text_table
from analysis.gate.numbers import Number, read_number
from analysis.gate.texts import Uncomputed, text, written
from analysis.places import shown
from analysis.plan import Plan
from analysis.runs.files import write_bytes, write_text
from analysis.runs.review.books import Column, SheetOf, new_book
from analysis.runs.review.comment_book import meta_of

TITLE = Text("意见采纳情况表", "Comments and what became of them")
COLUMNS = (
    Column("id", Text("意见编号", "Id"), 8),
    Column("number", Text("段落号", "No."), 7),
    Column("text", Text("原文", "Text"), 40),
    Column("department", Text("部门", "Department"), 14),
    Column("comment", Text("意见", "Comment"), 32),
    Column("wording", Text("建议修改为", "Proposed wording"), 28),
    Column("reason", Text("理由", "Reason"), 20),
    Column("doubt", Text("待核对", "To check"), 16),
    Column("decision", Text("采纳情况", "Decision"), 10, free=True),
    Column("answer", Text("采纳或不采纳的理由", "Reason of the decision"), 32, free=True),
)
_MOST = 120  # signs of the text a comment is about that the page shows
_GUIDE = {
    "zh": (
        "一、逐条从列表选择采纳、部分采纳或不采纳；部分采纳和不采纳须写明理由。",
        "二、“待核对”一栏有字的，先核对意见针对的段落，再答复。",
        "三、全部答复后导入；没有答复的意见会挡住送审。",
    ),
    "en": (
        "1. Choose adopted, partly adopted or not adopted for each; the last two need a reason.",
        "2. Where something is to be checked, find the paragraph it is about first.",
        "3. Import it once all are answered; a comment without an answer keeps the draft from approval.",
    ),
}


def rows_of(reviews: DocumentReviews, review: int, plan: Plan, lang: Lang) -> list[dict[str, Any]]:
    """Return the comments of a version as rows of the table, with the text they are about."""
    passages = {one.number: one for one in reviews.passages(review)}
    whole = Text("全文", "Whole document")(lang)
    out = []
    for row in Comments(reviews, review).table().to_dict("records"):
        own = passages.get(row["number"])
        status = "" if row["status"] == "taken" else STATUSES[row["status"]](lang)
        doubt = "：".join(filter(None, (status, row[f"doubt_{lang}"])))
        known = {name: row[name] for name in ("id", "number", "comment", "wording", "reason", "answer", "author")}
        department = plan.department_name(row["department"])(lang)
        said = {"department": f"{department}（{row['author']}）" if row["author"] else department, "doubt": doubt}
        decision = DECISIONS[row["decision"]](lang) if row["decision"] else ""
        out.append({**known, **said, "text": own.text if own else whole, "decision": decision, "code": row["decision"]})
    return out


def write_answers(store: Store, row: Mapping[str, Any], plan: Plan, notice: str, lang: Lang, out: Path) -> int:
    """Write the table of comments of a version: a workbook to fill in, and beside it a page to read; returns how many.

    Raises
    ------
    UsageError
        Nobody commented yet.
    """
    reviews, id = DocumentReviews(store), int(row["id"])
    rows = rows_of(reviews, id, plan, lang)
    if not rows:
        raise usage(
            Text("还没有意见", "nobody commented yet"),
            Where(item=named(row)(lang)),
            Text("先导入部门反馈的意见", "comments of departments"),
            Text("workbench review import 文件 --who 姓名", "workbench review import FILE --who NAME"),
        )
    meta = {"answers": str(id), "version": str(row["version"]), "document": str(row["document"])}
    hint = Text("浅黄色为填写区，填写方法见“填写说明”。", "Fill in the light yellow cells; see the guide.")
    heads = (f"{row['title']}：{TITLE(lang)}", named(row)(lang), hint(lang))
    choices = {"decision": [one(lang) for one in DECISIONS.values()]}
    book = new_book(SheetOf(TITLE(lang)[:31], COLUMNS, heads, rows, choices, notice), _GUIDE[lang], meta, lang)
    page = answers_page(rows, row, notice, lang)
    write_bytes(book, out)
    write_text(page, out.with_suffix(".html"))
    return len(rows)


def answers_page(rows: list[dict[str, Any]], row: Mapping[str, Any], notice: str, lang: Lang) -> str:
    """Return the table as a page: how many were adopted, then every comment with its answer."""
    heads = [
        *(one.heading for one in COLUMNS if one.name in ("number", "text", "department")),
        Text("意见和建议", "Comment and proposal"),
        Text("采纳情况", "Decision"),
        Text("理由", "Reason"),
    ]
    open_ = Text("未答复", "not answered")(lang)
    table = [
        [
            str(one["number"]),
            one["text"] if len(one["text"]) <= _MOST else f"{one['text'][:_MOST]}…",
            one["department"],
            _proposal(one, lang),
            one["decision"] or open_,
            one["answer"],
        ]
        for one in rows
    ]
    counts = pd.Series([one["code"] for one in rows]).value_counts()
    said = [f"{DECISIONS[code](lang)}{_many(int(counts.get(code, 0)), lang)}" for code in DECISIONS]
    left = int(counts.get("", 0))
    said += [f"{open_}{_many(left, lang)}"] if left else []
    lead = f"{named(row)(lang)}　共{len(rows)}条：{'、'.join(said)}"
    if lang == "en":
        lead = f"{named(row).en}: {len(rows)} comments; {', '.join(said)}"
    return plain_page(f"{row['title']}：{TITLE(lang)}", lead, text_table(heads, table, lang, (0,)), notice, lang)


def _many(count: int, lang: Lang) -> str:
    return f"{count}条" if lang == "zh" else f" {count}"


def _proposal(one: Mapping[str, Any], lang: Lang) -> str:
    labels = ("", "建议修改为：", "理由：") if lang == "zh" else ("", "Proposed wording: ", "Reason: ")
    parts = zip(labels, (one["comment"], one["wording"], one["reason"]), strict=True)
    return "\n".join(f"{name}{said}" for name, said in parts if said)


def read_answers(store: Store, path: Path, who: str) -> tuple[Mapping[str, Any], int, int]:
    """Read the table back and keep its answers, all or none.

    Returns
    -------
    review, kept, left
        The version, how many answers are new or changed, and how many comments still have none.

    Raises
    ------
    DataError
        It is no such table, or with every row that does not hold: its cell and why.
    UsageError
        It is of another version, or its answers are settled.
    """
    book, reviews = open_book(path), DocumentReviews(store)
    meta = meta_of(book)
    read = read_number(meta.get("answers", ""))
    if not isinstance(read, Number):
        raise wrong_data(
            Text("不是意见采纳情况表", "no table of comments and answers"),
            Where(file=shown(path)),
            Text("workbench review answer 写出的表", "the table of `workbench review answer`"),
            Text("请核对文件。", "Check the file."),
        )
    row = {str(name): value for name, value in reviews.get(int(read.value)).items()}
    if [str(row["version"]), row["document"]] != [meta.get("version"), meta.get("document")]:
        raise usage(
            Text("该表属于另一份文件或版本", "the table is about another document or version"),
            Where(file=shown(path)),
            named(row),
            Text("请核对文件和 --db。", "Check the file and --db."),
        )
    own = Comments(reviews, int(row["id"]))
    known = set(own.table()["id"].tolist())
    answers, faults = list[Answer](), list[Fault]()
    by_name = {text(name(lang)): code for code, name in DECISIONS.items() for lang in ("zh", "en")}
    for grid in book.sheets:
        at, top = _header(grid.rows)
        for i in range(top + 1, len(grid.rows) if at else 0):
            cells = {name: grid.cell(i, j) for name, j in at.items()}
            if is_blank(cells.get("decision")) and is_blank(cells.get("answer")):
                continue
            id = read_number(cells.get("id"))
            said = text(cells.get("decision"))
            one = Answer(
                int(id.value) if isinstance(id, Number) else -1, by_name.get(said, said), written(cells.get("answer"))
            )
            where = Where(file=shown(path), item=f"{grid.name}!{address(i, at['decision'])}")
            if isinstance(cells.get("answer"), Uncomputed):
                formula = Text("单元格是没有结果的公式", "a formula without a value")
                place = Where(file=shown(path), item=f"{grid.name}!{address(i, at['answer'])}")
                again = Text("请改为文字后重新导入。", "Write it as text and import again.")
                faults.append(Fault(formula, place, Text("文字", "text"), again))
            elif (fault := wrong_answer(one, known, where)) is not None:
                faults.append(fault)
            elif one.comment in {other.comment for other in answers}:
                twice = Text(f"意见{one.comment}出现两次", f"comment {one.comment} occurs twice")
                todo = Text("请删去一行后重新导入。", "Leave one and import again.")
                faults.append(Fault(twice, where, Text("每条意见一行", "one row a comment"), todo))
            else:
                answers.append(one)
    if faults:
        raise DataError(faults)
    kept = own.answer(answers, who)
    return row, kept, int((own.table()["decision"] == "").sum())


def _header(rows: list[list[Any]]) -> tuple[dict[str, int], int]:
    """Return the places of the columns by name and the row of the headings; nothing where a sheet has none."""
    heads = {text(one.heading(lang)): one.name for one in COLUMNS for lang in ("zh", "en")}
    for i, row in enumerate(rows[:30]):
        found = {heads[text(cell)]: j for j, cell in enumerate(row) if text(cell) in heads}
        if {"id", "decision"} <= set(found):
            return found, i
    return {}, 0
