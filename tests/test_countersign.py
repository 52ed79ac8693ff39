"""A countersigned opinion: signed files are unchanged or named, the signer is who was expected, nothing is replaced."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis.cli import app
from analysis.exceptions import DataError, UsageError
from analysis.narrative.reproduction import signer as signer_said
from analysis.runs.reproduction.countersign import canonical, countersign, verify
from analysis.runs.reproduction.known_keys import known_keys, signer
from analysis.runs.reproduction.manifest import new_key


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    marks = {name: new_key(folder / name) for name in ("own", "other")}
    return folder, marks


@pytest.fixture
def signed(keys, tmp_path):
    folder = tmp_path / "reproduction"
    (folder / "run").mkdir(parents=True)
    record = {"level": "L0", "bundle": "a.zip", "bundle_sha256": "ab" * 32}
    (folder / "reproduction.json").write_text(json.dumps(record))
    for name in ("opinion.html", "opinion.pdf", "sample.csv"):
        (folder / name).write_text(name)
    return folder, countersign(folder, keys[0] / "own", "张三", "第三方评估组")


def _run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=True)


def test_a_countersignature_covers_the_files_the_record_and_the_bundle(signed, keys):
    (found,) = verify(signed[0], keys[0] / "own.pub")
    assert found.holds and found.trusted and found.fingerprint == keys[1]["own"] and found.uncovered == ()
    assert {name for name, _ in found.files} == {"opinion.html", "opinion.pdf", "reproduction.json", "sample.csv"}
    assert found.statement["bundle_sha256"] == "ab" * 32
    done = _run("verify", signed[1], "--key", keys[0] / "own.pub")
    assert done.exit_code == 0 and "张三（第三方评估组）" in done.output
    assert "身份未核实" in _run("verify", signed[0]).output


@pytest.mark.parametrize("name", ["opinion.html", "opinion.pdf", "reproduction.json", "sample.csv"])
@pytest.mark.parametrize("state", ["changed", "missing"])
def test_a_file_changed_or_missing_since_is_named(signed, name, state):
    file = signed[0] / name
    file.unlink() if state == "missing" else file.write_text("other")
    (found,) = verify(signed[0])
    assert not found.holds and [one for one in found.files if one[1] != "same"] == [(name, state)]
    assert _run("verify", signed[0]).exit_code == 1


def test_a_wrong_key_and_an_added_file_are_said(signed, keys):
    (signed[0] / "later.csv").write_text("1")
    done = _run("verify", signed[0], "--key", keys[0] / "other.pub")
    assert done.exit_code == 1 and "不是指定的公钥" in done.output and "未签入: later.csv" in done.output
    assert not verify(signed[0], keys[0] / "other.pub")[0].holds


@given(
    field=st.sampled_from(["who", "organisation", "when", "level", "bundle", "bundle_sha256"]), text=st.text(max_size=9)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_no_word_of_the_statement_can_be_changed(signed, field, text):
    made = json.loads(signed[1].read_text())
    before = made["statement"][field]
    made["statement"][field] = text
    forged = signed[0] / "countersignature-forged.json"
    forged.write_text(json.dumps(made), encoding="utf-8")
    assert verify(forged)[0].valid == (text == before)


def test_names_that_lead_elsewhere_are_not_followed(signed):
    made = json.loads(signed[1].read_text())
    made["statement"]["files"]["../../secret"] = "0" * 64
    signed[1].write_text(json.dumps(made))
    assert dict(verify(signed[1])[0].files)["../../secret"] == "changed"


def test_nothing_is_overwritten_and_a_second_key_may_sign_beside(signed, keys):
    before = signed[1].read_bytes()
    with pytest.raises(UsageError):
        countersign(signed[0], keys[0] / "own", "李四")
    assert signed[1].read_bytes() == before and not list(signed[0].glob(".*"))
    countersign(signed[0], keys[0] / "other", "李四")
    assert [one.holds for one in verify(signed[0])] == [True, True]
    assert _run("verify", signed[0], "--key", keys[0] / "own.pub").exit_code == 0


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"statement": {"files": 3}}', "\x00"])
def test_what_is_no_countersignature_is_the_users_mistake(tmp_path, content):
    (tmp_path / "countersignature-x.json").write_text(content)
    with pytest.raises(UsageError):
        verify(tmp_path)
    with pytest.raises(UsageError):
        verify(tmp_path / "none")
    with pytest.raises(UsageError):
        countersign(tmp_path, tmp_path / "none", "张三")


def test_the_statement_has_one_form():
    assert canonical({"b": "值", "a": {"d": 1, "c": ""}}) == '{"a":{"c":"","d":1},"b":"值"}'.encode()


def _list(path, *entries):
    path.write_text(json.dumps(list(entries), ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    return path


def test_a_listed_key_is_told_with_name_since_and_source(tmp_path, keys):
    entry = {"name": "某区统计局", "fingerprint": keys[1]["own"].upper(), "since": "2026-01-01", "source": "来函"}
    known = known_keys(_list(tmp_path / "known_keys.yaml", entry))
    assert known_keys(tmp_path) == known
    found = signer(keys[1]["own"], "valid", None, False, known)
    assert found["known_by"] == "list"
    assert signer_said({"signer": found}, "zh") == "签名有效，公钥登记为某区统计局（自2026-01-01，来源：来函）"
    assert signer(keys[1]["own"], "wrong", None, False, known)["known_by"] == ""
    assert "未核实" in signer_said({"signer": signer(keys[1]["other"], "valid", None, False, known)}, "zh")
    assert "未签名" in signer_said({"signer": signer("", "none", None, False, known)}, "zh")


@pytest.mark.parametrize(
    "change", [{"fingerprint": "12"}, {"name": ""}, {"source": None}, {"since": "x" * 300}, {"extra": 1}]
)
def test_a_broken_list_of_keys_is_refused(tmp_path, change):
    entry = {"name": "甲", "fingerprint": "ab" * 32, "since": "2026", "source": "乙"}
    with pytest.raises(DataError):
        known_keys(_list(tmp_path / "k.yaml", {**entry, **change}))
    with pytest.raises(DataError):
        known_keys(_list(tmp_path / "k.yaml", entry, entry))
    with pytest.raises(UsageError):
        known_keys(tmp_path / "none.yaml")
