"""Layouts of yearbooks and returns in which a number is no observation, or is easily lost."""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from conftest import ROOT

from analysis.data.forms.lookup import AreaNames
from analysis.data.forms.opening import Options
from analysis.data.forms.reading import read_file
from analysis.data.wide.confirmed import content_of, reuse
from analysis.gate.others import about_others, is_expected, is_place, place_first, title_about_others
from analysis.plan import read_plan

PLAN = read_plan(ROOT / "tests" / "plans" / "women")
TOWNS = {"531099T01": "东溪镇", "531099T02": "西河镇"}
MMR, WATER, CS = "孕产妇死亡率", "农村自来水普及率", "剖宫产率"


def written(path, rows, sheet="Sheet1", merges=()):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    for one in merges:
        book.active.merge_cells(one)
    book.save(path)
    return path


@pytest.fixture
def read(tmp_path):
    def _read(rows, settle=lambda table: True, **given):
        return read_file(written(tmp_path / "x.xlsx", rows, **given), PLAN, TOWNS, Options(), settle)

    return _read


def stored(found):
    return {
        (row["indicator"].split(".")[1], row["ref_area"], row["time_period"]): row["obs_value"]
        for row in found.reading.accepted.to_dict("records")
    }


def aside(found):
    rows = found.reading.quarantined.to_dict("records")
    return {cell: row["reason_zh"] for row in rows for cell in row["cell"].split("、")}


HEAD, BODY = ["指标", "单位", "2022年", "2023年"], [[MMR, "1/10万", 8.5, 7.2], [WATER, "%", 91.2, 92.5]]
BOTH = {("mmr", "531099", 2022): 8.5, ("mmr", "531099", 2023): 7.2}
BOTH |= {("water", "531099", 2022): 91.2, ("water", "531099", 2023): 92.5}


@pytest.mark.parametrize(
    "label",
    ["目标值", "2025年目标", "规划目标", "计划数", "预期值", "全市排名", "位次", "比上年增减", "增幅%", "同比", "环比",
     "较2022年变动", "与全县差距", "累计", "年均", "完成率%", "占全市比重", f"{WATER}目标", f"{MMR}排名"],
)  # fmt: skip
def test_what_is_no_observation_is_told_by_its_label(label):
    assert about_others(label) is not None


@pytest.mark.parametrize("label", ["计划生育率", "免疫规划疫苗接种率", "2023年", "合计", "占比", MMR, "生长迟缓率", ""])
def test_names_with_like_words_are_left_alone(label):
    assert about_others(label) is None


def test_a_word_that_the_nearest_indicator_has_too_says_nothing():
    assert about_others("人均收入年增长率") is not None
    assert about_others("人均收入年增长率", "人均可支配收入增长率") is None


def test_titles_of_targets_are_doubted_and_those_of_progress_are_not():
    assert title_about_others("2021—2024年度目标分解表") and title_about_others("二、目标值")
    assert title_about_others("2023年主要指标比上年增减情况")
    assert title_about_others("妇女发展规划主要目标监测表") is None
    assert title_about_others("妇女发展规划目标完成情况") is None
    assert title_about_others("2023年1—12月统计表") is None and title_about_others("填报日期：2023年9月") is None
    assert title_about_others("云溪县统计局 2023年9月") is None and title_about_others("2023年9月统计表")


def test_areas_are_told_by_the_form_of_their_names():
    assert place_first("邻水县2023年妇女发展指标") == "邻水县" and place_first("2023年全省情况") == "全省"
    assert not any(place_first(one) for one in ("各县区情况", "城区公共厕所", "社区服务", "2023年统计表", ""))
    assert is_place("邻水县") and not is_place("城区") and not is_place("指标")
    assert is_expected("目标值") and is_expected("预计") and not is_expected("预计明年公布")


@pytest.mark.parametrize(
    ("others", "sheet"),
    [("2021—2023年度目标分解表", "Sheet1"), ("2023年比上年增减情况", "Sheet1"), ("统计表", "年度目标"),
     ("邻水县2023年统计表", "Sheet1"), ("2023年全省统计表", "Sheet1"), ("2023年上半年统计表", "Sheet1"),
     ("2023年1—9月统计表", "Sheet1"), ("统计表", "三季度"), ("各乡镇占全县比重", "Sheet1")],
)  # fmt: skip
def test_a_title_of_targets_or_another_area_keeps_its_numbers_back(read, others, sheet):
    assert stored(read([["云溪县统计表"], HEAD, *BODY])) == BOTH
    found = read([[others], HEAD, *BODY], sheet=sheet)
    assert not stored(found) and set(aside(found)) == {"C3", "D3", "C4", "D4"}


def test_groups_of_columns_that_are_targets_or_gaps_are_not_taken(read):
    top = ["指标", "单位", "实际完成", None, "规划目标", None, "差距", None]
    years = [None, None, "2022年", "2023年", "2024年", "2025年", "2020年", "2021年"]
    rows = [[*one, 10, 10, 1, 2] for one in BODY]
    found = read([top, years, *rows], merges=["A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:H1"])
    assert stored(found) == BOTH and len(aside(found)) == 8


def test_columns_of_another_area_are_not_the_plans_own(read):
    top, years = ["指标", "单位", "邻水县", None], [None, None, "2022年", "2023年"]
    found = read([top, years, *BODY], merges=["A1:A2", "B1:B2", "C1:D1"])
    assert not stored(found) and "邻水县" in aside(found)["C3"]
    row = read([HEAD, *BODY, [f"全市{MMR}", "1/10万", 9, 8]]).tables[0].rows[3]
    assert (row.indicator, row.use, row.sure) == ("", False, 0)  # not proposed as the plan's own


def test_rows_under_a_heading_of_targets_are_not_taken(read):
    found = read([HEAD, ["一、妇女与健康"], BODY[0], ["二、目标值"], [WATER, "%", 90, 91]])
    assert stored(found) == {key: value for key, value in BOTH.items() if key[0] == "mmr"}
    assert "目标" in aside(found)["C5"]


def test_the_whole_of_a_city_is_not_the_whole_of_a_county():
    areas = AreaNames(PLAN, {})
    assert areas.is_whole("全县") and areas.is_whole("合计") and not areas.is_whole("全市")


def reused(read, first, second):
    kept = []

    def confirm(table):
        before = deepcopy(table)
        table.whole = table.whole.__class__(**{**vars(table.whole), "use": True, "sure": 2, "why": None})
        kept.append(content_of(table, before))
        return True

    assert stored(read(first, confirm))
    return read(second, lambda table: reuse(table, kept[0], "first.xlsx"))


@pytest.mark.parametrize("title", ["2021—2024年度目标分解表", "邻水县监测统计表"])
def test_a_confirmed_mapping_does_not_cover_another_title(read, title):
    first = [["2022年和2023年统计表"], HEAD, *BODY]
    assert reused(read, first, [["2021年和2024年统计表"], HEAD, *BODY]).settled
    assert not reused(read, first, [[title], HEAD, *BODY]).settled


def test_the_indicator_of_one_title_is_not_that_of_the_next(read):
    rows = [["地区", "2022年", "2023年"], ["东溪镇", 27.1, 28.2], ["西河镇", 29, 30]]
    first = [["村委会成员中女性比例（%）"], *rows]
    assert reused(read, first, first).settled
    assert not reused(read, first, [["村委会主任中女性比例（%）"], *rows]).settled


def test_years_with_a_remark_do_not_keep_a_header_from_being_one(read):
    head = [
        "指标",
        "单位",
        "2020年（基期）",
        "2023年",
        "2025年（目标）",
        "2023年计划",
        "2023年同比",
        "2022年本县",
        "2021年实际",
    ]
    found = read([head, [MMR, "1/10万", 9.8, 7.2, 9, 8, -1.3, 8.5, 9.1]])
    assert stored(found) == {("mmr", "531099", year): value for year, value in ((2020, 9.8), (2023, 7.2), (2021, 9.1))}
    assert set(aside(found)) == {"E2", "F2", "G2", "H2"}
    assert [found.tables[0].columns[j].sure for j in (2, 3)] == [1, 2]  # the base year is shown to a person


def test_dates_at_the_end_of_a_year_are_years_and_others_are_not(read):
    dates = [datetime(2022, 12, 31), datetime(2023, 6, 30)]
    found = read([["指标", "单位", *dates], *BODY])
    assert stored(found) == {key: value for key, value in BOTH.items() if key[2] == 2022}
    assert set(aside(found)) == {"D2", "D3"}


def test_a_heading_after_the_last_row_stands_above_the_next_table(read):
    found = read([["一、实际值"], HEAD, BODY[0], [], ["二、目标值"], HEAD, [WATER, "%", 90, 91]])
    assert stored(found) == {key: value for key, value in BOTH.items() if key[0] == "mmr"}
    assert set(aside(found)) == {"C7", "D7"}


def test_a_table_goes_on_below_a_note_but_not_into_what_is_unknown(read):
    note = ["注：2023年为初步数 12.5"]
    assert stored(read([HEAD, BODY[0], note, note, BODY[1]])) == BOTH
    for after in ([[], BODY[1]], [["甲乙丙", "%", 1, 2]]):
        found = read([HEAD, BODY[0], note, *after])
        assert len(stored(found)) == 2
        assert {cell[1:] for cell in aside(found)} == {str(3 + len(after))} and len(aside(found)) == 2


def test_the_deepest_level_of_indicators_names_the_rows(read):
    head = ["一级指标", "二级指标", *HEAD[1:]]
    found = read([head, ["妇女与健康", *BODY[0]], ["妇女与环境", *BODY[1]]])
    assert stored(found) == BOTH
    assert stored(read([["一级指标", *HEAD[1:]], *BODY])) == BOTH
    assert stored(read([["领域", *HEAD], ["健康", *BODY[0]], [None, *BODY[1]]], merges=["A2:A3"])) == BOTH


def test_units_that_disagree_are_set_aside(read):
    found = read([["指标", "单位", "2022年", "2023年（‰）"], BODY[0], [f"{WATER}（‰）", "%", 91.2, 92.5]])
    assert stored(found) == {("mmr", "531099", 2022): 8.5}
    assert "1/10万" in aside(found)["D2"] and "‰" in aside(found)["C3"]
    same = [["指标（单位）", "单位", "2022年", "2023年（%）"], [f"{WATER}（％）", "百分比", 91.2, 92.5]]
    assert len(stored(read(same))) == 2


def test_all_shares_of_a_sheet_of_fractions_are_asked_about(read):
    head = ["指标", "2022年", "2023年"]
    assert set(aside(read([head, [WATER, 0.912, 0.925], [CS, 0.402, 0.399]]))) == {"B2", "C2", "B3", "C3"}
    found = read([head, [WATER, 91.2, 92.5], ["孕产妇中重度贫血患病率", 0.4, 0.5]])
    assert len(stored(found)) == 4


def test_rows_of_a_long_table_that_say_target_are_set_aside(read):
    rows = [
        ["指标", "年份", "类型", "数值"],
        [MMR, 2022, "实际", 8.5],
        [MMR, 2023, "目标", 7],
        [f"{WATER}目标", 2023, "", 95],
    ]
    found = read(rows)
    assert stored(found) == {("mmr", "531099", 2022): 8.5}
    assert "目标" in aside(found)["D3"] and "目标" in aside(found)["A4"]


def test_ranks_before_the_areas_are_counted_and_not_taken(read):
    rows = [["2023年各乡镇村委会成员中女性比例"], ["排名", "地区", "比例（%）"], [1, "东溪镇", 30], [2, "西河镇", 29]]

    def confirm(table):
        table.whole = replace(table.whole, use=True)
        return True

    found = read(rows, confirm)
    assert stored(found) == {("village", "531099T01", 2023): 30, ("village", "531099T02", 2023): 29}
    assert ("不取数的列“排名”", 2) in {(one.what.zh, one.count) for one in found.reading.left_out}


def test_a_row_whose_remark_says_forecast_is_not_taken(read):
    rows = [["年份", MMR, WATER, "备注"], [2022, 8.5, 91.2, "调查"], [2023, 7.2, 92.5, "预计数"]]
    found = read(rows)
    assert stored(found) == {key: value for key, value in BOTH.items() if key[2] == 2022}
    assert set(aside(found)) == {"B3", "C3"}


def test_a_header_passed_over_is_shown_and_the_title_of_a_domain_is_none(read):
    def sure(group):
        top, years = ["指标", "单位", group, None], [None, None, "2022年", "2023年"]
        found = read([top, years, *BODY], merges=["A1:A2", "B1:B2", "C1:D1"])
        assert stored(found) == BOTH
        return {one.sure for one in found.tables[0].columns.values()}

    assert sure("实际完成") == {2} and sure("甲口径") == {1} and sure("妇女与健康") == {2}


@pytest.mark.parametrize("title", ["2023年上半年统计表", "邻水县统计表", "年度目标"])
def test_a_long_table_under_such_a_title_is_asked_about(read, title):
    rows = [["指标", "年份", "数值"], [MMR, 2022, 8.5]]
    assert stored(read([["云溪县统计表"], *rows])) and not stored(read([[title], *rows]))
    area = [["指标", "年份", "地区", "数值"], [MMR, 2022, "云溪县", 8.5]]
    assert bool(stored(read([[title], *area]))) == (title == "邻水县统计表")


def test_parts_below_an_unknown_row_are_no_parts_of_the_known_row_above(read):
    rows = [
        ["指标名称", "2022年", "2023年"],
        [MMR, 15.1, 14.2],
        ["妇女之家个数", 40, 41],
        ["　其中：城镇", 10, 11],
        ["　农村", 30, 30],
    ]
    reading = read(rows).reading
    assert reading.accepted["obs_value"].tolist() == [15.1, 14.2]
    assert not reading.quarantined["indicator"].any() and len(reading.quarantined) == 6
