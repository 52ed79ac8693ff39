"""What the differences do to the result: the run judged again with the reference's rules, plan, data and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import pandas as pd

from analysis.assessment.judge import assess
from analysis.assessment.rules import Rules
from analysis.data.observations import DataSet, known_then
from analysis.models import DEFAULT_MODEL, forecast
from analysis.models.average import Learnt
from analysis.narrative.facts import VERDICTS
from analysis.pipeline import known_by, trend_series
from analysis.plan import Plan

FAVOURABLE = ("met", "on_track")
_UNJUDGED = ("no_data", "qualitative")


@dataclass(frozen=True)
class Basis:
    """What verdicts follow from; `vintage` leaves later values out, `learnt` are the weights of a frozen round."""

    plan: Plan
    rules: Rules
    data: DataSet
    area: str
    as_of: int
    vintage: str | None = None
    model: str = DEFAULT_MODEL
    learnt: Learnt | None = field(default=None, compare=False)

    def observed(self) -> pd.DataFrame:
        """Return one row a series and year, as they were known."""
        known = replace(self.data, observations=known_then(self.data.observations, self.vintage))
        return known_by(known, self.plan, self.as_of)

    def forecasts(self) -> pd.DataFrame:
        """Return the forecasts, made anew."""
        series = trend_series(self.plan, self.observed(), self.as_of)
        return forecast(series, self.plan.end_year, model_name=self.model, learnt=self.learnt)[0]

    def verdicts(self, forecasts: pd.DataFrame) -> pd.DataFrame:
        """Return the assessments table."""
        parts = self.data.parts_of(self.area)
        return assess(self.plan, self.observed(), forecasts, self.rules, self.as_of, self.area, parts)


@dataclass(frozen=True)
class Step:
    """The counts of verdicts once one more part is the reference's (`name`, `theirs` being none)."""

    name: str
    counts: dict[str, int]
    total: int
    judged: int
    favourable: int


def counted(name: str, assessments: pd.DataFrame) -> Step:
    """Return the counts of verdicts as the documents group them."""
    groups = _groups(assessments)
    counts = {one: int((groups == one).sum()) for one in VERDICTS}
    judged = sum(number for one, number in counts.items() if one not in _UNJUDGED)
    return Step(name, counts, len(groups), judged, sum(counts[one] for one in FAVOURABLE))


def _groups(assessments: pd.DataFrame) -> pd.Series:
    status, timing, at = (assessments[name].fillna("").astype(str) for name in ("status", "timing", "at_target"))
    groups = status.mask((status == "off_track") & (timing == "due"), "missed")
    return groups.mask((status == "qualitative") & (at == "no"), "open")


def headline(
    theirs: Basis, reference: Mapping[str, Mapping[str, Any]], assessments: pd.DataFrame, forecasts: pd.DataFrame
) -> dict[str, Any]:
    """Return the counts of verdicts step by step, and each verdict that is another one with the reference.

    Parameters
    ----------
    theirs : Basis
    reference : mapping
        By part that differs (rules, plan, data, settings, in this order), what it sets of the basis.
    assessments, forecasts : DataFrame
        Of the run itself. Forecasts are made anew only from the step on at which the series are others.
    """
    steps, basis, table = [counted("theirs", assessments)], theirs, assessments
    for name, facts in reference.items():
        changed = replace(basis, **facts)
        if _series_differ(basis, changed):
            forecasts = changed.forecasts()
        basis, table = changed, changed.verdicts(forecasts)
        steps.append(counted(name, table))
    return {"steps": [asdict(one) for one in steps], "verdicts": _other_verdicts(assessments, table, theirs, basis)}


def _series_differ(one: Basis, other: Basis) -> bool:
    """Return whether another basis forecasts other series, or further ahead."""
    if (one.as_of, one.vintage, one.area, one.model) != (other.as_of, other.vintage, other.area, other.model):
        return True
    if one.data is not other.data:
        return True
    plans = [
        (
            plan.end_year,
            plan.source_precedence,
            plan.counted_indicators(),
            {indicator.id: (indicator.upper, indicator.statistic) for indicator in plan.indicators},
        )
        for plan in (one.plan, other.plan)
    ]
    return plans[0] != plans[1]


def _other_verdicts(theirs: pd.DataFrame, reference: pd.DataFrame, *bases: Basis) -> list[dict[str, Any]]:
    """Return the targets with another verdict, dropped and added ones too, in the order of the plans."""
    sides = [
        {str(row["target"]): (group, row) for row, group in zip(table.to_dict("records"), _groups(table), strict=True)}
        for table in (theirs, reference)
    ]
    texts = {target.id: target.text for basis in bases for target in basis.plan.targets}
    out = []
    for id, text in texts.items():
        own, other = (side.get(id) for side in sides)
        if (own and own[0]) == (other and other[0]):
            continue
        cells = {name: _cells(one) for name, one in (("theirs", own), ("reference", other))}
        out.append({"target": id, "zh": text.zh, "en": text.en, **cells})
    return out


def _cells(one: tuple[str, Mapping[Any, Any]] | None) -> dict[str, Any] | None:
    if one is None:
        return None
    group, row = one
    miss = row["p_miss"]
    return {"status": group, "p_met": None if miss is None or miss != miss else round(1.0 - float(miss), 4)}
