"""Sentences of the annual, final and other documents, from facts alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.exceptions import Lang, Text
from analysis.narrative.facts import AlertFact, DomainFact, Facts, TargetFact
from analysis.narrative.moving import moves
from analysis.narrative.wording import events, headline, known_until, overall, told
from analysis.narrative.wording import indicator as standing
from analysis.narrative.words import LEVEL

TITLES = {
    "annual": Text("{plan}{year}年度监测报告", "Annual monitoring report {year}: {plan}"),
    "midterm": Text("{plan}中期评估报告", "Mid-term evaluation: {plan}"),
    "final": Text("{plan}终期评估报告", "Final evaluation: {plan}"),
    "yearbook": Text("{area}儿童统计资料（{year}年）", "Yearbook of children's statistics: {area}, {year}"),
    "notice": Text("{short}{year}年度监测预警通报", "Alert notice {year}: {short}"),
    "ledger": Text("{short}监测预警整改台账", "Rectification ledger: {short}"),
    "department": Text("{short}部门工作页", "Department pages: {short}"),
    "brief": Text("{short}一图读懂", "One-page brief {year}"),
    "region": Text(
        "{area}儿童发展规划县区监测评估报告（{year}年）", "Monitoring and evaluation of districts: {area}, {year}"
    ),
}

_YEARS = re.compile(r"\s*[（(][^（()）]*\d{4}[^（()）]*[)）]$")  # at the end of a plan's title


def short_name(facts: Facts, lang: Lang) -> str:
    """Return the name of the plan without its years, with the area where the plan is that of a larger one."""
    short = _YEARS.sub("", facts.plan(lang))
    return short + _whose(facts, lang)


def _whose(facts: Facts, lang: Lang) -> str:
    return "" if not facts.elsewhere else facts.area.zh if lang == "zh" else f", {facts.area.en}"


def title(kind: str, facts: Facts, lang: Lang) -> str:
    """Return the title of a document."""
    plan = facts.plan(lang) + _whose(facts, lang)  # of a larger area: whose evaluation this is has to be said
    names = (plan, short_name(facts, lang), facts.area(lang))
    plan, short, area = (name + " " * name[-1:].isdigit() for name in names)  # no year runs into 县12
    return TITLES[kind](lang).format(plan=plan, short=short, area=area, year=facts.as_of)


def judgement(fact: TargetFact, lang: Lang) -> str:
    """Return the sentence that leads the paragraph on an indicator: which way it went, and the verdict."""
    move = fact.on_baseline if fact.base_year != fact.latest_year else fact.on_last_year
    name, status = fact.name(lang), verdict_said(fact, lang)
    if move is None or fact.own_words:
        return f"{name}：{status}。" if lang == "zh" else f"{name}: {status}."
    since = fact.base_year if fact.base_year != fact.latest_year else (fact.latest_year or 0) - 1
    moved = moves(fact, move.sign)
    if lang == "zh":
        than = "与" if move.sign == 0 else "比"
        return f"{name}{than}{since}年{moved[0]}，{status}。"
    return f"{name} {_SINCE[move.sign]} since {since}: {status}."


_SINCE = {-1: "has fallen", 0: "is unchanged", 1: "has risen"}


def verdict_said(fact: TargetFact, lang: Lang) -> str:
    """Return the verdict as half a sentence, with the year of a target that has passed or is reached early."""
    word, edge = fact.verdict(lang), ""
    if fact.borderline and fact.status in ("on_track", "at_risk", "off_track", "met"):
        edge = "（临界）" if lang == "zh" else " (on the edge)"
    if lang == "en":
        return f"{word.lower()}{edge}"
    if fact.timing == "due" or word == "提前达到":
        return f"{fact.year}年目标{word}{edge}"
    return f"{word}{edge}"


def distance(fact: TargetFact, lang: Lang) -> str:
    """Say how far the latest value is from the target, and on which side."""
    if fact.distance is None or not fact.distance.sign or fact.by_unit or fact.at_target is None or fact.own_words:
        return ""
    size = fact.distance.size(lang)
    if lang == "zh":
        return f"优于目标{size}。" if fact.at_target else f"距目标还差{size}。"
    return f" Better than the target by {size}." if fact.at_target else f" {size} to go."


def paragraph(fact: TargetFact, lang: Lang) -> tuple[str, str]:
    """Return the judgement sentence on an indicator, and the text behind it with the distance to the target."""
    if fact.own_words:
        return judgement(fact, lang), told(fact, lang) + events(fact, lang)
    return judgement(fact, lang), standing(fact, lang) + distance(fact, lang)


def annual_lead(facts: Facts, lang: Lang, author: str) -> tuple[str, str]:
    """Return the first paragraph of the annual report: basis and overall conclusion, then a phrase a domain."""
    lead, counts = overall(facts, lang)
    if lang == "zh":
        who = f"由{author}编制，" if author else ""
        until = f"{facts.as_of}年评估，{known_until(facts, lang)}"
        head = f"按照《{facts.plan.zh}》监测评估要求，本报告{who}反映{facts.area.zh}规划实施情况（{until}）。{lead}"
        return head + counts, "；".join(domain_phrase(one, lang) for one in facts.domains) + "。"
    who = f" by {author}" if author else ""
    until = f"as of {facts.as_of}, with {known_until(facts, lang)}"
    head = f"This report{who} shows how the plan stood in {facts.area.en} {until}. {lead} "
    return head + counts, "; ".join(domain_phrase(one, lang) for one in facts.domains) + "."


def domain_phrase(fact: DomainFact, lang: Lang) -> str:
    """Return half a sentence on a domain: how many of its judged targets are met or on track."""
    tally = fact.tally
    if not tally.judged:
        return f"{fact.title.zh}以佐证评定为主" if lang == "zh" else f"{fact.title.en}: judged by evidence"
    done, judged = tally.said("favourable"), tally.said("judged")
    if lang == "zh":
        if not tally.favourable:
            return f"{fact.title.zh}{judged}条可评判目标尚未达到或没有把握"
        return f"{fact.title.zh}{judged}条可评判目标中{done}条已达标或有望达标"
    return f"{fact.title.en}: {done} of {judged} judged targets met or on track"


def summary_lines(facts: Facts, lang: Lang) -> list[str]:
    """Return the lines of the one-page summary: conclusion, the domains, the gravest alerts, what is asked for."""
    grave = facts.grave
    number = facts.values.count("alerts/grave", len(grave))
    if lang == "zh":
        lines = [f"总体判断：{headline(facts, lang)}"]
        lines.append("分领域：" + "；".join(domain_phrase(one, lang) for one in facts.domains) + "。")
        if grave:
            listed = named(grave, lang)
            more = "等" if len({one.target.name.zh for one in grave}) > len(listed) else ""
            lines.append(f"最需关注（红色、橙色预警共{number}条）：" + "、".join(listed) + f"{more}。")
            lines.append("需要决定：对红色、橙色预警逐条明确牵头部门、责任人和完成时限，列入整改台账。")
        return lines
    lines = [f"Conclusion: {headline(facts, lang)}"]
    lines.append("By domain: " + "; ".join(domain_phrase(one, lang) for one in facts.domains) + ".")
    if grave:
        lines.append(f"Most in need of attention ({number} red or orange alerts): {', '.join(named(grave, lang))}.")
        lines.append("To decide: a lead department, a person and a date for each red and orange alert, in the ledger.")
    return lines


def named(alerts: Sequence[AlertFact], lang: Lang, most: int = 6) -> list[str]:
    """Return the names of the indicators with the gravest alerts, each once."""
    order = {level: k for k, level in enumerate(LEVEL)}
    ranked = sorted(alerts, key=lambda one: (order[one.level], one.target.p if one.target.p == one.target.p else 1))
    return list(dict.fromkeys(one.target.name(lang) for one in ranked))[:most]


def levels_said(facts: Facts, lang: Lang) -> list[str]:
    """Return how many alerts there are of each level that has any, the gravest first."""
    counts = {level: sum(alert.level == level for alert in facts.alerts) for level in LEVEL}
    said = {level: facts.values.count(f"alerts/{level}", n) for level, n in counts.items() if n}
    if lang == "zh":
        return [f"{LEVEL[level].zh}{n}条" for level, n in said.items()]
    return [f"{n} {LEVEL[level].en.lower()}" for level, n in said.items()]


def notice_lead(facts: Facts, lang: Lang) -> str:
    """Return the first paragraph of the alert notice."""
    total = facts.said("alerts")
    if lang == "zh":
        each = "、".join(levels_said(facts, lang))
        return (
            (
                f"按照规划监测评估要求，根据{facts.as_of}年评估（{known_until(facts, lang)}）和按年度数据作出的预测，"
                f"现将预警情况通报如下：共{total}条{'，其中' + each if each else ''}。"
                "预警依据统计数据作出，是工作提示，不作为责任认定。"
            )
            if facts.alerts
            else (f"按照规划监测评估要求，根据{facts.as_of}年评估（{known_until(facts, lang)}），本年度没有预警。")
        )
    each = ", ".join(levels_said(facts, lang))
    if not facts.alerts:
        return f"The evaluation of {facts.as_of}, on {known_until(facts, lang)}, raises no alert."
    return (
        f"{total} alerts follow from the evaluation of {facts.as_of}, on {known_until(facts, lang)} and their forecasts"
        f"{': ' + each if each else ''}. An alert is statistical: a hint for work, no finding of accountability."
    )
