"""The declared parameters of a notebook, checked before a kernel starts.

They are declared once, in the notebook's cell tagged `parameters`, as annotated assignments:

    as_of: Annotated[int, Interval(ge=1949, le=2100)] | None = None    # 数据截至年份 / last year known
    lang: Literal["zh", "en"] = "zh"

A name without a default is required. The same cell is plain Python when the notebook is run by hand: `Annotated` and
`Literal` come from `typing`, `Interval` from `annotated_types`.
"""

from __future__ import annotations

import ast
import math
import tokenize
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import nbformat
from annotated_types import Interval

from analysis.exceptions import DataError, Fault, Lang, Text, UsageError, Where, wrong_data
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
        """Return whether `value` is of the declared type, one of its choices, within its range."""
        return _accepts(self._kind, value)

    def expected(self, lang: Lang) -> str:
        """Return the declared type, choices and range as a reader knows them."""
        return _said(self._kind, lang)

    @property
    def _kind(self) -> ast.expr:
        return ast.parse(self.annotation, mode="eval").body


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
    given = {unicodedata.normalize("NFKC", name): value for name, value in given.items()}  # as Python reads names
    faults = []
    for name, value in given.items():
        if name not in known:
            faults.append(
                _fault(notebook, name, "未声明的参数", "an undeclared parameter", "、".join(known), ", ".join(known))
            )
        elif not known[name].accepts(value):
            one = known[name]
            said = f"取值 {value!r}", f"the value {value!r}"
            faults.append(_fault(notebook, name, *said, one.expected("zh"), one.expected("en")))
    for name, parameter in known.items():
        if parameter.default is REQUIRED and name not in given:
            said = "缺少必填参数", "a required parameter is missing"
            faults.append(_fault(notebook, name, *said, parameter.expected("zh"), parameter.expected("en")))
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
            return any(value == one and type(value) is type(one) for one in _choices(kind))
        if base == "Annotated":
            return _accepts(_parts(kind)[0], value) and all(_within(limit, value) for limit in _limits(kind))
        return base == "list" and isinstance(value, list) and all(_accepts(kind.slice, one) for one in value)
    wanted = _TYPES.get(ast.unparse(kind))
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return wanted is not None and isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool))


def _parts(kind: ast.Subscript) -> list[ast.expr]:
    return kind.slice.elts if isinstance(kind.slice, ast.Tuple) else [kind.slice]


def _choices(kind: ast.Subscript) -> list[Any]:
    return [ast.literal_eval(one) for one in _parts(kind)]


def _limits(kind: ast.Subscript) -> list[Interval]:
    """Return the ranges of an `Annotated`: calls of `Interval` with numbers, nothing else is understood."""
    calls = [one for one in _parts(kind)[1:] if isinstance(one, ast.Call) and ast.unparse(one.func) == "Interval"]
    return [Interval(**{str(word.arg): ast.literal_eval(word.value) for word in call.keywords}) for call in calls]


def _within(limit: Interval, value: Any) -> bool:
    bounds = ((limit.ge, "__ge__"), (limit.gt, "__gt__"), (limit.le, "__le__"), (limit.lt, "__lt__"))
    return all(bound is None or getattr(value, compare)(bound) for bound, compare in bounds)


def _said(kind: ast.expr, lang: Lang) -> str:
    zh = lang == "zh"
    if isinstance(kind, ast.BinOp):
        return f"{_said(kind.left, lang)}{'，或' if zh else ', or '}{_said(kind.right, lang)}"
    if isinstance(kind, ast.Constant) and kind.value is None:
        return "留空（None）" if zh else "nothing (None)"
    if isinstance(kind, ast.Subscript):
        base = ast.unparse(kind.value)
        if base == "Literal":
            return ("、" if zh else ", ").join(map(repr, _choices(kind)))
        if base == "Annotated":
            ranges = [_range(limit, lang) for limit in _limits(kind)]
            return ("，" if zh else ", ").join([_said(_parts(kind)[0], lang), *ranges])
        inner = _said(kind.slice, lang)
        return f"列表，每项为{inner}" if zh else f"a list of {inner}"
    names = {"str": Text("文本", "text"), "int": Text("整数", "a whole number"), "float": Text("数", "a number")}
    names["bool"] = Text("True 或 False", "True or False")
    written = ast.unparse(kind)
    return names[written](lang) if written in names else written


def _range(limit: Interval, lang: Lang) -> str:
    low, high = (limit.ge if limit.gt is None else limit.gt), (limit.le if limit.lt is None else limit.lt)
    if low is not None and high is not None:
        return f"{low}—{high}" if lang == "zh" else f"{low} to {high}"
    if low is not None:
        return f"不小于 {low}" if lang == "zh" else f"at least {low}"
    return f"不大于 {high}" if lang == "zh" else f"at most {high}"


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
