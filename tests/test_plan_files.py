"""A plan's files as offices leave them: read where nothing is in doubt, else every fault named, never a traceback."""

import shutil

import pandas as pd
import pytest

from analysis.exceptions import DataError, PlanError
from analysis.places import PLANS
from analysis.plan import read_plan


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the national plan."""
    return shutil.copytree(PLANS / "national-2021-2030", tmp_path / "plan")


def _rewrite(path, *changes):
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def _faults(folder):
    with pytest.raises(PlanError) as error:
        read_plan(folder)
    for lang in ("zh", "en"):
        assert str(folder) not in error.value.message(lang)
    assert all(part.zh and part.en for one in error.value.faults for part in (one.found, one.expected, one.action))
    return error.value.faults


@pytest.mark.parametrize(
    ("old", "new", "item", "found"),
    [
        ("start_year: 2021", "start_year: 2021年", "start_year", "2021年"),
        ("start_year: 2021", "start_year: true", "start_year", "true"),
        ("baseline_year: 2020", "baseline_year:", "baseline_year", "no value"),
        ("baseline_year: 2020", "baseline_year: 2022", "baseline_year", "2022"),
        ("end_year: 2030", "end_year: 2030.5", "end_year", "2030.5"),
        ("milestones: [2030]", "milestones: 2030", "milestones", "2030"),
        ("milestones: [2030]", "milestones: []", "milestones", "no value"),
        ("milestones: [2030]", "milestones: [2025, 二〇三〇]", "milestones", "二〇三〇"),
        ("milestones: [2030]", "milestones: [2030, 2035]", "milestones", "2035"),
        ("publisher: China Daily", "editor: China Daily", "sources", "entry 1 of sources"),
        ("title_zh: 儿童与健康, ", "", "domains", "entry 1 of domains"),
    ],
)
def test_a_fault_of_the_head_is_named_with_its_key(folder, old, new, item, found):
    _rewrite(folder / "plan.yaml", (old, new))
    (fault,) = _faults(folder)
    assert fault.where.file.endswith("plan.yaml")
    assert fault.where.item == item
    assert found in fault.found.en


def test_years_upside_down_are_refused(folder):
    _rewrite(folder / "plan.yaml", ("end_year: 2030", "end_year: 2019"))
    assert [one.where.item for one in _faults(folder)] == ["end_year"]


def test_an_open_quote_is_named_with_its_row(folder):
    _rewrite(folder / "plan.yaml", ("title_zh: 中国", 'title_zh: "中国'))
    (fault,) = _faults(folder)
    assert fault.where.row and "YAML" in fault.found.en


def test_a_head_without_keys_is_refused(folder):
    (folder / "plan.yaml").write_text("- 规划\n", encoding="utf-8")
    assert "plan.yaml" in _faults(folder)[0].where.file


@pytest.mark.parametrize("name", ["plan.yaml", "targets.csv"])
def test_a_file_in_gb18030_reads_as_one_in_utf_8(folder, name):
    before = read_plan(folder)
    text = (folder / name).read_text(encoding="utf-8")
    (folder / name).write_bytes(text.encode("gb18030"))
    assert read_plan(folder) == before


def test_a_head_in_no_known_encoding_is_refused(folder):
    (folder / "plan.yaml").write_bytes(b"id: \xff\xfe\xff")
    with pytest.raises(DataError):
        read_plan(folder)


@pytest.mark.parametrize("end", [",,,,,,\n,,,\n", "\n\n", " , ,\r\n"])
def test_empty_rows_at_the_end_are_no_rows(folder, end):
    before = read_plan(folder)
    path = folder / "targets.csv"
    path.write_text(path.read_text(encoding="utf-8") + end, encoding="utf-8")
    assert read_plan(folder) == before


@pytest.mark.parametrize("cell", ["3‰", "1_0", "③", "3%", "1e400", "inf", "3 以下"])
def test_a_cell_that_is_no_plain_number_is_named(folder, cell):
    _rewrite(folder / "targets.csv", ("upper_bound,<,3,", f"upper_bound,<,{cell},"))
    (fault,) = _faults(folder)
    assert (fault.where.row, fault.where.column) == (2, "value")
    assert cell in fault.found.zh


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_read(folder, separator):
    before = read_plan(folder)
    for path in folder.glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table.to_csv(path, index=False, sep=separator)
    assert read_plan(folder) == before


@pytest.mark.parametrize("separator", ["；", "，", "|"])
def test_a_separator_that_is_part_of_sentences_is_named(folder, separator):
    path = folder / "departments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",", separator), encoding="utf-8")
    (fault,) = _faults(folder)
    assert fault.where.file.endswith("departments.csv")
    assert f"separated by “{separator}”" in fault.found.en


def test_a_workbook_in_place_of_a_table_is_named(folder):
    (folder / "targets.csv").rename(folder / "targets.xlsx")
    (fault,) = _faults(folder)
    assert "targets.xlsx" in fault.found.zh and "targets.csv" in fault.expected.zh


def test_the_faults_of_all_files_are_named_at_once(folder):
    _rewrite(folder / "plan.yaml", ("start_year: 2021", "start_year: 2021年"))
    _rewrite(folder / "targets.csv", ("undated_bound", "undatd_bound"))
    _rewrite(folder / "indicators.csv", ("lower_is_better", "less"))
    assert {one.where.file.rpartition("/")[2] for one in _faults(folder)} == {
        "plan.yaml",
        "targets.csv",
        "indicators.csv",
    }


def test_wrong_years_of_the_head_do_not_hide_what_is_wrong_in_a_target(folder):
    _rewrite(folder / "plan.yaml", ("start_year: 2021", "start_year: 2021年"))
    _rewrite(folder / "targets.csv", ("upper_bound,<,3,,per_1000", "upper_bound,<,3,,percent"))
    assert [(one.where.item, one.where.column) for one in _faults(folder)] == [
        ("start_year", None),
        ("health.goal.01.t1", "unit"),
    ]
