"""The rows of the workbook's sheets, out of a drafted plan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from analysis.plan.drafting.draft import OPEN, Clause, DraftPlan, DraftTarget, text_of
from analysis.plan.drafting.found import ASK, SURE
from analysis.plan.drafting.matching import Drafted
from analysis.plan.drafting.sheets import HEAD_ROWS, TAKE, shown_code
from analysis.plan.registry import registry

_LONGEST = 80  # signs of a title
_SCHOOL = re.compile(r"入学|入园|巩固|辍学|学校|在校|毛入|课程|大班额|升学")


def rows_of_table(table: str, plan: DraftPlan) -> list[dict[str, Any]]:
    """Return the rows of one table's sheet, cells as they are shown.

    Parameters
    ----------
    table : str
        domains, goals, targets, indicators, measures or departments.
    plan : DraftPlan
        What was drafted.
    """
    makers: dict[str, Callable[[DraftPlan], Iterator[dict[str, Any]]]] = {
        "domains": _domains,
        "goals": _goals,
        "targets": _targets,
        "indicators": _indicators,
        "measures": _measures,
        "departments": _departments,
    }
    return [{name: shown_code(name, cell) if isinstance(cell, str) else cell for name, cell in row.items()}
            for row in makers[table](plan)]  # fmt: skip


def head_rows(plan: DraftPlan) -> list[tuple[str, str, str | int, str, str, str]]:
    """Return the rows of the sheet of plan.yaml: key, name, value, what to write, how sure, what to look at."""
    front, period = plan.front, plan.front.period
    due = sorted({one.asked.year for one in plan.targets if one.asked.year} | {period.last})
    values: dict[str, str | int] = {
        "id": f"plan-{period.first}-{period.last}",
        "title_zh": front.title,
        "area": front.area,
        "area_name_zh": front.area,
        "start_year": period.first,
        "end_year": period.last,
        "baseline_year": period.base,
        "milestones": ";".join(str(year) for year in due),
        "partial": "否",
        "source_title": front.title,
        "source_publisher": f"{front.area}人民政府" if front.area else "",
    }
    said = "；".join(front.why)
    doubts: dict[str, tuple[str, str]] = {
        "id": (ASK, "请起一个编号。"),
        "area": (ASK, "暂用地区名称，请改为区划代码。" if front.area else "请填写。"),
        "area_name_zh": ("" if front.area else ASK, "" if front.area else "请填写。"),
        "title_zh": (front.sure, said) if front.sure == ASK and "名称" in said else ("", ""),
        "start_year": (front.sure, said) if "规划期" in said else ("", ""),
        "end_year": (front.sure, said) if "规划期" in said else ("", ""),
        "source_publisher": ("请核对", "发布单位按地区名称推定。"),
    }
    return [(key, name, values.get(key, ""), what, *doubts.get(key, ("", ""))) for key, name, what in HEAD_ROWS]


def _domains(plan: DraftPlan) -> Iterator[dict[str, Any]]:
    for id, title in plan.domains.items():
        yield {"id": id, "title_zh": title}


def _domain(plan: DraftPlan, id: str) -> str:
    return f"{id}｜{plan.domains.get(id, '')}"


def _title(text: str) -> str:
    text = text.strip().rstrip("。；")
    if len(text) > _LONGEST:
        text = re.split("[。；]", text)[0]
    return text[: _LONGEST - 1] + "…" if len(text) > _LONGEST else text


def _row(plan: DraftPlan, one: Clause, departments: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": one.id,
        "domain": _domain(plan, one.domain),
        "number": int(one.id.rsplit(".", 1)[1]),
        "title_zh": _title(one.item.text) if one.item.part == "goal" else _title(re.split("[。：]", one.item.text)[0]),
        "clause": one.item.clause,
        "departments": ";".join(departments),
        "own": one.item.text,
    }


def _goals(plan: DraftPlan) -> Iterator[dict[str, Any]]:
    for one in plan.goals:
        asked = [x.indicator.department for x in plan.targets if x.parent is one and x.indicator is not None]
        yield _row(plan, one, one.departments or tuple(dict.fromkeys(name for name in asked if name != OPEN)))


def _measures(plan: DraftPlan) -> Iterator[dict[str, Any]]:
    for one in plan.measures:
        yield {**_row(plan, one, one.departments), "goals": ";".join(_served(plan, one))}


def _served(plan: DraftPlan, measure: Clause) -> list[str]:
    """Return the goals of the measure's domain whose words its own title shares most; a proposal, none where few do."""
    own = _pairs(re.split("[。：]", measure.item.text)[0])
    scores = [
        (len(own & _pairs(goal.item.text)) / max(len(own), 1), goal.id)
        for goal in plan.goals
        if goal.domain == measure.domain
    ]
    best = sorted((one for one in scores if one[0] >= 0.35), key=lambda one: -one[0])
    return [id for _, id in best[:2]]


def _pairs(text: str) -> set[str]:
    text = re.sub("[，、。；：（）的和与及]|儿童|妇女|青年|加强|完善|提高|保障|推进|促进", " ", text)
    return {text[place : place + 2] for place in range(len(text) - 1) if " " not in text[place : place + 2]}


def _targets(plan: DraftPlan) -> Iterator[dict[str, Any]]:
    last = plan.front.period.last
    for one in plan.targets:
        asked = one.asked
        yield {
            "take": TAKE,
            "sure": asked.sure,
            "id": one.id,
            "own": asked.sentence,
            "why": "".join(asked.why),
            "indicator": _indicator(one),
            "kind": asked.kind,
            "comparison": asked.comparison,
            "value": asked.value,
            "value_upper": asked.upper,
            "unit": asked.unit,
            "year": asked.year or last,
            "year_assumed": "no" if asked.year else "yes",
            "baseline_year": asked.baseline,
            "strength": "soft" if asked.soft else "hard",
            "subunit": asked.subunit,
            **dict.fromkeys(("sex", "age", "residence", "group"), "_T"),
            "manner": asked.manner,
            "gap_dimensions": ";".join(asked.gaps),
            "parent": one.parent.id,
            "clause": one.parent.item.clause,
            "text_zh": text_of(asked),
            "note_zh": _note(one, last),
            "conflicts_with": ";".join(one.conflicts),
        }


def _indicator(one: DraftTarget) -> str:
    if one.indicator is None:
        return ""
    return f"{one.indicator.id}｜{(one.indicator.name or one.asked.name)[:24]}"


def _note(one: DraftTarget, last: int) -> str:
    assumed = f"原文未注明年份，按{last}年评判。" if one.asked.year is None and one.asked.value is not None else ""
    return assumed + "".join(why for why in one.asked.why if "请" not in why)


def _indicators(plan: DraftPlan) -> Iterator[dict[str, Any]]:
    for one in plan.indicators:
        new = not one.standard
        name = one.name or (found.name.zh if (found := registry().by_code(one.standard)) else "")
        yield {
            "sure": one.sure,
            "why": "".join(one.why),
            "indicator": one.id,
            "standard": one.standard,
            "domain": _domain(plan, one.domain),
            "name_zh": one.name,
            "shown": name,
            "unit": one.unit,
            "direction": one.direction,
            "statistic": one.statistic,
            "decimals": int(one.decimals) if one.decimals else "",
            "period_type": ("school_year" if _SCHOOL.search(name) else "calendar_year") if new else "",
            "department": f"{one.department}｜{plan.departments[one.department]}",
            **_drafted_texts(one, new),
        }


def _drafted_texts(one: Drafted, new: bool) -> dict[str, str]:
    if not new:
        return {}
    return {"definition_zh": f"规划条款所指的{one.name}，口径待确认。", "source_zh": "责任部门统计，待确认"}


def _departments(plan: DraftPlan) -> Iterator[dict[str, Any]]:
    for code, name in plan.departments.items():
        title = (
            "待定部门"
            if code == OPEN
            else name
            if name.endswith(("局", "委", "部", "会", "院", "办", "联", "室"))
            else f"{name}部门"
        )
        basis = "规划条款所列责任单位。" if title == name else "按指标的通常职责分工推定，待确认。"
        yield {"code": code, "name_zh": title, "basis_zh": basis, "confirmed": "no"}


__all__ = ["SURE", "head_rows", "rows_of_table"]
