"""`plan.yaml`: the head of a plan, its years whole numbers that fit together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from analysis.exceptions import Fault, Text, Where
from analysis.places import shown
from analysis.plan.files import text_of

KEYS = ("id", "title_zh", "title_en", "area", "start_year", "end_year", "baseline_year", "milestones", "domains")
_YEARS = ("start_year", "end_year", "baseline_year")
_LISTS = {
    "domains": ({"id", "title_zh", "title_en"}, set()),
    "sources": ({"id", "title", "publisher", "date"}, {"address"}),
}


def read_head(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    """Return what `plan.yaml` says, and every fault of it.

    Parameters
    ----------
    path : the file; UTF-8 or GB18030

    Returns
    -------
    head : the keys as written; not to be used where there are faults
    faults : missing keys, years that are no whole numbers or do not fit together, incomplete domains and sources
    """
    file = shown(path)
    try:
        head = yaml.safe_load(text_of(path)) or {}
    except yaml.YAMLError as error:
        return {}, [_unreadable(error, file)]
    if not isinstance(head, dict):
        return {}, [_no_keys(file)]
    missing = [key for key in KEYS if key not in head]
    faults = [_missing(missing, file)] if missing else []
    faults += [_no_year(key, head[key], file) for key in _YEARS if key in head and not _whole(head[key])]
    faults += _milestones(head, file)
    for key, (needed, optional) in _LISTS.items():
        faults += _entries(head.get(key), key, needed, optional, file)
    return head, faults or _years_that_clash(head, file)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _milestones(head: dict[str, Any], file: str) -> list[Fault]:
    years = head.get("milestones", [2030])
    if isinstance(years, list) and years:
        return [_no_year("milestones", year, file) for year in years if not _whole(year)]
    return [_no_year("milestones", years, file, "年份列表，如 [2025, 2030]", "a list of years such as [2025, 2030]")]


def _years_that_clash(head: dict[str, Any], file: str) -> list[Fault]:
    start, end, base = (head[key] for key in _YEARS)
    faults = []
    if start > end:
        faults.append(
            _clash("end_year", end, file, f"不早于 start_year（{start}）", f"not before start_year ({start})")
        )
    if base > start:
        faults.append(
            _clash("baseline_year", base, file, f"不晚于 start_year（{start}）", f"not after start_year ({start})")
        )
    for year in head["milestones"]:
        if start <= end and not start <= year <= end:
            faults.append(_clash("milestones", year, file, f"{start}—{end} 年之间", f"within {start}-{end}"))
    return faults


def _entries(given: Any, key: str, needed: set[str], optional: set[str], file: str) -> list[Fault]:
    """Return the faults of a list of entries, each a mapping with the `needed` names and perhaps the `optional`."""
    if given is None and key != "domains":
        return []
    entries = given if isinstance(given, list) else [given]
    right = ", ".join(sorted(needed | optional))
    return [
        Fault(
            Text(f"{key} 第 {number} 项：{entry}", f"entry {number} of {key}: {entry}"),
            Where(file=file, item=key),
            Text(f"每项含：{right}", f"each entry has: {right}"),
            Text("请补全或更正该项。", "Complete or correct the entry."),
        )
        for number, entry in enumerate(entries, 1)
        if given is not None and not (isinstance(entry, dict) and needed <= set(entry) <= needed | optional)
    ]


def _no_year(
    key: str, value: object, file: str, zh: str = "整数年份，如 2020", en: str = "a whole year, such as 2020"
) -> Fault:
    found = ("空值", "no value") if value in (None, "", []) else (f"“{value}”", f"'{value}'")
    return Fault(
        Text(*found),
        Where(file=file, item=key),
        Text(zh, en),
        Text(f"请将 {key} 改为整数年份，不带“年”字。", f"Write {key} as whole years, without further signs."),
    )


def _clash(key: str, year: int, file: str, zh: str, en: str) -> Fault:
    return Fault(
        Text(f"{key}：{year}", f"{key}: {year}"),
        Where(file=file, item=key),
        Text(zh, en),
        Text("请核对规划的起止年份、基期和节点。", "Check first and last year, baseline and milestones of the plan."),
    )


def _missing(missing: list[str], file: str) -> Fault:
    return Fault(
        Text(f"缺少 {'、'.join(missing)}", f"no {', '.join(missing)}"),
        Where(file=file),
        Text(f"键：{'、'.join(KEYS)}", f"the keys {', '.join(KEYS)}"),
        Text("请补全后重新运行。", "Add them and run again."),
    )


def _no_keys(file: str) -> Fault:
    return Fault(
        Text("内容不是“键: 值”的形式", "no keys with values"),
        Where(file=file),
        Text(f"键：{'、'.join(KEYS)}", f"the keys {', '.join(KEYS)}"),
        Text("请按已有规划的 plan.yaml 填写。", "Take the plan.yaml of another plan as a pattern."),
    )


def _unreadable(error: yaml.YAMLError, file: str) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "not YAML"
    return Fault(
        Text(f"YAML 格式有误（{problem}）", f"not YAML ({problem})"),
        Where(file=file, row=None if mark is None else mark.line + 1),
        Text("成对的引号、半角冒号和一致的缩进", "quotes in pairs, plain colons and even indentation"),
        Text("请核对该行及其上一行。", "Check that line and the one above it."),
    )
