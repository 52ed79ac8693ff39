"""What the notebook on effects of measures shows beside its charts: what is looked at, and the worked example."""

from __future__ import annotations

import pandas as pd

from analysis.effects import Effect
from analysis.effects.synthetic import HEAVY, Synthetic
from analysis.exceptions import Lang
from analysis.export.sections import paragraph
from analysis.formats import change, unit_name
from analysis.plan import Indicator, Measure

EXAMPLE_TITLES = {
    "zh": {
        "twin": "加利福尼亚州人均卷烟销量与合成对照",
        "space": "空间安慰剂：各州与各自合成对照的差距",
        "time": "时间安慰剂：假设措施更早开始",
        "parallel": "平行趋势：加利福尼亚州与其余38州",
        "starts": "对起始年份的敏感性（合成控制）",
    },
    "en": {
        "twin": "Cigarette sales in California and its synthetic control",
        "space": "Placebo in space: gap of each state to its own synthetic control",
        "time": "Placebo in time: had the measure begun earlier",
        "parallel": "Parallel trends: California and the 38 other states",
        "starts": "Sensitivity to the start year (synthetic control)",
    },
}


def packs(lang: Lang) -> tuple[str, int]:
    """Return the unit of the worked example, and its decimals."""
    return ("包/人" if lang == "zh" else "packs a person"), 1


def unit_of(indicator: Indicator, lang: Lang) -> tuple[str, int]:
    """Return the unit a change of an indicator is said in (points for shares), and its decimals."""
    return change(0.0, indicator.unit, lang, 0).lstrip("0").strip(), indicator.decimals


def titled(indicator: Indicator, lang: Lang) -> tuple[str, str]:
    """Return title and axis of a chart of an indicator."""
    return indicator.name(lang), unit_name(indicator.unit, lang)


def starts_title(indicator: Indicator, effect: Effect, lang: Lang) -> tuple[str, str]:
    """Return title and axis of the chart of an indicator's effect by start year."""
    zh = lang == "zh"
    ratio = "比值" if zh else "Ratio"
    title = f"{indicator.name.zh}：对起始年份的敏感性" if zh else f"{indicator.name.en}: sensitivity to the start year"
    return title, ratio if effect.scale == "ratio" else unit_name(indicator.unit, lang)


def focus_text(measure: Measure | None, indicator: Indicator | None, start: int, lang: Lang) -> str:
    """Return which measure and indicator is looked at, and from which year the measure counts."""
    zh = lang == "zh"
    if indicator is None:
        none = "本规划没有带年度指标的策略措施；可用参数 indicator 指定一项指标。"
        return paragraph(none if zh else "The plan has no measure with an annual indicator; name one by `indicator`.")
    which = f"{measure.clause}　{measure.title(lang)}" if measure else ("未指定" if zh else "none named")
    if zh:
        return paragraph(f"措施：{which}。指标：{indicator.name.zh}。起始年份：{start}年。")
    return paragraph(f"Measure: {which}. Indicator: {indicator.name.en}. From {start} on.")


def example_text(lang: Lang) -> str:
    """Return what the worked example is, whence, and what was published of it."""
    if lang == "zh":
        return paragraph(
            "加利福尼亚州自1989年起提高卷烟税并开展控烟项目（第99号提案）。数据为39个州1970—2000年人均卷烟销量（包），"
            "来自 R 软件包 synthdid（BSD-3-Clause，斯坦福大学），"
            "原始资料为 Abadie、Diamond、Hainmueller（JASA 105，2010）。"
            "公开发表的估计（Arkhangelsky 等，AER 111，2021，表1）：双重差分−27.3，合成控制−19.6，均只用销量本身。"
        )
    return paragraph(
        "California raised its cigarette tax and began a tobacco control programme in 1989 (Proposition 99). Packs "
        "sold a person in 39 states, 1970-2000, from the R package synthdid (BSD-3-Clause, Stanford University), after "
        "Abadie, Diamond, Hainmueller, JASA 105 (2010). Published estimates (Arkhangelsky et al., AER 111, 2021, "
        "Table 1): difference in differences −27.3, synthetic control −19.6, both from sales alone."
    )


def weights_table(found: Synthetic, lang: Lang) -> pd.DataFrame:
    """Return the donors that carry weight, the heaviest first."""
    own = found.weights[found.weights > HEAVY].sort_values(ascending=False, kind="stable")
    heads = ["对照地区", "权重"] if lang == "zh" else ["Donor", "Weight"]
    return pd.DataFrame([(name, f"{weight:.3f}") for name, weight in own.items()], columns=heads)
