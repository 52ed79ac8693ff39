"""Learn the prior weights of the default model's grid from the published example series.

    .venv/bin/python benchmarks/learn_prior.py            prints the difference from what is committed
    .venv/bin/python benchmarks/learn_prior.py --write    rewrites src/analysis/models/learnt.py

The last five years of every series are left out, so that a backtest on the same series is not told its answers.
"""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.models import learnt
from analysis.models.average import batch_likelihood
from analysis.models.from_tables import from_input
from analysis.models.grid import POINTS
from analysis.models.learning import learn
from analysis.models.panel import scales_of
from analysis.places import ROOT
from analysis.schema import SERIES_INPUT, read_table

LEFT_OUT, SHORTEST, STRENGTH, UNIT = 5, 6, 5.0, 100_000


def learnt_weights() -> np.ndarray:
    """Return the weights in parts of `UNIT`, integers of shape (k,)."""
    every = from_input(read_table(ROOT / "data" / "examples" / "series.csv.gz", SERIES_INPUT))
    short = [
        replace(one, years=one.years[:-LEFT_OUT], values=one.values[:-LEFT_OUT], denominators=people[:-LEFT_OUT])
        for one in every
        if len(people := one.known_denominators()) >= SHORTEST + LEFT_OUT and scales_of([one])[0].kind != "identity"
    ]
    flat = np.full(POINTS, 1 / POINTS)
    return np.rint(learn(batch_likelihood(short), flat, STRENGTH) * UNIT).astype(int)


def main() -> None:
    """Learn, compare, and write when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    weights = learnt_weights()
    print(f"largest difference: {np.abs(weights - np.array(learnt.WEIGHTS)).max()} parts of {UNIT}")
    if parser.parse_args().write:
        numbers = textwrap.fill(", ".join(map(str, weights)), 114)
        text = (
            '"""Prior weights of the grid on the log and logit scales, in parts of 100,000.\n\n'
            "Learnt from the series of data/examples without their last five years; written, not edited, by\n"
            'benchmarks/learn_prior.py.\n"""\n\n# fmt: off\n'
            "WEIGHTS = (  # one for each point of `models.grid.parameter_grid`\n"
            f"{textwrap.indent(numbers, '    ')},\n)\n# fmt: on\n"
        )
        Path(learnt.__file__).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
