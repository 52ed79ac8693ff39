"""Standard indicators in a plan: cells a plan leaves empty are taken from the registry, what it says counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from analysis.exceptions import Fault, Text, Where
from analysis.plan.registry import StandardIndicator, registry
from analysis.plan.tables import COMPLETE

_TEXTS = ("name", "definition", "formula", "numerator", "denominator", "source")
_CELLS = ("unit", "direction", "period_type", "statistic", "decimals")
_SELF = ("name_zh", "unit", "statistic")  # an indicator that fills none of these wants to be the standard one


class Standards(Protocol):
    """The registry as far as a plan needs it; an indicator of it has the fields of `Indicator` and `gross`."""

    def by_code(self, code: str) -> StandardIndicator | None:
        """Return the indicator of a code; None where there is none."""

    def near(self, name: str, most: int = 3) -> Sequence[tuple[StandardIndicator, float]]:
        """Return the indicators with the names most like `name`, the nearest first."""


class _Own:
    """The registry that comes with the project, read when it is first asked: most plans never do."""

    def by_code(self, code: str) -> StandardIndicator | None:
        return registry().by_code(code)

    def near(self, name: str, most: int = 3) -> Sequence[tuple[StandardIndicator, float]]:
        return registry().near(name, most)


def standards() -> Standards:
    """Return the registry that comes with the project."""
    return _Own()


def inherited(row: Mapping[str, Any], known: Standards, where: Where) -> tuple[dict[str, Any], list[Fault]]:
    """Return a row of `indicators.csv` with its empty cells taken from the registry.

    Parameters
    ----------
    row : the cells of the row; a missing number is None
    known : the registry
    where : file, row and id of the row

    Returns
    -------
    row : the same with `standard` (the code taken from, or empty) and `gross`; an English name that is empty is the
        registry's wherever the Chinese is the registry's too, or the plan names the standard
    faults : a code that is not in the registry; columns that are filled neither here nor there
    """
    code = row["standard"] or (row["indicator"] if not any(row[name] for name in _SELF) else "")
    found = known.by_code(code) if code else None
    if row["standard"] and found is None:
        return {**row, "gross": False}, [_no_standard(row["standard"], known, where)]
    out = {**row, "standard": code if found is not None else "", "gross": bool(found is not None and found.gross)}
    if found is not None:
        for name in _CELLS:
            out[name] = _first(row[name], getattr(found, name))
        for end in ("lower", "upper"):
            out[f"{end}_bound"] = _first(row[f"{end}_bound"], getattr(found, end))
        for name in _TEXTS:
            out |= _text(row, name, getattr(found, name, None))
        if row["standard"] and not out["name_en"]:
            out["name_en"] = found.name.en
    elif not row["name_en"]:
        same = known.by_code(row["indicator"])
        out["name_en"] = same.name.en if same is not None and row["name_zh"] == same.name.zh else ""
    missing = [name for name in COMPLETE if out[name] in (None, "")]
    return out, [_incomplete(missing, where)] if missing else []


def _first(own: Any, other: Any) -> Any:
    return other if own in (None, "") else own


def _text(row: Mapping[str, Any], name: str, standard: Text | None) -> dict[str, str]:
    """Return both cells of a text: the row's own, else the registry's; never the words of one beside the other's."""
    zh, en = row[f"{name}_zh"], row[f"{name}_en"]
    if standard is not None and zh in ("", standard.zh):
        zh, en = standard.zh, en or standard.en
    return {f"{name}_zh": zh, f"{name}_en": en}


def _no_standard(code: str, known: Standards, where: Where) -> Fault:
    near = next((one.code for one, _ in known.near(code, 1)), "")
    return Fault(
        Text(f"标准指标库中没有 {code}", f"no {code} in the registry of standard indicators"),
        Where(file=where.file, row=where.row, column="standard", item=where.item),
        Text("标准指标的编码，或空", "the code of a standard indicator, or nothing"),
        Text(f"是否为 {near}？请改正。", f"Is it {near}? Correct it.")
        if near
        else Text(
            "请改正编码；不是标准指标的，清空该格并填写各列。", "Correct it, or empty the cell and fill in the columns."
        ),
    )


def _incomplete(missing: list[str], where: Where) -> Fault:
    return Fault(
        Text(f"指标未填写 {'、'.join(missing)}", f"an indicator without {', '.join(missing)}"),
        Where(file=where.file, row=where.row, column=missing[0], item=where.item),
        Text("各列填写完整，或在 standard 列注明标准指标编码", "these columns, or the code of a standard indicator"),
        Text("请补填，或填写 standard。", "Fill them in, or fill in standard."),
    )
