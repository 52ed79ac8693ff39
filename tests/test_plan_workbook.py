"""The workbook to review: written from a document, filled in by a person, built into a plan."""

import pytest
from conftest import ROOT
from docx import Document
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from analysis.cli import app
from analysis.exceptions import DataError, PlanError, UsageError
from analysis.plan import read_plan
from analysis.plan.drafting.book import write_book
from analysis.plan.drafting.building import build_plan
from analysis.plan.drafting.draft import draft_plan
from analysis.plan.drafting.quoting import QUOTES, quotes_of
from analysis.plan.drafting.sheets import FIXED, SHEETS, code_of, shown_code
from analysis.plan.drafting.source import read_document

PLANS = ROOT / "tests" / "plans_read"
TEXT = """清水县发展规划（2021—2030年）
一、健康
主要目标：
1.3岁以下儿童系统管理率2025年达到90%以上，2030年达到94%以上。
2.儿童伤害死亡率比2020年下降20%，溺水死亡率持续下降。
3.健康服务体系更加完善，公平可及。
4.家长学校按标准建设，满意度力争达到80%左右。
策略措施：
1.完善网络。新建妇幼保健院1所，每个乡镇至少配备2名儿童保健医生。（责任单位：县卫生健康局、县财政局）
"""


@pytest.fixture
def book(tmp_path):
    source = tmp_path / "plan.txt"
    source.write_text(TEXT, encoding="utf-8")
    path = tmp_path / "plan.xlsx"
    write_book(path, draft_plan(source))
    return path


def cell_of(sheet, heading, row):
    return sheet.cell(row, next(cell.column for cell in sheet[1] if cell.value == heading))


def changed(path, *changes):
    book = load_workbook(path)
    for title, heading, row, value in changes:
        cell_of(book[title], heading, row).value = value
    book.save(path)


def test_what_was_drafted_can_be_built_and_read(book, tmp_path):
    plan, folder = build_plan(book)
    assert plan == read_plan(folder) and folder == tmp_path / plan.id
    facts = [(one.kind, one.comparison, one.value, one.unit, one.year, one.strength) for one in plan.targets]
    assert facts[:3] == [
        ("lower_bound", ">=", 90.0, "percent", 2025, "hard"),
        ("lower_bound", ">=", 94.0, "percent", 2030, "hard"),
        ("relative_to_baseline", "<=", 20.0, "percent_of_baseline", 2030, "hard"),
    ]
    assert ("gap_or_qualitative", "", None, "", 2030, "hard") in facts
    assert ("approximate", ">=", 80.0, "percent", 2030, "soft") in facts
    assert plan.indicators[0].standard == "health.systematic_management_u3"
    assert plan.measures[0].departments == ("县卫生健康局", "县财政局")
    assert plan.milestones == (2025, 2030) and plan.baseline_year == 2020
    assert not [one for one in plan.targets if one.text.en != one.text.zh]  # English was left empty


@pytest.mark.parametrize("path", sorted(p for p in PLANS.iterdir() if p.suffix != ".csv"), ids=lambda p: p.name)
def test_what_is_drafted_from_any_document_is_a_plan_without_a_fault(path, tmp_path):
    drafted = draft_plan(path)
    write_book(tmp_path / "plan.xlsx", drafted)
    plan, _ = build_plan(tmp_path / "plan.xlsx")
    assert [one.id for one in plan.targets] == [one.id for one in drafted.targets]
    assert [one.value for one in plan.targets] == [one.asked.value for one in drafted.targets]


def test_a_person_decides_and_the_plan_follows(book):
    changed(
        book,
        ("具体目标", "取否", 4, "不取"),
        ("具体目标", "目标值", 2, 91),
        ("具体目标", "比较", 2, "高于（＞）"),
        ("具体目标", "约束力", 2, "力争（软）"),
        ("部门", "已确认", 2, "是"),
    )
    plan, _ = build_plan(book)
    first = plan.targets[0]
    assert (first.value, first.comparison, first.strength) == (91.0, ">", "soft")
    assert not [one for one in plan.targets if one.kind == "relative_to_baseline"]
    assert plan.departments[0].confirmed


def test_every_fault_is_said_at_once_with_its_cell(book, tmp_path):
    changed(
        book,
        ("具体目标", "目标类型", 2, "上限吧"),
        ("具体目标", "目标值", 3, "九十四"),
        ("具体目标", "目标年份", 4, 2050),
        ("具体目标", "所属目标或措施", 5, "health.goal.99"),
        ("指标", "责任部门", 3, "无此部门"),
        ("规划", "填写", 5, None),
    )
    with pytest.raises(PlanError) as error:
        build_plan(book)
    text = error.value.message("zh")
    sheet = load_workbook(book)["具体目标"]
    for heading, row in (("目标类型", 2), ("目标值", 3), ("目标年份", 4), ("所属目标或措施", 5)):
        assert f"具体目标!{cell_of(sheet, heading, row).coordinate}" in text, heading
    assert "规划!C5" in text and "指标!L3" in text and "docs/plan-format.md" in text
    assert not [one for one in tmp_path.iterdir() if one.is_dir()]


def test_a_folder_with_another_plan_is_left_alone(book, tmp_path):
    build_plan(book, tmp_path / "out")
    before = (tmp_path / "out" / "plan.yaml").read_bytes()
    changed(book, ("规划", "填写", 2, "other-plan"))
    with pytest.raises(UsageError):
        build_plan(book, tmp_path / "out")
    assert (tmp_path / "out" / "plan.yaml").read_bytes() == before


def test_what_is_no_such_workbook_is_said(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"none")
    Workbook().save(tmp_path / "b.xlsx")
    for name in ("a.xlsx", "b.xlsx"):
        with pytest.raises(DataError, match="plan new"):
            build_plan(tmp_path / name)
    with pytest.raises(UsageError):
        build_plan(tmp_path / "c.xlsx")


def test_choices_are_offered_uncertain_rows_coloured_and_sentences_beside_them(book):
    sheets = load_workbook(book)
    assert sheets.sheetnames[:2] == ["先看这里", "规划"] and sheets["_选项"].sheet_state == "hidden"
    targets = sheets["具体目标"]
    offered = {str(one.sqref).split(":")[0].rstrip("0123456789") for one in targets.data_validations.dataValidation}
    for heading in ("取否", "目标类型", "比较", "单位", "约束力", "指标", "所属目标或措施", "变动怎样算达到"):
        assert cell_of(targets, heading, 2).column_letter in offered, heading
    assert len(list(targets.conditional_formatting)) == 1
    assert cell_of(targets, "原句", 2).value in TEXT
    numerals = sheets["数字清单"]
    assert all(cell_of(numerals, "理由", row).value for row in range(2, numerals.max_row + 1))


@pytest.mark.parametrize("column", FIXED)
def test_what_is_shown_is_read_back(column):
    for code in FIXED[column]:
        assert code_of(column, shown_code(column, code)) == code
        assert code_of(column, code) == code


def test_nothing_in_the_workbook_runs(tmp_path):
    source = tmp_path / "plan.txt"
    source.write_text(
        TEXT.replace("健康服务体系", "=1+1健康服务体系").replace("一、健康", "一、=健康"), encoding="utf-8"
    )
    write_book(tmp_path / "plan.xlsx", draft_plan(source))
    for sheet in load_workbook(tmp_path / "plan.xlsx"):
        for row in sheet.iter_rows():
            assert not [cell.coordinate for cell in row if cell.data_type == "f"]


def test_every_column_of_the_plan_has_a_place():
    from analysis.plan.tables import ALL

    for table in ALL:
        (sheet,) = [one for one in SHEETS if one.table == table.name]
        assert {column.name for column in table.columns} == {one.name for one in sheet.columns if not one.own}


def test_word_numbers_its_lists_itself(tmp_path):
    document = Document()
    document.add_heading("清水县发展规划（2021—2030年）", 0)
    document.add_heading("健康", 1)
    document.add_paragraph("主要目标")
    for text in ("接种率达到95%以上，持续巩固。", "入园率达到92%以上，持续巩固。"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "参保率", "98%"
    document.save(tmp_path / "plan.docx")
    lines = read_document(tmp_path / "plan.docx")
    assert [one.text for one in lines if one.text[:2] in ("1.", "2.")] and lines[-1].table
    plan = draft_plan(tmp_path / "plan.docx")
    assert [one.asked.value for one in plan.targets] == [95.0, 92.0]
    assert [(one.fate.text, one.fate.reason) for one in plan.numerals if not one.fate.target][-1] == (
        "98%",
        "表格中的数字，未读取",
    )


def test_a_scanned_page_is_refused_and_broken_lines_are_joined(tmp_path):
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(tmp_path / "scan.pdf")
    with pytest.raises(DataError) as error:
        read_document(tmp_path / "scan.pdf")
    assert "OCR" in error.value.message("zh") and "OCR" in error.value.message("en")
    (tmp_path / "a.txt").write_text("1.死亡率分别控制在3.1‰、\n4.6‰和5.6‰以下。\n2.入园率达到90%。", encoding="utf-8")
    assert [one.text for one in read_document(tmp_path / "a.txt")] == [
        "1.死亡率分别控制在3.1‰、4.6‰和5.6‰以下。",
        "2.入园率达到90%。",
    ]


def test_the_commands_from_document_to_quoted_plan(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = ROOT / "tests" / "plans_read" / "county_youth.md"
    run = CliRunner()
    done = run.invoke(app, ["plan", "new", "--from", str(source), "--out", "draft"])
    assert done.exit_code == 0 and "须由人决定" in done.output and "workbench plan build draft/plan.xlsx" in done.output
    again = run.invoke(app, ["plan", "new", "--from", str(source), "--out", "draft"])
    assert isinstance(again.exception, UsageError)
    built = run.invoke(app, ["plan", "build", "draft/plan.xlsx", "--out", "plan", "--lang", "en"])
    assert built.exit_code == 0 and "goals" in built.output
    quoted = run.invoke(app, ["plan", "quote", "plan", "--from", str(source)])
    plan = read_plan(tmp_path / "plan")
    assert quoted.exit_code == 0 and len(quotes_of(tmp_path / "plan")) == len(plan.goals) + len(plan.measures)
    other = run.invoke(app, ["plan", "quote", "plan", "--from", str(source.with_name("city_women.txt"))])
    assert isinstance(other.exception, DataError) or "没有找到" in other.output
    assert f"*{QUOTES[QUOTES.index('.') :]}" in (ROOT / ".gitignore").read_text(encoding="utf-8")
