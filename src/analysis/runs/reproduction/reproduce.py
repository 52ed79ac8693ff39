"""From a bundle to an opinion: unpacked with care, checked, run again, compared; kept as one record."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.data.observations import read_dataset
from analysis.exceptions import DataError, EnvironmentFailure, UsageError, WorkbenchError
from analysis.places import make_folder
from analysis.runs.crate import METADATA
from analysis.runs.environment import differences, environment
from analysis.runs.files import write_json, write_table
from analysis.runs.folders import in_use, numbered
from analysis.runs.hashes import sha256
from analysis.runs.kinds import FORMATS, due_documents
from analysis.runs.reproduction.archive import read_zip
from analysis.runs.reproduction.beyond import Asked, beyond, prepare
from analysis.runs.reproduction.comparing import Compared, Comparison, compare, level
from analysis.runs.reproduction.inert import make_inert
from analysis.runs.reproduction.limits import check_limits, within
from analysis.runs.reproduction.manifest import Integrity, check_manifest
from analysis.runs.reproduction.replay import read_record, replay, replay_with_bundled_code
from analysis.runs.run import Run
from analysis.runs.steps import wanted_names

RECORD = "reproduction.json"
RECEIVED, AGAIN = "received", "run"
MINUTES = 240.0
_SHOWN = 200  # of the message of an error nobody foresaw


@dataclass(frozen=True)
class Request:
    """What is asked for: the bundle, where to, by whom, with whose code, signed by whom, what beyond the level.

    `minutes` is how long the run again may take: a bundle may be made to run for ever.
    """

    bundle: Path
    out: Path | None = None
    who: str = ""
    key: Path | None = None
    bundled_code: bool = False
    asked: Asked = Asked()
    minutes: float = MINUTES


def reproduce(request: Request, progress: Callable[[str], None]) -> Path:
    """Reproduce a bundle; returns the folder with the record, the received files and the run made again.

    Nothing of the bundle is executed unless `bundled_code` asks for it: notebooks and code are the installed ones, and
    received files that a browser would execute are kept under names that none opens.

    Raises
    ------
    UsageError
        The bundle does not exist, `out` is in use, `key` is no public key, or what is asked beyond cannot be found.
    DataError
        The bundle is refused: no zip, damaged, or of a kind that is never unpacked; or a reference is broken.
    """
    prepared = prepare(request.asked)
    began, stamp = time.monotonic(), datetime.now(UTC).isoformat(timespec="seconds")
    there = request.out is not None and request.out.is_dir()
    folder = _new_folder(request)
    try:
        names = read_zip(request.bundle, folder / RECEIVED)
        integrity = check_manifest(folder / RECEIVED, names, request.key)
    except (DataError, UsageError):
        if not there and folder.is_dir() and not any(folder.iterdir()):  # a folder that was there before stays
            folder.rmdir()
        raise
    progress(RECEIVED)
    failed, comparison = _again(request, folder, progress), None
    if (folder / AGAIN / "tables").is_dir() and (folder / AGAIN / METADATA).is_file():
        comparison = compare(folder / RECEIVED, folder / AGAIN)
    progress("comparison")
    facts = _facts(request, folder, integrity, failed, comparison)
    progress("inputs")
    facts |= beyond(prepared, folder, (RECEIVED, AGAIN), integrity, request.key, facts["bundle_sha256"])
    write_json({**facts, "when": stamp, "seconds": round(time.monotonic() - began, 1)}, folder / RECORD)
    _write_differences(comparison, folder / "differences.csv")
    make_inert(folder / RECEIVED)
    return folder


def _new_folder(request: Request) -> Path:
    if request.out is not None:
        if request.out.exists() and (not request.out.is_dir() or any(request.out.iterdir())):
            raise in_use(request.out)
        make_folder(request.out)
        return request.out
    return numbered(f"reproduction-{request.bundle.stem}")


def _again(request: Request, folder: Path, progress: Callable[[str], None]) -> list[str]:
    """Run the received run again; returns what failed."""
    try:
        check_limits(folder / RECEIVED)
        if request.bundled_code:
            return replay_with_bundled_code(folder / RECEIVED, folder / AGAIN, 60 * request.minutes)
        with within(60 * request.minutes):
            return replay(folder / RECEIVED, folder / AGAIN, progress)
    except (DataError, UsageError) as error:  # of the bundle: a fact for the opinion, not the end
        return [error.message("zh")]
    except EnvironmentFailure:
        raise
    except Exception as error:  # inputs made to break a reader: that they do is a fact, too
        return [f"{type(error).__name__}: {str(error)[:_SHOWN]}"]


def _facts(
    request: Request, folder: Path, integrity: Integrity, failed: list[str], comparison: Comparison | None
) -> dict[str, Any]:
    versions = differences(_environment(folder / RECEIVED), _environment(folder / AGAIN) or environment())
    reached = "L3" if comparison is None else level(comparison, not integrity.faults)
    return {
        "level": reached,
        "bundle": request.bundle.name,
        "bundle_sha256": sha256(request.bundle),
        "who": request.who,
        "bundled_code": request.bundled_code,
        "run": _about(folder / RECEIVED),
        "notice": _notice(folder / RECEIVED),
        "integrity": asdict(integrity),
        "failed": failed,
        **_not_asked(folder / AGAIN),
        "versions": versions,
        "files": [] if comparison is None else [_told(one) for one in comparison.files],
        "verdicts": 0 if comparison is None else comparison.verdicts,
        "verdict_differences": None
        if comparison is None or comparison.verdict_differences is None
        else [asdict(one) for one in comparison.verdict_differences],
    }


def _not_asked(again: Path) -> dict[str, list[str]]:
    """Return what the settings of the bundle left out: documents that are due, formats, notebooks of the work."""
    out: dict[str, list[str]] = {"not_asked": [], "formats_not_asked": [], "notebooks_not_asked": []}
    if not (again / METADATA).is_file():
        return out
    run = Run(again)
    options, due = run.record["options"], due_documents(run.as_of, run.plan.end_year)
    out["not_asked"] = [kind for kind in due if kind not in options["kinds"]]
    if options["kinds"]:
        out["formats_not_asked"] = [one for one in FORMATS if one not in options["formats"]]
    if options.get("needed"):
        made = wanted_names(options["kinds"], True)
        out["notebooks_not_asked"] = [one for one in wanted_names(options["kinds"]) if one not in made]
    return out


def _told(one: Compared) -> dict[str, Any]:
    return {**asdict(one), "differences": [asdict(cell) for cell in one.differences]}


def _environment(folder: Path) -> dict[str, Any]:
    """Return the versions a run was made with; nothing where the file is not what it should be."""
    try:
        check_limits(folder)
        loaded = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
        texts = {str(name): one[:80] for name, one in loaded.items() if isinstance(one, str)}
        tables = {name: {str(k): str(v)[:80] for k, v in loaded[name].items()} for name in ("fonts", "packages")}
    except (DataError, OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return {**texts, **tables}


def _about(received: Path) -> dict[str, Any]:
    """Return what the bundle says it is; texts only, cut to a line."""
    try:
        record = read_record(received)
    except WorkbenchError:
        return {}
    return {name: str(record.get(name) or "")[:80] for name in ("id", "plan", "area", "as_of", "finished", "audience")}


def _notice(received: Path) -> tuple[str, str] | None:
    """Return the line every page of simulated data carries; None where the data are real or cannot be read."""
    try:
        check_limits(received)
        notice = read_dataset(received / "inputs" / "data").notice
    except Exception:  # received files may be anything; that they cannot be read is said elsewhere
        return None
    return (notice.zh, notice.en) if notice.zh else None


def _write_differences(comparison: Comparison | None, path: Path) -> None:
    cells = [] if comparison is None else [cell for one in comparison.files for cell in one.differences]
    rows = [asdict(cell) for cell in cells]
    write_table(pd.DataFrame(rows, columns=["file", "place", "theirs", "ours"]), path)
