"""Everything a report may say, frozen before a sentence is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.formats import MISSING
from analysis.marks import Values
from analysis.narrative.counted import Counted, Level

_WORKED_OUT = ("relative_to_baseline", "growth_rate_change", "yearly_change_band", "compound_growth")
MOST_YEARS = 4  # of alerts in a row that are looked back on: this year and three before it
# as they are counted: what has passed apart, and coverage that is counted and not yet full
VERDICTS = ("met", "missed", "on_track", "at_risk", "off_track", "open", "no_data", "qualitative")
FAVOURABLE = ("met", "on_track")
GRAVE = ("red", "orange")  # levels somebody has to answer for in the ledger
_FEWEST = 3  # targets judged, below which no word is said of the whole
_JUDGED = ("met", "missed", "on_track", "at_risk", "off_track", "open")


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
    verdict: Text
    department: str = ""
    parent: str = ""  # the goal or measure it belongs to
    base: Text = Text(MISSING, MISSING)  # the baseline's value
    lower_is_better: bool = False
    less_is_better: bool = False  # of the indicator itself, whatever the target compares
    by_unit: bool = False  # every street has to reach it: the district's own distance says little
    kind_id: str = ""
    unit: str = ""
    timing: str = "ahead"
    at_target: bool | None = None
    numeric: bool = False  # the plan sets a number, and there are data to hold against it
    borderline: str = ""
    count: Text = Text("", "")  # events of people behind the last value, where they are few
    pooled: Text = Text("", "")  # three years together, where one has few events
    odd_base: Text = Text("", "")  # that the baseline lies below or above all years around it
    swing: Text = Text("", "")  # lowest and highest of the last years with a value
    passed: Text = Text("", "")  # what became of earlier targets of the series
    people: Text = Text("", "")  # those there are
    people_asked: Text = Text("", "")  # those the target allows, or asks for and how many are lacking
    proposal: str = ""
    proposed: Text = Text(MISSING, MISSING)
    theme: str = ""  # what documents tell it with: a theme of the plan, else its goal or measure
    theme_title: Text = Text("", "")  # empty where the plan names no themes
    counted: Counted = Counted()
    earlier: Text = Text("", "")  # the value of the year before
    reference: Level | None = None  # what a direction without a number is held against
    elsewhere: Level | None = None  # the last level of a larger area
    pace: Text = Text("", "")  # what the target asks for a year from now on
    weakest: Text = Text("", "")  # of sub-units, by name
    value: Text = Text(MISSING, MISSING)  # the last value alone, whatever else `latest` tells
    turned: tuple[int, Change] | None = None  # since the year after the baseline, where that is the other way
    steady: bool = False  # its move since the year before is no more than chance
    unmoved: bool = False  # that since the baseline is no more
    lags: tuple[Text, ...] = ()  # who lags, as half sentences
    parts: Text = Text("", "")  # numerator and denominator then and now, where the denominator made the change

    @property
    def group(self) -> str:
        """Return the verdict as it is counted: missed where the year has passed unmet, open where coverage is short."""
        if self.status == "qualitative" and self.at_target is False:
            return "open"
        return "missed" if self.timing == "due" and self.status == "off_track" else self.status

    @property
    def worked_out(self) -> bool:
        """Return whether the target's value was worked out from a baseline: the clause sets another number."""
        return self.kind_id in _WORKED_OUT

    @property
    def chance(self) -> float:
        """Return P(met) for ordering, 1 where none is known."""
        return self.p if self.p == self.p else 1.0

    @property
    def derived(self) -> bool:
        """Return whether the target's value was worked out from a baseline and is still ahead."""
        return self.worked_out and self.timing != "due" and self.status not in ("no_data", "met")

    @property
    def own_words(self) -> bool:
        """Return whether the reason tells the whole: gaps, directions, sub-units, and series without a forecast."""
        no_number = self.kind_id in ("direction", "gap_or_qualitative", "every_subunit", "approximate", "above_area")
        return no_number or (self.timing != "due" and self.p != self.p and self.status != "qualitative")


@dataclass(frozen=True)
class AlertFact:
    """One alert with what a reader acts on."""

    level: str
    target: TargetFact
    evidence: Text
    department: Text
    measures: tuple[Text, ...]
    clauses: tuple[str, ...]
    years: int | None = None  # in a row, recomputed by the present method
    on_record: int | None = None  # in a row, issued
    rule: str = ""


@dataclass(frozen=True)
class EffectFact:
    """What one design says of one measure and one indicator; `known` tells whether it gave an estimate."""

    measure: str
    indicator: Text
    design: str
    start_year: int
    ratio: bool
    estimate: Text
    interval: Text
    sign: int
    known: bool
    size: Text
    grade: str
    reason: Text


@dataclass(frozen=True)
class Tally:
    """How many targets ended in each of `VERDICTS`; `id` and `values` name its numbers where they are said."""

    counts: Mapping[str, int]
    rules: Rules
    id: str = "all"
    values: Values = field(default_factory=Values, compare=False, repr=False)

    def said(self, name: str) -> str:
        """Return a count as marked text: a status, or total, judged, favourable."""
        number = self.counts[name] if name in self.counts else int(getattr(self, name))
        return self.values.count(f"{self.id}/{name}", number)

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
        return sum(self.counts[status] for status in FAVOURABLE)

    @property
    def pace(self) -> str:
        """Return good, mixed or slow by the rules' cuts; `scarce` where too few targets were judged to say so."""
        if self.judged < max(_FEWEST, self.rules.overall_judged * self.total):
            return "scarce"
        share = self.favourable / self.judged
        return "good" if share >= self.rules.overall_good else "mixed" if share >= self.rules.overall_mixed else "slow"

    def rate(self, of_judged: bool) -> str:
        """Return met and on track as a share of all targets, or of those that could be judged."""
        base = self.judged if of_judged else self.total
        if not base:
            return MISSING
        share = 100 * self.favourable / base
        text = Text(f"{share:.1f}%", f"{share:.1f}%")
        id, of = f"{self.id}/{'of_judged' if of_judged else 'of_all'}", "judged" if of_judged else "total"
        origin = f"100 * {{{self.id}/favourable}} / {{{self.id}/{of}}}"
        return self.values.mark(id, share, "percent", 1, text, origin).zh


@dataclass(frozen=True)
class DomainFact:
    """A domain of the plan: its tally and its targets, those of goals first."""

    id: str
    title: Text
    goals: int
    tally: Tally
    targets: tuple[TargetFact, ...]

    @property
    def due(self) -> list[TargetFact]:
        """Return the targets whose year was observed."""
        return [one for one in self.targets if one.timing == "due"]


@dataclass(frozen=True)
class Suppressed:
    """What a public edition does not publish: how many cells, whether all, and the targets not judged for it."""

    cells: int
    all: bool
    targets: frozenset[str]


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
    values: Values = field(default_factory=Values, compare=False, repr=False)
    phrases: tuple[str, ...] = ()
    effects: tuple[EffectFact, ...] = ()
    elsewhere: bool = False  # the area is another one than the plan was made for
    data: str = ""  # the data folder, as it is named in the record; "database"
    reviewed: bool | None = None  # of data out of a database: whether all were reviewed
    suppressed: Suppressed | None = None  # of a public edition
    latest: tuple[
        tuple[int, int, str], ...
    ] = ()  # last year of data, how many indicators end in it, one of their targets

    @property
    def targets(self) -> list[TargetFact]:
        """Return every target, by domain."""
        return [one for domain in self.domains for one in domain.targets]

    @property
    def due(self) -> list[TargetFact]:
        """Return the targets whose year was observed."""
        return [one for one in self.targets if one.timing == "due"]

    @property
    def open_numbers(self) -> list[TargetFact]:
        """Return the targets with a number whose year is still ahead."""
        return [one for one in self.targets if one.timing == "ahead" and one.numeric]

    @property
    def grave(self) -> list[AlertFact]:
        """Return the red and orange alerts, those that somebody has to answer for in the ledger."""
        return [one for one in self.alerts if one.level in GRAVE]

    def said(self, name: str) -> str:
        """Return a whole number of the facts as marked text: goals, measures, unconfirmed_departments, alerts."""
        found = getattr(self, name)
        return self.values.count(f"facts/{name}", found if isinstance(found, int) else len(found))
