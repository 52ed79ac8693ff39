"""The settings of a received run beside a reference run's, or beside what a run has that sets nothing of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.observations import DataSet
from analysis.exceptions import Text
from analysis.models import DEFAULT_MODEL
from analysis.places import REPORTS
from analysis.plan import Plan
from analysis.runs.hashes import sha256
from analysis.runs.reproduction.changes import Change, written

NAMES = ("as_of", "area", "as_of_vintage", "include_unreviewed", "round", "audience", "models", "simulated", "notice")


def settings_of(record: Mapping[str, Any], data: DataSet, models: Iterable[str]) -> dict[str, str]:
    """Return the settings of a run that change its results, as text."""
    out = {name: written(record.get(name)) for name in NAMES}
    out["include_unreviewed"] = written(bool(record.get("include_unreviewed")) or data.reviewed is False)
    out |= {"models": "; ".join(models), "simulated": written(data.simulated), "notice": data.notice.zh}
    return out


def models_of(run: Path) -> list[str]:
    """Return the models a run's forecasts were made with; none where there are no forecasts that can be read."""
    try:
        names = pd.read_csv(run / "tables" / "forecasts.csv", usecols=["model"], dtype=str, keep_default_na=False)
    except (OSError, ValueError, UnicodeError):
        return []
    return sorted(set(names["model"]))


def usual_settings(plan: Plan, data: DataSet) -> dict[str, str]:
    """Return the settings of a run on a plan and data that was given none: all data known now, reviewed, no round."""
    own = data.observations[(data.observations["ref_area"] == plan.area) & data.observations["obs_value"].notna()]
    seen = own if len(own) else data.observations[data.observations["obs_value"].notna()]
    last = int(seen["time_period"].max()) if len(seen) else plan.end_year
    usual = {"as_of": str(last), "area": plan.area, "include_unreviewed": written(False), "audience": "internal"}
    said = {"models": DEFAULT_MODEL, "simulated": written(data.simulated), "notice": data.notice.zh}
    return {**dict.fromkeys(NAMES, ""), **usual, **said}


def settings_changes(theirs: Mapping[str, str], reference: Mapping[str, str]) -> list[Change]:
    """Return the settings that differ; words of a notice count as wording."""
    return [
        Change("settings", "setting", name, Text("", ""), name, theirs[name], reference[name], _way(name))
        for name in NAMES
        if theirs[name] != reference[name] and not (name == "models" and not theirs[name])
    ]


def _way(name: str) -> Any:
    return "none" if name in ("notice", "audience") else "unclear"


def round_change(inputs: Path) -> Change | None:
    """Return what is to be said of a frozen round in the inputs: not known here, or not the one known here.

    A round brings the model and its weights along, so that a rewritten one changes every forecast.
    """
    own = inputs / "round.json"
    if not own.is_file():
        return None
    for known in sorted((REPORTS / "rounds").glob("*.json")):
        if sha256(known) == sha256(own):
            return None
    said = f"SHA-256 {sha256(own)[:12]}"
    return Change("settings", "setting", "round.json", Text("", ""), "round", said, "", "unclear")
