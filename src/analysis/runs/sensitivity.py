"""The same judgement on slightly other data: what would flip a verdict."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.assessment.judge import assess
from analysis.formats import SCALE
from analysis.models import forecast
from analysis.models.average import AveragedTrend
from analysis.runs.public import learnt_of
from analysis.runs.rounds import trend_series
from analysis.runs.run import Run
from analysis.schema import BREAKDOWNS, OBSERVATIONS, series_id


def variants(run: Run) -> dict[str, pd.DataFrame]:
    """Return the assessments of the run's targets on each variant of its data.

    Without each series' last year, with one event more or fewer in it, and with the year before as the baseline. The
    forecasts of a variant are made by the default model with the weights learnt from the data as they are, so that
    only the variant differs.
    """
    observed = run.observations
    series = [one for one in trend_series(run.plan, observed, run.as_of) if len(one) > 1]
    kept = run.round.learnt if run.round else learnt_of(run.folder / "inputs")
    learnt = AveragedTrend().learn(series) if kept is None else kept
    # only the totals of the area itself: a street's event is the district's too, and is already in it
    own = (observed["ref_area"] == run.area) & (observed[list(BREAKDOWNS)] == "_T").all(axis=1)
    out = {}
    for name, table in changed_tables(observed, own, run.plan.baseline_year):
        if name == "baseline":
            forecasts = run.table("forecasts")
        else:
            changed = trend_series(run.plan, table, run.as_of)
            forecasts, _ = forecast(changed, last_year=run.plan.end_year, learnt=learnt)
        parts = run.dataset.parts_of(run.area)
        out[name] = assess(run.plan, table, forecasts, run.rules, run.as_of, run.area, parts)
    return out


def changed_tables(
    observed: pd.DataFrame, counted: pd.Series, baseline_year: int
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each variant of the observations by its name; `counted` marks the rows that get an event more or fewer."""
    seen = observed["obs_value"].notna()
    last = observed[seen].groupby(series_id(observed[seen]))["time_period"].transform("max")
    is_last = (last == observed.loc[seen, "time_period"]).reindex(observed.index, fill_value=False)
    yield "last_year", OBSERVATIONS.build(observed[~is_last])
    own = is_last & counted
    for name, more in (("one_more", 1), ("one_fewer", -1)):
        yield name, OBSERVATIONS.build(_shifted(observed, own, more))
    yield "baseline", OBSERVATIONS.build(observed[observed["time_period"] != baseline_year])


def _shifted(observed: pd.DataFrame, rows: pd.Series, more: int) -> pd.DataFrame:
    """Return the observations with one event more or fewer in the rows that are counts."""
    table = observed.copy()
    scale = table["unit"].map(SCALE).astype(float)
    events, people = table["numerator"] + more, table["denominator"]
    possible = rows & scale.notna() & events.between(0, np.where(scale == 100, people, np.inf)) & (people > 0)
    table.loc[possible, "numerator"] = events[possible]
    table.loc[possible, "obs_value"] = (events / people * scale)[possible]
    return table
