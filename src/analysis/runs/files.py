"""Files that are whole or absent: written aside, then renamed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.exceptions import EnvironmentFailure, Text, Where, machine_failed
from analysis.places import shown

if TYPE_CHECKING:
    import pandas as pd


def write_text(text: str, path: Path) -> None:
    """Write UTF-8 text to `path`, whole or not at all."""
    write_bytes(text.encode("utf-8"), path)


def write_bytes(content: bytes, path: Path) -> None:
    """Write a file, whole or not at all.

    Raises
    ------
    EnvironmentFailure
        The folder cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        os.replace(aside, path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> EnvironmentFailure:
    """Return the error of a place that cannot be written or has no room."""
    return machine_failed(
        Text(f"无法写入（{error.strerror}）", f"cannot be written ({error.strerror})"),
        Where(file=shown(path)),
        Text("可写且有空间的文件夹", "a folder that can be written and has room"),
        Text("请更换输出位置或释放空间后重试。", "Choose another place or make room."),
    )


def write_json(value: Any, path: Path) -> None:
    """Write a value as readable JSON, whole or not at all."""
    write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", path)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with ten significant digits, so that equal results are equal bytes."""
    write_text(table.to_csv(index=False, float_format="%.10g", lineterminator="\n"), path)
