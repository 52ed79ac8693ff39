"""Earlier years' alerts, made again from what was known then, against what happened since."""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.assessment.alerts import alerted
from analysis.assessment.judge import assess
from analysis.assessment.rules import Rules, read_rules
from analysis.evaluation.alert_scores import LEVELS_BY_P, score_alerts
from analysis.exceptions import Lang
from analysis.formats import MISSING
from analysis.models import forecast
from analysis.narrative.words import LEVEL
from analysis.places import RULES
from analysis.runs.rounds import trend_series
from analysis.runs.run import Run
from analysis.schema import LEVEL_RATES, OBSERVATIONS, read_table


@cache
def earlier_assessments(run: Run, year: int) -> pd.DataFrame:
    """Return the assessments as they would have been with the data up to `year`."""
    observed = run.observations
    known = OBSERVATIONS.build(observed[observed["time_period"] <= year])
    forecasts, _ = forecast(trend_series(run.plan, known, year), last_year=run.plan.end_year)
    parts = run.dataset.parts_of(run.area)
    return assess(run.plan, known, forecasts, run.rules, year, run.area, parts)


def earlier_alerts(run: Run, years: int = 3) -> list[set[str]]:
    """Return the targets that would have had an alert one, two ... years ago, with what was known then."""
    first = int(run.observations["time_period"].min())
    past = [year for year in range(run.as_of - 1, run.as_of - 1 - years, -1) if year >= first]
    return [alerted(earlier_assessments(run, year), year) for year in past]


def outcomes(run: Run, since: int) -> dict[str, bool]:
    """Return whether each target was met that fell due after `since` and was observed by now."""
    table = run.table("assessments")
    due = table[(table["target_year"] > since) & (table["target_year"] <= run.as_of)]
    decided = due[due["p_miss"].isin([0.0, 1.0])]
    return {str(row["target"]): row["p_miss"] == 0.0 for row in decided.to_dict("records")}


def alert_history(run: Run, lang: Lang, years: int = 3) -> pd.DataFrame:
    """Return how the alerts of the last years turned out: one row a year of alert, for targets decided since."""
    rows = []
    cuts = run.rules.cuts
    if run.public and (run.observations["obs_status"] == "C").any():
        years = 0  # what was foreseen in earlier years rests on hidden cells too
    for year in range(run.as_of - years, run.as_of):
        met = outcomes(run, year)
        if not met or not (run.observations["time_period"] <= year).any():
            continue
        _, scores = score_alerts(earlier_assessments(run, year), met, cuts)
        if scores["n"]:
            rows.append((year, int(scores["n"]), *(_shown(name, scores[name]) for name in _SCORES)))
    zh = ["预警年份", "已见分晓的目标", "未达标被预警", "达标被误报", "Brier得分", "基准得分", "平均提前年数"]
    en = ["Year", "Targets decided", "Misses alerted", "False alarms", "Brier", "Base rate's", "Years ahead"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


_SCORES = ("hits", "false_alarms", "brier", "base_rate", "lead_years")


def _shown(name: str, value: float) -> str:
    if value != value:
        return MISSING
    if name in ("hits", "false_alarms"):
        return f"{value:.0%}"
    return f"{value:.1f}" if name == "lead_years" else f"{value:.3f}"


def level_rates(rules: Rules) -> pd.DataFrame:
    """Return what each level meant in the backtest on the published example series: a `LEVEL_RATES` table.

    It was made with the default rules' cuts: of others it says nothing, and is empty.
    """
    if rules.cuts != read_rules().cuts:
        return LEVEL_RATES.empty()
    return read_table(RULES.with_name("level_rates.csv"), LEVEL_RATES, trusted=True)


def expected_rates(rules: Rules, lang: Lang) -> pd.DataFrame:
    """Return `level_rates` as a reader sees it."""
    table = level_rates(rules)
    order = {level: i for i, level in enumerate(LEVELS_BY_P)}
    rows = [
        (
            MISSING if row["level"] == "none" else LEVEL[str(row["level"])](lang),
            *(f"{row[name]:.0%}" for name in ("said", "missed", "hits", "false_alarms")),
        )
        for row in sorted(table.to_dict("records"), key=lambda row: order[str(row["level"])], reverse=True)
    ]
    zh = ["级别", "平均未达标概率", "实际未达标", "该级及以上覆盖的未达标", "该级及以上的误报"]
    en = ["Level", "Stated P(miss)", "Missed", "Misses at this level or graver", "False alarms at it or graver"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)
