"""The docs say what the code does, in both languages."""

import re
import subprocess

import pytest
import yaml
from conftest import ROOT, WORKBENCH
from typer.main import get_command

from analysis.assessment.rules import read_rules
from analysis.cli import app
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
        assert not patterns.search(path.read_text(encoding="utf-8")), name


def test_ci_runs_the_tests():
    script = (ROOT / ".ci" / "run").read_text()
    assert script.rstrip().endswith("make test")
    assert yaml.safe_load((ROOT / "data" / "defaults.yaml").read_text())["plan"]
