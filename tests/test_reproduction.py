"""A bundle is run again: L0 here; every change of a result is found, placed and keeps the level down."""

import json
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from conftest import ROOT, WORKBENCH
from falsifications.catalogue import ALL, falsify
from falsifications.tools import rehash
from hypothesis import given, settings
from hypothesis import strategies as st
from test_bundles import bundle  # noqa: F401

from analysis.exceptions import DataError
from analysis.export.reading_back import pdf_text, word_text
from analysis.narrative.reproduction import files_table
from analysis.runs.hashes import hashes_of
from analysis.runs.reproduction.archive import read_zip, write_zip
from analysis.runs.reproduction.cells import TOLERANCE, apart
from analysis.runs.reproduction.comparing import compare, level
from analysis.runs.reproduction.manifest import MANIFEST, manifest_of
from analysis.runs.reproduction.replay import replay


@pytest.fixture(scope="session")
def reproduced(bundle, tmp_path_factory):  # noqa: F811
    """Return the folder and the output of a reproduction of the national run."""
    out = tmp_path_factory.mktemp("again") / "reproduction"
    return out, _reproduce(bundle[0].path, out)


def _reproduce(path, out, *options):
    command = [str(WORKBENCH), "reproduce", str(path), "--out", str(out), "--who", "第三方评估组", *options]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)


@pytest.fixture
def theirs(bundle, tmp_path):  # noqa: F811
    read_zip(bundle[0].path, tmp_path / "theirs")
    return tmp_path / "theirs"


def test_it_comes_out_the_same_byte_by_byte(reproduced):
    folder, done = reproduced
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("L0")
    record = json.loads((folder / "reproduction.json").read_text())
    other = {one["file"]: one["state"] for one in record["files"] if one["state"] != "same_bytes"}
    assert set(other) <= {"run.json", "ro-crate-metadata.json"} and set(other.values()) <= {"same_record", "claimed"}
    assert {one["file"] for one in record["files"]} > {"tables/assessments.csv", "documents/midterm.docx"}
    assert record["verdicts"] > 5 and record["verdict_differences"] == []
    lines = (folder / "differences.csv").read_text().splitlines()
    assert lines[0] == "file,place,theirs,ours" and all(line.startswith("run.json,/id,") for line in lines[1:])
    held = {path.suffix for path in (folder / "received").rglob("*") if path.is_file()}
    assert not held & {".html", ".js", ".svg"}
    assert (folder / "received/index.html.txt").is_file() and (folder / "run/index.html").is_file()


def test_the_opinion_stands_in_three_formats_and_says_who_and_what(reproduced):
    folder, _ = reproduced
    page = (folder / "opinion.html").read_text()
    for text in (
        page,
        word_text((folder / "opinion.docx").read_bytes()),
        pdf_text((folder / "opinion.pdf").read_bytes()),
    ):
        assert "L0" in text and "第三方评估组" in text and "字节一致" in text
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page


def test_executed_notebooks_hold_no_time_and_no_path(reproduced):
    for path in (reproduced[0] / "run" / "notebooks").glob("*.ipynb"):
        text = path.read_text()
        assert str(reproduced[0].parent) not in text and str(ROOT) not in text
        assert "start_time" not in nbformat.read(path, as_version=4).metadata.papermill


CHANGES = (
    ("tables/assessments.csv", b",on_track"),
    ("tables/forecasts.csv", b"\n"),
    ("documents/midterm.html", b"<data value="),
    ("documents/midterm.html", b"data:image/png;base64,"),
    ("notebooks/03_target_assessment.ipynb", b"<td"),
    ("notebooks/02_trend_forecast.ipynb", b"image/png"),
    ("index.html", b"<td"),
    ("indicators/health.u5mr.html", b"quantile"),
    ("assets/plotly.min.js", b"function"),
)


def _change_a_digit(path, after):
    content = bytearray(path.read_bytes())
    start = content.find(after) + len(after)
    place = next(k for k in range(start, len(content)) if chr(content[k]).isdigit())
    content[place] = ord("1") if content[place] != ord("1") else ord("2")
    path.write_bytes(content)


@pytest.mark.parametrize(("name", "after"), CHANGES)
def test_a_changed_digit_is_found_though_every_hash_was_made_again(theirs, reproduced, name, after):
    ours = reproduced[0] / "run"
    _change_a_digit(theirs / name, after)
    comparison = compare(theirs, ours)
    found = [one for one in comparison.files if one.state not in ("same_bytes", "same_record", "claimed")]
    assert {one.file for one in found} - {"run.json", "ro-crate-metadata.json"} == {name}
    found = [one for one in found if one.file == name]
    assert found[0].differences[0].theirs != found[0].differences[0].ours
    assert level(comparison, True) in ("L2", "L3")
    assert level(comparison, False) == "L3"


def test_levels_follow_from_what_differs(theirs, reproduced):
    ours = reproduced[0] / "run"
    forecasts = (theirs / "tables/forecasts.csv").read_text().splitlines()
    name, value = forecasts[100].rpartition(",")[0], float(forecasts[100].rpartition(",")[2])

    def with_value(number):
        forecasts[100] = f"{name},{number!r}"
        (theirs / "tables/forecasts.csv").write_text("\n".join(forecasts) + "\n")
        rehash(theirs)
        return compare(theirs, ours)

    assert level(compare(theirs, ours), True) == "L0"
    near = with_value(value * (1 + 1e-11))
    assert level(near, True) == "L1" and 0 < max(one.largest for one in near.files) < TOLERANCE
    far = with_value(value * (1 + 1e-6))
    assert level(far, True) == "L2"
    judged = theirs / "tables/assessments.csv"
    judged.write_text(judged.read_text().replace("on_track", "at_risk", 1))
    other = compare(theirs, ours)
    assert level(other, True) == "L3"
    assert [one.theirs for one in other.verdict_differences] == ["at_risk"]


def test_words_that_nothing_explains_are_not_reproduced(theirs, reproduced):
    page = theirs / "documents/annual.html"
    page.write_text(page.read_text().replace("data", "date", 1))
    comparison = compare(theirs, reproduced[0] / "run")
    assert level(comparison, True) == "L3"


def test_missing_tables_are_not_reproduced(theirs, reproduced):
    (theirs / "tables/assessments.csv").unlink()
    comparison = compare(theirs, reproduced[0] / "run")
    assert comparison.verdict_differences is None
    assert level(comparison, True) == "L3"


@pytest.mark.parametrize("name", ALL)
def test_a_falsified_bundle_ends_at_its_level_and_is_told(theirs, reproduced, name):
    one = ALL[name]
    try:
        falsify(theirs, one)
    except (AssertionError, IndexError, StopIteration) as error:
        pytest.skip(f"this run holds nothing to falsify so: {error}")
    comparison = compare(theirs, reproduced[0] / "run")
    assert level(comparison, True) == one.best
    told = [*(comparison.verdict_differences or ()), *(cell for file in comparison.files for cell in file.differences)]
    lines = "\n".join(f"{cell.file} {cell.place} {cell.theirs} ≠ {cell.ours}" for cell in told)
    assert re.search(one.wanted, lines), lines[:2000]


def _made_again(folder, path):
    names = [one for one in hashes_of(folder) if one != MANIFEST]
    files = {name: folder / name for name in names}
    write_zip({**files, MANIFEST: manifest_of({name: hashes_of(folder)[name] for name in names})}, path)


def test_a_changed_input_is_found_by_what_it_does_to_the_results(theirs, tmp_path):
    data = theirs / "inputs/data/observations.csv"
    lines = data.read_text().splitlines()
    place = next(k for k, line in enumerate(lines) if line.startswith("health.u5mr,") and ",2024," in line)
    cells = lines[place].split(",")
    column = lines[0].split(",").index("obs_value")
    cells[column] = str(float(cells[column]) + 4)
    lines[place] = ",".join(cells)
    data.write_text("\n".join(lines) + "\n")
    record = json.loads((theirs / "run.json").read_text())
    record["options"]["kinds"] = ["annual"]
    (theirs / "run.json").write_text(json.dumps(record))
    _made_again(theirs, tmp_path / "changed.zip")
    done = _reproduce(tmp_path / "changed.zip", tmp_path / "out", "--formats", "html")
    assert done.returncode == 1 and done.stdout.splitlines()[-1].startswith("L3")
    cells = (tmp_path / "out" / "differences.csv").read_text()
    assert "tables/observations.csv" in cells and "health.u5mr" in cells


def _with_options(folder, change):
    record = json.loads((folder / "run.json").read_text())
    record["options"] = None if change is None else {**record["options"], **change}
    (folder / "run.json").write_text(json.dumps(record))


@pytest.mark.parametrize("change", [{"kinds": ["rm -rf"]}, {"lang": "xx"}, {"formats": "html"}, {"author": 3}, None])
def test_a_record_that_asks_for_what_does_not_exist_runs_nothing(theirs, tmp_path, change):
    _with_options(theirs, change)
    with pytest.raises(DataError):
        replay(theirs, tmp_path / "run", lambda name: None)
    assert not (tmp_path / "run").exists()


def test_a_record_that_cannot_be_used_is_an_opinion_of_l3(theirs, tmp_path):
    _with_options(theirs, {"kinds": ["rm -rf"]})
    _made_again(theirs, tmp_path / "changed.zip")
    done = _reproduce(tmp_path / "changed.zip", tmp_path / "out", "--formats", "html")
    assert done.returncode == 1 and done.stdout.splitlines()[-1].startswith("L3")
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "run").exists()


def test_code_of_the_bundle_is_run_only_when_asked_and_said_so(theirs, tmp_path):
    record = json.loads((theirs / "run.json").read_text())
    record["options"]["kinds"] = []
    (theirs / "run.json").write_text(json.dumps(record))
    mark = theirs / "code/src/analysis/runs/reproduction/replay.py"
    mark.write_text("import sys\nopen(sys.argv[2] + '.ran', 'w').close()\nprint('[\"stopped\"]')\n")
    _made_again(theirs, tmp_path / "own.zip")
    done = _reproduce(tmp_path / "own.zip", tmp_path / "asked", "--bundled-code", "--formats", "html")
    assert (tmp_path / "asked" / "run.ran").exists()
    assert "将执行成果包内的代码" in done.stdout and done.stdout.splitlines()[-1].startswith("L3")
    assert "成果包内的代码" in (tmp_path / "asked" / "opinion.html").read_text()


NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


@given(NUMBERS, NUMBERS)
@settings(max_examples=200, deadline=None)
def test_numbers_are_the_same_only_within_the_tolerance(left, right):
    distance = apart(f"a {left!r} b", f"a {right!r} b")
    near = abs(left - right) <= TOLERANCE * max(1.0, abs(left), abs(right))
    assert (distance is not None) == near
    assert apart(f"a {left!r}", f"b {left!r}") is None


@given(st.integers(0, 10**14), st.integers(1, 9))
def test_whole_numbers_are_equal_or_not(number, more):
    assert apart(str(number), str(number + more)) is None


def test_usage_is_said_before_anything_is_run(tmp_path):
    for path, out in ((tmp_path / "none.zip", tmp_path / "out"), (tmp_path / "none.zip", tmp_path)):
        done = _reproduce(path, out)
        assert done.returncode == 2 and "Traceback" not in done.stderr
    done = subprocess.run([sys.executable, "-m", "analysis.runs.reproduction.replay"], capture_output=True, check=False)
    assert done.returncode != 0
    assert not (tmp_path / "out").exists() and tmp_path.is_dir()


def test_files_of_one_state_are_one_row_and_others_stand_by_folder():
    def listed(states):
        files = [{"file": file, "state": state, "differing": 0, "largest": None} for file, state in states.items()]
        return list(files_table(SimpleNamespace(record={"files": files}), "en").iloc[:, 0])

    same = {"code/src/a.py": "same_bytes", "code/src/b/c.py": "same_bytes", "run.json": "same_bytes"}
    same |= {"tables/alerts.csv": "same_bytes"}
    assert listed(same) == ["tables/alerts.csv", "code ×2", "run.json ×1"]
    assert listed({**same, "code/src/b/c.py": "different"})[1:] == ["code/src ×1", "code/src/b ×1", "run.json ×1"]
