"""The inputs of a received run beside references: how many differences of each part, what they do to the result.

A level says that results follow from inputs. Here stands what is known of the inputs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules, read_rules
from analysis.data.disclosure import suppress
from analysis.data.observations import DataSet, known_then, read_dataset
from analysis.exceptions import WorkbenchError
from analysis.models import DEFAULT_MODEL
from analysis.plan import Plan, read_plan
from analysis.runs.reproduction.changes import Change, Part, plan_changes, rules_changes
from analysis.runs.reproduction.data_changes import Scope, data_changes, key_of, revised, touched_targets
from analysis.runs.reproduction.headline import Basis, headline
from analysis.runs.reproduction.references import Reference, below, installed
from analysis.runs.reproduction.replay import read_record
from analysis.runs.reproduction.settings import (
    models_of,
    round_change,
    settings_changes,
    settings_of,
    usual_settings,
)
from analysis.runs.rounds import read_round
from analysis.schema import TABLES, read_table

PARTS: tuple[Part, ...] = ("plan", "rules", "data", "settings")
_KEPT = 400  # changes kept in the record; all of them are in the table beside it
USUAL = ""  # name of the reference of settings where no run was given


@dataclass(frozen=True)
class Received:
    """The inputs of a received run, read through the gates."""

    record: Mapping[str, Any]
    plan: Plan
    rules: Rules
    data: DataSet
    models: list[str]

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
        The record or an input breaks its gate.
    """
    inputs = received / "inputs"
    record = read_record(received)
    rules, plan = read_rules(inputs / "rules.yaml"), read_plan(inputs / "plan")
    return Received(record, plan, rules, read_dataset(inputs / "data"), models_of(received))


def read_or_why(received: Path) -> Received | str:
    """Return the inputs of an unpacked bundle, or why they cannot be read: a finding for the opinion, not the end."""
    try:
        return read_received(received)
    except Exception as error:  # received files may be anything
        return why_not(error)


def why_not(error: Exception) -> str:
    """Return what an opinion says of an error."""
    return error.message("zh") if isinstance(error, WorkbenchError) else type(error).__name__


def truth_of(
    own: Received | str, received: Path, again: Path, given: Sequence[Reference] = (), with_headline: bool = True
) -> tuple[dict[str, Any], list[Change]]:
    """Return what is known of the inputs of a received run, as facts for the record, and every change.

    Parameters
    ----------
    own : Received or str
        The inputs, or why they cannot be read.
    received : Path
        The unpacked bundle.
    again : Path
        The run made again; its tables are used where they are there.
    given : sequence of Reference
        What the assessor names; compared before what is installed.
    with_headline : bool
        Judge the run again with the references, where they differ.
    """
    began = time.monotonic()
    if isinstance(own, str):
        return {"state": "unreadable", "why": own}, []
    try:
        known = [*given, *installed(own.plan, own.data, own.record, own.area)]
        changes, compared = _compared(own, known, received)
        facts: dict[str, Any] = {
            "state": "compared",
            "references": compared,
            "missing": [part for part in PARTS if part not in {one["part"] for one in compared}],
            "total": len(changes),
            "changes": [asdict(one) for one in _by_weight(changes)[:_KEPT]],
            "revised": _revisions(own, known),
            "reviewed": own.data.reviewed,
        }
    except Exception as error:  # that nothing could be compared is itself a finding, and never passes for "the same"
        return {"state": "unreadable", "why": why_not(error)}, []
    facts["headline"] = _headline(own, known, compared, received, again) if with_headline else None
    facts["seconds"] = round(time.monotonic() - began, 1)
    return facts, changes


def _compared(own: Received, known: Sequence[Reference], received: Path) -> tuple[list[Change], list[dict[str, Any]]]:
    """Return all changes, and one summary a part and reference."""
    changes: list[Change] = []
    summaries: list[dict[str, Any]] = []

    def add(part: Part, reference: Reference, found: Iterable[Change]) -> None:
        named = [replace(one, against=reference.name) for one in found]
        changes.extend(named)
        summaries.append(_summary(part, reference, named))

    for one in known:
        if one.plan is not None:
            add("plan", one, plan_changes(own.plan, one.plan))
        if one.rules is not None:
            add("rules", one, rules_changes(own.rules, one.rules))
        if one.data is not None:
            add("data", one, _data(own, one))
    frozen = round_change(received / "inputs")
    for one in (*(one for one in known if one.record is not None), _usual(own, known)):
        assert one.record is not None
        theirs = settings_of(own.record, own.data, own.models)
        if one.name == USUAL:
            usual = usual_settings(own.plan, one.data or own.data)
            theirs["round"] = ""  # a round known here is as good as none; of another `frozen` tells
            if frozen is None and own.record.get("round"):  # and it says which model is right
                usual["models"] = theirs["models"]
        else:
            usual = settings_of(one.record, one.data or own.data, one.models)
        add("settings", one, [*settings_changes(theirs, usual), *([frozen] if frozen else [])])
    return changes, summaries


def _usual(own: Received, known: Sequence[Reference]) -> Reference:
    data = next((one.data for one in known if one.data is not None), own.data)
    return Reference(USUAL, False, data=data, record={})


def _as_theirs(own: Received, data: DataSet) -> DataSet:
    """Return a reference's data set as a run for their audience has it: what is hidden from the public is no change."""
    if own.record.get("audience") != "public":
        return data
    return replace(data, observations=suppress(data.observations, data.areas, own.area))


def _data(own: Received, reference: Reference) -> list[Change]:
    assert reference.data is not None
    parts = below(own.area, (own.data, reference.data))
    scope = Scope(own.area, parts, int(own.record["as_of"]))
    other = known_then(_as_theirs(own, reference.data).observations, own.vintage)
    plans = (own.plan, reference.plan or own.plan)  # an order of sources that was changed is a change of the plan
    loose = own.database and (reference.record or {}).get("data") != "database"
    return data_changes(own.data.observations, other, plans, scope, values_only=loose)


def _summary(part: Part, reference: Reference, changes: Sequence[Change]) -> dict[str, Any]:
    counting = [one for one in changes if one.way != "none"]
    fields = Counter(f"{one.kind}/{one.field}" for one in changes)
    return {
        "part": part,
        "name": reference.name,
        "given": reference.given,
        "same_id": reference.same_id,
        "changes": len(changes),
        "counting": len(counting),
        "eases": sum(one.way == "eases" for one in changes),
        "tightens": sum(one.way == "tightens" for one in changes),
        "fields": dict(sorted(fields.items())),
        "touches": sorted({target for one in changes for target in one.touches}),
    }


_WAYS = {"eases": 0, "unclear": 1, "tightens": 2, "none": 3}
_ORDER = {"rules": 0, "plan": 1, "settings": 2, "data": 3}


def _by_weight(changes: Sequence[Change]) -> list[Change]:
    """Return the changes that may move a verdict first; values that touch a target before all others."""
    return sorted(changes, key=lambda one: (_WAYS[one.way] == 3, _ORDER[one.part], not one.touches, _WAYS[one.way]))


def _revisions(own: Received, known: Sequence[Reference]) -> dict[str, Any]:
    """Return the values that their own source revised between the vintages of the data set."""
    table = revised(own.data.observations)
    scope = Scope(own.area, below(own.area, (own.data,)), int(own.record["as_of"]))
    by_series = touched_targets(own.plan, scope)
    touched: set[str] = set()
    rows = []
    for row in table.to_dict("records"):
        touched |= set(by_series.get(tuple(str(row[name]) for name in list(row)[:6]), ()))
        rows.append({"item": key_of(row), **{name: row[name] for name in ("first", "last", "vintages")}})
    size = (table["last"] - table["first"]).abs() / table["first"].abs().clip(lower=1e-9)
    largest = rows[int(size.to_numpy().argmax())] if rows else None
    return {"values": len(rows), "largest": largest, "touches": sorted(touched)}


def _headline(
    own: Received, known: Sequence[Reference], compared: Sequence[Mapping[str, Any]], received: Path, again: Path
) -> dict[str, Any] | None:
    """Return the effect of what differs on the verdicts; None where nothing differs that could move one."""
    first: dict[str, Mapping[str, Any]] = {}
    for one in compared:
        first.setdefault(one["part"], one)
    differs = [part for part in ("rules", "plan", "data", "settings") if part in first and first[part]["counting"]]
    if not differs:
        return None
    run = again if (again / "tables" / "assessments.csv").is_file() else received
    try:
        tables = [
            read_table(run / "tables" / f"{name}.csv", TABLES[name], trusted=True)
            for name in ("assessments", "forecasts")
        ]
        return {**headline(_basis(own, received), _sets(own, known, differs), *tables), "parts": differs}
    except Exception as error:  # tables of a bundle may be anything: then the effect is not known, and that is said
        return {"steps": [], "verdicts": [], "parts": differs, "why": why_not(error)}


def _basis(own: Received, received: Path) -> Basis:
    frozen = read_round(received / "inputs" / "round.json") if own.record.get("round") else None
    made = Basis(own.plan, own.rules, own.data, own.area, int(own.record["as_of"]), own.vintage)
    return made if frozen is None else replace(made, model=frozen.model, learnt=frozen.learnt)


def _sets(own: Received, known: Sequence[Reference], differs: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what each differing part of the first reference sets."""
    plan = next((one.plan for one in known if one.plan is not None), own.plan)
    data = next((one.data for one in known if one.data is not None), own.data)
    rules = next((one.rules for one in known if one.rules is not None), own.rules)
    data = _as_theirs(own, data)
    record = next((one.record for one in known if one.record is not None), None)
    usual = usual_settings(plan, data)
    settings: dict[str, Any] = {
        "as_of": int((record or usual)["as_of"]),
        "area": str((record or usual)["area"]),
        "vintage": str((record or {}).get("as_of_vintage") or "") or None,
    }
    if own.models != [DEFAULT_MODEL] and not own.record.get("round"):
        settings |= {"model": DEFAULT_MODEL, "learnt": None}
    sets: dict[str, dict[str, Any]] = {
        "rules": {"rules": rules},
        "plan": {"plan": plan},
        "data": {"data": data},
        "settings": settings,
    }
    return {part: sets[part] for part in differs}


def changes_table(changes: Sequence[Change]) -> pd.DataFrame:
    """Return every change as a table: one row a change, the weightiest first."""
    rows = [
        {
            **{name: getattr(one, name) for name in ("part", "kind", "item")},
            "name_zh": one.name.zh,
            "name_en": one.name.en,
            **{name: getattr(one, name) for name in ("field", "theirs", "reference", "way")},
            "touches": ";".join(one.touches),
            "against": one.against,
        }
        for one in _by_weight(changes)
    ]
    head = ["part", "kind", "item", "name_zh", "name_en", "field", "theirs", "reference", "way", "touches", "against"]
    return pd.DataFrame(rows, columns=head)
