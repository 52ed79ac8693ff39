"""M1 and Tourism yearly series: MASE of the default model beside the yardsticks, in one run.

    .venv/bin/python benchmarks/competition_series.py FILE.csv.gz [--models trend_average,theta,...]

FILE has the columns source, series_id, time_period, obs_value and part (train or test); it is not part of the project.
Each series is forecast to the end of its test part, without a unit; failures are counted, and a failed series is
scored as no change.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.evaluation.scores import mase
from analysis.models import Series, forecast

MODELS = "trend_average,theta,damped_trend,drift,random_walk"


def parts(table: pd.DataFrame) -> Iterator[tuple[str, Series, np.ndarray]]:
    """Yield set, training series and held-out values."""
    for (name, one), rows in table.groupby(["source", "series_id"], sort=False):
        test = rows["part"].eq("test").to_numpy()
        values = rows["obs_value"].to_numpy(float)
        years = 2000 + np.arange(len(values), dtype=np.int64)
        yield str(name), Series(str(one), years[~test], values[~test]), values[test]


def main() -> None:
    """Forecast, score and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--models", default=MODELS)
    given = parser.parse_args()
    every = list(parts(pd.read_csv(given.file)))
    scores: dict[str, dict[str, float]] = {}
    for model in given.models.split(","):
        for name in dict.fromkeys(one[0] for one in every):
            own = [(series, held) for group, series, held in every if group == name]
            horizon = max(len(held) for _, held in own)
            table, _ = forecast([series for series, _ in own], horizon=horizon, model_name=model)
            median = table[table["output_type_id"] == "0.5"].groupby("series_id")["value"].apply(np.array)
            result = [
                mase(held, median[s.name][: len(held)] if s.name in median else s.values[-1], s.values)
                for s, held in own
            ]
            scores.setdefault(name, {})[f"{model} ({len(own) - len(median)} failed)"] = float(np.mean(result))
    print(pd.DataFrame(scores).round(3).to_string())


if __name__ == "__main__":
    main()
