"""The facts of one judged target: every number as text, marked with the table it comes from."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.assessment.case import FEW_EVENTS
from analysis.assessment.limits import HELD_YEARS
from analysis.assessment.rules import Rules
from analysis.exceptions import Lang, Text
from analysis.formats import MISSING, amount, change, chinese, plain, probability
from analysis.marks import Values, cell, observed, quoted
from analysis.narrative.asked import asked_for, subject
from analysis.narrative.facts import Change, TargetFact
from analysis.narrative.history import History
from analysis.narrative.people import involved
from analysis.narrative.words import verdict_of
from analysis.plan import Goal, Plan, Target

LANGS: tuple[Lang, ...] = ("zh", "en")
SWING_YEARS = 5
_YES = {"yes": True, "no": False}
WORDS = ("none", "one", "two", "three", "four", "five")
_COLUMNS = {"latest": "latest_value", "target": "target_value", "baseline": "baseline_value"}


def _change(values: Values, id: str, difference: float, unit: str, decimals: int, origin: str) -> Change:
    shown = round(difference, decimals)
    sign = 0 if shown == 0 else int(math.copysign(1, shown))
    text = Text(change(shown, unit, "zh", decimals), change(shown, unit, "en", decimals))
    return Change(sign, values.mark(id, shown, unit, decimals, text, origin, "change"))


def target_fact(
    plan: Plan,
    row: dict[Hashable, Any],
    history: History,
    values: Values,
    beside: Mapping[Hashable, Any],
    rules: Rules,
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
    """
    target = plan.target(str(row["target"]))
    parent = plan.parent(target)
    indicator = plan.indicator(target.indicator) if target.indicator else None
    one = _Row(
        target, row, history, values, indicator.unit if indicator else "other", indicator.decimals if indicator else 1
    )
    latest, bound = one.number("latest_value"), one.number("target_value")
    year, p_miss, changes = one.whole("latest_year"), one.number("p_miss"), one.changes()
    p = math.nan if p_miss is None else 1.0 - p_miss
    settled = row["status"] == "met" or p_miss == 1.0 or row["timing"] == "due"
    at, people = _YES.get(str(row["at_target"])), involved(target, indicator, beside, values)
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
        latest=_latest(target, row, one.shown("latest", latest), values),
        base_year=one.whole("baseline_year"),
        shocks=history.years_of("S", one.key),
        breaks=history.years_of("B", one.key),
        on_last_year=changes["on_last_year"],
        on_baseline=changes["on_baseline"],
        distance=changes["distance"],
        bound=asked_for(target, one.shown("target", bound)) if indicator else Text(MISSING, MISSING),
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
        swing=one.swing(bound) if at and bound is not None and not one.alone else Text("", ""),
        people=people[0],
        people_asked=people[1],
        proposal=str(beside.get("proposal") or ""),
        proposed=_proposed(target, beside, one.unit, one.digits, values),
    )


@dataclass(frozen=True)
class _Row:
    """A row of the assessments table with its series, whose numbers are marked as they are made into text."""

    target: Target
    row: Mapping[Hashable, Any]
    history: History
    values: Values
    unit: str
    digits: int

    @property
    def key(self) -> tuple[str, ...]:
        """Return the series: indicator, area and breakdown codes."""
        return (self.target.indicator, str(self.row["ref_area"]), *self.target.breakdown)

    @property
    def own(self) -> str:
        """Return the address of the row."""
        return f"assessments[{self.target.id}]"

    @property
    def past(self) -> Mapping[int, float]:
        """Return the observed values of the series by year."""
        return self.history.values.get(self.key, {})

    @property
    def alone(self) -> bool:
        """Return whether the row is about something else than the whole: a gap, or the weakest sub-unit."""
        return self.target.comparison == "narrow" or bool(self.target.subunit)

    def number(self, name: str) -> float | None:
        """Return a number of the row; None where it is empty."""
        return None if pd.isna(self.row[name]) else float(self.row[name])

    def whole(self, name: str) -> int | None:
        """Return a year of the row; None where it is empty."""
        return None if pd.isna(self.row[name]) else int(self.row[name])

    def shown(self, name: str, value: float | None) -> Text:
        """Return a value as marked text."""
        text = Text(*(amount(value, self.unit, lang, self.digits) for lang in LANGS))
        origin = f"{self.own}.{_COLUMNS.get(name, name)}"
        id = f"{self.target.id}/{name}"
        return text if value is None else self.values.mark(id, value, self.unit, self.digits, text, origin)

    def forecast(self) -> Text:
        """Return the forecast with its 80 % interval."""
        low, middle, high = (self.shown(name, self.number(name)) for name in ("lower_80", "forecast", "upper_80"))
        if self.number("forecast") is None:
            return middle
        return Text(f"{middle.zh}（{low.zh}—{high.zh}）", f"{middle.en} ({low.en} to {high.en})")

    def changes(self) -> dict[str, Change | None]:
        """Return the changes on last year and on the baseline, none across a change of definition, and the distance."""
        latest, base, bound = (self.number(name) for name in ("latest_value", "baseline_value", "target_value"))
        year, base_year = self.whole("latest_year"), self.whole("baseline_year")
        before = None if year is None or self.alone else self.past.get(year - 1)
        if year is not None and self.history.broken(self.key, year - 1, year):
            before = None
        if self.history.broken(self.key, base_year, year):
            base = None
        last = observed(self.key[0], self.key[1], (year or 0) - 1, *self.key[2:])
        return {
            "on_last_year": self._moved("on_last_year", latest, before, f"{self.own}.latest_value - {last}"),
            "on_baseline": self._moved(
                "on_baseline", latest, base, f"{self.own}.latest_value - {self.own}.baseline_value"
            ),
            "distance": None
            if self.alone
            else self._moved("distance", bound, latest, f"{self.own}.target_value - {self.own}.latest_value"),
        }

    def _moved(self, name: str, now: float | None, then: float | None, origin: str) -> Change | None:
        if now is None or then is None:
            return None
        return _change(self.values, f"{self.target.id}/{name}", now - then, self.unit, self.digits, origin)

    def swing(self, bound: float) -> Text:
        """Return between what the last five years with a value lay; nothing where all of them met the target too."""
        past = self.past
        last = sorted(past)[-SWING_YEARS:]
        low, high = (min(last, key=past.__getitem__), max(last, key=past.__getitem__)) if last else (0, 0)
        if len(last) < 2 or (past[high] <= bound if self.target.lower_is_better else past[low] >= bound):
            return Text("", "")

        def shown(year: int, lang: Lang) -> str:
            origin = observed(self.key[0], self.key[1], year, *self.key[2:])
            return cell(origin, past[year], self.unit, self.digits, lang)

        many = chinese(len(last))
        return Text(
            f"近{many}个有数据的年份在{shown(low, 'zh')}—{shown(high, 'zh')}之间",
            f"the last {WORDS[len(last)]} values lay between {shown(low, 'en')} and {shown(high, 'en')}",
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
