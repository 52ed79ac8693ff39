"""Where the project's own folders are; no absolute path is ever written into a result."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(os.environ.get("WORKBENCH_ROOT") or Path(__file__).resolve().parents[2])
SOURCE = Path(__file__).resolve().parent
PLANS = ROOT / "data" / "plans"
REGISTRY = ROOT / "data" / "registry" / "indicators.csv"
RULES = ROOT / "data" / "rules" / "default.yaml"
NOTEBOOKS = ROOT / "notebooks"
REPORTS = ROOT / "reports"


def defaults() -> dict[str, Any]:
    """Return `data/defaults.yaml`: the plan and the data used when a command names none."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "data" / "defaults.yaml").read_text(encoding="utf-8"))
    return loaded


def folder_of(path: Path | str) -> Path:
    """Return a folder as it was named, from the current folder or else from the project's own."""
    given = Path(path)
    return given if given.is_dir() or given.is_absolute() else ROOT / given


def file_of(path: Path | str) -> Path:
    """Return a file as it was named, from the current folder or else from the project's own."""
    given = Path(path)
    return given if given.is_file() or given.is_absolute() else ROOT / given


def shown(path: Path | str) -> str:
    """Return `path` as it may be printed: relative to the project or the current folder, else its name."""
    resolved = Path(path).resolve()
    for base in (Path.cwd(), ROOT):
        if resolved.is_relative_to(base):
            return resolved.relative_to(base).as_posix()
    return Path(path).name
