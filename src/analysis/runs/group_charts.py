"""What the charts of groups and sub-units draw: town and country, funnels, histories of those that stand apart."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.plan import Indicator
from analysis.runs.run import Run
from analysis.schema import BREAKDOWNS, TOTAL, is_total


def residence_gaps(run: Run, lang: Lang) -> list[tuple[str, int, float, float, int, float, float]]:
    """Return urban and rural values of each indicator that has both, in the baseline year and in the last."""
    observed = run.observations
    others = [name for name in BREAKDOWNS if name != "residence"]
    own = observed[(observed[others] == TOTAL).all(axis=1) & (observed["ref_area"] == run.area)]
    out = []
    for one in run.plan.indicators:
        rows = own[(own["indicator"] == one.id) & own["obs_value"].notna() & own["residence"].isin(["U", "R"])]
        wide = rows.pivot(index="time_period", columns="residence", values="obs_value")
        both = wide.dropna() if {"U", "R"} <= set(wide) else wide.iloc[:0]
        years = [int(year) for year in both.index]
        past = [year for year in years if year <= run.plan.baseline_year]
        if past and years[-1] > past[-1]:
            first, last = past[-1], years[-1]
            urban, rural = both["U"].to_dict(), both["R"].to_dict()
            out.append((one.name(lang), first, urban[first], rural[first], last, urban[last], rural[last]))
    return out


def funnels(run: Run, lang: Lang) -> Iterator[tuple[pd.DataFrame, Indicator, dict[str, Text], str, Lang]]:
    """Yield the funnel chart of each indicator with a street beyond the 99.8 % limits."""
    table, names = run.table("funnel"), run.dataset.area_names
    for indicator in _beyond(run):
        yield table[table["indicator"] == indicator.id], indicator, names, run.notice(lang), lang


def streets(run: Run, lang: Lang) -> Iterator[tuple[pd.DataFrame, Indicator, dict[str, Text], pd.DataFrame, str, Lang]]:
    """Yield the streets' histories of each indicator with a street beyond the 99.8 % limits."""
    observed, names = run.observations, run.dataset.area_names
    whole = observed[is_total(observed) & observed["obs_value"].notna()]
    for indicator in _beyond(run):
        own = whole[whole["indicator"] == indicator.id]
        parts = own[own["ref_area"].isin(run.dataset.parts_of(run.area))]
        yield parts, indicator, names, own[own["ref_area"] == run.area], run.notice(lang), lang


def _beyond(run: Run) -> list[Indicator]:
    table = run.table("funnel")
    found = set(table.loc[table["label"] != "within", "indicator"])
    return [one for one in run.plan.indicators if one.id in found]
