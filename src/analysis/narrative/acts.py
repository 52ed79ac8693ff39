"""What is asked of a department about a problem: an act somebody can take, chosen by the kind of the problem.

No act repeats the target: that a rate is to fall is known already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analysis.exceptions import Lang, Text
from analysis.narrative.facts import GRAVE, AlertFact, TargetFact
from analysis.narrative.problems import Problem


def grave_part(problem: Problem) -> Problem:
    """Return a problem without its milder alerts, which stand in a table of their own."""
    return Problem(tuple(one for one in problem.alerts if one.level in GRAVE) or problem.alerts)


@dataclass(frozen=True)
class _Act:
    fits: Callable[[TargetFact], bool]
    said: Text


def _money(fact: TargetFact) -> bool:
    return fact.unit.endswith("yuan")


def _single_cases(fact: TargetFact) -> bool:
    return fact.less_is_better and bool(fact.count.zh)


def _unsteady(fact: TargetFact) -> bool:
    return fact.at_target is True and fact.timing != "due"


_ACTS = (  # the first that fits counts
    _Act(
        lambda one: one.by_unit,
        Text("查明未达到的单位和对象，列出名单逐一落实", "list the units and people not reached, one by one"),
    ),
    _Act(
        lambda one: _money(one) and not one.less_is_better,
        Text(
            "测算补足差额所需资金，提出预算安排和到位时间",
            "work out the money lacking, with budget and date",
        ),
    ),
    _Act(
        _single_cases,
        Text("逐例核查，提出可以预防的环节和责任单位", "review each case: what could be prevented, by whom"),
    ),
    _Act(
        lambda one: one.group == "missed",
        Text("说明未达标的原因，提出补救措施和时间", "say why it was missed, and how and when it is made up"),
    ),
    _Act(
        _unsteady,
        Text(
            "核对数据和口径，查明近年波动的来源，提出巩固措施",
            "check data and definition, explain the swings",
        ),
    ),
    _Act(
        lambda one: not one.numeric,
        Text(
            "分析与对照年份相比的变化，提出针对措施",
            "look into the change since the base years",
        ),
    ),
    _Act(
        lambda one: bool(one.people_asked.zh) and not one.less_is_better,
        Text("将差额分解到单位和年度，报送进度", "divide what is lacking among units and years"),
    ),
    _Act(
        lambda one: one.less_is_better,
        Text("按单位分解控制数，从比例最高的单位做起", "set a ceiling for each unit, the highest first"),
    ),
    _Act(
        lambda one: True,
        Text("按单位查明差距，提出分年度安排", "find the gap of each unit, propose yearly steps"),
    ),
)


def act(fact: TargetFact, lang: Lang) -> str:
    """Return what is asked for about one target."""
    return next(one.said(lang) for one in _ACTS if one.fits(fact))


def acts(targets: Sequence[TargetFact], lang: Lang, most: int = 2) -> str:
    """Return what is asked for about the targets of a problem, the gravest first, each act once."""
    found = list(dict.fromkeys(act(one, lang) for one in targets))[:most]
    return ("；" if lang == "zh" else "; ").join(found)


def milder(alerts: Sequence[AlertFact]) -> list[AlertFact]:
    """Return the yellow and blue alerts, one an indicator, without those whose indicator is red or orange elsewhere."""
    grave = {one.target.indicator for one in alerts if one.level in GRAVE}
    rest: dict[str, AlertFact] = {}
    for level in ("yellow", "blue"):
        for one in alerts:
            if one.level == level and one.target.indicator not in grave:
                rest.setdefault(one.target.indicator or one.target.id, one)
    return list(rest.values())
