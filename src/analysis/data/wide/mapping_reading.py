"""The mapping workbook as a person left it, read back; every fault of it at once, each with sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import column_index_from_string, get_column_letter

from analysis.data.forms.lookup import AreaNames, IndicatorNames
from analysis.data.grid import Grid, open_book
from analysis.data.wide.confirmed import WHOLE, Decisions, Slot
from analysis.data.wide.mapping_book import COLUMNS, KINDS, MEASURES, NO, OPEN, YES
from analysis.data.wide.mapping_sheets import MAPPING, META, REFUSE, TAKE, VALUE_COLUMNS, VALUES
from analysis.data.wide.meaning import ASK, SURE, Meaning
from analysis.exceptions import DataError, Fault, Text, Where, usage, wrong_data
from analysis.gate.breakdowns import TOTAL, TOTAL_WORDS, word
from analysis.gate.periods import Period, read_period
from analysis.gate.texts import text, written
from analysis.places import shown
from analysis.plan import Plan

_MEASURE = Text("数值、分子或分母", "value, numerator or denominator")
_DECISION = Text(f"{TAKE}或{REFUSE}", f"{TAKE} or {REFUSE}")
_FIXED = Text("表、行或列、位置三栏不可改动", "table, kind and place as they were written")
_AGAIN = Text("请不带 --mapping 重新执行，核对新写出的对应表。", "Run it again without --mapping.")
_CORRECT = Text("请在对应表中更正后重新执行。", "Correct it in the mapping and run again.")
_LEFT = Text("确认时选择不取", "left out by the person who confirmed")
_UNDECIDED = Text("待定，尚未确认", "not decided yet")


def read_mapping(path: Path, plan: Plan, areas: Mapping[str, str], sha256: str) -> Decisions:
    """Read a mapping workbook.

    Parameters
    ----------
    path : Path
        As `write_mapping` wrote it and a person changed it.
    plan, areas
        What its cells may name.
    sha256 : str
        Digest of the file that is to be read by it.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        It is no mapping workbook, or that of another file, or cells name what does not exist: all of them at once.
    """
    if not path.is_file():
        raise usage(
            Text("对应表不存在", "the mapping does not exist"),
            Where(file=shown(path), item="--mapping"),
            Text("workbench ingest 写出的 .mapping.xlsx", "the .mapping.xlsx that `workbench ingest` wrote"),
            Text("请先不带 --mapping 执行一次。", "Run it once without --mapping first."),
        )
    sheets = {grid.name: grid for grid in open_book(path).sheets}
    if MAPPING not in sheets or META not in sheets:
        raise _foreign(path, Text("不是行列含义对应表", "no mapping workbook"))
    about = {text(row[0]): text(row[1]) for row in sheets[META].rows if len(row) > 1}
    own = about.get("file", "")
    if about.get("sha256") != sha256:
        found = Text(f"对应表是为另一个（或改动前的）文件“{own}”写的", f"the mapping of another or an older {own}")
        raise _foreign(path, found)
    if about.get("plan") != plan.id:
        other = about.get("plan", "")
        raise _foreign(path, Text(f"对应表属于规划 {other}", f"the mapping belongs to the plan {other}"))
    reader = _Reader(shown(path), IndicatorNames(plan), AreaNames(plan, areas))
    meanings = reader.meanings(sheets[MAPPING])
    values = reader.values(sheets[VALUES]) if VALUES in sheets else {}
    if reader.faults:
        raise DataError(reader.faults)
    return Decisions(meanings, values)


def _foreign(path: Path, found: Text) -> DataError:
    return wrong_data(
        found,
        Where(file=shown(path), item="--mapping"),
        Text("由同一文件、同一规划写出的对应表", "the mapping written for this very file and plan"),
        _AGAIN,
    )


def _numbers(written: str) -> list[int]:
    """Return the tables that a cell names as `mapping_book.numbers_of` writes them; none where it names none."""
    out: list[int] = []
    for part in written.split("、"):
        ends = re.fullmatch(r"(\d{1,4})(?:[-—](\d{1,4}))?", part.strip())
        if ends is None:
            return []
        out += range(int(ends[1]), int(ends[2] or ends[1]) + 1)
    return out


@dataclass
class _Reader:
    file: str
    names: IndicatorNames
    areas: AreaNames
    faults: list[Fault] = field(default_factory=list)

    def meanings(self, sheet: Grid) -> dict[tuple[int, Slot], Meaning]:
        out: dict[tuple[int, Slot], Meaning] = {}
        for i, cells in self._rows(sheet, COLUMNS):
            kind = next((key for key, name in KINDS.items() if name == text(cells["kind"])), None)
            place = self._place(kind, cells["place"])
            numbers = _numbers(text(cells["table"]))
            slot = WHOLE if kind == "whole" else (kind or "", place or 0)
            if kind is None or place is None or not numbers or any((number, slot) in out for number in numbers):
                self._fault(sheet, i, "place", cells["place"], _FIXED, COLUMNS)
                continue
            out |= dict.fromkeys(((number, slot) for number in numbers), self._meaning(sheet, i, cells))
        return out

    def _meaning(self, sheet: Grid, i: int, cells: Mapping[str, Any]) -> Meaning:
        use = text(cells["use"])
        if use not in ("", YES, NO, OPEN):
            self._fault(sheet, i, "use", use, Text(f"{YES}、{NO}或{OPEN}", f"{YES}, {NO} or {OPEN}"), COLUMNS)
        said: dict[str, Any] = {name: self._dimension(sheet, i, name, cells[name]) for name in ("sex", "residence")}
        said |= {name: TOTAL if text(cells[name]) in TOTAL_WORDS else text(cells[name]) for name in ("age", "group")}
        given = text(cells["indicator"])
        if given:
            one = self.names.find(given) or self.names.find(given.split(" ")[0])
            if one is None:
                self._fault(sheet, i, "indicator", given, Text("规划中的指标", "an indicator of the plan"), COLUMNS)
            else:
                said["indicator"] = one.id
        area = text(cells["area"])
        if area:
            code = self.areas.find(area) or self.areas.find(area.split(" ")[0])
            if code is None:
                self._fault(sheet, i, "area", area, Text("已登记的地区", "an area that is known"), COLUMNS)
            said["area"] = code or ""
        when = read_period(cells["year"])
        if isinstance(when, Period) and not when.doubt:
            said["year"] = when.year
        elif text(cells["year"]):
            self._fault(sheet, i, "year", cells["year"], Text("一个年份", "a year"), COLUMNS)
        measure = text(cells["measure"])
        said["measure"] = next((key for key, name in MEASURES.items() if name == measure), "")
        if measure and not said["measure"]:
            self._fault(sheet, i, "measure", measure, _MEASURE, COLUMNS)
        unit = written(cells["unit"])
        why = None if use == YES else _LEFT if use == NO else _UNDECIDED
        sure = SURE if use in (YES, NO) else ASK
        return Meaning(written(cells["label"]), unit=unit, use=use == YES, why=why, sure=sure, **said)

    def _dimension(self, sheet: Grid, i: int, name: str, cell: Any) -> str:
        given = text(cell)
        if not given or given in TOTAL_WORDS:
            return TOTAL if given else ""
        said = word(given)
        if said is None or said[0] != name:
            self._fault(sheet, i, name, given, Text("下拉选项之一", "one of the list"), COLUMNS)
            return ""
        return said[1]

    def values(self, sheet: Grid) -> dict[tuple[str, str], bool]:
        out = {}
        for i, cells in self._rows(sheet, VALUE_COLUMNS):
            decision = text(cells["decision"])
            if decision in (TAKE, REFUSE):
                out[written(cells["sheet"]), text(cells["cell"])] = decision == TAKE
            elif decision:
                self._fault(sheet, i, "decision", decision, _DECISION, VALUE_COLUMNS)
        return out

    def _rows(self, sheet: Grid, columns: tuple[tuple[str, str, int], ...]) -> list[tuple[int, dict[str, Any]]]:
        """Return the filled rows by the names of columns, wherever a person has moved these."""
        heads = {text(cell): j for j, cell in enumerate(sheet.rows[0] if sheet.rows else [])}
        places = {name: heads.get(text(heading)) for name, heading, _ in columns}
        missing = [heading for name, heading, _ in columns if places[name] is None]
        if missing:
            expected = Text(f"表头含有：{'、'.join(missing)}", f"a header with {', '.join(missing)}")
            where = Where(self.file, 1, item=sheet.name)
            self.faults.append(Fault(Text("缺少列", "columns are missing"), where, expected, _AGAIN))
            return []
        return [
            (i, {name: sheet.cell(i, j) for name, j in places.items() if j is not None})
            for i in range(1, len(sheet.rows))
            if any(text(cell) for cell in sheet.rows[i])
        ]

    def _place(self, kind: str | None, cell: Any) -> int | None:
        given = text(cell)
        if kind == "whole":
            return 0
        if kind == "row":
            return int(given) - 1 if given.isdigit() else None
        return column_index_from_string(given) - 1 if given.isascii() and given.isalpha() and len(given) < 4 else None

    def _fault(
        self, sheet: Grid, i: int, name: str, given: Any, expected: Text, columns: tuple[tuple[str, str, int], ...]
    ) -> None:
        j = [column[0] for column in columns].index(name)
        where = Where(self.file, i + 1, columns[j][1], f"{sheet.name}!{get_column_letter(j + 1)}{i + 1}")
        self.faults.append(Fault(Text(f"“{text(given)}”", f"'{text(given)}'"), where, expected, _CORRECT))
