"""`workbench backtest`: one file in, scores beside the yardsticks, verdicts and the choice of a method out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment.rules import read_rules
from analysis.evaluation.alert_scores import level_rates
from analysis.evaluation.backtest import SHORTEST, YARDSTICKS, run_backtest, windows
from analysis.evaluation.choice import choose
from analysis.evaluation.report import score_table, verdict_table
from analysis.exceptions import Lang, Text, Where, usage
from analysis.models import DEFAULT_MODEL
from analysis.models.from_tables import from_input
from analysis.models.registry import check_model
from analysis.places import RULES, shown
from analysis.runs.files import write_table
from analysis.runs.series_input import SeriesFile
from analysis.schema import TOTAL

_SCORES = Text(
    "一、预测得分（各指标平均，越低越好；覆盖率除外）",
    "Scores (mean over indicators; lower is better)",
)
_VERDICTS = Text("二、“预计不能达标”判断的对错", "How often 'will be missed' was right")
_CHOICE = Text("三、方法选择（按指标交叉验证）", "Choice of the method (cross-validated over indicators)")
_LEVELS = Text("四、各预警级别的兑现情况（默认方法）", "What each alert level meant (first model)")
MODELS = (DEFAULT_MODEL, *YARDSTICKS)


@dataclass(frozen=True)
class BacktestTables:
    """The tables of a backtest: `FORECAST_SCORES`, `VERDICT_SCORES`, `METHOD_CHOICE`, `LEVEL_RATES`.

    `aside` are the rows that were not taken (columns `series_input.ASIDE`), `remarks` what there is to say of the file.
    """

    scores: pd.DataFrame
    verdicts: pd.DataFrame
    choice: pd.DataFrame
    levels: pd.DataFrame
    aside: tuple[dict[str, Any], ...] = ()
    remarks: tuple[Text, ...] = ()

    def write(self, out: Path) -> None:
        """Write the scores to `out` and the others beside it."""
        write_table(self.scores, out)
        write_table(self.verdicts, out.with_name(f"{out.stem}.verdicts.csv"))
        write_table(self.choice, out.with_name(f"{out.stem}.choice.csv"))
        write_table(self.levels, out.with_name(f"{out.stem}.levels.csv"))


def backtest_file(
    source: Path,
    horizon: int,
    models: Sequence[str],
    origins: int,
    start: Callable[[int], None],
    step: Callable[[int], None],
    rules: Path | None = None,
) -> BacktestTables:
    """Backtest models on the series of a CSV file.

    Parameters
    ----------
    source : Path
        A `SERIES_INPUT` table. Scores are averaged over `indicator`, where there is none over the unit.
    horizon : int
        Years held out.
    models : names of models
        The first is the default of the choice.
    origins : int
        How many times, one year further back each.
    start, step : callables
        Told the number of forecasts, then how many more are done.
    rules : Path, optional
        A rules file whose cuts on P(met) make the alert levels, in place of the default's.

    Raises
    ------
    UsageError
        A model is unknown, or no series is long enough.
    """
    names = list(dict.fromkeys(models))
    for name in names:
        check_model(name)
    cuts = read_rules(rules or RULES).cuts
    file = SeriesFile(source)
    table = file.table()
    first = table.groupby("series_id")[["indicator", "unit", "direction"]].first()
    indicator = first["indicator"].where(first["indicator"] != "", first["unit"].replace("", "other"))
    about = dict(zip(first.index, zip(indicator, first["direction"], strict=True), strict=True))
    cut = windows(from_input(table), about, horizon, origins)
    if not any(cut):
        raise _too_short(source, horizon)
    start(len(names) * sum(len(group) for group in cut))
    test = run_backtest(cut, names, step)
    if not test.windows:
        raise _too_short(source, horizon)
    levels = level_rates(test, names[0], cuts)
    scores, verdicts, choice = score_table(test), verdict_table(test), choose(test, names[0])
    return BacktestTables(scores, verdicts, choice, levels, tuple(file.aside), tuple(file.remarks))


def summary(tables: BacktestTables, lang: Lang) -> str:
    """Return the tables as text: scores over all indicators and years, then verdicts, then the choice."""
    overall = (tables.scores["indicator"] == TOTAL) & (tables.scores["horizon"] == 0)
    scores = tables.scores[overall].set_index("model").drop(columns=["indicator", "horizon"])
    if "random_walk" in scores.index:
        scores.insert(3, "crps/rw", scores["crps"] / float(scores["crps"]["random_walk"]))
    choice = tables.choice.set_index("method")[["crps", "against_default", "standard_error", "weights", "chosen"]]
    choice["weights"] = choice["weights"].where(choice.index.str.startswith("pool_"), "")
    parts = (
        (_SCORES, scores.sort_values("crps", kind="stable")),
        (_VERDICTS, tables.verdicts.set_index("method")),
        (_CHOICE, choice),
        (_LEVELS, tables.levels.set_index("level")),
    )
    with pd.option_context("display.width", 200, "display.max_columns", 20, "display.max_colwidth", 120):
        return "\n\n".join(f"{title(lang)}\n{table.round(3).to_string(na_rep='—')}" for title, table in parts)


def _too_short(source: Path, horizon: int) -> Exception:
    least = SHORTEST + horizon
    return usage(
        Text("没有足够长的序列", "no series is long enough"),
        Where(file=shown(source)),
        Text(f"至少一条序列有 {least} 个年度且数值有变化", f"a series of {least} years or more that is not constant"),
        Text("请提供更长的序列，或减小 --horizon。", "Give longer series, or a smaller --horizon."),
    )
