"""The entries of the ledger as problems: entries on one goal, measure or indicator are one row, the gravest first."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.narrative.facts import TargetFact
from analysis.narrative.problems import belong
from analysis.narrative.words import LEVEL

Entry = Mapping[Hashable, Any]
_RANK = {level: rank for rank, level in enumerate(LEVEL)}


@dataclass(frozen=True)
class LedgerRow:
    """Entries that are one problem, the gravest first, with their targets."""

    entries: tuple[Entry, ...]
    targets: tuple[TargetFact, ...]

    @property
    def level(self) -> str:
        """Return the gravest level."""
        return str(self.entries[0]["level"])

    def said(self, *names: str) -> list[str]:
        """Return what the entries say under some names, each text once."""
        texts = (str(entry.get(name) or "").strip() for entry in self.entries for name in names)
        return list(dict.fromkeys(text for text in texts if text))


def ledger_rows(entries: Sequence[Entry], targets: Mapping[str, TargetFact], closed: str = "") -> list[LedgerRow]:
    """Return the entries as problems.

    Parameters
    ----------
    entries : sequence of mapping
        With target, level, clause and state. An entry on a target the plan no longer has is a row without targets.
    targets : mapping
        The facts of the plan's targets by id.
    closed : str
        The word of a closed entry: what is closed as a whole comes last.
    """
    groups: list[list[Entry]] = []
    for entry in entries:
        kin = [own for own in groups if any(_together(entry, one, targets) for one in own)]
        groups = [own for own in groups if own not in kin] + [[*(one for own in kin for one in own), entry]]
    rows = []
    for own in groups:
        own.sort(key=lambda one: (_RANK[str(one["level"])], _timing(one, targets) != "due"))
        known = (targets.get(str(one["target"])) for one in own)
        rows.append(LedgerRow(tuple(own), tuple(one for one in known if one is not None)))
    return sorted(rows, key=lambda one: (one.said("state") == [closed], *_severity(one)))


def _together(entry: Entry, other: Entry, targets: Mapping[str, TargetFact]) -> bool:
    """Return whether two entries are one problem: as their targets are (`problems.belong`)."""
    one, two = targets.get(str(entry["target"])), targets.get(str(other["target"]))
    if one is None or two is None:
        return False
    return belong(one, two)


def _timing(entry: Entry, targets: Mapping[str, TargetFact]) -> str:
    fact = targets.get(str(entry["target"]))
    return fact.timing if fact is not None else ""


def _severity(row: LedgerRow) -> tuple[int, bool, int, float]:
    due = any(one.timing == "due" for one in row.targets)
    chance = min((one.chance for one in row.targets), default=0.0)
    return _RANK[row.level], not due, -len(row.entries), chance
