"""`workbench remarks`: evaluators' paragraphs by section and problem, their figures compared with the run's tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.data.grid import Book, open_book
from analysis.data.grid.grid import address, is_blank
from analysis.data.store import Store
from analysis.data.store.remarks import Remark, Remarks
from analysis.exceptions import DataError, Fault, Text, Where, usage, wrong_data
from analysis.gate.texts import Uncomputed, text, written
from analysis.narrative.checking import check_text
from analysis.narrative.problems import problems
from analysis.places import shown
from analysis.runs.files import write_bytes
from analysis.runs.report import facts_of
from analysis.runs.review.books import Column, SheetOf, new_book
from analysis.runs.review.comment_book import meta_of
from analysis.runs.review.document import passages, reviewed
from analysis.runs.run import Run, open_run

SHEET = "评估意见"
COLUMNS = (
    Column("about", Text("类别", "About"), 8),
    Column("section", Text("部分", "Section"), 30),
    Column("target", Text("目标编码", "Target"), 22),
    Column("title", Text("主要内容", "What it says"), 50),
    Column("before", Text("上次撰写", "Last written"), 18),
    Column("paragraph", Text("评估意见", "Paragraph"), 60, free=True),
)
_GUIDE = (
    "一、按部分或按问题写评估组自己的分析，一格一段，可换行；不写的留空，删去原文即撤回。",
    "二、文中数字导入时与本次评估的数据表核对，对不上的会指出，不影响保存。",
)
_YEAR = re.compile(r"(?:19|20|21)\d{2}")
_TABLES = ("assessments", "details", "observations")


@dataclass(frozen=True)
class Kept:
    """What came of a workbook: remarks new or changed, remarks in all, and the numbers no table holds, by place."""

    new: int
    total: int
    doubts: tuple[tuple[str, str], ...]


def write_remarks(store: Store, run: Run, kind: str, out: Path) -> int:
    """Write the workbook in which evaluators write: a row a section of a document, a row a problem; returns the rows.

    Raises
    ------
    UsageError
        The run has no such document.
    """
    known = Remarks(store).table(str(run.record["plan"]), run.area, run.as_of)
    before = {(row["document"], row["section"], row["target"]): row for row in known.to_dict("records")}
    rows = []
    for row in _rows(run, kind):
        own = before.get((kind, row["section"], row["target"]), {})
        said = f"{own['who']} {str(own['at'])[:10]}" if own else ""
        rows.append({**row, "before": said, "paragraph": own.get("paragraph", "")})
    meta = {"remarks": str(run.folder.resolve().name), "document": kind, "plan": str(run.record["plan"])}
    heads = (f"{run.plan.title.zh}：评估意见", f"数据截至{run.as_of}年", "浅黄色为填写区，填写方法见“填写说明”。")
    sheet = SheetOf(SHEET, COLUMNS, heads, rows, {}, run.notice.zh)
    write_bytes(new_book(sheet, _GUIDE, meta, "zh"), out)
    return len(rows)


def _rows(run: Run, kind: str) -> Iterator[dict[str, Any]]:
    own = reviewed(run, kind)
    first: dict[str, str] = {}
    for one in passages(own.document, own.lang):
        if one.section and one.text != one.section:
            first.setdefault(one.section, one.text)
    for section, said in first.items():
        yield {"about": "部分", "section": section, "target": "", "title": said[:120]}
    if not run.table_file("alerts").is_file():
        return
    for problem in problems(facts_of(run)):
        names = "、".join(dict.fromkeys(one.name(own.lang) for one in problem.targets))
        yield {"about": "问题", "section": "", "target": problem.gravest.target.id, "title": names[:120]}


def read_remarks(store: Store, run: str | None, path: Path, who: str) -> Kept:
    """Read the workbook back and keep its remarks, all or none; a number no table holds is pointed out, not refused.

    Parameters
    ----------
    run : str, optional
        The run they are about, or its name in `reports/`; by default the one the workbook was made of.

    Raises
    ------
    DataError
        It is no such workbook, or with every row that is about no section or target of the run.
    UsageError
        It is about another plan, or nobody is named.
    """
    book = open_book(path)
    meta = meta_of(book)
    if "remarks" not in meta:
        raise wrong_data(
            Text("不是评估意见表", "no workbook of remarks"),
            Where(file=shown(path)),
            Text("workbench remarks export 写出的表", "the workbook of `workbench remarks export`"),
            Text("请核对文件。", "Check the file."),
        )
    own = open_run(run or meta["remarks"])
    if meta.get("plan") != str(own.record["plan"]):
        raise usage(
            Text(f"该表属于规划 {meta.get('plan')}", f"the workbook is about the plan {meta.get('plan')}"),
            Where(file=shown(path)),
            Text(str(own.record["plan"]), str(own.record["plan"])),
            Text("请核对运行和文件。", "Check the run and the file."),
        )
    kind = meta.get("document", "midterm")
    known = {(row["section"], row["target"]) for row in _rows(own, kind)}
    found, faults = dict[tuple[str, str], tuple[str, Remark]](), list[Fault]()
    for place, section, target, said in _cells(book):
        key = (section, target)
        todo = Text("请更正后重新导入。", "Correct it and import again.")
        where = Where(file=shown(path), item=place)
        if said is None:
            what = Text("单元格是没有结果的公式", "a formula without a value")
            faults.append(Fault(what, where, Text("文字", "text"), todo))
            continue
        if key not in known:
            what = Text(f"没有这一部分或目标：{section or target}", f"no such section or target: {section or target}")
            if said:
                faults.append(Fault(what, where, Text("导出表中的行", "a row as it was exported"), todo))
            continue
        if key in found:
            what = Text("同一部分或目标出现两次", "a section or target occurs twice")
            faults.append(Fault(what, where, Text("一行", "one row"), todo))
            continue
        found[key] = (place, Remark(kind, section, target, said))
    if faults:
        raise DataError(faults)
    checked = [(place, replace(one, doubts="、".join(doubtful(own, one)))) for place, one in found.values()]
    about = (str(own.record["plan"]), own.area, own.as_of, str(own.record["id"]))
    new = Remarks(store).put(*about, [one for _, one in checked], who)
    doubts = tuple((place, one.doubts) for place, one in checked if one.doubts)
    return Kept(new, sum(bool(one.paragraph) for _, one in checked), doubts)


def _cells(book: Book) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield place, section, target and paragraph (None: a formula) of every row of the sheets with remarks."""
    heads = {text(one.heading("zh")): one.name for one in COLUMNS}
    for grid in book.sheets:
        top, at = next(
            ((i, own) for i, row in enumerate(grid.rows[:30])
             if {"section", "target", "paragraph"} <= set(own := {heads[text(c)]: j for j, c in enumerate(row)
                                                                  if text(c) in heads})),
            (0, {}),
        )  # fmt: skip
        for i in range(top + 1, len(grid.rows) if at else 0):
            cells = {name: grid.cell(i, j) for name, j in at.items()}
            cell = cells["paragraph"]
            said = None if isinstance(cell, Uncomputed) else "" if is_blank(cell) else written(cell)
            section, target = (written(cells[name]) for name in ("section", "target"))
            if said is None or said or section or target:
                yield f"{grid.name}!{address(i, at['paragraph'])}", section, target, said


def doubtful(run: Run, remark: Remark) -> list[str]:
    """Return the numbers of a paragraph that neither a document of the run nor its tables hold; years are left out.

    Of the tables the rows of its target count, and those of the indicators it names.
    """
    if not remark.paragraph:
        return []
    pages = [run.folder / file for file in run.documents() if file.endswith(".html")]
    page = "".join(path.read_text(encoding="utf-8") for path in pages if path.is_file())
    strange = [one for one in check_text(remark.paragraph, page) if not _YEAR.fullmatch(one)]
    if not strange:
        return []
    known = list(_numbers(run, remark))
    return [one for one in strange if not any(_is(one, number) for number in known)]


def _numbers(run: Run, remark: Remark) -> Iterator[float]:
    """Yield the numbers of the rows a paragraph may be about."""
    named = {one.id for one in run.plan.indicators if one.name.zh in remark.paragraph}
    named |= {one.indicator for one in run.plan.targets if one.id == remark.target and one.indicator}
    for name in _TABLES:
        if not run.table_file(name).is_file():
            continue
        table = run.table(name)
        mine = table["indicator"].isin(named) if "indicator" in table else table["target"].eq(remark.target)
        numbers = table[mine].select_dtypes("number").to_numpy(dtype=float, na_value=np.nan).ravel()
        yield from map(float, numbers[np.isfinite(numbers)])


def _is(printed: str, number: float) -> bool:
    """Return whether a printed number is one of the tables, to the decimals it is printed with; shares as percent."""
    decimals = len(printed.partition(".")[2])
    value = float(printed.replace(",", ""))
    half = 0.5 * 10.0**-decimals + 1e-9
    return any(abs(abs(number) * factor - value) <= half for factor in (1.0, 100.0))
