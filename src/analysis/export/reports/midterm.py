"""What the mid-term evaluation adds: the summary for leaders, effects of measures, experience, adjustments, annexes."""

from __future__ import annotations

import pandas as pd

from analysis.exceptions import Lang
from analysis.export import sections
from analysis.export.reports.common import opening, page_break, table
from analysis.export.reports.evaluation import adjustments as open_targets
from analysis.export.reports.evaluation import experience, leader_page, measures_section
from analysis.narrative.facts import Facts
from analysis.narrative.scenarios import in_doubt
from analysis.plan import Plan


def opening_page(facts: Facts, lang: Lang, author: str = "") -> str:
    """Return title and the one-page summary, then on a new page how it was done and the overall conclusion."""
    return (
        opening("midterm", facts, lang, author)
        + leader_page(facts, lang)
        + page_break()
        + sections.opening(facts, lang)
    )


def effects(facts: Facts, plan: Plan, better: pd.DataFrame, lang: Lang) -> str:
    """Return the effect of measures, each with input, output, outcome and evidence grade, and the experience."""
    return (
        sections.heading("effects", lang)
        + measures_section(facts, plan, lang)
        + sections.heading("experience", lang)
        + experience(facts, better, lang)
    )


def scenarios_in_doubt(rows: pd.DataFrame, lang: Lang) -> str:
    """Return the table of scenarios of the targets in doubt; nothing where there is none."""
    if not len(rows):
        return ""
    text, caption = in_doubt(lang)
    return sections.paragraph(text, see=sections.see(lang, "scenarios")) + table(rows, caption, "scenarios")


def adjustments(facts: Facts, lang: Lang) -> str:
    """Return the targets one may look at again."""
    return sections.heading("adjustments", lang) + open_targets(facts, lang) + sections.limits(facts, lang)


def annexes(facts: Facts, lang: Lang, rules_text: str) -> str:
    """Return the annexes; what was not handed in is named as such."""
    none = "本次运行未附。" if lang == "zh" else "Not part of this run."
    return (
        page_break()
        + sections.annex(facts, lang, rules_text)
        + sections.heading("annex_opinion", lang)
        + sections.paragraph(none)
        + sections.heading("annex_departments", lang)
        + sections.paragraph(none)
    )
