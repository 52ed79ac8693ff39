"""Many areas at once: cut by area, added up by counts, ranked with the chance in it, one bad district a row."""

import json
import os
import signal
import subprocess
import threading

import pandas as pd
import pytest
from conftest import ROOT, WORKBENCH
from distributed import LocalCluster
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.assessment.league import league
from analysis.data.areas import AreaTree
from analysis.data.observations import read_dataset
from analysis.data.rollup import compared, roll_up
from analysis.data.store import open_store
from analysis.data.store.states import Move
from analysis.exceptions import DataError, UsageError
from analysis.plan import read_plan
from analysis.runs import submissions
from analysis.runs.demo import simulate_folder
from analysis.runs.regions.evaluating import evaluate_region
from analysis.runs.regions.parts import Source, cut
from analysis.runs.regions.room import open_region, prepare_region
from analysis.schema import ASSESSMENTS, OBSERVATIONS

PROVINCE = ROOT / "data" / "demo_province"
PLAN = "demo-province-2021-2030"
TREE = AreaTree(
    {"P": "", "C1": "P", "C2": "P", "a": "C1", "b": "C1", "c": "C2", "s": "a", "x": ""},
    {"P": "province", "C1": "city", "C2": "city", "a": "district", "b": "district", "c": "district", "s": "street",
     "x": "district"},
)  # fmt: skip


def rows_of(indicator, unit, cells, year=2020, **more):
    """Return observations: a row for each area, value, numerator and denominator."""
    table = pd.DataFrame(cells, columns=["ref_area", "obs_value", "numerator", "denominator"])
    fixed = {"indicator": indicator, "unit": unit, "time_period": year, "source": "S", "vintage": "2021-03"}
    return OBSERVATIONS.build(
        table.assign(**fixed, sex="_T", age="_T", residence="_T", group="_T", obs_status="A", note="").assign(**more)
    )


NOTHING = OBSERVATIONS.empty()


def test_the_tree_knows_districts_unions_and_whose_a_street_is():
    assert TREE.districts("P") == ["a", "b", "c"] and TREE.districts("C1") == ["a", "b"]
    assert TREE.unions("P") == ["C1", "C2", "P"] and TREE.unions("C1") == ["C1"]
    assert TREE.district_of(["s", "b", "P", "?"]) == {"s": "a", "b": "b", "P": "P", "?": "?"}
    with pytest.raises(UsageError):
        TREE.districts("s")


def test_rates_are_added_as_counts_and_never_averaged():
    own = rows_of("i", "percent", [("a", 90.0, 90, 100), ("b", 50.0, 450, 900)])
    made, rollup = roll_up(own, "C1", ["a", "b"], NOTHING)
    assert made["obs_value"].tolist() == [54.0]  # the mean of the rates would be 70
    assert made[["numerator", "denominator"]].iloc[0].tolist() == [540, 1000]
    assert made["obs_status"].tolist() == ["A"] and rollup["cover"].tolist() == ["complete"]


@pytest.mark.parametrize(("people", "cover"), [(95, "partial"), (80, "too_few")])
def test_a_district_without_data_counts_by_its_people_in_the_year_it_last_reported(people, cover):
    before = rows_of(
        "i", "per_1000", [("a", 10.0, people / 100, people), ("b", 10.0, (100 - people) / 100, 100 - people)]
    )
    now = rows_of("i", "per_1000", [("a", 10.0, people / 100, people)], year=2021)
    made, rollup = roll_up(pd.concat([before, now]), "C1", ["a", "b"], NOTHING)
    row = rollup[rollup["time_period"] == 2021].iloc[0]
    assert (row["cover"], row["areas"], row["of"]) == (cover, 1, 2) and row["coverage"] == pytest.approx(people / 100)
    last = made[made["time_period"] == 2021].iloc[0]
    assert last["obs_status"] == ("E" if cover == "partial" else "M") and "1/2" in last["note"]
    assert pd.isna(last["obs_value"]) == (cover == "too_few")


def test_amounts_add_up_and_averages_do_not():
    schools = rows_of("n", "count", [("a", 3.0, None, None), ("b", 4.0, None, None)])
    hours = rows_of("h", "hours", [("a", 9.0, None, None), ("b", 8.0, None, None)])
    reported = rows_of("h", "hours", [("C1", 8.4, None, None)])
    made, rollup = roll_up(pd.concat([schools, hours]), "C1", ["a", "b"], reported)
    values = made.set_index("indicator")["obs_value"]
    assert values["n"] == 7 and values["h"] == 8.4  # what cannot be added up is taken as the area reported it
    assert rollup.set_index("indicator")["cover"].to_dict() == {"h": "no_counts", "n": "complete"}
    assert made.set_index("indicator")["source"].to_dict() == {"h": "S", "n": "ROLLUP"}


def test_a_ratio_of_another_scale_is_added_where_districts_agree_on_it():
    agreed = rows_of("r", "ratio", [("a", 15.0, 300, 20), ("b", 12.0, 120, 10)])
    assert roll_up(agreed, "C1", ["a", "b"], NOTHING)[0]["obs_value"].tolist() == [14.0]
    at_odds = rows_of("r", "ratio", [("a", 15.0, 300, 20), ("b", 1.2, 120, 10)])
    assert roll_up(at_odds, "C1", ["a", "b"], NOTHING)[0]["obs_value"].isna().all()


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(500, 5000)), min_size=1, max_size=8))
def test_a_sum_lies_between_its_parts_and_in_any_order(parts):
    cells = [(str(k), 1000 * n / d, n, d) for k, (n, d) in enumerate(parts)]
    codes = [cell[0] for cell in cells]
    value = roll_up(rows_of("i", "per_1000", cells), "C", codes, NOTHING)[0]["obs_value"].iloc[0]
    assert min(c[1] for c in cells) - 1e-9 <= value <= max(c[1] for c in cells) + 1e-9
    again = roll_up(rows_of("i", "per_1000", cells[::-1]), "C", codes[::-1], NOTHING)[0]["obs_value"].iloc[0]
    assert value == pytest.approx(again, rel=1e-12)


def test_the_sum_stands_beside_what_the_area_reports_itself():
    own = rows_of("i", "per_1000", [("a", 10.0, 1, 100), ("b", 1.0, 1, 1000), ("C1", 3000 / 1100, 3, 1100)])
    row = compared(own, "C1", ["a", "b"]).iloc[0]
    assert row["obs_value"] == pytest.approx(2000 / 1100) and row["difference"] == pytest.approx(1000 / 1100)
    assert not len(compared(own, "C1", ["a", "b", "c"]))  # one area has not reported


def verdicts(chances):
    """Return assessments: P(miss) of each area's targets."""
    rows = [(area, f"t{k}", p) for area, row in chances.items() for k, p in enumerate(row)]
    table = pd.DataFrame(rows, columns=["ref_area", "target", "p_miss"])
    empty = {name: None for name in ASSESSMENTS.names if name not in table}
    fixed = {"plan": "p", "indicator": "i", "target_year": 2030, "sex": "_T", "age": "_T", "residence": "_T",
             "group": "_T", "status": "at_risk", "reason": "-", "reason_en": "-"}  # fmt: skip
    return ASSESSMENTS.build(table.assign(**{**empty, **fixed}))


def test_ranks_are_certain_only_where_chance_leaves_no_doubt():
    table = league(verdicts({"good": [0.01] * 20, "same1": [0.5] * 20, "same2": [0.5] * 20, "bad": [0.99] * 20}))
    by = table.set_index("ref_area")
    assert by["rank"].to_dict() == {"good": 1, "same1": 2, "same2": 2, "bad": 4}
    assert by.loc["good", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert (
        by.loc["same1", ["rank_low", "rank_high"]].tolist()
        == by.loc["same2", ["rank_low", "rank_high"]].tolist()
        == [2, 3]
    )
    assert by.loc["bad", "expected_met"] == pytest.approx(0.2)


def test_only_targets_judged_everywhere_count_for_the_rank():
    table = league(verdicts({"a": [0.1, 0.1, 0.9], "b": [0.2, 0.2, None]}))
    assert table["targets"].tolist() == [2, 2] and table.set_index("ref_area")["rank"].to_dict() == {"a": 1, "b": 2}
    assert not len(league(verdicts({"a": [None]})))


def test_the_committed_province_is_what_its_generator_draws():
    drawn = simulate_folder(PROVINCE)
    pd.testing.assert_frame_equal(drawn, read_dataset(PROVINCE).observations, check_dtype=False)
    assert len(json.loads((PROVINCE / "borders.geojson").read_text())["features"]) == 12


def small(folder, broken="990102"):
    """Write the data of one simulated city on two indicators, one of its districts with a number that is none."""
    folder.mkdir()
    table = pd.read_csv(PROVINCE / "observations.csv.gz", dtype=str, keep_default_na=False)
    kept = table["indicator"].isin(["health.imr", "health.eye_examination"]) & table["ref_area"].str.startswith("9901")
    table = table[kept & (table["ref_area"] != "990104")].copy()
    first = table.index[table["ref_area"] == broken][0]
    table.loc[first, "obs_value"] = "九成"
    table.to_csv(folder / "observations.csv", index=False)
    for name in ("areas.csv", "dataset.yaml", "borders.geojson"):
        (folder / name).write_bytes((PROVINCE / name).read_bytes())
    return folder


def test_data_are_cut_by_area_as_they_stand(tmp_path):
    source = Source(small(tmp_path / "data"))
    areas = source.areas()
    cut(source, ["990101", "990102", "990103", "990104", "990100"], areas, source.about(), tmp_path / "parts")
    assert sorted(one.name for one in (tmp_path / "parts").iterdir()) == ["990101", "990102", "990103"]
    whole = read_dataset(PROVINCE).observations
    own = read_dataset(tmp_path / "parts" / "990101")
    kept = whole[(whole["ref_area"] == "990101") & whole["indicator"].isin(set(own.observations["indicator"]))]
    pd.testing.assert_frame_equal(own.observations, kept.reset_index(drop=True), check_dtype=False)
    assert own.simulated and own.notice.zh and set(own.areas["code"]) == {"990000", "990100", "990101"}
    with pytest.raises(DataError, match="九成"):
        read_dataset(tmp_path / "parts" / "990102")
    folders = tmp_path / "each"
    (folders / "990101").mkdir(parents=True)
    own.observations.to_csv(folders / "990101" / "observations.csv", index=False)
    (folders / "areas.csv").write_bytes((PROVINCE / "areas.csv").read_bytes())
    cut(Source(folders), ["990101", "990102"], areas, {}, tmp_path / "again")
    pd.testing.assert_frame_equal(read_dataset(tmp_path / "again" / "990101").observations, own.observations)


def test_a_database_is_cut_like_a_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'm.sqlite'}"
    store = open_store(url)
    submissions.ingest([PROVINCE], read_plan(PLAN), store, "demo")
    store.advance_reported(Move("verified", "reviewer", "reviewer"))
    store.close()
    codes, areas = ["990101", "990102", "990100"], Source(PROVINCE).areas()
    cut(Source(PROVINCE), codes, areas, Source(PROVINCE).about(), tmp_path / "file")
    base = Source(None, url, latest=True)
    cut(base, codes, base.areas(), base.about(), tmp_path / "db")
    for code in codes[:2]:
        one, other = (read_dataset(tmp_path / name / code) for name in ("file", "db"))
        pd.testing.assert_frame_equal(one.observations, other.observations)
        assert one.notice == other.notice and one.simulated and other.simulated
    assert not (tmp_path / "db" / "990100").exists()  # the city reported nothing itself


OPTIONS = {"lang": "zh", "audience": "internal", "kinds": [], "formats": ["html"], "author": "", "needed": True}


def prepared(tmp_path, name):
    data = tmp_path / "data"
    return prepare_region(
        Source(data if data.is_dir() else small(data)), PLAN, "990100", [], None, tmp_path / name, None, "none", OPTIONS
    )


def tables(region):
    """Return the bytes of every table of every area."""
    files = [
        *region.folder.rglob("areas/*/tables/*.csv"),
        *region.folder.glob("rollup/*/*.csv"),
        region.folder / "summary.csv",
    ]
    return {path.relative_to(region.folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """Return a city evaluated in this process, and how each area ended."""
    region = prepared(tmp_path_factory.mktemp("region"), "alone")
    return region, evaluate_region(region, 1, None, lambda how: None)


def test_one_bad_district_is_a_row_and_not_the_end(alone):
    region, ended = alone
    assert {how["area"]: how["state"] for how in ended} == {
        "990101": "done", "990102": "failed", "990103": "done", "990104": "left_out", "990100": "done",
    }  # fmt: skip
    summary = pd.read_csv(region.folder / "summary.csv", dtype=str, keep_default_na=False).set_index("ref_area")
    assert "九成" in summary.loc["990102", "reason"] and summary.loc["990104", "met"] == ""
    page = (region.folder / "index.html").read_text(encoding="utf-8")
    assert "模拟数据，仅供演示" in page and 'href="areas/990101/index.html"' in page
    assert 'href="areas/990102/index.html"' not in page and "areas/990100/documents/region.html" in page


def test_the_city_is_the_sum_of_the_districts_that_are_in_and_says_so(alone):
    region, _ = alone
    rollup = pd.read_csv(region.run_folder("990100") / "tables" / "rollup.csv")
    whole = rollup[rollup["sex"].eq("_T") & rollup["residence"].eq("_T") & rollup["age"].eq("_T")]
    assert set(whole["of"]) == {4} and whole["areas"].max() == 2 and set(whole["cover"]) == {"too_few"}
    report = (region.run_folder("990100") / "documents" / "region.html").read_text(encoding="utf-8")
    for said in ("模拟县02", "未能评估的地区", "模拟数据，仅供演示", "名次（80%区间）", "不对各县区的率求平均"):
        assert said in report, said
    assert report.count("<figure") >= 4


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_cluster_with_a_worker_killed_leaves_the_same_tables(alone, tmp_path):
    region = prepared(tmp_path, "spread")
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as own:
        victim = next(iter(own.workers.values())).pid
        threading.Timer(8, os.kill, (victim, signal.SIGKILL)).start()
        ended = evaluate_region(region, 1, own.scheduler_address, lambda how: None)
    assert [how["state"] for how in ended] == [how["state"] for how in alone[1]]
    assert tables(region) == tables(alone[0])


def test_what_is_finished_is_kept_and_what_failed_is_tried_again(alone):
    region = open_region(str(alone[0].folder))
    before = {path: path.stat().st_mtime_ns for path in region.folder.rglob("areas/*/tables/*.csv")}
    ended = evaluate_region(region, 2, None, lambda how: None)
    assert [how["state"] for how in ended] == [how["state"] for how in alone[1]]
    assert {path: path.stat().st_mtime_ns for path in region.folder.rglob("areas/*/tables/*.csv")} == before


def test_an_input_changed_since_is_not_gone_on_with(alone, tmp_path):
    part = alone[0].part("990103") / "areas.csv"
    kept = part.read_bytes()
    part.write_bytes(kept + b"\n")
    try:
        with pytest.raises(UsageError, match="990103"):
            open_region(str(alone[0].folder))
    finally:
        part.write_bytes(kept)
    assert open_region(str(tmp_path)) is None


def test_wrong_usage_leaves_nothing_behind(tmp_path):
    out = tmp_path / "o"
    for top, areas, said in (("nowhere", [], "nowhere"), (None, ["1", "990101"], "没有地区 1")):
        with pytest.raises(UsageError, match=said):
            prepare_region(Source(PROVINCE), PLAN, top, areas, None, out, None, "none", OPTIONS)
    command = [str(WORKBENCH), "evaluate", "--plan", PLAN, "--data", str(PROVINCE), "--out", str(out)]
    done = subprocess.run(
        [*command, "--below", "990100", "--area", "990101"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "--below" in done.stderr and "Traceback" not in done.stderr
    assert not out.exists()
