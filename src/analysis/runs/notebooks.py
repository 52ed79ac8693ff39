"""Execute one notebook with papermill: parameters checked first, the copy kept, no path of this machine in it."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config

from analysis.exceptions import EnvironmentFailure, Fault, NotebookError, Text, Where
from analysis.runs.forked import manager_class
from analysis.runs.parameters import check

CELL_SECONDS = 900


def execute(notebook: Path, copy: Path, parameters: Mapping[str, Any], folder: Path) -> None:
    """Run `notebook` in `folder` and leave the executed copy at `copy`.

    Raises
    ------
    UsageError
        A parameter is unknown, missing or of the wrong type; no kernel was started.
    NotebookError
        A cell failed; the copy is kept with the failure marked.
    EnvironmentFailure
        The kernel died or could not start.
    """
    checked = check(notebook, parameters)
    import logging

    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    # papermill guesses parameter types from comments and warns of those it misreads; ours are checked above
    logging.getLogger("papermill").setLevel(logging.ERROR)
    copy.parent.mkdir(parents=True, exist_ok=True)
    aside = copy.with_name(f".{copy.name}.{os.getpid()}.part.ipynb")
    forking = manager_class()
    engine = {} if forking is None else {"kernel_manager_class": forking}
    sockets = tempfile.mkdtemp(prefix="wb-")  # of this kernel alone: two that run at once must not meet
    try:
        papermill.execute_notebook(
            str(notebook),
            str(aside),
            parameters=checked,
            cwd=str(folder),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            execution_timeout=CELL_SECONDS,
            config=_transport(sockets),
            **engine,
        )
    except PapermillExecutionError as error:
        raise _failed(notebook, error) from error
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        raise _no_kernel(notebook, error) from error
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
        if aside.is_file():
            _clean(aside, notebook.name, copy)


def _transport(sockets: str) -> Config:
    """Return the settings of a kernel that is talked to through files, where the system has them, not the network."""
    if not hasattr(socket, "AF_UNIX"):
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}})


def _clean(aside: Path, name: str, copy: Path) -> None:
    """Strip this machine's paths from papermill's metadata and put the copy in its place."""
    executed = nbformat.read(aside, as_version=4)
    record = executed.metadata.get("papermill", {})
    record.pop("environment_variables", None)
    record["input_path"] = record["output_path"] = name
    nbformat.write(executed, aside)
    os.replace(aside, copy)


def _failed(notebook: Path, error: Any) -> NotebookError:
    fault = Fault(
        Text(f"单元格出错：{error.ename}: {error.evalue}", f"a cell failed: {error.ename}: {error.evalue}"),
        Where(file=notebook.name, item=f"In [{error.exec_count}]"),
        Text("每个单元格都能运行", "every cell runs"),
        Text(
            "请打开运行文件夹 notebooks/ 中的副本查看出错位置。", "Open the copy in the run's notebooks/ to see where."
        ),
    )
    return NotebookError((fault,))


def _no_kernel(notebook: Path, error: Exception) -> EnvironmentFailure:
    fault = Fault(
        Text(f"内核终止或超时（{type(error).__name__}）", f"the kernel died or timed out ({type(error).__name__})"),
        Where(file=notebook.name),
        Text("可用的 python3 内核和足够的内存", "a python3 kernel and enough memory"),
        Text(
            "请重新运行；仍不成功时删除 .venv 后执行 make evaluate。",
            "Run again; if it stays, delete .venv and run make evaluate.",
        ),
    )
    return EnvironmentFailure((fault,))
