"""Plan folders as offices make them: what is in no doubt is read, every fault of every file is named in one run."""

import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from analysis.exceptions import PlanError, Text
from analysis.gate.ids import is_name
from analysis.places import PLANS
from analysis.plan import read_plan
from analysis.plan import tables as files
from analysis.plan.copying import copy_plan
from analysis.plan.registry import registry

GOOD_NAMES = ["a", "health.goal.03.t1", "健康.目标-1", "Y0T4", "2021", "x" * 64]
BAD_NAMES = [
    "",
    "..",
    "a..b",
    ".a",
    "-a",
    "a.",
    "a b",
    "a/b",
    "a\\b",
    "a|b",
    "a\n",
    "\x00",
    "①",
    "１",
    "x" * 65,
    "a;b",
    "_T",
]


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the national plan."""
    return shutil.copytree(PLANS / "national-2021-2030", tmp_path / "plan")


def _table(folder, name):
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def _change(folder, name, changes, **how):
    """Write a table again with cells changed: `changes` maps row (0 the first) and column to a cell."""
    table = _table(folder, name)
    for (row, column), cell in changes.items():
        if column not in table:
            table[column] = ""
        table.loc[row, column] = cell
    table.to_csv(folder / f"{name}.csv", index=False, **how)


def _head(folder, *changes):
    path = folder / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def _faults(folder, **how):
    with pytest.raises(PlanError) as error:
        read_plan(folder, **how)
    for lang in ("zh", "en"):
        assert str(folder) not in error.value.message(lang)
    assert all(part.zh and part.en for one in error.value.faults for part in (one.found, one.expected, one.action))
    return error.value.faults


def _places(faults):
    return [(one.where.file.rpartition("/")[2], one.where.row, one.where.column or one.where.item) for one in faults]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_letters_digits_and_three_signs_make_a_name(name):
    assert is_name(name)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_would_break_a_path_or_a_key_is_no_name(name):
    assert not is_name(name)


def test_english_is_optional_everywhere(folder):
    before = read_plan(folder)
    for path in folder.glob("*.csv"):
        table = _table(folder, path.stem)
        table[[name for name in table if not name.endswith("_en")]].to_csv(path, index=False)
    _head(folder, ("title_en: Outline for the Development of Children in China (2021-2030)\n", ""))
    _head(folder, (", title_en: Children and health", ""), ("area_name_en: China\n", ""))
    plan = read_plan(folder, known=_Registry())
    assert plan.title.en == plan.title.zh == before.title.zh
    assert plan.area_name == Text("全国", "全国")
    assert [one.title for one in plan.domains] == [Text("儿童与健康", "儿童与健康")]
    assert all(one.name.en == one.name.zh for one in [*plan.indicators, *plan.departments])
    assert all(one.text.en == one.text.zh for one in plan.targets)
    assert all(one.title.en == one.title.zh for one in plan.goals)
    own, standard = read_plan(folder).indicator("health.nmr"), registry().by_code("health.nmr")
    assert own.name == (standard.name if standard.name.zh == own.name.zh else Text(own.name.zh, own.name.zh))
    assert replace(plan.targets[0], text=before.targets[0].text, note=before.targets[0].note) == before.targets[0]


def test_an_empty_english_cell_says_the_chinese(folder):
    _change(folder, "goals", {(0, "title_en"): ""})
    first, second = read_plan(folder).goals[:2]
    assert first.title.en == first.title.zh
    assert second.title.en != second.title.zh


def test_missing_years_leave_out_only_the_checks_that_need_them(folder):
    _head(folder, ("end_year: 2030", "end_year: 三零"))
    _change(folder, "targets", {(0, "year"): "2045", (1, "baseline_year"): "2024", (2, "unit"): "percent"})
    assert _places(_faults(folder)) == [
        ("plan.yaml", 8, "end_year"),
        ("targets.csv", 3, "baseline_year"),
        ("targets.csv", 4, "unit"),
    ]


def test_a_broken_table_does_not_hide_the_faults_of_the_others(folder):
    _change(folder, "indicators", {(0, "direction"): "less", (1, "department"): "nobody"})
    _change(folder, "targets", {(2, "indicator"): "health.none", (0, "unit"): "percent"})
    # the first target's indicator is in a row with a fault: its unit cannot be judged
    assert _places(_faults(folder)) == [
        ("indicators.csv", 2, "direction"),
        ("indicators.csv", 3, "department"),
        ("targets.csv", 4, "indicator"),
    ]


@pytest.mark.parametrize("how", ["absent", "folder", "empty", "zip", "html", "quote", "binary"])
def test_a_table_that_cannot_be_read_makes_no_reference_wrong(folder, how):
    path = folder / "indicators.csv"
    raw = path.read_bytes()
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how != "absent":
        made = {
            "empty": b"",
            "zip": b"PK\x03\x04" + raw,
            "html": b"<html><table>",
            "quote": raw + b'"\n',
            "binary": b"a\0",
        }
        path.write_bytes(made[how])
    _change(folder, "targets", {(0, "parent"): "nowhere"})
    where = {(one.where.file.rpartition("/")[2], one.where.column) for one in _faults(folder)}
    assert where == {("indicators.csv", None), ("targets.csv", "parent")}


def test_the_other_end_of_a_range_in_a_broken_row_makes_no_direction_wrong(folder):
    table = _table(folder, "targets")
    low = {**table.iloc[0].to_dict(), "id": "low", "kind": "lower_bound", "comparison": ">=", "value": "2"}
    both = pd.concat([table, pd.DataFrame([low])])
    both.to_csv(folder / "targets.csv", index=False)
    assert read_plan(folder).target("low").value == 2
    both.loc[0, "value"] = ["3以下", "2"] if len(both.loc[[0]]) == 2 else "3以下"
    both.to_csv(folder / "targets.csv", index=False)
    assert _places(_faults(folder)) == [("targets.csv", 2, "value")]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_spelling_of_a_table_is_read(folder, encoding, separator):
    before = read_plan(folder)
    for path in folder.glob("*.csv"):
        _change(folder, path.stem, {}, sep=separator, encoding=encoding)
    assert read_plan(folder) == before


def test_headers_in_capitals_with_blanks_and_blank_rows_and_columns_are_read(folder):
    before = read_plan(folder)
    table = _table(folder, "targets")
    table.columns = [f" {name.upper()} " for name in table]
    table[" "] = ""
    text = table.to_csv(index=False)
    (folder / "targets.csv").write_text(f"\n{text}\n,,,\n", encoding="utf-8")
    assert read_plan(folder) == before


@pytest.mark.parametrize(
    ("cell", "value"), [("３", 3), ("３．５", 3.5), (" 3 ", 3), ("3.0", 3), ("＋3", 3), ("-", None), ("—", None)]
)
def test_a_number_in_full_width_digits_is_the_number_it_shows(folder, cell, value):
    _change(folder, "targets", {(0, "value"): cell})
    if value is None:
        assert _places(_faults(folder)) == [("targets.csv", 2, "value")]
    else:
        assert read_plan(folder).targets[0].value == value


def test_a_sign_of_percent_is_read_under_percent_alone(folder):
    table = _table(folder, "targets")
    row = int(table.index[table["unit"] == "percent"][0])
    _change(folder, "targets", {(row, "value"): "12％"})
    assert read_plan(folder).targets[row].value == 12
    _change(folder, "targets", {(0, "value"): "12%"})
    assert _places(_faults(folder)) == [("targets.csv", 2, "value")]


@pytest.mark.parametrize(
    ("name", "change", "place", "word"),
    [
        ("targets", {(0, "id"): "a/b"}, (2, "id"), "a/b"),
        ("targets", {(0, "sex"): "F|M"}, (2, "sex"), "F|M"),
        ("indicators", {(0, "decimals"): "-1"}, (2, "decimals"), "0 to 6"),
        ("indicators", {(0, "decimals"): "1.5"}, (2, "decimals"), "whole number"),
        ("indicators", {(0, "upper_bound"): "-5"}, (2, "upper_bound"), "above lower_bound (0)"),
        ("indicators", {(1, "name_zh"): "新生儿死亡率"}, (2, "name_zh"), "several indicators"),
        ("indicators", {(0, "definition_zh"): "甲\x0b乙"}, (2, "definition_zh"), "U+000B"),
        ("indicators", {(0, "unit"): ""}, (2, "unit"), "without unit"),
        ("targets", {(0, "year"): "20300"}, (2, "year"), "1950 to 2100"),
        ("targets", {(0, "titel_en"): "x"}, (1, "titel_en"), "unknown column"),
        ("goals", {(0, "titel_en"): "x"}, (1, "titel_en"), "Is it title_en?"),
        ("goals", {(1, "id"): "health.goal.01"}, (3, None), "the key occurs twice"),
        ("goals", {(0, "departments"): "helth；education"}, (2, "departments"), "Is it health?"),
    ],
)
def test_a_fault_of_a_cell_has_its_row_its_column_and_what_is_allowed(folder, name, change, place, word):
    _change(folder, name, change)
    faults = [one for one in _faults(folder) if one.where.file.endswith(f"{name}.csv")]
    assert (faults[0].where.row, faults[0].where.column) == place
    assert word in faults[0].message("en")


def test_a_name_written_twice_in_the_header_is_named(folder):
    path = folder / "departments.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("name_en", "Name_ZH", 1), encoding="utf-8")
    (fault,) = _faults(folder)
    assert (fault.where.row, fault.where.column) == (1, "name_zh")


@pytest.mark.parametrize(
    ("old", "new", "row", "word"),
    [
        ("area: CN", "area: CN\narea: CN2", 5, "twice (see line 4)"),
        ("area: CN", "aera: CN\narea: CN", 4, "Is it area?"),
        ("area: CN", "area: !!python/object:os.system CN", 4, "!!python/object:os.system"),
        ("area: CN", "area:\tCN\n\tx: 1", 4, "spaces in place of tabs"),
        ("area: CN", "area: [CN]", 4, "a line of text"),
        ("area: CN", "area: C/N", 4, "C/N"),
        ("area: CN", "area: &a CN\npartially: *a", None, ""),
        ("end_year: 2030", "end_year: .nan", 8, "whole year"),
        ("end_year: 2030", "end_year: 2030-12-31", 8, "2030-12-31"),
        ("end_year: 2030", "end_year: 2090", 8, "at most 50 years"),
        ("milestones: [2030]", "milestones: 二〇三〇年", 10, "a list of years"),
        ("milestones: [2030]", "milestones: [2030, 2030]", 10, "each milestone once"),
        ("partial: true", "partial: perhaps", 11, "true or false"),
        ("source_precedence: []", "source_precedence: 来源1", 12, "a list such as"),
        ("domains:\n  - {id: health, title_zh: 儿童与健康, title_en: Children and health}", "domains:", 25, "domains"),
    ],
)
def test_a_fault_of_the_head_has_its_line(folder, old, new, row, word):
    _head(folder, (old, new))
    faults = _faults(folder)
    if row is not None:
        assert word in faults[0].message("en")
        assert faults[0].where.file.endswith("plan.yaml") and faults[0].where.row == row
    assert {one.where.file.rpartition("/")[2] for one in faults} == {"plan.yaml"}


@pytest.mark.parametrize(("written", "read"), [("0210303", "0210303"), ('"0210303"', "0210303"), ("2021", "2021")])
def test_codes_are_taken_as_written(folder, written, read):
    _head(folder, ("area: CN", f"area: {written}"), ("id: national-2021-2030", f"id: {written}"))
    plan = read_plan(folder)
    assert (plan.area, plan.id) == (read, read)


def test_years_in_quotes_or_full_width_digits_are_years(folder):
    _head(folder, ("start_year: 2021", 'start_year: "2021"'), ("[2030]", "[２０３０]"))
    plan = read_plan(folder)
    assert (plan.start_year, plan.milestones) == (2021, (2030,))


@pytest.mark.parametrize(
    "text", ["", "- 1\n- 2\n", "文字", "[" * 5000, "a: &a [x]\nb: [*a, *a]", "x" * 10_000_000, "%", "? [a]: b"]
)
def test_a_head_that_is_none_is_named(folder, text):
    (folder / "plan.yaml").write_text(text, encoding="utf-8")
    faults = _faults(folder)
    assert {one.where.file.rpartition("/")[2] for one in faults} == {"plan.yaml"}


def test_a_head_that_is_a_folder_is_named(folder):
    (folder / "plan.yaml").unlink()
    (folder / "plan.yaml").mkdir()
    (fault,) = _faults(folder)
    assert "a folder" in fault.found.en


def test_a_file_that_may_not_be_read_is_named(folder, monkeypatch):
    real = Path.read_bytes

    def closed(self):
        if self.name == "goals.csv":
            raise PermissionError(13, os.strerror(13))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", closed)
    (fault,) = _faults(folder)
    assert fault.where.file.endswith("goals.csv")


def test_a_broken_byte_in_utf_8_is_not_taken_for_another_encoding(folder):
    path = folder / "goals.csv"
    raw = path.read_bytes()
    place = raw.index("新生儿".encode()) + 1
    path.write_bytes(raw[:place] + b"\xff" + raw[place + 1 :])
    assert [(one.where.row, "broken byte" in one.found.en) for one in _faults(folder)] == [(2, True)]


@dataclass(frozen=True)
class _Standard:
    code: str
    name: Text
    definition: Text
    unit: str = "percent"
    direction: str = "higher_is_better"
    lower: float | None = 0.0
    upper: float | None = None
    gross: bool = True
    numerator: Text = Text("在园幼儿数", "children in kindergarten")
    denominator: Text = Text("适龄人口", "children of the age")
    statistic: str = "ratio"
    period_type: str = "school_year"
    decimals: int = 1
    source: Text = Text("教育统计", "education statistics")


class _Registry:
    """A registry of one indicator."""

    one = _Standard("edu.preschool", Text("在园毛比例", "Gross preschool share"), Text("定义", "Definition"))

    def by_code(self, code):
        return self.one if code == self.one.code else None

    def near(self, name, most=3):
        return [(self.one, 0.9)] if name.startswith("edu") else []


@pytest.fixture
def inherits(folder):
    """Return a function that adds one indicator row to the plan and reads it with a registry of one indicator."""

    def read(**cells):
        table = _table(folder, "indicators")
        row = {"domain": "health", "department": "education", **cells}
        pd.concat([table, pd.DataFrame([row])]).fillna("").to_csv(folder / "indicators.csv", index=False)
        return read_plan(folder, known=_Registry())

    return read


@pytest.mark.parametrize("cells", [{"indicator": "edu.preschool"}, {"indicator": "own", "standard": "edu.preschool"}])
def test_a_standard_indicator_needs_no_more_than_its_code(inherits, cells):
    one, standard = inherits(**cells).indicator(cells["indicator"]), _Registry.one
    assert (one.standard, one.gross, one.department) == ("edu.preschool", True, "education")
    for name in ("name", "definition", "numerator", "denominator", "source", "unit", "direction"):
        assert getattr(one, name) == getattr(standard, name)
    assert (one.statistic, one.period_type, one.decimals) == ("ratio", "school_year", 1)
    assert (one.lower, one.upper, one.bounds) == (0, None, (0, None))
    assert one.formula == Text("", "")


def test_what_a_plan_says_itself_counts(inherits):
    own = {"name_zh": "入园率", "decimals": "0", "upper_bound": "120", "definition_zh": "自定义"}
    one = inherits(indicator="own", standard="edu.preschool", **own).indicator("own")
    assert one.name == Text("入园率", "Gross preschool share")
    assert one.definition == Text("自定义", "自定义")  # the registry's English would say something else
    assert (one.decimals, one.upper, one.unit) == (0, 120, "percent")


def test_a_code_with_cells_of_its_own_is_no_standard_indicator(inherits, folder):
    with pytest.raises(PlanError) as error:
        inherits(indicator="edu.preschool", name_zh="甲", unit="percent")
    (fault,) = error.value.faults
    assert fault.where.row == len(_table(folder, "indicators")) + 1
    for name in ("definition_zh", "direction", "period_type", "statistic", "decimals", "source_zh"):
        assert name in fault.found.en
    assert "unit" not in fault.found.en


def test_an_unknown_standard_is_named_with_the_nearest(inherits):
    with pytest.raises(PlanError) as error:
        inherits(indicator="own", standard="edu.preschol")
    (fault,) = error.value.faults
    assert fault.where.column == "standard" and "edu.preschool" in fault.action.en


def test_aliases_are_further_names_and_belong_to_one_indicator(folder):
    _change(folder, "indicators", {(0, "aliases"): "新生儿死亡比例；NMR; 新生儿死亡率（‰）"})
    assert read_plan(folder).indicators[0].aliases == ("新生儿死亡比例", "NMR", "新生儿死亡率（‰）")
    _change(folder, "indicators", {(1, "aliases"): "NMR"})
    assert _places(_faults(folder)) == [("indicators.csv", 2, "aliases"), ("indicators.csv", 3, "aliases")]


def test_a_copy_of_a_plan_is_complete_without_the_registry(inherits, folder, tmp_path):
    plan = inherits(indicator="edu.preschool")
    _change(folder, "targets", {(0, "value"): "３"}, sep=";", encoding="gb18030")
    copy_plan(folder, tmp_path / "copy", _Registry())
    assert read_plan(tmp_path / "copy", trusted=True) == replace(
        plan, indicators=(*plan.indicators[:-1], replace(plan.indicators[-1], gross=False))
    )
    assert _table(tmp_path / "copy", "targets").loc[0, "value"] == "3"
    assert _table(tmp_path / "copy", "indicators").iloc[-1]["name_zh"] == "在园毛比例"


@pytest.mark.parametrize("id", ["national-2021-2030", "demo-province-2021-2030", "tiexi-2021-2030"])
def test_the_copy_of_a_plain_plan_is_the_same_bytes(id, tmp_path):
    copy_plan(PLANS / id, tmp_path / "copy")
    for path in (PLANS / id).iterdir():
        assert (tmp_path / "copy" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("changes", "bounds"),
    [
        ({}, (0, 100)),
        ({"lower": 20.0, "upper": 80.0}, (20, 80)),
        ({"lower": 20.0}, (20, 100)),
        ({"gross": True}, (0, None)),
        ({"name": Text("高中阶段毛入学率", "rate")}, (0, None)),
        ({"name": Text("率", "Gross enrolment")}, (0, None)),
        ({"name": Text("人均收入增速", "rate")}, (None, None)),
        ({"name": Text("", "Change of income")}, (None, None)),
        ({"name": Text("率", "Change of income")}, (0, 100)),
        ({"name": Text("率", "Rate of exchange")}, (0, 100)),
        ({"name": Text("生长监测率", "Growth monitoring coverage")}, (0, 100)),
        ({"unit": "per_1000"}, (0, None)),
        ({"unit": "beds_per_1000"}, (0, None)),
        ({"unit": "count"}, (0, None)),
        ({"unit": "persons"}, (0, None)),
        ({"unit": "years_of_age"}, (0, None)),
        ({"unit": "yuan"}, (None, None)),
        ({"unit": "万元"}, (None, None)),
    ],
)
def test_bounds_follow_from_the_unit_where_the_plan_leaves_them_empty(changes, bounds):
    one = read_plan("national-2021-2030").indicators[0]
    plain = replace(one, unit="percent", lower=None, upper=None, name=Text("率", "rate"))
    changed = replace(plain, **changes)
    assert changed.bounds == bounds
    assert (changed.lower, changed.upper) == (changes.get("lower"), changes.get("upper"))


def test_a_plan_without_a_target_is_none_to_evaluate(folder):
    table = _table(folder, "targets")
    table.iloc[:0].to_csv(folder / "targets.csv", index=False)
    (fault,) = _faults(folder)
    assert fault.where.file.endswith("targets.csv") and "without a target" in fault.found.en


def test_the_registry_that_comes_with_the_project_is_the_one_a_plan_takes_from(folder):
    code = registry().entries[0].code
    table = _table(folder, "indicators")
    row = {"indicator": "own", "standard": code, "name_zh": "自定名称", "domain": "health", "department": "health"}
    pd.concat([table, pd.DataFrame([row])]).fillna("").to_csv(folder / "indicators.csv", index=False)
    one, standard = read_plan(folder).indicator("own"), registry().entries[0]
    assert (one.unit, one.statistic, one.definition) == (standard.unit, standard.statistic, standard.definition)
    assert one.name == Text("自定名称", standard.name.en)


def test_the_tables_name_only_columns_they_have():
    for table in files.ALL:
        assert set(files.NAMES[table.name]) <= set(table.names)
    assert set(files.COMPLETE) <= set(files.INDICATORS.names)
