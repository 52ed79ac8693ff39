"""The annual report, and what the mid-term and final evaluations add to it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.exceptions import Lang
from analysis.export.reports.common import bullets, head, notes, opening, page_break, table
from analysis.export.sections import due, paragraph, see, spoken
from analysis.export.tables import alert_table
from analysis.marks import count, quoted
from analysis.narrative import effects, saying, statistics
from analysis.narrative.facts import DomainFact, Facts, TargetFact
from analysis.narrative.words import STATUS
from analysis.plan import Plan


def annual_opening(facts: Facts, lang: Lang, author: str = "") -> str:
    """Return title, author and the leading paragraph."""
    text, phrases = saying.annual_lead(facts, lang, author)
    return (
        opening("annual", facts, lang, author)
        + paragraph(text)
        + paragraph(phrases, see=see(lang, "due", "verdicts", "main"))
        + due(facts, lang)
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
        ("target_missed", "到期未达标的目标", "Targets missed"),
        ("target_unlikely", "预计达标困难、需关注的目标", "Targets in doubt"),
        ("far_short", "数据年份不足、但偏离较大的目标", "Targets far off, with too few years for a forecast"),
        ("volatile", "波动较大的指标", "Volatile indicators"),
    )
    parts = [head(2, "难以达标和波动较大的指标" if zh else "Indicators hard to reach, and volatile ones", number, lang)]
    raised = [group for group in groups if any(one.rule == group[0] for one in facts.alerts)]
    for place, (rule, title_zh, title_en) in enumerate(raised, start=1):
        own = [one for one in facts.alerts if one.rule == rule]
        count = facts.values.count(f"alerts/{rule}", len(own))
        parts.append(head(3, title_zh if zh else title_en, place, lang))
        parts.append(paragraph(f"共{count}条。" if zh else f"{count} in all."))
        parts.append(alert_table(own, lang, title_zh if zh else title_en))
    if not raised:
        parts.append(paragraph("本年度没有预警。" if zh else "There is no alert this year."))
    return "".join(parts)


def problems(facts: Facts, number: int, lang: Lang) -> str:
    """Return problems and advice: for each grave alert the plan's own measures to choose from."""
    zh = lang == "zh"
    grave = facts.grave
    lacking = [one for domain in facts.domains for one in domain.targets if one.status == "no_data"]
    out = [head(2, "问题和建议" if zh else "Problems and advice", number, lang)]
    count = facts.values.count("alerts/grave", len(grave))
    text = f"红色、橙色预警{count}条，建议如下。" if zh else f"{count} red or orange alerts."
    if not grave:
        text = "没有红色或橙色预警。" if zh else "There is no red or orange alert."
    out.append(paragraph(text))
    for one in grave:
        lead, said = saying.alert_paragraph(one, lang)
        out.append(paragraph(said, lead))
    if lacking:
        names = ("、" if zh else ", ").join(dict.fromkeys(one.name(lang) for one in lacking))
        out.append(paragraph(f"尚无法判断：{names}。" if zh else f"Not to be judged yet: {names}."))
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
    """Return each measure with department, input, output (its own targets) and outcome.

    The outcome: other targets on the indicators the measure names, and tests. Then the grade of its evidence with the
    reason.
    """
    judged = [(plan.target(fact.id), fact.group) for domain in facts.domains for fact in domain.targets]
    rows = []
    for measure in plan.measures:
        named = {one.id for one in plan.indicators_of(measure)}
        output = [status for target, status in judged if target.parent == measure.id]
        outcome = [status for target, status in judged if target.parent != measure.id and target.indicator in named]
        departments = ("、" if lang == "zh" else ", ").join(plan.department_name(d)(lang) for d in measure.departments)
        none = "未填报" if lang == "zh" else "not reported"
        tested = [one for one in facts.effects if one.measure == measure.id]
        rows.append(
            (
                quoted(f"measures[{measure.id}].clause", measure.clause),
                measure.title(lang),
                departments,
                measure.input(lang) or none,
                _states(output, f"parent/{measure.id}", lang),
                ("；" if lang == "zh" else "; ").join(
                    filter(None, (_states(outcome, f"outcome/{measure.id}", lang), effects.outcome(tested, lang)))
                ),
                effects.evidence(tested, lang, effects.untested(plan, measure)),
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


def measures_lead(facts: Facts, plan: Plan, lang: Lang) -> str:
    """Return what is known of the effect of measures: how many grades, and what may be called an effect."""
    if not plan.measures:
        none = "没有收录策略措施，不作效果评价。"
        return paragraph(none if lang == "zh" else "No measures are recorded: no effect is evaluated.")
    claimed = "".join(paragraph(text(lang)) for text, _ in effects.causes(plan, facts.effects))
    return paragraph(effects.lead(facts, lang), see=see(lang, "measures")) + claimed


def measures_list(facts: Facts, plan: Plan, lang: Lang) -> str:
    """Return the table of all measures."""
    caption = "策略措施的投入、产出、成效与证据等级" if lang == "zh" else "Measures: input, output, outcome, evidence"
    return table(measures_table(facts, plan, lang), caption, "measures")


def measures_section(facts: Facts, plan: Plan, lang: Lang) -> str:
    """Return what is known of the effect of measures, then measure by measure."""
    return measures_lead(facts, plan, lang) + (measures_list(facts, plan, lang) if plan.measures else "")


def experience(facts: Facts, better: pd.DataFrame, lang: Lang) -> str:
    """Return what went well: domains with the best share, and streets that stand out among the others."""
    zh = lang == "zh"
    good = [one for one in facts.domains if one.tally.pace == "good"]
    parts = []
    if good:
        text = "；".join(saying.domain_phrase(one, lang) for one in good)
        parts.append(paragraph(f"进展较好的领域：{text}。" if zh else f"Domains going well: {text}."))
    if len(better):
        parts.append(
            table(better, "明显好于全区的街道（镇），可总结推广" if zh else "Streets clearly better than the rest")
        )
    if not parts:
        none = "经验做法待部门补充。"
        none_en = "Experience is to be added by the departments."
        parts.append(paragraph(none if zh else none_en))
    return "".join(parts)


def adjustments(facts: Facts, lang: Lang) -> str:
    """Return the targets one may set anew, each with a value: out of reach, or met without effort."""
    zh = lang == "zh"
    parts = []
    for kind, said in (
        (
            "easier",
            ("可研究调整（按现有趋势很难达到）的目标", "Targets that may be eased, out of reach at the present pace"),
        ),
        (
            "stricter",
            ("可研究提高（按现有趋势几乎可以确定达到）的目标", "Targets that may be raised, all but certain to be met"),
        ),
    ):
        found = [one for one in facts.targets if one.proposal == kind]
        if not found:
            continue
        count = facts.values.count(f"adjust/{kind}", len(found))
        parts.append(paragraph(f"{said[0]}{count}条：" if zh else f"{said[1]}: {count}."))
        parts.append(bullets(_proposal(one, lang) for one in found))
    if parts:
        who = "目标调整须先核实措施落实情况，由规划批准机关决定。"
        parts.append(
            paragraph(who if zh else "Whoever approved the plan decides, once its measures have been looked into.")
        )
    else:
        none = "没有需要提出调整的数值目标。"
        parts.append(paragraph(none if zh else "No target with a number needs to be set anew."))
    return "".join(parts)


def _proposal(fact: TargetFact, lang: Lang) -> str:
    easier = fact.proposal == "easier"
    if lang == "zh":
        why = "与预测中位值相当的是" if easier else "按预测仍属有望达标的是"
        return f"{fact.text.zh}（{fact.clause}）达标概率{fact.p_met.zh}；{why}{fact.proposed.zh}。"
    why = "the median forecast" if easier else "what would still be on track"
    return f"{fact.text.en} ({fact.clause}) P(met) {fact.p_met.en}; {why} is {fact.proposed.en}."


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
        f"未达标、预计达标困难、需关注或无法判断的目标共{count}条，按数据表现分类；成因须由部门核实。"
        if lang == "zh"
        else f"{count} targets are missed, in doubt or without data, sorted by what the numbers show."
    )
    return paragraph(said, see=see(lang, "causes") if rows else "") + table(
        frame, "未达标目标的情形分类" if lang == "zh" else "Misses by kind", "causes"
    )
