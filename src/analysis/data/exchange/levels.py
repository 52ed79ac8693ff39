"""Observations of a message with what is said of them on the levels above; the nearest level counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from sys import intern

from analysis.data.exchange.columns import ATTRIBUTES, NAMES, joined

ACTION = "ACTION"
_MAYBE_KEYS = ("SOURCE", "VINTAGE")  # dimensions here that are attributes elsewhere
Level = dict[str, str]
ByKey = dict[tuple[str | None, ...], list[Level]]


@dataclass
class Observed:
    """Rows of observations as they arrive, filled from group and data set when a data set ends.

    `names` are the columns met so far; a row may be shorter than that, and a cell nobody gave is None.
    """

    names: list[str] = field(default_factory=lambda: [*NAMES, ACTION])
    rows: list[list[str | None]] = field(default_factory=list)
    _place: dict[str, int] = field(init=False)
    _levels: list[tuple[str, Level]] = field(default_factory=list)
    _groups: list[tuple[Level, set[str]]] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)
    _first: int = 0

    def __post_init__(self) -> None:
        self._place = {name: j for j, name in enumerate(self.names)}

    def open(self, level: str) -> None:
        """Begin a level: DataSet, Group, Series or Obs."""
        if level == "DataSet":
            self._groups, self._first = [], len(self.rows)
        self._keys = set()
        self._levels.append((level, {}))

    def put(self, name: str, value: str, key: bool = False, more: bool = False) -> None:
        """Say a component's value on the open level; `key` where it is known to be a dimension, `more` adds to it."""
        if not self._levels:
            return
        held = self._levels[-1][1]
        held[name] = joined([held.get(name, ""), value]) if more else value
        if key:
            self._keys.add(name)

    def told(self, name: str) -> bool:
        """Return whether the open level says this component already."""
        return bool(self._levels) and name in self._levels[-1][1]

    def close(self) -> None:
        """End the open level: an observation becomes a row, a data set fills its rows."""
        level, held = self._levels.pop()
        if level == "Group":
            self._groups.append((held, self._keys))
        elif level == "Obs":
            series = self._levels[-1][1] if self._levels and self._levels[-1][0] == "Series" else {}
            self._add({**series, **held})
        elif level == "DataSet":
            self._fill(held)

    def _add(self, cells: Level) -> None:
        for name in cells:
            self._column(name)
        row: list[str | None] = [None] * len(self.names)
        for name, value in cells.items():
            row[self._place[name]] = intern(value)
        self.rows.append(row)

    def _column(self, name: str) -> int:
        if name not in self._place:
            self._place[name] = len(self.names)
            self.names.append(name)
        return self._place[name]

    def _fill(self, dataset: Level) -> None:
        """Give the rows of a data set what its groups and itself say of them."""
        rows = self.rows[self._first :]
        for keys, by_key in self._by_keys(rows):
            places = [(self._place[name], dataset.get(name)) for name in keys]
            for row in rows:
                own = tuple((row[j] if j < len(row) else None) or above for j, above in places)
                for attributes in by_key.get(own, []):
                    self._give(row, attributes)
        for row in rows:
            self._give(row, dataset)

    def _give(self, row: list[str | None], said: Level) -> None:
        for name, value in said.items():
            j = self._column(name)
            row += [None] * (j + 1 - len(row))
            if row[j] is None:
                row[j] = value

    def _by_keys(self, rows: list[list[str | None]]) -> list[tuple[tuple[str, ...], ByKey]]:
        """Return the groups' attributes by the names and values of their partial keys, the longest keys first."""
        told = {name for name, j in self._place.items() if any(j < len(row) and row[j] is not None for row in rows)}
        out: dict[tuple[str, ...], ByKey] = {}
        for held, keys in self._groups:
            names = tuple(sorted(name for name in held if name in keys or _is_key(name, told)))
            if all(name in self._place for name in names):
                values = tuple(held[name] for name in names)
                rest = {name: value for name, value in held.items() if name not in names}
                out.setdefault(names, {}).setdefault(values, []).append(rest)
        return sorted(out.items(), key=lambda item: -len(item[0]))


def _is_key(name: str, told: set[str]) -> bool:
    """Return whether a component of a group is part of its key: a dimension, or one that the series tell as well."""
    if name in ATTRIBUTES or name in ("OBS_VALUE", ACTION):
        return False
    return name in told if name in _MAYBE_KEYS or name not in NAMES else True
