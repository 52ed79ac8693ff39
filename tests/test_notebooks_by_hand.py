"""The committed notebooks run unchanged by hand, as in JupyterLab, and through plain papermill."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def project(demo_run, tmp_path_factory):
    """Return a project folder as a newcomer has it, with a finished run of the demo district as the newest."""
    root = tmp_path_factory.mktemp("project")
    for name in ("data", "notebooks", "requirements.lock"):
        (root / name).symlink_to(ROOT / name)
    (root / "reports").mkdir()
    (root / "reports" / "demo").symlink_to(demo_run[0])
    return root


def _run(root: Path, *command: str) -> subprocess.CompletedProcess:
    env = {**os.environ, "WORKBENCH_ROOT": str(root)}
    full = [str(Path(sys.executable).with_name(command[0])), *command[1:]]
    return subprocess.run(full, cwd=root, env=env, capture_output=True, text=True, timeout=600, check=False)


@pytest.mark.parametrize("name", ["01_data_review.ipynb", "14_alert_notice.ipynb"])
def test_by_hand_every_cell_runs(project, tmp_path, name):
    copy = Path(shutil.copy(ROOT / "notebooks" / name, tmp_path))
    done = _run(project, "jupyter-execute", "--inplace", str(copy))
    assert done.returncode == 0, done.stderr[-2000:]
    executed = nbformat.read(copy, as_version=4)
    outputs = [out for cell in executed.cells if cell.cell_type == "code" for out in cell.outputs]
    assert outputs and not [out for out in outputs if out.output_type == "error"]


def test_plain_papermill_runs_the_same_notebook(project, tmp_path):
    copy = tmp_path / "14.ipynb"
    parameters = ["-p", "run", "demo", "-p", "lang", "en"]
    done = _run(project, "papermill", str(ROOT / "notebooks" / "14_alert_notice.ipynb"), str(copy), *parameters)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Alert notice" in copy.read_text(encoding="utf-8")
