"""What departments reported, in sentences: who did, how far measures are, causes, practices, grades by evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from analysis.exceptions import Lang, Text
from analysis.formats import MISSING
from analysis.narrative.problems import Problem
from analysis.narrative.reported_facts import CauseFact, MeasureFact, MeasureReport, PracticeFact, ReportedFacts
from analysis.narrative.weaving import joined, listed

_DENIES = re.compile(r"已经?(?:达到目标|达到要求|达标)|无需说明")
_EXAMPLES = Text("报为已完成并附佐证的如：", "Reported completed with evidence, for instance: ")
TOLD = 2  # measures, causes and difficulties told with the departments' own words; of practices one more


def who_reported(reported: ReportedFacts, lang: Lang) -> str:
    """Return how many reports were due and came, how many late, and who owes one."""
    due, came = reported.said("reports/due"), reported.said("reports/received")
    late = reported.said("reports/late") if reported.late else ""
    back = listed((one.name(lang) for one in reported.owing if one.state == "returned"), lang)
    owing = listed((one.name(lang) for one in reported.owing if one.state != "returned"), lang)
    unseen = listed((one.name(lang) for one in reported.departments if one.state == "reported"), lang)
    if lang == "zh":
        parts = [f"{reported.year}年度应报送落实情况报告的部门{due}个，已报送并采用{came}个"]
        parts += [f"其中尚待核实的有{unseen}"] if unseen else []
        parts += [f"材料退回待补的有{back}"] if back else []
        parts += [f"尚未报送的有{owing}"] if owing else []
        return joined([*parts, *([f"迟报{late}个"] if late else [])], lang)
    parts = [f"Of {due} departments that owed a report for {reported.year}, {came} sent one that counts"]
    parts += [f"not yet verified: {unseen}"] if unseen else []
    parts += [f"given back to {back}"] if back else []
    parts += [f"none came from {owing}"] if owing else []
    return joined([*parts, *([f"{late} were late"] if late else [])], lang)


def measures_said(reported: ReportedFacts, lang: Lang, doubtful: AbstractSet[str] = frozenset()) -> list[str]:
    """Return the paragraphs on measures: how many are how far and what they cost, what was done, what hinders.

    Those of `doubtful`, by id, are no examples of what is completed: their own targets are not reached.
    """
    zh = lang == "zh"
    names = {"completed": ("已完成", "completed"), "under_way": ("正在推进", "under way"),
             "not_begun": ("未启动", "not begun"), "not_reported": ("未填报", "not reported")}  # fmt: skip
    known = {name: words for name, words in names.items() if reported.counts.get(f"measures/{name}")}
    if zh:
        split = "、".join(f"{words[0]}{reported.said(f'measures/{name}')}项" for name, words in known.items())
        text = f"按部门报送，{reported.said('measures/total')}项策略措施中，{split}"
        spent = f"；已报投入合计{reported.money.zh}" if reported.money.zh != MISSING else ""
    else:
        split = ", ".join(f"{reported.said(f'measures/{name}')} {words[1]}" for name, words in known.items())
        text = f"As departments report, of {reported.said('measures/total')} measures {split}"
        spent = f"; money reported {reported.money.en}" if reported.money.en != MISSING else ""
    differing = reported.counts.get("measures/differ", 0)
    apart = ""
    if differing:
        number = reported.said("measures/differ")
        apart = f"；{number}项各部门所报进度不一致" if zh else f"; on {number} the departments differ"
    first = f"{text}{spent}{apart}{'。' if zh else '.'}"
    return [first, *filter(None, (_done(reported, lang, doubtful), _hindered(reported, lang)))]


def _done(reported: ReportedFacts, lang: Lang, doubtful: AbstractSet[str]) -> str:
    """Return completed measures with what came of them: with evidence, and where no target of theirs is in doubt."""
    done = [one for one in reported.measures if one.state == "completed" and not one.differ and not one.owing]
    told = [one for one in done if one.has_evidence and one.id not in doubtful][:TOLD]
    said = [text for one in told if (text := _of_measure(one, lang))]
    return _EXAMPLES(lang) + joined(said, lang) if said else ""


def _of_measure(one: MeasureFact, lang: Lang) -> str:
    report = next((each for each in one.reports if each.done), None)
    if report is None:
        return ""
    more = [text for text in (_output(report, lang), _money(one, lang)) if text]
    tail = (f"（{'，'.join(more)}）" if lang == "zh" else f" ({', '.join(more)})") if more else ""
    if lang == "zh":
        return f"{one.clause}“{one.title.zh}”，{report.done}{tail}"
    return f'{one.clause} "{one.title.en}": {report.done}{tail}'


def _output(report: MeasureReport, lang: Lang) -> str:
    if report.output.zh == MISSING:
        return ""
    return f"产出{report.output.zh}" if lang == "zh" else f"output {report.output.en}"


def _money(one: MeasureFact, lang: Lang) -> str:
    if one.money.zh == MISSING:
        return ""
    return f"投入{one.money.zh}" if lang == "zh" else f"{one.money.en} spent"


def _hindered(reported: ReportedFacts, lang: Lang) -> str:
    """Return what hinders measures that have not begun, in the departments' words, each once."""
    said: dict[str, str] = {}
    for one in reported.measures:
        for report in one.reports:
            if one.state == "not_begun" and report.difficulty:
                quoted = f"“{report.difficulty}”" if lang == "zh" else f', "{report.difficulty}"'
                said.setdefault(report.difficulty, f"{report.department(lang)}{quoted}")
    if not said:
        return ""
    lead = "未启动的措施，部门反映的困难有：" if lang == "zh" else "What hinders those not begun, as reported: "
    return lead + joined(list(said.values())[:TOLD], lang)


def practices_said(reported: ReportedFacts, lang: Lang) -> list[str]:
    """Return practices worth spreading, in the departments' words: who, what, with which result."""
    told = []
    for one in _choice(reported.practices)[: TOLD + 1]:
        result = (f"；成效：{one.result}" if lang == "zh" else f"; result: {one.result}") if one.result else ""
        if lang == "zh":
            told.append(f"{one.department.zh}：{one.title}。{one.content}{result}。")
        else:
            told.append(f"{one.department.en}: {one.title}. {one.content}{result}.")
    return told


def _choice(practices: Sequence[PracticeFact]) -> list[PracticeFact]:
    """Return practices with a result in numbers first, one a department before a second one of any."""
    own: dict[str, int] = {}
    place = []
    for one in sorted(practices, key=lambda each: not re.search(r"\d", each.result)):
        place.append((own.setdefault(one.department.zh, 0), one))
        own[one.department.zh] += 1
    return [one for _, one in sorted(place, key=lambda each: each[0])]


def cause_said(problem: Problem, reported: ReportedFacts | None, lang: Lang) -> str:
    """Return the causes departments give for a problem, with what last year's measure did; else a blank."""
    who = listed((one(lang) for one in problem.departments), lang)
    given: dict[str, CauseFact] = {}  # of an indicator that of its gravest alert
    for alert in problem.alerts:
        for one in reported.causes_of(alert.target.id) if reported is not None else ():
            if one.cause:
                given.setdefault(alert.target.indicator or alert.target.id, one)
    told = [_cause(one, lang) for one in list(given.values())[:TOLD]]
    if told:
        return joined(told, lang)
    return f"〔由{who}根据工作情况填写〕" if lang == "zh" else f"[to be filled in by {who}]"


def _cause(one: CauseFact, lang: Lang) -> str:
    """Return a cause in the department's words; where it denies what the alert rests on, that it has to be checked."""
    said = _said_cause(one, lang)
    if not _DENIES.search(one.cause):
        return said
    return said + ("（与本报告所据数据不符，请核实）" if lang == "zh" else " (which the data here do not bear out)")


def _said_cause(one: CauseFact, lang: Lang) -> str:
    if lang == "zh":
        last = f"；{one.last_measure}，{one.helped_name.zh}" if one.last_measure else ""
        return f"{one.department.zh}认为“{one.cause}{last}”"
    last = f"; {one.last_measure}: {one.helped_name.en}" if one.last_measure else ""
    return f'{one.department.en} holds "{one.cause}{last}"'


def evidence_said(reported: ReportedFacts, lang: Lang) -> str:
    """Return how all targets stand once those without data are graded by evidence, and where grades differ."""
    names = {
        "favourable": ("进展有利的", "going well"),
        "progressing": ("正在推进或尚无把握的", "under way or not yet safe"),
        "unfavourable": ("不利的", "going badly"),
        "undecided": ("尚不能评定的", "undecided"),
    }
    known = {name: words for name, words in names.items() if reported.counts.get(f"judgements/outcome/{name}")}
    total = reported.said("judgements/total")
    optimistic = reported.counts.get("judgements/optimistic", 0)
    if lang == "zh":
        split = "、".join(f"{words[0]}{reported.said(f'judgements/outcome/{name}')}条" for name, words in known.items())
        text = f"连同以佐证材料评定的目标，{total}条目标中，{split}"
        more = (
            f"；部门自评高于评估组评定的{reported.said('judgements/optimistic')}条，以评估组评定为准"
            if optimistic
            else ""
        )
        return f"{text}{more}。"
    split = ", ".join(f"{reported.said(f'judgements/outcome/{name}')} are {words[1]}" for name, words in known.items())
    text = f"With those graded by evidence, of {total} targets {split}"
    number = reported.said("judgements/optimistic") if optimistic else ""
    more = f"; {number} were graded higher by their department than by the group, whose grade counts" if number else ""
    return f"{text}{more}."
