"""What a run for the public is made from: data without small cells, and what the model learnt of them as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.data.disclosure import suppress
from analysis.models.average import AveragedTrend, Learnt
from analysis.pipeline import trend_series
from analysis.runs.datasets import write_dataset
from analysis.runs.files import write_json
from analysis.runs.inputs import Inputs

LEARNT_FILE = "learnt.json"


def write_open_data(given: Inputs, folder: Path) -> None:
    """Write the data with small cells suppressed, and what the model learnt of them as they are.

    The weights are common to all series of a unit. With them a series of which nothing is hidden is forecast as in the
    internal run; they hold no count.
    """
    series = [one for one in trend_series(given.plan, given.observed, given.as_of) if len(one) > 1]
    learnt = AveragedTrend().learn(series)
    weights = {group: own.tolist() for group, own in learnt.weights.items()}
    open_data = suppress(given.dataset.observations, given.dataset.areas, given.area)
    write_dataset(replace(given.dataset, observations=open_data), folder / "data")
    write_json({"weights": weights, "teachers": dict(learnt.teachers)}, folder / LEARNT_FILE)


def learnt_of(inputs: Path) -> Learnt | None:
    """Return the weights a public run was given, None of any other run."""
    path = inputs / LEARNT_FILE
    if not path.is_file():
        return None
    read = json.loads(path.read_text(encoding="utf-8"))
    return Learnt({group: np.array(own) for group, own in read["weights"].items()}, read["teachers"])
