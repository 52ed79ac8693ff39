"""What was known by a vintage: cut first, then the last of what is left, of a folder as of a database."""

import json
import shutil

import pandas as pd
import pytest
from conftest import ROOT, evaluate

from analysis.data.observations import current, known_then, read_dataset
from analysis.data.store import open_store
from analysis.exceptions import UsageError
from analysis.explore import indicator
from analysis.explore.room import open_room
from analysis.plan import read_plan
from analysis.runs.datasets import dataset_of, vintages_of
from analysis.runs.inputs import benchmark_of
from analysis.runs.regions.area import Task, evaluate_area
from analysis.runs.regions.parts import Source
from analysis.runs.regions.room import prepare_region
from analysis.runs.run import prepare
from analysis.runs.submissions import ingest
from analysis.schema import OBSERVATIONS

DEMO = ROOT / "data" / "demo"
U5MR = "health.u5mr"
LATER = "2027-03"


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """Return the demo data in which last year's under-5 mortality was revised a year later, and 2026 came in."""
    folder = tmp_path_factory.mktemp("revised") / "data"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("observations.*"))
    table = read_dataset(DEMO).observations
    own = table[(table["indicator"] == U5MR) & (table["time_period"] == 2025)]
    later = own.assign(vintage=LATER, obs_value=9.9, numerator=None, denominator=None)
    coming = later.assign(time_period=2026)
    pd.concat([table, later, coming]).to_csv(folder / "observations.csv", index=False)
    return folder


def value_of(observations, year=2025):
    own = observations[(observations["indicator"] == U5MR) & (observations["time_period"] == year)]
    whole = own[(own[["sex", "age", "residence", "group"]] == "_T").all(axis=1) & (own["ref_area"] == "210303")]
    return whole["obs_value"].tolist()


def frame(*rows):
    columns = ["indicator", "ref_area", "time_period", "sex", "age", "residence", "group", "source", "vintage"]
    cells = [("a", "1", 2020, "_T", "_T", "_T", "_T", source, vintage) for source, vintage, _ in rows]
    return pd.DataFrame(cells, columns=columns).assign(obs_value=[value for *_, value in rows])


def test_a_value_revised_since_is_there_as_it_was_then():
    table = frame(("S", "2021-03", 1.0), ("S", "2022-03", 2.0), ("S", "2023-03", 3.0))
    seen = {then: current(table, (), then)["obs_value"].tolist() for then in ("2020-12", "2021-03", "2022-12", None)}
    assert seen == {"2020-12": [], "2021-03": [1.0], "2022-12": [2.0], None: [3.0]}
    assert current(table.iloc[:0], (), "2021-03").empty


def test_of_two_sources_the_one_counts_that_was_known_then():
    table = frame(("LOCAL", "2021-03", 1.0), ("YEARBOOK", "2022-09", 2.0))
    assert current(table, ("YEARBOOK", "LOCAL"), "2022-01")["obs_value"].tolist() == [1.0]
    assert current(table, ("YEARBOOK", "LOCAL"), "2022-09")["obs_value"].tolist() == [2.0]


def test_known_then_leaves_the_table_alone_without_a_vintage():
    table = frame(("S", "2021-03", 1.0))
    assert known_then(table, None) is table


def test_a_run_on_a_data_folder_knows_no_later_vintage(revised, tmp_path):
    (revised / "monthly.csv").write_text((DEMO / "monthly.csv").read_text(encoding="utf-8"), encoding="utf-8")
    then = prepare(data=revised, as_of_vintage="2026-12", out=tmp_path / "then")
    assert then.record["as_of_vintage"] == "2026-12" and then.as_of == 2025
    kept = read_dataset(then.folder / "inputs" / "data")
    assert set(kept.observations["vintage"]) == {"2026-03"} and kept.simulated and kept.notice.zh
    assert value_of(then.observations) == value_of(prepare(out=tmp_path / "plain").observations)
    assert not (then.folder / "inputs" / "data" / "monthly.csv").exists()  # months have no vintage
    now = prepare(data=revised, as_of=2025, out=tmp_path / "now")
    assert now.record["as_of_vintage"] is None and value_of(now.observations) == [9.9]
    assert (now.folder / "inputs" / "data" / "monthly.csv").is_file()


def test_a_public_run_knows_no_later_vintage_either(revised, tmp_path):
    run = prepare(data=revised, as_of_vintage="2026-12", audience="public", out=tmp_path / "run")
    assert set(run.dataset.observations["vintage"]) == {"2026-03"}


def test_a_vintage_before_the_first_is_refused_and_leaves_nothing(tmp_path):
    done = evaluate(tmp_path / "run", "--as-of-vintage", "2020-01", "--lang", "en")
    assert done.returncode == 2 and "nothing was known by 2020-01" in done.stderr and "2026-03" in done.stderr
    assert not (tmp_path / "run").exists()


def test_the_command_records_the_vintage_of_a_data_folder(revised, tmp_path):
    done = evaluate(tmp_path / "run", "--data", str(revised), "--as-of-vintage", "2026-12", "--documents", "none")
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert record["as_of_vintage"] == "2026-12" and record["as_of"] == 2025
    table = pd.read_csv(tmp_path / "run" / "tables" / "observations.csv", dtype={"ref_area": str})
    assert LATER not in set(table["vintage"])


def test_a_database_and_a_folder_of_the_same_vintages_give_the_same(revised, tmp_path):
    db = str(tmp_path / "store.sqlite")
    ingest([revised], read_plan("tiexi-2021-2030"), open_store(db), "someone")
    assert vintages_of(db, None) == vintages_of(None, revised) == ["2026-03", LATER]
    for vintage in ("2026-12", None):
        known = (dataset_of(*source, vintage).observations for source in ((db, None), (None, revised)))
        one, other = (table.sort_values(list(OBSERVATIONS.key)).reset_index(drop=True) for table in known)
        assert len(one) == len(other) and one["obs_value"].equals(other["obs_value"])
    with pytest.raises(UsageError, match="2001-01"):
        dataset_of(db, None, "2001-01")


def test_the_larger_area_is_known_as_of_then_too():
    assert benchmark_of("data/reference", None) is not None and benchmark_of("data/reference", "2026-01") is not None
    assert benchmark_of("data/reference", "2025-12") is None and benchmark_of("none", "2025-12") is None


@pytest.mark.parametrize("split", [False, True])
def test_every_area_of_many_knows_no_later_vintage(split, tmp_path):
    folder = tmp_path / "data"
    province = ROOT / "data" / "demo_province"
    shutil.copytree(province, folder, ignore=shutil.ignore_patterns("observations.*"))
    whole = read_dataset(province)
    areas = sorted(whole.areas.loc[whole.areas["level"] == "district", "code"])[:2]
    table = whole.observations[whole.observations["ref_area"].isin(areas)]
    last = table[table["time_period"] == table["time_period"].max()]
    both = pd.concat([table, last.assign(vintage=LATER, obs_value=0.0, numerator=0.0)])
    if split:
        for code, own in both.groupby("ref_area"):
            (folder / code).mkdir()
            own.to_csv(folder / code / "observations.csv", index=False)
    else:
        both.to_csv(folder / "observations.csv", index=False)
    options = {"lang": "zh", "audience": "internal", "kinds": [], "formats": ["html"], "author": "", "needed": True}
    plan = "demo-province-2021-2030"

    def region(vintage, out):
        return prepare_region(Source(folder, None, vintage), plan, None, areas, None, out, None, "none", options)

    made = region("2026-12", tmp_path / "then")
    assert made.record["as_of_vintage"] == "2026-12"
    for code in areas:
        assert LATER not in set(read_dataset(made.part(code)).observations["vintage"])
    assert LATER in set(read_dataset(region(None, tmp_path / "now").part(areas[0])).observations["vintage"])
    with pytest.raises(UsageError, match="2020-01"):
        region("2020-01", tmp_path / "never")
    assert not (tmp_path / "never").exists()
    if not split:
        assert evaluate_area(Task(made.folder, areas[0], 1))["state"] == "done"
        record = json.loads((made.run_folder(areas[0]) / "run.json").read_text(encoding="utf-8"))
        assert record["as_of_vintage"] == "2026-12" and record["rules"] == "default-2"


def test_the_explorer_shows_a_revised_value_as_it_was_then(revised):
    then = indicator(U5MR, data=str(revised), vintage="2026-12")
    history = then.answer.history.set_index("time_period")["obs_value"]
    whole = indicator(U5MR).answer.history.set_index("time_period")["obs_value"]
    assert history[2025] == whole[2025] and len(history) == len(whole)
    assert open_room(data=str(revised), vintage="2026-12").vintages == ["2026-03", LATER]  # the way back is offered
    now = indicator(U5MR, data=str(revised), as_of=2025)
    assert now.answer.history.set_index("time_period")["obs_value"][2025] == 9.9
    with pytest.raises(UsageError, match="2020-01"):
        indicator(U5MR, data=str(revised), vintage="2020-01")
