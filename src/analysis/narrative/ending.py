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
    for one in _last_of_each(fact.targets):
        themes.setdefault(one.theme, []).append(one)
    return [
        (_lead(own, lang), joined((ended(one, lang, as_of, named=len(own) > 1) for one in own), lang))
        for own in themes.values()
    ]


def _last_of_each(targets: Sequence[TargetFact]) -> list[TargetFact]:
    """Return one target an indicator: of a goal before a measure, the last milestone; gaps stand in the annex."""
    chosen: dict[str, TargetFact] = {}
    for one in targets:
        if not one.indicator or one.latest_year is None or one.kind_id == "gap_or_qualitative":
            continue
        held = chosen.get(one.indicator)
        if held is None or (one.in_goal, one.year) > (held.in_goal, held.year):
            chosen[one.indicator] = one
    return list(chosen.values())


def _lead(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return the theme by name with how many of its targets are reached: all, some or none."""
    names = listed((one.name(lang) for one in own[:2]), lang)
    title = own[0].theme_title(lang) if len(own) > 1 else ""
    title = title or names + ("等" if len(own) > 2 and lang == "zh" else "")
    known = [one.at_target for one in own if one.at_target is not None]
    if not known:
        return f"{title}。" if lang == "zh" else f"{title}."
    alone = len(known) == 1
    if all(known):
        words = ("已达到目标" if alone else "均已达到目标", "reached" if alone else "all reached")
    elif any(known):
        words = ("部分达到目标", "reached in part")
    else:
        words = ("未达到目标" if alone else "均未达到目标", "not reached")
    return f"{title}{words[0]}。" if lang == "zh" else f"{title}: {words[1]}."


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
    elif fact.at_target:
        parts.append(f"已达到{target_said(fact, lang)}" if zh else f"{target_said(fact, lang)} reached")
    else:
        gap = gap_of(fact, lang)
        end = (f"，还差{gap}" if zh else f", {gap} short") if gap else ""
        parts.append(f"未达到{target_said(fact, lang)}{end}" if zh else f"{target_said(fact, lang)} not reached{end}")
    return ("，" if zh else ", ").join(filter(None, parts))
