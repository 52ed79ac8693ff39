"""What the differences of the inputs do to the verdicts: a received run judged again as the references have them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.disclosure import suppress
from analysis.data.observations import DataSet, known_then
from analysis.models import DEFAULT_MODEL
from analysis.narrative.reproduction_inputs import MOVING
from analysis.pipeline import Pipeline
from analysis.runs.reproduction.headline import headline
from analysis.runs.reproduction.received import Received, why_not
from analysis.runs.reproduction.references import Reference
from analysis.runs.reproduction.settings import usual_settings
from analysis.runs.rounds import read_round
from analysis.schema import TABLES, read_table


def as_theirs(own: Received, data: DataSet) -> DataSet:
    """Return a reference's data set as a run for their audience has it: what is hidden from the public is no change."""
    if own.record.get("audience") != "public":
        return data
    return replace(data, observations=suppress(data.observations, data.areas, own.area))


def effect_of(
    own: Received, known: Sequence[Reference], compared: Sequence[Mapping[str, Any]], received: Path, again: Path
) -> dict[str, Any] | None:
    """Return the effect of what differs on the verdicts; None where nothing differs that could move one."""
    first: dict[str, Mapping[str, Any]] = {}
    for one in compared:
        first.setdefault(one["part"], one)
    differs = [part for part in MOVING if part in first and first[part]["counting"]]
    if not differs:
        return None
    run = again if (again / "tables" / "assessments.csv").is_file() else received
    try:
        tables = {
            name: read_table(run / "tables" / f"{name}.csv", TABLES[name], trusted=True)
            for name in ("assessments", "forecasts")
        }
        return {**headline(_stages(own, received, tables), _sets(own, known, differs)), "parts": differs}
    except Exception as error:  # tables of a bundle may be anything: then the effect is not known, and that is said
        return {"steps": [], "verdicts": [], "parts": differs, "why": why_not(error)}


def _stages(own: Received, received: Path, tables: Mapping[str, pd.DataFrame]) -> Pipeline:
    frozen = read_round(received / "inputs" / "round.json") if own.record.get("round") else None
    data = _known(own.data, own.vintage)
    made = Pipeline(own.plan, data, own.rules, int(own.record["as_of"]), own.area, stored=tables)
    return made if frozen is None else replace(made, model=frozen.model, learnt=frozen.learnt)


def _known(data: DataSet, vintage: str | None) -> DataSet:
    return replace(data, observations=known_then(data.observations, vintage))


def _sets(own: Received, known: Sequence[Reference], differs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what each differing part of the first reference sets."""
    plan = next((one.plan for one in known if one.plan is not None), own.plan)
    data = next((one.data for one in known if one.data is not None), own.data)
    rules = next((one.rules for one in known if one.rules is not None), own.rules)
    data = as_theirs(own, data)
    areas = next((one.data.areas for one in known if one.data is not None), own.data.areas)
    record = next((one.record for one in known if one.record is not None), None)
    usual = usual_settings(plan, data)
    settings: dict[str, Any] = {
        "as_of": int((record or usual)["as_of"]),
        "area": str((record or usual)["area"]),
    }
    vintage = str((record or {}).get("as_of_vintage") or "") or None
    if vintage != own.vintage:  # of the data that the steps before have come to
        reached = data if "data" in differs else replace(own.data, areas=areas) if "areas" in differs else own.data
        settings["dataset"] = _known(reached, vintage)
    if own.models != [DEFAULT_MODEL] and not own.record.get("round"):
        settings |= {"model": DEFAULT_MODEL, "learnt": None}
    sets: dict[str, dict[str, Any]] = {
        "rules": {"rules": rules},
        "plan": {"plan": plan},
        "data": {"dataset": _known(data, own.vintage)},
        "areas": {"dataset": _known(replace(own.data, areas=areas), own.vintage)},
        "settings": settings,
    }
    if "data" in differs:  # it brings its areas along
        return {part: sets[part] for part in differs if part != "areas"}
    return {part: sets[part] for part in differs}
