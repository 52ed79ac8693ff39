"""A table that travels: its columns, its key, and the constructor that checks both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.exceptions import DataError, Fault, Text, Where
from analysis.gate.ids import doubled, is_code, is_name, no_name, same_but_for_case


@dataclass(frozen=True)
class Column:
    """A column: its type, whether a cell may be empty, the values allowed, and whether its cells are ids.

    Parameters
    ----------
    name : str
    kind : text, number or integer
    required : bool
        Whether no cell may be empty.
    choices : tuple of str
        Values allowed; empty for any.
    minimum : float, optional
        The least value allowed.
    id : str
        "name" where the cells are names (`gate.ids`), "code" where they are codes of a breakdown: both differ also
        without regard to case. Empty for neither.
    """

    name: str
    kind: Literal["text", "number", "integer"] = "text"
    required: bool = True
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    id: str = ""

    def is_id(self, cell: str) -> bool:
        """Return whether a cell that is not empty is what a column of ids allows; any is where it holds none."""
        return not self.id or (is_code if self.id == "code" else is_name)(cell)


def ids(names: str) -> tuple[Column, ...]:
    """Return columns of ids from a list of names; a name in brackets may be empty."""
    return tuple(Column(name.strip("()"), required=not name.startswith("("), id="name") for name in names.split())


@dataclass(frozen=True)
class Table:
    """A table: its columns in order, and the key whose values occur once.

    Parameters
    ----------
    name : str
    columns : tuple of Column
    key : tuple of str
        Columns whose values together occur once.
    sort : bool
        False where the order of the rows is the author's, as in the files of a plan.
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
