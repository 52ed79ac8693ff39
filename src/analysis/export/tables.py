"""Tables as HTML: every cell escaped, numbers to the right, verdicts as labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import cell as number
from analysis.marks import marked, to_html, unmarked
from analysis.narrative.facts import MOST_YEARS, VERDICTS, AlertFact, DomainFact, TargetFact
from analysis.narrative.wording import due_note
from analysis.narrative.words import COLUMNS, LEVEL, STATUS

_NUMBER = re.compile(r"[+−-]?[\d,]+(\.\d+)?%?|—")


class Spanning(NamedTuple):
    """A cell that goes over several rows."""

    html: str
    rows: int


def html_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str | Spanning] | str],
    caption: str = "",
    numbers: Sequence[int] = (),
    id: str = "",
) -> str:
    """Return a table; cells are HTML already (`cell` escapes text), columns in `numbers` align right.

    A row that is one text heads the rows below it and goes over all columns. A row below cells that go over several
    rows begins behind them.

    `id` is what a reference to it points at.
    """
    kind = [' class="number"' if k in numbers else "" for k in range(len(headers))]
    head = "".join(f"<th scope='col'{k}>{to_html(h)}</th>" for h, k in zip(headers, kind, strict=True))
    body = "".join(
        f"<tr><th scope='rowgroup' colspan='{len(headers)}'>{row}</th></tr>"
        if isinstance(row, str)
        else "<tr>" + "".join(_cell(c, k) for c, k in zip(row, kind[-len(row) :], strict=True)) + "</tr>"
        for row in rows
    )
    name = f' id="{id}"' if id else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="table"><table{name}>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(content: str | Spanning, kind: str) -> str:
    if isinstance(content, str) or content.rows == 1:
        return f"<td{kind}>{content if isinstance(content, str) else content.html}</td>"
    return f'<td{kind} rowspan="{content.rows}">{content.html}</td>'


def cell(text: str) -> str:
    """Return text as the content of a cell."""
    return to_html(text)


def frame_table(frame: pd.DataFrame, caption: str = "", id: str = "") -> str:
    """Return a data frame as a table; columns of numbers, or of text that is all numbers, align right."""
    numbers = [
        k
        for k, name in enumerate(frame.columns)
        if pd.api.types.is_numeric_dtype(frame[name])
        or (len(frame) and frame[name].astype(str).map(unmarked).map(_is_number).all())
    ]
    rows = [[cell(str(value)) for value in row] for row in frame.itertuples(index=False)]
    return html_table([str(name) for name in frame.columns], rows, caption, numbers, id)


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def badge(code: str, lang: Lang, text: Text | None = None) -> str:
    """Return a verdict or alert level as a coloured label with its name, or with a text of its own."""
    return f'<span class="badge {code}">{escape((text or (STATUS | LEVEL)[code])(lang))}</span>'


def target_table(facts: Sequence[TargetFact], lang: Lang, caption: str = "") -> str:
    """Return the targets with latest value, target, forecast, P(met), verdict and reason."""
    names = ("target", "clause", "latest", "bound", "forecast", "p_met", "status", "reason")
    rows = []
    for fact in facts:
        latest = f"{fact.latest(lang)}（{fact.latest_year}）" if fact.latest_year else "—"
        texts = (fact.text(lang), fact.clause, latest, fact.bound(lang), fact.forecast(lang), fact.p_met(lang))
        rows.append([*map(cell, texts), badge(fact.group, lang, fact.verdict), cell(fact.reason(lang))])
    return html_table([COLUMNS[name](lang) for name in names], rows, caption, numbers=(2, 3, 5))


def due_table(facts: Sequence[TargetFact], lang: Lang, caption: str = "", id: str = "") -> str:
    """Return the targets whose year has passed: value with its count, target, verdict, and what would turn it."""
    names = ("target", "observed", "count", "bound", "status", "note")
    rows = []
    for fact in sorted(facts, key=lambda one: one.status == "met"):
        texts = (fact.text(lang), fact.latest(lang), fact.count(lang) or "—", fact.bound(lang))
        rows.append([*map(cell, texts), badge(fact.group, lang, fact.verdict), cell(due_note(fact, lang))])
    return html_table([COLUMNS[name](lang) for name in names], rows, caption, numbers=(1, 2, 3), id=id)


def alert_table(alerts: Sequence[AlertFact], lang: Lang, caption: str = "", id: str = "") -> str:
    """Return the alerts, gravest first, with department and linked measures."""
    order = {level: k for k, level in enumerate(LEVEL)}
    names = ("level", "target", "clause", "reason", "years", "department", "measures")
    rows = []
    for alert in sorted(
        alerts, key=lambda one: (order[one.level], -1 + one.target.p if one.target.p == one.target.p else 0)
    ):
        measures = "；" if lang == "zh" else "; "
        texts = (
            alert.target.text(lang),
            alert.target.clause,
            alert.evidence(lang),
            _years(alert, lang),
            alert.department(lang),
            measures.join(alert.clauses),
        )
        rows.append([badge(alert.level, lang), *map(cell, texts)])
    return html_table([COLUMNS[name](lang) for name in names], rows, caption, id=id)


def _years(alert: AlertFact, lang: Lang) -> str:
    """Return the years of alert in a row: those on record as a number, recomputed ones named so."""
    own = f"alerts[{alert.target.id},{alert.rule}]"
    if (alert.on_record or 0) > 1:
        return number(f"{own}.years_on_record", alert.on_record)
    if alert.years is None:
        return "—"
    years = number(f"{own}.years_in_row", alert.years)
    if alert.years >= MOST_YEARS:
        years = marked("", f"≥{MOST_YEARS}", f"{own}.years_in_row", f"least {MOST_YEARS}")
    return f"回算{years}" if lang == "zh" else f"{years}, recomputed"


def tally_table(
    domains: Sequence[DomainFact], overall: DomainFact, lang: Lang, caption: str = "", id: str = "", of_all: bool = True
) -> str:
    """Return the counts of every status by domain, with the rates: `of_all` targets, and of those that were judged."""
    headers = [COLUMNS["domain"](lang), *(STATUS[s](lang) for s in VERDICTS)]
    headers += [COLUMNS[name](lang) for name in ("total", *(["rate_all"] if of_all else []), "rate_judged")]
    rows = []
    for domain in (*domains, overall):
        tally = domain.tally
        rates = [tally.rate(False)] if of_all else []
        numbers = [*map(tally.said, (*VERDICTS, "total")), *rates, tally.rate(True)]
        rows.append([cell(domain.title(lang)), *map(cell, numbers)])
    return html_table(headers, rows, caption, numbers=range(1, len(headers)), id=id)
