"""The workbook to review: everything drafted from a document, the sentence beside each row, choices throughout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from analysis.gate.texts import guarded
from analysis.places import whole
from analysis.plan.drafting import sheets
from analysis.plan.drafting.draft import DraftPlan, summary_counts
from analysis.plan.drafting.found import ASK, LIKELY
from analysis.plan.drafting.rows import head_rows, rows_of_table
from analysis.plan.drafting.sheets import BookSheet, SheetColumn

COLOURS = {LIKELY: "FFF2CC", ASK: "F8CBAD"}
_HEADING, _OWN = PatternFill("solid", fgColor="DDEBF7"), PatternFill("solid", fgColor="F2F2F2")
_PLAIN, _STRONG = Font("SimSun", 10), Font("SimHei", 10)
_TOP = Alignment("left", "top", wrap_text=True)
_TALLEST = 8  # lines of a row; longer texts show their beginning
_SPARE = 200  # empty rows below the last in which choices are offered too
_STEPS = (
    "一、本表由系统读规划文本后自动写出，尚不是规划数据。请逐页核对、修改并保存，再执行最后一行的命令。",
    "二、颜色：白色为读得确定；黄色请核对；橙色须由人决定。“需要核对的”一栏写明原因，“原句”一栏是规划自己的话。",
    "三、“规划”页先填地区代码、规划编号等橙色各格。",
    "四、“具体目标”页每行一条目标：类型、比较、目标值、单位、年份均有下拉选项；不应作为目标的，在“取否”选“不取”。",
    "五、“指标”页：能对应标准指标的只写编码，其余各列可空（取自标准指标库）；新拟的指标请补定义、来源和责任部门。",
    "六、“数字清单”列出规划中每一个数字的去向：成为哪条目标，或为什么不是目标。请查看其中黄色和橙色的行。",
    "七、英文各列均可不填。灰色各列只供对照，不写入规划数据。可以增加行、删除行，不要改动表头。",
)


def write_book(path: Path, plan: DraftPlan) -> None:
    """Write the workbook of a drafted plan, whole or not at all.

    Parameters
    ----------
    path : Path
        An .xlsx file; an older one is replaced.
    plan : DraftPlan
        What was drafted.
    """
    book = Workbook()
    guide: Any = book.active
    _head(book, plan)
    rows = {sheet.table: rows_of_table(sheet.table, plan) for sheet in sheets.SHEETS}
    lists = _lists(book, rows)
    for sheet in sheets.SHEETS:
        _sheet(book, sheet, rows[sheet.table], lists)
    _numerals(book, plan)
    _guide(guide, path, plan)
    book.move_sheet(sheets.LISTS, len(book.sheetnames))
    with whole(path) as aside:
        book.save(aside)


def _begun(book: Workbook, title: str, columns: Sequence[SheetColumn], freeze: str) -> Any:
    sheet: Any = book.create_sheet(title)
    for place, column in enumerate(columns, 1):
        cell = sheet.cell(1, place, column.heading)
        cell.font, cell.fill = _STRONG, _HEADING
        cell.alignment = Alignment("center", "center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = freeze
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    return sheet


def _put(sheet: Any, row: int, place: int, value: Any, own: bool = False) -> None:
    cell = sheet.cell(row, place, guarded(value) if isinstance(value, str) else value)
    cell.font, cell.alignment = _PLAIN, _TOP
    if own:
        cell.fill = _OWN


def _sheet(book: Workbook, of: BookSheet, rows: Iterable[Mapping[str, Any]], lists: Mapping[str, str]) -> None:
    sheet = _begun(book, of.title, of.columns, of.freeze)
    last = 1
    for last, row in enumerate(rows, 2):
        for place, column in enumerate(of.columns, 1):
            value = row.get(column.name, "")
            if value not in ("", None):
                _put(sheet, last, place, value, column.own and column.name not in ("take",))
        lines = [_lines(row.get(column.name, ""), column.width) for column in of.columns]
        sheet.row_dimensions[last].height = 14 * min(max(lines), _TALLEST)  # points
    for place, column in enumerate(of.columns, 1):
        source = lists.get(column.name if column.name != of.key else "")
        if source and not (column.name in sheets.SEVERAL and column.name != "gap_dimensions"):
            rule = DataValidation("list", formula1=source, allow_blank=True)
            rule.showErrorMessage = False  # what is written freely is checked, with its cell, when the plan is built
            letter = get_column_letter(place)
            rule.add(f"{letter}2:{letter}{last + _SPARE}")
            sheet.add_data_validation(rule)
    if of.place("sure"):
        _colour(sheet, of.place("sure"), len(of.columns), last + _SPARE)
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(of.columns))}{max(last, 2)}"


def _lines(value: Any, width: int) -> int:
    """Return how many lines a text takes in a column, a Chinese sign being two letters wide."""
    signs = sum(1 if sign.isascii() else 2 for sign in str(value or ""))
    return max(1, -(-signs // max(width - 1, 1)))


def _colour(sheet: Any, by: int, columns: int, last: int) -> None:
    """Colour rows by how sure they are, as that cell stands or is changed to."""
    area = f"A2:{get_column_letter(columns)}{last}"
    for said, colour in COLOURS.items():
        fill = PatternFill(bgColor=colour, fill_type="solid")
        sheet.conditional_formatting.add(area, FormulaRule(formula=[f'${get_column_letter(by)}2="{said}"'], fill=fill))


def _lists(book: Workbook, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, str]:
    """Write the hidden sheet of choices, and return where those of each column stand."""
    sheet: Any = book.create_sheet(sheets.LISTS)
    names = {of.table: [(row[of.key], _name(row)) for row in rows[of.table]] for of in sheets.SHEETS}
    choices: dict[str, list[str]] = {column: list(known.values()) for column, known in sheets.FIXED.items()}
    for column, tables in sheets.REFERS.items():
        choices[column] = [f"{code}｜{name}" if name else str(code) for table in tables for code, name in names[table]]
    found = {}
    for place, (column, shown) in enumerate(choices.items(), 1):
        sheet.cell(1, place, column)
        for row, text in enumerate(shown, 2):
            sheet.cell(row, place, guarded(text))
        letter = get_column_letter(place)
        found[column] = f"'{sheets.LISTS}'!${letter}$2:${letter}${max(len(shown) + 1, 2)}"
    sheet.sheet_state = "hidden"
    return found


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("title_zh") or row.get("name_zh") or row.get("shown") or "")[:24]


def _head(book: Workbook, plan: DraftPlan) -> None:
    columns = [SheetColumn("key", "键", 18), SheetColumn("", "项目", 18), SheetColumn("", "填写", 50)]
    columns += [SheetColumn("", "说明", 60), SheetColumn("sure", "把握", 10), SheetColumn("", "需要核对的", 60)]
    sheet = _begun(book, sheets.HEAD, columns, "D2")
    for row, values in enumerate(head_rows(plan), 2):
        for place, value in enumerate(values, 1):
            if value not in ("", None):
                _put(sheet, row, place, value, place in (1, 2, 4))
    _colour(sheet, 5, len(columns), sheet.max_row)


def _numerals(book: Workbook, plan: DraftPlan) -> None:
    sheet = _begun(book, sheets.NUMERALS, sheets.NUMERAL_COLUMNS, "D2")
    for row, one in enumerate(plan.numerals, 2):
        fate = "目标" if one.fate.target else "不是目标"
        values = (
            one.line,
            one.place,
            one.fate.text,
            fate,
            one.fate.reason,
            ";".join(one.targets),
            one.fate.sure,
            one.sentence,
        )
        for place, value in enumerate(values, 1):
            if value not in ("", None):
                _put(sheet, row, place, value)
    _colour(sheet, 7, len(sheets.NUMERAL_COLUMNS), max(sheet.max_row, 2))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(sheets.NUMERAL_COLUMNS))}{max(sheet.max_row, 2)}"


def _guide(sheet: Any, path: Path, plan: DraftPlan) -> None:
    sheet.title = sheets.GUIDE
    sheet.column_dimensions["A"].width = 110
    counts = "，".join(f"{name} {count}" for name, count in summary_counts(plan).most_common())
    grades = [sum(one.asked.sure == grade for one in plan.targets) for grade in ("确定", LIKELY, ASK)]
    lines = [
        f"规划文本读取结果：{plan.front.title}",
        f"来源文件：{plan.file}",
        f"领域 {len(plan.domains)} 个，目标 {len(plan.goals)} 项，措施 {len(plan.measures)} 项，"
        f"具体目标 {len(plan.targets)} 条"
        f"（确定 {grades[0]}、请核对 {grades[1]}、请决定 {grades[2]}），指标 {len(plan.indicators)} 个。",
        f"文中数字 {len(plan.numerals)} 处（另有条目编号 {plan.entries} 个）：{counts}。",
        "",
        *_STEPS,
        "",
        f"workbench plan build {path.name}",
    ]
    for row, line in enumerate(lines, 1):
        cell = sheet.cell(row, 1, guarded(line))
        cell.font = _STRONG if row == 1 else _PLAIN
        cell.alignment = _TOP
