"""What the wheel carries beside the code: notebooks, data and pages, as `analysis/carried/`, laid as in the repository.

An editable install carries nothing: there the code finds them in the repository itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pathspec
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

CARRIED = (
    "notebooks",
    "data",
    ".jupyter",
    *("docs", "requirements.lock", "pyproject.toml", "LICENSE", "NOTICE"),
)
LEFT = (".png", ".pyc")  # pictures of the pages, which nothing opens


class CarriedFiles(BuildHookInterface):
    """Adds the carried files to a wheel; what git ignores, such as a database or a run, stays out."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them, by path, before the wheel is built."""
        if self.target_name != "wheel" or version == "editable":
            return
        for name in carried_files(Path(self.root)):
            build_data["force_include"][name] = f"analysis/carried/{name}"


def carried_files(root: Path) -> list[str]:
    """Return the carried files of a tree, by their paths in it."""
    ignored = pathspec.GitIgnoreSpec.from_lines((root / ".gitignore").read_text(encoding="utf-8").splitlines())
    tops = [root / name for name in CARRIED]
    found = [path for top in tops for path in (top.rglob("*") if top.is_dir() else [top])]
    names = (path.relative_to(root).as_posix() for path in found if path.is_file() and path.suffix not in LEFT)
    return sorted(name for name in names if not ignored.match_file(name))
