"""One process at a time works on a run folder; the lock goes with the process, however it ends."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from analysis.exceptions import Text, Where, usage
from analysis.places import shown

LOCK = ".lock"
_HELD: dict[Path, IO[bytes]] = {}


def hold(folder: Path) -> None:
    """Lock a run folder until this process ends.

    Raises
    ------
    UsageError
        Another process works on it.
    """
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        return
    place = folder.resolve()
    if place in _HELD:
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
    _HELD[place] = stream


def release(folder: Path) -> None:
    """Give a run folder free again before this process ends."""
    stream = _HELD.pop(folder.resolve(), None)
    if stream is not None:
        stream.close()
