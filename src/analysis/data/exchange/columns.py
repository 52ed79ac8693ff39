"""The columns of an exchange file, and what becomes of their cells on the way in."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from analysis.data.exchange.codes import id_of
from analysis.data.forms.header import column_of
from analysis.data.forms.safety import safe_cell
from analysis.exceptions import Text
from analysis.schema import OBSERVATIONS

AGENCY, FLOW, VERSION = "WORKBENCH", "PLAN_INDICATORS", "1.0"
DIMENSIONS = ("INDICATOR", "REF_AREA", "SEX", "AGE", "RESIDENCE", "GROUP", "SOURCE", "VINTAGE", "TIME_PERIOD")
ATTRIBUTES = ("NUMERATOR", "DENOMINATOR", "UNIT_MEASURE", "OBS_STATUS", "NOTE")
NAMES = (*DIMENSIONS, "OBS_VALUE", *ATTRIBUTES)
CODED = ("INDICATOR", "REF_AREA", "SEX", "AGE", "RESIDENCE", "GROUP", "UNIT_MEASURE", "OBS_STATUS")
COLUMN = {**{name: name.lower() for name in NAMES}, "UNIT_MEASURE": "unit"}  # of the observations table
ASIDE = "SET_ASIDE"  # column that says why a row is no data, in Chinese and, on a second line, in English

_ID = {column: name for name, column in COLUMN.items()}
_FREE = ("SOURCE", "NOTE")  # the reader of forms takes the apostrophe off these
_COMMENTS = ("COMMENT_OBS", "OBS_COMMENT", "COMMENT", "COMMENT_TS")
# what others send along and what it must say; an asterisk where it changes no value and no key
_HARMLESS: dict[str, tuple[str, ...]] = {
    "FREQ": ("A", "A1", "_Z"),
    "UNIT_MULT": ("0",),
    "CONF_STATUS": ("F",),
    **dict.fromkeys(("DECIMALS", "TITLE", "TIME_FORMAT", "COLLECTION", "REPORTING_YEAR_START_DAY"), ("*",)),
    **dict.fromkeys(("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME"), ("*",)),
}
_DELETE = ("D", "DELETE")
_ACTIONS = ("", "I", "A", "M", "R", "INFORMATION", "APPEND", "MERGE", "REPLACE", *_DELETE)
_YEAR = re.compile(r"(\d{4})-A1")
_LABELLED = re.compile(r"([A-Za-z0-9_@$.-]+): .*", re.DOTALL)


def canonical(id: str) -> str:
    """Return the column a component of another system stands for, its own id where that is none of ours."""
    if id in COLUMN:
        return id
    return "NOTE" if id in _COMMENTS else _ID.get(column_of(id) or "", id)


def is_foreign(id: str) -> bool:
    """Return whether nothing here knows what a component means."""
    return canonical(id) not in COLUMN and column_of(id) is None


def unlabelled(cell: str) -> str:
    """Return the code in a cell `code: label` of SDMX-CSV."""
    found = _LABELLED.fullmatch(cell.strip())
    return found[1] if found else cell


def taken(name: str, cell: str, ours: bool, known: Collection[str]) -> str:
    """Return a cell as the reader of forms takes it: codes as ids, `2024-A1` as 2024, all others as they are."""
    if name in CODED:
        return id_of(cell.strip(), ours, known, name == "INDICATOR")
    if name == "TIME_PERIOD":
        year = _YEAR.fullmatch(cell.strip())
        return year[1] if year else cell
    return cell


def joined(notes: Iterable[str]) -> str:
    """Return several notes as one."""
    return "；".join(note for note in notes if note)


def guarded(name: str, cell: str) -> str:
    """Return free text with the apostrophe that the reader of forms takes off."""
    return str(safe_cell(cell)) if name in _FREE else cell


def unguarded(name: str, cell: str) -> str:
    """Return a cell of a csv without its apostrophe; free text keeps it, for the reader of forms takes it off."""
    return cell[1:] if name not in _FREE and cell.startswith("'") and safe_cell(cell[1:]) == cell else cell


def no_data(action: str, others: Mapping[str, str]) -> str:
    """Return why a row is no data that can be taken, empty where it can.

    Parameters
    ----------
    action : str
        What the sender asks for: a code of SDMX-CSV or the action of a data set.
    others : mapping
        Cells by component, of those that are foreign here.
    """
    if action.strip().upper() in _DELETE:
        return _reason(
            Text(f"发送方要求删除该行（ACTION={action}），不作为数据", f"a row to delete (ACTION={action}), not data")
        )
    if action.strip().upper() not in _ACTIONS:
        return _reason(Text(f"未知的操作 ACTION={action}", f"an unknown ACTION={action}"))
    for id, cell in others.items():
        plain = cell.partition(":")[0].strip()
        if id == "UNIT_MULT" and plain not in ("", "0"):
            return _reason(
                Text(f"数值以10的{plain}次方为单位（UNIT_MULT={plain}）", f"values in 10^{plain} (UNIT_MULT={plain})")
            )
        if plain not in ("", "_T", "_Z", *_HARMLESS.get(id, ())) and "*" not in _HARMLESS.get(id, ()):
            return _reason(
                Text(f"没有定义的维度或属性 {id}={plain}", f"a dimension or attribute not known here: {id}={plain}")
            )
    return ""


def surplus() -> str:
    """Return the reason of a row that is longer than its header."""
    return _reason(Text("单元格多于列数", "more cells than columns"))


def _reason(text: Text) -> str:
    return f"{text.zh}\n{text.en}"


assert set(COLUMN.values()) == set(OBSERVATIONS.names)
