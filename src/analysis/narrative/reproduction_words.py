"""Names of what an opinion compares: the inputs, their fields and settings, and the ways they move."""

from __future__ import annotations

from analysis.exceptions import Text

PARTS = {
    "plan": Text("规划", "plan"),
    "rules": Text("规则", "rules"),
    "data": Text("数据", "data"),
    "settings": Text("设置", "settings"),
}
WAYS = {
    "eases": Text("放宽或向好", "eases"),
    "tightens": Text("收紧或向差", "tightens"),
    "unclear": Text("须看结果", "depends"),
    "none": Text("不影响判定", "wording"),
}
USUAL = Text("通常设置", "the usual settings")
FIELDS = {
    "dropped": Text("删除", "dropped"),
    "added": Text("增加", "added"),
    "rewritten": Text("同一批次内改写", "rewritten within its vintage"),
    "replaced": Text("换用另一批次或来源", "another vintage or source"),
    "value": Text("目标值", "value"),
    "value_upper": Text("目标值上限", "upper value"),
    "comparison": Text("比较方式", "comparison"),
    "year": Text("目标年份", "year"),
    "strength": Text("约束力", "strength"),
    "kind": Text("目标类型", "kind"),
    "baseline_year": Text("基期年份", "baseline year"),
    "unit": Text("单位", "unit"),
    "direction": Text("方向", "direction"),
    "lower": Text("下限", "lower bound"),
    "upper": Text("上限", "upper bound"),
    "numerator": Text("分子", "numerator"),
    "denominator": Text("分母", "denominator"),
    "definition": Text("定义", "definition"),
    "formula": Text("公式", "formula"),
    "decimals": Text("小数位数", "decimals"),
    "statistic": Text("统计类型", "statistic"),
    "end_year": Text("规划末年", "last year of the plan"),
    "start_year": Text("规划首年", "first year of the plan"),
    "source_precedence": Text("来源次序", "order of sources"),
    "minimum_points": Text("预测所需年数", "years needed for a forecast"),
    "on_track": Text("“有望达标”阈值", "cut of on track"),
    "at_risk": Text("“需关注”阈值", "cut of at risk"),
    "unlikely": Text("“预计难以达标”阈值", "cut of unlikely"),
    "borderline": Text("临界宽度", "width of borderline"),
    "near_certain": Text("“可调高目标”阈值", "cut of near certain"),
    "far_short": Text("“偏离较大”阈值", "cut of far short"),
    "baseline_years": Text("基期平均年数", "years of a mean baseline"),
    "false_discovery": Text("错误发现率", "false discovery rate"),
    "level": Text("预警等级", "alert level"),
    "as_of": Text("数据截至年份", "last year of data"),
    "area": Text("评估地区", "area"),
    "as_of_vintage": Text("数据批次", "vintage"),
    "include_unreviewed": Text("计入未经审核的数据", "unreviewed data counted"),
    "round": Text("冻结轮次", "frozen round"),
    "models": Text("预测模型", "models"),
    "audience": Text("发布范围", "audience"),
    "simulated": Text("模拟数据标识", "marked as simulated"),
    "notice": Text("页眉说明", "notice"),
}
