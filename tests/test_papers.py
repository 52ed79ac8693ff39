"""Notice, ledger, department pages and brief: what becomes a row, what it says in each case, the pages as printed."""

import csv
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
from test_midterm import alert, both, fact, facts_of

from analysis.cli.runs import Kind
from analysis.exceptions import Text
from analysis.export.progress import Progress, finding, progress_chart
from analysis.export.reports.front import letter_end, letter_head, reply_by
from analysis.export.reports.ledger import ledger
from analysis.export.reports.notice import notice
from analysis.marks import Values, unmarked
from analysis.narrative import notices
from analysis.narrative.acts import act, acts, grave_part, milder
from analysis.narrative.brief import points
from analysis.narrative.counts import counted
from analysis.narrative.facts import Change
from analysis.narrative.ledger_rows import ledger_rows
from analysis.narrative.people import involved
from analysis.narrative.problem_rows import asked, asked_lines, gap, now, state_lines
from analysis.narrative.problems import problems
from analysis.narrative.saying import short_name, title
from analysis.narrative.sources import Sources
from analysis.plan import read_plan
from analysis.plan.front import Front
from analysis.runs.kinds import DOCUMENTS

PLAN = read_plan("tiexi-2021-2030")


def test_every_document_can_be_asked_for_by_name():
    assert {one.value for one in Kind} == set(DOCUMENTS)


# the front ------------------------------------------------------------------------------------------------------------


def test_what_the_plan_does_not_say_is_a_blank_to_fill_in():
    page = letter_head("notice", facts_of(), Front(), "zh") + letter_end(Front(), "zh")
    for blank in ("〔文号〕", "〔主送单位〕：", "〔印发单位〕", "〔　〕年〔　〕月〔　〕日"):
        assert blank in page
    assert "联系方式" not in page and "抄送" not in page and "签发人" not in page
    english = letter_head("notice", facts_of(), Front(), "en") + letter_end(Front(), "en")
    assert not re.search("[一-龥]", re.sub("规划|某区", "", english))


def test_what_the_plan_says_stands_in_its_place():
    front = Front(
        author=both("某妇儿工委"), number=both("某发〔2026〕3号"), addressees=both("各街道"),
        distribution=both("区委办"), signatory=both("李某"), contact=both("王某"),
        date=date(2026, 3, 31), reply_by=date(2026, 4, 30),
    )  # fmt: skip
    page = letter_head("notice", facts_of(), front, "zh") + letter_end(front, "zh")
    for said in (
        "某发〔2026〕3号　签发人：李某",
        "各街道：",
        "某妇儿工委",
        "2026年3月31日",
        "联系方式：王某",
        "抄送：区委办",
    ):
        assert said in page
    assert "别的单位" in letter_end(front, "zh", "别的单位") and "某妇儿工委" not in letter_end(front, "zh", "别的单位")
    assert reply_by(front, "zh") == "2026年4月30日" and reply_by(front, "en") == "30 April 2026"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("某市妇女发展规划（2021—2030年）", "某市妇女发展规划"),
        ("某县（区）规划", "某县（区）规划"),
        ("Plan for women (2021-2030)", "Plan for women"),
    ],
)
def test_titles_are_made_of_the_plans_own_words(name, short):
    facts = replace(facts_of(), plan=both(name))
    assert short_name(facts, "zh") == short
    for kind in ("notice", "ledger", "department", "brief"):
        assert short in title(kind, facts, "zh") and "儿童" not in title(kind, facts, "zh")


# people ---------------------------------------------------------------------------------------------------------------


def _target(id):
    target = PLAN.target(id)
    return target, PLAN.indicator(target.indicator)


@pytest.mark.parametrize(
    ("id", "beside", "there", "wanted"),
    [
        ("health.goal.03.t2", {"numerator": 7.0, "allowed_events": 5.0, "people": -2.0}, "7例死亡", "须不超过5例死亡"),
        ("health.goal.03.t2", {"numerator": 3.0, "allowed_events": 5.0, "people": 0.0}, "3例死亡", "须不超过5例死亡"),
        ("safety.goal.02.t1", {"numerator": 2.0}, "2例死亡", ""),  # a direction: no number is allowed
        ("safety.goal.02.t1", {"numerator": 200.0}, "", ""),
        ("health.goal.08.t1", {"numerator": 940.0, "people": 32.0}, "940剂次", "应有972剂次，差32剂次"),
        ("health.goal.08.t1", {"numerator": 990.0, "people": 0.0}, "", ""),  # enough
        ("health.goal.08.t1", {"numerator": float("nan")}, "", ""),
        ("health.goal.08.t1", {}, "", ""),
    ],
)
def test_people_there_are_beside_people_allowed(id, beside, there, wanted):
    found = involved(*_target(id), beside, Values())
    assert tuple(unmarked(one.zh) for one in found) == (there, wanted)
    assert all(bool(one.zh) == bool(one.en) for one in found)


def test_people_of_a_sample_are_not_those_of_the_area():
    target, indicator = _target("health.goal.08.t1")
    beside = {"numerator": 940.0, "people": 32.0}
    assert involved(target, replace(indicator, sample=True), beside, Values()) == (Text("", ""), Text("", ""))
    assert involved(target, None, beside, Values()) == (Text("", ""), Text("", ""))


# rows -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "2030年目标50%"),
        ({"timing": "due", "year": 2025}, "2025年目标50%，未达标"),
        ({"timing": "due", "year": 2025, "borderline": "pooled"}, "2025年目标50%，未达标（临界）"),
        ({"kind_id": "relative_to_baseline"}, "2030年要求折算为50%"),
        ({"kind_id": "direction", "bound": both("下降（未设数值）")}, "要求下降（未设数值）"),
        ({"at_target": True, "status": "at_risk"}, "2030年目标50%，现已达到但不稳定"),
    ],
)
def test_what_is_asked_for(facts, said):
    assert asked(fact(**facts), "zh") == said
    assert asked(fact(**facts), "en")


def test_a_row_names_each_indicator_once_with_all_its_targets():
    due = fact("a.t1", timing="due", year=2025, people=both("7人"), people_asked=Text("须不超过5人", "at most 5"))
    most = Text("须不超过4人", "at most 4")
    later = fact("a.t2", year=2030, bound=both("60%"), people=both("7人"), people_asked=most)
    other = fact("b.t1", latest_year=2024)
    assert state_lines([later, other, due], "zh", 2025) == [
        "指标a40%，2025年目标50%，未达标；2030年目标60%；现7人，2025年须不超过5人，2030年须不超过4人",
        "指标b40%（2024年），2030年目标50%；差10个百分点",
    ]
    assert asked_lines([other], "zh") == ["2030年目标50%；差10个百分点"]  # alone it needs no name
    assert asked_lines([later, other], "zh")[0].startswith("指标a：2030年目标60%")


def test_the_weakest_unit_is_named_only_where_every_unit_counts():
    whole, each = fact("a.t1"), fact("b.t1", by_unit=True, kind_id="every_subunit", people=both("9人"))
    units = {"a.t1": "某街道", "b.t1": "某街道"}
    assert now(whole, "zh", 2025, units) == "40%" and now(each, "zh", 2025, units) == "40%（某街道）"
    assert "某街道现9人" in state_lines([each], "zh", 2025, units)[0]


def test_what_is_reached_lacks_nothing():
    assert gap([fact(at_target=True)], "zh") == "" and gap([fact(distance=None)], "zh") == ""
    assert gap([fact(distance=Change(0, both("0.0个百分点")))], "zh") == ""


# acts -----------------------------------------------------------------------------------------------------------------

ACTS = {
    "every unit": ({"by_unit": True}, "名单"),
    "money": ({"unit": "yuan", "timing": "due"}, "预算"),
    "single cases": ({"less_is_better": True, "count": both("3/100")}, "逐例"),
    "missed": ({"timing": "due"}, "补救"),
    "not steady": ({"at_target": True, "status": "at_risk"}, "波动"),
    "a direction": ({"numeric": False}, "对照年份"),
    "people lacking": ({"people_asked": both("差3人")}, "差额分解"),
    "too many": ({"less_is_better": True}, "控制数"),
    "other": ({}, "分年度"),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_one_somebody_can_take_and_not_the_target_again(name):
    facts, word = ACTS[name]
    said = act(fact(**facts), "zh")
    assert word in said and "目标值" not in said and "50%" not in said and act(fact(**facts), "en")


def test_acts_of_a_problem_stand_once_and_are_few():
    three = [fact("a.t1"), fact("b.t1"), fact("c.t1", by_unit=True), fact("d.t1", timing="due")]
    assert len(acts(three, "zh").split("；")) == 2 and len(acts(three[:2], "zh").split("；")) == 1


# selection ------------------------------------------------------------------------------------------------------------


def test_an_indicator_stands_in_one_table_of_the_notice():
    alerts = [
        alert(fact("a.t1"), "red"),
        alert(fact("a.t2"), "blue"),  # its indicator is red elsewhere
        alert(fact("b.t1"), "blue"),  # of the same goal: joins the problem, stands among the milder ones
        alert(fact("c.t1", theme="goal2"), "yellow"),
        alert(fact("c.t1", theme="goal2"), "blue", rule="volatile"),
    ]
    (problem,) = [grave_part(one) for one in problems(facts_of(alerts))]
    assert [one.target.id for one in problem.alerts] == ["a.t1"]
    assert [(one.level, one.target.id) for one in milder(alerts)] == [("yellow", "c.t1"), ("blue", "b.t1")]
    page = notice(facts_of(alerts), Front(), "zh")
    assert page.count("指标b") == 1 and page.count("指标c") == 1


def test_a_notice_without_alerts_says_so_and_asks_for_nothing():
    page = notice(facts_of(), Front(), "zh")
    assert "本年度没有预警" in page and "<table" not in page and "工作要求" not in page


def test_years_of_alert_are_said_only_as_they_were_issued():
    recomputed, issued = alert(fact("a.t1"), years=4, on_record=1), alert(fact("b.t1"), years=4, on_record=3)
    assert notices.issued_before(facts_of([recomputed]), "zh") == ""
    assert unmarked(notices.issued_before(facts_of([recomputed, issued]), "zh")) == "指标b已连续3年通报。"
    assert "连续" not in notice(facts_of([recomputed]), Front(), "zh")


def _entry(target, level="orange", state="未启动", **more):
    return {"target": target, "level": level, "state": state, "department": "health", "clause": "二1", **more}


def test_the_ledger_has_a_row_a_problem_the_gravest_first_and_what_is_closed_last():
    targets = {
        one.id: one
        for one in (
            fact("a.t1", theme="g1"),
            fact("a.t2", theme="g9"),
            fact("b.t1", theme="g2", timing="due"),
            fact("c.t1", theme="g3"),
        )
    }
    entries = [
        _entry("gone.t1"),
        _entry("c.t1", "red", "已销号"),
        _entry("a.t1"),
        _entry("a.t2", "red", measure="甲法"),
        _entry("b.t1", "red"),
    ]
    rows = ledger_rows(entries, targets, "已销号")
    assert [[one["target"] for one in row.entries] for row in rows] == [
        ["b.t1"],
        ["a.t2", "a.t1"],
        ["gone.t1"],
        ["c.t1"],
    ]
    assert rows[1].level == "red" and rows[1].said("measure", "cause") == ["甲法"] and rows[2].targets == ()


def test_a_ledger_row_shows_what_was_filled_in_and_a_blank_for_the_rest():
    one = fact("a.t1")
    given = {
        "cause": "人手不足",
        "measure": "增配两人",
        "person": "张三",
        "evidence": "验收单.pdf",
        "evidence_sha256": "ab12" * 16,
    }
    entries = pd.DataFrame([_entry("a.t1", **given)])
    page = ledger(entries, PLAN, facts_of(targets=[one]), "zh")
    assert "landscape" in page and "ab12" not in page
    for said in (
        "原因：人手不足",
        "措施：增配两人",
        "责任人：张三",
        "时限：〔　〕",
        "佐证：验收单.pdf",
        "40%",
        "2030年目标50%",
    ):
        assert said in page
    bare = ledger(pd.DataFrame([_entry("a.t1")]), PLAN, facts_of(targets=[one]), "zh")
    assert act(one, "zh") in bare and "责任人：〔　〕" in bare
    assert "没有需要整改" in ledger(entries.iloc[:0], PLAN, facts_of(), "zh")


# the brief ------------------------------------------------------------------------------------------------------------


def test_the_brief_has_five_points_and_no_filler():
    missed = fact("a.t1", timing="due", year=2025)
    alerts = [alert(fact(f"{x}.t1", theme=x), "red") for x in "bcdefg"]
    told = points(facts_of(alerts, [missed]), "zh")
    assert len(told) == 5 and told[0][0] == "到期目标部分达标。" and "未达标" in told[0][1]
    assert len({lead for lead, _ in told}) == 5
    assert points(facts_of(), "zh") == []
    assert len(points(facts_of(alerts[:1]), "en")) == 1


@pytest.mark.parametrize(
    ("shares", "said"),
    [((10, 20), "均落后"), ((10, 20, 90), "多数落后"), ((10, 90), "部分"), ((90, 90), "不慢于")],
)
def test_the_charts_caption_says_what_it_shows(shares, said):
    rows = [Progress("甲率", share, 50, "1→2") for share in shares]
    assert said in finding(rows, "zh") and finding(rows, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_of_the_chart_covers_a_point(lang):
    import matplotlib.pyplot as plt

    name = (
        "每千名儿童拥有儿科执业（助理）医生数" if lang == "zh" else "Communities with a parent school or guidance point"
    )
    rows = [Progress(f"{name}", share, 50, "18.4/10万→7.8/10万") for share in (0, 20, 49, 51, 100)]
    figure = progress_chart(rows, lang, "模拟数据")
    figure.canvas.draw()
    axes, right = figure.axes
    inside = axes.get_window_extent()
    texts = [*axes.get_yticklabels(), *right.get_yticklabels(), *axes.get_legend().get_texts(), axes.xaxis.label]
    whole = figure.bbox
    for text in texts:
        box = text.get_window_extent()
        assert not box.overlaps(inside), text.get_text()
        assert box.x0 >= whole.x0 - 1 and box.x1 <= whole.x1 + 1 and box.y0 >= whole.y0 - 1, text.get_text()
    plt.close(figure)


# the demo district's pages --------------------------------------------------------------------------------------------


KINDS = ("notice", "ledger", "brief", "department")
MARGINS = {True: (28, 26), False: (37, 35)}  # mm at the top and at the foot of a page, sideways or upright


@pytest.fixture(scope="module")
def pages(demo_run):
    """Return the pages of each paper."""
    opened = {kind: pypdfium2.PdfDocument(demo_run[0] / "documents" / f"{kind}.pdf") for kind in KINDS}
    yield {kind: list(one) for kind, one in opened.items()}
    for one in opened.values():
        one.close()


def _text(page):
    return page.get_textpage().get_text_range().replace("\r\n", "\n")


def _runs(page):
    """Return left, bottom, right, top of each run of text, in points."""
    text = page.get_textpage()
    return [text.get_rect(k) for k in range(text.count_rects())]


def _uprights(page):
    """Return the vertical lines of tables in the same way."""
    boxes = [one.get_bounds() for one in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_PATH])]
    return [one for one in boxes if one[2] - one[0] < 2 and one[3] - one[1] > 5]


def test_the_papers_are_as_short_as_they_should_be(pages):
    assert len(pages["notice"]) <= 4 and len(pages["brief"]) == 1 and len(pages["ledger"]) <= 4
    texts = [_text(page) for page in pages["department"]]
    starts = [k for k, text in enumerate(texts) if re.search(r"(?m)^\s*[一二三四五六七八九十]+、", text)]
    assert starts[0] == 1  # one page in front
    lengths = [after - start for start, after in zip(starts, [*starts[1:], len(texts)], strict=True)]
    assert len(starts) > 8 and max(lengths) <= 2


def test_the_brief_is_one_page_in_word_too(demo_run, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    fonts = Path(str(resources.files("pylopdf_fonts_zh_cn")))
    config = f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    (tmp_path / "fonts.conf").write_text(f'<?xml version="1.0"?>{config}', encoding="utf-8")
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/office", "--convert-to", "pdf"]
    command += ["--outdir", str(tmp_path), str(demo_run[0] / "documents" / "brief.docx")]
    env = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    subprocess.run(command, check=True, capture_output=True, timeout=300, env=env)
    assert len(pypdfium2.PdfDocument(tmp_path / "brief.pdf")) == 1


def test_the_brief_is_one_page_when_its_page_is_printed(demo_run, chromium, tmp_path):
    page = chromium.new_page()
    page.goto(f"file://{demo_run[0] / 'documents' / 'brief.html'}")
    side = dict.fromkeys(("top", "bottom", "left", "right"), "15mm")
    page.pdf(path=str(tmp_path / "brief.pdf"), format="A4", margin=side, print_background=True)
    page.close()
    assert len(pypdfium2.PdfDocument(tmp_path / "brief.pdf")) == 1


def test_the_ledger_lies_sideways_and_the_others_stand(pages):
    assert all(page.get_width() > page.get_height() for page in pages["ledger"])
    for kind in ("notice", "brief", "department"):
        assert all(page.get_width() < page.get_height() for page in pages[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_crosses_the_border_of_a_cell(pages, kind):
    seen = 0
    for number, page in enumerate(pages[kind]):
        lines = _uprights(page)
        seen += len(lines)
        for left, bottom, right, top in _runs(page):
            middle = (bottom + top) / 2
            crossed = [x for x, low, _, high in lines if left + 1 < x < right - 1 and low < middle < high]
            assert not crossed, (kind, number, page.get_textpage().get_text_bounded(left, bottom, right, top))
    assert seen > 5


@pytest.mark.parametrize("kind", ["notice", "ledger", "brief"])
def test_no_page_but_the_last_is_less_than_seven_tenths_full(pages, kind):
    top, foot = (mm / 25.4 * 72 for mm in MARGINS[kind == "ledger"])
    for number, page in enumerate(pages[kind][:-1] or pages[kind]):
        room = page.get_height() - top - foot
        lowest = min(bottom for _, bottom, _, _ in _runs(page) if bottom > foot - 2)
        assert (page.get_height() - top - lowest) / room > 0.7, (kind, number)


def test_a_row_of_the_ledger_stands_on_one_page(pages):
    marks = []
    for page in pages["ledger"]:
        first, second = sorted({round(x) for x, *_ in _uprights(page)})[:2]
        column = page.get_textpage().get_text_bounded(first, 0, second, page.get_height())
        marks += re.findall(r"(?m)^([一二三四五六七八九十]+)\s*$", column.replace("\r\n", "\n"))
    assert len(marks) == len(set(marks)) > 5


def test_the_papers_hold_no_hash_code_or_recomputed_years(demo_run):
    for kind in ("notice", "ledger", "department", "brief"):
        page = (demo_run[0] / "documents" / f"{kind}.html").read_text(encoding="utf-8")
        page = page[page.index("<main") :]
        text = re.sub("<[^>]+>", "", page)
        assert "SHA" not in text and "回算" not in text and "已连续" not in text and "达标概率" not in text


def test_problems_are_counted_from_the_files_too(demo_run):
    sources = Sources(demo_run[0], 2025, "210303")
    with (demo_run[0] / "tables" / "alerts.csv").open(encoding="utf-8") as opened:
        grave = [row for row in csv.DictReader(opened) if row["level"] in ("red", "orange")]
    assert counted(sources, "problems") == counted(sources, "ledger/problems") < counted(sources, "alerts/grave")
    assert sum(counted(sources, f"department/{code}/red") for code in {row["department"] for row in grave}) == sum(
        row["level"] == "red" for row in grave
    )
