"""Pages that stand alone: the answers to comments, a publication, its feedback form."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from analysis.exceptions import Lang, Text
from analysis.export.html import finish_page, stylesheet
from analysis.export.policy import policy, script
from analysis.export.site_pages import environment
from analysis.export.tables import html_table

_SHORT = 12  # signs of a cell that is not broken


def plain_page(title: str, lead: str, body: str, notice: str, lang: Lang, scripts: Sequence[str] = ()) -> str:
    """Return a page in the look of the site.

    Parameters
    ----------
    lead : str
        The line below the title.
    body : str
        HTML; whatever came in with data is escaped in it.
    scripts : sequence of str
        Packaged scripts beside that of every page; the policy lets no other run.
    """
    known = {"title": title, "lead": lead, "body": body, "notice": notice, "lang": lang}
    policed = {"css": stylesheet(), "policy": policy(*scripts), "scripts": [script(), *scripts]}
    return finish_page(environment().get_template("site/plain.html.j2").render(**known, **policed), lang)


def text_table(heads: Sequence[Text], rows: Sequence[Sequence[str]], lang: Lang, numbers: Sequence[int] = ()) -> str:
    """Return a table of plain texts, each escaped, its line breaks kept; a short one stays on one line."""
    cells = [[_cell(one) for one in row] for row in rows]
    return html_table([one(lang) for one in heads], cells, numbers=numbers)


def _cell(text: str) -> str:
    shown = escape(text).replace("\n", "<br>")
    return f'<span class="keep">{shown}</span>' if len(text) <= _SHORT else shown
