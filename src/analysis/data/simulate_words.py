"""Words of simulated reports: none of a place, a plan or a department; `{title}`, `{goal}`, `{name}` are the plan's."""

from __future__ import annotations

MARK = "【模拟】"  # at the head of every simulated text
DONE = (
    "围绕“{title}”，印发年度工作安排，召开部门联席会{times}次",
    "落实“{title}”，开展专项行动{times}轮，建立工作台账",
    "推进“{title}”，完成年度任务，组织检查{times}次",
    "将“{title}”列入年度重点工作，组织培训{times}期",
)
OUTPUTS = ("场培训", "所", "次检查", "份材料", "人次", "个站点")
DIFFICULTIES = (
    "基层人员不足，兼职较多",
    "经费到位较晚，影响进度",
    "部门之间数据尚未互通",
    "家庭参与程度不一，宣传覆盖面不够",
    "场地和设备更新较慢",
)
REASONS = {  # by grade
    "": ("“{goal}”按已完成和应完成的数量填报",),
    "not_begun": ("“{goal}”尚未部署，拟列入下年工作",),
    "under_way": ("“{goal}”的主要任务已部署，部分单位已有成效", "对照“{goal}”，已制定方案，覆盖面还不大"),
    "mostly": ("按“{goal}”的要求，年内检查显示多数单位达到，少数仍有缺口", "“{goal}”的主要内容已实现，仍有薄弱环节"),
    "reached": ("“{goal}”全部内容已实现，有验收和检查材料",),
    "sustained": ("“{goal}”已连续两年以上保持，材料齐全",),
}
CAUSES_THAT_FIT = (
    "{name}距目标仍有差距，主要是薄弱地区服务能力不足、重点人群覆盖不够",
    "{name}改善放缓，基层专业人员短缺，干预不够及时",
    "{name}受家庭参与不足影响，随访和干预没有全部落实",
)
CAUSES_THAT_DO_NOT = (
    "{name}未达目标，主要是统计口径调整所致",
    "{name}已经达到目标，无需说明原因",
)
HELD = ("上年开展{name}专项干预", "上年组织{name}相关人员培训", "上年召开{name}调度会")
REMEDIES = (
    "对薄弱地区逐一制定改进清单，按季度通报{name}",
    "增配专业人员，把{name}纳入考核",
    "与相关部门共享名单，提前干预，改善{name}",
)
RETURNS = ("部分数值与分组合计不一致，请核对", "佐证材料不全，请补充", "措施完成情况过于笼统，请写明数量")
PRACTICES = (
    ("联席会商、清单管理", "围绕“{title}”建立问题清单和责任清单，按月会商", "按期办结率由{before}%提高到{after}%"),
    ("进社区、进学校", "把“{title}”送到社区和学校，结对服务", "服务覆盖率由{before}%提高到{after}%"),
    ("一人一档", "为“{title}”的服务对象建立档案，动态更新", "建档率由{before}%提高到{after}%"),
)
PLACES = ("全域", "部分街道和乡镇", "试点学校", "试点社区")
