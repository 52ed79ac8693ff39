"""What stands beside the verdicts: volatility against chance, gaps with intervals, people, flips, domains."""

import operator

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analysis.assessment.composite import composite
from analysis.assessment.details import achievement
from analysis.assessment.equity import difference_interval, equity, funnel, rate_interval, ratio_interval
from analysis.assessment.rules import read_rules
from analysis.assessment.volatility import benjamini_hochberg, dispersion, volatility
from analysis.exceptions import Text
from analysis.narrative import beside
from analysis.plan import read_plan
from analysis.runs.looking_back import alert_history, earlier_assessments, expected_rates, outcomes
from analysis.runs.run import Run
from analysis.schema import OBSERVATIONS, STATUSES

PLAN = read_plan("tiexi-2021-2030")
YEARS = np.arange(2010, 2022)


@pytest.mark.parametrize("bounded", [False, True])
def test_the_dispersion_statistic_is_that_of_statsmodels(bounded):
    rng = np.random.default_rng(1)
    people = rng.integers(1500, 2500, 12).astype(float)
    events = rng.binomial(people.astype(int), 0.3).astype(float)
    x = sm.add_constant((YEARS - YEARS.mean()).astype(float))
    if bounded:
        fit = sm.GLM(np.c_[events, people - events], x, family=sm.families.Binomial()).fit()
    else:
        fit = sm.GLM(events, x, family=sm.families.Poisson(), offset=np.log(people)).fit()
    statistic, p, residual = dispersion(events, people, YEARS, bounded)
    assert statistic == pytest.approx(fit.pearson_chi2, rel=1e-6)
    assert residual == pytest.approx(fit.resid_pearson, rel=1e-5, abs=1e-6)
    assert 0 < p < 1


@pytest.mark.parametrize("rate", [0.0005, 0.004])
def test_a_constant_rate_is_seldom_called_volatile(rate):
    rng = np.random.default_rng(2)
    people = np.full(12, 2000.0)
    p = [dispersion(rng.poisson(rate * people).astype(float), people, YEARS, False)[1] for _ in range(150)]
    assert np.mean(np.array(p) < 0.05) < 0.11  # 5 % and three standard errors


def test_all_zeros_and_all_ones_are_quiet():
    people = np.full(12, 300.0)
    for events, bounded in ((np.zeros(12), False), (np.zeros(12), True), (people, True)):
        statistic, p, _ = dispersion(events, people, YEARS, bounded)
        assert np.isfinite(statistic) and p > 0.5


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_discovery_control_is_that_of_statsmodels(p):
    assert benjamini_hochberg(np.array(p)) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def observed(indicator, rows):
    made = []
    for code, year, events, people in rows:
        made.append(
            {"indicator": indicator, "ref_area": code, "time_period": year, "sex": "_T", "age": "_T", "residence": "_T",
             "group": "_T", "source": "a", "vintage": "1", "obs_value": events / people * 100,
             "numerator": events, "denominator": people, "unit": "percent", "obs_status": "A", "note": ""}
        )  # fmt: skip
    return OBSERVATIONS.build(pd.DataFrame(made))


def test_a_slipped_digit_is_found_and_a_changed_definition_is_said_so():
    rng = np.random.default_rng(3)
    quiet = [("1", int(y), float(rng.binomial(2000, 0.4)), 2000.0) for y in YEARS]
    slipped = [("2", y, e * (10 if y == 2016 else 1) / 10, n) for _, y, e, n in quiet]
    table = observed("health.anaemia_u5", quiet + [("2", y, min(e * 4, n), n) for _, y, e, n in slipped])
    found = volatility(table, {"health.anaemia_u5": True}, 2021, read_rules()).set_index("series_id")
    label = found["label"].to_dict()
    assert label["health.anaemia_u5|1|_T|_T|_T|_T"] == "noise"
    assert label["health.anaemia_u5|2|_T|_T|_T|_T"] == "data"
    assert found.loc["health.anaemia_u5|2|_T|_T|_T|_T", "year"] == 2016
    assert (volatility(table, {}, 2013, read_rules())["points"] >= 6).all()


def test_intervals_are_those_of_statsmodels():
    assert rate_interval(45, 50, True) == pytest.approx(proportion_confint(45, 50, method="wilson"))
    expected = confint_proportions_2indep(45, 50, 30, 60, method="newcomb", compare="diff")
    assert difference_interval(45, 50, 30, 60, True) == pytest.approx(expected, abs=1e-9)
    low, high = rate_interval(0, 1000, False)
    assert low == 0 and high * 1000 == pytest.approx(3.689, abs=1e-3)  # the rule of three, exact
    low, high = ratio_interval(10, 1000, 10, 1000)
    assert low < 1 < high and low * high == pytest.approx(1)
    assert ratio_interval(0, 100, 5, 100)[0] == 0 and ratio_interval(5, 100, 0, 100)[1] is None


def test_gaps_between_groups_are_worked_out_by_hand():
    base = observed("education.disabled_enrolment", [("210303", 2025, 90.0, 100.0), ("210303", 2024, 80.0, 200.0)])
    table = base.assign(sex=["F", "M"], time_period=2025)  # rows are in order of the year
    row = equity(table, PLAN, "210303").iloc[0]
    assert (row["first"], row["second"]) == ("F", "M")
    assert row["difference"] == pytest.approx(40 - 90) and row["ratio"] == pytest.approx(40 / 90)
    whole = 170 / 300 * 100
    assert row["mean_difference"] == pytest.approx((200 * (whole - 40) + 100 * (90 - whole)) / 300)
    assert row["attributable"] == pytest.approx((90 - whole) / whole)


def test_only_a_street_far_out_of_the_funnel_is_named():
    rows = [(f"s{i}", 2025, 960.0 + i, 1000.0) for i in range(5)] + [("bad", 2025, 800.0, 1000.0)]
    table = funnel(observed("health.vaccination", rows), PLAN, [code for code, *_ in rows]).set_index("ref_area")
    assert table.loc["bad", "label"] == "worse"
    assert table["low_998"].le(table["low_95"]).all() and table["high_998"].ge(table["high_95"]).all()
    even = funnel(observed("health.vaccination", rows[:5]), PLAN, [code for code, *_ in rows])
    assert set(even["label"]) == {"within"}


def test_achievement_is_the_share_of_the_way():
    assert achievement(10.0, 7.0, 5.0) == 60.0
    assert achievement(10.0, 12.0, 5.0) == 0.0 and achievement(10.0, 4.0, 5.0) == 100.0
    assert achievement(5.0, 4.0, 5.0) is None and achievement(None, 4.0, 5.0) is None


@pytest.fixture(scope="module")
def judged(demo_run):
    return Run(demo_run[0])


def test_every_target_has_its_row_and_the_goals_add_up(judged):
    details, assessments = judged.table("details"), judged.table("assessments")
    assert list(details["target"]) == sorted(assessments["target"])
    assert {plan_target.parent for plan_target in judged.plan.targets} >= {goal.id for goal in judged.plan.goals}
    assert assessments["status"].isin(STATUSES).all()


def test_people_and_allowed_events_by_hand(judged):
    details = judged.table("details").set_index("target")
    assessments = judged.table("assessments").set_index("target")
    seen = details.dropna(subset=["allowed_events"])
    for id, row in seen.iterrows():
        target, exact = judged.plan.target(id), assessments.loc[id, "target_value"]
        indicator = judged.plan.indicator(target.indicator)
        scale = {"percent": 100, "per_1000": 1000, "per_100000": 1e5, "per_10000": 1e4}[indicator.unit]
        rate, more = (n / row["denominator"] * scale for n in (row["allowed_events"], row["allowed_events"] + 1))
        bound = exact if exact == round(exact, 3) else round(exact, indicator.decimals)
        meets = operator.lt if target.comparison == "<" else operator.le
        assert meets(round(rate, indicator.decimals), bound) and not meets(round(more, indicator.decimals), bound), id
        assert row["people"] <= 0
    effects = details.dropna(subset=["numerator_effect"])
    assert len(effects) > 30


def test_flips_name_what_turns_a_verdict(judged):
    details = judged.table("details")
    named = {name for cell in details["flips"] for name in cell.split(";") if name}
    assert named and named <= set(beside.FLIPS)
    assert (details.loc[details["status"] == "qualitative", "flips"] == "").all()


def test_volatility_raises_at_least_blue(judged):
    alerts, restless = judged.table("alerts"), judged.table("volatility")
    raised = alerts[alerts["rule"] == "volatile"]
    assert len(raised) and (raised["level"] == "blue").all() and raised["evidence"].str.contains("偶然").all()
    assert set(restless["label"]) <= {"noise", "suspect", "data"}


def test_domains_are_ranked_and_the_rank_is_tested(judged):
    table = composite(judged.table("details"), judged.table("assessments"), judged.plan)
    assert sorted(table["rank"]) == list(range(1, len(table) + 1))
    assert (table["rank_low"] <= table["rank"]).all() and (table["rank"] <= table["rank_high"]).all()
    assert table["achievement"].between(0, 100).all() and table["same_rank"].between(0, 1).all()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_tables_beside_the_verdicts_read_well(judged, lang):
    areas = {"210303": Text("铁西区", "Tiexi")}
    plan = judged.plan
    made = [
        beside.details_table(judged.table("details"), plan, lang),
        beside.opinions_table(judged.table("opinions"), plan, lang),
        beside.volatility_table(judged.table("volatility"), plan, areas, lang),
        beside.equity_table(judged.table("equity"), plan, lang),
        beside.funnel_table(judged.table("funnel"), plan, areas, lang),
        beside.composite_table(judged.table("composite"), plan, lang),
    ]
    for table in made:
        assert len(table) and not table.isna().any().any()
        assert not table.astype(str).apply(lambda column: column.str.contains("nan")).any().any()


def test_earlier_alerts_are_made_from_what_was_known_then(judged):
    earlier = earlier_assessments(judged, 2023)
    assert earlier["latest_year"].max() <= 2023
    met = outcomes(judged, 2023)
    assert met and all(judged.plan.target(id).year in (2024, 2025) for id in met)
    table = alert_history(judged, "zh")
    assert table["预警年份"].tolist() == [2022, 2023, 2024] and (table["已见分晓的目标"] > 5).all()


def test_the_expected_rates_stand_beside_the_levels():
    table = expected_rates(read_rules(), "zh")
    assert table["级别"].tolist() == ["红色", "橙色", "蓝色", "—"]
    assert table["实际未达标"].str.rstrip("%").astype(int).is_monotonic_decreasing


def test_the_page_shows_them(demo_run):
    page = (demo_run[0] / "notebooks" / "03_target_assessment.html").read_text(encoding="utf-8")
    for words in ("还需", "临界，易变", "波动较大的指标", "人群差距", "公开判定规则", "各领域实现程度"):
        assert words in page
    assert (ROOT / "notebooks" / "03_target_assessment.ipynb").is_file()
