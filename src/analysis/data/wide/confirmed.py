"""Meanings that a person confirmed: put on a table, and kept for the next file of the same shape."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from analysis.data.wide.cells import SAME
from analysis.data.wide.meaning import ASK, FIELDS, SURE, Meaning
from analysis.data.wide.tables import WideTable
from analysis.exceptions import Text

WHOLE = ("whole", 0)
Slot = tuple[str, int]  # row, column or whole, and its place


def slots(table: WideTable) -> Iterator[tuple[Slot, Meaning]]:
    """Yield every meaning of a table with where it stands: the whole, the columns, the rows."""
    yield WHOLE, table.whole
    for j, one in table.columns.items():
        yield ("column", j), one
    for k, one in table.rows.items():
        yield ("row", k), one


def put(table: WideTable, slot: Slot, meaning: Meaning) -> None:
    """Give a slot of a table another meaning."""
    kind, place = slot
    if kind == "whole":
        table.whole = meaning
    else:
        (table.rows if kind == "row" else table.columns)[place] = meaning


@dataclass(frozen=True)
class Decisions:
    """What a person decided in a mapping workbook.

    Parameters
    ----------
    meanings : dict
        By number of the table and slot.
    values : dict
        By sheet and cell of a proposed value: whether it is taken.
    """

    meanings: dict[tuple[int, Slot], Meaning] = field(default_factory=dict)
    values: dict[tuple[str, str], bool] = field(default_factory=dict)

    def settle(self, table: WideTable) -> None:
        """Give a table the meanings that were decided on; what was left undecided, or deleted, is not used."""
        for slot, own in list(slots(table)):
            gone = replace(own, use=False, sure=ASK, why=_GONE)
            put(table, slot, self.meanings.get((table.number, slot), gone))


def content_of(table: WideTable, before: WideTable) -> str:
    """Return the meanings of a settled table as text to keep, by the labels that lead to them.

    With each is kept what its label was understood as (`before` is the table then). A year that the label does not say
    itself, what was left undecided, and labels of one path with different meanings are to be asked for again.
    """
    own = dict(slots(before))
    kept: dict[str, dict[str, Any]] = {}
    for slot, one in slots(table):
        ask = one.year != own[slot].year or (not one.use and one.sure == ASK)
        said = {name: getattr(one, name) for name in SAME if getattr(one, name)}
        entry = {**said, "use": one.use, "stood": _stood(own[slot]), "ask": ask}
        path = _path(table, slot)
        kept[path] = entry if kept.get(path, entry) == entry else {**entry, "ask": True}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _stood(own: Meaning) -> dict[str, Any]:
    return {name: getattr(own, name) for name in SAME if getattr(own, name)}


def _path(table: WideTable, slot: Slot) -> str:
    return f"{slot[0]}:{table.paths.get(slot, '')}"


def reuse(table: WideTable, content: str, file: str) -> bool:
    """Give a table the meanings kept of an earlier file; False where something is to be asked.

    That is a new label that is not plain, or one that is now understood otherwise than when it was confirmed: another
    unit beside the same name, another area in the same title.
    """
    kept: Mapping[str, dict[str, Any]] = json.loads(content)
    open_ = False
    made: dict[Slot, Meaning] = {}
    for slot, own in slots(table):
        known = kept.get(_path(table, slot))
        if slot == WHOLE and known is None:
            open_ = open_ or not _same_whole(own, kept)
            continue
        if known is None:
            open_ = open_ or own.sure != SURE or not own.use
            continue
        open_ = open_ or known["ask"] or known["stood"] != _stood(own)
        said = {name: value for name, value in known.items() if name in FIELDS}
        blank = Meaning(own.label, year=own.year)
        made[slot] = replace(blank, **said, use=bool(known["use"]), why=None if known["use"] else _BEFORE)
    if open_:
        return False
    for slot, one in made.items():
        put(table, slot, one)
    table.reused = file
    return True


_GONE = Text("对应表中没有", "not in the mapping")


def _same_whole(own: Meaning, kept: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether another title says what the earlier one was confirmed to say."""
    before = next((one for path, one in kept.items() if path.startswith(f"{WHOLE[0]}:")), {"use": True})
    said = {name: getattr(own, name) for name in FIELDS if name != "year" and getattr(own, name)}
    known = {name: value for name, value in before.items() if name in FIELDS and name != "year"}
    return own.sure == SURE and own.use and bool(before["use"]) and said == known


_BEFORE = Text("按已确认的对应表不取", "left out, as confirmed before")
