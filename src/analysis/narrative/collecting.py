"""The facts of an evaluation, collected from its stored tables."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.assessment.alerts import ALERT_RULES
from analysis.assessment.case import FEW_EVENTS
from analysis.assessment.gaps import DIMENSIONS
from analysis.assessment.limits import HELD_YEARS
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.formats import MISSING, amount, change, plain, probability
from analysis.marks import Values, cell, observed, quoted
from analysis.narrative.checking import is_causal
from analysis.narrative.effects import causes, collect_effects
from analysis.narrative.facts import VERDICTS, AlertFact, Change, DomainFact, Facts, Tally, TargetFact
from analysis.narrative.history import History
from analysis.narrative.words import verdict_of
from analysis.plan import Goal, Indicator, Plan, Target
from analysis.schema import EFFECTS

_COLUMNS = {"latest": "latest_value", "target": "target_value"}


def collect(
    plan: Plan,
    observations: pd.DataFrame,
    assessments: pd.DataFrame,
    alerts: pd.DataFrame,
    as_of: int,
    area: Text,
    notice: Text,
    rules: Rules,
    models: tuple[str, ...],
    effects: pd.DataFrame | None = None,
    details: pd.DataFrame | None = None,
) -> Facts:
    """Return the facts of an evaluation from its stored tables.

    `effects` where that of the measures is known; `details` for counts, pooled rates and proposed values.
    """
    history, values = History.of(observations, as_of), Values()
    beside = {} if details is None else {str(row["target"]): row for row in details.to_dict("records")}
    facts = [
        _target(plan, row, history, values, beside.get(str(row["target"]), {}))
        for row in assessments.to_dict("records")
    ]
    by_id = {fact.id: fact for fact in facts}
    domains = []
    for domain in plan.domains:
        own = sorted((f for f in facts if f.domain == domain.id), key=lambda f: (not f.in_goal, f.id))
        goals = sum(goal.domain == domain.id for goal in plan.goals)
        tally = _tally(own, rules, domain.id, values)
        domains.append(DomainFact(domain.id, domain.title, goals, tally, tuple(own)))
    facts_of_alerts = tuple(_alert(plan, row, by_id) for row in alerts.to_dict("records"))
    whole = _tally(facts, rules, "all", values)
    tested = collect_effects(plan, EFFECTS.empty() if effects is None else effects, values)
    _freeze_counts(values, plan, [*(one.tally for one in domains), whole], domains, facts, facts_of_alerts, as_of)
    return Facts(
        plan=plan.title,
        area=area,
        as_of=as_of,
        end_year=plan.end_year,
        baseline_year=plan.baseline_year,
        partial=plan.partial,
        goals=len(plan.goals),
        measures=len(plan.measures),
        tally=whole,
        domains=tuple(domains),
        alerts=facts_of_alerts,
        notice=notice,
        rules=rules.id,
        models=models,
        sources=tuple(sorted(set(observations["source"]))),
        unconfirmed_departments=sum(not department.confirmed for department in plan.departments),
        values=values,
        phrases=_phrases(
            plan,
            observations,
            assessments,
            alerts,
            (area, notice, Text(rules.id, rules.id), _listed(models), *(said for _, said in causes(plan, tested))),
        ),
        effects=tested,
        latest=_latest_years(facts),
    )


def _latest_years(facts: list[TargetFact]) -> tuple[tuple[int, int, str], ...]:
    """Return in which year the data of how many indicators end, the last year first, and a target of one of them."""
    last: dict[str, tuple[int, str]] = {}
    for fact in facts:
        if fact.indicator and fact.latest_year is not None:
            last[fact.indicator] = max(last.get(fact.indicator, (0, "")), (fact.latest_year, fact.id))
    ends: dict[int, list[str]] = {}
    for year, id in last.values():
        ends.setdefault(year, []).append(id)
    return tuple((year, len(ends[year]), min(ends[year])) for year in sorted(ends, reverse=True))


def _listed(names: tuple[str, ...]) -> Text:
    return Text("、".join(names), ", ".join(names))


def _freeze_counts(
    values: Values,
    plan: Plan,
    tallies: list[Tally],
    domains: list[DomainFact],
    facts: list[TargetFact],
    alerts: tuple[AlertFact, ...],
    as_of: int,
) -> None:
    """Note every count a document may say, so that sentences only repeat what was counted here."""
    for tally in tallies:
        for name in (*VERDICTS, "total", "judged", "favourable"):
            tally.said(name)
        tally.rate(False), tally.rate(True)
    levels, rules = [one.level for one in alerts], [one.rule for one in alerts]
    open_numbers = [one for one in facts if one.timing == "ahead" and one.numeric]
    in_doubt = ("at_risk", "off_track", "no_data")
    counts = {
        "facts/goals": len(plan.goals),
        "facts/measures": len(plan.measures),
        "facts/alerts": len(alerts),
        "facts/unconfirmed_departments": sum(not one.confirmed for one in plan.departments),
        "alerts/grave": sum(level in ("red", "orange") for level in levels),
        "adjust/easier": sum(one.proposal == "easier" for one in facts),
        "adjust/stricter": sum(one.proposal == "stricter" for one in facts),
        "due/total": sum(one.timing == "due" for one in facts),
        "due/met": sum(one.timing == "due" and one.status == "met" for one in facts),
        "due/missed": sum(one.group == "missed" for one in facts),
        "open/total": len(open_numbers),
        "open/at_target": sum(one.at_target is True for one in open_numbers),
        **{f"latest/{year}": number for year, number, _ in _latest_years(facts)},
        "latest/total": sum(number for _, number, _ in _latest_years(facts)),
        "causes": sum(one.status in in_doubt for one in facts),
        **{f"{one.id}/goals": one.goals for one in domains},
        **{f"alerts/{level}": levels.count(level) for level in set(levels)},
        **{f"alerts/{rule}": rules.count(rule) for rule in ALERT_RULES},
    }
    for department in plan.departments:
        own = [one for one in facts if one.department == department.code]
        raised = [one for one in alerts if one.target.department == department.code]
        counts |= {
            f"department/{department.code}/targets": len(own),
            f"department/{department.code}/alerts": len(raised),
        }
    for id, number in counts.items():
        values.count(id, number)


def _phrases(
    plan: Plan,
    observations: pd.DataFrame,
    assessments: pd.DataFrame,
    alerts: pd.DataFrame,
    others: tuple[Text, ...],
) -> tuple[str, ...]:
    """Return the texts a report quotes as they stand, numbers and all: of the plan, the sources, the stored reasons."""
    quoted = [plan.title, *others]
    for part in (plan.domains, plan.goals, plan.measures):
        quoted += [one.title for one in part]
    quoted += [one.input for one in plan.measures]
    quoted += [one.text for one in plan.targets] + [one.note for one in plan.targets]
    for one in plan.indicators:
        quoted += [one.name, one.definition, one.formula, one.numerator, one.denominator, one.source]
    quoted += [one.name for one in plan.departments]
    texts = {text for pair in quoted for text in (pair.zh, pair.en)}
    texts |= {one.clause for part in (plan.goals, plan.measures, plan.targets) for one in part}
    for table, columns in (
        (assessments, ("reason", "reason_en")),
        (alerts, ("evidence", "evidence_en")),
        (observations, ("source", "note")),
    ):
        for column in columns:
            texts |= set(table[column].dropna().astype(str))
    quoted_text = (text for text in texts if any(c.isdigit() for c in text) or is_causal(text))
    return tuple(sorted(quoted_text, key=len, reverse=True))


def _tally(facts: list[TargetFact], rules: Rules, id: str, values: Values) -> Tally:
    return Tally({name: sum(fact.group == name for fact in facts) for name in VERDICTS}, rules, id, values)


def _change(values: Values, id: str, difference: float, unit: str, decimals: int, origin: str) -> Change:
    shown = round(difference, decimals)
    sign = 0 if shown == 0 else int(math.copysign(1, shown))
    text = Text(change(shown, unit, "zh", decimals), change(shown, unit, "en", decimals))
    return Change(sign, values.mark(id, shown, unit, decimals, text, origin, "change"))


def _target(
    plan: Plan, row: dict[Hashable, Any], history: History, values: Values, beside: Mapping[Hashable, Any]
) -> TargetFact:
    target = plan.target(str(row["target"]))
    parent = plan.parent(target)
    indicator = plan.indicator(target.indicator) if target.indicator else None
    unit, digits = (indicator.unit, indicator.decimals) if indicator else ("other", 1)
    key = (target.indicator, str(row["ref_area"]), target.sex, target.age, target.residence, target.group)
    past, own = history.values.get(key, {}), f"assessments[{target.id}]"

    def number(name: str) -> float | None:
        value = row[name]
        return None if pd.isna(value) else float(value)

    def shown(name: str, value: float | None) -> Text:
        text = Text(amount(value, unit, "zh", digits), amount(value, unit, "en", digits))
        origin = f"{own}.{_COLUMNS.get(name, name)}"
        return text if value is None else values.mark(f"{target.id}/{name}", value, unit, digits, text, origin)

    def moved(name: str, now: float | None, then: float | None, origin: str) -> Change | None:
        if now is None or then is None:
            return None
        return _change(values, f"{target.id}/{name}", now - then, unit, digits, origin)

    latest, base, bound, middle = (number(n) for n in ("latest_value", "baseline_value", "target_value", "forecast"))
    year = None if pd.isna(row["latest_year"]) else int(row["latest_year"])
    base_year = None if pd.isna(row["baseline_year"]) else int(row["baseline_year"])
    low, high = shown("lower_80", number("lower_80")), shown("upper_80", number("upper_80"))
    forecast = shown("forecast", middle)
    if middle is not None:
        forecast = Text(f"{forecast.zh}（{low.zh}—{high.zh}）", f"{forecast.en} ({low.en} to {high.en})")
    p_miss = number("p_miss")
    p = math.nan if p_miss is None else 1.0 - p_miss
    settled = row["status"] == "met" or p_miss == 1.0 or row["timing"] == "due"
    alone = target.comparison == "narrow" or bool(target.subunit)  # the row is about something else than the whole
    before = past.get(year - 1) if year is not None and not alone else None
    if year is not None and history.broken(key, year - 1, year):
        before = None
    gap = target.comparison == "narrow"
    comparable = bound is not None and latest is not None and not gap and not target.subunit
    broken = history.broken(key, base_year, year)
    at = {"yes": True, "no": False}.get(str(row["at_target"]))
    return TargetFact(
        id=target.id,
        domain=parent.domain,
        clause=quoted(f"targets[{target.id}].clause", target.clause),
        in_goal=isinstance(parent, Goal),
        soft=target.strength == "soft",
        text=target.text,
        kind=target.title,
        indicator=target.indicator,
        name=_name(target, indicator) if indicator else parent.title,
        year=int(row["target_year"]),
        latest_year=year,
        latest=_latest(target, row, shown("latest", latest), values),
        base_year=base_year,
        shocks=history.years_of("S", key),
        breaks=history.years_of("B", key),
        on_last_year=moved(
            "on_last_year", latest, before, f"{own}.latest_value - {observed(*key[:2], (year or 0) - 1, *key[2:])}"
        ),
        on_baseline=None
        if broken
        else moved("on_baseline", latest, base, f"{own}.latest_value - {own}.baseline_value"),
        bound=_bound(target, shown("target", bound)) if indicator else Text(MISSING, MISSING),
        distance=moved("distance", bound, latest, f"{own}.target_value - {own}.latest_value") if comparable else None,
        forecast=forecast,
        p_met=Text(MISSING, MISSING) if settled else _probability(values, f"{target.id}/p_met", p),
        p=p,
        status=str(row["status"]),
        reason=Text(*(quoted(f"assessments[{target.id}].{name}", str(row[name])) for name in ("reason", "reason_en"))),
        department=indicator.department if indicator else "",
        lower_is_better=target.lower_is_better,
        less_is_better=indicator is not None and indicator.direction == "lower_is_better",
        by_unit=bool(target.subunit),
        verdict=verdict_of(row, target.kind == "milestone"),
        kind_id=target.kind,
        unit=unit,
        timing=str(row["timing"]),
        at_target=at,
        numeric=bound is not None and at is not None,
        borderline=str(row["borderline"] or "") or _one_event(beside),
        count=_count(target, beside, values),
        pooled=_pooled(target, beside, year, unit, digits, values),
        proposal=str(beside.get("proposal") or ""),
        proposed=_proposed(target, beside, unit, digits, values),
    )


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


def _latest(target: Target, row: dict[Hashable, Any], value: Text, values: Values) -> Text:
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
    return Text(
        f"{units.zh}个单位中{met.zh}个达到，{weakest[0]}{value.zh}",
        f"{met.en} of {units.en} units meet it, {weakest[1]} {value.en}",
    )


def _probability(values: Values, id: str, p: float) -> Text:
    text = Text(probability(p), probability(p, "en"))
    origin = f"1 - assessments[{id.split('/')[0]}].p_miss"
    return text if math.isnan(p) else values.mark(id, 100 * p, "probability", 0, text, origin, "probability")


def _bound(target: Target, value: Text) -> Text:
    """Return what is asked for: a number, one that every unit must reach, or a direction without any number."""
    if target.kind in ("direction", "gap_or_qualitative"):
        return ASKED[target.comparison]
    if not target.subunit:
        return value
    return Text(f"每个单位{value.zh}", f"{value.en} in every unit")


def _name(target: Target, indicator: Indicator) -> Text:
    """Return what the target is about: the indicator, or its gap in the dimensions the clause names."""
    if target.comparison != "narrow":
        return indicator.name
    dimensions = target.gap_dimensions or ("residence",)
    name = indicator.name.en[0].lower() + indicator.name.en[1:]
    if len(dimensions) == 1:
        gap = DIMENSIONS[dimensions[0]]
        return Text(f"{indicator.name.zh}{gap.zh}", f"{gap.en.removeprefix('the ').capitalize()} in {name}")
    return Text(f"{indicator.name.zh}差距", f"Gaps in {name}")


ASKED = {
    "down": Text("下降（未设数值）", "to fall (no number set)"),
    "up": Text("提高（未设数值）", "to rise (no number set)"),
    "narrow": Text("缩小（未设数值）", "to narrow (no number set)"),
    "": Text(MISSING, MISSING),
}


def _alert(plan: Plan, row: dict[Hashable, Any], facts: Mapping[str, TargetFact]) -> AlertFact:
    measures = [measure for measure in plan.measures if measure.id in str(row["measures"]).split(";")]
    return AlertFact(
        level=str(row["level"]),
        target=facts[str(row["target"])],
        evidence=Text(str(row["evidence"]), str(row["evidence_en"])),
        department=plan.department_name(str(row["department"])),
        measures=tuple(measure.title for measure in measures),
        clauses=tuple(quoted(f"measures[{one.id}].clause", one.clause) for one in measures),
        years=None if pd.isna(row["years_in_row"]) else int(row["years_in_row"]),
        on_record=None if pd.isna(row["years_on_record"]) else int(row["years_on_record"]),
        rule=str(row["rule"]),
    )
