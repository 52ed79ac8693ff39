"""Finished runs shared by the tests: the demo district and the published national values."""

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# how fast an example runs says more of a shared machine than of the code: speed is measured in benchmarks/
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")

ROOT = Path(__file__).resolve().parents[1]
WORKBENCH = Path(sys.executable).with_name("workbench")


def need(available: bool, what: str) -> None:
    """Skip with a plain message where a system program is absent; in CI its absence is a failure."""
    if available:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")


def evaluate(out: Path, *options: str) -> subprocess.CompletedProcess:
    """Run `workbench evaluate` as a user would."""
    command = [str(WORKBENCH), "evaluate", "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)


@pytest.fixture(scope="session")
def demo_run(tmp_path_factory):
    """Return the folder and the output of a whole evaluation of the demo district."""
    out = tmp_path_factory.mktemp("demo") / "run"
    return out, evaluate(out)


@pytest.fixture(scope="session")
def national_run(tmp_path_factory):
    """Return the folder and the output of a whole evaluation of the national values, in English."""
    out = tmp_path_factory.mktemp("national") / "run"
    return out, evaluate(out, "--plan", "national-2021-2030", "--data", "data/reference", "--lang", "en")


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Return a finished run for the public whose two documents are a few sentences; tests work on copies of it."""
    from review_work import small_run

    return small_run(tmp_path_factory.mktemp("small") / "run", kinds=("midterm", "annual"))


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """Return a headless Chromium that sees the packaged fonts only."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    need(program is not None, "Chromium")
    from playwright.sync_api import sync_playwright

    options = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    folder = tmp_path_factory.mktemp("fonts")
    fonts = Path(str(resources.files("pylopdf_fonts_zh_cn")))
    config = f"<fontconfig><dir>{fonts}</dir><cachedir>{folder}</cachedir></fontconfig>"
    (folder / "fonts.conf").write_text(f'<?xml version="1.0"?>{config}', encoding="utf-8")
    env = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options, env=env)
        yield browser
        browser.close()
