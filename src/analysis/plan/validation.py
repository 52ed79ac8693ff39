"""What must hold between the parts of a plan; all faults are collected before one is raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from analysis.exceptions import Fault, Text, Where, meant
from analysis.plan.draft import Draft
from analysis.plan.meaning import faults_of_meaning
from analysis.plan.targets import Target

_FACTS = {
    "indicator": ("指标", "an indicator"),
    "value": ("目标值", "a value"),
    "unit": ("单位", "a unit"),
    "year": ("目标年份", "a target year"),
    "baseline_year": ("基期年份", "a baseline year"),
    "subunit": ("考核单位（如 street）", "the sub-unit (such as street)"),
}


def faults_of(draft: Draft) -> list[Fault]:
    """Return every broken reference, every target that lacks a fact its kind needs or whose facts contradict it.

    Only rows without a fault of their own are looked at; a reference to a row that has one is none that leads nowhere.
    """
    faults = [*_nothing(draft), *_references(draft), *_shared(draft), *_starts(draft), *_themes(draft)]
    for target in draft.targets:
        faults += _facts(target, draft)
        faults += _comparison(target, draft)
    return [*faults, *faults_of_meaning(draft)]


def _nothing(draft: Draft) -> Iterator[Fault]:
    """Yield that a plan has no target: there is nothing to evaluate."""
    if draft.known["targets"] == frozenset():
        yield Fault(
            Text("规划没有一条具体目标", "a plan without a target"),
            Where(file=f"{draft.folder}/targets.csv"),
            Text("表头和至少一条目标", "a header and at least one target"),
            Text(
                "请填写目标；没有数值的填 gap_or_qualitative 类。",
                "Enter the targets; those without a number are of kind gap_or_qualitative.",
            ),
        )


def _references(draft: Draft) -> Iterator[Fault]:
    def unknown(table: str, item: str, column: str, names: Iterable[str], *lists: str) -> Iterator[Fault]:
        known = [draft.known[name] for name in lists]
        ids = frozenset().union(*(one for one in known if one is not None))
        for name in names:
            if name not in ids and None not in known:
                yield _unknown(name, ids, draft, (table, column, item), lists)

    for goal in draft.goals:
        yield from unknown("goals", goal.id, "domain", [goal.domain], "domains")
        yield from unknown("goals", goal.id, "departments", goal.departments, "departments")
    for measure in draft.measures:
        yield from unknown("measures", measure.id, "domain", [measure.domain], "domains")
        yield from unknown("measures", measure.id, "departments", measure.departments, "departments")
        yield from unknown("measures", measure.id, "goals", measure.goals, "goals")
        yield from unknown("measures", measure.id, "indicators", measure.indicators, "indicators")
    for one in draft.indicators:
        yield from unknown("indicators", one.id, "department", [one.department], "departments")
        yield from unknown("indicators", one.id, "population", filter(None, [one.population]), "indicators")
    for theme in draft.themes:
        yield from unknown("themes", theme.id, "domain", [theme.domain], "domains")
        yield from unknown("themes", theme.id, "indicators", theme.indicators, "indicators")
    for target in draft.targets:
        yield from unknown("targets", target.id, "parent", [target.parent], "goals", "measures")
        yield from unknown("targets", target.id, "indicator", filter(None, [target.indicator]), "indicators")
        yield from unknown("targets", target.id, "conflicts_with", target.conflicts_with, "targets")


def _unknown(name: str, known: Iterable[str], draft: Draft, place: tuple[str, str, str], lists: Iterable[str]) -> Fault:
    files = ", ".join("plan.yaml" if one == "domains" else f"{one}.csv" for one in lists)
    return Fault(
        Text(f"引用了不存在的 {name}", f"a reference to {name}, which does not exist"),
        draft.where(*place),
        Text(f"{files} 中列出的一项", f"an entry of {files}"),
        meant(name, known, Text("请改正引用，或补上该条目。", "Correct the reference or add the entry.")),
    )


def _shared(draft: Draft) -> Iterator[Fault]:
    """Yield measures with the id of a goal, and names that mean two indicators."""
    goals = {one.id for one in draft.goals}
    for measure in draft.measures:
        if measure.id in goals:
            yield Fault(
                Text(f"措施与目标同用编号 {measure.id}", f"a measure with the id of a goal, {measure.id}"),
                draft.where("measures", "id", measure.id),
                Text("目标和措施的编号各不相同", "goals and measures with ids of their own"),
                Text("请改写其中一个编号，并改正引用它的各处。", "Write another id, also where it is referred to."),
            )
    names = Counter(name for one in draft.indicators for name in {one.name.zh, *one.aliases})
    for one in draft.indicators:
        for column, own in (("name_zh", {one.name.zh}), ("aliases", set(one.aliases) - {one.name.zh})):
            for name in sorted(own):
                if names[name] > 1:
                    yield Fault(
                        Text(f"名称“{name}”属于多个指标", f"the name '{name}' of several indicators"),
                        draft.where("indicators", column, one.id),
                        Text("每个名称或别名只属于一个指标", "each name or alias of one indicator"),
                        Text("请写出区别，如年龄、地区或口径。", "Say what parts them: age, place or definition."),
                    )


def _starts(draft: Draft) -> Iterator[Fault]:
    end = draft.head.end_year
    for measure in draft.measures:
        if end is not None and measure.start_year is not None and measure.start_year > end:
            yield Fault(
                Text(f"措施起始年份 {measure.start_year}", f"a measure that starts in {measure.start_year}"),
                draft.where("measures", "start_year", measure.id),
                Text(f"不晚于规划末年 {end}", f"not after the plan's last year, {end}"),
                Text("请更正起始年份，或留空。", "Correct the start year, or leave it empty."),
            )


def _themes(draft: Draft) -> Iterator[Fault]:
    """Yield indicators that two themes of one domain want to tell."""
    told = Counter((theme.domain, id) for theme in draft.themes for id in set(theme.indicators))
    for theme in draft.themes:
        for id in theme.indicators:
            if told[theme.domain, id] > 1:
                yield Fault(
                    Text(f"指标 {id} 属于多个专题", f"the indicator {id} in several themes"),
                    draft.where("themes", "indicators", theme.id),
                    Text("每个指标在一个领域内只属于一个专题", "an indicator in one theme of a domain"),
                    Text("请只在一个专题中保留该指标。", "Keep the indicator in one theme alone."),
                )


def _facts(target: Target, draft: Draft) -> Iterator[Fault]:
    for name in target.missing():
        zh, en = _FACTS[name]
        yield Fault(
            Text(f"目标没有{zh}", f"a target without {en}"),
            draft.where("targets", name, target.id),
            Text(f"“{target.title.zh}”类目标须有{zh}", f"a target of kind {target.kind} has {en}"),
            Text(
                "请按规划条款补填；原文未注明年份的填规划末年并将 year_assumed 设为 yes。",
                "Fill it in from the clause; where no year is named use the plan's last and set year_assumed to yes.",
            ),
        )


def _comparison(target: Target, draft: Draft) -> Iterator[Fault]:
    if target.comparison not in target.comparisons:
        allowed = " ".join(one or "(空)" for one in target.comparisons)
        yield Fault(
            Text(f"比较方式“{target.comparison}”", f"comparison '{target.comparison}'"),
            draft.where("targets", "comparison", target.id),
            Text(f"“{target.title.zh}”类目标用：{allowed}", f"for {target.kind} one of: {allowed}"),
            Text("请改正比较方式或目标类型。", "Correct the comparison or the kind."),
        )
