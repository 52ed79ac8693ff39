"""What was read of a run, held for whoever asks again, as long as its files are the same.

The process kernels are forked from reads a run once, when its verdicts are there; all it forks then have it in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_run: list[Path] = []  # whose files are held: those of one run at a time
_held: dict[str, tuple[list[tuple[str, int, int, int]], object]] = {}


def held(folder: Path, name: str, files: Iterable[Path], read: Callable[[], T]) -> T:
    """Return what `read` gives, or what it gave before, where its files have not changed since.

    Parameters
    ----------
    folder : Path
        The run.
    name : str
        Of what is read; with it and the files the result must be settled.
    files : iterable of Path
        All files it is read from; a folder stands for the files in it.
    read : callable
        What it returns is shared: nobody may change it.
    """
    place = folder.resolve()
    if _run != [place]:
        _held.clear()
        _run[:] = [place]
    state = [_state(one) for path in files for one in ([path] if path.is_file() else sorted(path.glob("*")))]
    known = _held.get(name)
    if known is None or known[0] != state:
        known = _held[name] = (state, read())
    return known[1]  # type: ignore[return-value]


def _state(path: Path) -> tuple[str, int, int, int]:
    now = path.stat()
    return path.name, now.st_mtime_ns, now.st_size, now.st_ino
