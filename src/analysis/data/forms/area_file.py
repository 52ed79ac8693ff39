"""A file of areas: codes, names, which lies below which; csv or xlsx with headings in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.grid import open_book
from analysis.exceptions import DataError, Fault, Text, Where, wrong_data
from analysis.gate.ids import doubled, is_name, no_name, same_but_for_case
from analysis.gate.texts import text
from analysis.places import existing, shown
from analysis.plan import Plan

HEADINGS = {
    "code": ("代码", "地区代码", "地区编码", "行政区划代码", "区划代码", "code"),
    "name_zh": ("名称", "地区名称", "地区", "name_zh", "name"),
    "name_en": ("英文名称", "name_en"),
    "parent": ("上级", "上级代码", "上级地区", "上级地区代码", "parent"),
    "level": ("级别", "层级", "level"),
}
LEVELS = {
    "nation": ("nation", "国家", "全国"),
    "province": ("province", "省", "省级", "自治区", "直辖市"),
    "city": ("city", "市", "市级", "地级市", "地级"),
    "district": ("district", "县", "区", "县区", "县级", "区县", "旗"),
    "street": ("street", "街道"),
    "town": ("town", "镇", "乡", "乡镇", "乡级"),
}
_BELOW = {"nation": "province", "province": "city", "city": "district", "district": "town"}
_ENDINGS = {"街道": "street", "街道办事处": "street", "镇": "town", "乡": "town", "县": "district", "旗": "district",
            "区": "district", "市": "city", "省": "province", "自治区": "province"}  # fmt: skip
_COLUMN = {name.lower(): column for column, names in HEADINGS.items() for name in names}
_LEVEL = {name: level for level, names in LEVELS.items() for name in names}
_LONGEST = {"code": 20, "parent": 20, "name_zh": 120, "name_en": 120}
_LOOKED_AT = 20  # rows among which the headings are looked for


def with_own(known: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return the known areas and the plan's own, to which those below it may refer without its being registered."""
    if plan.area in set(known["code"]):
        return known
    names = {"name_zh": plan.area_name.zh, "name_en": plan.area_name.en}
    row = {"code": plan.area, **names, "parent": "", "level": "district"}
    return pd.concat([pd.DataFrame([row]), known], ignore_index=True)


def read_areas(path: Path, known: pd.DataFrame) -> pd.DataFrame:
    """Read a file of areas and hold it against those known.

    Parameters
    ----------
    path : Path
        Any spreadsheet or text file `grid.open_book` opens. A parent is a code, or a name that one area alone has.
    known : DataFrame
        The areas of the database: code, name_zh, name_en, parent, level.

    Returns
    -------
    DataFrame
        The same columns, one row an area of the file; what the file leaves out is that of the known area, the Chinese
        name for the English one, and the level that follows from the name or from the area above.

    Raises
    ------
    UsageError
        There is no such file.
    DataError
        With every row that is wrong: no code or name, a code twice, an unknown level, a parent that leads nowhere, a
        circle; or the file cannot be read, or has no headings.
    """
    existing(path)
    name = shown(path)
    rows = _rows(path)
    head = next((i for i, row in enumerate(rows[:_LOOKED_AT]) if {"code", "name_zh"} <= set(_places(row))), None)
    if head is None:
        raise wrong_data(
            Text("找不到表头", "no headings were found"),
            Where(file=name),
            Text("代码、名称、上级三列，可另有级别", "code, name_zh, parent, and perhaps name_en, level"),
            Text("请补上表头。", "Add the headings."),
        )
    places = _places(rows[head])
    found = {}
    for i, row in enumerate(rows[head + 1 :], start=head + 2):
        cells = {column: _text(row[j]) if j < len(row) else "" for column, j in places.items()}
        if any(cells.values()):
            found[i] = {column: cells.get(column, "") for column in HEADINGS}
    old = {str(row["code"]): {str(k): str(v) for k, v in row.items()} for row in known.to_dict("records")}
    faults = _own_faults(name, found)
    if not faults:
        faults = _resolve(name, found, old)
    if not faults:
        faults = _fill(name, found, old)
    if faults:
        raise DataError(faults)
    return pd.DataFrame(list(found.values()), columns=list(HEADINGS))


def _places(row: Sequence[Any]) -> dict[str, int]:
    out: dict[str, int] = {}
    for j, cell in enumerate(row):
        column = _COLUMN.get(_text(cell).lower().replace(" ", ""))
        if column is not None:
            out.setdefault(column, j)
    return out


def _text(cell: Any) -> str:
    return text(cell).removeprefix("'")


def _rows(path: Path) -> list[list[Any]]:
    """Return the rows of the first sheet that is not hidden."""
    sheets = open_book(path).sheets
    return next((sheet.rows for sheet in sheets if not sheet.hidden), [])


def _fault(file: str, row: int, column: str, found: Text, expected: Text) -> Fault:
    return Fault(
        found,
        Where(file=file, row=row, column=column),
        expected,
        Text("请更正后重新导入。", "Correct and import again."),
    )


def _own_faults(file: str, found: Mapping[int, dict[str, str]]) -> list[Fault]:
    """Return what is wrong in a row by itself, and codes that occur twice."""
    out, first = [], dict[str, int]()
    for i, row in found.items():
        for column in ("code", "name_zh"):
            if not row[column]:
                out.append(
                    _fault(file, i, column, Text("没有填写", "empty"), Text("每行都要有", "filled in every row"))
                )
        if row["code"] and not is_name(row["code"]):  # a parent may be named by its name: it is looked up
            out.append(no_name(row["code"], Where(file=file, row=i, column="code")))
        for column, longest in _LONGEST.items():
            if len(row[column]) > longest:
                wanted = Text(f"不超过 {longest} 字", f"at most {longest} characters")
                out.append(_fault(file, i, column, Text("过长", "too long"), wanted))
        if row["level"] and row["level"] not in _LEVEL:
            level = row["level"]
            wanted = Text("、".join(names[1] for names in LEVELS.values()), ", ".join(LEVELS))
            out.append(_fault(file, i, "level", Text(f"没有级别“{level}”", f"there is no level '{level}'"), wanted))
        if row["code"] and first.setdefault(row["code"], i) != i:
            again = Text(
                f"代码 {row['code']} 与第 {first[row['code']]} 行重复",
                f"{row['code']} is row {first[row['code']]}'s too",
            )
            out.append(_fault(file, i, "code", again, Text("每个代码一行", "one row a code")))
    for one, other in same_but_for_case(first):
        out.append(doubled(one, other, Where(file=file, row=first[one], column="code")))
    return out


def _resolve(file: str, found: Mapping[int, dict[str, str]], old: Mapping[str, Mapping[str, str]]) -> list[Fault]:
    """Put codes for the names of parents; return the parents that lead nowhere and the circles."""
    rows = {**old, **{row["code"]: row for row in found.values()}}
    named: dict[str, list[str]] = {}
    for code, area in rows.items():
        named.setdefault(area["name_zh"], []).append(code)
    out = []
    for i, row in found.items():
        if not row["parent"]:
            row["parent"] = old.get(row["code"], {}).get("parent", "")
        elif row["parent"] not in rows:
            codes = named.get(row["parent"], [])
            if len(codes) == 1:
                row["parent"] = codes[0]
                continue
            wanted = Text("本表或已登记的一个地区的代码", "the code of an area of the file or the database")
            several = Text(
                f"有 {len(codes)} 个地区叫“{row['parent']}”", f"{len(codes)} areas are called {row['parent']}"
            )
            none = Text(f"没有上级地区“{row['parent']}”", f"there is no area '{row['parent']}'")
            out.append(_fault(file, i, "parent", several if codes else none, wanted))
    parent = {code: row["parent"] for code, row in rows.items()}
    for i, row in found.items():
        line, code = [row["code"]], parent[row["code"]]
        while code and code not in line:
            line.append(code)
            code = parent.get(code, "")
        if code == row["code"]:
            circle = " → ".join([*line, code])
            said = Text(f"隶属关系成环：{circle}", f"a circle: {circle}")
            out.append(_fault(file, i, "parent", said, Text("上级不在下级之下", "no area above lies below")))
    return out


def _fill(file: str, found: Mapping[int, dict[str, str]], old: Mapping[str, Mapping[str, str]]) -> list[Fault]:
    """Fill in English names and levels that the file leaves out; return the rows whose level cannot be told."""
    rows = {row["code"]: row for row in found.values()}
    for code, row in rows.items():
        kept = old.get(code, {})
        row["name_en"] = row["name_en"] or kept.get("name_en", "") or row["name_zh"]
        row["level"] = _LEVEL[row["level"]] if row["level"] else kept.get("level", "")

    def level(code: str) -> str:
        if code not in rows:
            return old.get(code, {}).get("level", "")
        row = rows[code]
        if not row["level"]:
            ending = max((end for end in _ENDINGS if row["name_zh"].endswith(end)), key=len, default="")
            above = level(row["parent"]) if row["parent"] else ""
            # what is called 市 may be a city or one of its districts: the area above tells
            row["level"] = _BELOW.get(above, "") if ending in ("市", "") else _ENDINGS[ending]
            row["level"] = row["level"] or _ENDINGS.get(ending, "")
        return row["level"]

    wanted = Text("、".join(names[1] for names in LEVELS.values()), ", ".join(LEVELS))
    unknown = Text("无法从名称和上级得知级别", "the level does not follow from name and parent")
    return [_fault(file, i, "level", unknown, wanted) for i, row in found.items() if not level(row["code"])]
