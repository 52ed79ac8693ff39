"""The seal of `run.json`: a hash of its own content, so that a record edited by hand is not gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.exceptions import Text, Where, usage
from analysis.places import shown
from analysis.runs.files import write_json
from analysis.runs.hashes import digest

SEAL = "seal"


def seal_of(record: Mapping[str, Any]) -> str:
    """Return the hash of a record, the seal itself left out; the same before it is written and after it was read."""
    return digest(json.loads(json.dumps({name: value for name, value in record.items() if name != SEAL})))


def write_record(record: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Write `run.json` with its seal, and return what was written."""
    sealed = {**record, SEAL: seal_of(record)}
    write_json(sealed, path)
    return sealed


def check_seal(record: Mapping[str, Any], folder: Path) -> None:
    """Refuse a record that was edited since it was written.

    A record without a seal is of an earlier version: nothing can be said of it.

    Raises
    ------
    UsageError
        Its seal is not that of its content.
    """
    if SEAL in record and record[SEAL] != seal_of(record):
        raise usage(
            Text("运行记录 run.json 被手工改动过", "run.json was edited by hand"),
            Where(file=f"{shown(folder)}/run.json"),
            Text("评估写入时的记录（seal 与内容一致）", "the record as the evaluation wrote it, its seal that of it"),
            Text(
                "请恢复原来的 run.json；需要其他设置时请另行评估（workbench evaluate）。",
                "Put run.json back as it was; for other settings evaluate anew (`workbench evaluate`).",
            ),
        )
