"""The main table of an evaluation: a row an indicator, its baseline, last value and targets."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.export.sections import paragraph
from analysis.export.tables import Spanning, badge, cell, html_table
from analysis.narrative.facts import DomainFact, Facts, TargetFact
from analysis.narrative.weaving import listed
from analysis.narrative.words import COLUMNS


def main_table(facts: Facts, lang: Lang) -> str:
    """Return the main table: a row an indicator with its numbers, the domain over its rows.

    Columns are the baseline, the last value, the targets and the verdicts on them. A year stands in a cell only where
    it is not that of the column, with a target where it is not the plan's last. What had to be done everywhere and is
    done stands below the table, by name.
    """
    zh = lang == "zh"
    base, latest = (f"{year}年" if zh else f"{year}" for year in (facts.baseline_year, facts.as_of))
    heads = [COLUMNS["target"](lang), base, latest, "目标值" if zh else "Target", COLUMNS["status"](lang)]
    rows: list[list[str | Spanning] | str] = []
    for domain in facts.domains:
        own: dict[tuple[str, str], list[TargetFact]] = {}
        for fact in domain.targets:
            if _in_main_table(fact) and not _done(fact):
                own.setdefault((fact.indicator, fact.name(lang)), []).append(fact)
        if own:
            rows.append(cell(domain.title(lang)))
            rows += [row for (_, name), targets in own.items() for row in _rows(name, targets, facts, lang)]
    if not rows:
        return ""
    caption = "设有数值的目标完成情况" if zh else "Targets with a number"
    table = html_table(heads, rows, caption, numbers=(1, 2, 3), id="main")
    return table + paragraph(_note(facts, lang))


def _rows(name: str, targets: list[TargetFact], facts: Facts, lang: Lang) -> list[list[str | Spanning]]:
    """Return the rows of an indicator: its values once, beside them a row a target with the verdict on it."""
    first, many = targets[0], len(targets)
    base = dated(first.base(lang), first.base_year, facts.baseline_year, lang)
    latest = dated(first.latest(lang), first.latest_year, facts.as_of, lang)
    bounds = [dated(one.bound(lang), one.year, facts.end_year, lang) or "—" for one in targets]
    rows: list[list[str | Spanning]] = [
        [cell(bound), _judged(one, lang)] for one, bound in zip(targets, bounds, strict=True)
    ]
    return [[*(Spanning(cell(text), many) for text in (name, base, latest)), *rows[0]], *rows[1:]]


def _judged(fact: TargetFact, lang: Lang) -> str:
    """Return the verdict, and that it lies at its cut where it does."""
    edge = ("（临界）" if lang == "zh" else " (on the edge)") if fact.borderline else ""
    return badge(fact.group, lang, fact.verdict) + edge


def _note(facts: Facts, lang: Lang) -> str:
    """Return what the table's targets without a year are due, and by name what had to be done and is."""
    zh, domains = lang == "zh", [_names_done(one, lang) for one in facts.domains]
    text = f"目标值未注年份的为{facts.end_year}年。" if zh else f"Targets without a year: those of {facts.end_year}. "
    names = listed(filter(None, domains), lang)
    if not names:
        return text
    return text + (f"要求全部落实、已经落实的有：{names}。" if zh else f"Done everywhere as asked for: {names}.")


def _names_done(domain: DomainFact, lang: Lang) -> str:
    return listed((one.name(lang) for one in domain.targets if _in_main_table(one) and _done(one)), lang)


def _done(fact: TargetFact) -> bool:
    return fact.kind_id == "milestone" and fact.status == "met"


def _in_main_table(fact: TargetFact) -> bool:
    return fact.latest_year is not None and (fact.numeric or fact.timing == "due")


def dated(text: str, year: int | None, column: int, lang: Lang) -> str:
    """Return a value, its year with it where it is not that of its column."""
    if year is None or year == column:
        return text
    return f"{text}（{year}年）" if lang == "zh" else f"{text} ({year})"
