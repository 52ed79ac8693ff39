"""The mid-term evaluation, section by section, as HTML a notebook displays."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from analysis.exceptions import Lang, Text
from analysis.export.tables import alert_table, due_table, tally_table, target_table
from analysis.formats import chinese
from analysis.marks import to_html
from analysis.narrative import wording
from analysis.narrative.facts import AlertFact, DomainFact, Facts, TargetFact
from analysis.narrative.suppression import suppression
from analysis.narrative.words import HEADINGS, LEVEL, TITLES, source_name

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


def opening(facts: Facts, lang: Lang) -> str:
    """Return method and overall conclusion."""
    lead, counts = wording.overall(facts, lang)
    whole = DomainFact("all", ALL, facts.goals, facts.tally, ())
    caption = "各领域目标判定情况（条）" if lang == "zh" else "Verdicts by domain (targets)"
    return (
        heading("method", lang)
        + paragraph(wording.method(facts, lang))
        + heading("overall", lang)
        + paragraph(counts, lead, see(lang, "tally", "verdicts"))
        + tally_table(facts.domains, whole, lang, caption, "tally")
        + due(facts, lang)
    )


def due(facts: Facts, lang: Lang) -> str:
    """Return the targets whose year has passed, met or missed, with counts; nothing where none fell due."""
    if not facts.due:
        return ""
    years = "、".join(str(year) for year in sorted({one.year for one in facts.due}))
    if lang == "zh":
        return due_table(facts.due, lang, f"{years}年到期目标", "due")
    return due_table(facts.due, lang, f"Targets due in {years.replace('、', ', ')}", "due")


def domain(fact: DomainFact, lang: Lang, number: int | None = None) -> str:
    """Return the heading of a domain with its judgement sentence and counts."""
    lead, counts = wording.domain(fact, lang)
    mark = "" if number is None else f"（{chinese(number)}）" if lang == "zh" else f"3.{number} "
    return f"<h3>{escape(mark + fact.title(lang))}</h3>" + paragraph(counts, lead)


def indicator(fact: TargetFact, lang: Lang) -> str:
    """Return the paragraph on one indicator."""
    return paragraph(wording.indicator(fact, lang))


def spoken(targets: Iterable[TargetFact]) -> list[TargetFact]:
    """Return one target an indicator: of a goal before a measure, the last milestone; others stand in the annex."""
    chosen: dict[str, TargetFact] = {}
    for fact in targets:
        if not fact.indicator or fact.latest_year is None or fact.kind_id == "milestone":
            continue
        held = chosen.get(fact.indicator)
        if held is None or (fact.in_goal, fact.year) > (held.in_goal, held.year):
            chosen[fact.indicator] = fact
    return list(chosen.values())


def trend(facts: Facts, lang: Lang) -> str:
    """Return the section on trend and alerts."""
    counts = {level: sum(alert.level == level for alert in facts.alerts) for level in LEVEL}
    if lang == "zh":
        text = (
            "、".join(
                f"{LEVEL[level].zh}{facts.values.count('alerts/' + level, n)}条" for level, n in counts.items() if n
            )
            or "无"
        )
        said = f"按实际值和达标概率，本次共提示预警{facts.said('alerts')}条：{text}。预警是统计判断，不作为责任认定。"
        caption = "预警清单"
    else:
        text = (
            ", ".join(
                f"{facts.values.count('alerts/' + level, n)} {LEVEL[level].en.lower()}"
                for level, n in counts.items()
                if n
            )
            or "none"
        )
        said = (
            f"{facts.said('alerts')} alerts follow from the values and the probabilities: {text}. "
            "An alert is statistical, no finding of accountability."
        )
        caption = "Alerts"
    table = alert_table(facts.alerts, lang, caption, "alerts") if facts.alerts else ""
    if not facts.alerts:
        said = "本次没有预警。" if lang == "zh" else "There is no alert."
    return heading("trend", lang) + paragraph(said, see=see(lang, "alerts", "open")) + table


def advice(facts: Facts, lang: Lang) -> str:
    """Return, for red and orange alerts, the plan's own measures to choose from."""
    grave = facts.grave
    if not grave:
        text = "本次没有红色或橙色预警。" if lang == "zh" else "There is no red or orange alert."
        return heading("advice", lang) + paragraph(text)
    count = facts.values.count("alerts/grave", len(grave))
    if lang == "zh":
        lead = f"以下{count}条为红色、橙色预警，建议牵头部门对照规划已有的策略措施查找原因、调整进度。"
    else:
        lead = f"{count} red or orange alerts follow; the lead departments may compare the plan's own measures."
    items = "".join(f"<li>{_advice(alert, lang)}</li>" for alert in grave)
    return heading("advice", lang) + paragraph(lead) + f"<ol>{items}</ol>"


def _advice(alert: AlertFact, lang: Lang) -> str:
    zh = lang == "zh"
    measures = [
        f"{title(lang)}（{clause}）" if zh else f"{title.en} ({clause})"
        for title, clause in zip(alert.measures, alert.clauses, strict=True)
    ]
    listed = ("；" if zh else "; ").join(measures) or ("本次资料中没有" if zh else "none linked in the data at hand")
    head = f"{alert.department(lang)}{'：' if zh else ': '}{alert.target.text(lang)}"
    tail = f"可对照的措施：{listed}。" if zh else f" Measures: {listed}."
    return f"<strong>{to_html(head)}</strong>{to_html(tail)}"


def limits(facts: Facts, lang: Lang) -> str:
    """Say what is not covered, so that nobody takes silence for a finding."""
    waiting = facts.said("unconfirmed_departments")
    if lang == "zh":
        text = [
            "证据等级为弱或无法判断的策略措施未作因果评价；各项检验见“策略措施实施效果”。",
            "波动较大指标的检验、人群差距、街道（镇）比较和公开判定规则的结论见“目标评判与预警”。",
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


def annex(facts: Facts, lang: Lang, rules_text: str) -> str:
    """Return the annexes: every target, then sources, models and rules."""
    parts = [heading("annex_targets", lang)]
    parts += [target_table(one.targets, lang, one.title(lang)) for one in facts.domains if one.targets]
    sources = "".join(f"<li>{escape(source_name(source, lang))}</li>" for source in facts.sources)
    models = "、".join(facts.models) if lang == "zh" else ", ".join(facts.models)
    label = ("数据来源", "预测模型", "判定规则") if lang == "zh" else ("Sources", "Models", "Rules")
    parts += [
        heading("annex_method", lang),
        f"<h3>{label[0]}</h3><ul>{sources}</ul><h3>{label[1]}</h3><p>{escape(models)}</p>",
        f"<h3>{label[2]}</h3><pre>{escape(rules_text)}</pre>",
    ]
    if hidden := suppression(facts, lang):
        parts += [
            f"<h3>{'公开版的保密处理' if lang == 'zh' else 'What is not published'}</h3>",
            *map(paragraph, hidden),
        ]
    return "".join(parts)
