"""How long the explorer takes to answer a choice, and `make lab` to a drawn chart; printed, nothing is asserted.

An answer is timed in this process from the change of a control to the last message sent to the page. `--lab` also
opens JupyterLab in headless Chromium and times the command to the first chart of the tour.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Time every kind of choice on the demo."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lab", action="store_true", help="also time JupyterLab to the first chart")
    options = parser.parse_args()
    began = time.perf_counter()
    from analysis import explore
    from analysis.explore.page import Explorer

    page = explore.explorer("health.u5mr")
    print(f"import, read, first page: {time.perf_counter() - began:.1f} s")
    control = page.options.choices
    print(f"{'choice':<32}{'n':>4}{'median s':>10}{'p95 s':>8}")
    everything: list[float] = []

    def through(name: str, values: list[object], what: str = "") -> None:
        times = [_timed(lambda value=value: setattr(control[name], "value", value)) for value in values]
        everything.extend(times)
        _print(what or name, times)

    def assumed(name: str, values: list[object], page: Explorer = page) -> None:
        widget = page.options.assumptions[name][1]
        times = [_timed(lambda value=value: setattr(widget, "value", value)) for value in values]
        everything.extend(times)
        _print(f"assumed {name}", times)

    ids = [value for _, value in control["indicator"].options]
    through("indicator", ids)
    control["indicator"].value = "health.vaccination"
    through("area", [value for _, value in control["area"].options][1:])
    control["indicator"].value = "health.obesity"
    through("target", [value for _, value in control["target"].options][::-1])
    through("until", list(range(2026, 2040)))
    through("as_of", list(range(2018, 2026)))
    names = [value for _, value in control["model"].options]
    through("model", [name for name in names if name != "theta"][::-1], "model (all but theta)")
    assumed("target", [50.0 + k for k in range(12)])
    assumed("baseline", [9.0 + 0.3 * k for k in range(12)])
    assumed("denominators", [-6.0 + k for k in range(12)])
    assumed("shocks", [(2015 + k,) for k in range(10)])
    page.options.reset.click()
    for place, tab in ((1, "what flips it"), (2, "published rules"), (3, "residuals"), (4, "streets and nation")):
        page.tabs.selected_index = place
        times = [_timed(lambda value=value: setattr(control["indicator"], "value", value)) for value in ids[:20]]
        _print(f"indicator, tab {tab}", times)
    _print("all choices on the chart", everything)
    if options.lab:
        _lab()


def _timed(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _print(name: str, times: list[float]) -> None:
    import numpy as np

    print(f"{name:<32}{len(times):>4}{np.median(times):>10.3f}{np.quantile(times, 0.95):>8.3f}")


def _lab() -> None:
    """Open JupyterLab as `make lab` does, run the tour, and say when its first chart stands there."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "notebooks", Path(folder) / "notebooks")
        own = {f"JUPYTER_{name}_DIR": f"{folder}/{name}" for name in ("CONFIG", "DATA", "RUNTIME")}
        ours = {"JUPYTER_CONFIG_PATH": f"{ROOT}/.jupyter", "JUPYTER_PATH": f"{ROOT}/.jupyter"}
        program = Path(sys.executable).with_name("jupyter-lab")
        command = [str(program), "notebooks/00_start_here.ipynb", "--no-browser", f"--port={port}", "--allow-root"]
        began = time.perf_counter()
        server = subprocess.Popen(
            [*command, "--IdentityProvider.token=t"], cwd=folder, env={**os.environ, **own, **ours},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _wait(f"http://127.0.0.1:{port}/api/status?token=t")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1440, "height": 1000})
                page.set_default_timeout(120_000)
                page.goto(f"http://127.0.0.1:{port}/lab/tree/00_start_here.ipynb?token=t")
                page.wait_for_selector(".jp-StatusBar-TextItem:has-text('空闲')")
                page.click(".lm-MenuBar-itemLabel:text-is('运行')")
                page.click(".lm-Menu-itemLabel:has-text('运行所有单元格')")
                page.wait_for_selector(".jp-OutputArea-output img", state="attached")
                print(f"make lab to the first chart: {time.perf_counter() - began:.1f} s")
                browser.close()
        finally:
            server.terminate()
            server.wait(30)


def _wait(address: str) -> None:
    until = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).read(10)
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


if __name__ == "__main__":
    main()
