"""A run folder as a Workflow Run RO-Crate: what was run on what, with which parameters, and what came of it.

References
----------
Workflow Run RO-Crate profile 0.5 (workflow-run-crate), RO-Crate 1.1.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from analysis.places import NOTEBOOKS
from analysis.runs.files import write_json
from analysis.runs.hashes import sha256
from analysis.runs.locking import LOCK
from analysis.runs.run import Run

METADATA = "ro-crate-metadata.json"
WORKFLOW = "workflow.json"
CACHE = "charts/"
LEFT_OUT = (CACHE, LOCK, METADATA)  # a cache, a lock, and the file the others are described in
_PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
_ENGINE = "https://papermill.readthedocs.io"
_DATA = ("plan", "area", "as_of", "as_of_vintage", "include_unreviewed")
_SETTINGS = (*_DATA, "rules", "round", "audience", "lang", "author")
_WORKFLOW_PROFILE = "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"
_LICENCE = "https://www.apache.org/licenses/LICENSE-2.0"


def contents(folder: Path) -> list[str]:
    """Return the files of a run that belong to it, by their paths within it, sorted."""
    found = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in found if not name.startswith(LEFT_OUT) and ".part" not in name)


def write_crate(run: Run) -> None:
    """Write `workflow.json` and `ro-crate-metadata.json` of a run that has ended, well or not."""
    record = run.record
    steps = [{"name": one["name"], "key": one["key"], "state": one["state"]} for one in record["notebooks"]]
    write_json({"engine": "papermill", "version": record["version"], "steps": steps}, run.folder / WORKFLOW)
    crate = ROCrate(version="1.1")
    files = {name: _file(crate, run.folder, name) for name in contents(run.folder)}
    _describe(crate, run, files)
    for one in record["notebooks"]:
        _notebook(crate, run, one, files)
    crate.root_dataset["mentions"] = [entity for entity in crate.get_entities() if entity.type == "CreateAction"]
    write_json(crate.metadata.generate(), run.folder / METADATA)


def _file(crate: ROCrate, folder: Path, name: str) -> Any:
    path = folder / name
    kind = {".ipynb": "application/x-ipynb+json", ".gz": "application/gzip", ".yaml": "application/yaml"}
    properties: dict[str, Any] = {
        "name": name,
        "contentSize": str(path.stat().st_size),
        "sha256": sha256(path),
        "encodingFormat": kind.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
    }
    if name == WORKFLOW:
        properties["@type"] = ["File", "SoftwareSourceCode", "ComputationalWorkflow"]
    return crate.add_file(path, dest_path=name, properties=properties)


def _describe(crate: ROCrate, run: Run, files: Mapping[str, Any]) -> None:
    """Describe the run as a whole: title, plan, data, environment, workflow."""
    record, root = run.record, crate.root_dataset
    notice = f"{run.notice.zh} / {run.notice.en}. " if run.notice.zh else ""
    crate.name = f"{run.plan.title.zh} {run.as_of}（{record['id']}）"
    crate.description = f"{notice}Evaluation of {run.plan.title.en}, data up to {run.as_of}, area {run.area}."
    crate.license = _entity(crate, _LICENCE, "CreativeWork", name="Apache License 2.0")
    root["datePublished"] = record["finished"]
    root["conformsTo"] = [_entity(crate, id, "CreativeWork", name=name, version=id.rsplit("/", 1)[1])
                          for id, name in _PROFILES.items()]  # fmt: skip
    language = _entity(crate, "#papermill", "ComputerLanguage", name="Jupyter notebooks run by papermill",
                       url=_ENGINE, identifier=_ENGINE)  # fmt: skip
    workflow = files[WORKFLOW]
    workflow["name"], workflow["programmingLanguage"] = "workbench evaluate", language
    workflow["version"] = record["version"]
    workflow["input"] = [_parameter(crate, name) for name in _SETTINGS]
    root["mainEntity"] = workflow
    made = [files[name] for name in files if name.split("/")[0] in ("tables", "documents", "notebooks")]
    given = [files[name] for name in files if name.split("/")[0] == "inputs"]
    values = {**record, **record.get("options", {})}
    worker = _entity(crate, "#workbench", "SoftwareApplication", name="Child Plan Workbench",
                     softwareVersion=record["version"], url="https://jupyter.org")  # fmt: skip
    settings = [_value(crate, name, values.get(name)) for name in _SETTINGS]
    maker = _entity(crate, "#author", "Organization", name=values.get("author") or "未署名 / not stated")
    root["author"] = root["publisher"] = maker
    workflow["conformsTo"] = {"@id": _WORKFLOW_PROFILE}
    _action(crate, "#run", "workbench evaluate", workflow, [*given, *settings], made,
            record["started"], record["finished"], record["status"] == "done", maker)  # fmt: skip
    crate.get("#run")["softwareRequirements"] = worker
    files["environment.json"]["description"] = "versions, hashes of code, lock file and fonts"


def _notebook(crate: ROCrate, run: Run, one: Mapping[str, Any], files: Mapping[str, Any]) -> None:
    """Describe one executed notebook as an action: its source, its inputs and parameters, its results."""
    source = NOTEBOOKS / f"{one['name']}.ipynb"
    code = _entity(crate, f"#notebook-{one['name']}", ["SoftwareSourceCode", "SoftwareApplication"], name=source.name,
                   softwareVersion=run.record["version"], url="https://jupyter.org",
                   **({"sha256": sha256(source)} if source.is_file() else {}))  # fmt: skip
    copy = f"notebooks/{one['name']}.ipynb"
    if one["state"] == "left out" or copy not in files:
        return
    results = [files[name] for name in one.get("files", {copy: ""}) if name in files]
    parameters = json.loads((run.folder / copy).read_text(encoding="utf-8"))["metadata"]["papermill"]["parameters"]
    given = [files[name] for name in files if name.split("/")[0] == "inputs"]
    own = [_value(crate, f"{one['name']}/{name}", value) for name, value in parameters.items()]
    documents = [file for doc in run.record.get("documents", []) for file in doc["files"]]
    results += [files[name] for name in documents if name in files and _of(run, name) == one["name"]]
    _action(crate, f"#{one['name']}", one["name"], code, [*given, *own], results, None, one["ended"],
            one["state"] == "done", crate.get("#author"))  # fmt: skip


def _of(run: Run, file: str) -> str:
    from analysis.runs.kinds import NOTEBOOK_OF

    return NOTEBOOK_OF.get(Path(file).stem, "")


def _action(crate: ROCrate, id: str, name: str, instrument: Any, given: Iterable[Any], results: Iterable[Any],
            began: str | None, ended: str, well: bool, agent: Any) -> None:  # fmt: skip
    state = "CompletedActionStatus" if well else "FailedActionStatus"
    known = {"startTime": began} if began else {}
    made = list(results)
    _entity(crate, id, "CreateAction", name=name, description=f"{name}: executed by papermill",
            instrument=instrument, object=list(given), result=made[0] if len(made) == 1 else made,
            endTime=ended, actionStatus=f"http://schema.org/{state}", agent=agent, **known)  # fmt: skip


def _parameter(crate: ROCrate, name: str) -> Any:
    kind = "Integer" if name == "as_of" else "Text"
    return _entity(crate, f"#parameter-{name}", "FormalParameter", name=name, additionalType=kind,
                   conformsTo={"@id": "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"})  # fmt: skip


def _value(crate: ROCrate, name: str, value: Any) -> Any:
    about = crate.get(f"#parameter-{name}")
    link = {"exampleOfWork": about} if about is not None else {}
    said = "" if value is None else value if isinstance(value, str | int | float | bool) else json.dumps(value)
    return _entity(crate, f"#value-{name}", "PropertyValue", name=name, value=said, **link)


def _entity(crate: ROCrate, id: str, kind: str | list[str], **properties: Any) -> Any:
    return crate.add(ContextEntity(crate, id, properties={"@type": kind, **properties}))
