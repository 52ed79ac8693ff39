"""What goes wrong while a run is carried out costs only what needs it, is said, and can be gone on with."""

import gc
import json
import os
import signal
import subprocess
import sys
import time
from errno import ENOSPC
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, WORKBENCH

from analysis.exceptions import EnvironmentFailure, UsageError
from analysis.runs import notebooks as engine
from analysis.runs.files import write_text
from analysis.runs.forked import WarmParent
from analysis.runs.run import Run, prepare, resume
from analysis.runs.steps import WORKING
from analysis.runs.workflow import evaluate

# a kernel that is killed leaves its sockets and its event loop to the collector of papermill's process
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
PARAMETERS = (
    'from typing import Literal\n\nrun: str = "."  # 运行 / run\nlang: Literal["zh", "en"] = "zh"  # 语言 / language'
)
NEEDS = {name: ([] if number == 0 else [WORKING[0]]) for number, name in enumerate(WORKING)}


@pytest.fixture(autouse=True)
def _collected():
    yield
    gc.collect()


@pytest.fixture
def small(tmp_path):
    """Return a run of the national plan and a function that writes its working notebooks; by name what a cell does."""
    run = prepare("national-2021-2030", "data/reference", out=tmp_path / "run")
    folder = tmp_path / "notebooks"
    folder.mkdir()

    def write(**cells):
        for name in WORKING:
            tagged = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
            own = nbformat.v4.new_code_cell(cells.get(f"n{name[:2]}", "print(1)"))
            tagged["id"], own["id"] = "parameters", "own"
            notebook = nbformat.v4.new_notebook(cells=[tagged, own])
            notebook.metadata["workbench"] = {"title": {}, "needs": NEEDS[name], "makes": []}
            notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
            nbformat.write(notebook, folder / f"{name}.ipynb")
        return lambda: evaluate(Run(run.folder), "zh", lambda name: None, kinds=(), notebooks=folder)

    return run, write


def states(run):
    return {one["name"]: one["state"] for one in Run(run.folder).record["notebooks"]}


def test_a_failing_cell_is_marked_and_the_others_go_on(small):
    run, write = small
    messages = write(n02="print('before')\n1 / 0")()
    assert states(run) == {name: "failed" if name.startswith("02") else "done" for name in WORKING}
    assert len(messages) == 1 and "ZeroDivisionError" in messages[0] and "02_trend_forecast" in messages[0]
    kept = nbformat.read(run.folder / "notebooks" / "02_trend_forecast.ipynb", as_version=4)
    assert any("papermill-error-cell-tag" in cell.metadata.get("tags", []) for cell in kept.cells)
    record = Run(run.folder).record
    assert record["status"] == "failed" and record["missing"] == ["02_trend_forecast"]


def test_what_needs_a_failed_notebook_is_left_out_and_named(small):
    run, write = small
    messages = write(n01="raise ValueError('no')")()
    assert states(run)[WORKING[0]] == "failed"
    assert {states(run)[name] for name in WORKING[1:]} == {"left out"}
    assert sum("未执行" in one for one in messages) == len(WORKING) - 1


def test_a_resumed_run_does_only_what_is_not_finished(small):
    run, write = small
    write(n02="1 / 0")()
    before = {one["name"]: one["ended"] for one in Run(run.folder).record["notebooks"]}
    assert write(n02="print('mended')")() == []
    after = {one["name"]: one["ended"] for one in Run(run.folder).record["notebooks"]}
    assert {name for name in WORKING if before[name] != after[name]} == {"02_trend_forecast"}
    assert Run(run.folder).record["status"] == "done"
    (run.folder / "notebooks" / f"{WORKING[0]}.ipynb").write_text("{}")
    assert write(n02="print('mended')")() == []
    assert nbformat.read(run.folder / "notebooks" / f"{WORKING[0]}.ipynb", as_version=4).cells


def test_a_kernel_that_dies_once_is_replaced_and_one_that_dies_twice_is_said(small):
    run, write = small
    once = "from pathlib import Path\nimport os\nmark = Path('inputs/../died')\n"
    die = "os.kill(os.getpid(), 9)"
    assert write(n03=f"{once}if not mark.exists():\n    mark.touch()\n    {die}")() == []
    with pytest.raises(EnvironmentFailure) as failed:
        write(n03=f"import os\n{die}")()
    assert "03_target_assessment" in str(failed.value) and "--resume" in str(failed.value)
    assert [name for name, state in states(run).items() if state != "done"] == ["03_target_assessment"]


def test_a_kernel_that_hangs_is_ended_after_the_time_set(small, monkeypatch):
    run, write = small
    monkeypatch.setattr(engine, "CELL_SECONDS", 2)
    began = time.monotonic()
    with pytest.raises(EnvironmentFailure) as failed:
        write(n05="import time\ntime.sleep(600)")()
    assert time.monotonic() - began < 60
    assert "05_reproduction" in str(failed.value) and "超时" in str(failed.value)
    assert states(run)["03_target_assessment"] == "done"


def test_half_written_files_never_look_finished(small):
    run, write = small
    for name in ("tables/.forecasts.csv.99.part", "notebooks/.01.ipynb.99.part.ipynb"):
        (run.folder / name).parent.mkdir(exist_ok=True)
        (run.folder / name).write_text("half")
    (run.folder / "tables" / "forecasts.csv").write_text("of a step that will be run again")
    write()()
    assert not list(run.folder.rglob("*.part*"))
    assert not (run.folder / "tables" / "forecasts.csv").exists()


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path, monkeypatch):
    write_text("old", tmp_path / "a.txt")

    def full(self, content):
        self.touch()
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(EnvironmentFailure):
        write_text("new", tmp_path / "a.txt")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.txt", "old")]


def test_two_runs_at_once_do_not_share_a_folder(small):
    run, _ = small
    code = f"from pathlib import Path\nfrom analysis.runs.locking import hold\nhold(Path({str(run.folder)!r}))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert other.returncode == 1 and "UsageError" in other.stderr
    with pytest.raises(UsageError):
        prepare("national-2021-2030", "data/reference", out=run.folder)


def test_changed_inputs_are_not_gone_on_with(small):
    run, write = small
    write(n02="1 / 0")()
    rules = run.folder / "inputs" / "rules.yaml"
    rules.write_text(rules.read_text() + "\n# another\n")
    with pytest.raises(UsageError) as refused:
        resume(str(run.folder))
    assert "rules.yaml" in str(refused.value)


def test_a_killed_command_is_gone_on_with(tmp_path):
    options = ["--plan", "national-2021-2030", "--data", "data/reference", "--out", str(tmp_path / "run")]
    command = [str(WORKBENCH), "report", "annual", "--formats", "html", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "01_data_review" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    first = json.loads((tmp_path / "run" / "run.json").read_text())
    done = subprocess.run(
        [str(WORKBENCH), "evaluate", "--resume", str(tmp_path / "run")],
        capture_output=True, text=True, cwd=ROOT, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    last = json.loads((tmp_path / "run" / "run.json").read_text())
    assert last["status"] == "done" and (tmp_path / "run" / "documents" / "annual.html").is_file()
    assert first["notebooks"][0]["ended"] == last["notebooks"][0]["ended"]


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads of a process are read from /proc (Linux)")
def test_the_process_kernels_are_forked_from_has_no_thread_but_its_own():
    parent = WarmParent()
    parent.start()
    try:
        process = parent._process
        assert process is not None and process.stdout is not None and process.stdout.readline().strip() == "ready"
        parent._ready = True
        assert [place.name for place in Path(f"/proc/{process.pid}/task").iterdir()] == [str(process.pid)]
    finally:
        parent.stop()
