"""Tables of statistics for readers: indicators by year, by group and by street, and what each indicator means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules
from analysis.data.forms.labels import LABELS, breakdown_name
from analysis.exceptions import Lang, Text
from analysis.formats import MISSING, unit_name
from analysis.marks import cell, observed
from analysis.narrative.words import verdict_of
from analysis.plan import Indicator, Plan
from analysis.schema import BREAKDOWNS, TOTAL, is_total, of_series

SYMBOLS = {
    "zh": [("—", "没有数据或不适用"), ("…", "数据不公开或不足以列出"), ("‰", "千分之一"), ("1/10万", "每十万")],
    "en": [("—", "no data, or not applicable"), ("…", "not published"), ("‰", "per thousand")],
}


def code_name(dimension: str, code: str, lang: Lang) -> str:
    """Return the name of a breakdown code."""
    return breakdown_name(dimension, code)(lang)


def code_names() -> tuple[str, ...]:
    """Return the names of all breakdown codes, in both languages."""
    return tuple(name for own in LABELS.values() for one in own.values() for name in (one.zh, one.en))


def named(one: Indicator, lang: Lang) -> str:
    """Return an indicator's name with its unit."""
    unit = unit_name(one.unit, lang)
    return f"{one.name.zh}（{unit}）" if lang == "zh" else f"{one.name.en} ({unit})"


def by_year(
    observations: pd.DataFrame, plan: Plan, area: str, years: Sequence[int], lang: Lang, domain: str | None = None
) -> pd.DataFrame:
    """Return indicator by year for everybody in one area; indicators without any value in these years are left out."""
    whole = is_total(observations) & (observations["ref_area"] == area)
    own = observations[whole & observations["obs_value"].notna()]
    values = own.set_index(["indicator", "time_period"])["obs_value"].to_dict()
    rows = []
    for one in plan.indicators:
        if domain not in (None, one.domain) or not any((one.id, year) in values for year in years):
            continue
        shown = [
            cell(observed(one.id, area, y), values.get((one.id, y)), decimals=one.decimals, form="plain") for y in years
        ]
        rows.append((named(one, lang), *shown))
    return pd.DataFrame(rows, columns=["指标" if lang == "zh" else "Indicator", *map(str, years)])


def by_group(observations: pd.DataFrame, plan: Plan, area: str, lang: Lang, domain: str | None = None) -> pd.DataFrame:
    """Return indicator by sex, residence and age in the last year with each."""
    own = observations[(observations["ref_area"] == area) & observations["obs_value"].notna()]
    codes = [(name, code) for name in ("sex", "residence", "age") for code in LABELS[name]]
    rows = []
    for one in plan.indicators:
        if domain not in (None, one.domain):
            continue
        mine, cells = own[own["indicator"] == one.id], []
        split = mine[(mine[list(BREAKDOWNS)] != TOTAL).sum(axis=1) == 1]
        if not len(split):
            continue
        year = int(split["time_period"].max())
        for name, code in codes:
            found = split.loc[(split[name] == code) & (split["time_period"] == year), "obs_value"]
            split_by = [code if other == name else TOTAL for other in BREAKDOWNS]
            value = float(found.iloc[0]) if len(found) else None
            cells.append(cell(observed(one.id, area, year, *split_by), value, decimals=one.decimals, form="plain"))
        rows.append((named(one, lang), str(year), *cells))
    heads = ["指标", "年份"] if lang == "zh" else ["Indicator", "Year"]
    table = pd.DataFrame(rows, columns=[*heads, *(code_name(name, code, lang) for name, code in codes)])
    return table.loc[:, [k < 2 or bool((table.iloc[:, k] != MISSING).any()) for k in range(table.shape[1])]]


def by_street(
    observations: pd.DataFrame,
    plan: Plan,
    parts: Sequence[str],
    names: Mapping[str, Text],
    lang: Lang,
    domain: str | None = None,
) -> pd.DataFrame:
    """Return street by indicator in the last year with streets."""
    whole = is_total(observations) & observations["ref_area"].isin(parts)
    own = observations[whole & observations["obs_value"].notna()]
    out = {}
    for one in plan.indicators:
        mine = own[own["indicator"] == one.id]
        if domain not in (None, one.domain) or not len(mine):
            continue
        year = int(mine["time_period"].max())
        last = mine[mine["time_period"] == year].set_index("ref_area")["obs_value"]
        out[f"{named(one, lang)} {year}"] = [
            cell(observed(one.id, code, year), last.get(code), decimals=one.decimals, form="plain") for code in parts
        ]
    table = pd.DataFrame(out)
    if len(table):
        table.insert(
            0, "街道（镇）" if lang == "zh" else "Street", [names.get(code, Text(code, code))(lang) for code in parts]
        )
    return table


def explanations(plan: Plan, lang: Lang, domain: str) -> pd.DataFrame:
    """Return what each indicator of a domain means: definition, formula, unit, source."""
    rows = [
        (one.name(lang), one.definition(lang), one.formula(lang), unit_name(one.unit, lang), one.source(lang))
        for one in plan.indicators
        if one.domain == domain
    ]
    heads = ["指标", "定义", "计算", "单位", "来源"]
    return pd.DataFrame(
        rows, columns=heads if lang == "zh" else ["Indicator", "Definition", "Formula", "Unit", "Source"]
    )


BROKEN = Text("口径变化，不比较", "new definition: not compared")


def broken(row: Mapping[Any, Any], observations: pd.DataFrame) -> bool:
    """Return whether the definition changed between an assessment's baseline and its last year.

    Parameters
    ----------
    row : mapping
        Of the table `assessments`.
    observations : DataFrame
        With status B in the year from which a series is defined anew.
    """
    if pd.isna(row["baseline_year"]) or pd.isna(row["latest_year"]):
        return False
    changed = observations[observations["obs_status"] == "B"]
    years = changed.loc[of_series(changed, row), "time_period"]
    return bool(((years > row["baseline_year"]) & (years <= row["latest_year"])).any())


def ten_years(
    assessments: pd.DataFrame, observations: pd.DataFrame, plan: Plan, rules: Rules, lang: Lang
) -> pd.DataFrame:
    """Return each judged target with baseline, last value, change, target and verdict.

    No change is told across a change of definition.
    """
    rows = []
    for row in assessments[assessments["latest_value"].notna()].to_dict("records"):
        target = plan.target(str(row["target"]))
        one = plan.indicator(target.indicator)
        base, last = row["baseline_value"], row["latest_value"]
        own = f"assessments[{target.id}]"
        change = None if pd.isna(base) else last - base
        moved = cell(f"{own}.latest_value - {own}.baseline_value", change, decimals=one.decimals, form="signed")
        if broken(row, observations):
            moved = BROKEN(lang)
        base, last, goal = (
            cell(f"{own}.{name}", row[name], decimals=one.decimals, form="plain")
            for name in ("baseline_value", "latest_value", "target_value")
        )
        rows.append((target.text(lang), base, last, moved, goal, verdict_of(row, target.kind, rules)(lang)))
    heads = ["目标", "基期", "最近一年", "变化", "目标值", "判定"]
    en = ["Target", "Baseline", "Latest", "Change", "Target value", "Verdict"]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)


CAUSES = {
    "data": Text("资料不足，无法判断", "not enough data to judge"),
    "break": Text("口径变化，前后不可比", "the definition changed: not comparable"),
    "edge": Text("判定临界（概率接近分界，或一例、三年合计即改变判定）", "on the edge of its verdict"),
    "unsteady": Text("现已达到，能否保持没有把握", "at its level now, not safely"),
    "uneven": Text("有的年份没有变好，未做到逐年", "not better in every year"),
    "wrong_way": Text("方向相反", "moved the wrong way"),
    "too_slow": Text("方向一致，速度不够", "the right way, too slowly"),
    "late": Text("曾达到目标水平，后又偏离", "reached once, lost again"),
}


def causes(assessments: pd.DataFrame, observations: pd.DataFrame, plan: Plan) -> dict[str, str]:
    """Return why each target that is missed or in doubt stands where it does, as a code of `CAUSES` by target.

    From the numbers alone: nothing here says what caused them. On the edge is what its row says is; a target was lost
    again where it is not at its level now and was in a year since the baseline.
    """
    out = {}
    for row in assessments[assessments["status"].isin(["at_risk", "off_track", "no_data"])].to_dict("records"):
        target = plan.target(str(row["target"]))
        if row["status"] == "no_data" or pd.isna(row["latest_value"]):
            out[target.id] = "data"
            continue
        better = -1.0 if target.lower_is_better else 1.0
        own = observations[of_series(observations, row)]
        since = own[own["time_period"] > plan.baseline_year]["obs_value"].dropna()
        reached = pd.notna(row["target_value"]) and bool((better * (since - row["target_value"]) >= 0).any())
        moved = better * (row["latest_value"] - row["baseline_value"]) if pd.notna(row["baseline_value"]) else 0.0
        way = "break" if broken(row, observations) else "wrong_way" if moved < 0 else "too_slow"
        lost = "late" if reached and not target.subunit else way  # the whole says nothing of its weakest part
        near = isinstance(row["borderline"], str) and row["borderline"] != ""
        held = "uneven" if target.kind == "direction" and pd.isna(row["p_miss"]) else "unsteady"
        out[target.id] = "edge" if near else held if row["at_target"] == "yes" else lost
    return out
