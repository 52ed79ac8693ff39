"""100 kills of `workbench evaluate` at random moments: the resumed run equals an undisturbed one, byte for byte.

Each run is killed (SIGKILL, the command and its kernels) at a random moment of its length, then gone on with. Tables,
notebooks and documents are compared with those of a run nobody disturbed.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tqdm import tqdm

from analysis.runs.crate import METADATA, contents
from analysis.runs.hashes import sha256

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
WORKBENCH = str(Path(sys.executable).with_name("workbench"))
OPTIONS = ["--plan", "national-2021-2030", "--data", "data/reference"]
COMMAND = [WORKBENCH, "report", "notice", "--formats", "html", *OPTIONS]
_RECORDS = ("run.json", "environment.json", METADATA)


def results(folder: Path) -> dict[str, str]:
    """Return the hashes of the results of a run."""
    return {name: sha256(folder / name) for name in contents(folder) if name not in _RECORDS}


def killed(out: Path, after: float) -> bool:
    """Begin a run, kill it after some seconds with all it started; returns whether it was still going."""
    process = subprocess.Popen([*COMMAND, "--out", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)  # fmt: skip
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def main() -> None:
    """Print how many resumed runs were the same; exit code 1 where one was not."""
    rng, same, wrong, interrupted, begun_again = random.Random(20210101), 0, [], 0, 0
    with tempfile.TemporaryDirectory() as place:
        folder, began = Path(place), time.monotonic()
        subprocess.run([*COMMAND, "--out", str(folder / "whole")], check=True, stdout=subprocess.DEVNULL)
        length, wanted = time.monotonic() - began, results(folder / "whole")
        for number in tqdm(range(KILLS), disable=None):
            out = folder / f"run{number:03d}"
            interrupted += killed(out, rng.uniform(0.1, length))
            again = [WORKBENCH, "evaluate", "--resume", str(out)]
            if not (out / "run.json").is_file():  # killed before its inputs were copied: the first command again
                begun_again += 1
                again = [*COMMAND, "--out", str(out)]
            done = subprocess.run(again, capture_output=True, text=True, check=False)
            if done.returncode == 0 and results(out) == wanted:
                same += 1
            else:
                wrong.append((number, done.returncode, done.stderr[-500:]))
            if number % 10 == 9:
                print(f"{number + 1} runs: {same} the same", flush=True)
    print(f"{KILLS} runs of about {length:.0f} s, {interrupted} killed in the middle, {begun_again} with no record: "
          f"{same} the same as an undisturbed run")  # fmt: skip
    for one in wrong:
        print("different:", *one)
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
