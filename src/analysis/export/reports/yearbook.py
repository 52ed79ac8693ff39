"""The yearbook of children's statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.export.reports.common import head, notes, opening, page_break, table
from analysis.export.sections import paragraph
from analysis.narrative import statistics
from analysis.narrative.facts import Facts
from analysis.plan import Plan


def editors_notes(facts: Facts, lang: Lang, author: str = "") -> str:
    """Return title and editor's notes."""
    targets, goals = facts.tally.said("total"), facts.said("goals")
    if lang == "zh":
        lines = [
            f"本资料汇集{facts.area.zh}儿童发展监测指标的数据，编至{facts.as_of}年，供查阅和分析使用。",
            f"{_source(facts, lang)}；不同来源不一致时，按规划规定的来源顺序取数。",
            f"规划共{goals}项主要目标，对照目标{targets}条；指标的定义、计算方法和来源见“指标解释”。",
        ]
    else:
        lines = [
            f"Statistics on children in {facts.area.en} up to {facts.as_of}.",
            f"{_source(facts, lang)}; where sources differ the plan's order counts.",
            f"The plan has {goals} goals with {targets} targets; definitions stand under Explanations.",
        ]
    return (
        opening("yearbook", facts, lang, author)
        + head(2, "编者说明" if lang == "zh" else "Editor's notes")
        + "".join(paragraph(line) for line in lines)
    )


def _source(facts: Facts, lang: Lang) -> str:
    """Return where the values come from, and whether they were reviewed where that is known."""
    if facts.reviewed is None and facts.data != "database":
        zh = f"各表数据取自数据文件夹{facts.data}中最后一次的数据，审核情况以提供者的说明为准"
        en = f"Values are the last ones of the data folder {facts.data}; whether they were reviewed its provider knows"
    elif facts.reviewed:
        zh = "各表数据取自监测数据库中各部门报送并经审核的最后一次数据"
        en = "Values are the last ones of the monitoring database that were reported and reviewed"
    elif facts.reviewed is None:  # a run made before this was recorded
        zh = "各表数据取自监测数据库中各部门报送的最后一次数据"
        en = "Values are the last ones reported to the monitoring database"
    else:
        zh = "各表数据取自监测数据库中各部门报送的最后一次数据，其中含未经审核的数据"
        en = "Values are the last ones reported to the monitoring database, among them data not yet reviewed"
    return zh if lang == "zh" else en


def domain_tables(
    facts: Facts, observations: pd.DataFrame, plan: Plan, area: str, parts: Sequence[str], names: Mapping[str, Text],
    lang: Lang,
) -> str:  # fmt: skip
    """Return each domain's tables: five years, by group, by street."""
    zh, out = lang == "zh", []
    years = range(facts.as_of - 4, facts.as_of + 1)
    for number, domain in enumerate(facts.domains, start=1):
        title = domain.title(lang)
        out.append(head(2, title, number, lang))
        frames = (
            (statistics.by_year(observations, plan, area, years, lang, domain.id), "近五年", "five years"),
            (statistics.by_group(observations, plan, area, lang, domain.id), "分性别、城乡、年龄", "by group"),
        )
        shown = [(f, a, b) for f, a, b in frames if len(f)]
        for frame, a, b in shown:
            out.append(table(frame, f"{title}主要指标（{a}）" if zh else f"{title}: {b}"))
        streets = statistics.by_street(observations, plan, parts, names, lang, domain.id)
        for start in range(1, streets.shape[1], 6):  # no more columns than a page holds
            piece = streets.iloc[:, [0, *range(start, min(start + 6, streets.shape[1]))]]
            out.append(table(piece, f"{title}分街道（镇）情况" if zh else f"{title}: streets"))
        if not shown and not streets.shape[1]:
            out.append(paragraph("本领域没有年度数据。" if zh else "No annual data."))
    return "".join(out)


def long_series(facts: Facts, observations: pd.DataFrame, plan: Plan, area: str, lang: Lang) -> str:
    """Return the ten-year series of all indicators."""
    zh = lang == "zh"
    years = range(facts.as_of - 9, facts.as_of + 1)
    frame = statistics.by_year(observations, plan, area, years, lang)
    return (
        page_break()
        + head(2, "历年数据" if zh else "Ten years")
        + table(frame, "主要指标十年数据" if zh else "Ten years")
    )


def closing(facts: Facts, plan: Plan, lang: Lang) -> str:
    """Return explanations of the indicators, the symbols, and the notes."""
    zh = lang == "zh"
    out = [page_break(), head(2, "指标解释" if zh else "Explanations")]
    for domain in facts.domains:
        frame = statistics.explanations(plan, lang, domain.id)
        if len(frame):
            out.append(table(frame, f"{domain.title.zh}指标解释" if zh else f"{domain.title.en}: indicators"))
    symbols = pd.DataFrame(statistics.SYMBOLS[lang], columns=["符号", "含义"] if zh else ["Symbol", "Meaning"])
    out += [head(2, "符号说明" if zh else "Symbols"), table(symbols, "符号" if zh else "Symbols")]
    return "".join([*out, head(2, "数据说明" if zh else "Notes"), notes(facts, lang)])
