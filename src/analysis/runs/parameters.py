"""The declared parameters of a notebook, checked before a kernel starts.

They are declared once, in the notebook's cell tagged `parameters`, as annotated assignments:

    as_of: int | None = None    # 数据截至年份 / last year known
    lang: Literal["zh", "en"] = "zh"

A name without a default is required. The same cell is plain Python when the notebook is run by hand.
"""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat

from analysis.exceptions import DataError, Fault, Text, UsageError, Where, wrong_data
from analysis.places import shown

_TYPES: dict[str, type | tuple[type, ...]] = {"str": str, "int": int, "float": (int, float), "bool": bool}
REQUIRED = object()


@dataclass(frozen=True)
class Parameter:
    """A declared parameter: type as written, default (`REQUIRED` where there is none), help."""

    name: str
    annotation: str
    default: Any
    help: str

    def accepts(self, value: Any) -> bool:
        """Return whether `value` is of the declared type."""
        return _accepts(ast.parse(self.annotation, mode="eval").body, value)


def declared(notebook: Path) -> list[Parameter]:
    """Return the parameters a notebook declares, in order.

    Raises
    ------
    DataError
        The notebook has no parameters cell, or the cell holds anything but annotated assignments of literals.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        raise _broken(notebook, f"{len(tagged)} 个 parameters 单元格", f"{len(tagged)} cells tagged parameters")
    source = tagged[0].source
    comments = _comments(source)
    out = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if not isinstance(node, ast.AnnAssign) or not isinstance(node.target, ast.Name):
            raise _broken(notebook, ast.unparse(node), ast.unparse(node))
        default = REQUIRED if node.value is None else ast.literal_eval(node.value)
        annotation = ast.unparse(node.annotation)
        out.append(Parameter(node.target.id, annotation, default, comments.get(node.lineno, "")))
    return out


def check(notebook: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return `given` once every name is declared, every value of its type and nothing required is missing.

    Raises
    ------
    UsageError
        Lists every unknown, mistyped and missing parameter at once.
    """
    known = {parameter.name: parameter for parameter in declared(notebook)}
    faults = []
    for name, value in given.items():
        if name not in known:
            faults.append(
                _fault(notebook, name, "未声明的参数", "an undeclared parameter", "、".join(known), ", ".join(known))
            )
        elif not known[name].accepts(value):
            kind = known[name].annotation
            faults.append(_fault(notebook, name, f"取值 {value!r}", f"the value {value!r}", kind, kind))
    for name, parameter in known.items():
        if parameter.default is REQUIRED and name not in given:
            kind = parameter.annotation
            faults.append(_fault(notebook, name, "缺少必填参数", "a required parameter is missing", kind, kind))
    if faults:
        raise UsageError(faults)
    return dict(given)


def _accepts(kind: ast.expr, value: Any) -> bool:
    if isinstance(kind, ast.BinOp) and isinstance(kind.op, ast.BitOr):
        return _accepts(kind.left, value) or _accepts(kind.right, value)
    if isinstance(kind, ast.Constant) and kind.value is None:
        return value is None
    if isinstance(kind, ast.Subscript):
        base = ast.unparse(kind.value)
        if base == "Literal":
            return value in ast.literal_eval(
                kind.slice if isinstance(kind.slice, ast.Tuple) else ast.Tuple([kind.slice])
            )
        return base == "list" and isinstance(value, list) and all(_accepts(kind.slice, one) for one in value)
    wanted = _TYPES.get(ast.unparse(kind))
    return wanted is not None and isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}


def _fault(notebook: Path, name: str, zh: str, en: str, expected_zh: str, expected_en: str) -> Fault:
    return Fault(
        Text(zh, en),
        Where(file=shown(notebook), item=name),
        Text(expected_zh, expected_en),
        Text(
            "请更正参数后重新运行；workbench notebooks 列出各参数。",
            "Correct it; `workbench notebooks` lists all parameters.",
        ),
    )


def _broken(notebook: Path, zh: str, en: str) -> DataError:
    return wrong_data(
        Text(zh, en),
        Where(file=shown(notebook)),
        Text(
            "一个标记为 parameters 的单元格，只含 名称: 类型 = 值",
            "one cell tagged parameters with only `name: type = value`",
        ),
        Text("请改正该单元格。", "Correct that cell."),
    )
