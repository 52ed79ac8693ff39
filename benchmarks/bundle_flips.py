"""Mutated bundles: 5,000 flips of the zip and 5,000 of the files in it, hashes made again; none may pass wrongly.

A flip of the zip, every other one in its headers, is harmless (the unpacked files are the same), refused, or reported
by the manifest. A flip in a file, every hash of it made again as a forger would, is found: in results by comparison
with the run made again, in records by their fields, in code by its hash, in inputs by their gates or beside the
references. It may be L0 only where what it changed is a time, a version that is claimed, or the spaces of a record; an
input may pass only where it reads the same. Some of either kind go the whole way to an opinion. The run again is made
once.
"""

import csv
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from tqdm import tqdm

from analysis.exceptions import WorkbenchError
from analysis.runs.crate import METADATA, contents
from analysis.runs.hashes import hashes_of, sha256
from analysis.runs.kinds import FORMATS
from analysis.runs.reproduction import inputs_truth, reproduce
from analysis.runs.reproduction.archive import read_zip, write_zip
from analysis.runs.reproduction.bundle import write_bundle
from analysis.runs.reproduction.bundled import CODE
from analysis.runs.reproduction.comparing import Comparison, _code, compare_file, level
from analysis.runs.reproduction.manifest import MANIFEST, check_manifest, manifest_of
from analysis.runs.reproduction.received import read_or_why
from analysis.runs.reproduction.records import ENVIRONMENT, RECORDS, RUN
from analysis.runs.run import prepare
from analysis.runs.sealing import SEAL, seal_of
from analysis.runs.workflow import evaluate

FLIPS = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
# of 5,000: how many in files of a kind; a PDF, which is read and drawn by a process of its own, takes seconds
SHARES = {".pdf": 100, ".docx": 350, ".xlsx": 250, ".html": 900, ".ipynb": 700, ".csv": 1300, "assets/": 200,
          "records": 600, "inputs/": 300, CODE: 300}  # fmt: skip
WHOLE = 200  # every so many flips go through `reproduce` to the record of the opinion
VOLATILE = {"started", "finished", "ended", "seconds", "cells", "id", "key", "version", "system", "code_sha256",
            "sha256", "lock_sha256", "fonts", "workbench", "python", "packages", "startTime", "endTime",
            "datePublished", "name", "dateModified", "dateCreated", "sdDatePublished", "softwareVersion",
            "seal"}  # fmt: skip
WRONG = "WRONGLY ACCEPTED"


def flipped(content: bytes, place: int, rng: random.Random) -> bytes:
    """Return bytes with one bit of one of them flipped."""
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def sealed(content: bytes) -> bytes:
    """Return a record of a run with the seal made again, where it can be read at all."""
    try:
        record = json.loads(content)
        return content.replace(str(record[SEAL]).encode(), seal_of(record).encode())
    except (ValueError, KeyError, TypeError):
        return content


def small_bundle(run: Path, folder: Path) -> Path:
    """Return a bundle of the run's tables, inputs and records: small enough to be unpacked thousands of times."""
    names = [one for one in contents(run) if one.startswith(("tables/", "inputs/plan", RUN, "workflow.json"))]
    hashes = hashes_of(run, [run / name for name in names])
    write_zip({**{name: run / name for name in names}, MANIFEST: manifest_of(hashes)}, folder / "small.zip")
    return folder / "small.zip"


def headers(content: bytes) -> list[int]:
    """Return the places within the headers of a zip: local ones, the directory and its end."""
    out: list[int] = []
    for mark, length in ((b"PK\x03\x04", 60), (b"PK\x01\x02", 80), (b"PK\x05\x06", 22)):
        at = content.find(mark)
        while at >= 0:
            out += range(at, min(at + length, len(content)))
            at = content.find(mark, at + 4)
    return out


def flip_zip(content: bytes, folder: Path, place: int, rng: random.Random, original: dict[str, str]) -> str:
    """Flip one bit of the zip, and say what came of it."""
    room = folder / "zips"
    room.mkdir()
    (room / "flipped.zip").write_bytes(flipped(content, place, rng))
    try:
        names = read_zip(room / "flipped.zip", room / "out")
        if check_manifest(room / "out", names).faults:
            said = "reported: L3"
        else:
            said = "harmless" if hashes_of(room / "out") == original else WRONG
    except WorkbenchError:
        said = "refused"
    except Exception as error:
        said = f"TRACEBACK {type(error).__name__}"
    left = {path.name for path in room.iterdir()} - {"flipped.zip", "out"}
    shutil.rmtree(room)
    return f"LEFT BEHIND {sorted(left)}" if left else said


class Forger:
    """A copy of a run whose files are links to those of the run but for what a flip changed."""

    def __init__(self, run: Path, folder: Path) -> None:
        self.run, self.folder = run, folder / "forged"
        shutil.copytree(run, self.folder, copy_function=lambda one, other: Path(other).hardlink_to(one))
        self.changed: set[str] = set()

    def write(self, name: str, content: bytes) -> None:
        """Replace a file, and its hash wherever a record has it."""
        before = sha256(self.folder / name)
        self._put(name, sealed(content) if name == RUN else content)
        for record in (ENVIRONMENT, RUN, METADATA):
            held, now = (self.folder / record).read_bytes(), sha256(self.folder / name).encode()
            if record != name and before.encode() in held:
                if record == METADATA:
                    self._put(record, held.replace(before.encode(), now))
                else:
                    self.write(record, held.replace(before.encode(), now))

    def _put(self, name: str, content: bytes) -> None:
        (self.folder / name).unlink()
        (self.folder / name).write_bytes(content)
        self.changed.add(name)

    def restore(self) -> None:
        """Make every file the run's again."""
        for name in self.changed:
            (self.folder / name).unlink()
            (self.folder / name).hardlink_to(self.run / name)
        self.changed = set()

    def reached(self) -> tuple[str, str]:
        """Return the level of what was changed, and the worst states."""
        files = [compare_file(self.folder / name, self.run / name, name) for name in sorted(self.changed)
                 if not name.startswith(CODE)]  # fmt: skip
        if any(name.startswith(CODE) or name == ENVIRONMENT for name in self.changed):
            held = [path.relative_to(self.folder).as_posix() for path in (self.folder / CODE).rglob("*")]
            files += _code(self.folder, sorted(one for one in held if (self.folder / one).is_file()))
        states = sorted({one.state for one in files if one.state not in ("same_bytes", "same_record", "claimed")})
        return level(Comparison(tuple(files), 0, ()), True), "+".join(states) or "claimed or times"


def only_volatile(theirs: Path, ours: Path) -> bool:
    """Return whether two records differ in nothing but times, versions and names that are quoted as claims."""

    def other(left: object, right: object, names: tuple[str, ...]) -> bool:
        if isinstance(left, dict) and isinstance(right, dict):
            both = {*left, *right}
            return all(other(left.get(name), right.get(name), (*names, name)) for name in both)
        if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            return all(other(one, two, names) for one, two in zip(left, right, strict=True))
        return left == right or bool(VOLATILE & set(names))

    return other(*(json.loads(path.read_bytes()) for path in (theirs, ours)), ())


def meaning(path: Path) -> object:
    """Return what an input says, read as plainly as can be."""
    text = path.read_text("utf-8")
    if path.suffix in (".yaml", ".yml"):
        return yaml.safe_load(text)
    return [[_number(cell) for cell in row] for row in csv.reader(StringIO(text, newline="")) if row]


def _number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell.strip()


def input_told(forger: Forger, name: str) -> str:
    """Return how a flip of an input ended: refused by a gate, told beside the references, or no other meaning."""
    own = read_or_why(forger.folder)
    if isinstance(own, str):
        return "refused" if " " in own or "：" in own else f"refused, but only as {own}"
    facts, changes = inputs_truth.truth_of(own, forger.folder, forger.run, (), False)
    if facts["state"] != "compared":
        return f"not compared: {facts['why'][:60]}"
    if changes:
        return "told beside the references"
    try:
        same = meaning(forger.folder / name) == meaning(forger.run / name)
    except (ValueError, yaml.YAMLError):
        same = False
    return "reads the same" if same else f"{WRONG} {name}"


def flip_file(forger: Forger, name: str, rng: random.Random) -> str:
    """Flip one bit of a file, make every hash of it again, and say which level it ends at."""
    content = (forger.run / name).read_bytes()
    if not content:
        return "an empty file"
    forger.write(name, flipped(content, rng.randrange(len(content)), rng))
    try:
        if name.startswith("inputs/"):
            return input_told(forger, name)
        reached, said = forger.reached()
        if name in RECORDS and reached == "L0" and only_volatile(forger.folder / name, forger.run / name):
            return "L0, a time, a claim or spaces"
        return f"{WRONG} {name}" if reached == "L0" else f"{reached}, {said}"
    except Exception as error:
        return f"TRACEBACK {type(error).__name__} {name}"
    finally:
        forger.restore()


def kind_of(name: str) -> str:
    """Return which of the shares a file of a bundle belongs to."""
    if name in RECORDS:
        return "records"
    ending = Path(name).suffix
    return next((one for one in ("assets/", "inputs/", CODE) if name.startswith(one)), ending)


def whole_way(bundle: Path, forger: Forger, folder: Path, rng: random.Random, again: Path) -> str:
    """Flip a bit of the whole bundle, or of a file in it, and reproduce it to the record of the opinion."""
    room = folder / "way"
    room.mkdir()
    if rng.random() < 0.5:
        content = bundle.read_bytes()
        (room / "b.zip").write_bytes(flipped(content, rng.randrange(len(content)), rng))
    else:
        names = [one for one in contents(forger.run) if (forger.run / one).stat().st_size]
        name = rng.choice(names)
        content = (forger.run / name).read_bytes()
        forger.write(name, flipped(content, rng.randrange(len(content)), rng))
        names += [METADATA]
        hashes = hashes_of(forger.folder, [forger.folder / one for one in names])
        write_zip({**{one: forger.folder / one for one in names}, MANIFEST: manifest_of(hashes)}, room / "b.zip")
        forger.restore()
    reproduce.replay = lambda received, out, progress: shutil.copytree(again, out) and []
    try:
        out = reproduce.reproduce(reproduce.Request(room / "b.zip", room / "out"), lambda name: None)
        said = f"an opinion, {json.loads((out / reproduce.RECORD).read_text('utf-8'))['level']}"
    except WorkbenchError:
        said = "refused"
    except Exception as error:
        said = f"TRACEBACK {type(error).__name__}"
    left = {path.name for path in room.iterdir()} - {"b.zip", "out"}
    shutil.rmtree(room)
    return f"LEFT BEHIND {sorted(left)}" if left else said


def told(title: str, found: Counter[str]) -> bool:
    """Print counts, the most frequent first; returns whether any flip passed wrongly."""
    print(f"\n{title}: {found.total()}")
    for said, count in found.most_common():
        print(f"  {count:6d}  {said}")
    return any(said.startswith((WRONG, "TRACEBACK", "LEFT BEHIND", "refused, but")) or WRONG in said for said in found)


def _remembered() -> None:
    """Read the installed references once: they are the same for every flip of an input."""
    read, known = inputs_truth.installed, dict[str, Any]()

    def once(plan: Any, data: Any, record: Any, area: str) -> Any:
        key = f"{plan.id} {plan.area} {plan.start_year} {plan.end_year} {area} {record.get('data')}"
        if key not in known:
            known[key] = read(plan, data, record, area)
        return known[key]

    inputs_truth.installed = once


def main() -> None:
    """Print how the flips ended; exit code 1 where one was accepted wrongly."""
    rng = random.Random(20210101)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        options = {"kinds": ["annual"], "formats": list(FORMATS), "author": "", "needed": False}
        run = prepare("national-2021-2030", "data/reference", out=folder / "run", options=options)
        evaluate(run, "zh", lambda name: None, **options)
        whole = write_bundle(run, folder / "whole.zip")
        bundle = small_bundle(run.folder, folder)
        content = bundle.read_bytes()
        read_zip(bundle, folder / "original")
        original, within = hashes_of(folder / "original"), headers(content)
        ends = Counter[str]()
        for number in tqdm(range(FLIPS), disable=None, mininterval=30):
            at = rng.choice(within) if number % 2 else rng.randrange(len(content))
            ends[flip_zip(content, folder, at, rng, original)] += 1
        read_zip(folder / "whole.zip", folder / "received")
        again = folder / "received"
        (again / MANIFEST).unlink()
        forger, found, ways = Forger(again, folder), Counter[str](), Counter[str]()
        _remembered()
        names: dict[str, list[str]] = {}
        for name in contents(again) + [METADATA]:
            names.setdefault(kind_of(name), []).append(name)
        for kind, share in SHARES.items():
            for _ in tqdm(range(max(1, share * FLIPS // 5000)), desc=kind, disable=None, mininterval=30):
                found[f"{kind:9s} {flip_file(forger, rng.choice(names[kind]), rng)}"] += 1
        for _ in tqdm(range(2 * FLIPS // WHOLE), desc="whole", disable=None, mininterval=30):
            ways[whole_way(folder / "whole.zip", forger, folder, rng, run.folder)] += 1
        print(f"bundle: {whole.size / 1e6:.1f} MB, {whole.files} files")
        wrong = [told("flips of the zip", ends), told("flips of files, hashes made again", found)]
        wrong.append(told("flips that went the whole way", ways))
    raise SystemExit(any(wrong))


if __name__ == "__main__":
    main()
