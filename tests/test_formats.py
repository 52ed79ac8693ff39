"""Numbers as text, in both languages; what is forecast is never certain."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.formats import BASE_UNITS, MISSING, SCALE, amount, base_unit, change, plain, probability, unit_name
from analysis.narrative.printed import agrees
from analysis.schema import UNITS


def test_plain_has_thousands_separators_and_the_decimals_asked_for():
    assert plain(1234567.89) == "1,234,567.9"
    assert plain(1234567.89, 0) == "1,234,568"
    assert plain(4.456, 2) == "4.46"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), float("-inf")])
def test_a_missing_value_is_a_dash_without_a_unit(value):
    assert plain(value) == MISSING
    assert amount(value, "percent") == MISSING
    assert amount(value, "per_1000", "en") == MISSING
    assert probability(value) == MISSING


@pytest.mark.parametrize(("value", "decimals", "text"), [(-0.0, 1, "0.0"), (-0.04, 1, "0.0"), (-0.4, 0, "0")])
def test_nothing_is_written_as_minus_zero(value, decimals, text):
    assert plain(value, decimals) == text


def test_a_real_minus_stays():
    assert plain(-0.06) == "-0.1"
    assert plain(-1234.5, 2) == "-1,234.50"


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("percent", "4.5%", "4.5%"),
        ("per_1000", "4.5‰", "4.5 per 1,000"),
        ("per_10000", "4.5/万", "4.5 per 10,000"),
        ("per_100000", "4.5/10万", "4.5 per 100,000"),
        ("persons_per_1000", "4.5名", "4.5 per 1,000"),
        ("beds_per_1000", "4.5张", "4.5 per 1,000"),
        ("places_per_1000", "4.5个", "4.5 per 1,000"),
        ("ratio", "4.5", "4.5"),
        ("other", "4.5", "4.5"),
        ("hours", "4.5小时", "4.5 hours"),
        ("yuan", "4.5元", "4.5 yuan"),
        ("percentage_points", "4.5个百分点", "4.5 percentage points"),
    ],
)
def test_an_amount_carries_its_unit_in_both_languages(unit, zh, en):
    assert amount(4.5, unit) == zh
    assert amount(4.5, unit, "en") == en


def test_a_change_of_a_percentage_is_in_points_not_percent():
    assert change(-2, "percent") == "2.0个百分点"
    assert change(2, "percent", "en") == "2.0 percentage points"
    assert "%" not in change(2, "percent") + change(2, "percent", "en")
    assert change(-0.5, "per_1000") == "0.5个千分点"


def test_a_relative_change_stays_a_percentage():
    assert change(20, "percent_of_baseline") == "20.0%"
    assert change(6, "percent_per_year", "en") == "6.0% a year"


def test_a_change_of_another_unit_keeps_that_unit():
    assert change(-30, "yuan", "zh", 0) == "30元"
    assert change(-0.2, "per_100000", "en") == "0.2 per 100,000"


@pytest.mark.parametrize(
    ("unit", "word"), [("persons_per_1000", "名"), ("beds_per_1000", "张"), ("places_per_1000", "个")]
)
def test_staff_beds_and_places_are_counted_per_thousand_in_their_own_word(unit, word):
    assert SCALE[unit] == SCALE[base_unit(unit)] == 1000
    assert change(-0.25, unit, "zh", 2) == f"0.25{word}"
    assert unit_name(unit) == f"{word}/千人"
    assert unit_name(unit, "en").endswith("per 1,000")
    assert base_unit("percent") == "percent"


@pytest.mark.parametrize("unit", [*UNITS, *BASE_UNITS])
def test_english_text_holds_no_chinese(unit):
    text = amount(1, unit, "en") + change(1, unit, "en") + unit_name(unit, "en")
    assert not re.search(r"[\u4e00-\u9fff]", text)


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("furlong", "1.0 furlong", "1.0 furlong"),
        ("亩", "1.0亩", "1.0 亩"),
        ("个", "1.0个", "1.0 个"),
        ("岁", "1.0岁", "1.0 years"),  # named in Chinese, known by its code
        ("万人次", "1.0万人次", "1.0 x10,000 person-times"),
        ("ratio", "1.0", "1.0"),
        ("", "1.0", "1.0"),
    ],
)
def test_a_unit_of_a_plans_own_stands_behind_its_numbers(unit, zh, en):
    assert (amount(1, unit), amount(1, unit, "en")) == (zh, en)
    assert amount(None, unit) == "—"
    for text in (zh, en):  # the checker reads it by itself
        assert agrees(text, 1.0, f"amount {unit or 'other'} 1") and not agrees(text, 2.0, f"amount {unit or 'other'} 1")
    assert unit_name("furlong") == "furlong"


def test_unit_names_for_headings():
    assert (unit_name("percent"), unit_name("per_1000"), unit_name("per_100000")) == ("%", "‰", "1/10万")
    assert (unit_name("per_1000", "en"), unit_name("hours", "en")) == ("per 1,000", "hours")


@pytest.mark.parametrize("p", [0.0, 1e-12, 0.0099])
def test_a_tiny_probability_is_below_one_percent(p):
    assert probability(p) == "不足1%"
    assert probability(p, "en") == "below 1%"


@pytest.mark.parametrize("p", [0.9901, 1 - 1e-12, 1.0])
def test_a_near_certain_probability_is_above_99_percent(p):
    assert probability(p) == "99%以上"
    assert probability(p, "en") == "above 99%"


@pytest.mark.parametrize(("p", "text"), [(0.01, "1%"), (0.123, "12%"), (0.5, "50%"), (0.99, "99%")])
def test_a_probability_between_is_a_whole_percentage(p, text):
    assert probability(p) == probability(p, "en") == text


@given(st.floats(0, 1), st.sampled_from(["zh", "en"]))
def test_a_forecast_is_never_0_or_100_percent(p, lang):
    assert int(re.search(r"\d+", probability(p, lang)).group()) in range(1, 100)


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_plain_text_reads_back_as_the_rounded_number(value, decimals):
    text = plain(value, decimals)
    assert float(text.replace(",", "")) == pytest.approx(value, abs=0.5 * 10**-decimals + 1e-6)
    assert not re.fullmatch(r"-[0.,]+", text)
