"""What the public edition of a document says of the values it does not publish, and why."""

from __future__ import annotations

from analysis.data.disclosure import THRESHOLD
from analysis.exceptions import Lang, Text
from analysis.narrative.facts import Facts

_FEW = f"1—{THRESHOLD - 1}", f"1 to {THRESHOLD - 1}"
RULE = Text(
    f"为保护儿童个人信息，公开版不公布背后为{_FEW[0]}人（次）的单元格（占比类指标还包括未发生人数为{_FEW[0]}人的）；"
    f"为使其不能由合计与分项推算得出，也不公布部分相关的单元格，包括本地区合计中的小数值。",
    f"To protect the children behind them, cells of {_FEW[1]} events (of shares, also of {_FEW[1]} people without the "
    "event) are not published in this public edition; nor are some related cells, small totals of the area among "
    "them, from which they could be worked out.",
)
_BESIDE = Text(
    "凡依据不公布数值的预测、比较、检验和排名均不列出。",
    "Forecasts, comparisons, tests and ranks that rest on values not published are left out.",
)


def suppression(facts: Facts, lang: Lang) -> list[str]:
    """Return the paragraphs on what is not published and why; none but in a public edition.

    How many of the cells are small, and how many were hidden to protect those, is not said: where all are small,
    each would be known to be.
    """
    known = facts.suppressed
    if known is None:
        return []
    if not known.cells:
        none = Text("本次没有需要保密的单元格。", " In this edition there was none.")
        return [(RULE.zh + none.zh) if lang == "zh" else RULE.en + none.en]
    cells = facts.values.count("suppressed/cells", known.cells)
    one = known.cells == 1
    if lang == "zh":
        said = f"{'全部' if known.all else '共'}{cells}个单元格不公布。"
    else:
        said = f" {'All ' if known.all and not one else ''}{cells} {'cell is' if one else 'cells are'} not published."
    return [RULE(lang) + said, _targets(facts, lang)]


def _targets(facts: Facts, lang: Lang) -> str:
    named = [
        fact.text(lang).rstrip("。.")
        for fact in facts.targets
        if facts.suppressed and fact.id in facts.suppressed.targets
    ]
    if not named:
        none = Text("没有目标的判定依据这些单元格。", "No target's verdict rests on them. ")
        return none.zh + _BESIDE.zh if lang == "zh" else none.en + _BESIDE.en
    count = facts.values.count("suppressed/targets", len(named))
    if lang == "zh":
        return f"{count}条目标的判定依据这些单元格，公开版不作判定：{'；'.join(named)}。{_BESIDE.zh}"
    one = "verdict of {} target rests on them and is"
    rests = one if len(named) == 1 else "verdicts of {} targets rest on them and are"
    return f"The {rests.format(count)} withheld: {'; '.join(named)}. {_BESIDE.en}"
