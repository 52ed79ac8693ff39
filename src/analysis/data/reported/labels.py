"""Names of states and grades in both languages, and the rubric: what each grade says and the evidence it needs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.exceptions import Text
from analysis.schema.reported import FREE_GRADES, GRADES, REPORT_TABLES

MEASURE_STATE_NAMES = {
    "not_begun": Text("未启动", "not begun"),
    "under_way": Text("进行中", "under way"),
    "completed": Text("已完成", "completed"),
    "not_reported": Text("未填报", "not reported"),
}
HELPED_NAMES = {
    "yes": Text("有效", "it helped"),
    "partly": Text("部分有效", "it helped in part"),
    "no": Text("无效", "it did not help"),
    "unknown": Text("尚不能判断", "not to be told yet"),
}
MONEY_UNIT_NAMES = {
    "yuan": Text("元", "yuan"),
    "ten_thousand_yuan": Text("万元", "x10,000 yuan"),
    "hundred_million_yuan": Text("亿元", "hundred million yuan"),
}
TEN_THOUSANDS = {"yuan": 1e-4, "ten_thousand_yuan": 1.0, "hundred_million_yuan": 1e4}  # of one unit
_PARTS = re.compile(r"[;；、,，\n]+")
BY_TEXT = {"practices": "title", "next_year": "action"}  # rows that are known by a text; their numbers only order them


@dataclass(frozen=True)
class Grade:
    """A grade of the rubric: its name, what it says, the evidence it needs, and other words people write for it."""

    name: Text
    says: Text
    evidence: Text
    others: tuple[str, ...] = ()


RUBRIC = {
    "not_begun": Grade(
        Text("未启动", "not begun"),
        Text("尚无工作安排", "no work is arranged yet"),
        Text("无需佐证", "none"),
        ("未开展", "没有开展", "尚未启动"),
    ),
    "under_way": Grade(
        Text("推进中", "under way"),
        Text("已有方案或开始实施，成效尚不明显", "there is a scheme or work has begun; results do not show yet"),
        Text("无需佐证文件，写明做了什么；有方案、通知的可附", "none; say what was done"),
        ("进行中", "正在推进", "推进", "部分达到"),
    ),
    "mostly": Grade(
        Text("基本达到", "mostly reached"),
        Text("目标的主要内容已实现，仍有缺口", "the main part of the target is there, a gap remains"),
        Text("工作总结或台账，写明覆盖面和缺口", "a report or register with what is covered and what is not"),
        ("基本完成", "基本实现", "基本达标"),
    ),
    "reached": Grade(
        Text("达到", "reached"),
        Text("目标的全部内容已实现", "the whole of the target is there"),
        Text("验收、批复、统计或检查材料，覆盖目标全部内容", "acceptance, statistics or inspection of all of it"),
        ("已达到", "达标", "已达标", "完成", "已完成", "实现"),
    ),
    "sustained": Grade(
        Text("达到并巩固", "reached and kept"),
        Text("已达到，并连续两年以上保持", "reached, and kept for two years or more"),
        Text("连续两年以上的验收、统计或检查材料", "such material of two years or more"),
        ("巩固", "达到并保持", "持续达到"),
    ),
}
assert tuple(RUBRIC) == GRADES


def needs_evidence(grade: str) -> bool:
    """Return whether a grade counts with evidence only: every one above under way."""
    return grade not in FREE_GRADES


def choice_names(column: str) -> dict[str, Text]:
    """Return the names of the values of a column with a fixed list; empty for any other column."""
    return {
        "state": {key: name for key, name in MEASURE_STATE_NAMES.items() if key != "not_reported"},
        "grade": {key: one.name for key, one in RUBRIC.items()},
        "helped": HELPED_NAMES,
        "money_unit": MONEY_UNIT_NAMES,
    }.get(column, {})


def other_words(column: str) -> dict[str, str]:
    """Return what people write for the values of a column besides their names; a person confirms these."""
    if column == "grade":
        return {word: key for key, one in RUBRIC.items() for word in one.others}
    if column == "state":
        said = {"not_begun": ("未开始", "未开展"), "under_way": ("推进中", "在建", "实施中", "正在实施")}
        said |= {"completed": ("完成", "办结", "已办结", "全部完成")}
        return {word: key for key, words in said.items() for word in words}
    if column == "helped":
        said = {"yes": ("是", "有作用", "有效果"), "no": ("否", "没有效果", "无作用")}
        said |= {"partly": ("部分", "有一定效果"), "unknown": ("不清楚", "待观察")}
        return {word: key for key, words in said.items() for word in words}
    return {}


def names_in(cell: Any) -> list[str]:
    """Return the names of files in a cell, each once."""
    return list(dict.fromkeys(part.strip() for part in _PARTS.split(str(cell)) if part.strip()))


def is_kept(cell: Any, kept: Collection[str]) -> bool:
    """Return whether one of the files a cell names is kept."""
    return any(name in kept for name in names_in(cell))


def label(table: str, row: Mapping[str, Any]) -> str:
    """Return what a row of a report is called among rows set aside: its table and what it is about."""
    if table in BY_TEXT:
        return f"{table}/{str(row[BY_TEXT[table]])[:60]}"
    own = [column for column in REPORT_TABLES[table].key if column not in ("plan", "ref_area", "department", "year")]
    return "/".join([table, *(str(row[column]) for column in own)])
