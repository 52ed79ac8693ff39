"""Tables as HTML: every cell escaped, numbers to the right, verdicts as labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import pandas as pd

from analysis.exceptions import Lang
from analysis.marks import cell as number
from analysis.marks import marked, to_html, unmarked
from analysis.narrative.facts import MOST_YEARS, AlertFact, DomainFact, TargetFact
from analysis.narrative.words import COLUMNS, LEVEL, STATUS
from analysis.schema import STATUSES

_NUMBER = re.compile(r"[+−-]?[\d,]+(\.\d+)?%?|—")


def html_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "", numbers: Sequence[int] = (), id: str = ""
) -> str:
    """Return a table; cells are HTML already (`cell` escapes text), columns in `numbers` align right.

    `id` is what a reference to it points at.
    """
    kind = [' class="number"' if k in numbers else "" for k in range(len(headers))]
    head = "".join(f"<th scope='col'{k}>{to_html(h)}</th>" for h, k in zip(headers, kind, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{k}>{c}</td>" for c, k in zip(row, kind, strict=True)) + "</tr>" for row in rows
    )
    name = f' id="{id}"' if id else ""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="table"><table{name}>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


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


def badge(code: str, lang: Lang) -> str:
    """Return a verdict or alert level as a coloured label with its name."""
    return f'<span class="badge {code}">{escape((STATUS | LEVEL)[code](lang))}</span>'


def target_table(facts: Sequence[TargetFact], lang: Lang, caption: str = "") -> str:
    """Return the targets with latest value, target, forecast, P(met), verdict and reason."""
    names = ("target", "clause", "latest", "bound", "forecast", "p_met", "status", "reason")
    rows = []
    for fact in facts:
        soft = ("（力争）" if lang == "zh" else " (soft)") if fact.soft else ""
        latest = f"{fact.latest(lang)}（{fact.latest_year}）" if fact.latest_year else "—"
        texts = (fact.text(lang) + soft, fact.clause, latest, fact.bound(lang), fact.forecast(lang), fact.p_met(lang))
        rows.append([*map(cell, texts), badge(fact.status, lang), cell(fact.reason(lang))])
    return html_table([COLUMNS[name](lang) for name in names], rows, caption, numbers=(2, 3, 5))


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
            _years(alert),
            alert.department(lang),
            measures.join(alert.clauses),
        )
        rows.append([badge(alert.level, lang), *map(cell, texts)])
    return html_table([COLUMNS[name](lang) for name in names], rows, caption, id=id)


def _years(alert: AlertFact) -> str:
    origin = f"alerts[{alert.target.id},{alert.rule}].years_in_row"
    if alert.years is not None and alert.years >= MOST_YEARS:
        return marked("", f"≥{MOST_YEARS}", origin, f"least {MOST_YEARS}")
    return number(origin, alert.years)


def tally_table(domains: Sequence[DomainFact], overall: DomainFact, lang: Lang, caption: str = "", id: str = "") -> str:
    """Return the counts of every status by domain, with both rates."""
    headers = [COLUMNS["domain"](lang), *(STATUS[s](lang) for s in STATUSES)]
    headers += [COLUMNS[name](lang) for name in ("total", "rate_all", "rate_judged")]
    rows = []
    for domain in (*domains, overall):
        tally = domain.tally
        numbers = [*map(tally.said, (*STATUSES, "total")), tally.rate(False), tally.rate(True)]
        rows.append([cell(domain.title(lang)), *map(cell, numbers)])
    return html_table(headers, rows, caption, numbers=range(1, len(headers)), id=id)
