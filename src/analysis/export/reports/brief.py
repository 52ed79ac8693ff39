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
from analysis.narrative.saying import short_name
from analysis.narrative.suppression import suppression
from analysis.narrative.wording import known_until
from analysis.plan.front import Front

_ACROSS = 8  # domains; more stand one below the other
_ROWS = (
    Text("进展", "Progress"),
    Text("达标、有望", "Good"),
    Text("需加力", "In doubt"),
)


def brief_head(facts: Facts, front: Front, lang: Lang, units: Units | None = None) -> str:
    """Return title, verdict strip and the five points; what is not known of the front is left out."""
    of = "" if lang == "zh" else short_name(facts, lang)  # in English too long for a title
    out = [made_by("brief", facts, front, lang, of), _strip(facts, lang)]
    rows = [
        [f"<strong>{cell(lead.rstrip('。.'))}</strong>", cell(text)]
        for lead, text in sentences.points(facts, lang, units)
    ]
    heads = ("要点", "情况") if lang == "zh" else ("Point", "What the data show")
    return "".join([*out, html_table(heads, rows, id="points")])


def brief_end(facts: Facts, front: Front, lang: Lang, author: str = "") -> str:
    """Return the small print: what the strip counts, up to when the data reach, who made it."""
    until, by = known_until(facts, lang), author or front.author(lang)
    if lang == "zh":
        said = f"{f'{by}编制。' if by else ''}{until}。上表单位为条，只计可用数据评判的目标。"
    else:
        said = f"{f'By {by}. ' if by else ''}{until[:1].upper()}{until[1:]}. The strip counts targets judged by data."
    return quiet(said) + "".join(map(paragraph, suppression(facts, lang)))


def _strip(facts: Facts, lang: Lang) -> str:
    """Return the verdicts by domain: a column a domain, or a row where there are too many for the page."""
    found = sentences.strip(facts, lang)
    cells = [[badge(one.code, lang, one.word), *map(cell, (one.good, one.doubtful))] for one in found]
    names = [one.title for one in found]
    first = "领域" if lang == "zh" else "Domain"
    if len(found) > _ACROSS:
        rows = [[cell(name), *own] for name, own in zip(names, cells, strict=True)]
        return html_table([first, *(name(lang) for name in _ROWS)], rows, numbers=(2, 3), id="strip")
    rows = [[cell(name(lang)), *(own[k] for own in cells)] for k, name in enumerate(_ROWS)]
    return html_table([first, *names], rows, numbers=range(1, len(names) + 1), id="strip")
