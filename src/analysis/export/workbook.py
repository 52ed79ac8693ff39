"""One workbook with every table of a run: contents, Chinese headings, number formats, frozen headers."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from analysis.exceptions import Lang, Text

SHEETS = {
    "assessments": Text("目标评判", "Assessments"),
    "alerts": Text("预警", "Alerts"),
    "details": Text("判定旁证", "Beside the verdicts"),
    "effects": Text("措施效果", "Effects of measures"),
    "composite": Text("实现程度", "Achievement"),
    "observations": Text("监测数据", "Observations"),
    "forecasts": Text("预测", "Forecasts"),
    "no_data": Text("未能预测", "Not forecast"),
    "volatility": Text("波动检验", "Volatility"),
    "equity": Text("人群差距", "Gaps"),
    "funnel": Text("街道比较", "Streets"),
    "scenarios": Text("情景推演", "Scenarios"),
    "opinions": Text("公开规则结论", "Published rules"),
    "borrowing": Text("借用水平", "Borrowing"),
}
HEADINGS = {
    "plan": "规划", "indicator": "指标编码", "ref_area": "地区", "target_year": "目标年份",
    "sex": "性别", "age": "年龄", "residence": "城乡", "group": "群体", "comparison": "比较方式",
    "target": "目标编码", "status": "判定", "p_miss": "未达标概率", "reason": "依据",
    "reason_en": "依据（英文）", "target_value": "目标值", "baseline_year": "基期年份",
    "baseline_value": "基期值", "latest_year": "最近年份", "latest_value": "最近值",
    "forecast": "目标年预测", "lower_80": "80%下限", "upper_80": "80%上限",
    "observed_aarc": "已有年均变化率（%）", "required_aarc": "所需年均变化率（%）", "level": "等级",
    "year": "年份", "rule": "规则", "evidence": "依据", "evidence_en": "依据（英文）", "clause": "条款",
    "department": "部门编码", "measures": "对应措施", "years_in_row": "连续年数", "time_period": "年份",
    "obs_value": "数值", "numerator": "分子", "denominator": "分母", "unit": "单位",
    "obs_status": "数据状态", "note": "说明", "source": "来源", "vintage": "批次", "series_id": "序列",
    "model": "模型", "origin": "起报年份", "people": "还需覆盖或减少",
    "allowed_events": "最多允许发生数", "numerator_effect": "分子影响", "denominator_effect": "分母影响",
    "flips": "改变判定的情形", "achievement": "实现程度（%）", "time_elapsed": "时间进度（%）",
    "benchmark": "对标值", "benchmark_year": "对标年份", "quality": "数据质量存疑", "domain": "领域",
    "targets": "目标数", "rank": "位次", "name": "指标", "measure": "策略措施编码", "design": "方法",
    "start_year": "起始年份", "before": "实施前年数", "after": "实施后年数", "scale": "尺度",
    "estimate": "估计值", "lower_95": "95%下限", "upper_95": "95%上限", "p_value": "p值",
    "p_adjusted": "校正后p值", "grade": "证据等级",
    "scenario": "情景", "start": "起算水平", "pace": "每年步伐", "pace_unit": "步伐单位", "median": "中位数",
    "p_met": "达标概率", "people_per_year": "每年多或少的数量", "note_en": "说明（英文）",
}  # fmt: skip
_QUANTILES = ("mean", "0.025", "0.1", "0.25", "0.5", "0.75", "0.9", "0.975")
_HEAD = PatternFill("solid", fgColor="EEF3F7")


def write_workbook(
    tables: Mapping[str, pd.DataFrame],
    names: Mapping[str, Text],
    title: str,
    notice: str,
    lang: Lang,
    made: datetime,
) -> bytes:
    """Return an xlsx file with a contents sheet and one sheet a table.

    Parameters
    ----------
    tables : mapping
        Stored tables by name; forecasts come as one row a series and year, seven quantiles and the mean.
    names : mapping
        Names of the indicators by id, put beside their codes.
    title, notice : str
        First lines of the contents sheet; the notice also heads every sheet.
    lang : zh or en
    made : datetime
        The only time in the file.
    """
    book = Workbook()
    contents = book.active
    contents.title = "目录" if lang == "zh" else "Contents"
    contents.append([title])
    contents["A1"].font = Font(bold=True, size=14)
    contents.append([notice])
    heads = ("表", "行数", "对应文件") if lang == "zh" else ("Sheet", "Rows", "File")
    contents.append(heads)
    for name, text in SHEETS.items():
        if name not in tables:
            continue
        frame = _wide(tables[name]) if name == "forecasts" else tables[name]
        frame = _named(frame, names, lang)
        _sheet(book.create_sheet(text(lang)), frame, notice, lang)
        contents.append([text(lang), len(frame), f"tables/{name}.csv"])
        link = contents.cell(contents.max_row, 1)
        link.hyperlink = f"#'{text(lang)}'!A1"
        link.style = "Hyperlink"
    for cell in contents[3]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for letter, width in (("A", 28), ("B", 10), ("C", 28)):
        contents.column_dimensions[letter].width = width
    book.properties.title, book.properties.creator = title, ""
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    return _fixed(book, made)


def one_sheet(frame: pd.DataFrame, title: str, notice: str, lang: Lang, made: datetime) -> bytes:
    """Return an xlsx file with one sheet, such as a form to be filled in by hand.

    Parameters
    ----------
    frame : DataFrame
        With the headings as a reader sees them.
    title, notice : str
        Name of the sheet, and the line above it.
    lang : zh or en
    made : datetime
        The only time in the file.
    """
    book = Workbook()
    book.active.title = title
    _sheet(book.active, frame, notice, lang)
    book.properties.title, book.properties.creator = title, ""
    book.properties.created = book.properties.modified = made.replace(tzinfo=None)
    return _fixed(book, made)


def _wide(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a series and year with the quantiles a reader uses as columns."""
    rows = forecasts.assign(what=forecasts["output_type_id"].where(forecasts["output_type"] == "quantile", "mean"))
    keys = ["series_id", "model", "origin", "time_period"]
    wide = rows.pivot_table(index=keys, columns="what", values="value", aggfunc="first").reset_index()
    wide.insert(0, "indicator", wide["series_id"].str.split("|").str[0])
    return wide[["indicator", *keys, *(name for name in _QUANTILES if name in wide)]]


def _named(frame: pd.DataFrame, names: Mapping[str, Text], lang: Lang) -> pd.DataFrame:
    if "indicator" not in frame:
        return frame
    frame = frame.copy()
    named = [names[id](lang) if id in names else "" for id in frame["indicator"]]
    frame.insert(list(frame.columns).index("indicator") + 1, "name", named)
    return frame


def _sheet(sheet: Any, frame: pd.DataFrame, notice: str, lang: Lang) -> None:
    sheet.append([notice])
    sheet["A1"].font = Font(color="6B4E00")
    sheet.append([HEADINGS.get(str(name), str(name)) if lang == "zh" else str(name) for name in frame.columns])
    for cell in sheet[2]:
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True, vertical="center")
    formats = {name: _format(frame, str(name)) for name in frame.columns}
    for row in frame.itertuples(index=False):
        sheet.append([_cell(value) for value in row])
    for k, name in enumerate(frame.columns, start=1):
        letter = get_column_letter(k)
        longest = frame[name].astype(str).str.len().head(200).fillna(0).max() if len(frame) else 6  # empty cells too
        sheet.column_dimensions[letter].width = float(min(max(longest * 1.15, 9), 44))
        if formats[name]:
            for (cell,) in sheet.iter_rows(min_row=3, min_col=k, max_col=k):
                cell.number_format = formats[name]
    sheet.freeze_panes = "C3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(max(len(frame.columns), 1))}{max(len(frame) + 2, 2)}"


def _format(frame: pd.DataFrame, name: str) -> str:
    if not pd.api.types.is_numeric_dtype(frame[name]):
        return ""
    if name in ("p_miss", "p_value", "p_adjusted"):
        return "0.0%"
    whole = frame[name].dropna()
    if name.endswith("year") or name in ("time_period", "origin", "year"):
        return "0"
    return "#,##0" if len(whole) and bool((whole == whole.round()).all()) else "#,##0.00"


def _cell(value: Any) -> Any:
    """Return a value as Excel takes it; text that looks like a formula stays text."""
    if value is None or (isinstance(value, float) and value != value) or value is pd.NA:
        return None
    if isinstance(value, str):
        return f"'{value}" if value[:1] in "=+-@" and len(value) > 1 and not value[1:2].isdigit() else value
    return value.item() if hasattr(value, "item") else value


def _fixed(book: Workbook, made: datetime) -> bytes:
    """Return the file with one fixed time, so that equal tables are equal bytes."""
    buffer, out = BytesIO(), BytesIO()
    book.save(buffer)
    stamp = made.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, content)
            new.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
