"""What `workbench plan check` prints: counts, goals without an indicator, conflicting clauses."""

from __future__ import annotations

from collections import Counter

from analysis.exceptions import Lang
from analysis.plan.meaning import other_end
from analysis.plan.model import Plan
from analysis.plan.targets import KINDS


def report(plan: Plan, lang: Lang) -> str:
    """Return the check of a plan that could be read, as text."""
    zh = lang == "zh"
    in_goals = {goal.id for goal in plan.goals}
    numbers = [target for target in plan.targets if target.value is not None]
    goal_numbers = sum(target.parent in in_goals for target in numbers)
    lines = [
        plan.title(lang),
        (
            f"主要目标 {len(plan.goals)} 项，策略措施 {len(plan.measures)} 项，具体目标 {len(plan.targets)} 条"
            f"（其中含数值 {len(numbers)} 条：目标中 {goal_numbers} 条、措施中 {len(numbers) - goal_numbers} 条），"
            f"指标 {len(plan.indicators)} 个，责任部门 {len(plan.departments)} 个。"
            if zh
            else f"{len(plan.goals)} goals, {len(plan.measures)} measures, {len(plan.targets)} targets "
            f"({len(numbers)} with a number: {goal_numbers} in goals, {len(numbers) - goal_numbers} in measures), "
            f"{len(plan.indicators)} indicators, {len(plan.departments)} departments."
        ),
        "",
        "各领域（目标/措施/具体目标）：" if zh else "By domain (goals / measures / targets):",
    ]
    lines += [f"  {_domain_line(plan, domain.id, domain.title(lang))}" for domain in plan.domains]
    kinds = Counter(target.kind for target in plan.targets)
    lines += ["", "目标类型：" if zh else "Kinds of targets:"]
    lines += [f"  {kinds[kind]:>3}  {cls.title(lang)} ({kind})" for kind, cls in KINDS.items()]
    lines += ["", *_without_indicator(plan, lang), "", *_conflicts(plan, lang), *_split_ranges(plan, lang)]
    assumed = [department for department in plan.departments if not department.confirmed]
    years = [target for target in plan.targets if target.year_assumed]
    lines += [
        "",
        (
            f"待确认：{len(assumed)} 个责任部门系按通常职责推定；"
            f"{len(years)} 条目标原文未注明年份，按 {plan.end_year} 年评判。"
            if zh
            else f"To confirm: {len(assumed)} departments are assumed; "
            f"{len(years)} targets name no year ({plan.end_year} assumed)."
        ),
    ]
    return "\n".join(lines)


def _domain_line(plan: Plan, domain: str, title: str) -> str:
    goals = {goal.id for goal in plan.goals if goal.domain == domain}
    measures = {measure.id for measure in plan.measures if measure.domain == domain}
    targets = sum(target.parent in goals | measures for target in plan.targets)
    return f"{title}  {len(goals)} / {len(measures)} / {targets}"


def _without_indicator(plan: Plan, lang: Lang) -> list[str]:
    goals = plan.goals_without_indicator()
    head = (
        f"没有指标的主要目标 {len(goals)} 项（以佐证材料评定）："
        if lang == "zh"
        else f"{len(goals)} goals without an indicator (judged by evidence):"
    )
    return [head, *(f"  {goal.id}  {goal.title(lang)}" for goal in goals)]


def _conflicts(plan: Plan, lang: Lang) -> list[str]:
    pairs = sorted({tuple(sorted((target.id, other))) for target in plan.targets for other in target.conflicts_with})
    head = f"数值不一致的条款 {len(pairs)} 对：" if lang == "zh" else f"{len(pairs)} pairs of conflicting clauses:"
    lines = [head]
    for first, second in pairs:
        a, b = plan.target(first), plan.target(second)
        lines.append(f"  {a.clause} {a.text(lang)}  <>  {b.clause} {b.text(lang)}")
    return lines


def _split_ranges(plan: Plan, lang: Lang) -> list[str]:
    """Return the ranges that stand as two targets, which the plan can hold as one; no lines where there are none."""
    pairs = sorted({tuple(sorted((one.id, other.id))) for one in plan.targets if (other := other_end(one, plan))})
    if not pairs:
        return []
    head = (
        f"拆成两条的区间目标 {len(pairs)} 个（可合为一条：下限填 value，上限填 value_upper）："
        if lang == "zh"
        else f"{len(pairs)} ranges entered as two targets (one is enough: low end in value, high end in value_upper):"
    )
    return ["", head, *(f"  {first}  +  {second}" for first, second in pairs)]
