"""A plan and its rules beside a reference: every field that differs, and which way it moves the verdicts.

Nothing is left out by design: plans are compared field by field as the classes declare them, so that a field added to
a target or a threshold added to the rules is compared without a line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Literal

from analysis.assessment.rules import Rules
from analysis.exceptions import Text
from analysis.plan import Indicator, Plan, Target
from analysis.schema import LEVELS

Part = Literal["plan", "rules", "data", "settings", "areas", "monthly", "issued", "benchmark", "codes", "ledger"]
Way = Literal["eases", "tightens", "unclear", "none"]
NOTHING = ""
_WORDING = {
    *("title", "text", "note", "clause", "name", "basis", "aliases", "source", "sources", "area_name"),
    *("department", "departments", "confirmed"),
}
_SHARES = ("relative_to_baseline", "growth_rate_change", "yearly_change_band", "compound_growth")
_WITHIN: dict[tuple[str, str], Way] = {  # from the reference's comparison to theirs
    ("<", "<="): "eases", ("<=", "<"): "tightens", (">", ">="): "eases", (">=", ">"): "tightens",
}  # fmt: skip
# whether a greater threshold makes the results look better (+1) or worse (-1); of the others it depends
_GREATER = {
    **dict.fromkeys(("on_track", "at_risk", "unlikely", "overall_judged", "overall_good", "overall_mixed"), -1),
    "false_discovery": -1,
    "far_short": 1,
}


@dataclass(frozen=True)
class Change:
    """One thing that differs from a reference.

    Attributes
    ----------
    part : Part
    kind : str
        plan: target, indicator, clause or head; rules: threshold or name; data: value, dropped, added or history;
        settings: setting.
    item : str
        Id of the target, indicator or clause, name of the threshold or setting, series and year of a value.
    name : Text
        What it is called; empty where the id is all there is.
    field : str
        The field that differs; `dropped` or `added` where the whole is not on the other side.
    theirs, reference : str
        As written; empty where there is none.
    way : Way
        Whether the change makes it easier or harder to be favourably judged; `none` for wording, `unclear` where that
        depends on the data.
    touches : tuple of str
        Targets whose verdicts rest on it, where it is known.
    against : str
        Name of the reference.
    """

    part: Part
    kind: str
    item: str
    name: Text
    field: str
    theirs: str
    reference: str
    way: Way = "unclear"
    touches: tuple[str, ...] = ()
    against: str = ""


def plan_changes(theirs: Plan, reference: Plan) -> list[Change]:
    """Return what differs between two plans: targets first, then indicators, clauses, and the plan's own facts."""
    out = [*_of_kind("target", theirs.targets, reference.targets, _target_way)]
    out += _of_kind("indicator", theirs.indicators, reference.indicators, lambda *_: "unclear")
    for name in ("goals", "measures", "departments", "domains"):
        out += _of_kind("clause", getattr(theirs, name), getattr(reference, name), lambda *_: "unclear")
    lists = {"targets", "indicators", "goals", "measures", "departments", "domains"}
    for one in fields(Plan):
        left, right = getattr(theirs, one.name), getattr(reference, one.name)
        if one.name not in lists and left != right:
            way: Way = "none" if one.name in _WORDING else "unclear"
            out.append(Change("plan", "head", one.name, Text("", ""), one.name, written(left), written(right), way))
    return out


def _of_kind(
    kind: str, theirs: Iterable[Any], reference: Iterable[Any], way: Callable[[Any, Any, str], Way]
) -> Iterator[Change]:
    left, right = ({_id(one): one for one in side} for side in (theirs, reference))
    for id in [*right, *(id for id in left if id not in right)]:
        own, other = left.get(id), right.get(id)
        named = _name(own or other)
        touched = (id,) if kind == "target" else ()
        if own is None:
            # what is not asked cannot be missed; of an added target it depends on its verdict
            eased: Way = "eases" if kind == "target" else "unclear"
            yield Change("plan", kind, id, named, "dropped", NOTHING, _summary(other), eased, touched)
        elif other is None:
            yield Change("plan", kind, id, named, "added", _summary(own), NOTHING, "unclear", touched)
        else:
            yield from _differing(kind, id, named, own, other, way, touched)


def _differing(
    kind: str, id: str, named: Text, own: Any, other: Any, way: Callable[[Any, Any, str], Way], touched: tuple[str, ...]
) -> Iterator[Change]:
    if type(own) is not type(other):
        yield Change("plan", kind, id, named, "kind", own.kind, other.kind, "unclear", touched)
    for one in fields(other):
        left, right = getattr(own, one.name), getattr(other, one.name)
        if left != right:
            moved: Way = "none" if one.name in _WORDING else way(own, other, one.name)
            yield Change("plan", kind, id, named, one.name, written(left), written(right), moved, touched)


def _id(one: Any) -> str:
    return str(getattr(one, "id", None) or one.code)


def _name(one: Any) -> Text:
    for name in ("text", "name", "title"):
        found = getattr(one, name, None)
        if isinstance(found, Text):
            return found
    return Text("", "")


def _summary(one: Any) -> str:
    """Return a whole in one line: of a target its comparison, value and year."""
    if isinstance(one, Target):
        parts = (one.kind, one.comparison, "" if one.value is None else f"{one.value:g}", one.unit, one.year or "")
        return " ".join(str(part) for part in parts if part != "")
    return f"{one.unit} {one.direction}" if isinstance(one, Indicator) else _id(one)


def written(value: Any) -> str:
    """Return a field as text, the same on every machine."""
    if value is None:
        return NOTHING
    if isinstance(value, Text):
        return value.zh or value.en
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple):
        return "; ".join(written(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return " ".join(filter(None, (written(getattr(value, one.name)) for one in fields(value))))
    return str(value)


def _target_way(own: Target, other: Target, field: str) -> Way:
    """Return which way a field of a target moves its verdict."""
    left, right = getattr(own, field), getattr(other, field)
    same = own.kind == other.kind and own.lower_is_better == other.lower_is_better
    if not same or None in (left, right) or (field == "value" and own.comparison == "="):
        return "unclear"
    if field == "value":
        # a percentage, a yearly change or a growth to be reached asks less when smaller, whatever its direction
        less = left > right if own.lower_is_better and own.kind not in _SHARES else left < right
        return "eases" if less else "tightens"
    if field == "comparison":
        return _WITHIN.get((right, left), "unclear")
    if field == "year":
        return "eases" if left > right else "tightens"
    if field == "strength":
        return "eases" if left == "soft" else "tightens"
    return "unclear"


def rules_changes(theirs: Rules, reference: Rules) -> list[Change]:
    """Return the thresholds that differ, each with the way it moves the results."""
    out = []
    for one in fields(Rules):
        left, right = getattr(theirs, one.name), getattr(reference, one.name)
        if left == right:
            continue
        if one.name == "levels":
            out += list(_level_changes(left, right))
        elif one.name == "id":
            out.append(Change("rules", "name", "id", Text("", ""), "id", written(left), written(right), "none"))
        else:
            greater = _GREATER.get(one.name, 0) * (1 if left > right else -1)
            way: Way = "eases" if greater > 0 else "tightens" if greater < 0 else "unclear"
            changed = Change("rules", "threshold", one.name, Text("", ""), one.name, written(left), written(right), way)
            out.append(changed)
    return out


def _level_changes(theirs: dict[str, str], reference: dict[str, str]) -> Iterator[Change]:
    for name in sorted({*theirs, *reference}):
        left, right = theirs.get(name, NOTHING), reference.get(name, NOTHING)
        if left == right:
            continue
        order = [LEVELS.index(one) if one in LEVELS else -1 for one in (left, right)]
        way: Way = "eases" if order[0] < order[1] else "tightens"
        yield Change("rules", "threshold", f"levels.{name}", Text("", ""), "level", left, right, way)
