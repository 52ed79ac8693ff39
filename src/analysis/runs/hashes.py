"""What makes two runs the same: hashes of files, of folders, of the code, and of a notebook with all it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from analysis.exceptions import Text, Where, listed, usage
from analysis.places import CARRIED, SOURCE, shown

_CODE = ("*.py", "*.typ", "*.js", "*.css", "*.j2", "*.json")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def hashes_of(folder: Path, files: Iterable[Path] | None = None) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder, by its path within it, sorted."""
    found = folder.rglob("*") if files is None else files
    return {path.relative_to(folder).as_posix(): sha256(path) for path in sorted(found) if path.is_file()}


def check_unchanged(known: Mapping[str, str], now: Mapping[str, str], folder: Path) -> None:
    """Refuse to go on in a folder whose inputs are not those it began with.

    Raises
    ------
    UsageError
        A file was changed, added or taken away.
    """
    if changed := sorted(file for file in {*known, *now} if known.get(file) != now.get(file)):
        raise usage(
            Text("输入已被改动：", "inputs were changed: ") + listed(changed, 5),
            Where(file=shown(folder)),
            Text("与开始时相同的输入", "the inputs it began with"),
            Text("请恢复这些文件，或用改动后的数据另行评估。", "Restore them, or evaluate the changed data anew."),
        )


def digest(value: Any) -> str:
    """Return the SHA-256 of a value as JSON with its keys in order."""
    return sha256_of(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


@cache
def code_sha256() -> str:
    """Return one hash of all code of the package."""
    return digest(hashes_of(SOURCE, code_files()))


def code_files() -> list[Path]:
    """Return the files of the package: code, templates, styles; what it carries beside them is no code."""
    found = (path for pattern in _CODE for path in SOURCE.rglob(pattern))
    return [path for path in found if SOURCE.parents[1] == CARRIED or not path.is_relative_to(CARRIED)]


def notebook_key(
    notebook: Path, parameters: Mapping[str, Any], inputs: Mapping[str, str], versions: Any, needs: Iterable[str]
) -> str:
    """Return what a finished notebook is recognised by; `needs` are the keys of the notebooks it builds on."""
    own = {"notebook": sha256(notebook), "parameters": dict(parameters), "inputs": dict(inputs)}
    return digest({**own, "code": code_sha256(), "versions": versions, "needs": list(needs)})
