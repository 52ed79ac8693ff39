"""The effects of a plan's measures from a run's data: each on each of its indicators, by every design that fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.assessment.volatility import benjamini_hochberg
from analysis.effects import (
    Effect,
    by_start,
    did,
    interrupted_counts,
    interrupted_series,
    rate_ratio,
    synthetic_control,
)
from analysis.effects.did import DiD
from analysis.effects.interrupted import Interrupted
from analysis.exceptions import Text, Where, usage
from analysis.formats import SCALE
from analysis.places import ROOT
from analysis.plan import Indicator, Measure
from analysis.runs.run import Run
from analysis.schema import BREAKDOWNS, EFFECTS, TOTAL

RATIO_YEARS = 5  # at most, on either side of a ratio of rates


@dataclass(frozen=True)
class Material:
    """What a run knows of one indicator: the area's own years, and its parts by year."""

    indicator: Indicator
    series: pd.DataFrame
    panel: pd.DataFrame
    events: pd.DataFrame
    people: pd.DataFrame

    @property
    def counted(self) -> bool:
        """Return whether the indicator is a rate of rare events with known counts."""
        return self.indicator.statistic == "poisson" and bool(self.series["numerator"].notna().any())

    @property
    def marked(self) -> list[int]:
        """Return the years with a declared shock or change of definition."""
        return [int(year) for year in self.series.loc[self.series["obs_status"].isin(["S", "B"]), "time_period"]]


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
    return Material(run.plan.indicator(indicator), series, wide["obs_value"], wide["numerator"], wide["denominator"])


def interrupted(known: Material, start: int) -> Interrupted:
    """Return the area's own series before and after the start: counts where they are known, else values."""
    years = known.series["time_period"].to_numpy(int)
    if known.counted:
        counts, people = (known.series[name].to_numpy(float) for name in ("numerator", "denominator"))
        return interrupted_counts(years, counts, people, start, events=known.marked)
    return interrupted_series(years, known.series["obs_value"].to_numpy(float), start, events=known.marked)


def apart(known: Material, start: int, areas: tuple[str, ...]) -> DiD:
    """Return the parts with the measure beside those without: rates of events in per cent, else in their unit."""
    return did(known.panel, areas, start, "ratio" if known.counted else "difference")


def by_starts(known: Material, start: int, areas: tuple[str, ...]) -> tuple[Effect, pd.DataFrame]:
    """Return the first design's effect, and its estimate for each start year around the one given."""

    def first(year: int) -> Effect:
        return next(effects_of(known, year, areas))

    return first(start), by_start(first, start)


def effects_of(known: Material, start: int, areas: tuple[str, ...]) -> Iterator[Effect]:
    """Yield what each design says: with comparison areas where the measure is taken in some only, else the series."""
    if areas:
        yield apart(known, start, areas).effect
        if len(areas) == 1:
            yield synthetic_control(known.panel, areas[0], start).effect
    else:
        yield interrupted(known, start).effect
    if known.counted:
        yield _ratio(known, start, areas)


def _ratio(known: Material, start: int, areas: tuple[str, ...]) -> Effect:
    """Return the ratio of rates over as many years after the start as before it."""
    if areas:
        own = [known.events.index.isin(list(areas)), known.people.index.isin(list(areas))]
        table = pd.DataFrame({"events": known.events[own[0]].sum(), "people": known.people[own[1]].sum()})
    else:
        table = known.series.set_index("time_period")[["numerator", "denominator"]].dropna()
        table.columns = pd.Index(["events", "people"])
    since = table.index >= start
    years = min(int(since.sum()), int((~since).sum()), RATIO_YEARS)
    before, after = table[~since].tail(years).sum(), table[since].head(years).sum()
    return rate_ratio(before["events"], before["people"], after["events"], after["people"], years, years)


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
