"""The training of department staff: a form made, filled in, spoilt in the usual ways, and what the workbench answers.

Everything happens in a temporary folder with a database of its own; the user's own data are never touched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis.assessment.evidence import Library
from analysis.assessment.probability import p_bound
from analysis.data.observations import DataSet, current
from analysis.data.quality import run_checks
from analysis.data.store import open_store
from analysis.exceptions import Lang, Text
from analysis.formats import SCALE, amount, probability
from analysis.models import forecast
from analysis.models.from_tables import from_observations
from analysis.places import inside
from analysis.plan import Plan, Target
from analysis.runs.data_room import write_forms
from analysis.runs.submissions import ingest
from analysis.schema import BREAKDOWNS, HIGH_80, LOW_80, MEDIAN, TOTAL, is_total, series_id

HEADER, FIRST = 4, 5  # rows of the form: its headings, its first line
FACTOR = 1.002  # the practice year's counts follow the last year's


@dataclass(frozen=True)
class Mistake:
    """A common mistake: its name, and what it does to the sheet."""

    name: Text
    spoil: Callable[[Worksheet], None]


def make_form(plan: Plan, dataset: DataSet, department: str, year: int, folder: Path) -> Path:
    """Write the empty form of a department."""
    out = inside(folder, f"{department}-{year}.xlsx")
    write_forms(plan, department, year, plan.area, dataset, out)
    return out


def columns(sheet: Worksheet) -> dict[str, int]:
    """Return the place of each heading of the form."""
    return {str(cell.value): cell.column for cell in sheet[HEADER] if cell.value}


def shown(path: Path, rows: int = 5) -> pd.DataFrame:
    """Return the first lines of a form as a reader sees them, without the columns nobody fills in."""
    sheet = load_workbook(path).worksheets[0]
    names = [str(cell.value) for cell in sheet[HEADER]]
    lines = sheet.iter_rows(min_row=FIRST, max_row=FIRST + rows - 1, values_only=True)
    table = pd.DataFrame([["" if cell is None else cell for cell in line] for line in lines], columns=names)
    kept = ["指标编码", "指标名称", "地区", "性别", "计量单位", "分子", "分母", "数值", "上年数值"]
    return table[kept].assign(数值=["（自动计算）" if str(cell).startswith("=") else cell for cell in table["数值"]])


def fill_in(form: Path, dataset: DataSet, plan: Plan, year: int, out: Path) -> int:
    """Fill every line of a form from the simulated year before, and return how many lines were filled."""
    book = load_workbook(form)
    sheet = book.worksheets[0]
    at = columns(sheet)
    last = current(dataset.observations, plan.source_precedence)
    last = last[(last["time_period"] == year - 1) & last["obs_value"].notna()]
    whole = last[is_total(last)].set_index(["indicator", "ref_area"])
    filled = 0
    for i in range(FIRST, sheet.max_row + 1):
        key = str(sheet.cell(i, at["指标编码"]).value), str(sheet.cell(i, at["地区编码"]).value)
        plainly = all(sheet.cell(i, at[name]).value == "合计" for name in ("性别", "年龄", "城乡", "群体"))
        if key in whole.index and plainly:
            _fill_line(sheet, i, at, pd.Series(whole.loc[key]))
            filled += 1
    book.save(out)
    return filled


def _fill_line(sheet: Worksheet, i: int, at: dict[str, int], row: pd.Series) -> None:
    if pd.notna(row["numerator"]) and SCALE.get(str(row["unit"])):
        sheet.cell(i, at["分子"]).value = round(float(row["numerator"]))
        sheet.cell(i, at["分母"]).value = round(float(row["denominator"]) * FACTOR)
        value = float(row["numerator"]) / round(float(row["denominator"]) * FACTOR) * SCALE[str(row["unit"])]
        sheet.cell(i, at["数值"]).value = round(value, 4)  # what Excel would have worked out
    else:
        sheet.cell(i, at["数值"]).value = float(row["obs_value"])


def _put(column: str, value: Any) -> Callable[[Worksheet], None]:
    def spoil(sheet: Worksheet) -> None:
        sheet.cell(_line(sheet), columns(sheet)[column]).value = value

    return spoil


def _line(sheet: Worksheet) -> int:
    """Return the first line that holds a percentage with its counts."""
    at = columns(sheet)
    lines = range(FIRST, sheet.max_row + 1)
    return next(
        i
        for i in lines
        if sheet.cell(i, at["计量单位"]).value == "%" and isinstance(sheet.cell(i, at["分子"]).value, int)
    )


def _fraction(sheet: Worksheet) -> None:
    cell = sheet.cell(_line(sheet), columns(sheet)["数值"])
    cell.value = round(float(cell.value) / 100, 4)


def _too_many(sheet: Worksheet) -> None:
    at, i = columns(sheet), _line(sheet)
    sheet.cell(i, at["分子"]).value = int(sheet.cell(i, at["分母"]).value) + 50
    sheet.cell(i, at["数值"]).value = None


def _no_people(sheet: Worksheet) -> None:
    at, i = columns(sheet), _line(sheet)
    sheet.cell(i, at["分母"]).value = sheet.cell(i, at["数值"]).value = None


def _twice(sheet: Worksheet) -> None:
    i = _line(sheet)
    sheet.append([cell.value for cell in sheet[i]])


def _renamed(sheet: Worksheet) -> None:
    for name in ("分子", "数值"):
        sheet.cell(HEADER, columns(sheet)[name]).value = f"{name[0]}列"


def _future(sheet: Worksheet) -> None:
    place = sheet.max_column + 1
    sheet.cell(HEADER, place).value = "年份"
    sheet.cell(_line(sheet), place).value = 2090


MISTAKES = (
    Mistake(Text("单位写错", "wrong unit"), _put("计量单位", "‰")),
    Mistake(Text("百分数写成小数", "percent as a fraction"), _fraction),
    Mistake(Text("缺分母", "missing denominator"), _no_people),
    Mistake(Text("数字格里写文字", "text in a number cell"), _put("数值", "约九成")),
    Mistake(Text("年份填成将来", "a future year"), _future),
    Mistake(Text("分子大于分母", "numerator above denominator"), _too_many),
    Mistake(Text("同一行填了两次", "a row twice"), _twice),
    Mistake(Text("改动了表头", "changed headings"), _renamed),
    Mistake(Text("指标编码写错", "wrong code of the indicator"), _put("指标编码", "health.unknown")),
)


def spoilt(good: Path, mistake: Mistake, out: Path) -> Path:
    """Write a copy of a good form with one mistake in it."""
    book = load_workbook(good)
    mistake.spoil(book.worksheets[0])
    book.save(out)
    return out


def answer(path: Path, plan: Plan, dataset: DataSet, folder: Path, lang: Lang = "zh") -> list[str]:
    """Return what the workbench answers to a form: reading, storing, quality checks; empty if all is well."""
    store = open_store(
        f"sqlite:///{Path(mkdtemp(dir=folder)) / 'practice.sqlite'}"
    )  # each answer from an empty database
    store.set_areas(dataset.areas)
    (done,) = ingest([path], plan, store, "培训学员")
    known = store.observations()
    store.close()
    if done.refused is not None:
        return [done.refused.message(lang)]
    assert done.reading is not None
    aside = done.reading.quarantined.to_dict("records")
    said = [f"{row['cell']}：{row[f'reason_{lang}']}" for row in aside]
    before = dataset.observations[dataset.observations["indicator"].isin(set(known["indicator"]))]
    both = pd.concat([before, known], ignore_index=True)
    keys = set(zip(series_id(known), known["time_period"], strict=True))
    for check in run_checks(both, plan, dataset.areas):
        rows = (
            check.rows[[key in keys for key in zip(series_id(check.rows), check.rows["time_period"], strict=True)]]
            if (len(check.rows))
            else check.rows
        )
        said += [f"{check.title(lang)}：{reason}" for reason in dict.fromkeys(rows.get(f"reason_{lang}", []))]
    return said


def answers(good: Path, plan: Plan, dataset: DataSet, folder: Path, lang: Lang = "zh") -> pd.DataFrame:
    """Return each mistake with what the workbench answers and a good form does not get."""
    usual = set(answer(good, plan, dataset, folder, lang))
    rows = []
    for k, mistake in enumerate(MISTAKES):
        said = answer(spoilt(good, mistake, folder / f"mistake-{k}.xlsx"), plan, dataset, folder, lang)
        own = [one for one in said if one not in usual]
        rows.append((mistake.name(lang), "；".join(own) or ("没有发现" if lang == "zh" else "nothing was found")))
    return pd.DataFrame(
        rows, columns=["错误", "工作台的答复"] if lang == "zh" else ["Mistake", "What the workbench answers"]
    )


@dataclass(frozen=True)
class Exercise:
    """A forecast to read: the target, its series, the forecast table and the probabilities."""

    target: Target
    history: pd.DataFrame
    forecast: pd.DataFrame
    quantiles: Any
    p_met: float
    p_low: float


def exercise(plan: Plan, dataset: DataSet, indicator: str) -> Exercise:
    """Return the last plainly bounded target of an indicator with its forecast."""
    seen = current(dataset.observations, plan.source_precedence)
    own = seen[(seen["indicator"] == indicator) & (seen["ref_area"] == plan.area)]
    own = own[is_total(own)]
    kinds = ("upper_bound", "lower_bound", "undated_bound")
    target = max((t for t in plan.targets if t.indicator == indicator and t.kind in kinds), key=lambda t: t.year or 0)
    made, _ = forecast(from_observations(own, {indicator: plan.indicator(indicator).upper}), last_year=plan.end_year)
    evidence = Library(own, made, int(own["time_period"].max())).get(indicator, plan.area, *[TOTAL] * len(BREAKDOWNS))
    year, value = target.year or plan.end_year, target.value
    assert value is not None
    quantiles = evidence.quantiles[year]
    p = p_bound(evidence, year, target.comparison, value)
    return Exercise(target, own, made, quantiles, p, evidence.p_below(year, float(quantiles[LOW_80])))


def questions(one: Exercise, plan: Plan, lang: Lang = "zh") -> pd.DataFrame:
    """Return three questions on a forecast with their answers, worked out from it."""
    indicator = plan.indicator(one.target.indicator)
    year = one.target.year or plan.end_year
    shown_as = indicator.unit, lang, indicator.decimals
    low, middle, high = (amount(one.quantiles[k], *shown_as) for k in (LOW_80, MEDIAN, HIGH_80))
    p, outside = probability(one.p_met, lang), probability(2 * one.p_low, lang)
    if lang == "zh":
        rows = [
            (f"{year}年最可能在什么水平？", f"中位数{middle}：高于它和低于它的可能各一半。"),
            (
                f"{year}年的数值会落在哪里？",
                f"80%区间是{low}至{high}；仍有{outside}的可能落在区间之外，这不算预测错误。",
            ),
            (f"“{one.target.text.zh}”有多大把握？", f"达标概率{p}，是预测分布中达到目标的部分，不是完成了{p}的工作。"),
        ]
        return pd.DataFrame(rows, columns=["问题", "答案"])
    rows = [
        (f"Where will {year} most likely be?", f"The median, {middle}: above and below are equally probable."),
        (f"Where may {year} fall?", f"80% interval {low} to {high}; {outside} lies outside, and that is no error."),
        (
            f"How sure is it? {one.target.text.en}",
            f"P(met) {p}: the part of the forecast that meets it, not work done.",
        ),
    ]
    return pd.DataFrame(rows, columns=["Question", "Answer"])
