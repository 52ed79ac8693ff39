"""Names of indicators and areas: found exactly, by any of their names, or proposed with how alike they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from analysis.gate.names import likeness, name_key
from analysis.gate.others import place_first
from analysis.gate.texts import text
from analysis.plan import Indicator, Plan
from analysis.plan.registry import registry

NEAR = 0.6  # likeness from which a name is proposed
_WHOLE = (
    "全区",
    "全县",
    "全市",
    "全旗",
    "全镇",
    "全省",
    "全州",
    "本省",
    "本州",
    "本区",
    "本县",
    "本市",
    "区合计",
    "县合计",
    "市合计",
    "区本级",
    "县本级",
    "合计",
    "总计",
)
_LEVELS = "省市县区旗州镇"


class IndicatorNames:
    """The names under which a plan's indicators are reported.

    An indicator is found by its id, its names, its aliases, and the synonyms of the standard indicator it is.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._near: dict[str, list[tuple[Indicator, float]]] = {}
        self._found: dict[str, Indicator | None] = {}

    @cached_property
    def _own(self) -> dict[str, Indicator | None]:
        """Return the indicator of each name the plan gives; None where two have it."""
        names: dict[str, Indicator | None] = {}
        for one in self.plan.indicators:
            _put(names, (one.id, one.name.zh, one.name.en, *one.aliases), one)
        return names

    @cached_property
    def _exact(self) -> dict[str, Indicator | None]:
        """Return the indicator of each name, those of the registry too; None where two have it."""
        standard: dict[str, Indicator | None] = {}
        for one in self.plan.indicators:
            entry = registry().by_code(one.standard) or registry().find(one.name.zh)
            if entry is not None:
                _put(standard, (entry.name.zh, entry.name.en, *entry.synonyms), one)
        return {**standard, **self._own}

    def find(self, name: str) -> Indicator | None:
        """Return the indicator of this name or code; None where there is none, or more than one."""
        if name not in self._found:
            key = name_key(name)
            self._found[name] = self._exact.get(key) if key else None
        return self._found[name]

    def is_synonym(self, name: str) -> bool:
        """Return whether a name is not the plan's own, but one of the registry of standard indicators."""
        return name_key(name) not in self._own

    def near(self, name: str, most: int = 3) -> list[tuple[Indicator, float]]:
        """Return the indicators whose names are most like this one, with their likeness, the likest first."""
        key = name_key(name)
        if key not in self._near:
            best: dict[str, tuple[Indicator, float]] = {}
            for other, one in self._exact.items():
                if one is not None and key:
                    found = likeness(key, other)
                    if found >= NEAR and found > best.get(one.id, (one, 0.0))[1]:
                        best[one.id] = (one, found)
            self._near[key] = sorted(best.values(), key=lambda pair: (-pair[1], pair[0].id))
        return self._near[key][:most]


def _put(names: dict[str, Indicator | None], given: Iterable[str], one: Indicator) -> None:
    for name in given:
        key = name_key(name)
        if key:
            names[key] = None if names.get(key, one) is not one else one


class AreaNames:
    """The areas that are known: the plan's own, and those below it, by code and by name."""

    def __init__(self, plan: Plan, areas: Mapping[str, str]) -> None:
        self.own = plan.area
        self._level = plan.area_name.zh[-1:]
        self.codes = {plan.area, *areas}
        self._by_name: dict[str, str] = {}
        for code, name in {**areas, plan.area: plan.area_name.zh}.items():
            self._by_name[_key(name)] = code
        self._by_name.setdefault(_key(plan.area_name.en), plan.area)

    def find(self, name: str) -> str | None:
        """Return the code of an area named by its code or name; None where it is not known."""
        given = text(name)
        return given if given in self.codes else self._by_name.get(_key(given))

    @property
    def names(self) -> list[str]:
        """Return the names that are known."""
        return list(self._by_name)

    def another_in(self, title: str) -> str:
        """Return the area a title begins with, where it is not known and the title names no known one; else empty."""
        place = place_first(title)
        known = self.is_whole(place) or any(len(name) > 1 and name in title for name in self.names)
        return "" if known else place

    def is_whole(self, name: str) -> bool:
        """Return whether a name such as 全县 or 合计 means the plan's own area, which a person confirms.

        全市 is the whole of a city, not of a county in it.
        """
        given = text(name)
        levels = set(given) & set(_LEVELS)
        return given in _WHOLE and (not levels or self._level not in _LEVELS or self._level in levels)


def _key(name: str) -> str:
    return text(name).replace(" ", "").lower()
