"""The indicator of a view across streets, and beside the nation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from analysis.assessment.equity import funnel
from analysis.explore.answers import Answer
from analysis.export.peers import chance_of
from analysis.schema import of_group


@dataclass(frozen=True)
class Place:
    """The last value of one place, the 95 % interval of its count, and where it stands in the funnel of all places."""

    code: str
    name: str
    year: int
    value: float
    low: float
    high: float
    label: str


def streets(answer: Answer) -> list[Place]:
    """Return the streets of the area, or of the area above where it is a street itself; empty where there are none."""
    dataset, view = answer.dataset, answer.view
    codes = dataset.parts_of(view.area) or dataset.parts_of(answer.room.given.area)
    rows = answer.known.of(view.indicator)
    own = rows[rows["ref_area"].isin(codes) & rows["obs_value"].notna() & of_group(rows, view.breakdown)]
    last = own.sort_values("time_period").drop_duplicates("ref_area", keep="last")
    labels = _funnel(answer, rows, codes)
    out = []
    for row in last.to_dict("records"):
        low, high = chance_of(row, answer.indicator)
        code, value = str(row["ref_area"]), float(row["obs_value"])
        name = dataset.area_name(code)(view.lang)
        out.append(Place(code, name, int(row["time_period"]), value, low, high, labels.get(code, "")))
    return sorted(out, key=lambda one: one.code)


def _funnel(answer: Answer, rows: pd.DataFrame, codes: list[str]) -> dict[str, str]:
    if not answer.view.whole:
        return {}
    table = funnel(rows, replace(answer.room.plan, indicators=(answer.indicator,)), codes)
    return dict(zip(table["ref_area"], table["label"], strict=True))


def nation(answer: Answer) -> pd.DataFrame:
    """Return the published values of the same series in the larger area, without rows where there are none."""
    table = answer.benchmark
    if table is None:
        return pd.DataFrame(columns=["time_period", "obs_value", "source"])
    own = table[(table["indicator"] == answer.view.indicator) & (table["time_period"] <= answer.view.as_of)]
    return own[own["obs_value"].notna() & of_group(own, answer.view.breakdown)].sort_values("time_period")
