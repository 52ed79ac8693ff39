"""Everything a report may say, frozen before a sentence is written."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.exceptions import Text
from analysis.formats import MISSING, amount, change, probability
from analysis.narrative.history import History
from analysis.plan import Goal, Indicator, Plan, Target
from analysis.schema import STATUSES

_FAVOURABLE = ("met", "on_track")
_JUDGED = ("met", "on_track", "at_risk", "off_track")


@dataclass(frozen=True)
class Change:
    """A signed change as a reader sees it: rose, fell or stayed, and by how much."""

    sign: int
    size: Text


@dataclass(frozen=True)
class TargetFact:
    """One judged target, every number already text."""

    id: str
    domain: str
    clause: str
    in_goal: bool
    soft: bool
    text: Text
    kind: Text
    indicator: str
    name: Text
    year: int
    latest_year: int | None
    latest: Text
    base_year: int | None
    shocks: Text
    breaks: Text
    on_last_year: Change | None
    on_baseline: Change | None
    bound: Text
    distance: Change | None
    forecast: Text
    p_met: Text
    p: float
    status: str
    reason: Text


@dataclass(frozen=True)
class AlertFact:
    """One alert with what a reader acts on."""

    level: str
    target: TargetFact
    evidence: Text
    department: Text
    measures: tuple[Text, ...]
    clauses: tuple[str, ...]
    years: int | None = None


@dataclass(frozen=True)
class Tally:
    """How many targets ended in each status."""

    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Return the number of targets."""
        return sum(self.counts.values())

    @property
    def judged(self) -> int:
        """Return the number that could be judged by data."""
        return sum(self.counts[status] for status in _JUDGED)

    @property
    def favourable(self) -> int:
        """Return the number met or on track."""
        return sum(self.counts[status] for status in _FAVOURABLE)

    @property
    def pace(self) -> str:
        """Return good, mixed or slow: 80 % and 50 % of the judged targets are the cuts (docs/methods.md).

        `scarce` where data are missing for more targets than could be judged: no overall praise from a few.
        """
        if self.judged < self.counts["no_data"]:
            return "scarce"
        share = self.favourable / self.judged if self.judged else 0.0
        return "good" if share >= 0.8 else "mixed" if share >= 0.5 else "slow"

    def rate(self, of_judged: bool) -> str:
        """Return met and on track as a share of all targets, or of those that could be judged."""
        base = self.judged if of_judged else self.total
        return f"{100 * self.favourable / base:.1f}%" if base else MISSING


@dataclass(frozen=True)
class DomainFact:
    """A domain of the plan: its tally and its targets, those of goals first."""

    id: str
    title: Text
    goals: int
    tally: Tally
    targets: tuple[TargetFact, ...]


@dataclass(frozen=True)
class Facts:
    """The facts of one evaluation."""

    plan: Text
    area: Text
    as_of: int
    end_year: int
    baseline_year: int
    partial: bool
    goals: int
    measures: int
    tally: Tally
    domains: tuple[DomainFact, ...]
    alerts: tuple[AlertFact, ...]
    notice: Text
    rules: str
    models: tuple[str, ...]
    sources: tuple[str, ...]
    unconfirmed_departments: int


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
) -> Facts:
    """Return the facts of an evaluation from its stored tables."""
    history = History.of(observations, as_of)
    facts = [_target(plan, row, history) for row in assessments.to_dict("records")]
    by_id = {fact.id: fact for fact in facts}
    domains = []
    for domain in plan.domains:
        own = sorted((f for f in facts if f.domain == domain.id), key=lambda f: (not f.in_goal, f.id))
        goals = sum(goal.domain == domain.id for goal in plan.goals)
        domains.append(DomainFact(domain.id, domain.title, goals, _tally(own), tuple(own)))
    return Facts(
        plan=plan.title,
        area=area,
        as_of=as_of,
        end_year=plan.end_year,
        baseline_year=plan.baseline_year,
        partial=plan.partial,
        goals=len(plan.goals),
        measures=len(plan.measures),
        tally=_tally(facts),
        domains=tuple(domains),
        alerts=tuple(_alert(plan, row, by_id) for row in alerts.to_dict("records")),
        notice=notice,
        rules=rules,
        models=models,
        sources=tuple(sorted(set(observations["source"]))),
        unconfirmed_departments=sum(not department.confirmed for department in plan.departments),
    )


def _tally(facts: list[TargetFact]) -> Tally:
    return Tally({status: sum(fact.status == status for fact in facts) for status in STATUSES})


def _change(difference: float, unit: str, decimals: int) -> Change:
    shown = round(difference, decimals)
    sign = 0 if shown == 0 else int(math.copysign(1, shown))
    return Change(sign, Text(change(shown, unit, "zh", decimals), change(shown, unit, "en", decimals)))


def _target(plan: Plan, row: dict[Hashable, Any], history: History) -> TargetFact:
    target = plan.target(str(row["target"]))
    parent = plan.parent(target)
    indicator = plan.indicator(target.indicator) if target.indicator else None
    unit, digits = (indicator.unit, indicator.decimals) if indicator else ("other", 1)
    key = (target.indicator, str(row["ref_area"]), target.sex, target.age, target.residence, target.group)
    values = history.values.get(key, {})

    def number(name: str) -> float | None:
        value = row[name]
        return None if pd.isna(value) else float(value)

    def shown(value: float | None) -> Text:
        return Text(amount(value, unit, "zh", digits), amount(value, unit, "en", digits))

    latest, base, bound, middle = (number(n) for n in ("latest_value", "baseline_value", "target_value", "forecast"))
    year = None if pd.isna(row["latest_year"]) else int(row["latest_year"])
    base_year = None if pd.isna(row["baseline_year"]) else int(row["baseline_year"])
    low, high = shown(number("lower_80")), shown(number("upper_80"))
    forecast = shown(middle)
    if middle is not None:
        forecast = Text(f"{forecast.zh}（{low.zh}—{high.zh}）", f"{forecast.en} ({low.en} to {high.en})")
    p_miss = number("p_miss")
    p = math.nan if p_miss is None else 1.0 - p_miss
    settled = row["status"] == "met" or p_miss == 1.0
    before = values.get(year - 1) if year is not None else None
    comparable = bound is not None and latest is not None and target.comparison != "narrow"
    return TargetFact(
        id=target.id,
        domain=parent.domain,
        clause=target.clause,
        in_goal=isinstance(parent, Goal),
        soft=target.strength == "soft",
        text=target.text,
        kind=target.title,
        indicator=target.indicator,
        name=_name(target, indicator) if indicator else parent.title,
        year=int(row["target_year"]),
        latest_year=year,
        latest=shown(latest),
        base_year=base_year,
        shocks=history.years_of("S", key),
        breaks=history.years_of("B", key),
        on_last_year=_change(latest - before, unit, digits) if latest is not None and before is not None else None,
        on_baseline=_change(latest - base, unit, digits) if latest is not None and base is not None else None,
        bound=_bound(target, shown(bound)) if indicator else Text(MISSING, MISSING),
        distance=_change(bound - latest, unit, digits) if comparable else None,  # type: ignore[operator]
        forecast=forecast,
        p_met=Text(MISSING, MISSING) if settled else Text(probability(p), probability(p, "en")),
        p=p,
        status=str(row["status"]),
        reason=Text(str(row["reason"]), str(row["reason_en"])),
    )


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
        clauses=tuple(measure.clause for measure in measures),
        years=None if pd.isna(row["years_in_row"]) else int(row["years_in_row"]),
    )
