"""Example data for any plan: shapes around its own targets, from which the seeded generator draws; all of it simulated.

Levels say nothing of a real place: each series is set to end near the plan's own numbers, some short of them, so that
every page of an evaluation has something to show.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import yaml

from analysis.data.observations import AREAS
from analysis.data.shapes import SHAPES
from analysis.exceptions import Text, Where, usage
from analysis.formats import SCALE
from analysis.plan import Indicator, Plan
from analysis.plan.targets import PLAIN_BOUNDS
from analysis.schema.files import csv_text

SEED = 20302021
YEARS = 16  # observed years of the example, the last of them the one of the mid-term evaluation
_PEOPLE = {"percent": 4000, "per_1000": 6000, "per_10000": 40000, "per_100000": 150000}
_PARTS = (("S01", "street", 0.3), ("S02", "street", 0.25), ("T01", "town", 0.25), ("T02", "town", 0.2))
_NAMES = {"street": Text("模拟街道", "Simulated street"), "town": Text("模拟乡镇", "Simulated town")}


def example_files(plan: Plan) -> dict[str, str]:
    """Return the declarations of a plan's example data, by file: `shapes.csv`, `areas.csv`, `dataset.yaml`.

    Equal plans give equal files.

    Raises
    ------
    UsageError
        The plan has no indicator whose values could be drawn.
    """
    shapes = [_shape(plan, one) for one in plan.indicators if one.unit]
    if not shapes:
        raise usage(
            Text("规划没有可以生成示例数据的指标", "the plan has no indicator to draw example data of"),
            Where(item=plan.id),
            Text("indicators.csv 中至少一个有单位的指标", "at least one indicator with a unit in indicators.csv"),
            Text("请先补充指标。", "Add indicators first."),
        )
    last = midterm_year(plan)
    about = {
        "simulated": True,
        "notice_zh": "模拟数据，仅供演示",
        "notice_en": "Simulated data, for demonstration only",
        "plan": plan.id,
        "first_year": last - YEARS + 1,
        "last_year": last,
        "seed": SEED,
    }
    return {
        "shapes.csv": csv_text(SHAPES.build(pd.DataFrame(shapes))),
        "areas.csv": csv_text(AREAS.build(pd.DataFrame(_areas(plan)))),
        "dataset.yaml": yaml.safe_dump(about, allow_unicode=True, sort_keys=False),
    }


def midterm_year(plan: Plan) -> int:
    """Return the year a plan's mid-term evaluation is of: its first milestone, else the middle of its years."""
    inner = [year for year in plan.milestones if plan.start_year <= year < plan.end_year]
    return min(inner, default=(plan.start_year + plan.end_year) // 2)


def _areas(plan: Plan) -> list[dict[str, object]]:
    own = {"code": plan.area, "name_zh": plan.area_name.zh, "name_en": plan.area_name.en, "parent": ""}
    rows: list[dict[str, object]] = [{**own, "level": "district", "share": None}]
    for code, level, share in _PARTS:
        name = _NAMES[level]
        named = {"name_zh": f"{name.zh}{code[-2:]}", "name_en": f"{name.en} {code[-2:]}"}
        rows.append({"code": f"{plan.area}{code}", **named, "parent": plan.area, "level": level, "share": share})
    return rows


def _shape(plan: Plan, indicator: Indicator) -> dict[str, object]:
    rng = np.random.default_rng([SEED, *indicator.id.encode()])
    start, end = _ends(indicator, *_goal(plan, indicator), rng)
    low, high = indicator.bounds
    mid, counted = start + 0.65 * (end - start), indicator.statistic in ("poisson", "binomial")
    people = _PEOPLE.get(indicator.unit) if counted else None
    levels = {name: round(float(np.clip(value, low, high)), 4) for name, value in _named(start, mid, end)}
    first = midterm_year(plan) - YEARS + 1
    return {
        "indicator": indicator.id,
        **levels,
        "denominator_start": people,
        "denominator_end": None if people is None else people * 0.9,
        "noise": 0.006 if indicator.unit == "percent" else 0.02,
        "urban_rural_ratio": 1.25 if "residence" in indicator.disaggregations else None,
        "sex_ratio": 1.1 if "sex" in indicator.disaggregations else None,
        "first_year": first,
        **dict.fromkeys(("shock", "break_year", "break_factor", "failing_effect")),
        **dict.fromkeys(("missing_years", "failing_area", "within", "note_zh"), ""),
    }


def _named(*levels: float) -> list[tuple[str, float]]:
    return list(zip(("start", "mid", "end"), levels, strict=True))


def _goal(plan: Plan, indicator: Indicator) -> tuple[float, bool]:
    """Return the level a series is set to end near, and whether it is the middle of a range."""
    kinds = (*PLAIN_BOUNDS, "approximate", "yearly_amount", "every_subunit", "milestone")
    mine = [one for one in plan.targets if one.indicator == indicator.id and one.value is not None and one.year]
    mine = sorted((one for one in mine if one.kind in kinds), key=lambda one: one.year or 0)
    if mine and (value := mine[-1].value) is not None:
        upper = mine[-1].value_upper
        return (value, False) if upper is None else ((value + upper) / 2, True)
    better = indicator.direction == "higher_is_better"
    return {"percent": 70.0 if better else 12.0, "per_1000": 6.0, "per_10000": 8.0, "per_100000": 15.0}.get(
        indicator.unit, 100.0
    ), False


def _ends(indicator: Indicator, goal: float, middle: bool, rng: np.random.Generator) -> tuple[float, float]:
    """Return the levels of the first and the last year: a series that came from afar and ends near its goal."""
    if middle:
        return goal * 1.06, goal * float(rng.uniform(0.98, 1.02))
    capped = indicator.unit == "percent" and indicator.bounds[1] is not None and goal > 50
    if indicator.direction == "higher_is_better" and capped:
        left = max(100 - goal, 1.5) * float(rng.uniform(0.7, 1.7))
        return max(100 - left * float(rng.uniform(1.7, 2.6)), 5.0), max(100 - left, 10.0)
    far = float(rng.uniform(1.3, 1.8)) if indicator.unit in SCALE else float(rng.uniform(1.05, 1.2))
    end = goal * float(rng.uniform(0.88, 1.1))
    return (end / far if indicator.direction == "higher_is_better" else end * far), end
