"""Execute one notebook with papermill: parameters checked first, the copy kept, the same bytes for the same results."""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from traitlets.config import Config

from analysis.exceptions import EnvironmentFailure, Fault, NotebookError, Text, Where, machine_failed
from analysis.places import CARRIED, ROOT, shown
from analysis.runs.forked import manager_class
from analysis.runs.parameters import check

CELL_SECONDS = int(os.environ.get("WORKBENCH_CELL_SECONDS") or 900)
_TIMES = ("start_time", "end_time", "duration", "environment_variables")
_CELL_FILE = re.compile(r"(?:[\w/.~-]*/)?ipykernel_\d+/\d+\.py")


@dataclass(frozen=True)
class Executed:
    """What is kept about an executed notebook outside of it: seconds, whole and by cell, and warnings printed."""

    seconds: float
    cells: tuple[float, ...]
    warnings: int


def execute(notebook: Path, copy: Path, parameters: Mapping[str, Any], folder: Path) -> Executed:
    """Run `notebook` in `folder` and leave the executed copy at `copy`.

    The copy holds parameters, outputs and warnings, but no time and no path of this machine: equal results are equal
    bytes. A kernel that dies is replaced once.

    Raises
    ------
    UsageError
        A parameter is unknown, missing, of the wrong type or out of its range; no kernel was started.
    NotebookError
        A cell failed; the copy is kept with the failure marked.
    EnvironmentFailure
        The kernel died twice, hung or could not start, or the folder cannot be written.
    """
    checked = check(notebook, parameters)
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    copy.parent.mkdir(parents=True, exist_ok=True)
    aside = copy.with_name(f".{copy.name}.{os.getpid()}.part.ipynb")
    began, done = time.monotonic(), None
    try:
        try:
            _papermill(notebook, aside, checked, folder)
        except DeadKernelError:
            _papermill(notebook, aside, checked, folder)
    except PapermillExecutionError as error:
        raise _failed(notebook, error, folder) from error
    except (DeadKernelError, CellTimeoutError, RuntimeError) as error:
        raise _no_kernel(notebook, error) from error
    except OSError as error:
        raise _no_room(copy, error) from error
    finally:
        if aside.is_file():
            done = _put_in_place(aside, notebook.name, copy, folder, time.monotonic() - began)
    assert done is not None
    return done


def _papermill(notebook: Path, aside: Path, parameters: Mapping[str, Any], folder: Path) -> None:
    import logging

    import papermill

    # papermill guesses parameter types from comments and warns of those it misreads; ours are checked above
    logging.getLogger("papermill").setLevel(logging.ERROR)
    forking = manager_class()
    engine = {} if forking is None else {"kernel_manager_class": forking}
    sockets = tempfile.mkdtemp(prefix="wb-")  # of this kernel alone: two that run at once must not meet
    try:
        papermill.execute_notebook(
            str(notebook),
            str(aside),
            parameters=dict(parameters),
            resources={"metadata": {"path": str(folder)}},  # not `cwd`, which moves this whole process there
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,  # the copy with its pictures would be written again after each cell
            execution_timeout=CELL_SECONDS,
            config=_transport(sockets),
            **engine,
        )
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _transport(sockets: str) -> Config:
    """Return the settings of a kernel that is talked to through files, where the system has them, not the network."""
    if not hasattr(socket, "AF_UNIX"):
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}})


def _put_in_place(aside: Path, name: str, copy: Path, folder: Path, seconds: float) -> Executed | None:
    """Take times and paths out of the executed notebook and put it in its place; returns what was taken out."""
    try:
        executed = nbformat.read(aside, as_version=4)
        done = _cleaned(executed, name, folder, seconds)
        nbformat.write(executed, aside)
        os.replace(aside, copy)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise _no_room(copy, error) from error
    except (ValueError, nbformat.reader.NotJSONError):  # cut off in the middle: the disk is full
        aside.unlink(missing_ok=True)
        return None
    return done


def _cleaned(executed: Any, name: str, folder: Path, seconds: float) -> Executed:
    record = executed.metadata.get("papermill", {})
    record["input_path"] = record["output_path"] = name
    for key in _TIMES:
        record.pop(key, None)
    executed.metadata.get("language_info", {}).pop("version", None)  # of Python: `environment.json` has it
    cells, warnings = [], 0
    for place, cell in enumerate(executed.cells):
        timed = cell.metadata.get("papermill", {})
        cells.append(round(float(timed.get("duration") or 0.0), 3))
        cell.metadata.pop("execution", None)
        for key in _TIMES:
            timed.pop(key, None)
        tags = cell.metadata.get("tags", [])
        if "injected-parameters" in tags or any(tag.startswith("papermill-error") for tag in tags):
            cell["id"] = f"papermill-{place}"  # papermill's own cells get a new id each time
        for output in cell.get("outputs", []):
            warnings += output.output_type == "stream" and output.name == "stderr"
            _without_paths(output, folder)
    return Executed(round(seconds, 2), tuple(cells), warnings)


def _without_paths(output: Any, folder: Path) -> None:
    """Replace this machine's folders in the texts of an output."""
    if output.output_type == "stream":
        output.text = without_paths(output.text, folder)
    elif output.output_type == "error":
        output.traceback = [without_paths(line, folder) for line in output.traceback]
        output.evalue = without_paths(output.evalue, folder)
    elif "text/plain" in output.get("data", {}):
        output.data["text/plain"] = without_paths(output.data["text/plain"], folder)


def without_paths(text: str, folder: Path) -> str:
    """Return a text with the run's folder, the project, the environment and the home folder called by short names."""
    places = (
        (folder.resolve(), "."),
        (Path(sys.prefix), "<env>"),
        (Path(sys.base_prefix), "<python>"),
        (ROOT, "<project>"),
        (CARRIED, "<package>"),
    )
    for place, short in (*places, (Path.home(), "~")):
        text = text.replace(str(place), short) if str(place) != "/" else text
    return _CELL_FILE.sub("<cell>", text)


def _failed(notebook: Path, error: Any, folder: Path) -> NotebookError:
    said = f"{error.ename}: {without_paths(error.evalue, folder)}"
    fault = Fault(
        Text(f"单元格出错：{said}", f"a cell failed: {said}"),
        Where(file=notebook.name, item=f"In [{error.exec_count}]"),
        Text("每个单元格都能运行", "every cell runs"),
        Text(
            "请打开运行文件夹 notebooks/ 中的副本查看出错位置。", "Open the copy in the run's notebooks/ to see where."
        ),
    )
    return NotebookError((fault,))


def _no_kernel(notebook: Path, error: Exception) -> EnvironmentFailure:
    return machine_failed(
        Text(f"内核终止或超时（{type(error).__name__}）", f"the kernel died or timed out ({type(error).__name__})"),
        Where(file=notebook.name),
        Text(
            f"可用的 python3 内核、足够的内存、每个单元格 {CELL_SECONDS} 秒以内",
            f"a python3 kernel, enough memory, at most {CELL_SECONDS} seconds a cell",
        ),
        Text(
            "请用 workbench evaluate --resume 继续；仍不成功时删除 .venv 后执行 make evaluate。",
            "Go on with `workbench evaluate --resume`; if it stays, delete .venv and run make evaluate.",
        ),
    )


def _no_room(copy: Path, error: OSError) -> EnvironmentFailure:
    return machine_failed(
        Text(f"无法写入（{error.strerror}）", f"cannot be written ({error.strerror})"),
        Where(file=shown(copy)),
        Text("可写且有空间的文件夹", "a folder that can be written and has room"),
        Text("请释放空间后用 workbench evaluate --resume 继续。", "Make room, then `workbench evaluate --resume`."),
    )
