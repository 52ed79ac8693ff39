"""Indicators for drafted targets: the standard one a name means, or a new one with what can be said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analysis.gate.names import name_key
from analysis.plan.drafting.found import ASK, LIKELY, SURE, Asked
from analysis.plan.drafting.measures import STATISTICS
from analysis.plan.drafting.words import lower_is_better
from analysis.plan.registry import Registry, StandardIndicator

TAKEN, SHOWN = 0.8, 0.55  # likeness from which a standard indicator is proposed as the one meant, or only named
_CHANGES = ("relative_to_baseline", "growth_rate_change", "compound_growth", "yearly_change_band", "direction")
OPEN = "待定"  # the department nobody named yet


@dataclass
class Drafted:
    """One row of indicators.csv with how sure it is; cells that the standard indicator fills are empty."""

    id: str
    domain: str
    name: str
    standard: str = ""
    unit: str = ""
    direction: str = ""
    statistic: str = ""
    decimals: str = ""
    department: str = OPEN
    sure: str = SURE
    why: list[str] = field(default_factory=list)


class Matcher:
    """Finds or drafts the indicator of each target, the same one for the same name."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.rows: dict[str, Drafted] = {}
        self._keys: dict[str, str] = {}
        self._count: dict[str, int] = {}

    def indicator(self, target: Asked, domain: str) -> Drafted:
        """Return the row of the indicator a target is about.

        Parameters
        ----------
        target : Asked
            Its unit tells whether a standard indicator of that name can be meant.
        domain : str
            Id of its domain.
        """
        key = name_key(target.name) or target.name
        level = "" if target.kind in _CHANGES else target.unit
        if target.kind == "yearly_change_band":
            level = "percent" if target.unit == "percentage_points" else target.unit
        known = self._keys.get(key)
        if known and (not level or self._unit(self.rows[known]) == level):
            return self.rows[known]
        row = self._standard(target, domain, level) or self._new(target, domain, level, bool(known))
        self._keys.setdefault(key, row.id)
        return self.rows.setdefault(row.id, row)

    def _unit(self, row: Drafted) -> str:
        if row.unit:
            return row.unit
        found = self.registry.by_code(row.standard)
        return found.unit if found else ""

    def _standard(self, target: Asked, domain: str, level: str) -> Drafted | None:
        found, share = self.registry.find(target.name), 1.0
        if found is None:
            near = self.registry.near(target.name, 1)
            if not near or near[0][1] < TAKEN:
                return None
            found, share = near[0]
        if level and found.unit != level:
            return None
        if not _same_age(target.name, found):
            return None
        row = Drafted(found.code, domain, "", found.code, department=found.department)
        if share < 1:
            row.name, row.sure = target.name, LIKELY
            row.why.append(f"与标准指标“{found.name.zh}”相近（{min(round(100 * share), 99)}%），请核对是否同一指标。")
        return row

    def _new(self, target: Asked, domain: str, level: str, again: bool) -> Drafted:
        self._count[domain] = self._count.get(domain, 0) + 1
        name = target.name or f"未命名指标{self._count[domain]}"
        unit = level or (
            "percent" if re.search("率$|比例$|占比$|比重$", name) else "yuan" if re.search("标准$", name) else "count"
        )
        if again:
            name += f"（{unit}）"
        low = lower_is_better(name) if target.kind != "direction" else target.comparison == "down"
        if target.comparison in ("<", "<=", "narrow", "down"):
            low = True
        if target.comparison in (">", ">=", "up"):
            low = False
        row = Drafted(f"{domain}.i{self._count[domain]:02d}", domain, name, "", unit)
        row.direction = "lower_is_better" if low else "higher_is_better"
        row.statistic = (
            "milestone" if target.kind == "milestone" and unit not in ("percent",) else STATISTICS.get(unit, "amount")
        )
        row.decimals = (
            "0" if unit in ("count", "persons", "person_times", "cases", "beds") else "2" if "per_1000" in unit else "1"
        )
        near = [one for one in self.registry.near(name, 1) if one[1] >= SHOWN]
        row.sure = LIKELY if target.name else ASK
        row.why.append("标准指标库中没有，按条款新拟；定义、来源和部门请补充。")
        if near:
            row.why.append(f"最相近的标准指标：{near[0][0].code} {near[0][0].name.zh}。")
        if not level and not re.search("率$|比例$|占比$|比重$", name):
            row.sure = ASK
            row.why.append("条款只说变动，没有写单位，请选择。")
        return row


def _same_age(name: str, found: StandardIndicator) -> bool:
    """Return whether the numbers of a name (ages, terms) are those of a standard indicator's names, if any."""
    own = set(re.findall(r"\d+", name))
    return not own or any(
        own <= set(re.findall(r"\d+", other)) or not re.findall(r"\d+", other) for other in found.names
    )
