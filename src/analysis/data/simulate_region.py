"""A simulated province: districts that differ in size, level and pace, and the invented shapes of their borders.

Every value is fictional; each district is drawn like the demo district (`data.simulate`), around levels of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import Voronoi

from analysis.data.areas import DISTRICT
from analysis.data.draws import District
from analysis.data.observations import AREAS
from analysis.data.shapes import Shape, read_shapes
from analysis.data.simulate import drawn_district
from analysis.plan import Indicator, Plan
from analysis.schema import OBSERVATIONS, read_table

_LEVEL, _PACE, _SIDE = 0.22, 0.16, 100.0  # spread of districts on the log (odds) scale; kilometres of the invented map


def simulate_region(plan: Plan, folder: Path, years: Sequence[int], seed: int) -> pd.DataFrame:
    """Return the simulated observations of every district in `folder/areas.csv`.

    Parameters
    ----------
    plan : Plan
        Gives units, bounds and breakdowns of the indicators.
    folder : Path
        Holds `shapes.csv` (typical levels) and `areas.csv`, whose `share` is a district's size beside them.
    years : sequence of int
    seed : int
        Each district draws from a stream of its own, so that a new one changes no other.
    """
    tables = []
    for row in _districts(folder):
        code, size = str(row["code"]), float(row["share"])
        rng = np.random.default_rng([seed, *code.encode()])
        rural = float(rng.uniform(0.15, 0.6))
        district = District((f"{code}U", f"{code}R"), np.array([1 - rural, rural]), np.array([False, True]))
        effect = rng.normal(0, _LEVEL)
        shapes = [_own(one, plan.indicator(one.indicator), size, effect, rng) for one in _shapes(folder)]
        tables.append(drawn_district(plan, code, shapes, district, years, [seed, *code.encode()], streets=False))
    return OBSERVATIONS.build(pd.concat(tables))


def _districts(folder: Path) -> list[dict[Any, Any]]:
    areas = read_table(folder / "areas.csv", AREAS)
    return areas[areas["level"] == DISTRICT].to_dict("records")


def _shapes(folder: Path) -> list[Shape]:
    return read_shapes(folder / "shapes.csv")


def _own(shape: Shape, indicator: Indicator, size: float, effect: float, rng: np.random.Generator) -> Shape:
    """Return the shape of one district: better or worse throughout, faster or slower, larger or smaller."""
    worse = 1 if indicator.direction == "lower_is_better" else -1
    level = worse * effect + rng.normal(0, _LEVEL / 2)
    pace = rng.normal(0, _PACE)
    upper = indicator.upper if indicator.unit == "percent" else None

    def moved(value: float, by: float) -> float:
        if upper is None or value >= upper:
            return float(value * np.exp(by))
        odds = value / (upper - value) * np.exp(by)
        return float(upper * odds / (1 + odds))

    people = None if shape.denominators is None else (shape.denominators[0] * size, shape.denominators[1] * size)
    ends = (moved(shape.start, level), moved(shape.mid, level + pace / 2), moved(shape.end, level + pace))
    return replace(shape, start=ends[0], mid=ends[1], end=ends[2], denominators=people)


def borders(folder: Path, seed: int) -> dict[str, Any]:
    """Return invented borders of the districts as GeoJSON: cities as clusters of points, their Voronoi cells.

    References
    ----------
    RFC 7946 for the format; the coordinates are kilometres on no real map.
    """
    rng, rows = np.random.default_rng(seed), _districts(folder)
    cities = sorted({str(row["parent"]) for row in rows})
    turn = 2 * np.pi * np.arange(len(cities)) / len(cities)
    middles = dict(zip(cities, _SIDE / 2 + _SIDE / 4 * np.column_stack([np.cos(turn), np.sin(turn)]), strict=True))
    points = np.array([middles[str(row["parent"])] + rng.uniform(-_SIDE / 6, _SIDE / 6, 2) for row in rows])
    features = [
        {
            "type": "Feature",
            "properties": {"code": str(row["code"]), "simulated": True},
            "geometry": {"type": "Polygon", "coordinates": [_ring(corners)]},
        }
        for row, corners in zip(rows, _cells(points), strict=True)
    ]
    return {"type": "FeatureCollection", "features": features}


def _cells(points: np.ndarray) -> list[np.ndarray]:
    """Return the Voronoi cell of each point within a square: points mirrored at its sides close the outer cells."""
    mirrored = [points]
    for axis in (0, 1):
        for side in (0.0, _SIDE):
            copy = points.copy()
            copy[:, axis] = 2 * side - copy[:, axis]
            mirrored.append(copy)
    found = Voronoi(np.concatenate(mirrored))
    return [found.vertices[found.regions[found.point_region[k]]] for k in range(len(points))]


def _ring(corners: np.ndarray) -> list[list[float]]:
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(*(corners - middle).T[::-1]))
    ring = corners[order].round(2).tolist()
    return [*ring, ring[0]]
