"""JupyterLab and the explorer's page as a person meets them: opened, run, moved, exported, in Chinese."""

import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT
from docx import Document

pytestmark = pytest.mark.browser
TOKEN = "explore-test"
SHOTS = ROOT / "reports" / "screenshots"  # kept to be looked at, not in git
WAIT = 60_000  # milliseconds
# a page that only downloads closes before the browser's driver sees it: follow the same address from this page
SAME_PAGE = """() => {
  const go = url => { const a = document.createElement('a'); a.href = url; a.download = ''; a.click(); };
  window.open = url => { if (url) go(url);
    return { focus() {}, close() {}, set location(url) { go(url); },
      get location() { return { set href(url) { go(url); }, assign: go, replace: go }; } }; } }"""


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of `make lab`, with Jupyter's own folders out of the user's home."""
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    ours = {"JUPYTER_CONFIG_PATH": str(ROOT / ".jupyter"), "JUPYTER_PATH": str(ROOT / ".jupyter")}
    return {**os.environ, **own, **ours, "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings")}


def serve(folder: Path, *command: str, path: str):
    """Start a server on a free port; returns its process and address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = str(Path(sys.executable).with_name(command[0]))
    args = [program, *command[1:], "--no-browser", f"--port={port}"]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(args, cwd=folder, env=environment(folder), stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"{address}{path}", timeout=5).read(100)
            return process, address
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                break
            time.sleep(0.2)
    stop(process)
    raise AssertionError((folder / "server.log").read_text())


def stop(process):
    """End a server and the kernels below it."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory):
    """Return a folder with copies of the notebooks, which may be saved."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    for name in ("00_start_here", "explore"):
        shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", folder / "notebooks")
    SHOTS.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def lab(notebooks):
    """Return the address of JupyterLab on the notebooks."""
    command = ("jupyter-lab", "notebooks/00_start_here.ipynb", f"--IdentityProvider.token={TOKEN}", "--allow-root")
    process, address = serve(notebooks, *command, path=f"/api/status?token={TOKEN}")
    yield address
    stop(process)


@pytest.fixture
def page(chromium, lab):
    """Return a page of the browser that notes requests that leave this machine."""
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(WAIT)
    page.outside = []
    page.on("request", lambda one: page.outside.append(one.url) if "127.0.0.1" not in one.url else None)
    yield page
    page.close()


def opened(page, lab, name):
    page.goto(f"{lab}/lab/tree/{name}.ipynb?token={TOKEN}&reset")
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")


def run_all(page):
    page.wait_for_selector(".jp-StatusBar-TextItem:has-text('空闲')")
    page.click(".lm-MenuBar-itemLabel:text-is('运行')")
    page.click(".lm-Menu-itemLabel:has-text('运行所有单元格')")


def test_the_tour_is_run_and_exported_to_word_through_the_menu(page, lab, tmp_path):
    opened(page, lab, "00_start_here")
    assert page.locator(".lm-MenuBar-itemLabel").first.inner_text() == "文件"
    page.wait_for_selector(".jp-KernelName:has-text('儿童规划分析'), .jp-Toolbar-kernelName:has-text('儿童规划分析')")
    run_all(page)
    page.wait_for_function("document.querySelectorAll('.jp-OutputArea-output img').length >= 2")
    page.locator(".jp-OutputArea-output img").first.scroll_into_view_if_needed()
    page.screenshot(path=SHOTS / "lab_tour.png")
    page.wait_for_function("[...document.querySelectorAll('.jp-InputPrompt')].every(p => !p.textContent.includes('*'))")
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    page.keyboard.press("Control+s")
    page.click(".lm-MenuBar-itemLabel:text-is('文件')")
    entry = page.locator(".lm-Menu-itemLabel:has-text('导出 Word（公文格式）')")
    entry.wait_for()
    page.screenshot(path=SHOTS / "lab_export_menu.png")
    page.evaluate(SAME_PAGE)
    with page.expect_download() as download:
        entry.click()
    download.value.save_as(tmp_path / "tour.docx")
    document = Document(tmp_path / "tour.docx")
    assert "从这里开始" in document.paragraphs[0].text and len(document.inline_shapes) >= 4
    assert page.outside == []


def test_the_explorer_follows_a_widget_that_is_moved(page, lab):
    opened(page, lab, "explore")
    page.wait_for_selector(".jp-KernelName:has-text('儿童规划分析'), .jp-Toolbar-kernelName:has-text('儿童规划分析')")
    run_all(page)
    image = page.locator(".jp-OutputArea-output .widget-image").first
    image.wait_for()
    assert (
        "达标概率" in page.locator(".jp-OutputArea-output .widget-html").first.inner_text()
        or page.locator(".jp-OutputArea-output >> text=达标概率").count()
    )
    moved(page, image)
    page.screenshot(path=SHOTS / "lab_explorer.png")
    assert page.outside == []


@pytest.fixture(scope="module")
def explorer_page(notebooks):
    """Return the address of the explorer's page, served as `make explore` does."""
    config = f"--config={ROOT / '.jupyter' / 'explorer_page.json'}"
    command = ("jupyter-server", config, f"--IdentityProvider.token={TOKEN}", "--allow-root")
    process, address = serve(notebooks, *command, path="/login")
    yield address
    stop(process)


def status(address: str, path: str, host: str | None = None, method: str = "GET") -> int:
    """Return the HTTP status of one request, redirects not followed."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(address).netloc, timeout=60)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse().status
    connection.close()
    return answer


def test_the_explorer_page_refuses_foreign_hosts_and_asks_for_a_token(explorer_page):
    page = "/voila/render/notebooks/explore.ipynb"
    assert status(explorer_page, page) == 302  # to the login
    assert status(explorer_page, "/api/kernels", method="POST") == 403
    for path in (page, f"{page}?token={TOKEN}", f"/api/kernels?token={TOKEN}", f"/login?token={TOKEN}"):
        assert status(explorer_page, path, host="foreign.example") == 403, path
    assert status(explorer_page, f"/api/kernels?token={TOKEN}") == 200


def test_the_explorer_is_a_page_without_code(chromium, explorer_page):
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(WAIT)
    outside = []
    page.on("request", lambda one: outside.append(one.url) if "127.0.0.1" not in one.url else None)
    page.goto(f"{explorer_page}/?token={TOKEN}")
    image = page.locator(".widget-image").first
    image.wait_for()
    assert "explore.explorer" not in page.content() and "指标探索" in page.content()
    moved(page, image)
    page.screenshot(path=SHOTS / "voila_explorer.png")
    assert outside == []
    page.close()


def moved(page, image):
    """Choose another indicator and assume a target; the chart must be another each time."""
    seen = [image.get_attribute("src")]
    page.locator(".widget-dropdown select").nth(2).select_option(label="5岁以下儿童死亡率")
    page.wait_for_selector("text=5岁以下儿童死亡率（")
    seen.append(changed(page, image, seen[-1]))
    target = page.locator(".widget-text input[type=number]").first
    target.fill("8")
    target.press("Enter")
    page.wait_for_selector("text=假设目标值8.0‰")
    page.wait_for_selector("td:has-text('92%')")
    seen.append(changed(page, image, seen[-1]))
    assert len(set(seen)) == 3


def changed(page, image, before):
    """Return the address of the picture once it is another one."""
    until = time.monotonic() + WAIT / 1000
    while time.monotonic() < until:
        now = image.get_attribute("src")
        if now != before:
            return now
        page.wait_for_timeout(20)
    raise AssertionError("the chart stayed the same")
