"""The made-up world the tables are about: two plans, their areas, and one number for every key."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOTAL = "_T"
SCALE = {"percent": 100, "per_1000": 1000, "per_10000": 10_000, "per_100000": 100_000}
SCALE |= dict.fromkeys(("persons_per_1000", "beds_per_1000", "places_per_1000"), 1000)
UNITS = {
    "percent": "%", "per_1000": "‰", "per_100000": "1/10万", "count": "个", "yuan": "元", "hours": "小时", "ratio": "",
    "persons_per_1000": "名/千人", "beds_per_1000": "张/千人", "places_per_1000": "个/千人",
    "ten_thousand_yuan": "万元", "ten_thousand_m2": "万平方米", "hundred_million_yuan": "亿元",
}  # fmt: skip
# from, to, decimals; by unit, then by indicator
_SPAN: dict[str, tuple[float, float, int]] = {
    "percent": (38, 96, 1), "per_1000": (2.5, 6.5, 1), "per_100000": (6, 18, 1), "count": (6, 40, 0),
    "yuan": (1400, 2300, 0), "hours": (7.6, 9.4, 1), "persons_per_1000": (0.7, 1.3, 2), "beds_per_1000": (2, 3.1, 2),
    "places_per_1000": (1.6, 4.4, 2), "ten_thousand_yuan": (60, 400, 1), "ratio": (0.9, 1.4, 2),
    "ten_thousand_m2": (2, 9, 2), "hundred_million_yuan": (0.2, 1.9, 2), "岁": (76, 82, 2), "个": (1.2, 4.4, 1),
    "年": (9.4, 11.4, 1), "万人次": (0.1, 0.3, 2), "万人": (2.1, 3.4, 2), "分钟": (120, 190, 0), "人次": (620, 1900, 0),
    "health.caries_12": (20, 40, 1), "health.anaemia_u5": (2, 5, 2), "health.stunting_u5": (0.6, 2, 2),
    "health.anaemia": (2, 4, 2), "health.fp_complication": (0.4, 0.9, 2), "family.srb": (104, 111, 1),
    "environment.toilets": (1.1, 1.6, 2), "education.preschool_gross": (101, 106, 1), "health.obesity": (8, 15, 1),
    "education.dropout_junior": (0.1, 0.6, 2),
}  # fmt: skip
_SHIFT = {"M": 0.06, "F": -0.07, "U": -0.08, "R": 0.11, TOTAL: 0.0}


@dataclass(frozen=True)
class World:
    """One plan: its folder, own area, names and units by indicator, names by area."""

    plan: str
    area: str
    name: dict[str, str]
    unit: dict[str, str]
    areas: dict[str, str] = field(default_factory=dict)
    school: frozenset[str] = frozenset()  # indicators counted by school year

    def key(self, indicator: str, year: int, area: str = "", **breakdowns: str) -> dict[str, Any]:
        """Return the key of a number: the plan's own area and every breakdown in total unless given."""
        groups = {name: breakdowns.get(name, TOTAL) for name in ("sex", "age", "residence", "group")}
        return {"indicator": indicator, "ref_area": area or self.area, "time_period": year, **groups}

    def decimals(self, indicator: str) -> int:
        """Return with how many decimals an indicator is printed."""
        return self._span(indicator)[2]

    def number(self, key: dict[str, Any]) -> float:
        """Return the number of a key in the indicator's unit: near its neighbours in time, area and group."""
        low, high, decimals = self._span(key["indicator"])
        size = random.Random(key["indicator"]).uniform(low, high)
        here = random.Random(key["indicator"] + key["ref_area"]).uniform(-0.08, 0.08)
        slope = random.Random(key["indicator"] + "slope").choice((-0.006, 0.006)) * (key["time_period"] - 2018)
        noise = random.Random(repr(sorted(key.items()))).uniform(-0.02, 0.02)
        shift = _SHIFT[key["sex"]] + _SHIFT[key["residence"]] + here * (key["ref_area"] != self.area) + slope + noise
        bounded = self.unit[key["indicator"]] == "percent" and size < 100
        found = round(size + size * shift * ((100 - size) / 100 if bounded else 1), decimals)
        return found if decimals else int(found)

    def counts(self, key: dict[str, Any]) -> tuple[int, int, float]:
        """Return numerator, denominator and the value they give, rounded as it is printed."""
        scale, name = SCALE[self.unit[key["indicator"]]], key["indicator"] + key["ref_area"]
        below = random.Random(name).randint(2, 9) * scale + random.Random(f"{name}{key['time_period']}").randint(1, 400)
        above = round(self.number(key) * below / scale)
        return above, below, round(above / below * scale, self.decimals(key["indicator"]))

    def shown_unit(self, indicator: str) -> str:
        """Return the unit as an office writes it."""
        return UNITS.get(self.unit[indicator], self.unit[indicator])

    def _span(self, indicator: str) -> tuple[float, float, int]:
        return _SPAN.get(indicator) or _SPAN[self.unit[indicator]]


def _world(plan: str, folder: Path, areas: Path, area: str) -> World:
    with (folder / "indicators.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["indicator"]: row["name_zh"] for row in rows}
    units = {row["indicator"]: row["unit"] for row in rows}
    with areas.open(encoding="utf-8-sig", newline="") as file:
        known = {row["code"]: row["name_zh"] for row in csv.DictReader(file)}
    school = frozenset(row["indicator"] for row in rows if row["period_type"] == "school_year")
    return World(plan, area, names, units, known, school)


CHILDREN = _world("tiexi-2021-2030", ROOT / "data/plans/tiexi-2021-2030", ROOT / "data/demo/areas.csv", "210303")
WOMEN = _world("tests/plans/women", ROOT / "tests/plans/women", ROOT / "tests/tables/areas_women.csv", "531099")
WORLDS = {world.plan: world for world in (CHILDREN, WOMEN)}
