"""One problem told whole: where it stands, what the data show of where and who, its cause, who does what by when."""

from __future__ import annotations

from analysis.exceptions import Lang, Text
from analysis.narrative.facts import TargetFact
from analysis.narrative.outlook import gap_of
from analysis.narrative.problems import Problem
from analysis.narrative.reported_facts import ReportedFacts
from analysis.narrative.reported_words import cause_said
from analysis.narrative.weaving import SEPARATE, joined, listed, pace_said, standing

MOST = 4  # indicators of a problem told with their values
_UNDONE = {  # measures of which there is nothing to check yet
    "not_begun": Text(
        "说明“{}”尚未启动的原因并提出启动时间",
        'to say why "{}" has not begun and when it will',
    ),
    "not_reported": Text("补报“{}”的落实情况", 'to report on "{}"'),
}
CLUES = 6  # of what the data show of it


def problem_text(problem: Problem, lang: Lang, reported: ReportedFacts | None = None) -> list[tuple[str, str]]:
    """Return the paragraphs on one problem: state, what the data show, the cause, who is to do what.

    The cause is what departments `reported`, a blank where they did not.

    Returns
    -------
    list of (lead, text)
    """
    zh = lang == "zh"
    told = [
        ("状况：" if zh else "State: ", state(problem, lang)),
        ("线索：" if zh else "What the data show: ", clues(problem, lang)),
        ("成因：" if zh else "Cause: ", cause_said(problem, reported, lang)),
        ("建议：" if zh else "Advice: ", advice(problem, lang, reported)),
    ]
    return [(lead, text) for lead, text in told if text]


def state(problem: Problem, lang: Lang) -> str:
    """Return where a problem stands: value, count and target of each indicator, the outlook of the whole."""
    zh, said = lang == "zh", []
    for one in problem.targets[:MOST]:
        if one.reference is not None and one.kind_id == "direction":
            said.append(_against(one, lang))
            continue
        if one.by_unit or one.own_words:
            said.append(standing(one, lang, one.latest_year or 0))
            continue
        count, most = one.counted.events(lang) or one.count(lang), one.counted.allowed(lang)
        asked = f"{one.year}年{'要求折算' if one.worked_out else '目标'}{one.bound.zh}" if zh else (
            f"{one.year} target {one.bound.en}"
        )  # fmt: skip
        lacking = one.counted.lacking(lang)
        more = (f"不超过{most}" if zh else f"{most} at most") if most else ""
        more = more or ((f"差{lacking}" if zh else f"{lacking} short") if lacking and one.at_target is False else "")
        between = "，" if zh else ", "
        bracket = between.join(filter(None, (count, asked, more)))
        said.append(
            f"{one.name(lang)}{one.latest.zh}（{bracket}）" if zh else f"{one.name.en} {one.latest.en} ({bracket})"
        )
    if len(problem.targets) > MOST:
        names = listed((one.name(lang) for one in problem.targets[MOST:]), lang)
        said.append(f"{names}亦需关注" if zh else f"also in doubt: {names}")
    return joined(said, lang)


def _against(fact: TargetFact, lang: Lang) -> str:
    """Return a direction's value with its count beside the base it is held against."""
    base, count = fact.reference, fact.counted.events(lang) or fact.count(lang)
    assert base is not None
    value = base.value(lang).replace("（", "，").replace("）", "").replace(" (", ", ").replace(")", "")
    held = f"对照{base.name.zh}{value}" if lang == "zh" else f"against {value} in {base.name.en}"
    bracket = ("，" if lang == "zh" else ", ").join(filter(None, (count, held)))
    return (
        f"{fact.name.zh}{fact.latest.zh}（{bracket}）"
        if lang == "zh"
        else f"{fact.name.en} {fact.latest.en} ({bracket})"
    )


def clues(problem: Problem, lang: Lang) -> str:
    """Return what the data show of a problem: since when, who, where, and what part of it is only a smaller group."""
    zh, said = lang == "zh", []
    for one in problem.targets:
        colon = "" if zh else ": "
        said += [f"{one.name(lang)}{colon}{text(lang)}" for text in one.lags[:2]]
    for one in problem.targets:
        if one.turned is None and one.counted.events(lang) and one.pooled(lang) and one.borderline:
            said.append(
                f"{one.name.zh}人数少，一例之差即改变判定"
                if zh
                else f"{one.name.en} rests on few cases: one would turn it"
            )
    for one in problem.targets:
        if one.parts(lang):
            head = f"{one.base_year}年以来" if zh else f"since {one.base_year} "
            said.append(f"{head}{one.parts(lang)}")
    text = joined(said[:CLUES], lang)
    return text if zh else text[:1].upper() + text[1:]


def advice(problem: Problem, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return who does what, in numbers: what to find out, what each target still lacks, at which pace it is reached."""
    zh, between = lang == "zh", SEPARATE[lang][0]
    who = listed((one(lang) for one in problem.departments), lang)
    goals = [text for one in problem.targets if (text := _goal(one, lang))][:3]
    first, measures = problem.targets[0], problem.measures
    steps = f"{between}{between.join(goals)}" if goals else ""
    if zh:
        partner = f"会同{first.weakest.zh}" if first.by_unit and first.weakest.zh else ""
        more = "等措施" if len(measures) > 1 else ""
        done = f"检查“{measures[0].zh}”{more}的落实情况" if measures else "逐项检查所采取的措施"
        if measures and (state := _state(measures[0], reported)) in _UNDONE:
            done = _UNDONE[state].zh.format(measures[0].zh)
        return f"{who}{partner}查清{_what(problem, 'zh')}，{done}{steps}。"
    named = f'"{measures[0].en}"' if measures else "what is being done"
    done = f"to check {named}"
    if measures and (state := _state(measures[0], reported)) in _UNDONE:
        done = _UNDONE[state].en.format(measures[0].en)
    return f"{who} to find out {_what(problem, 'en')} and {done}{steps}."


def _state(measure: Text, reported: ReportedFacts | None) -> str:
    """Return how far a measure is as departments report; empty where nobody can say."""
    found = [one.state for one in reported.measures if one.title.zh == measure.zh] if reported is not None else []
    return found[0] if found else ""


def until(lang: Lang) -> str:
    """Return by when the advice on all problems is to be answered, and where it is kept."""
    if lang == "zh":
        return "以下各组问题，请牵头部门于〔　〕月底前明确责任人和时间表，列入整改台账。"
    return "On each of these the lead department names a person and a timetable by [date], kept in the ledger."


def _what(problem: Problem, lang: Lang) -> str:
    """Return what has to be found out first, by what the problem is."""
    first, zh = problem.targets[0], lang == "zh"
    if first.by_unit:
        return "未达到单位的对象名单和原因" if zh else "who is not reached there, and why"
    if any(one.counted.events(lang) for one in problem.targets):
        return "每例的经过和可避免的环节" if zh else "how each case came about and what could have prevented it"
    if first.unit == "yuan":
        return "增幅未达要求的资金和标准调整安排" if zh else "why the rate was not raised as asked for"
    if any(one.lags for one in problem.targets):
        return "差距集中的人群和原因" if zh else "where the gap lies and why"
    return "没有达到预期的环节" if zh else "where it falls short"


def _goal(fact: TargetFact, lang: Lang) -> str:
    """Return what a target still asks for, in numbers: the people, the most events, the pace a year."""
    zh = lang == "zh"
    if fact.at_target or fact.status == "no_data":
        return ""
    if most := fact.counted.allowed(lang):
        if fact.timing == "due":
            return ""
        if zh:
            return f"{fact.name.zh}到{fact.year}年按现有人数须不超过{most}"
        return f"{fact.name.en}: {most} at most by {fact.year}"
    lacking = fact.counted.lacking(lang)
    if fact.by_unit and lacking:
        return f"达到目标需再覆盖{lacking}" if zh else f"{lacking} more reach the target"
    pace = pace_said(fact, lang)
    if pace:
        return pace + ((f"（现差{lacking}）" if zh else f" ({lacking} now)") if lacking else "")
    gap = gap_of(fact, lang)
    if not gap or fact.timing != "due":
        return ""
    return f"{fact.name.zh}补足{gap}" if zh else f"{fact.name.en}: make up {gap}"
