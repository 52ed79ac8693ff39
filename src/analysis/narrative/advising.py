"""One problem told whole: where it stands, what the data show of where and who, its cause, who does what by when."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.narrative.facts import TargetFact
from analysis.narrative.outlook import gap_of
from analysis.narrative.problems import Problem
from analysis.narrative.weaving import SEPARATE, joined, listed, pace_said, woven


def problem_text(problem: Problem, lang: Lang, as_of: int) -> list[tuple[str, str]]:
    """Return the paragraphs on one problem: state, what the data show, the cause as a blank, who is to do what.

    Returns
    -------
    list of (lead, text)
    """
    zh = lang == "zh"
    who = listed((one(lang) for one in problem.departments), lang)
    told = [
        ("状况：" if zh else "State: ", woven(problem.targets, lang, as_of, brief=True)),
        ("线索：" if zh else "What the data show: ", clues(problem, lang)),
        ("成因：" if zh else "Cause: ", f"〔由{who}根据工作情况填写〕" if zh else f"[to be filled in by {who}]"),
        ("建议：" if zh else "Advice: ", advice(problem, lang, as_of)),
    ]
    return [(lead, text) for lead, text in told if text]


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
        if one.swing(lang) and one.at_target:
            said.append(f"{one.name(lang)}{'' if zh else ': '}{one.swing(lang)}")
    for one in problem.targets:
        if one.parts(lang):
            head = f"{one.base_year}年以来" if zh else f"since {one.base_year} "
            said.append(f"{head}{one.parts(lang)}")
    text = joined(said[:4], lang)
    return text if zh else text[:1].upper() + text[1:]


def advice(problem: Problem, lang: Lang, as_of: int) -> str:
    """Return who does what by when, in numbers: what each target still lacks, and at which pace it would be reached."""
    zh, between = lang == "zh", SEPARATE[lang][0]
    who = listed((one(lang) for one in problem.departments), lang)
    goals = [text for one in problem.targets if (text := _goal(one, lang, as_of))][:3]
    measures = problem.measures[:2]
    first = problem.targets[0]
    if zh:
        partner = f"会同{first.weakest.zh}" if first.by_unit and first.weakest.zh else ""
        named = "、".join(f"“{one.zh}”" for one in measures)
        more = "等措施" if len(problem.measures) > 2 else ""
        done = f"检查{named}{more}的落实情况" if named else "逐项检查所采取的措施"
        checked = f"查清{_what(problem, 'zh')}，{done}"
        steps = f"；{between.join(goals)}" if goals else ""
        return f"{who}{partner}于〔　〕月底前{checked}，提出责任人和时间表，列入整改台账{steps}。"
    named = ", ".join(f'"{one.en}"' for one in measures)
    checked = f"to find out {_what(problem, 'en')} and to check " + (named or "what is being done")
    steps = f"; {between.join(goals)}" if goals else ""
    return f"{who} {checked} by [date], with a person and a timetable in the ledger{steps}."


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


def _goal(fact: TargetFact, lang: Lang, as_of: int) -> str:
    """Return what a target still asks for, in numbers: the people, the most events, the pace a year."""
    zh = lang == "zh"
    if fact.at_target or fact.status == "no_data":
        return ""
    if most := fact.counted.allowed(lang):
        if fact.timing == "due":
            return ""
        return (
            f"{fact.name.zh}到{fact.year}年须不超过{most}" if zh else f"{fact.name.en}: {most} at most by {fact.year}"
        )
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
