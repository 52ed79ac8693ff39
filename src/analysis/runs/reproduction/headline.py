"""What the differences do to the result: the run judged again with the reference's rules, plan, data and settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from analysis.narrative.facts import FAVOURABLE, VERDICTS
from analysis.pipeline import Pipeline

_UNJUDGED = ("no_data", "qualitative")


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


def headline(theirs: Pipeline, reference: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the counts of verdicts step by step, and each verdict that is another one with the reference.

    Parameters
    ----------
    theirs : Pipeline
        The run's own stages, its verdicts and forecasts stored.
    reference : mapping
        By part that differs (rules, plan, data, settings, in this order), what it sets of the pipeline. Forecasts are
        made anew only from the step on at which the series are others.
    """
    steps, made = [counted("theirs", theirs.assessments)], theirs
    for name, facts in reference.items():
        changed = replace(made, stored={}, **facts)
        kept = {} if _series_differ(made, changed) else {"forecasts": made.forecasts}
        made = replace(changed, stored=kept)
        steps.append(counted(name, made.assessments))
    return {"steps": [asdict(one) for one in steps], "verdicts": _other_verdicts(theirs, made)}


def _series_differ(one: Pipeline, other: Pipeline) -> bool:
    """Return whether another pipeline forecasts other series, or further ahead."""
    if (one.as_of, one.area, one.model) != (other.as_of, other.area, other.model) or one.dataset is not other.dataset:
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


def _other_verdicts(*pipelines: Pipeline) -> list[dict[str, Any]]:
    """Return the targets with another verdict, dropped and added ones too, in the order of the plans."""
    sides = [
        {str(row["target"]): (group, row) for row, group in zip(table.to_dict("records"), _groups(table), strict=True)}
        for table in (one.assessments for one in pipelines)
    ]
    texts = {target.id: target.text for one in pipelines for target in one.plan.targets}
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
