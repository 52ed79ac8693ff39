"""One target about to be judged, and what a judgement of it consists of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.assessment.evidence import Evidence, Library
from analysis.exceptions import Text
from analysis.formats import amount, probability
from analysis.plan import Indicator, Plan, Target

NOTHING = Text("", "")


@dataclass(frozen=True)
class Case:
    """A target with the series it is about, and the way to every other series of the run."""

    plan: Plan
    target: Target
    indicator: Indicator
    area: str
    library: Library
    parts: Sequence[str]
    names: Mapping[str, Text]
    as_of: int

    def evidence(self, area: str | None = None, residence: str | None = None) -> Evidence:
        """Return the evidence of the target's own series, or of the same for another area or residence."""
        t = self.target
        return self.library.get(t.indicator, area or self.area, t.sex, t.age, residence or t.residence, t.group)

    @property
    def year(self) -> int:
        """Return the target year; the plan's last where the document names none."""
        return self.target.year or self.plan.end_year

    def shown(self, value: float | None) -> Text:
        """Return a value of the indicator as text."""
        unit, digits = self.indicator.unit, self.indicator.decimals
        return Text(amount(value, unit, "zh", digits), amount(value, unit, "en", digits))


@dataclass(frozen=True)
class Finding:
    """What was found of a target.

    `p_met` is None where it cannot be judged; `bound` is the target on the indicator's own scale;
    `status` overrides the thresholds (no_data, qualitative); `reason` is a finished sentence.
    """

    p_met: float | None
    reason: Text
    bound: float | None = None
    status: str | None = None


def no_data(zh: str, en: str, bound: float | None = None) -> Finding:
    """Return the finding that nothing can be said, with the reason."""
    return Finding(None, Text(zh, en), bound, "no_data")


def bound_reason(case: Case, evidence: Evidence, p_met: float, extra: Text = NOTHING) -> Text:
    """Return the sentence on a bound: the observed value where there is one, else the forecast."""
    year = case.year
    if year in evidence.observed:
        value = case.shown(evidence.observed[year])
        met = ("达到目标", "the target is met") if p_met >= 0.5 else ("未达到目标", "the target is missed")
        return Text(
            f"{year}年实际值{value.zh}，{met[0]}。{extra.zh}", f"Observed in {year}: {value.en}; {met[1]}. {extra.en}"
        )
    q = evidence.quantiles[year]
    low, mid, high = (case.shown(q[k]) for k in (3, 11, 19))
    return Text(
        f"预测{year}年为{mid.zh}（80%区间{low.zh}至{high.zh}），达标概率{probability(p_met)}。{extra.zh}",
        f"Forecast for {year}: {mid.en} (80% interval {low.en} to {high.en}); "
        f"probability of meeting the target {probability(p_met, 'en')}. {extra.en}",
    )
