"""What lies beside the data of a received run is compared, counted before it is read, and never taken for the data."""

import gzip
import json
import shutil
import time

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.store.ledger import ENTRIES
from analysis.exceptions import DataError, UsageError
from analysis.marks import Values, unmarked
from analysis.narrative.reproduction import not_asked
from analysis.narrative.reproduction_inputs import said
from analysis.plan.copying import unread
from analysis.runs.files import write_table
from analysis.runs.hashes import hashes_of
from analysis.runs.reproduction.archive import write_zip
from analysis.runs.reproduction.comparing import compare_file
from analysis.runs.reproduction.inputs_truth import truth_of
from analysis.runs.reproduction.limits import Most, check_limits, within
from analysis.runs.reproduction.received import read_or_why
from analysis.runs.reproduction.references import given_references
from analysis.runs.run import Run, prepare, resume
from analysis.schema import ISSUED, MONTHLY

OPTIONS = {"kinds": [], "formats": ["html"], "author": "", "needed": True, "department": None}
ALERT = {"plan": "national-2021-2030", "target": "health.goal.03.t2", "year": 2024, "level": "red", "number": "1"}


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """Return a prepared run of the national values with every smaller input there is."""
    folder = tmp_path_factory.mktemp("beside")
    shutil.copytree(ROOT / "data/reference", folder / "data")
    month = {"indicator": "health.u5mr", "ref_area": "CN", "time_period": "2025-03", "obs_value": 6.0}
    write_table(MONTHLY.build(pd.DataFrame([month]).reindex(columns=MONTHLY.names)), folder / "data/monthly.csv")
    write_table(ISSUED.build(pd.DataFrame([ALERT])), folder / "data/issued_alerts.csv")
    run = prepare("national-2021-2030", folder / "data", out=folder / "run", options=OPTIONS)
    inputs = run.folder / "inputs"
    shutil.copytree(ROOT / "data/reference", inputs / "benchmark", ignore=lambda *_: ["convert.py", "names.csv"])
    (inputs / "plan/benchmark.csv").write_text("indicator,elsewhere\nhealth.u5mr,health.u5mr\n")
    cells = {one.name: "x" for one in ENTRIES.columns} | {"id": 1, "year": 2024, "state": "closed", "indicator": "_Z"}
    entry = {**cells, "plan": ALERT["plan"], "area": "CN", "target": ALERT["target"]}
    write_table(ENTRIES.build(pd.DataFrame([entry])), inputs / "ledger.csv")
    run.note(inputs=hashes_of(inputs))
    return run.folder


FAMILY = {
    "areas": ("data/areas.csv", ",nation", ",province"),
    "monthly": ("data/monthly.csv", "2025-03", "2025-04"),
    "issued": ("data/issued_alerts.csv", ",red", ",blue"),
    "benchmark": ("benchmark/observations.csv", ",2024,", ",2014,"),
    "codes": ("plan/benchmark.csv", "health.u5mr\n", "health.imr\n"),
    "ledger": ("ledger.csv", ",closed", ",relapsed"),
}


@pytest.fixture
def theirs(honest, tmp_path):
    shutil.copytree(honest, tmp_path / "theirs")
    return tmp_path / "theirs"


def _facts(theirs, honest):
    facts, _ = truth_of(read_or_why(theirs), theirs, theirs, given_references([honest]), False)
    return json.loads(json.dumps(facts, ensure_ascii=False))


def test_the_same_smaller_inputs_are_said_to_be_the_same(theirs, honest):
    facts = _facts(theirs, honest)
    assert facts["state"] == "compared", facts
    assert not [one for one in facts["changes"] if one["against"] == facts["references"][0]["name"]]
    assert set(FAMILY) <= {one["part"] for one in facts["references"]}


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize("part", FAMILY)
def test_every_smaller_input_that_differs_stands_on_the_first_page(theirs, honest, part, gone):
    name, old, new = FAMILY[part]
    path = theirs / "inputs" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    if gone:
        shutil.rmtree(path.parent) if part == "benchmark" else path.unlink()
    facts = _facts(theirs, honest)
    found = [one for one in facts["changes"] if one["part"] == part]
    assert found and any(one["way"] != "none" for one in found), facts
    assert unmarked("".join(said({"inputs": facts}, Values(), "zh"))).startswith("输入与参照不同。")


@pytest.mark.parametrize("name", ["plan/goals.csv", "plan/measures.csv", "data/areas.csv", "data/observations.csv"])
def test_a_file_that_reads_the_same_from_other_bytes_is_told(theirs, name):
    path = theirs / "inputs" / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    facts, _ = truth_of(read_or_why(theirs), theirs, theirs, (), False)
    found = [one for one in facts["changes"] if one["field"] == "bytes"]
    assert [(one["item"], one["way"]) for one in found] == [(name.partition("/")[2], "none")], facts


def test_a_second_table_is_not_copied_and_is_no_part_of_a_run(theirs, tmp_path):
    shutil.copytree(ROOT / "data/reference", tmp_path / "data")
    shutil.copytree(ROOT / "data/plans/national-2021-2030", tmp_path / "plan")
    for name in ("data/observations.parquet", "plan/targets.xlsx", "plan/targets.csv.gz"):
        (tmp_path / name).write_bytes(b"second")
    run = prepare(str(tmp_path / "plan"), tmp_path / "data", out=tmp_path / "run", options=OPTIONS)
    copied = [path.name for path in (run.folder / "inputs").rglob("*")]
    assert not {"observations.parquet", "targets.xlsx", "targets.csv.gz"} & set(copied)
    (theirs / "inputs/data/observations.parquet").write_bytes(b"second")
    name = "inputs/data/observations.parquet"
    found = compare_file(theirs / name, run.folder / name, name)
    assert found.state == "foreign" and "unread" in found.differences[0].place


@given(
    st.sampled_from(["targets", "plan", "goals", "x"]), st.sampled_from([".xlsx", ".CSV", ".yaml", ".csv.gz", ".json"])
)
def test_a_plan_has_one_file_of_each_table(name, ending):
    folder = ROOT / "plan"
    assert unread(folder, folder / "old" / f"{name}{ending}")
    assert unread(folder, folder / f"{name}{ending}") == (f"{name}{ending}" != "plan.yaml")
    assert not unread(folder, folder / "README.md") and not unread(folder, folder / "targets.csv")


BOMBS = {
    "inputs/data/observations.csv.gz": lambda: gzip.compress(b"a,b\n" + b"1,2\n" * 400_000),
    "inputs/data/rows.csv": lambda: b"a\n" * 20_000,
    "inputs/data/wide.csv": lambda: b"," * 3_000 + b"\n",
    "inputs/data/line.csv": lambda: b"a\n" + b"x" * 300_000,
    "inputs/plan/plan.yaml": lambda: b"a: &a [x]\n" + b"b: [*a, *a]\n" * 20,
    "inputs/rules.yaml": lambda: b"x" * 300_000,
    "run.json": lambda: b"[" * 300_000,
    "tables/assessments.csv": lambda: b"a\n" * 20_000,
}
SMALL = Most(table=1 << 20, rows=10_000, line=200_000, text=200_000, record=200_000, notebooks=100)


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_larger_than_anything_that_is_read_is_named_unread(theirs, name):
    (theirs / name).parent.mkdir(exist_ok=True)
    (theirs / name).write_bytes(BOMBS[name]())
    with pytest.raises(DataError) as refused:
        check_limits(theirs, SMALL)
    assert name in refused.value.message("zh") and "at most" in refused.value.message("en")


def test_a_word_stored_once_and_repeated_is_counted_as_often_as_it_stands(theirs):
    path = theirs / "inputs/data/observations.parquet"
    pd.DataFrame({"note": pd.Categorical(["x" * 5_000] * 9_000)}).astype(str).to_parquet(path, index=False)
    assert path.stat().st_size < SMALL.table
    with pytest.raises(DataError):
        check_limits(theirs, SMALL)


def test_thousands_of_notebooks_are_refused_and_an_honest_run_is_not(theirs):
    check_limits(theirs)
    (theirs / "notebooks").mkdir()
    for number in range(101):
        (theirs / "notebooks" / f"{number}.ipynb").touch()
    with pytest.raises(DataError):
        check_limits(theirs, SMALL)


def test_a_result_far_larger_than_ours_is_not_read(tmp_path):
    (tmp_path / "a.html").write_bytes(b"<" * (3 << 20))
    (tmp_path / "b.html").write_bytes(b"<p>")
    assert "too_large" in compare_file(tmp_path / "a.html", tmp_path / "b.html", "a.html").differences[0].place


def test_what_runs_for_ever_is_stopped():
    began = time.monotonic()
    with pytest.raises(DataError) as stopped, within(1):
        time.sleep(20)
    assert time.monotonic() - began < 10 and "--max-minutes" in stopped.value.message("en")


@pytest.mark.parametrize("change", [{"as_of": 2020}, {"area": "X"}, {"options": {}}, {"lang": "en"}, {"new": 1}])
def test_a_record_edited_by_hand_is_not_gone_on_with(theirs, change):
    record = json.loads((theirs / "run.json").read_text())
    (theirs / "run.json").write_text(json.dumps(record))
    resume(str(theirs))  # other spaces are no change
    (theirs / "run.json").write_text(json.dumps({**record, **change}))
    with pytest.raises(UsageError) as refused:
        resume(str(theirs))
    assert "run.json" in refused.value.message("zh")
    with pytest.raises(UsageError):
        Run(theirs).note(status="running")
    assert json.loads((theirs / "run.json").read_text()) == {**record, **change}


def test_a_bundle_is_traced_as_it_came(honest, tmp_path):
    write_zip({name: honest / name for name in hashes_of(honest)}, tmp_path / "b.zip")
    for named in (tmp_path / "b.zip", honest):
        done = CliRunner().invoke(app, ["trace", str(named), "health.u5mr 2024"])
        assert done.exit_code == 0 and "observations.csv" in done.output, done.output
    (tmp_path / "c.zip").write_bytes(b"PK")
    assert CliRunner().invoke(app, ["trace", str(tmp_path / "c.zip"), "x"]).exit_code != 0


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_not_asked_for_is_named_in_one_sentence(lang):
    record = {"not_asked": ["midterm"], "formats_not_asked": ["pdf"], "notebooks_not_asked": ["07_scenarios"]}
    told = not_asked(record, lang)
    assert ("中期评估" if lang == "zh" else "mid-term") in told and "PDF" in told and "07_scenarios" in told
    assert told.count("。" if lang == "zh" else ". ") <= 1 and not not_asked({"not_asked": []}, lang)
