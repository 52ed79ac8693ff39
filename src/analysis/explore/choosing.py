"""From what an analyst names to a view: what is left out is filled in, what does not exist is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from analysis.exceptions import Text, Where, check_known, no_such
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
        what = Text("没有这么早的数据版本：", "no data of vintage")
        raise no_such(what, view.vintage, room.vintages, Where(item="vintage"))
    what = Text("该指标没有这个地区的数据：", "no data of the indicator for area")
    check_known(what, [view.area], room.areas(view.indicator), Where(item="area"))
    named = ["/".join(codes) for codes in room.breakdowns(view.indicator, view.area)]
    what = Text("该指标没有这个分组：", "no breakdown")
    check_known(what, ["/".join(view.breakdown)], named, Where(item="sex/age/residence/group"))
    years = room.years(view.indicator, view.area)
    if view.as_of < years[0]:
        what = Text("该年以前没有数据：", "no data up to")
        raise no_such(what, str(view.as_of), [f"{years[0]}—{room.given.as_of}"], Where(item="as_of"))
    last = room.plan.end_year + FURTHEST
    if not view.as_of < view.until <= last:
        what = Text("不能预测到该年：", "no forecast up to")
        raise no_such(what, str(view.until), [f"{view.as_of + 1}—{last}"], Where(item="until"))
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
    raise no_such(Text("规划没有这个指标：", "the plan has no indicator"), name, near or known, Where(item="indicator"))


def breakdown_of(codes: Sequence[str]) -> dict[str, str]:
    """Return breakdown codes by name."""
    return dict(zip(("sex", "age", "residence", "group"), codes or (TOTAL,) * 4, strict=True))
