"""How a target stands or will end, as half a sentence: its verdict and its distance choose the words."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.formats import MISSING
from analysis.narrative.facts import TargetFact
from analysis.narrative.wording import due_note
from analysis.narrative.words import UNLIKELY


def outlook(fact: TargetFact, lang: Lang) -> str:
    """Return how a target stands or will end, without its probability: tables hold that."""
    zh, asked = lang == "zh", target_said(fact, lang)
    if fact.status == "no_data":
        return f"{asked}能否达到暂无法判断" if zh else f"{asked} cannot be judged"
    if fact.timing == "due":
        note = due_note(fact, lang)
        asked = target_said(fact, lang, "" if note == MISSING else note)
        if fact.status == "met":
            return f"达到{asked}" if zh else f"{asked} was met"
        return f"未达到{asked}" if zh else f"{asked} was missed"
    if fact.kind_id == "milestone":
        if fact.status == "met":
            return "已全部落实" if zh else "done"
        return f"尚未达到{fact.bound.zh}的要求" if zh else f"not yet at the {fact.bound.en} asked for"
    edge = ("（临界）" if zh else " (on the edge)") if fact.borderline else ""
    if fact.status in ("met", "on_track"):
        if fact.at_target:
            return (f"现水平已达到{asked}" if zh else f"at the level of {asked} already") + edge
        return (f"预计可达到{asked}" if zh else f"expected to reach {asked}") + edge
    return _doubtful(fact, lang) + edge


def target_said(fact: TargetFact, lang: Lang, note: str = "") -> str:
    """Return the target with its year; a number worked out from a baseline is said to be one, the plan sets none.

    The most events it allows and the `note` follow in one bracket.
    """
    bound, most = fact.bound(lang), fact.counted.allowed(lang)
    zh, between = lang == "zh", "，" if lang == "zh" else ", "
    said = [f"折算为{bound}" if zh else bound] if fact.worked_out else []
    head = "按现有人数" if zh and fact.timing != "due" else ""
    here = "" if zh or fact.timing == "due" else " at today's numbers"
    said += (
        [f"{head}相当于不超过{most}" if zh else f"no more than {most}{here}"] if most and fact.status != "met" else []
    )
    if fact.worked_out and fact.odd_base(lang) and fact.counted.events(lang) and fact.status != "met":
        odd = fact.odd_base(lang)
        said.append(f"基期{fact.base_year}年{odd}" if zh else f"{fact.base_year}, its base, was {odd}")
    bracket = between.join([*said, note] if note else said)
    more = (f"（{bracket}）" if zh else f" ({bracket})") if bracket else ""
    if fact.worked_out:
        return f"{fact.year}年的要求{more}" if zh else f"what is asked for in {fact.year}{more}"
    return f"{fact.year}年{bound}的目标{more}" if zh else f"the {fact.year} target of {bound}{more}"


def _doubtful(fact: TargetFact, lang: Lang) -> str:
    zh, asked = lang == "zh", target_said(fact, lang)
    if fact.at_target:
        swing = fact.swing(lang)
        if zh:
            return f"目前达到{asked}，{f'但{swing}，' if swing else ''}{steady_said(fact, 'zh')}"
        return f"at the level of {asked} for now, {f'but {swing}, ' if swing else ''}{steady_said(fact, 'en')}"
    gap = gap_of(fact, lang)
    if zh:
        return (f"距{asked}还差{gap}，" if gap else f"与{asked}持平，") + chances(fact, lang)
    return (f"{gap} from {asked}, " if gap else f"level with {asked}, ") + chances(fact, lang)


def steady_said(fact: TargetFact, lang: Lang) -> str:
    """Return whether a target that is reached now will stay so, in the words of its verdict."""
    if fact.status in ("met", "on_track"):
        return "预计可以保持" if lang == "zh" else "likely to stay so"
    if fact.status == "off_track":
        return "稳住的把握不大" if lang == "zh" else "unlikely to stay so"
    return "能否稳住尚无把握" if lang == "zh" else "not safely"


def gap_of(fact: TargetFact, lang: Lang) -> str:
    """Return the distance to a target, with the people or events it means; empty where there is none."""
    if fact.distance is None or not fact.distance.sign:
        return ""
    size, lacking = fact.distance.size(lang), fact.counted.lacking(lang)
    if not lacking:
        return size
    if fact.counted.events(lang):
        return size  # the most there may be stand with the target
    return f"{size}（{lacking}）" if lang == "zh" else f"{size} ({lacking})"


def chances(fact: TargetFact, lang: Lang) -> str:
    """Return the outlook of a target not yet reached, in the words of its verdict."""
    zh = lang == "zh"
    if fact.status == "at_risk":
        return "能否达到尚无把握" if zh else "which may be missed"
    if fact.verdict == UNLIKELY:
        return "按现有趋势难以达到" if zh else "out of reach at this pace"
    return "按现有趋势达标有困难" if zh else "hard to reach at this pace"
