"""The stages of an evaluation over what a run holds."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.models import DEFAULT_MODEL
from analysis.pipeline import Pipeline, elsewhere
from analysis.runs.public import learnt_of
from analysis.runs.run import Run


def pipeline_of(run: Run, model_name: str = DEFAULT_MODEL, stored: Iterable[str] = ()) -> Pipeline:
    """Return the stages of a run as a pipeline over its own copies of plan, data and rules.

    Parameters
    ----------
    run : Run
    model_name : str
        Of the forecasts, where they are not stored.
    stored : iterable of str
        Names of tables that are taken from the run instead of being worked out.
    """
    return Pipeline(
        run.plan,
        run.dataset,
        run.rules,
        run.as_of,
        run.area,
        elsewhere(run.benchmark, run.plan, run.folder / "inputs" / "plan"),
        model_name,
        run.round.learnt if run.round else learnt_of(run.folder / "inputs"),
        run.public,
        {"observations": run.observations, **{name: run.table(name) for name in stored}},
    )
