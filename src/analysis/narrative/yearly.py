"""Sentences of the annual report: what became better and what worse since the year before, each with both values."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang
from analysis.narrative.facts import DomainFact, TargetFact
from analysis.narrative.moving import moves
from analysis.narrative.weaving import behind, joined, listed, units_said, worsened

FEW = 4  # of so many moves at most nothing is said of "most"


def told(fact: DomainFact, as_of: int) -> list[TargetFact]:
    """Return one target an indicator with a value of the year, in the order of the plan's clauses; gaps left out."""
    chosen: dict[str, TargetFact] = {}
    for one in fact.targets:
        if one.indicator and one.latest_year == as_of and one.kind_id != "gap_or_qualitative":
            chosen.setdefault(one.indicator, one)
    return list(chosen.values())


def paragraphs(fact: DomainFact, lang: Lang, as_of: int) -> list[tuple[str, str]]:
    """Return the paragraphs on a domain's year: better, worse, then what one year says nothing of.

    Parameters
    ----------
    fact : DomainFact
    as_of : int
        The year that is reported.

    Returns
    -------
    list of (lead, text)
    """
    own = told(fact, as_of)
    if not own:
        none = "本领域目标以佐证材料评定，没有年度数据的指标。"
        return [("", none if lang == "zh" else "Targets here are judged by evidence; there are no annual data.")]
    rare = [one for one in own if one.counted.events(lang)]
    units = [one for one in own if one.by_unit]
    plain = [one for one in own if one not in rare and one not in units]
    changed = [one for one in plain if one.on_last_year is not None and one.on_last_year.sign and one.earlier(lang)]
    moved = [one for one in changed if not one.steady]
    better = [one for one in moved if not _worse(one)]
    worse = [one for one in moved if _worse(one)]
    still = [one for one in plain if one not in moved]
    zh = lang == "zh"
    out = []
    if better:
        few = ("好于上年的指标。", "What became better.")
        most = ("变化明显的指标多数好于上年。", "Most of those that clearly moved did so for the better.")
        every = ("变化明显的指标均好于上年。", "All that clearly moved did so for the better.")
        words = few if len(better) <= max(len(worse), FEW) else most if worse else every
        out.append((words[0] if zh else words[1], joined((moved_said(one, lang) for one in better), lang)))
    if worse:
        lead = "不及上年的指标。" if zh else "What became worse."
        out.append((lead, joined((moved_said(one, lang) for one in worse), lang)))
    if text := _others(rare, units, still, lang):
        out.append(("", text))
    return out


def _worse(fact: TargetFact) -> bool:
    return fact.on_last_year is not None and worsened(fact, fact.on_last_year.sign)


def moved_said(fact: TargetFact, lang: Lang) -> str:
    """Return a move since the year before with both values: 由上年的86.2%提高到87.0%."""
    move = fact.on_last_year
    assert move is not None
    zh, en = moves(fact, move.sign)
    count = fact.count(lang)
    if lang == "zh":
        return f"{fact.name.zh}由上年的{fact.earlier.zh}{zh}到{fact.latest.zh}{f'（{count}）' if count else ''}"
    return f"{fact.name.en} went {en} from {fact.earlier.en} to {fact.latest.en}{f' ({count})' if count else ''}"


def _others(rare: Sequence[TargetFact], units: Sequence[TargetFact], still: Sequence[TargetFact], lang: Lang) -> str:
    """Return what one year says nothing of: rare events with three years together, sub-units, what did not move."""
    zh, parts = lang == "zh", []
    if rare:
        said = joined((_rare(one, lang) for one in rare), lang)
        lead = "人数少、年度间不宜直接比较的：" if zh else "Few cases, hardly comparable year by year: "
        parts.append(f"{lead}{said}")
    if units:
        parts.append(joined((units_said(one, lang) for one in units), lang))
    same = [one for one in still if one.on_last_year is not None and not one.on_last_year.sign]
    near = [one for one in still if one.on_last_year is not None and one.on_last_year.sign]
    new = [one for one in still if one.on_last_year is None]
    named = (
        (near, ("与上年基本持平（差异在偶然波动之内）的有", "No more than chance apart from the year before: ")),
        (same, ("与上年持平的有", "Unchanged: ")),
        (new, ("没有上年数据可比的有", "Without a year before: ")),
    )
    for own, words in named:
        if own:
            each = (_valued(one, lang) for one in own)
            parts.append(f"{words[0]}{listed(each, lang)}。" if zh else f"{words[1]}{listed(each, lang)}.")
    return ("" if zh else " ").join(parts)


def _valued(fact: TargetFact, lang: Lang) -> str:
    return f"{fact.name.zh}（{fact.latest.zh}）" if lang == "zh" else f"{fact.name.en} ({fact.latest.en})"


def _rare(fact: TargetFact, lang: Lang) -> str:
    count, pooled = behind(fact, lang), fact.pooled(lang)
    more = (f"，{pooled}" if lang == "zh" else f", {pooled}") if pooled else ""
    return f"{fact.name(lang)}{'' if lang == 'zh' else ' '}{fact.latest(lang)}" + (
        f"（{count}{more}）" if lang == "zh" else f" ({count}{more})"
    )
