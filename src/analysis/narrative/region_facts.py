"""What a report on an area made of districts is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.marks import Values, cell
from analysis.plan import Plan

JUDGED = ("met", "on_track", "at_risk", "off_track", "no_data")


@dataclass(frozen=True)
class RegionFacts:
    """The tables a report on many areas is made of, the areas' names, and the values its sentences use."""

    plan: Plan
    summary: pd.DataFrame
    league: pd.DataFrame
    verdicts: pd.DataFrame
    funnel: pd.DataFrame
    rollup: pd.DataFrame
    support: pd.DataFrame
    names: Mapping[str, Text]
    values: Values = field(default_factory=Values, compare=False, repr=False)

    @property
    def districts(self) -> pd.DataFrame:
        """Return the rows of the districts."""
        return self.summary[self.summary["level"] == "district"]

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return the names of the areas, the longest first."""
        names = {text for name in self.names.values() for text in (name.zh, name.en)}
        return tuple(sorted(names, key=len, reverse=True))

    def name(self, area: str, lang: Lang) -> str:
        """Return the name of an area."""
        return self.names.get(area, Text(area, area))(lang)

    def count(self, id: str, number: int) -> str:
        """Note a count and return it as marked text."""
        return self.values.count(f"region/{id}", number)

    def share(self, area: str, number: float) -> str:
        """Return the share of targets an area is likely to meet as marked text."""
        return cell(f"100 * league[{area}].share_met", 100 * number, "percent", 1)
