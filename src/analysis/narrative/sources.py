"""What the number checker knows of a run: the CSV files as they lie there, read and reckoned with by its own code.

Nothing here uses the tables, facts or formats the documents were written from: a number is right when the files say so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from analysis.gate.texts import unguarded
from analysis.gate.yaml_files import read_mapping

Row = dict[str, str]
_Made = TypeVar("_Made")
ADDRESS = {  # columns that name a row, in the order of an address; those left out at its end are totals
    "targets": ("id",),  # of the plan, as the next two
    "measures": ("id",),
    "goals": ("id",),
    "observations": ("indicator", "ref_area", "time_period", "sex", "age", "residence", "group"),
    "forecasts": ("series_id", "time_period", "output_type_id"),
    "assessments": ("target",),
    "alerts": ("target", "rule"),
    "details": ("target",),
    "opinions": ("target", "rule"),
    "volatility": ("series_id",),
    "equity": ("indicator", "dimension", "first", "second"),
    "funnel": ("indicator", "ref_area"),
    "district_funnel": ("indicator", "ref_area"),
    "composite": ("domain",),
    "effects": ("measure", "indicator", "design"),
    "scenarios": ("target", "scenario"),
    "forecast_review": ("origin",),
    "league": ("ref_area",),
    "summary": ("ref_area",),
    "rollup": ("indicator", "time_period", "sex", "age", "residence", "group"),
    "measure_status": ("measure",),
    "department_status": ("department",),
    "judgements": ("target",),
    "verdict_counts": ("basis", "outcome"),
    "measure_reports": ("department", "year", "measure"),
    "self_assessments": ("department", "year", "target"),
    "causes": ("department", "year", "target"),
    "practices": ("department", "year", "number"),
    "next_year": ("department", "year", "number"),
    "received": ("department", "year"),
    "group_ratings": ("year", "target"),
}
_QUOTED = re.compile(r"(text|title|name|note|reason|evidence|clause|source|definition|formula|numerator|denominator|"
                     r"input|basis|label|cause|measure|person|deadline|progress|state|reviewer|done|difficulty|"
                     r"content|result|place|action|goal|last_measure|evidence_seen|returned_why|due|received"
                     r")(_zh|_en)?")  # fmt: skip
_DIGIT, _WORD = re.compile(r"\d"), re.compile(r"[^\W\d_]")
_BY_TEXT = ("assessments", "alerts", "observations", "effects", "scenarios", "no_data", "opinions", "summary",
            "plan/goals", "plan/measures", "plan/targets", "plan/indicators", "plan/departments", "areas",
            "measure_reports", "self_assessments", "causes", "practices", "next_year", "group_ratings", "received",
            "judgements", "department_status")  # fmt: skip


_YEARS = ("target_year", "latest_year", "baseline_year", "time_period", "start_year", "year", "origin")


class Unknown(Exception):
    """An origin names nothing that is there."""


class Sources:
    """The files of a run.

    Parameters
    ----------
    folder : Path
        The run folder, with `tables` and `inputs`.
    as_of : int
        The last year known to the run.
    area : str
        The code of the area under evaluation.
    """

    def __init__(self, folder: Path, as_of: int, area: str) -> None:
        self.folder, self.as_of, self.area = folder, as_of, area
        self._rows: dict[str, list[Row]] = {}
        self._made: dict[str, Any] = {}
        self._by_address: dict[str, dict[tuple[str, ...], Row]] = {}

    def rows(self, name: str) -> list[Row]:
        """Return the rows of a table by name, all cells text; none where the file is not there."""
        if name not in self._rows:
            self._rows[name] = list(self._read(name))
        return self._rows[name]

    def _read(self, name: str) -> Iterator[Row]:
        plan, inputs = name.removeprefix("plan/"), self.folder / "inputs"
        files = (
            [inputs / "plan" / f"{plan}.csv"]
            if plan != name
            else [self.folder / "tables" / f"{name}.csv", inputs / "data" / f"{name}.csv", inputs / f"{name}.csv"]
        )
        for file in files:
            if file.is_file():
                with file.open(encoding="utf-8-sig", newline="") as opened:
                    for row in csv.DictReader(opened):
                        yield row if plan != name else {key: unguarded(cell or "") for key, cell in row.items()}
                return

    def once(self, name: str, made: Callable[[Sources], _Made]) -> _Made:
        """Return what `made` makes of the files, made once."""
        if name not in self._made:
            self._made[name] = made(self)
        found: _Made = self._made[name]
        return found

    def cell(self, table: str, address: str, column: str) -> float:
        """Return a number of a table.

        Raises
        ------
        Unknown
            There is no such row or column, or the cell is empty.
        """
        try:
            if table == "rules":  # a threshold by the key it stands under, none for one of the first level
                rules = self.once("rules", _rules)
                return float((rules[address] if address else rules)[column])
            return float(self.row(table, address)[column])
        except (KeyError, ValueError, TypeError):
            raise Unknown(f"{table}[{address}].{column}") from None

    def row(self, table: str, address: str) -> Row:
        """Return a row of a table, empty where there is none."""
        names = ADDRESS.get(table, ())
        if table not in self._by_address:
            file = f"plan/{table}" if names == ("id",) else table
            rows = self.rows(file) if names else ()
            self._by_address[table] = {tuple(row[name] for name in names): row for row in rows}
        key = tuple(address.split(","))
        return self._by_address[table].get((*key, *["_T"] * (len(names) - len(key))), {})

    def years_of(self, table: str, address: str) -> set[int]:
        """Return the years that belong to a row: its own, those it names, and the special years of its indicator."""
        row = self.row(table, address)
        found = {int(float(row[name])) for name in _YEARS if row.get(name)}
        if table in ("scenarios", "details", "alerts"):
            found |= self.years_of("assessments", address.split(",")[0])
        special = self.once("special", _special_years)
        return found | {year - 1 for year in found} | special.get(row.get("indicator", ""), set())

    @cached_property
    def quotations(self) -> tuple[str, ...]:
        """Return the texts with a number that documents quote: of the plan, the tables, the ledger and the rules."""
        texts = set[str]()
        for table in (*_BY_TEXT, "ledger"):
            rows = self.rows(table)
            for name in rows[0] if rows else ():
                if table == "ledger" or _QUOTED.fullmatch(name):
                    texts |= {row[name] for row in rows}
        texts |= {row["evidence_sha256"][:8] for row in self.rows("ledger")}
        rules = self.folder / "inputs" / "rules.yaml"
        if rules.is_file():
            texts.add(rules.read_text(encoding="utf-8").strip())
        digits = {text for text in texts if _DIGIT.search(text) and (_WORD.search(text) or "-" in text)}
        digits |= {text[:1].lower() + text[1:] for text in digits if text.isascii()}  # within an English sentence
        digits |= {text.rstrip("。.") for text in digits}  # within a list
        return tuple(digits)

    @cached_property
    def years(self) -> frozenset[int]:
        """Return the years of the run as a whole: its last one and the next, those of the plan and of its targets."""
        plan = self.folder / "inputs" / "plan" / "plan.yaml"
        text = plan.read_text(encoding="utf-8") if plan.is_file() else ""
        named = {int(one) for one in re.findall(r"(?m)^(?:start|end|baseline)_year:\s*(\d{4})", text)}
        ends = {int(row[name]) for row in self.rows("plan/targets") for name in ("year", "baseline_year") if row[name]}
        return frozenset({self.as_of, self.as_of + 1} | named | ends)

    @cached_property
    def any_year(self) -> range:
        """Return the years from the first one observed to the year after the plan's last."""
        seen = {int(row["time_period"]) for row in self.rows("observations")} | self.years
        return range(min(seen), max(seen) + 2)


def _rules(sources: Sources) -> dict[str, Any]:
    file = sources.folder / "inputs" / "rules.yaml"
    return read_mapping(file) if file.is_file() else {}


def _special_years(sources: Sources) -> dict[str, set[int]]:
    """Return the years marked as a special event or a change of definition, by indicator."""
    found: dict[str, set[int]] = {}
    for row in sources.rows("observations"):
        if row["obs_status"] in ("S", "B"):
            found.setdefault(row["indicator"], set()).add(int(row["time_period"]))
    return found
