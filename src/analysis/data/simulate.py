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

from analysis.data.draws import AGES, SEXES, District, Draw, draw
from analysis.data.shapes import Shape, read_shapes
from analysis.formats import SCALE, base_unit
from analysis.plan import Indicator, Plan
from analysis.schema import OBSERVATIONS, TOTAL

SOURCE, NOTE = "SIMULATED", "模拟数据"
SHOCK_YEARS = (2020, 2021, 2022)
MIDDLE = 2020  # the year of a shape's `mid`, where it lies between the first and the last
Drawn = dict[int, tuple[Draw, float]]


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
    return drawn_district(plan, plan.area, read_shapes(folder / "shapes.csv"), _district(folder), years, [seed])


def drawn_district(
    plan: Plan,
    area: str,
    shapes: Sequence[Shape],
    district: District,
    years: Sequence[int],
    seed: Sequence[int],
    streets: bool = True,
) -> pd.DataFrame:
    """Return the simulated observations of one district, `area`, around its shapes; `streets`: its parts too."""
    drawn: dict[str, Drawn] = {}
    rows: list[dict[str, Any]] = []
    for shape in _wholes_first(shapes):
        indicator = plan.indicator(shape.indicator)
        rng = np.random.default_rng([*seed, *shape.indicator.encode()])
        drawn[indicator.id] = {}
        one = Simulation(area, indicator, shape, district, drawn.get(shape.within, {}), drawn[indicator.id], rng)
        for row in one.rows(np.asarray(years)):
            if streets or row["ref_area"] == area:
                rows.append({**row, "indicator": indicator.id, "unit": base_unit(indicator.unit)})
    frame = pd.DataFrame(rows).assign(group=TOTAL, source=SOURCE, vintage=f"{max(years) + 1}-03")
    return OBSERVATIONS.build(frame)


def _wholes_first(shapes: Sequence[Shape]) -> list[Shape]:
    """Return the shapes so that a count comes after the one it is part of."""
    by_name = {shape.indicator: shape for shape in shapes}

    def depth(shape: Shape) -> int:
        return 1 + depth(by_name[shape.within]) if shape.within in by_name else 0

    return sorted(shapes, key=depth)


def _district(folder: Path) -> District:
    areas = pd.read_csv(folder / "areas.csv", dtype={"code": str, "parent": str})
    below = areas[areas["share"].notna()]
    shares = below["share"].to_numpy(float)
    return District(tuple(below["code"]), shares / shares.sum(), (below["level"] == "town").to_numpy())


def _levels(indicator: Indicator, shape: Shape, years: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the underlying level of each year on the indicator's scale."""
    middle = MIDDLE if years[0] < MIDDLE < years[-1] else (years[0] + years[-1]) / 2
    path = PchipInterpolator([years[0], middle, years[-1]], [shape.start, shape.mid, shape.end])(years)
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


@dataclass(frozen=True)
class Simulation:
    """One indicator about to be drawn: where, how, within which other count, from which stream."""

    area: str
    indicator: Indicator
    shape: Shape
    district: District
    within: Drawn
    own: Drawn
    rng: np.random.Generator

    def rows(self, years: np.ndarray) -> Iterator[dict[str, Any]]:
        """Yield the rows of every year: the district's, and those of each breakdown."""
        shape = self.shape
        levels = _levels(self.indicator, shape, years, self.rng)
        for year, level in zip(years.tolist(), levels.tolist(), strict=True):
            if year < shape.first_year:
                continue
            if year in shape.missing_years:
                yield _row(self.area, year, None, status="M", note=f"{NOTE}：当年缺报")
                continue
            if shape.break_year is not None and year >= shape.break_year:
                level *= shape.break_factor
            status = "S" if shape.shock and year in SHOCK_YEARS else "A"
            status = "B" if year == shape.break_year else status
            note = {"B": f"{NOTE}：{shape.note_zh}", "S": f"{NOTE}：模拟的特殊事件"}.get(status, NOTE)
            people = shape.people(year, int(years[0]), int(years[-1]))
            per = SCALE.get(self.indicator.unit)
            if people is None or per is None:
                yield _row(self.area, year, round(level, self.indicator.decimals), status, note)
                continue
            one = draw(self.indicator, shape, self.district, level / per, people, self.within.get(year), self.rng)
            self.own[year] = (one, level / per)
            for cell in self._cells(one):
                rate = round(cell["numerator"] / cell["denominator"] * per, 4)
                yield {**_row(self.area, year, rate, status, note), **cell}

    def _cells(self, one: Draw) -> Iterator[dict[str, Any]]:
        rural = self.district.rural
        yield _cell(one.street.sum(), one.people.sum())
        breakdowns = self.indicator.disaggregations
        if "street" in breakdowns:
            for code, n, d in zip(self.district.codes, one.street, one.people, strict=True):
                yield _cell(n, d, ref_area=code)
        if "residence" in breakdowns:
            for code, mask in (("U", ~rural), ("R", rural)):
                yield _cell(one.street[mask].sum(), one.people[mask].sum(), residence=code)
        if "sex" in breakdowns:
            for code, n, d in zip(SEXES, one.sex, one.sex_people, strict=True):
                yield _cell(n, d, sex=code)
        if "age" in breakdowns:
            for code, n, d in zip(AGES, one.age, one.age_people, strict=True):
                yield _cell(n, d, age=code)


def _cell(numerator: int, denominator: int, **codes: str) -> dict[str, Any]:
    return {**codes, "numerator": int(numerator), "denominator": int(denominator)}


def _row(
    area: str,
    year: int,
    value: float | None,
    status: str,
    note: str,
) -> dict[str, Any]:
    codes = dict.fromkeys(("sex", "age", "residence"), TOTAL)
    return {
        "ref_area": area,
        "time_period": year,
        **codes,
        "obs_value": value,
        "numerator": None,
        "denominator": None,
        "obs_status": status,
        "note": note,
    }
