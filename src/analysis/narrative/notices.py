"""Sentences of the alert notice and of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang
from analysis.marks import cell
from analysis.narrative.acts import acts
from analysis.narrative.facts import Facts
from analysis.narrative.midterm import joined, listed
from analysis.narrative.problems import Problem
from analysis.narrative.saying import levels_said
from analysis.narrative.wording import known_until


def notice_lead(facts: Facts, found: Sequence[Problem], lang: Lang) -> str:
    """Return the first paragraph: on what it rests, how many alerts of which level, how many problems they are."""
    zh, until = lang == "zh", known_until(facts, lang)
    if not facts.alerts:
        if zh:
            return f"按照规划监测评估要求，根据{facts.as_of}年评估（{until}），本年度没有预警。"
        return f"The evaluation of {facts.as_of}, on {until}, raises no alert."
    total, each = facts.said("alerts"), listed(levels_said(facts, lang), lang)
    many = facts.values.count("problems", len(found))
    if zh:
        grouped = f"红色、橙色预警归并为{many}个问题，由有关部门整改；其余作为关注事项。" if found else ""
        return (
            f"按照规划监测评估要求，根据{facts.as_of}年评估（{until}），现将预警情况通报如下。"
            f"共提示预警{total}条，其中{each}。{grouped}预警依据统计数据作出，是工作提示，不作为责任认定。"
        )
    grouped = f" Red and orange ones make up {many} problems to be dealt with; the others are to be watched."
    return (
        f"The evaluation of {facts.as_of}, on {until}, raises {total} alerts: {each}.{grouped if found else ''} "
        "An alert is statistical: a hint for work, no finding of accountability."
    )


def issued_before(facts: Facts, lang: Lang) -> str:
    """Say which red and orange alerts were issued in earlier years too, as on record; empty where none was."""
    said = []
    for one in facts.grave:
        if (one.on_record or 0) > 1:
            years = cell(f"alerts[{one.target.id},{one.rule}].years_on_record", one.on_record)
            name = one.target.name(lang)
            said.append(f"{name}已连续{years}年通报" if lang == "zh" else f"{name}: issued {years} years in a row")
    return joined(dict.fromkeys(said), lang)


def gravest(found: Sequence[Problem], lang: Lang) -> str:
    """Return the problems by name, no value: those that missed a target due, then red ones ahead, then the others."""
    late = [one for one in found if any(alert.target.group == "missed" for alert in one.alerts)]
    hard = [one for one in found if one not in late and one.gravest.level == "red"]
    rest = [one for one in found if one not in late and one not in hard]
    zh = lang == "zh"
    words = (
        (late, "未达到到期目标的有：{}", "Missed when due: {}"),
        (hard, "按现有趋势难以达标的有：{}", "Out of reach at this pace: {}"),
        (rest, "达标有困难的有：{}", "Hard to reach: {}"),
    )
    said = [(zh_word if zh else en_word).format(_titles(own, lang)) for own, zh_word, en_word in words if own]
    return "".join(one + "。" for one in said) if zh else " ".join(one + "." for one in said)


def _titles(found: Sequence[Problem], lang: Lang) -> str:
    return ("、" if lang == "zh" else "; ").join(one.title(lang) for one in found)  # an English name may hold a comma


def asked(grave: bool, until: str, lang: Lang) -> list[str]:
    """Return what all departments are asked for, with the day of the answer."""
    if lang == "zh":
        first = [
            f"各牵头部门于{until}前书面反馈所列问题的原因、整改措施、责任人和完成时间，并列入整改台账。",
            "人数少、波动大的指标，先核对个案和口径，再提措施。",
        ]
        return [*(first if grave else []), "对数据或判断有异议的，一并书面提出并附依据。"]
    first = [
        f"Lead departments answer in writing by {until}: cause, measure, person and date for each problem, "
        "kept in the ledger.",
        "Where few people stand behind a number, single cases and definitions are looked at first.",
    ]
    return [
        *(first if grave else []),
        "Objections to data or verdicts are made in the same answer, with their grounds.",
    ]


def ledger_rule(entries: str, found: str, lang: Lang) -> str:
    """Return the sentence above the ledger: how many entries in how many problems, and how one is closed."""
    if lang == "zh":
        return (
            f"台账共{entries}条，归并为{found}个问题，按轻重排列。空白处由牵头部门填写；销号须有佐证材料，并由责任人"
            "以外的人复核，销号后再次预警的重新办理。"
        )
    return (
        f"{entries} entries in {found} problems, the gravest first. Lead departments fill in the blanks. Closing an "
        "entry takes evidence and a reviewer other than the person responsible; an alert after that reopens it."
    )


def first_things(found: Sequence[Problem], owes: bool, lang: Lang, most: int = 3) -> list[str]:
    """Return what a department does first: its gravest problems, and, as one of the things, to report what it owes."""
    zh = lang == "zh"
    out = [f"{one.title(lang, 1)}{'：' if zh else ': '}{acts(one.targets, lang, 1)}" for one in found[: most - owes]]
    if owes:
        out.append("补报应报未报的数据" if zh else "Report the data that are missing")
    return out
