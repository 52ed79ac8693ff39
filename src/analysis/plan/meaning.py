"""Whether a target's facts agree with each other, with its indicator and with the plan's years."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.exceptions import Fault, Text
from analysis.plan.clause_words import GAP_DIMENSIONS
from analysis.plan.draft import Draft
from analysis.plan.model import Indicator, Plan
from analysis.plan.targets import Target

SYMBOLS = {
    **dict.fromkeys(("%", "％", "百分比"), "percent"),
    **dict.fromkeys(("‰", "千分比", "1/千", "/千"), "per_1000"),
    **dict.fromkeys(("‱", "1/万", "/万"), "per_10000"),
    **dict.fromkeys(("1/10万", "/10万", "1/十万", "/十万"), "per_100000"),
}
# units a change is asked for in; every other kind is asked for in the indicator's own unit
_CHANGE_UNITS = {
    "relative_to_baseline": ("percent_of_baseline", "percent"),
    "growth_rate_change": ("percent_of_baseline", "percent"),
    "compound_growth": ("percent_per_year", "percent"),
}
_CHANGES = (*_CHANGE_UNITS, "yearly_change_band")
_DOWN, _UP = ("<", "<=", "down"), (">", ">=", "up")


def faults_of_meaning(draft: Draft) -> Iterator[Fault]:
    """Yield every target that contradicts itself, its indicator or the plan, and every unit written as a sign."""
    indicators = {one.id: one for one in draft.indicators}
    for one in draft.indicators:
        if one.unit in SYMBOLS:
            yield _sign_for_unit(one.unit, draft, "indicators", one.id)
        if one.lower is not None and one.upper is not None and one.lower >= one.upper:
            yield _no_room(one, draft)
    for target in draft.targets:
        yield from _words(target, draft)
        yield from _years(target, draft)
        yield from _sizes(target, draft)
        indicator = indicators.get(target.indicator)
        if indicator:
            yield from _unit(target, indicator, draft)
            yield from _scale(target, indicator, draft)
            if target.comparison in target.comparisons and not draft.halved(target) and not other_end(target, draft):
                yield from _wrong_way(target, indicator, draft)


def _no_room(indicator: Indicator, draft: Draft) -> Fault:
    return Fault(
        _number(indicator.upper or 0),
        draft.where("indicators", "upper_bound", indicator.id),
        Text(f"大于 lower_bound（{indicator.lower:g}）", f"above lower_bound ({indicator.lower:g})"),
        Text("请核对上下限，或留空。", "Check both bounds, or leave them empty."),
    )


def other_end(target: Target, plan: Plan | Draft) -> Target | None:
    """Return the target that gives the other end of a range entered as two bounds of one clause; None without one."""
    for other in plan.targets:
        same = (other.parent, other.indicator, other.year) == (target.parent, target.indicator, target.year)
        if same and other is not target and target.value is not None and other.value is not None:
            low, high = (target, other) if target.value < other.value else (other, target)
            if low.comparison in (">", ">=") and high.comparison in ("<", "<="):
                return other
    return None


def _fault(target: Target, draft: Draft, column: str, found: Text, expected: Text, action: Text) -> Fault:
    return Fault(found, draft.where("targets", column, target.id), expected, action)


def _words(target: Target, draft: Draft) -> Iterator[Fault]:
    """Yield a manner or gap dimensions where the kind has none, and dimensions that are not known."""
    if target.manner and not target.default_manner:
        yield _fault(
            target,
            draft,
            "manner",
            Text(
                f"“{target.title.zh}”类目标填了 {target.manner}", f"{target.manner} for a target of kind {target.kind}"
            ),
            Text("只有“变动方向”（direction）类目标填写 manner", "manner for targets of kind direction only"),
            Text("请清空该格，或改正目标类型。", "Empty the cell or correct the kind."),
        )
    if target.gap_dimensions and target.comparison != "narrow":
        yield _fault(
            target,
            draft,
            "gap_dimensions",
            Text(
                f"非差距目标填了 {';'.join(target.gap_dimensions)}", f"{';'.join(target.gap_dimensions)} without a gap"
            ),
            Text("只有 comparison 为 narrow 的目标填写", "only for targets whose comparison is narrow"),
            Text("请清空该格，或将 comparison 改为 narrow。", "Empty the cell or set comparison to narrow."),
        )
    for unknown in sorted(set(target.gap_dimensions) - set(GAP_DIMENSIONS)):
        yield _fault(
            target,
            draft,
            "gap_dimensions",
            Text(f"“{unknown}”", f"'{unknown}'"),
            Text(
                f"下列各项，以分号分隔：{'、'.join(GAP_DIMENSIONS)}", f"of {', '.join(GAP_DIMENSIONS)}, joined by ';'"
            ),
            Text("请按条款所指的差距改正。", "Correct it by the gap the clause names."),
        )


def _years(target: Target, draft: Draft) -> Iterator[Fault]:
    start, end = draft.head.start_year, draft.head.end_year
    if start is None:
        return  # a fault of plan.yaml, said there
    if target.year is not None and end is not None and start <= end and not start <= target.year <= end:
        yield _fault(
            target,
            draft,
            "year",
            Text(f"目标年份 {target.year}", f"target year {target.year}"),
            Text(f"{start}—{end} 年之间", f"within {start}-{end}"),
            Text(
                "请按条款更正年份，或核对 plan.yaml 的起止年份。",
                "Correct the year, or first and last year in plan.yaml.",
            ),
        )
    if target.baseline_year is not None and target.baseline_year > start:
        yield _fault(
            target,
            draft,
            "baseline_year",
            Text(f"基期 {target.baseline_year}", f"baseline year {target.baseline_year}"),
            Text(f"不晚于规划首年 {start}", f"not after the plan's first year, {start}"),
            Text("请按条款更正基期年份。", "Correct the baseline year by the clause."),
        )


def _sizes(target: Target, draft: Draft) -> Iterator[Fault]:
    """Yield a change that is not positive, a fall of more than all there is, and a range upside down."""
    change = Text(
        "请改为正数；升降方向由 comparison 表示。", "Write it as a positive number: comparison has the direction."
    )
    for column in ("value", "value_upper"):
        value = getattr(target, column)
        if target.kind in _CHANGES and value is not None and value <= 0:
            right = Text("正数，如“下降30%”填 30", "a positive number: 30 for a fall of 30 %")
            yield _fault(target, draft, column, _number(value), right, change)
    if target.kind == "relative_to_baseline" and target.comparison in _DOWN and (target.value or 0) > 100:
        yield _fault(
            target,
            draft,
            "value",
            _number(target.value or 0),
            Text("降幅不超过 100（%）", "a fall of at most 100 (%)"),
            Text("请核对降幅，填相对基期下降的百分数。", "Check it: the fall in percent of the baseline."),
        )
    if target.value is not None and target.value_upper is not None and target.value_upper < target.value:
        yield _fault(
            target,
            draft,
            "value_upper",
            _number(target.value_upper),
            Text(f"不小于 value（{target.value:g}）", f"at least value ({target.value:g})"),
            Text(
                "请将区间的下限填入 value、上限填入 value_upper。",
                "Write the low end in value, the high in value_upper.",
            ),
        )


def _unit(target: Target, indicator: Indicator, draft: Draft) -> Iterator[Fault]:
    if target.value is None or not target.unit:
        return
    if target.kind == "yearly_change_band":
        allowed = ("percentage_points", "percent") if indicator.unit == "percent" else (indicator.unit,)
    else:
        allowed = _CHANGE_UNITS.get(target.kind, (indicator.unit,))
    if target.unit in SYMBOLS:
        yield _sign_for_unit(target.unit, draft, "targets", target.id)
    elif target.unit not in allowed and indicator.unit not in SYMBOLS:
        yield _fault(
            target,
            draft,
            "unit",
            Text(f"单位 {target.unit}", f"unit {target.unit}"),
            Text(
                f"{'或 '.join(allowed)}（指标 {indicator.id} 的单位为 {indicator.unit}）",
                f"{' or '.join(allowed)} (the unit of {indicator.id} is {indicator.unit})",
            ),
            Text("请改为该单位，并核对目标值。", "Write that unit and check the value."),
        )


def _scale(target: Target, indicator: Indicator, draft: Draft) -> Iterator[Fault]:
    """Yield a bound that no value of the indicator can reach."""
    if target.kind in (*_CHANGES, "above_area"):  # a change or a distance, no value of the indicator
        return
    low = -float("inf") if indicator.lower is None else indicator.lower
    high = float("inf") if indicator.upper is None else indicator.upper
    for column in ("value", "value_upper"):
        value = getattr(target, column)
        if value is not None and not low <= value <= high:
            yield _fault(
                target,
                draft,
                column,
                _number(value),
                Text(
                    f"指标 {indicator.id} 的取值范围 {low:g}—{high:g}",
                    f"within {low:g} to {high:g}, as {indicator.id} is",
                ),
                Text("请核对目标值，或 indicators.csv 的上下限。", "Check the value, or the bounds in indicators.csv."),
            )


def _wrong_way(target: Target, indicator: Indicator, draft: Draft) -> Iterator[Fault]:
    """Yield a bound, change or direction against the indicator's own; a range has both ends and no direction."""
    against = {"lower_is_better": _UP, "higher_is_better": _DOWN}.get(indicator.direction, ())
    if target.comparison not in against or target.value_upper is not None and target.kind not in _CHANGES:
        return
    right = _DOWN if against is _UP else _UP
    allowed = right[2:] if target.comparison in ("down", "up") else right[:2]
    better = ("越低越好", "lower is better") if right is _DOWN else ("越高越好", "higher is better")
    yield _fault(
        target,
        draft,
        "comparison",
        Text(f"方向相反：{target.comparison}", f"the wrong way round: {target.comparison}"),
        Text(
            f"{' 或 '.join(allowed)}（指标 {indicator.id} {better[0]}）",
            f"{' or '.join(allowed)} ({indicator.id}: {better[1]})",
        ),
        Text(
            "请按条款更正 comparison、kind，或 indicators.csv 中的 direction。",
            "Correct comparison and kind by the clause, or direction in indicators.csv.",
        ),
    )


def _number(value: float) -> Text:
    return Text(f"{value:g}", f"{value:g}")


def _sign_for_unit(unit: str, draft: Draft, table: str, item: str) -> Fault:
    code = SYMBOLS[unit]
    return Fault(
        Text(f"单位写作“{unit}”", f"the unit written as '{unit}'"),
        draft.where(table, "unit", item),
        Text(f"单位代码 {code}", f"the code {code}"),
        Text(
            f"请改为 {code}；单位代码见 docs/nomenclature.md。", f"Write {code}; the codes are in docs/nomenclature.md."
        ),
    )
