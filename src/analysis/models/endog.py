"""What a user hands to a model, read into a `Series`: values with their years, counts behind them, or what is wrong."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.exceptions import DataError, Fault, Text, Where, one_of, usage
from analysis.formats import SCALE, UNIT_NAMES
from analysis.models.from_tables import UPPER, is_bounded, people_of, values_of
from analysis.models.series import Array, Series

Missing = Literal["raise", "drop"]
Upper = float | Literal["auto"] | None
_ONE_A_YEAR = Text("一维数据，每年一个值", "one dimension, one value a year")


@dataclass(frozen=True)
class Annual:
    """A series as it was given.

    Parameters
    ----------
    series : Series
        What the models see, years in order.
    index : pandas.Index, optional
        Labels of the observed years as they were given; None for bare arrays.
    """

    series: Series
    index: pd.Index | None

    def ahead(self, steps: int) -> pd.Index | None:
        """Return the labels of the `steps` years after the last observed one, of the kind that was given."""
        if self.index is None:
            return None
        years = self.series.ahead(steps)
        if isinstance(self.index, pd.PeriodIndex):
            return pd.PeriodIndex([self.index[-1] + k for k in range(1, steps + 1)], name=self.index.name)
        if isinstance(self.index, pd.DatetimeIndex):
            later = [self.index[-1] + pd.DateOffset(years=k) for k in range(1, steps + 1)]
            return pd.DatetimeIndex(later, name=self.index.name)
        return pd.Index(years, name=self.index.name)


def read_annual(
    endog: Any,
    exposure: Any = None,
    numerator: Any = None,
    dates: Any = None,
    unit: str = "percent",
    upper: Upper = "auto",
    shocks: Iterable[int] = (),
    breaks: Iterable[int] = (),
    missing: Missing = "raise",
) -> Annual:
    """Read an annual series.

    Parameters
    ----------
    endog, exposure, numerator, dates, unit, upper, shocks, breaks, missing
        As `models.annual.AnnualModel` describes them.

    Returns
    -------
    Annual

    Raises
    ------
    DataError
        Shapes, years or values are wrong: all faults of one kind at once.
    UsageError
        An option does not exist.
    """
    _check_options(unit, missing)
    if isinstance(endog, Series):
        _check_alone(exposure=exposure, numerator=numerator, dates=dates)
        return Annual(endog, pd.Index(endog.years))
    first = next((one for one in (endog, numerator) if one is not None), None)
    if first is None or (endog is None and (exposure is None or unit not in SCALE)):
        raise usage(
            Text("没有给出观测值", "no observed values were given"),
            Where(item="endog"),
            Text("endog，或 numerator 与 exposure 及比率单位", "endog, or numerator and exposure with a rate's unit"),
            Text("请给出观测值。", "Give the observed values."),
        )
    column = _column(first, "endog")
    index, n = _index_of(column, dates), len(column)
    years = np.arange(n) if index is None else _years_of(index)
    _check_years(years)
    parts = (
        ("obs_value", "endog", endog),
        ("numerator", "numerator", numerator),
        ("denominator", "exposure", exposure),
    )
    rows = pd.DataFrame({key: _numbers(given, item, n, index) for key, item, given in parts})
    values, people = values_of(rows.assign(unit=unit)), people_of(rows.assign(unit=unit))
    _check_values(values, rows, years, missing)
    order = np.argsort(years, kind="stable")
    order = order[~np.isnan(values[order])]
    bound = _upper(upper, unit, values[order])
    name = str(getattr(column, "name", None) or "y")
    series = Series(
        name,
        years[order].astype(np.int64),
        values[order],
        people[order],
        unit,
        bound,
        _marks("shocks", shocks),
        _marks("breaks", breaks),
    )
    return Annual(series, None if index is None else index[order])


def _check_alone(**given: Any) -> None:
    """Refuse counts and years beside a `Series`, which has its own."""
    for name, one in given.items():
        if one is not None:
            raise usage(
                Text(f"Series 已含年份和分母，又给出 {name}", f"{name} is given beside a Series, which has its own"),
                Where(item=name),
                Text("只给出其一", "one of the two"),
                Text(f"请去掉 {name}。", f"Leave {name} out."),
            )


def _column(given: Any, name: str) -> Any:
    """Return values of one dimension, a Series of pandas as it is."""
    if isinstance(given, pd.DataFrame) and given.shape[1] == 1:
        return given.iloc[:, 0]
    if isinstance(given, pd.Series):
        return given
    array = np.asarray(given)
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    if array.ndim != 1:
        raise _wrong(name, f"形状为 {array.shape}", f"shape {array.shape}", _ONE_A_YEAR)
    return array


def _index_of(first: Any, dates: Any) -> pd.Index | None:
    if dates is not None:
        index: pd.Index = pd.Index(dates)
        if len(index) != len(first):
            raise _wrong(
                "dates",
                f"有 {len(index)} 个年份，{len(first)} 个值",
                f"{len(index)} years for {len(first)} values",
                Text("每个值一个年份", "one year a value"),
            )
        return index
    return first.index if isinstance(first, pd.Series) else None


def _years_of(index: pd.Index) -> np.ndarray:
    """Return the calendar years of an index."""
    if isinstance(index, pd.PeriodIndex):
        if not index.freqstr.startswith("Y"):
            raise _no_years(f"频率 {index.freqstr}", f"frequency {index.freqstr}")
        return np.asarray(index.year, np.int64)
    if isinstance(index, pd.DatetimeIndex):
        if index.hasnans:
            raise _no_years("有空的日期", "a date is missing")
        return np.asarray(index.year, np.int64)
    if pd.api.types.is_bool_dtype(index) or not pd.api.types.is_numeric_dtype(index):
        raise _no_years(f"类型 {index.dtype}", f"type {index.dtype}")
    years = index.to_numpy(float, na_value=np.nan)
    wrong = [year for year in years if not np.isfinite(year) or year != round(year)]
    if wrong:
        raise _no_years(f"年份 {wrong[0]:g}", f"the year {wrong[0]:g}")
    return years.astype(np.int64)


def _check_years(years: np.ndarray) -> None:
    unique, counts = np.unique(years, return_counts=True)
    twice = [int(year) for year in unique[counts > 1]]
    if twice:
        said = ", ".join(map(str, twice[:5]))
        raise DataError(
            (_fault("endog", f"年份重复：{said}", f"years that occur twice: {said}", _ONE_A_YEAR, twice[0]),)
        )


def _numbers(given: Any, name: str, n: int, index: pd.Index | None) -> Array:
    """Return one column of numbers, shape (n,), in the order of `index`; NaN throughout where nothing was given."""
    if given is None:
        return np.full(n, np.nan)
    if np.ndim(given) == 0:
        given = np.full(n, given)
    own = _column(given, name)
    if len(own) != n:
        raise _wrong(name, f"有 {len(own)} 个值，应有 {n} 个", f"{len(own)} values, not {n}", _ONE_A_YEAR)
    if isinstance(own, pd.Series) and index is not None and not own.index.equals(index):
        if not own.index.is_unique or len(own.index.difference(index)):
            raise _wrong(
                name,
                "年份与观测值不同",
                "other years than the values",
                Text("与 endog 相同的年份", "the years of endog"),
            )
        own = own.reindex(index)
    cells = pd.Series(own).infer_objects()
    real = pd.api.types.is_integer_dtype(cells) or pd.api.types.is_float_dtype(cells)
    if not real and not cells.isna().all():  # text is not read as numbers here: the gate does that, and shows it
        raise _wrong(name, f"类型为 {cells.dtype}，不是数", f"type {cells.dtype}, no numbers", Text("数", "numbers"))
    return np.asarray(cells.astype("float64"))


def _check_values(values: Array, rows: pd.DataFrame, years: np.ndarray, missing: Missing) -> None:
    """Raise all that is wrong with the values at once."""
    people, events = rows["denominator"].to_numpy(), rows["numerator"].to_numpy()
    number, positive = Text("有限的数", "a finite number"), Text("正数，未知为 NaN", "above 0; NaN where unknown")
    checks: list[tuple[str, np.ndarray, str, str, Text, Text | None]] = [
        ("endog", np.isinf(values), "无穷大的值", "an infinite value", number, None),
        ("exposure", (people <= 0) | np.isinf(people), "分母不是正数", "a denominator not above 0", positive, None),
        (
            "numerator",
            (events < 0) | np.isinf(events),
            "分子为负",
            "a numerator below 0",
            Text("不小于 0", "0 or above"),
            None,
        ),
    ]
    if missing == "raise":
        drop = Text(
            "请补齐，或用 missing='drop' 略去这些年份。", "Fill it in, or leave such years out: missing='drop'."
        )
        checks.append(("endog", np.isnan(values), "缺失值", "a missing value", number, drop))
    faults = [
        _fault(name, f"{zh}（{wrong.sum()} 处）", f"{en} ({wrong.sum()} in all)", right, int(years[wrong][0]), todo)
        for name, wrong, zh, en, right, todo in checks
        if wrong.any()
    ]
    if faults:
        raise DataError(faults)


def _upper(upper: Upper, unit: str, values: Array) -> float | None:
    largest = float(values.max(initial=-np.inf))
    if upper == "auto":
        return UPPER if is_bounded(unit, largest) else None
    if upper is None:
        return None
    if isinstance(upper, str | bool) or not np.isfinite(upper) or largest > upper:
        raise _wrong(
            "upper",
            f"upper={upper!r}，最大的值为 {largest:g}",
            f"upper={upper!r}, and {largest:g} is the largest value",
            Text("不小于全部值的上限；没有上限为 None", "a bound no value exceeds; None where there is none"),
        )
    return float(upper)


def _marks(name: str, years: Iterable[int]) -> tuple[int, ...]:
    try:
        return tuple(operator.index(year) for year in years)
    except TypeError:
        raise usage(
            Text(f"{name}={years!r}", f"{name}={years!r}"),
            Where(item=name),
            Text("整数年份的列表，例如 [2020]", "a list of whole years, such as [2020]"),
            Text("请更正后重新运行。", "Correct it and run again."),
        ) from None


def _check_options(unit: str, missing: str) -> None:
    for name, value, known in (("unit", unit, list(UNIT_NAMES) + ["other"]), ("missing", missing, ["raise", "drop"])):
        if value not in known:
            raise usage(
                Text(f"没有 {name}={value!r}", f"there is no {name}={value!r}"),
                Where(item=name),
                one_of(known),
                Text("请更正后重新运行。", "Correct it and run again."),
            )


def _no_years(zh: str, en: str) -> DataError:
    expected = Text(
        "整数年份，或年度的 PeriodIndex、DatetimeIndex",
        "whole calendar years, or an annual PeriodIndex or DatetimeIndex",
    )
    return _wrong("endog", f"索引不是年份：{zh}", f"the index is not of years: {en}", expected)


def _wrong(item: str, zh: str, en: str, expected: Text) -> DataError:
    return DataError((_fault(item, zh, en, expected),))


def _fault(item: str, zh: str, en: str, expected: Text, year: int | None = None, action: Text | None = None) -> Fault:
    correct = action or Text("请更正数据后重新运行。", "Correct the data and run again.")
    return Fault(Text(zh, en), Where(item=item, year=year), expected, correct)
