"""Areas are registered from a file, all or none, and the plan's own area is known without it."""

import pandas as pd
import pytest
from openpyxl import Workbook
from test_store import _closed, open_store, postgres, url  # noqa: F401
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.forms.area_file import read_areas
from analysis.data.forms.opening import Options
from analysis.exceptions import DataError, UsageError
from analysis.plan import read_plan
from analysis.runs.submissions import ingest

NAMES = ["code", "name_zh", "name_en", "parent", "level"]
NONE = pd.DataFrame(columns=NAMES)
COUNTY = "代码,名称,上级,级别\n531099,云溪县,,县\n531099T01,城关镇,531099,\n531099T02,翠湖街道,云溪县,\n"


def written(tmp_path, text, name="areas.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return path


def refused(path, known=NONE):
    with pytest.raises(DataError) as error:
        read_areas(path, known)
    return {(one.where.row, one.where.column) for one in error.value.faults}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_names_of_parents_and_levels_that_follow(tmp_path, encoding):
    table = read_areas(written(tmp_path, COUNTY, encoding=encoding), NONE)
    assert table["parent"].tolist() == ["", "531099", "531099"]
    assert table["level"].tolist() == ["district", "town", "street"] and table["name_en"].tolist()[1] == "城关镇"


def test_a_workbook_with_a_title_and_codes_as_numbers(tmp_path):
    book = Workbook()
    book.active.append(["地区表"])
    for row in ([], ["行政区划代码", "地区名称", "上级代码"], [530000, "云南省"], [531000, "大理市", 530000.0]):
        book.active.append(row)
    book.active.append([531099, "云溪市", 531000])
    book.save(tmp_path / "a.xlsx")
    table = read_areas(tmp_path / "a.xlsx", NONE)
    assert table["code"].tolist() == ["530000", "531000", "531099"]
    assert table["level"].tolist() == ["province", "city", "district"]  # a 市 below a city is one of its districts


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("code,name_zh,parent,level\n1,市,,city\n2,区,9,district\n3,县,8,district\n", {(3, "parent"), (4, "parent")}),
        (
            "code,name_zh,parent\n1,甲县,2\n2,乙县,1\n3,丙县,3\n4,丁镇,1\n",
            {(2, "parent"), (3, "parent"), (4, "parent")},
        ),
        ("code,name_zh,level\n1,甲县,县\n1,乙县,县\n2,,县\n,丙县,县\n", {(3, "code"), (4, "name_zh"), (5, "code")}),
        ("code,name_zh,level\n1,甲县,大区\n", {(2, "level")}),
        ("code,name_zh\n1,无名之地\n", {(2, "level")}),
        ("code,name_zh,parent\n1,甲县,\n2,甲县,\n3,丙镇,甲县\n", {(4, "parent")}),  # two areas of that name
        (f"code,name_zh\n{'1' * 21},甲县\n", {(2, "code")}),
        ("code,parent\n1,2\n", {(None, None)}),
    ],
)
def test_every_wrong_row_is_named_and_nothing_is_written(tmp_path, text, faults):
    path = written(tmp_path, text)
    assert refused(path) == faults
    done = CliRunner().invoke(app, ["areas", "import", str(path), "--db", str(tmp_path / "m.sqlite")])
    assert done.exit_code and len(open_store(str(tmp_path / "m.sqlite")).areas()) == 0


def test_a_circle_through_areas_known_before_is_found(tmp_path):
    known = pd.DataFrame([("1", "甲县", "A", "", "district"), ("2", "乙镇", "B", "1", "town")], columns=NAMES)
    assert refused(written(tmp_path, "code,name_zh,parent\n1,甲县,2\n"), known) == {(2, "parent")}
    again = read_areas(written(tmp_path, "code,name_zh\n2,乙街道\n"), known)
    assert again.loc[0, NAMES].tolist() == ["2", "乙街道", "B", "1", "town"]  # what it leaves out is kept


def test_no_file_and_no_table_are_told(tmp_path):
    with pytest.raises(UsageError):
        read_areas(tmp_path / "none.csv", NONE)
    for name in ("a.xlsx", "a.csv"):
        (tmp_path / name).write_bytes(b"\xff\x00\xfe" * 9)
        with pytest.raises(DataError):
            read_areas(tmp_path / name, NONE)


def test_areas_are_added_and_brought_up_to_date(url, tmp_path):  # noqa: F811
    store = open_store(url)
    table = read_areas(written(tmp_path, COUNTY), store.areas())
    assert store.put_areas(table) == (3, 0, 0) and store.put_areas(table) == (0, 0, 3)
    more = COUNTY.replace("城关镇", "城关街道") + "531099T03,柳河镇,531099,\n"
    assert store.put_areas(read_areas(written(tmp_path, more), store.areas())) == (1, 1, 2)
    assert store.areas("531099")["name_zh"].tolist() == ["云溪县", "城关街道", "翠湖街道", "柳河镇"]


def test_the_commands_register_and_show_the_tree(tmp_path):
    db = str(tmp_path / "m.sqlite")

    def run(*words):
        done = CliRunner().invoke(app, ["areas", *words, "--db", db])
        assert done.exit_code == 0, done.output
        return done.output

    assert "没有登记的地区" in run("list")
    assert "新增 3 个" in run("import", str(written(tmp_path, COUNTY)))
    assert "3 as they were" in run("import", str(written(tmp_path, COUNTY)), "--lang", "en")
    assert run("list").splitlines() == [
        "531099  云溪县  district", "  531099T01  城关镇  town", "  531099T02  翠湖街道  street",
    ]  # fmt: skip


def test_the_plans_own_area_is_known_by_name_without_any_registered(tmp_path):
    plan = read_plan("tiexi-2021-2030")
    path = written(
        tmp_path, "指标编码,地区,年份,数值\nhealth.imr,铁西区,2025,4.1\nhealth.imr,城关镇,2025,4.1\n", "f.csv"
    )
    (done,) = ingest([path], plan, open_store(str(tmp_path / "m.sqlite")), "张三", Options(None, 2025, "health"))
    assert done.reading.accepted["ref_area"].tolist() == ["210303"] and len(done.reading.quarantined) == 1
