"""Files that are whole or absent: written aside, then renamed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.places import cannot_write, whole

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["cannot_write", "write_bytes", "write_json", "write_table", "write_text"]


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
    with whole(path) as aside:
        aside.write_bytes(content)


def write_json(value: Any, path: Path) -> None:
    """Write a value as readable JSON, whole or not at all."""
    write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", path)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV (`schema.files.csv_text`): equal results are equal bytes, and nothing in it runs."""
    from analysis.schema.files import csv_text  # late: the command writes its first lines without pandas

    write_text(csv_text(table), path)
