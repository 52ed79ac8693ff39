"""The wheel in an environment of its own, outside the repository: from a plan's document to a reproduced run.

    python benchmarks/wheel_install.py                      # a fresh environment, packages as locked
    python benchmarks/wheel_install.py --python python3.12  # with another Python
    python benchmarks/wheel_install.py --shared             # without network: the packages of this environment

Each command's seconds are printed; the first that fails ends it with its output.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "tests" / "plans_read" / "county_youth.md"
SIX = [
    ["init", "w"],
    ["plan", "new", "--from", "DOCUMENT", "--out", "draft"],
    ["plan", "build", "draft/plan.xlsx"],
    ["init", ".", "--example"],
    ["evaluate"],
]
MORE = [
    ["template", "--department", "all", "--year", "2025", "--out", "forms"],
    ["report", "brief", "--run", "RUN"],
    ["bundle", "RUN", "--out", "run.zip"],
    ["reproduce", "run.zip", "--out", "again"],
    ["reproduce", "run.zip", "--out", "bundled", "--bundled-code"],
]


def environment(folder: Path, python: str, shared: bool) -> Path:
    """Return the program of a fresh environment with the wheel in it."""
    dist, env = folder / "dist", folder / "env"
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)], ROOT)
    run([python, "-m", "venv", str(env)], folder)
    inner = env / "bin" / "python"
    wheel = str(next(dist.glob("*.whl")))
    if shared:  # a line of a .pth file is a folder; the project's own lies in no folder of packages, so it is left out
        site = next((env / "lib").glob("python*")) / "site-packages"
        (site / "shared.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
        run([str(inner), "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall", wheel], folder)
    else:
        locked = ["--constraint", str(ROOT / "requirements.lock")]
        run(
            [
                sys.executable,
                "-m",
                "uv",
                "pip",
                "install",
                "-q",
                "--compile-bytecode",
                "--python",
                str(inner),
                *locked,
                wheel,
            ],
            folder,
        )
    return env / "bin" / "workbench"


def run(command: list[str], cwd: Path) -> str:
    """Run a command and return what it said; print it and end where it fails."""
    kept = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "WORKBENCH_ROOT")}
    done = subprocess.run(command, cwd=cwd, env=kept, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr)
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}")
    return done.stdout


def main() -> None:
    """Print a line a command: seconds, and the last line of what it said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--shared", action="store_true")
    parser.add_argument("--document", type=Path, default=DOCUMENT)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        begun = time.monotonic()
        program = environment(folder, given.python, given.shared)
        print(f"{time.monotonic() - begun:7.1f} s  wheel built and installed")
        work, total = folder, 0.0
        for i, words in enumerate([*SIX, *MORE]):
            runs = sorted((work / "reports").glob("*/run.json"))
            values = {"DOCUMENT": str(given.document.resolve()), "RUN": runs[0].parent.name if runs else ""}
            begun = time.monotonic()
            said = run([str(program), *(values.get(word, word) for word in words)], work)
            total += time.monotonic() - begun
            last = next((line for line in reversed(said.splitlines()) if line.strip()), "")
            print(f"{time.monotonic() - begun:7.1f} s  workbench {' '.join(words)}  |  {last.strip()[:80]}", flush=True)
            if words[:2] == ["init", "w"]:
                work = folder / "w"  # the command `cd w`
            if i == len(SIX) - 1:
                print(f"{total:7.1f} s  from the document to the first evaluation", flush=True)


if __name__ == "__main__":
    main()
