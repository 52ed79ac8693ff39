"""`workbench review import`: comments come back, in the workbook or in the Word file; every one kept, none twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.data.grid import Book, open_book
from analysis.data.grid.opening import kind_of
from analysis.data.store import Store
from analysis.data.store.review_comments import Comment, Comments, Counted, Received, department_known
from analysis.data.store.reviews import DocumentReviews
from analysis.exceptions import Text, Where, usage, wrong_data
from analysis.gate.numbers import Number, read_number
from analysis.places import existing, shown
from analysis.plan import Plan
from analysis.runs.hashes import sha256
from analysis.runs.review.comment_book import meta_of, read_comments, tables_of, texts_in
from analysis.runs.review.matching import current, version_of
from analysis.runs.review.word_comments import WordFile

_FILE = Text(
    "征求意见的工作簿（xlsx）或加了批注的 Word 文件（docx）",
    "a workbook with comments, or a Word file (docx) with them",
)


@dataclass(frozen=True)
class Imported:
    """What came of a file: the version it is about, whose it is, what became of its comments, what was left out."""

    review: Mapping[str, Any]
    department: str
    counted: Counted
    doubts: tuple[Comment, ...]
    none_said: bool
    left_out: tuple[Text, ...]


def import_comments(store: Store, plan: Plan, path: Path, who: str, department: str = "") -> Imported:
    """Read a file with comments and keep them, all or none.

    Raises
    ------
    UsageError
        It is about another version or document, came before, or no department is named or it is not that of the file.
    DataError
        It is no such file, or damaged.
    """
    existing(path, _FILE)
    reviews, left = DocumentReviews(store), tuple[Text, ...]()
    if kind_of(path) == "word":
        word = WordFile(path)
        row = version_of(reviews, word.texts(), word.head(), shown(path))
        said, none, kind, own = word.comments(reviews.passages(int(row["id"]))), False, "word", ""
    else:
        book, left = _visible(open_book(path))
        if not any(True for _ in tables_of(book)):
            raise _no_table(path)
        meta = meta_of(book)
        row = _of_meta(reviews, meta, path) or version_of(reviews, texts_in(book), _head(book), shown(path))
        said, none = read_comments(book, reviews.passages(int(row["id"])))
        kind, own = "workbook", meta.get("department", "")
    code = _department(plan, own, department, path)
    found = Received(path.name, sha256(path), kind, code, said, none)
    counted = Comments(reviews, int(row["id"])).receive(found, who)
    doubts = tuple(one for one in said if one.status != "taken")
    return Imported(row, code, counted, doubts, none, left)


def _visible(book: Book) -> tuple[Book, tuple[Text, ...]]:
    """Return a workbook without what is hidden, and what that was; the sheet that says what it is about stays."""
    sheets, left = [], list[Text]()
    for grid in book.sheets:
        if grid.hidden:
            sheets += [grid] if grid.name.startswith("_") else []
            continue
        kept, gone = grid.without_hidden()
        sheets.append(kept)
        left += [Text(f"{one.what.zh} {one.where}", f"{one.what.en} {one.where}") for one in gone]
    return Book(book.file, sheets, book.remarks, book.decimal_comma), tuple(left)


def _head(book: Book) -> str:
    return "\n".join(str(cell) for grid in book.sheets for row in grid.rows[:3] for cell in row if cell)


def _of_meta(reviews: DocumentReviews, meta: Mapping[str, str], path: Path) -> Mapping[str, Any] | None:
    """Return the version a workbook says it is about, None where it says nothing.

    Raises
    ------
    UsageError
        It is of another database, document or version.
    """
    if "review" not in meta:
        return None
    read = read_number(meta["review"])
    id = int(read.value) if isinstance(read, Number) else -1
    row = next((one for one in reviews.versions() if one["id"] == id), None)
    same = row is not None and all(str(row[name]) == meta.get(name) for name in ("plan", "document", "version"))
    steps = reviews.steps(id) if same else None
    if row is None or steps is None or meta.get("sha256") != steps["sha256"].iloc[0]:
        said = f"{meta.get('document', '?')} {meta.get('version', '?')}"
        raise usage(
            Text(f"该工作簿属于另一份文件：{said}", f"the workbook is about another document: {said}"),
            Where(file=shown(path), item="_meta"),
            Text("由本数据库的 workbench review open 写出的工作簿", "a workbook that was opened from this database"),
            Text("请核对文件和 --db。", "Check the file and --db."),
        )
    return current(reviews, row, shown(path))


def _department(plan: Plan, own: str, given: str, path: Path) -> str:
    """Return whose comments they are."""
    if own and given and own != given:
        raise usage(
            Text(f"该工作簿是发给 {own} 的", f"the workbook was sent to {own}"),
            Where(file=shown(path), item="--department"),
            Text(f"{own}，或不给 --department", f"{own}, or no --department"),
            Text("请核对。", "Check it."),
        )
    code = own or given
    if not code:
        raise usage(
            Text("文件没有写明部门", "the file does not say whose comments they are"),
            Where(file=shown(path), item="--department"),
            Text("部门代码", "the code of a department"),
            Text("请给出 --department。", "Give --department."),
        )
    department_known(code, [one.code for one in plan.departments])
    return code


def _no_table(path: Path) -> Exception:
    return wrong_data(
        Text("找不到征求意见表", "there is no table of comments"),
        Where(file=shown(path)),
        Text("表头有段落号、原文、意见的工作表", "a sheet with the headings No., Text and Comment"),
        Text("请用 workbench review open 写出的工作簿。", "Use the workbook of `workbench review open`."),
    )
