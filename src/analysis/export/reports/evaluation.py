"""What the mid-term and the final evaluation share: the leader's summary, measures, experience, causes of misses."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.exceptions import Lang
from analysis.export.reports.common import bullets, head, table
from analysis.export.sections import paragraph, see
from analysis.marks import count, quoted
from analysis.narrative import effects, reported_words, saying, statistics
from analysis.narrative.facts import Facts
from analysis.narrative.reported_facts import ReportedFacts
from analysis.narrative.words import STATUS
from analysis.plan import Plan


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


def carried_out(facts: Facts, plan: Plan, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return how far measures are as departments `reported`, and what is known of their effect."""
    doubtful = {one.parent for one in facts.targets if one.group in ("missed", "off_track", "at_risk", "open")}
    if reported is not None:
        doubtful |= {plan.target(one.target).parent for one in reported.judgements if one.outcome == "unfavourable"}
    said = reported_words.measures_said(reported, lang, doubtful) if reported else []
    return "".join(map(paragraph, said)) + measures_lead(facts, plan, lang)


def experience(facts: Facts, better: pd.DataFrame, lang: Lang, reported: ReportedFacts | None = None) -> str:
    """Return practices that departments `reported`; without any what went well, and streets that stand out."""
    if reported is not None and (practices := reported_words.practices_said(reported, lang)):
        return bullets(practices)
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
