"""Each check finds what it is for and leaves sound data alone; what is missing; surveys; what parts add up to."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.missing import missing_register, sample_size
from analysis.data.observations import current, read_dataset
from analysis.data.quality import CHECKS, run_checks
from analysis.data.reported.duties import owing_departments
from analysis.data.rollup import compared
from analysis.data.store import open_store
from analysis.plan import read_plan
from analysis.runs.data_room import timeliness
from analysis.runs.run import prepare
from analysis.schema import OBSERVATIONS

PLAN = read_plan("tiexi-2021-2030")
DEMO = read_dataset(ROOT / "data" / "demo")
TOTALS = dict.fromkeys(("sex", "age", "residence", "group"), "_T")


def changed(indicator, year, **cells):
    """Return the demo data with one total of the district changed."""
    table = DEMO.observations.copy()
    here = (table["indicator"] == indicator) & (table["time_period"] == year) & (table["ref_area"] == "210303")
    here &= (table[list(TOTALS)] == "_T").all(axis=1)
    assert here.sum() == 1
    for name, value in cells.items():
        table.loc[here, name] = value
    return table


def found(table):
    return {one.check: one.rows for one in run_checks(table, PLAN, DEMO.areas)}


def test_sound_data_have_no_error():
    results = run_checks(DEMO.observations, PLAN, DEMO.areas)
    assert [one.check for one in results] == list(CHECKS)
    assert all(len(one.rows) == 0 for one in results if one.severity == "error")
    assert all(len(one.rows) == 0 for one in results if one.check in ("jumps", "frozen_values"))


BROKEN = {
    "nested_deaths": ("health.nmr", 2024, {"numerator": 400.0}),
    "parts_and_totals": ("education.disabled_enrolment", 2020, {"numerator": 1.0}),
    "numerator_above_denominator": ("health.vaccination", 2021, {"numerator": 1e6}),
    "value_against_counts": ("health.vaccination", 2021, {"obs_value": 71.0}),
    "units_mixed_up": ("health.vaccination", 2021, {"obs_value": 0.96, "numerator": None, "denominator": None}),
    "jumps": ("education.preschool_inclusive", 2018, {"obs_value": 12.0, "numerator": None, "denominator": None}),
}


@pytest.mark.parametrize("check", list(BROKEN))
def test_each_check_finds_what_it_is_for(check):
    indicator, year, cells = BROKEN[check]
    rows = found(changed(indicator, year, **cells))[check]
    assert ((rows["indicator"] == indicator) & (rows["time_period"].isin([year, year + 1]))).any()
    assert rows["reason_zh"].str.len().min() > 4 and rows["reason_en"].str.len().min() > 4


def test_a_unit_mixed_up_is_proposed_as_such():
    rows = found(changed("health.vaccination", 2021, obs_value=9.6, numerator=960.0, denominator=1000.0))[
        "units_mixed_up"
    ]
    assert rows["reason_zh"].str.contains("疑为 96").any()


def test_a_marked_year_is_no_jump():
    table = changed("education.preschool_inclusive", 2018, obs_value=12.0, obs_status="S")
    assert not (found(table)["jumps"]["indicator"] == "education.preschool_inclusive").any()


def test_small_counts_may_jump_by_chance():
    rows = [
        {**TOTALS, "indicator": "safety.drowning_mortality", "ref_area": "1", "time_period": 2010 + i,
         "obs_value": n / 0.3, "numerator": float(n), "denominator": 30000.0, "unit": "per_100000",
         "obs_status": "A", "source": "a", "vintage": "1", "note": ""}
        for i, n in enumerate([1, 0, 2, 1, 0, 1, 4, 0, 1])
    ]  # fmt: skip
    assert len(found(OBSERVATIONS.build(pd.DataFrame(rows)))["jumps"]) == 0


def test_two_sources_that_disagree_are_reported_and_both_kept():
    table = DEMO.observations
    other = changed("safety.injury_mortality", 2024, obs_value=99.0).query("obs_value == 99").assign(source="医院")
    rows = found(pd.concat([table, other]))["conflicting_sources"]
    assert rows["source"].tolist() == ["医院"] and "SIMULATED" in rows["reason_zh"].iloc[0]


def test_the_declared_order_of_sources_decides_which_number_counts():
    table = DEMO.observations
    other = (
        changed("safety.injury_mortality", 2024, obs_value=99.123).query("obs_value == 99.123").assign(source="医院")
    )
    both = pd.concat([table, other])
    assert (current(both)["obs_value"] == 99.123).sum() == 0
    assert (current(both, ["医院"])["obs_value"] == 99.123).sum() == 1
    assert len(current(both)) == len(current(both, ["医院"])) == len(current(table))


def test_a_value_copied_forward_is_found():
    table = DEMO.observations.copy()
    here = (
        (table["indicator"] == "health.vaccination") & (table["ref_area"] == "210303") & (table["time_period"] > 2021)
    )
    table.loc[here, "obs_value"] = 96.53
    assert (found(table)["frozen_values"]["indicator"] == "health.vaccination").any()


def test_what_is_missing_is_listed_with_department_and_a_survey():
    table = current(DEMO.observations)
    register = missing_register(table, PLAN, "210303", 2026, "2027-03-31", population=30_000)
    assert set(register["indicator"]) == {one.id for one in PLAN.indicators}  # nothing was reported for 2026
    row = register[(register["indicator"] == "health.vaccination") & (register["breakdown"] == "_T")].iloc[0]
    assert row["missing_zh"] == "2026年缺报" and row["department"] == "health" and 100 < row["sample"] < 30_000
    assert register[register["indicator"] == "health.imr"]["sample"].isna().all()  # deaths are not surveyed


def test_sample_sizes_are_those_of_the_textbook():
    assert sample_size(0.5, 0.05, design_effect=1, response=1) == 385
    assert sample_size(0.5, 0.05, 1000, design_effect=1, response=1) == 278
    assert sample_size(0.5, 0.05, design_effect=2, response=0.5) == math.ceil(2 * 384.146 / 0.5)
    with pytest.raises(ValueError, match="response"):
        sample_size(0.5, 0.05, response=0)


@given(st.floats(0.01, 0.99), st.floats(0.005, 0.3), st.integers(10, 10**6))
def test_a_sample_is_never_more_than_everybody_and_grows_with_precision(share, margin, people):
    assert 1 <= sample_size(share, margin, people) <= people
    assert sample_size(share, margin / 2, people) >= sample_size(share, margin, people)


def test_the_demo_streets_add_up_to_the_district():
    rolled = compared(current(DEMO.observations), "210303", DEMO.parts_of("210303"))
    assert len(rolled) > 100 and np.nanmax(np.abs(rolled["difference"])) < 0.01


def test_the_commands_of_the_data_room(tmp_path):
    def run(*words, code=0):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.output

    db = tmp_path / "m.sqlite"
    assert "4346" in run("ingest", ROOT / "data" / "demo", "--db", db, "--who", "张三")
    run("template", "--department", "water", "--year", 2026, "--out", tmp_path / "f.xlsx", "--db", db)
    assert "没有填报" in run("ingest", tmp_path / "f.xlsx", "--db", db, code=1)
    assert "已报" in run("submissions", "list", "--db", db)
    run("submissions", "advance", 1, "--to", "verified", "--who", "李四", "--role", "reviewer", "--db", db)
    assert "已核" in run("submissions", "list", "--db", db)
    bad = tmp_path / "bad.csv"
    bad.write_text("指标编码,年份,数值\nhealth.imr,2026,约4\n", encoding="utf-8")
    run("ingest", bad, "--db", db, code=1)
    assert "bad" not in run("submissions", "quarantine", "--db", db, "--out", tmp_path / "q.csv")
    assert "C2" in (tmp_path / "q.csv").read_text(encoding="utf-8")
    assert "缺项" in run("check", "--db", db, "--out", tmp_path / "quality")
    assert {p.name for p in (tmp_path / "quality").iterdir()} == {"findings.csv", "missing.csv", "quarantine.csv"}
    run("exchange", "export", tmp_path / "x.xml", "--db", db, "--structure", tmp_path / "s.xml")
    run("exchange", "import", tmp_path / "x.xml", "--db", tmp_path / "city.sqlite", code=1)  # streets are unknown there
    run("exchange", "rollup", "210303", "--out", tmp_path / "r.csv", "--db", db)
    kept = prepare(db=str(db), as_of_vintage="2026-12", out=tmp_path / "run")
    assert kept.notice.zh == "模拟数据，仅供演示" and kept.record["data"] == "database"
    assert len(kept.observations) == len(current(DEMO.observations))
    lines = timeliness(open_store(str(db)).submissions(), PLAN, "zh")
    assert lines["状态"].tolist() == ["已核", "已报"]
    assert "登记" in run("submissions", "expect", "--year", 2026, "--due", "2020-01-01", "--db", db)
    assert run("submissions", "expect", "--year", 2026, "--due", "2020-01-01", "--db", db)
    late = tmp_path / "late.csv"
    late.write_text("指标编码,年份,数值\nenvironment.rural_tap_water,2026,91\n", encoding="utf-8")
    run("ingest", late, "--db", db, "--department", "water", "--year", 2026)
    lines = timeliness(open_store(str(db)).submissions(), PLAN, "zh").set_index("部门")
    assert int(lines.loc[PLAN.department_name("water").zh, "迟报天数"]) > 2000
    assert (lines["状态"] == "未报").sum() == len(owing_departments(PLAN)) - 1
    out = run("check", "--data", ROOT / "data" / "demo", "--out", tmp_path / "q2", "--year", 2026)
    assert "缺项" in out
