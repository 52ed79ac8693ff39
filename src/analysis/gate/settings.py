"""What a command uses when it is told neither plan nor data: the settings of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.exceptions import Text, UsageError, Where, listed, usage
from analysis.gate.yaml_files import of_types, read_mapping
from analysis.places import CARRIED, PLANS, ROOT, SETTINGS, folder_of, is_workspace, shown

OWN, EXAMPLE = "data/own", "data/example"  # data folders of a workspace: one's own, and the simulated ones
_TYPES: dict[str, type] = {"plan": str, "data": str, "benchmark": str}


def defaults() -> dict[str, Any]:
    """Return `data/defaults.yaml` of the workspace: plan, data, benchmark; what it leaves out is absent.

    Raises
    ------
    DataError
        It is no mapping of texts.
    """
    path = ROOT / SETTINGS
    return of_types(read_mapping(path), _TYPES, path) if path.is_file() else {}


def demonstration() -> tuple[str, str]:
    """Return the id of the plan and the data folder the package shows itself with, whatever a workspace uses."""
    said = of_types(read_mapping(CARRIED / SETTINGS), _TYPES, CARRIED / SETTINGS)
    return str(said["plan"]), str(said["data"])


def usual_plan() -> str:
    """Return the plan meant where none is named: that of the settings, else the only one in `data/plans/`.

    Raises
    ------
    UsageError
        The settings name none, and the workspace has none or several; or there is no workspace here.
    """
    if named := defaults().get("plan"):
        return str(named)
    own = sorted(path.parent.name for path in PLANS.glob("*/plan.yaml"))
    if len(own) == 1:
        return own[0]
    if not is_workspace(ROOT):
        raise _no_workspace("--plan")
    several = Text("工作区有多份规划：", "the workspace has several plans: ") + listed(own)
    raise usage(
        several if own else Text("工作区还没有规划", "the workspace has no plan yet"),
        Where(file=shown(ROOT / SETTINGS), item="plan"),
        Text("一份规划的编号", "the id of one plan"),
        Text("请填写 plan，或用 --plan 指定。", "Fill in `plan`, or give --plan.")
        if own
        else Text(
            "请用 workbench plan new --from 文件 起草，再用 workbench plan build 生成。",
            "Draft it with `workbench plan new --from FILE`, then `workbench plan build`.",
        ),
    )


def usual_data(needed: bool = True) -> Path:
    """Return the data folder meant where none is named: that of the settings, else one's own, else the example.

    Parameters
    ----------
    needed : bool
        Without it one's own folder is returned where no folder has a value yet.

    Raises
    ------
    UsageError
        The settings name none, and neither of the others has a value; or there is no workspace here.
    """
    if named := defaults().get("data"):
        own = ROOT / str(named)
        return own if own.is_dir() else folder_of(str(named))
    if not is_workspace(ROOT):
        raise _no_workspace("--data")
    for name in (OWN, EXAMPLE):
        if has_values(ROOT / name):
            return ROOT / name
    if not needed:
        return ROOT / OWN
    raise usage(
        Text("还没有数据", "there are no data yet"),
        Where(file=f"{OWN}/observations.csv"),
        Text("至少一行数据", "at least one row of data"),
        Text(
            "请填写该表，或先用示例数据：workbench init . --example；也可用 --data、--db 指定数据。",
            "Fill in that table, or try example data: workbench init . --example; or give --data or --db.",
        ),
    )


def has_values(folder: Path) -> bool:
    """Return whether a data folder has a table of observations with a row in it."""
    plain = folder / "observations.csv"
    if plain.is_file():
        with plain.open("rb") as stream:
            stream.readline()
            return bool(stream.readline().strip())
    return any((folder / f"observations.{ending}").is_file() for ending in ("csv.gz", "parquet"))


def _no_workspace(option: str) -> UsageError:
    return usage(
        Text("当前文件夹不在任何工作区内", "the current folder is in no workspace"),
        Where(item=option),
        Text(f"工作区，或 {option}", f"a workspace, or {option}"),
        Text(
            "请先运行 workbench init 文件夹 并进入该文件夹，或用 --workspace 指定。",
            "Run `workbench init FOLDER` and go there, or name one with --workspace.",
        ),
    )
