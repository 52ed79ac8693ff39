"""Codes of breakdowns and states with their labels in both languages."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang, Text
from analysis.schema import BREAKDOWNS, TOTAL

LABELS: dict[str, dict[str, Text]] = {
    "sex": {"M": Text("男", "Male"), "F": Text("女", "Female")},
    "residence": {"U": Text("城镇", "Urban"), "R": Text("农村", "Rural")},
    "age": {
        "Y0T4": Text("0—4岁", "0-4"),
        "Y5T9": Text("5—9岁", "5-9"),
        "Y10T14": Text("10—14岁", "10-14"),
        "Y15T17": Text("15—17岁", "15-17"),
    },
    "group": {},
}
STATUS_LABELS = {
    "A": Text("正常", "Normal value"),
    "P": Text("初步", "Provisional"),
    "B": Text("口径变化", "Break in definition"),
    "E": Text("估计", "Estimated"),
    "M": Text("缺报", "Missing"),
    "C": Text("不公开", "Confidential"),
    "S": Text("特殊事件", "Special event"),
}
_ALL = Text("合计", "total")


def breakdown_name(dimension: str, code: str) -> Text:
    """Return the name of a breakdown code in both languages; a code without one is its own name."""
    return _ALL if code == TOTAL else LABELS.get(dimension, {}).get(code, Text(code, code))


def group_name(codes: Sequence[str], lang: Lang) -> str:
    """Return the names of a row's breakdown codes, in the order of `BREAKDOWNS`; totals are left out."""
    named = [breakdown_name(name, code)(lang) for name, code in zip(BREAKDOWNS, codes, strict=True) if code != TOTAL]
    return "、".join(named) or _ALL(lang)
