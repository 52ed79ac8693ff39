"""The process kernels are forked from: everything a notebook imports is imported once, here.

It is started by `analysis.runs.forked` and talks by lines: one JSON request in, the number of the new process out. It
ends when its input closes, and the kernels end with it. It must never start a thread: a thread does not survive a fork.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from importlib import import_module
from io import StringIO
from typing import Any

_IMPORTED = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "statsmodels.tsa.api",
    "analysis.runs.documents",
    "analysis.runs.looking_back",
)


def main() -> None:
    """Import, say `ready`, then fork a kernel for every line that comes in."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever prints by accident must not be taken for an answer
    _warm_up()
    gc.collect()
    gc.freeze()  # collected objects would be copied into every kernel otherwise
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave no entry behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which then closes our input
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        pid = os.fork()
        if pid == 0:
            answers.close()
            _become_kernel(request)
        print(pid, file=answers, flush=True)


def _warm_up() -> None:
    """Import what notebooks and kernels import, and draw once: the first picture of a process loads the fonts.

    pyplot's backend stays unresolved: a kernel chooses it on its first chart, when it has a notebook to draw into.
    """
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in _IMPORTED:
        import_module(name)
    from analysis.export.theme import draw_once

    draw_once()


def _become_kernel(request: dict[str, Any]) -> None:
    """Turn this forked process into the kernel of a connection file; does not return."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.setsid()  # a group of its own, so that the kernel and what it starts can be ended together
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        sys.stdin = StringIO()
        from ipykernel.kernelapp import launch_new_instance

        launch_new_instance(argv=[*request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}", "--log-level=50"])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # not through the parent's exit handlers


if __name__ == "__main__":
    main()
