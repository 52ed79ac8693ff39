"""The JSON form of a document: written with its version, read strictly, every fault named with its place."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from analysis.document.grid import Overlap, grid
from analysis.document.model import Document, Table, walk
from analysis.document.spans import text_of
from analysis.exceptions import DataError, Fault, Text, Where

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MEDIA_TYPE = "application/vnd.workbench.document+json"
VERSION = 1
_REQUIRED = frozenset(
    (
        "text",
        "spans",
        "items",
        "blocks",
        "header",
        "rows",
        "images",
        "media",
        "data",
        "id",
        "label",
        "what",
        "style",
        "done",
    )
)
_SAID = {  # pydantic's types of errors, as a reader of Chinese knows them
    "missing": "缺少此项",
    "extra_forbidden": "没有这一项",
    "unexpected_keyword_argument": "没有这一项",
    "union_tag_invalid": "没有这一种类",
    "union_tag_not_found": "没有写明种类（kind）",
    "literal_error": "不在可选值之内",
    "json_invalid": "不是 JSON",
    "recursion_loop": "层次过深",
}


def to_json(document: Document) -> str:
    """Return a document as JSON text; the same document gives the same text."""
    body = _spare(_adapter().dump_python(document, mode="json"))
    return json.dumps({"version": VERSION, **body}, ensure_ascii=False, separators=(",", ":"))


def _spare(found: Any) -> Any:
    """Leave out what reading puts back: fields that are false, absent or empty, and not required."""
    if isinstance(found, list):
        return [_spare(one) for one in found]
    if not isinstance(found, dict):
        return found
    kept = {name: _spare(value) for name, value in found.items() if value is not None}
    return {k: value for k, value in kept.items() if k in _REQUIRED or not (value is False or value in ("", []))}


def from_json(text: str | dict[str, Any], file: str | None = None) -> Document:
    """Return the document of a JSON text, or of what a notebook holds of it.

    Parameters
    ----------
    text : str or dict
    file : str, optional
        Named in errors.

    Raises
    ------
    DataError
        It is no JSON, of another version, or not of the declared form; all faults at once, each with its place.
    """
    from pydantic import ValidationError

    try:
        found = json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError) as error:
        raise DataError((_fault("json_invalid", str(error), "", file),)) from error
    version = found.get("version") if isinstance(found, dict) else None
    if type(version) is not int or version != VERSION:
        raise DataError((_other_version(version, file),))
    body = {name: value for name, value in found.items() if name != "version"}
    try:
        document = _adapter().validate_json(json.dumps(body))
    except ValidationError as error:
        faults = [_fault(one["type"], one["msg"], _place(one["loc"]), file) for one in error.errors(include_url=False)]
        raise DataError(tuple(faults)) from error
    if broken := [table for table in walk(document.blocks) if isinstance(table, Table) and not fits(table)]:
        raise DataError(tuple(_overlap(table, file) for table in broken))
    return document


def fits(table: Table) -> bool:
    """Return whether every cell of a table has places of its own: no two cells cover one."""
    try:
        grid(table.header)
        grid(table.rows)
    except Overlap:
        return False
    return True


@cache
def _adapter() -> TypeAdapter[Document]:
    from pydantic import TypeAdapter

    return TypeAdapter(Document)


def _place(parts: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in parts)


def _fault(kind: str, said: str, place: str, file: str | None) -> Fault:
    zh = _SAID.get(kind, "值的类型或范围不对")
    return Fault(
        Text(f"文档内容不合规定：{zh}", f"not a document of the declared form: {said}"),
        Where(file=file, item=place or None),
        Text("文档模型所声明的形式", "the declared form of the document model"),
        Text("请用本程序的 to_json 写出文档。", "Write documents with to_json."),
    )


def _other_version(version: Any, file: str | None) -> Fault:
    return Fault(
        Text(f"文档的版本为 {str(version)[:20]}", f"a document of version {str(version)[:20]}"),
        Where(file=file, item="version"),
        Text(f"版本 {VERSION}", f"version {VERSION}"),
        Text("请用写出该文档的程序版本打开。", "Open it with the version of the program that wrote it."),
    )


def _overlap(table: Table, file: str | None) -> Fault:
    name = text_of(table.caption)[:40] or table.id or None
    return Fault(
        Text("表格的合并单元格互相重叠", "cells of a table cover one another"),
        Where(file=file, item=name),
        Text("每个位置只属于一个单元格", "each place in one cell"),
        Text("请检查 colspan 与 rowspan。", "Check colspan and rowspan."),
    )
