"""Work of a command done beside it, in processes forked from the warm parent: no import again, no lock in common.

Documents, pages and the workbook are made this way, so that they do not wait for one another, and the command itself
imports nothing of what makes them. Where nothing is forked the work is done in the command.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.exceptions import Text, Where, machine_failed
from analysis.runs.forked import PARENT, ForkedProcess, manager_class

_TIMES = 2  # a process that is killed is replaced once, as a kernel is


def aside(function: str, *arguments: Any) -> Any:
    """Return what a function gives, called in a process of its own.

    Parameters
    ----------
    function : str
        `package.module:name`; a name, because its module need not be imported here.
    arguments
        What it is called with; they are pickled, as is what it returns.

    Raises
    ------
    EnvironmentFailure
        The process ended without an answer, twice.
    Exception
        Whatever the function raises.
    """
    if manager_class() is None:
        return called(function, arguments)
    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        answer = Path(folder) / "answer"
        request = {"function": function, "arguments": pickle.dumps(arguments).hex(), "answer": str(answer)}
        for _ in range(_TIMES):
            try:
                ForkedProcess(PARENT.ask({**request, "env": dict(os.environ), "cwd": os.getcwd()})).wait()
            except RuntimeError:  # the parent is gone; it is started anew
                continue
            if answer.is_file():
                value, error = pickle.loads(answer.read_bytes())  # written by our own child, in a folder of our own
                if error is not None:
                    raise error
                return value
    raise machine_failed(
        Text("进程被终止，未返回结果", "a process was ended without an answer"),
        Where(item=function.rpartition(":")[2]),
        Text("足够的内存", "enough memory"),
        Text("请用 workbench evaluate --resume 继续。", "Go on with `workbench evaluate --resume`."),
    )


def answer(function: str, arguments: bytes, place: Path) -> None:
    """Call a function in a forked process and leave its result or its error at `place`, whole or not at all."""
    value, error = None, None
    try:
        value = called(function, pickle.loads(arguments))
    except Exception as raised:
        import traceback

        raised.add_note("".join(traceback.format_tb(raised.__traceback__)))
        error = raised
    half = place.with_suffix(".part")
    half.write_bytes(pickle.dumps((value, error)))
    os.replace(half, place)


def ahead(function: str, *arguments: Any) -> None:
    """Have a function called in the very process all others are forked from, for what it leaves in memory there.

    It is a help and nothing else: where nothing is forked nothing is done, and an error in it is left for those to
    meet that it was meant to help. It must not start a thread (`runs.warm_parent`).
    """
    if manager_class() is not None:
        with suppress(RuntimeError):
            PARENT.ask({"function": function, "arguments": pickle.dumps(arguments).hex(), "here": True})


def called(function: str, arguments: tuple[Any, ...]) -> Any:
    """Return what a function named `package.module:name` gives."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)(*arguments)
