"""Series a second: the default model in batches beside statsmodels' damped smoothing one by one.

    .venv/bin/pytest benchmarks/test_forecast_speed.py --benchmark-only

One core (BLAS threads are set to one); rates of fourteen years, half of them with denominators. The learning of the
weights is part of the time. `series_per_second` stands among each result's extra_info, and is printed.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.models import Series, forecast

YEARS = np.arange(2010, 2024)


def batch(n: int) -> list[Series]:
    """Return `n` simulated series."""
    rng = np.random.default_rng(7)
    out = []
    for i in range(n):
        values = 6 * np.exp(np.cumsum(rng.normal(-0.02, 0.07, len(YEARS))))
        people = np.full(len(YEARS), 2000.0 if i % 2 else np.nan)
        out.append(Series(f"s{i}", YEARS, values, people, unit="per_1000"))
    return out


@pytest.mark.parametrize(("model", "n"), [("trend_average", 100), ("trend_average", 1000), ("trend_average", 5000),
                                          ("damped_trend", 30)])  # fmt: skip
def test_forecast_speed(benchmark, model, n):
    series = batch(n)
    table, failed = benchmark.pedantic(forecast, args=(series,), kwargs={"model_name": model}, rounds=3, iterations=1)
    assert table["series_id"].nunique() + len(failed) == n
    rate = n / benchmark.stats.stats.min
    benchmark.extra_info["series_per_second"] = round(rate)
    print(f"\n{model}, batch of {n}: {rate:,.0f} series a second")
