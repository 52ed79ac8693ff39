"""A workspace of one's own: plans, data, notebooks, reports and settings, apart from the code, which it never holds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.data.example import example_files
from analysis.data.observations import AREAS, observations_file
from analysis.exceptions import Text, Where, listed, usage
from analysis.gate.settings import EXAMPLE, OWN, demonstration
from analysis.gate.yaml_files import read_mapping
from analysis.places import CARRIED, SETTINGS, inside, is_workspace, make_folder, shown
from analysis.plan import Plan, read_plan
from analysis.plan.reader import folder_of as plan_folder
from analysis.plan.tables import ALL as PLAN_TABLES
from analysis.runs.demo import write_demo
from analysis.runs.files import write_bytes
from analysis.schema import OBSERVATIONS
from analysis.schema.files import csv_text

Content = Path | bytes  # of a file: where it is copied from, or what it says
SKELETON = "data/plan-skeleton"
_TEXTS = Path(__file__).with_name("skeleton")  # as they lie in a new workspace
_COPIED = ("data/reference", ".jupyter", "docs")  # of what the package carries, for a person to read and change


@dataclass(frozen=True)
class Laid:
    """What became of a workspace: its folder, files that were added, files that were there and stayed as they were.

    `differing` are those of the package's notebooks among the latter of which the package has another version,
    `example` is the folder of example data, empty where none were asked for.
    """

    folder: Path
    added: tuple[str, ...]
    kept: tuple[str, ...]
    differing: tuple[str, ...]
    plan: str
    example: str


def lay_out(folder: Path, plan: str | None = None, example: bool = False) -> Laid:
    """Make a workspace, or add to one what it lacks; no file that is there is touched.

    Parameters
    ----------
    folder : Path
        New, empty, a workspace, or one with files of other names only.
    plan : str, optional
        The id or folder of a plan to copy into it. Without it an empty skeleton says what to do next.
    example : bool
        Add simulated data for the plan, drawn from a fixed seed; without a plan, here or given, the package's own
        demonstration, its plan and its data.

    Raises
    ------
    UsageError
        The folder is the package's own, a file, or holds something else under a name that would be needed; there is no
        such plan. Nothing was written.
    PlanError
        The plan breaks its tables.
    """
    target = folder.absolute()
    _free(target)
    loaded, source, data = _chosen(target, plan, example)
    files = _files(loaded, source)
    if loaded is None and _heads(target):
        files = {name: content for name, content in files.items() if not name.startswith(SKELETON)}
    if example and loaded is not None and observations_file(target / data) is None:
        files |= _example(loaded, data)
    files[SETTINGS] = _settings(loaded.id if loaded is not None else "", data if example else "")
    kept = tuple(name for name in files if inside(target, *name.split("/")).exists())
    if kept and not is_workspace(target):
        raise _taken(target, kept)
    differing = tuple(name for name in kept if name.startswith("notebooks/") and _differs(target / name, files[name]))
    added = [name for name in files if name not in kept]
    make_folder(target / "data" / "plans")
    make_folder(target / "reports")
    for name in added:  # the settings come last: a folder that has them is whole
        write_bytes(_bytes(files[name]), target / name)
    has = loaded.id if loaded is not None else ", ".join(head.parent.name for head in _heads(target))
    return Laid(target, tuple(added), kept, differing, has, data if example else "")


def _free(target: Path) -> None:
    """Refuse a folder that is the package's own, or that is a file."""
    if target.resolve() == CARRIED or CARRIED.is_relative_to(target.resolve()):
        raise usage(
            Text("这是程序自身所在的文件夹", "this is the folder of the program itself"),
            Where(file=shown(target)),
            Text(
                "另一个文件夹；代码库本身已经是工作区",
                "another folder; a clone of the repository is a workspace already",
            ),
            Text("请另选文件夹。", "Choose another folder."),
        )
    if target.exists() and not target.is_dir():
        raise _taken(target, (target.name,))


def _taken(target: Path, names: tuple[str, ...]) -> Exception:
    return usage(
        Text("文件夹里已有同名文件：", "the folder holds files of these names already: ") + listed(names, 5),
        Where(file=shown(target)),
        Text("新的、空的文件夹，或已有的工作区", "a new or empty folder, or a workspace"),
        Text("没有写入任何文件；请另选文件夹。", "Nothing was written; choose another folder."),
    )


def _chosen(target: Path, plan: str | None, example: bool) -> tuple[Plan | None, Path | None, str]:
    """Return the plan of a workspace, the folder to copy it from, and the data folder its example goes to."""
    if plan is not None:
        return read_plan(plan), plan_folder(plan), EXAMPLE
    if example and (own := _own_plan(target)) is not None:
        return read_plan(own), own, EXAMPLE
    if example:
        name, data = demonstration()
        source = CARRIED / "data" / "plans" / name
        return read_plan(source), source, data
    return None, None, EXAMPLE


def _heads(target: Path) -> list[Path]:
    """Return the `plan.yaml` of each plan a workspace has."""
    return sorted((target / "data" / "plans").glob("*/plan.yaml"))


def _own_plan(target: Path) -> Path | None:
    """Return the folder of the plan a workspace uses: that of its settings, else its only one."""
    named = read_mapping(target / SETTINGS).get("plan") if is_workspace(target) else None
    found = [head.parent for head in _heads(target) if named in (None, head.parent.name)]
    if len(found) > 1:
        raise usage(
            Text("工作区有多份规划：", "the workspace has several plans: ") + listed(one.name for one in found),
            Where(file=shown(target)),
            Text("一份规划", "one plan"),
            Text("请用 --plan 指定。", "Give --plan."),
        )
    return found[0] if found else None


def _files(plan: Plan | None, source: Path | None) -> dict[str, Content]:
    """Return the files of a workspace without its settings and example data, by their paths in it."""
    files: dict[str, Content] = dict(_below(_TEXTS))
    if plan is not None and source is not None:
        files = {name: text for name, text in files.items() if not name.startswith(SKELETON)}
        files |= {f"data/plans/{plan.id}/{name}": path for name, path in _below(source)}
    else:
        files |= {f"{SKELETON}/{table.name}.csv": _head(table.names) for table in PLAN_TABLES}
    files[f"{OWN}/observations.csv"] = _head(OBSERVATIONS.names)
    files[f"{OWN}/areas.csv"] = _head(AREAS.names) + (_area(plan) if plan is not None else b"")
    for name in _COPIED:
        files |= {f"{name}/{below}": path for below, path in _below(CARRIED / name)}
    return files | {f"notebooks/{path.name}": path for path in sorted((CARRIED / "notebooks").glob("*.ipynb"))}


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder that a person may want: no pictures, no programs, nothing half-written."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix not in (".png", ".py", ".pyc", ".part"):
            yield path.relative_to(folder).as_posix(), path


def _head(names: Iterable[str]) -> bytes:
    return (",".join(names) + "\n").encode()


def _area(plan: Plan) -> bytes:
    row = {"code": plan.area, "name_zh": plan.area_name.zh, "name_en": plan.area_name.en, "parent": ""}
    return csv_text(AREAS.build(pd.DataFrame([row | {"level": "district", "share": None}]))).partition("\n")[2].encode()


def _settings(plan: str, data: str) -> bytes:
    """Return the settings of a new workspace; what is empty is left to the user."""
    text = (_TEXTS / SETTINGS).read_text(encoding="utf-8")
    named = {"plan": f"plan: {plan}" if plan else "# plan: 编号 / id"}
    return text.format(**named, data=f"data: {data}" if data else "# data: data/own").encode()


def _example(plan: Plan, data: str) -> Mapping[str, Content]:
    """Return the files of example data: those the package carries, else drawn for the plan."""
    carried = CARRIED / data
    if data != EXAMPLE and observations_file(carried) is not None:
        return {f"{data}/{name}": path for name, path in _below(carried)}
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / "example"
        for name, text in example_files(plan).items():
            write_bytes(text.encode(), folder / name)
        write_demo(folder, plan)
        return {f"{data}/{path.name}": path.read_bytes() for path in sorted(folder.iterdir())}


def _differs(path: Path, content: Content) -> bool:
    return path.read_bytes() != _bytes(content)


def _bytes(content: Content) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()
