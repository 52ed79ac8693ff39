"""What the notebooks of a run call: forecast its series, judge its targets, collect its facts."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from analysis import __version__
from analysis.assessment.evidence import Library
from analysis.assessment.probability import p_bound
from analysis.data.observations import AREAS
from analysis.exceptions import Lang, Text, Where, usage
from analysis.export import figures
from analysis.formats import probability
from analysis.marks import unmarked
from analysis.models import DEFAULT_MODEL
from analysis.models.from_tables import from_observations
from analysis.models.registry import model
from analysis.narrative.collecting import collect
from analysis.narrative.facts import Facts
from analysis.narrative.lagging import lagging
from analysis.narrative.suppression import RULE
from analysis.narrative.target_facts import Around
from analysis.narrative.wording import overall
from analysis.narrative.words import parts_of
from analysis.pipeline.withheld import suppressed
from analysis.plan import Indicator, Target
from analysis.runs.files import write_bytes
from analysis.runs.held import held
from analysis.runs.kinds import FACTS
from analysis.runs.pipelines import pipeline_of
from analysis.runs.reported import save_reported
from analysis.runs.run import Run
from analysis.runs.scratch import is_closed
from analysis.schema import BREAKDOWNS, TOTAL, read_table, series_id

_JUDGED = ("assessments", "alerts", "volatility", "details", "composite", "opinions", "equity", "funnel")


def forecast_run(run: Run, model_name: str = DEFAULT_MODEL) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Forecast every series of the run to the plan's last year, by the frozen method where the run is of a round.

    Returns
    -------
    forecasts, no_data : DataFrame
        Also saved in the run.
    """
    frozen = run.round
    if frozen is not None and model_name not in (DEFAULT_MODEL, frozen.model):
        raise usage(
            Text(f"轮次 {frozen.id} 冻结的模型是 {frozen.model}", f"the round {frozen.id} is frozen on {frozen.model}"),
            Where(item=f"model = {model_name}"),
            Text("冻结的模型，或不属于任何轮次的运行", "the frozen model, or a run of no round"),
            Text("请改用冻结的模型，或不带 --round 另行运行。", "Use the frozen model, or run without --round."),
        )
    made = pipeline_of(run, frozen.model if frozen else model_name)
    forecasts, failed = made.forecasts, made.no_data
    run.save(forecasts, "forecasts")
    run.save(failed, "no_data")
    return forecasts, failed


def judge_run(run: Run) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge every target of the run from its stored forecasts; returns and saves assessments and alerts."""
    made = pipeline_of(run, stored=("forecasts",))
    for name in _JUDGED:
        run.save(made.table(name), name)
    save_reported(run, made.assessments)
    return made.assessments, made.alerts


def facts_of(run: Run) -> Facts:
    """Return the facts of the run's report, from its stored tables; effects of measures once notebook 06 was run."""
    tables = map(run.table_file, FACTS)
    files = [run.folder / "inputs" / "plan", run.folder / "inputs" / "data", run.folder / "inputs" / "rules.yaml"]
    files += [path for path in tables if path.is_file()]
    # held as bytes: whoever writes a document adds values to its facts
    known = held(run.folder, f"facts of {run.area} in {run.as_of}", files, lambda: pickle.dumps(_facts_of(run)))
    facts: Facts = pickle.loads(known)
    return facts


def _facts_of(run: Run) -> Facts:
    tested = run.table_file("effects").is_file()
    facts = collect(
        run.plan,
        run.table("observations"),
        run.table("assessments"),
        run.table("alerts"),
        run.as_of,
        _area_name(run),
        run.notice,
        run.rules,
        tuple(run.values("forecasts", "model")),
        run.table("effects") if tested else None,
        run.table("details"),
        _around(run),
    )
    data = str(run.record.get("data") or "")
    quoted = (*facts.phrases, data) if data else facts.phrases  # the yearbook names the data folder
    if run.public:
        quoted = (*quoted, RULE.zh, RULE.en)
        facts = replace(facts, suppressed=suppressed(run.table("observations"), run.table("assessments")))
    facts = replace(facts, data=data, reviewed=run.dataset.reviewed, phrases=quoted)
    return replace(facts, elsewhere=run.area != run.plan.area)


def _area_name(run: Run) -> Text:
    """Return the name of the area as the data have it, else, for the plan's own area, as the plan has it."""
    unnamed = run.area not in set(run.dataset.areas["code"])
    return run.plan.area_name if unnamed and run.area == run.plan.area else run.dataset.area_name(run.area)


def _around(run: Run) -> Around:
    names = {str(code): run.dataset.area_name(code) for code in run.dataset.areas["code"]}
    kept = run.table_file("equity").is_file() and run.table_file("funnel").is_file()
    below = run.dataset.areas[run.dataset.areas["parent"] == run.area]
    parts = parts_of(below["level"].astype(str))
    lags = lagging(run.table("equity"), run.table("funnel"), run.plan, names, parts) if kept else {}
    return Around(names, _larger(run), lags, parts)


def _larger(run: Run) -> Text:
    """Return the name of the area whose values stand beside the run's; empty without one."""
    file = run.folder / "inputs" / "benchmark" / "areas.csv"
    if not file.is_file():
        return Text("", "")
    areas = read_table(file, AREAS, trusted=True)
    top = areas[~areas["parent"].isin(set(areas["code"]))].head(1)
    return next((Text(*names) for names in zip(top["name_zh"], top["name_en"], strict=True)), Text("", ""))


def read_ahead(folder: Path) -> None:
    """Read all there is of a run whose verdicts are there, for the processes forked from this one (`runs.held`)."""
    run = Run(folder)
    facts_of(run)
    for path in (folder / "tables").glob("*.csv"):
        run.table(path.stem)


def summary(folder: Path, lang: Lang) -> str:
    """Return the counts of a finished run in one or two lines."""
    run = Run(folder)
    notice = run.notice(lang)
    return "\n".join(filter(None, [notice and f"【{notice}】", unmarked(overall(facts_of(run), lang)[1])]))


Chart = tuple[Indicator, pd.DataFrame, pd.DataFrame, list[Target], dict[str, float]]


def charted(run: Run, judged: bool = True) -> Iterator[Chart]:
    """Yield for each indicator with a trend its fan chart: indicator, history, forecast, targets and their values.

    `judged` targets stand where the assessment put them; without it, those stated as a plain bound.
    """
    observed, forecasts = run.table("observations"), run.table("forecasts")
    bounds = _bounds(run, judged)
    observed = observed.assign(series_id=series_id(observed))
    for indicator in run.plan.indicators:
        name = "|".join([indicator.id, run.area, *[TOTAL] * len(BREAKDOWNS)])
        history = observed[observed["series_id"] == name]
        targets = [t for t in run.plan.targets if t.indicator == indicator.id and t.comparison != "narrow"]
        if history["obs_value"].notna().sum() < 2:
            continue
        own = {one.id: bounds[one.id] for one in targets if one.id in bounds}
        enough = history["obs_value"].notna().sum() >= run.rules.minimum_points
        ahead = forecasts[(forecasts["series_id"] == name) & enough]  # what is not judged by a forecast shows none
        yield indicator, history, ahead, targets, own


def show_fan(run: Run, chart: Chart, lang: Lang, caption: str = "", id: str = "") -> None:
    """Display a fan chart in the notebook; the run keeps its picture, drawn once for all notebooks that show it."""
    indicator, history, forecast, targets, bounds = chart
    tables = "".join(table.to_csv(index=False, float_format="%.10g") for table in (history, forecast))
    key = (indicator, tables, targets, sorted(bounds.items()), run.notice(lang), lang, __version__)
    saved = run.folder / "charts" / f"{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.png"
    if saved.is_file():
        content = saved.read_bytes()
    else:
        content = figures.png(figures.fan_chart(*chart, notice=run.notice(lang), lang=lang))
        if not is_closed(run.folder):
            write_bytes(content, saved)
    figures.show_png(content, caption or figures.fan_title(indicator, lang), id)


def _bounds(run: Run, judged: bool) -> dict[str, float]:
    """Return targets on their indicator's scale: as judged where that is done, else those stated as a plain bound."""
    if judged and run.table_file("assessments").is_file():
        table = run.table("assessments").dropna(subset=["target_value"])
        return dict(zip(table["target"], table["target_value"], strict=True))
    return {t.id: t.value for t in run.plan.targets if t.is_plain and t.value is not None}


def forecast_summary(run: Run, lang: Lang) -> pd.DataFrame:
    """Return how many series were forecast, by which model, and how many could not be, with the reason."""
    forecasts, failed = run.table("forecasts"), run.table("no_data")
    done = forecasts.groupby("model")["series_id"].nunique()
    rows = [(str(name), int(count), "已预测" if lang == "zh" else "forecast") for name, count in done.items()]
    reasons = failed.groupby("reason_zh" if lang == "zh" else "reason_en").size()
    rows += [("—", int(count), str(reason)) for reason, count in reasons.items()]
    return pd.DataFrame(rows, columns=["模型", "序列数", "结果"] if lang == "zh" else ["Model", "Series", "Result"])


def second_opinions(run: Run, lang: Lang, families: tuple[str, ...] = ("local_level", "loglinear")) -> pd.DataFrame:
    """Return P(met) of the plainly bounded, still open targets by the default model and by statsmodels' families."""
    plan = run.plan
    library = Library(run.observations, run.table("forecasts"), run.as_of)
    bounds = {one.id: one.upper for one in plan.indicators}
    series = {one.name: one for one in from_observations(run.observations, bounds, run.as_of)}
    rows = []
    for target in plan.targets:
        name = target.series(run.area)
        own = series.get(name)
        if not target.is_plain or own is None or len(own) < run.rules.minimum_points or target.year is None:
            continue
        evidence = library.get(target.indicator, run.area, *target.breakdown)
        if target.year not in evidence.quantiles or target.value is None:
            continue
        row = [plan.indicator(target.indicator).name(lang), target.year]
        row.append(probability(p_bound(evidence, target.year, target.comparison, target.value), lang))
        for family in families:
            other = model(family).forecast(own, target.year - own.origin)
            p = other.cdf(target.year, target.value)
            row.append(probability(p if target.lower_is_better else 1 - p, lang))
        rows.append(row)
    head = ["指标", "目标年份"] if lang == "zh" else ["Indicator", "Target year"]
    return pd.DataFrame(rows, columns=[*head, DEFAULT_MODEL, *families])
