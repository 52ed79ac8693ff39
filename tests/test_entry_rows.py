"""One row through the gate: taken, proposed or set aside; what stands twice, or a power of ten off, in a whole file."""

import json
from dataclasses import replace

import pytest

from analysis.data.forms.collector import Collector, Place
from analysis.data.forms.lookup import AreaNames, IndicatorNames
from analysis.data.forms.rows import Context, observation
from analysis.data.forms.values import SetAside
from analysis.gate.texts import UNCOMPUTED
from analysis.plan import read_plan

PLAN = read_plan("tiexi-2021-2030")
AREAS = {"210303S01": "一街道", "210303S02": "二街道"}
CONTEXT = Context(PLAN, PLAN.area, 2024, IndicatorNames(PLAN), AreaNames(PLAN, AREAS), "", latest=2025)
IMR, SHARE, GROSS = "health.imr", "health.vaccination", "education.preschool_gross"
COUNT, YUAN, HOURS = "welfare.organisations", "environment.internet_invest", "health.sleep_primary"


def row(context=CONTEXT, **cells):
    one, remarks = observation({"indicator": IMR, **cells}, context)
    return one, [reason for _, reason in remarks.doubts]


def aside(context=CONTEXT, **cells):
    with pytest.raises(SetAside) as refused:
        row(context, **cells)
    return refused.value.column, refused.value.reason


def read(*rows, unit=None):
    """Collect rows and return the reading, as values by cell, and the rows set aside."""
    collector = Collector(PLAN)
    for i, cells in enumerate(rows, start=2):
        one, remarks = observation({"indicator": SHARE, **cells}, CONTEXT)
        assert not remarks.doubts
        collector.take(one, Place("表", i, f"E{i}"))
    reading = collector.reading("f", "0" * 64)
    assert reading.rows == len(rows)
    return dict(zip(reading.accepted["row"], reading.accepted["obs_value"], strict=True)), reading.quarantined


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"obs_value": "4.5①"}, 4.5), ({"obs_value": "4.5‰"}, 4.5), ({"obs_value": 4.5, "unit": "‰"}, 4.5),
        ({"indicator": SHARE, "obs_value": "96.3%"}, 96.3), ({"indicator": GROSS, "obs_value": 103.2}, 103.2),
        ({"indicator": COUNT, "obs_value": "1,234", "unit": "个"}, 1234), ({"indicator": COUNT, "numerator": 12}, 12),
        ({"obs_value": 0}, 0), ({"indicator": HOURS, "obs_value": 9.5, "numerator": 950, "denominator": 100}, 9.5),
    ],
)  # fmt: skip
def test_values_taken_as_they_are(cells, value):
    one, doubts = row(**cells)
    assert one["obs_value"] == value and not doubts


@pytest.mark.parametrize(
    ("cells", "value", "said"),
    [
        ({"obs_value": "0.45%"}, 4.5, "0.45 折算为 4.5"),
        ({"obs_value": 450, "unit": "1/10万"}, 4.5, "450 折算为 4.5"),
        ({"indicator": COUNT, "obs_value": "1.2万个"}, 12000, "1.2 折算为 12000"),
        ({"indicator": YUAN, "obs_value": 1.5, "unit": "亿元"}, 15000, "1.5 折算为 15000"),
        ({"indicator": YUAN, "obs_value": 15000, "unit": "元"}, 1.5, "15000 折算为 1.5"),
        ({"obs_value": "约4.5"}, 4.5, "疑为 4.5"), ({"obs_value": "4。5"}, 4.5, "疑为 4.5"),
        ({"numerator": "1.2万人", "denominator": "240万人"}, 5, "折算为 12,000"),
        ({"numerator": "1.2万", "denominator": 2_400_000}, 5, "折算为 12,000"),
        ({"obs_value": 4.5, "time_period": "2023-2024"}, 4.5, "疑为学年"),
        ({"obs_value": 4.5, "area_name": "全区"}, 4.5, "全区"),
        ({"obs_value": 4.5, "indicator": "", "indicator_name": "婴幼儿死亡率"}, 4.5, "相似度"),
    ],
)  # fmt: skip
def test_likely_readings_are_proposed_and_shown(cells, value, said):
    one, doubts = row(**cells)
    assert one["obs_value"] == pytest.approx(value, rel=1e-12)
    assert said in "；".join(reason.zh for reason in doubts) and all(reason.en for reason in doubts)


@pytest.mark.parametrize(
    ("cells", "column", "said"),
    [
        ({"obs_value": "12人"}, "obs_value", "单位"), ({"obs_value": 4.5, "unit": "岁"}, "unit", "岁"),
        ({"obs_value": "4.5%", "unit": "‰"}, "obs_value", "单位写作"), ({"obs_value": -0.1}, "obs_value", "超出范围"),
        ({"indicator": SHARE, "obs_value": 130}, "obs_value", "超出范围"),
        ({"obs_value": "inf"}, "obs_value", "有限"),
        ({"indicator": GROSS, "obs_value": -21.3}, "obs_value", "超出范围"),
        ({"obs_value": UNCOMPUTED}, "obs_value", "公式"),
        ({"numerator": 5, "denominator": 4}, "numerator", "大于分母"),
        ({"numerator": 5, "denominator": 0}, "denominator", "为0"),
        ({"numerator": -5, "denominator": 9}, "numerator", "非负"),
        ({"numerator": "5%", "denominator": 9}, "numerator", "非负"),
        ({"numerator": "12多", "denominator": 900}, "numerator", "计数单位"),
        ({"numerator": UNCOMPUTED}, "numerator", "公式"),
        ({"obs_value": "见附表", "numerator": 5, "denominator": 1000}, "obs_value", "不是数字"),
        ({"obs_value": "#DIV/0!", "numerator": 5, "denominator": 1000}, "obs_value", "公式出错"),
        ({"indicator": HOURS, "numerator": 950, "denominator": 100}, "obs_value", "没有数值"),
        ({"obs_value": 4.5, "time_period": "2018-20"}, "time_period", "跨 3 年"),
        ({"obs_value": 4.5, "time_period": 2026}, "time_period", "尚未到来"),
        ({"obs_value": 4.5, "ref_area": "999"}, "ref_area", "没有地区"),
        ({"obs_value": 4.5, "ref_area": "210303S01", "area_name": "二街道"}, "area_name", "不是“二街道”"),
        ({"obs_value": 4.5, "indicator": "health.none"}, "indicator", "没有定义"),
        ({"obs_value": 4.5, "indicator_name": "新生儿死亡率"}, "indicator_name", "名称是“新生儿死亡率”"),
        ({"obs_value": 4.5, "sex": "城镇"}, "sex", "不是代码"),
        ({"obs_value": 4.5, "obs_status": "Z"}, "obs_status", "不是代码"),
        ({"obs_value": 4.5, "obs_status": "M"}, "obs_status", "缺报"), ({"obs_status": "A"}, "obs_value", "没有数值"),
        ({}, "obs_value", "没有数值"), ({"obs_value": "—", "obs_status": "A"}, "obs_value", "没有数值"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_set_aside_with_its_column(cells, column, said):
    found, reason = aside(**cells)
    assert found == column and said in reason.zh and reason.en


@pytest.mark.parametrize("shown", ["4.5", "4.5①", "4.5*", "４．５", "4.50", "4.5‰", 4.5, 4.504504504504505])
def test_a_value_is_held_against_its_counts_to_the_digits_written(shown):
    """5 of 1110 are 4.5045 per thousand: 4.5 is that, 4.50 too, 4.4 and 4.6 are not, 5 is."""
    assert not row(obs_value=shown, numerator=5, denominator=1110)[1]
    for wrong in ("4.4", "4.6①", "4.4*", "4.49", 4.51):
        column, reason = aside(obs_value=wrong, numerator=5, denominator=1110)
        assert column == "obs_value" and "4.505" in reason.zh and "4.505" in reason.en
    assert row(obs_value="5", numerator=5, denominator=1110)[0]["obs_value"] == 5


def test_a_converted_value_is_held_to_the_digits_of_its_own_unit():
    assert row(obs_value="0.45%", numerator=5, denominator=1110)[0]["obs_value"] == 4.5
    assert aside(obs_value="0.46%", numerator=5, denominator=1110)[0] == "obs_value"
    assert aside(obs_value="452", unit="1/10万", numerator=5, denominator=1110)[0] == "obs_value"


def test_commas_of_decimals_count_as_digits():
    context = replace(CONTEXT, comma=True)
    assert row(context, obs_value="4,5", numerator=5, denominator=1110)[0]["obs_value"] == 4.5
    assert aside(context, obs_value="4,4", numerator=5, denominator=1110)[0] == "obs_value"
    assert row(context, obs_value="1.234")[1]


@pytest.mark.parametrize(("shown", "times"), [("0.45", "1/10"), ("45.0", "10 倍"), ("4504", "1000 倍")])
def test_a_slip_of_a_power_of_ten_is_proposed_by_its_counts(shown, times):
    one, doubts = row(obs_value=shown, numerator=5, denominator=1110)
    assert one["obs_value"] == pytest.approx(4.5045, abs=1e-3) and times in doubts[0].zh


@pytest.mark.parametrize("cell", [None, "—", UNCOMPUTED])
def test_a_value_of_counts_is_computed_and_marked_so(cell):
    one, doubts = row(obs_value=cell, numerator="5①", denominator="1,000")
    assert (one["obs_value"], one["numerator"], one["denominator"]) == (5, 5, 1000) and not doubts
    assert "数值由分子分母计算" in one["note"] and "注号①" in one["note"]


def test_missing_is_kept_with_its_symbol_and_zero_is_zero():
    for symbol in ("—", "…", "缺", "/"):
        one, _ = row(obs_value=symbol)
        assert (one["obs_value"], one["obs_status"], one["note"]) == (None, "M", f"原表为“{symbol}”")
    assert row(obs_status="M 缺报")[0]["obs_status"] == "M" and row(obs_status="C")[0]["obs_value"] is None
    assert row(obs_value="0")[0]["obs_value"] == 0 and row(obs_value="0")[0]["obs_status"] == "A"


def test_areas_by_code_and_name_and_the_plans_own():
    for cells in (
        {"ref_area": "210303S01"},
        {"area_name": "一街道"},
        {"area_name": " 一 街道"},
        {"ref_area": "一街道"},
    ):
        assert row(obs_value=1, **cells)[0]["ref_area"] == "210303S01"
    assert row(obs_value=1, area_name=PLAN.area_name.zh)[0]["ref_area"] == PLAN.area
    assert row(obs_value=1, ref_area="210303S01", area_name="一街道")[0]["ref_area"] == "210303S01"
    assert row(obs_value=1)[0]["ref_area"] == PLAN.area and row(obs_value=1)[0]["time_period"] == 2024


def test_breakdowns_by_word_and_code():
    one, _ = row(obs_value=1, sex="女", residence="R 农村", age="合计")
    assert (one["sex"], one["residence"], one["age"], one["group"]) == ("F", "R", "_T", "_T")


def test_the_same_value_twice_counts_once_and_different_ones_do_not_count():
    taken, left = read({"obs_value": 95}, {"obs_value": 95}, {"obs_value": 94, "time_period": 2023})
    assert taken == {2: 95, 4: 94} and left["cell"].tolist() == ["E3"]
    assert "数值相同" in left["reason_zh"][0] and "表!E2、表!E3" in left["reason_zh"][0]
    taken, left = read({"obs_value": 95}, {"obs_value": 94}, {"obs_value": 94}, {"obs_value": "—", "sex": "女"})
    assert list(taken) == [5] and left["cell"].tolist() == ["E2", "E3", "E4"]
    assert all("95、94" in reason for reason in left["reason_zh"])


def test_a_fraction_among_percentages_is_proposed_a_hundredfold():
    years = dict(zip(range(2020, 2025), (92.1, 92.8, 0.935, 94.0, 94.4), strict=True))
    taken, left = read(*({"obs_value": value, "time_period": year} for year, value in years.items()))
    assert sorted(taken) == [2, 3, 5, 6] and left["state"].tolist() == ["proposed"]
    assert json.loads(left["proposal"][0])["obs_value"] == 93.5 and "93.5" in left["reason_en"][0]
    taken, left = read(*({"obs_value": v, "indicator": "education.dropout_primary", "time_period": y}
                         for y, v in zip(range(2020, 2025), (0.5, 0.42, 0.4, 0.3, 0.2), strict=True)))  # fmt: skip
    assert len(taken) == 5 and not len(left)


def test_a_slip_among_the_years_of_a_rate_is_proposed():
    values = zip(range(2020, 2025), (4.5, 4.4, 43.0, 4.1, 4.0), strict=True)
    taken, left = read(*({"indicator": IMR, "obs_value": v, "time_period": y} for y, v in values))
    assert sorted(taken) == [2, 3, 5, 6] and json.loads(left["proposal"][0])["obs_value"] == 4.3
    halved = zip(range(2020, 2025), (9.0, 8.0, 6.0, 5.0, 4.0), strict=True)
    assert len(read(*({"indicator": IMR, "obs_value": v, "time_period": y} for y, v in halved))[0]) == 5


def test_likely_names_are_told_with_how_alike_they_are():
    names = IndicatorNames(PLAN)
    assert names.find("婴儿死亡率").id == IMR and names.find("婴儿死亡率（‰）").id == IMR and names.find("") is None
    near = names.near("婴幼儿死亡率")
    assert near[0][0].id == IMR and 0.6 <= near[0][1] < 1 and not names.near("财政收入")
