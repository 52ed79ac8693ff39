"""The wheel carries all it needs: it is built, unpacked and used where no file of the repository may be opened."""

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

SRC = ROOT / "src" / "analysis"
# raises wherever a program opens a file of the repository; its environment of packages lies there too
WATCH = """
import os, sys
def _watch(event, arguments):
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str):
        path = os.path.realpath(arguments[0])
        if any(path.startswith(part) for part in {parts!r}) and "sitecustomize" not in path:
            sys.stderr.write(f"OPENED {{path}}\\n")
sys.addaudithook(_watch)
"""
PARTS = [str(ROOT / name) + os.sep for name in ("src", "data", "notebooks", "docs", ".jupyter", "reports")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the built wheel."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def unpacked(wheel, tmp_path_factory):
    """Return a folder to put on the path: the wheel's files, and a hook that tells of files of the repository."""
    site = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(site / "analysis")], check=True)  # as pip does
    (site / "sitecustomize.py").write_text(WATCH.format(parts=PARTS), encoding="utf-8")
    return site


def use(unpacked, cwd, *words, code=0):
    """Run a command of the unpacked wheel and return what it said; none of the repository's files was opened."""
    env = {name: value for name, value in os.environ.items() if name != "WORKBENCH_ROOT"}
    # the environment has the repository's sources on its path, and libraries look through all that is there
    off = f"sys.path[:] = [one for one in sys.path if one != {str(ROOT / 'src')!r}]"
    program = f"import sys; {off}; from analysis.cli import main; sys.argv[0] = 'workbench'; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**env, "PYTHONPATH": str(unpacked)},
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code and "OPENED" not in said, said
    return said


def tracked(*parts):
    listed = subprocess.run(["git", "ls-files", "-z", *parts], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}


def test_every_file_of_the_package_and_all_that_it_opens_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.removeprefix("src/") for name in tracked("src/analysis")} <= names
    beside = {name for name in tracked("notebooks", "data", ".jupyter", "docs") if not name.endswith(".png")}
    assert {f"analysis/carried/{name}" for name in beside} <= names
    for name in named_files():
        assert any(one == name or one.startswith(f"{name}/") for one in names), name


def named_files():
    """Yield what of the carried files the code names: `own_or_carried("data", ...)`, `CARRIED / ...`."""
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("own_or_carried", "own_and_carried"):
                parts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                if len(parts) == len(node.args):
                    yield "/".join(["analysis", "carried", *parts])
            carried = isinstance(node, ast.BinOp) and getattr(node.left, "id", "") == "CARRIED"
            if carried and isinstance(node.right, ast.Constant):
                yield f"analysis/carried/{node.right.value}"


def test_nothing_that_git_ignores_or_that_only_tests_need_is_in_the_wheel(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    known = {f"analysis/{name.removeprefix('src/analysis/')}" for name in tracked("src/analysis")}
    known |= {f"analysis/carried/{name}" for name in tracked()}
    odd = [name for name in names if name not in known and ".dist-info/" not in name]
    assert not [name for name in odd if not untracked(name)]
    assert not [name for name in names if "/tests/" in name or "sqlite" in name or name.endswith((".pyc", ".png"))]


def untracked(name):
    """Return whether a file is new in the work tree, to be tracked with the next commit."""
    here = name.replace("analysis/carried/", "", 1) if "/carried/" in name else f"src/{name}"
    done = subprocess.run(["git", "check-ignore", "-q", here], cwd=ROOT, check=False)
    return done.returncode == 1


def test_the_wheels_code_has_the_hash_of_the_repositorys(unpacked):
    code = "from analysis.runs.hashes import code_sha256; import analysis; print(analysis.__file__, code_sha256())"
    told = [
        subprocess.run(
            [sys.executable, "-P", "-c", code], capture_output=True, text=True, cwd="/", check=True,
            env={**os.environ, "PYTHONPATH": str(site)},
        ).stdout.split()
        for site in (unpacked, ROOT / "src")
    ]  # fmt: skip
    assert told[0][1] == told[1][1] and Path(told[0][0]).is_relative_to(unpacked)


def test_a_workspace_is_made_and_used_without_the_repository(unpacked, tmp_path):
    use(unpacked, tmp_path, "init", "w", "--plan", ROOT / "tests" / "plans" / "women", "--example")
    work = tmp_path / "w"
    assert "health.u5mr" in use(unpacked, work, "plan", "indicators", "--find", "5岁以下儿童死亡率")
    assert (work / "notebooks" / "04_midterm_evaluation.ipynb").is_file()
    use(unpacked, work, "forecast", "data/examples/injury_mortality_nz.csv", "--out", "f.csv")
    use(unpacked, work, "template", "--department", "all", "--year", 2025, "--out", "forms")
    assert list((work / "forms").glob("*.xlsx")) and (work / "f.csv").is_file()


def test_outside_of_a_workspace_the_wheel_says_what_to_do(unpacked, tmp_path):
    assert "workbench init" in use(unpacked, tmp_path, "plan", "check", code=2)
    assert "national-2021-2030" in use(unpacked, tmp_path, "plan", "check", "none", code=2)
    assert not list(tmp_path.iterdir())
