"""The facts of an evaluation, collected from its stored tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.assessment.alerts import ALERT_RULES
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.marks import Values, quoted
from analysis.narrative.checking import is_causal
from analysis.narrative.effects import causes, collect_effects
from analysis.narrative.facts import GRAVE, VERDICTS, AlertFact, DomainFact, Facts, Tally, TargetFact
from analysis.narrative.history import History
from analysis.narrative.target_facts import Around, target_fact
from analysis.plan import Plan
from analysis.schema import EFFECTS


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
    around: Around | None = None,
) -> Facts:
    """Return the facts of an evaluation from its stored tables.

    `effects` where that of the measures is known; `details` for counts, pooled rates and proposed values;
    `around` for the names of areas.
    """
    history, values = History.of(observations, as_of), Values()
    beside = {} if details is None else {str(row["target"]): row for row in details.to_dict("records")}
    facts = [
        target_fact(plan, row, history, values, beside.get(str(row["target"]), {}), rules, around)
        for row in assessments.to_dict("records")
    ]
    facts = _after_due(facts, plan)
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


def _after_due(facts: list[TargetFact], plan: Plan) -> list[TargetFact]:
    """Return the facts, each later target with what became of those of the same series whose year has passed."""

    def series(fact: TargetFact) -> tuple[str, ...]:
        one = plan.target(fact.id)
        return (one.indicator, *one.breakdown)

    due: dict[tuple[str, ...], list[TargetFact]] = {}
    for fact in facts:
        if fact.timing == "due":
            due.setdefault(series(fact), []).append(fact)

    def said(fact: TargetFact) -> Text:
        passed = due.get(series(fact), []) if fact.timing != "due" else []
        zh = "".join(f"{one.year}年目标（{one.bound.zh}）{one.verdict.zh}；" for one in passed)
        return Text(
            zh, "".join(f"the {one.year} target ({one.bound.en}) was {one.verdict.en.lower()}; " for one in passed)
        )

    return [replace(fact, passed=said(fact)) for fact in facts]


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
        "alerts/grave": sum(level in GRAVE for level in levels),
        "adjust/easier": sum(one.proposal == "easier" for one in facts),
        "adjust/stricter": sum(one.proposal == "stricter" for one in facts),
        "due/total": sum(one.timing == "due" for one in facts),
        "due/met": sum(one.timing == "due" and one.status == "met" for one in facts),
        "due/missed": sum(one.group == "missed" for one in facts),
        "due/no_data": sum(one.timing == "due" and one.status == "no_data" for one in facts),
        "open/total": len(open_numbers),
        "open/at_target": sum(one.at_target is True for one in open_numbers),
        **{f"latest/{year}": number for year, number, _ in _latest_years(facts)},
        "latest/total": sum(number for _, number, _ in _latest_years(facts)),
        "causes": sum(one.status in in_doubt for one in facts),
        **{f"{one.id}/goals": one.goals for one in domains},
        **{f"{one.id}/due": len(one.due) for one in domains},
        **{f"{one.id}/due_met": sum(fact.status == "met" for fact in one.due) for one in domains},
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
    quoted = [plan.title, plan.area_name, *others]
    for part in (plan.domains, plan.goals, plan.measures):
        quoted += [one.title for one in part]
    quoted += [one.input for one in plan.measures]
    quoted += [one.text for one in plan.targets] + [one.note for one in plan.targets]
    for one in plan.indicators:
        quoted += [one.name, one.definition, one.formula, one.numerator, one.denominator, one.source]
    quoted += [one.name for one in plan.departments]
    texts = {text for pair in quoted for text in (pair.zh, pair.en)}
    texts |= {said for one in plan.sources for said in (one.title, one.publisher)}
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
