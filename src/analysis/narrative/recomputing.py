"""What the notebook of independent recomputation says and shows; it calculates nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text, Where, no_such
from analysis.formats import MISSING, probability
from analysis.plan import Plan
from analysis.schema import series_id

_KINDS = ("upper_bound", "lower_bound")


def plainly_bounded(judged: pd.DataFrame, plan: Plan, as_of: int) -> pd.DataFrame:
    """Return the open targets that are one bound in one year: what can be recomputed on a sheet of paper.

    Parameters
    ----------
    judged : DataFrame
        The assessments table.

    Returns
    -------
    DataFrame
        Those rows with `series_id` and `unit`, the least certain first.
    """
    plain = {one.id: one.kind in _KINDS and one.is_plain for one in plan.targets}
    units = {one.id: one.unit for one in plan.indicators}
    own = judged[
        judged["target"].map(plain).astype(bool) & (judged["target_year"] > as_of) & judged["forecast"].notna()
    ]
    doubt = (own["p_miss"] - 0.5).abs()
    own = own.assign(series_id=series_id(own), unit=own["indicator"].map(units), doubt=doubt)
    return own.sort_values(["doubt", "target"], kind="stable").drop(columns="doubt").reset_index(drop=True)


def chosen(compared: pd.DataFrame, target: str | None) -> dict[str, Any]:
    """Return the row of a target, of one of middling certainty where none is named; a `UsageError` lists the known."""
    rows = compared if target is None else compared[compared["target"] == target]
    if not len(rows):
        what = Text("不能逐步复算的目标", "a target that cannot be recomputed step by step:")
        raise no_such(what, str(target), compared["target"].astype(str), Where(item="target"))
    return {str(name): value for name, value in rows.iloc[len(rows) // 2].to_dict().items()}


def how_by_hand(lang: Lang) -> str:
    """Return how P(met) follows from the stored quantiles."""
    if lang == "zh":
        return (
            "每个目标年份的预测保存为23个分位数。把分位数水平换成标准正态分数，目标值在分位数之间按直线取得其分数，"
            "再换回概率，就是达标概率。以下各行只用预测表和这一步算术。"
        )
    return (
        "The forecast of a target year is stored as 23 quantiles. With their levels as normal scores, the score of the "
        "target's value lies on the straight line between its neighbours; turned back into a probability it is P(met)."
    )


def by_hand_table(compared: pd.DataFrame, plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return each target's stored P(met) beside the one recomputed from `compared` (columns stored, by_hand, apart)."""
    rows = []
    for row in compared.to_dict("records"):
        numbers = (f"{row['stored']:.6f}", f"{row['by_hand']:.6f}", f"{row['apart']:.0e}")
        rows.append((plan.target(row["target"]).text(lang), int(row["target_year"]), *numbers))
    zh = ["目标", "目标年份", "报告中的达标概率", "手工复算", "相差"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else ["Target", "Year", "P(met) stored", "By hand", "Apart"])


def how_far(largest: float, lang: Lang) -> str:
    """Return how far the recomputed probabilities are from the stored ones at most."""
    if largest != largest:
        return "没有可逐步复算的未到期目标。" if lang == "zh" else "No open target can be recomputed step by step."
    if lang == "zh":
        return f"最大相差{largest:.1e}；预测表和判定表保留10位有效数字，相差应在1e-8以内。"
    return f"At most {largest:.1e} apart; the tables hold ten significant digits, so it should be within 1e-8."


def how_other_models(lang: Lang) -> str:
    """Return what is asked of the stock models."""
    if lang == "zh":
        return (
            "对其中一个目标，另用三个通用模型（指数平滑、状态空间、回归直线）在对数或logit尺度上预测到目标年份。"
            "它们不借用其他序列的信息，也不计小样本的偶然性，因此不会与报告相同；看的是方向是否一致。"
        )
    return (
        "For one of the targets three stock models (exponential smoothing, state space, straight line) forecast the "
        "target year on the log or logit scale. They learn from no other series and know nothing of small counts, so "
        "they will not agree to the digit; the question is whether they point the same way."
    )


def other_models_table(one: Mapping[str, Any], others: Mapping[str, float], plan: Plan, lang: Lang) -> pd.DataFrame:
    """Return P(met) of one target as reported and by each stock model, with how far apart they are."""
    reported = float(one["stored"])
    first = "报告（本项目模型）" if lang == "zh" else "Reported (this project's model)"
    rows = [(first, probability(reported, lang), MISSING)]
    rows += [(name, probability(p, lang), f"{100 * (p - reported):+.0f}") for name, p in others.items()]
    name = plan.target(str(one["target"])).text(lang)
    zh = [f"模型（目标：{name}）", "达标概率", "与报告相差（百分点）"]
    en = [f"Model (target: {name})", "P(met)", "Against the report (points)"]
    return pd.DataFrame(rows, columns=zh if lang == "zh" else en)


def how_to_read(one: Mapping[str, Any], others: Mapping[str, float], lang: Lang) -> str:
    """Return whether the stock models point the same way as the report."""
    reported = float(one["stored"])
    same = sum((p >= 0.5) == (reported >= 0.5) for p in others.values())
    if lang == "zh":
        return f"以0.5为界，{len(others)}个通用模型中有{same}个与报告方向一致。"
    return f"With 0.5 as the line, {same} of the {len(others)} stock models point the same way as the report."
