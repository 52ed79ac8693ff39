"""The summary page in sentences: what was missed, the weak points as rows, what is to be decided."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang
from analysis.formats import MISSING
from analysis.narrative.facts import Facts, TargetFact
from analysis.narrative.problems import Problem
from analysis.narrative.weaving import SEPARATE, joined, listed

_ORDINAL = {"zh": ("一是", "二是", "三是"), "en": ("first, ", "second, ", "third, ")}


def missed(facts: Facts, lang: Lang) -> str:
    """Return the line of the summary on the targets that were missed, each with value and target; empty for none."""
    said = [_missed(one, lang) for one in facts.due if one.group == "missed"]
    return ("未达标：" if lang == "zh" else "Missed: ") + joined(said, lang) if said else ""


def _missed(fact: TargetFact, lang: Lang) -> str:
    count = fact.counted.events(lang) or fact.count(lang)
    if lang == "zh":
        asked = f"{'要求折算为' if fact.worked_out else '目标'}{fact.bound.zh}"
        return f"{fact.name.zh}{fact.latest.zh}（{f'{count}，' if count else ''}{asked}）"
    return f"{fact.name.en} {fact.latest.en} ({f'{count}, ' if count else ''}target {fact.bound.en})"


def weak_point(problem: Problem, lang: Lang, end_year: int) -> tuple[str, str, str, str, str]:
    """Return a row of the table of weak points: what, value, target, what is lacking, lead department."""
    facts = problem.targets[:2]
    between, zh = SEPARATE[lang][0], lang == "zh"
    names = listed((one.name(lang) for one in facts), lang)
    more = "等" if len(problem.targets) > len(facts) and zh else ""
    title = problem.title(lang)
    if title == facts[0].theme_title(lang):
        title += f"：{names}{more}" if zh else f": {names}"
    return (
        title,
        between.join(_now(one, lang) for one in facts),
        _asked(facts, lang, end_year),
        between.join(filter(None, (_to_go(one, lang) for one in facts))) or MISSING,
        listed((one(lang) for one in problem.departments), lang),
    )


def _now(fact: TargetFact, lang: Lang) -> str:
    """Return a last value for a narrow cell: of sub-units that of the weakest, by its name."""
    if fact.by_unit:
        return f"{fact.weakest(lang)}{'：' if lang == 'zh' else ': '}{fact.value(lang)}"
    return fact.latest(lang)


def _to_go(fact: TargetFact, lang: Lang) -> str:
    """Return what is lacking, in people where they are known."""
    if fact.at_target:
        return ""
    lacking = fact.counted.lacking(lang)
    size = fact.distance.size(lang) if fact.distance is not None and fact.distance.sign else ""
    if fact.counted.events(lang):
        return (f"超{lacking}" if lang == "zh" else f"{lacking} too many") if lacking else ""
    if lacking and size:
        return f"{size}（{lacking}）" if lang == "zh" else f"{size} ({lacking})"
    return lacking or size


def _asked(facts: Sequence[TargetFact], lang: Lang, end_year: int) -> str:
    """Return the values asked for, with their year where it is not the plan's last."""
    zh, between = lang == "zh", SEPARATE[lang][0]
    bounds = between.join(dict.fromkeys(one.bound(lang) for one in facts))
    years = dict.fromkeys(one.year for one in facts if one.year != end_year)
    if not years:
        return bounds
    said = listed(map(str, years), lang)
    return f"{bounds}（{said}年）" if zh else f"{bounds} ({said})"


def decisions(found: Sequence[Problem], lang: Lang) -> str:
    """Return the acts asked of those who read the summary, one for each of the gravest problems."""
    asked = list(found)[: len(_ORDINAL[lang])]
    units = [one for one in found if one.targets[0].by_unit and one not in asked]
    if units and len(asked) == len(_ORDINAL[lang]):  # a unit by name is what can be acted on at once
        asked[-1] = units[0]
    acts = [f"{mark}{_act(one, lang)}" for mark, one in zip(_ORDINAL[lang], asked, strict=False)]
    if not acts:
        return ""
    return ("提请研究：" if lang == "zh" else "To be decided: ") + joined(acts, lang)


def _act(problem: Problem, lang: Lang) -> str:
    """Return what is asked of whom about a problem, by what its gravest target lacks."""
    first, zh = problem.targets[0], lang == "zh"
    who, title = listed((one(lang) for one in problem.departments[:2]), lang), problem.title(lang)
    gap = _to_go(first, lang)
    if first.by_unit:
        unit, what = first.weakest(lang), first.theme_title(lang) or title
        return f"{unit}{what}补足{gap}的安排（{who}）" if zh else f"{what} in {unit}, {gap} short ({who})"
    if first.group != "missed":
        return f"{title}的分年度目标和措施（{who}）" if zh else f"yearly steps for {title} ({who})"
    if first.unit == "yuan":
        return f"{title}补足差距的时间安排（{who}）" if zh else f"when the gap in {title} is closed ({who})"
    return f"{title}未达标的补救措施（{who}）" if zh else f"how {title} is made up for ({who})"
