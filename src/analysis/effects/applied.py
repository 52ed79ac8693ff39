"""The designs applied to what is known of one indicator: which one fits a measure, and which years it may compare."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.effects.did import DESIGN as DIFFERENCE
from analysis.effects.did import DiD, did
from analysis.effects.interrupted import DESIGN as INTERRUPTED
from analysis.effects.interrupted import Interrupted, interrupted_counts, interrupted_series
from analysis.effects.panel import with_values
from analysis.effects.rate_ratio import rate_ratio
from analysis.effects.result import Effect, not_judged
from analysis.effects.starts import by_start
from analysis.effects.synthetic import DESIGN as SYNTHETIC
from analysis.effects.synthetic import synthetic_control
from analysis.effects.window import Window, comparable, listed
from analysis.exceptions import Text
from analysis.plan import Indicator

RATIO_YEARS = 5  # at most, on either side of a ratio of rates
ALIKE_YEARS = 3  # at least, on either side of it where a change of definition leaves out the others


@dataclass(frozen=True)
class Material:
    """What is known of one indicator: the area's own years, and its parts by year.

    `breaks` and `shocks` are the years with a change of definition and with a declared special event, in the area or
    any of its parts, also where the year has no value.
    """

    indicator: Indicator
    series: pd.DataFrame
    panel: pd.DataFrame
    events: pd.DataFrame
    people: pd.DataFrame
    breaks: tuple[int, ...] = ()
    shocks: tuple[int, ...] = ()

    @property
    def counted(self) -> bool:
        """Return whether the indicator is a rate of rare events with known counts."""
        return self.indicator.statistic == "poisson" and bool(self.series["numerator"].notna().any())

    def within(self, start: int) -> Window:
        """Return the area's own years that may be compared across a start."""
        return comparable(self.series["time_period"].astype(int), start, self.breaks, self.shocks)


def interrupted(known: Material, start: int) -> Interrupted:
    """Return the area's own series before and after the start: counts where they are known, else values.

    Only years of one definition are compared, special years left out (`analysis.effects.window`).
    """
    window = known.within(start)
    scale = "ratio" if known.counted else "difference"
    if window.broken is not None:
        empty = np.empty(0)
        nothing = not_judged(INTERRUPTED, scale, len(window.before), len(window.after), window.broken)
        return Interrupted(nothing, empty.astype(int), empty, empty)
    kept = known.series[known.series["time_period"].isin(window.years)]
    years = kept["time_period"].to_numpy(int)
    if known.counted:
        counts, people = (kept[name].to_numpy(float) for name in ("numerator", "denominator"))
        found = interrupted_counts(years, counts, people, start, events=known.shocks)
    else:
        found = interrupted_series(years, kept["obs_value"].to_numpy(float), start, events=known.shocks)
    return replace(found, effect=found.effect.noted(*window.notes))


def apart(known: Material, start: int, areas: tuple[str, ...]) -> DiD:
    """Return the parts with the measure beside those without: rates of events in per cent, else in their unit."""
    scale: Literal["difference", "ratio"] = "ratio" if known.counted else "difference"
    panel, notes, lacking = _panel(known, start, areas)
    if lacking is not None:
        nothing = pd.Series(dtype=float)
        return DiD(not_judged(DIFFERENCE, scale, 0, 0, lacking), nothing, nothing, pd.DataFrame({"year": []}))
    found = did(panel, areas, start, scale)
    return replace(found, effect=found.effect.noted(*notes))


def _panel(known: Material, start: int, areas: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[Text, ...], Text | None]:
    """Return the parts' values in years of one definition, what is to be said of them, and why they cannot be compared.

    Special years stay: the areas without the measure lived through them too.
    """
    panel = known.panel.dropna(axis=1, how="all")
    given = with_values(panel, areas)
    if not given:
        return panel, (), Text("实施地区没有该指标的数据", "the areas with the measure have no data on the indicator")
    window = comparable(panel.columns.astype(int), start, known.breaks)
    if window.broken is not None:
        return panel, (), window.broken
    notes = list(window.notes)
    if len(given) < len(areas):
        gone = len(areas) - len(given)
        notes.append(Text(f"实施地区中{gone}个没有数据，未计入", f"{gone} areas with the measure have no data"))
    special = [year for year in known.shocks if year in window.years]
    if special:
        when = listed(special)
        said = (
            f"{when.zh}年为特殊事件年份，各地区同样经历，未剔除",
            f"special years kept, alike in all areas: {when.en}",
        )
        notes.append(Text(*said))
    return panel.loc[:, panel.columns.isin(window.years)], tuple(notes), None


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
            yield _alone(known, start, areas[0])
    else:
        yield interrupted(known, start).effect
    if known.counted:
        yield _ratio(known, start, areas)


def _alone(known: Material, start: int, area: str) -> Effect:
    """Return the effect of a measure taken in one area against a synthetic control, years of one definition only."""
    panel, notes, lacking = _panel(known, start, (area,))
    if lacking is None:
        return synthetic_control(panel, area, start).effect.noted(*notes)
    return not_judged(SYNTHETIC, "difference", 0, 0, lacking)


def _ratio(known: Material, start: int, areas: tuple[str, ...]) -> Effect:
    """Return the ratio of rates over as many years after the start as before it, all of one definition.

    Of several areas only years count in which every one with data has its events and people.
    """
    if areas:
        given = with_values(known.panel, areas)
        both = known.events.notna() & known.people.notna()
        own = [part.where(both).reindex(given) for part in (known.events, known.people)]
        sums = (part.sum(min_count=max(len(given), 1)) for part in own)
        table = pd.DataFrame(dict(zip(("events", "people"), sums, strict=True)))
    else:
        table = known.series.set_index("time_period")[["numerator", "denominator"]]
        table.columns = pd.Index(["events", "people"])
    table = table.dropna()
    window = comparable(table.index.astype(int), start, known.breaks, known.shocks, RATIO_YEARS, ALIKE_YEARS)
    before, after = (table[table.index.isin(years)].sum() for years in (window.before, window.after))
    sides = len(window.before), len(window.after)
    if window.broken is not None:
        return not_judged("rate_ratio", "ratio", *sides, window.broken)
    found = rate_ratio(before["events"], before["people"], after["events"], after["people"], *sides)
    return found.noted(*window.notes)
