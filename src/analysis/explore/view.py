"""What an analyst looks at: the choices, frozen, and the assumptions that differ from the plan and the data."""

from __future__ import annotations

from dataclasses import dataclass, fields

from analysis.exceptions import Lang
from analysis.models import DEFAULT_MODEL
from analysis.schema import TOTAL


@dataclass(frozen=True)
class Assumptions:
    """What is assumed instead of what stands in the plan and the data; None: as it stands.

    Parameters
    ----------
    target : float, optional
        The value of the chosen target, in the target's own unit.
    baseline : float, optional
        The value of the baseline year, on the indicator's scale. The forecast stays as it is.
    shocks : tuple of int, optional
        Years that count as special events, in place of those the data declare.
    denominators : float, optional
        Yearly change of the denominator after the last year [percent], in place of its own recent change.
    """

    target: float | None = None
    baseline: float | None = None
    shocks: tuple[int, ...] | None = None
    denominators: float | None = None

    @property
    def any(self) -> bool:
        """Return whether anything is assumed."""
        return any(getattr(self, field.name) is not None for field in fields(self))


@dataclass(frozen=True)
class View:
    """One series, how it is forecast, the target it is held against, and the assumptions made.

    Parameters
    ----------
    indicator, area : str
        Codes of the plan and of the data.
    plan, data : str
        A plan's id or folder, a data folder; those of `data/defaults.yaml` where None.
    db, vintage : str, optional
        A monitoring database in place of `data`; the last vintage of the data that is known.
    rules : str, optional
        A file of thresholds in place of the default rules'.
    as_of, until : int
        The last year known, and the last year drawn.
    sex, age, residence, group : str
        Breakdown codes, `_T` for all.
    model : str
        A name of `models.model_names()`.
    target : str
        Id of the target; empty where none is about the series.
    assume : Assumptions
    lang : zh or en
    """

    indicator: str
    area: str
    as_of: int
    until: int
    plan: str | None = None
    data: str | None = None
    db: str | None = None
    vintage: str | None = None
    rules: str | None = None
    sex: str = TOTAL
    age: str = TOTAL
    residence: str = TOTAL
    group: str = TOTAL
    model: str = DEFAULT_MODEL
    target: str = ""
    assume: Assumptions = Assumptions()
    lang: Lang = "zh"

    @property
    def breakdown(self) -> tuple[str, str, str, str]:
        """Return the breakdown codes in the order of `schema.BREAKDOWNS`."""
        return self.sex, self.age, self.residence, self.group

    @property
    def whole(self) -> bool:
        """Return whether the series is about everybody."""
        return set(self.breakdown) == {TOTAL}

    @property
    def series(self) -> str:
        """Return the series id."""
        return "|".join((self.indicator, self.area, *self.breakdown))
