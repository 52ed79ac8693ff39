"""A plan's document becomes drafted targets: every numeral has its fate, every kind of sentence its target."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.exceptions import DataError, UsageError
from analysis.formats import chinese
from analysis.plan.drafting.draft import draft_plan
from analysis.plan.drafting.fates import UNKNOWN
from analysis.plan.drafting.found import ASK
from analysis.plan.drafting.kinds import Period
from analysis.plan.drafting.numerals import number_of, numerals
from analysis.plan.drafting.outline import outline
from analysis.plan.drafting.sentence import read_sentence
from analysis.plan.drafting.source import read_document
from analysis.plan.drafting.texts import clean, sentences

PERIOD = Period(2021, 2030, 2020)
PLANS = ROOT / "tests" / "plans_read"
DOCUMENTS = sorted(path.name for path in PLANS.iterdir() if path.suffix != ".csv")
drafted = cache(draft_plan)


def read(text, part="goal"):
    (sentence,) = sentences(clean(text))
    return read_sentence(sentence, PERIOD, part)


def facts(text, part="goal"):
    return [
        (one.name, one.kind, one.comparison, one.value, one.upper, one.unit, one.year) for one in read(text, part).asked
    ]


RATE = ("undated_bound", ">=", 90.0, None, "percent", None)


@pytest.mark.parametrize(
    "text",
    [
        "妇女常见病筛查率达到90%以上。",
        "妇女常见病筛查率不低于 90％。",
        "妇女常见病筛查率力争达到百分之九十。",
        "妇女常见病筛查率提高到九成以上。",
        "进一步提高妇女常见病筛查率，达到９０％以上。",
        "到期妇女常见病筛查率不少于90%。".removeprefix("到期"),
    ],
)
def test_one_value_in_many_writings(text):
    (found,) = facts(text)
    assert found[0].endswith("妇女常见病筛查率") and found[1:] == RATE


def test_joint_names_years_and_values():
    found = facts("新生儿、婴儿和5岁以下儿童死亡率到2025年分别低于3.1‰、4.6‰和5.6‰，到2030年分别低于2.4‰、3.5‰和4.5‰。")
    assert [(one[0], one[3], one[6]) for one in found] == [
        ("新生儿死亡率", 3.1, 2025),
        ("婴儿死亡率", 4.6, 2025),
        ("5岁以下儿童死亡率", 5.6, 2025),
        ("新生儿死亡率", 2.4, 2030),
        ("婴儿死亡率", 3.5, 2030),
        ("5岁以下儿童死亡率", 4.5, 2030),
    ]
    assert {one[1:3] + one[5:6] for one in found} == {("upper_bound", "<", "per_1000")}


@given(st.lists(st.integers(1, 99), min_size=2, max_size=4, unique=True), st.sampled_from("、和"))
def test_as_many_values_as_names_are_paired_in_order(values, joint):
    groups = ["女童", "男童", "孕妇", "老年人"][: len(values)]
    names = "、".join(groups[:-1]) + joint + groups[-1]
    said = "、".join(f"{value}%" for value in values[:-1]) + joint + f"{values[-1]}%"
    found = facts(f"{names}健康体检率分别达到{said}以上。")
    assert [(one[0], one[3]) for one in found] == [(f"{g}健康体检率", v) for g, v in zip(groups, values, strict=True)]


@given(st.integers(2022, 2026), st.integers(2027, 2030), st.integers(1, 49), st.integers(50, 99))
def test_a_pair_of_years_has_a_value_each(first, second, low, high):
    for text in (
        f"产前筛查率{first}年达到{low}%，{second}年达到{high}%。",
        f"产前筛查率{first}年、{second}年分别达到{low}%、{high}%以上。",
        f"到{first}年和{second}年，产前筛查率分别达到{low}%和{high}%。",
        f"产前筛查率到{first}年达{low}%以上、{second}年达{high}%以上。",
    ):
        assert [(one[0], one[3], one[6]) for one in facts(text)] == [
            ("产前筛查率", low, first),
            ("产前筛查率", high, second),
        ]


@pytest.mark.parametrize(
    ("text", "kind", "comparison", "value", "upper", "unit"),
    [
        ("贫血患病率比2020年下降30%。", "relative_to_baseline", "<=", 30, None, "percent_of_baseline"),
        ("参保人数较2020年增长三成。", "relative_to_baseline", ">=", 30, None, "percent_of_baseline"),
        ("青年志愿者人数翻一番。", "relative_to_baseline", ">=", 100, None, "percent_of_baseline"),
        ("养育标准年均提高6%以上。", "compound_growth", ">=", 6, None, "percent_per_year"),
        ("养育标准每年按不低于6%的比例增长。", "compound_growth", ">=", 6, None, "percent_per_year"),
        ("超重率年均增幅较基线下降80%。", "growth_rate_change", "<=", 80, None, "percent_of_baseline"),
        ("近视率每年下降0.5—1个百分点。", "yearly_change_band", "down", 0.5, 1, "percentage_points"),
        ("覆盖率提高5个百分点。", "yearly_change_band", "up", 0.5, None, "percentage_points"),
        ("入园率达到并保持在92%以上。", "reach_and_hold", ">=", 92, None, "percent"),
        ("入园率达到92%并保持稳定。", "reach_and_hold", ">=", 92, None, "percent"),
        ("接种率以乡镇为单位达到95%以上。", "every_subunit", ">=", 95, None, "percent"),
        ("就业人员中女性比例保持在45%左右。", "approximate", ">=", 45, None, "percent"),
        ("近视率控制在3%左右。", "approximate", "<=", 3, None, "percent"),
        ("农村妇女人均可支配收入年均增长8%左右。", "compound_growth", ">=", 8, None, "percent_per_year"),
        ("每年培训女农民不少于0.3万人次。", "yearly_amount", ">=", 0.3, None, "ten_thousand_person_times"),
        ("年均新增贷款不低于2亿元。", "milestone", ">=", 2, None, "hundred_million_yuan"),
        ("剖宫产率控制在35%—40%之间。", "undated_bound", "<=", 35, 40, "percent"),
        ("近视率降至38%以下。", "undated_bound", "<", 38, None, "percent"),
        ("孕产妇死亡率控制在12/10万以内。", "undated_bound", "<=", 12, None, "per_100000"),
        ("每千人口托位数达到4.5个。", "undated_bound", ">=", 4.5, None, "places_per_1000"),
        ("平均预期寿命达到80岁。", "undated_bound", ">=", 80, None, "years_of_age"),
        ("平均受教育年限达到11.5年。", "undated_bound", ">=", 11.5, None, "years"),
        ("出生人口性别比控制在107以内。", "undated_bound", "<=", 107, None, "per_100_females"),
        ("男女厕位比例达到2:3。", "undated_bound", ">=", 0.6667, None, "ratio"),
        ("学校食堂明厨亮灶实现全覆盖。", "milestone", ">=", 100, None, "percent"),
        ("每个乡镇至少建有1所公办中心幼儿园。", "milestone", ">=", 100, None, "percent"),
        ("建成儿童友好社区10个。", "milestone", ">=", 10, None, "count"),
        ("投入专项资金2400万元。", "milestone", ">=", 2400, None, "ten_thousand_yuan"),
        ("为妇女提供筛查12万人次。", "milestone", ">=", 12, None, "ten_thousand_person_times"),
        ("新增学位1.5万个。", "milestone", ">=", 15000, None, "count"),
        ("不得让未满八周岁儿童独处。", "milestone", "=", 0, None, "count"),
        ("大班额比例为零。", "undated_bound", "<=", 0, None, "percent"),
        ("生均仪器设备值年增长率不低于10%。", "compound_growth", ">=", 10, None, "percent_per_year"),
        ("人均预期寿命比2020年提高1岁。", "yearly_change_band", "up", 0.1, None, "years_of_age"),
        ("人工流产率每年下降1个千分点。", "yearly_change_band", "down", 1, None, "per_1000"),
        ("师生比不低于1：1000。", "undated_bound", ">=", 0.001, None, "ratio"),
        ("孤儿生活费每人每月不低于2000元。", "undated_bound", ">=", 2000, None, "yuan"),
        ("三分之二以上的社区设有活动室。", "undated_bound", ">=", 66.6667, None, "percent"),
        ("由2020年的85%提高到2025年的92%，入园率再上台阶。", "lower_bound", ">=", 92, None, "percent"),
    ],
)
def test_each_kind_of_sentence(text, kind, comparison, value, upper, unit):
    found = [one for one in facts(text) if one[3] is not None]
    assert [one[1:6] for one in found] == [(kind, comparison, value, upper, unit)]


def test_names_left_out_are_taken_from_before():
    text = "到2025年，宫颈癌、乳腺癌检查率分别达到70%和65%；到2030年，分别达到80%和75%。"
    assert [(one[0], one[3], one[6]) for one in facts(text)] == [
        ("宫颈癌检查率", 70, 2025),
        ("乳腺癌检查率", 65, 2025),
        ("宫颈癌检查率", 80, 2030),
        ("乳腺癌检查率", 75, 2030),
    ]
    assert [one[0] for one in facts("城镇新增就业5万人，其中青年占60%以上。")] == [
        "城镇新增就业",
        "城镇新增就业中青年占比",
    ]
    assert [one[0] for one in facts("小学生近视率降至38%以下，初中生降至60%以下。")] == ["小学生近视率", "初中生近视率"]


def test_a_year_before_the_name_holds_for_what_follows_one_behind_it_does_not():
    assert [one[6] for one in facts("到2025年，入园率达到90%，参保率达到95%。")] == [2025, 2025]
    assert [one[6] for one in facts("入园率2025年达到90%，参保率达到95%。")] == [2025, None]


def test_shared_values_belong_to_each():
    assert [one[0] for one in facts("小学生近视率、初中生近视率均降低到40%以下。")] == ["小学生近视率", "初中生近视率"]
    assert len(facts("公办校和普惠性民办校在校学生占比不低于80%。")) == 1


@pytest.mark.parametrize(
    ("text", "comparison"),
    [("入园率高于全市平均水平。", ">"), ("婴儿死亡率低于全省平均水平。", "<"), ("入园率达到全国平均水平。", ">=")],
)
def test_better_than_the_area_above(text, comparison):
    (one,) = read(text).asked
    assert (one.kind, one.comparison, one.value, one.sure) == ("above_area", comparison, None, ASK) and one.name


def test_targets_without_a_numeral():
    (down,) = read("溺水死亡率持续下降。").asked
    assert (down.kind, down.comparison, down.manner, down.baseline) == ("direction", "down", "trend", 2020)
    narrow = [one for one in read("婴儿死亡率控制在4‰以下，城乡差距逐步缩小。").asked if one.comparison == "narrow"]
    assert [(one.name, one.gaps) for one in narrow] == [("婴儿死亡率", ("residence",))]
    (above,) = read("巩固率高于全省平均水平2个百分点。").asked
    assert (above.kind, above.name, above.comparison, above.value) == ("above_area", "巩固率", ">=", 2)
    assert above.unit == "percent" and above.why


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("依据《某规划（2021—2030年）》（某政发〔2021〕18号）制定。", {"文件名称中的数字", "文号或编号"}),
        ("为12岁以下儿童提供服务。", {"年龄段"}),
        ("开通12345政务服务热线。", {"服务电话"}),
        ("落实九年义务教育。", {"固定名称中的数字"}),
        ("统筹推进“五位一体”建设。", {"固定名称中的数字"}),
        ("坚持四项原则、五类残疾筛查。", {"列举的项数"}),
    ],
)
def test_numerals_that_are_no_values_have_a_reason(text, reasons):
    said = read(text, "measure")
    assert not said.asked and {one.reason for one in said.fates} == reasons


@given(st.integers(1, 99))
def test_numbers_in_chinese_signs(number):
    assert number_of(chinese(number)) == number
    (found,) = numerals(f"百分之{chinese(number)}")
    assert (found.value, found.unit) == (number, "%")


@given(st.text("0123456789.%‰、，。年个所到至—-第一二三百分之以上下约人次万亿（）“”《》死亡率达和每", max_size=60))
def test_every_digit_of_any_sentence_lies_in_a_numeral_with_a_fate(text):
    for sentence in sentences(clean(text)):
        said = read_sentence(sentence, PERIOD, "goal")
        spans = [(one.start, one.start + len(one.text)) for one in said.fates]
        for found in re.finditer(r"\d", sentence):
            assert any(start <= found.start() < end for start, end in spans), (sentence, found.start())


def _truth(path: Path) -> Counter:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return Counter(
        (
            r.clause,
            r.kind,
            r.comparison,
            round(float(r.value), 3),
            r.value_upper and float(r.value_upper),
            r.unit,
            int(r.year),
        )
        for r in table.itertuples()
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_plans_of_other_shapes_are_read(name):
    plan = drafted(PLANS / name)
    truth = _truth((PLANS / name).with_suffix(".csv"))
    found = Counter(
        (
            one.parent.item.clause,
            one.asked.kind,
            one.asked.comparison,
            round(one.asked.value, 3),
            "" if one.asked.upper is None else one.asked.upper,
            one.asked.unit,
            one.asked.year or plan.front.period.last,
        )
        for one in plan.targets
        if one.asked.value is not None
    )
    assert not truth - found and not found - truth
    assert not [one for one in plan.numerals if one.fate.reason == UNKNOWN]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_number_of_a_document_is_left_out(name):
    lines, plan = read_document(PLANS / name), drafted(PLANS / name)

    def digits(texts):
        return Counter("".join(texts)) & Counter({str(k): 10**6 for k in range(10)})

    marks = [one.mark for one in outline(lines).root.walk()]
    assert digits(one.text for one in lines) == digits([*marks, *(one.fate.text for one in plan.numerals)])


LAYOUTS = {
    "chapters": ("第一章 健康", "第一节 主要目标", "1.{}", "第二节 策略措施", "1.{}"),
    "signs": ("一、健康", "（一）主要目标", "1．{}", "（二）策略措施", "1．{}"),
    "digits": ("1. 健康", "1.1 主要目标", "（1）{}", "1.2 主要措施", "（1）{}"),
    "words": ("（一）健康", "发展目标：", "{}", "发展措施：", "1.{}"),
    "circles": ("二、健康", "（一）目标", "①{}", "（二）措施", "①{}"),
    "marks": ("## 健康", "**主要目标**", "1. {}", "**策略措施**", "1. {}"),
    "brackets": ("一、健康", "【主要目标】", "（一）{}", "【策略措施】", "（一）{}"),
}
GOAL, MEASURE = "3岁以下儿童系统管理率达到90%以上，并持续巩固。", "建设妇幼保健院1所，完善网络，提升能力。"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_headings_of_any_usual_numbering(tmp_path, layout):
    rows = [row.format(GOAL if place == 2 else MEASURE) for place, row in enumerate(LAYOUTS[layout])]
    path = tmp_path / f"plan.{'md' if layout == 'marks' else 'txt'}"
    path.write_text("某县发展规划（2021—2030年）\n\n" + "\n\n".join(rows), encoding="utf-8")
    plan = draft_plan(path)
    assert list(plan.domains.values()) == ["健康"]
    assert [one.item.text for one in plan.goals] == [clean(GOAL)]
    assert [one.item.text for one in plan.measures] == [clean(MEASURE)]
    assert [(one.asked.name, one.asked.value) for one in plan.targets if one.asked.value] == [
        ("3岁以下儿童系统管理率", 90.0),
        ("妇幼保健院", 1.0),
    ]


def test_goals_and_measures_in_two_parts_of_the_document(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(
        "某县发展规划（2021—2025年）\n一、主要目标\n（一）健康\n1." + GOAL + "\n（二）教育\n1.入园率达到92%。\n"
        "二、主要措施\n（一）健康\n1." + MEASURE + "\n（二）教育\n1.新建幼儿园2所，改善条件。",
        encoding="utf-8",
    )
    plan = draft_plan(path)
    assert list(plan.domains.values()) == ["健康", "教育"]
    assert [one.id for one in (*plan.goals, *plan.measures)] == [
        *("health.goal.01", "education.goal.01", "health.measure.01", "education.measure.01")
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.txt", "某县发展规划\n一、健康\n主要目标：\n1.接种率达到90%以上。", "--years"),
        ("b.txt", "某县通知（2021—2030年）\n请各单位于3月1日前报送。", "主要目标"),
        (
            "c.md",
            "# 某县发展规划（2021—2030年）\n\n| 指标 | 2025 | 2030 |\n|---|---|---|\n| 入园率 | 90% | 95% |",
            "表格",
        ),
        (
            "d.txt",
            "甲县妇女规划（2021—2030年）\n一、背景\n二、健康\n主要目标：\n1.筛查率达到90%以上。\n"
            "乙县儿童规划（2021—2030年）\n一、背景\n二、教育\n主要目标：\n1.入园率达到92%以上。",
            "两份规划",
        ),
        ("e.doc", "某县发展规划", "docx"),
        ("f.txt", "", "没有文字"),
    ],
)
def test_a_document_that_is_no_plan_is_refused_with_what_to_do(tmp_path, name, text, said):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises((DataError, UsageError)) as error:
        draft_plan(path)
    assert said in error.value.message("zh") and error.value.message("en")


def test_years_may_be_given_and_numbers_in_headings_are_said(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("某县发展规划\n一、三年行动与5项工程\n主要目标：\n1.接种率达到90%以上。", encoding="utf-8")
    plan = draft_plan(path, (2021, 2025))
    assert plan.front.period == Period(2021, 2025, 2020)
    assert [one.fate.text for one in plan.numerals if one.fate.reason.startswith("标题")] == ["5项"]


POOL = [
    *(
        "第一章 健康",
        "第二节 目标",
        "一、健康",
        "（一）主要目标",
        "1.1 措施",
        "①其他",
        "主要目标：",
        "策略措施",
        "目标1：接种率达到95%",
    ),
    *(
        "1.3岁以下儿童系统管理率达到90%以上。",
        "2.到2025年，近视率降至38%以下。",
        "（2）每千人口托位4.5个",
        "12.5%",
        "，4.2‰以下。",
    ),
    *(
        "某县发展规划（2021—2030年）",
        "附件",
        "二、组织实施",
        "| 指标 | 90% |",
        "新建幼儿园2所，投资1亿元",
        "《",
        "（",
        "“两个全覆盖",
    ),
]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(POOL), max_size=14))
def test_any_lines_are_a_plan_or_refused_with_a_reason(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "plan.txt"
    path.write_text("\n".join(["某县发展规划（2021—2030年）", *rows]), encoding="utf-8")
    try:
        plan = draft_plan(path)
    except (DataError, UsageError) as error:
        assert error.message("zh") and error.message("en")
        return
    assert plan.goals and all(one.parent.id and one.asked.kind for one in plan.targets)
    assert len({one.id for one in plan.targets}) == len(plan.targets)
