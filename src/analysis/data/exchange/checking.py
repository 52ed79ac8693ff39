"""Data are held against the structure they go out with, before a file is written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sdmx.message import StructureMessage

from analysis.data.exchange.codes import encode
from analysis.data.exchange.columns import COLUMN, DIMENSIONS, FLOW
from analysis.exceptions import DataError, Fault, Text, Where
from analysis.schema import OBSERVATIONS

# what XML 1.0 cannot hold
_UNWRITABLE = r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
_VALUELESS = ("M", "C")  # statuses under which there may be no value


def check(observations: pd.DataFrame, message: StructureMessage) -> None:
    """Check that observations keep to a structure.

    Every code is in its codelist, every dimension has a value, keys occur once, years have four digits, numbers are
    finite and given unless their status says why not, texts hold nothing XML cannot write.

    Parameters
    ----------
    observations : DataFrame
        An `OBSERVATIONS` table.
    message : StructureMessage
        Of `structure`.

    Raises
    ------
    DataError
        With a fault for every row and column that breaks it; rows are counted from 1, without a header.
    """
    faults = [*_codes(observations, message), *_texts(observations), *_numbers(observations), *_keys(observations)]
    if faults:
        raise DataError(sorted(faults, key=lambda fault: fault.where.row or 0))


def _codes(table: pd.DataFrame, message: StructureMessage) -> list[Fault]:
    dsd: Any = message.structure[FLOW]
    faults = []
    for component in [*dsd.dimensions, *dsd.attributes]:
        codelist = component.local_representation.enumerated
        if codelist is None:
            continue
        cells = table[COLUMN[component.id]].astype(str)
        known = {cell: encode(cell) in codelist for cell in cells.unique()}
        expected = Text(f"数据结构中 {codelist.id} 的代码", f"a code of {codelist.id} in the structure")
        todo = Text(
            "请在规划或 areas.csv 中补上该代码，或更正数据；数据属于其他规划时请用 --plan 指明。",
            "Add the code to the plan or areas.csv, or correct the data; name another plan with --plan.",
        )
        for cell, row in _offending(table, ~cells.map(known)):
            code = cell[COLUMN[component.id]]
            found = Text(f"{codelist.id} 中没有代码“{code}”", f"'{code}' is no code of {codelist.id}")
            faults.append(Fault(found, _where(cell, row, component.id), expected, todo))
    return faults


def _texts(table: pd.DataFrame) -> list[Fault]:
    faults = []
    for name, column in COLUMN.items():
        if pd.api.types.is_numeric_dtype(table[column]):
            continue
        cells = table[column].astype(str)
        for cell, row in _offending(table, cells.str.contains(_UNWRITABLE, regex=True)):
            faults.append(
                Fault(
                    Text("含有不能写入 XML 的控制字符", "a control character that XML cannot hold"),
                    _where(cell, row, name),
                    Text("可打印的文字", "text that can be printed"),
                    Text("请删去控制字符。", "Take the character out."),
                )
            )
        if name in DIMENSIONS:
            for cell, row in _offending(table, cells.str.strip().eq("")):
                faults.append(
                    Fault(
                        Text("维度为空", "a dimension without a value"),
                        _where(cell, row, name),
                        Text("每个维度都有值", "a value of every dimension"),
                        Text("请补上后再导出。", "Fill it in and export again."),
                    )
                )
    return faults


def _numbers(table: pd.DataFrame) -> list[Fault]:
    numbers = [column.name for column in OBSERVATIONS.columns if column.kind == "number"]
    missing, status = table["obs_value"].isna(), table["obs_status"]
    wrong: list[tuple[str, Any, Text]] = [
        (name, np.isinf(table[name].astype(float)), Text("数值无穷大", "an infinite number")) for name in numbers
    ]
    wrong.append(("obs_value", missing & ~status.isin(_VALUELESS), Text("没有数值", "no value")))
    wrong.append(("obs_value", ~missing & status.eq("M"), Text("状态为缺报却有数值", "a value though missing (M)")))
    years = pd.to_numeric(table["time_period"])
    odd = ~years.between(1000, 9999).fillna(False).astype(bool)
    wrong.append(("time_period", odd, Text("年份不是四位数", "a year that has not four digits")))
    expected = Text("有限的数值；没有数值的行状态为 M 或 C", "a finite number; M or C where there is none")
    return [
        Fault(found, _where(cell, row, _component(name)), expected, Text("请更正该行。", "Correct the row."))
        for name, rows, found in wrong
        for cell, row in _offending(table, rows)
    ]


def _keys(table: pd.DataFrame) -> list[Fault]:
    keys = [COLUMN[name] for name in DIMENSIONS]
    return [
        Fault(
            Text("键值重复", "a key that occurs more than once"),
            _where(cell, row, None),
            Text("每个指标、地区、分组、来源、批次和年份只有一行", "one row for a key"),
            Text("请删去重复的行。", "Remove the row that is twice."),
        )
        for cell, row in _offending(table, table.duplicated(keys, keep=False))
    ]


def _offending(table: pd.DataFrame, rows: Any) -> list[tuple[dict[str, Any], int]]:
    mask = np.asarray(rows, dtype=bool)
    if not mask.any():
        return []
    cells: list[dict[Any, Any]] = table[mask].to_dict("records")
    return list(zip(cells, (np.flatnonzero(mask) + 1).tolist(), strict=True))


def _component(column: str) -> str:
    return next(name for name, one in COLUMN.items() if one == column)


def _where(cell: dict[str, Any], row: int, component: str | None) -> Where:
    year = None if pd.isna(cell["time_period"]) else int(cell["time_period"])
    about = f"{cell['indicator']} {cell['ref_area']}"
    return Where(file="observations", row=row, column=component, item=about, year=year)
