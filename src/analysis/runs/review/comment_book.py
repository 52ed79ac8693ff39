"""The workbook in which a department comments: numbered paragraphs locked, what it says free; written and read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.data.forms.opening import META
from analysis.data.grid import Book, Grid
from analysis.data.grid.grid import address, is_blank
from analysis.data.store.review_comments import Comment
from analysis.data.store.reviews import Passage
from analysis.exceptions import Lang, Text
from analysis.gate.numbers import Number, read_number
from analysis.gate.texts import Uncomputed, text, written
from analysis.runs.review.books import Column, SheetOf, new_book
from analysis.runs.review.matching import Finder, bare

SHEET = Text("征求意见表", "comments")
GENERAL = 0  # the number of the row for the document as a whole
COLUMNS = (
    Column("number", Text("段落号", "No."), 8),
    Column("section", Text("所在部分", "Section"), 18),
    Column("text", Text("原文", "Text"), 62),
    Column("comment", Text("意见", "Comment"), 36, free=True),
    Column("wording", Text("建议修改为", "Proposed wording"), 36, free=True),
    Column("reason", Text("理由", "Reason"), 24, free=True),
)
_FREE = ("comment", "wording", "reason")
_HEADS = {  # how a heading may read once somebody changed it
    "number": ("段落号", "段号", "编号", "序号", "no.", "no", "number"),
    "section": ("所在部分", "章节", "部分", "section"),
    "text": ("原文", "原文内容", "段落原文", "text"),
    "comment": ("意见", "修改意见", "意见建议", "意见和建议", "comment", "comments"),
    "wording": ("建议修改为", "建议改为", "修改为", "proposed wording", "wording"),
    "reason": ("理由", "修改理由", "依据", "理由和依据", "reason"),
}
_NONE = {"无意见", "没有意见", "无修改意见", "同意", "无", "nocomment", "nocomments", "none"}
_GUIDE = {
    "zh": (
        "一、请在浅黄色单元格填写意见、建议修改后的文字和理由；灰色单元格为原文，供对照，请勿改动。",
        "二、对全文的意见写在段落号为0的行；没有意见的，请在该行“意见”栏填“无意见”。",
        "三、不在表中的内容（如图、表中的数字）写在该图、表标题所在的行，注明行和列。",
        "四、可以调整行的顺序、隐藏不用的列或删去没有意见的行，段落号请保留。",
        "五、也可以直接在 Word 文件上加批注或用修订方式修改，一并报回。",
    ),
    "en": (
        "1. Fill in the light yellow cells: comment, proposed wording, reason; grey cells hold the text as it is.",
        "2. What is about the whole document goes into row 0; without comments write 'no comments' there.",
        "3. What is inside a table or figure goes into the row of its caption; say which row and column.",
        "4. Rows may be moved, or deleted where there is no comment; please leave the numbers.",
        "5. Comments and tracked changes in the Word file are read as well.",
    ),
}


@dataclass(frozen=True)
class Sent:
    """What a workbook is about: title, state and version in words, department, the day it is due, what its file says.

    `meta` is kept in a hidden sheet: review, plan, document, version, department, sha256.
    """

    title: str
    version: str
    department: str
    due: str
    notice: str
    meta: Mapping[str, str]


def write_comment_book(passages: Sequence[Passage], sent: Sent, lang: Lang) -> bytes:
    """Return the workbook of a department."""
    whole = Text("（对全文的总体意见；没有意见请填“无意见”）", "(on the document as a whole; or: no comments)")
    every = Text("全文", "Whole document")
    rows: list[dict[str, Any]] = [{"number": GENERAL, "section": every(lang), "text": whole(lang)}]
    rows += [{"number": one.number, "section": one.section, "text": one.text} for one in passages]
    zh = lang == "zh"
    who = f"填写单位：{sent.department}" if zh else f"Department: {sent.department}"
    due = (f"        请于 {sent.due} 前反馈" if zh else f"        due {sent.due}") if sent.due else ""
    hint = "浅黄色为填写区，填写方法见“填写说明”。" if zh else "Fill in the light yellow cells; see the guide."
    heads = (f"{sent.title}{sent.version}", f"{who}{due}", hint)
    return new_book(SheetOf(SHEET(lang), COLUMNS, heads, rows, {}, sent.notice), _GUIDE[lang], sent.meta, lang)


def meta_of(book: Book) -> dict[str, str]:
    """Return what a workbook says of itself."""
    rows = [row for grid in book.sheets if grid.name == META for row in grid.rows if len(row) > 1]
    return {text(row[0]): text(row[1]) for row in rows}


def tables_of(book: Book) -> Iterator[tuple[Grid, int, dict[str, int]]]:
    """Yield the sheets with comments: the row of their headings, and the place of each column by name."""
    for grid in book.sheets:
        if grid.name == META:
            continue
        for i, row in enumerate(grid.rows[:30]):
            found: dict[str, int] = {}
            for j, cell in enumerate(row):
                said = text(cell).lower()
                name = next((one for one, heads in _HEADS.items() if said in heads), "")
                if name:
                    found.setdefault(name, j)
            if set(found) & set(_FREE) and {"number", "text"} & set(found):
                yield grid, i, found
                break


def texts_in(book: Book) -> list[str]:
    """Return the texts of paragraphs a workbook holds."""
    return [
        written(grid.cell(i, at["text"]))
        for grid, top, at in tables_of(book)
        if "text" in at
        for i in range(top + 1, len(grid.rows))
    ]


def read_comments(book: Book, passages: Sequence[Passage]) -> tuple[list[Comment], bool]:
    """Return the comments of a workbook, and whether it says that there are none; no cell that was filled in is lost.

    A row whose number and text do not belong together is asked about; a locked text that was changed is taken as a
    proposed wording, to be checked.
    """
    finder, out, none = Finder(passages), list[Comment](), False
    for grid, top, at in tables_of(book):
        for i in range(top + 1, len(grid.rows)):
            cells = {name: grid.cell(i, j) for name, j in at.items()}
            free = {name: cells.get(name) for name in _FREE}
            said = {name: written(cell) for name, cell in free.items()}
            filled = [name for name in _FREE if not is_blank(free[name])]
            place = f"{grid.name}!{address(i, at[filled[0]] if filled else at.get('text', 0))}"
            if bare(said["comment"]).lower().rstrip("。.") in _NONE and not said["wording"]:
                none = True
                continue
            if any(isinstance(cell, Uncomputed) for cell in free.values()):
                doubt = Text("单元格是没有结果的公式", "a formula without a value")
                out.append(Comment(_number(cells) or 0, place, "（公式）", status="aside", doubt=doubt))
                continue
            if (one := _row(cells, said, bool(filled), place, finder)) is not None:
                out.append(one)
    return out, none and not out


def _number(cells: Mapping[str, Any]) -> int | None:
    read = read_number(cells.get("number"))
    return int(read.value) if isinstance(read, Number) and float(read.value).is_integer() else None


def _row(cells: Mapping[str, Any], said: Mapping[str, str], filled: bool, place: str, finder: Finder) -> Comment | None:
    """Return the comment of a row, None where it has none."""
    number, original = _number(cells), written(cells.get("text"))
    words = said["comment"], said["wording"], said["reason"]
    by_number = finder.by_number.get(number) if number else None
    by_text = finder.exact(original)
    if by_number is not None and original and bare(by_number.text) != bare(original):
        return _apart(by_number, by_text, original, said, filled, place)
    if not filled:
        strange = original and by_text is None and number != GENERAL and by_number is None
        doubt = Text("新增的行，没有段落号", "a row was added without a number")
        return Comment(0, place, "", original, status="asked", doubt=doubt) if strange else None
    if not said["comment"] and not said["wording"]:
        doubt = Text("只写了理由，没有意见", "a reason without a comment")
        return Comment(number or 0, place, "", "", said["reason"], status="aside", doubt=doubt)
    found = by_number or by_text
    if found is not None and not said["comment"] and bare(said["wording"]) == bare(found.text):
        doubt = Text("建议的文字与原文相同", "the wording proposed is the text as it is")
        return Comment(found.number, place, *words, status="aside", doubt=doubt)
    if found is None and number != GENERAL:
        doubt = Text(f"没有段落{'' if number is None else number}", f"there is no paragraph {number or ''}".rstrip())
        near = finder.near(original) if original else None
        return Comment(near.number if near else 0, place, *words, status="asked", doubt=doubt)
    return Comment(found.number if found else GENERAL, place, *words)


def _apart(
    by_number: Passage, by_text: Passage | None, original: str, said: Mapping[str, str], filled: bool, place: str
) -> Comment | None:
    """Return the comment of a row whose number and text do not belong together."""
    if by_text is not None:
        words = said["comment"], said["wording"], said["reason"]
        if not filled:
            return None
        zh = f"段落号{by_number.number}与原文不符，按原文为第{by_text.number}段"
        doubt = Text(zh, f"number {by_number.number}, but the text of {by_text.number}")
        return Comment(by_text.number, place, *words, status="asked", doubt=doubt)
    doubt = Text("原文栏被改动，改后的文字作为建议", "the locked text was changed; taken as a proposed wording")
    wording = said["wording"] or original
    return Comment(by_number.number, place, said["comment"], wording, said["reason"], status="asked", doubt=doubt)
