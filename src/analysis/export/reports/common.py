"""What the documents share: headings with running numbers, lists, the notes at their end."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from analysis.exceptions import Lang
from analysis.export.sections import paragraph
from analysis.export.tables import frame_table
from analysis.formats import chinese
from analysis.marks import to_html
from analysis.narrative.facts import Facts
from analysis.narrative.saying import title
from analysis.narrative.suppression import suppression
from analysis.narrative.wording import known_until
from analysis.narrative.words import source_name


def head(level: int, text: str, number: int | None = None, lang: Lang = "zh") -> str:
    """Return a heading; its number, where it has one, reads 一、 or, a level deeper, （一）, in English 1."""
    if number is not None:
        mark = f"{number}. " if lang == "en" else f"{chinese(number)}、" if level == 2 else f"（{chinese(number)}）"
        text = mark + text
    return f"<h{level}>{to_html(text)}</h{level}>"


def opening(kind: str, facts: Facts, lang: Lang, author: str = "") -> str:
    """Return the title of a document, and below it who made it."""
    line = f'<p class="lead">{to_html(author)}</p>' if author else ""
    named = to_html(title(kind, facts, lang))
    if len(named) > 20 and "（" in named[1:]:  # a long title breaks before its years, not within them
        first, _, rest = named.partition("（")
        named = f"{first}<br>（{rest}"
    return f"<h1>{named}</h1>{line}"


def bullets(items: Iterable[str], ordered: bool = False) -> str:
    """Return a list; items are text, marks allowed."""
    tag = "ol" if ordered else "ul"
    return f"<{tag}>" + "".join(f"<li>{to_html(one)}</li>" for one in items) + f"</{tag}>"


def quiet(text: str) -> str:
    """Return a paragraph in small print, such as a list of clauses."""
    return f'<p class="quiet">{to_html(text)}</p>'


def page_break() -> str:
    """Return the mark of a new page."""
    return '<hr class="page">'


def table(frame: pd.DataFrame, caption: str, id: str = "") -> str:
    """Return a table of a document; a sentence in its place where it has no row."""
    if not len(frame):
        return quiet(f"{caption}：—")
    return frame_table(frame, caption, id)


def record_said(facts: Facts, lang: Lang) -> str:
    """Return where models, rules and versions are on record; rules of somebody's own are named here as well."""
    own = not facts.rules.startswith("default-")
    if lang == "zh":
        text = "所用模型、判定规则和数据版本见随附的运行记录。"
        return f"本报告按自定的判定规则“{facts.rules}”作出，与通用规则的结果不能直接比较。{text}" if own else text
    text = "Models, rules and versions of the data stand in the record beside this report."
    return (
        f"Verdicts follow rules of one's own, “{facts.rules}”, and do not compare with others. {text}" if own else text
    )


def notes(facts: Facts, lang: Lang) -> str:
    """Return where the data come from, up to when, and by which models and rules."""
    until = known_until(facts, lang)
    sources = ("；" if lang == "zh" else "; ").join(source_name(one, lang) for one in facts.sources)
    if lang == "zh":
        lines = [f"{until}。", f"数据来源：{sources}。", record_said(facts, lang)]
    else:
        lines = [f"{until[0].upper()}{until[1:]}.", f"Sources: {sources}.", record_said(facts, lang)]
    return "".join(paragraph(line) for line in [*lines, *suppression(facts, lang)])
