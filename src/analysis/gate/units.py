"""Units as people write them: the same unit, one of the same kind by a power of ten, or another one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.formats import SCALE, UNIT_NAMES, base_unit, unit_name
from analysis.gate.texts import text

_SHARES = {
    "percent": ("%", "％", "百分比", "百分数", "百分之", "percent", "pct", "per cent"),
    "per_1000": ("‰", "千分比", "千分之", "千分之一", "1/1000", "1/千", "/千", "/1000", "per 1000", "per 1,000"),
    "per_10000": ("1/万", "/万", "1/10000", "万分之", "万分之一", "每万人", "per 10000", "per 10,000"),
    "per_100000": ("1/10万", "/10万", "1/100000", "1/十万", "/十万", "十万分之", "十万分之一", "人/10万",
                   "每10万人", "每十万人", "1/10万人", "per 100000", "per 100,000"),
}  # fmt: skip
_TENS = {"": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_PEOPLE = ("人", "名", "位", "个人", "persons", "person", "people", "count", "个", "例", "例死亡")
_WORDS = frozenset(
    (
        "人次",
        "元",
        "岁",
        "周岁",
        "年",
        "所",
        "张",
        "件",
        "户",
        "家",
        "次",
        "场",
        "处",
        "小时",
        "天",
        "平方米",
        "公里",
        "册",
        "支",
    )
    + ("套", "辆", "起", "名/千人", "张/千人", "个/千人", "厘米", "千克", "对", "课时", "个百分点", "比值")
)
_AREA = {"㎡": "平方米", "m2": "平方米", "m²": "平方米", "平米": "平方米"}


@dataclass(frozen=True)
class Measure:
    """A unit: its kind (what is counted) and how many of the kind's own unit one of it is."""

    kind: str
    factor: float


def measure(written: str) -> Measure | None:
    """Return the unit a text names; None for an empty text.

    Parameters
    ----------
    written : str
        A code of `formats`, or a unit as a table names it: %, ‰, 1/10万, 万人, 人, 亿元.
    """
    name = text(written).strip("()[]（）").replace(" ", "").lower().removeprefix("单位:").removeprefix("单位")
    if not name:
        return None
    code = base_unit(name)
    for share, names in _SHARES.items():
        if code == share or name in {one.replace(" ", "") for one in names}:
            return Measure("share", 1 / SCALE[share])
    if name in UNIT_NAMES:
        name = unit_name(name)
    tens, rest = _parted(name)
    rest = _AREA.get(rest, rest)
    return Measure("people" if rest in _PEOPLE else rest, _TENS[tens])


def _parted(name: str) -> tuple[str, str]:
    found = re.match(r"^(十万|百万|千万|十|百|千|万|亿)(?=.)", name)
    return (found[1], name[found.end() :]) if found else ("", name)


@lru_cache(maxsize=1 << 12)
def factor(found: str, wanted: str) -> float | None:
    """Return by what a value in the unit `found` is multiplied to be in `wanted`; None where they are of two kinds.

    A unit that says nothing is the one wanted: 1.
    """
    if not text(found) or _same(found, wanted):
        return 1.0
    given, own = measure(found), measure(wanted)
    if given is None or own is None:
        return 1.0
    if given.kind != own.kind:
        return None
    ratio = given.factor / own.factor
    return float(f"{ratio:.12g}")


def _same(found: str, wanted: str) -> bool:
    name = text(found).strip("()")
    units = {wanted, base_unit(wanted)}
    return name in units | {
        text(one) for unit in units for one in (*UNIT_NAMES.get(unit, ()), unit_name(unit), unit_name(unit, "en"))
    }


def count_factor(sign: str) -> float | None:
    """Return what one of the word behind a count is: 10,000 for 万 and 万人, 1 for 名, 所 and no word.

    None where the word is a share, or no unit at all.
    """
    word = f"{sign}人" if sign in _TENS else sign
    found = measure(word)
    return found.factor if found is not None and found.kind != "share" and is_unit(word) else None


def is_unit(written: str) -> bool:
    """Return whether a text is surely a unit: a share, or a counting word with or without a power of ten."""
    found = measure(written)
    return found is not None and (found.kind in ("share", "people") or found.kind in _WORDS)
