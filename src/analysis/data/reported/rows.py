"""The gate for one row of a report sheet: taken, asked about, or set aside with its column and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.data.forms.values import SetAside
from analysis.data.reported.duties import lead_of
from analysis.data.reported.labels import choice_names, other_words
from analysis.data.reported.sheets import Sheet
from analysis.exceptions import Text
from analysis.gate.names import likeness, name_key
from analysis.gate.numbers import Number, read_number
from analysis.gate.periods import FIRST, LAST, Period, read_period
from analysis.gate.texts import Uncomputed, text, written
from analysis.plan import Plan
from analysis.plan.signs import UNWRITABLE
from analysis.schema.table import Column

NEAR = 0.6  # likeness from which a title is proposed
Doubts = list[tuple[str, Text]]
_NEEDS_ROLE = ("measure_reports", "self_assessments", "causes")


@dataclass(frozen=True)
class Given:
    """What the rows of a file leave out: plan, area, department and year; `form` says that it is one of our forms."""

    plan: Plan
    area: str
    department: str
    year: int | None
    form: bool = False

    @property
    def found(self) -> dict[str, Any]:
        """Return area and year for rows set aside."""
        return {"ref_area": self.area, "time_period": self.year or ""}

    @cached_property
    def titles(self) -> dict[str, dict[str, str]]:
        """Return the ids of measures and targets by their texts; those that two have are left out."""
        plan = self.plan
        measures = _once([(one.title.zh, one.id) for one in plan.measures])
        return {"measure": measures, "target": _once([(one.text.zh, one.id) for one in plan.targets])}

    @cached_property
    def ids(self) -> dict[str, set[str]]:
        """Return the ids of measures and targets."""
        return {"measure": {one.id for one in self.plan.measures}, "target": {one.id for one in self.plan.targets}}


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice = set()
    for title, id in pairs:
        key = name_key(title)
        if found.setdefault(key, id) != id:
            twice.add(key)
    return {key: id for key, id in found.items() if key and key not in twice}


def read_row(sheet: Sheet, cells: Mapping[str, Any], given: Given, number: int) -> tuple[dict[str, Any], Doubts]:
    """Return a row as its table has it, and what a person has to confirm of it.

    Parameters
    ----------
    sheet : Sheet
    cells : mapping
        Raw cells by column.
    given : Given
    number : int
        Of the row below the header: that of a practice or plan, until all are numbered.

    Returns
    -------
    row, doubts
        The row is taken where there are no doubts, else proposed.

    Raises
    ------
    SetAside
        With the column and the reason.
    """
    doubts: Doubts = []
    row: dict[str, Any] = {"plan": given.plan.id, "ref_area": given.area, "year": _year(given)}
    if "department" in sheet.table.names:
        row["department"] = _department(given)
    if sheet.about == "number":
        row["number"] = number
    else:
        row[sheet.about] = _about(sheet.about, cells, given, doubts)
    for column in sheet.table.columns:
        if column.name not in row and column.name not in ("who", "at"):
            row[column.name] = _value(column, cells.get(column.name), sheet, doubts)
    _measure_of_plan(sheet, row, given, doubts)
    _whole(sheet, row, cells, doubts)
    if sheet.table.name in _NEEDS_ROLE:
        _role(row, given, doubts)
    return row, doubts


def _year(given: Given) -> int:
    if given.year is None:
        raise SetAside("", Text("没有填报年份（--year）", "no year (--year)"))
    return given.year


def _department(given: Given) -> str:
    known = {one.code for one in given.plan.departments}
    if given.department not in known:
        said = given.department or "—"
        why = Text(f"没有部门“{said}”，请用 --department 写明", f"no department '{said}': name it by --department")
        raise SetAside("", why)
    return given.department


def _about(kind: str, cells: Mapping[str, Any], given: Given, doubts: Doubts) -> str:
    """Return the id of the measure or target of a row: by its code, else by its text."""
    code, title = text(cells.get(kind)), text(cells.get("title"))
    name = {"measure": Text("措施", "measure"), "target": Text("目标", "target")}[kind]
    by_title = given.titles[kind].get(name_key(title)) if title else None
    if code in given.ids[kind]:
        if by_title not in (None, code):
            raise SetAside("title", Text(f"编码是 {code}，文字是 {by_title} 的", f"code {code}, text of {by_title}"))
        return code
    if not code and by_title:
        return by_title
    if not code and not title:
        raise SetAside(kind, Text(f"没有写明是哪条{name.zh}", f"no {name.en} is named"))
    near, share = (by_title, 1.0) if by_title else _nearest(name_key(title), given.titles[kind])
    if near is None or share < NEAR:
        raise SetAside(kind, Text(f"规划没有{name.zh}“{code or title[:30]}”", f"no {name.en} '{code or title[:30]}'"))
    zh = f"规划没有{name.zh}编码“{code}”，" if code else ""
    en = f"no {name.en} '{code}', " if code else ""
    likest = Text(f"按文字最接近 {near}（相似度 {share:.0%}）", f"by its text nearest to {near} (likeness {share:.0%})")
    doubts.append((kind if code else "title", Text(zh, en) + likest))
    return near


def _nearest(key: str, titles: Mapping[str, str]) -> tuple[str | None, float]:
    if not key:
        return None, 0.0
    best = max(titles, key=lambda other: (likeness(key, other), other), default=None)
    return (None, 0.0) if best is None else (titles[best], likeness(key, best))


def _value(column: Column, cell: Any, sheet: Sheet, doubts: Doubts) -> Any:
    if isinstance(cell, Uncomputed):
        raise SetAside(column.name, Text("公式未计算，请打开并保存一次", "a formula without a stored value"))
    if column.choices:
        return _choice(column.name, cell, doubts)
    if column.kind == "text":
        said = text(cell) if column.name == "output_unit" else written(cell)
        if UNWRITABLE.search(said):
            raise SetAside(column.name, Text("含有不可见的控制字符", "a control character"))
        return said
    if column.name == "since":
        return _since(cell)
    return _amount(column, cell, doubts)


def _choice(column: str, cell: Any, doubts: Doubts) -> str:
    said = text(cell)
    if not said:
        return ""
    names = choice_names(column)
    for key, name in names.items():
        if said.lower() in (key, name.zh, name.en.lower()):
            return key
    for word, key in other_words(column).items():
        if said == word:
            doubts.append((column, Text(f"“{said}”拟按“{names[key].zh}”读取", f"'{said}' read as '{names[key].en}'")))
            return key
    known = "、".join(name.zh for name in names.values())
    english = ", ".join(name.en for name in names.values())
    raise SetAside(column, Text(f"“{said}”不在列表中（{known}）", f"'{said}' is not in the list ({english})"))


def _since(cell: Any) -> int | None:
    if not text(cell):
        return None
    found = read_period(cell)
    if not isinstance(found, Period) or not FIRST <= found.year <= LAST:
        raise SetAside("since", Text(f"“{text(cell)}”不是年份", f"'{text(cell)}' is no year"))
    return found.year


def _amount(column: Column, cell: Any, doubts: Doubts) -> float | None:
    if not text(cell):
        return None
    found = read_number(cell)
    if not isinstance(found, Number):
        reason = getattr(found, "reason", None) or Text(f"“{text(cell)}”不是数字", f"'{text(cell)}' is no number")
        raise SetAside(column.name, reason)
    if found.value < (column.minimum or 0):
        raise SetAside(column.name, Text(f"{found.value:g} 小于0", f"{found.value:g} is below 0"))
    if found.doubt:
        doubts.append((column.name, found.doubt))
    if found.sign and (found.sign[0] in "%‰/十百千万亿" and found.sign not in ("元", "万元", "亿元")):
        said = Text(f"数字后写有“{found.sign}”，按 {found.value:g} 读取", f"'{found.sign}' behind it: {found.value:g}")
        doubts.append((column.name, said))
    return float(found.value)


def _measure_of_plan(sheet: Sheet, row: dict[str, Any], given: Given, doubts: Doubts) -> None:
    """Check the measure a plan for next year names: one of the plan, by code or text, or none."""
    if sheet.table.name != "next_year" or not row["measure"]:
        return
    said = text(row["measure"])
    if said not in given.ids["measure"]:
        row["measure"] = _about("measure", {"title": said}, given, doubts)


def _whole(sheet: Sheet, row: dict[str, Any], cells: Mapping[str, Any], doubts: Doubts) -> None:
    """Check what the columns of a row say together."""
    for column in sheet.table.columns:
        if column.required and column.name in row and row[column.name] in ("", None):
            heading = next((one.heading for one in sheet.fields if one.column == column.name), column.name)
            raise SetAside(column.name, Text(f"没有填“{heading}”", f"{column.name} is empty"))
    _money(row, cells, doubts)
    _counts(row)
    if row.get("output") is not None and not row["output_unit"]:
        written_with = read_number(cells.get("output"))
        row["output_unit"] = written_with.sign if isinstance(written_with, Number) else ""  # 12所
        if not row["output_unit"]:
            raise SetAside("output", Text("产出数量没有单位", "an output without a unit"))
    if row.get("since") and row["since"] > row["year"]:
        raise SetAside("since", Text(f"开始年份 {row['since']} 晚于填报年份", f"{row['since']} is after the year"))


def _money(row: dict[str, Any], cells: Mapping[str, Any], doubts: Doubts) -> None:
    """Give money its unit: that of its column, or of the cell itself; units that disagree are refused."""
    if "money" not in row:
        return
    if row["money"] is None:
        row["money_unit"] = ""
        return
    units = {name.zh: key for key, name in choice_names("money_unit").items()}
    found = read_number(cells.get("money"))
    own = units.get(found.sign, "") if isinstance(found, Number) else ""
    if own and row["money_unit"] not in ("", own):
        raise SetAside("money", Text("金额与“资金单位”的单位不一致", "two units of money"))
    row["money_unit"] = row["money_unit"] or own
    if not row["money_unit"]:
        row["money_unit"] = "ten_thousand_yuan"
        doubts.append(("money", Text("金额没有单位，拟按万元读取", "money without a unit: read as x10,000 yuan")))


def _counts(row: dict[str, Any]) -> None:
    """Check a self-assessment: a grade or counts, and no more done than there is to do."""
    if "total" not in row:
        return
    done, total = row["done"], row["total"]
    if not row["grade"] and done is None:
        raise SetAside("grade", Text("没有自评等级，也没有完成数", "neither a grade nor a count"))
    if done is not None and total is not None and (done > total or total == 0):
        raise SetAside("done", Text(f"已完成 {done:g}，应完成 {total:g}", f"{done:g} done of {total:g}"))


def _role(row: dict[str, Any], given: Given, doubts: Doubts) -> None:
    """Ask about a measure or target that is another department's."""
    plan, own = given.plan, given.department
    if "target" in row:
        lead = lead_of(plan, plan.target(row["target"]))
        named: tuple[str, ...] = (lead, *plan.parent(plan.target(row["target"])).departments)
    else:
        named = next(one.departments for one in plan.measures if one.id == row["measure"])
    if own not in named:
        names = "、".join(plan.department_name(code).zh for code in named if code)
        column = "target" if "target" in row else "measure"
        doubts.append((column, Text(f"责任部门是{names}，不是本部门", f"it is of {', '.join(named)}, not of {own}")))
