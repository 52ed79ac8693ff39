"""What the notebook of a report on many areas calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from analysis.assessment.equity import funnel
from analysis.assessment.league import league
from analysis.data.areas import AreaTree
from analysis.data.observations import BORDERS
from analysis.exceptions import Lang, Text, Where, usage
from analysis.export.districts import MOST
from analysis.narrative.region_facts import RegionFacts
from analysis.narrative.region_targets import target_rows
from analysis.places import shown
from analysis.plan import Indicator
from analysis.runs.run import Run
from analysis.schema import ASSESSMENTS, ROLLUP, SUMMARY, SUPPORT, is_total, read_table

_FUNNELS, _LEAST_FUNNELS, _HISTORIES, _PANELS = 6, 2, 4, 30


def region_facts(run: Run) -> RegionFacts:
    """Return the facts of the districts of a run on an area made of them.

    Raises
    ------
    UsageError
        The run is of a single district.
    """
    data = run.folder / "inputs" / "data"
    if not (data / "summary.csv").is_file():
        raise usage(
            Text("该运行不含县区评估结果", "the run holds no evaluations of districts"),
            Where(file=shown(data)),
            Text("由 workbench evaluate --below 生成的市、省运行", "a run of a city or province made by --below"),
            Text("请先执行 workbench evaluate --below 地区代码。", "Run `workbench evaluate --below CODE` first."),
        )
    verdicts = read_table(data / "verdicts.csv", ASSESSMENTS, trusted=True)
    summary = read_table(data / "summary.csv", SUMMARY, trusted=True)
    support = data / "support.csv"  # not there in runs made before
    return RegionFacts(
        plan=run.plan,
        summary=summary,
        league=league(verdicts[verdicts["ref_area"].isin(districts(run))]),
        verdicts=verdicts,
        funnel=funnel(run.observations, run.plan, districts(run)),
        rollup=read_table(data / "rollup.csv", ROLLUP, trusted=True),
        support=read_table(support, SUPPORT, trusted=True) if support.is_file() else SUPPORT.empty(),
        names=run.dataset.area_names,
    )


def districts(run: Run) -> list[str]:
    """Return the districts below the run's area."""
    return AreaTree.of(run.dataset.areas).districts(run.area)


def save(run: Run, facts: RegionFacts) -> None:
    """Keep the tables of the report in the run."""
    for name in ("league", "summary", "rollup"):
        run.save(getattr(facts, name), name)
    run.save(facts.funnel, "district_funnel")


def borders(run: Run) -> dict[str, Any] | None:
    """Return the borders of the run's districts as GeoJSON, None where none are given."""
    path = run.folder / "inputs" / "data" / BORDERS
    if not path.is_file():
        return None
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    own = set(districts(run))
    kept = [one for one in loaded["features"] if str(one["properties"].get("code")) in own]
    return {**loaded, "features": kept} if kept else None


def shares(facts: RegionFacts) -> dict[str, float]:
    """Return the share of targets likely to be met, by district."""
    return dict(zip(facts.league["ref_area"], facts.league["share_met"], strict=True))


def pages(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the rows of as many districts as fit one picture, in order of rank or code."""
    by = "rank" if "rank" in table else "ref_area"
    codes = list(dict.fromkeys(table.sort_values([by, "ref_area"])["ref_area"]))
    for first in range(0, len(codes), MOST):
        yield table[table["ref_area"].isin(codes[first : first + MOST])]


def columns(facts: RegionFacts, lang: Lang) -> list[tuple[str, str]]:
    """Return id and short name of the targets with data, those in doubt in most districts first."""
    out, most = [], 14 if lang == "zh" else 26
    for id in target_rows(facts).index:
        target = facts.plan.target(str(id))
        name = facts.plan.indicator(target.indicator).name(lang)
        short = name if len(name) <= most else name[: most - 1] + "…"
        out.append((str(id), f"{short} {target.year or ''}".strip()))
    return out


def funnels(run: Run, facts: RegionFacts, lang: Lang) -> Iterator[tuple[Any, ...]]:
    """Yield the funnel charts: of indicators with districts beyond the limits, else of those that are spread widest."""
    table = facts.funnel
    outside = (table["obs_value"] < table["low_95"]) | (table["obs_value"] > table["high_95"])
    order = (table["label"] != "within") * 1e6 + outside * 1e3
    ranked = order.groupby(table["indicator"]).sum() + np.tanh(table.groupby("indicator")["phi"].first() / 1e4)
    shown_ = int((ranked >= 1e3).sum())
    for one in _most(ranked, facts, min(max(shown_, _LEAST_FUNNELS), _FUNNELS)):
        yield facts.funnel[facts.funnel["indicator"] == one.id], one, facts.names, run.notice(lang), lang


def histories(run: Run, facts: RegionFacts, lang: Lang) -> Iterator[tuple[Any, ...]]:
    """Yield small multiples of the indicators in doubt in most districts: a panel a district, or a city where many."""
    own = districts(run)
    panels = own if len(own) <= _PANELS else run.dataset.parts_of(run.area)
    observed = run.observations
    whole = observed[is_total(observed) & observed["obs_value"].notna()]
    doubt = [facts.plan.target(str(id)).indicator for id in target_rows(facts).index]
    for one in _most(pd.Series(1, index=list(dict.fromkeys(doubt))), facts, _HISTORIES):
        rows = whole[whole["indicator"] == one.id]
        parts = rows[rows["ref_area"].isin(panels)]
        if len(parts):
            yield parts, one, facts.names, rows[rows["ref_area"] == run.area], run.notice(lang), lang


def _most(counts: pd.Series, facts: RegionFacts, most: int) -> list[Indicator]:
    ordered = counts.reset_index().set_axis(["id", "n"], axis=1).sort_values("n", ascending=False, kind="stable")
    return [facts.plan.indicator(str(id)) for id in ordered["id"].head(most)]
