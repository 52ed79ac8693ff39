"""An official evaluation counts reviewed data alone, or says on every page that it does not."""

import json
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import ROOT, evaluate
from test_store import _closed, open_store, postgres, reading, row, url  # noqa: F401

from analysis.data.observations import read_dataset
from analysis.data.store.states import Move, Sender
from analysis.exceptions import Text, UsageError
from analysis.export.reports.yearbook import editors_notes
from analysis.plan import read_plan
from analysis.runs.datasets import dataset_of
from analysis.runs.inputs import check_inputs
from analysis.runs.regions.parts import Source, cut
from analysis.runs.reviewing import UNREVIEWED, any_unreviewed
from analysis.runs.run import Run, prepare
from analysis.runs.submissions import ingest

PLAN = "tiexi-2021-2030"
VERIFY = Move("verified", "李四", "reviewer")


def sender(department, year=2025):
    return Sender("plan", "210303", department, year, "张三")


def test_only_reviewed_submissions_count_where_asked_for(url):  # noqa: F811
    store = open_store(url)
    for i, name in enumerate(("health.imr", "health.nmr", "health.u5mr", "health.mmr")):
        store.submit(reading(f"f{i}", [row(2025, float(i), name), row(2025, 9.0, name, ref_area="9")]), sender(f"d{i}"))
    store.submit(reading("again", [row(2025, 8.0, "health.imr")]), sender("d0"))  # a later value, not reviewed
    store.advance(1, VERIFY)
    store.advance(2, VERIFY)
    store.advance(2, Move("approved", "王五", "approver"))
    store.advance(3, Move("returned", "李四", "reviewer", "重报"))
    for options in ({}, {"area": "210303"}, {"area": "210303", "latest": True}):
        seen = store.observations(**options, reviewed=True)
        own = seen[seen["ref_area"] == "210303"].set_index("indicator")["obs_value"].to_dict()
        assert own == {"health.imr": 0.0, "health.nmr": 1.0}, options
    every = store.observations("210303", latest=True).set_index("indicator")["obs_value"].to_dict()
    assert every == {"health.imr": 8.0, "health.nmr": 1.0, "health.mmr": 3.0}
    assert store.waiting() == 2 and store.waiting("9") == 1 and store.waiting("210303", "2000-01") == 0


def test_a_notice_counts_with_its_data(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("a", [row(2025, 1.0)]), sender("d0"), UNREVIEWED)
    assert store.notice() == store.notice("210303") == UNREVIEWED and store.notice(reviewed=True).zh == ""
    store.advance(1, VERIFY)
    assert store.notice(reviewed=True) == UNREVIEWED


def test_a_row_is_unreviewed_by_its_value_and_vintage():
    reviewed = pd.DataFrame([row(2025, 1.0, vintage="1"), row(2024, None, vintage="1")])
    assert not any_unreviewed(reviewed, reviewed) and not any_unreviewed(reviewed.iloc[:0], reviewed.iloc[:0])
    assert any_unreviewed(reviewed.assign(vintage="2"), reviewed) and any_unreviewed(reviewed, reviewed.iloc[:1])
    assert any_unreviewed(reviewed.assign(obs_value=2.0), reviewed)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Return a database with the demo data and a correction of 2025 on top of them, nothing of it reviewed."""
    path = tmp_path_factory.mktemp("reviewed") / "m.sqlite"
    store = open_store(str(path))
    ingest([ROOT / "data" / "demo"], read_plan(PLAN), store, "张三")
    store.submit(reading("b", [row(2025, 9.9, "health.u5mr", vintage="2027-01")]), sender("health"))
    store.close()
    return path


def test_nothing_reviewed_is_refused_with_both_ways_on(database, tmp_path):
    done = evaluate(tmp_path / "run", "--db", str(database), "--documents", "none")
    assert done.returncode == 2 and not (tmp_path / "run").exists()
    for part in ("2 份报送", "submissions advance", "--include-unreviewed"):
        assert part in done.stderr
    source = Source(None, str(database), latest=True)
    with pytest.raises(UsageError, match="advance"):
        cut(source, ["210303"], source.areas(), source.about(), tmp_path / "parts")
    with pytest.raises(UsageError, match="999999"):
        dataset_of(str(database), None, area="999999", reviewed=True)


def test_pages_say_that_unreviewed_data_are_among_those_used_and_only_then(database, tmp_path):
    db = str(database)
    run = prepare(db=db, out=tmp_path / "all", include_unreviewed=True)
    assert run.notice.zh == "模拟数据，仅供演示；含未经审核的数据" and run.notice.en.endswith(UNREVIEWED.en)
    assert run.dataset.simulated and run.dataset.reviewed is False
    record = json.loads((tmp_path / "all" / "run.json").read_text(encoding="utf-8"))
    assert record["include_unreviewed"] is True and record["waiting"] == 0
    again = prepare(data=run.folder / "inputs" / "data", out=tmp_path / "again")  # as a run is reproduced
    assert again.notice == run.notice
    store = open_store(db)
    store.advance(1, VERIFY)
    store.close()
    reviewed = prepare(db=db, out=tmp_path / "reviewed")
    assert reviewed.record["waiting"] == 1 and "未经审核" not in reviewed.notice.zh
    assert reviewed.dataset.reviewed is True and 9.9 not in set(reviewed.observations["obs_value"])
    assert check_inputs(PLAN, db=db, include_unreviewed=True, own=True, latest=True).dataset.reviewed is False
    earlier = check_inputs(PLAN, db=db, as_of=2024, include_unreviewed=True, own=True, latest=True).dataset
    assert earlier.reviewed is True and "未经审核" not in earlier.notice.zh  # what was not reviewed is of 2025
    for include, said in ((True, True), (False, False)):
        source = Source(None, db, latest=True, include_unreviewed=include)
        folder = tmp_path / f"parts-{include}"
        assert cut(source, ["210303"], source.areas(), source.about(), folder) == (["210303"] if said else [])
        own = read_dataset(folder / "210303")
        assert own.reviewed is not said and own.notice.zh.endswith("未经审核的数据") is said


def test_a_data_folder_is_neither_reviewed_nor_unreviewed(tmp_path):
    run = prepare(out=tmp_path / "run")
    assert run.dataset.reviewed is None and run.record["include_unreviewed"] is False
    assert "reviewed" not in (run.folder / "inputs" / "data" / "dataset.yaml").read_text(encoding="utf-8")
    assert Run(run.folder).notice.zh == "模拟数据，仅供演示"


@pytest.mark.parametrize(
    ("reviewed", "zh", "en"),
    [
        (None, "取自数据文件夹data/demo", "data folder data/demo"),
        (True, "经审核的最后一次数据", "reported and reviewed"),
        (False, "含未经审核的数据", "not yet reviewed"),
    ],
)
def test_the_yearbook_says_what_its_values_are(reviewed, zh, en):
    tally = SimpleNamespace(said=lambda name: "35")
    facts = SimpleNamespace(
        tally=tally, said=lambda name: "70", area=Text("铁西区", "Tiexi"), as_of=2025, data="data/demo",
        reviewed=reviewed, plan=Text("规划", "Plan"), notice=Text("", ""), end_year=2030, rules="default-2", models=(),
        elsewhere=False,
    )  # fmt: skip
    page = {lang: editors_notes(facts, lang) for lang in ("zh", "en")}
    assert zh in page["zh"] and en in page["en"]
    assert (("经审核" in page["zh"].replace("未经审核", "")) is bool(reviewed)) and "checked" not in page["en"]
