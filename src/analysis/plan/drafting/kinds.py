"""Which kind of target a value is, with its comparison, by the words before and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.plan.drafting.found import ASK, LIKELY, Asked
from analysis.plan.drafting.heads import Head
from analysis.plan.drafting.measures import TIMES, unit_of
from analysis.plan.drafting.numerals import Numeral
from analysis.plan.drafting.words import AFTER, lower_is_better
from analysis.plan.targets import PLAIN_BOUNDS

RATES = ("percent", "per_1000", "per_10000", "per_100000")
_LEVELS = (*RATES, "persons_per_1000", "beds_per_1000", "places_per_1000", "per_100_females", "ratio", "years_of_age")
_MEANS = ("hours", "minutes", "years", "micrograms_per_m3")  # of a mean; counted where it is a project's
_UNIT_OF = re.compile(r"以(?P<who>[^，。；]{1,16}?)为单位")
_SUBUNITS = (
    ("street", "乡|镇|街道"),
    ("county", "县|区|旗"),
    ("city", "市|州"),
    ("school", "学校|中学|小学|园"),
    ("village", "村|社区"),
)


@dataclass(frozen=True)
class Period:
    """First and last year of a plan, and the year its changes are counted from."""

    first: int
    last: int
    base: int


def asked(name: str, one: Numeral, head: Head, after: str, year: int | None, sentence: str, period: Period) -> Asked:
    """Return the target of a value.

    Parameters
    ----------
    name : str
        What is measured.
    one : Numeral
        The value.
    head : Head
        The words before it.
    after : str
        The words behind it.
    year : int, optional
        The year it is due; None where the sentence names none.
    sentence : str
        Its own sentence.
    period : Period
        Of the plan.
    """
    found = Asked(name, "", "", sentence, one.value, one.upper, year=year, soft=head.soft, numerals=(one.start,))
    if one.unit == "%" and "占" in name and not re.search("(?:率|比例|比重|占比)$", name):
        name = found.name = f"{name}的比例"
    if head.change and _change(found, one, head, period):
        return found
    if one.unit in ("番", "倍"):
        return _multiple(found, one, head, period)
    found.unit = unit_of(one, name, head.per)
    size = TIMES.get(one.unit, 1)
    found.value, found.upper = one.value * size, None if one.upper is None else one.upper * size
    near = _compare(found, one, head, after)
    _bound(
        found,
        head,
        sentence,
        re.match(r"(?:及?以[上下内])?，?并(?:长期|始终|继续)?(?:保持|稳定|维持)", after) is not None,
    )
    if near and found.upper is None:
        _about(found)
    own = re.split("[，。；]", sentence[: one.start])[-1]
    if found.kind == "milestone" and found.unit != "percent" and re.search("每年|每学年", own) and "平均" not in own:
        found.kind = "yearly_amount"
        found.doubt(LIKELY, "原文为每年的数量，规划期内逐年评判。")
    return found


def _about(found: Asked) -> None:
    """Make a level that is to be about right of that kind; of a project say so."""
    if found.kind in (*PLAIN_BOUNDS, "reach_and_hold"):
        found.kind = "approximate"
        found.comparison = "<=" if found.comparison in ("<", "<=") else ">="
        found.doubt(LIKELY, "原文为“左右”，按近似值评判；好于该值也算达到，须两侧都算时比较方式选“=”。")
    else:
        found.doubt(LIKELY, "原文为“左右”，是近似值；按该值本身评判。")


def _change(found: Asked, one: Numeral, head: Head, period: Period) -> bool:
    """Make a target a change, where its words say one; return whether they did."""
    falls = head.change == "fall"
    base = head.baseline or period.base
    if one.unit in ("个百分点", "百分点", "个千分点"):
        found.kind, found.unit, found.baseline = "yearly_change_band", unit_of(one, found.name), base
        found.comparison = "down" if falls else "up"
        if not head.yearly:
            years = (found.year or period.last) - base
            found.doubt(LIKELY, f"原文为{years}年共变动{one.text}，折算为每年平均；按基期以来平均每年的变动检验。")
            found.value = round(one.value / years, 4) if years > 0 else one.value
            found.upper = round(one.upper / years, 4) if one.upper is not None and years > 0 else one.upper
    elif one.unit == "%" and head.slower:
        found.kind, found.comparison, found.unit, found.baseline = (
            "growth_rate_change",
            "<=",
            "percent_of_baseline",
            base,
        )
    elif one.unit == "%" and head.yearly and not falls:
        found.kind, found.comparison, found.unit, found.baseline = "compound_growth", ">=", "percent_per_year", base
    elif one.unit == "%":
        found.kind, found.unit, found.baseline = "relative_to_baseline", "percent_of_baseline", base
        found.comparison = "<=" if falls else ">="
        if head.yearly:
            years = (found.year or period.last) - base
            found.value = round(100 * (1 - (1 - one.value / 100) ** years), 2)
            found.doubt(ASK, f"原文为每年{head.word}{one.text}，折算为{years}年共下降的百分比，请核对。")
        elif head.baseline is None and re.search("率$|比例$|占比$", found.name):
            found.doubt(ASK, "原文没有写明与何年相比；也可能是指百分点。")
    else:
        return _added(found, one, head, base, period)
    if head.baseline in (None, 0):
        found.doubt(LIKELY if found.sure != ASK else ASK, f"原文未写明基期年份，取{base}年。")
    return True


def _added(found: Asked, one: Numeral, head: Head, base: int, period: Period) -> bool:
    """Make a rise by a size (新增3所) a milestone; a fall or rise of a rate by its own unit a yearly change."""
    unit = unit_of(one, found.name, head.per)
    if unit in _LEVELS and unit != "percent" and one.unit not in ("倍", "番"):
        years = (found.year or period.last) - base
        found.kind, found.unit, found.baseline = "yearly_change_band", unit, base
        found.comparison = "down" if head.change == "fall" else "up"
        if not head.yearly and years > 0:
            found.value = round(one.value / years, 4)
        found.doubt(ASK, "按单位变动的目标，折算为每年平均，请核对。")
        return True
    if head.change == "fall":
        found.doubt(ASK, "原文为减少的数量，请核对类型和比较方式。")
    return False


def _multiple(found: Asked, one: Numeral, head: Head, period: Period) -> Asked:
    """Make 翻一番, N倍 a change relative to the baseline."""
    found.kind, found.comparison, found.unit = "relative_to_baseline", ">=", "percent_of_baseline"
    found.baseline = head.baseline or period.base
    if one.unit == "番":
        found.value = 100 * (2**one.value - 1)
    else:
        total = head.comparing in ("up", "down")
        found.value = 100 * (one.value - 1 if total and one.value > 1 else one.value)
        found.doubt(LIKELY, "“倍”按原文用词折算为较基期增长的百分比，请核对。")
    if head.baseline in (None, 0):
        found.doubt(LIKELY, f"原文未写明基期年份，取{found.baseline}年。")
    return found


def _compare(found: Asked, one: Numeral, head: Head, after: str) -> bool:
    """Set the comparison by the words before and after the value; return whether they say it is only about right."""
    behind = AFTER.match(after)
    over, under = bool(behind and behind.group("over")), bool(behind and behind.group("under"))
    near, between = bool(behind and behind.group("near")), bool(behind and behind.group("between"))
    if one.upper is not None:
        found.comparison = "<=" if lower_is_better(found.name) else ">="
        if not between and found.comparison == ">=":
            found.doubt(LIKELY, "原文给出一个区间，记为一条目标，两端都算。")
        return near
    if head.comparing in ("nb", "na", "a", "b") and not (head.comparing == "na" and over):
        found.comparison = {"nb": ">=", "na": "<=", "a": ">", "b": "<"}[head.comparing]
    elif over or under:
        strict = under and head.comparing == "down"
        found.comparison = ">=" if over else "<" if strict else "<="
        if strict:
            found.why.append(f"“降至”从严理解，不含{one.text}本身。")
    elif head.comparing == "down":
        found.comparison = "<="
    elif one.unit == "%" and one.value == 100:
        found.comparison = ">="
    elif found.unit not in _LEVELS and not re.search("死亡|案件|事故|犯罪|缺口", found.name):
        found.comparison = ">="  # what is counted is done, not held down
    elif head.comparing == "hold" or not head.comparing:
        found.comparison = "<=" if lower_is_better(found.name) else ">="
    else:
        found.comparison = ">="
        if lower_is_better(found.name) and found.unit in RATES:
            found.comparison = "<="
            found.doubt(ASK, "“达到”用于越低越好的指标，方向请核对。")
    return near


def _bound(found: Asked, head: Head, sentence: str, kept: bool) -> None:
    """Set the kind of a value that is no change."""
    whole = found.unit == "percent" and found.value == 100 and found.comparison in (">=", "=")
    unit = _UNIT_OF.search(sentence)
    each = re.match(r"(?:各|每个?|所有)(?P<who>[^率]{1,10}?)(?:的|适龄|儿童|妇女|学生|居|村)", found.name)
    if unit or (each and found.unit in RATES and re.search("率|比例", found.name)):
        found.kind, found.subunit = "every_subunit", _subunit((unit or each).group("who"))  # type: ignore[union-attr]
    elif head.comparing == "hold" or kept:
        found.kind = "reach_and_hold"
    elif whole:
        found.kind = "milestone"
    elif found.unit in _LEVELS or (found.unit in _MEANS and head.comparing) or _is_level(found, sentence):
        found.kind = "undated_bound" if found.year is None else _dated(found.comparison)
    else:
        found.kind = "milestone"
    if found.upper is not None and found.kind in ("upper_bound", "lower_bound"):
        found.kind = _dated(found.comparison)


def _is_level(found: Asked, sentence: str) -> bool:
    """Return whether a number is that of each person or place: a mean, an allowance, not the total of a project."""
    paid = "每人|每月|标准|生活费|补贴|津贴|收入|工资|待遇"
    if found.unit in ("yuan", "ten_thousand_yuan") and re.search(paid, f"{found.name}，{sentence}"[:60]):
        return True
    return re.search("人均|生均|户均|平均", found.name) is not None


def _dated(comparison: str) -> str:
    return "upper_bound" if comparison in ("<", "<=") else "lower_bound"


def _subunit(who: str) -> str:
    return next((code for code, words in _SUBUNITS if re.search(words, who)), "subunit")
