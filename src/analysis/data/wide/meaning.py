"""What a label of a row, a column or a title says: indicator, area, year, breakdown, unit, or part of a rate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from analysis.data.forms.header import LAST_YEAR, THIS_YEAR, column_of
from analysis.data.forms.lookup import AreaNames, IndicatorNames
from analysis.exceptions import Text
from analysis.gate.breakdowns import WORDS, word
from analysis.gate.others import about_others, is_place, title_about_others
from analysis.gate.periods import NoPeriod, read_period
from analysis.gate.texts import plain, text, without_marks
from analysis.gate.units import is_unit

SURE, LIKELY, ASK = 2, 1, 0
_RATES = ("率", "比率", "比例", "占比", "比重", "百分比", "值", "数值", "绝对数", "实际数", "实际完成", "完成值")
_UNIT = re.compile(r"[(\[（【]\s*(?:单位\s*[:：]\s*)?([^()（）\[\]]{1,12})\s*[)\]）】]\s*$")
_UNIT_OF_TITLE = re.compile(r"(?<![制报送责编发主管办承])单位\s*[:：]\s*([^\s，,；;）)]{1,10})")
_PARTS = re.compile(r"\s*(?:——+|—|–|-|[:：/、\n]|\s|[（(]|[）)])\s*")
_YEAR_FIRST = re.compile(r"^(\d{4}\s*年度?)\s*(?=\D)(.+)$")
_YEAR_OF_DATA = re.compile(r"^(\d{4}\s*年度?)\s*[（(]?(?:基期|基数|实际|完成)(?:值|数|数值|完成|完成值)?[)）]?$")
_YEAR_LAST = re.compile(r"^(.+?)\s*[（(]?(\d{4}\s*年度?)[)）]?$")


@dataclass(frozen=True)
class Meaning:
    """What a label was taken for; empty and None for what it does not say.

    Parameters
    ----------
    label : str
        As it stands.
    indicator, area : str
        Codes.
    year : int or None
    sex, age, residence, group : str
        Codes of breakdowns.
    measure : str
        `obs_value`, `numerator` or `denominator`.
    unit : str
        As it stands.
    sure : int
        `SURE`, `LIKELY` (a person looks) or `ASK` (a person says it).
    why : Text or None
        What a person has to look at.
    use : bool
        False for what is left out.
    """

    label: str = ""
    indicator: str = ""
    area: str = ""
    year: int | None = None
    sex: str = ""
    age: str = ""
    residence: str = ""
    group: str = ""
    measure: str = ""
    unit: str = ""
    sure: int = SURE
    why: Text | None = None
    use: bool = True

    @property
    def says(self) -> bool:
        """Return whether the label says what its numbers are about; a unit alone does not."""
        return bool(self.indicator or self.area or self.year or self.breakdown or self.measure)

    @property
    def breakdown(self) -> bool:
        """Return whether the label names a breakdown or its total."""
        return bool(self.sex or self.age or self.residence or self.group)


def joined(first: Meaning, *others: Meaning) -> Meaning:
    """Return what labels say together; an earlier one counts before a later one."""
    out = first
    for other in others:
        gained = {name: getattr(other, name) for name in FIELDS if not getattr(out, name) and getattr(other, name)}
        out = replace(out, **gained)
        if other.sure < out.sure:
            out = replace(out, sure=other.sure)
        if other.why and other.why != out.why:
            why = Text(f"{out.why.zh}；{other.why.zh}", f"{out.why.en}; {other.why.en}") if out.why else other.why
            out = replace(out, why=why)
        out = replace(out, use=out.use and other.use)
    return out


FIELDS = ("indicator", "area", "year", "sex", "age", "residence", "group", "measure", "unit")


@dataclass(frozen=True)
class Vocabulary:
    """The names that labels are looked up in; `year` is that of the sheet, which 本年 and 上年 go by."""

    names: IndicatorNames
    areas: AreaNames
    year: int | None = None

    def read(self, cell: Any) -> Meaning:
        """Return what a label says; `sure` is `ASK` where it says nothing that is known."""
        given = plain(cell)
        if not given:
            return Meaning()
        found = self._exact(given, cell) or self._composed(given)
        if found is not None:
            return replace(found, label=given)
        near = self.names.near(_without_unit(given), most=1)
        unit = unit_in(given)
        other = about_others(given, near[0][0].name.zh if near else "")
        if other is None and re.match(r"全[国省市县区旗州]", given) and not self.areas.is_whole(given[:2]):
            other = Text(f"“{given}”是其他地区的数值", f"'{given}' is of another area")  # 全市婴儿死亡率 in a county
        if other is not None:
            return Meaning(given, sure=ASK, why=other, use=False)
        if near:
            one, share = near[0]
            why = Text(
                f"规划没有“{given}”，最接近“{one.name.zh}”（相似度 {share:.0%}）",
                f"no '{given}' in the plan; nearest '{one.name.en}' (likeness {share:.0%})",
            )
            return Meaning(given, indicator=one.id, unit=unit, sure=LIKELY, why=why, use=False)
        if is_place(given):
            why = Text(f"没有登记地区“{given}”", f"no area '{given}' is registered")
            return Meaning(given, sure=ASK, why=why, use=False)
        why = Text(f"不认识“{given}”", f"'{given}' is not known")
        return Meaning(given, unit=unit, sure=ASK, why=why, use=False)

    def _exact(self, given: str, cell: Any = None) -> Meaning | None:
        bare = without_marks(text(given))[0]
        for names, back in ((THIS_YEAR, 0), (LAST_YEAR, 1)):
            if bare in names and self.year:
                return Meaning(year=self.year - back)
        measure = column_of(bare)
        if measure in ("numerator", "denominator", "obs_value") or _without_unit(given) in _RATES:
            return Meaning(measure=measure or "obs_value", unit=unit_in(given))
        found = read_period(cell if cell is not None else given)
        if isinstance(found, NoPeriod):
            return Meaning(sure=ASK, why=found.reason, use=False)
        if found is not None:
            doubt = found.doubt
            return Meaning(year=found.year, sure=LIKELY if doubt else SURE, why=doubt, use=doubt is None)
        part = word(given)
        if part is not None:
            return _part(*part) if part[0] else Meaning(group="_T")
        one = self.names.find(given)
        if one is not None and self.names.is_synonym(given):
            why = Text(f"标准指标库中“{one.name.zh}”的同义名", f"a synonym of '{one.name.en}' in the registry")
            return Meaning(indicator=one.id, unit=unit_in(given), sure=LIKELY, why=why)
        if one is not None:
            return Meaning(indicator=one.id, unit=unit_in(given))
        code = self.areas.find(given)
        if code is not None:
            return Meaning(area=code)
        if self.areas.is_whole(given):
            why = Text(f"“{given}”按本级地区读取", f"'{given}' is taken as the plan's own area")
            return Meaning(area=self.areas.own, sure=LIKELY, why=why, use=False)
        inner = bare.strip("()（）[]").removeprefix("单位:").removeprefix("单位")
        return Meaning(unit=inner) if is_unit(inner) else None

    def _composed(self, given: str) -> Meaning | None:
        """Return what a label of several parts says, all of which are known: 2023年婴儿死亡率（女）."""
        if (base := _YEAR_OF_DATA.match(given)) and (year := self._exact(base[1])) is not None and year.use:
            why = Text(f"“{given}”按 {year.year} 年的数值读取", f"'{given}' is taken as the value of {year.year}")
            return replace(year, sure=LIKELY, why=why)
        for pattern in (_YEAR_FIRST, _YEAR_LAST):
            if match := pattern.match(given):
                parts = [self._exact(one) for one in match.groups()]
                if all(part is not None and part.says for part in parts):
                    return joined(Meaning(), *(part for part in parts if part))
        for dimension, codes in WORDS.items():
            for code, words in codes.items():
                for said in words:
                    rest = given.removeprefix(said)
                    if rest != given and len(said) + 2 < len(given) and (one := self.names.find(rest)):
                        return replace(_part(dimension, code), indicator=one.id, unit=unit_in(given))
        return self._in_parts(given)

    def _in_parts(self, given: str) -> Meaning | None:
        pieces = [one for one in _PARTS.split(given) if one]
        if not 1 < len(pieces) <= 5:
            return None
        known = [self._exact(one) for one in pieces]
        if any(one is None or not one.use for one in known):
            return None
        found = [one for one in known if one is not None]
        said = [name for one in found for name in FIELDS if getattr(one, name)]
        return joined(Meaning(), *found) if len(set(said)) == len(said) and any(one.says for one in found) else None

    def title(self, said: Iterable[str]) -> Meaning:
        """Return what titles and the sheet's name say of the whole table: a unit, an area below, an indicator.

        A title that speaks of targets or changes, or of another area, has to be confirmed before a number is taken.
        """
        out, doubts = Meaning(), list[Text]()
        for one in said:
            given = plain(one)
            unit = _UNIT_OF_TITLE.search(given)
            bracket = unit_in(given)
            if bracket or (unit and is_unit(unit[1])):
                out = joined(out, Meaning(unit=unit[1] if unit and is_unit(unit[1]) else bracket))
            out = joined(out, self._area_in(given), self._indicator_in(given))
            doubts += [doubt for doubt in (self._of_others(given), self._elsewhere(given)) if doubt is not None]
        if not doubts:
            return replace(out, sure=SURE, why=None)
        why = Text("；".join(one.zh for one in doubts), "; ".join(one.en for one in doubts))
        return replace(out, sure=LIKELY, why=why, use=False)

    def _of_others(self, given: str) -> Text | None:
        return None if self._indicator_in(given).indicator else title_about_others(given)

    def _elsewhere(self, given: str) -> Text | None:
        """Return that a title begins with an area that is not known; one that also names a known area is about it."""
        place = self.areas.another_in(given)
        if not place:
            return None
        return Text(f"标题写的是“{place}”，请核对地区", f"the title says '{place}': which area?")

    def _area_in(self, given: str) -> Meaning:
        inside = {
            code for name in self.areas.names if len(name) > 1 and name in given and (code := self.areas.find(name))
        }
        below = inside - {self.areas.own}
        return Meaning(area=below.pop()) if len(below) == 1 else Meaning()

    def _indicator_in(self, given: str) -> Meaning:
        bare = re.sub(r"\d{4}\s*年?(?:\s*[-–—~～至]\s*\d{2,4}\s*年?)?度?", " ", _without_unit(given))
        for piece in [bare, *re.split(r"[\s：:（）()、，]+", bare)]:
            tried = re.sub(
                r"^(?:表\s*\d*|附表\d*|各?(?:街道|乡镇|镇街|县区|区县|地区|村)(?:（镇）)?)", "", piece.strip()
            ).strip()
            for tail in ("", "情况", "统计表", "情况表", "一览表", "表", "情况统计表", "监测表"):
                for said in (piece.strip(), tried):  # 村委会 begins with 村 and is no area's name
                    one = self.names.find(said.removesuffix(tail)) if said.endswith(tail) else None
                    if one is not None:
                        return Meaning(indicator=one.id)
        return Meaning()


def _part(dimension: str, code: str) -> Meaning:
    return Meaning(sex=code) if dimension == "sex" else Meaning(residence=code)


def unit_in(label: str) -> str:
    """Return the unit in brackets at the end of a label; empty where what stands there is none."""
    found = _UNIT.search(without_marks(plain(label))[0])
    return found[1].strip() if found and is_unit(found[1]) else ""


def _without_unit(label: str) -> str:
    bare = without_marks(plain(label))[0]
    found = _UNIT.search(bare)
    return bare[: found.start()].strip() if found and is_unit(found[1]) else bare
