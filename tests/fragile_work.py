"""Work that kills its own process, in a module that a new process has imported at once."""

import os
import signal
from pathlib import Path


def once_killed(task):
    """Kill the own process the first time a task is begun: what the memory's guard does to a worker."""
    number, folder = task
    mark = Path(folder) / f"{number}.begun"
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def always_killed(task):
    """Kill the own process."""
    os.kill(os.getpid(), signal.SIGKILL)


def failing(task):
    """Fail by itself."""
    raise ValueError(task)
