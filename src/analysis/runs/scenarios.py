"""The scenarios of a run: made from its stored tables, kept as a table, drawn beside the fan."""

from __future__ import annotations

import pandas as pd

from analysis.assessment.early_targets import early_signals
from analysis.assessment.pace import path_of
from analysis.assessment.reach import valued
from analysis.assessment.scenarios import scenarios_of
from analysis.assessment.world import Shock, World
from analysis.data.monthly import read_monthly
from analysis.exceptions import Lang, Text, Where, usage
from analysis.export import figures
from analysis.export.paths import scenario_chart
from analysis.runs.pipelines import pipeline_of
from analysis.runs.run import Run
from analysis.schema import MEDIAN, series_id


def world_of(run: Run, shock_year: int | None = None, shock_size: float | None = None) -> World:
    """Return what the scenarios of a run are made from."""
    return pipeline_of(run, stored=("forecasts",)).world(Shock(shock_year, shock_size))


def scenarios_run(run: Run, made: World, target: str | None = None) -> pd.DataFrame:
    """Return the scenarios of one open target, or of all; those of all, without a shock given, are kept in the run.

    Raises
    ------
    UsageError
        The target is not open.
    """
    table = pipeline_of(run, stored=("assessments",)).scenarios_in(made, target)
    if target is not None and not len(table):
        raise usage(
            Text(f"目标 {target} 没有可推演的预测", f"no scenario can be told of the target {target}"),
            Where(item="target"),
            Text("未到期、按预测评判的目标编号，见判定表", "the id of an open target that is judged by a forecast"),
            Text("请更正参数 target，或留空。", "Correct the parameter `target`, or leave it empty."),
        )
    if target is None and made.shock == Shock():
        run.save(table, "scenarios")
    return table


def drawn_first(table: pd.DataFrame, most: int) -> list[str]:
    """Return the targets to draw: the least certain ones."""
    own = table[table["scenario"] == "continue"]
    return [str(id) for id in own.assign(doubt=(own["p_met"] - 0.5).abs()).sort_values("doubt")["target"].head(most)]


def show_paths(run: Run, made: World, table: pd.DataFrame, id: str, lang: Lang) -> None:
    """Display the chart of one target's scenarios; nothing where no pace can be told or every unit has to meet it.

    A target without a value of its own has no mark.
    """
    target = run.plan.target(id)
    case = made.case(target)
    evidence, path = case.evidence(), path_of(case.evidence(), case.indicator)
    if path is None or target.subunit:
        return
    bounds = run.table("assessments").set_index("target")["target_value"]
    paths = {
        one.name: {year: float(own[MEDIAN]) for year, own in one.move(evidence).quantiles.items()}
        for one in scenarios_of(made, target, float(bounds[id]))
        if one.move is not None
    }
    name = target.series(run.area)
    history = run.observations[series_id(run.observations) == name]
    start = float(table.loc[table["target"] == id, "start"].iloc[0])
    ends = (path.now, start), (case.year, float(bounds[id]) if valued(target) else None)
    figures.show(scenario_chart(case.indicator, history, evidence.quantiles, paths, *ends, run.notice(lang), lang))


def early_of(run: Run, made: World, monthly: str | None) -> pd.DataFrame | None:
    """Return the early signals of a monthly or quarterly file, by default the run's own; None without one."""
    own = run.folder / "inputs" / "data" / "monthly.csv"
    if monthly is None and not own.is_file():
        return None
    table = early_signals(read_monthly(monthly or own), run.table("assessments"), made)
    return table
