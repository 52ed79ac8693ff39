"""Monthly and quarterly data of a department: a small CSV, a row an indicator, area and month or quarter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.exceptions import DataError, Fault, Text, Where
from analysis.places import shown
from analysis.schema import MONTHLY, read_table

_MONTH = re.compile(r"(\d{4})-M?(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def read_monthly(path: Path | str) -> pd.DataFrame:
    """Read a monthly or quarterly file.

    Returns
    -------
    DataFrame
        A `MONTHLY` table with `year`, `part` (1 to 12 or 1 to 4) and `parts` (12 or 4) of each row.

    Raises
    ------
    UsageError
        The file does not exist.
    DataError
        The file breaks its table, a period is neither a month nor a quarter, or a row holds no number.
    """
    table = read_table(path, MONTHLY)
    found = [_period(text) for text in table["time_period"]]
    faults = [
        _fault(path, row, Text(f"时期“{row['time_period']}”", f"the period '{row['time_period']}'"))
        for row, period in zip(table.to_dict("records"), found, strict=True)
        if period is None
    ]
    empty = table[["numerator", "obs_value"]].isna().all(axis=1)
    faults += [_fault(path, row, Text("没有数值", "no number")) for row in table[empty].to_dict("records")]
    periods = [period for period in found if period is not None]
    if faults:
        raise DataError(faults)
    out = table.assign(**{name: [one[k] for one in periods] for k, name in enumerate(("year", "part", "parts"))})
    mixed = out.groupby(["indicator", "ref_area"])["parts"].transform("nunique") > 1
    if mixed.any():
        raise DataError(
            [_fault(path, out[mixed].iloc[0].to_dict(), Text("月度和季度混用", "months and quarters mixed"))]
        )
    return out


def _period(text: str) -> tuple[int, int, int] | None:
    """Return year, part and parts a year of an SDMX period; None where it is neither month nor quarter."""
    for pattern, parts in ((_MONTH, 12), (_QUARTER, 4)):
        match = pattern.fullmatch(text)
        if match:
            return int(match[1]), int(match[2]), parts
    return None


def _fault(path: Path | str, row: Mapping[Any, Any], found: Text) -> Fault:
    return Fault(
        found,
        Where(file=shown(path), item=f"{row['indicator']} {row['time_period']}"),
        Text("2025-03、2025-M03 或 2025-Q1，及分子或数值", "2025-03, 2025-M03 or 2025-Q1, and a numerator or a value"),
        Text("请更正该行；同一指标只用一种频率。", "Correct the row; one indicator keeps to one frequency."),
    )
