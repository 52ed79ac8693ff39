"""The gate of meaning by hand and at random: a number, a year, a unit is read as what it is, or not taken at all."""

import math
import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.gate.breakdowns import is_part, word
from analysis.gate.numbers import Missing, NoNumber, Number, read_number
from analysis.gate.periods import NoPeriod, Period, read_period
from analysis.gate.texts import UNCOMPUTED, plain, text, without_marks
from analysis.gate.units import count_factor, factor, is_unit

NUMBERS = [  # cell, value, sign, mark
    ("4.5①", 4.5, "", "①"), ("①4.5", 4.5, "", "①"), ("4.5²", 4.5, "", "²"), ("12③", 12, "", "③"),
    ("42.5¹", 42.5, "", "¹"), ("4.5*", 4.5, "", "*"), ("4.5(注1)", 4.5, "", "(注1)"),
    ("4.5（注1）", 4.5, "", "(注1)"),
    ("4.5注12", 4.5, "", "注12"), ("*14.5", 14.5, "", "*"), ("注14.5", 14.5, "", "注"), ("**4.5", 4.5, "", "**"),
    ("12[34]", 12, "", "[34]"), ("12(3)", 12, "", "(3)"), ("−4.5①", -4.5, "", "①"), ("4.5‰②", 4.5, "‰", "②"),
    ("12⒈", 12, "", "⒈"), ("12㉓", 12, "", "㉓"), ("4❶", 4, "", "❶"), ("①②7†", 7, "", "①②†"),
    ("21.3%", 21.3, "%", ""), ("１２．５", 12.5, "", ""), ("１２％", 12, "%", ""), ("1,234", 1234, "", ""),
    ("1 234", 1234, "", ""), ("12\u2009345.5", 12345.5, "", ""), ("１，２３４", 1234, "", ""),
    ("-1,234.5", -1234.5, "", ""),
    ("二〇二五", 2025, "", ""), ("二零二五", 2025, "", ""), ("'4.5", 4.5, "", ""), (" 4.5 ", 4.5, "", ""),
    (".5", 0.5, "", ""),
    ("1.2万人", 1.2, "万人", ""), ("5/10万", 5, "/10万", ""), ("1.5E3", 1500, "", ""), (0, 0, "", ""),
    ("0", 0, "", ""),
    (7, 7, "", ""), (-0.25, -0.25, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "value", "sign", "mark"), NUMBERS)
def test_numbers_as_they_stand(cell, value, sign, mark):
    found = read_number(cell)
    assert isinstance(found, Number) and found.doubt is None
    assert (found.value, found.sign, found.mark) == (value, sign, mark)


MISSING = [
    "—",
    "-",
    "…",
    "/",
    "…（无数据）",
    "—(未调查)",
    "缺",
    "未统计",
    "",
    None,
    "－",
    "——",
    "暂无 ",
    math.nan,
    "/①",
]


@pytest.mark.parametrize("cell", MISSING)
def test_missing_values_keep_their_symbol(cell):
    assert read_number(cell) == Missing(plain(cell))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("约4.5", 4.5), ("4.5左右", 4.5), ("约5%", 5), ("5%左右", 5), ("4。5", 4.5), ("4、5", 4.5), ("4,5", 4.5),
     ("二五", 25), ("4.5 1)", 4.5), ("4.5*1", 4.5), ("约1,234", 1234)],
)  # fmt: skip
def test_what_is_likely_is_doubted_in_both_languages(cell, value):
    found = read_number(cell)
    assert isinstance(found, Number) and found.value == value
    assert f"{value:g}" in found.doubt.zh and f"{value:g}" in found.doubt.en


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        ("inf", "有限", "finite"), ("-Infinity", "有限", "finite"), ("NaN", "有限", "finite"),
        (math.inf, "有限", "finite"),
        ("1e999", "不是数字", "no number"), ("(4.5)", "带括号", "brackets"), ("①", "只有注号", "mark alone"),
        (UNCOMPUTED, "公式未计算，请在表格软件中打开并保存一次", "stored value"), ("#DIV/0!", "公式出错", "formula"),
        (True, "逻辑值", "truth"), (date(2020, 1, 1), "日期", "date"), ("1\n234", "几行", "lines"),
        ("4.5\n3", "几行", "lines"),
        ("1,234,56", "不是数字", "no number"), ("12 34", "不是数字", "no number"),
        ("4.5～5.5", "不是数字", "no number"),
        ("4.51)", "不是数字", "no number"), ("<5", "不是数字", "no number"), ("5×10³", "不是数字", "no number"),
        ("½", "不是数字", "no number"), ("4½", "不是数字", "no number"), ("e5", "不是数字", "no number"),
        ("0x10", "不是数字", "no number"), ("1_000", "不是数字", "no number"), ("4.5-", "不是数字", "no number"),
    ],
)  # fmt: skip
def test_no_number_is_told_why_in_both_languages(cell, zh, en):
    found = read_number(cell)
    assert isinstance(found, NoNumber) and zh in found.reason.zh and en in found.reason.en


@pytest.mark.parametrize(
    ("cell", "value", "sure"),
    [("4,5", 4.5, True), ("1.234,5", 1234.5, True), ("1 234,5", 1234.5, True), ("0,125", 0.125, True),
     ("1.234", 1234, False), ("1.5", 1.5, True), ("0.125", 0.125, True), ("-2,5%", -2.5, True)],
)  # fmt: skip
def test_decimal_commas(cell, value, sure):
    found = read_number(cell, decimal_comma=True)
    assert found.value == value and (found.doubt is None) is sure


@pytest.mark.parametrize(
    ("cell", "decimals"),
    [("4.5①", 1), ("4.50%", 2), ("4", 0), (4.25, 2), (0.1 + 0.2, 1), (1e-7, 7), ("1,234.5", 1), ("1.5e3", 0)],
)
def test_the_digits_written_are_counted_without_marks(cell, decimals):
    assert read_number(cell).decimals == decimals


FRONT = ("", "①", "* ", "†", "[3]", "(注2)", "注")
BACK = ("", "①", "²", "⑴", "❶", " *", "(3)", "（注1）", "[12]", "注2", "†", "①③")
FULL = str.maketrans("0123456789.,-%+", "０１２３４５６７８９．，－％＋")


@given(
    st.decimals(-(10**9), 10**9, places=3),
    st.sampled_from(["{}", "{:f}", "{:,}", "{:+}", "{:+,}"]),
    st.sampled_from(FRONT),
    st.sampled_from(BACK),
    st.sampled_from(["", "%", "‰", " %", "万人"]),
    st.booleans(),
    st.sampled_from(["", " ", "\u3000", "\u00a0", "\n"]),
)
def test_a_decorated_number_is_that_number(number, form, front, back, sign, full, blank):
    shown = form.format(number)
    shown = f"{blank}{front}{shown.translate(FULL) if full else shown}{sign}{back}{blank}"
    found = read_number(shown)
    assert isinstance(found, Number) and found.value == float(number), shown
    assert found.sign == sign.strip() and found.doubt is None


@given(st.integers(0, 10**7), st.sampled_from("①②⑳¹²³⁴⁹₁⑴⒈❶➀㉑㊿⓵ⁿ"), st.integers(1, 3), st.booleans())
def test_a_mark_never_lengthens_a_number(number, mark, times, front):
    given_ = f"{mark * times}{number}" if front else f"{number}{mark * times}"
    found = read_number(given_)
    assert not isinstance(found, Number) or found.value == number


@given(st.text("0123456789.,-+eE ①²*()[]注%万\n’'/年", max_size=9))
def test_of_any_text_no_digit_is_lost_or_moved(given_):
    """What is read has all digits of the text in their order, but those of marks."""
    found = read_number(given_)
    if isinstance(found, Number) and found.doubt is None and "e" not in given_.lower():
        rest = without_marks(plain(given_).removeprefix("'"))[0]
        bare = re.sub(r"[^\d.]|/.*|万.*", "", rest)
        assert abs(found.value) == float(bare), given_


PERIODS = [
    ("2015", 2015), ("2015年", 2015), ("2015.0", 2015), (2015.0, 2015), (2015, 2015), ("2015年①", 2015),
    ("２０１５年", 2015),
    ("二〇一五年", 2015), ("二○一五", 2015), ("2015年度", 2015), ("2015年末", 2015), ("2016-12-31", 2016),
    ("2016-12-31 00:00:00", 2016), ("2016年12月31日", 2016), (date(2016, 12, 31), 2016),
    (datetime(2016, 12, 31), 2016),
    ("2016-2017学年", 2017), ("2016—2017学年度", 2017), ("2016/17学年", 2017), ("2016～2017 学年", 2017),
    ("1999-00学年", 2000), ("二〇一六—二〇一七学年", 2017),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "year"), PERIODS)
def test_years(cell, year):
    assert read_period(cell) == Period(year)


@pytest.mark.parametrize(
    ("cell", "year"),
    [("2016-2017", 2017), ("2016/17", 2017), ("2016学年", 2017), ("15年", 2015), ("2011-12", 2012), ("1999-00", 2000)],
)
def test_likely_years_are_asked_for(cell, year):
    found = read_period(cell)
    assert isinstance(found, Period) and found.year == year
    assert str(year) in found.doubt.zh and str(year) in found.doubt.en


def test_a_bare_pair_is_a_school_year_where_the_indicator_is_reported_so():
    assert read_period("2016-2017", school_year=True) == read_period("2016/17", school_year=True) == Period(2017)
    assert read_period("2011-12", school_year=True).doubt and isinstance(read_period("2015-2019", True), NoPeriod)


@pytest.mark.parametrize(
    ("cell", "zh", "en"),
    [
        ("2015-2019", "跨 5 年", "5 years"), ("2018-20", "跨 3 年", "3 years"), ("2026.1-6月", "月份", "month"),
        ("202601", "月份", "month"), (202601, "月份", "month"), (2016.5, "月份", "month"),
        ("2016年1月", "月份", "month"),
        ("2016 1", "月份", "month"), ("2016-11", "月份", "month"), ("2016年上半年", "半年", "part"),
        ("2016Q1", "季度", "part"),
        ("2016年第一季度", "季度", "part"), ("2016/1/1", "年内的日期", "date"),
        (datetime(2016, 5, 1), "年内的日期", "date"),
        ("2025年预计", "预计", "expected"), ("2030年目标", "目标", "planned"), ("2017-2016", "不是年份", "no year"),
    ],
)  # fmt: skip
def test_what_is_no_year_is_refused_by_name(cell, zh, en):
    found = read_period(cell)
    assert isinstance(found, NoPeriod) and zh in found.reason.zh and en in found.reason.en


@pytest.mark.parametrize(
    "cell", [None, "", True, "婴儿死亡率", "1899", 2101, "20 16", "1 2016", "15", math.nan, math.inf]
)
def test_what_says_nothing_of_time(cell):
    assert read_period(cell) is None


ANY = st.text("0123456789一二〇年月学度-—/至. ①²末Q", max_size=12) | st.text(max_size=12) | st.integers() | st.floats()


@given(ANY, st.booleans())
def test_a_year_stands_in_the_text_or_ends_a_pair_that_does(cell, school):
    found = read_period(cell, school)
    if isinstance(found, Period):
        assert 1900 <= found.year <= 2100
        digits = text(cell).translate(str.maketrans("〇零○一二三四五六七八九", "000123456789"))
        pair = re.search(rf"{found.year - 1}.*{found.year % 100:02d}", digits)
        asked = found.doubt and (str(found.year - 1) in digits or f"{found.year % 100:02d}年" in digits)
        assert str(found.year) in digits or pair or asked


@given(st.integers(1900, 2099), st.sampled_from("-—–~～/至"), st.booleans(), st.sampled_from(["学年", "学年度"]))
def test_every_spelling_of_a_school_year_is_the_year_it_ends_in(year, dash, short, tail):
    last = f"{(year + 1) % 100:02d}" if short else str(year + 1)
    assert read_period(f"{year}{dash}{last}{tail}") == Period(year + 1)


@pytest.mark.parametrize(
    ("found", "wanted", "times"),
    [
        ("%", "percent", 1), ("单位：％", "percent", 1), ("‰", "percent", 0.1), ("1/10万", "percent", 0.001),
        ("", "percent", 1),
        ("十万分之", "per_100000", 1), ("/十万", "per_100000", 1), ("‰", "beds_per_1000", 1),
        ("张/千人", "beds_per_1000", 1),
        ("名/千人", "beds_per_1000", None), ("万人", "count", 1e4), ("人", "ten_thousand_persons", 1e-4),
        ("人", "percent", None),
        ("亿元", "ten_thousand_yuan", 1e4), ("元", "hundred_million_yuan", 1e-8), ("万元", "万元", 1),
        ("㎡", "平方米", 1),
        ("个百分点", "percent", None), ("岁", "percent", None), ("件", "count", None), ("人次", "persons", None),
    ],
)  # fmt: skip
def test_units(found, wanted, times):
    assert factor(found, wanted) == times


def test_a_word_behind_a_count_multiplies_it_or_is_none():
    words = {
        "": 1,
        "人": 1,
        "名": 1,
        "所": 1,
        "万": 1e4,
        "万人": 1e4,
        "亿元": 1e8,
        "%": None,
        "‰": None,
        "多": None,
        "注": None,
    }
    assert {one: count_factor(one) for one in words} == words
    assert is_unit("万人") and is_unit("1/10万") and not is_unit("民政局")


@pytest.mark.parametrize(
    ("label", "code"),
    [("女", ("sex", "F")), ("其中：女", ("sex", "F")), ("其中:男童", ("sex", "M")), ("——女", ("sex", "F")),
     ("#男", ("sex", "M")),
     ("女①", ("sex", "F")), ("（女）", ("sex", "F")), ("农村", ("residence", "R")), ("城 市", ("residence", "U")),
     ("合计", ("", "_T")), ("Total", ("", "_T")), ("流动儿童", None), ("男女", None), ("", None), ("其中", None)],
)  # fmt: skip
def test_words_of_breakdowns(label, code):
    assert word(label) == code


def test_a_part_says_so():
    assert is_part(" 其中：女") and is_part("其中女") and not is_part("女")
