"""The inputs of a received run, read through the same gates as anybody's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.assessment.rules import Rules, read_rules
from analysis.data.observations import DataSet, read_dataset
from analysis.exceptions import WorkbenchError
from analysis.plan import Plan, read_plan
from analysis.runs.reproduction.inputs_beside import Held, of_inputs
from analysis.runs.reproduction.limits import check_limits
from analysis.runs.reproduction.replay import read_record
from analysis.runs.reproduction.settings import models_of


@dataclass(frozen=True)
class Received:
    """The inputs of a received run, read through the gates."""

    record: Mapping[str, Any]
    plan: Plan
    rules: Rules
    data: DataSet
    models: list[str]
    beside: Held = field(default_factory=dict)

    @property
    def area(self) -> str:
        """Return the area under evaluation."""
        return str(self.record["area"])

    @property
    def vintage(self) -> str | None:
        """Return the vintage later values than which were left out."""
        return str(self.record.get("as_of_vintage") or "") or None

    @property
    def database(self) -> bool:
        """Return whether the values come from a database, which keeps its own sources and vintages."""
        return self.record.get("data") == "database"


def read_received(received: Path) -> Received:
    """Read the inputs of an unpacked bundle or a run folder through the same gates as anybody's.

    Raises
    ------
    WorkbenchError
        The record or an input breaks its gate, or is larger than anything that is read.
    """
    inputs = received / "inputs"
    check_limits(received)
    record = read_record(received)
    rules, plan = read_rules(inputs / "rules.yaml"), read_plan(inputs / "plan")
    data = read_dataset(inputs / "data")
    return Received(record, plan, rules, data, models_of(received), of_inputs(inputs))


def read_or_why(received: Path) -> Received | str:
    """Return the inputs of an unpacked bundle, or why they cannot be read: a finding for the opinion, not the end."""
    try:
        return read_received(received)
    except Exception as error:  # received files may be anything
        return why_not(error)


def why_not(error: Exception) -> str:
    """Return what an opinion says of an error."""
    return error.message("zh") if isinstance(error, WorkbenchError) else type(error).__name__
