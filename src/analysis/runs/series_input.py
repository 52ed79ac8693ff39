"""Files of many series through the gate: plain ones block by block, others cell by cell; rows not taken are named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.data.grid import open_book
from analysis.data.grid.grid import Grid, is_blank
from analysis.exceptions import DataError, Fault, Text, Where, wrong_data
from analysis.formats import SCALE
from analysis.gate.numbers import Missing, Number, read_number
from analysis.gate.periods import NoPeriod, Period, read_period
from analysis.gate.texts import text
from analysis.gate.units import count_factor, measure
from analysis.places import existing, shown
from analysis.runs.files import write_table
from analysis.schema import SERIES_INPUT, UNITS
from analysis.schema.blocks import read_blocks
from analysis.schema.tables import DIRECTIONS, EVENTS

ASIDE = ("row", "series_id", "time_period", "column", "reason_zh", "reason_en")
_NUMBERS = ("obs_value", "numerator", "denominator")
_CHOICES = {"unit": UNITS, "direction": DIRECTIONS, "event": EVENTS}
_OTHER_NAMES = {
    "series_id": ("序列", "序列编码", "序列编号", "series", "id"),
    "time_period": ("年份", "年度", "年", "year", "time"),
    "obs_value": ("数值", "值", "value"),
    "numerator": ("分子",),
    "denominator": ("分母",),
    "unit": ("单位", "计量单位"),
    "direction": ("方向",),
    "event": ("事件",),
    "parent": ("上级", "上级序列"),
    "indicator": ("指标",),
}
_BY_NAME = {name: column for column, names in _OTHER_NAMES.items() for name in (column, *names)}
_CORRECT = Text("请更正该行。", "Correct the row.")
Taken = TypeVar("Taken")
_OFF = 0.06  # of a value and its counts beyond what rounding explains


@dataclass
class SeriesFile:
    """A file of series, read once.

    Parameters
    ----------
    path : Path
        CSV or text in any usual encoding and separator, a workbook with the table on its first sheet, or parquet.
    aside : list of dict
        Rows that were not taken (`ASIDE`), once the blocks were read.
    remarks : list of Text
        What there is to say of the file.
    """

    path: Path
    aside: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[Text] = field(default_factory=list)

    def read(self, taker: Callable[[Iterator[pd.DataFrame]], Taken]) -> Taken:
        """Hand the rows that are taken over, as `SERIES_INPUT` tables in the order of the file.

        Parameters
        ----------
        taker : callable
            Called once with the blocks of a plain file, again with one table where the file has to be read by cells.

        Raises
        ------
        UsageError
            The file does not exist.
        DataError
            It is no table of series, or none of its rows can be taken.
        """
        source = existing(self.path)
        try:
            return taker(self._plain(source))
        except DataError as error:
            if source.suffix in (".parquet", ".gz"):
                raise
            self.aside.clear()
            table = self._checked(self._by_cells(), None)
            if not len(table):
                raise DataError([self._fault(row) for row in self.aside] or error.faults) from None
            return taker(iter([table]))

    def table(self) -> pd.DataFrame:
        """Return all rows that are taken as one `SERIES_INPUT` table; a series with two rows of a year is a fault."""
        return self.read(lambda blocks: SERIES_INPUT.build(pd.concat(list(blocks), ignore_index=True)))

    def _plain(self, source: Path) -> Iterator[pd.DataFrame]:
        before = 0
        for block in read_blocks(source, SERIES_INPUT):
            yield self._checked(block, before)
            before += len(block)

    def _fault(self, row: dict[str, Any]) -> Fault:
        where = Where(shown(self.path), row["row"], row["column"], row["series_id"])
        return Fault(
            Text(row["reason_zh"], row["reason_en"]), where, Text("可用的一行", "a row that can be used"), _CORRECT
        )

    def _by_cells(self) -> pd.DataFrame:
        """Read the file cell by cell, as people write them; the index is the row of the file."""
        book = open_book(self.path)
        self.remarks += book.remarks
        grid = next((one for one in book.sheets if not one.hidden), book.sheets[0])
        first, places = self._header(grid)
        rows, index = [], []
        for i in range(first + 1, len(grid.rows)):
            if all(is_blank(cell) for cell in grid.rows[i]):
                continue
            cells = {name: grid.cell(i, j) for name, j in places.items()}
            row = self._row(cells, i + 1, book.decimal_comma)
            if row is not None:
                rows.append(row)
                index.append(i + 1)
        table = pd.DataFrame(rows, columns=SERIES_INPUT.names, index=index)
        for column in SERIES_INPUT.columns:
            if column.kind == "text":
                table[column.name] = table[column.name].fillna("").astype(object)
            else:
                table[column.name] = table[column.name].astype(float)
        return table.astype({"time_period": int})

    def _header(self, grid: Grid) -> tuple[int, dict[str, int]]:
        for i, row in enumerate(grid.rows[:20]):
            places: dict[str, int] = {}
            for j, cell in enumerate(row):
                name = _BY_NAME.get(text(cell).lower())
                if name is not None:
                    places.setdefault(name, j)
            if {"series_id", "time_period"} <= places.keys() and {"obs_value", "numerator"} & places.keys():
                return i, places
        seen = "、".join(text(cell) for cell in (grid.rows[0] if grid.rows else [])[:8])
        raise wrong_data(
            Text(f"表头是：{seen}", f"the header is: {seen}"),
            Where(file=shown(self.path), row=1),
            Text(
                "表头含 series_id、time_period，以及 obs_value 或 numerator 和 denominator",
                "a header with series_id, time_period, and obs_value or numerator and denominator",
            ),
            Text("请补上或改正列名。", "Add the columns or correct their names."),
        )

    def _row(self, cells: dict[str, Any], row: int, comma: bool) -> dict[str, Any] | None:
        out: dict[str, Any] = {name: text(cells.get(name)) for name in ("series_id", "parent", "indicator")}

        def aside(column: str, reason: Text) -> None:
            self._aside(row, out["series_id"], text(cells.get("time_period")), column, reason)

        if not out["series_id"]:
            aside("series_id", Text("没有序列编码", "no series_id"))
            return None
        when = read_period(cells.get("time_period"))
        if not isinstance(when, Period) or when.doubt:
            found = text(cells.get("time_period"))
            plain = Text(f"“{found}”不是年份", f"'{found}' is no year") if found else Text("没有年份", "no year")
            told = when.reason if isinstance(when, NoPeriod) else when.doubt if when is not None else None
            aside("time_period", told or plain)
            return None
        out["time_period"] = when.year
        out["unit"] = _unit(text(cells.get("unit")))
        for name in _NUMBERS:
            found_number = read_number(cells.get(name), comma)
            if isinstance(found_number, Missing):
                out[name] = np.nan
                continue
            if not isinstance(found_number, Number):
                aside(name, found_number.reason)
                return None
            if found_number.doubt:
                aside(name, found_number.doubt)
                return None
            if wrong := _wrong_sign(found_number.sign, out["unit"] if name == "obs_value" else None):
                aside(name, wrong)
                return None
            out[name] = found_number.value
        for name, choices in _CHOICES.items():
            out[name] = out[name] if name in out else text(cells.get(name))
            if out[name] not in ("", *choices):
                allowed = "、".join(choices)
                aside(name, Text(f"“{out[name]}”不是代码（{allowed}）", f"'{out[name]}' is none of {allowed}"))
                return None
        return out

    def _checked(self, block: pd.DataFrame, before: int | None) -> pd.DataFrame:
        """Return a block without the numbers that cannot be; its series stay, so that each has a forecast or a reason.

        Rows are numbered from `before`, or by the index where it is None.
        """
        faults = _impossible(block)
        wrong = np.zeros(len(block), bool)
        for bad, column, zh, en in faults:
            for place in np.flatnonzero(bad & ~wrong).tolist():
                one = block.iloc[place]
                row = int(block.index[place]) if before is None else before + place + 2
                told = {name: f"{one[name]:.12g}" for name in _NUMBERS}
                reason = Text(zh.format(**told), en.format(**told))
                self._aside(row, str(one["series_id"]), f"{one['time_period']:g}", column, reason)
            wrong |= bad
        if wrong.any():
            self.aside.sort(key=lambda one: one["row"])
            block = block.copy()
            block.loc[wrong, list(_NUMBERS)] = np.nan
        return block

    def _aside(self, row: int, series: str, when: str, column: str, reason: Text) -> None:
        self.aside.append(dict(zip(ASIDE, (row, series, when, column, reason.zh, reason.en), strict=True)))


def _unit(written: str) -> str:
    """Return the code of a unit as people write it; what is none stays as it is, to be refused."""
    if written in ("", *UNITS):
        return written
    found = measure(written)
    codes = {1 / scale: code for code, scale in SCALE.items() if code in UNITS}
    return codes.get(found.factor, written) if found is not None and found.kind == "share" else written


def _wrong_sign(sign: str, unit: str | None) -> Text | None:
    """Return why what stands behind a number does not fit its unit, or, where that is None, a count."""
    if not sign or _unit(sign) == unit or (count_factor(sign) == 1.0 and unit not in SCALE):
        return None
    if unit is None:
        return Text(f"计数带“{sign}”，请写成完整的数", f"a count with {sign}: write the whole number")
    return Text(f"数字带“{sign}”，单位是{unit or '空'}", f"a sign {sign}, the unit is {unit or 'empty'}")


def _impossible(block: pd.DataFrame) -> list[tuple[np.ndarray, str, str, str]]:
    """Return what cannot be: which rows, the column, and the reason with places for their numbers."""
    values, above, below = (block[name].to_numpy(float) for name in _NUMBERS)
    units = block["unit"].to_numpy(object)
    years = block["time_period"].to_numpy(float)
    rate = np.isin(units, list(SCALE))
    scale = pd.Series(units).map(SCALE).to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        implied = above / below * scale
        off = np.abs(values - implied) > np.maximum(_OFF * np.abs(implied), _OFF)
        return [
            (np.isinf(values) | np.isinf(above) | np.isinf(below), "obs_value", "不是有限的数", "no finite number"),
            (years > date.today().year, "time_period", "年份尚未到来", "a year still to come"),
            (rate & (values < 0), "obs_value", "比率 {obs_value} 小于0", "a rate of {obs_value}, below 0"),
            (rate & ((above < 0) | (below < 0)), "numerator", "分子或分母小于0", "a count below 0"),
            (rate & (below == 0) & (above > 0), "denominator", "分母为0", "the denominator is 0"),
            (
                rate & (units != "percent") & (above > below),
                "numerator",
                "分子 {numerator} 大于分母 {denominator}",
                "{numerator} of {denominator}",
            ),
            (
                rate & (below > 0) & off,
                "obs_value",
                "数值 {obs_value} 与分子 {numerator}、分母 {denominator} 不符",
                "{obs_value} is not {numerator} over {denominator}",
            ),
        ]


def write_aside(file: SeriesFile, out: Path) -> None:
    """Write the rows that were not taken as `<name>.set_aside.csv` beside a file; without any an older one goes."""
    beside = out.with_name(f"{out.stem}.set_aside.csv")
    if file.aside:
        write_table(pd.DataFrame(file.aside, columns=list(ASIDE)), beside)
    else:
        beside.unlink(missing_ok=True)
