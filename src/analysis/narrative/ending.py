"""Sentences of the final evaluation: where each indicator ended against its baseline and its target, no forecast."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang
from analysis.narrative.facts import DomainFact, TargetFact
from analysis.narrative.outlook import gap_of, target_said
from analysis.narrative.weaving import against, joined, listed, since, units_said, valued


def paragraphs(fact: DomainFact, lang: Lang, as_of: int) -> list[tuple[str, str]]:
    """Return the paragraphs on a domain, one a theme: its name, then its indicators.

    Returns
    -------
    list of (lead, text)
    """
    themes: dict[str, list[TargetFact]] = {}
    for one in _told(fact.targets):
        themes.setdefault(one.theme, []).append(one)
    return [(_lead(own, lang), _said(own, lang, as_of)) for own in themes.values()]


def _told(targets: Sequence[TargetFact]) -> list[TargetFact]:
    """Return what is told of each indicator: every target that fell due, and the last one ahead, of a goal first."""
    found: dict[str, list[TargetFact]] = {}
    ahead: dict[str, TargetFact] = {}
    for one in targets:
        if not one.indicator or one.latest_year is None or one.kind_id == "gap_or_qualitative":
            continue
        found.setdefault(one.indicator, [])
        if one.timing == "due":
            found[one.indicator].append(one)
        else:
            held = ahead.get(one.indicator)
            if held is None or (one.in_goal, one.year) > (held.in_goal, held.year):
                ahead[one.indicator] = one
    return [one for id, due in found.items() for one in (*due, *filter(None, (ahead.get(id),)))]


def _said(own: Sequence[TargetFact], lang: Lang, as_of: int) -> str:
    """Return the indicators of a theme in one sentence; a value is said once, later targets follow it."""
    parts, seen = [], set[str]()
    alone = len({one.indicator for one in own}) == 1
    for one in own:
        parts.append(_later(one, lang) if one.indicator in seen else ended(one, lang, as_of, named=not alone))
        seen.add(one.indicator)
    return joined(parts, lang)


def _later(fact: TargetFact, lang: Lang) -> str:
    """Return how a value said before stands to another target of its indicator."""
    if fact.reference is not None and fact.kind_id == "direction":
        base = fact.reference
        return f"对照{base.name.zh}为{base.value.zh}" if lang == "zh" else f"against {base.value.en} in {base.name.en}"
    return _held(fact, lang)


def _held(fact: TargetFact, lang: Lang) -> str:
    """Return whether a value reaches a target: of one that is ahead, the level it has now."""
    zh, asked, due = lang == "zh", target_said(fact, lang), fact.timing == "due"
    if fact.at_target:
        return (f"{'' if due else '现水平'}达到{asked}") if zh else f"{asked} {'met' if due else 'reached for now'}"
    gap = gap_of(fact, lang)
    if zh:
        return (
            f"未达到{asked}{f'，差{gap}' if gap else ''}"
            if due
            else f"距{asked}还差{gap}"
            if gap
            else f"尚未达到{asked}"
        )
    return f"{asked} {'missed' if due else 'not reached yet'}{f', {gap} short' if gap else ''}"


def _lead(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return the theme by name with how many of its targets are reached, those due by their verdict."""
    named = list(dict.fromkeys(one.name(lang) for one in own))
    title = own[0].theme_title(lang) if len(named) > 1 else ""
    title = title or listed(named[:2], lang) + ("等" if len(named) > 2 and lang == "zh" else "")
    known = [one.at_target for one in own if one.at_target is not None and one.kind_id != "direction"]
    if not known:
        return f"{title}。" if lang == "zh" else f"{title}."
    ahead = any(one.timing != "due" for one in own)
    alone = len(known) == 1
    if all(known):
        zh, en = f"{'' if alone else '均'}{'已在目标水平' if ahead else '达到目标'}", "reached"
    elif any(known):
        zh, en = "部分达到目标水平" if ahead else "部分达到目标", "reached in part"
    else:
        zh, en = f"{'' if alone else '均'}{'尚未达到目标水平' if ahead else '未达到目标'}", "not reached"
    return f"{title}{zh}。" if lang == "zh" else f"{title}: {en}."


def ended(fact: TargetFact, lang: Lang, as_of: int, named: bool = True) -> str:
    """Return half a sentence on where an indicator ended: value with its count, change, target reached or not.

    One that is not `named` follows a sentence with the name.
    """
    zh = lang == "zh"
    if fact.by_unit:
        return units_said(fact, lang, named)
    if fact.reference is not None and fact.kind_id == "direction":
        return against(fact, lang, as_of, named)
    if fact.at_target is None:
        return f"{fact.name(lang)}{'：' if zh else ': '}{fact.reason(lang)}" if named else fact.reason(lang)
    parts = [valued(fact, lang, as_of, named), since(fact, lang)]
    if fact.kind_id == "milestone":
        done = (
            ("已全部落实", "done") if fact.at_target else (f"未达到{fact.bound.zh}的要求", f"short of {fact.bound.en}")
        )
        parts.append(done[0] if zh else done[1])
    else:
        parts.append(_held(fact, lang))
    return ("，" if zh else ", ").join(filter(None, parts))
