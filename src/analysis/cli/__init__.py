"""The command `workbench`: options in, work done by the layers below, exit codes out.

Which workspace a command works in is settled before anything else is loaded:
all other modules know it from their import.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.cli.commands import app

__all__ = ["app", "main"]

_OPTION = "--workspace"


def main() -> None:
    """Run the command; a user's mistake ends in a message and an exit code, never in a traceback."""
    chosen, sys.argv = _workspace(sys.argv)
    if chosen is not None:
        if not Path(chosen).is_dir():
            print(f"{_OPTION} {chosen}: 没有这个文件夹 / there is no such folder", file=sys.stderr)
            raise SystemExit(2)
        os.environ["WORKBENCH_ROOT"] = str(Path(chosen).absolute())
    from analysis.cli.commands import run

    run()


def _workspace(arguments: list[str]) -> tuple[str | None, list[str]]:
    """Return the folder `--workspace` names, None without it, and the arguments without the option."""
    kept, chosen, given = list[str](), None, iter(arguments)
    for one in given:
        if one == _OPTION:
            chosen = next(given, "")
        elif one.startswith(f"{_OPTION}="):
            chosen = one.removeprefix(f"{_OPTION}=")
        else:
            kept.append(one)
    return chosen, kept


def __getattr__(name: str) -> Any:
    """Return the application, loaded now."""
    if name != "app":
        raise AttributeError(f"module 'analysis.cli' has no attribute {name!r}")
    from analysis.cli.commands import app

    return app
