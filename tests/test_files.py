"""Bad files are refused with a message that says what, where and what to do; good ones are read as they are."""

import csv
import gzip
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.exceptions import DataError, UsageError, WorkbenchError
from analysis.schema import SERIES_INPUT, read_table

HEADER = "series_id,time_period,obs_value,unit\n"
GOOD = HEADER + "甲,2020,1.5,percent\n甲,2021,1.4,percent\n"


@pytest.fixture
def read(tmp_path):
    """Return a function that writes bytes or text to a file and reads it as series."""

    def write_and_read(content, name="input.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, SERIES_INPUT)

    return write_and_read


@pytest.fixture
def refused(read, tmp_path):
    """Return a function that gives the faults of a bad file, its messages checked for both languages."""

    def faults(content, name="input.csv"):
        with pytest.raises(DataError) as error:
            read(content, name)
        for lang, labels in (("zh", "发现 位置 应为 处理"), ("en", "Found Where Expected To")):
            text = error.value.message(lang)
            assert all(label in text for label in labels.split())
            assert name in text
            assert str(tmp_path) not in text
        return error.value.faults

    return faults


def test_a_missing_file_is_wrong_usage_and_no_folder_is_shown(tmp_path):
    with pytest.raises(UsageError) as error:
        read_table(tmp_path / "absent.csv", SERIES_INPUT)
    assert error.value.exit_code == 2
    for lang, words in (("zh", "文件不存在"), ("en", "does not exist")):
        assert words in error.value.message(lang)
        assert "absent.csv" in error.value.message(lang)
        assert str(tmp_path) not in error.value.message(lang)


BAD_CELLS = {
    "text for a number": ("甲,2020,很多,percent\n", 2, "obs_value", "很多"),
    "a thousands separator": ('甲,2020,"1,200",other\n', 2, "obs_value", "1,200"),
    "a percent sign": ("甲,2020,12%,percent\n", 2, "obs_value", "12%"),
    "a year in words": ("甲,2020,1,\n甲,二〇二一,1,\n", 3, "time_period", "二〇二一"),
    "half a year": ("甲,2020.5,1,\n", 2, "time_period", "2020.5"),
    "a year before 1900": ("甲,1020,1,\n", 2, "time_period", "1020"),
    "no year": ("甲,,1,\n", 2, "time_period", "time_period"),
    "no series": ("甲,2020,1,\n,2021,1,\n", 3, "series_id", "series_id"),
    "an unknown unit": ("甲,2020,1,percent\n甲,2021,1,furlong\n", 3, "unit", "furlong"),
    "too few cells": ("甲,2020,1,\n甲,2021,1\n", 3, "unit", "unit"),
}


@pytest.mark.parametrize(("rows", "row", "column", "shown"), BAD_CELLS.values(), ids=BAD_CELLS)
def test_a_bad_cell_is_named_by_file_row_and_column(refused, rows, row, column, shown):
    (fault,) = refused(HEADER + rows)
    assert (fault.where.file, fault.where.row, fault.where.column) == ("input.csv", row, column)
    assert f"第 {row} 行，{column} 列" in fault.message("zh")
    assert f"row {row}, column {column}" in fault.message("en")
    for lang in ("zh", "en"):
        assert shown in fault.message(lang)


def test_a_row_with_too_many_cells_is_named(refused):
    (fault,) = refused(HEADER + "甲,2020,1,percent,7\n")
    assert fault.where.row == 2


def test_a_negative_count_is_refused(refused):
    (fault,) = refused("series_id,time_period,numerator\n甲,2020,-2\n")
    assert (fault.where.row, fault.where.column) == (2, "numerator")
    assert "不小于 0" in fault.message("zh")


def test_a_wrong_column_is_named_with_those_there_must_be(refused):
    (fault,) = refused("series,time_period,obs_value\n甲,2020,1\n")
    assert fault.where.row == 1
    assert "缺少 series_id 列" in fault.message("zh")
    assert "series_id, time_period" in fault.message("en")


def test_a_key_that_occurs_twice_is_named_by_its_row(refused):
    (fault,) = refused(HEADER + "甲,2020,1,\n乙,2020,1,\n甲,2020,2,\n")
    assert fault.where.row == 4
    assert "series_id、time_period" in fault.message("zh")


@pytest.mark.parametrize("content", ["", " \n\n", HEADER, HEADER.strip()])
def test_a_file_without_rows_is_refused(refused, content):
    (fault,) = refused(content)
    assert "没有数据行" in fault.message("zh")
    assert "no data rows" in fault.message("en")


def test_undecodable_bytes_are_refused(refused):
    (fault,) = refused(b"\xff\xfe\x00\x81" + HEADER.encode())
    assert "编码" in fault.message("zh")
    assert "UTF-8" in fault.message("en")


def test_all_faults_of_a_file_are_reported_at_once(refused):
    faults = refused(HEADER + "甲,2020,x,\n甲,y,1,\n甲,2022,1,z\n")
    assert [fault.where.row for fault in faults] == [2, 3, 4]


def test_a_long_list_of_faults_is_cut_and_counted(read):
    with pytest.raises(DataError) as error:
        read(HEADER + "".join(f"甲,{1950 + k},x,\n" for k in range(50)))
    assert len(error.value.faults) == 50
    assert "另有 30 处" in error.value.message("zh")
    assert error.value.message("en").endswith("and 30 more")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_line_ends_of_excel_and_wps_read_the_same(read, encoding, newline):
    table = read(GOOD.replace("\n", newline).encode(encoding))
    assert table["series_id"].tolist() == ["甲", "甲"]
    assert table["obs_value"].tolist() == [1.5, 1.4]


def test_a_gzipped_file_reads_the_same(read):
    assert read(gzip.compress(GOOD.encode()), "input.csv.gz").equals(read(GOOD))


def test_further_columns_are_left_out_and_absent_ones_are_empty(read):
    table = read("remark,series_id,time_period,obs_value\nx,甲,2020,1\n")
    assert list(table.columns) == SERIES_INPUT.names
    assert table.loc[0, "unit"] == ""
    assert table["numerator"].isna().all()


def test_spaces_around_headers_names_and_numbers_do_not_matter(read):
    table = read(" series_id , time_period ,obs_value \n 甲 , 2020 , 1.5 \n")
    assert table.loc[0, ["series_id", "time_period", "obs_value"]].tolist() == ["甲", 2020, 1.5]


@pytest.mark.parametrize("mark", ["", "NaN"])
def test_a_mark_of_a_missing_value_is_a_missing_value(read, mark):
    assert read(HEADER + f"甲,2020,{mark},\n")["obs_value"].isna().all()


def test_a_trusted_empty_table_is_read(tmp_path):
    path = tmp_path / "input.csv"
    path.write_text(HEADER, encoding="utf-8")
    assert list(read_table(path, SERIES_INPUT, trusted=True).columns) == SERIES_INPUT.names


ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
NUMBERLIKE = st.text("0123456789.+-eE%, ;:/x", max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(id=ANY_TEXT, year=NUMBERLIKE, value=NUMBERLIKE, unit=ANY_TEXT)
def test_arbitrary_cells_are_read_or_refused_with_a_message(read, id, year, value, unit):
    out = StringIO(newline="")
    csv.writer(out).writerows([HEADER.strip().split(","), ["乙", "2019", "1", ""], [id, year, value, unit]])
    try:
        assert len(read(out.getvalue())) == 2
    except WorkbenchError as error:
        assert error.message("zh") and error.message("en")
