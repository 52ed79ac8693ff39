"""Where the tables of a sheet lie: header rows, label columns, columns and rows of data, titles, notes, headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.data.forms.header import column_of, is_unsaid
from analysis.data.grid.grid import Grid, is_blank
from analysis.data.wide.lines import goes_on, is_note, kind
from analysis.data.wide.meaning import Vocabulary
from analysis.gate.periods import Period, read_period
from analysis.gate.texts import plain

_STUBS = {
    "indicator": "indicator", "indicator_name": "label", "ref_area": "label", "area_name": "label",
    "time_period": "label", "sex": "label", "age": "label", "residence": "label", "group": "label", "unit": "unit",
    "note": "text", "source": "text", "obs_status": "text",
}  # fmt: skip
_MORE_STUBS = ("序号", "编号", "no", "no.", "责任部门", "责任单位", "填报单位", "数据来源部门", "口径", "指标解释")
_LABELS = (
    "指标/年份",
    "年份/指标",
    "地区/指标",
    "指标地区",
    "指标年份",
    "类别",
    "分类",
    "分组",
    "内容",
    "指标及分组",
    "",
)
MOST_HEADER = 4  # rows
_LEVELS = ("一级指标", "二级指标", "三级指标", "四级指标")
_RANKS = ("排名", "名次", "位次")
_GROUPS = ("领域", "维度", "目标领域", "所属领域", "一级领域")


@dataclass
class Layout:
    """One table of a sheet; all places counted from zero.

    Parameters
    ----------
    grid : Grid
    header : list of int
        Rows of the header, top first.
    labels, data : list of int
        Columns that say what a row is about, and columns of numbers.
    code, unit : int or None
        Columns of codes and of units.
    texts : list of int
        Columns of words that say nothing of the numbers.
    rows : list of int
        Rows of numbers.
    headings : list of int
        Rows that have a label alone.
    titles, notes : list of str
        What stands above and below.
    """

    grid: Grid
    header: list[int]
    labels: list[int] = field(default_factory=list)
    data: list[int] = field(default_factory=list)
    code: int | None = None
    unit: int | None = None
    texts: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def span(self) -> tuple[int, int]:
        """Return the first and last column."""
        own = [*self.labels, *self.data, *self.texts, *(c for c in (self.code, self.unit) if c is not None)]
        return min(own), max(own)


def is_header(grid: Grid, i: int, words: Vocabulary) -> bool:
    """Return whether the header of a wide table begins in a row: labels and periods, numbers only below."""
    row = grid.rows[i]
    kinds = [kind(cell, grid.comma) for cell in row]
    filled = [j for j, one in enumerate(kinds) if one != "blank"]
    if len(filled) < 2 or "number" in kinds or "missing" in kinds:
        return False
    periods = [j for j in filled if kinds[j] == "year" or read_period(row[j]) is not None]
    first = plain(row[filled[0]])
    stub = _role(row[filled[0]]) is not None or is_unsaid(row[filled[0]]) or first in (*_LEVELS, *_GROUPS, *_RANKS)
    if "year" in kinds and not _follow([row[j] for j in filled if kinds[j] == "year"]):
        return False
    if periods and len(periods) == len(filled):
        return len(periods) > 1 and _data_below(grid, i)
    if stub and len(filled) > 1:
        return _data_below(grid, i)
    if len(periods) > 1:
        return _data_below(grid, i) and words.read(first).indicator == ""
    said = [words.read(row[j]) for j in filled]
    known = sum(one.says for one in said)
    return (
        known > 1 and known * 2 >= len(filled) and not any(kinds[j] == "year" for j in filled) and _data_below(grid, i)
    )


def _follow(cells: Sequence[Any]) -> bool:
    """Return whether years rise or fall, as those of a header do."""
    years = [float(str(cell).strip()) if not isinstance(cell, str) else float(plain(cell) or 0) for cell in cells]
    steps = {b > a for a, b in zip(years, years[1:], strict=False)}
    return len(set(years)) == len(years) and len(steps) < 2 or len(set(years)) < len(years)


def _data_below(grid: Grid, i: int) -> bool:
    """Return whether a row with numbers follows before the next header could."""
    for row in grid.rows[i + 1 : i + 9]:
        kinds = [kind(cell, grid.comma) for cell in row]
        if "number" in kinds or "missing" in kinds or kinds.count("year") >= 1:
            return True
    return False


def _header(grid: Grid, i: int, words: Vocabulary) -> list[int]:
    """Return the rows of the header that begins in a row: those below it that only say more of its columns."""
    rows = [i]
    for k in range(i + 1, min(i + MOST_HEADER, len(grid.rows))):
        if not _continues(grid, rows, k, words):
            break
        rows.append(k)
    return rows


def _continues(grid: Grid, rows: list[int], k: int, words: Vocabulary) -> bool:
    """Return whether a row below header rows is one of them."""
    row = grid.rows[k]
    kinds = [kind(cell, grid.comma) for cell in row]
    filled = [j for j, one in enumerate(kinds) if one != "blank"]
    covered = [j for j in filled if any(t < k <= b and left <= j <= r for t, left, b, r in grid.merges)]
    if not filled or "number" in kinds or "missing" in kinds or len(filled) == len(covered):
        return False
    if "year" in kinds and (_has_years(grid, rows) or not _follow([row[j] for j in filled if kinds[j] == "year"])):
        return False
    spread = any(t == k and left == filled[0] and r > left for t, left, _, r in grid.merges)
    if len(filled) == 1 and (not spread or _role(grid.cell(rows[0], filled[0])) is not None):
        return False
    for j in filled:
        stub = _role(grid.cell(rows[0], j)) in ("label", "indicator") and _role(row[j]) is None
        merged = any(t <= rows[0] and k <= b and left == j for t, left, b, _ in grid.merges)
        if stub and not merged and words.read(row[j]).says:
            return False
    if "year" in kinds and kinds.index("year") == filled[0]:
        return False
    return any((said := words.read(row[j])).says or said.unit or not said.use for j in filled)


def _has_years(grid: Grid, rows: list[int]) -> bool:
    return any(isinstance(read_period(cell), Period) for k in rows for cell in grid.rows[k])


def _end(grid: Grid, start: int, words: Vocabulary) -> int:
    """Return the row after the last one of a table: where its notes, or the next header, begin."""
    for k in range(start, len(grid.rows)):
        row = grid.rows[k]
        filled = [cell for cell in row if not is_blank(cell)]
        if not filled:
            continue
        if is_note(row):
            if goes_on(grid, k + 1, words):
                continue
            return k
        if k > start and is_header(grid, k, words):
            return k
    return len(grid.rows)


def side_by_side(grid: Grid, i: int) -> list[tuple[int, int]]:
    """Return first and last column of each table under a header: a new one begins where a label column comes again."""
    width = len(grid.rows[i])
    roles = [_role(grid.cell(i, j)) for j in range(width)]
    starts, seen, data = [0], set[str](), False
    for j, role in enumerate(roles):
        if role in ("label", "indicator") and data and role in seen | {"label"}:
            starts.append(j)
            data = False
        elif role is None and not is_blank(grid.cell(i, j)):
            data = data or plain(grid.cell(i, j)) not in _RANKS  # a rank may stand before the areas
        if role:
            seen.add(role)
    ends = [*(start - 1 for start in starts[1:]), max(width, max((len(row) for row in grid.rows), default=0)) - 1]
    return list(zip(starts, ends, strict=True))


def table_at(grid: Grid, i: int, first: int, last: int, words: Vocabulary) -> tuple[Layout | None, int]:
    """Return the table whose header begins in a row and lies between two columns, and the row after its last."""
    own = grid.between(first, last)
    header = _header(own, i, words)
    end = _end(own, header[-1] + 1, words)
    table = _table(own, header, end, first, last)
    if table is not None:  # what lies beside may go on further down
        end = max(*table.rows, header[-1]) + 1
    return table, end


def _first_role(grid: Grid, header: list[int], j: int) -> str | None:
    return next((_role(grid.cell(k, j)) for k in header if not is_blank(grid.cell(k, j))), None)


def _role(cell: Any) -> str | None:
    """Return what a header cell makes of its column: label, indicator (codes), unit, text; None for data."""
    if is_blank(cell) or not isinstance(cell, str):
        return None
    given = plain(cell)
    if given.lower() in _MORE_STUBS:
        return "text"
    squeezed = re.sub(r"[\s/\\\n]+", "/", given).strip("/")
    if squeezed in _LABELS or squeezed.replace("/", "") in _LABELS:
        return "label"
    return _STUBS.get(column_of(given) or "")


def _table(grid: Grid, header: list[int], end: int, first: int, last: int) -> Layout | None:
    table = Layout(grid, header)
    below = [k for k in range(header[-1] + 1, end)]
    for j in range(first, last + 1):
        _place_column(table, j, below)
    if not table.data or not table.labels:
        return None
    for k in below:
        if is_note(grid.rows[k]):
            table.notes += [plain(cell) for cell in grid.rows[k] if not is_blank(cell)]
            continue
        kinds = {kind(grid.cell(k, j), grid.comma) for j in table.data} - {"blank"}
        named = any(
            not is_blank(grid.cell(k, j)) for j in (*table.labels, *([] if table.code is None else [table.code]))
        )
        if kinds:
            table.rows.append(k)
        elif named:
            table.headings.append(k)
    if not table.rows:
        return None
    table.headings = [k for k in table.headings if k < table.rows[-1]]  # later ones stand above the next table
    return table


def _place_column(table: Layout, j: int, below: Sequence[int]) -> None:
    grid = table.grid
    cells = [grid.cell(k, j) for k in below]
    kinds = [kind(cell, grid.comma) for cell in cells if not is_blank(cell)]
    head = [grid.cell(k, j) for k in table.header if not is_blank(grid.cell(k, j))]
    role = _first_role(grid, table.header, j) or _level(table, head)
    numbers = sum(one in ("number", "missing", "year") for one in kinds)
    if not kinds and not head:
        return
    if any(is_unsaid(cell) for cell in head):
        role = "unit" if not table.data else role or "text"
    if role is None and not table.data and (not head or _in_merged_stub(table, j)) and numbers * 2 <= len(kinds):
        role = "label"
    if role is None and not table.labels and numbers * 2 < len(kinds):
        role = "label"
    if role == "label":
        table.labels.append(j)
    elif role == "indicator":
        table.code = j
    elif role == "unit":
        table.unit = j
    elif role == "text":
        table.texts.append(j)
    elif kinds:
        table.data.append(j)


def _level(table: Layout, head: Sequence[Any]) -> str | None:
    """Return what 一级指标 beside 二级指标 makes of its column: the deepest names the rows."""
    own = [plain(cell) for cell in head]
    every = [plain(cell) for k in table.header for cell in table.grid.rows[k] if not is_blank(cell)]
    level = next((_LEVELS.index(one) for one in own if one in _LEVELS), None)
    deepest = max((_LEVELS.index(one) for one in every if one in _LEVELS), default=None)
    if any(one in _RANKS for one in own) and not (table.labels or table.data):
        return "text"
    named = any(column_of(one) == "indicator_name" for one in every)
    if level is None:
        return "text" if named and any(one in _GROUPS for one in own) else None
    return "text" if named or level != deepest else "label"


def _in_merged_stub(table: Layout, j: int) -> bool:
    """Return whether a column lies under a merged header whose first column is a label column."""
    return any(t in table.header and left < j <= r and left in table.labels for t, left, _, r in table.grid.merges)
