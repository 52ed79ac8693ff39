"""The words of the explorer, in Chinese and English."""

from __future__ import annotations

from analysis.exceptions import Lang, Text
from analysis.explore.view import Assumptions
from analysis.formats import amount
from analysis.models import model_names
from analysis.plan import Indicator, Target

MODELS = {
    "trend_average": Text("参数平均趋势（默认）", "averaged trend (default)"),
    "trend_average_underlying": Text("参数平均趋势，潜在水平", "averaged trend, underlying rate"),
    "random_walk": Text("随机游走", "random walk"),
    "drift": Text("带漂移的随机游走", "random walk with drift"),
    "local_level": Text("局部水平", "local level"),
    "local_linear_trend": Text("局部线性趋势", "local linear trend"),
    "damped_trend": Text("阻尼趋势", "damped trend"),
    "theta": Text("Theta 法", "Theta"),
    "loglinear": Text("对数（逻辑）线性趋势", "log or logit-linear trend"),
    "poisson_trend": Text("泊松趋势", "Poisson trend"),
    "binomial_trend": Text("二项趋势", "binomial trend"),
}
WORDS = {
    "plan": Text("规划", "Plan"),
    "area": Text("地区", "Area"),
    "domain": Text("领域", "Domain"),
    "indicator": Text("指标", "Indicator"),
    "breakdown": Text("分组", "Breakdown"),
    "model": Text("模型", "Model"),
    "until": Text("预测到", "Forecast to"),
    "as_of": Text("数据截至", "Data up to"),
    "vintage": Text("数据版本", "Vintage"),
    "target": Text("目标", "Target"),
    "assumptions": Text("假设（改动后判定随之变化）", "Assumptions (the verdict follows)"),
    "assumed_target": Text("目标值", "Target value"),
    "assumed_baseline": Text("基期值", "Baseline value"),
    "assumed_shocks": Text("特殊事件年份", "Special events"),
    "assumed_denominators": Text("分母年增减%", "Denominator, % a year"),
    "set": Text("假设", "Assume"),
    "reset": Text("恢复原样", "Back to the data"),
    "write": Text("写成 notebook", "Write as a notebook"),
    "written": Text("已写入", "Written to"),
    "latest_vintage": Text("最新", "newest"),
    "tab_chart": Text("图与判定", "Chart and verdict"),
    "tab_flips": Text("什么会改变判定", "What flips it"),
    "tab_rules": Text("公开规则", "Published rules"),
    "tab_residuals": Text("残差检查", "Residuals"),
    "tab_places": Text("街道与全国", "Streets and nation"),
    "no_target": Text("规划中没有可用于该序列的目标。", "No target of the plan is about this series."),
    "no_places": Text("没有下级地区的数据。", "No data of areas below."),
    "no_nation": Text("没有该指标的全国数据。", "No national values of this indicator."),
    "no_trend": Text("项目与里程碑类指标不作趋势预测。", "Projects and milestones are not forecast."),
    "reference": Text("该目标针对全体或全区，此处仅作参照。", "The target is about the whole; here a reference only."),
    "assumed": Text("以下为假设情形，不是规划或数据本身", "An assumed case, not the plan or the data themselves"),
}


def word(name: str, lang: Lang) -> str:
    """Return a word of the explorer."""
    return WORDS[name](lang)


def model_label(name: str, lang: Lang) -> str:
    """Return a model's name for a reader; the code itself where it has none (a pool)."""
    return MODELS[name](lang) if name in MODELS else name


def model_choices(lang: Lang) -> list[tuple[str, str]]:
    """Return every model's label and name."""
    return [(model_label(name, lang), name) for name in model_names()]


def assumed_words(assume: Assumptions, indicator: Indicator, target: Target | None, lang: Lang) -> str:
    """Return the assumptions as a sentence, empty where there are none."""
    zh, parts = lang == "zh", []
    if assume.target is not None and target is not None:
        value = amount(assume.target, target.unit, lang, max(indicator.decimals, 1))
        parts.append(f"目标值{value}" if zh else f"target {value}")
    if assume.baseline is not None:
        value = amount(assume.baseline, indicator.unit, lang, indicator.decimals)
        parts.append(f"基期值{value}" if zh else f"baseline {value}")
    if assume.shocks is not None:
        years = ("、" if zh else ", ").join(map(str, assume.shocks)) or ("无" if zh else "none")
        parts.append(f"特殊事件年份{years}" if zh else f"special events {years}")
    if assume.denominators is not None:
        path = f"{assume.denominators:+.1f}%"
        parts.append(f"分母每年{path}" if zh else f"denominator {path} a year")
    if not parts:
        return ""
    return f"假设{'、'.join(parts)}：" if zh else f"Assuming {', '.join(parts)}: "
