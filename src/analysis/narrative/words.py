"""Fixed words of the reports: statuses, levels, headings, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis.assessment.rules import Rules, printed
from analysis.exceptions import Lang, Text

STATUS = {
    "met": Text("已达标", "Met"),
    "missed": Text("未达标", "Missed"),
    "on_track": Text("有望达标", "On track"),
    "at_risk": Text("需关注", "At risk"),
    "off_track": Text("预计达标困难", "Off track"),
    "open": Text("尚未完成", "Not yet done"),
    "no_data": Text("无法判断", "No data"),
    "qualitative": Text("佐证评定", "By evidence"),
}


def verdict(
    status: str, timing: str = "ahead", at_target: bool | None = None, p_met: float | None = None, kind: str = "",
    unlikely: float = 0.0,
) -> Text:  # fmt: skip
    """Return the verdict in words: what has passed is met or missed, what is ahead is expected.

    Parameters
    ----------
    status, timing, at_target
        As in the assessments table.
    p_met : float, optional
        None where a value stands alone, with too few years for a forecast.
    kind : str
        Of the target: a direction is never reached early, what is to be kept is reached for now, a project is done.
    unlikely : float
        The rules' cut below which a target is unlikely to be met.
    """
    if timing == "due" and status in ("met", "off_track"):
        return Text("达标", "Met") if status == "met" else STATUS["missed"]
    if status == "met":
        return Text("已完成", "Done") if kind == "milestone" else Text("已达到", "Reached")
    if kind == "milestone" and at_target is False:
        return STATUS["open"]
    if p_met is None and status in ("on_track", "off_track"):
        return Text("已达到目标水平", "At the target's level") if status == "on_track" else Text("偏离较大", "Far off")
    if status == "on_track" and at_target and kind not in ("direction", "gap_or_qualitative"):
        return Text("目前达到，有望保持", "Reached, likely to be kept") if kind == "reach_and_hold" else EARLY
    if status == "off_track" and p_met is not None and printed(p_met) < unlikely:
        return UNLIKELY
    return STATUS[status]


EARLY = Text("提前达到", "Reached early")
UNLIKELY = Text("预计难以达标", "Unlikely to be met")


def verdict_of(row: Mapping[Any, Any], kind: str, rules: Rules) -> Text:
    """Return the verdict of a row of the assessments table in words."""
    at = {"yes": True, "no": False}.get(str(row["at_target"]))
    known = row["p_miss"] is not None and row["p_miss"] == row["p_miss"]
    p_met = 1.0 - float(row["p_miss"]) if known else None
    return verdict(str(row["status"]), str(row["timing"]), at, p_met, kind, rules.unlikely)


LEVEL = {
    "red": Text("红色", "Red"),
    "orange": Text("橙色", "Orange"),
    "yellow": Text("黄色", "Yellow"),
    "blue": Text("蓝色", "Blue"),
}
COLUMNS = {
    "target": Text("目标", "Target"),
    "clause": Text("条款", "Clause"),
    "baseline": Text("基线", "Baseline"),
    "latest": Text("最近一年", "Latest"),
    "bound": Text("目标值", "Target value"),
    "forecast": Text("目标年预测（80%区间）", "Forecast for the target year (80% interval)"),
    "p_met": Text("达标概率", "P(met)"),
    "status": Text("判定", "Verdict"),
    "reason": Text("依据", "Evidence"),
    "observed": Text("当年实际值", "Observed"),
    "count": Text("人数", "Count"),
    "note": Text("三年合计与临界情况", "Three years together, edge"),
    "level": Text("等级", "Level"),
    "years": Text("连续预警年数", "Years of alert in a row"),
    "department": Text("牵头部门", "Lead department"),
    "measures": Text("可对照的策略措施", "Linked measures"),
    "domain": Text("领域", "Domain"),
    "total": Text("合计", "Total"),
    "rate_all": Text("占全部", "Of all"),
    "rate_judged": Text("占可评判", "Of judged"),
}
SCENARIO = {
    "continue": Text("延续现有趋势", "As it goes on"),
    "required": Text("恰好到达目标值的步伐", "Pace that just reaches the target"),
    "best_street": Text("最好街道（镇）的步伐", "Pace of the best street"),
    "national": Text("全国的步伐", "Pace of the nation"),
    "shock": Text("特殊事件", "A shock"),
    "needed": Text("有把握达标所需的步伐", "Pace that reaches it safely"),
}
HEADINGS = {
    "method": Text("一、评估工作概况", "1. How the evaluation was done"),
    "overall": Text("二、总体结论", "2. Overall conclusion"),
    "domains": Text("三、分领域进展与目标达标情况", "3. Progress and target achievement by domain"),
    "effects": Text("四、策略措施实施效果", "4. Effect of measures"),
    "experience": Text("五、主要经验", "5. Experience"),
    "trend": Text("六、趋势预测与预警", "6. Trend forecast and alerts"),
    "advice": Text("七、存在问题与对策建议", "7. Problems and advice"),
    "adjustments": Text("八、目标调整建议", "8. Targets to look at again"),
    "limits": Text("九、本次评估未包括的内容", "9. What this evaluation does not cover"),
    "comparison": Text("四、规划实施前后对比", "4. Before and after"),
    "misses": Text("五、未达标目标分析", "5. Misses"),
    "final_effects": Text("六、策略措施实施效果与经验", "6. Measures and experience"),
    "reviewed": Text("七、以往预测回顾", "7. Earlier forecasts reviewed"),
    "next_plan": Text("八、对下一周期规划的建议", "8. Advice for the next plan"),
    "annex_targets": Text("附件一　逐项目标评判表", "Annex 1. Target by target"),
    "annex_method": Text("附件二　数据来源、模型与判定规则", "Annex 2. Sources, model and rules"),
    "annex_measures": Text("附件二　策略措施落实情况", "Annex 2. Measures"),
    "annex_how": Text("附件三　评估方法", "Annex 3. Method"),
}
TITLES = {
    "data_review": Text("数据审核", "Data review"),
    "trend_forecast": Text("趋势预测", "Trend forecast"),
    "target_assessment": Text("目标评判与预警", "Target assessment and alerts"),
    "reproduction": Text("独立复算", "Independent recomputation"),
    "by_hand": Text("由预测表手工复算", "From the stored forecasts by hand"),
    "measure_effects": Text("策略措施实施效果", "Effects of measures"),
    "effects_table": Text("各项措施的检验", "Measure by measure"),
    "effects_one": Text("一项措施", "One measure"),
    "effects_example": Text(
        "实例：加利福尼亚州控烟措施（真实数据）", "A worked example: tobacco control in California (real data)"
    ),
    "other_models": Text("用通用统计模型另算", "With stock models of statsmodels"),
    "scenarios": Text("情景推演", "Scenarios"),
    "reporting_training": Text("规范报送培训", "Reporting, a training"),
    "reports_received": Text("部门报送与评定", "Departments' reports and grades"),
    "reports_owed": Text("报送情况", "Who owes what"),
    "grades_side_by_side": Text("部门自评与评估组评定", "Grades side by side"),
    "evidence_to_ask_for": Text("须补正的佐证文件", "Evidence to ask for"),
    "comments_open": Text("征求意见情况", "Rounds of comments"),
    "scenario_overview": Text("尚无把握的目标：各种步伐下的达标概率", "Targets in doubt: P(met) at several paces"),
    "scenario_target": Text("逐项推演", "Target by target"),
    "early": Text("年内早期信号（月度、季度数据）", "Early signals within the year (monthly, quarterly data)"),
    "completeness": Text("数据完整性", "Completeness"),
    "series": Text("各指标数据概况", "Indicators and their data"),
    "breakdowns": Text("分组数据情况", "Breakdowns"),
    "checks": Text("数据质量检查", "Quality checks"),
    "missing": Text("缺项登记与专项调查建议", "Missing data, and surveys that would fill them"),
    "submissions": Text("报送及时性与待更正数据", "Timeliness and rows to be corrected"),
    "marked": Text("缺报与口径变化", "Missing years and changes of definition"),
    "details": Text("差距、允许发生数与判定稳定性", "Gaps in people, allowed events, stability of the verdicts"),
    "composite": Text("各领域实现程度", "Achievement by domain"),
    "volatility": Text("波动较大的指标", "Volatile indicators"),
    "equity": Text("人群差距", "Gaps between groups"),
    "streets": Text("街道（镇）比较", "Streets and towns"),
    "opinions": Text("公开判定规则的结论", "What published rules would have said"),
    "alert_history": Text("以往预警的兑现情况", "How earlier alerts turned out"),
    "forecast_summary": Text("预测概况", "Forecasts"),
    "charts": Text("分指标预测图", "Charts by indicator"),
    "second_opinions": Text("对照模型（statsmodels）", "Second opinions (statsmodels)"),
    "verdicts": Text("各领域判定", "Verdicts by domain"),
    "open_targets": Text("未到期目标的达标概率", "Probability of meeting the open targets"),
    "alerts": Text("预警清单", "Alerts"),
    "targets": Text("逐项目标评判", "Target by target"),
}
DESIGN = {  # the strongest first
    "synthetic_control": Text("合成控制", "synthetic control"),
    "difference_in_differences": Text("双重差分", "difference in differences"),
    "interrupted_series": Text("间断序列", "interrupted series"),
    "rate_ratio": Text("前后率比", "ratio of rates before and after"),
}
GRADE = {  # the best first
    "strong": Text("强", "Strong"),
    "moderate": Text("中", "Moderate"),
    "weak": Text("弱", "Weak"),
    "none": Text("无法判断", "Cannot be judged"),
}

_SOURCES = {
    "ROLLUP": Text("由下级地区数据汇总", "added up from the areas below"),
    "SIMULATED": Text("模拟数据", "simulated data"),
}


UNITS = Text("单位", "units")
_PARTS = {
    frozenset({"street"}): Text("街道", "subdistricts"),
    frozenset({"town"}): Text("乡镇", "towns"),
    frozenset({"street", "town"}): Text("街道（镇）", "subdistricts and towns"),
    frozenset({"district"}): Text("县（市、区）", "counties"),
    frozenset({"city"}): Text("市（州）", "cities"),
    frozenset({"province"}): Text("省份", "provinces"),
}


def parts_of(levels: Iterable[str]) -> Text:
    """Return the word for the areas below one, by their levels (`AREAS`); units where they are mixed otherwise."""
    return _PARTS.get(frozenset(levels), UNITS)


def source_name(source: str, lang: Lang) -> str:
    """Return a source of observations as a reader knows it: those of this project by name, others as they are."""
    return _SOURCES[source](lang) if source in _SOURCES else source
