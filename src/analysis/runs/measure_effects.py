"""The effects of a plan's measures from a run's data: each on the indicators it names, by every design that fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.assessment.volatility import benjamini_hochberg
from analysis.effects import Effect
from analysis.effects.applied import Material, apart, by_starts, effects_of, interrupted
from analysis.exceptions import Text, Where, usage
from analysis.formats import SCALE
from analysis.places import ROOT
from analysis.plan import Measure
from analysis.runs.public import withhold_effects
from analysis.runs.run import Run
from analysis.schema import BREAKDOWNS, EFFECTS, TOTAL

__all__ = ["Focus", "apart", "by_starts", "drawn", "effects_of", "effects_run", "focus", "material", "tobacco"]


def material(run: Run, indicator: str) -> Material:
    """Return what the run knows of an indicator, for everybody."""
    table = run.observations
    own = table[(table["indicator"] == indicator) & (table[list(BREAKDOWNS)] == TOTAL).all(axis=1)]
    parts = own[own["ref_area"].isin(run.dataset.parts_of(run.area))]
    wide = {
        name: parts.pivot(index="ref_area", columns="time_period", values=name)
        for name in ("obs_value", "numerator", "denominator")
    }
    series = own[(own["ref_area"] == run.area) & own["obs_value"].notna()].sort_values("time_period")
    ours = own[own["ref_area"].isin([run.area, *run.dataset.parts_of(run.area)])]
    breaks, shocks = (
        tuple(sorted({int(year) for year in ours.loc[ours["obs_status"] == status, "time_period"]}))
        for status in ("B", "S")
    )
    tables = wide["obs_value"], wide["numerator"], wide["denominator"]
    return Material(run.plan.indicator(indicator), series, *tables, breaks, shocks)


def effects_run(run: Run) -> pd.DataFrame:
    """Work out and save the table `effects`: a row for each measure, indicator and design, also where it cannot judge.

    A p-value is adjusted for the number of tests of designs that may say more than weak (Benjamini-Hochberg), each
    test once however many measures act on the indicator; the grade is that of the adjusted one.
    """
    known: dict[str, Material] = {}
    tests: dict[tuple[str, int, tuple[str, ...]], list[Effect]] = {}
    pairs: list[tuple[Measure, tuple[str, int, tuple[str, ...]]]] = []
    for measure in run.plan.measures:
        for indicator in run.plan.indicators_of(measure):
            if indicator.statistic == "milestone":
                continue
            key = (indicator.id, run.plan.start_of(measure), measure.areas)
            pairs.append((measure, key))
            if key not in tests:
                known.setdefault(indicator.id, material(run, indicator.id))
                tests[key] = list(effects_of(known[indicator.id], *key[1:]))
    adjusted = _adjusted([one for found in tests.values() for one in found])
    rows = [_row(run, measure, key, one, adjusted) for measure, key in pairs for one in tests[key]]
    table = EFFECTS.build(pd.DataFrame(rows)) if rows else EFFECTS.empty()
    if run.public:
        table = withhold_effects(table, run.observations)
    run.save(table, "effects")
    return table


def _adjusted(effects: list[Effect]) -> dict[int, float]:
    """Return the adjusted p-value of each effect that may be more than weak, by its identity."""
    tested = [one for one in effects if one.design != "rate_ratio" and np.isfinite(one.p_value)]
    if not tested:
        return {}
    raised = benjamini_hochberg(np.array([one.p_value for one in tested]))
    return {id(one): float(p) for one, p in zip(tested, raised, strict=True)}


def _row(
    run: Run, measure: Measure, key: tuple[str, int, tuple[str, ...]], effect: Effect, adjusted: dict[int, float]
) -> dict[str, object]:
    p = adjusted.get(id(effect))
    graded = effect if p is None else effect.graded(p)
    numbers = {name: getattr(effect, name) for name in ("estimate", "lower_95", "upper_95", "p_value")}
    return {
        "measure": measure.id,
        "indicator": key[0],
        "design": effect.design,
        "ref_area": ";".join(key[2]) or run.area,
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


@dataclass(frozen=True)
class Focus:
    """One measure and one indicator to look at, with its start and the areas it is taken in."""

    measure: Measure | None
    known: Material
    start: int
    areas: tuple[str, ...]


def drawn(known: Material, start: int) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Return an indicator's own years, what was to be expected without the measure, and the fit, in its unit.

    The last two are empty where the minimum data of an interrupted series are not there.
    """
    found = interrupted(known, start)
    scale = SCALE[known.indicator.unit] if known.counted else 1.0
    observed = known.series.set_index("time_period")["obs_value"]
    observed.index = observed.index.astype(int)
    expected, fitted = (
        pd.Series(part * scale, index=found.years).dropna() for part in (found.counterfactual, found.fitted)
    )
    return observed, expected, fitted


def focus(run: Run, measure: str | None, indicator: str | None, start: int | None, treated: list[str]) -> Focus | None:
    """Return what to look at: what is given, else the first measure and indicator with the most to say.

    None where the plan has no measure with an annual indicator and no indicator is given.

    Raises
    ------
    UsageError
        The plan has no such measure or indicator, or the data no such area.
    """
    plan = run.plan
    table = run.table("effects")
    rows = table[table["measure"] == measure] if measure else table
    _known(measure, {one.id for one in plan.measures}, "measure")
    _known(indicator, {one.id for one in plan.indicators}, "indicator")
    for area in treated:
        _known(area, set(run.dataset.parts_of(run.area)), "treated")
    if indicator is None:
        ranked = rows.assign(years=rows["before"] + rows["after"], blank=rows["estimate"].isna())
        ranked = ranked.sort_values(["blank", "p_value", "years"], ascending=[True, True, False], kind="stable")
        if not len(ranked):
            return None
        measure, indicator = measure or str(ranked["measure"].iloc[0]), str(ranked["indicator"].iloc[0])
    own = next((one for one in plan.measures if one.id == measure), None)
    begun = start or (plan.start_of(own) if own else plan.start_year)
    return Focus(own, material(run, indicator), begun, tuple(treated) or (own.areas if own else ()))


def _known(name: str | None, names: set[str], item: str) -> None:
    if name is None or name in names:
        return
    listed = sorted(names)
    raise usage(
        Text(f"没有 {name}", f"there is no {name}"),
        Where(item=item),
        Text(f"下列之一：{'、'.join(listed)}", f"one of: {', '.join(listed)}"),
        Text(f"请更正参数 {item}。", f"Correct the parameter {item}."),
    )


def tobacco() -> pd.DataFrame:
    """Return the worked example: packs of cigarettes sold a person, by state and year (`data/examples/README.md`)."""
    table = pd.read_csv(ROOT / "data" / "examples" / "cigarette_sales_us.csv")
    return table.pivot(index="ref_area", columns="time_period", values="obs_value")
