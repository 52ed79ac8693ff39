"""The mid-term evaluation, section by section, as HTML a notebook displays."""

from __future__ import annotations

from html import escape

from analysis.exceptions import Lang, Text
from analysis.export.tables import due_table
from analysis.marks import to_html
from analysis.narrative.facts import Facts
from analysis.narrative.words import HEADINGS, TITLES

ALL = Text("合计", "All")


def heading(name: str, lang: Lang, level: int = 2) -> str:
    """Return a numbered heading of the report."""
    return f"<h{level}>{escape((HEADINGS | TITLES)[name](lang))}</h{level}>"


def paragraph(text: str, lead: str = "", see: str = "") -> str:
    """Return a paragraph, its judgement sentence in bold first; `see` ends it with references."""
    bold = f"<strong>{to_html(lead)}</strong>" if lead else ""
    if lead.endswith(".") and text and not text.startswith(" "):  # English: a space between sentences
        text = " " + text
    return f"<p>{bold}{to_html(text)}{see}</p>"


def see(lang: Lang, *ids: str) -> str:
    """Return a sentence that points at tables and figures by id; each exporter fills in their numbers."""
    links = ("、" if lang == "zh" else ", ").join(f'<a class="ref" href="#{id}">↗</a>' for id in ids)
    return f'<span class="see">详见{links}。</span>' if lang == "zh" else f'<span class="see"> See {links}.</span>'


def title_block(name: str, plan: Text, as_of: int, lang: Lang) -> str:
    """Return the title and the first line of a working notebook."""
    head = f"<h1>{escape(TITLES[name](lang))}</h1>"
    return head + paragraph(f"{plan.zh}，{as_of}年评估。" if lang == "zh" else f"{plan.en}, as of {as_of}.")


def due(facts: Facts, lang: Lang) -> str:
    """Return the targets whose year has passed, met or missed, with counts; nothing where none fell due."""
    if not facts.due:
        return ""
    years = "、".join(str(year) for year in sorted({one.year for one in facts.due}))
    if lang == "zh":
        return due_table(facts.due, lang, f"{years}年到期目标", "due")
    return due_table(facts.due, lang, f"Targets due in {years.replace('、', ', ')}", "due")


def limits(facts: Facts, lang: Lang) -> str:
    """Say what is not covered, so that nobody takes silence for a finding."""
    waiting = facts.said("unconfirmed_departments")
    if lang == "zh":
        text = [
            "证据等级为弱或无法判断的策略措施未作因果评价；各项检验见“策略措施实施效果”。",
            "波动较大指标的检验、人群差距、街道（镇）比较和公开判定规则的结论不在本报告内，见同时生成的“目标评判与预警”。",
        ]
        if facts.unconfirmed_departments:
            text.append(f"{waiting}个责任部门按通常职责推定，须由规划实施单位确认。")
    else:
        text = [
            "Nothing is said of causes where evidence is weak or missing; the tests stand in Effects of measures.",
            "Volatility, gaps between groups and streets, and published rules stand in Target assessment and alerts.",
        ]
        if facts.unconfirmed_departments:
            text.append(f"{waiting} responsible departments are assumed and wait for confirmation.")
    return heading("limits", lang) + "<ul>" + "".join(f"<li>{to_html(one)}</li>" for one in text) + "</ul>"
