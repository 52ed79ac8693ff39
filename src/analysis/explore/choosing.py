"""From what an analyst names to a view: what is left out is filled in, what does not exist is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from analysis.exceptions import Text, UsageError, Where, usage
from analysis.explore.assuming import targets_of
from analysis.explore.room import Room, open_room
from analysis.explore.view import View
from analysis.models.registry import check_model
from analysis.plan import Goal, Plan, Target
from analysis.schema import TOTAL

FURTHEST = 10  # years beyond the plan's last that may be drawn


def choose(indicator: str, **choices: Any) -> View:
    """Return the view of an indicator; see `analysis.explore.indicator` for the choices.

    Raises
    ------
    UsageError
        A choice does not exist; the message lists those that do.
    """
    given = {name: value for name, value in choices.items() if value is not None}
    where = {name: given.get(name) for name in ("plan", "data", "db", "vintage", "area", "rules")}
    room = open_room(**where)
    id = _indicator(room.plan, indicator)
    view = View(
        indicator=id,
        area=given.get("area", room.given.area),
        as_of=given.get("as_of", room.given.as_of),
        until=given.get("until", room.plan.end_year),
        **{name: value for name, value in given.items() if name not in ("area", "as_of", "until")},
    )
    return settled(view, room)


def settled(view: View, room: Room) -> View:
    """Return a view whose parts fit each other; a target that is not about the series gives way to one that is.

    Raises
    ------
    UsageError
        The area, the breakdown, the year or the model does not exist.
    """
    check_model(view.model)
    if view.vintage is not None and view.vintage < room.vintages[0]:
        raise _absent(view.vintage, "vintage", room.vintages, "没有这么早的数据版本", "no data of vintage")
    areas = room.areas(view.indicator)
    if view.area not in areas:
        raise _absent(f"{view.area}", "area", areas, "该指标没有这个地区的数据", "no data of the indicator for area")
    breakdowns = room.breakdowns(view.indicator, view.area)
    if view.breakdown not in breakdowns:
        named = ["/".join(codes) for codes in breakdowns]
        raise _absent("/".join(view.breakdown), "sex/age/residence/group", named, "该指标没有这个分组", "no breakdown")
    years = room.years(view.indicator, view.area)
    if view.as_of < years[0]:
        raise _absent(str(view.as_of), "as_of", [f"{years[0]}—{room.given.as_of}"], "该年以前没有数据", "no data up to")
    last = room.plan.end_year + FURTHEST
    if not view.as_of < view.until <= last:
        raise _absent(str(view.until), "until", [f"{view.as_of + 1}—{last}"], "不能预测到该年", "no forecast up to")
    targets = targets_of(room.plan, view.indicator, view.area != room.given.area, view.breakdown)
    if view.target in {one.id for one in targets}:
        return view
    return replace(view, target=first_target(room.plan, targets, view.as_of))


def first_target(plan: Plan, targets: Sequence[Target], as_of: int) -> str:
    """Return the target looked at first: of a goal before a measure, still open before past, then the last year."""

    def order(target: Target) -> tuple[bool, bool, bool, int]:
        year = target.year or plan.end_year
        bound = target.comparison != "narrow"
        return bound, isinstance(plan.parent(target), Goal), year > as_of, year

    return max(targets, key=order).id if targets else ""


def _indicator(plan: Plan, name: str) -> str:
    """Return the id of an indicator given by its id or by its Chinese or English name."""
    if plan.has_indicator(name):
        return name
    named = {text: one.id for one in plan.indicators for text in (one.name.zh, one.name.en)}
    if name in named:
        return named[name]
    known = [one.id for one in plan.indicators]
    near = get_close_matches(name, [*known, *named], n=5, cutoff=0.3)
    near += [text for text in named if name and name in text and text not in near][:5]
    raise _absent(name, "indicator", near or known[:10], "规划没有这个指标", "the plan has no indicator")


def _absent(value: str, item: str, known: Iterable[str], zh: str, en: str) -> UsageError:
    listed = list(known)
    return usage(
        Text(f"{zh}：{value}", f"{en}: {value}"),
        Where(item=item),
        Text(f"例如：{'、'.join(listed[:12])}", f"such as: {', '.join(listed[:12])}"),
        Text("请更正后重新运行该单元格。", "Correct it and run the cell again."),
    )


def breakdown_of(codes: Sequence[str]) -> dict[str, str]:
    """Return breakdown codes by name."""
    return dict(zip(("sex", "age", "residence", "group"), codes or (TOTAL,) * 4, strict=True))
