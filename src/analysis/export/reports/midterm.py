"""The mid-term evaluation: a summary for who signs it, one page a domain, problems in groups, annexes."""

from __future__ import annotations

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export import sections
from analysis.export.reports.common import bullets, head, page_break
from analysis.export.reports.evaluation import carried_out, experience
from analysis.export.reports.front import contents, report_end, report_head
from analysis.export.reports.main_table import dated, main_table
from analysis.export.tables import badge, cell, html_table, tally_table
from analysis.formats import chinese
from analysis.narrative import closing, midterm, reported_words, summary, wording
from analysis.narrative.advising import problem_text, until
from analysis.narrative.facts import DomainFact, Facts, TargetFact
from analysis.narrative.outlook import chances, steady_said
from analysis.narrative.problems import Problem, in_other_alerts, problems
from analysis.narrative.reported_facts import ReportedFacts
from analysis.narrative.words import COLUMNS, LEVEL
from analysis.plan import Plan
from analysis.plan.front import Front

WEAK, TOLD = 5, 6  # problems of the summary's table, and of the chapter on problems
_ROUNDED = Text(
    "增减按未舍入的数计算，与表列数相减的结果可能略有出入。",
    " Changes are of unrounded values and may differ slightly from those of the values shown.",
)
_WEAK = (
    Text("薄弱环节", "Weak point"),
    Text("现状", "Now"),
    Text("目标", "Target"),
    Text("差距", "To go"),
    Text("牵头部门", "Lead"),
)


def opening_page(facts: Facts, lang: Lang, author: str = "", front: Front | None = None) -> str:
    """Return title and the one-page summary: what fell due, weak points, what is to be decided."""
    found = problems(facts, WEAK)
    parts = [
        report_head("midterm", facts, front or Front(), lang, author),
        contents(),
        head(2, "摘要" if lang == "zh" else "Summary"),
        sections.paragraph("", wording.standing(facts, lang).strip()),
    ]
    if text := summary.missed(facts, lang):
        parts.append(sections.paragraph(text))
    if found:
        rows = [[cell(text) for text in summary.weak_point(one, lang, facts.end_year)] for one in found]
        caption = "主要薄弱环节" if lang == "zh" else "Main weak points"
        parts.append(html_table([one(lang) for one in _WEAK], rows, caption, id="weak"))
        parts.append(sections.paragraph(summary.decisions(found, lang)))
    return "".join(parts)


def conclusion(facts: Facts, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return how it was done, the overall conclusion with the counts by domain, and the targets that fell due."""
    lead, counts = wording.overall(facts, lang, with_due=False)  # the summary has said it
    whole = DomainFact("all", sections.ALL, facts.goals, facts.tally, ())
    caption = "各领域目标判定情况（条）" if lang == "zh" else "Verdicts by domain (targets)"
    return (
        page_break()
        + sections.heading("method", lang)
        + sections.paragraph(wording.method(facts, lang) + _ROUNDED(lang))
        + (sections.paragraph(reported_words.who_reported(reported, lang)) if reported else "")
        + sections.heading("overall", lang)
        + sections.paragraph(counts, lead, sections.see(lang, "tally", "main"))
        + (sections.paragraph(reported_words.evidence_said(reported, lang)) if reported else "")
        + tally_table(facts.domains, whole, lang, caption, "tally", of_all=False)
        + main_table(facts, lang)
    )


def domain(fact: DomainFact, number: int, lang: Lang, facts: Facts, chart: bool = True) -> str:
    """Return the page of one domain: its conclusion, what fell due, then its themes, those in trouble first.

    With a `chart` the paragraph it belongs to points at it.
    """
    lead, _ = wording.domain(fact, lang)
    mark = f"（{chinese(number)}）" if lang == "zh" else f"3.{number} "
    parts = [head(3, mark + fact.title(lang)), sections.paragraph(midterm.share(fact, lang), lead)]
    said, found = {one.indicator for one in fact.due}, midterm.themes(fact)
    grave = [own for own in found if midterm.in_trouble(own)]
    later = _clued(facts)
    told = [(midterm.due_paragraph(fact, lang, facts), False)]
    for own in grave[: midterm.THEMES]:
        pointed = chart and drawn(fact) in {one.indicator for one in own}
        told.append((midterm.theme_paragraph(own, lang, facts.as_of, said, later), pointed))
    told.append((("", midterm.others(grave[midterm.THEMES :], lang)), False))
    good = [own for own in found if own not in grave]
    lead, text = midterm.good_paragraph(good, lang, said)
    behind = midterm.behind_elsewhere(good, lang, facts.as_of)
    told.append(((lead, ("" if lang == "zh" else " ").join(filter(None, (text, behind))) if text else ""), False))
    told.append((("", midterm.lagging_elsewhere(fact, grave[: midterm.THEMES], lang)), False))
    told.append((("", midterm.unjudged(fact, lang)), False))
    for (lead, text), pointed in told:
        if text:
            parts.append(sections.paragraph(text, lead, sections.see(lang, chart_id(fact)) if pointed else ""))
    return "".join(parts)


def _clued(facts: Facts) -> set[str]:
    """Return the indicators of which the chapter on problems tells who lags."""
    return {target.indicator for one in problems(facts)[:TOLD] for target in one.targets}


def drawn(fact: DomainFact) -> str:
    """Return the indicator whose chart stands on a domain's page: the hardest to reach; empty where none is."""
    grave = [own for own in midterm.themes(fact) if midterm.in_trouble(own)]
    told = [one for own in grave[: midterm.THEMES] for one in own if one.p == one.p and not one.by_unit]
    hard = [one for one in told if one.status == "off_track"]
    return min(hard, key=lambda one: one.p).indicator if hard else ""


def chart_id(fact: DomainFact) -> str:
    """Return the id under which the chart of a domain's page is pointed at."""
    return f"fan-{fact.id}"


def chart_caption(fact: DomainFact, name: str, lang: Lang) -> str:
    """Return the caption of a domain's chart: what it shows, and what is to be seen in it."""
    shown = [one for own in midterm.themes(fact) for one in own if one.indicator == drawn(fact)]
    if not shown:
        return name
    said = steady_said(shown[0], lang) if shown[0].at_target else chances(shown[0], lang)
    return f"{name}{'：' if lang == 'zh' else ': '}{said}"


def measures(facts: Facts, plan: Plan, better: pd.DataFrame, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return how far measures are and what came of them, and the experience; the list of all measures is an annex."""
    done, learnt = carried_out(facts, plan, lang, reported), experience(facts, better, lang, reported)
    return sections.heading("effects", lang) + done + sections.heading("experience", lang) + learnt


def trend(facts: Facts, lang: Lang) -> str:
    """Return the outlook: how many alerts of which level, the grave ones as a table, the milder by name."""
    out = [sections.heading("trend", lang), sections.paragraph(closing.alert_lead(facts, lang))]
    order = list(LEVEL)
    grave = sorted(facts.grave, key=lambda one: (order.index(one.level), one.target.timing != "due"))
    if grave:
        columns = [COLUMNS[name](lang) for name in ("level", "target", "bound", "latest", "p_met", "department")]
        rows = [
            [
                badge(one.level, lang),
                *map(cell, (one.target.name(lang), _asked(one.target, facts, lang), one.target.latest(lang))),
                *map(cell, (_chance(one.target, lang), one.department(lang))),
            ]
            for one in grave
        ]
        caption = "红色、橙色预警" if lang == "zh" else "Red and orange alerts"
        out.append(html_table(columns, rows, caption, numbers=(2, 3, 4), id="alerts"))
    if text := closing.milder(in_other_alerts(facts, problems(facts)), lang):
        out.append(sections.paragraph(text))
    return "".join(out)


def _asked(fact: TargetFact, facts: Facts, lang: Lang) -> str:
    """Return the value asked for with its year where it is not the plan's last."""
    return dated(fact.bound(lang), fact.year, facts.end_year, lang)


def _chance(fact: TargetFact, lang: Lang) -> str:
    return fact.verdict(lang) if fact.timing == "due" else fact.p_met(lang)


def advice(facts: Facts, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return problems and advice: the gravest groups in full, the others by name."""
    found = problems(facts)
    out = [sections.heading("advice", lang)]
    if not found:
        none = "本次没有红色或橙色预警。" if lang == "zh" else "There is no red or orange alert."
        return out[0] + sections.paragraph(none)
    out.append(sections.paragraph(until(lang)))
    for number, one in enumerate(found[:TOLD], start=1):
        mark = f"（{chinese(number)}）" if lang == "zh" else f"7.{number} "
        out.append(head(3, mark + one.title(lang)))
        out += [sections.paragraph(text, lead) for lead, text in problem_text(one, lang, reported)]
    if rest := [_brief(one, lang) for one in found[TOLD:]]:
        text = midterm.joined(rest, lang)
        out.append(sections.paragraph(f"其他问题：{text}" if lang == "zh" else f"Others: {text}"))
    return "".join(out)


def _brief(problem: Problem, lang: Lang) -> str:
    who = midterm.listed((one(lang) for one in problem.departments), lang)
    return f"{problem.title(lang)}（{who}）" if lang == "zh" else f"{problem.title(lang)} ({who})"


def adjustments(facts: Facts, lang: Lang, front: Front | None = None, reported: ReportedFacts | None = None) -> str:
    """Return the targets one may set anew, each with a value, what the report does not cover, and who gets it."""
    zh, parts = lang == "zh", []
    if said := closing.proposals(facts, lang):
        parts.append(bullets(said))
        who = "目标调整须先核实措施落实情况，由规划批准机关决定。"
        parts.append(
            sections.paragraph(
                who if zh else "Whoever approved the plan decides, once its measures have been looked into."
            )
        )
    else:
        none = "没有需要提出调整的数值目标。"
        parts.append(sections.paragraph(none if zh else "No target with a number needs to be set anew."))
    limits = sections.heading("limits", lang) + bullets(closing.limits(facts, lang, reported is not None))
    return sections.heading("adjustments", lang) + "".join(parts) + limits + report_end(front or Front(), lang)
