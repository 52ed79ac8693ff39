"""The one reader of YAML files: what they say as plain values, or every fault of their form with its line.

Tags build objects, aliases can grow a few lines into gigabytes, and of a key written twice YAML silently takes the
last: none of them is accepted, whoever wrote the file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from analysis.exceptions import DataError, Fault, Text, Where, wrong_data
from analysis.gate.text_files import text_of
from analysis.gate.written import Said, written
from analysis.places import shown

LARGEST = 1_000_000  # bytes; the longest file of the project has some thousand
_TYPES: dict[type, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int,), date: (str, date)}
_NAMES = {
    str: Text("文字（必要时加引号）", "a text (in quotes where needed)"),
    bool: Text("true 或 false", "true or false"),
    int: Text("整数", "a whole number"),
    date: Text("日期", "a date"),
}


def yaml_text(path: Path) -> str:
    """Return the text of a YAML file in UTF-8, UTF-16 with its mark, or GB18030.

    Raises
    ------
    DataError
        It is absent, may not be read, is over `LARGEST`, empty or no text.
    """
    text, faults = text_of(path, LARGEST)
    if faults:
        raise DataError(faults)
    return text


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says as texts, numbers, dates, lists and mappings; None where it says nothing.

    Parameters
    ----------
    path : Path
        One document, at most `LARGEST` bytes.

    Raises
    ------
    DataError
        Broken form, a tag, an alias, a key that is no text or occurs twice, a value that does not exist such as
        30 February; each fault with its line, all at once. Or no text at all (`yaml_text`).

    References
    ----------
    YAML 1.1, sections 3.2.1 and 7.1 (unique keys, aliases); OWASP, Deserialization Cheat Sheet.
    """
    text = yaml_text(path)
    said, faults = written(text, shown(path))
    if faults:
        raise DataError(faults)
    try:
        return None if said is None else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError, TypeError, RecursionError) as error:
        raise DataError((_no_value(said, path, error),)) from error


def read_mapping(path: Path) -> dict[str, Any]:
    """Return the keys and values of a YAML file that has to be a mapping; see `read_yaml` for what is refused."""
    found = read_yaml(path)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise wrong_data(
            Text("不是“键: 值”的形式", "it is no mapping of keys to values"),
            Where(file=shown(path), row=1),
            Text("每行一个“键: 值”", "one `key: value` a line"),
            Text("请去掉行首的“-”，逐行写“键: 值”。", "Write `key: value` line by line, without a leading '-'."),
        )
    return {str(key): value for key, value in found.items()}


def of_types(values: dict[str, Any], types: dict[str, type], path: Path) -> dict[str, Any]:
    """Return `values` once those keys that `types` names are of its type; keys of no value count as absent.

    Raises
    ------
    DataError
        One or more are of another type; each is named.
    """
    faults = [
        Fault(
            Text(f"{key}: {str(values[key])[:80]}", f"{key}: {str(values[key])[:80]}"),
            Where(file=shown(path), item=key),
            _NAMES[kind],
            Text("请改正该项的值。", "Correct the value of that key."),
        )
        for key, kind in types.items()
        if values.get(key) is not None and (type(values[key]) not in _TYPES[kind])
    ]
    if faults:
        raise DataError(faults)
    return {key: value for key, value in values.items() if value is not None}


def _no_value(said: Said | None, path: Path, error: Exception) -> Fault:
    line = next((one.line for one in _scalars(said) if _fails(str(one.value))), None)
    reason = getattr(error, "problem", None) or str(error)
    return Fault(
        Text(f"无法读取的值（{reason[:80]}）", f"a value that cannot be read ({reason[:80]})"),
        Where(file=shown(path), row=line),
        Text("存在的日期和数；其余文字加引号", "dates and numbers that exist; other text in quotes"),
        Text("请改正该值，或加上引号。", "Correct the value, or put it in quotes."),
    )


def _scalars(said: Said | None) -> list[Said]:
    if said is None or said.value is None:
        return []
    if isinstance(said.value, str):
        return [said]
    inner = said.value.values() if isinstance(said.value, dict) else said.value
    return [leaf for one in inner for leaf in _scalars(one)]


def _fails(text: str) -> bool:
    try:
        yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError, TypeError):
        return True
    return False
