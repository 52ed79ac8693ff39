"""What must hold between the parts of a plan; all faults are collected before one is raised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analysis.exceptions import Fault, Text, Where
from analysis.plan.meaning import faults_of_meaning
from analysis.plan.model import Goal, Measure, Plan
from analysis.plan.targets import Target

_FACTS = {
    "indicator": ("指标", "an indicator"),
    "value": ("目标值", "a value"),
    "unit": ("单位", "a unit"),
    "year": ("目标年份", "a target year"),
    "baseline_year": ("基期年份", "a baseline year"),
    "subunit": ("考核单位（如 street）", "the sub-unit (such as street)"),
}


def faults_of(plan: Plan, folder: str) -> list[Fault]:
    """Return every broken reference, every target that lacks a fact its kind needs or whose facts contradict it."""
    faults = [*_references(plan, folder), *_starts(plan, folder)]
    for target in plan.targets:
        faults += _facts(target, folder)
        faults += _comparison(target, folder)
    return [*faults, *faults_of_meaning(plan, folder)]


def _references(plan: Plan, folder: str) -> Iterator[Fault]:
    domains = {one.id for one in plan.domains}
    goals = {one.id for one in plan.goals}
    parents = goals | {one.id for one in plan.measures}
    departments = {one.code for one in plan.departments}
    indicators = {one.id for one in plan.indicators}
    targets = {one.id for one in plan.targets}
    clauses: list[Goal | Measure] = [*plan.goals, *plan.measures]
    for clause in clauses:
        file = "goals.csv" if clause.id in goals else "measures.csv"
        yield from _unknown([clause.domain], domains, f"{folder}/{file}", clause.id, "plan.yaml")
        yield from _unknown(clause.departments, departments, f"{folder}/{file}", clause.id, "departments.csv")
    for measure in plan.measures:
        yield from _unknown(measure.goals, goals, f"{folder}/measures.csv", measure.id, "goals.csv")
        yield from _unknown(measure.indicators, indicators, f"{folder}/measures.csv", measure.id, "indicators.csv")
    for indicator in plan.indicators:
        yield from _unknown(
            [indicator.department], departments, f"{folder}/indicators.csv", indicator.id, "departments.csv"
        )
        group = [indicator.population] if indicator.population else []
        yield from _unknown(group, indicators, f"{folder}/indicators.csv", indicator.id, "indicators.csv")
    for target in plan.targets:
        file = f"{folder}/targets.csv"
        yield from _unknown([target.parent], parents, file, target.id, "goals.csv, measures.csv")
        yield from _unknown(
            [target.indicator] if target.indicator else [], indicators, file, target.id, "indicators.csv"
        )
        yield from _unknown(target.conflicts_with, targets, file, target.id, "targets.csv")


def _starts(plan: Plan, folder: str) -> Iterator[Fault]:
    for measure in plan.measures:
        if plan.start_of(measure) > plan.end_year:
            yield Fault(
                Text(f"措施起始年份 {measure.start_year}", f"a measure that starts in {measure.start_year}"),
                Where(file=f"{folder}/measures.csv", column="start_year", item=measure.id),
                Text(f"不晚于规划末年 {plan.end_year}", f"not after the plan's last year, {plan.end_year}"),
                Text("请更正起始年份，或留空。", "Correct the start year, or leave it empty."),
            )


def _unknown(names: Iterable[str], known: set[str], file: str, item: str, list_in: str) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(
                Text(f"引用了不存在的 {name}", f"a reference to {name}, which does not exist"),
                Where(file=file, item=item),
                Text(f"{list_in} 中列出的一项", f"an entry of {list_in}"),
                Text("请改正引用，或补上该条目。", "Correct the reference or add the entry."),
            )


def _facts(target: Target, folder: str) -> Iterator[Fault]:
    for name in target.missing():
        zh, en = _FACTS[name]
        yield Fault(
            Text(f"目标没有{zh}", f"a target without {en}"),
            Where(file=f"{folder}/targets.csv", column=name, item=target.id),
            Text(f"“{target.title.zh}”类目标须有{zh}", f"a target of kind {target.kind} has {en}"),
            Text(
                "请按规划条款补填；原文未注明年份的填规划末年并将 year_assumed 设为 yes。",
                "Fill it in from the clause; where no year is named use the plan's last and set year_assumed to yes.",
            ),
        )


def _comparison(target: Target, folder: str) -> Iterator[Fault]:
    if target.comparison not in target.comparisons:
        allowed = " ".join(one or "(空)" for one in target.comparisons)
        yield Fault(
            Text(f"比较方式“{target.comparison}”", f"comparison '{target.comparison}'"),
            Where(file=f"{folder}/targets.csv", column="comparison", item=target.id),
            Text(f"“{target.title.zh}”类目标用：{allowed}", f"for {target.kind} one of: {allowed}"),
            Text("请改正比较方式或目标类型。", "Correct the comparison or the kind."),
        )
