"""The whole evaluation of the demo district beside papermill and nbconvert by command line, in one run.

    .venv/bin/python benchmarks/one_district.py [--rounds 1] [--profile]

Alternating, `--rounds` times: (a) `workbench evaluate`; (b) the same notebooks through `papermill` and then the same
documents and pages through `jupyter nbconvert`, one command after another, plain kernels, no check of numbers, no
workbook, no site, no crate. Then an empty notebook through papermill's command, through the workbench with a plain
kernel, and with a forked one; and how long the command takes to say something. `--profile` adds where (a) spends its
seconds. The district's data are simulated (模拟数据，仅供演示).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from measured import measured

from analysis.places import NOTEBOOKS
from analysis.runs.crate import write_crate
from analysis.runs.kinds import DOCUMENTS, FORMATS, due_documents
from analysis.runs.notebooks import execute
from analysis.runs.run import Run, prepare
from analysis.runs.steps import WORKING

BIN = Path(sys.executable).parent
_EMPTY = 5  # empty notebooks timed each way


def evaluation(folder: Path) -> dict[str, float]:
    """Return what `workbench evaluate` takes on the demo plan, everything included."""
    return measured([str(BIN / "workbench"), "evaluate", "--out", str(folder)])


def one_after_another(folder: Path) -> dict[str, float]:
    """Return what the same notebooks, documents and pages take by the commands of papermill and nbconvert."""
    run = prepare(out=folder)
    (folder / "notebooks").mkdir()
    commands = []
    documents = [DOCUMENTS[kind] for kind in due_documents(run.as_of, run.plan.end_year)]
    for name in (*WORKING, *documents):
        copy = str(folder / "notebooks" / f"{name}.ipynb")
        commands.append([str(BIN / "papermill"), str(NOTEBOOKS / f"{name}.ipynb"), copy, "-k", "python3",
                         "--cwd", str(folder), "-p", "run", ".", "--no-progress-bar"])  # fmt: skip
    for name in (*WORKING, *documents):
        for form in FORMATS if name not in WORKING else FORMATS[:1]:
            commands.append([str(BIN / "jupyter"), "nbconvert", "--log-level=ERROR", "--to", f"gongwen_{form}",
                             str(folder / "notebooks" / f"{name}.ipynb")])  # fmt: skip
    return _sum(measured(command, env={"WORKBENCH_KERNELS": "plain"}) for command in commands)


def _sum(parts: Iterable[dict[str, float]]) -> dict[str, float]:
    out = {"seconds": 0.0, "processor": 0.0, "memory": 0.0}
    for one in parts:
        out = {name: max(out[name], one[name]) if name == "memory" else out[name] + one[name] for name in out}
    return out


def empty(folder: Path) -> dict[str, float]:
    """Return the seconds of an empty notebook three ways; a forked kernel once its parent is warm."""
    notebook, copy = folder / "empty.ipynb", folder / "copy.ipynb"
    cells = [nbformat.v4.new_code_cell("", metadata={"tags": ["parameters"]}), nbformat.v4.new_code_cell("1")]
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(made, notebook)
    out = {
        "papermill by command": _mean(lambda: measured([str(BIN / "papermill"), str(notebook), str(copy)], every=0.02))
    }
    for name, kind in (("workbench, plain kernel", "plain"), ("workbench, forked kernel", "")):
        os.environ["WORKBENCH_KERNELS"] = kind
        execute(notebook, copy, {}, folder)
        out[name] = _mean(lambda: execute(notebook, copy, {}, folder))
    return out


def _mean(work: Any) -> float:
    began = time.monotonic()
    for _ in range(_EMPTY):
        work()
    return (time.monotonic() - began) / _EMPTY


def profile(folder: Path) -> dict[str, float]:
    """Return the seconds of a finished run by step, from its record; steps run two at a time."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    out = {"kernels: start, messages, end": 0.0}
    for one in record["notebooks"]:
        out["kernels: start, messages, end"] += one["seconds"] - sum(one["cells"])
        out[f"cells of {one['name']}"] = sum(one["cells"])
    for form in FORMATS:
        out[f"documents in {form}, read back and checked"] = sum(one["seconds"][form] for one in record["documents"])
    for name, spent in record["seconds"].items():
        group = "pages of the working notebooks" if name.startswith("notebooks/") else name
        out[group] = out.get(group, 0.0) + spent
    began = time.monotonic()
    write_crate(Run(folder))
    return {**out, "crate": time.monotonic() - began}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--profile", action="store_true", help="where the evaluation spends its seconds")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder, ours, theirs = Path(place), [], []
        for number in range(given.rounds):
            ours.append(evaluation(folder / f"evaluate{number}"))
            theirs.append(one_after_another(folder / f"commands{number}"))
        print("| one district (simulated) | seconds | processor s | peak MB |\n|---|---|---|---|")
        own, other = (min(runs, key=lambda one: one["seconds"]) for runs in (ours, theirs))
        for name, one in (("workbench evaluate", own), ("papermill, nbconvert one after another", other)):
            print(f"| {name} | {one['seconds']:.1f} | {one['processor']:.1f} | {one['memory']:,.0f} |")
        ratios = [other[name] / own[name] for name in ("seconds", "processor")]
        print(f"| ratio | {ratios[0]:.1f} | {ratios[1]:.1f} | |\n")
        print("| an empty notebook | seconds |\n|---|---|")
        for name, seconds in empty(folder).items():
            print(f"| {name} | {seconds:.2f} |")
        print("\n| until the command has answered | seconds | processor s |\n|---|---|---|")
        for arguments in (["--help"], ["plan", "check"]):
            best = min((measured([str(BIN / "workbench"), *arguments], every=0.02) for _ in range(3)),
                       key=lambda one: one["seconds"])  # fmt: skip
            print(f"| workbench {' '.join(arguments)} | {best['seconds']:.2f} | {best['processor']:.2f} |")
        if given.profile:
            print("\n| step, three tasks at a time | seconds |\n|---|---|")
            for name, seconds in sorted(profile(folder / "evaluate0").items(), key=lambda row: -row[1]):
                print(f"| {name} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
