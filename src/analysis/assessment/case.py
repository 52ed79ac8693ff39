"""One target about to be judged, and what a judgement of it consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.assessment.evidence import Evidence, Library, published
from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.formats import SCALE, amount, change, plain, probability
from analysis.plan import Indicator, Plan, Target
from analysis.schema import HIGH_80, LOW_80, MEDIAN

NOTHING = Text("", "")
FEW_EVENTS = 20  # a rate built on fewer events is printed with its count


@dataclass(frozen=True)
class Case:
    """A target with the series it is about, and the way to every other series of the run.

    `above` is the code of the area directly above, empty where none is known.
    """

    plan: Plan
    target: Target
    indicator: Indicator
    area: str
    library: Library
    parts: Sequence[str]
    names: Mapping[str, Text]
    as_of: int
    rules: Rules
    above: str = ""

    def evidence(self, area: str | None = None, residence: str | None = None, sex: str | None = None) -> Evidence:
        """Return the evidence of the target's own series, or of the same for another area, residence or sex."""
        t = self.target
        found = self.library.get(t.indicator, area or self.area, sex or t.sex, t.age, residence or t.residence, t.group)
        return replace(found, decimals=self.indicator.decimals)

    @property
    def year(self) -> int:
        """Return the target year; the plan's last where the document names none."""
        return self.target.year or self.plan.end_year

    def shown(self, value: float | None) -> Text:
        """Return a value of the indicator as text."""
        unit, digits = self.indicator.unit, self.indicator.decimals
        return Text(amount(value, unit, "zh", digits), amount(value, unit, "en", digits))

    def apart(self, difference: float) -> Text:
        """Return the size of a difference of two values of the indicator as text, without its sign."""
        unit, digits = self.indicator.unit, self.indicator.decimals
        return Text(change(difference, unit, "zh", digits), change(difference, unit, "en", digits))

    def counted(self, evidence: Evidence, year: int) -> Text:
        """Return the events and people behind a rate as a bracket, where the events are few; else nothing."""
        events, people = evidence.counts.get(year, (0.0, 0.0))
        other = people - events if self.indicator.unit == "percent" else events
        if not people or min(events, other) >= FEW_EVENTS:
            return NOTHING
        return Text(f"（{plain(events, 0)}/{plain(people, 0)}）", f" ({plain(events, 0)} of {plain(people, 0)})")

    @property
    def less_is_better(self) -> bool:
        """Return whether smaller values of the indicator are better, whatever the target compares."""
        return self.indicator.direction == "lower_is_better"

    @property
    def floor(self) -> float | None:
        """Return the value nothing can fall below: the indicator's own, else 0 for rates and counts."""
        if self.indicator.lower is not None:
            return self.indicator.lower
        return 0.0 if self.indicator.unit in (*SCALE, "count") else None

    @property
    def limit(self) -> float | None:
        """Return the natural limit in the direction the target asks for; None where the scale has none."""
        return self.floor if self.target.lower_is_better else self.indicator.upper

    def at_limit(self, value: float) -> bool:
        """Return whether a value, as it is published, stands at the natural limit."""
        return self.limit is not None and published(value, self.indicator.decimals) == self.limit


@dataclass(frozen=True)
class Second:
    """The same target judged from another base.

    Parameters
    ----------
    basis : str
        `baseline_year` (that year's value alone) or `mean` (of years around it).
    p_met : float
    """

    basis: str
    p_met: float


@dataclass(frozen=True)
class Finding:
    """What was found of a target.

    Parameters
    ----------
    p_met : float or None
        None where no probability can be given.
    reason : Text
        A finished sentence.
    bound : float, optional
        The number the plan sets, on the indicator's own scale; None where it sets none.
    status : str, optional
        Overrides the thresholds.
    reference : float, optional
        The yardstick of a target without a number: the base it is compared with.
    second : Second, optional
        The same from another base.
    at_target : bool, optional
        Whether the last value satisfies the target now; None where that cannot be said.
    row : mapping
        Columns of the row that are about something else than the target's own series: a gap, the weakest unit.
    borderline : str
        What would turn the verdict, where that is known already.
    counted : bool
        Whether the target is counted, not forecast.
    """

    p_met: float | None
    reason: Text
    bound: float | None = None
    status: str | None = None
    reference: float | None = None
    second: Second | None = None
    at_target: bool | None = None
    row: Mapping[str, float | int | str | None] = field(default_factory=dict)
    borderline: str = ""
    counted: bool = False


def no_data(zh: str, en: str, bound: float | None = None) -> Finding:
    """Return the finding that nothing can be said, with the reason."""
    return Finding(None, Text(zh, en), bound, "no_data")


def joined(*parts: Text) -> Text:
    """Return sentences one after the other, English ones with a space between."""
    return Text("".join(one.zh for one in parts), " ".join(one.en for one in parts if one.en))


def bound_reason(case: Case, evidence: Evidence, p_met: float, extra: Text = NOTHING) -> Text:
    """Return the sentence on a bound: the observed value where there is one, else the forecast."""
    year = case.year
    if year in evidence.observed:
        value, count = case.shown(evidence.observed[year]), case.counted(evidence, year)
        met = ("达到目标", "the target is met") if p_met >= 0.5 else ("未达到目标", "the target is missed")
        said = Text(
            f"{year}年实际值{value.zh}{count.zh}，{met[0]}。", f"Observed in {year}: {value.en}{count.en}; {met[1]}."
        )
        return joined(said, extra)
    return joined(forecast_said(case, evidence, p_met), extra)


def forecast_said(case: Case, evidence: Evidence, p_met: float) -> Text:
    """Return the forecast of the target year with its 80 % interval and P(met)."""
    q = evidence.quantiles[case.year]
    low, mid, high = (case.shown(q[k]) for k in (LOW_80, MEDIAN, HIGH_80))
    return Text(
        f"预测{case.year}年为{mid.zh}（80%区间{low.zh}至{high.zh}），达标概率{probability(p_met)}。",
        f"Forecast for {case.year}: {mid.en} (80% interval {low.en} to {high.en}); "
        f"probability of meeting the target {probability(p_met, 'en')}.",
    )
