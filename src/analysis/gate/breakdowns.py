"""Words for sex, age, residence: which breakdown a label names."""

from __future__ import annotations

import re

from analysis.gate.texts import text, without_marks

TOTAL = "_T"
TOTAL_WORDS = ("合计", "总计", "全部", "小计", "总数", "全体", "total", "_t", "t", "all", "both sexes")
WORDS = {
    "sex": {
        "M": ("男", "男性", "男童", "男孩", "男生", "男婴", "男儿童", "male", "m", "boys", "men"),
        "F": ("女", "女性", "女童", "女孩", "女生", "女婴", "女儿童", "妇女", "female", "f", "girls", "women"),
    },
    "residence": {
        "U": ("城镇", "城市", "城区", "市区", "urban", "u"),
        "R": ("农村", "乡村", "镇村", "rural", "r"),
    },
}
_OF = re.compile(r"^(?:其中|内|#|—+|-+|·|:|\s)+[:：]?\s*")


def word(given: str) -> tuple[str, str] | None:
    """Return dimension and code of a label such as 女, 其中：女, 农村, 合计; None where it is no such label.

    合计 and its like are `("", "_T")`: the total of whatever dimension they stand in.
    """
    bare = _OF.sub("", without_marks(text(given))[0].strip("()（） ")).strip().lower()
    if bare in TOTAL_WORDS:
        return "", TOTAL
    for dimension, codes in WORDS.items():
        for code, words in codes.items():
            if bare in words:
                return dimension, code
    return None


def is_part(given: str) -> bool:
    """Return whether a label says that it is a part of the row above it: 其中：女."""
    return bool(re.match(r"^\s*(?:其中|内中)\s*[:：]?", text(given)))
