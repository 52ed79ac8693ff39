"""An indicator of a plan, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from analysis.exceptions import Text
from analysis.formats import SCALE

# counts and measures; money may be owed, and what a ratio relates is not known
_NEVER_NEGATIVE = (
    *("count", "persons", "ten_thousand_persons", "person_times", "ten_thousand_person_times", "cases", "beds"),
    *("years", "years_of_age", "hours", "minutes", "square_metres", "ten_thousand_m2", "micrograms_per_m3"),
    "per_100_females",
)


_PEOPLE = Text("人", "person/people")  # what is counted where a plan says nothing
_BODIES = tuple("所家座处间")  # measure words of schools, firms, buildings
_MEASURE_WORD = 2  # signs of a measure word that stands alone, such as 人次


@dataclass(frozen=True)
class Indicator:
    """An indicator's definition.

    Parameters
    ----------
    id, domain : str
    name, definition, formula, numerator, denominator, source : Text
    unit : str
        A unit of `analysis.formats`.
    direction : str
        lower_is_better or higher_is_better.
    lower, upper : float, optional
        Bounds in `unit`; None where the scale has none (gross rates are not capped).
    period_type : str
        calendar_year or school_year.
    disaggregations : tuple of str
        Breakdowns it is reported by.
    statistic : str
        poisson, binomial, ratio, amount, count or milestone.
    decimals : int
        Digits it is published with.
    department : str
        Code.
    sample : bool
        Whether the denominator is a sample (examined, tested, asked).
    population : str
        Of a sample: the indicator whose denominator is the whole group; empty where none is known.
    count_unit : Text
        What one unit of the numerator is called, in English singular/plural.
    aliases : tuple of str
        Further names under which it is reported.
    standard : str
        Code of the standard indicator it follows; empty for none.
    gross : bool
        Whether a share may be above 100 %.
    """

    id: str
    domain: str
    name: Text
    definition: Text
    formula: Text
    numerator: Text
    denominator: Text
    unit: str
    direction: str
    lower: float | None
    upper: float | None
    period_type: str
    disaggregations: tuple[str, ...]
    statistic: str
    decimals: int
    source: Text
    department: str
    sample: bool = False
    population: str = ""
    count_unit: Text = _PEOPLE
    aliases: tuple[str, ...] = ()
    standard: str = ""
    gross: bool = False

    @cached_property
    def bounds(self) -> tuple[float | None, float | None]:
        """Return the least and the greatest value there can be, in `unit`; None where there is no limit.

        What the plan declares counts. Where it declares nothing the unit says it: shares are from 0 to 100 (gross ones
        from 0), rates per so many, counts and measures from 0, growth and change have no limits.
        """
        low, high = self._natural()
        return (low if self.lower is None else self.lower, high if self.upper is None else self.upper)

    @property
    def measure_word(self) -> str:
        """Return the measure word of a plain count, 所 of 所学校; empty of others and where none is given."""
        word = self.count_unit.zh
        if self.unit != "count" or word == _PEOPLE.zh:
            return ""
        return word if len(word) <= _MEASURE_WORD else word[0]

    @property
    def of_bodies(self) -> bool:
        """Return whether it counts schools, offices and the like, of which every one is known, and not people."""
        word = self.count_unit.zh
        return word[:1] in _BODIES or (word[:1] == "个" and not word.endswith("人"))

    def _natural(self) -> tuple[float | None, float | None]:
        if self._is_change():
            return None, None
        if self.unit == "percent":
            gross = self.gross or "毛" in self.name.zh or re.search(r"\bgross\b(?! motor)", self.name.en, re.I)
            return 0.0, None if gross else 100.0
        return (0.0 if self.unit in SCALE or self.unit in _NEVER_NEGATIVE else None), None

    def _is_change(self) -> bool:
        """Return whether it is a rate of growth or change, which may be negative.

        The English name is asked only where there is no Chinese one: the growth of a child (生长) is no rate of growth.
        """
        if re.search("[\u4e00-\u9fff]", self.name.zh):
            return re.search("增长|增速|增幅|变化", self.name.zh) is not None
        return re.search(r"\b(growth|changes?)\b", self.name.en, re.I) is not None
