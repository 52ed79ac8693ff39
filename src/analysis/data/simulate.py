"""The simulated demo district: counts drawn around declared shapes, from one seed.

Every value is fictional. Deaths and cases are Poisson, shares of people binomial, around a smooth path
with a little extra variation; parts add up to totals. What is drawn is decided by `shapes.csv` and
`areas.csv` of the data folder and by the plan's indicators; nothing here knows a district.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from analysis.data.shapes import SHAPES, Shape, read_shapes
from analysis.formats import SCALE
from analysis.plan import Indicator, Plan
from analysis.schema import OBSERVATIONS, TOTAL

__all__ = ["SHAPES", "simulate"]
SOURCE, NOTE = "SIMULATED", "模拟数据"
SHOCK_YEARS = (2020, 2021, 2022)
AGES = {"Y0T4": 0.24, "Y5T9": 0.28, "Y10T14": 0.29, "Y15T17": 0.19}
MALE_SHARE = 0.52


@dataclass(frozen=True)
class Part:
    """A street or town: its share of the district's people and whether it is rural."""

    code: str
    share: float
    rural: bool


def simulate(plan: Plan, folder: Path, years: Sequence[int], seed: int) -> pd.DataFrame:
    """Return the simulated observations of every indicator in `folder/shapes.csv`.

    Parameters
    ----------
    plan : Plan
        Gives units, bounds and breakdowns of the indicators.
    folder : Path
        Holds `shapes.csv` (levels, denominators, shocks) and `areas.csv` (streets, towns).
    years : sequence of int
    seed : int
        Each indicator draws from a stream of its own, so that a new indicator changes no other.
    """
    parts = _parts(folder)
    rows: list[dict[str, Any]] = []
    for shape in read_shapes(folder / "shapes.csv"):
        indicator = plan.indicator(shape.indicator)
        rng = np.random.default_rng([seed, *shape.indicator.encode()])
        for row in _rows(plan.area, indicator, shape, parts, np.asarray(years), rng):
            rows.append({**row, "indicator": indicator.id, "unit": indicator.unit})
    frame = pd.DataFrame(rows).assign(group=TOTAL, source=SOURCE, vintage=f"{max(years) + 1}-03")
    return OBSERVATIONS.build(frame)


def _parts(folder: Path) -> list[Part]:
    areas = pd.read_csv(folder / "areas.csv", dtype={"code": str, "parent": str})
    below = areas[areas["share"].notna()]
    columns = (below[name].tolist() for name in ("code", "share", "level"))
    return [Part(code, float(share), level == "town") for code, share, level in zip(*columns, strict=True)]


def _levels(indicator: Indicator, shape: Shape, years: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the underlying level of each year on the indicator's scale."""
    path = PchipInterpolator([years[0], 2020, years[-1]], [shape.start, shape.mid, shape.end])(years)
    wander = np.zeros(len(years))
    for t in range(1, len(years)):
        wander[t] = 0.6 * wander[t - 1] + rng.normal(0, shape.noise)
    if indicator.unit == "percent" and indicator.upper is not None:
        room = np.minimum(path, indicator.upper - path)
        level = path + 2 * wander * room
        level = np.where(np.isin(years, SHOCK_YEARS), level * (1 + shape.shock), level)
        return np.asarray(np.clip(level, 0.05, indicator.upper - 0.02))
    level = path * np.exp(wander)
    return np.asarray(np.where(np.isin(years, SHOCK_YEARS), level * (1 + shape.shock), level))


def _rows(
    area: str, indicator: Indicator, shape: Shape, parts: list[Part], years: np.ndarray, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    levels = _levels(indicator, shape, years, rng)
    for year, level in zip(years.tolist(), levels.tolist(), strict=True):
        if year < shape.first_year:
            continue
        if year in shape.missing_years:
            yield _row(area, year, None, None, None, status="M", note=f"{NOTE}：当年缺报")
            continue
        changed = shape.break_year is not None and year >= shape.break_year
        level *= shape.break_factor if changed else 1.0
        status = "B" if year == shape.break_year else "A"
        note = f"{NOTE}：{shape.note_zh}" if status == "B" else NOTE
        people = shape.people(year, int(years[0]), int(years[-1]))
        per = SCALE.get(indicator.unit)
        if people is None or per is None or indicator.statistic not in ("poisson", "binomial", "ratio"):
            yield _row(area, year, round(level, indicator.decimals), None, None, status, note)
            continue
        for cell in _cells(area, indicator, shape, parts, level / per, people, rng):
            rate = round(cell["numerator"] / cell["denominator"] * per, 4)
            yield {**_row(area, year, rate, None, None, status, note), **cell}


def _cells(
    area: str,
    indicator: Indicator,
    shape: Shape,
    parts: list[Part],
    rate: float,
    people: float,
    rng: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    """Yield the district's count and denominator, and those of each breakdown; parts add up."""
    shares = np.array([part.share for part in parts])
    rural = np.array([part.rural for part in parts])
    size = np.maximum(np.round(people * shares), 1).astype(int)
    relative = np.where(rural, shape.rural_level, 1.0)
    relative /= (relative * shares).sum()
    failing = np.array([part.code.endswith(shape.failing_area) if shape.failing_area else False for part in parts])
    local = rate * relative * np.where(failing, 1 + shape.failing_effect, 1.0)
    capped = indicator.upper is not None and indicator.unit == "percent"
    if indicator.statistic == "poisson":
        count = rng.poisson(local * size)
    elif indicator.statistic == "binomial" and capped:
        count = rng.binomial(size, np.clip(local, 0, 1))
    else:
        count = np.round(local * size).astype(int)
    total = {"numerator": int(count.sum()), "denominator": int(size.sum())}
    yield total
    breakdowns = indicator.disaggregations
    if "street" in breakdowns:
        for part, n, d in zip(parts, count.tolist(), size.tolist(), strict=True):
            yield {"ref_area": part.code, "numerator": n, "denominator": d}
    if "residence" in breakdowns:
        for code, mask in (("U", ~rural), ("R", rural)):
            yield {"residence": code, "numerator": int(count[mask].sum()), "denominator": int(size[mask].sum())}
    if "sex" in breakdowns:
        weights = np.array([MALE_SHARE * shape.male_level, 1 - MALE_SHARE])
        yield from _split(total, ("M", "F"), "sex", np.array([MALE_SHARE, 1 - MALE_SHARE]), weights, capped, rng)
    if "age" in breakdowns:
        ages = np.array(list(AGES.values()))
        yield from _split(total, tuple(AGES), "age", ages, ages, capped, rng)


def _split(
    total: dict[str, int],
    codes: tuple[str, ...],
    column: str,
    shares: np.ndarray,
    weights: np.ndarray,
    capped: bool,
    rng: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    """Split a total by codes; the rarer of events and non-events is split, so no part exceeds its people."""
    sizes = np.floor(total["denominator"] * shares).astype(int)
    sizes[0] += total["denominator"] - sizes.sum()
    events = total["numerator"]
    inverted = capped and events * 2 > total["denominator"]
    rare = total["denominator"] - events if inverted else events
    inverse = (2 * shares - weights / weights.sum()) if inverted else weights / weights.sum()
    split = rng.multinomial(rare, np.clip(inverse, 0, None) / np.clip(inverse, 0, None).sum())
    if capped:
        split = np.minimum(split, sizes)
        split[int(np.argmax(sizes - split))] += rare - split.sum()
    counts = sizes - split if inverted else split
    for code, n, d in zip(codes, counts.tolist(), sizes.tolist(), strict=True):
        yield {column: code, "numerator": n, "denominator": d}


def _row(
    area: str,
    year: int,
    value: float | None,
    numerator: int | None,
    denominator: int | None,
    status: str,
    note: str,
) -> dict[str, Any]:
    codes = dict.fromkeys(("sex", "age", "residence"), TOTAL)
    return {
        "ref_area": area,
        "time_period": year,
        **codes,
        "obs_value": value,
        "numerator": numerator,
        "denominator": denominator,
        "obs_status": status,
        "note": note,
    }
