"""Observed rows of many series, kept in files that are mapped and not loaded: only the rows asked for take memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.exceptions import DataError
from analysis.models import Series
from analysis.models.average import group_name, teachers
from analysis.models.from_tables import from_input, is_bounded, values_of
from analysis.models.transforms import scale_kind
from analysis.schema import SERIES_INPUT, UNITS
from analysis.schema.messages import MOST, twice

_COLUMNS: dict[str, Any] = {
    "series": np.int32,
    "time_period": np.int32,
    "obs_value": np.float64,
    "numerator": np.float64,
    "denominator": np.float64,
    "unit": np.int8,
    "event": np.int8,
}
_CODES = {"unit": ("", *UNITS), "event": ("", "shock", "break")}


@dataclass(frozen=True)
class Spool:
    """A folder with one file a column, the names of the series, and their rows in order of series and year."""

    folder: Path

    def __len__(self) -> int:
        """Return the number of series."""
        return len(self._starts) - 1

    def rows(self, first: int, last: int) -> pd.DataFrame:
        """Return the rows of the series from `first` up to `last`, by name and year: a `SERIES_INPUT` table."""
        return self._rows(self._order[self._starts[first] : self._starts[last]])

    def series(self, first: int, last: int) -> list[Series]:
        """Return some series, by name."""
        return from_input(self.rows(first, last))

    def teachers(self) -> list[Series]:
        """Return the series the default model learns from: the same ones it would take from all series together."""
        spans = [np.arange(self._starts[i], self._starts[i + 1]) for i in self._teaching()]
        return from_input(self._rows(self._order[np.concatenate(spans)])) if spans else []

    def _teaching(self) -> list[int]:
        order, starts = self._order, self._starts[:-1]
        values = self._column("obs_value")[order]
        counts = np.add.reduceat((~np.isnan(values)).astype(np.int64), starts)
        largest, smallest = np.fmax.reduceat(values, starts), np.fmin.reduceat(values, starts)
        units = self._column("unit")[order[starts]]
        groups: dict[str, list[int]] = {}
        for i in np.flatnonzero(counts > 2).tolist():
            unit = _CODES["unit"][units[i]] or "other"
            kind = scale_kind(unit, is_bounded(unit, largest[i]), smallest[i])
            groups.setdefault(group_name(unit, kind), []).append(i)
        return sorted(own[i] for own in groups.values() for i in teachers(len(own)))

    def _rows(self, order: np.ndarray) -> pd.DataFrame:
        own = {name: self._column(name)[order] for name in _COLUMNS}
        for name, codes in _CODES.items():
            own[name] = np.array(codes, object)[own[name]]
        table = pd.DataFrame({name: own[name] for name in _COLUMNS if name != "series"})
        return table.assign(series_id=self._names(own["series"]))

    def _names(self, places: np.ndarray) -> np.ndarray:
        kept, back = np.unique(places, return_inverse=True)
        ends, text = self._mapped("name_ends", np.int64), self._mapped("names", np.uint8)
        names = [bytes(text[ends[i] : ends[i + 1]]).decode() for i in kept]
        return np.array(names, object)[back]

    @cached_property
    def _order(self) -> np.ndarray:
        return self._mapped("order", np.int64)

    @cached_property
    def _starts(self) -> np.ndarray:
        return self._mapped("starts", np.int64)

    def _column(self, name: str) -> np.ndarray:
        return self._mapped(name, _COLUMNS[name])

    def _mapped(self, name: str, kind: Any) -> np.ndarray:
        return np.memmap(self.folder / name, kind, "r")


def fill(folder: Path, blocks: Iterable[pd.DataFrame], file: str) -> Spool:
    """Write blocks of a `SERIES_INPUT` table into a new spool.

    Parameters
    ----------
    folder : Path
        A folder for the spool; files of an earlier one are written over.
    blocks : iterable of DataFrame
    file : str
        The file's name as shown to the reader.

    Raises
    ------
    DataError
        A series has two rows of one year.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known: dict[str, int] = {}
    streams = {name: (folder / name).open("wb") for name in _COLUMNS}
    try:
        for block in blocks:
            for name, cells in _coded(block, known).items():
                cells.astype(_COLUMNS[name]).tofile(streams[name])
    finally:
        for stream in streams.values():
            stream.close()
    _sort(folder, known)
    spool = Spool(folder)
    order = spool._order
    same = np.diff(spool._column("series")[order]) == 0
    same &= np.diff(spool._column("time_period")[order]) == 0
    if same.any():
        rows = np.sort(order[1:][same])[:MOST] + 2  # below the header, counted from one
        raise DataError([twice(file, SERIES_INPUT, int(row)) for row in rows])
    return spool


def _coded(block: pd.DataFrame, known: dict[str, int]) -> dict[str, np.ndarray]:
    own = {name: block[name].to_numpy() for name in _COLUMNS if name not in ("series", *_CODES)}
    own["obs_value"] = values_of(block)
    for name, codes in _CODES.items():
        own[name] = block[name].map({code: i for i, code in enumerate(codes)}).to_numpy()
    places, names = pd.factorize(block["series_id"])
    own["series"] = np.array([known.setdefault(str(name), len(known)) for name in names], np.int32)[places]
    return own


def _sort(folder: Path, known: dict[str, int]) -> None:
    """Give the series numbers by name; write the order of rows, where each series starts, and the names."""
    names = sorted(known)
    rank = np.empty(len(names), np.int32)
    rank[[known[name] for name in names]] = np.arange(len(names), dtype=np.int32)
    series = rank[np.fromfile(folder / "series", np.int32)]
    series.tofile(folder / "series")
    order = np.lexsort((np.fromfile(folder / "time_period", np.int32), series))
    order.astype(np.int64).tofile(folder / "order")
    ends = np.cumsum([0, *np.bincount(series, minlength=len(names))])
    ends.astype(np.int64).tofile(folder / "starts")
    encoded = [name.encode() for name in names]
    np.cumsum([0, *map(len, encoded)]).astype(np.int64).tofile(folder / "name_ends")
    (folder / "names").write_bytes(b"".join(encoded))
