"""The tables that travel: fixed columns and key, built only by a constructor that checks them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.exceptions import DataError, Fault, Text, Where
from analysis.gate.breakdowns import TOTAL as TOTAL
from analysis.gate.ids import doubled, is_code, is_name, no_name, same_but_for_case

BREAKDOWNS = ("sex", "age", "residence", "group")
QUANTILES = (0.01, 0.025, *(round(0.05 * k, 2) for k in range(1, 20)), 0.975, 0.99)
STATUSES = ("met", "on_track", "at_risk", "off_track", "no_data", "qualitative")
LEVELS = ("blue", "yellow", "orange", "red")
UNITS = ("percent", "per_1000", "per_10000", "per_100000", "ratio", "other")
DIRECTIONS = ("lower_is_better", "higher_is_better")
OBS_STATUSES = ("A", "P", "B", "E", "M", "C", "S")
EVENTS = ("shock", "break")
TIMINGS = ("due", "awaiting", "ahead")  # of a target: its year was observed, has passed unobserved, is still to come
BORDERLINES = ("probability", "one_event", "pooled")  # what would turn a verdict
SECOND_BASES = ("baseline_year", "mean")  # of a second verdict, where it differs


@dataclass(frozen=True)
class Column:
    """A column: its type, whether a cell may be empty, the values allowed, and whether its cells are ids.

    The cells of a column with an `id` are names (`gate.ids`), or codes of a breakdown, that differ also without regard
    to case.
    """

    name: str
    kind: Literal["text", "number", "integer"] = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    id: str = ""  # "", "name" or "code"

    def is_id(self, cell: str) -> bool:
        """Return whether a cell that is not empty is what a column of ids allows; any is where it holds none."""
        return not self.id or (is_code if self.id == "code" else is_name)(cell)


def ids(names: str) -> tuple[Column, ...]:
    """Return columns of ids from a list of names; a name in brackets may be empty."""
    return tuple(Column(name.strip("()"), required=not name.startswith("("), id="name") for name in names.split())


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, and the key whose values occur once.

    `sort` is False where the order of the rows is the author's, as in the files of a plan.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    sort: bool = True

    @property
    def names(self) -> list[str]:
        """Return the column names in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)

    def build(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return `frame` with exactly this table's columns, types and order, its rows sorted by the key.

        Parameters
        ----------
        frame : DataFrame
            Must hold every column of the table; further columns are dropped.

        Raises
        ------
        DataError
            A column is missing, a required cell is empty, a value is not among the choices,
            or a key occurs twice.
        """
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise DataError((self._fault(f"缺少列 {'、'.join(missing)}", f"no column {', '.join(missing)}"),))
        out = frame[self.names].copy()
        faults = []
        for column in self.columns:
            try:
                out[column.name] = _typed(out[column.name], column)
            except (ValueError, TypeError):
                raise DataError((self._fault(f"{column.name} 列有不是数的值", f"{column.name}: no number"),)) from None
            faults += self._cell_faults(out[column.name], column)
            faults += _id_faults(out[column.name], column, self.name)
        twice = out.duplicated(list(self.key))
        if twice.any():
            cells = out.loc[twice, list(self.key)].iloc[:1].astype(object).to_dict("records")[0]
            first = {n: int(c) if self.column(str(n)).kind == "integer" else c for n, c in cells.items()}
            faults.append(self._fault(f"主键重复：{first}", f"key occurs twice: {first}"))
        if faults:
            raise DataError(faults)
        return out.sort_values(list(self.key), ignore_index=True) if self.sort else out.reset_index(drop=True)

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        return self.build(pd.DataFrame({name: [] for name in self.names}))

    def _cell_faults(self, cells: pd.Series, column: Column) -> list[Fault]:
        faults = []
        empty = cells.isna() if column.kind != "text" else cells.eq("")
        if column.required and empty.any():
            faults.append(
                self._fault(f"{column.name} 列有 {empty.sum()} 个空格", f"{empty.sum()} empty cells in {column.name}")
            )
        if column.choices:
            wrong = sorted(set(cells[~empty].unique()) - set(column.choices))
            if wrong:
                faults.append(
                    self._fault(
                        f"{column.name} 列的值 {wrong} 不在代码表中", f"{column.name}: {wrong} not in the code list"
                    )
                )
        return faults

    def _fault(self, zh: str, en: str) -> Fault:
        return Fault(
            Text(zh, en),
            Where(item=self.name),
            Text(
                f"表 {self.name} 的列：{', '.join(self.names)}", f"the columns of {self.name}: {', '.join(self.names)}"
            ),
            Text("请核对生成该表的步骤。", "Check the step that made the table."),
        )


def _id_faults(cells: pd.Series, column: Column, table: str) -> list[Fault]:
    """Return the ids of a column that are no names, and those that differ by case alone."""
    if not column.id:
        return []
    own, where = [one for one in cells.unique() if one], Where(item=table, column=column.name)
    wrong: list[Fault] = [no_name(one, where) for one in own if not column.is_id(one)]
    return wrong + [doubled(one, other, where) for one, other in same_but_for_case(own)]


def _typed(cells: pd.Series, column: Column) -> pd.Series:
    if column.kind == "integer":
        return pd.to_numeric(cells).astype("Int64")
    if column.kind == "number":
        return pd.to_numeric(cells).astype(float)
    return (cells if cells.dtype == "str" else cells.astype(object)).fillna("").astype(str)


_BREAKDOWN_COLUMNS = tuple(Column(name, id="code") for name in BREAKDOWNS)

OBSERVATIONS = Table(
    "observations",
    (
        *ids("indicator ref_area"),
        Column("time_period", "integer", minimum=1900),
        *_BREAKDOWN_COLUMNS,
        Column("source"),
        Column("vintage"),
        Column("obs_value", "number", required=False),
        Column("numerator", "number", required=False, minimum=0),
        Column("denominator", "number", required=False, minimum=0),
        Column("unit"),
        Column("obs_status", choices=OBS_STATUSES),
        Column("note", required=False),
    ),
    ("indicator", "ref_area", "time_period", *BREAKDOWNS, "source", "vintage"),
)

SERIES_INPUT = Table(
    "series",
    (
        Column("series_id"),
        Column("time_period", "integer", minimum=1900),
        Column("obs_value", "number", required=False),
        Column("numerator", "number", required=False, minimum=0),
        Column("denominator", "number", required=False, minimum=0),
        Column("unit", required=False, choices=UNITS),
        Column("direction", required=False, choices=DIRECTIONS),
        Column("event", required=False, choices=EVENTS),
        Column("parent", required=False),
        Column("indicator", required=False),
    ),
    ("series_id", "time_period"),
)

FORECASTS = Table(
    "forecasts",
    (
        Column("series_id"),
        Column("model"),
        Column("origin", "integer"),
        Column("time_period", "integer"),
        Column("output_type", choices=("quantile", "mean")),
        Column("output_type_id", required=False),
        Column("value", "number"),
    ),
    ("series_id", "model", "origin", "time_period", "output_type", "output_type_id"),
)

NO_DATA = Table(
    "no_data",
    (
        Column("series_id"),
        Column("points", "integer"),
        Column("reason", choices=("empty", "one_point", "not_fitted", "suppressed")),
        Column("reason_zh"),
        Column("reason_en"),
    ),
    ("series_id",),
)

ASSESSMENTS = Table(
    "assessments",
    (
        *ids("plan"),
        Column("indicator", id="code"),  # _Z: a target without one
        *ids("ref_area"),
        Column("target_year", "integer"),
        *_BREAKDOWN_COLUMNS,
        *ids("target"),
        Column("comparison", required=False),
        Column("target_value", "number", required=False),
        Column("baseline_year", "integer", required=False),
        Column("baseline_value", "number", required=False),
        Column("latest_year", "integer", required=False),
        Column("latest_value", "number", required=False),
        Column("forecast", "number", required=False),
        Column("lower_80", "number", required=False),
        Column("upper_80", "number", required=False),
        Column("p_miss", "number", required=False),
        Column("observed_aarc", "number", required=False),
        Column("required_aarc", "number", required=False),
        Column("status", choices=STATUSES),
        Column("timing", required=False, choices=TIMINGS),
        Column("at_target", required=False, choices=("yes", "no")),
        Column("borderline", required=False, choices=BORDERLINES),
        Column("reference_value", "number", required=False),
        Column("second_basis", required=False, choices=SECOND_BASES),
        Column("second_p_miss", "number", required=False),
        Column("second_status", required=False, choices=STATUSES),
        Column("window", "integer", required=False),
        Column("units", "integer", required=False),
        Column("units_met", "integer", required=False),
        Column("weakest", required=False),
        Column("reason"),
        Column("reason_en"),
    ),
    ("plan", "indicator", "ref_area", "target_year", *BREAKDOWNS, "target"),
)

ALERTS = Table(
    "alerts",
    (
        *ids("plan"),
        Column("indicator", id="code"),
        *ids("ref_area"),
        Column("year", "integer"),
        Column("rule"),
        *ids("target"),
        Column("target_year", "integer"),
        Column("level", choices=LEVELS),
        Column("p_miss", "number", required=False),
        Column("evidence"),
        Column("evidence_en"),
        Column("clause"),
        Column("department"),
        Column("measures", required=False),
        Column("years_in_row", "integer", required=False),
        Column("years_on_record", "integer", required=False),
    ),
    ("plan", "indicator", "ref_area", "year", "rule", "target"),
)


ISSUED = Table(
    "issued_alerts",
    (
        *ids("plan target"),
        Column("year", "integer"),
        Column("level", choices=LEVELS),
        Column("number", required=False),
    ),
    ("plan", "target", "year"),
)
