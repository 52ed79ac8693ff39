"""The department pages: in front who has how much to do and what comes first, then a page or two a department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import bullets, head, page_break, quiet
from analysis.export.reports.front import made_by
from analysis.export.reports.main_table import dated
from analysis.export.reports.notice import lines
from analysis.export.sections import paragraph
from analysis.export.tables import badge, cell, html_table
from analysis.formats import MISSING
from analysis.narrative.acts import acts, grave_part
from analysis.narrative.facts import GRAVE, AlertFact, Facts, TargetFact
from analysis.narrative.midterm import listed
from analysis.narrative.notices import first_things
from analysis.narrative.problem_rows import Units, by_indicator, state_lines, subject
from analysis.narrative.problems import Problem, problems
from analysis.narrative.words import COLUMNS, LEVEL
from analysis.plan import Plan

_FRONT = (
    Text("部门", "Department"),
    LEVEL["red"],
    LEVEL["orange"],
    Text("应报未报", "Data due"),
    Text("先办的事", "What comes first"),
)
_DOING = (
    COLUMNS["level"],
    Text("现状、目标和差距", "Where it stands, what is asked for"),
    Text("要做的事", "What to do"),
    Text("责任人、时限、状态", "Person, deadline, state"),
)
_TARGETS = (Text("指标", "Indicator"), COLUMNS["latest"], COLUMNS["target"], COLUMNS["status"])


@dataclass(frozen=True)
class _Own:
    """What one department has to do."""

    code: str
    name: str
    targets: tuple[TargetFact, ...]
    alerts: tuple[AlertFact, ...]
    problems: tuple[Problem, ...]
    due: tuple[str, ...]
    due_by: str

    def count(self, level: str) -> int:
        return sum(one.level == level for one in self.alerts)

    @property
    def busy(self) -> bool:
        return bool(self.problems or self.due)


def departments(
    facts: Facts,
    plan: Plan,
    due: pd.DataFrame,
    entries: pd.DataFrame,
    lang: Lang,
    only: str = "",
    author: str = "",
    units: Units | None = None,
) -> str:
    """Return the pages of the lead departments; of one department its own page without the front.

    Departments without a red or orange alert and without data due share the last part.

    Parameters
    ----------
    facts : Facts
    plan : Plan
    due : DataFrame
        What departments owe: department, then the indicator's name, what is missing, due date.
    entries : DataFrame
        The ledger, a row a target: target, person, deadline, state.
    lang : zh or en
    only : str
        Code of a department.
    author : str
        Who made it, in place of what the plan's folder says.
    units : mapping, optional
        Of targets every sub-unit must reach, the one farthest from it, by name.
    """
    found = [grave_part(one) for one in problems(facts)]
    own = [one for one in (_own(code.code, facts, plan, found, due, lang) for code in plan.departments) if one.targets]
    if only:
        own = [one for one in own if one.code == only]
    kept = {str(row["target"]): {str(key): value for key, value in row.items()} for row in entries.to_dict("records")}
    front = plan.fronts.of("department")
    out = [made_by("department", facts, front, lang, author or front.author(lang))]
    if not only:
        out.append(_front(own, facts, lang))
    alone = [one for one in own if one.busy or only]
    for number, one in enumerate(alone, start=1):
        out.append((page_break() if number > 1 or not only else "") + head(2, one.name, number, lang))
        out.append(_page(one, facts, kept, lang, units))
    return "".join([*out, _idle([one for one in own if one not in alone], len(alone) + 1, facts, lang)])


def _own(code: str, facts: Facts, plan: Plan, found: Sequence[Problem], due: pd.DataFrame, lang: Lang) -> _Own:
    mine = []
    for one in found:
        if alerts := tuple(alert for alert in one.alerts if alert.target.department == code):
            mine.append(Problem(alerts))
    owed = due[due["department"] == code]
    return _Own(
        code,
        plan.department_name(code)(lang),
        tuple(one for one in facts.targets if one.department == code),
        tuple(one for one in facts.alerts if one.target.department == code),
        tuple(mine),
        tuple(map(str, owed.iloc[:, 1])),
        str(owed.iloc[0, -1]) if len(owed) else "",
    )


def _front(own: Sequence[_Own], facts: Facts, lang: Lang) -> str:
    """Return the overall page: a row a department with something to do, the others by name."""
    zh = lang == "zh"
    busy = sorted((one for one in own if one.busy), key=lambda one: (-one.count("red"), -one.count("orange")))
    rows = []
    for one in busy:
        counts = [_count(one, level, facts) for level in GRAVE]
        rows.append([cell(one.name), *map(cell, counts), _owed(one, lang), lines(_numbered(one, lang))])
    said = (
        "各牵头部门的任务汇总如下，各部门情况见后。"
        if zh
        else "What lead departments have to do; the pages of the departments follow."
    )
    parts = [paragraph(said)]
    if rows:
        caption = "各部门任务" if zh else "What departments have to do"
        parts.append(html_table([name(lang) for name in _FRONT], rows, caption, numbers=(1, 2), id="front"))
    if idle := listed((one.name for one in own if not one.busy), lang):
        parts.append(
            quiet(
                f"没有红色、橙色预警和应报未报数据的部门：{idle}。"
                if zh
                else f"Without red or orange alerts and without data due: {idle}."
            )
        )
    return "".join(parts)


def _owed(one: _Own, lang: Lang) -> str:
    """Return the first of the data that are due as a cell, and that there are more."""
    if not one.due:
        return MISSING
    more = ("等" if lang == "zh" else " and others") if len(one.due) > 1 else ""
    return cell(one.due[0] + more)


def _numbered(one: _Own, lang: Lang) -> list[str]:
    """Return the first things as lines of a cell."""
    things = first_things(one.problems, bool(one.due), lang)
    if len(things) < 2:
        return things
    marks = ("①", "②", "③") if lang == "zh" else ("(a) ", "(b) ", "(c) ")
    return [mark + thing for mark, thing in zip(marks, things, strict=False)]


def _count(one: _Own, level: str, facts: Facts) -> str:
    number = one.count(level)
    return facts.values.count(f"department/{one.code}/{level}", number) if number else MISSING


def _page(one: _Own, facts: Facts, kept: Mapping[str, Mapping[str, object]], lang: Lang, units: Units | None) -> str:
    zh = lang == "zh"
    count = facts.values.count
    parts = [
        (name, count(f"department/{one.code}/{key}", number))
        for key, name, number in (
            ("targets", Text("牵头目标{}条", "{} targets"), len(one.targets)),
            ("red", Text("红色预警{}条", "{} red alerts"), one.count("red")),
            ("orange", Text("橙色预警{}条", "{} orange alerts"), one.count("orange")),
        )
        if number
    ]
    said = ("，" if zh else ", ").join(name(lang).format(number) for name, number in parts)
    out = [paragraph(f"{one.name}{said}。" if zh else f"{one.name}: {said}.")]
    things = [thing + ("。" if zh else ".") for thing in first_things(one.problems, bool(one.due), lang)]
    lead = "先办的事：" if zh else "What comes first: "
    if len(things) > 1:
        out += [paragraph(lead.strip()), bullets(things, ordered=True)]
    elif one.problems:
        out.append(paragraph(lead + things[0]))
    if one.problems:
        caption = f"{one.name}：需要整改的问题" if zh else f"{one.name}: problems to be dealt with"
        rows = [_doing(problem, facts, kept, lang, units) for problem in one.problems]
        out.append(html_table([name(lang) for name in _DOING], rows, caption))
    if one.due:
        names = ("、" if zh else "; ").join(one.due)
        until = f"（{one.due_by}前报送）" if zh else f" (by {one.due_by})"
        out.append(paragraph(f"应报未报的数据{until}：{names}。" if zh else f"Data due{until}: {names}."))
    return "".join([*out, _others(one, facts, lang)])


def _doing(
    problem: Problem, facts: Facts, kept: Mapping[str, Mapping[str, object]], lang: Lang, units: Units | None
) -> list[str]:
    own = [alert.target for alert in problem.alerts]
    entries = [kept[one.id] for one in own if one.id in kept]
    names = ("person", "deadline", "state")
    ledger = [listed(filter(None, (str(entry.get(name) or "") for entry in entries)), lang) for name in names]
    return [
        badge(problem.gravest.level, lang),
        lines(state_lines(own, lang, facts.as_of, units)),
        cell(acts(problem.targets, lang)),
        lines([one for one in ledger if one] or [MISSING]),
    ]


def _others(one: _Own, facts: Facts, lang: Lang) -> str:
    """Return the other targets judged by data, a row an indicator."""
    rows = _rows(one, facts, lang)
    if not rows:
        return ""
    caption = f"{one.name}：其他目标" if lang == "zh" else f"{one.name}: other targets"
    return html_table([name(lang) for name in _TARGETS], rows, caption)


def _idle(own: Sequence[_Own], number: int, facts: Facts, lang: Lang) -> str:
    """Return the targets of departments that have nothing to put right, the department over its rows."""
    rows: list[list[str] | str] = []
    for one in own:
        if found := _rows(one, facts, lang):
            rows += [cell(one.name), *found]
    if not rows:
        return ""
    title = "其他部门" if lang == "zh" else "Other departments"
    caption = "其他部门的目标" if lang == "zh" else "Targets of other departments"
    table = html_table([name(lang) for name in _TARGETS], rows, caption)
    return page_break() + head(2, title, number, lang) + table


def _rows(one: _Own, facts: Facts, lang: Lang) -> list[list[str]]:
    """Return a row an indicator with data that is in none of the department's problems."""
    zh = lang == "zh"
    told = {subject(alert.target) for problem in one.problems for alert in problem.alerts}
    rows = []
    for own in by_indicator(one.targets):
        if subject(own[0]) in told or not any(fact.latest_year for fact in own):
            continue
        first = own[0]
        bounds = listed((dated(fact.bound(lang), fact.year, facts.end_year, lang) for fact in own), lang)
        verdicts = ("、" if zh else ", ").join(dict.fromkeys(badge(fact.group, lang, fact.verdict) for fact in own))
        latest = dated(first.latest(lang), first.latest_year, facts.as_of, lang)
        rows.append([*map(cell, (first.name(lang), latest, bounds)), verdicts])
    return rows
