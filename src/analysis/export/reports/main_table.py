"""The main table of an evaluation: a row an indicator, its baseline, last value and targets."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.export.tables import badge, cell, html_table
from analysis.narrative.facts import Facts, TargetFact
from analysis.narrative.midterm import listed
from analysis.narrative.words import COLUMNS


def main_table(facts: Facts, lang: Lang) -> str:
    """Return the main table: a row an indicator with its numbers, the domain over its rows.

    Columns are the baseline, the last value, the target that falls due first where there are two, the last target, and
    the verdicts on them. A year stands in a cell only where it is not that of the column.
    """
    last = facts.end_year
    years = {one.year for one in facts.targets if _in_main_table(one) and one.year < last}
    milestone = max(years, key=[one.year for one in facts.targets].count) if years else None
    zh = lang == "zh"
    heads = [
        COLUMNS["target"](lang),
        *(f"{year}年" if zh else f"{year}" for year in (facts.baseline_year, facts.as_of)),
    ]
    heads += [f"{year}年目标" if zh else f"{year} target" for year in (milestone, last) if year is not None]
    heads.append(COLUMNS["status"](lang))
    rows: list[list[str] | str] = []
    for domain in facts.domains:
        own: dict[tuple[str, str], list[TargetFact]] = {}
        for fact in filter(_in_main_table, domain.targets):
            own.setdefault((fact.indicator, fact.name(lang)), []).append(fact)
        if own:
            rows.append(cell(domain.title(lang)))
        for (_, name), targets in own.items():
            first = targets[0]
            base = dated(first.base(lang), first.base_year, facts.baseline_year, lang)
            latest = dated(first.latest(lang), first.latest_year, facts.as_of, lang)
            by_year = [
                listed(
                    (dated(one.bound(lang), one.year, year, lang) for one in targets if _falls(one, year, last)), lang
                )
                or "—"
                for year in (milestone, last)
                if year is not None
            ]
            verdicts = " ".join(dict.fromkeys(badge(one.group, lang, one.verdict) for one in targets))
            rows.append([*map(cell, (name, base, latest, *by_year)), verdicts])
    if not rows:
        return ""
    caption = "设有数值的目标完成情况" if zh else "Targets with a number"
    return html_table(heads, rows, caption, numbers=range(1, len(heads) - 1), id="main")


def _in_main_table(fact: TargetFact) -> bool:
    return fact.latest_year is not None and (fact.numeric or fact.timing == "due")


def dated(text: str, year: int | None, column: int, lang: Lang) -> str:
    """Return a value, its year with it where it is not that of its column."""
    if year is None or year == column:
        return text
    return f"{text}（{year}年）" if lang == "zh" else f"{text} ({year})"


def _falls(fact: TargetFact, year: int, last: int) -> bool:
    """Return whether a target stands in the column of a year: that of milestones holds all before the last."""
    return fact.year >= last if year == last else fact.year < last
