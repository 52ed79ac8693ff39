"""What a command takes: seconds, processor seconds of it and all it starts, peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil


def measured(
    command: list[str], every: float = 0.1, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> dict[str, float]:
    """Run a command; return its seconds, the processor seconds of it and its workers, and their peak memory in MB.

    Parameters
    ----------
    command : list of str
    every : float
        Seconds between two looks; memory, the sum of the proportional sizes, is looked at once a second. What a process
        takes after the last look at it is missed.
    cwd, env
        Where it is run, and what is added to its environment.

    Raises
    ------
    SystemExit
        The command failed.
    """
    began, looked = time.monotonic(), 0.0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, cwd=cwd, env={**os.environ, **(env or {})})
    peak, spent = 0.0, {}
    while process.poll() is None:
        sized = time.monotonic() - looked > 1
        looked, total = time.monotonic() if sized else looked, 0.0
        for one in _tree(process):
            try:
                times = one.cpu_times()
                spent[one.pid] = times.user + times.system
                total += one.memory_full_info().pss / 1e6 if sized else 0.0
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        peak = max(peak, total)
        time.sleep(every)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command}: {process.returncode}")
    return {"seconds": time.monotonic() - began, "processor": sum(spent.values()), "memory": peak}


def _tree(process: Any) -> list[Any]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
