"""How a plan and a target show themselves: in a notebook as a table and a small chart, in a terminal as lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from analysis import sketch
from analysis.exceptions import Lang
from analysis.formats import MISSING, SCALE, amount, plain, whole
from analysis.plan.clause_words import GAP_DIMENSIONS, MANNERS, soft_word
from analysis.schema import TOTAL

if TYPE_CHECKING:
    from analysis.plan.model import Indicator, Plan
    from analysis.plan.targets import Target

BOUNDS = ("<", "<=", ">", ">=", "=")
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "down": "↓", "up": "↑", "narrow": "⇥⇤", "done": "✓"}


def table(rows: Sequence[tuple[str, str]], caption: str) -> str:
    """Return two columns of text as an HTML table, every cell escaped."""
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f'<table><caption style="text-align:left"><b>{escape(caption)}</b></caption><tbody>{body}</tbody></table>'


def lines(rows: Sequence[tuple[str, str]], caption: str) -> str:
    """Return the same rows as they are printed in a terminal."""
    return "\n".join([caption, *(f"  {name}  {value}" for name, value in rows)])


def counted(indicator: Indicator, n: float | None, lang: Lang) -> str:
    """Return a count of what an indicator counts, whole and without its sign: 32人, 3所学校, 1 school, 不足1人.

    Parameters
    ----------
    indicator : Indicator
        `count_unit` names the unit, in English singular/plural.
    n : float, optional
        Number of people (schools, beds, ...); unknown gives a dash. The caller sees to it that it counts the whole
        group, not a sample.
    lang : zh or en

    Returns
    -------
    str
    """
    text = whole(n, lang)
    if text == MISSING:
        return text
    return in_units(indicator, text, lang, text in ("1", "less than 1"))


def in_units(indicator: Indicator, text: str, lang: Lang, single: bool = False) -> str:
    """Return a count as text with the unit an indicator counts in, in English that of one or of many."""
    if lang == "zh":
        return text + indicator.count_unit.zh
    one, _, many = indicator.count_unit.en.partition("/")
    return f"{text} {one if single or not many else many}"


def plan_rows(plan: Plan, lang: Lang) -> list[tuple[str, str]]:
    """Return what a plan is, name by name."""
    zh = lang == "zh"
    numbers = sum(target.value is not None for target in plan.targets)
    targets = f"{len(plan.targets)}（含数值 {numbers}）" if zh else f"{len(plan.targets)} ({numbers} with a number)"
    return [
        ("编号" if zh else "Id", plan.id),
        ("地区" if zh else "Area", f"{plan.area_name(lang)} {plan.area}"),
        ("年份" if zh else "Years", f"{plan.start_year}—{plan.end_year}"),
        ("基期" if zh else "Baseline", str(plan.baseline_year)),
        ("评估节点" if zh else "Milestones", "、".join(map(str, plan.milestones))),
        ("主要目标" if zh else "Goals", str(len(plan.goals))),
        ("策略措施" if zh else "Measures", str(len(plan.measures))),
        ("具体目标" if zh else "Targets", targets),
        ("指标" if zh else "Indicators", str(len(plan.indicators))),
    ]


def plan_html(plan: Plan, lang: Lang = "zh") -> str:
    """Return a plan as a table, and how many targets each domain has as bars."""
    domain = {one.id: one.domain for one in plan.goals} | {one.id: one.domain for one in plan.measures}
    counts = [
        (one.title(lang), sum(domain[target.parent] == one.id for target in plan.targets)) for one in plan.domains
    ]
    title = "各领域具体目标条数" if lang == "zh" else "Targets by domain"
    chart = sketch.bars(counts, title, 150 if lang == "zh" else 230)
    return f"<div>{table(plan_rows(plan, lang), plan.title(lang))}<p>{escape(title)}</p>{chart}</div>"


def target_rows(target: Target, lang: Lang) -> list[tuple[str, str]]:
    """Return what a target asks for, name by name."""
    zh = lang == "zh"
    year = MISSING if target.year is None else str(target.year)
    if target.year_assumed:
        year += "（原文未注明，按规划末年）" if zh else " (assumed: none is named)"
    whom = "、".join(code for code in target.breakdown if code != TOTAL)
    rows = [
        ("条款" if zh else "Clause", target.clause),
        ("类型" if zh else "Kind", target.title(lang)),
        ("指标" if zh else "Indicator", target.indicator or MISSING),
        ("要求" if zh else "Asks for", asked(target, lang)),
        ("年份" if zh else "Year", year),
        ("基期" if zh else "Baseline", "" if target.baseline_year is None else str(target.baseline_year)),
        ("对象" if zh else "Whom", whom),
        ("检验方式" if zh else "Tested", MANNERS[target.manner](lang) if target.manner else ""),
        (
            "差距" if zh else "Gap",
            ("、" if zh else ", ").join(GAP_DIMENSIONS[one](lang) for one in target.gap_dimensions),
        ),
        ("约束" if zh else "Strength", _strength(target, zh)),
        ("编号" if zh else "Id", target.id),
    ]
    return [row for row in rows if row[1]]


def _strength(target: Target, zh: bool) -> str:
    if target.strength != "soft":
        return ""
    return (soft_word(target.text.zh) or "软性") if zh else "soft"


def asked(target: Target, lang: Lang) -> str:
    """Return the comparison and the value, such as `≤ 5.5‰`; a range as `35.0—40.0%`."""
    numbers = [value for value in (target.value, target.value_upper) if value is not None]
    digits = max((_digits(value, target.unit) for value in numbers), default=0)
    size = "—".join([*(plain(value, digits) for value in numbers[:-1]), *_last(numbers, target.unit, lang, digits)])
    within = target.value_upper is not None and target.comparison in BOUNDS  # both ends are given: no sign
    sign = "" if within else _SIGNS.get(target.comparison, target.comparison)
    return f"{sign} {size}".strip() or MISSING


def _last(numbers: Sequence[float], unit: str, lang: Lang, digits: int) -> list[str]:
    return [amount(value, unit, lang, digits) for value in numbers[-1:]]


def _digits(value: float, unit: str) -> int:
    if unit not in SCALE and float(value).is_integer():
        return 0
    return 1 if round(value, 1) == round(value, 4) else 2


def target_html(target: Target, lang: Lang = "zh") -> str:
    """Return a target as a table, and for a bound the side of it that meets the target as a small chart."""
    chart = _sides(target, lang) if target.value and target.comparison in ("<", "<=", ">", ">=") else ""
    return f"<div>{table(target_rows(target, lang), target.text(lang))}{chart}</div>"


def _sides(target: Target, lang: Lang) -> str:
    """Return a line of values, the part that meets the target in colour."""
    assert target.value is not None
    middle, good = 130.0, sketch.ACCENT
    left, right = (good, sketch.GREY) if target.lower_is_better else (sketch.GREY, good)
    words = "达到目标" if lang == "zh" else "meets the target"
    parts = [
        sketch.rectangle(10, 24, middle - 10, 8, left),
        sketch.rectangle(middle, 24, 120, 8, right),
        sketch.rectangle(middle - 1, 18, 2, 20, sketch.TARGET),
        sketch.text(middle, 13, asked(target, lang), "middle", sketch.TARGET),
        sketch.text(middle - 60 if target.lower_is_better else middle + 60, 48, words, "middle", good),
    ]
    return sketch.svg(260, 54, parts, f"{asked(target, lang)} {words}")
