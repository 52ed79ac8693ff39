"""The scenarios as a reader sees them: paces with a direction, people, probabilities; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.exceptions import Lang
from analysis.formats import MISSING, amount, change, plain, probability
from analysis.marks import cell, marked
from analysis.narrative.words import SCENARIO
from analysis.plan import Indicator, Plan, counted


def how(lang: Lang, goal: float) -> str:
    """Return what the scenarios are and are not."""
    said = probability(goal, lang)
    if lang == "zh":
        return (
            "各情景只改变预测分布的中心，宽度不变；步伐从模型的当前水平起算，不从最近一个公布值起算。"
            f"“恰好到达”只有约一半把握，因此另列以{said}概率达标所需的步伐。“每年数量”是与延续现有趋势相比平均每年多或少的人、所、张等，"
            "按全体人群（单位）预计的规模折算；分母是抽样或筛查人数而全体不详的，不折算。情景是假设，不说明怎样做到，也不表示某项措施的作用。"
        )
    return (
        "A scenario moves the middle of the forecast and keeps its width; paces count from the model's present level, "
        f"not from the last published value. To just reach the target is an even bet, hence the pace for {said}. "
        "Counts a year: how many more or fewer people, schools or beds than if things go on, on the projected size of "
        "the whole group; none where the denominator is a sample and the group unknown. A scenario is an assumption: "
        "it says nothing of how to get there, nor what a measure does."
    )


def pace(row: Mapping[Any, Any], indicator: Indicator, lang: Lang) -> str:
    """Return a yearly pace with its direction: points for shares, percent for rates and amounts."""
    value = row["pace"]
    if pd.isna(value):
        return MISSING
    sign = "+" if value > 0 else "−" if value < 0 else ""
    if row["pace_unit"] == "percent_per_year":
        return f"{sign}{plain(abs(value), 1)}%"
    return sign + change(value, indicator.unit, lang, 2)


def people(row: Mapping[Any, Any], indicator: Indicator, lang: Lang, name: str = "people_per_year") -> str:
    """Return how many more or fewer of what an indicator counts, as whole numbers in its own unit."""
    value = row[name]
    if pd.isna(value):
        return MISSING
    if abs(value) < 1e-9:
        return "0"
    shown = counted(indicator, value, lang)
    if abs(value) < 0.5:
        return f"相差{shown}" if lang == "zh" else shown
    more = ("多" if value > 0 else "少") if lang == "zh" else ("more" if value > 0 else "fewer")
    return f"{more}{shown}" if lang == "zh" else f"{shown} {more}"


def target_table(rows: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return the scenarios of one target, a row each, those that cannot be told with the reason."""
    indicator = plan.indicator(plan.target(str(rows["target"].iloc[0])).indicator)
    out = []
    for row in _ordered(rows).to_dict("records"):
        ends = [amount(row[name], indicator.unit, lang, indicator.decimals) for name in ("lower_80", "upper_80")]
        middle = amount(row["median"], indicator.unit, lang, indicator.decimals)
        dash = "—" if lang == "zh" else " to "
        out.append(
            (
                SCENARIO[row["scenario"]](lang),
                pace(row, indicator, lang),
                middle if middle == MISSING else f"{middle}（{dash.join(ends)}）" if lang == "zh" else
                f"{middle} ({dash.join(ends)})",
                probability(row["p_met"], lang),
                people(row, indicator, lang),
                people(row, indicator, lang, "people"),
                row["note" if lang == "zh" else "note_en"],
            )
        )  # fmt: skip
    heads = ["情景", "每年步伐", "目标年预测（80%区间）", "达标概率", "每年数量", "目标年数量", "说明"]
    en = ["Scenario", "A year", "Target year (80% interval)", "P(met)", "Counts a year", "In the target year", "Note"]
    return pd.DataFrame(out, columns=heads if lang == "zh" else en)


def overview_table(
    table: pd.DataFrame, plan: Plan, lang: Lang, goal: float, most_p: float | None = None
) -> pd.DataFrame:
    """Return a row a target, least probable first: P(met) by scenario, the pace needed and the counts it means a year.

    Parameters
    ----------
    table : DataFrame
        A `SCENARIOS` table.
    goal : float
        The probability of the pace needed.
    most_p : float, optional
        Targets with a P(met) of so much or more are left out; those on track by default.
    """
    wide = table.pivot(index="target", columns="scenario", values="p_met")
    needed = {str(row["target"]): row for row in table[table["scenario"] == "needed"].to_dict("records")}
    rows = []
    for id in wide.index[wide["continue"] < (goal if most_p is None else most_p)]:
        target = plan.target(str(id))
        own, indicator = needed[str(id)], plan.indicator(target.indicator)
        place = f"scenarios[{id},needed]"
        shown = pace(own, indicator, lang)
        rows.append(
            (
                float(wide.loc[id, "continue"]),
                target.text(lang),
                *(_p_met(str(id), name, float(wide.loc[id, name]), lang) for name in _SHOWN),
                own["note" if lang == "zh" else "note_en"]
                if shown == MISSING
                else marked("", shown, f"{place}.pace", _pace_form(own, indicator)),
                marked("", people(own, indicator, lang), f"{place}.people_per_year", "people"),
            )
        )
    rows.sort(key=lambda row: row[0])
    said = probability(goal, lang)
    last = (
        [f"以{said}概率达标需每年", "比延续现有趋势每年多或少"]
        if lang == "zh"
        else [f"A year for {said}", "More or fewer a year"]
    )
    head = ["目标" if lang == "zh" else "Target", *(SCENARIO[name](lang) for name in _SHOWN), *last]
    return pd.DataFrame([row[1:] for row in rows], columns=head)


def _p_met(target: str, scenario: str, p: float, lang: Lang) -> str:
    return cell(f"scenarios[{target},{scenario}].p_met", p, lang=lang, form="probability")


def _pace_form(row: Mapping[Any, Any], indicator: Indicator) -> str:
    """Return how `pace` writes it."""
    return "points percent_per_year 1" if row["pace_unit"] == "percent_per_year" else f"points {indicator.unit} 2"


_SHOWN = ("continue", "required", "best_street", "national", "shock")


def sentence(rows: pd.DataFrame, plan: Plan, lang: Lang, goal: float) -> str:
    """Say of one target what goes on as it does, and what pace from now reaches it safely, in counts too."""
    by = {str(row["scenario"]): row for row in rows.to_dict("records")}
    target, needed = plan.target(str(rows["target"].iloc[0])), by["needed"]
    indicator = plan.indicator(target.indicator)
    said, now = probability(goal, lang), probability(by["continue"]["p_met"], lang)
    moves = pace(needed, indicator, lang)
    if lang == "zh":
        text = f"{target.text.zh}延续现有趋势的达标概率为{now}。"
        if moves == MISSING:
            return text + str(needed["note"])
        trend, number = pace(by["continue"], indicator, lang), people(needed, indicator, lang)
        text += f"{needed['note']}从现在起每年{moves}（现有趋势为每年{trend}），达标概率为{said}"
        return text + ("。" if number in (MISSING, "0") else f"，即与现有趋势相比平均每年{number}。")
    text = f"{target.text.en} As things go on, P(met) is {now}. "
    if moves == MISSING:
        return text + str(needed["note_en"])
    kept = f"{needed['note_en']} " if needed["note_en"] else ""
    trend, number = pace(by["continue"], indicator, lang), people(needed, indicator, lang)
    text += f"{kept}With {moves} a year from now (now {trend}) it is {said}"
    return text + ("." if number in (MISSING, "0") else f": {number} a year than as things go.")


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    order = {name: k for k, name in enumerate(SCENARIO)}
    return rows.sort_values("scenario", key=lambda names: names.map(order))


def early_how(lang: Lang) -> str:
    """Return what the early signals are."""
    if lang == "zh":
        return (
            "把今年已有月份（季度）与往年同期比较，估计全年数值的80%区间；“今年应到”是从现在到下一个目标的直线步伐在今年末的数值，"
            "“年末在正确一侧的概率”据此计算。年内数据未经年度审核，只作提示，不改变判定。"
        )
    return (
        "This year's months (or quarters) against the same of earlier years give the 80% interval of the whole year. "
        "'This year' is what the straight way to the next target has at its end; P(right side) is worked out against "
        "it. Data within a year are unaudited: a hint that changes no verdict."
    )


def early_table(table: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return the early signals, or the reason why there is none."""
    rows = []
    for row in table.to_dict("records"):
        one = plan.indicator(str(row["indicator"]))
        quarter = row["parts"] == 4
        period = (
            f"{row['year']}年前{row['done']}{'个季度' if quarter else '个月'}"
            if lang == "zh"
            else f"{row['done']} {'quarters' if quarter else 'months'} of {row['year']}"
        )
        low, middle, high, bound = (
            amount(row[name], one.unit, lang, one.decimals) for name in ("lower_80", "median", "upper_80", "bound")
        )
        dash = "—" if lang == "zh" else " to "
        reason = row["reason" if lang == "zh" else "reason_en"]
        outlook = (
            reason if reason else f"{middle}（{low}{dash}{high}）" if lang == "zh" else f"{middle} ({low}{dash}{high})"
        )
        counts = [MISSING if pd.isna(row[name]) else plain(row[name], 0) for name in ("so_far", "before")]
        gone = MISSING if pd.isna(row["elapsed"]) else f"{row['elapsed']:.0%}"
        rows.append((one.name(lang), period, *counts, gone, outlook, bound, probability(row["p_right"], lang)))
    heads = [
        "指标",
        "时段",
        "今年累计",
        "上年同期",
        "往年同期占全年",
        "全年预计（80%区间）",
        "今年应到",
        "年末在正确一侧的概率",
    ]
    en = [
        "Indicator",
        "Period",
        "So far",
        "Year before",
        "Usually gone",
        "Whole year (80%)",
        "This year",
        "P(right side)",
    ]
    return pd.DataFrame(rows, columns=heads if lang == "zh" else en)
