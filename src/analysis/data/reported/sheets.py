"""The sheets of a department's annual report: which table each fills, its headings and the words read as them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from analysis.gate.texts import text, without_marks
from analysis.schema.reported import CAUSES, GROUP_RATINGS, MEASURE_REPORTS, NEXT_YEAR, PRACTICES, SELF_ASSESSMENTS
from analysis.schema.table import Table

LOOKED_AT = 40  # rows among which a header is looked for


@dataclass(frozen=True)
class Field:
    """A column of a sheet.

    Parameters
    ----------
    column : str
        Of the table; `title` for the name of what the row is about, `_...` for what is shown and not read.
    heading : str
        As the form has it.
    others : tuple of str
        Other headings that mean the same.
    width : int
        Of the column, in characters.
    free : bool
        Whether it is filled in.
    """

    column: str
    heading: str
    others: tuple[str, ...] = ()
    width: int = 14
    free: bool = True


@dataclass(frozen=True)
class Sheet:
    """A sheet: its table, its name, its columns, and what its rows are about (measure, target or number)."""

    table: Table
    name: str
    about: str
    fields: tuple[Field, ...]

    @property
    def free(self) -> tuple[Field, ...]:
        """Return the columns that are filled in."""
        return tuple(one for one in self.fields if one.free)

    @cached_property
    def headings(self) -> dict[str, str]:
        """Return the columns by their headings; of two that share one the first."""
        found: dict[str, str] = {}
        for one in self.fields:
            for name in (one.heading, one.column, *one.others):
                found.setdefault(_plain(name), one.column)
        return found

    def places(self, row: Sequence[Any], named_so: bool) -> dict[str, int]:
        """Return the place of each column where a row is the sheet's header, else nothing.

        A sheet whose rows are about nothing of the plan, such as practices, is known by more columns unless it is
        `named_so`: a name and a place head many tables.
        """
        found: dict[str, int] = {}
        for j, cell in enumerate(row):
            if isinstance(cell, str) and (column := self.headings.get(_plain(cell))) is not None:
                found.setdefault(column, j)
        named = bool({self.about, "title"} & found.keys()) or self.about == "number"
        own = sum(one.column in found for one in self.free if one.column not in _COMMON)
        fewest = _FEWEST if self.about != "number" or named_so else _FEWEST + 1
        return found if named and own >= fewest else {}


_COMMON = ("evidence", "money", "money_unit", "reason", "number", "measure")  # of several sheets: tell none of them
_FEWEST = 2  # of its own columns by which a header is known


@lru_cache(maxsize=1 << 14)
def _plain(cell: str) -> str:
    """Return a heading as headings are compared: what stands in brackets behind it is left out."""
    given = without_marks(text(cell))[0].lower().replace(" ", "").rstrip("*＊:：")
    for left in "(（[":
        given = given.split(left)[0] or given
    return given


_CLAUSE = Field("_clause", "条款", (), 19, False)
_LAST = Field("_last", "上年填报", ("上年内容",), 40, False)
_EVIDENCE = Field("evidence", "佐证材料文件名", ("佐证材料", "佐证", "证明材料", "附件"), 24)
_MONEY = (
    Field("money", "投入资金", ("资金", "经费", "投入经费", "计划资金", "资金投入"), 11),
    Field("money_unit", "资金单位", ("金额单位", "经费单位"), 9),
)
_TARGET = Field("target", "目标编码", ("目标代码", "目标编号"), 25, False)

MEASURES_SHEET = Sheet(
    MEASURE_REPORTS,
    "措施落实",
    "measure",
    (
        Field("measure", "措施编码", ("措施代码", "措施编号"), 25, False),
        Field("title", "策略措施", ("措施", "措施名称", "措施内容"), 38, False),
        _CLAUSE,
        Field("_role", "承担角色", ("角色", "责任"), 9, False),
        Field("state", "落实状态", ("状态", "落实情况", "进展状态", "实施状态"), 10),
        Field("done", "完成情况", ("做了什么", "主要工作", "工作内容", "工作开展情况"), 40),
        *_MONEY,
        Field("output", "产出数量", ("产出", "数量", "成果数量"), 10),
        Field("output_unit", "产出单位", ("数量单位", "产出计量单位", "计量单位"), 12),
        Field("difficulty", "困难与问题", ("困难", "问题", "存在问题", "存在困难"), 26),
        _EVIDENCE,
        _LAST,
    ),
)

SELF_SHEET = Sheet(
    SELF_ASSESSMENTS,
    "自评",
    "target",
    (
        _TARGET,
        Field("title", "目标", ("目标内容", "目标名称"), 38, False),
        _CLAUSE,
        Field("grade", "自评等级", ("等级", "自评", "自评结果"), 12),
        Field("done", "已完成数", ("完成数", "已完成"), 10),
        Field("total", "应完成数", ("总数", "应完成", "任务数"), 10),
        Field("reason", "自评理由", ("理由", "说明", "自评说明"), 40),
        _EVIDENCE,
        _LAST,
    ),
)

CAUSES_SHEET = Sheet(
    CAUSES,
    "原因与对策",
    "target",
    (
        _TARGET,
        Field("title", "预警目标", ("目标", "目标内容", "目标名称"), 34, False),
        _CLAUSE,
        Field("_level", "预警级别", (), 9, False),
        Field("cause", "主要原因", ("原因", "原因分析"), 36),
        Field("last_measure", "上年措施", ("上年采取的措施", "去年措施"), 28),
        Field("helped", "上年措施是否有效", ("是否有效", "措施效果", "上年措施效果"), 12),
        Field("measure", "下一步对策", ("对策", "整改措施", "下一步措施", "改进措施"), 34),
        _EVIDENCE,
        _LAST,
    ),
)

PRACTICES_SHEET = Sheet(
    PRACTICES,
    "经验做法",
    "number",
    (
        Field("number", "序号", ("编号",), 6, False),
        Field("title", "做法名称", ("经验名称", "名称", "做法"), 26),
        Field("content", "主要内容", ("做法内容", "具体做法"), 44),
        Field("since", "开始年份", ("起始年份", "开始时间", "实施时间"), 10),
        Field("result", "成效（用数字说明）", ("成效", "成效数据", "取得成效"), 34),
        Field("place", "实施地点", ("地点", "实施范围", "在哪里"), 18),
        _EVIDENCE,
        _LAST,
    ),
)

NEXT_SHEET = Sheet(
    NEXT_YEAR,
    "下年计划",
    "number",
    (
        Field("number", "序号", ("编号",), 6, False),
        Field("measure", "对应措施编码", ("措施编码", "措施代码", "对应措施"), 20),
        Field("action", "工作安排", ("工作内容", "下年工作", "重点工作", "计划内容"), 44),
        Field("goal", "预期目标", ("工作目标", "目标"), 30),
        *_MONEY,
        Field("deadline", "完成时限", ("时限", "完成时间", "期限"), 14),
        _LAST,
    ),
)

RATINGS_SHEET = Sheet(
    GROUP_RATINGS,
    "评估组评定",
    "target",
    (
        _TARGET,
        Field("title", "目标", ("目标内容", "目标名称"), 38, False),
        _CLAUSE,
        Field("_department", "自评部门", (), 14, False),
        Field("_self", "部门自评", (), 12, False),
        Field("_reason", "部门理由", (), 34, False),
        Field("_evidence", "部门佐证材料", (), 24, False),
        Field("grade", "评估组等级", ("评定等级", "评估组评定"), 12),
        Field("reason", "评定理由", ("评估组理由",), 36),
        Field("evidence_seen", "查看的佐证", ("查看的材料", "所见佐证", "核查材料"), 30),
    ),
)

SHEETS = (MEASURES_SHEET, SELF_SHEET, CAUSES_SHEET, PRACTICES_SHEET, NEXT_SHEET)  # of a department's workbook
ALL_SHEETS = (*SHEETS, RATINGS_SHEET)
RUBRIC_SHEET = "说明"


def header_of(name: str, rows: Sequence[Sequence[Any]]) -> tuple[Sheet, int, dict[str, int]] | None:
    """Return which of the sheets a grid is, by the headings of one of its first rows, with that row and the places.

    Of several that fit, the one that the grid is named after counts, then the one with the most headings.
    """
    best: tuple[tuple[bool, int, int], Sheet, int, dict[str, int]] | None = None
    for i, row in enumerate(rows[:LOOKED_AT]):
        for sheet in ALL_SHEETS:
            named_so = text(name) == sheet.name
            if places := sheet.places(row, named_so):
                rank = (named_so, len(places), -i)
                if best is None or rank > best[0]:
                    best = rank, sheet, i, places
    return None if best is None else best[1:]
