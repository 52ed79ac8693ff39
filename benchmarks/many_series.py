"""Forecasts of many series: seconds, processor seconds and peak memory of `workbench forecast` from 1,000 series on.

    .venv/bin/python benchmarks/many_series.py [--sizes 1000 10000 100000 170000] [--jobs 2] [--plot FILE.png]
    .venv/bin/python benchmarks/many_series.py --write FILE.csv --sizes 170000          # the series alone

The series are simulated (模拟数据，仅供演示) from the shapes of the demo district: counties of various sizes and
levels, the first sixty indicators each, 2010-2025. One by one: statsmodels' damped smoothing and local linear trend,
fitted to the first of the same series, and what as many series would take at that speed. Memory is the sum of the
proportional sizes of the command and its workers, looked at once a second.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from measured import measured
from scipy.interpolate import PchipInterpolator

from analysis.data.shapes import Shape, read_shapes
from analysis.formats import SCALE
from analysis.models import Series
from analysis.models.from_tables import from_input
from analysis.models.registry import model
from analysis.places import ROOT
from analysis.plan import Indicator, read_plan
from analysis.schema import SERIES_INPUT, UNITS, read_table

YEARS = np.arange(2010, 2026)
INDICATORS = 60
HEADER = "series_id,time_period,obs_value,numerator,denominator,unit\n"


def write_series(path: Path, series: int, seed: int = 1) -> None:
    """Write that many simulated series, county by county; the first ones are the same in every file."""
    plan = read_plan("tiexi-2021-2030")
    shapes = [one for one in read_shapes(ROOT / "data" / "demo" / "shapes.csv") if one.first_year <= 2015][:INDICATORS]
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEADER)
        for number in range(series):
            county, place = divmod(number, len(shapes))
            shape = shapes[place]
            rng = np.random.default_rng([seed, county, place])
            stream.writelines(_rows(plan.indicator(shape.indicator), shape, 100000 + county, rng))


def _rows(indicator: Indicator, shape: Shape, county: int, rng: np.random.Generator) -> Iterator[str]:
    size = np.exp(np.random.default_rng(county).normal(0, 0.6))  # of the county beside the demo district
    path = PchipInterpolator([YEARS[0], 2020, YEARS[-1]], [shape.start, shape.mid, shape.end])(YEARS)
    wander = rng.normal(0, 0.15) + np.cumsum(rng.normal(rng.normal(0, 0.01), max(shape.noise, 0.005), len(YEARS)))
    upper = indicator.upper if indicator.unit == "percent" else None
    if upper is None:
        level = path * np.exp(wander)
    else:
        odds = path / np.maximum(upper - path, 0.05) * np.exp(2 * wander)
        level = upper * odds / (1 + odds)
    unit = indicator.unit if indicator.unit in UNITS else "other"
    for year, value in zip(YEARS.tolist(), level.tolist(), strict=True):
        people = shape.people(year, int(YEARS[0]), int(YEARS[-1]))
        if year < shape.first_year or year in shape.missing_years:
            continue
        name = f"{indicator.id}|{county}|_T|_T|_T|_T"
        if people is None or unit not in SCALE:
            yield f"{name},{year},{value:.4f},,,{unit}\n"
            continue
        people = max(round(people * size), 1)
        rate = value / SCALE[unit]
        events = rng.binomial(people, min(rate, 1.0)) if upper is not None else rng.poisson(rate * people)
        yield f"{name},{year},{events / people * SCALE[unit]:.4f},{events},{people},{unit}\n"


def one_by_one(series: list[Series], name: str) -> float:
    """Return the processor seconds a series of a statsmodels family fitted to each series by itself."""
    began = time.process_time()
    for one in series:
        model(name).forecast(one, 5)
    return (time.process_time() - began) / len(series)


def plot(rows: list[dict[str, float]], path: Path) -> None:
    """Draw processor seconds against series, both logarithmic, and the straight line through the largest."""
    from matplotlib import pyplot

    from analysis.export.theme import ACCENT, apply_theme

    apply_theme()
    figure, axes = pyplot.subplots(figsize=(6.7, 3.4), layout="constrained")
    sizes, spent = [row["series"] for row in rows], [row["processor"] for row in rows]
    axes.loglog(sizes, spent, "o-", color=ACCENT, label="workbench forecast")
    axes.loglog(sizes, [spent[-1] * n / sizes[-1] for n in sizes], "--", color="#888888", label="正比 / proportional")
    axes.set_xlabel("序列数（模拟数据，仅供演示） / series (simulated)")
    axes.set_ylabel("处理器秒 / processor seconds")
    axes.legend()
    figure.savefig(path)


def main() -> None:
    """Write the series, forecast them, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000, 170_000])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--form", choices=["csv", "parquet"], default="csv")
    parser.add_argument("--alone", type=int, default=40, help="series that statsmodels is fitted to, one by one")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if given.write:
        write_series(given.write, given.sizes[0])
        return
    workbench, rows = str(Path(sys.executable).with_name("workbench")), []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "few.csv"
        write_series(source, given.alone)
        few = [one for one in from_input(read_table(source, SERIES_INPUT)) if len(one) > 2]
        alone = {name: one_by_one(few, name) for name in ("damped_trend", "local_linear_trend")}
        print("| series | seconds | processor s | series/s | peak MB | damped_trend | local_linear_trend |")
        print("|---|---|---|---|---|---|---|")
        for size in given.sizes:
            source = Path(folder) / "in.csv"
            write_series(source, size)
            out = Path(folder) / f"out.{given.form}"
            made = measured([workbench, "forecast", str(source), "--out", str(out), "--jobs", str(given.jobs)], every=1)
            rows.append({"series": size, **made})
            times = " | ".join(f"{each * size / made['processor']:.0f} x" for each in alone.values())
            print(
                f"| {size:,} | {made['seconds']:.0f} | {made['processor']:.0f} | {size / made['seconds']:,.0f} "
                f"| {made['memory']:,.0f} | {times} |",
                flush=True,
            )
    if given.plot:
        plot(rows, given.plot)


if __name__ == "__main__":
    main()
