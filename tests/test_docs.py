"""The docs say what the code does, in both languages."""

import re
import shutil
import subprocess
import zipfile

import pytest
import yaml
from conftest import ROOT, WORKBENCH
from openpyxl import load_workbook
from typer.main import get_command
from typer.testing import CliRunner

from analysis.assessment.rules import read_rules
from analysis.cli import app
from analysis.data.forms.header import NAMES
from analysis.gate.numbers import read_number
from analysis.gate.periods import Period, read_period
from analysis.models import model_names
from analysis.plan import KINDS
from analysis.schema import LEVELS, STATUSES

READMES = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")]
NOMENCLATURE = (ROOT / "docs" / "nomenclature.md").read_text(encoding="utf-8")
METHODS = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")


def commands():
    group = get_command(app)
    for name, command in group.commands.items():
        for sub, inner in getattr(command, "commands", {"": command}).items():
            yield f"{name} {sub}".strip(), inner


@pytest.mark.parametrize("readme", READMES)
def test_every_command_and_option_is_in_the_readme(readme):
    rows = {
        row.split("`")[1].removeprefix("workbench "): row
        for row in readme.splitlines()
        if row.startswith("| `workbench")
    }
    for name, command in commands():
        row = next((text for key, text in rows.items() if key.startswith(name)), None)
        assert row, name
        named = set(re.findall(r"--[a-z-]+", row))
        real = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        assert named <= real, (name, named - real)
        if name in ("evaluate", "forecast"):
            assert real - {"--help"} == named


def test_both_readmes_hold_the_same_commands_links_and_pictures():
    def blocks(text):
        code = [
            re.sub(r"\s+#.*", "", line).strip()
            for block in re.findall(r"```\n(.*?)```", text, re.S)
            for line in block.splitlines()
        ]
        return code, sorted(re.findall(r"\]\((?!README)([^)]+)\)", text))

    assert blocks(READMES[0]) == blocks(READMES[1])


@pytest.mark.parametrize("readme", READMES)
def test_links_and_pictures_exist(readme):
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link


EXITS = {"ingest data/examples/wide_table.xlsx": 1}  # its mapping is asked for; then one value is proposed


def data_room():
    """Return the commands of the README that bring data in, up to the evaluation of them."""
    block = next(one for one in re.findall(r"```\n(.*?)```", READMES[0], re.S) if "workbench ingest" in one)
    lines = [re.sub(r"\s+#.*", "", line).split()[1:] for line in block.splitlines()]
    return [line for line in lines if line[0] != "evaluate"]


def test_the_commands_that_bring_data_in_run_in_this_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("demo", "examples"):
        shutil.copytree(ROOT / "data" / name, tmp_path / "data" / name)
    said = []
    for words in data_room():
        if words[0] == "ingest" and words[1].startswith("health-"):
            fill_one(tmp_path / words[1])
        own = words if "--db" in words else [*words, "--db", "data/monitoring.sqlite"]
        done = CliRunner().invoke(app, own)
        wanted = next((code for start, code in EXITS.items() if " ".join(words).startswith(start)), 0)
        assert done.exit_code == wanted, (words, done.output)
        said.append(done.output)
    assert "编号 2，共 28 行，接收 27 行，待更正 0 行，待确认 1 行" in "".join(said)
    assert "已确认 1 行" in "".join(said)
    assert "4 份 → verified" in "".join(said)


def fill_one(form):
    """Fill in the first row of a form that asks for a numerator and a denominator."""
    book = load_workbook(form)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[4]}
    row = next(i for i in range(5, sheet.max_row + 1) if "分子：" in str(sheet.cell(i, heads["口径"]).value))
    sheet.cell(row, heads["分子"]).value, sheet.cell(row, heads["分母"]).value = 5, 1300
    sheet.cell(row, heads["数值"]).value = None
    book.save(form)


def test_the_headers_that_are_read_are_in_the_page_on_entry():
    page = (ROOT / "docs" / "entry.md").read_text(encoding="utf-8")
    table = page.split("| column | headers |\n|---|---|\n")[1].split("\n\n")[0]
    said = {
        name: tuple(cells.split("、")) for name, cells in (row.strip("| ").split(" | ") for row in table.split("\n"))
    }
    assert said == {name: names for name, names in NAMES.items() if name != "set_aside"}


def test_links_of_the_page_on_entry_lead_somewhere():
    page = (ROOT / "docs" / "entry.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)]+)\)", page):
        file, _, place = link.partition("#")
        text = (ROOT / "docs" / file).read_text(encoding="utf-8") if file else page
        heads = {
            re.sub(r"[^\w -]", "", head).strip().lower().replace(" ", "-")
            for head in re.findall(r"^#+ (.+)$", text, re.M)
        }
        assert not place or place in heads, link


def test_written_examples_of_the_page_on_entry_are_read_so():
    page = (ROOT / "docs" / "entry.md").read_text(encoding="utf-8")
    numbers = next(row for row in page.split("\n") if row.startswith("| `1,234`"))
    written = [read_number(cell).value for cell in re.findall(r"`([^`]+)`", numbers)]
    assert written == [1234, 1234, 12.5, 1200, 2025, 4.5]
    years = [row for row in page.split("\n") if row.endswith("| 2015 |") or row.endswith("学年` | 2017 |")]
    for row in years:
        for cell in re.findall(r"`([^`]+)`", row):
            assert read_period(cell) == Period(int(row.split("|")[2])), cell


def test_nomenclature_names_every_status_level_and_kind():
    for name in (*STATUSES, *LEVELS, *KINDS):
        assert name in NOMENCLATURE, name
    for cls in KINDS.values():
        assert cls.title.zh in NOMENCLATURE


def test_methods_name_every_model():
    for name in model_names():
        assert f"`{name}`" in METHODS, name


def test_thresholds_in_the_docs_are_those_of_the_rules():
    rules = read_rules()
    for cut in (rules.on_track, rules.at_risk, rules.unlikely):
        assert f"{cut:.2f}" in NOMENCLATURE
    assert f"fewer than {rules.minimum_points} observed years" in NOMENCLATURE


def test_help_is_shown_and_lists_the_commands():
    done = subprocess.run([str(WORKBENCH), "--help"], capture_output=True, text=True, check=True)
    for name, _ in commands():
        assert name.split()[0] in done.stdout


def test_the_lock_is_hashed_and_names_no_address():
    for name in ("requirements.lock", "requirements-uv.lock"):
        text = (ROOT / name).read_text()
        found = [mark for mark in ("://", "--index", "--extra-index", "--find-links", "--trusted-host") if mark in text]
        assert not found, name
        for block in re.split(r"\n(?=[a-z])", text):
            assert "--hash=sha256:" in block, block[:60]


def test_no_file_names_a_registry_or_a_path_of_a_machine():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    patterns = re.compile(
        "|".join(("pypi" + r"\.org", "pythonhosted" + r"\.org", "/" + "root/", "/" + "work/", "/" + "home/"))
    )
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in (".png", ".gz") or not path.is_file():
            continue
        assert not patterns.search(content_of(path)), name


def content_of(path):
    """Return what can be searched for ASCII words in a file: its bytes as text, of an archive those of its parts."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes().decode("latin-1")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(part).decode("latin-1") for part in archive.namelist())


def test_ci_runs_the_tests():
    script = (ROOT / ".ci" / "run").read_text()
    assert script.rstrip().endswith("make test")
    assert yaml.safe_load((ROOT / "data" / "defaults.yaml").read_text())["plan"]
