"""Which areas lie below which: districts, and the cities and provinces above them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from analysis.exceptions import Text, Where, usage

DISTRICT = "district"


@dataclass(frozen=True)
class AreaTree:
    """The areas of a data set by code: the area above each, and its level."""

    parent: dict[str, str]
    level: dict[str, str]

    @classmethod
    def of(cls, areas: pd.DataFrame) -> AreaTree:
        """Return the tree of an `AREAS` table."""
        return cls(
            dict(zip(areas["code"], areas["parent"].fillna(""), strict=True)),
            dict(zip(areas["code"], areas["level"], strict=True)),
        )

    def above(self, code: str) -> list[str]:
        """Return the areas above an area, the nearest first."""
        out: list[str] = []
        while (code := self.parent.get(code, "")) and code not in out:
            out.append(code)
        return out

    def below(self, code: str) -> list[str]:
        """Return every area below an area, in order of code."""
        children: dict[str, list[str]] = {}
        for one, above in self.parent.items():
            children.setdefault(above, []).append(one)
        found, open_ = set[str](), [code]
        while open_:
            new = [one for one in children.get(open_.pop(), []) if one not in found]
            found.update(new)
            open_ += new
        return sorted(found)

    def districts(self, code: str) -> list[str]:
        """Return the districts below an area.

        Raises
        ------
        UsageError
            There is none.
        """
        found = [one for one in self.below(code) if self.level[one] == DISTRICT]
        if not found:
            raise usage(
                Text(f"地区 {code} 之下没有县区", f"there is no district below {code}"),
                Where(file="areas.csv", column="parent", item=code),
                Text("areas.csv 中 level 为 district、parent 逐级指向它的地区", "areas of level district below it"),
                Text("请核对 --below 的代码和 areas.csv。", "Check the code of --below and areas.csv."),
            )
        return found

    def unions(self, top: str) -> list[str]:
        """Return the areas that districts add up to, `top` last and each after those below it."""
        found = {one for district in self.districts(top) for one in self.above(district)}
        kept = [one for one in found if one == top or top in self.above(one)]
        return sorted(kept, key=lambda one: (-len(self.above(one)), one))

    def district_of(self, codes: Iterable[str]) -> dict[str, str]:
        """Return for each area the area whose own data it belongs to: its district's, else its own."""
        out = {}
        for code in codes:
            chain = [code, *self.above(code)]
            out[code] = next((one for one in chain if self.level.get(one) == DISTRICT), code)
        return out
