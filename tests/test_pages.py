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
    "indicators/health.u5mr.html",
    "domains/health.html",
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
    assert headings[0] == "摘要" and headings[1].startswith("一、") and headings[-1].startswith("附件三")
    contents = [a["href"].lstrip("#") for a in page.select("#toc a")]
    assert contents == [h["id"] for h in page.select("main h2, main h3")]
    assert not page.select(".input, .jp-InputArea, .prompt")
    text = page.get_text()
    assert "import " not in text and "display(" not in text and "**" not in text
    assert "nan" not in text.lower().replace("finance", "") and "None" not in text


def test_charts_are_there_with_alternative_text(demo_run):
    images = soup(demo_run[0], "documents/midterm.html").find_all("img")
    assert 3 < len(images) < 10  # the verdicts, and at most one a domain
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


def test_the_list_filters_by_text_department_and_verdict(demo_run, chromium):
    page = chromium.new_page()
    page.goto(f"file://{demo_run[0] / 'index.html'}")
    shown = "[...document.querySelectorAll('[data-row]')].filter(row => !row.hidden).length"
    everything = page.evaluate(shown)
    assert everything > 50
    page.fill("[data-filter=text]", "死亡率")
    deaths = page.evaluate(shown)
    assert 0 < deaths < everything and page.inner_text("#left") == str(deaths)
    page.select_option("[data-filter=status]", "off_track")
    assert 0 < page.evaluate(shown) <= deaths
    page.fill("[data-filter=text]", "")
    page.select_option("[data-filter=department]", "education")
    read = "[...document.querySelectorAll('[data-row]')].filter(r => !r.hidden).map(r => ({...r.dataset}))"
    names = page.evaluate(read)
    assert names and all(one["department"] == "education" and "off_track" in one["status"] for one in names)
    page.close()


def test_tables_sort_by_a_heading_with_the_keyboard(demo_run, chromium):
    page = chromium.new_page()
    page.goto(f"file://{demo_run[0] / 'indicators/health.u5mr.html'}")
    page.get_by_role("button", name="数值").focus()
    page.keyboard.press("Enter")
    column = """[...document.querySelectorAll('table')].find(t => t.tHead.textContent.includes('数值'))
      .tBodies[0].rows"""
    values = page.evaluate(f"[...{column}].map(row => parseFloat(row.cells[1].textContent))")
    assert len(values) > 5 and values == sorted(values)
    page.close()


def test_an_indicator_has_a_chart_that_tells_its_values_and_downloads(demo_run, chromium):
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"file://{demo_run[0] / 'indicators/health.u5mr.html'}")
    page.wait_for_selector("#chart .scatterlayer path.js-line", state="attached")
    box = page.locator("#chart .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.wait_for_selector("#chart .hoverlayer text", state="attached")
    assert "‰" in page.evaluate("document.querySelector('#chart .hoverlayer').textContent")
    links = page.evaluate("[...document.querySelectorAll('.links a')].map(a => a.getAttribute('href'))")
    assert {"csv", "xlsx", "docx", "pdf", "html"} <= {link.rsplit(".", 1)[1] for link in links}
    for link in links:
        assert (demo_run[0] / "indicators" / link).resolve().is_file(), link
    assert wrong == []
    page.close()


def test_the_workbook_holds_every_table(demo_run):
    import openpyxl

    book = openpyxl.load_workbook(demo_run[0] / "documents" / "tables.xlsx")
    assert book.sheetnames[0] == "目录" and {"目标评判", "预警", "监测数据", "预测"} <= set(book.sheetnames)
    sheet = book["目标评判"]
    heads = [cell.value for cell in sheet[2]]
    assert "未达标概率" in heads and sheet.freeze_panes == "C3" and sheet.max_row > 100
    assert sheet.cell(3, heads.index("未达标概率") + 1).number_format == "0.0%"
    assert all("模拟数据" in str(book[name]["A1"].value) for name in book.sheetnames[1:])
