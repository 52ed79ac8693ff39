"""What the data hold and lack: the completeness matrix and its summary."""

from __future__ import annotations

import pandas as pd

from analysis.exceptions import Lang
from analysis.plan import Plan
from analysis.schema import BREAKDOWNS, TOTAL, is_total

_MARKS_ZH = {"M": "缺报", "B": "口径变化", "S": "特殊事件"}
_MARKS_EN = {"M": "missing", "B": "change of definition", "S": "special event"}


def totals(observations: pd.DataFrame, area: str) -> pd.DataFrame:
    """Return the rows about everybody in one area."""
    whole = is_total(observations)
    return observations[whole & (observations["ref_area"] == area)]


def completeness_matrix(observations: pd.DataFrame, plan: Plan, area: str, lang: Lang = "zh") -> pd.DataFrame:
    """Return indicator by year: 2 a value, 1 reported as missing, 0 no record.

    Every indicator the plan judges by a trend is a row, also one without any data.
    """
    rows = totals(observations, area)
    years = range(int(observations["time_period"].min()), int(observations["time_period"].max()) + 1)
    state = rows.assign(state=rows["obs_value"].notna() + 1).pivot_table(
        index="indicator", columns="time_period", values="state", aggfunc="max"
    )
    wanted = [one.id for one in plan.indicators if one.statistic != "milestone" or one.id in state.index]
    matrix = state.reindex(index=wanted, columns=list(years)).fillna(0).astype(int)
    matrix.index = pd.Index([plan.indicator(id).name(lang) for id in wanted], name="indicator")
    return matrix


def summary(observations: pd.DataFrame, plan: Plan, area: str, lang: Lang = "zh") -> pd.DataFrame:
    """Return one row an indicator: years with a value, first, last, gaps between them, breakdowns, sources."""
    zh = lang == "zh"
    names = (
        ("指标", "有数据年数", "首年", "末年", "中间缺年", "分组数", "来源数")
        if zh
        else ("Indicator", "Years with data", "First", "Last", "Gaps", "Breakdowns", "Sources")
    )
    out = []
    own = totals(observations, area)
    for one in plan.indicators:
        rows = observations[observations["indicator"] == one.id]
        years = sorted(own.loc[(own["indicator"] == one.id) & own["obs_value"].notna(), "time_period"])
        if one.statistic == "milestone" and not len(rows):
            continue
        gaps = (years[-1] - years[0] + 1 - len(set(years))) if years else 0
        groups = rows.groupby(["ref_area", *BREAKDOWNS]).ngroups
        first, last = (years[0], years[-1]) if years else ("—", "—")
        out.append((one.name(lang), len(set(years)), first, last, gaps, groups, rows["source"].nunique()))
    return pd.DataFrame(out, columns=list(names))


def marked(observations: pd.DataFrame, plan: Plan, lang: Lang = "zh") -> pd.DataFrame:
    """Return the rows reported as missing, with a change of definition or in a special event, with their note."""
    zh = lang == "zh"
    names = ("指标", "年份", "标记", "说明") if zh else ("Indicator", "Year", "Mark", "Note")
    words = _MARKS_ZH if zh else _MARKS_EN
    whole = is_total(observations) & (observations["ref_area"] == plan.area)
    rows = observations[whole & observations["obs_status"].isin(list(words))]
    out = [
        (plan.indicator(row["indicator"]).name(lang), row["time_period"], words[row["obs_status"]], row["note"])
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(out, columns=list(names))


def completeness_by_breakdown(observations: pd.DataFrame, plan: Plan, lang: Lang = "zh") -> pd.DataFrame:
    """Return indicator by breakdown: the last year with a value and how many years have one: 2025 (16)."""
    names = {"sex": ("分性别", "Sex"), "age": ("分年龄", "Age"), "residence": ("分城乡", "Urban/rural")}
    areas = ("分街道（镇）", "Streets")
    seen = observations[observations["obs_value"].notna()]
    whole = is_total(seen)
    parts = {names[name][lang == "en"]: seen[seen[name] != TOTAL] for name in names}
    parts[areas[lang == "en"]] = seen[whole & (seen["ref_area"] != plan.area)]
    out = []
    for one in plan.indicators:
        row = [one.name(lang)]
        for rows in parts.values():
            years = sorted(set(rows.loc[rows["indicator"] == one.id, "time_period"]))
            row.append(f"{years[-1]} ({len(years)})" if years else "—")
        if any(value != "—" for value in row[1:]) or one.disaggregations:
            out.append(row)
    return pd.DataFrame(out, columns=["指标" if lang == "zh" else "Indicator", *parts])
