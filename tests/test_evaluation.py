"""Scores against scoringrules and by hand, backtests that cannot see the future, and the choice of a method."""

import numpy as np
import pandas as pd
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evaluation.alert_scores import level_rates, score_alerts
from analysis.evaluation.backtest import YARDSTICKS, run_backtest, windows
from analysis.evaluation.choice import choose, chosen_model
from analysis.evaluation.report import judged_targets, score_table, verdict_table
from analysis.evaluation.scores import brier, covered, crps, ece, pinball
from analysis.exceptions import UsageError
from analysis.models import Series, forecast
from analysis.models.distribution import LEVELS
from analysis.models.pool import pool_name, pool_weights
from analysis.models.registry import check_model
from analysis.places import ROOT
from analysis.runs.backtests import backtest_file, summary
from analysis.schema import TOTAL

YEARS = np.arange(2005, 2023)


def quiet(n):
    """Take no notice of progress."""


@pytest.fixture(scope="module")
def drawn():
    rng = np.random.default_rng(3)
    q = np.sort(rng.normal(size=(40, len(LEVELS))), axis=1)
    return rng.normal(size=40), q


def test_scores_agree_with_scoringrules(drawn):
    y, q = drawn
    assert crps(y, q, LEVELS) == pytest.approx(scoringrules.crps_quantile(y, q, LEVELS))
    assert pinball(y, q, LEVELS)[:, 3] == pytest.approx(scoringrules.quantile_score(y, q[:, 3], LEVELS[3]))
    p, happened = np.linspace(0, 1, 40), (y > 0).astype(float)
    assert brier(happened, p) == pytest.approx(scoringrules.brier_score(happened, p))


def test_scores_by_hand():
    assert covered([1.0, 2.0, 3.0], 1.0, 2.0).tolist() == [1, 1, 0]
    # two bins: says 0.15 where it never happens, 0.85 where it happens three times in four
    assert ece([0, 0, 1, 1, 1, 0], [0.15, 0.15, 0.85, 0.85, 0.85, 0.85]) == pytest.approx(0.15 / 3 + 0.1 * 2 / 3)
    assert np.isnan(ece([], []))


@given(st.floats(-5, 5), st.floats(0.1, 4))
@settings(max_examples=30, deadline=None)
def test_the_true_distribution_scores_best_on_average(shift, widen):
    rng = np.random.default_rng(0)
    y = rng.normal(size=4000)
    truth = np.quantile(rng.normal(size=200_000), LEVELS)
    other = truth * widen + shift
    assert crps(y, truth, LEVELS).mean() <= crps(y, other, LEVELS).mean() + 0.02


def series(name, seed, n=18, unit="per_1000"):
    rng = np.random.default_rng(seed)
    values = 8 * np.exp(np.cumsum(rng.normal(-0.03, 0.06, n)))
    return Series(name, YEARS[:n], values, unit=unit)


def about(every):
    return {one.name: (f"i{i % 3}", "lower_is_better") for i, one in enumerate(every)}


@pytest.fixture(scope="module")
def tested():
    every = [series(f"s{i}", i) for i in range(9)]
    return run_backtest(windows(every, about(every), 4, 2), ["trend_average", "random_walk", "loglinear"])


def test_windows_hold_out_the_last_years_and_go_back_a_year_at_a_time():
    every = [series("s", 1), series("short", 2, n=9)]
    first, second = windows(every, about(every), 4, 2)
    assert [one.series.name for one in first] == ["s"]  # nine years leave five to learn from
    assert first[0].series.origin == 2018 and second[0].series.origin == 2017
    assert first[0].observed.tolist() == every[0].values[-4:].tolist()


def test_the_held_out_years_change_no_forecast():
    every = [series(f"s{i}", i) for i in range(4)]
    changed = [Series(s.name, s.years, np.r_[s.values[:-4], s.values[-4:] * 9], unit=s.unit) for s in every]
    one, two = (run_backtest(windows(e, about(e), 4, 1), ["trend_average"]) for e in (every, changed))
    assert (one.quantiles["trend_average"] == two.quantiles["trend_average"]).all()
    assert not (one.observed == two.observed).any()


def test_the_score_table_holds_every_model_indicator_and_year(tested):
    table = score_table(tested)
    assert set(table["model"]) == {"trend_average", "random_walk", "loglinear"}
    assert set(table["indicator"]) == {TOTAL, "i0", "i1", "i2"} and set(table["horizon"]) == {0, 1, 2, 3, 4}
    own = table[(table["model"] == "random_walk") & (table["horizon"] == 1)].set_index("indicator")
    assert own.loc[TOTAL, "crps"] == pytest.approx(own.drop(index=TOTAL)["crps"].mean())
    y, q = tested.observed[:, 0], tested.quantiles["random_walk"][:, 0]
    kept = (LEVELS > 0.04) & (LEVELS < 0.96)
    by_hand = crps(y, q[:, kept], LEVELS[kept]) / tested.scales
    assert own.loc["i1", "crps"] == pytest.approx(by_hand[tested.indicators == "i1"].mean())


def test_verdicts_of_models_and_published_rules_stand_side_by_side(tested):
    table = verdict_table(tested).set_index("method")
    assert {"trend_average", "open_sdg", "german", "escap"} <= set(table.index)
    assert "fingertips" not in table.index  # a test of the recent trend judges no target
    assert table["right"].between(0, 1).all() and (table["brier"] <= 1).all()
    assert (1 - table.loc["german", "right"]) == pytest.approx(table.loc["german", "brier"])


def test_what_one_model_cannot_forecast_is_left_out_for_all():
    gap = series("gap", 5)
    keep = np.arange(18) != 6
    every = [series("s", 1), Series("gap", gap.years[keep], gap.values[keep], unit=gap.unit)]
    test = run_backtest(windows(every, about(every), 4, 1), ["random_walk", "theta"])
    assert [one.series.name for one in test.windows] == ["s"]
    assert test.left_out == {"random_walk": 0, "theta": 1}


def test_the_default_stays_unless_another_is_clearly_better(tested):
    choice = choose(tested, "trend_average").set_index("method")
    assert choice["chosen"].eq("yes").sum() == 1
    assert choice.loc["trend_average", "against_default"] == 1
    better = choice["against_default"] + choice["standard_error"] < 1
    assert choice.loc[choice["chosen"] == "yes"].index[0] in {"trend_average", *choice.index[better]}
    bad = {name: q + (50 if name == "loglinear" else 0) for name, q in tested.quantiles.items()}
    again = choose(type(tested)(tested.windows, bad, tested.left_out), "loglinear")
    assert chosen_model(again) != "loglinear"


def test_a_pool_is_the_weighted_mean_of_its_members_quantiles():
    name = pool_name({"random_walk": 3.0, "drift": 1.0, "theta": 0.0})
    assert name == "pool:random_walk=3,drift=1" and pool_weights(name) == {"random_walk": 0.75, "drift": 0.25}
    tables = {one: forecast([series("s", 1)], model_name=one)[0] for one in (name, "random_walk", "drift")}
    mean = 0.75 * tables["random_walk"]["value"] + 0.25 * tables["drift"]["value"]
    assert tables[name]["value"].to_numpy() == pytest.approx(mean.to_numpy())
    assert set(tables[name]["model"]) == {name}


@pytest.mark.parametrize("name", ["pool:", "pool:random_walk", "pool:random_walk=-1", "pool:nothing=1", "nothing"])
def test_a_name_that_is_no_model_is_refused(name):
    with pytest.raises(UsageError):
        check_model(name)


def test_a_file_is_backtested_and_its_tables_written(tmp_path):
    source = ROOT / "data" / "examples" / "injury_mortality_nz.csv"
    tables = backtest_file(source, 5, ["trend_average", "random_walk"], 1, quiet, quiet)
    tables.write(tmp_path / "scores.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "scores.choice.csv", "scores.csv", "scores.levels.csv", "scores.verdicts.csv"]  # fmt: skip
    assert "trend_average" in summary(tables, "zh") and "crps/rw" in summary(tables, "en")
    assert set(YARDSTICKS) >= {"theta", "damped_trend", "loglinear"}


def test_series_too_short_for_a_backtest_are_said_so(tmp_path):
    pd.DataFrame({"series_id": "s", "time_period": [2019, 2020, 2021], "obs_value": [1.0, 2.0, 3.0]}).to_csv(
        tmp_path / "short.csv", index=False
    )
    with pytest.raises(UsageError) as refused:
        backtest_file(tmp_path / "short.csv", 5, ["random_walk"], 1, quiet, quiet)
    assert "11" in refused.value.message("zh")


def test_what_each_level_meant_adds_up(tested):
    table = level_rates(tested, "trend_average", (0.8, 0.5, 0.2)).set_index("level")
    judged = judged_targets(tested, "trend_average")
    assert table["n"].sum() == len(judged)
    assert (table["n"] * table["missed"].fillna(0)).sum() == pytest.approx(judged["missed"].sum())
    assert table.loc["none", "hits"] == table.loc["none", "false_alarms"] == 1  # every target is at some level
    assert table.loc[["none", "blue", "orange", "red"], "hits"].is_monotonic_decreasing


def test_last_years_alerts_are_scored_by_hand():
    then = pd.DataFrame(
        {"target": list("abcde"), "p_miss": [0.9, 0.6, 0.3, 0.1, None], "target_year": 2025, "latest_year": 2023}
    )
    table, scores = score_alerts(then, {"a": False, "b": True, "c": False, "d": True, "e": True}, (0.8, 0.5, 0.2))
    assert table.set_index("level")["n"].to_dict() == {"none": 1, "blue": 1, "orange": 1, "red": 1}
    assert scores["n"] == 4 and scores["brier"] == pytest.approx((0.01 + 0.36 + 0.49 + 0.01) / 4)
    assert scores["hits"] == 1 and scores["false_alarms"] == 0.5 and scores["lead_years"] == 2
    assert scores["base_rate"] == 0.25
