"""The registry of standard indicators, names that are the same, and names that are only near."""

import csv
import subprocess

import pytest
from conftest import ROOT, WORKBENCH
from hypothesis import given
from hypothesis import strategies as st

from analysis.exceptions import DataError
from analysis.formats import SCALE, UNIT_NAMES, amount, unit_name
from analysis.gate.names import likeness, name_key
from analysis.places import REGISTRY
from analysis.plan import read_plan
from analysis.plan.listing import listed, looked_up
from analysis.plan.registry import LIKE, TOPICS, read_registry, registry
from analysis.runs.reproduction.bundle import CODE, code_of_bundle

ENTRIES = registry().entries
PLANS = ("tiexi-2021-2030", "national-2021-2030", "demo-province-2021-2030")
# indicators of a plan that are no standard: projects and findings of one district
OWN = {
    "safety.livestream_accounts": "a finding asked for by one clause",
    "safety.alone_u8": "a finding asked for by one clause",
    "education.renovated_17": "a building project",
    "education.renovated_area": "a building project",
    "education.renovated_invest": "a building project",
    "education.renovated_13": "a building project",
    "education.halls_invest": "a building project",
    "education.free_15y": "a rule of one district",
    "environment.internet_25": "a building project",
    "environment.internet_invest": "a building project",
}
# the same indicator under another id: plans were written before the registry
OTHER_IDS = {
    "health.exclusive_breastfeeding": "health.breastfeeding",
    "health.myopia": "health.myopia_total",
    "education.preschool_gross_enrolment": "education.preschool_gross",
    "education.compulsory_retention": "education.retention_9y",
    "education.inclusive_kindergarten_children": "education.preschool_inclusive",
    "welfare.childcare_places": "welfare.creche_places",
}


def written(path, **changes):
    """Write the first entry of the registry with some cells changed, beside the second as it is."""
    with REGISTRY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:2]
    rows[0].update(changes)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_registry_covers_children_and_women():
    assert len(ENTRIES) >= 120
    assert {one.topic for one in ENTRIES} == set(TOPICS)
    for code in (
        "health.mmr",
        "health.cervical",
        "decision.village",
        "economy.employed_share",
        "law.aid",
        "family.srb",
    ):
        assert registry().by_code(code), code
    assert registry().by_code("health.none") is None


def test_codes_are_a_topic_and_a_name():
    for one in ENTRIES:
        topic, _, name = one.code.partition(".")
        assert topic == one.topic and name and one.code == one.code.lower(), one.code


def test_no_two_entries_share_a_name_and_each_name_finds_its_own():
    for one in ENTRIES:
        keys = [name_key(name) for name in one.names]
        assert all(keys) and len(set(keys)) == len(keys), one.code
        assert [registry().find(name) for name in one.names] == [one] * len(keys), one.code


def test_an_entry_says_what_it_is_in_both_languages():
    for one in ENTRIES:
        for text in (one.name, one.definition, one.source):
            assert text.zh and text.en, one.code
            assert not any("\u4e00" <= letter <= "\u9fff" for letter in text.en), one.code
        parts = [bool(text) for text in (one.numerator.zh, one.numerator.en, one.denominator.zh, one.denominator.en)]
        assert len(set(parts)) == 1, one.code
        assert all(parts) == (one.unit in SCALE or one.statistic in ("poisson", "binomial", "ratio")), one.code
        assert one.numerator != one.denominator or not all(parts), one.code
        assert 0 <= one.decimals <= 2, one.code


def test_bounds_follow_from_the_unit():
    for one in ENTRIES:
        assert one.lower == 0, one.code  # no rate of growth is a standard indicator yet
        assert (one.upper == 100) == (one.unit == "percent" and not one.gross), one.code
        assert one.gross == ("毛入" in one.name.zh), one.code
        assert one.statistic != "binomial" or one.unit == "percent", one.code
        assert one.statistic not in ("count", "milestone") or one.decimals == 0, one.code


@pytest.mark.parametrize("plan", PLANS)
def test_every_indicator_of_the_committed_plans_is_found_by_its_name(plan):
    for one in read_plan(plan).indicators:
        found = registry().find(one.name.zh)
        if one.id in OWN:
            assert found is None, one.id
            continue
        assert found, (one.id, one.name.zh)
        assert found.code == OTHER_IDS.get(one.id, one.id)
        assert (found.unit, found.direction) == (one.unit, one.direction), one.id
        assert found.gross == (one.unit == "percent" and one.upper is None), one.id


def test_nothing_is_excused_that_no_plan_holds():
    held = {one.id for plan in PLANS for one in read_plan(plan).indicators}
    assert set(OWN) | set(OTHER_IDS) <= held
    assert not {one.code for one in ENTRIES} & (set(OWN) | set(OTHER_IDS))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("IMR", "health.imr"),
        ("一、婴儿死亡率（‰）①", "health.imr"),
        ("高中阶段教育毛入学率（%）", "education.senior_gross_enrolment"),
        ("妇女平均预期寿命（岁）", "health.le"),
        ("　妇女平均预期寿命", "health.le"),
        ("乳腺癌筛查率", "health.breast"),
        ("县人大代表中女性比例", "decision.npc"),
        ("health.imr", "health.imr"),
        ("infant MORTALITY rate", "health.imr"),
        ("PM2.5年均浓度", "environment.pm25"),
    ],
)
def test_names_as_tables_write_them_are_found(name, code):
    assert registry().find(name).code == code


@pytest.mark.parametrize(
    "name", ["", "  ", "（‰）", "①", "婴儿", "死亡率", "人大代表中女性比例", "女童死亡率", "婴儿死亡率（女）"]
)
def test_what_names_no_entry_is_not_found(name):
    assert registry().find(name) is None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("新生儿死亡率", "婴儿死亡率"),
        ("婴儿死亡率", "5岁以下儿童死亡率"),
        ("3岁以下儿童系统管理率", "7岁以下儿童保健管理率"),
        ("普通高中在校生中女生比例", "普通高中在校生中男生比例"),
        ("城市社区家长学校覆盖率", "农村社区（村）家长学校覆盖率"),
        ("孕产妇死亡率", "孕产妇贫血患病率"),
        ("5岁以下儿童贫血患病率", "5岁以下儿童中重度贫血患病率"),
        ("初中阶段毛入学率", "高中阶段毛入学率"),
        ("小学毛入学率", "小学净入学率"),
        ("小学净入学率", "女童净入学率"),
        ("宫颈癌筛查率", "乳腺癌筛查率"),
        ("县级人大代表中女性比例", "县级政协委员中女性比例"),
        ("县级人大代表中女性比例", "市级人大代表中女性比例"),
        ("村委会成员中女性比例", "村委会主任中女性比例"),
        ("村委会成员中女性比例", "居委会成员中女性比例"),
        ("妇女法律援助受援人次", "未成年人法律援助受援人次"),
        ("高中毛入学率", "高中毛入学率（含中职）"),
        ("儿童超重率", "儿童肥胖率"),
    ],
)
def test_near_misses_stay_apart(a, b):
    assert name_key(a) != name_key(b)
    assert 0 < likeness(a, b) < 1
    one, other = registry().find(a), registry().find(b)
    assert one is None or one is not other


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("婴儿死亡率", "婴儿死亡率"),
        ("一、婴儿死亡率", "婴儿死亡率"),
        ("（一）婴儿死亡率", "婴儿死亡率"),
        ("1.婴儿死亡率", "婴儿死亡率"),
        ("１．婴儿死亡率", "婴儿死亡率"),
        ("1、5岁以下儿童死亡率", "5岁以下儿童死亡率"),
        ("3. 5岁以下儿童死亡率", "5岁以下儿童死亡率"),
        ("(2) 1）婴儿死亡率", "婴儿死亡率"),
        ("①婴儿死亡率②", "婴儿死亡率"),
        ("㈠婴儿死亡率", "婴儿死亡率"),
        ("其中：女", "女"),
        ("  其中：1.婴儿死亡率", "婴儿死亡率"),
        ("#婴儿死亡率", "婴儿死亡率"),
        ("婴儿死亡率（‰）", "婴儿死亡率"),
        ("婴儿死亡率 (%)", "婴儿死亡率"),
        ("婴儿死亡率【1/10万】", "婴儿死亡率"),
        ("就业人员（单位：人）", "就业人员"),
        ("就业人员(计量单位：万人)", "就业人员"),
        ("公园绿地面积（㎡）", "公园绿地面积"),
        ("婴儿死亡率（‰）①", "婴儿死亡率"),
        ("婴儿死亡率①（‰）", "婴儿死亡率"),
        ("婴儿死亡率*", "婴儿死亡率"),
        ("婴儿死亡率注1", "婴儿死亡率"),
        ("婴儿死亡率（注1）", "婴儿死亡率"),
        ("婴儿死亡率[1]", "婴儿死亡率"),
        ("婴儿死亡率¹²", "婴儿死亡率"),
        ("婴儿死亡率：", "婴儿死亡率"),
        ("婴 儿\n死亡率\u200b", "婴儿死亡率"),
        ("ＩＭＲ", "imr"),
        ("Infant mortality (per 1,000 live births)", "infantmortality"),
        ("0—6岁", "0-6岁"),
        ("0～6岁", "0-6岁"),
        ("0至6岁", "0-6岁"),
        ("“两癌”筛查率", "两癌筛查率"),
        ("参加生育保险的女性人数", "参加生育保险女性人数"),
    ],
)
def test_two_writings_of_a_name_have_one_key(text, key):
    assert name_key(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("5岁以下儿童死亡率", "5岁以下儿童死亡率"),
        ("5 岁以下儿童死亡率", "5岁以下儿童死亡率"),
        ("PM2.5", "pm2.5"),
        ("每千人口3岁以下婴幼儿托位数", "每千人口3岁以下婴幼儿托位数"),
        ("3.5岁以下", "3.5岁以下"),
        ("一、二年级学生近视率", "一、二年级学生近视率"),
        ("高中毛入学率（含中职）", "高中毛入学率(含中职)"),
        ("就业人员（女）", "就业人员(女)"),
        ("就业人员（单位从业人员）", "就业人员(单位从业人员)"),
        ("村（居）儿童主任", "村(居)儿童主任"),
        ("受关注1", "受关注1"),
        ("婴儿死亡率1", "婴儿死亡率1"),
        ("目的地", "目的地"),
        ("绿地（2030年）", "绿地(2030年)"),
        ("面积m²", "面积m²"),
    ],
)
def test_what_belongs_to_the_name_stays(text, key):
    assert name_key(text) == key


@pytest.mark.parametrize(
    "text", ["", " ", "\u3000", "①", "**", "（‰）", "()", "【】", "（单位：人）", "1.", "—", "其中：", "（一）", "[1]①"]
)
def test_what_holds_no_name_has_an_empty_key(text):
    assert name_key(text) == ""
    assert likeness(text, text) == likeness(text, "婴儿死亡率") == 0


LETTERS = st.text("婴儿死亡率5岁以下女的一、（）()[]%‰①²*注1. ：:—-至“”abＡ其中", max_size=12)


@given(LETTERS)
def test_the_key_of_a_key_is_the_key(text):
    key = name_key(text)
    assert name_key(key) == key
    assert " " not in key


@given(LETTERS, LETTERS)
def test_likeness_is_even_handed_and_full_only_for_the_same_name(a, b):
    share = likeness(a, b)
    assert share == likeness(b, a)
    assert 0 <= share <= 1
    assert (share == 1) == (name_key(a) == name_key(b) != "")


def test_letters_in_another_order_are_not_the_same_name():
    assert likeness("abab", "baba") < 1
    assert likeness("aab", "aaab") < 1
    assert likeness("婴儿", "高中") == 0


def test_contrasting_words_count_for_more_than_letters():
    assert likeness("3岁以下儿童死亡率", "5岁以下儿童死亡率") < likeness("五岁以下儿童死亡率", "5岁以下儿童死亡率")
    assert registry().near("乳腺癌检查率")[0][0].code == "health.breast"


def test_near_names_come_in_order_and_not_from_afar():
    near = registry().near("农村厕所普及率")
    assert near[0][0].code == "environment.rural_toilets"
    shares = [share for _, share in near]
    assert shares == sorted(shares, reverse=True) and all(LIKE <= share < 1 for share in shares)
    assert registry().near("婴儿死亡率（‰）")[0] == (registry().by_code("health.imr"), 1.0)
    assert registry().near("xyz") == registry().near("") == registry().near("婴儿死亡率", 0) == []
    assert len(registry().near("死亡率", 5)) <= 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"synonyms_zh": "婴儿 死亡率"}, ("health.nmr", "婴儿死亡率")),
        ({"synonyms_en": "IMR"}, ("IMR", "health.imr")),
        ({"synonyms_zh": "（‰）"}, ("health.nmr", "没有内容")),
        ({"unit": "‰"}, ("unit",)),
        ({"direction": "up"}, ("direction",)),
        ({"department": "某局"}, ("department",)),
        ({"definition_zh": ""}, ("definition_zh",)),
        ({"unit": "percent", "lower_bound": "0", "upper_bound": ""}, ("0.0—None",)),
        ({"unit": "percent", "gross": "yes", "lower_bound": "0", "upper_bound": "100"}, ("0.0—100.0",)),
        ({"gross": "yes"}, ("0.0—None",)),
        ({"lower_bound": ""}, ("None—None",)),
        ({"code": "health.imr"}, ("主键",)),
    ],
)
def test_a_registry_that_is_wrong_is_refused(tmp_path, changes, words):
    with pytest.raises(DataError) as caught:
        read_registry(written(tmp_path / "indicators.csv", **changes))
    for word in words:
        assert word in caught.value.message("zh")
    assert caught.value.message("en")


def test_a_rate_of_growth_may_be_without_bounds(tmp_path):
    path = written(tmp_path / "indicators.csv", unit="percent", lower_bound="", upper_bound="")
    assert read_registry(path).entries[0].lower is None


def test_every_unit_has_a_name_and_a_suffix_in_both_languages():
    for unit in UNIT_NAMES:
        assert unit_name(unit) and unit_name(unit, "en")
        assert unit in ("ratio", "count", "per_100_females") or amount(1, unit, "en") != "1.0", unit
    names = [zh for zh, _ in UNIT_NAMES.values()]
    assert len(set(names)) == len(names)


def test_the_listing_says_code_name_unit_and_synonyms():
    line = listed(ENTRIES[:2], "zh").splitlines()[1]
    assert all(word in line for word in ("health.imr", "婴儿死亡率（‰）", "1岁以下儿童死亡率"))
    assert "Infant mortality rate (per 1,000)" in listed(ENTRIES[:2], "en")


def test_a_near_name_is_listed_with_its_likeness_in_percent():
    text = looked_up(registry(), "乳腺癌检查率", "zh")
    assert "须人工确认" in text and "%  health.breast" in text and "100%" not in text
    assert looked_up(registry(), "IMR", "en").startswith("health.imr")
    assert "nearly so" in looked_up(registry(), "xyz", "en")


def test_a_bundle_with_its_code_holds_the_registry():
    assert f"{CODE}data/registry/indicators.csv" in code_of_bundle()


def test_the_command_lists_and_finds():
    def run(*options):
        done = subprocess.run(
            [str(WORKBENCH), "plan", "indicators", *options], capture_output=True, text=True, cwd=ROOT
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert f"{len(ENTRIES)} standard indicators." in run("--lang", "en")
    assert run("--find", "婴儿死亡率（‰）").startswith("health.imr")
