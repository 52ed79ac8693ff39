"""The files of a run with the line each row stands on, read as text: a trace shows what lies there."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.narrative.sources import Row, Sources

KEY = ("indicator", "ref_area", "time_period", "sex", "age", "residence", "group")


@dataclass(frozen=True)
class Line:
    """A row of a file: the file within the run, the line it ends on, and its cells; `Line.row` 0 where it has none."""

    file: str
    number: int
    cells: Row


class RunTables:
    """What a trace reads of a run.

    Parameters
    ----------
    folder : Path
        The run, or an unpacked bundle.
    record : dict
        Its `run.json`.
    """

    def __init__(self, folder: Path, record: dict[str, Any]) -> None:
        self.folder, self.record = folder, record
        self.sources = Sources(folder, int(record["as_of"]), str(record["area"]))
        self._lines: dict[str, list[Line]] = {}

    @property
    def area(self) -> str:
        """Return the code of the area under evaluation."""
        return self.sources.area

    def lines(self, name: str) -> list[Line]:
        """Return the rows of a table, or of a file of the plan (`plan/targets`), with their lines."""
        if name not in self._lines:
            plan = name.removeprefix("plan/")
            files = [f"inputs/plan/{plan}.csv"] if plan != name else [f"tables/{name}.csv", f"inputs/data/{name}.csv"]
            file = next((one for one in files if (self.folder / one).is_file()), None)
            self._lines[name] = [] if file is None else list(self._read(file))
        return self._lines[name]

    def find(self, name: str, **cells: str) -> list[Line]:
        """Return the rows of a table with these cells."""
        return [one for one in self.lines(name) if all(one.cells.get(key) == cell for key, cell in cells.items())]

    @cached_property
    def given(self) -> dict[tuple[str, ...], list[Line]]:
        """Return the rows of the run's copy of the data, by indicator, area, year and breakdown."""
        out: dict[tuple[str, ...], list[Line]] = {}
        for name in ("observations.csv", "observations.csv.gz"):
            if (self.folder / "inputs" / "data" / name).is_file():
                for one in self._read(f"inputs/data/{name}"):
                    out.setdefault(tuple(one.cells.get(key) or "_T" for key in KEY), []).append(one)
                break
        return out

    @cached_property
    def cells(self) -> dict[tuple[str, ...], Line]:
        """Return where observations were entered, by key, source and vintage; empty for a run of a data folder."""
        rows = self.provenance("cells")
        return {tuple(one.cells[key] for key in (*KEY, "source", "vintage")): one for one in rows}

    def provenance(self, name: str) -> list[Line]:
        """Return a table of the run's `inputs/provenance`: cells, submissions or steps; nothing where there is none."""
        file = f"inputs/provenance/{name}.csv"
        return list(self._read(file)) if (self.folder / file).is_file() else []

    def _read(self, file: str) -> Iterator[Line]:
        path = self.folder / file
        raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        reader = csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
        for row in reader:
            cells = {str(name).strip(): (cell or "").strip() for name, cell in row.items() if isinstance(cell, str)}
            yield Line(file, reader.line_num, cells)


def number(cell: str) -> str:
    """Return a number as it is shown: six significant digits, no zeros at its end; other text as it stands."""
    try:
        return f"{float(cell):.6g}"
    except ValueError:
        return cell
