"""A bundle made to break whoever reads it is a fact for the opinion: no traceback, nothing run."""

import json
import shutil

import pytest
from conftest import ROOT

from analysis.runs.hashes import hashes_of
from analysis.runs.reproduction.inert import make_inert
from analysis.runs.reproduction.reproduce import RECEIVED, Request, _again, _notice

PLAN, DATA = ROOT / "data/plans/national-2021-2030", ROOT / "data/reference"
RECORD = {
    "as_of": 2024,
    "area": "CN",
    "options": {"lang": "zh", "kinds": [], "formats": ["html"], "author": "", "department": None, "needed": True},
}


@pytest.fixture
def received(tmp_path):
    folder = tmp_path / RECEIVED
    shutil.copytree(PLAN, folder / "inputs/plan")
    shutil.copytree(DATA, folder / "inputs/data")
    shutil.copyfile(ROOT / "data/rules/default.yaml", folder / "inputs/rules.yaml")
    (folder / "run.json").write_text(json.dumps(RECORD))
    return folder


def _record(**changes):
    return json.dumps({**RECORD, **changes}).encode()


HOSTILE = (
    ("run.json", b"[" * 200_000),
    ("run.json", b"[]"),
    ("run.json", b"\xff\xfe{}"),
    ("run.json", _record(as_of=float("nan"))),
    ("run.json", _record(as_of=10**400)),
    ("run.json", _record(area=["CN"])),
    ("run.json", _record(options=7)),
    ("run.json", _record(options={**RECORD["options"], "kinds": [{}]})),
    ("run.json", _record(id="a\nb")),
    ("run.json", _record(audience={"public": 1})),
    ("run.json", _record(waiting="none")),
    ("inputs/data/dataset.yaml", b"!!python/object/apply:os.system ['true']"),
    ("inputs/data/dataset.yaml", b"- 1\n- 2\n"),
    ("inputs/data/observations.csv", b"\xff\xfe\x00bad"),
    ("inputs/data/observations.csv", b",".join(b"c%d" % k for k in range(50_000)) + b"\n"),
    ("inputs/plan/plan.yaml", b"a: &a [x]\nb: !!python/name:os.system\n"),
    ("inputs/plan/plan.yaml", b"[" * 5000),
    ("inputs/rules.yaml", b"\x00\x01"),
)


@pytest.mark.parametrize(("name", "content"), HOSTILE)
def test_it_is_said_and_nothing_is_run(received, name, content):
    (received / name).write_bytes(content)
    before = hashes_of(received)
    failed = _again(Request(received.parent / "b.zip"), received.parent, lambda name: None)
    assert failed and all(one.strip() for one in failed)
    assert not (received.parent / "run" / "notebooks").exists()
    assert hashes_of(received) == before
    _notice(received)


def test_what_a_browser_would_execute_is_kept_under_another_name(tmp_path):
    opened = ("a.html", "A.HTM", "b.svg", "c.xhtml", "d.mhtml", "e.js", "f", "g.xml", "h.hta")
    for name in (*opened, "t.csv", "u.png", "a.html.txt"):
        (tmp_path / name).write_text(name)
    renamed = make_inert(tmp_path)
    assert len(renamed) == len(opened) and (tmp_path / "a.html.txt.txt").read_text() == "a.html"
    assert {path.suffix for path in tmp_path.iterdir()} == {".txt", ".csv", ".png"}
