"""What is published is what was approved, byte by byte; what people send in is answered, nothing personal goes out."""

import json
import re
import shutil

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from review_work import BODY, judged, small_run
from test_store import _closed, open_store, postgres, url  # noqa: F401 - fixtures

from analysis.data.store.evidence_files import Kept, place_of
from analysis.data.store.feedback import KINDS, OUTCOMES, FeedbackAnswer, Register, check_answer
from analysis.data.store.reviews import DocumentReviews
from analysis.exceptions import DataError, Text, UsageError
from analysis.export.policy import feedback_script, policy
from analysis.plan import read_plan
from analysis.runs.hashes import sha256
from analysis.runs.publishing.changes import changed_verdicts, verdict_name, verdicts_of
from analysis.runs.publishing.pages import FORM, LABELS
from analysis.runs.publishing.publication import SUMS, publish
from analysis.runs.publishing.register import became, import_feedback, lines_of_feedback, read_feedback
from analysis.runs.review.advancing import advance_review
from analysis.runs.review.document import reviewed
from analysis.runs.review.opening import open_review
from analysis.runs.run import Run

PLAN = read_plan("tiexi-2021-2030")
TELEPHONE, MAIL = "13912345678", "someone@example.org"


def approved(run, store, tmp_path, kinds=("midterm",), version=1):
    for kind in kinds:
        own = reviewed(Run(run.folder), kind)
        open_review(store, own, ["health"], "张三", out=tmp_path / f"{kind}{version}")
        advance_review(store, own, "for_approval", "张三", "evaluator")
        advance_review(store, own, "final", "王主任", "approver")


@pytest.fixture
def run(small, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.data.store.evidence_files.ROOT", tmp_path)  # where those of PostgreSQL lie
    shutil.copytree(small.folder, tmp_path / "run")
    return Run(tmp_path / "run")


def test_only_approved_documents_of_a_public_run_are_published_as_they_were_approved(run, url, tmp_path):  # noqa: F811
    store, out = open_store(url), tmp_path / "site"
    judged(run, t0="met", t1="at_risk")
    with pytest.raises(UsageError, match="未征求意见|never opened"):
        publish(store, run, "发布员", out)
    approved(run, store, tmp_path)
    with pytest.raises(UsageError, match="annual"):
        publish(store, Run(run.folder), "发布员", out, ["midterm", "annual"])
    assert not out.exists()
    done = publish(store, Run(run.folder), "发布员", out, mail=MAIL)
    row = DocumentReviews(store).last(reviewed(Run(run.folder), "midterm").about)
    kept = DocumentReviews(store).files(row["id"], "final")
    assert row["state"] == "published" and done.changed is None
    assert {name: sha256(out / "documents" / name) for name in kept} == kept
    sums = dict(reversed(line.split("  ")) for line in (out / SUMS).read_text().splitlines())
    there = {path.relative_to(out).as_posix(): sha256(path) for path in out.rglob("*") if path.is_file()}
    assert sums == done.files == {name: digest for name, digest in there.items() if name != SUMS}
    with pytest.raises(UsageError):  # nothing is overwritten
        publish(store, Run(run.folder), "发布员", out)


def test_what_was_changed_or_lost_since_its_approval_is_not_published(run, tmp_path, small):
    store, out = open_store(str(tmp_path / "m.sqlite")), tmp_path / "site"
    judged(run, t0="met")
    approved(run, store, tmp_path)
    file, digest = next(iter(DocumentReviews(store).files(1, "final").items()))
    path = Kept(place_of(store)).path(digest)
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    with pytest.raises(DataError, match=re.escape(file)):
        publish(store, Run(run.folder), "发布员", out)
    path.unlink()
    with pytest.raises(DataError, match=re.escape(file)):
        publish(store, Run(run.folder), "发布员", out)
    assert not out.exists() and DocumentReviews(store).get(1)["state"] == "final"
    path.write_bytes(content)
    other = small_run(tmp_path / "other", body=BODY.replace("平稳", "较快"), like=small)
    judged(other, t0="met")
    with pytest.raises(UsageError, match="不同|not the one"):
        publish(store, other, "发布员", out)


def test_an_internal_run_is_refused_with_what_to_do(run, tmp_path):
    run.record["audience"] = "internal"
    with pytest.raises(UsageError) as refused:
        publish(open_store(str(tmp_path / "m.sqlite")), run, "发布员", tmp_path / "site")
    assert "--audience public" in refused.value.message("zh") and "--audience public" in refused.value.message("en")


def test_the_second_publication_says_what_changed_and_what_became_of_feedback(run, tmp_path, small):
    store = open_store(str(tmp_path / "m.sqlite"))
    judged(run, t0="met", t1="at_risk", t2="on_track")
    approved(run, store, tmp_path)
    name = publish(store, Run(run.folder), "发布员", tmp_path / "site1").name
    register = Register(store)
    said = {"form": FORM, "publication": name, "document": "midterm", "kind": "数据", "contact": MAIL}
    said["said"] = f"数字有误，电话{TELEPHONE}"
    (tmp_path / "f.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    id, remark = import_feedback(register, PLAN, tmp_path / "f.json", "小李")
    assert import_feedback(register, PLAN, tmp_path / "f.json", "小李")[0] is None and not remark.zh
    register.answer([FeedbackAnswer(id, "adopted", "数字有误", "已更正")], "小李")
    second = small_run(tmp_path / "run2", body=BODY.replace("平稳", "较快"), like=small)
    judged(second, t0="missed", t1="at_risk", t3="met")
    approved(second, store, tmp_path, version=2)
    done = publish(store, Run(second.folder), "发布员", tmp_path / "site2")
    page = BeautifulSoup((tmp_path / "site2" / "index.html").read_text(encoding="utf-8"), "html.parser").get_text("|")
    assert done.changed == 3 and name in page
    texts = [one.text.zh for one in PLAN.targets[:4]]
    assert [text in page for text in texts] == [True, False, True, True]
    assert "未达标" in page and "不再评定" in page and "此前未评定" in page
    assert "数字有误" in page and "已采纳" in page and "已更正" in page
    everything = "".join(
        path.read_text(encoding="utf-8", errors="ignore") for path in (tmp_path / "site2").rglob("*.*")
    )
    assert TELEPHONE not in everything and MAIL not in everything and "小李" not in everything
    assert became(register, PLAN.id, PLAN.area)["outcome"].tolist() == ["adopted"]
    lines, left = lines_of_feedback(register, PLAN, "zh")
    assert left == 0 and not any(MAIL in line for line in lines)
    assert any(MAIL in line for line in lines_of_feedback(register, PLAN, "zh", contacts=True)[0])


@given(st.dictionaries(st.sampled_from([one.id for one in PLAN.targets[:6]] + ["gone"]), st.sampled_from(
    ["met", "at_risk", "grade:reached", "grade:mostly"])), st.data())  # fmt: skip
def test_exactly_the_verdicts_that_differ_are_named(before, data):
    now = {k: data.draw(st.sampled_from([v, "missed"])) for k, v in before.items() if data.draw(st.booleans())}
    rows = changed_verdicts(before, now, PLAN, "zh")
    differ = {key for key in {*before, *now} if before.get(key) != now.get(key)}
    assert len(rows) == len(differ) and all(was != is_ for _, was, is_ in rows)
    assert changed_verdicts(before, before, PLAN, "en") == []
    assert all(verdict_name(code).zh != code for code in {*before.values(), *now.values()})


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("as_lines", [True, False])
def test_a_feedback_file_is_read_in_either_form(tmp_path, lang, as_lines):
    said = {"publication": "p", "document": "midterm", "section": "二、健康", "kind": KINDS["proposal"](lang),
            "contact": MAIL, "said": "第一行\n第二行：有冒号"}  # fmt: skip
    text = "".join(f"{LABELS[name](lang)}{said[name]}\r\n" for name in LABELS)
    path = tmp_path / "f.txt"
    path.write_text(text if as_lines else json.dumps({"form": FORM, **said}), encoding="utf-8-sig")
    found = read_feedback(path)
    assert (found.publication, found.document, found.section, found.kind) == ("p", "midterm", "二、健康", "proposal")
    assert found.said == said["said"] and found.contact == MAIL
    gb = tmp_path / "gb.txt"
    gb.write_bytes(text.encode("gb18030"))
    assert read_feedback(gb).sha256 == found.sha256


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"{}", b"{", b'{"form": "other", "said": "x"}', "意见：".encode(), b"hello",
     b'{"form": "child-plan-feedback/1", "said": "  "}', b"{" * 100_000, b"x" * 300_000,
     ("意见：" + "长" * 30_000).encode(), ("文件：" + "长" * 90 + "\n意见：x").encode()],
)  # fmt: skip
def test_what_is_no_feedback_is_refused_with_its_name(tmp_path, content):
    (tmp_path / "f.txt").write_bytes(content)
    with pytest.raises(DataError) as refused:
        read_feedback(tmp_path / "f.txt")
    assert all("f.txt" in refused.value.message(lang) for lang in ("zh", "en"))


@given(st.text("abc数字说明 ，。", max_size=10), st.text("xyz街道汇总", max_size=10),
       st.sampled_from([TELEPHONE, "139 1234 5678", MAIL, "21030319900101123X", "0412-8888888"]))  # fmt: skip
def test_no_number_or_address_of_a_person_gets_into_what_is_public(before, after, personal):
    good = FeedbackAnswer(1, "adopted", f"{before}。", f"2025年为12.5‰，{after}。")
    check_answer(good, {1})
    for summary, answer in ((f"{before} {personal} {after}", "已答"), ("摘要", f"{before}（{personal}）{after}")):
        with pytest.raises(UsageError) as refused:
            check_answer(FeedbackAnswer(1, "adopted", summary, answer), {1})
        assert personal not in refused.value.message("zh")


def test_an_answer_needs_an_entry_an_outcome_and_words():
    for one in (FeedbackAnswer(2, "adopted", "a", "b"), FeedbackAnswer(1, "x", "a", "b"),
                FeedbackAnswer(1, "noted", " ", "b"), FeedbackAnswer(1, "noted", "a", "")):  # fmt: skip
        with pytest.raises(UsageError):
            check_answer(one, {1})
    assert all(isinstance(name, Text) and name.zh and name.en for name in OUTCOMES.values())


def test_the_form_makes_files_that_are_read_and_asks_nobody(run, tmp_path, chromium):
    store = open_store(str(tmp_path / "m.sqlite"))
    judged(run, t0="met")
    approved(run, store, tmp_path)
    done = publish(store, Run(run.folder), "发布员", tmp_path / "site", mail=MAIL)
    text = (tmp_path / "site" / "feedback.html").read_text(encoding="utf-8")
    assert policy(feedback_script()).replace("'", "&#39;") in text or policy(feedback_script()) in text
    page, said = chromium.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: None if request.url.startswith(("file:", "blob:")) else said.append(request.url))
    page.goto(f"file://{tmp_path}/site/feedback.html")
    page.click("[data-make]")
    assert page.get_attribute("[name=said]", "aria-invalid") == "true" and not page.is_visible("[data-made]")
    page.fill("[name=said]", "第一行\n第二行")
    page.select_option("[name=kind]", "proposal")
    page.click("[data-make]")
    found = []
    for name in ("json", "txt"):
        with page.expect_download() as saved:
            page.click(f"[data-save={name}]")
        saved.value.save_as(tmp_path / f"f.{name}")
        found.append(read_feedback(tmp_path / f"f.{name}"))
    assert found[0].sha256 == found[1].sha256
    assert (found[0].publication, found[0].kind, found[0].said) == (done.name, "proposal", "第一行\n第二行")
    assert page.get_attribute("[data-mail]", "href").startswith(f"mailto:{MAIL}?subject=") and said == []
    page.close()


def test_verdicts_are_those_of_the_table(run):
    judged(run, t0="met", t1="at_risk")
    assert verdicts_of(run) == {PLAN.targets[0].id: "met", PLAN.targets[1].id: "at_risk"}
