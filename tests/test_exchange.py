"""What goes out as SDMX keeps to its own structure and comes back as it was; what others send is read or set aside."""

import io
import re

import pandas as pd
import pytest
import sdmx
from conftest import ROOT
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.data import exchange
from analysis.data.exchange.codes import id_of
from analysis.data.forms.cells import written
from analysis.data.forms.reading import read_submission
from analysis.data.forms.safety import safe_cell
from analysis.data.observations import AREAS, read_dataset
from analysis.exceptions import DataError, UsageError
from analysis.plan import read_plan
from analysis.schema import OBSERVATIONS

PLAN = read_plan("tiexi-2021-2030")
DEMO = read_dataset(ROOT / "data" / "demo")
NAMES = dict(zip(DEMO.areas["code"], DEMO.areas["name_zh"], strict=True))
TOTALS = dict.fromkeys(("sex", "age", "residence", "group"), "_T")
UNIT_WORDS = ("hours", "yuan", "count")  # codes that are English words
ROW = {
    "indicator": "health.imr", "ref_area": PLAN.area, "time_period": 2024, **TOTALS, "source": "S",
    "vintage": "2026-03", "obs_value": 4.5, "numerator": 9.0, "denominator": 2000.0, "unit": "per_1000", "obs_status": "A",
    "note": "",
}  # fmt: skip


def table(*changes):
    return OBSERVATIONS.build(pd.DataFrame([{**ROW, **one} for one in changes], columns=OBSERVATIONS.names))


def sent(observations, path, structure=None):
    exchange.export(observations, path, PLAN, DEMO.areas, structure)
    return read_submission(path, PLAN, areas=NAMES)[0]


def same(reading, observations):
    assert len(reading.quarantined) == 0, reading.quarantined.iloc[0].to_dict()
    back = OBSERVATIONS.build(reading.accepted)
    pd.testing.assert_frame_equal(back, OBSERVATIONS.build(observations), check_exact=True)


# ids and codes


@given(st.text())
def test_every_id_has_a_code_of_its_own(id):
    code = exchange.encode(id)
    assert exchange.decode(code) == id  # so no two ids share a code
    assert re.fullmatch(r"[A-Za-z0-9_@$-]*", code)
    assert safe_cell(code) == code


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("health.imr", "health-imr"), ("a-b", "a$2D$b"), ("_T", "_T"), ("Y0T4", "Y0T4"), ("农", "$519C$"),
        (".x", "$2E$x"), ("a$b", "a$24$b"), ("210303S01", "210303S01"), ("", ""),
    ],
)  # fmt: skip
def test_codes_by_hand(id, code):
    assert exchange.encode(id) == code


@pytest.mark.parametrize(
    ("code", "ours", "known", "id"),
    [
        ("health-imr", True, (), "health.imr"),
        ("health.imr", True, (), "health.imr"),  # earlier exports
        ("health-imr", False, ("health.imr",), "health.imr"),
        ("a-b", False, ("a-b", "a.b"), "a-b"),  # plain in the files of others
        ("a-b", True, ("a-b", "a.b"), "a.b"),
        ("no-such", False, ("health.imr",), "no-such"),  # as it was sent
        ("a$2D$b", False, ("health.imr",), "a-b"),
        ("x.y-z", True, (), "x.y-z"),  # no code, so an id
        ("$110000$", True, (), "$110000$"),  # no character
    ],
)
def test_what_a_code_of_a_file_stands_for(code, ours, known, id):
    assert id_of(code, ours, known) == id


@given(st.text(alphabet="'=+-@\t\rx1,. "))
def test_the_apostrophe_comes_off_again(text):
    text = text.strip()
    assert written(safe_cell(text)) == text


# out and back


@pytest.mark.parametrize("ending", ["csv", "xml"])
def test_the_demo_goes_out_and_comes_back_the_same(tmp_path, ending):
    data = DEMO.observations.copy()
    data.loc[0, "note"] = "=cmd|' /C calc'!A0"
    same(sent(data, tmp_path / f"x.{ending}"), data)
    if ending == "csv":
        assert ",=cmd" not in (tmp_path / "x.csv").read_text(encoding="utf-8")


_note = st.text(st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from("\n\r\t,;\"'=+-@"), max_size=12).map(
    str.strip
)
_VARIED = ("sex", "age", "group", "ref_area")
_value = st.floats(0, 1e3)
_rows = st.lists(
    st.fixed_dictionaries(
        {
            "time_period": st.integers(1990, 2025),
            "obs_value": _value | st.none(),
            "numerator": st.floats(0, 1e15) | st.none(),
            "denominator": st.floats(0, 1e15) | st.none(),
            "note": _note,
            "source": _note.filter(bool),
            "vintage": st.from_regex(r"20\d\d-0[1-9]", fullmatch=True),
            "sex": st.sampled_from(["_T", "F", "M"]),
            "age": st.sampled_from(["_T", "Y0T4", "Y3T6.5", "Y-1"]),
            "group": st.sampled_from(["_T", "留守", "left-behind", "a.b", "$x"]),
            "ref_area": st.sampled_from([PLAN.area, "210303S01"]),
        }
    ).map(lambda row: {**row, "obs_status": "A" if row["obs_value"] is not None else "M"}),
    min_size=1,
    max_size=6,
    unique_by=lambda row: tuple(row[name] for name in ("time_period", "source", "vintage", *_VARIED)),
)  # fmt: skip


@settings(max_examples=15)
@given(rows=_rows)
@pytest.mark.parametrize("ending", ["csv", "xml"])
def test_whatever_is_exported_comes_back_equal(tmp_path_factory, rows, ending):
    # counts of a row without a value would be worked out to one on the way in
    rows = [{**row, "numerator": None} if row["obs_value"] is None else row for row in rows]
    data = table(*rows)
    folder = tmp_path_factory.mktemp("x")
    same(sent(data, folder / f"x.{ending}"), data)


def _valid(path, structure, count):
    """Check with another reader that every key and code of a file is in its structure."""
    dsd = sdmx.read_sdmx(io.BytesIO(structure.read_bytes())).structure[exchange.FLOW]
    observed = sdmx.read_sdmx(str(path), structure=dsd).data[0].obs
    assert len(observed) == count
    lists = {one.id: one.local_representation.enumerated for one in [*dsd.dimensions, *dsd.attributes]}
    for one in observed:
        key = {name: value.value for name, value in one.key.values.items()}
        assert list(key) == [dimension.id for dimension in dsd.dimensions]
        told = {name: value.value for name, value in one.attrib.items()}
        for name, value in {**key, **told}.items():
            assert lists[name] is None or str(getattr(value, "id", value)) in lists[name], (name, value)
    return dsd


@pytest.mark.parametrize("ending", ["csv", "xml"])
def test_others_read_the_structure_and_the_data_fit_it(tmp_path, ending):
    sent(DEMO.observations, tmp_path / f"x.{ending}", tmp_path / "s.xml")
    dsd = _valid(tmp_path / f"x.{ending}", tmp_path / "s.xml", len(DEMO.observations))
    assert [one.id for one in dsd.dimensions] == list(exchange.DIMENSIONS)
    assert "health-imr" in dsd.dimensions.get("INDICATOR").local_representation.enumerated
    free = {one.id for one in dsd.dimensions if one.local_representation.enumerated is None}
    assert free == {"SOURCE", "VINTAGE", "TIME_PERIOD"}


def test_codelists_hold_what_only_the_data_name(tmp_path):
    odd = {"ref_area": "新区-1", "age": "Y3T6", "group": "留守", "unit": "odd unit"}
    exchange.export(table(odd), tmp_path / "x.xml", PLAN, AREAS.empty(), tmp_path / "s.xml")
    lists = sdmx.read_sdmx(io.BytesIO((tmp_path / "s.xml").read_bytes())).codelist
    for name, id in zip(("CL_REF_AREA", "CL_AGE", "CL_GROUP", "CL_UNIT"), odd.values(), strict=True):
        assert exchange.encode(id) in lists[name]
    assert lists["CL_REF_AREA"][exchange.encode("新区-1")].name.localizations == {"zh": "新区-1"}  # no English name
    _valid(tmp_path / "x.xml", tmp_path / "s.xml", 1)


BROKEN = {
    "indicator": ({"indicator": "no.such"}, "INDICATOR"),
    "sex": ({"sex": "X"}, "SEX"),
    "residence": ({"residence": "Z"}, "RESIDENCE"),
    "infinite": ({"obs_value": float("inf")}, "OBS_VALUE"),
    "infinite count": ({"denominator": float("inf")}, "DENOMINATOR"),
    "no value": ({"obs_value": None}, "OBS_VALUE"),
    "a value though missing": ({"obs_status": "M"}, "OBS_VALUE"),
    "year": ({"time_period": 20244}, "TIME_PERIOD"),
    "control character": ({"note": "a\x01b"}, "NOTE"),
    "blank source": ({"source": " "}, "SOURCE"),
}


@pytest.mark.parametrize("cells", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("ending", ["csv", "xml"])
def test_data_that_break_the_structure_are_not_written(tmp_path, cells, ending):
    data = table({"time_period": 2020}, {**cells[0]}, {"ref_area": "210303S01", **cells[0]})
    with pytest.raises(DataError) as error:
        exchange.export(data, tmp_path / f"x.{ending}", PLAN, DEMO.areas, tmp_path / "s.xml")
    bad = [i for i, area in enumerate(data["time_period"], start=1) if area != 2020]
    assert [fault.where.row for fault in error.value.faults] == bad
    assert {fault.where.column for fault in error.value.faults} == {cells[1]}
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_occurs_twice_is_not_written(tmp_path):
    with pytest.raises(DataError) as error:
        twice = pd.concat([table({}), table({"obs_value": 5.0})])
        exchange.export(twice, tmp_path / "x.csv", PLAN, DEMO.areas)
    assert [fault.where.row for fault in error.value.faults] == [1, 2] and not list(tmp_path.iterdir())


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(UsageError):
        exchange.export(table({}), tmp_path / "x.json", PLAN, DEMO.areas)
    assert not list(tmp_path.iterdir())


def test_every_name_of_the_structure_stands_in_its_own_language(tmp_path):
    areas = pd.concat([DEMO.areas, DEMO.areas.tail(1).assign(code="X1", name_zh="新街道", name_en="新街道")])
    exchange.write_structure(PLAN, areas, tmp_path / "s.xml")
    root = ElementTree.parse(tmp_path / "s.xml").getroot()
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    named = [one for one in root.iter() if any(child.tag.endswith("}Name") for child in one)]
    assert len(named) > 100
    for one in named:
        names = {child.get(lang): child.text for child in one if child.tag.endswith("}Name")}
        assert set(names) == ({"zh"} if one.get("id") == "X1" else {"zh", "en"}), one.get("id")
        assert not re.search("[\u4e00-\u9fff]", names.get("en", "")), names
        assert names.get("en") != one.get("id") or one.get("id") in UNIT_WORDS, names  # a code is no name
    kept = {one.get("id"): one for one in root.iter() if one.tag.endswith("}Codelist")}
    assert set(kept) == {
        f"CL_{name}" for name in ("INDICATOR", "REF_AREA", "OBS_STATUS", "SEX", "AGE", "RESIDENCE", "GROUP", "UNIT")
    }
    assert all(one in named for one in kept.values())
    status = sdmx.read_sdmx(io.BytesIO((tmp_path / "s.xml").read_bytes())).codelist["CL_OBS_STATUS"]
    assert status["C"].name.localizations == {"zh": "不公开", "en": "Confidential"}
