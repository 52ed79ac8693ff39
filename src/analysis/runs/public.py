"""What a run for the public is made from: data without small cells, and what the model learnt of them as they are."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.data.disclosure import suppress
from analysis.data.observations import DataSet
from analysis.exceptions import Text, Where, wrong_data
from analysis.models.average import AveragedTrend, Learnt
from analysis.models.grid import prior
from analysis.pipeline import trend_series
from analysis.runs.datasets import write_dataset
from analysis.runs.files import write_json
from analysis.runs.inputs import Inputs

LEARNT_FILE = "learnt.json"


def open_data(given: Inputs) -> tuple[DataSet, Learnt]:
    """Return the data with small cells suppressed, and what the model learnt of them as they are."""
    series = [one for one in trend_series(given.plan, given.observed, given.as_of) if len(one) > 1]
    shown = suppress(given.dataset.observations, given.dataset.areas, given.area)
    return replace(given.dataset, observations=shown), AveragedTrend().learn(series)


def write_open_data(given: Inputs, folder: Path) -> None:
    """Write the data with small cells suppressed, and what the model learnt of them as they are.

    The weights are common to all series of a unit. With them a series of which nothing is hidden is forecast as in the
    internal run; they hold no count.
    """
    dataset, learnt = open_data(given)
    weights = {group: own.tolist() for group, own in learnt.weights.items()}
    write_dataset(dataset, folder / "data")
    write_json({"weights": weights, "teachers": dict(learnt.teachers)}, folder / LEARNT_FILE)


def learnt_of(inputs: Path) -> Learnt | None:
    """Return the weights a public run was given, None of any other run.

    Raises
    ------
    DataError
        The file holds no weights, as a received one may.
    """
    path = inputs / LEARNT_FILE
    if not path.is_file():
        return None
    size = len(prior(False))
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        weights = {str(group): np.array(own, float) for group, own in read["weights"].items()}
        teachers = {str(group): int(number) for group, number in read["teachers"].items()}
        fits = all(one.shape == (size,) and np.isfinite(one).all() and (one >= 0).all() for one in weights.values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        fits = False
    if not fits:
        raise wrong_data(
            Text("不是模型权重", "no weights of the model"),
            Where(file=f"inputs/{LEARNT_FILE}"),
            Text("公开版评估写入的文件", "a file written by an evaluation for the public"),
            Text("请重新评估，或向提供者重新索取。", "Evaluate again, or ask for it again."),
        )
    return Learnt(weights, teachers)
