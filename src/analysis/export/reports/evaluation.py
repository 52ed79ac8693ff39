"""The annual report, and what the mid-term and final evaluations add to it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.exceptions import Lang
from analysis.export.reports.common import bullets, head, notes, opening, page_break, table
from analysis.export.sections import paragraph, see, spoken
from analysis.export.tables import alert_table
from analysis.marks import count, quoted
from analysis.narrative import effects, saying, statistics
from analysis.narrative.facts import DomainFact, Facts
from analysis.narrative.words import STATUS
from analysis.plan import Plan


def annual_opening(facts: Facts, lang: Lang, author: str = "") -> str:
    """Return title, author and the leading paragraph."""
    text, phrases = saying.annual_lead(facts, lang, author)
    return (
        opening("annual", facts, lang, author) + paragraph(text) + paragraph(phrases, see=see(lang, "verdicts", "main"))
    )


def annual_domain(fact: DomainFact, number: int, lang: Lang) -> str:
    """Return one domain's section: a paragraph an indicator, its judgement sentence in bold."""
    parts = [head(2, fact.title(lang), number, lang)]
    told = spoken(fact.targets)
    for one in told:
        lead, text = saying.paragraph(one, lang)
        parts.append(paragraph(text, lead))
    if not told:
        none = "本领域目标以佐证材料评定，没有年度数据的指标。"
        parts.append(paragraph(none if lang == "zh" else "Targets here are judged by evidence; no annual data."))
    return "".join(parts)


def annual_alerts(facts: Facts, number: int, lang: Lang) -> str:
    """Return the section on indicators hard to reach and on volatile ones."""
    zh = lang == "zh"
    groups = (
        ("target_missed", "到期未达的目标", "Targets missed"),
        ("target_unlikely", "预计达标困难、需关注的目标", "Targets in doubt"),
        ("volatile", "波动较大的指标", "Volatile indicators"),
    )
    parts = [head(2, "难以达标和波动较大的指标" if zh else "Indicators hard to reach, and volatile ones", number, lang)]
    for place, (rule, title_zh, title_en) in enumerate(groups, start=1):
        own = [one for one in facts.alerts if one.rule == rule]
        count = facts.values.count(f"alerts/{rule}", len(own))
        parts.append(head(3, title_zh if zh else title_en, place, lang))
        parts.append(paragraph(f"共{count}条。" if zh else f"{count} in all."))
        if own:
            parts.append(alert_table(own, lang, title_zh if zh else title_en))
    return "".join(parts)


def problems(facts: Facts, number: int, lang: Lang) -> str:
    """Return problems and advice: for each grave alert the plan's own measures to choose from."""
    zh = lang == "zh"
    grave = facts.grave
    lacking = [one for domain in facts.domains for one in domain.targets if one.status == "no_data"]
    out = [head(2, "问题和建议" if zh else "Problems and advice", number, lang)]
    count = facts.values.count("alerts/grave", len(grave))
    text = f"红色、橙色预警{count}条，建议如下。" if zh else f"{count} red or orange alerts."
    out.append(paragraph(text))
    for one in grave:
        lead, said = saying.alert_paragraph(one, lang)
        out.append(paragraph(said, lead))
    if lacking:
        names = ("、" if zh else ", ").join(dict.fromkeys(one.name(lang) for one in lacking))
        out.append(paragraph(f"缺少可评判的数据：{names}。" if zh else f"No data to judge: {names}."))
    return "".join(out)


def annual_annex(
    facts: Facts, observations: pd.DataFrame, plan: Plan, area: str, missing: pd.DataFrame, lang: Lang
) -> str:
    """Return the annex tables: main indicators, by sex and age, missing data and changes of definition; then notes."""
    zh = lang == "zh"
    years = range(facts.as_of - 4, facts.as_of + 1)
    return "".join(
        [
            page_break(),
            head(2, "附表" if zh else "Annex tables"),
            table(
                statistics.by_year(observations, plan, area, years, lang),
                "主要指标近五年情况" if zh else "Main indicators, five years",
                "main",
            ),
            table(
                statistics.by_group(observations, plan, area, lang),
                "分性别、城乡、年龄情况" if zh else "By sex, residence and age",
                "groups",
            ),
            table(missing, "缺报与口径变化" if zh else "Missing data and changes of definition", "missing"),
            head(2, "说明" if zh else "Notes"),
            notes(facts, lang),
        ]
    )


def leader_page(facts: Facts, lang: Lang) -> str:
    """Return the one-page summary that leads the evaluation."""
    return head(2, "领导摘要" if lang == "zh" else "Summary for leaders") + bullets(saying.summary_lines(facts, lang))


def measures_table(facts: Facts, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return each measure with department, input, output (its own targets), outcome (targets of its goals, tests).

    Then the grade of its evidence with the reason.
    """
    by_parent: dict[str, list[str]] = {}
    for domain in facts.domains:
        for fact in domain.targets:
            by_parent.setdefault(plan.target(fact.id).parent, []).append(fact.status)
    rows = []
    for measure in plan.measures:
        outcome = [status for goal in measure.goals for status in by_parent.get(goal, [])]
        departments = ("、" if lang == "zh" else ", ").join(plan.department_name(d)(lang) for d in measure.departments)
        none = "未填报" if lang == "zh" else "not reported"
        tested = [one for one in facts.effects if one.measure == measure.id]
        rows.append(
            (
                quoted(f"measures[{measure.id}].clause", measure.clause),
                measure.title(lang),
                departments,
                measure.input(lang) or none,
                _states(by_parent.get(measure.id, []), f"parent/{measure.id}", lang),
                ("；" if lang == "zh" else "; ").join(
                    filter(None, (_states(outcome, f"outcome/{measure.id}", lang), effects.outcome(tested, lang)))
                ),
                effects.evidence(tested, lang),
            )
        )
    heads = ["条款", "策略措施", "责任部门", "投入", "产出", "成效", "证据等级"]
    en = ["Clause", "Measure", "Departments", "Input", "Output", "Outcome", "Evidence"]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)


def _states(statuses: list[str], id: str, lang: Lang) -> str:
    counts = {status: statuses.count(status) for status in STATUS if status in statuses}
    said = [
        f"{STATUS[status](lang)}{'' if lang == 'zh' else ' '}{count(f'{id}/{status}', n)}"
        for status, n in counts.items()
    ]
    return ("、" if lang == "zh" else ", ").join(said) or "—"


def measures_section(facts: Facts, plan: Plan, lang: Lang) -> str:
    """Return what is known of the effect of measures: grades, what may be called an effect, measure by measure."""
    claimed = "".join(paragraph(text(lang)) for text, _ in effects.causes(plan, facts.effects))
    caption = "策略措施的投入、产出、成效与证据等级" if lang == "zh" else "Measures: input, output, outcome, evidence"
    return (
        paragraph(effects.lead(facts, lang), see=see(lang, "measures"))
        + claimed
        + table(measures_table(facts, plan, lang), caption, "measures")
    )


def experience(facts: Facts, better: pd.DataFrame, lang: Lang) -> str:
    """Return what went well: domains with the best share, and streets that do better than chance explains."""
    zh = lang == "zh"
    good = [one for one in facts.domains if one.tally.judged and one.tally.pace == "good"]
    parts = []
    if good:
        text = "；".join(saying.domain_phrase(one, lang) for one in good)
        parts.append(paragraph(f"进展较好的领域：{text}。" if zh else f"Domains going well: {text}."))
    if len(better):
        parts.append(
            table(better, "明显好于全区的街道（镇），可总结推广" if zh else "Streets clearly better than the rest")
        )
    if not parts:
        none = "现有数据不足以指出超出偶然范围的突出做法。"
        parts.append(paragraph(none if zh else "The data show no success beyond what chance explains."))
    return "".join(parts)


def adjustments(facts: Facts, lang: Lang) -> str:
    """Return targets one may look at again: all but certain to be missed, and met well before their year."""
    zh = lang == "zh"
    rows = [one for domain in facts.domains for one in domain.targets if one.indicator]
    hard = [one for one in rows if one.year > facts.as_of and one.p < 0.2]
    early = [one for one in rows if one.year > facts.as_of and one.p == one.p and one.p > 0.99]
    parts = []
    for id, found, said in (
        ("hard", hard, ("达标概率不足20%的未到期目标", "Open targets with a probability below 20 %")),
        ("early", early, ("达标概率99%以上的未到期目标", "Open targets with a probability above 99 %")),
    ):
        count = facts.values.count(f"adjust/{id}", len(found))
        text = f"{said[0]}共{count}条，供研究是否调整时参考。" if zh else f"{said[1]}: {count}, for consideration."
        parts.append(paragraph(text))
        parts.append(
            bullets(f"{one.text(lang)}（{one.clause}）" if zh else f"{one.text.en} ({one.clause})" for one in found)
        )
    return "".join(parts)


def causes_section(causes: Mapping[str, str], plan: Plan, facts: Facts, lang: Lang) -> str:
    """Return the targets missed or in doubt by what the numbers show of them."""
    rows = []
    for id, code in causes.items():
        target = plan.target(id)
        department = (
            plan.department_name(plan.indicator(target.indicator).department)(lang) if target.indicator else "—"
        )
        clause = quoted(f"targets[{id}].clause", target.clause)
        rows.append((target.text(lang), clause, department, statistics.CAUSES[code](lang)))
    heads = ["目标", "条款", "牵头部门", "数据显示的情形"]
    frame = pd.DataFrame(
        rows, columns=heads if lang == "zh" else ["Target", "Clause", "Department", "What the data show"]
    )
    count = facts.values.count("causes", len(rows))
    said = (
        f"未达标、需关注或无法判断的目标共{count}条，按数据表现分类；成因须由部门核实。"
        if lang == "zh"
        else f"{count} targets are missed, in doubt or without data, sorted by what the numbers show."
    )
    return paragraph(said, see=see(lang, "causes") if rows else "") + table(
        frame, "未达标目标的情形分类" if lang == "zh" else "Misses by kind", "causes"
    )
