"""Earlier years' alerts, made again from what was known then, against what happened since."""

from __future__ import annotations

from functools import cache

import pandas as pd

from analysis.assessment.rules import Rules, read_rules
from analysis.evaluation.alert_scores import LEVELS_BY_P, score_alerts
from analysis.exceptions import Lang
from analysis.formats import MISSING
from analysis.narrative.words import LEVEL
from analysis.places import own_or_carried
from analysis.runs.pipelines import pipeline_of
from analysis.runs.run import Run
from analysis.schema import LEVEL_RATES, read_table


@cache
def earlier_assessments(run: Run, year: int) -> pd.DataFrame:
    """Return the assessments as they would have been with the data up to `year`."""
    return pipeline_of(run).earlier(year)


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
    return read_table(own_or_carried("data", "rules", "level_rates.csv"), LEVEL_RATES, trusted=True)


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
