"""The alert notice (预警通报): red and orange by problem, the rest as a table, what is asked for and by when."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import bullets, head
from analysis.export.reports.front import letter_end, letter_head, reply_by
from analysis.export.sections import paragraph, see
from analysis.export.tables import badge, cell, html_table
from analysis.narrative import notices
from analysis.narrative.acts import acts, grave_part, milder
from analysis.narrative.facts import AlertFact, Facts
from analysis.narrative.midterm import listed
from analysis.narrative.problem_rows import Units, asked_briefly, now, state_lines
from analysis.narrative.problems import Problem, problems
from analysis.narrative.suppression import suppression
from analysis.narrative.words import COLUMNS
from analysis.plan.front import Front

_COLUMNS = (
    COLUMNS["level"],
    Text("现状、目标和差距", "Where it stands, what is asked for"),
    COLUMNS["department"],
    Text("工作要求", "What is asked for"),
)
_REST = (COLUMNS["level"], Text("指标", "Indicator"), COLUMNS["latest"], COLUMNS["target"], COLUMNS["department"])


def notice(facts: Facts, front: Front, lang: Lang, author: str = "", units: Units | None = None) -> str:
    """Return the alert notice.

    Parameters
    ----------
    facts : Facts
    front : Front
        Number, addressees, signature and days of the document; what is not known is a blank.
    lang : zh or en
    author : str
        Signs it in place of the front's issuing body.
    units : mapping, optional
        Of targets every sub-unit must reach, the one farthest from it, by name.
    """
    zh, found = lang == "zh", [grave_part(one) for one in problems(facts)]
    rest = milder(facts.alerts)
    out = [letter_head("notice", facts, front, lang), paragraph(notices.notice_lead(facts, found, lang))]
    if before := notices.issued_before(facts, lang):
        out.append(paragraph(before))
    number = 0
    if found:
        number += 1
        out.append(head(2, "需要整改的问题" if zh else "Problems to be dealt with", number, lang))
        out.append(paragraph(notices.gravest(found, lang), see=see(lang, "problems")))
        out.append(problem_table(found, facts, lang, units))
    if rest:
        number += 1
        out.append(head(2, "需要关注的其他指标" if zh else "Other indicators to watch", number, lang))
        out.append(_rest(rest, facts, lang, units))
    if facts.alerts:
        out.append(head(2, "工作要求" if zh else "What is asked for", number + 1, lang))
        out.append(bullets(notices.asked(bool(found), reply_by(front, lang), lang), ordered=True))
    out += map(paragraph, suppression(facts, lang))
    return "".join([*out, letter_end(front, lang, author)])


def problem_table(found: Sequence[Problem], facts: Facts, lang: Lang, units: Units | None = None) -> str:
    """Return the problems behind red and orange alerts as a table, one row each, the gravest first."""
    rows = []
    for one in found:
        own = [alert.target for alert in one.alerts]
        rows.append(
            [
                badge(one.gravest.level, lang),
                lines(state_lines(own, lang, facts.as_of, units)),
                cell(listed((name(lang) for name in one.departments), lang)),
                cell(acts(one.targets, lang)),
            ]
        )
    caption = "红色、橙色预警涉及的问题" if lang == "zh" else "Problems behind red and orange alerts"
    return html_table([name(lang) for name in _COLUMNS], rows, caption, id="problems")


def _rest(rest: Sequence[AlertFact], facts: Facts, lang: Lang, units: Units | None) -> str:
    rows = [
        [
            badge(one.level, lang),
            cell(one.target.name(lang)),
            cell(now(one.target, lang, facts.as_of, units)),
            cell(asked_briefly(one.target, lang, facts.end_year)),
            cell(one.department(lang)),
        ]
        for one in rest
    ]
    caption = "黄色、蓝色预警" if lang == "zh" else "Yellow and blue alerts"
    return html_table([name(lang) for name in _REST], rows, caption, id="rest")


def lines(texts: Sequence[str]) -> str:
    """Return texts as the content of one cell, a line each."""
    return "<br>".join(map(cell, texts))
