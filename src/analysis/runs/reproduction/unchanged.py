"""Whether a run is as it ended: every file as its own record has it, none gone, none added since.

Two records are held against the files: the crate, written last, with the SHA-256 of every file; and `run.json`, which
has those of the inputs, of what each notebook made and of each document as they were written. The second is asked too
because the crate is written anew whenever a document is added: what was changed by hand before would be in it as if it
had been made so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from analysis.exceptions import DataError, Fault, Text, Where, usage
from analysis.places import shown
from analysis.runs.crate import CACHE, METADATA
from analysis.runs.hashes import sha256
from analysis.runs.kinds import NOTEBOOK_OF
from analysis.runs.locking import LOCK
from analysis.runs.run import Run
from analysis.runs.scratch import STATUS

Difference = Literal["changed", "missing", "added"]
_SAID = {
    "changed": Text("文件与运行结束时不同", "the file is not what it was when the run ended"),
    "missing": Text("文件已不在", "the file is gone"),
    "added": Text("文件不属于该运行", "the file is none of the run's"),
}


def check_unchanged(run: Run) -> None:
    """Refuse a run that has not ended well, or whose files are not those it ended with.

    Raises
    ------
    UsageError
        The run is under way, was interrupted, failed, or is a copy for trials.
    DataError
        Files were changed, deleted or added since: a fault for each.
    """
    status = run.record.get("status")
    if status == STATUS:
        raise _not_sealed(run, Text("试算副本，不是正式运行", "a copy for trials, not a run of its own"))
    if status == "failed":
        said = "、".join(run.record.get("missing", [])), ", ".join(run.record.get("missing", []))
        raise _not_sealed(run, Text(f"该运行未完成，缺：{said[0]}", f"the run is incomplete, without: {said[1]}"))
    if status != "done" or not (run.folder / METADATA).is_file():
        raise _not_sealed(run, Text("该运行尚未结束", "the run has not ended"))
    found = differences(run)
    if found:
        place = shown(run.folder)
        raise DataError([_fault(run, place, name, kind) for name, kind in found.items()])


def differences(run: Run) -> dict[str, Difference]:
    """Return in which files a finished run is not what it ended as, by path within it, sorted.

    What is left out of a crate by its nature, the cache of charts and the lock, is no difference.
    """
    crate = _described(run.folder)
    if crate is None:
        return {METADATA: "changed"}
    known = {**crate, **_recorded(run.record)}  # where both have a file, as it was made, not as it lay there later
    found = (path.relative_to(run.folder).as_posix() for path in run.folder.rglob("*") if path.is_file())
    here = {name for name in found if name not in (LOCK, METADATA) and not name.startswith(CACHE)}
    out: dict[str, Difference] = dict.fromkeys(here - set(known), "added")
    out |= dict.fromkeys(set(known) - here, "missing")
    for name in here & set(known):
        digest = sha256(run.folder / name)
        if digest != known[name] or digest != crate.get(name):
            out[name] = "changed"
    return dict(sorted(out.items()))


def _described(folder: Path) -> dict[str, str] | None:
    """Return the SHA-256 of each file the crate describes, None where it cannot be read."""
    try:
        graph = json.loads((folder / METADATA).read_text(encoding="utf-8"))["@graph"]
        return {str(one["@id"]): str(one["sha256"]) for one in graph if "sha256" in one and "contentSize" in one}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _recorded(record: Mapping[str, Any]) -> dict[str, str]:
    """Return the SHA-256 of each file `run.json` knows from when it was made."""
    known = {f"inputs/{name}": digest for name, digest in record.get("inputs", {}).items()}
    for one in record.get("notebooks", []):
        known |= one.get("files", {})
    for one in record.get("documents", []):
        known |= one.get("sha256", {})
    return known


def _not_sealed(run: Run, found: Text) -> Exception:
    place = shown(run.folder)
    again = f"workbench evaluate --resume {place}"
    return usage(
        found,
        Where(file=place),
        Text("已顺利结束的运行（有 ro-crate-metadata.json）", "a run that has ended well, with ro-crate-metadata.json"),
        Text(f"请先执行 {again}。", f"Finish it first: `{again}`."),
    )


def _fault(run: Run, place: str, name: str, kind: Difference) -> Fault:
    return Fault(
        _SAID[kind],
        Where(file=f"{place}/{name}"),
        Text("与运行记录（SHA-256）一致，打包后才能复核", "as the run's own record (SHA-256) has it"),
        _remedy(run, place, name, kind),
    )


def _remedy(run: Run, place: str, name: str, kind: Difference) -> Text:
    """Return what to do about a file: move it out, put it back, or have it made again."""
    if kind == "added":
        return Text("请将该文件移出运行文件夹。", "Move the file out of the run folder.")
    if name.startswith("inputs/") or name in ("run.json", METADATA):
        return Text("请恢复原文件，或另行评估。", "Put the file back as it was, or evaluate anew.")
    again = f"workbench evaluate --resume {place}"
    document = next((one for one, book in NOTEBOOK_OF.items() if Path(name).stem in (one, book)), None)
    if document is not None and document not in run.record.get("options", {}).get("kinds", [document]):
        again = f"workbench report {document} --run {place}"
    return Text(f"请恢复原文件，或执行 {again} 重新生成。", f"Put the file back, or have it made again: `{again}`.")
