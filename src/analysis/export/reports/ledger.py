"""The rectification ledger (整改台账): a row a problem, the gravest first, on pages turned sideways."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import quiet
from analysis.export.reports.front import made_by
from analysis.export.reports.notice import lines
from analysis.export.sections import paragraph
from analysis.export.tables import badge, cell, html_table
from analysis.formats import MISSING, chinese
from analysis.narrative.acts import acts
from analysis.narrative.facts import AlertFact, Facts
from analysis.narrative.ledger_rows import LedgerRow, ledger_rows
from analysis.narrative.midterm import listed
from analysis.narrative.notices import ledger_rule
from analysis.narrative.problem_rows import Units, asked_lines, now_lines
from analysis.narrative.words import COLUMNS
from analysis.plan import Plan

_FILLED = ("cause", "measure", "support", "person", "deadline", "progress", "evidence", "reviewer")
_COLUMNS = (
    Text("序号", "No."),
    COLUMNS["level"],
    Text("问题和现状", "Problem, where it stands"),
    Text("目标和差距", "Targets and what is lacking"),
    Text("牵头和配合部门", "Departments"),
    Text("原因和整改措施", "Cause and measure"),
    Text("责任人和时限", "Person, deadline"),
    Text("进展和状态", "Progress, state"),
)
_BLANK = "〔　〕"
_WHO = {"person": Text("责任人：", "Person: "), "deadline": Text("时限：", "Deadline: ")}


def ledger(
    entries: pd.DataFrame,
    plan: Plan,
    facts: Facts,
    lang: Lang,
    author: str = "",
    units: Units | None = None,
    closed: str = "",
) -> str:
    """Return the ledger.

    Parameters
    ----------
    entries : DataFrame
        Columns level, target, department, state, clause and those of `_FILLED`, a row a target.
    plan : Plan
    facts : Facts
    lang : zh or en
    author : str
        Who keeps it, in place of what the plan's folder says.
    units : mapping, optional
        Of targets every sub-unit must reach, the one farthest from it, by name.
    closed : str
        The word of a closed entry.
    """
    rows = ledger_rows(entries.to_dict("records"), {one.id: one for one in facts.targets}, closed)
    count = facts.values.count("ledger/entries", len(entries))
    found = facts.values.count("ledger/problems", len(rows))
    front = plan.fronts.of("ledger")
    parts = ['<div class="landscape">', made_by("ledger", facts, front, lang, author or front.author(lang))]
    if rows:
        parts.append(paragraph(ledger_rule(count, found, lang)))
        cells = [_row(number, one, plan, facts, lang, units) for number, one in enumerate(rows, start=1)]
        caption = "整改台账" if lang == "zh" else "Ledger"
        parts.append(html_table([name(lang) for name in _COLUMNS], cells, caption, id="ledger"))
    else:
        none = "目前没有需要整改的红色、橙色预警。" if lang == "zh" else "There is no red or orange alert to deal with."
        parts.append(quiet(none))
    return "".join([*parts, "</div>"])


def place(number: int, lang: Lang) -> str:
    """Return the number of a row, written so that nobody takes it for a value."""
    from analysis.document.labels import label

    return chinese(number) if lang == "zh" else label(number, "upper-alpha").strip(" .")


def _row(number: int, row: LedgerRow, plan: Plan, facts: Facts, lang: Lang, units: Units | None) -> list[str]:
    zh, targets = lang == "zh", row.targets
    leads = [plan.department_name(code)(lang) for code in row.said("department")]
    support = row.said("support")
    with_whom = [f"配合：{listed(support, lang)}" if zh else f"with {listed(support, lang)}"] if support else []
    return [
        cell(place(number, lang)),
        badge(row.level, lang),
        lines(now_lines(targets, lang, facts.as_of, units) or row.said("clause")),
        lines(asked_lines(targets, lang, units)) if targets else MISSING,
        lines([listed(leads, lang), *with_whom]),
        lines(_acts(row, lang)),
        lines([f"{name(lang)}{listed(row.said(key), lang) or _BLANK}" for key, name in _WHO.items()]),
        lines(_progress(row, lang)),
    ]


def _acts(row: LedgerRow, lang: Lang) -> list[str]:
    zh, between = lang == "zh", "；" if lang == "zh" else "; "
    causes, measures = row.said("cause"), row.said("measure")
    out = [("原因：" if zh else "Cause: ") + between.join(causes)] if causes else []
    if measures:
        return [*out, ("措施：" if zh else "Measure: ") + between.join(measures)]
    return [*out, acts(row.targets, lang)] if row.targets else [*out, _BLANK]


def _progress(row: LedgerRow, lang: Lang) -> list[str]:
    zh, between = lang == "zh", "；" if lang == "zh" else "; "
    out = [between.join(row.said("progress"))] if row.said("progress") else []
    if evidence := row.said("evidence"):
        out.append(("佐证：" if zh else "Evidence: ") + listed(evidence, lang))
    if who := row.said("reviewer"):
        out.append(("复核：" if zh else "Reviewed by ") + listed(who, lang))
    return [*out, listed(row.said("state"), lang)]


def opened(alerts: Sequence[AlertFact], state: str) -> pd.DataFrame:
    """Return ledger entries as grave alerts open them, where no ledger is kept yet."""
    rows = [
        {
            **dict.fromkeys(_FILLED, ""),
            "level": one.level,
            "target": one.target.id,
            "department": one.target.department,
            "clause": one.target.clause,
            "state": state,
        }
        for one in alerts
    ]
    return pd.DataFrame(rows, columns=["level", "target", "department", "clause", "state", *_FILLED])
