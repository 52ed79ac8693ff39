"""A problem as documents print it in a row: what it is about, where it stands, what is asked for, whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analysis.exceptions import Lang
from analysis.narrative.facts import TargetFact

Units = Mapping[str, str]  # target id to the name of the sub-unit farthest from it
_NUMBERLESS = ("direction", "gap_or_qualitative")


def subject(fact: TargetFact) -> tuple[str, str]:
    """Return what a target is about: its indicator, and whether that itself or a gap of it."""
    return fact.indicator or fact.id, fact.name.zh


def by_indicator(targets: Iterable[TargetFact]) -> list[list[TargetFact]]:
    """Return the targets of each indicator together, the earliest year first; indicators in the order they come.

    The gap of an indicator between groups is another subject than its level.
    """
    own: dict[tuple[str, str], dict[str, TargetFact]] = {}
    for one in targets:
        own.setdefault(subject(one), {})[one.id] = one
    return [sorted(found.values(), key=lambda one: one.year) for found in own.values()]


def now(fact: TargetFact, lang: Lang, as_of: int, units: Units | None = None) -> str:
    """Return the last value, its year where it is not the last one, the weakest sub-unit by name."""
    said = fact.latest(lang)
    more = [(units or {}).get(fact.id, "")] if fact.by_unit else []
    if fact.latest_year is not None and fact.latest_year != as_of:
        more.append(f"{fact.latest_year}年" if lang == "zh" else f"{fact.latest_year}")
    more = [one for one in more if one]
    if not more:
        return said
    return f"{said}（{'，'.join(more)}）" if lang == "zh" else f"{said} ({', '.join(more)})"


def asked(fact: TargetFact, lang: Lang, verdict: bool = True) -> str:
    """Return what one target asks for and by when, with the word for one that was missed or is not safely reached."""
    zh, bound = lang == "zh", fact.bound(lang)
    if fact.kind_id in _NUMBERLESS:
        said = f"要求{bound}" if zh else f"asked {bound}"
    elif fact.worked_out:
        said = f"{fact.year}年要求折算为{bound}" if zh else f"works out at {bound} in {fact.year}"
    else:
        said = f"{fact.year}年目标{bound}" if zh else f"{fact.year} target {bound}"
    return said + (_stand(fact, lang) if verdict else "")


def _stand(fact: TargetFact, lang: Lang) -> str:
    zh = lang == "zh"
    edge = ("（临界）" if zh else " (on the edge)") if fact.borderline else ""
    if fact.group == "missed":
        return ("，未达标" if zh else ", missed") + edge
    if fact.at_target and fact.timing != "due" and fact.kind_id not in _NUMBERLESS:
        return ("，现已达到但不稳定" if zh else ", reached but not steady") + edge
    return edge


def asked_briefly(fact: TargetFact, lang: Lang, end_year: int) -> str:
    """Return the value asked for, its year where it is not the plan's last, and that it is not safely reached."""
    more = [] if fact.year == end_year else [f"{fact.year}年" if lang == "zh" else f"{fact.year}"]
    if fact.at_target and fact.timing != "due" and fact.kind_id not in _NUMBERLESS:
        more.append("已达到，不稳定" if lang == "zh" else "reached, not steady")
    if not more:
        return fact.bound(lang)
    return f"{fact.bound.zh}（{'，'.join(more)}）" if lang == "zh" else f"{fact.bound.en} ({', '.join(more)})"


def state_lines(targets: Iterable[TargetFact], lang: Lang, as_of: int, units: Units | None = None) -> list[str]:
    """Return a line an indicator: its name, where it stands, what its targets ask for, how far it is from them."""
    zh = lang == "zh"
    lines = []
    for own in by_indicator(targets):
        first = own[0]
        wanted = ("；" if zh else "; ").join(asked(one, lang) for one in own)
        lead = f"{first.name(lang)}{'' if zh else ' '}{now(first, lang, as_of, units)}"
        parts = [f"{lead}，{wanted}" if zh else f"{lead}, {wanted}", _gap(own, lang, units)]
        lines.append(("；" if zh else "; ").join(filter(None, parts)))
    return lines


def now_lines(targets: Iterable[TargetFact], lang: Lang, as_of: int, units: Units | None = None) -> list[str]:
    """Return each indicator with its last value."""
    space = "" if lang == "zh" else " "
    return [f"{own[0].name(lang)}{space}{now(own[0], lang, as_of, units)}" for own in by_indicator(targets)]


def asked_lines(targets: Iterable[TargetFact], lang: Lang, units: Units | None = None) -> list[str]:
    """Return what is asked of each indicator and how far it is from that; with its name where there are several."""
    groups, between = by_indicator(targets), "；" if lang == "zh" else "; "
    lines = []
    for own in groups:
        parts = [*(asked(one, lang, verdict=False) for one in own), _gap(own, lang, units)]
        lines.append(_named(own[0], between.join(filter(None, parts)), len(groups) > 1, lang))
    return lines


def _named(fact: TargetFact, text: str, several: bool, lang: Lang) -> str:
    if not several:
        return text
    return f"{fact.name.zh}：{text}" if lang == "zh" else f"{fact.name.en}: {text}"


def gap(targets: Iterable[TargetFact], lang: Lang) -> str:
    """Return how far one indicator is from its targets, in people where they are known; empty where it is not far."""
    return _gap(sorted(targets, key=lambda one: one.year), lang, None)


def _gap(own: Sequence[TargetFact], lang: Lang, units: Units | None) -> str:
    """Return how far it is, of sub-units the weakest one, which is named."""
    text = _in_people(own, lang) or _in_units(own, lang)
    unit = (units or {}).get(own[-1].id, "") if own[-1].by_unit else ""
    return f"{unit}{text}" if not text or not unit or lang == "zh" else f"{unit}: {text}"


def _in_people(own: Sequence[TargetFact], lang: Lang) -> str:
    zh, last = lang == "zh", own[-1]
    if not last.people.zh:
        return ""
    asked_for = [one for one in own if one.people_asked.zh]
    several = len(asked_for) > 1
    said = [
        (f"{one.year}年{one.people_asked.zh}" if zh else f"{one.people_asked.en} in {one.year}")
        if several
        else one.people_asked(lang)
        for one in asked_for
    ]
    head = f"现{last.people.zh}" if zh else f"now {last.people.en}"
    return ("，" if zh else "; ").join([head, *said])


def _in_units(own: Sequence[TargetFact], lang: Lang) -> str:
    """Return what is lacking to the target that is farthest ahead."""
    ahead = [one for one in own if one.distance is not None and one.distance.sign and not one.at_target]
    if not ahead or ahead[-1].distance is None:
        return ""
    size = ahead[-1].distance.size(lang)
    return f"差{size}" if lang == "zh" else f"{size} to go"
