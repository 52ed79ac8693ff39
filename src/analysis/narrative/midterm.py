"""Sentences of the mid-term evaluation: what each says is chosen by the facts, not by a pattern an indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.exceptions import Lang
from analysis.formats import MISSING
from analysis.marks import is_marked_sentence
from analysis.narrative.facts import AlertFact, DomainFact, Facts, TargetFact
from analysis.narrative.outlook import chances, outlook
from analysis.narrative.problems import Problem
from analysis.narrative.saying import levels_said
from analysis.narrative.wording import compared, told
from analysis.narrative.words import LEVEL

PARAGRAPHS, TOLD = 3, 3  # problems told in a domain, and indicators told where things go well
_SEPARATE = {"zh": ("；", "、", "。"), "en": ("; ", ", ", ".")}
_ORDINAL = {"zh": ("一是", "二是", "三是"), "en": ("first, ", "second, ", "third, ")}


def joined(parts: Iterable[str], lang: Lang) -> str:
    """Return half sentences as one sentence; a quoted text that is a sentence already ends it. Empty for none."""
    between, _, end = _SEPARATE[lang]
    text = ""
    for part in filter(None, (one.strip() for one in parts)):
        whole = is_marked_sentence(part)
        text += ("" if not text or is_marked_sentence(text) else between) + (part if whole else part.rstrip("。."))
    return text + end if text and not is_marked_sentence(text) else text


def listed(names: Iterable[str], lang: Lang) -> str:
    """Return names as a list within a sentence, each once."""
    return _SEPARATE[lang][1].join(dict.fromkeys(names))


def standing(fact: TargetFact, lang: Lang, as_of: int, brief: bool = False, named: bool = True) -> str:
    """Return half a sentence on a target: value with its count, change since the baseline, outlook.

    A `brief` one leaves out the change, for who has read it; one that is not `named` follows a sentence with the name.
    """
    zh, directed = lang == "zh", fact.kind_id == "direction" and fact.status == "on_track" and fact.p == fact.p
    if fact.own_words and not directed:
        return f"{fact.name(lang)}{'：' if zh else ': '}{told(fact, lang)}" if named else told(fact, lang)
    count, late = fact.count(lang), fact.latest_year != as_of
    moved = fact.on_baseline if fact.base_year != fact.latest_year and not brief else None
    if zh:
        name = fact.name.zh if named else ""
        when = f"{fact.latest_year}年" if late or not named else ""
        head = f"{name}{when}为{fact.latest.zh}{f'（{count}）' if count else ''}"
        since = f"，{compared(fact, moved, f'{fact.base_year}年', lang)}" if moved and not directed else ""
    else:
        when = f"in {fact.latest_year} " if late else ""
        head = f"{fact.name.en} {when}stood at {fact.latest.en}{f' ({count})' if count else ''}"
        since = f", {compared(fact, moved, f'{fact.base_year}', lang)}" if moved and not directed else ""
    if directed:
        if not brief and fact.on_last_year is not None:
            moved = fact.on_last_year
            since = ("，虽" if zh and _worse(fact) and fact.at_target else "，" if zh else ", ") + compared(
                fact, moved, "上年" if zh else "the year before", lang
            )
        return f"{head}{since}{'，' if zh else ', '}{_directed(fact, lang)}"
    return f"{head}{since}{'，' if zh else ', '}{outlook(fact, lang)}"


def _worse(fact: TargetFact) -> bool:
    """Return whether the last year's move was against the direction asked for."""
    move = fact.on_last_year
    return move is not None and move.sign != 0 and (move.sign > 0) == fact.lower_is_better


def _directed(fact: TargetFact, lang: Lang) -> str:
    """Return that a direction without a number is kept, or expected to be: against which base, its reason says."""
    if fact.at_target and _worse(fact):
        return "仍优于对照年份，预计可以保持" if lang == "zh" else "but better than its base still, likely to be kept"
    if fact.at_target:
        return "符合规划要求的方向，预计可以保持" if lang == "zh" else "in the direction asked for, likely to be kept"
    year = fact.year
    return f"预计{year}年符合规划要求的方向" if lang == "zh" else f"expected to be in the direction asked for in {year}"


def missed(facts: Facts, lang: Lang) -> str:
    """Return the line of the summary on the targets that were missed, each with value and target; empty for none."""
    said = [_missed(one, lang) for one in facts.due if one.group == "missed"]
    return ("未达标：" if lang == "zh" else "Missed: ") + joined(said, lang) if said else ""


def _missed(fact: TargetFact, lang: Lang) -> str:
    count = fact.count(lang)
    if lang == "zh":
        asked = f"要求折算为{fact.bound.zh}" if fact.worked_out else f"目标{fact.bound.zh}"
        return f"{fact.name.zh}{fact.latest.zh}（{f'{count}，' if count else ''}{asked}）"
    return f"{fact.name.en} {fact.latest.en} ({f'{count}, ' if count else ''}target {fact.bound.en})"


def weak_point(problem: Problem, lang: Lang, end_year: int) -> tuple[str, str, str, str, str]:
    """Return a row of the table of weak points: what, value, target, what is lacking, lead department."""
    facts = problem.targets[:2]
    between = _SEPARATE[lang][0]
    lacking = [one.distance.size(lang) for one in facts if one.distance and one.distance.sign and not one.at_target]
    return (
        problem.title(lang),
        between.join(one.latest(lang) for one in facts),
        _asked(facts, lang, end_year),
        between.join(lacking) or MISSING,
        listed((one(lang) for one in problem.departments), lang),
    )


def _asked(facts: Sequence[TargetFact], lang: Lang, end_year: int) -> str:
    """Return the values asked for, with their year where it is not the plan's last."""
    zh, between = lang == "zh", _SEPARATE[lang][0]
    bounds = between.join(one.bound(lang) for one in facts)
    years = dict.fromkeys(one.year for one in facts if one.year != end_year)
    if not years:
        return bounds
    said = listed(map(str, years), lang)
    return f"{bounds}（{said}年）" if zh else f"{bounds} ({said})"


def decisions(found: Sequence[Problem], lang: Lang) -> str:
    """Return the acts asked of those who read the summary, one for each of the gravest problems."""
    acts = []
    for mark, problem in zip(_ORDINAL[lang], found, strict=False):
        title = problem.title(lang, 1)
        late = any(one.target.group == "missed" for one in problem.alerts)
        if lang == "zh":
            acts.append(f"{mark}{title}{'未达标的原因和补救安排' if late else '的分年度目标和措施'}")
        else:
            acts.append(f"{mark}{'why it was missed and how to make up' if late else 'yearly steps'} ({title})")
    if not acts:
        return ""
    head = "提请研究：" if lang == "zh" else "To be decided: "
    return head + joined(acts, lang)


def due_paragraph(fact: DomainFact, lang: Lang, as_of: int) -> tuple[str, str]:
    """Return the paragraph on a domain's targets that fell due, missed ones first; empty where none did."""
    due = sorted((one for one in fact.targets if one.timing == "due"), key=lambda one: one.status == "met")
    if not due:
        return "", ""
    missed = [one for one in due if one.group == "missed"]
    if lang == "zh":
        lead = (
            "到期目标全部达标。"
            if not missed
            else "到期目标均未达标。"
            if len(missed) == len(due)
            else "到期目标部分达标。"
        )
    else:
        lead = "All due targets were met." if not missed else "Not all due targets were met."
    return lead, joined((standing(one, lang, as_of) for one in due), lang)


def problem_paragraph(targets: Sequence[TargetFact], lang: Lang, as_of: int, said: set[str]) -> tuple[str, str]:
    """Return the paragraph on indicators of one goal that are in doubt; no value is told twice."""
    hard = any(one.status == "off_track" for one in targets)
    names = listed((one.name(lang) for one in targets[:TOLD]), lang)
    names += "等" if len(targets) > TOLD and lang == "zh" else ""
    if lang == "zh":
        lead = f"{names}{'达标困难' if hard else '还需巩固'}。"
    else:
        lead = f"{names}: {'hard to reach' if hard else 'not yet safe'}."
    parts, alone = [], len(targets) == 1 and lang == "zh"
    for one in targets:
        if one.indicator in said and not one.own_words:
            parts.append(_later(one, lang))
        else:
            parts.append(standing(one, lang, as_of, named=not alone))
    return lead, joined(parts, lang)


def _later(fact: TargetFact, lang: Lang) -> str:
    """Return the outlook of a later target of an indicator whose value was said before."""
    if lang == "en":
        return f"{fact.name.en}: {outlook(fact, lang)}"
    asked = f"{fact.name.zh}{fact.year}年目标为{fact.bound.zh}，"
    if fact.at_target:
        return asked + "现水平已达到，能否稳住尚无把握"
    gap = f"还差{fact.distance.size.zh}，" if fact.distance is not None and fact.distance.sign else ""
    return asked + gap + chances(fact, "zh") + ("（临界）" if fact.borderline else "")


def good_paragraph(targets: Sequence[TargetFact], lang: Lang, as_of: int) -> tuple[str, str]:
    """Return the paragraph on what goes well: the first in full, the others by name."""
    told_here, rest = targets[:TOLD], targets[TOLD:]
    if not told_here:
        return "", ""
    text = joined((standing(one, lang, as_of) for one in told_here), lang)
    if rest:
        names = listed((one.name(lang) for one in rest), lang)
        text += f"{names}也已达到或有望达到目标。" if lang == "zh" else f" Met or on track as well: {names}."
    return ("进展较好的方面。" if lang == "zh" else "What goes well."), text


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


def problem_text(problem: Problem, lang: Lang, as_of: int) -> list[tuple[str, str]]:
    """Return the paragraphs on one problem: where it stands, the cause as a blank, who is to do what.

    Returns
    -------
    list of (lead, text)
    """
    state = joined((standing(one, lang, as_of, brief=True) for one in problem.targets), lang)
    who = listed((one(lang) for one in problem.departments), lang)
    clauses = listed(problem.clauses, lang)
    if lang == "zh":
        act = f"由{who}牵头，" + (f"对照规划{clauses}逐项检查落实情况，" if clauses else "")
        return [
            ("状况：", state),
            ("成因：", f"〔由{who}根据工作情况填写〕"),
            ("建议：", f"{act}于〔　〕月底前提出分年度安排和责任人，列入整改台账。"),
        ]
    act = f"{who} to check " + (f"the plan's measures ({clauses})" if clauses else "what is being done")
    return [
        ("State: ", state),
        ("Cause: ", f"[to be filled in by {who}]"),
        ("Advice: ", f"{act} and to name yearly steps and a person by [date], kept in the ledger."),
    ]
