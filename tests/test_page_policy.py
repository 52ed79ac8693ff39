"""Pages run the project's own scripts and nothing that came in with data; they ask nobody for anything."""

import re

import pytest
from conftest import ROOT

from analysis.export.policy import policy

INJECTED = (
    "<script>window.ran='inline'</script><img src='x' onerror=\"window.ran='attribute'\">"
    "<script src='evil.js'></script>"
)


def _opened(chromium, path):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"file://{path}")
    return page, said


def test_every_page_carries_the_policy(demo_run):
    pages = list(demo_run[0].rglob("*.html"))
    assert len(pages) > 60
    for path in pages:
        text = path.read_text(encoding="utf-8")
        found = re.search(r'<meta content="([^"]+)" http-equiv="Content-Security-Policy"|'
                          r'<meta http-equiv="Content-Security-Policy" content="([^"]+)"', text)  # fmt: skip
        assert found and (found[1] or found[2]).replace("&#39;", "'") == policy(), path.name
        assert text.index("Content-Security-Policy") < text.index("<script") if "<script" in text else True
    templates = list((ROOT / "src").rglob("*.j2"))
    assert all("Content-Security-Policy" in one.read_text() for one in templates if "<head>" in one.read_text())


def test_a_chart_answers_and_is_saved(demo_run, chromium):
    path = next(one for one in sorted((demo_run[0] / "indicators").glob("*.html")) if "chart-data" in one.read_text())
    page, said = _opened(chromium, path)
    page.wait_for_selector("#chart .main-svg")
    assert page.evaluate("getComputedStyle(document.body).fontFamily") and page.evaluate("document.styleSheets.length")
    assert page.evaluate("[...document.styleSheets].some(one => (one.href || '').endsWith('site.css'))")
    page.locator("#chart").scroll_into_view_if_needed()
    spot = page.locator("#chart .points path.point").first.bounding_box()
    page.mouse.move(spot["x"] + 3, spot["y"] + 3, steps=5)
    page.wait_for_selector("#chart .hoverlayer text", state="attached")
    with page.expect_download() as saved:
        page.click("#chart .modebar-btn[data-title*='ownload']")
    assert saved.value.suggested_filename.endswith(".png")
    assert said == []
    page.close()


@pytest.mark.parametrize("name", ["index.html", "documents/midterm.html", "indicators"])
def test_what_came_in_with_data_does_not_run(demo_run, chromium, tmp_path, name):
    path = demo_run[0] / name
    path = path if path.is_file() else next(path.glob("*.html"))
    text = path.read_text(encoding="utf-8")
    (tmp_path / "evil.js").write_text("window.ran='file'")
    for policed in (True, False):
        page_text = text if policed else re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", text)
        (tmp_path / "page.html").write_text(page_text.replace("<main>", "<main>" + INJECTED), encoding="utf-8")
        page, said = _opened(chromium, tmp_path / "page.html")
        page.wait_for_timeout(200)
        assert (page.evaluate("window.ran") is None) is policed
        assert (sum("Content Security Policy" in one for one in said) >= 3) is policed
        assert page.evaluate("document.querySelectorAll('button.sort').length") or name == "indicators"
        page.close()
