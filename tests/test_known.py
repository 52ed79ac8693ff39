"""What was known of an area at a date: the same whichever way it is asked, and after a database is upgraded."""

import random

import pandas as pd
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from test_store import SENDER, SIMULATED, Move, _closed, open_store, postgres, reading, row, url  # noqa: F401
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.observations import current, read_dataset
from analysis.data.store.blocks import blocks_of
from analysis.data.store.states import Sender
from analysis.data.store.tables import BLOCKS, KEY, METADATA
from analysis.exceptions import UsageError
from analysis.places import ROOT
from analysis.plan import read_plan
from analysis.runs.datasets import dataset_of
from analysis.runs.run import prepare
from analysis.runs.submissions import ingest
from analysis.schema import OBSERVATIONS

AREAS = pd.DataFrame(
    [
        ("1", "市", "City", "", "city"),
        ("210303", "区", "District", "1", "district"),
        ("210303S1", "街", "Street", "210303", "street"),
        ("9", "另", "Other", "1", "district"),
    ],
    columns=["code", "name_zh", "name_en", "parent", "level"],
)


def several(store, seed, count=14):
    """Submit files with some of the keys each, some under a vintage of their own; every fifth is returned."""
    draw = random.Random(seed)
    store.set_areas(AREAS)
    keys = [(year, name, area) for year in (2023, 2024, 2025) for name in "abc" for area in ("210303", "210303S1", "9")]
    for i in range(count):
        sent = keys if draw.random() < 0.4 else draw.sample(keys, draw.randint(1, 9))
        own = f"2020-0{draw.randint(1, 9)}" if draw.random() < 0.3 else ""
        rows = [row(y, float(i), n, ref_area=a, vintage=own) for y, n, a in sent]
        id, _ = store.submit(reading(f"{seed}-{i}", rows), Sender("plan", "1", f"d{i}", 2025, "张三"))
        if i % 5 == 4:
            store.advance(id, Move("returned", "李四", "reviewer", "口径不符"))


def by_hand(store, areas, as_of):
    """Return what was known, from the tables read whole."""
    query = "SELECT o.*, s.state FROM observations o JOIN submissions s ON s.id = o.submission"
    with store.engine.connect() as connection:
        every = pd.DataFrame(connection.execute(text(query)).mappings().all())
    rows = every[(every["state"] != "returned") & every["ref_area"].isin(areas)]
    rows = rows if as_of is None else rows[rows["vintage"] <= as_of]
    last = rows.sort_values(["vintage", "submission"]).drop_duplicates(list(KEY), keep="last")
    return OBSERVATIONS.build(last)


def test_the_last_vintage_of_each_key_is_that_found_by_reading_everything(url):  # noqa: F811
    store = open_store(url)
    several(store, 7)
    vintages = sorted(set(store.submissions()["vintage"].dropna()))
    below = {"1": list(AREAS["code"]), "210303": ["210303", "210303S1"], "9": ["9"], None: list(AREAS["code"])}
    for area, codes in below.items():
        for as_of in (None, "2019", "2020-05", vintages[3], vintages[9]):
            found = store.observations(area, as_of, latest=True)
            assert found.equals(by_hand(store, codes, as_of)), (area, as_of)
    assert len(store.observations("1", latest=True)) == 27
    assert store.observed_areas() == ["210303", "210303S1", "9"]


def test_every_vintage_of_an_area_is_found_by_its_blocks(url):  # noqa: F811
    store = open_store(url)
    for i, value in enumerate((4.5, 4.1, 4.0)):
        store.submit(reading(f"f{i}", [row(2025, value), row(2025, 1.0, ref_area="9")]), SENDER)
    assert store.observations("210303")["obs_value"].tolist() == [4.5, 4.1, 4.0]
    assert store.observations("210303", latest=True)["obs_value"].tolist() == [4.0]
    assert len(store.observations("nowhere", latest=True)) == 0


def test_texts_and_numbers_come_back_as_they_were_sent(url):  # noqa: F811
    store = open_store(url)
    notes = ['a,"b"\nc', "\\N", "\\.", "\t'；中文", " ", ""]
    rows = [row(2010 + i, 0.1 + i / 3, note=note, numerator=float(i)) for i, note in enumerate(notes)]
    store.submit(reading("a", [*rows, row(2024, None, obs_status="M", sheet=None, note=None)]), SENDER)
    found = store.observations()
    assert found["note"].tolist() == [*notes, ""] and pd.isna(found["obs_value"].tolist()[-1])
    assert found["obs_value"].tolist()[:6] == [one["obs_value"] for one in rows]
    assert found["numerator"].tolist()[:6] == [0, 1, 2, 3, 4, 5] and found["denominator"].isna().all()


def test_a_digest_tells_sets_of_keys_and_nothing_else():
    rows = reading("a", [row(2025, float(i), name) for i, name in enumerate("abcd")]).accepted.assign(submission=1)
    turned = rows.iloc[::-1].assign(obs_value=0.0, submission=2)
    both = blocks_of(pd.concat([rows, turned]))
    assert both["submission"].tolist() == [1, 2] and both["digest"].nunique() == 1
    others = [rows.iloc[1:], rows.assign(time_period=2024), rows.assign(sex="F"), rows.assign(source="other")]
    digests = {blocks_of(one)["digest"].item() for one in [rows, *others]}
    assert len(digests) == 5 and all(len(one) == 32 for one in digests)


def test_a_database_of_the_version_before_is_upgraded_with_its_rows(url):  # noqa: F811
    store = open_store(url)
    several(store, 3)
    with store.engine.connect() as connection:
        blocks = set(map(tuple, connection.execute(BLOCKS.select()).all()))
    before = store.observations("1", latest=True)
    config = Config()
    config.set_main_option("script_location", "analysis:data/store/migrations")
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
    store.close()
    again = open_store(url)
    with again.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert set(map(tuple, connection.execute(BLOCKS.select()).all())) == blocks
    assert again.observations("1", latest=True).equals(before)
    with pytest.raises(Exception, match=r"(?i)unique"):
        again.submit(reading("twice", [row(2024, 1.0), row(2024, 1.0)]), SENDER)


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    """Two districts in one database, the demo district and another, each with a correction; and the first alone."""
    demo, plan = read_dataset(ROOT / "data" / "demo"), read_plan("tiexi-2021-2030")
    folder = tmp_path_factory.mktemp("province")
    both, alone = folder / "both.sqlite", folder / "alone.sqlite"
    table = demo.observations
    corrected = table[table["ref_area"] == "210303"].head(5).assign(vintage="2026-04", obs_value=1.0)
    others = table.assign(ref_area=table["ref_area"].str.replace("210303", "210304"))
    for path, tables in ((both, (others, table, corrected)), (alone, (table, corrected))):
        store = open_store(str(path))
        store.set_areas(demo.areas.assign(parent=demo.areas["parent"].replace("", "2103")))
        store.set_areas(pd.DataFrame([("2103", "市", "City", "", "city")], columns=list(AREAS.columns)))
        for i, one in enumerate(tables):
            rows = one.assign(sheet="", row=0).to_dict("records")
            notice = None if one is others else SIMULATED
            id, _ = store.submit(reading(f"{i}", rows), Sender(plan.id, "2103", f"d{i}", 2025, "张三"), notice)
            store.advance(id, Move("verified", "李四", "reviewer"))
        store.close()
    return both, alone, corrected


def test_one_area_is_read_of_a_province_and_nothing_else(province, tmp_path):
    both, alone, corrected = province
    runs = [prepare(db=str(db), area="210303", out=tmp_path / db.stem) for db in (both, alone)]
    own, other = ((run.folder / "tables" / "observations.csv").read_bytes() for run in runs)
    assert own == other
    dataset = runs[0].dataset
    assert {code[:6] for code in dataset.observations["ref_area"]} == {"210303"}
    assert len(dataset.observations) == 4346 and (dataset.observations["vintage"] == "2026-04").sum() == len(corrected)
    assert set(dataset.areas["code"]) == {"2103", *(code for code in dataset.observations["ref_area"])}
    assert dataset.notice == SIMULATED
    whole = current(dataset_of(str(alone), None).observations)
    assert current(dataset.observations).equals(whole)
    public = prepare(db=str(both), area="210303", out=tmp_path / "public", audience="public")
    assert len(public.dataset.observations) == 4346 + len(corrected)


def test_an_area_without_data_is_refused_and_its_first_form_is_made(province, tmp_path):
    db = str(province[0])
    with pytest.raises(UsageError) as refused:
        dataset_of(db, None, area="999999")
    assert "999999" in refused.value.message("zh") and "210303" in refused.value.message("zh")
    words = ["template", "--department", "health", "--year", "2026", "--area", "999999", "--db", db]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "f.xlsx")])
    assert done.exit_code == 0 and (tmp_path / "f.xlsx").is_file()
    words = ["check", "--db", db, "--area", "210304", "--out", str(tmp_path / "q")]
    assert "缺项" in CliRunner().invoke(app, words).output
    assert "210303" not in (tmp_path / "q" / "findings.csv").read_text(encoding="utf-8")


def test_a_data_folder_goes_through_ingest_with_its_blocks(tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    (done,) = ingest([ROOT / "data" / "demo"], read_plan("tiexi-2021-2030"), store, "张三")
    assert done.reading is not None and store.observations("210303", latest=True).equals(store.observations())
