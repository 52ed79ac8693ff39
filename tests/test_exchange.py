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
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data import exchange
from analysis.data.exchange.codes import id_of
from analysis.data.forms.reading import read_submission
from analysis.data.forms.safety import safe_cell
from analysis.data.observations import AREAS, read_dataset
from analysis.exceptions import DataError, UsageError
from analysis.gate.texts import written
from analysis.plan import read_plan
from analysis.schema import OBSERVATIONS

PLAN = read_plan("tiexi-2021-2030")
DEMO = read_dataset(ROOT / "data" / "demo")
NAMES = dict(zip(DEMO.areas["code"], DEMO.areas["name_zh"], strict=True))
TOTALS = dict.fromkeys(("sex", "age", "residence", "group"), "_T")
UNIT_WORDS = ("hours", "yuan", "count")  # codes that are English words
ROW = {
    "indicator": "health.imr", "ref_area": PLAN.area, "time_period": 2024, **TOTALS, "source": "S",
    "vintage": "2026-03", "obs_value": 4.5, "numerator": 9.0, "denominator": 2000.0, "unit": "per_1000",
    "obs_status": "A", "note": "",
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
# what the gate takes: values of their counts, values near one another, none
_counted = st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)).map(
    lambda counts: {
        "obs_value": min(counts) / max(counts) * 1e3,
        "numerator": float(min(counts)),
        "denominator": float(max(counts)),
    }
)
_bare = (st.floats(10, 19) | st.none()).map(lambda value: {"obs_value": value, "numerator": None, "denominator": None})
_rows = st.lists(
    st.fixed_dictionaries(
        {
            "time_period": st.integers(1990, 2025),
            "numbers": _counted | _bare,
            "note": _note,
            "source": _note.filter(bool),
            "vintage": st.from_regex(r"20[0-2][0-9]-0[1-9]", fullmatch=True),
            "sex": st.sampled_from(["_T", "F", "M"]),
            "age": st.sampled_from(["_T", "Y0T4", "Y3T6.5", "Y-1"]),
            "group": st.sampled_from(["_T", "留守", "left-behind", "a.b", "甲-1"]),
            "ref_area": st.sampled_from([PLAN.area, "210303S01"]),
        }
    )
    .map(lambda row: {**row, **row.pop("numbers")})
    .map(lambda row: {**row, "obs_status": "A" if row["obs_value"] is not None else "M"}),
    min_size=1,
    max_size=6,
    unique_by=lambda row: tuple(row[name] for name in ("time_period", "source", "vintage", *_VARIED)),
)  # fmt: skip


@settings(max_examples=15)
@given(rows=_rows)
@pytest.mark.parametrize("ending", ["csv", "xml"])
def test_whatever_is_exported_comes_back_equal(tmp_path_factory, rows, ending):
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


# what others send

_MES = 'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:g="urn:g" xmlns:xsi="urn:xsi"'
_KEY = 'INDICATOR="health-imr" SEX="_T" AGE="_T" RESIDENCE="_T" GROUP="_T" VINTAGE="2026-03"'


def message(content, root="StructureSpecificData", header='<m:Sender id="CITY"/>', spaces=_MES):
    return f'<?xml version="1.0" encoding="UTF-8"?><m:{root} {spaces}><m:Header>{header}</m:Header>{content}</m:{root}>'


def read(tmp_path, content, name="x.xml", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    reading, _ = read_submission(path, PLAN, areas=NAMES)
    return reading.accepted, reading.quarantined


def test_attributes_of_series_group_and_data_set_are_read(tmp_path):
    content = f"""<m:DataSet UNIT_MEASURE="per_1000" NOTE="set" OBS_STATUS="P">
      <g:Group xsi:type="g:Area" REF_AREA="{PLAN.area}" NOTE="group" OBS_STATUS="E"/>
      <g:Group xsi:type="g:Both" REF_AREA="{PLAN.area}" INDICATOR="health-imr" NOTE="longer"/>
      <Series {_KEY} REF_AREA="{PLAN.area}" OBS_STATUS="B">
        <Obs TIME_PERIOD="2023" OBS_VALUE="4.1" OBS_STATUS="A" NOTE="own"/><Obs TIME_PERIOD="2024-A1" OBS_VALUE="4.2"/>
      </Series>
      <Series {_KEY} REF_AREA="210303S01"><Obs TIME_PERIOD="2024" OBS_VALUE="4.3"/></Series>
      <Obs {_KEY} REF_AREA="{PLAN.area}" SOURCE="FLAT" TIME_PERIOD="2022" OBS_VALUE="4.4"/>
    </m:DataSet><m:DataSet><Obs {_KEY} REF_AREA="{PLAN.area}" TIME_PERIOD="2021" OBS_VALUE="4.5"/></m:DataSet>"""
    accepted, aside = read(tmp_path, message(content))
    assert len(aside) == 0
    told = accepted[["time_period", "obs_value", "obs_status", "note", "source"]].to_numpy().tolist()
    assert told == [
        [2023, 4.1, "A", "own", "CITY"],
        [2024, 4.2, "B", "longer", "CITY"],
        [2024, 4.3, "P", "set", "CITY"],
        [2022, 4.4, "E", "longer", "FLAT"],
        [2021, 4.5, "A", "", "CITY"],  # groups and attributes of one data set are not those of another
    ]


def test_a_group_after_its_series_counts_as_well(tmp_path):
    content = f"""<m:DataSet><Series {_KEY} REF_AREA="{PLAN.area}"><Obs TIME_PERIOD="2024" OBS_VALUE="4"/></Series>
      <Group REF_AREA="{PLAN.area}" SOURCE="GROUP" NOTE="late"/><Group REF_AREA="other" NOTE="no"/></m:DataSet>"""
    accepted, _ = read(tmp_path, message(content))
    assert accepted[["source", "note"]].to_numpy().tolist() == [["GROUP", "late"]]


def test_generic_data_are_read(tmp_path):
    def values(**cells):
        return "".join(f'<g:Value id="{id}" value="{value}"/>' for id, value in cells.items())

    content = f"""<m:DataSet structureRef="X">
      <g:Group type="Area"><g:GroupKey>{values(REF_AREA=PLAN.area)}</g:GroupKey>
        <g:Attributes>{values(SOURCE="YEARBOOK", NOTE="group")}</g:Attributes></g:Group>
      <g:Series><g:SeriesKey>{values(INDICATOR="health.imr", REF_AREA=PLAN.area, SEX="_T", FREQ="A")}</g:SeriesKey>
        <g:Attributes>{values(UNIT_MEASURE="per_1000")}</g:Attributes>
        <g:Obs><g:ObsDimension value="2024"/><g:ObsValue value="4.2"/>
          <g:Attributes>{values(OBS_STATUS="P")}</g:Attributes></g:Obs>
      </g:Series>
      <g:Obs><g:ObsKey>{values(INDICATOR="health-imr", REF_AREA=PLAN.area, TIME_PERIOD="2023")}</g:ObsKey>
        <g:ObsValue value="4.3"/></g:Obs></m:DataSet>"""
    accepted, aside = read(tmp_path, message(content, "GenericData"))
    assert len(aside) == 0
    told = accepted[["time_period", "obs_value", "obs_status", "source", "note"]].to_numpy().tolist()
    assert told == [[2024, 4.2, "P", "YEARBOOK", "group"], [2023, 4.3, "A", "YEARBOOK", "group"]]


def test_data_of_version_3_are_read(tmp_path):
    spaces = 'xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v3_0/message" xmlns:ss="urn:ss"'
    content = f"""<m:DataSet ss:action="Merge"><Atts UNIT_MEASURE="per_1000"/>
      <Series {_KEY} REF_AREA="{PLAN.area}"><Obs TIME_PERIOD="2024" OBS_VALUE="4"><Comp id="NOTE"><Value>a</Value>
      <Value>b</Value></Comp></Obs><Obs ss:action="Delete" TIME_PERIOD="2023" OBS_VALUE="5"/></Series></m:DataSet>"""
    accepted, aside = read(tmp_path, message(content, spaces=spaces))
    assert accepted[["time_period", "obs_value", "note"]].to_numpy().tolist() == [[2024, 4.0, "a；b"]]
    assert aside["reason_zh"].str.contains("删除").tolist() == [True]


@pytest.mark.parametrize("period", ["2024-M01", "2024-Q1", "2024-S1", "2024-01-01/P3M"])
def test_other_periods_are_passed_on_as_they_are(tmp_path, period):
    content = f'<m:DataSet><Obs {_KEY} TIME_PERIOD="{period}" OBS_VALUE="4"/></m:DataSet>'
    (tmp_path / "x.xml").write_text(message(content), encoding="utf-8")
    header, row = exchange.sdmx_rows(tmp_path / "x.xml")
    assert row[header.index("TIME_PERIOD")] == period


ASIDE = {
    "indicator": ('INDICATOR="no-such"', "no-such"),
    "area": ('INDICATOR="health-imr" REF_AREA="999999"', "999999"),
    "multiplied": ('INDICATOR="health-imr" UNIT_MULT="3"', "UNIT_MULT=3"),
    "months": ('INDICATOR="health-imr" FREQ="M"', "FREQ=M"),
    "dimension": ('INDICATOR="health-imr" DISABILITY="Y"', "DISABILITY=Y"),
}


@pytest.mark.parametrize(("cells", "code"), ASIDE.values(), ids=ASIDE.keys())
def test_what_is_not_known_here_is_set_aside_row_by_row_with_its_code(tmp_path, cells, code):
    content = '<m:DataSet><Obs INDICATOR="health-imr" TIME_PERIOD="2023" OBS_VALUE="4" DISABILITY="_T" DECIMALS="1"/>'
    content += f'<Obs {cells} TIME_PERIOD="2024" OBS_VALUE="4"/></m:DataSet>'
    accepted, aside = read(tmp_path, message(content))
    assert accepted["time_period"].tolist() == [2023]
    assert len(aside) == 1 and code in aside["reason_zh"][0] and code in aside["reason_en"][0]
    assert code.rpartition("=")[2] in aside["raw"][0]


def test_a_message_that_deletes_is_no_data(tmp_path):
    content = '<m:DataSet><Obs INDICATOR="health-imr" TIME_PERIOD="2023" OBS_VALUE="4"/></m:DataSet>'
    accepted, aside = read(tmp_path, message(content, header="<m:DataSetAction>Delete</m:DataSetAction>"))
    assert len(accepted) == 0 and len(aside) == 1


REFUSED = {
    "structure": ("<m:Structure xmlns:m='x'/>", "数据结构文件"),
    "registry": ("<m:RegistryInterface xmlns:m='x'/>", "注册系统"),
    "error": (
        "<m:Error xmlns:m='x'><m:ErrorMessage code='100'><m:Text>No results</m:Text></m:ErrorMessage></m:Error>",
        "错误信息，不是数据：100 No results",
    ),
    "version 2.0": ("<CompactData/>", "SDMX 2.0"),
    "web page": ("<html/>", "根元素为 html"),
    "no observation": (message("<m:DataSet/>"), "没有一个观测值"),
    "no XML": ("数值", "XML 有误"),
    "entities": ("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "DTD"),
    "encoding": ("<?xml version='1.0' encoding='no-such'?><x/>", "编码"),
}


@pytest.mark.parametrize(("content", "found"), REFUSED.values(), ids=REFUSED.keys())
def test_a_file_that_is_no_data_is_refused_by_what_it_is(tmp_path, content, found):
    with pytest.raises(DataError) as error:
        read(tmp_path, content)
    assert found in error.value.message("zh")
    assert "x.xml" in error.value.message("en")


def test_broken_xml_is_told_with_its_line(tmp_path):
    with pytest.raises(DataError) as error:
        read(tmp_path, message("\n<m:DataSet>\n</a>"))
    assert error.value.faults[0].where.row == 3


@pytest.mark.parametrize(
    ("declared", "encoding"), [("GB2312", "gb18030"), ("UTF-16", "utf-16"), ("UTF-8", "utf-8-sig")]
)
def test_other_encodings_are_read(tmp_path, declared, encoding):
    content = '<m:DataSet><Obs INDICATOR="health-imr" TIME_PERIOD="2023" OBS_VALUE="4" NOTE="说明"/></m:DataSet>'
    accepted, _ = read(tmp_path, message(content).replace("UTF-8", declared), encoding=encoding)
    assert accepted["note"].tolist() == ["说明"]


def test_sdmx_csv_1_with_labels(tmp_path):
    content = (
        "DATAFLOW,INDICATOR: 指标,REF_AREA: 地区,SEX: 性别,TIME_PERIOD: 年份,OBS_VALUE: 数值,OBS_STATUS: 数据状态\n"
        f"CITY:X(1.0),health-imr: 婴儿死亡率,{PLAN.area}: 本区,_T: 合计,2024-A1,4.2,A: 正常\n"
        f"CITY:X(1.0),health.imr: 婴儿死亡率,{PLAN.area},F: 女,2024,4.1,P\n"
    )
    accepted, aside = read(tmp_path, content, "x.csv")
    assert len(aside) == 0
    told = accepted[["indicator", "ref_area", "sex", "time_period", "obs_value", "obs_status"]].to_numpy().tolist()
    assert told == [["health.imr", PLAN.area, "_T", 2024, 4.2, "A"], ["health.imr", PLAN.area, "F", 2024, 4.1, "P"]]


def test_rows_of_sdmx_csv_2_that_are_no_data_are_set_aside_in_their_places(tmp_path):
    content = (
        "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MULT,COMMENT_OBS\n"
        "dataflow,C:X(1.0),D,health-imr,2023,4.2,,\n"
        "dataflow,C:X(1.0),I,health-imr,2024,4.1,0,a comment\n"
        "dataflow,C:X(1.0),R,health-imr,2022,4.0,6,\n"
        "dataflow,C:X(1.0),Q,health-imr,2021,4.0,0,\n"
        "dataflow,C:X(1.0),R,health-imr,2020,4.0,0,a,b\n"
        "dataflow,C:X(1.0),R,no-such,2019,4.0,0,\n"
    )
    accepted, aside = read(tmp_path, content, "x.csv")
    assert accepted[["time_period", "obs_value", "note", "row"]].to_numpy().tolist() == [[2024, 4.1, "a comment", 3]]
    assert aside["row"].tolist() == [2, 4, 5, 6, 7]
    for part, reason in zip(
        ("ACTION=D", "UNIT_MULT=6", "ACTION=Q", "cells", "no-such"), aside["reason_en"], strict=True
    ):
        assert part in reason
    assert aside["time_period"].tolist() == ["2023", "2022", "2021", "2020", "2019"]


def test_a_plain_table_is_no_sdmx_csv():
    assert not exchange.is_sdmx_csv([["指标编码", "数值"], ["STRUCTURE", "1"]])
    assert not exchange.is_sdmx_csv([["STRUCTURE", "OBS_VALUE"]])
    assert not exchange.is_sdmx_csv([]) and not exchange.is_sdmx_csv([["", None]])
    assert exchange.is_sdmx_csv([["\ufeffDATAFLOW", "X"]])


def test_the_commands_of_exchange(tmp_path):
    def run(*words, code=0):
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.output

    run("exchange", "export", tmp_path / "x.csv", "--data", ROOT / "data" / "demo", "--structure", tmp_path / "s.xml")
    assert "health-imr" in (tmp_path / "s.xml").read_text(encoding="utf-8")
    content = f'<m:DataSet><Series {_KEY}><Obs TIME_PERIOD="2024" OBS_VALUE="4"/></Series></m:DataSet>'
    (tmp_path / "c.xml").write_text(message(content.replace("<Series", '<Series REF_AREA="210303"')), encoding="utf-8")
    assert "接收 1 行，待更正 0 行" in run("exchange", "import", tmp_path / "c.xml", "--db", tmp_path / "m.sqlite")
