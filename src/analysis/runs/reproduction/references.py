"""What the inputs of a received run are held against: the installed plan, rules and data, and what was given beside."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.assessment.rules import Rules, read_rules
from analysis.data.observations import DataSet, current, observations_file, read_dataset
from analysis.exceptions import Text, Where, WorkbenchError, usage
from analysis.gate.yaml_files import read_mapping
from analysis.places import REPORTS, RULES, file_of, own_and_carried, shown
from analysis.plan import Plan, read_plan
from analysis.runs.inputs import benchmark_folder
from analysis.runs.reproduction.archive import read_zip
from analysis.runs.reproduction.data_changes import VALUE_KEY
from analysis.runs.reproduction.inputs_beside import Held, of_data, of_inputs, of_plan, usual_benchmark
from analysis.runs.reproduction.limits import check_limits
from analysis.runs.reproduction.settings import models_of

_ALIKE = 0.5  # share of shared values that are equal from which an installed data folder is the same data
_LETTERS = 80


@dataclass(frozen=True)
class Reference:
    """One thing to compare with; what it does not hold is None.

    Attributes
    ----------
    name : str
        As it may be printed.
    given : bool
        Named by the assessor (`--against`), not found among what is installed.
    same_id : bool
        The plan has the id of theirs; else it was found by its area and years.
    record : mapping, optional
        Of a run: its settings.
    beside : mapping
        The smaller inputs it tells of (`inputs_beside`), None for those it has not.
    folder : Path, optional
        Where its plan or data lie, as long as they lie somewhere: their files may be held against bytes.
    """

    name: str
    given: bool
    plan: Plan | None = None
    rules: Rules | None = None
    data: DataSet | None = None
    record: Mapping[str, Any] | None = None
    models: tuple[str, ...] = ()
    same_id: bool = True
    beside: Held = field(default_factory=dict)
    folder: Path | None = None


def given_references(paths: Sequence[Path]) -> list[Reference]:
    """Return the references an assessor names: run folders, bundles, plan folders, data folders, files of rules.

    Raises
    ------
    UsageError
        A path is none of these.
    DataError
        What it holds breaks its gate.
    """
    return [_given(path) for path in paths]


def _given(path: Path) -> Reference:
    places = (path, REPORTS / path, file_of(path))
    folder = next((one for one in places if one.exists()), path)
    if (folder / "run.json").is_file():
        return _of_run(folder, shown(folder))
    if folder.is_file() and zipfile.is_zipfile(folder):
        with tempfile.TemporaryDirectory() as room:
            read_zip(folder, Path(room) / "received")
            return _of_run(Path(room) / "received", shown(folder))
    if (folder / "plan.yaml").is_file():
        return Reference(shown(folder), True, plan=read_plan(folder), beside=of_plan(folder), folder=folder)
    if folder.is_dir() and observations_file(folder) is not None:
        return Reference(shown(folder), True, data=read_dataset(folder), beside=of_data(folder), folder=folder)
    if folder.is_file() and folder.suffix in (".yaml", ".yml"):
        return Reference(shown(folder), True, rules=read_rules(folder))
    raise usage(
        Text("没有可用于对照的内容", "there is nothing to compare with"),
        Where(file=shown(path), item="--against"),
        Text(
            "运行文件夹、成果包（zip）、规划文件夹、数据文件夹或规则文件（yaml）",
            "a run folder, a bundle (zip), a plan folder, a data folder or a file of rules (yaml)",
        ),
        Text("请核对 --against 的路径。", "Check the path of --against."),
    )


def _of_run(folder: Path, name: str) -> Reference:
    inputs = folder / "inputs"
    check_limits(folder)
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        if not isinstance(record, dict):
            raise ValueError(type(record).__name__)
    except (OSError, ValueError, RecursionError) as error:
        raise usage(
            Text("运行记录不可用", "the record of the run cannot be used"),
            Where(file=name, item="run.json"),
            Text("workbench evaluate 写入的运行记录", "the record written by `workbench evaluate`"),
            Text("请换用另一个运行或成果包。", "Name another run or bundle."),
        ) from error
    plan, rules = read_plan(inputs / "plan"), read_rules(inputs / "rules.yaml")
    data, models = read_dataset(inputs / "data"), tuple(models_of(folder))
    return Reference(name, True, plan, rules, data, record, models, beside=of_inputs(inputs))


def installed(plan: Plan, data: DataSet, record: Mapping[str, Any], area: str) -> list[Reference]:
    """Return what is installed here for a received run: plan of its id, default rules, data folder, larger area.

    A plan is sought by its id, then by area and years: a copy under another id is still held against the original.
    """
    rules = Reference(shown(RULES), False, rules=read_rules())
    return [*_installed_plan(plan), rules, *_data_here(data, record, area), *_larger(record, area)]


def _installed_plan(plan: Plan) -> list[Reference]:
    others: list[Path] = []
    for head in [head for plans in own_and_carried("data", "plans") for head in sorted(plans.glob("*/plan.yaml"))]:
        try:
            about = read_mapping(head)
            same = about["id"] == plan.id
            alike = (about["area"], about["start_year"], about["end_year"]) == (
                plan.area,
                plan.start_year,
                plan.end_year,
            )
        except (WorkbenchError, KeyError):
            continue
        if same:
            return _read(head.parent, True)
        if alike:
            others.append(head.parent)
    return _read(others[0], False) if others else []


def _read(folder: Path, same_id: bool) -> list[Reference]:
    try:
        plan = read_plan(folder, trusted=True)
        return [Reference(shown(folder), False, plan=plan, same_id=same_id, beside=of_plan(folder), folder=folder)]
    except WorkbenchError:  # an installed plan that cannot be read is no reference
        return []


def _data_here(data: DataSet, record: Mapping[str, Any], area: str) -> list[Reference]:
    """Return the installed data folder of a run: the one it names, else one most of whose values are the same."""
    folders = [
        path
        for data_folder in own_and_carried("data")
        for path in sorted(data_folder.glob("*"))
        if path.is_dir() and observations_file(path)
    ]
    named = str(record.get("data") or "")[:_LETTERS]
    mine = _values(data.observations, area)
    for folder in sorted(folders, key=lambda path: shown(path) != named):
        try:
            found = read_dataset(folder, trusted=True)
        except WorkbenchError:
            continue
        here = _values(found.observations, area)
        if len(here) and (shown(folder) == named or _alike(mine, here) >= _ALIKE):
            return [Reference(shown(folder), False, data=found, beside=of_data(folder), folder=folder)]
    return []


def _larger(record: Mapping[str, Any], area: str) -> list[Reference]:
    """Return the values of the larger area that a run here is given when it names none."""
    folder = benchmark_folder(None)
    if folder is None:
        return []
    try:
        found = usual_benchmark(str(record.get("as_of_vintage") or "") or None, area)
    except WorkbenchError:  # what is installed and cannot be read is no reference
        return []
    return [Reference(shown(folder), False, beside=found)]


def _values(observations: pd.DataFrame, area: str) -> pd.Series:
    own = observations[(observations["ref_area"] == area) & observations["obs_value"].notna()]
    return current(own).set_index(VALUE_KEY)["obs_value"].astype(float)


def _alike(mine: pd.Series, here: pd.Series) -> float:
    both = pd.concat([mine, here], axis=1, join="inner").to_numpy()
    if not len(both):
        return 0.0
    return float((abs(both[:, 0] - both[:, 1]) <= 1e-9 * abs(both[:, 1])).mean())


def below(area: str, datasets: Iterable[DataSet]) -> tuple[str, ...]:
    """Return the codes of all areas below one, as any of the data sets has them."""
    children: dict[str, set[str]] = {}
    for one in datasets:
        for code, parent in zip(one.areas["code"], one.areas["parent"], strict=True):
            children.setdefault(str(parent), set()).add(str(code))
    found, left = set[str](), [area]
    while left:
        new = children.get(left.pop(), set()) - found - {area}
        found |= new
        left += new
    return tuple(sorted(found))
