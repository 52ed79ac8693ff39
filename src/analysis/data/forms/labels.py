"""Codes of breakdowns and states with their labels in both languages."""

from __future__ import annotations

from analysis.exceptions import Text
from analysis.schema.tables import OBS_STATUSES

LABELS = {
    "sex": {"M": "男", "F": "女"},
    "residence": {"U": "城镇", "R": "农村"},
    "age": {"Y0T4": "0—4岁", "Y5T9": "5—9岁", "Y10T14": "10—14岁", "Y15T17": "15—17岁"},
    "group": {},
}
STATUS_LABELS = {"A": "正常", "P": "初步", "B": "口径变化", "E": "估计", "M": "缺报", "C": "不公开", "S": "特殊事件"}
LABELS_EN = {
    "sex": {"M": "Male", "F": "Female"},
    "residence": {"U": "Urban", "R": "Rural"},
    "age": {"Y0T4": "0-4", "Y5T9": "5-9", "Y10T14": "10-14", "Y15T17": "15-17"},
    "group": {},
}
STATUS_LABELS_EN = {
    "A": "Normal value", "P": "Provisional", "B": "Break in definition", "E": "Estimated", "M": "Missing",
    "C": "Confidential", "S": "Special event",
}  # fmt: skip


def breakdown_name(dimension: str, code: str) -> Text:
    """Return the name of a breakdown code in both languages; a code without one is its own name."""
    return Text(LABELS.get(dimension, {}).get(code, code), LABELS_EN.get(dimension, {}).get(code, code))


assert set(STATUS_LABELS) == set(OBS_STATUSES)
