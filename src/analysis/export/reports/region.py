"""The report on an area made of districts, as HTML its notebook displays."""

from __future__ import annotations

from analysis.exceptions import Lang
from analysis.export.reports.common import bullets, head, notes, opening, table
from analysis.export.sections import paragraph, see
from analysis.narrative import region_targets, wording
from analysis.narrative import regions as said
from analysis.narrative.facts import Facts
from analysis.narrative.region_facts import RegionFacts
from analysis.narrative.regions import HEADINGS


def scope(facts: Facts, region: RegionFacts, lang: Lang, author: str = "") -> str:
    """Return title, who was evaluated, and what the districts add up to."""
    lead, counts = wording.overall(facts, lang)
    return (
        opening("region", facts, lang, author)
        + _heading(0, lang)
        + paragraph(said.scope(region, lang))
        + _heading(1, lang)
        + paragraph(counts, lead)
        + paragraph(said.differing(region, lang))
    )


def standing(region: RegionFacts, lang: Lang) -> str:
    """Return the league table with what chance leaves of it."""
    lead, text = said.standing(region, lang)
    caption = (
        "各县区预计达标情况（目标条数、预警条数）" if lang == "zh" else "Districts: targets by verdict, alerts by level"
    )
    return (
        _heading(2, lang)
        + paragraph(text, lead, see(lang, "league") if len(region.districts) else "")
        + table(said.league_table(region, lang), caption, "league")
    )


def targets(region: RegionFacts, lang: Lang) -> str:
    """Return the targets with the number of districts by verdict."""
    caption = "各目标的县区判定（县区个数）" if lang == "zh" else "Districts by verdict, target by target"
    rows = table(region_targets.target_table(region, lang), caption, "by_target")
    return _heading(3, lang) + paragraph(region_targets.hardest(region, lang)) + rows


def beyond(region: RegionFacts, lang: Lang) -> str:
    """Return the districts beyond limits that allow for the spread between areas."""
    found = said.beyond(region, lang)
    return _heading(4, lang) + paragraph(said.compared(region, lang)) + (bullets(found) if found else "")


def history(lang: Lang) -> str:
    """Return the heading of the small multiples."""
    return _heading(5, lang)


def annex(facts: Facts, region: RegionFacts, lang: Lang) -> str:
    """Return how it was added up, who is left out and why, sources and models."""
    zh = lang == "zh"
    out = [_heading(6, lang), bullets(said.method(lang))]
    out.append(table(said.cover_table(region, lang), "县区数据汇总情况" if zh else "How complete the sums are"))
    missing = said.left_out_table(region, lang)
    if len(missing):
        out.append(table(missing, "未能评估的地区" if zh else "Areas that could not be evaluated", "left_out"))
    return "".join([*out, notes(facts, lang)])


def _heading(place: int, lang: Lang) -> str:
    return head(2, HEADINGS[place](lang), place + 1, lang)
