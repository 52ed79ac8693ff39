"""Declared parameters of a notebook: checked before a kernel starts, and complete in every committed notebook."""

import ast
import re

import nbformat
import pytest
from conftest import ROOT

from analysis.exceptions import DataError, UsageError
from analysis.runs.notebooks import execute
from analysis.runs.parameters import REQUIRED, check, declared

CELL = """from typing import Literal

plan: str  # 规划编号 / id of the plan
as_of: int | None = None  # 数据截至年份 / last year known
level: float = 0.8  # 置信水平 / level
quick: bool = False  # 快速 / quick
areas: list[str] = []  # 地区 / areas
lang: Literal["zh", "en"] = "zh"  # 语言 / language"""
GOOD = {"plan": "tiny"}
COMMITTED = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture
def notebook(tmp_path):
    """Return a function that writes a notebook whose code cells are the texts given, tagged `parameters`."""

    def write(*sources):
        cells = [nbformat.v4.new_code_cell(text, metadata={"tags": ["parameters"]}) for text in sources]
        path = tmp_path / "tiny.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=[*cells, nbformat.v4.new_code_cell("print(plan)")]), path)
        return path

    return write


@pytest.fixture
def tiny(notebook):
    return notebook(CELL)


def test_names_types_defaults_and_help_are_read_in_order(tiny):
    parameters = {one.name: one for one in declared(tiny)}
    assert list(parameters) == ["plan", "as_of", "level", "quick", "areas", "lang"]
    assert parameters["plan"].default is REQUIRED
    assert parameters["as_of"].default is None
    assert parameters["as_of"].annotation == "int | None"
    assert parameters["as_of"].help == "数据截至年份 / last year known"
    assert parameters["lang"].default == "zh"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("as_of", 2025),
        ("as_of", None),
        ("level", 1),
        ("level", 0.5),
        ("quick", True),
        ("areas", []),
        ("areas", ["a", "b"]),
        ("lang", "en"),
    ],
)
def test_a_value_of_the_declared_type_passes(tiny, name, value):
    given = {**GOOD, name: value}
    assert check(tiny, given) == given


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("plan", 3),
        ("plan", None),
        ("as_of", "2025"),
        ("as_of", 2025.0),
        ("as_of", True),
        ("level", "high"),
        ("level", False),
        ("quick", 1),
        ("areas", "a"),
        ("areas", ["a", 1]),
        ("areas", None),
        ("lang", "fr"),
        ("lang", None),
        ("lang", ["zh"]),
    ],
)
def test_a_value_of_another_type_is_refused(tiny, name, value):
    with pytest.raises(UsageError) as error:
        check(tiny, {**GOOD, name: value})
    (fault,) = error.value.faults
    assert fault.where.item == name
    for lang in ("zh", "en"):
        assert repr(value) in fault.message(lang)
        assert next(one for one in declared(tiny) if one.name == name).expected(lang) in fault.message(lang)


def test_an_unknown_name_is_refused_and_the_known_ones_listed(tiny):
    with pytest.raises(UsageError) as error:
        check(tiny, {**GOOD, "asof": 2025})
    assert "未声明的参数" in error.value.message("zh")
    assert "plan, as_of, level, quick, areas, lang" in error.value.message("en")


def test_a_missing_required_parameter_is_refused(tiny):
    with pytest.raises(UsageError) as error:
        check(tiny, {})
    assert error.value.faults[0].where.item == "plan"
    assert "缺少必填参数" in error.value.message("zh")


def test_all_faults_come_at_once_with_exit_code_2_and_no_absolute_path(tiny):
    with pytest.raises(UsageError) as error:
        check(tiny, {"bogus": 1, "lang": "fr"})
    assert [fault.where.item for fault in error.value.faults] == ["bogus", "lang", "plan"]
    assert error.value.exit_code == 2
    assert str(tiny.parent) not in str(error.value)


@pytest.mark.parametrize("cells", [(), (CELL, CELL)])
def test_a_notebook_needs_exactly_one_parameters_cell(notebook, cells):
    with pytest.raises(DataError, match=f"{len(cells)} 个 parameters 单元格"):
        declared(notebook(*cells))


@pytest.mark.parametrize("line", ["year = 2025", "print(1)", "a.b: int = 1", "def f(): pass"])
def test_a_parameters_cell_holds_annotated_assignments_only(notebook, line):
    with pytest.raises(DataError) as error:
        declared(notebook(f"{CELL}\n{line}"))
    assert "tiny.ipynb" in error.value.message("zh")
    assert line.split()[0] in error.value.message("en")


def test_a_bad_parameter_starts_no_kernel_and_leaves_no_file(tiny, tmp_path):
    copy = tmp_path / "out" / "tiny.ipynb"
    with pytest.raises(UsageError):
        execute(tiny, copy, {"plan": 3}, tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["tiny.ipynb"]


def test_there_are_committed_notebooks():
    assert len(COMMITTED) >= 4


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_parameters_have_help_in_both_languages_and_fitting_defaults(path):
    for one in declared(path):
        zh, _, en = one.help.partition(" / ")
        assert re.search(r"[\u4e00-\u9fff]", zh), one.name
        assert re.search(r"[a-z]", en) and not re.search(r"[\u4e00-\u9fff]", en), one.name
        assert one.default is REQUIRED or one.accepts(one.default), one.name


@pytest.mark.parametrize("path", COMMITTED, ids=lambda path: path.stem)
def test_committed_notebooks_are_clean_and_thin(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert not [cell for cell in code if cell.outputs or cell.execution_count is not None]
    for cell in code:
        assert not [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    titles = [line for cell in cells if cell.cell_type == "markdown" for line in re.findall(r"(?m)^# .+", cell.source)]
    assert len(titles) == 1


RANGED = """from typing import Annotated, Literal

from annotated_types import Interval

年份: Annotated[int, Interval(ge=1949, le=2100)] | None = None  # 数据截至年份 / last year known
level: Annotated[float, Interval(gt=0, lt=1)] = 0.8  # 置信水平 / level
years: list[Annotated[int, Interval(ge=2000)]] = []  # 年份 / years
few: Literal[1, 2] | None = None  # 个数 / how many"""


@pytest.mark.parametrize(
    ("name", "value"),
    [("年份", 1949), ("年份", None), ("level", 0.99), ("years", [2000, 2030]), ("few", 2), ("few", None)],
)
def test_a_value_within_its_range_or_among_its_choices_is_accepted(notebook, name, value):
    assert check(notebook(RANGED), {name: value}) == {name: value}


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("年份", 1948, "整数，1949—2100，或留空（None）", "a whole number, 1949 to 2100, or nothing (None)"),
        ("level", 0, "数，0—1", "a number, 0 to 1"),
        ("level", 1, "数，0—1", "a number, 0 to 1"),
        ("level", float("nan"), "数，0—1", "a number, 0 to 1"),
        ("years", [2000, 1999], "列表，每项为整数，不小于 2000", "a list of a whole number, at least 2000"),
        ("few", 3, "1、2，或留空（None）", "1, 2, or nothing (None)"),
        ("few", True, "1、2，或留空（None）", "1, 2, or nothing (None)"),
    ],
)
def test_a_value_outside_is_refused_in_the_reader_s_words(notebook, name, value, zh, en):
    with pytest.raises(UsageError) as error:
        check(notebook(RANGED), {name: value})
    assert zh in error.value.message("zh")
    assert en in error.value.message("en")


def test_a_name_typed_full_width_is_the_one_python_reads(notebook):
    assert check(notebook(RANGED), {"ｌｅｖｅｌ": 0.5}) == {"level": 0.5}
