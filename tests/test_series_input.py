"""`workbench forecast` on the files people send: rows that cannot be used are named, the others count as if alone."""

import pandas as pd
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from analysis.cli import app
from analysis.exceptions import DataError
from analysis.runs.series_input import SeriesFile

HEAD = "series_id,time_period,obs_value,numerator,denominator,unit\n"
CLEAN = {2016: 4.5, 2017: 4.4, 2018: 4.1, 2019: 4.2, 2020: 3.9, 2021: 3.7}


def clean_rows(mark="{}", blank=",,"):
    return "".join(f"a,{year},{mark.format(value)}{blank},per_1000\n" for year, value in CLEAN.items())


def read(tmp_path, content, name="s.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = SeriesFile(path)
    return file, file.table()


def forecast(source, out, lang="zh"):
    words = ["forecast", str(source), "--horizon", "2", "--model", "loglinear", "--out", str(out), "--lang", lang]
    return CliRunner().invoke(app, words)


def named(file):
    return [(one["row"], one["column"]) for one in file.aside]


SPELT = {
    "semicolons and commas": "序列;年份;数值;单位\n" + "".join(
        f"a;{year};{str(value).replace('.', ',')};‰\n" for year, value in CLEAN.items()),
    "tabs": "序列编码\t年度\t数值\t计量单位\n" + "".join(f"a\t{y}年\t{v}\t千分之\n" for y, v in CLEAN.items()),
    "full-width": "序列；年份；数值；单位\n" + "".join(f"a；{y}；{v}；1/1000\n" for y, v in CLEAN.items()),
    "signs and marks": "series,year,value,unit\n" + "".join(f"a,{y},{v}‰①,‰\n" for y, v in CLEAN.items()),
    "a title above": "全市情况,,,\n,,,\n序列,年份,值,单位\n" + "".join(f"a,{y},{v},‰\n" for y, v in CLEAN.items()),
    "a line for the separator": "sep=;\n序列;年份;数值;单位\n" + "".join(f"a;{y};{v};‰\n" for y, v in CLEAN.items()),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", SPELT)
def test_every_spelling_of_a_file_is_the_same_table(tmp_path, name, encoding):
    file, table = read(tmp_path, SPELT[name].encode(encoding))
    assert dict(zip(table["time_period"], table["obs_value"], strict=True)) == CLEAN
    assert set(table["unit"]) == {"per_1000"} and set(table["series_id"]) == {"a"} and not file.aside


def test_a_workbook_is_read_from_its_first_visible_sheet(tmp_path):
    book = Workbook()
    book.active.title, book.active.sheet_state = "旧", "hidden"
    sheet = book.create_sheet("数据")
    for row in (["序列", "年份", "数值", "单位"], ["a", 2020, 0.213, "%"], ["a", 2021, "21.5%", "%"]):
        sheet.append(row)
    sheet["C2"].number_format = "0.0%"
    book.save(tmp_path / "s.xlsx")
    assert SeriesFile(tmp_path / "s.xlsx").table()["obs_value"].tolist() == [21.3, 21.5]


WRONG = [  # a row of the file, the column named, a word of the reason in both languages
    ("a,2022,-1,,,per_1000", "obs_value", "小于0", "below 0"),
    ("a,2022,inf,,,per_1000", "obs_value", "有限", "finite"),
    ("a,2099,4.0,,,per_1000", "time_period", "尚未到来", "to come"),
    ("a,2022,,12,10,per_1000", "numerator", "大于分母", "12 of 10"),
    ("a,2022,,-1,10,per_1000", "numerator", "小于0", "below 0"),
    ("a,2022,,1,0,per_1000", "denominator", "分母为0", "分母为0"),
    ("a,2022,9.0,4,1000,per_1000", "obs_value", "不符", "9 is not 4 over 1000"),
    ("a,2020-2022,4,,,per_1000", "time_period", "跨 3 年", "3 years"),
    ("a,2021-2022,4,,,per_1000", "time_period", "疑为学年", "school year"),
    ("a,2022年1-6月,4,,,per_1000", "time_period", "月份", "month"),
    ("a,2022,约4,,,per_1000", "obs_value", "疑为 4", "perhaps 4"),
    ("a,2022,0.4%,,,per_1000", "obs_value", "带“%”", "a sign %"),
    ("a,2022,1.2万,,,per_1000", "obs_value", "带“万”", "a sign 万"),
    ("a,2022,,1.2万,30000,per_1000", "numerator", "带“万”", "whole number"),
    ("a,2022,4,,,个", "unit", "不是代码", "none of"),
    (",2022,4,,,per_1000", "series_id", "没有序列编码", "no series_id"),
    ("资料来源：统计局,,,,,", "time_period", "没有年份", "no year"),
]


@pytest.mark.parametrize(("row", "column", "zh", "en"), WRONG)
def test_what_cannot_be_used_is_set_aside_with_its_row(tmp_path, row, column, zh, en):
    file, table = read(tmp_path, HEAD + clean_rows() + row + "\n")
    assert named(file) == [(8, column)]
    reasons = file.aside[0]
    assert zh in reasons["reason_zh"] and (en in reasons["reason_en"] or en == zh)
    kept = table.dropna(subset=["obs_value"])
    assert dict(zip(kept["time_period"], kept["obs_value"], strict=True)) == CLEAN
    assert table[["numerator", "denominator"]].isna().all(axis=None)


@pytest.mark.parametrize("symbol", ["", "—", "…", "缺", "/"])
def test_missing_marks_are_no_fault(tmp_path, symbol):
    file, table = read(tmp_path, HEAD + clean_rows() + f"a,2022,{symbol},,,per_1000\n")
    assert not file.aside and table["obs_value"].isna().sum() == 1


def test_whole_counts_may_have_their_word(tmp_path):
    file, table = read(tmp_path, HEAD + 'a,2020,,12人,"3,000人",per_1000\n')
    assert not file.aside and table[["numerator", "denominator"]].values.tolist() == [[12, 3000]]


def test_rows_set_aside_come_in_the_order_of_the_file(tmp_path):
    rows = "a,2022,约4,,,per_1000\na,2023,-1,,,per_1000\na,2015,甲,,,per_1000\na,2099,1,,,per_1000\n"
    file, _ = read(tmp_path, HEAD + rows + clean_rows())
    assert named(file) == [(2, "obs_value"), (3, "obs_value"), (4, "obs_value"), (5, "time_period")]
    plain, _ = read(tmp_path, HEAD + "a,2023,-1,,,per_1000\na,2099,1,,,per_1000\na,2024,-2,,,per_1000\n" + clean_rows())
    assert [row for row, _ in named(plain)] == [2, 3, 4]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "bad", ["a,2099,4.0,,,per_1000\na,2022,-1,,,per_1000\n", "a,2022,约4,,,per_1000\n注：估计,,,,,\n"]
)
def test_the_forecast_of_clean_rows_is_the_same_bytes(tmp_path, bad, lang):
    clean, dirty = tmp_path / "clean.csv", tmp_path / "dirty.csv"
    clean.write_text(HEAD + clean_rows(), encoding="utf-8")
    dirty.write_text(HEAD + bad + clean_rows(), encoding="utf-8")
    done, other = forecast(clean, tmp_path / "c.csv", lang), forecast(dirty, tmp_path / "d.csv", lang)
    assert (done.exit_code, other.exit_code) == (0, 1), other.output
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "d.csv").read_bytes()
    assert not (tmp_path / "c.set_aside.csv").exists()
    aside = pd.read_csv(tmp_path / "d.set_aside.csv")
    assert aside["row"].tolist() == [2, 3]
    for row in aside.to_dict("records"):
        assert row[f"reason_{lang}"] in other.stderr
    assert ("第 2 行" if lang == "zh" else "row 2") in other.stderr
    dirty.write_text(HEAD + clean_rows(), encoding="utf-8")
    assert forecast(dirty, tmp_path / "d.csv").exit_code == 0 and not (tmp_path / "d.set_aside.csv").exists()


def test_how_the_file_was_read_is_said(tmp_path):
    path = tmp_path / "s.csv"
    path.write_bytes(SPELT["semicolons and commas"].encode("gb18030"))
    done = forecast(path, tmp_path / "o.csv")
    assert done.exit_code == 0 and "分隔符为“;”" in done.stderr and "编码为 GB18030" in done.stderr
    assert "小数点写作逗号" in done.stderr
    assert "separator ; found" in forecast(path, tmp_path / "o.csv", "en").stderr


@pytest.mark.parametrize("year", ["2020", "2020年"])
def test_two_rows_of_a_year_are_refused(tmp_path, year):
    path = tmp_path / "s.csv"
    path.write_text(HEAD + clean_rows() + f"a,{year},3,,,per_1000\n", encoding="utf-8")
    done = forecast(path, tmp_path / "o.csv")
    assert isinstance(done.exception, DataError) and not (tmp_path / "o.csv").exists()
    assert [one.where.row for one in done.exception.faults] == [8]


@pytest.mark.parametrize(
    ("content", "zh", "en"),
    [("年份,数值\n2020,3\n", "表头是：年份、数值", "the header is"), ("", "空的", "empty"),
     (HEAD + "a,2020,约4,,,per_1000\n", "疑为 4", "perhaps 4"), ("<html><table></table></html>", "网页", "web page")],
)  # fmt: skip
def test_a_file_without_a_row_to_use_is_refused_by_name(tmp_path, content, zh, en):
    with pytest.raises(DataError) as refused:
        read(tmp_path, content)
    assert zh in refused.value.message("zh") and en in refused.value.message("en")
