"""Sentences of the mid-term evaluation: what each says is chosen by the facts, not by a pattern an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from analysis.exceptions import Lang
from analysis.marks import unmarked
from analysis.narrative.facts import DomainFact, Facts, TargetFact
from analysis.narrative.moving import compared
from analysis.narrative.outlook import chances, gap_of, steady_said
from analysis.narrative.weaving import SEPARATE, joined, listed, slipped, standing, worsened, woven

THEMES = 5  # themes in trouble told on the page of a domain; the others by name
RECENT = 4  # years back to which a level elsewhere is still told
_UNSURE = 0.5  # few events: no side
_TROUBLE = {"missed": 0, "off_track": 1, "at_risk": 2, "open": 2}


def due_paragraph(fact: DomainFact, lang: Lang, facts: Facts) -> tuple[str, str]:
    """Return the paragraph on a domain's targets that fell due, missed ones first; empty where none did."""
    due = sorted(fact.due, key=lambda one: one.status == "met")
    if not due:
        return "", ""
    done = sum(one.status == "met" for one in due)
    total, met_ = facts.values.count(f"{fact.id}/due", len(due)), facts.values.count(f"{fact.id}/due_met", done)
    if lang == "zh":
        every = "已达标" if len(due) == 1 else "全部达标"
        none = "未达标" if len(due) == 1 else "均未达标"
        split = every if done == len(due) else f"{met_}条达标" if done else none
        lead = f"到期目标{total}条，{split}。"
    else:
        split = "all met" if done == len(due) else f"{met_} met" if done else "none met"
        lead = f"Targets due: {total}, {split}."
    return lead, woven(due, lang, facts.as_of)


def themes(fact: DomainFact) -> list[list[TargetFact]]:
    """Return the targets ahead of a domain by theme, one an indicator; themes in trouble first, due targets counted."""
    found: dict[str, list[TargetFact]] = {}
    for one in _spoken(fact.targets):
        found.setdefault(one.theme, []).append(one)
    worst = {one.theme: _rank(one) for one in sorted(fact.due, key=_rank, reverse=True)}
    return sorted(found.values(), key=lambda own: min([worst.get(own[0].theme, (9, 1.0)), *map(_rank, own)]))


def _spoken(targets: Iterable[TargetFact]) -> list[TargetFact]:
    """Return one target an indicator ahead: of a goal before a measure, the last milestone; gaps stand in the annex."""
    chosen: dict[str, TargetFact] = {}
    for one in targets:
        if not one.indicator or one.latest_year is None or one.timing == "due" or one.kind_id == "gap_or_qualitative":
            continue
        if one.status == "no_data":
            continue
        held = chosen.get(one.indicator)
        if held is None or (one.in_goal, one.year) > (held.in_goal, held.year):
            chosen[one.indicator] = one
    return list(chosen.values())


def _rank(fact: TargetFact) -> tuple[int, float]:
    return _TROUBLE.get(fact.group, 3), fact.chance


def theme_paragraph(
    own: Sequence[TargetFact], lang: Lang, as_of: int, said: set[str], later: AbstractSet[str] = frozenset()
) -> tuple[str, str]:
    """Return the paragraph on a theme in trouble: a judgement, what is in doubt woven together, who lags, what is well.

    Values of the indicators in `said` were told before; who lags in those of `later` is told with their problem.
    """
    ordered = sorted(own, key=_rank)
    doubtful = [one for one in ordered if one.group in _TROUBLE]
    good = [one for one in ordered if one.group not in _TROUBLE and one.indicator not in said]
    fresh = [one for one in doubtful if one.indicator not in said or one.own_words]
    known = [one for one in doubtful if one not in fresh]
    alone = len(own) == 1 and bool(fresh)  # the judgement has named it
    whole = standing(own[0], lang, as_of, named=False) + SEPARATE[lang][2] if alone else woven(fresh, lang, as_of)
    parts = [_deaths(known, lang), whole, _later(known, lang), _lagging(own, lang, later), _elsewhere(own, lang, as_of)]
    if good:
        names = listed((_noted(one, lang) for one in good), lang)
        parts.append(f"{names}已达到或有望达到目标。" if lang == "zh" else f"Met or on track: {names}.")
    return judgement(own, lang), ("" if lang == "zh" else " ").join(filter(None, parts))


def good_paragraph(found: Sequence[Sequence[TargetFact]], lang: Lang, said: set[str]) -> tuple[str, str]:
    """Return the paragraph on the themes of a domain in which nothing is in doubt: each with its values."""
    parts, told_of = [], 0
    for own in found:
        told = [one for one in own if one.indicator not in said]
        told_of += len(told)
        names = [_well(one, lang) for one in told]
        if names:
            parts.append(listed(names, lang))
    if not parts:
        return "", ""
    text, one = joined(parts, lang)[:-1], told_of == 1
    if lang == "zh":
        return "进展较好的方面。", f"{text}，{'' if one else '均'}已达到或有望达到目标。"
    return "What goes well.", f"{text}: {'' if one else 'all '}met or on track."


def _well(fact: TargetFact, lang: Lang) -> str:
    """Return a value that goes well, with its fall where it was better the year before."""
    text = f"{fact.name(lang)}{'' if lang == 'zh' else ' '}{fact.latest(lang)}"
    if fact.on_last_year is None or not slipped(fact):
        return text
    fall = compared(fact, fact.on_last_year, "上年" if lang == "zh" else "the year before", lang)
    return f"{text}（{fall}）" if lang == "zh" else f"{text} ({fall})"


def _noted(fact: TargetFact, lang: Lang) -> str:
    """Return the name of what goes well, with its value and its fall where it was better the year before."""
    return _well(fact, lang) if slipped(fact) else fact.name(lang)


def judgement(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return the sentence that leads a theme, chosen by what its targets are and how they moved."""
    hard = [one for one in own if one.group in ("off_track", "missed")]
    good = [one for one in own if one.group in ("met", "on_track")]
    moved = [one for one in own if one.on_baseline is not None and one.on_baseline.sign and not one.counted.events.zh]
    moved = [one for one in moved if one.turned is None]
    worse = [one for one in moved if one.on_baseline is not None and worsened(one, one.on_baseline.sign)]
    names = listed((one.name(lang) for one in sorted(own, key=_rank)[:2]), lang)
    title = own[0].theme_title(lang) or (names + ("等" if len(own) > 2 and lang == "zh" else ""))
    title = names if len(own) == 1 else title
    if not hard and len(good) == len(own):
        words = ("进展较好", "going well")
    elif hard and good:
        words = ("进展不一，部分目标达标困难", "uneven, with some targets hard to reach")
    elif hard and moved and not worse:
        words = ("有所改善，但达标仍有困难", "better, yet the targets are hard to reach")
    elif hard and moved and len(worse) == len(moved):
        words = ("没有改善，达标困难", "no better, and the targets are hard to reach")
    elif hard:
        words = ("达标困难", "hard to reach")
    elif len(good) * 2 >= len(own):
        words = ("总体较好，个别目标尚不稳固", "mostly well, with a target or two not yet safe")
    else:
        words = ("能否达标尚无把握", "not yet safe")
    return f"{title}{words[0]}。" if lang == "zh" else f"{title}: {words[1]}."


def _deaths(known: Sequence[TargetFact], lang: Lang) -> str:
    """Return that rare events, told of with the targets that fell due, are to be read three years together."""
    if not any(one.counted.events(lang) and one.pooled(lang) for one in known):
        return ""
    if lang == "zh":
        return "人数少，一两例之差即可使数值上下波动，看走势宜以三年合计为准。"
    return "Numbers are small and swing by a case or two; three years together tell more."


def _later(known: Sequence[TargetFact], lang: Lang) -> str:
    """Return the outlook of later targets of indicators whose values were told before."""
    return joined((_next(one, lang) for one in known), lang)


def _next(fact: TargetFact, lang: Lang) -> str:
    most = fact.counted.allowed(lang)
    edge = ("（临界）" if lang == "zh" else " (on the edge)") if fact.borderline else ""
    if lang == "en":
        asked = f"{fact.name.en} is to reach {fact.bound.en} in {fact.year}"
        asked += f" (no more than {most})" if most else ""
        if fact.at_target:
            return f"{asked}, a level it has now, {steady_said(fact, lang)}{edge}"
        gap = gap_of(fact, lang)
        end = "is expected to" if fact.status == "on_track" else chances(fact, lang)
        return f"{asked}, {f'{gap} away, ' if gap and not most else ''}{end}{edge}"
    asked = f"{fact.name.zh}{fact.year}年目标为{fact.bound.zh}" + (f"（按现有人数相当于不超过{most}）" if most else "")
    if fact.at_target:
        return f"{asked}，现水平已达到，{steady_said(fact, lang)}{edge}"
    gap = gap_of(fact, lang)
    end = "预计可以达到" if fact.status == "on_track" else chances(fact, lang)
    return f"{asked}，{f'还差{gap}，' if gap and not most else ''}{end}{edge}"


def _lagging(own: Sequence[TargetFact], lang: Lang, later: AbstractSet[str] = frozenset()) -> str:
    """Return who lags behind in the indicators of a theme, each indicator once; parts told of stand in their target."""
    said = []
    for one in {fact.indicator: fact for fact in own if fact.indicator not in later}.values():
        lags = [text(lang) for text in one.lags[: 0 if one.by_unit else 2]]
        if lags:
            colon = "" if lang == "zh" else ": "
            said.append(f"{one.name(lang)}{colon}{('，' if lang == 'zh' else ', ').join(lags)}")
    if not said:
        return ""
    return ("从人群看，" if lang == "zh" else "By group: ") + joined(said, lang)


def _elsewhere(own: Sequence[TargetFact], lang: Lang, as_of: int) -> str:
    """Return how the values stand against those of the larger area, what lags first; old levels are left out."""
    zh = lang == "zh"
    sides: dict[tuple[float, str], list[str]] = {}
    names: dict[str, str] = {}
    for one in {fact.indicator: fact for fact in own}.values():
        level = one.elsewhere
        if level is None or level.year < as_of - RECENT:
            continue
        name = names.setdefault(unmarked(level.name(lang)), level.name(lang))
        own_value = (f"当年{level.own.zh}，" if zh else f"{level.own.en} that year against ") if level.own(lang) else ""
        beside = f"{level.area.zh}{level.value.zh}" if zh else level.value.en
        value = f"{one.name.zh}（{own_value}{beside}）" if zh else f"{one.name.en} ({own_value}{beside})"
        rare = level.sign == 0 and bool(one.counted.events(lang))
        side = _UNSURE if rare else float(level.sign * (-1 if one.less_is_better else 1))
        sides.setdefault((side, name), []).append(value)
    said = []
    for (side, name), values in sorted(sides.items(), key=lambda one: one[0][0]):
        listed_ = listed(values, lang)
        if zh:
            words = {
                -1: f"不及{name}水平的有",
                0: f"与{name}水平相当的有",
                _UNSURE: f"人数少、与{name}水平孰高孰低不能确定的有",
                1: f"优于{name}水平的有",
            }
            said.append(f"{words[side]}{listed_}")
        else:
            words = {-1: "behind", 0: "level with", _UNSURE: "too few events to tell from", 1: "ahead of"}
            said.append(f"{words[side]} {name}: {listed_}")
    text = joined(said, lang)
    return text if zh else text[:1].upper() + text[1:]


def behind_elsewhere(found: Sequence[Sequence[TargetFact]], lang: Lang, as_of: int) -> str:
    """Return what goes well by the plan and is still behind the larger area; empty for none."""
    own = [one for theme in found for one in theme if (level := one.elsewhere) is not None
           and level.sign * (-1 if one.less_is_better else 1) < 0]  # fmt: skip
    return _elsewhere(own, lang, as_of)


def lagging_elsewhere(fact: DomainFact, told: Sequence[Sequence[TargetFact]], lang: Lang) -> str:
    """Return who lags in the indicators of a domain whose themes were not told in full."""
    known = {one.indicator for theme in told for one in theme}
    return _lagging([one for one in fact.targets if one.indicator and one.indicator not in known], lang)


def others(own: Sequence[Sequence[TargetFact]], lang: Lang) -> str:
    """Return by name what is in doubt in the themes that are not told; empty for none."""
    names = listed((one.name(lang) for theme in own for one in theme if one.group in _TROUBLE), lang)
    if not names:
        return ""
    return f"尚需关注的还有{names}。" if lang == "zh" else f"Also in doubt: {names}."


def in_trouble(own: Sequence[TargetFact]) -> bool:
    """Return whether a theme has a target that is missed, in doubt or not yet done."""
    return any(one.group in _TROUBLE for one in own)


def unjudged(fact: DomainFact, lang: Lang) -> str:
    """Return which indicators of a domain cannot be judged, by name."""
    names = listed((one.name(lang) for one in fact.targets if one.status == "no_data"), lang)
    if not names:
        return ""
    return (
        f"因缺少数据或样本过小，暂不能判断的有：{names}。"
        if lang == "zh"
        else f"Not to be judged for want of data: {names}."
    )


def share(fact: DomainFact, lang: Lang) -> str:
    """Return how many targets a domain has, and how many of those judged by data are met or on track."""
    tally, goals = fact.tally, fact.tally.values.count(f"{fact.id}/goals", fact.goals)
    total, judged, good = (tally.said(name) for name in ("total", "judged", "favourable"))
    every, none, alone = tally.favourable == tally.judged, not tally.favourable, tally.judged == 1
    if lang == "zh":
        text = f"{goals}项主要目标及相应措施共{total}条目标"
        all_ = "" if alone else "均"
        end = f"{all_}已达标或有望达标" if every else f"{all_}尚未达到或没有把握" if none else ""
        end = f"{end}" if end else f"中，{good}条已达标或有望达标"
        return f"{text}，可用数据评判的{judged}条{end}。" if tally.judged else f"{text}。"
    text = f"{goals} goals and their measures hold {total} targets"
    end = "all are" if every else "none is" if none else f"{good} are"
    return f"{text}; of {judged} judged by data {end} met or on track." if tally.judged else f"{text}."


def ground(fact: TargetFact, lang: Lang) -> str:
    """Return what a verdict rests on where its row does not show it: a base and its year, or why there is none."""
    zh = lang == "zh"
    if fact.status == "no_data":
        return fact.reason(lang)
    if fact.reference is not None and fact.kind_id == "direction":
        return f"对照{fact.reference.name.zh}的{fact.reference.value.zh}" if zh else (
            f"against {fact.reference.name.en}: {fact.reference.value.en}"
        )  # fmt: skip
    if fact.by_unit:
        unit, of = fact.weakest(lang), fact.counted.of(lang)
        return ("，" if zh else ", ").join(filter(None, (unit, of))) if fact.at_target is False else ""
    if fact.worked_out and fact.base_year is not None:
        base = fact.base(lang)
        return f"由{fact.base_year}年的{base}折算" if zh else f"worked out from {base} in {fact.base_year}"
    return fact.reason(lang) if fact.own_words else ""
