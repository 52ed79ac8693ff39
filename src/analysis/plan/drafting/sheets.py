"""The sheets of the workbook to review: columns in Chinese, choices, how a shown cell becomes a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.formats import UNIT_NAMES, unit_name
from analysis.plan.clause_words import GAP_DIMENSIONS, MANNERS
from analysis.plan.drafting.found import ASK, LIKELY, SURE
from analysis.plan.targets import KINDS

TAKE, LEAVE = "取", "不取"
COMPARISONS = {
    "<=": "不高于（≤）",
    "<": "低于（＜）",
    ">=": "不低于（≥）",
    ">": "高于（＞）",
    "=": "等于",
    "down": "下降",
    "up": "上升",
    "narrow": "差距缩小",
    "done": "完成",
}
_YES_NO = {"yes": "是", "no": "否"}
_UNITS = (*UNIT_NAMES, "percentage_points", "percent_of_baseline", "percent_per_year")
FIXED: Mapping[str, Mapping[str, str]] = {  # by column: what is shown, by code
    "take": {TAKE: TAKE, LEAVE: LEAVE},
    "sure": {SURE: SURE, LIKELY: LIKELY, ASK: ASK},
    "kind": {kind: cls.title.zh for kind, cls in KINDS.items()},
    "comparison": COMPARISONS,
    "unit": {unit: f"{unit_name(unit)}｜{unit}" for unit in _UNITS},
    "year_assumed": _YES_NO,
    "confirmed": _YES_NO,
    "sample": _YES_NO,
    "partial": _YES_NO,
    "strength": {"hard": "约束（硬）", "soft": "力争（软）"},
    "sex": {"_T": "全部", "M": "男", "F": "女"},
    "residence": {"_T": "全部", "U": "城镇", "R": "农村"},
    "age": {"_T": "全部"},
    "group": {"_T": "全部"},
    "manner": {code: text.zh for code, text in MANNERS.items()},
    "gap_dimensions": {code: text.zh for code, text in GAP_DIMENSIONS.items()},
    "direction": {"lower_is_better": "越低越好", "higher_is_better": "越高越好"},
    "period_type": {"calendar_year": "日历年", "school_year": "学年"},
    "statistic": {
        "poisson": "件数与人口之比（罕见事件）",
        "binomial": "比例",
        "ratio": "比值",
        "amount": "数额",
        "count": "个数",
        "milestone": "办成与否",
    },
}
OPEN_LISTS = ("age", "group")  # further codes may be written
SEVERAL = ("gap_dimensions", "departments", "goals", "indicators", "conflicts_with", "areas", "disaggregations")
REFERS = {  # columns that name a row of another sheet
    "domain": ("domains",),
    "department": ("departments",),
    "indicator": ("indicators",),
    "parent": ("goals", "measures"),
}


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: the name in the plan's table (empty or own ones are not written), heading, width."""

    name: str
    heading: str
    width: int
    own: bool = False  # of the workbook alone: not part of the plan's tables


@dataclass(frozen=True)
class BookSheet:
    """A sheet: its title, the table it holds, its columns."""

    title: str
    table: str
    columns: tuple[SheetColumn, ...]
    freeze: str = "A2"
    key: str = field(default="id")

    def place(self, name: str) -> int:
        """Return the number of the column of a name, counted from 1; 0 where there is none."""
        return next((place for place, one in enumerate(self.columns, 1) if one.name == name), 0)


def _columns(*parts: tuple[str, str, int] | tuple[str, str, int, bool]) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(*part) for part in parts)


GUIDE, HEAD, LISTS, NUMERALS = "先看这里", "规划", "_选项", "数字清单"
_CLAUSE = (
    ("number", "序号", 6),
    ("title_zh", "标题", 40),
    ("clause", "条款", 18),
    ("departments", "责任部门（分号分隔）", 22),
)
_ENGLISH = (("title_en", "英文标题（可空）", 20),)
_TEXTS = (
    ("name", "名称"),
    ("definition", "定义"),
    ("source", "来源"),
    ("numerator", "分子"),
    ("denominator", "分母"),
    ("formula", "公式"),
    ("count_unit", "计数单位"),
)
_OWN = ("own", "原文", 70, True)

DOMAINS = BookSheet(
    "领域", "domains", _columns(("id", "编号", 14), ("title_zh", "名称", 30), ("title_en", "英文名称（可空）", 30))
)
GOALS = BookSheet(
    "目标",
    "goals",
    _columns(("id", "编号", 18), ("domain", "领域", 20), *_CLAUSE, *_ENGLISH, _OWN),
    "C2",
)
TARGETS = BookSheet(
    "具体目标",
    "targets",
    _columns(
        ("take", "取否", 6, True),
        ("sure", "把握", 8, True),
        ("id", "编号", 20),
        ("own", "原句", 46, True),
        ("why", "需要核对的", 36, True),
        ("indicator", "指标", 30),
        ("kind", "目标类型", 18),
        ("comparison", "比较", 13),
        ("value", "目标值", 9),
        ("value_upper", "区间上限", 9),
        ("unit", "单位", 18),
        ("year", "目标年份", 9),
        ("year_assumed", "年份为推定", 9),
        ("baseline_year", "基期年份", 9),
        ("strength", "约束力", 11),
        ("subunit", "逐单位考核的单位", 12),
        ("sex", "性别", 7),
        ("age", "年龄", 7),
        ("residence", "城乡", 7),
        ("group", "群体", 7),
        ("manner", "变动怎样算达到", 16),
        ("gap_dimensions", "谁与谁的差距", 16),
        ("against", "与哪个地区比较", 14),
        ("parent", "所属目标或措施", 22),
        ("clause", "条款", 18),
        ("text_zh", "目标表述", 46),
        ("note_zh", "说明", 40),
        ("conflicts_with", "与之不一致的目标", 20),
        ("text_en", "英文表述（可空）", 20),
        ("note_en", "英文说明（可空）", 20),
    ),
    "E2",
)
INDICATORS = BookSheet(
    "指标",
    "indicators",
    _columns(
        ("sure", "把握", 8, True),
        ("why", "需要核对的", 46, True),
        ("indicator", "编号", 26),
        ("standard", "标准指标编码", 24),
        ("domain", "领域", 20),
        ("name_zh", "名称", 34),
        ("unit", "单位", 18),
        ("direction", "方向", 11),
        ("statistic", "统计类型", 18),
        ("decimals", "小数位", 7),
        ("period_type", "期间", 8),
        ("department", "责任部门", 20),
        ("definition_zh", "定义", 40),
        ("source_zh", "来源", 24),
        ("numerator_zh", "分子", 24),
        ("denominator_zh", "分母", 24),
        ("lower_bound", "下限", 7),
        ("upper_bound", "上限", 7),
        ("disaggregations", "分组", 14),
        ("aliases", "其他名称（分号分隔）", 24),
        ("sample", "是否抽样", 8),
        ("population", "抽样所属总体的指标", 18),
        ("formula_zh", "公式", 24),
        ("count_unit_zh", "计数单位", 10),
        *((f"{name}_en", f"英文{label}（可空）", 16) for name, label in _TEXTS),
    ),
    "D2",
    "indicator",
)  # fmt: skip
MEASURES = BookSheet(
    "措施",
    "measures",
    _columns(
        ("id", "编号", 20),
        ("domain", "领域", 20),
        *_CLAUSE,
        ("goals", "服务的目标（分号分隔）", 30),
        ("start_year", "起始年份（可空）", 9),
        ("indicators", "另涉指标（分号分隔）", 18),
        ("areas", "实施地区（可空）", 12),
        ("input_zh", "投入（可空）", 16),
        ("input_en", "英文投入（可空）", 12),
        *_ENGLISH,
        _OWN,
    ),
    "C2",
)
DEPARTMENTS = BookSheet(
    "部门",
    "departments",
    _columns(
        ("code", "编码", 20),
        ("name_zh", "名称", 26),
        ("basis_zh", "职责依据", 50),
        ("confirmed", "已确认", 8),
        ("name_en", "英文名称（可空）", 26),
        ("basis_en", "英文依据（可空）", 26),
    ),
    "A2",
    "code",
)
SHEETS = (DOMAINS, GOALS, TARGETS, INDICATORS, MEASURES, DEPARTMENTS)
HEAD_ROWS = (  # key of plan.yaml, what it is called, what to write
    ("id", "规划编号", "字母、数字、短横线，如 xx-2021-2030；文件夹和命令用它"),
    ("title_zh", "规划名称", "全称"),
    ("title_en", "英文名称", "可空"),
    ("area", "地区代码", "统计用区划代码，如 6 位数字；数据文件用同一代码"),
    ("area_name_zh", "地区名称", "如 某某区"),
    ("area_name_en", "英文地区名称", "可空"),
    ("start_year", "起始年份", "四位年份"),
    ("end_year", "终止年份", "四位年份；未注明年份的目标按此年评判"),
    ("baseline_year", "基期年份", "变动目标与它相比，一般为起始年份的前一年"),
    ("milestones", "节点年份", "以分号分隔，如 2025；2030"),
    ("partial", "只含部分内容", "是或否"),
    ("source_title", "来源：文件名称", "本规划文件"),
    ("source_publisher", "来源：发布单位", ""),
    ("source_date", "来源：日期", "可空"),
    ("source_address", "来源：网址", "可空"),
)
NUMERAL_COLUMNS = _columns(
    ("line", "段", 6),
    ("place", "位置", 20),
    ("text", "数字", 14),
    ("fate", "去向", 10),
    ("reason", "理由", 28),
    ("targets", "目标编号", 40),
    ("sure", "把握", 8),
    ("own", "原句", 90),
)


def shown_code(column: str, code: str) -> str:
    """Return what a cell shows for a code; several codes keep their joint."""
    known = FIXED.get(column)
    if known is None or not code:
        return code
    return ";".join(known.get(one, one) for one in (code.split(";") if column in SEVERAL else [code]))


def code_of(column: str, shown: str) -> str:
    """Return the code of what a cell shows, or was filled in with; the text itself where it is none of the choices."""
    known = FIXED.get(column)
    if "｜" in shown:
        left, _, right = shown.partition("｜")
        return right if column == "unit" else left
    if known is None:
        return shown
    return next((code for code, text in known.items() if shown in (text, text.partition("｜")[0])), shown)
