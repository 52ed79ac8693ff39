"""Facts of what departments reported and how targets without data were judged, for documents to say.

Every number is a declared count or a cell of a table of the run, every quoted text the cell it stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.exceptions import Text
from analysis.marks import Values

CAME = ("reported", "verified", "approved", "archived")  # states of a report that counts


@dataclass(frozen=True)
class MeasureReport:
    """What one department says of one measure; texts are quoted."""

    department: Text
    state: str
    done: str
    money: Text
    output: Text
    difficulty: str
    has_evidence: bool


@dataclass(frozen=True)
class MeasureFact:
    """How far a measure is, who leads it, who did not report, and what each department says."""

    id: str
    domain: str
    title: Text
    clause: str
    state: str
    name: Text  # of the state
    lead: Text
    owing: tuple[Text, ...]
    money: Text
    differ: bool
    has_evidence: bool
    reports: tuple[MeasureReport, ...]


@dataclass(frozen=True)
class CauseFact:
    """What a department gives as the cause of an alert, last year's measure and whether it helped, and what is next."""

    target: str
    department: Text
    cause: str
    last_measure: str
    helped: str
    helped_name: Text
    measure: str


@dataclass(frozen=True)
class PracticeFact:
    """A practice worth spreading, in the department's words."""

    department: Text
    title: str
    content: str
    since: str  # a year; empty where none is given
    result: str
    place: str


@dataclass(frozen=True)
class PlanFact:
    """What a department means to do next year."""

    department: Text
    measure: str
    action: str
    goal: str
    money: Text
    deadline: str


@dataclass(frozen=True)
class DepartmentFact:
    """What a department owed and reported; numbers are marked text."""

    code: str
    name: Text
    state: str
    late: bool
    days_late: str
    due: str
    received: str
    measures: str
    not_reported: str
    targets: str
    assessed: str
    money: Text
    returned_why: str

    @property
    def owes(self) -> bool:
        """Return whether there is no report of it that counts: not come, or given back."""
        return self.state not in CAME


@dataclass(frozen=True)
class JudgementFact:
    """How a target without annual data was judged."""

    target: str
    basis: str
    grade: str
    group_grade: str
    department_grade: str
    department: Text
    apart: int | None
    capped: bool
    outcome: str
    reason: Text


@dataclass(frozen=True)
class ReportedFacts:
    """The facts of a plan's annual reports of one year.

    `said` gives a declared count: measures/completed, reports/late, judgements/outcome/favourable and so on
    (`narrative.counts`).
    """

    year: int
    measures: tuple[MeasureFact, ...]
    departments: tuple[DepartmentFact, ...]
    causes: tuple[CauseFact, ...]
    practices: tuple[PracticeFact, ...]
    plans: tuple[PlanFact, ...]
    judgements: tuple[JudgementFact, ...]
    money: Text
    counts: Mapping[str, int]
    values: Values = field(default_factory=Values, compare=False, repr=False)

    def said(self, name: str) -> str:
        """Return a declared count as marked text; a KeyError where there is none of this name."""
        return self.values.count(name, self.counts[name])

    def causes_of(self, target: str) -> list[CauseFact]:
        """Return the causes given for a target's alert; empty: 待部门补充."""
        return [one for one in self.causes if one.target == target]

    @property
    def late(self) -> list[DepartmentFact]:
        """Return the departments whose report came late."""
        return [one for one in self.departments if one.late]

    @property
    def owing(self) -> list[DepartmentFact]:
        """Return the departments without a report that counts."""
        return [one for one in self.departments if one.owes]
