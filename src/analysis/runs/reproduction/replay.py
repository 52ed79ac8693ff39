"""A received bundle is run again: its inputs through the same gates as anybody's, its settings checked, then evaluated.

With code out of the bundle this module is run as a program of its own: `python -m analysis.runs.reproduction.replay`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from analysis.exceptions import DataError, Text, Where, WorkbenchError, wrong_data
from analysis.gate.ids import is_name
from analysis.pipeline import known_by
from analysis.places import shown
from analysis.runs.from_database import PROVENANCE
from analysis.runs.hashes import hashes_of
from analysis.runs.kinds import FORMATS, NOTEBOOK_OF
from analysis.runs.public import LEARNT_FILE
from analysis.runs.reproduction.limits import check_limits, too_long
from analysis.runs.run import Run, prepare
from analysis.runs.start import start
from analysis.runs.workflow import evaluate
from analysis.schema import OBSERVATIONS, read_table
from analysis.schema.provenance import PROVENANCE_TABLES

_TEXTS = ("author", "department")
_BESIDE = ("ledger.csv", "round.json", LEARNT_FILE)
_OF_A_PLAN = (".csv", ".yaml", ".yml", ".xlsx", ".xls", ".md", ".txt")
_CLAIMS = ("id", "plan", "data", "as_of_vintage", "round")
_LARGEST = 32 << 20  # bytes of a record
_AUDIENCES = ("internal", "public")


def read_record(received: Path) -> dict[str, Any]:
    """Return the record of a received run, its settings checked.

    Raises
    ------
    DataError
        `run.json` is missing, broken, or asks for what does not exist.
    """
    try:
        if (received / "run.json").stat().st_size > _LARGEST:
            raise ValueError
        record = json.loads((received / "run.json").read_text(encoding="utf-8"))
        options = record["options"]
        wanted = {
            "as_of": isinstance(record["as_of"], int) and 1900 < record["as_of"] < 2200,
            "area": _is_id(record["area"]),
            "plan": _is_id(record["plan"]),
            "round": record.get("round") is None or _is_id(record["round"]),
            "lang": options["lang"] in ("zh", "en"),
            "kinds": isinstance(options["kinds"], list) and set(options["kinds"]) <= set(NOTEBOOK_OF),
            "formats": isinstance(options["formats"], list) and set(options["formats"]) <= set(FORMATS),
            "needed": isinstance(options.get("needed", False), bool),
            **{name: isinstance(options.get(name) or "", str) and _short(options.get(name)) for name in _TEXTS},
            **{name: isinstance(record.get(name) or "", str) and _short(record.get(name)) for name in _CLAIMS},
            "audience": record.get("audience", "internal") in _AUDIENCES,
            "include_unreviewed": isinstance(record.get("include_unreviewed", False), bool),
            "waiting": isinstance(record.get("waiting", 0), int),
            "part_of": record.get("part_of", "database") == "database",
            "department": not options.get("department") or _is_id(options["department"]),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        said = f"{type(error).__name__} {error}" if isinstance(error, KeyError) else type(error).__name__
        raise _no_record(received, said) from error
    if wrong := [name for name, fine in wanted.items() if not fine]:
        raise _no_record(received, ", ".join(wrong))
    return dict(record)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and is_name(value)


def _short(text: str | None) -> bool:
    return text is None or (len(text) <= 200 and text.isprintable())


def _no_record(received: Path, said: str) -> DataError:
    return wrong_data(
        Text(f"运行记录不可用（{said}）", f"the record of the run cannot be used ({said})"),
        Where(file=f"{received.name}/run.json"),
        Text("workbench bundle 写入的运行记录", "the record written by `workbench bundle`"),
        Text("请向提供者重新索取。", "Ask for the bundle again."),
    )


def replay(received: Path, out: Path, progress: Callable[[str], None]) -> list[str]:
    """Run a received run again in the new folder `out`, with the installed notebooks and code.

    Returns
    -------
    list of str
        What failed, as messages.

    Raises
    ------
    DataError, UsageError
        The record or an input breaks its gate; nothing was run.
    """
    record = read_record(received)
    options = {name: record["options"].get(name) for name in ("kinds", "formats", *_TEXTS)}
    options |= {"author": options["author"] or "", "needed": record["options"].get("needed", False)}
    given = received / "inputs"
    check_limits(received)
    run = prepare(
        str(given / "plan"),
        given / "data",
        record["as_of"],
        record["area"],
        out,
        record["options"]["lang"],
        given / "rules.yaml",
        benchmark=given / "benchmark" if (given / "benchmark").is_dir() else "none",
        options={name: value for name, value in options.items() if name in record["options"]},  # as they were kept
    )
    _as_received(run, given, record)
    return evaluate(run, record["options"]["lang"], progress, **options)


def _as_received(run: Run, given: Path, record: Mapping[str, Any]) -> None:
    """Put the inputs in their place as they came: with ledger, frozen round, and what was suppressed for the public.

    What no reader of inputs reads is not taken over: the comparison then says that it is not part of a run.
    """
    inputs = run.folder / "inputs"
    for path in [path for path in (inputs / "plan").rglob("*") if path.is_file() and path.suffix not in _OF_A_PLAN]:
        path.unlink()
    known = (*_BESIDE, *_provenance(given))
    for path in [path for path in given.rglob("*") if path.is_file()]:
        place = inputs / path.relative_to(given)
        if place.is_file() or path.relative_to(given).as_posix() in known:
            place.parent.mkdir(exist_ok=True)
            shutil.copyfile(path, place)
    again = Run(run.folder)
    run.save(OBSERVATIONS.build(known_by(again.dataset, again.plan, again.as_of)), "observations")
    names = ("data", "as_of_vintage", "include_unreviewed", "waiting", "round", "audience")
    kept = {name: record.get(name) for name in names} | {n: record[n] for n in ("part_of",) if n in record}
    run.note(inputs=hashes_of(run.folder / "inputs"), **kept)


def _provenance(given: Path) -> list[str]:
    """Return the tables that say where the values of a run from a database come from, each through its gate.

    Raises
    ------
    DataError
        A table is not what a run writes.
    """
    found = []
    for name, table in PROVENANCE_TABLES.items():
        path = given / PROVENANCE / f"{name}.csv"
        if path.is_file():
            read_table(path, table, trusted=not path.read_bytes().partition(b"\n")[2].strip())  # none may be empty
            found.append(path.relative_to(given).as_posix())
    return found


def replay_with_bundled_code(received: Path, out: Path, seconds: float) -> list[str]:
    """Run a received run again with the code and notebooks out of its bundle, in a process of its own.

    Parameters
    ----------
    seconds : float
        How long it may take.

    Raises
    ------
    DataError
        The bundle holds no code, or its code did not come to an end in time.
    """
    code = received / "code"
    if not (code / "src" / "analysis").is_dir():
        raise wrong_data(
            Text("包内没有代码", "the bundle holds no code"),
            Where(file=shown(received)),
            Text("code/src/analysis", "code/src/analysis"),
            Text("请去掉 --bundled-code，用已安装的代码复算。", "Leave out --bundled-code and use what is installed."),
        )
    paths = {"PYTHONPATH": str(code.resolve() / "src"), "WORKBENCH_ROOT": str(code.resolve())}
    command = [sys.executable, "-m", "analysis.runs.reproduction.replay", str(received.resolve()), str(out.resolve())]
    env = {**os.environ, **paths}
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise too_long(seconds) from error
    try:
        messages: list[str] = json.loads(done.stdout.splitlines()[-1])
    except (ValueError, IndexError):
        messages = [done.stderr.strip()[-2000:] or f"exit code {done.returncode}"]
    return messages


def main() -> None:
    """Run one bundle again and print what failed, as JSON, on the last line."""
    start()
    received, out = map(Path, sys.argv[1:3])
    try:
        messages = replay(received, out, lambda name: None)
    except WorkbenchError as error:
        messages = [str(error)]
    print(json.dumps(messages, ensure_ascii=False))


if __name__ == "__main__":
    main()
