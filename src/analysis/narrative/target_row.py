"""A row of the assessments table with its series: its numbers as marked text, and the changes between them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.exceptions import Lang, Text
from analysis.formats import MISSING, amount, change, chinese
from analysis.marks import Values, cell, observed
from analysis.narrative.facts import Change
from analysis.narrative.history import History
from analysis.plan import Target

LANGS: tuple[Lang, ...] = ("zh", "en")
SWING_YEARS = 5
ODD_BASE = 2  # years on either side of a baseline it is held against
WORDS = ("none", "one", "two", "three", "four", "five")
_COLUMNS = {"latest": "latest_value", "target": "target_value", "baseline": "baseline_value"}


def _change(values: Values, id: str, difference: float, unit: str, decimals: int, origin: str) -> Change:
    shown = round(difference, decimals)
    sign = 0 if shown == 0 else int(math.copysign(1, shown))
    text = Text(change(shown, unit, "zh", decimals), change(shown, unit, "en", decimals))
    return Change(sign, values.mark(id, shown, unit, decimals, text, origin, "change"))


@dataclass(frozen=True)
class TargetRow:
    """A row of the assessments table with its series, whose numbers are marked as they are made into text."""

    target: Target
    row: Mapping[Hashable, Any]
    history: History
    values: Values
    unit: str
    digits: int
    measure_word: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """Return the series: indicator, area and breakdown codes."""
        return (self.target.indicator, str(self.row["ref_area"]), *self.target.breakdown)

    @property
    def own(self) -> str:
        """Return the address of the row."""
        return f"assessments[{self.target.id}]"

    @property
    def past(self) -> Mapping[int, float]:
        """Return the observed values of the series by year."""
        return self.history.values.get(self.key, {})

    @property
    def alone(self) -> bool:
        """Return whether the row is about something else than the whole: a gap, or the weakest sub-unit."""
        return self.target.comparison == "narrow" or bool(self.target.subunit)

    def number(self, name: str) -> float | None:
        """Return a number of the row; None where it is empty."""
        return None if pd.isna(self.row[name]) else float(self.row[name])

    def whole(self, name: str) -> int | None:
        """Return a year of the row; None where it is empty."""
        return None if pd.isna(self.row[name]) else int(self.row[name])

    def shown(self, name: str, value: float | None) -> Text:
        """Return a value as marked text."""
        text = Text(*(amount(value, self.unit, lang, self.digits) for lang in LANGS))
        origin = f"{self.own}.{_COLUMNS.get(name, name)}"
        id = f"{self.target.id}/{name}"
        return (
            text if value is None else self.counted(self.values.mark(id, value, self.unit, self.digits, text, origin))
        )

    def counted(self, text: Text) -> Text:
        """Return a plain count with its measure word: 16 places are 16个."""
        return Text(f"{text.zh}{self.measure_word}", text.en) if self.measure_word and text.zh != MISSING else text

    def forecast(self) -> Text:
        """Return the forecast with its 80 % interval."""
        low, middle, high = (self.shown(name, self.number(name)) for name in ("lower_80", "forecast", "upper_80"))
        if self.number("forecast") is None:
            return middle
        return Text(f"{middle.zh}（{low.zh}—{high.zh}）", f"{middle.en} ({low.en} to {high.en})")

    def changes(self) -> dict[str, Change | None]:
        """Return the changes on last year and on the baseline, none across a change of definition, and the distance."""
        latest, base, bound = (self.number(name) for name in ("latest_value", "baseline_value", "target_value"))
        year, base_year = self.whole("latest_year"), self.whole("baseline_year")
        before = None if year is None or self.alone else self.past.get(year - 1)
        if year is not None and self.history.broken(self.key, year - 1, year):
            before = None
        if self.history.broken(self.key, base_year, year):
            base = None
        last = observed(self.key[0], self.key[1], (year or 0) - 1, *self.key[2:])
        return {
            "on_last_year": self._moved("on_last_year", latest, before, f"{self.own}.latest_value - {last}"),
            "on_baseline": self._moved(
                "on_baseline", latest, base, f"{self.own}.latest_value - {self.own}.baseline_value"
            ),
            "distance": None
            if self.alone
            else self._moved("distance", bound, latest, f"{self.own}.target_value - {self.own}.latest_value"),
        }

    def turned(self) -> tuple[int, Change] | None:
        """Return the change since the year after the baseline, where that is the other way than since the baseline."""
        year, base_year = self.whole("latest_year"), self.whole("baseline_year")
        latest, base = self.number("latest_value"), self.number("baseline_value")
        if None in (year, base_year, latest, base) or self.alone or self.history.broken(self.key, base_year, year):
            return None
        after = base_year + 1  # type: ignore[operator]
        value = self.past.get(after)
        if value is None or year - after < 2 or (latest - value) * (latest - base) >= 0:  # type: ignore[operator]
            return None
        path = [self.past[y] for y in range(after, year + 1) if y in self.past]  # type: ignore[operator]
        steps = [(b - a) * (latest - value) > 0 for a, b in zip(path, path[1:], strict=False)]  # type: ignore[operator]
        if sum(steps) < 0.75 * len(steps):  # two ends make no trend
            return None
        origin = f"{self.own}.latest_value - {observed(self.key[0], self.key[1], after, *self.key[2:])}"
        moved = self._moved("on_next_year", latest, value, origin)
        return None if moved is None or moved.sign == 0 else (after, moved)

    def odd_base(self) -> Text:
        """Return that the baseline lies below or above all years around it; empty where it does not.

        What is asked for follows from the baseline, so one year out of line makes it hard or easy to reach.
        """
        past, base_year = self.past, self.whole("baseline_year")
        if base_year is None or base_year not in past or self.alone:
            return Text("", "")
        around = [past.get(base_year + k, math.nan) for k in range(-ODD_BASE, ODD_BASE + 1) if k]
        if any(map(math.isnan, around)):
            return Text("", "")
        if past[base_year] < min(around):
            return Text("低于前后各两年", "lower than the two years before and after")
        above = past[base_year] > max(around)
        return Text("高于前后各两年", "higher than the two years before and after") if above else Text("", "")

    def _moved(self, name: str, now: float | None, then: float | None, origin: str) -> Change | None:
        if now is None or then is None:
            return None
        moved = _change(self.values, f"{self.target.id}/{name}", now - then, self.unit, self.digits, origin)
        return Change(moved.sign, self.counted(moved.size))

    def swing(self, bound: float) -> Text:
        """Return between what the last five years with a value lay; nothing where all of them met the target too."""
        past = self.past
        last = sorted(past)[-SWING_YEARS:]
        low, high = (min(last, key=past.__getitem__), max(last, key=past.__getitem__)) if last else (0, 0)
        if len(last) < 2 or (past[high] <= bound if self.target.lower_is_better else past[low] >= bound):
            return Text("", "")

        def shown(year: int, lang: Lang) -> str:
            origin = observed(self.key[0], self.key[1], year, *self.key[2:])
            return cell(origin, past[year], self.unit, self.digits, lang)

        many = chinese(len(last))
        return Text(
            f"近{many}个有数据的年份在{shown(low, 'zh')}—{shown(high, 'zh')}之间",
            f"the last {WORDS[len(last)]} values lay between {shown(low, 'en')} and {shown(high, 'en')}",
        )
