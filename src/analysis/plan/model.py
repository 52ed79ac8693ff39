"""What a plan is made of; everything a district could change is data, nothing here is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from analysis.exceptions import Text
from analysis.plan import display
from analysis.plan.front import Fronts
from analysis.plan.indicator import Indicator
from analysis.plan.targets import Target


@dataclass(frozen=True)
class Domain:
    """One of the plan's fields, such as health.

    Parameters
    ----------
    id : str
    title : Text
    """

    id: str
    title: Text


@dataclass(frozen=True)
class Department:
    """A responsible department.

    Parameters
    ----------
    code : str
    name, basis : Text
        What it is called, and where its duty is written.
    confirmed : bool
        False while the duty is only assumed.
    """

    code: str
    name: Text
    basis: Text
    confirmed: bool


@dataclass(frozen=True)
class Goal:
    """A numbered main goal (主要目标).

    Parameters
    ----------
    id, domain : str
    number : int
    title : Text
    clause : str
        Its place in the document.
    departments : tuple of str
        Codes.
    """

    id: str
    domain: str
    number: int
    title: Text
    clause: str
    departments: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A numbered strategy measure (策略措施) and the goals it serves.

    Parameters
    ----------
    id, domain, number, title, clause, departments
        As those of a `Goal`.
    goals : tuple of str
        Ids.
    start_year : int, optional
        First year under it, where that is not the plan's own.
    areas : tuple of str
        Codes of the areas it is taken in, where those are not all.
    input : Text
        What was put into it, as reported.
    indicators : tuple of str
        Ids of the indicators its wording names beside those of its own targets.
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
class Theme:
    """Indicators of a domain that documents tell of in one paragraph.

    Parameters
    ----------
    id, domain : str
    number : int
        Its place among those of the domain.
    title : Text
    indicators : tuple of str
        Ids, in the order in which they are told.
    """

    id: str
    domain: str
    number: int
    title: Text
    indicators: tuple[str, ...]


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
    """A children's development plan.

    Parameters
    ----------
    id, area : str
    title, area_name : Text
    start_year, end_year, baseline_year : int
    milestones : tuple of int
        Years in which it sets values.
    partial : bool
        Whether it holds a part of its document only.
    sources, domains, departments, goals, measures, indicators, targets : tuples of their types
    source_precedence : tuple of str
        Of two sources of a value the first one here counts.
    themes : tuple of Theme
        In the order of documents; empty where the plan has no `themes.csv`.
    fronts : Fronts
        What stands on the front of its documents (`document.yaml`).
    sexes : tuple of (str, Text)
        Its own words for whom it is about, by code of the breakdown: 女童 for F.
    """

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
    themes: tuple[Theme, ...] = ()
    fronts: Fronts = Fronts()
    sexes: tuple[tuple[str, Text], ...] = ()

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

    def theme_of(self, target: Target) -> Theme | None:
        """Return the theme of its domain that a target's indicator is told in; None where it has none."""
        domain, own = self.parent(target).domain, target.indicator
        return next((one for one in self.themes if own in one.indicators and one.domain == domain), None)

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
