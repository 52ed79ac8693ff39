"""The effects of a plan's measures: each on the indicators it names, by every design that fits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.assessment.volatility import benjamini_hochberg
from analysis.effects import Effect
from analysis.effects.applied import Material, effects_of
from analysis.plan import Measure, Plan
from analysis.schema import EFFECTS, is_total

Test = tuple[str, int, tuple[str, ...]]  # indicator, start, areas


def material(plan: Plan, observed: pd.DataFrame, area: str, parts: Sequence[str], indicator: str) -> Material:
    """Return what is known of an indicator, for everybody.

    Parameters
    ----------
    plan : Plan
    observed : DataFrame
        An `OBSERVATIONS` table with one row a series and year.
    area : str
    parts : sequence of str
        Codes of the areas directly below it.
    indicator : str
    """
    own = observed[(observed["indicator"] == indicator) & is_total(observed)]
    below = own[own["ref_area"].isin(parts)]
    wide = {
        name: below.pivot(index="ref_area", columns="time_period", values=name)
        for name in ("obs_value", "numerator", "denominator")
    }
    series = own[(own["ref_area"] == area) & own["obs_value"].notna()].sort_values("time_period")
    ours = own[own["ref_area"].isin([area, *parts])]
    breaks, shocks = (
        tuple(sorted({int(year) for year in ours.loc[ours["obs_status"] == status, "time_period"]}))
        for status in ("B", "S")
    )
    tables = wide["obs_value"], wide["numerator"], wide["denominator"]
    return Material(plan.indicator(indicator), series, *tables, breaks, shocks)


def effects_table(plan: Plan, observed: pd.DataFrame, area: str, parts: Sequence[str]) -> pd.DataFrame:
    """Return an `EFFECTS` table: a row for each measure, indicator and design, also where it cannot judge.

    A p-value is adjusted for the number of tests of designs that may say more than weak (Benjamini-Hochberg), each
    test once however many measures act on the indicator; the grade is that of the adjusted one.

    Parameters
    ----------
    plan, observed, area, parts
        As of `material`.
    """
    known: dict[str, Material] = {}
    tests: dict[Test, list[Effect]] = {}
    pairs: list[tuple[Measure, Test]] = []
    for measure in plan.measures:
        for indicator in plan.indicators_of(measure):
            if indicator.statistic == "milestone":
                continue
            key = (indicator.id, plan.start_of(measure), measure.areas)
            pairs.append((measure, key))
            if key not in tests:
                if indicator.id not in known:
                    known[indicator.id] = material(plan, observed, area, parts, indicator.id)
                tests[key] = list(effects_of(known[indicator.id], *key[1:]))
    adjusted = _adjusted([one for found in tests.values() for one in found])
    rows = [_row(area, measure, key, one, adjusted) for measure, key in pairs for one in tests[key]]
    return EFFECTS.build(pd.DataFrame(rows)) if rows else EFFECTS.empty()


def _adjusted(effects: list[Effect]) -> dict[int, float]:
    """Return the adjusted p-value of each effect that may be more than weak, by its identity."""
    tested = [one for one in effects if one.design != "rate_ratio" and np.isfinite(one.p_value)]
    if not tested:
        return {}
    raised = benjamini_hochberg(np.array([one.p_value for one in tested]))
    return {id(one): float(p) for one, p in zip(tested, raised, strict=True)}


def _row(area: str, measure: Measure, key: Test, effect: Effect, adjusted: dict[int, float]) -> dict[str, object]:
    p = adjusted.get(id(effect))
    graded = effect if p is None else effect.graded(p)
    numbers = {name: getattr(effect, name) for name in ("estimate", "lower_95", "upper_95", "p_value")}
    return {
        "measure": measure.id,
        "indicator": key[0],
        "design": effect.design,
        "ref_area": ";".join(key[2]) or area,
        "start_year": key[1],
        "before": effect.before,
        "after": effect.after,
        "scale": effect.scale,
        **{name: value if np.isfinite(value) else None for name, value in numbers.items()},
        "p_adjusted": p,
        "grade": graded.grade,
        "reason": graded.reason.zh,
        "reason_en": graded.reason.en,
    }
