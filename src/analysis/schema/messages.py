"""Faults of a file, found by frictionless against the table's schema, said in the reader's language."""

from __future__ import annotations

import csv
import sys
from collections.abc import Collection, Iterator
from importlib import import_module
from io import StringIO
from typing import Any

from analysis.exceptions import Fault, Text, Where, meant, one_of
from analysis.gate.ids import doubled, no_name, same_but_for_case
from analysis.schema.tables import Column, Table

MISSING_CELLS = ("", "NA", "NaN", "-", "—", "…")
MOST = 200  # faults kept of one file: enough to mend it, little enough to read
_KINDS = {"number": ("数字", "a number"), "integer": ("整数", "a whole number"), "text": ("文本", "text")}


def faults_of(text: str, file: str, table: Table) -> list[Fault]:
    """Return all faults of a CSV text as `table`, each with its row and column.

    Parameters
    ----------
    text : the content of the file
    file : its name as shown to the reader
    table : Table
    """
    _import_jsonschema()
    from frictionless import Detector, Resource, Schema

    if not text.strip():
        return [_empty(file, table)]
    labels = {label.strip() for label in next(csv.reader([text.lstrip().splitlines()[0]]))}
    schema = Schema.from_descriptor(descriptor(table, labels))
    resource = Resource(
        data=text.encode(),
        format="csv",
        encoding="utf-8",
        schema=schema,
        detector=Detector(field_missing_values=list(MISSING_CELLS)),
    )
    errors = [error.to_descriptor() for error in resource.validate(limit_errors=MOST).task.errors]
    broken = {error.get("rowNumber") for error in errors if error["type"] != "primary-key"}
    faults = [
        _fault(error, file, table)
        for error in errors
        if error["type"] != "primary-key" or error.get("rowNumber") not in broken  # an unread key is no double
    ]
    if not faults and not resource.stats.rows:
        return [_empty(file, table)]
    return [*faults, *_id_faults(text, file, table)][:MOST]


def _import_jsonschema() -> None:
    """Import `jsonschema` without the grammars of international addresses: they take 2.8 of its 3.0 seconds.

    frictionless and nbformat ask for no address. The host's own import of the grammars is left as it was.
    """
    grammars = "rfc3987_syntax"
    absent = grammars not in sys.modules
    if absent:
        sys.modules[grammars] = None  # type: ignore[assignment]
    try:
        import_module("jsonschema")
    finally:
        if absent:
            del sys.modules[grammars]


def _id_faults(text: str, file: str, table: Table) -> Iterator[Fault]:
    """Yield each id that is none or a second writing of one, at the row where it stands first."""
    named = [column for column in table.columns if column.id]
    if not named:
        return
    rows = csv.reader(StringIO(text, newline=""), skipinitialspace=True)
    head = [label.strip().lstrip("\ufeff") for label in next(rows, [])]
    places = [(column, head.index(column.name)) for column in named if column.name in head]
    first: dict[str, dict[str, int]] = {column.name: {} for column, _ in places}
    try:
        for number, row in enumerate(rows, 2):
            for column, place in places:
                if place < len(row) and (cell := row[place].strip()) not in MISSING_CELLS:
                    first[column.name].setdefault(cell, number)
    except csv.Error:  # said already: the reader above cannot read the row either
        pass
    for column, _ in places:
        own = first[column.name]
        for cell, number in own.items():
            if not column.is_id(cell):
                yield no_name(cell, Where(file=file, row=number, column=column.name))
        for cell, other in same_but_for_case(own):
            yield doubled(cell, other, Where(file=file, row=own[cell], column=column.name))


def descriptor(table: Table, labels: Collection[str]) -> dict[str, Any]:
    """Return the Table Schema descriptor of `table` for a file with these column labels.

    A column the table does not require may be absent from the file.
    """
    fields = [_field(column) for column in table.columns if column.required or column.name in labels]
    return {"fieldsMatch": "subset", "fields": fields, "primaryKey": list(table.key)}


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if column.minimum is not None:
        constraints["minimum"] = int(column.minimum) if column.kind == "integer" else column.minimum
    kind = {"text": "string"}.get(column.kind, column.kind)
    return {"name": column.name, "type": kind, "constraints": constraints}


def _fault(error: dict[str, Any], file: str, table: Table) -> Fault:
    kind = error["type"]
    name = error.get("fieldName")
    where = Where(file=file, row=error.get("rowNumber"), column=name)
    column = next((c for c in table.columns if c.name == name), None)
    if kind == "missing-label":
        return Fault(
            Text(f"缺少 {name} 列", f"there is no column {name}"),
            Where(file=file, row=1),
            Text(f"表头含有：{'、'.join(_must(table))}", f"a header with {', '.join(_must(table))}"),
            Text("请补上该列或改正列名。", "Add the column or correct its name."),
        )
    if kind == "type-error" and column:
        zh, en = _KINDS[column.kind]
        return Fault(
            Text(f"“{error['cell']}”", f"'{error['cell']}'"),
            where,
            Text(zh, en),
            Text("请改为数值；缺数据时留空。", "Write a number; leave the cell empty where there is none."),
        )
    if kind == "constraint-error" and column:
        return _constraint(str(error.get("cell")), where, column)
    if kind == "primary-key":
        return twice(file, table, error.get("rowNumber"))
    return Fault(
        Text(f"文件格式有误（{kind}）", f"{error.get('message', kind)}"),
        where,
        Text("以逗号分隔、首行为表头的 CSV", "comma-separated values with a header"),
        Text("请核对该行的分隔符和引号。", "Check the separators and quotes of that row."),
    )


def twice(file: str, table: Table, row: int | None) -> Fault:
    """Return the fault of a row whose key occurred before."""
    return Fault(
        Text(f"同一主键出现两次（{'、'.join(table.key)}）", f"the key occurs twice ({', '.join(table.key)})"),
        Where(file=file, row=row),
        Text("每个主键只有一行", "one row for each key"),
        Text("请删除重复行，或核对哪一个数正确。", "Delete the row, or check which value is right."),
    )


def empty_cell(where: Where, column: Column) -> Fault:
    """Return the fault of a cell that must be filled in."""
    also = Text("：", ": ") + one_of(column.choices) if column.choices else Text("", "")
    return Fault(
        Text("空格", "an empty cell"),
        where,
        Text(f"{column.name} 必须填写", f"{column.name} must be filled in") + also,
        Text("请补填该单元格或删除该行。", "Fill the cell or delete the row."),
    )


def no_choice(said: Text, cell: str, where: Where, column: Column) -> Fault:
    """Return the fault of a cell that is none of its column's codes, `said` as the reader is shown it."""
    action = meant(cell, column.choices, Text("请改为代码表中的值。", "Write one of the codes."))
    return Fault(said, where, one_of(column.choices), action)


def _constraint(cell: str, where: Where, column: Column) -> Fault:
    if cell in ("", "None"):
        return empty_cell(where, column)
    if column.choices and cell not in column.choices:
        return no_choice(Text(f"“{cell}”", f"'{cell}'"), cell, where, column)
    return Fault(
        Text(f"“{cell}”", f"'{cell}'"),
        where,
        Text(f"不小于 {column.minimum:g}", f"at least {column.minimum:g}"),
        Text("请核对该数值。", "Check the value."),
    )


def _empty(file: str, table: Table) -> Fault:
    return Fault(
        Text("文件中没有数据行", "the file has no data rows"),
        Where(file=file),
        Text(
            f"表头和至少一行数据（{'、'.join(_must(table))}）",
            f"a header and at least one row ({', '.join(_must(table))})",
        ),
        Text("请确认导出时是否选对了工作表或时间范围。", "Check which sheet and which years were exported."),
    )


def _must(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.required]
