"""Small cells cannot be read, nor worked out: an attack by linear programming over all that is published."""

import itertools

import numpy as np
import pandas as pd
import pytest
from attack import SCALE, attack
from conftest import ROOT
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import OptimizeResult

from analysis.data.disclosure import complement, suppress
from analysis.data.observations import read_dataset
from analysis.pipeline.withheld import withhold
from analysis.plan import read_plan
from analysis.runs.run import prepare
from analysis.schema import ASSESSMENTS, BREAKDOWNS, OBSERVATIONS

DEMO = read_dataset(ROOT / "data" / "demo")
AREA = "210303"


@pytest.fixture(scope="module")
def public():
    return suppress(DEMO.observations, DEMO.areas, AREA)


def of_the_area(table):
    return (table["ref_area"] == AREA) & (table[list(BREAKDOWNS)] == "_T").all(axis=1)


def test_no_hidden_cell_of_the_demo_can_be_recovered_or_narrowed(public):
    found = attack(public, DEMO.areas)
    assert len(found.widths) == (public["obs_status"] == "C").sum() > 700
    assert not found.impossible
    assert not found.recovered and not found.narrow(5)


def test_the_attack_finds_cells_that_are_hidden_carelessly():
    careless = DEMO.observations.copy()
    small = careless["numerator"].between(1, 4) & ~of_the_area(careless) & careless["unit"].isin(SCALE)
    careless.loc[small, ["obs_value", "numerator"]] = np.nan
    careless.loc[small, "obs_status"] = "C"
    found = attack(careless, DEMO.areas)
    assert len(found.recovered) > 100 and len(found.narrow(5)) > len(found.recovered)


def test_no_small_cell_stays_and_only_small_totals_go(public):
    own, hidden = of_the_area(public), public["obs_status"] == "C"
    counted = public["unit"].isin(SCALE)
    assert not (public["numerator"].between(1, 4) & counted & ~own).any()
    assert public.loc[hidden, ["obs_value", "numerator"]].isna().all().all()
    before = DEMO.observations
    assert (public[["indicator", "ref_area", "time_period"]] == before[["indicator", "ref_area", "time_period"]]).all(
        axis=None
    )
    others = before["denominator"] - before["numerator"]
    tiny = before["numerator"].between(1, 4) | ((before["unit"] == "percent") & others.between(1, 4))
    assert tiny[own & hidden].all()  # a total goes only where its parts could not move by the threshold below it
    assert (own & hidden).sum() < 0.06 * (own & counted).sum()


def test_equal_data_hide_equal_cells(public):
    mixed = DEMO.observations.sample(frac=1, random_state=3)
    some = mixed["indicator"].isin(["safety.injury_mortality", "education.dropout_primary"])
    again = suppress(OBSERVATIONS.build(mixed[some]), DEMO.areas, AREA)
    first = public[public["indicator"].isin(set(again["indicator"]))].reset_index(drop=True)
    pd.testing.assert_frame_equal(again, first)


def row(events, code=AREA, unit="per_1000", people=5000.0, vintage="1", source="a", indicator="x.x", **parts):
    key = {**dict.fromkeys(BREAKDOWNS, "_T"), **parts}
    value = events * SCALE[unit] / people
    return {**key, "indicator": indicator, "ref_area": code, "time_period": 2025, "source": source, "note": "",
            "vintage": vintage, "obs_value": value, "numerator": float(events), "denominator": people, "unit": unit,
            "obs_status": "A"}  # fmt: skip


@st.composite
def tables(draw):
    """Return a table of random counts by street and by two or three breakdowns, crossed or not, and its areas."""
    streets = draw(st.integers(2, 4))
    count = st.one_of(st.integers(0, 6), st.integers(0, 40))
    crossed = draw(st.booleans())
    towns = draw(st.integers(0, 2))
    codes = [f"s{i}" for i in range(streets + towns)]
    ages = ("Y0T4", "Y5T9", "Y10T14")
    cells = {(s, x, a): draw(count) for s in codes for x in "FM" for a in (ages if crossed else ages[:1])}
    people = float(draw(st.sampled_from([60, 400, 5000])))
    rural = {code for code in codes[streets:]}
    out = {}
    for (s, x, a), n in cells.items():
        for code, sex, age, residence in itertools.product(
            (s, AREA), (x, "_T"), (a, "_T") if crossed else ("_T",), ("R" if s in rural else "U", "_T")
        ):
            if code != AREA and (residence != "_T" or not crossed and sex != "_T"):
                continue
            if code == AREA and residence != "_T" and (sex != "_T" or age != "_T"):
                continue
            key = (code, sex, age, residence)
            out[key] = out.get(key, 0) + n
    if draw(st.booleans()):  # somebody did not report a part
        parts = [key for key in out if key != (AREA, "_T", "_T", "_T")]
        out.pop(draw(st.sampled_from(parts)))
    unit = draw(st.sampled_from(["per_1000", "percent"]))
    rows = [row(n, code, unit, people * len(cells), sex=sex, age=age, residence=residence)
            for (code, sex, age, residence), n in out.items()]  # fmt: skip
    level = ["town" if code in rural else "street" for code in codes]
    return OBSERVATIONS.build(pd.DataFrame(rows)), pd.DataFrame({"code": codes, "parent": AREA, "level": level})


@given(tables(), st.integers(2, 6))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_hidden_cell_of_any_table_is_narrowed(given, threshold):
    table, areas = given
    public = suppress(table, areas, AREA, threshold)
    own = of_the_area(table)
    others = table["denominator"] - table["numerator"]
    without = (table["unit"] == "percent") & others.between(1, threshold - 1)
    small = (table["numerator"].between(1, threshold - 1) | without) & ~own
    hidden = public["obs_status"] == "C"
    assert hidden[small].all()
    found = attack(public, areas)
    assert not found.impossible and len(found.widths) == hidden.sum()
    assert not found.narrow(threshold)


@given(tables())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_whole_numbers_tell_a_reader_no_more(given):
    table, areas = given
    few = table[table["age"] == "_T"].reset_index(drop=True)
    assert not attack(suppress(few, areas, AREA), areas, whole=True).narrow(5)


def test_nothing_is_hidden_where_nothing_is_small():
    rows = [row(30), row(14, sex="F"), row(16, sex="M"), row(10, "s0"), row(20, "s1")]
    areas = pd.DataFrame({"code": ["s0", "s1"], "parent": AREA, "level": "street"})
    table = OBSERVATIONS.build(pd.DataFrame(rows))
    pd.testing.assert_frame_equal(suppress(table, areas, AREA), table)


def test_where_the_solver_gives_up_all_that_hangs_together_is_hidden(monkeypatch):
    areas = pd.DataFrame({"code": ["s0", "s1"], "parent": AREA, "level": "street"})
    table = OBSERVATIONS.build(pd.DataFrame([row(30), row(2, sex="F"), row(28, sex="M"), row(10, "s0"), row(20, "s1")]))
    hidden = (suppress(table, areas, AREA)["obs_status"] == "C").sum()
    monkeypatch.setattr(complement, "linprog", lambda *given, **more: OptimizeResult(status=4, message="numbers"))
    assert (suppress(table, areas, AREA)["obs_status"] == "C").sum() == len(table) > hidden


def test_a_part_that_nobody_reported_is_not_left_to_be_subtracted():
    areas = pd.DataFrame({"code": ["s0", "s1"], "parent": AREA, "level": "street"})
    rows = [row(30), row(28, sex="M")]  # two girls
    public = suppress(OBSERVATIONS.build(pd.DataFrame(rows)), areas, AREA)
    assert (public["obs_status"] == "C").sum() == 1


def test_what_is_hidden_in_one_vintage_or_source_is_hidden_in_all():
    areas = pd.DataFrame({"code": ["s0", "s1"], "parent": AREA, "level": "street"})
    first = [row(30), row(24, sex="F"), row(6, sex="M")]
    again = [row(30, vintage="2"), row(27, sex="F", vintage="2"), row(3, sex="M", vintage="2")]
    elsewhere = [row(3, sex="M", source="b", vintage="2")]
    public = suppress(OBSERVATIONS.build(pd.DataFrame(first + again + elsewhere)), areas, AREA)
    hidden = public["obs_status"] == "C"
    assert set(public.loc[hidden, "sex"]) == {"F", "M"} and hidden.sum() == 5


def test_deaths_that_are_among_others_tell_nothing_of_each_other():
    areas = pd.DataFrame({"code": ["s0", "s1"], "parent": AREA, "level": "street"})
    rows = [row(n, indicator=f"h.{name}", sex=sex) for name, counts in {"nmr": (9, 2, 7), "u5mr": (12, 12, 0),
            "imr": (10, 8, 2)}.items() for sex, n in zip(("_T", "F", "M"), counts, strict=True)]  # fmt: skip
    table = pd.DataFrame(rows)
    table["numerator"] = [9.0, 3, 6, 16, 8, 8, 12, 5, 7]
    table["obs_value"] = table["numerator"] / 5
    public = suppress(OBSERVATIONS.build(table), areas, AREA)
    assert not attack(public, areas).narrow(5)


@pytest.mark.parametrize("audience", ["internal", "public"])
def test_a_public_run_holds_no_small_cell_at_all(tmp_path, audience):
    run = prepare(out=tmp_path / "run", audience=audience)
    texts = [path.read_text(encoding="utf-8") for path in (run.folder / "tables").glob("*.csv")]
    held = run.dataset.observations
    small = held["numerator"].between(1, 4) & (held["sex"] == "M")
    assert small.any() == (audience == "internal")
    assert ("小单元格保密" in "".join(texts)) == (audience == "public")
    files = {path.name for path in (run.folder / "inputs" / "data").iterdir()}
    own = {"observations.csv.gz", "monthly.csv"} if audience == "internal" else {"observations.csv"}
    assert files == {*own, "areas.csv", "dataset.yaml", "reports"}


def test_verdicts_on_hidden_cells_are_withheld_and_no_others():
    plan = read_plan("tiexi-2021-2030")
    rows = [
        {**dict.fromkeys(ASSESSMENTS.names), **dict.fromkeys(BREAKDOWNS, "_T"), "plan": plan.id, "target": one.id,
         "indicator": one.indicator, "ref_area": AREA, "target_year": 2030, "status": "on_track", "p_miss": 0.1,
         "reason": "x", "reason_en": "x"}
        for one in plan.targets if one.indicator in ("health.imr", "health.vaccination")
    ]  # fmt: skip
    table = ASSESSMENTS.build(pd.DataFrame(rows))
    hidden = OBSERVATIONS.build(pd.DataFrame([{**row(3, indicator="health.imr"), "obs_status": "C"}]))
    after = withhold(table, hidden, plan)
    touched = after["indicator"] == "health.imr"
    assert touched.any() and not touched.all()
    assert (after.loc[touched, "status"] == "no_data").all() and after.loc[touched, "p_miss"].isna().all()
    pd.testing.assert_frame_equal(after[~touched], table[~touched])
