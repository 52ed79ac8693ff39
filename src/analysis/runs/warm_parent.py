"""The process kernels are forked from: everything a notebook or a document needs is imported once, here.

It is started by `analysis.runs.forked` and talks by lines: one JSON request in, the number of the new process out. A
request asks for a kernel, for one call of a function whose result is left in a file (`runs.aside`), or for a call in
this very process, so that all it forks from then on have in memory what was read (`runs.held`). It ends when
its input closes, and what it forked ends with it. It must never start a thread: a thread does not survive a fork.
"""

from __future__ import annotations

import gc
import json
import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

from analysis.runs.aside import answer, called
from analysis.runs.start import start

_IMPORTED = (
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "matplotlib.pyplot",
    "statsmodels.tsa.statespace.structural",
    "analysis.runs.looking_back",
    "analysis.runs.exporting",
    "analysis.runs.site",
    "docx.image.png",
    "pypdfium2",
    "typst",
)

_PAGE = "<main><h2>1</h2><table><caption>2</caption></table><img alt='3'><a class='ref' href='#4'></a></main>"


def main() -> None:
    """Import, say `ready`, then fork a kernel for every line that comes in."""
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    start()
    os.dup2(2, 1)  # whatever prints by accident must not be taken for an answer
    _warm_up()
    gc.collect()
    gc.freeze()  # collected objects would be copied into every kernel otherwise
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # ended kernels leave no entry behind
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which then closes our input
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "here" in request:
            with suppress(Exception):  # who needs it reads it by himself, and says what is wrong
                called(request["function"], pickle.loads(bytes.fromhex(request["arguments"])))
            gc.freeze()
            print(0, file=answers, flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            answers.close()
            _become(request)
        print(pid, file=answers, flush=True)


def _warm_up() -> None:
    """Import what notebooks and kernels import, and draw once: the first picture of a process loads the fonts.

    pyplot's backend stays unresolved: a kernel chooses it on its first chart, when it has a notebook to draw into.
    """
    import pandas as pd

    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    pd.set_option(
        "mode.string_storage", "python"
    )  # tables of a district are small: Arrow's cells cost more than theirs
    for name in _IMPORTED:
        import_module(name)
    import nbformat

    from analysis.export.html import finish_page
    from analysis.export.theme import draw_once

    draw_once()
    finish_page(_PAGE)  # the page selectors are translated into regular expressions once
    nbformat.validate(nbformat.v4.new_notebook())


def _become(request: dict[str, Any]) -> None:
    """Turn this forked process into a kernel, or into one that calls a function; does not return."""
    code, parent = 1, os.getppid()
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()  # a group of its own, so that it and what it starts can be ended together
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        null = os.open(os.devnull, os.O_RDWR)
        os.dup2(null, 0)
        sys.stdin = StringIO()
        if "argv" in request:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _kernel(request["argv"], parent)
        else:
            _watch(parent)
            answer(request["function"], bytes.fromhex(request["arguments"]), Path(request["answer"]))
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)  # not through the parent's exit handlers


def _kernel(argv: list[str], parent: int) -> None:
    """Be the kernel of a connection file until it is shut down."""
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance(argv=[*argv, f"--IPKernelApp.parent_handle={parent}", "--log-level=50"])


def _watch(parent: int) -> None:
    """End this process with its parent, as a kernel does: nobody then waits for its answer."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=look, daemon=True).start()


if __name__ == "__main__":
    main()
