"""The front and the end of a letter: number, addressees, signature; what the plan's folder leaves open is a blank."""

from __future__ import annotations

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import page_break
from analysis.export.sections import paragraph
from analysis.formats import day
from analysis.marks import to_html
from analysis.narrative.facts import Facts
from analysis.narrative.saying import short_name, title
from analysis.plan.front import Front

_LINE = 20  # characters of a title on one line
_NUMBER = Text("〔文号〕", "[document number]")
_TO = Text("〔主送单位〕", "[addressees]")
_BY = Text("〔印发单位〕", "[issuing body]")
_DAY = Text("〔　〕年〔　〕月〔　〕日", "[date]")


def letter_head(kind: str, facts: Facts, front: Front, lang: Lang) -> str:
    """Return title, document number with who signs it, and addressees."""
    zh = lang == "zh"
    number = front.number(lang) or _NUMBER(lang)
    if signs := front.signatory(lang):
        number += f"　签发人：{signs}" if zh else f" · signed off by {signs}"
    to = front.addressees(lang) or _TO(lang)
    return (
        headline(kind, facts, lang)
        + _placed(number, "lead")
        + f'<p class="left">{to_html(to + ("：" if zh else ":"))}</p>'
    )


def letter_end(front: Front, lang: Lang, author: str = "") -> str:
    """Return signature and date at the right, then whom to ask and who gets a copy, where that is known."""
    by = author or front.author(lang) or _BY(lang)
    parts = [_placed(by, "right"), _placed(when(front, lang), "right")]
    more = (
        (Text("联系方式：", "Contact: "), front.contact),
        (Text("抄送：", "Copies to: "), front.distribution),
    )
    parts += [paragraph(name(lang) + text(lang)) for name, text in more if text(lang)]
    return "".join(parts)


def when(front: Front, lang: Lang) -> str:
    """Return the day of issue, or a blank for it."""
    return day(front.date, lang) if front.date else _DAY(lang)


def reply_by(front: Front, lang: Lang) -> str:
    """Return the day until which an answer is asked for, or a blank for it."""
    return day(front.reply_by, lang) if front.reply_by else _DAY(lang)


def made_by(kind: str, facts: Facts, front: Front, lang: Lang, author: str) -> str:
    """Return the title of a working paper, and below it of which year it is, who made it and when, where known."""
    named = str(facts.as_of) in title(kind, facts, lang)  # the year stands in the title already
    by, year = author, "" if named else f"{facts.as_of}年评估" if lang == "zh" else f"As of {facts.as_of}"
    between = "　" if lang == "zh" else " · "
    line = between.join(filter(None, (year, day(front.date, lang) if front.date else "")))
    return headline(kind, facts, lang) + "".join(_placed(one, "lead") for one in (line, by) if one)


def report_head(kind: str, facts: Facts, front: Front, lang: Lang, author: str = "") -> str:
    """Return the title of a report, and below it in one line its number, who made it and when, where known."""
    day_ = day(front.date, lang) if front.date else ""
    known = (front.number(lang), author or front.author(lang), day_)
    line = ("　" if lang == "zh" else " · ").join(filter(None, known))
    return headline(kind, facts, lang) + (_placed(line, "lead") if line else "")


def contents(alone: bool = True) -> str:
    """Return the list of contents below a report's title; where it stands `alone` a page begins behind it."""
    return '<nav class="contents"></nav>' + (page_break() if alone else "")


def report_end(front: Front, lang: Lang) -> str:
    """Return who signs a report off and who gets it, where that is known."""
    more = (
        (Text("签发人：", "Signed off by: "), front.signatory),
        (Text("分发范围：", "Distribution: "), front.distribution),
    )
    return "".join(paragraph(name(lang) + text(lang)) for name, text in more if text(lang))


def headline(kind: str, facts: Facts, lang: Lang) -> str:
    """Return the title; a long one breaks behind the plan's name, not within a word."""
    named, short = title(kind, facts, lang), short_name(facts, lang)
    if lang == "zh" and len(named) > _LINE and named.startswith(short):
        rest = named.removeprefix(short).strip()
        return f"<h1>{to_html(short)}<br>{to_html(rest)}</h1>"
    return f"<h1>{to_html(named)}</h1>"


def _placed(text: str, look: str) -> str:
    return f'<p class="{look}">{to_html(text)}</p>'
