"""What a plan is made of; everything a district could change is data, nothing here is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from analysis.exceptions import Text
from analysis.formats import SCALE
from analysis.plan import display
from analysis.plan.targets import Target

# counts and measures; money may be owed, and what a ratio relates is not known
_NEVER_NEGATIVE = (
    *("count", "persons", "ten_thousand_persons", "person_times", "ten_thousand_person_times", "cases", "beds"),
    *("years", "years_of_age", "hours", "minutes", "square_metres", "ten_thousand_m2", "micrograms_per_m3"),
    "per_100_females",
)


@dataclass(frozen=True)
class Domain:
    """One of the plan's fields, such as health."""

    id: str
    title: Text


@dataclass(frozen=True)
class Department:
    """A responsible department; `confirmed` is False while the duty is only assumed."""

    code: str
    name: Text
    basis: Text
    confirmed: bool


@dataclass(frozen=True)
class Goal:
    """A numbered main goal (主要目标)."""

    id: str
    domain: str
    number: int
    title: Text
    clause: str
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A numbered strategy measure (策略措施) and the goals it serves.

    `start_year` is the first year under it where that is not the plan's own; `areas` the codes of the areas it is taken
    in where those are not all; `input` what was put into it, as reported; `indicators` the ids of the indicators its
    wording names beside those of its own targets.
    """

    id: str
    domain: str
    number: int
    title: Text
    clause: str
    departments: tuple[str, ...]
    goals: tuple[str, ...]
    start_year: int | None = None
    areas: tuple[str, ...] = ()
    input: Text = Text("", "")
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """An indicator's definition; bounds are None where the scale has none (gross rates are not capped).

    `sample` is True where the denominator is a sample (examined, tested, asked); `population` is then the indicator
    whose denominator is the whole group, empty where none is known; `count_unit` is what one unit of the numerator is
    called, in English singular/plural. `standard` is the code of the standard indicator it follows, empty for none;
    `aliases` are further names under which it is reported; `gross` says that a share may be above 100 %.
    """

    id: str
    domain: str
    name: Text
    definition: Text
    formula: Text
    numerator: Text
    denominator: Text
    unit: str
    direction: str
    lower: float | None
    upper: float | None
    period_type: str
    disaggregations: tuple[str, ...]
    statistic: str
    decimals: int
    source: Text
    department: str
    sample: bool = False
    population: str = ""
    count_unit: Text = Text("人", "person/people")
    aliases: tuple[str, ...] = ()
    standard: str = ""
    gross: bool = False

    @cached_property
    def bounds(self) -> tuple[float | None, float | None]:
        """Return the least and the greatest value there can be, in `unit`; None where there is no limit.

        What the plan declares counts. Where it declares nothing the unit says it: shares are from 0 to 100 (gross ones
        from 0), rates per so many, counts and measures from 0, growth and change have no limits.
        """
        low, high = self._natural()
        return (low if self.lower is None else self.lower, high if self.upper is None else self.upper)

    def _natural(self) -> tuple[float | None, float | None]:
        if self._is_change():
            return None, None
        if self.unit == "percent":
            gross = self.gross or "毛" in self.name.zh or re.search(r"\bgross\b(?! motor)", self.name.en, re.I)
            return 0.0, None if gross else 100.0
        return (0.0 if self.unit in SCALE or self.unit in _NEVER_NEGATIVE else None), None

    def _is_change(self) -> bool:
        """Return whether it is a rate of growth or change, which may be negative.

        The English name is asked only where there is no Chinese one: the growth of a child (生长) is no rate of growth.
        """
        if re.search("[\u4e00-\u9fff]", self.name.zh):
            return re.search("增长|增速|增幅|变化", self.name.zh) is not None
        return re.search(r"\b(growth|changes?)\b", self.name.en, re.I) is not None


@dataclass(frozen=True)
class Source:
    """A page or document the plan's figures were read from."""

    id: str
    title: str
    publisher: str
    date: str
    address: str = ""  # empty where only a copy could be read


@dataclass(frozen=True)
class Plan:
    """A children's development plan."""

    id: str
    title: Text
    area: str
    area_name: Text
    start_year: int
    end_year: int
    baseline_year: int
    milestones: tuple[int, ...]
    partial: bool
    sources: tuple[Source, ...]
    domains: tuple[Domain, ...]
    departments: tuple[Department, ...]
    goals: tuple[Goal, ...]
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    source_precedence: tuple[str, ...] = ()

    @cached_property
    def _clauses(self) -> dict[str, Goal | Measure]:
        clauses: list[Goal | Measure] = [*self.goals, *self.measures]
        return {one.id: one for one in clauses}

    @cached_property
    def _indicators(self) -> dict[str, Indicator]:
        return {one.id: one for one in self.indicators}

    @cached_property
    def _targets(self) -> dict[str, Target]:
        return {one.id: one for one in self.targets}

    def indicator(self, id: str) -> Indicator:
        """Return the indicator `id`; KeyError where the plan has none."""
        return self._indicators[id]

    def target(self, id: str) -> Target:
        """Return the target `id`."""
        return self._targets[id]

    def with_targets(self, targets: Sequence[Target]) -> Plan:
        """Return the plan with these targets alone; what they conflict with is looked for among them."""
        ids = {one.id for one in targets}
        kept = (replace(one, conflicts_with=tuple(x for x in one.conflicts_with if x in ids)) for one in targets)
        return replace(self, targets=tuple(kept))

    def parent(self, target: Target) -> Goal | Measure:
        """Return the goal or measure a target stands in."""
        return self._clauses[target.parent]

    def department_name(self, code: str) -> Text:
        """Return a department's name; its code where it is not in the plan."""
        return next((d.name for d in self.departments if d.code == code), Text(code, code))

    def has_indicator(self, id: str) -> bool:
        """Return whether the plan defines the indicator `id`."""
        return id in self._indicators

    def targets_of(self, parent: str) -> list[Target]:
        """Return the targets of one goal or measure."""
        return [target for target in self.targets if target.parent == parent]

    def measures_for(self, target: Target) -> list[Measure]:
        """Return the measures that serve a target's goal, or the measure the target stands in."""
        return [m for m in self.measures if target.parent == m.id or target.parent in m.goals]

    def indicators_of(self, measure: Measure) -> list[Indicator]:
        """Return the indicators a measure names: those of its own targets, then those of its wording, each once.

        The indicators of its goals are not among them: a goal is served by many measures.
        """
        own = [one.indicator for one in self.targets_of(measure.id)]
        return [self.indicator(id) for id in dict.fromkeys((*own, *measure.indicators)) if id]

    def counted_indicators(self) -> set[str]:
        """Return the indicators all of whose targets are full coverage, counts or projects: counted, not forecast."""
        kinds: dict[str, set[str]] = {}
        for target in self.targets:
            kinds.setdefault(target.indicator, set()).add(target.kind)
        return {id for id, found in kinds.items() if id and found == {"milestone"}}

    def start_of(self, measure: Measure) -> int:
        """Return the first year under a measure: its own, else the plan's."""
        return measure.start_year or self.start_year

    def goals_without_indicator(self) -> list[Goal]:
        """Return the goals no target of which has an indicator."""
        with_one = {target.parent for target in self.targets if target.indicator}
        return [goal for goal in self.goals if goal.id not in with_one]

    def __str__(self) -> str:
        """Return the plan as a terminal shows it."""
        return display.lines(display.plan_rows(self, "zh"), self.title.zh)

    def _repr_html_(self) -> str:
        return display.plan_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))
