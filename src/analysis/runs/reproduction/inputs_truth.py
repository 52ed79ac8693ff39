"""The inputs of a received run beside references: how many differences of each part, what they do to the result.

A level says that results follow from inputs. Here stands what is known of the inputs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.observations import known_then
from analysis.runs.reproduction.changes import Change, Part, plan_changes, rules_changes
from analysis.runs.reproduction.data_changes import Scope, data_changes, key_of, revised, touched_targets
from analysis.runs.reproduction.inputs_beside import BESIDE, beside_changes, other_bytes
from analysis.runs.reproduction.inputs_effect import as_theirs, effect_of
from analysis.runs.reproduction.received import Received, why_not
from analysis.runs.reproduction.references import Reference, below, installed
from analysis.runs.reproduction.settings import round_change, settings_changes, settings_of, usual_settings

PARTS: tuple[Part, ...] = ("plan", "rules", "data", "settings")
_KEPT = 400  # changes kept in the record; all of them are in the table beside it
USUAL = ""  # name of the reference of settings where no run was given


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
            "missing": _missing(own, {one["part"] for one in compared}),
            "total": len(changes),
            "changes": [asdict(one) for one in _by_weight(changes)[:_KEPT]],
            "revised": _revisions(own, known),
            "reviewed": own.data.reviewed,
        }
    except Exception as error:  # that nothing could be compared is itself a finding, and never passes for "the same"
        return {"state": "unreadable", "why": why_not(error)}, []
    facts["headline"] = effect_of(own, known, compared, received, again) if with_headline else None
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
            add("plan", one, plan_changes(own.plan, one.plan) or other_bytes("plan", received / "inputs", one.folder))
        if one.rules is not None:
            add("rules", one, rules_changes(own.rules, one.rules))
        if one.data is not None:
            cut = own.vintage is not None or own.database or own.record.get("audience") == "public"
            bytes_of = [] if cut else other_bytes("data", received / "inputs", one.folder)
            add("data", one, _data(own, one) or bytes_of)
        for part in BESIDE:
            if (found := _beside(own, one, part)) is not None:
                add(part, one, found)
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


def _missing(own: Received, compared: set[Part]) -> list[Part]:
    """Return the parts a run has that nothing was found to compare with."""
    return [*(part for part in PARTS if part not in compared),
            *(part for part in BESIDE if own.beside.get(part) is not None and part not in compared)]  # fmt: skip


def _beside(own: Received, reference: Reference, part: Part) -> list[Change] | None:
    """Return what differs in one of the smaller inputs; None where there is nothing to compare."""
    if part not in reference.beside:
        return None
    theirs, other = own.beside.get(part), reference.beside[part]
    whole = (reference.record or {}).get("data") == own.record.get("data")
    # not kept by a run of an earlier vintage, of a database or for the public: that they are not there is no change
    cut = own.vintage is not None or own.database or own.record.get("audience") == "public"
    if (theirs is None and other is None) or (theirs is None and cut and part in ("monthly", "issued", "areas")):
        return None
    if own.database and part == "areas" and not whole:  # a database names its areas itself
        return None
    scope = [own.area, *below(own.area, [own.data, *([reference.data] if reference.data is not None else [])])]
    return beside_changes(part, theirs, other, own.plan, scope)


def _usual(own: Received, known: Sequence[Reference]) -> Reference:
    data = next((one.data for one in known if one.data is not None), own.data)
    return Reference(USUAL, False, data=data, record={})


def _data(own: Received, reference: Reference) -> list[Change]:
    assert reference.data is not None
    parts = below(own.area, (own.data, reference.data))
    scope = Scope(own.area, parts, int(own.record["as_of"]))
    other = known_then(as_theirs(own, reference.data).observations, own.vintage)
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
_ORDER = {"rules": 0, "plan": 1, "settings": 2, "data": 3, **dict.fromkeys(BESIDE, 4)}


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
