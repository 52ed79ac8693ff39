"""The one-page brief (一图读懂) as HTML a notebook displays; its chart stands between the two parts."""

from __future__ import annotations

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import quiet
from analysis.export.reports.front import made_by
from analysis.export.sections import paragraph
from analysis.export.tables import badge, cell, html_table
from analysis.narrative import brief as sentences
from analysis.narrative.facts import Facts
from analysis.narrative.problem_rows import Units
from analysis.narrative.suppression import suppression
from analysis.narrative.wording import known_until
from analysis.plan.front import Front

_ACROSS = 8  # domains; more stand one below the other
_ROWS = (
    Text("进展", "Progress"),
    Text("达标、有望", "Met, on track"),
    Text("需加力", "In doubt"),
    Text("其他", "Others"),
)


def brief_head(facts: Facts, front: Front, lang: Lang, author: str = "", units: Units | None = None) -> str:
    """Return title, verdict strip and the five points; what is not known of the front is left out."""
    out = [made_by("brief", facts, front, lang, author), _strip(facts, lang)]
    rows = [
        [f"<strong>{cell(lead.rstrip('。.'))}</strong>", cell(text)]
        for lead, text in sentences.points(facts, lang, units)
    ]
    heads = ("要点", "情况") if lang == "zh" else ("Point", "What the data show")
    return "".join([*out, html_table(heads, rows, id="points")])


def brief_end(facts: Facts, lang: Lang) -> str:
    """Return the small print: up to when the data reach, what the last row of the strip counts."""
    until = known_until(facts, lang)
    if lang == "zh":
        said = f"注：{until}；单位为条，“其他”为以佐证材料评定或数据不足、未作数据评判的目标。"
    else:
        said = f"Note: {until}. Numbers are targets; 'others' are judged by evidence or lack data."
    return quiet(said) + "".join(map(paragraph, suppression(facts, lang)))


def _strip(facts: Facts, lang: Lang) -> str:
    """Return the verdicts by domain: a column a domain, or a row where there are too many for the page."""
    found = sentences.strip(facts, lang)
    cells = [[badge(one.code, lang, one.word), *map(cell, (one.good, one.doubtful, one.other))] for one in found]
    names = [one.title for one in found]
    first = "领域" if lang == "zh" else "Domain"
    if len(found) > _ACROSS:
        rows = [[cell(name), *own] for name, own in zip(names, cells, strict=True)]
        return html_table([first, *(name(lang) for name in _ROWS)], rows, numbers=(2, 3, 4), id="strip")
    rows = [[cell(name(lang)), *(own[k] for own in cells)] for k, name in enumerate(_ROWS)]
    return html_table([first, *names], rows, numbers=range(1, len(names) + 1), id="strip")
