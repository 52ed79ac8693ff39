"""The kinds of targets, each a type that says which facts it cannot do without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from analysis.exceptions import Text
from analysis.plan import display
from analysis.plan.display import BOUNDS


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target of a plan.

    Parameters
    ----------
    id, parent, indicator : str
        Ids of the target, of its goal or measure, and of its indicator.
    comparison : str
        <, <=, >, >=, =, down, up, narrow or done.
    value, value_upper : float, optional
        In `unit`.
    unit : str
    year, year_assumed : int, bool
        The target year, and whether it was assumed because the document names none.
    baseline_year : int, optional
    strength : str
        soft where the clause's own word is weaker than a commitment (力争, 基本实现 and the like), else hard.
    sex, age, residence, group, subunit : str
        Breakdown codes: whom it is about (`_T` all).
    clause : str
        Number of the clause.
    text, note : Text
        The clause's words, and what is to be known of them.
    conflicts_with : tuple of str
        Ids of targets that ask for something else of the same.
    manner : str
        Of `clause_words.MANNERS`: how a direction is tested; empty for other kinds.
    gap_dimensions : tuple of str
        Of `clause_words.GAP_DIMENSIONS`: between whom a gap is to narrow; empty for other targets.
    against : str
        Of `above_area`: the code of the area to be better than; empty for the one directly above.
    """

    id: str
    parent: str
    indicator: str
    comparison: str
    value: float | None
    value_upper: float | None
    unit: str
    year: int | None
    year_assumed: bool
    baseline_year: int | None
    strength: str
    sex: str
    age: str
    residence: str
    group: str
    subunit: str
    clause: str
    text: Text
    note: Text
    conflicts_with: tuple[str, ...]
    manner: str = ""
    gap_dimensions: tuple[str, ...] = ()
    against: str = ""

    kind: ClassVar[str] = ""
    title: ClassVar[Text] = Text("", "")
    needs: ClassVar[tuple[str, ...]] = ("year",)
    comparisons: ClassVar[tuple[str, ...]] = BOUNDS
    default_manner: ClassVar[str] = ""

    @property
    def lower_is_better(self) -> bool:
        """Return whether smaller values meet the target."""
        return self.comparison in ("<", "<=", "down", "narrow")

    @property
    def is_plain(self) -> bool:
        """Return whether the target is one number in one direction: no range, nothing to be worked out first."""
        return self.kind in PLAIN_BOUNDS and self.value is not None and self.value_upper is None

    @property
    def breakdown(self) -> tuple[str, str, str, str]:
        """Return the breakdown codes in the order of `schema.BREAKDOWNS`."""
        return self.sex, self.age, self.residence, self.group

    def series(self, area: str, indicator: str = "") -> str:
        """Return the id of the target's series in an area, or of another indicator of the same people."""
        return "|".join((indicator or self.indicator, area, *self.breakdown))

    def missing(self) -> list[str]:
        """Return the names of the facts this kind needs and the target lacks."""
        return [name for name in self.needs if getattr(self, name) in (None, "")]

    def __str__(self) -> str:
        """Return the target as a terminal shows it."""
        return display.lines(display.target_rows(self, "zh"), self.text.zh)

    def _repr_html_(self) -> str:
        return display.target_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


class UpperBound(Target):
    """Not above a value in a milestone year."""

    kind = "upper_bound"
    title = Text("分年度上限", "upper bound at milestones")
    needs = ("indicator", "value", "unit", "year")
    comparisons = ("<", "<=")


class LowerBound(Target):
    """Not below a value in a milestone year."""

    kind = "lower_bound"
    title = Text("分年度下限", "lower bound at milestones")
    needs = ("indicator", "value", "unit", "year")
    comparisons = (">", ">=")


class UndatedBound(Target):
    """A bound for which the document names no year; the plan's last year is assumed, and said so."""

    kind = "undated_bound"
    title = Text("未注明年份的限值", "bound without a year")
    needs = ("indicator", "value", "unit", "year")


class ReachAndHold(Target):
    """Reached and kept: the worst year counts, not the last."""

    kind = "reach_and_hold"
    title = Text("达到并保持", "reach and hold")
    needs = ("indicator", "value", "unit", "year")


class Approximate(Target):
    """About a value (40%左右): from so much below it on (`>=`), up to so much above it (`<=`), or both (`=`)."""

    kind = "approximate"
    title = Text("约为某值", "about a value")
    needs = ("indicator", "value", "unit", "year")
    comparisons = (">=", "<=", "=")


class YearlyAmount(Target):
    """So much in each year of the plan (每年0.2万人次以上): one year that brings less misses it."""

    kind = "yearly_amount"
    title = Text("每年的数量", "amount in each year")
    needs = ("indicator", "value", "unit", "year")


class AboveArea(Target):
    """Better than the area above, or than the nation (高于全市平均水平); `value`, if any, says by how much."""

    kind = "above_area"
    title = Text("优于上级平均", "better than the area above")
    needs = ("indicator", "year")
    comparisons = ("<", "<=", ">", ">=")


class EverySubunit(Target):
    """Met in every sub-unit: the district mean hides a failing street."""

    kind = "every_subunit"
    title = Text("每个单位都达到", "every sub-unit")
    needs = ("indicator", "value", "unit", "year", "subunit")


class RelativeToBaseline(Target):
    """A percentage below (or above) the baseline year's value."""

    kind = "relative_to_baseline"
    title = Text("较基期变动", "relative to baseline")
    needs = ("indicator", "value", "year", "baseline_year")


class GrowthRateChange(Target):
    """The average yearly growth cut by a percentage of what it was up to the baseline year."""

    kind = "growth_rate_change"
    title = Text("增幅变动", "change of the growth rate")
    needs = ("indicator", "value", "year", "baseline_year")


class YearlyChangeBand(Target):
    """A change by so many percentage points a year on average since the baseline year."""

    kind = "yearly_change_band"
    title = Text("每年变动幅度", "yearly change band")
    needs = ("indicator", "value", "year", "baseline_year")
    comparisons = ("down", "up")


class CompoundGrowth(Target):
    """A floor for the geometric mean growth since the baseline year."""

    kind = "compound_growth"
    title = Text("年均增长下限", "compound growth floor")
    needs = ("indicator", "value", "year", "baseline_year")
    comparisons = (">", ">=")


class Direction(Target):
    """Falls, or rises; `manner` says how it is tested, by the trend where the file is silent."""

    kind = "direction"
    title = Text("变动方向", "direction")
    needs = ("indicator", "year", "baseline_year")
    comparisons = ("down", "up")
    default_manner = "trend"


class Milestone(Target):
    """Full coverage, counts and projects: done or not done, with evidence; no trend is drawn."""

    kind = "milestone"
    title = Text("全覆盖、数量与项目", "full coverage, counts, projects")
    needs = ("year",)
    comparisons = (*BOUNDS, "done")


class GapOrQualitative(Target):
    """A gap that narrows (tested), or a goal without a number (judged by evidence)."""

    kind = "gap_or_qualitative"
    title = Text("缩小差距或定性目标", "gap or qualitative")
    needs = ()
    comparisons = ("narrow", "")


PLAIN_BOUNDS = ("upper_bound", "lower_bound", "undated_bound", "reach_and_hold")  # kinds of a number and no more
KINDS: dict[str, type[Target]] = {
    cls.kind: cls
    for cls in (
        UpperBound,
        LowerBound,
        UndatedBound,
        ReachAndHold,
        Approximate,
        YearlyAmount,
        AboveArea,
        EverySubunit,
        RelativeToBaseline,
        GrowthRateChange,
        YearlyChangeBand,
        CompoundGrowth,
        Direction,
        Milestone,
        GapOrQualitative,
    )
}
