"""The facts of one judged target: every number as text, marked with the table it comes from."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.assessment.case import FEW_EVENTS
from analysis.assessment.limits import HELD_YEARS
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.formats import MISSING, amount, plain, probability
from analysis.marks import Values, cell, quoted
from analysis.narrative.asked import asked_for, subject
from analysis.narrative.counted import (
    counted_of,
    earlier_value,
    events_before,
    known_number,
    pace,
    parts,
    reference,
    steady,
)
from analysis.narrative.elsewhere import elsewhere
from analysis.narrative.facts import TargetFact
from analysis.narrative.history import History
from analysis.narrative.people import involved
from analysis.narrative.target_row import TargetRow
from analysis.narrative.words import UNITS, verdict_of
from analysis.plan import Goal, Indicator, Plan, Target

_YES = {"yes": True, "no": False}


def target_fact(
    plan: Plan,
    row: dict[Hashable, Any],
    history: History,
    values: Values,
    beside: Mapping[Hashable, Any],
    rules: Rules,
    around: Around | None = None,
) -> TargetFact:
    """Return the facts of one row of the assessments table.

    Parameters
    ----------
    plan : Plan
    row : mapping
        A row of `ASSESSMENTS`.
    history : History
        Observed values by series and year.
    values : Values
        Notes what is marked, for the charts.
    beside : mapping
        The target's row of `DETAILS`; empty where there is none.
    rules : Rules
        Their cut `unlikely` decides a word.
    around : Around, optional
        Names of areas, and of the larger area values are held against.
    """
    target, where = plan.target(str(row["target"])), around or Around()
    parent = plan.parent(target)
    indicator = plan.indicator(target.indicator) if target.indicator else None
    one = _row(target, indicator, row, history, values)
    latest, bound = one.number("latest_value"), one.number("target_value")
    year, p_miss, changes = one.whole("latest_year"), one.number("p_miss"), one.changes()
    p = math.nan if p_miss is None else 1.0 - p_miss
    settled = row["status"] == "met" or p_miss == 1.0 or row["timing"] == "due"
    at = _YES.get(str(row["at_target"]))
    return TargetFact(
        id=target.id,
        domain=parent.domain,
        clause=quoted(f"targets[{target.id}].clause", target.clause),
        in_goal=isinstance(parent, Goal),
        soft=target.strength == "soft",
        text=target.text,
        kind=target.title,
        indicator=target.indicator,
        name=subject(target, indicator) if indicator else parent.title,
        year=int(row["target_year"]),
        latest_year=year,
        latest=_latest(target, row, one.shown("latest", latest), where.parts),
        base_year=one.whole("baseline_year"),
        shocks=history.years_of("S", one.key),
        breaks=history.years_of("B", one.key),
        on_last_year=changes["on_last_year"],
        on_baseline=changes["on_baseline"],
        distance=changes["distance"],
        bound=asked_for(target, one.shown("target", bound), where.parts) if indicator else Text(MISSING, MISSING),
        forecast=one.forecast(),
        p_met=Text(MISSING, MISSING) if settled else _probability(values, f"{target.id}/p_met", p),
        p=p,
        status=str(row["status"]),
        reason=Text(*(quoted(f"{one.own}.{name}", str(row[name])) for name in ("reason", "reason_en"))),
        department=indicator.department if indicator else "",
        parent=parent.id,
        base=one.shown("baseline", one.number("baseline_value")),
        lower_is_better=target.lower_is_better,
        less_is_better=indicator is not None and indicator.direction == "lower_is_better",
        by_unit=bool(target.subunit),
        verdict=verdict_of(row, target.kind, rules),
        kind_id=target.kind,
        unit=one.unit,
        timing=str(row["timing"]),
        at_target=at,
        numeric=bound is not None and at is not None,
        borderline=str(row["borderline"] or "") or _one_event(beside),
        count=_count(target, beside, values),
        pooled=_pooled(target, beside, year, one.unit, one.digits, values),
        odd_base=one.odd_base(),
        swing=one.swing(bound) if at and bound is not None and not one.alone else Text("", ""),
        **_beside(plan, one, indicator, beside, rules, where),
    )


def _row(
    target: Target, indicator: Indicator | None, row: dict[Hashable, Any], history: History, values: Values
) -> TargetRow:
    if indicator is None:
        return TargetRow(target, row, history, values, "other", 1)
    return TargetRow(target, row, history, values, indicator.unit, indicator.decimals, indicator.measure_word)


@dataclass(frozen=True)
class Around:
    """How areas are called: `names` those of the data, `larger` the one beside, `parts` the word for those below."""

    names: Mapping[str, Text] = field(default_factory=dict)
    larger: Text = Text("", "")
    lags: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)  # who lags, by indicator
    parts: Text = UNITS


def _beside(
    plan: Plan,
    one: TargetRow,
    indicator: Indicator | None,
    beside: Mapping[Hashable, Any],
    rules: Rules,
    around: Around,
) -> dict[str, Any]:
    """Return what documents tell beside a value: its theme, counts, other levels, the pace that is asked for."""
    target, year = one.target, one.whole("latest_year")
    theme = plan.theme_of(target)
    found: dict[str, Any] = {
        "theme": theme.id if theme else target.parent,
        "theme_title": theme.title if theme else Text("", ""),
        "proposal": str(beside.get("proposal") or ""),
        "proposed": _proposed(target, beside, one.unit, one.digits, one.values),
    }
    if indicator is None or year is None:
        return found
    people = involved(target, indicator, beside, one.values)
    latest, bound, base_year = one.number("latest_value"), one.number("target_value"), one.whole("baseline_year")
    effects = tuple(known_number(beside, name) for name in ("numerator_effect", "denominator_effect"))
    code = str(one.row["weakest"] or "") if target.subunit else ""
    return found | {
        "people": people[0],
        "people_asked": people[1],
        "value": one.shown("latest", latest),
        "counted": counted_of(target, indicator, beside, events_before(one.key, year, one.history), year),
        "earlier": Text("", "") if one.alone else earlier_value(one.key, year, one.history, indicator),
        "reference": reference(target, indicator, one.row, one.history, one.key, rules.baseline_years, beside),
        "elsewhere": None
        if one.alone
        else elsewhere(target, indicator, latest, beside, around.larger, one.past, one.key),
        "pace": pace(target, indicator, one.row, None if None in (latest, bound) else bound - latest),  # type: ignore[operator]
        "weakest": around.names.get(code, Text(code, code)),
        "lags": () if one.alone and not target.subunit else around.lags.get(indicator.id, ()),
        "steady": not one.alone and steady(one.key, (year - 1, year), one.history, indicator),
        "unmoved": not one.alone and steady(one.key, (one.whole("baseline_year"), year), one.history, indicator),
        "turned": one.turned(),
        "parts": Text("", "") if one.alone else parts(one.key, (base_year, year), one.history, indicator, effects),
    }


def _one_event(beside: Mapping[Hashable, Any]) -> str:
    flips = str(beside.get("flips") or "").split(";")
    return "one_event" if {"one_more", "one_fewer"} & set(flips) else ""


def _count(target: Target, beside: Mapping[Hashable, Any], values: Values) -> Text:
    """Return the events of people behind the last value where the events are few."""
    events, people = beside.get("numerator"), beside.get("denominator")
    if events is None or people is None or pd.isna(events) or pd.isna(people) or events >= FEW_EVENTS:
        return Text("", "")
    shown = [plain(float(number), 0) for number in (events, people)]
    marked = [
        values.mark(
            f"{target.id}/{name}", float(number), "count", 0, Text(text, text), f"details[{target.id}].{name}", "plain"
        ).zh
        for name, number, text in zip(("numerator", "denominator"), (events, people), shown, strict=True)
    ]
    return Text("/".join(marked), " of ".join(marked))


def _pooled(
    target: Target, beside: Mapping[Hashable, Any], year: int | None, unit: str, digits: int, values: Values
) -> Text:
    """Return the rate of three years together, where the last year has few events."""
    rate = beside.get("pooled_value")
    if rate is None or pd.isna(rate) or year is None:
        return Text("", "")
    text = Text(amount(rate, unit, "zh", digits), amount(rate, unit, "en", digits))
    origin = f"details[{target.id}].pooled_value"
    said = values.mark(f"{target.id}/pooled", float(rate), unit, digits, text, origin)
    first = year - HELD_YEARS + 1
    return Text(f"{first}—{year}年合计{said.zh}", f"{said.en} over {first}-{year}")


def _proposed(target: Target, beside: Mapping[Hashable, Any], unit: str, digits: int, values: Values) -> Text:
    value = beside.get("proposed_value")
    if value is None or pd.isna(value):
        return Text(MISSING, MISSING)
    text = Text(amount(value, unit, "zh", digits), amount(value, unit, "en", digits))
    origin = f"details[{target.id}].proposed_value"
    return values.mark(f"{target.id}/proposed", float(value), unit, digits, text, origin)


def _latest(target: Target, row: dict[Hashable, Any], value: Text, parts: Text) -> Text:
    """Return the last value as a row shows it: of a gap the gap, of sub-units the weakest and how many meet it."""
    if pd.isna(row["latest_value"]):
        return value
    if target.comparison == "narrow":
        return Text(f"差距{value.zh}", f"gap of {value.en}")
    if not target.subunit or pd.isna(row["units"]):
        return value
    met, units = (
        Text(shown, shown)
        for shown in (cell(f"assessments[{target.id}].{name}", float(row[name])) for name in ("units_met", "units"))
    )
    weakest = ("最高", "highest") if target.lower_is_better else ("最低", "lowest")
    if not row["units_met"]:
        return Text(
            f"{units.zh}个{parts.zh}均未达到，{weakest[0]}{value.zh}",
            f"none of {units.en} {parts.en} meets it, {weakest[1]} {value.en}",
        )
    return Text(
        f"{units.zh}个{parts.zh}中{met.zh}个达到，{weakest[0]}{value.zh}",
        f"{met.en} of {units.en} {parts.en} meet it, {weakest[1]} {value.en}",
    )


def _probability(values: Values, id: str, p: float) -> Text:
    text = Text(probability(p), probability(p, "en"))
    origin = f"1 - assessments[{id.split('/')[0]}].p_miss"
    return text if math.isnan(p) else values.mark(id, 100 * p, "probability", 0, text, origin, "probability")
