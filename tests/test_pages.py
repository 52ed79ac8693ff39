"""The pages as a reader meets them: offline, in a real browser, at phone and desktop widths, with Chinese drawn."""

import re

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.browser
PAGES = (
    "index.html",
    "documents/midterm.html",
    "documents/yearbook.html",
    "documents/department.html",
    "notebooks/01_data_review.html",
    "notebooks/03_target_assessment.html",
)


def soup(folder, name):
    return BeautifulSoup((folder / name).read_text(encoding="utf-8"), "html.parser")


@pytest.mark.parametrize("name", PAGES)
def test_pages_need_no_network(demo_run, name):
    page = soup(demo_run[0], name)
    for tag, attribute in (("script", "src"), ("link", "href"), ("img", "src"), ("a", "href"), ("iframe", "src")):
        for one in page.find_all(tag):
            assert not re.match(r"(https?:)?//", one.get(attribute) or ""), one
    assert "@import" not in str(page) and "url(http" not in str(page)


def test_links_of_the_index_lead_somewhere(demo_run):
    page = soup(demo_run[0], "index.html")
    links = [a["href"] for a in page.find_all("a") if not a["href"].startswith("#")]
    assert len(links) >= 12
    for link in links:
        assert (demo_run[0] / link).is_file(), link


def test_the_evaluation_reads_like_a_document(demo_run):
    page = soup(demo_run[0], "documents/midterm.html")
    assert page.html["lang"] == "zh-CN"
    assert len(page.find_all("h1")) == 1
    assert page.title.get_text().endswith("中期评估报告")
    headings = [h.get_text() for h in page.find_all("h2")]
    assert headings[0] == "领导摘要" and headings[1].startswith("一、") and headings[-1].startswith("附件四")
    contents = [a["href"].lstrip("#") for a in page.select("#toc a")]
    assert contents == [h["id"] for h in page.select("main h2, main h3")]
    assert not page.select(".input, .jp-InputArea, .prompt")
    text = page.get_text()
    assert "import " not in text and "display(" not in text and "**" not in text
    assert "nan" not in text.lower().replace("finance", "") and "None" not in text


def test_charts_are_there_with_alternative_text(demo_run):
    images = soup(demo_run[0], "documents/midterm.html").find_all("img")
    assert len(images) > 20
    assert all(image["src"].startswith("data:image/png;base64,") for image in images)
    assert all(image.get("alt") for image in images)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_their_screen(demo_run, chromium, name, width):
    page = chromium.new_page(viewport={"width": width, "height": 900})
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(f"file://{demo_run[0] / name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    page.close()


def test_chinese_is_drawn_with_the_embedded_font(demo_run, chromium):
    page = chromium.new_page()
    page.goto(f"file://{demo_run[0] / 'documents/midterm.html'}")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.fonts.check('16px \"Workbench Sans\"', '儿童发展规划')")
    assert page.evaluate("[...document.fonts].some(face => face.status === 'loaded')")
    # a character drawn as a box looks like any other box: two different characters must differ
    draw = """character => { const c = document.createElement('canvas'); const x = c.getContext('2d');
      x.font = '40px "Workbench Sans"'; x.fillText(character, 0, 50); return c.toDataURL(); }"""
    assert page.evaluate(draw, "儿") != page.evaluate(draw, "童")
    page.close()
