"""The annual report: what became better and worse in the year, what fell due, alerts, advice, tables of five years."""

from __future__ import annotations

import pandas as pd

from analysis.exceptions import Lang
from analysis.export.reports.common import head, notes, page_break, table
from analysis.export.reports.front import contents, report_head
from analysis.export.sections import due, paragraph, see
from analysis.narrative import closing, saying, statistics, yearly
from analysis.narrative.advising import advice, state, until
from analysis.narrative.facts import DomainFact, Facts
from analysis.narrative.problems import in_other_alerts, problems
from analysis.narrative.weaving import joined, listed
from analysis.plan import Plan
from analysis.plan.front import Front

PROBLEMS = 6  # told whole; the others by name


def opening_page(facts: Facts, lang: Lang, author: str = "", front: Front | None = None) -> str:
    """Return title, author, the leading paragraph and the targets that fell due."""
    text, phrases = saying.annual_lead(facts, lang, author)
    pointed = ["due"] if facts.due else []
    return (
        report_head("annual", facts, front or Front(), lang, author)
        + contents(alone=False)
        + paragraph(text)
        + paragraph(phrases, see=see(lang, *pointed, "verdicts", "main"))
        + due(facts, lang)
    )


def domain(fact: DomainFact, number: int, lang: Lang, as_of: int) -> str:
    """Return one domain's section: what became better, what worse, what one year says nothing of."""
    told = yearly.paragraphs(fact, lang, as_of)
    return head(2, fact.title(lang), number, lang) + "".join(paragraph(text, lead) for lead, text in told)


def alerts(facts: Facts, number: int, lang: Lang) -> str:
    """Return the section on problems and advice: how many alerts, the gravest problems, the others by name."""
    zh, found = lang == "zh", problems(facts)
    out = [head(2, "预警、问题和建议" if zh else "Alerts, problems and advice", number, lang)]
    out.append(paragraph(closing.counted(facts, lang) + ((("" if zh else " ") + until(lang)) if found else "")))
    for place, one in enumerate(found[:PROBLEMS], start=1):
        out.append(head(3, one.title(lang), place, lang))
        out.append(paragraph(f"{state(one, lang)}{'' if zh else ' '}{advice(one, lang)}"))
    rest = [one.title(lang) for one in found[PROBLEMS:]]
    if rest:
        out.append(paragraph(f"其他问题：{listed(rest, lang)}。" if zh else f"Others: {listed(rest, lang)}."))
    if text := closing.milder(in_other_alerts(facts, found), lang):
        out.append(paragraph(text))
    lacking = [one.name(lang) for each in facts.domains for one in each.targets if one.status == "no_data"]
    if lacking:
        names = joined([listed(lacking, lang)], lang)
        out.append(paragraph(f"因缺少数据或样本过小，尚无法判断：{names}" if zh else f"Not to be judged yet: {names}"))
    return "".join(out)


def annex(facts: Facts, observations: pd.DataFrame, plan: Plan, area: str, missing: pd.DataFrame, lang: Lang) -> str:
    """Return the annex tables: main indicators, by sex and age, missing data and changes of definition; then notes."""
    zh = lang == "zh"
    years = range(facts.as_of - 4, facts.as_of + 1)
    five = statistics.by_year(observations, plan, area, years, lang)
    groups = statistics.by_group(observations, plan, area, lang)
    return "".join(
        [
            page_break(),
            head(2, "附表" if zh else "Annex tables"),
            table(five, "主要指标近五年情况" if zh else "Main indicators, five years", "main"),
            table(groups, "分性别、城乡、年龄情况" if zh else "By sex, residence and age", "groups"),
            table(missing, "缺报与口径变化" if zh else "Missing data and changes of definition", "missing"),
            head(2, "说明" if zh else "Notes"),
            notes(facts, lang),
        ]
    )
