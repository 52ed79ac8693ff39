"""What comes from outside a command, its environment, options and machine, ends in a message that says what it was."""

import errno
import os
import subprocess
import sys
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis.cli.common import app
from analysis.data.store.engine import open_store
from analysis.exceptions import UsageError, WorkbenchError
from analysis.gate.dated import VARIABLE, made
from analysis.gate.ids import is_name
from analysis.places import machine_fault
from analysis.runs.reproduction.archive import write_zip

TIMES = [  # none of them a time a file can hold
    "yesterday",
    "-1",
    "0",
    "1e9",
    "1_000_000_000",
    " 1000000000",
    "１００００００００",
    "315532799",
    "4354819200",
    "9" * 400,
]


@pytest.mark.parametrize("text", TIMES)
def test_a_time_that_is_none_is_refused(text, monkeypatch):
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(UsageError) as found:
        made()
    assert VARIABLE in found.value.message("en") and len(found.value.message("zh")) < 400


@settings(max_examples=40, deadline=None)
@given(st.integers(315532800, 4354819199))
def test_a_time_that_is_one_can_be_written(tmp_path_factory, seconds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(seconds))
        assert made() == datetime.fromtimestamp(seconds, UTC)
        path = tmp_path_factory.mktemp("zip") / "a.zip"
        write_zip({"a": b"a"}, path)
    with zipfile.ZipFile(path) as archive:
        assert archive.infolist()[0].date_time[0] == datetime.fromtimestamp(seconds, UTC).year


@pytest.mark.parametrize("text", ["yesterday", "-1"])
def test_a_command_refuses_such_a_time_before_it_begins(text, tmp_path):
    code = "from analysis.cli import main; main()"
    command = [sys.executable, "-c", code, "evaluate", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, env={**os.environ, VARIABLE: text}, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and VARIABLE in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


ODD = ["../x", "a b", "a/b", "CON", "x" * 65, ".a", "a.", "a\u202eb", "=1+1"]
OPTIONS = {
    "template --area": ["template", "--department", "all", "--year", "2025", "--out", "{out}", "--area", "{id}"],
    "template --department": ["template", "--year", "2025", "--out", "{out}", "--department", "{id}"],
    "submissions expect --area": ["submissions", "expect", "--year", "2025", "--due", "2026-03-31", "--area", "{id}"],
    "ingest --area": ["ingest", "{out}", "--area", "{id}"],
    "ingest --department": ["ingest", "{out}", "--department", "{id}"],
    "check --area": ["check", "--area", "{id}"],
    "evaluate --area": ["evaluate", "--out", "{out}", "--area", "{id}"],
    "evaluate --below": ["evaluate", "--out", "{out}", "--below", "{id}"],
    "evaluate --round": ["evaluate", "--out", "{out}", "--round", "{id}"],
    "report --department": ["report", "department", "--out", "{out}", "--department", "{id}"],
    "freeze": ["freeze", "{id}"],
    "freeze --area": ["freeze", "r1", "--area", "{id}"],
    "rollup": ["exchange", "rollup", "{id}", "--out", "{out}"],
}


@pytest.mark.parametrize("given", OPTIONS.values(), ids=OPTIONS)
def test_an_id_of_another_form_is_refused(given, tmp_path):
    for odd in ODD:
        assert not is_name(odd)
        done = CliRunner().invoke(app, [one.format(id=odd, out=tmp_path / "out") for one in given])
        assert isinstance(done.exception, UsageError), (odd, done.output)
        assert done.exception.exit_code == 2 and "digits" in done.exception.message("en")
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "url", ["postgresql://[", "postgresql://[::1/x", "postgresql://u@[::1:5432/x", "postgresql://]/x"]
)
def test_an_address_with_an_open_bracket_is_wrong_usage(url):
    with pytest.raises(UsageError):
        open_store(url)


@pytest.mark.parametrize(
    ("number", "said", "writes"),
    [
        (errno.ENOENT, "does not exist", False),
        (errno.EISDIR, "a folder", False),
        (errno.ENOTDIR, "a file, not a folder", False),
        (errno.ENOSPC, "no space", True),
        (errno.EROFS, "read-only", True),
        (errno.EDQUOT, "quota", True),
        (errno.EMFILE, "too many", False),
        (errno.ENAMETOOLONG, "too long", False),
        (errno.EIO, "disk failed", False),
    ],
)
def test_a_fault_of_the_machine_is_said_as_what_it_was(number, said, writes, tmp_path):
    for place in (tmp_path / "a", None):
        error = OSError(number, os.strerror(number), *([str(place)] if place else []))
        text = machine_fault(error).message("en")
        assert said in text and ("cannot be written" in text) is writes and ("Where" in text) is bool(place)


def test_no_permission_says_whether_to_read_or_to_write(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_text("a")
    error = PermissionError(errno.EACCES, "denied", str(path))
    for readable in (True, False):  # the tests may run as root, to whom all is allowed
        monkeypatch.setattr(os, "access", lambda *_, allowed=readable: allowed)
        found = machine_fault(error)
        assert isinstance(found, WorkbenchError) and found.exit_code == 3
        assert ("cannot be written (no permission)" in found.message("en")) is readable
