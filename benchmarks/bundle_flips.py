"""Mutated bundles: 5,000 flips of the zip and 5,000 of results whose hashes were made again; none may pass wrongly.

A flip of the zip is harmless (the unpacked files are the same), refused, or reported by the manifest. A flip in a file
of results, its manifest rewritten as a forger would, is found by comparison with the run made again: it may be L1 only
where the number stays within the tolerance, and never L0.
"""

import random
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tqdm import tqdm

from analysis.exceptions import DataError
from analysis.runs.crate import contents
from analysis.runs.hashes import hashes_of
from analysis.runs.reproduction.archive import read_zip, write_zip
from analysis.runs.reproduction.bundle import write_bundle
from analysis.runs.reproduction.bundled import CODE
from analysis.runs.reproduction.comparing import Comparison, compare_file, level
from analysis.runs.reproduction.manifest import MANIFEST, check_manifest, manifest_of
from analysis.runs.reproduction.records import RECORDS
from analysis.runs.run import prepare
from analysis.runs.workflow import evaluate

FLIPS = int(sys.argv[1]) if len(sys.argv) > 1 else 5000


def small_bundle(run: Path, folder: Path) -> Path:
    """Return a bundle of the run's tables, inputs and records: small enough to be unpacked thousands of times."""
    names = [one for one in contents(run) if one.startswith(("tables/", "inputs/plan", "run.json", "workflow.json"))]
    files = {name: run / name for name in names}
    content = manifest_of({name: hashes_of(run, [run / name])[name] for name in names})
    write_zip({**files, MANIFEST: content}, folder / "small.zip")
    return folder / "small.zip"


def flip_zip(bundle: Path, folder: Path, rng: random.Random) -> str:
    """Flip one bit of the zip, and say what came of it."""
    content = bytearray(bundle.read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    (folder / "flipped.zip").write_bytes(content)
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    try:
        names = read_zip(folder / "flipped.zip", out)
    except DataError:
        return "refused"
    if check_manifest(out, names).faults:
        return "reported"
    return "harmless" if hashes_of(out) == hashes_of(folder / "original") else "WRONGLY ACCEPTED"


def flip_result(run: Path, folder: Path, names: list[str], rng: random.Random) -> str:
    """Flip one byte of a result, and say which level the comparison with the untouched run gives."""
    name = rng.choice(names)
    content = bytearray((run / name).read_bytes())
    content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
    copy = folder / "changed" / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(content)
    compared = compare_file(copy, run / name, name)
    reached = level(Comparison((compared,), 0, ()), True)
    if reached == "L0" or not compared.differences and reached != "L1":
        return "WRONGLY ACCEPTED"
    return f"{reached}, {compared.state}"


def main() -> None:
    """Print how the flips ended; exit code 1 where one was accepted wrongly."""
    rng = random.Random(20210101)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        run = prepare("national-2021-2030", "data/reference", out=folder / "run")
        evaluate(run, "zh", lambda name: None, ["annual"])
        whole = write_bundle(run, folder / "whole.zip")
        bundle = small_bundle(run.folder, folder)
        read_zip(bundle, folder / "original")
        ends = Counter(flip_zip(bundle, folder, rng) for _ in tqdm(range(FLIPS), disable=None))
        names = [one for one in contents(run.folder) if one not in RECORDS and not one.startswith((CODE, "assets/"))]
        found = Counter(flip_result(run.folder, folder, names, rng) for _ in tqdm(range(FLIPS), disable=None))
    print(f"bundle: {whole.size / 1e6:.1f} MB, {whole.files} files")
    print(f"{FLIPS} flips of the zip: {dict(ends)}")
    print(f"{FLIPS} flips of results, hashes made again: {dict(found)}")
    raise SystemExit("WRONGLY ACCEPTED" in {**ends, **found})


if __name__ == "__main__":
    main()
