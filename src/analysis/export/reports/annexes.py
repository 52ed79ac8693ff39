"""The annexes of an evaluation: target by target, all measures, the method with its settings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export import sections
from analysis.export.reports.common import quiet, record_said, table
from analysis.export.reports.evaluation import measures_table
from analysis.export.reports.main_table import dated
from analysis.export.tables import badge, cell, html_table
from analysis.narrative import midterm
from analysis.narrative.facts import Facts, TargetFact
from analysis.narrative.reported_facts import ReportedFacts
from analysis.narrative.settings import settings
from analysis.narrative.suppression import suppression
from analysis.narrative.words import COLUMNS, GRADE, source_name
from analysis.plan import Plan


def annexes(facts: Facts, plan: Plan, lang: Lang, ahead: bool = True, reported: ReportedFacts | None = None) -> str:
    """Return the annexes: target by target, all measures, the method with its settings.

    Without `ahead` nothing is told of forecasts, as in a final evaluation.
    """
    zh = lang == "zh"
    parts = ['<div class="landscape">', sections.heading("annex_targets", lang)]
    for one in facts.domains:
        judged = [target for target in one.targets if target.status != "qualitative"]
        if judged:
            parts.append(_judged(judged, lang, one.title(lang), facts.as_of, ahead))
    by_evidence = _clauses(facts, lang)
    if by_evidence:
        lead = "以佐证材料评定的目标：" if zh else "Judged by evidence: "
        parts.append(quiet(lead + by_evidence))
    if plan.measures:
        parts += [sections.heading("annex_measures", lang), _measures(facts, plan, lang, reported)]
    parts += ["</div>", sections.heading("annex_how", lang), how(facts, lang)]
    return "".join(parts)


def _judged(targets: list[TargetFact], lang: Lang, caption: str, as_of: int, ahead: bool) -> str:
    """Return the targets of a domain that were judged; a reason stands where the columns do not hold it."""
    names = ["target", "clause", "latest", "bound", *(["forecast", "p_met"] if ahead else []), "status", "reason"]
    rows = []
    for fact in targets:
        latest = dated(fact.latest(lang), fact.latest_year, as_of, lang)
        texts = [fact.text(lang), fact.clause, latest, fact.bound(lang)]
        texts += [fact.forecast(lang), fact.p_met(lang)] if ahead else []
        rows.append([*map(cell, texts), badge(fact.group, lang, fact.verdict), cell(midterm.ground(fact, lang))])
    return html_table([COLUMNS[name](lang) for name in names], rows, caption, numbers=(2, 3, *([5] if ahead else [])))


def _measures(facts: Facts, plan: Plan, lang: Lang, reported: ReportedFacts | None) -> str:
    """Return the measures with an output, an outcome or a test as a table, the others by clause."""
    frame = measures_table(facts, plan, lang)
    clause, _, _, given, output, outcome, evidence = frame.columns
    none, untested = "未填报" if lang == "zh" else "not reported", GRADE["none"](lang)
    said = frame[given] != none
    silent = ~said & frame[output].isin(["", "—"]) & frame[outcome].isin(["", "—"])
    if reported is not None:
        states = {one.id: one.name(lang) for one in reported.measures}
        frame.insert(3, "进度" if lang == "zh" else "State", [states.get(one.id, none) for one in plan.measures])
    told = frame[~silent].copy()
    if not said.any():
        told = told.drop(columns=given)
    colon = "：" if lang == "zh" else ":"
    told[evidence] = [text.partition(colon)[0] if text.startswith(untested) else text for text in told[evidence]]
    caption = "策略措施的产出、成效与证据等级" if lang == "zh" else "Measures: output, outcome, evidence"
    parts = [table(told, caption, "measures")]
    if silent.any():
        clauses = midterm.listed(frame.loc[silent, clause], lang)
        zh = "没有对应数据、部门尚未填报的措施：" if reported is None else "没有对应指标、不评判产出和成效的措施："
        en = (
            "Measures without data or a report: "
            if reported is None
            else "Measures without an indicator of their own: "
        )
        lead = zh if lang == "zh" else en
        parts.append(quiet(lead + clauses + ("。" if lang == "zh" else ".")))
    return "".join(parts)


def _clauses(facts: Facts, lang: Lang) -> str:
    found: Mapping[str, list[str]] = {
        one.title(lang): list(dict.fromkeys(fact.clause for fact in one.targets if fact.status == "qualitative"))
        for one in facts.domains
    }
    colon = "：" if lang == "zh" else ": "
    return midterm.joined((f"{title}{colon}{midterm.listed(own, lang)}" for title, own in found.items() if own), lang)


def how(facts: Facts, lang: Lang) -> str:
    """Return sources, how forecasts and verdicts are made in plain words, and the settings as a small table."""
    zh = lang == "zh"
    sources = midterm.joined((source_name(one, lang) for one in facts.sources), lang)
    text = (
        f"数据来源：{sources}预测以各指标自身的年度数据为依据，按统计趋势模型外推并给出不确定范围；"
        "判定以目标年份的预测分布为准。"
        if zh
        else f"Sources: {sources} Forecasts rest on each indicator's own annual data and carry their uncertainty; "
        "verdicts rest on the distribution forecast for the target's year. "
    ) + record_said(facts, lang)
    rules = Text(
        "实际值按各指标的小数位数与目标值比较，达标概率先取整到百分之一再分级；允许发生数和人数差距按最近一年的人数计算。临界指概率距"
        "分界很近，或增减一例、改用三年合计即改变判定。提前达到、目前达到指尚未到期而最近一年已达到；尚未完成指要求全部落实而未全部"
        "落实。",
        "Values are held against targets at the indicator's decimals, and P(met) is rounded to whole percent before it "
        "is graded; events allowed and people to go are reckoned with the last year's people. On the edge: P lies near "
        "a cut, or one case, or three years together, would turn the verdict.",
    )
    frame = pd.DataFrame(settings(facts, lang), columns=["设置", "取值"] if zh else ["Setting", "Value"])
    caption = "判定所用设置" if zh else "Settings in force"
    parts = [*map(sections.paragraph, (text, rules(lang))), table(frame, caption, "settings")]
    parts += map(sections.paragraph, suppression(facts, lang))
    return "".join(parts)
