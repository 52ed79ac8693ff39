"""Every YAML file is read by one reader: what is broken, or would build or grow something, is named with its line."""

import ast
import shutil

import pytest
import yaml
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import analysis
from analysis.assessment.rules import read_rules, whole_text
from analysis.cli.common import app
from analysis.data.observations import about
from analysis.exceptions import WorkbenchError
from analysis.gate.yaml_files import LARGEST, read_mapping, read_yaml
from analysis.places import RULES
from analysis.runs.reproduction.known_keys import known_keys

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
BROKEN = {
    "object": (b"id: x\nbad: !!python/object/apply:os.system ['touch owned']\n", 2),
    "name": (b"bad: !!python/name:os.system\n", 1),
    "own tag": (b"id: x\n\nbad: !ours {a: 1}\n", 3),
    "set": (b"bad: !!set {a, b}\n", 1),
    "bomb": (BOMB.encode(), 1),
    "of itself": (b"a: &a [*a]\n", 1),
    "unknown alias": (b"id: x\nb: *nothing\n", 2),
    "doubled": (b"id: x\nversion: 1\nid: y\n", 3),
    "key of a list": (b"? [a, b]\n: 1\n", 1),
    "open quote": (b'id: "x\n', None),
    "tab": (b"id:\n\tversion: 1\n", 2),
    "deep": (b"[" * 5000, None),
    "two documents": (b"id: x\n---\nid: y\n", 2),
    "no day": (b"id: x\nsince: 2026-02-30\n", 2),
    "long number": (b"id: x\nn: " + b"9" * 5000 + b"\n", 2),
    "bytes": (b"id: \xff\xfe\xff", None),
    "nul": (b"\x00\x01", None),
    "control": (b"id: x\nb: \x07\n", 2),
    "empty": (b"", None),
    "large": (b"#" * (LARGEST + 1), None),
    "zip": (b"PK\x03\x04....", None),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("reader", [read_yaml, read_rules, whole_text, known_keys, lambda path: about(path.parent)])
def test_what_is_broken_is_named_by_every_reader(kind, reader, tmp_path):
    text, line = BROKEN[kind]
    path = tmp_path / "dataset.yaml"
    path.write_bytes(text)
    with pytest.raises(WorkbenchError) as found:
        reader(path)
    for one in found.value.faults:
        assert one.where.file.endswith("dataset.yaml") and one.found.en and one.expected.en and one.action.en
        assert len(one.message("zh")) < 1000
    if line is not None:
        assert line in {one.where.row for one in found.value.faults}


@pytest.mark.parametrize("text", ["- a\n- b\n", "only words\n", "5\n"])
@pytest.mark.parametrize("reader", [read_mapping, read_rules, lambda path: about(path.parent)])
def test_what_is_no_mapping_is_named(text, reader, tmp_path):
    path = tmp_path / "dataset.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WorkbenchError) as found:
        reader(path)
    assert "mapping" in found.value.message("en")


@pytest.mark.parametrize(
    "text", ["seed: much", "seed: true", "simulated: perhaps", "notice_zh: [a]", "first_year: 2010.5", "plan: 3"]
)
def test_a_value_of_another_type_is_named(text, tmp_path):
    (tmp_path / "dataset.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(WorkbenchError) as found:
        about(tmp_path)
    assert found.value.faults[0].where.item == text.partition(":")[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_each_encoding_reads_the_same(encoding, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes("notice_zh: 模拟数据，仅供演示\n".encode(encoding))
    assert read_yaml(path) == {"notice_zh": "模拟数据，仅供演示"}


_PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé文", min_size=1), inner, max_size=3),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None)
@given(_PLAIN)
def test_what_yaml_writes_is_read_back(tmp_path_factory, value):
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data):
            return True

    path = tmp_path_factory.mktemp("plain") / "a.yaml"
    path.write_text("# text\n" + yaml.dump({"a": value}, Dumper=Plain, allow_unicode=True), encoding="utf-8")
    assert read_yaml(path) == yaml.safe_load(path.read_text(encoding="utf-8"))


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=":-[]{}&*!|>'\"#% \n\tab1<?,\ufeff文", max_size=60))
def test_any_text_is_read_or_named(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "a.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        read_yaml(path)
    except WorkbenchError as error:
        assert error.faults


def test_the_files_of_the_project_read_as_they_did():
    for path in [*ROOT.glob("data/**/*.yaml"), *ROOT.glob("tests/plans/**/*.yaml")]:
        assert read_yaml(path) == yaml.safe_load(path.read_text(encoding="utf-8"))


def test_nothing_else_reads_yaml():
    """`yaml.load` and `compose` stand in the reader alone; a text the program made itself may be loaded again."""
    allowed = {"yaml_files.py", "written.py", "rules.py"}
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "yaml":
                assert node.attr in ("safe_dump",) or path.name in allowed, (path, node.lineno)
    rules = (ROOT / "src/analysis/assessment/rules.py").read_text(encoding="utf-8")
    assert rules.count("yaml.safe_load(") == 1  # the text just put together
    assert str(ROOT / "src") in analysis.__file__ and RULES.is_file()


COMMANDS = {
    "evaluate --rules": (["evaluate", "--rules", "{file}", "--out", "{out}"], 1),
    "evaluate --data": (["evaluate", "--data", "{folder}", "--out", "{out}"], 1),
    "simulate": (["simulate", "{folder}"], 1),
    "plan check": (["plan", "check", "{folder}"], 1),
    "backtest --rules": (["backtest", "{folder}/observations.csv.gz", "--rules", "{file}", "--out", "{out}"], 1),
}


@pytest.mark.parametrize("kind", ["bomb", "bytes"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_ends_in_a_message(command, kind, tmp_path):
    given, code = COMMANDS[command]
    folder = tmp_path / "folder"
    shutil.copytree(ROOT / "data" / "demo", folder)
    for name in ("dataset.yaml", "plan.yaml", "rules.yaml"):
        (folder / name).write_bytes(BROKEN[kind][0])
    words = {"file": folder / "rules.yaml", "folder": folder, "out": tmp_path / "out"}
    done = CliRunner().invoke(app, [one.format(**words) for one in given])
    assert isinstance(done.exception, WorkbenchError), done.output
    assert done.exception.exit_code == code and ".yaml" in done.exception.message("en")
    assert not (tmp_path / "out").exists()
