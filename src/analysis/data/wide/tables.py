"""A table's rows and columns with their meanings: as they were understood, as a person confirmed them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace

from analysis.data.grid.grid import Grid, is_blank
from analysis.data.wide.layout import Layout
from analysis.data.wide.meaning import ASK, LIKELY, SURE, Meaning, Vocabulary, joined
from analysis.exceptions import Text
from analysis.gate.breakdowns import is_part, word
from analysis.gate.others import is_expected, title_about_others
from analysis.gate.periods import Period, read_period
from analysis.gate.texts import plain
from analysis.gate.units import measure

_NUMBERS = "#"  # label of a parent row that has numbers of its own
_DIGITS = re.compile(r"\d{4}")


@dataclass
class WideTable:
    """A wide table and what it means.

    Parameters
    ----------
    number : int
        Counted through the file from one.
    layout : Layout
    rows, columns : dict
        Meaning of each row and column of data, by its place counted from zero.
    paths : dict
        Of each row and column (`("row", i)`, `("column", j)`) the labels that lead to it, years left open: by these a
        confirmed meaning is found again in the next file.
    whole : Meaning
        What titles say of all numbers: unit, area, indicator, and the year of a table without years.
    year_fault : Text or None
        Why the table has no year although it should.
    """

    number: int
    layout: Layout
    rows: dict[int, Meaning] = field(default_factory=dict)
    columns: dict[int, Meaning] = field(default_factory=dict)
    paths: dict[tuple[str, int], str] = field(default_factory=dict)
    whole: Meaning = Meaning()
    year_fault: Text | None = None
    reused: str = ""

    @property
    def sheet(self) -> str:
        """Return the sheet's name."""
        return self.layout.grid.name

    @property
    def shape(self) -> str:
        """Return a digest of the header's labels, years left open: tables of one form have the same."""
        heads = sorted({path for (kind, _), path in self.paths.items() if kind == "column"})
        labels = [plain(self.layout.grid.cell(k, j)) for k in self.layout.header for j in self.layout.labels]
        return hashlib.sha256("\n".join([*labels, "|", *heads]).encode()).hexdigest()


def understood(number: int, layout: Layout, words: Vocabulary, year: int | None, fault: Text | None) -> WideTable:
    """Return a table with the meanings its own labels give it."""
    words = replace(words, year=year)
    table = WideTable(number, layout, year_fault=fault)
    said = [layout.grid.name, *layout.titles]
    table.whole = replace(words.title(said), year=year, label="；".join(one for one in said if one))
    table.paths["whole", 0] = _DIGITS.sub("{年}", table.whole.label)
    for j in layout.data:
        table.columns[j], table.paths["column", j] = _column(layout, j, words)
    _read_rows(table, words)
    _settle(table, words)
    return table


def _column(layout: Layout, j: int, words: Vocabulary) -> tuple[Meaning, str]:
    """Return what the header's levels over a column say together."""
    labels = [_head(layout, k, j) for k in layout.header]
    levels = [plain(one) for one in labels if not is_blank(one)]
    levels = [one for i, one in enumerate(levels) if one not in levels[:i]]
    said = [words.read(one) for one in levels]
    path = " > ".join(_DIGITS.sub("{年}", one) for one in levels)
    whole = words._in_parts(" ".join(levels)) if len(levels) > 1 else None
    if whole is not None and all(one.says or one.unit for one in said):
        return replace(joined(Meaning(), *said), label=" > ".join(levels)), path
    kept = [one for i, one in enumerate(said) if one.use or i == len(said) - 1 or one.indicator or _refused(one)]
    clash = len({one.indicator for one in kept if one.indicator and one.sure == SURE}) > 1
    out = replace(joined(Meaning(), *kept), label=" > ".join(levels))
    passed = [one.label for one in said if one not in kept and one.label not in _domains(words)]
    if passed and out.sure == SURE:
        shown = "、".join(passed)
        out = replace(
            out, sure=LIKELY, why=Text(f"表头“{shown}”未能识别，按其余表头读取", f"'{shown}' was passed over")
        )
    if clash:
        why = Text("表头有两个指标", "two indicators in one header")
        out = replace(out, sure=ASK, why=why, use=False)
    if not levels:
        why = Text("没有表头", "no header")
        out = Meaning(sure=ASK, why=why, use=False)
    return out, path


def _domains(words: Vocabulary) -> set[str]:
    """Return the titles of the plan's domains, which group columns and say nothing of their numbers."""
    return {plain(name) for domain in words.names.plan.domains for name in (domain.title.zh, domain.title.en)}


def _refused(one: Meaning) -> bool:
    """Return whether a label was refused by name (a month, several years), which must not be passed over."""
    return bool(not one.use and one.why and not one.why.zh.startswith("不认识") and not one.indicator)


def _head(layout: Layout, k: int, j: int) -> object:
    """Return the header cell over a column: of a merged range its first, else the last to the left above a split."""
    grid = layout.grid
    for top, left, bottom, right in grid.merges:
        if top <= k <= bottom and left <= j <= right:
            return grid.cell(top, left)
    own = grid.cell(k, j)
    lower = [grid.cell(m, j) for m in layout.header if m > k]
    if not is_blank(own) or not lower or all(is_blank(one) for one in lower):
        return own
    first = min(layout.data)
    for left in range(j - 1, first - 1, -1):
        if left not in layout.data:
            break
        if not is_blank(grid.cell(k, left)):
            return grid.cell(k, left)
    return own


def _merged(grid: Grid, k: int, j: int) -> object:
    cell = grid.cell(k, j)
    if is_blank(cell):
        for top, left, bottom, right in grid.merges:
            if top < k <= bottom and left <= j <= right:
                return grid.cell(top, left)
    return cell


def _read_rows(table: WideTable, words: Vocabulary) -> None:
    """Give each row its meaning; rows without an indicator of their own are parts of the one above, or of a heading."""
    layout = table.layout
    heading, parent, above = Meaning(), Meaning(), [""] * len(layout.labels)
    for k in sorted([*layout.rows, *layout.headings]):
        if k in layout.headings:
            heading = _heading(_label(layout, k)[-1], words)
            parent = Meaning()
            continue
        labels, above = _labels(layout, k, above)
        said = _row(layout, k, labels, words, parent)
        alone = not any(words.names.find(label) for label in labels)
        if said.group == "_T" and alone and parent.indicator and parent.label == _NUMBERS:
            why = Text("“合计”是哪个指标的合计？", "a total of which indicator?")
            said = replace(said, indicator="", sure=ASK, why=why, use=False)
        elif said.indicator and not said.breakdown:
            parent = replace(
                said, label=_NUMBERS, sure=SURE if said.use else said.sure, why=None if said.use else said.why
            )
        elif not said.use and not said.says and not _is_part(labels):
            parent = replace(said, label=_NUMBERS)  # its parts are no parts of the row before it
        unit = plain(layout.grid.cell(k, layout.unit)) if layout.unit is not None else ""
        if not unit and layout.unit is not None and is_blank(_merged(layout.grid, k, layout.unit)) is False:
            unit = plain(_merged(layout.grid, k, layout.unit))
        own = replace(said, unit=unit or said.unit)
        remarks = [plain(layout.grid.cell(k, j)) for j in layout.texts]
        if expected := next((one for one in remarks if is_expected(one)), ""):
            why = Text(f"本行写明“{expected}”，不是统计数据", f"the row says '{expected}': no observation")
            own = replace(own, sure=LIKELY, why=why, use=False)
        if unit and said.unit and measure(unit) != measure(said.unit):
            zh = f"名称写的单位“{said.unit}”与单位栏“{unit}”不一致"
            why = Text(zh, f"the name says '{said.unit}', the column of units '{unit}'")
            own = replace(own, sure=ASK, why=why, use=False)
        table.rows[k] = joined(own, heading) if heading.says or not heading.use else own
        shown = " > ".join(one for one in (heading.label, *labels) if one)
        table.rows[k] = replace(table.rows[k], label=shown)
        path = f"{parent.indicator if said.breakdown and not labels[0] else ''}{shown}"
        table.paths["row", k] = _DIGITS.sub("{年}", f"{parent.indicator}/{path}" if _is_part(labels) else path)


def _heading(label: str, words: Vocabulary) -> Meaning:
    """Return what a row with a label alone says of the rows below it; targets and the like are not taken."""
    said = words.read(label)
    other = None if said.use else title_about_others(label)
    if other is not None:
        return Meaning(label, sure=LIKELY, why=other, use=False)
    return said if said.use and said.says else Meaning()


def _is_part(labels: list[str]) -> bool:
    return bool(labels) and (is_part(labels[-1]) or word(labels[-1]) is not None)


def _label(layout: Layout, k: int) -> list[str]:
    code = [] if layout.code is None else [plain(layout.grid.cell(k, layout.code))]
    return [*code, *(plain(layout.grid.cell(k, j)) for j in layout.labels)]


def _labels(layout: Layout, k: int, above: list[str]) -> tuple[list[str], list[str]]:
    """Return a row's labels; a blank one is that of the row above where merged, or where a later one is given."""
    own = [plain(_merged(layout.grid, k, j)) for j in layout.labels]
    filled = [above[n] if not one and any(own[n + 1 :]) and n < len(above) else one for n, one in enumerate(own)]
    return [one for one in filled if one], filled


def _row(layout: Layout, k: int, labels: list[str], words: Vocabulary, parent: Meaning) -> Meaning:
    code = plain(_merged(layout.grid, k, layout.code)) if layout.code is not None else ""
    if code and (one := words.names.find(code)):
        known = Meaning(indicator=one.id)
        others = [words.read(label) for label in labels if words.names.find(label) is None]
        return joined(known, *(other for other in others if other.use))
    said = [words.read(label) for label in labels]
    if not said:
        why = Text("行没有名称", "a row without a label")
        return Meaning(code, sure=ASK, why=why, use=False)
    out = joined(said[0], *said[1:])
    if not out.indicator and not out.area and not out.year and out.breakdown:
        return replace(joined(replace(out, label=labels[-1]), parent), label=labels[-1])
    if not out.indicator and out.area and parent.indicator and not _elsewhere(layout):
        return joined(out, parent)
    return out


def _elsewhere(layout: Layout) -> bool:
    return len(layout.labels) > 0 and layout.code is not None


def _settle(table: WideTable, words: Vocabulary) -> None:
    """Take 合计 among areas for the whole area, and ask where a table names no indicator at all."""
    by_area = sum(bool(one.area) for one in table.rows.values()) * 2 >= len(table.rows)
    for k, one in table.rows.items():
        if by_area and not one.area and one.group == "_T":
            why = Text(f"“{one.label}”按本级地区读取", f"'{one.label}' is taken as the plan's own area")
            table.rows[k] = replace(one, area=words.areas.own, group="", sure=LIKELY, why=why, use=False)
    _school_years(table, words)
    rows = any(one.indicator for one in table.rows.values())
    columns = any(one.indicator for one in table.columns.values())
    if rows and columns:
        table.whole = replace(table.whole, indicator="")
    if not rows and not columns and table.whole.indicator:
        why = Text("指标取自标题", "the indicator is that of the title")
        table.whole = joined(table.whole, Meaning(sure=LIKELY, why=why, use=False))
    elif rows or columns:
        table.whole = replace(table.whole, indicator="")


def _school_years(table: WideTable, words: Vocabulary) -> None:
    """Take 2016-2017 for a school year where all indicators of the table are reported by school years."""
    own = {one.indicator for one in (*table.rows.values(), *table.columns.values()) if one.indicator}
    if not own or any(words.names.plan.indicator(id).period_type != "school_year" for id in own):
        return
    for meanings in (table.rows, table.columns):
        for place, one in meanings.items():
            if (
                one.year
                and not one.use
                and one.sure == LIKELY
                and read_period(one.label, school_year=True) == Period(one.year)
            ):
                meanings[place] = replace(one, sure=SURE, why=None, use=True)
