"""The final evaluation: ten years compared, misses classified, earlier forecasts reviewed, advice for the next plan."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.assessment.rules import Rules
from analysis.exceptions import Lang
from analysis.export import sections
from analysis.export.reports.annexes import annexes
from analysis.export.reports.common import head, opening, page_break, table
from analysis.export.reports.evaluation import carried_out, causes_section, experience, leader_page
from analysis.export.reports.front import contents
from analysis.export.tables import tally_table
from analysis.marks import to_html
from analysis.narrative import ending, statistics, wording
from analysis.narrative.facts import DomainFact, Facts
from analysis.narrative.reported_facts import ReportedFacts
from analysis.plan import Plan


def opening_page(facts: Facts, lang: Lang, author: str = "") -> str:
    """Return title, summary, how it was done, and the conclusion; before the plan's end it says it is preliminary."""
    zh, early = lang == "zh", facts.as_of < facts.end_year
    out = [opening("final", facts, lang, author), contents()]
    if early:
        text = (
            f"规划期至{facts.end_year}年，评估年份为{facts.as_of}年：本报告为预评，未到期目标按现有进度判断。"
            if zh
            else f"The plan runs to {facts.end_year}, this reading is of {facts.as_of}: a preliminary evaluation."
        )
        out.append(f'<p class="quiet">{to_html(text)}</p>')
    lead, counts = wording.overall(facts, lang, with_due=False)  # the summary has said it
    whole = DomainFact("all", sections.ALL, facts.goals, facts.tally, ())
    return "".join(
        [
            *out,
            leader_page(facts, lang),
            page_break(),
            sections.heading("method", lang),
            sections.paragraph(wording.method(facts, lang)),
            sections.heading("overall", lang),
            sections.paragraph(counts, lead, sections.see(lang, "tally", "verdicts")),
            tally_table(
                facts.domains,
                whole,
                lang,
                "各领域目标判定情况（条）" if zh else "Verdicts by domain (targets)",
                "tally",
            ),
            sections.due(facts, lang),
            sections.heading("domains", lang),
        ]
    )


def domain(fact: DomainFact, number: int, lang: Lang, as_of: int) -> str:
    """Return one domain: its judgement, then a paragraph a theme, without any forecast."""
    lead, counts = wording.domain(fact, lang)
    out = [head(3, fact.title(lang), number, lang), sections.paragraph(counts, lead)]
    out += [sections.paragraph(text, theme) for theme, text in ending.paragraphs(fact, lang, as_of)]
    return "".join(out)


def comparison(assessments: pd.DataFrame, observations: pd.DataFrame, plan: Plan, rules: Rules, lang: Lang) -> str:
    """Return the comparison of baseline and last value of every judged target."""
    frame = statistics.ten_years(assessments, observations, plan, rules, lang)
    return sections.heading("comparison", lang) + table(
        frame, "规划实施前后对比" if lang == "zh" else "Before and after", "compared"
    )


def misses(causes: Mapping[str, str], plan: Plan, facts: Facts, lang: Lang) -> str:
    """Return the targets missed or in doubt, by what the numbers show."""
    return sections.heading("misses", lang) + causes_section(causes, plan, facts, lang)


def effects(facts: Facts, plan: Plan, better: pd.DataFrame, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return how far measures are with their outputs and outcomes, and the experience."""
    done, learnt = carried_out(facts, plan, lang, reported), experience(facts, better, lang, reported)
    return sections.heading("final_effects", lang) + done + learnt


def reviewed(frame: pd.DataFrame, lang: Lang) -> str:
    """Return how earlier forecasts turned out."""
    said = (
        "用各年当时已有的数据重作预测，与后来的实际值比较；80%区间应包含约八成实际值。"
        if lang == "zh"
        else "Forecasts made again from what was known each year, against what came; 80% intervals should hold 80%."
    )
    caption = "以往预测的兑现情况" if lang == "zh" else "How earlier forecasts turned out"
    see = sections.see(lang, "reviewed") if len(frame) else ""
    return sections.heading("reviewed", lang) + sections.paragraph(said, see=see) + table(frame, caption, "reviewed")


def next_plan(facts: Facts, lang: Lang) -> str:
    """Return advice for the next plan that follows from the counts alone."""
    zh, tally = lang == "zh", facts.tally
    qualitative, lacking = tally.said("qualitative"), tally.said("no_data")
    lines = (
        [
            f"有{qualitative}条目标以佐证材料评定，下一周期宜为其中能够量化的设定指标、基期和责任部门。",
            f"有{lacking}条目标缺少可评判的数据，宜先建立统计渠道再设目标。",
            "条款之间数值不一致的目标宜统一；以小概率事件计的目标宜同时给出允许发生数和多年平均。",
        ]
        if zh
        else [
            f"{qualitative} targets are judged by evidence: some may get an indicator.",
            f"{lacking} targets lack data: a channel for the data comes before the target.",
            "Clauses that differ should be made one; targets on rare events should name the count they allow.",
        ]
    )
    return sections.heading("next_plan", lang) + "".join(sections.paragraph(line) for line in lines)


def annex(facts: Facts, plan: Plan, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return every target that was judged, all measures, and the method."""
    return annexes(facts, plan, lang, facts.as_of < facts.end_year, reported)
