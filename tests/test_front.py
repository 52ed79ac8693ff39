"""`document.yaml`: who issues a plan's documents, to whom and when; every fault is named before anything is run."""

import shutil
from datetime import date

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from test_midterm import facts_of

from analysis.exceptions import PlanError, Text
from analysis.export.reports.front import letter_end, letter_head, reply_by
from analysis.formats import day
from analysis.narrative.checking import check_page
from analysis.places import PLANS
from analysis.plan import copy_plan, read_plan
from analysis.plan.front import DOCUMENTS, Front, read_fronts
from analysis.runs.kinds import NOTEBOOK_OF

WHOLE = """\
author_zh: 某区妇女儿童工作委员会
author_en: Committee on Women and Children
distribution_zh: 区委办、区政府办
date: 2026-03-31
documents:
  notice:
    number_zh: 某妇儿工委发〔2026〕3号
    addressees_zh: 各街道办事处，区直有关部门
    reply_by: 2026-04-30
    date: 2026-04-02
  midterm: {}
"""


@pytest.fixture
def folder(tmp_path):
    """Return a copy of the national plan."""
    return shutil.copytree(PLANS / "national-2021-2030", tmp_path / "plan")


def _written(folder, text, encoding="utf-8"):
    (folder / "document.yaml").write_bytes(text.encode(encoding))
    return folder


def test_a_plan_without_the_file_has_blank_fronts(folder):
    assert not (folder / "document.yaml").exists()
    assert all(read_plan(folder).fronts.of(kind) == Front() for kind in DOCUMENTS)
    assert read_plan(_written(folder, "# nothing yet\n")).fronts.of("notice") == Front()


def test_a_document_has_its_own_values_before_the_shared_ones(folder):
    fronts = read_plan(_written(folder, WHOLE)).fronts
    notice, midterm = fronts.of("notice"), fronts.of("midterm")
    assert notice.author == midterm.author == Text("某区妇女儿童工作委员会", "Committee on Women and Children")
    assert (notice.date, midterm.date) == (date(2026, 4, 2), date(2026, 3, 31))
    assert notice.number.zh == "某妇儿工委发〔2026〕3号" == notice.number.en and not midterm.number.zh
    assert {"2026年4月2日", "30 April 2026", "某妇儿工委发〔2026〕3号"} <= set(notice.quoted())


def test_every_document_can_have_a_front():
    assert set(DOCUMENTS) >= set(NOTEBOOK_OF)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_copy_a_run_keeps_reads_alike(folder, tmp_path, encoding):
    plan = read_plan(_written(folder, WHOLE, encoding))
    copy_plan(folder, tmp_path / "copy")
    assert read_plan(tmp_path / "copy", trusted=True).fronts == plan.fronts
    assert (tmp_path / "copy" / "document.yaml").read_text(encoding="utf-8") == WHOLE


@pytest.mark.parametrize(
    ("text", "item", "row", "found"),
    [
        ("author: 某委\n", "author", 1, "author"),
        ("author_zh: 某委\nautor_en: x\n", "autor_en", 2, "autor_en"),
        ("number_zh: 某发〔2026〕3号\n", "number_zh", 1, "number_zh"),  # of one document only
        ("date: 2026年3月31日\n", "date", 1, "2026年3月31日"),
        ("date: 2026-02-30\n", "date", 1, "2026-02-30"),
        ("date: 2026-03-31\nreply_by: 2026-03-30\n", "reply_by", 2, "2026-03-30"),
        ("documents:\n  notice:\n    number_zh: '12'\n", "documents.notice.number_zh", 3, "12"),
        ("documents:\n  notise:\n    number_zh: 某发\n", "notise", 3, "notise"),
        ("documents: [notice]\n", "documents", 1, "no keys"),
        ("documents:\n  notice: 某委\n", "documents.notice", 2, "no keys"),
        (f"author_zh: {'委' * 301}\n", "author_zh", 1, "301"),
        ("author_zh: [某委]\n", "author_zh", 1, "某委"),
        ("author_zh: |\n  某委\n  某办\n", "author_zh", 1, "signs"),
        ("- 某委\n", None, 1, "no keys"),
        ("author_zh: 某委\nauthor_zh: 某办\n", None, 2, "twice"),
        ("author_zh: !!python/object:x 某委\n", None, 1, "tag"),
        ('author_zh: "某\\u0001委"\n', "author_zh", 1, "U+0001"),
    ],
)
def test_each_fault_is_named_with_its_line_before_anything_is_run(folder, text, item, row, found):
    with pytest.raises(PlanError) as caught:
        read_plan(_written(folder, text))
    (fault,) = caught.value.faults
    assert fault.where.file.endswith("document.yaml") and found in fault.found.en
    assert (fault.where.item, fault.where.row) == (item, row) or fault.where.row is not None and item == "notise"
    assert all(part.zh and part.en for part in (fault.found, fault.expected, fault.action))


def test_faults_of_the_front_and_of_the_tables_come_together(folder):
    _written(folder, "date: soon\n")
    (folder / "departments.csv").write_text("code\n", encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_plan(folder)
    assert len({fault.where.file for fault in caught.value.faults}) > 1


@given(st.text(max_size=400))
def test_no_text_breaks_the_reader(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("any")
    (folder / "document.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    fronts, faults = read_fronts(folder)
    assert isinstance(fronts.of("notice"), Front) and all(fault.message("zh") for fault in faults)


_SAID = st.text("甲乙丙abc0123456789〔〕（）第号.,%-— ", max_size=30)


@settings(max_examples=30)
@given(st.builds(dict, author=_SAID, number=_SAID, contact=_SAID), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_what_the_gate_lets_in_the_check_of_numbers_takes_as_quoted(tmp_path_factory, said, when):
    folder = tmp_path_factory.mktemp("any")
    own = {f"{name}_zh": text for name, text in said.items()}
    said = {"documents": {"notice": own | {"date": str(when), "reply_by": str(when)}}}
    (folder / "document.yaml").write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    fronts, faults = read_fronts(folder)
    front = fronts.of("notice")
    if not faults:
        page = letter_head("notice", facts_of(), front, "zh") + letter_end(front, "zh") + reply_by(front, "en")
        assert check_page(f"<main>{page}</main>", {}, front.quoted()).orphans == []


@given(st.dates())
def test_a_day_is_written_with_its_own_numbers(when):
    assert day(when, "zh") == f"{when.year}年{when.month}月{when.day}日"
    assert day(when, "en").split() == [str(when.day), when.strftime("%B"), str(when.year)]
