"""The facts of an evaluation, collected from its stored tables."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from analysis.exceptions import Text
from analysis.formats import MISSING, amount, change, probability
from analysis.marks import Values, observed, quoted
from analysis.narrative.checking import is_causal
from analysis.narrative.effects import causes, collect_effects
from analysis.narrative.facts import AlertFact, Change, DomainFact, Facts, Tally, TargetFact
from analysis.narrative.history import History
from analysis.plan import Goal, Indicator, Plan, Target
from analysis.schema import EFFECTS, STATUSES

_COLUMNS = {"latest": "latest_value", "target": "target_value"}


def collect(
    plan: Plan,
    observations: pd.DataFrame,
    assessments: pd.DataFrame,
    alerts: pd.DataFrame,
    as_of: int,
    area: Text,
    notice: Text,
    rules: str,
    models: tuple[str, ...],
    effects: pd.DataFrame | None = None,
) -> Facts:
    """Return the facts of an evaluation from its stored tables; `effects` where that of the measures is known."""
    history, values = History.of(observations, as_of), Values()
    facts = [_target(plan, row, history, values) for row in assessments.to_dict("records")]
    by_id = {fact.id: fact for fact in facts}
    domains = []
    for domain in plan.domains:
        own = sorted((f for f in facts if f.domain == domain.id), key=lambda f: (not f.in_goal, f.id))
        goals = sum(goal.domain == domain.id for goal in plan.goals)
        domains.append(DomainFact(domain.id, domain.title, goals, _tally(own, domain.id, values), tuple(own)))
    facts_of_alerts = tuple(_alert(plan, row, by_id) for row in alerts.to_dict("records"))
    whole = _tally(facts, "all", values)
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
        rules=rules,
        models=models,
        sources=tuple(sorted(set(observations["source"]))),
        unconfirmed_departments=sum(not department.confirmed for department in plan.departments),
        values=values,
        phrases=_phrases(
            plan,
            observations,
            assessments,
            alerts,
            (area, notice, Text(rules, rules), _listed(models), *(said for _, said in causes(plan, tested))),
        ),
        effects=tested,
    )


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
        for name in (*STATUSES, "total", "judged", "favourable"):
            tally.said(name)
        tally.rate(False), tally.rate(True)
    levels, rules = [one.level for one in alerts], [one.rule for one in alerts]
    waiting = [one for one in facts if one.indicator and one.year > as_of]
    in_doubt = ("at_risk", "off_track", "no_data")
    counts = {
        "facts/goals": len(plan.goals),
        "facts/measures": len(plan.measures),
        "facts/alerts": len(alerts),
        "facts/unconfirmed_departments": sum(not one.confirmed for one in plan.departments),
        "alerts/grave": sum(level in ("red", "orange") for level in levels),
        "adjust/hard": sum(one.p < 0.2 for one in waiting),
        "adjust/early": sum(one.p > 0.99 for one in waiting),
        "causes": sum(one.status in in_doubt for one in facts),
        **{f"{one.id}/goals": one.goals for one in domains},
        **{f"alerts/{level}": levels.count(level) for level in set(levels)},
        **{f"alerts/{rule}": rules.count(rule) for rule in ("target_missed", "target_unlikely", "volatile")},
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
    texts |= {f"{pair.zh}城乡差距" for pair in (one.name for one in plan.indicators)}
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


def _tally(facts: list[TargetFact], id: str, values: Values) -> Tally:
    return Tally({status: sum(fact.status == status for fact in facts) for status in STATUSES}, id, values)


def _change(values: Values, id: str, difference: float, unit: str, decimals: int, origin: str) -> Change:
    shown = round(difference, decimals)
    sign = 0 if shown == 0 else int(math.copysign(1, shown))
    text = Text(change(shown, unit, "zh", decimals), change(shown, unit, "en", decimals))
    return Change(sign, values.mark(id, shown, unit, decimals, text, origin, "change"))


def _target(plan: Plan, row: dict[Hashable, Any], history: History, values: Values) -> TargetFact:
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
    settled = row["status"] == "met" or p_miss == 1.0
    before = past.get(year - 1) if year is not None else None
    comparable = bound is not None and latest is not None and target.comparison != "narrow"
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
        latest=shown("latest", latest),
        base_year=base_year,
        shocks=history.years_of("S", key),
        breaks=history.years_of("B", key),
        on_last_year=moved(
            "on_last_year", latest, before, f"{own}.latest_value - {observed(*key[:2], (year or 0) - 1, *key[2:])}"
        ),
        on_baseline=moved("on_baseline", latest, base, f"{own}.latest_value - {own}.baseline_value"),
        bound=_bound(target, shown("target", bound)) if indicator else Text(MISSING, MISSING),
        distance=moved("distance", bound, latest, f"{own}.target_value - {own}.latest_value") if comparable else None,
        forecast=forecast,
        p_met=Text(MISSING, MISSING) if settled else _probability(values, f"{target.id}/p_met", p),
        p=p,
        status=str(row["status"]),
        reason=Text(str(row["reason"]), str(row["reason_en"])),
        department=indicator.department if indicator else "",
        lower_is_better=target.lower_is_better,
        by_unit=bool(target.subunit),
    )


def _probability(values: Values, id: str, p: float) -> Text:
    text = Text(probability(p), probability(p, "en"))
    origin = f"1 - assessments[{id.split('/')[0]}].p_miss"
    return text if math.isnan(p) else values.mark(id, 100 * p, "probability", 0, text, origin, "probability")


def _bound(target: Target, value: Text) -> Text:
    """Return the target's value; one that every unit must reach says so, or it reads as the district's own."""
    if not target.subunit:
        return value
    return Text(f"每个单位{value.zh}", f"{value.en} in every unit")


def _name(target: Target, indicator: Indicator) -> Text:
    """Return what the target is about: the indicator, or its urban-rural gap."""
    if target.comparison != "narrow":
        return indicator.name
    return Text(
        f"{indicator.name.zh}城乡差距", f"Urban-rural gap of {indicator.name.en[0].lower()}{indicator.name.en[1:]}"
    )


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
        rule=str(row["rule"]),
    )
