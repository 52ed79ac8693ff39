"""Sentences of the mid-term evaluation: what each says is chosen by the facts, not by a pattern an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.exceptions import Lang
from analysis.formats import MISSING
from analysis.narrative.facts import AlertFact, DomainFact, Facts, TargetFact
from analysis.narrative.outlook import chances, gap_of
from analysis.narrative.problems import Problem
from analysis.narrative.saying import levels_said
from analysis.narrative.weaving import SEPARATE, joined, listed, worsened, woven
from analysis.narrative.words import LEVEL

THEMES = 5  # themes told on the page of a domain; the others by name
RECENT = 4  # years back to which a level elsewhere is still told
_ORDINAL = {"zh": ("一是", "二是", "三是"), "en": ("first, ", "second, ", "third, ")}
_TROUBLE = {"missed": 0, "off_track": 1, "at_risk": 2, "open": 2}


def missed(facts: Facts, lang: Lang) -> str:
    """Return the line of the summary on the targets that were missed, each with value and target; empty for none."""
    said = [_missed(one, lang) for one in facts.due if one.group == "missed"]
    return ("未达标：" if lang == "zh" else "Missed: ") + joined(said, lang) if said else ""


def met(facts: Facts, lang: Lang) -> str:
    """Return the line of the summary on the targets that were met when due, by name; empty for none."""
    names = listed((one.name(lang) for one in facts.due if one.group == "met"), lang)
    return (f"已达标：{names}。" if lang == "zh" else f"Met: {names}.") if names else ""


def _missed(fact: TargetFact, lang: Lang) -> str:
    count, most = fact.counted.events(lang) or fact.count(lang), fact.counted.allowed(lang)
    if lang == "zh":
        asked = f"要求折算为{fact.bound.zh}" if fact.worked_out else f"目标{fact.bound.zh}"
        asked += f"，相当于不超过{most}" if most else ""
        return f"{fact.name.zh}{fact.latest.zh}（{f'{count}，' if count else ''}{asked}）"
    asked = f"target {fact.bound.en}" + (f", no more than {most}" if most else "")
    return f"{fact.name.en} {fact.latest.en} ({f'{count}, ' if count else ''}{asked})"


def weak_point(problem: Problem, lang: Lang, end_year: int) -> tuple[str, str, str, str, str]:
    """Return a row of the table of weak points: what, value, target, what is lacking, lead department."""
    facts = problem.targets[:2]
    between = SEPARATE[lang][0]
    return (
        problem.title(lang),
        between.join(_now(one, lang, len(problem.targets) > 1) for one in facts),
        _asked(facts, lang, end_year),
        between.join(filter(None, (_to_go(one, lang) for one in facts))) or MISSING,
        listed((one(lang) for one in problem.departments), lang),
    )


def _now(fact: TargetFact, lang: Lang, named: bool) -> str:
    """Return a last value for a narrow cell, its indicator's name before it where there are others."""
    if fact.by_unit:
        return f"{fact.weakest(lang)}{'' if lang == 'zh' else ' '}{fact.value(lang)}"
    return f"{fact.name(lang)}{'' if lang == 'zh' else ' '}{fact.latest(lang)}" if named else fact.latest(lang)


def _to_go(fact: TargetFact, lang: Lang) -> str:
    """Return what is lacking, in people where they are known; of rare events the most there may be."""
    zh, most, lacking = lang == "zh", fact.counted.allowed(lang), fact.counted.lacking(lang)
    if fact.at_target:
        return ""
    if most:
        now = fact.counted.events(lang)
        return f"现{now}，须不超过{most}" if zh else f"{now} now, {most} at most"
    size = fact.distance.size(lang) if fact.distance is not None and fact.distance.sign else ""
    if lacking and size:
        return f"{size}（{lacking}）" if zh else f"{size} ({lacking})"
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
    acts = [f"{mark}{_act(one, lang)}" for mark, one in zip(_ORDINAL[lang], found, strict=False)]
    if not acts:
        return ""
    return ("提请研究：" if lang == "zh" else "To be decided: ") + joined(acts, lang)


def _act(problem: Problem, lang: Lang) -> str:
    """Return what is asked of whom about a problem, by what its gravest target lacks."""
    first, zh = problem.targets[0], lang == "zh"
    who, title = listed((one(lang) for one in problem.departments[:2]), lang), problem.title(lang)
    gap, late = _to_go(first, lang), first.group == "missed"
    more = (f"（{gap}）" if zh else f" ({gap})") if gap else ""
    if first.by_unit:
        return (
            f"{who}会同{first.weakest.zh}补足{title}差距{more}"
            if zh
            else f"{who} with {first.weakest.en}: {title}{more}"
        )
    if late and first.unit == "yuan":
        return f"{who}提出{title}补足差距的时间安排{more}" if zh else f"{who}: when the gap in {title} is closed{more}"
    if late:
        return f"{who}就{title}未达标说明原因、提出补救措施{more}" if zh else f"{who}: why {title} was missed{more}"
    return f"{who}制定{title}分年度目标和措施{more}" if zh else f"{who}: yearly steps for {title}{more}"


def due_paragraph(fact: DomainFact, lang: Lang, facts: Facts) -> tuple[str, str]:
    """Return the paragraph on a domain's targets that fell due, missed ones first; empty where none did."""
    due = sorted(fact.due, key=lambda one: one.status == "met")
    if not due:
        return "", ""
    done = sum(one.status == "met" for one in due)
    total, met_ = facts.values.count(f"{fact.id}/due", len(due)), facts.values.count(f"{fact.id}/due_met", done)
    if lang == "zh":
        split = "全部达标" if done == len(due) else f"{met_}条达标" if done else "均未达标"
        lead = f"到期目标{total}条，{split}。"
    else:
        split = "all met" if done == len(due) else f"{met_} met" if done else "none met"
        lead = f"Targets due: {total}, {split}."
    return lead, woven(due, lang, facts.as_of)


def themes(fact: DomainFact) -> list[list[TargetFact]]:
    """Return the targets of a domain by theme, one an indicator beside those due, those in trouble first."""
    found: dict[str, list[TargetFact]] = {}
    for one in _spoken(fact.targets):
        found.setdefault(one.theme, []).append(one)
    return sorted(found.values(), key=lambda own: min(_rank(one) for one in own))


def _spoken(targets: Iterable[TargetFact]) -> list[TargetFact]:
    """Return one target an indicator ahead: of a goal before a measure, the last milestone; gaps stand in the annex."""
    chosen: dict[str, TargetFact] = {}
    for one in targets:
        if not one.indicator or one.latest_year is None or one.timing == "due" or one.kind_id == "gap_or_qualitative":
            continue
        held = chosen.get(one.indicator)
        if held is None or (one.in_goal, one.year) > (held.in_goal, held.year):
            chosen[one.indicator] = one
    return list(chosen.values())


def _rank(fact: TargetFact) -> tuple[int, float]:
    return _TROUBLE.get(fact.group, 3), fact.chance


def theme_paragraph(own: Sequence[TargetFact], lang: Lang, as_of: int, said: set[str]) -> tuple[str, str]:
    """Return the paragraph on a theme: a judgement, then its indicators woven together, who lags, the larger area.

    Values of the indicators in `said` were told before.
    """
    ordered = sorted(own, key=_rank)
    fresh = [one for one in ordered if one.indicator not in said or one.own_words]
    known = [one for one in ordered if one not in fresh]
    parts = [_deaths(known, lang)] if known else []
    parts += [woven(fresh, lang, as_of), _later(known, lang), _lagging(own, lang), _elsewhere(own, lang, as_of)]
    between = "" if lang == "zh" else " "
    return judgement(own, lang), between.join(filter(None, parts))


def judgement(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return the sentence that leads a theme, chosen by what its targets are and how they moved."""
    hard = [one for one in own if one.group in ("off_track", "missed")]
    good = [one for one in own if one.group in ("met", "on_track")]
    moved = [one for one in own if one.on_baseline is not None and one.on_baseline.sign and not one.counted.events.zh]
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
    """Return the three years together of rare events that were told of: one year alone says little."""
    rare = [one for one in known if one.counted.events(lang) and one.pooled(lang)]
    if not rare:
        return ""
    each = listed((f"{one.name(lang)}{'' if lang == 'zh' else ' '}{one.pooled(lang)}" for one in rare), lang)
    if lang == "zh":
        return f"人数少，一两例之差即可使数值上下波动，宜看三年合计：{each}。"
    return f"Numbers are small and swing by a case or two; three years together tell more: {each}."


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
            safe = "and is likely to keep" if fact.status in ("met", "on_track") else "not safely"
            return f"{asked}, a level it has now, {safe}{edge}"
        gap = gap_of(fact, lang)
        end = "is expected to" if fact.status == "on_track" else chances(fact, lang)
        return f"{asked}, {f'{gap} away, ' if gap and not most else ''}{end}{edge}"
    asked = f"{fact.name.zh}{fact.year}年目标为{fact.bound.zh}" + (f"（相当于不超过{most}）" if most else "")
    if fact.at_target:
        safe = "预计可以保持" if fact.status in ("met", "on_track") else "能否稳住尚无把握"
        return f"{asked}，现水平已达到，{safe}{edge}"
    gap = gap_of(fact, lang)
    end = "预计可以达到" if fact.status == "on_track" else chances(fact, lang)
    return f"{asked}，{f'还差{gap}，' if gap and not most else ''}{end}{edge}"


def _lagging(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return who lags behind in the indicators of a theme, each indicator once; parts told of stand in their target."""
    said = []
    for one in {fact.indicator: fact for fact in own}.values():
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
    sides: dict[int, dict[str, list[str]]] = {}
    for one in {fact.indicator: fact for fact in own}.values():
        level = one.elsewhere
        if level is None or level.year < as_of - RECENT:
            continue
        value = f"{one.name(lang)}{'' if zh else ' '}{level.value(lang)}"
        sides.setdefault(level.sign * (-1 if one.less_is_better else 1), {}).setdefault(level.name(lang), []).append(
            value
        )
    said = []
    for side, words in ((-1, ("尚不及", "behind")), (0, ("与", "level with")), (1, ("优于", "ahead of"))):
        for name, values in sides.get(side, {}).items():
            end = "持平" if zh and side == 0 else ""
            said.append(
                f"{words[0]}{name}水平{end}的有：{'、'.join(values)}"
                if zh
                else f"{words[1]} {name}: {', '.join(values)}"
            )
    return joined(said, lang) if zh or not said else f"{joined(said, lang)[:1].upper()}{joined(said, lang)[1:]}"


def others(own: Sequence[Sequence[TargetFact]], lang: Lang) -> str:
    """Return the themes that are not told, by how they stand; empty for none."""
    if not own:
        return ""
    doubtful = [one for theme in own for one in theme if one.group in _TROUBLE]
    good = [one for theme in own for one in theme if one.group not in _TROUBLE]
    zh, said = lang == "zh", []
    if doubtful:
        names = listed((one.name(lang) for one in doubtful), lang)
        said.append(f"尚需关注的还有{names}" if zh else f"also in doubt: {names}")
    if good:
        names = listed((one.name(lang) for one in good), lang)
        said.append(f"{names}已达到或有望达到目标" if zh else f"met or on track: {names}")
    text = joined(said, lang)
    return text if zh else text[:1].upper() + text[1:]


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


def alert_lead(facts: Facts, lang: Lang) -> str:
    """Return the sentence that counts the alerts by level."""
    said = levels_said(facts, lang)
    if not said:
        return "本次没有预警。" if lang == "zh" else "There is no alert."
    if lang == "zh":
        return (
            f"按实际值和达标概率，本次共提示预警{facts.said('alerts')}条：{listed(said, lang)}。"
            "红色、橙色预警见下表。预警是统计判断，不作为责任认定。"
        )
    return (
        f"{facts.said('alerts')} alerts follow from the values and the probabilities: {listed(said, lang)}. "
        "Red and orange ones are in the table. An alert is statistical, no finding of accountability."
    )


def milder(alerts: Sequence[AlertFact], lang: Lang) -> str:
    """Return the yellow and blue alerts by name, each colour that there is by itself."""
    said = []
    for level in ("yellow", "blue"):
        if names := listed((one.target.name(lang) for one in alerts if one.level == level), lang):
            said.append(
                f"{LEVEL[level].zh}预警涉及{names}" if lang == "zh" else f"{LEVEL[level].en} alerts concern {names}"
            )
    return joined(said, lang)
