"""One process at a time works on a run folder; the lock goes with the process, however it ends.

The folders a process holds are named in its environment, and so in that of the kernels and processes it starts: they
may write what it may write (`runs.scratch`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from analysis.exceptions import Text, Where, usage
from analysis.places import shown

LOCK = ".lock"
_HELD: dict[Path, IO[bytes] | None] = {}  # None where the system has no such lock
_WORKS_ON = "WORKBENCH_WORKS_ON"


def hold(folder: Path) -> None:
    """Lock a run folder until this process ends.

    Raises
    ------
    UsageError
        Another process works on it.
    """
    place = folder.resolve()
    if place in _HELD:
        return
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        _keep(place, None)
        return
    stream = (folder / LOCK).open("ab")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise usage(
            Text("另一个进程正在使用该运行文件夹", "another process works on this run folder"),
            Where(file=shown(folder)),
            Text("同一文件夹同一时间只有一个进程", "one process at a time"),
            Text("请等它结束后再试，或更换 --out。", "Wait until it has ended, or choose another --out."),
        ) from None
    _keep(place, stream)


def release(folder: Path) -> None:
    """Give a run folder free again before this process ends."""
    stream = _HELD.pop(folder.resolve(), None)
    _tell()
    if stream is not None:
        stream.close()


def works_on(folder: Path) -> bool:
    """Return whether this process holds a run folder, or was started by the one that does."""
    return str(folder.resolve()) in os.environ.get(_WORKS_ON, "").split("\n")


def _keep(place: Path, stream: IO[bytes] | None) -> None:
    _HELD[place] = stream
    _tell()


def _tell() -> None:
    """Name the folders held in the environment, in which whatever is started from now on begins."""
    os.environ[_WORKS_ON] = "\n".join(map(str, _HELD))
