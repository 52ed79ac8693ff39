"""What an import may not do, what is declared, and how errors behave in a host's hands."""

import ast
import logging
import os
import pickle
import re
import subprocess
import sys
import tomllib
import traceback
import unittest
from importlib.metadata import packages_distributions

import pytest
from conftest import ROOT, WORKBENCH

from analysis.exceptions import DataError, Fault, Text, UsageError, Where, WorkbenchError, usage
from analysis.runs.start import start

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FAULT = Fault(Text("发现甲", "found A"), Where(file="a.csv"), Text("应为乙", "B"), Text("处理丙", "do C"))
# imported by SQLAlchemy for addresses that name it; read as files, not imported
OWN = {"psycopg", "plotly", "pylopdf-fonts-zh-cn"}
PLUGINS = {"jupyterlab", "jupyterlab-language-pack-zh-cn", "voila", "pyarrow", "uv", "hatchling", "editables"}


def in_a_new_process(code, **env):
    command = [sys.executable, "-c", code]
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**kept, **env}, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", ["analysis", "analysis.cli", "analysis.explore", "analysis.runs.warm_parent"])
def test_an_import_changes_nothing_for_its_host(name):
    code = f"""
import os, sys, warnings, logging
before = dict(os.environ), list(warnings.filters), logging.root.level, list(sys.path)
import {name}
blocked = sorted(one for one, module in sys.modules.items() if module is None)
after = dict(os.environ), list(warnings.filters), logging.root.level, list(sys.path)
print(blocked, [one for one, other in zip(before, after) if one != other])
"""
    ours = in_a_new_process(code)
    theirs = in_a_new_process(code.replace(f"import {name}", "import pandas, scipy.stats, statsmodels.api, seaborn"))
    if name == "analysis.explore":  # what its own imports do to the filters is theirs
        assert ours.startswith("[] ") and theirs.startswith("[] ") and "environ" not in ours
    else:
        assert ours == "[] []"


def test_a_host_can_still_use_the_module():
    code = "import analysis; from importlib.util import find_spec; print(find_spec('rfc3987_syntax') is not None)"
    assert in_a_new_process(code) == str("rfc3987_syntax" in packages_distributions())


def test_a_process_of_the_projects_own_is_set_up():
    code = """
import os, sys
from analysis.runs.start import start
start()
print(sys.modules["rfc3987_syntax"], os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"])
import nbformat
nbformat.validate(nbformat.v4.new_notebook())
"""
    assert in_a_new_process(code) == "None 1 1"
    assert in_a_new_process(code, OMP_NUM_THREADS="3") == "None 3 1"  # what the user chose stays
    assert start.__doc__


def test_what_is_imported_is_declared_and_what_is_declared_is_used():
    by_module = {module: {_plain(name) for name in names} for module, names in packages_distributions().items()}
    declared = {_plain(re.split(r"[<>=\[]", one)[0]) for one in PROJECT["project"]["dependencies"]}
    optional = {_plain(one) for extra in PROJECT["project"]["optional-dependencies"].values() for one in extra}
    used = {}
    for path in [*(ROOT / "src").rglob("*.py"), *(ROOT / "notebooks").glob("*.ipynb")]:
        for module in _imported(path):
            used.setdefault(module, path.name)
    unknown = {module for module in used if module not in by_module}
    assert unknown <= {"analysis"} | ({"distributed"} if "distributed" not in by_module else set())
    missing = {m: where for m, where in used.items() if m in by_module and not by_module[m] & (declared | optional)}
    assert set(missing) <= {"analysis"}
    needed = set().union(*(by_module[module] for module in used if module in by_module))
    assert declared - needed <= OWN | PLUGINS


def _plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(path):
    """Yield the modules from outside Python that a file imports."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        import nbformat

        cells = nbformat.reads(text, as_version=4).cells
        text = "\n".join(one.source for one in cells if one.cell_type == "code" and not one.source.startswith("%"))
    for node in ast.walk(ast.parse(text)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        yield from (name.split(".")[0] for name in names if name.split(".")[0] not in sys.stdlib_module_names)


def test_every_declared_package_is_locked_and_its_licence_named():
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.M))
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8").lower().replace("-", "").replace(" ", "")
    names = {"beautifulsoup4": "beautifulsoup", "rocrate": "rocrate", "psycopg": "psycopg"}
    for one in PROJECT["project"]["dependencies"]:
        name = _plain(re.split(r"[<>=\[]", one)[0])
        assert name in locked, name
        assert names.get(name, name).replace("-", "") in notice, name
    for name in ("cn2an", "rich"):
        assert name not in {_plain(re.split(r"[<>=\[]", one)[0]) for one in PROJECT["project"]["dependencies"]}


def test_an_error_can_be_kept_in_a_set_as_hosts_do():
    one, other = WorkbenchError((FAULT,)), WorkbenchError((FAULT,))
    assert len({one, other, one}) == 2 and one == one and one != other
    assert {DataError(): 1} and hash(UsageError(())) is not None
    try:
        try:
            raise one
        except WorkbenchError as error:
            raise other from error
    except WorkbenchError as error:
        assert "发现甲" in "".join(traceback.format_exception(error))  # walks the chain with a set of errors
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", None, (type(error), error, error.__traceback__))
        assert "发现甲" in logging.Formatter().format(record)

    class Failing(unittest.TestCase):
        def runTest(self):
            with self.subTest():
                raise one

    outcome = Failing().run()
    assert outcome is not None and len(outcome.errors) == 1 and "发现甲" in outcome.errors[0][1]


def test_an_error_speaks_the_language_of_its_run_and_both_on_request(monkeypatch):
    error = usage(FAULT.found, FAULT.where, FAULT.expected, FAULT.action)
    monkeypatch.delenv("WORKBENCH_LANG", raising=False)
    assert "发现甲" in str(error) and "found A" not in str(error)
    monkeypatch.setenv("WORKBENCH_LANG", "en")
    assert "found A" in str(error) and "发现甲" not in str(error)
    assert "发现甲" in error.message("zh") and "found A" in error.message("en")
    error.lang = "zh"
    assert "发现甲" in str(error) and "发现甲" in str(pickle.loads(pickle.dumps(error)))
    monkeypatch.setenv("WORKBENCH_LANG", "fr")
    error.lang = None
    assert "发现甲" in str(error)
    assert pickle.loads(pickle.dumps(error)).faults == error.faults and error.exit_code == 2


def test_a_failing_cell_of_an_english_run_is_told_in_english(tmp_path):
    import nbformat

    folder = tmp_path / "notebooks"
    folder.mkdir()
    code = "from analysis.exceptions import *\nraise usage(Text('甲', 'A'), Where(), Text('乙', 'B'), Text('丙', 'C'))"
    parameters = nbformat.v4.new_code_cell('lang: str = "zh"  # 语言 / language', metadata={"tags": ["parameters"]})
    book = nbformat.v4.new_notebook(cells=[parameters, nbformat.v4.new_code_cell(code)])
    book.metadata["workbench"] = {"title": {"zh": "", "en": ""}, "needs": [], "makes": []}
    nbformat.write(book, folder / "x.ipynb")
    program = f"""
from pathlib import Path
from analysis.cli.common import speaking
from analysis.exceptions import NotebookError
from analysis.runs.notebooks import execute
folder = Path({str(folder)!r})
for lang in ("en", "zh"):
    with speaking(lang):
        try:
            execute(folder / "x.ipynb", folder / "copy.ipynb", {{}}, folder)
        except NotebookError as error:
            print(ascii(error.message(lang).splitlines()[0]))
"""
    english, chinese = in_a_new_process(program).splitlines()
    assert english.endswith("Found: A'") and english.isascii()
    assert chinese.endswith("\\u7532'")


def test_lang_on_the_command_line_wins_over_the_environment():
    env = {**os.environ, "WORKBENCH_LANG": "zh"}
    for option in (["--lang", "en"], ["--lang=en"]):
        command = [str(WORKBENCH), "evaluate", "--plan", "nowhere", *option]
        done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False)
        assert done.returncode == 2 and "Not done, because:" in done.stderr
    command = [str(WORKBENCH), "evaluate", "--plan", "nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, env=env, cwd=ROOT, check=False)
    assert "未完成，原因如下：" in done.stderr
