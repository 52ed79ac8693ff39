"""The indicators of a plan by name, for a code cell: they complete with the Tab key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.exceptions import Lang
from analysis.explore.choosing import choose
from analysis.explore.look import Look
from analysis.explore.room import open_room
from analysis.export.tables import frame_table


@dataclass(frozen=True)
class Catalogue:
    """The indicators of a plan: `indicators["health.u5mr"]`, `indicators.find("死亡率")`, or all of them as a table.

    Parameters
    ----------
    plan, data, db, lang
        As for `analysis.explore.indicator`.
    """

    plan: str | None = None
    data: str | None = None
    db: str | None = None
    lang: Lang = "zh"

    def __getitem__(self, name: str) -> Look:
        """Return an indicator by its id or name."""
        return Look(choose(name, plan=self.plan, data=self.data, db=self.db, lang=self.lang))

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of the indicators with data."""
        return iter([one.id for one in open_room(self.plan, self.data, self.db).indicators])

    def find(self, text: str) -> pd.DataFrame:
        """Return the indicators whose id or name holds `text`."""
        table = self.table()
        held = table.apply(lambda row: any(text.lower() in str(cell).lower() for cell in row), axis=1)
        return table[held].reset_index(drop=True)

    def table(self) -> pd.DataFrame:
        """Return id, name and domain of each indicator with data."""
        plan = open_room(self.plan, self.data, self.db).plan
        titles = {one.id: one.title(self.lang) for one in plan.domains}
        rows = [(one.id, one.name(self.lang), titles[one.domain]) for one in map(plan.indicator, self)]
        return pd.DataFrame(rows, columns=["编号", "指标", "领域"] if self.lang == "zh" else ["Id", "Name", "Domain"])

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        """Return the table as text."""
        return str(self.table().to_string(index=False))

    def _repr_html_(self) -> str:
        return frame_table(self.table())


def indicator(name: str, **choices: Any) -> Look:
    """Return an indicator under study.

    Parameters
    ----------
    name : str
        Its id, or its Chinese or English name.
    **choices
        plan, data (folders or ids), db, vintage, rules (file), area, as_of, until (years), sex, age, residence, group
        (codes), model, target (id), lang; what is left out is that of `data/defaults.yaml`, the whole, the last year.

    Returns
    -------
    Look
        It shows itself; `.plot()`, `.forecast`, `.assessment`, `.flips()`, `.path()`, `.rules()`, `.residuals()`,
        `.streets()`, `.nation()` show more, `.assume()` and `.of()` ask otherwise, `.write()` keeps it.

    Raises
    ------
    UsageError
        A choice does not exist; the message lists those that do.
    """
    return Look(choose(name, **choices))
