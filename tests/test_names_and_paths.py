"""An id is a name wherever it comes in, and a name made of data leads nowhere else."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.data.observations import AREAS
from analysis.exceptions import DataError, UsageError
from analysis.gate.ids import LONGEST, is_code, is_name, named, same_but_for_case
from analysis.places import inside
from analysis.plan import read_plan
from analysis.plan.registry import registry
from analysis.runs.rounds import read_round, round_file
from analysis.schema import OBSERVATIONS, read_table

GOOD = ["a", "健康.目标-1", "Y0T4", "2021", "é", "हिन्दी", "NZL-Female-NonMaori", "x" * LONGEST, "console", "COM10"]
BAD = [
    *("", ".", "..", "../../../pwned", "/etc/x", "a/b", "a\\b", "a:b", "a|b", "a b", "a\n", "a\x00"),
    *("-a", "_a", "a.", "a..b"),
    *("CON", "con", "nul.csv", "COM1", "lpt9.x", "AUX", "e\u0301", "a\u202eb", "a\u200bb"),
    *("a\ufe0f", "１", "①", "ﾊ", "ㅤ"),
    "x" * (LONGEST + 1),
]  # fmt: skip


@pytest.mark.parametrize("text", GOOD)
def test_a_name_is_one(text):
    assert is_name(text)


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_name_is_refused(text):
    assert not is_name(text)
    with pytest.raises(UsageError):
        named(text, "--round")


@given(st.text(max_size=70))
def test_every_name_is_a_file_name_of_its_folder(tmp_path_factory, text):
    if is_name(text):
        assert unicodedata.normalize("NFC", text) == text
        assert inside(tmp_path_factory.getbasetemp(), f"{text}.csv").parent == tmp_path_factory.getbasetemp()


def test_codes_of_breakdowns_may_begin_with_an_underline():
    assert is_code("_T") and is_code("F") and not is_code("__") and not is_code("_/x")


def test_ids_that_differ_by_case_alone_are_found():
    assert list(same_but_for_case(["a.B", "c", "A.b"])) == [("A.b", "a.B")]


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/x", "..", ".", "", "CON.csv", "a\x00", "a\u202e.csv", "x.", "n" * 256]
)
def test_nothing_leads_out_of_a_folder(tmp_path, name):
    with pytest.raises(DataError):
        inside(tmp_path, name)


def test_a_link_out_of_the_folder_is_seen(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "indicators").symlink_to(tmp_path)
    with pytest.raises(DataError):
        inside(tmp_path / "run", "indicators", "a.csv")


def _observations(indicator="health.x", area="A1"):
    row = dict.fromkeys(OBSERVATIONS.names, "_T") | {"indicator": indicator, "ref_area": area, "time_period": 2020}
    return row | {"source": "s", "vintage": "2021", "obs_value": 1.0, "numerator": "", "denominator": ""} | {
        "unit": "percent", "obs_status": "A", "note": ""}  # fmt: skip


@pytest.mark.parametrize("trusted", [False, True])
@pytest.mark.parametrize("bad", [{"indicator": "../../../pwned"}, {"area": "../x"}, {"area": "NUL"}])
def test_observations_with_an_id_that_is_none_are_refused(tmp_path, bad, trusted):
    rows = [_observations(), _observations(**bad)]
    pd.DataFrame(rows).to_csv(tmp_path / "observations.csv", index=False)
    with pytest.raises(DataError) as error:
        read_table(tmp_path / "observations.csv", OBSERVATIONS, trusted)
    (value,) = bad.values()
    assert value in error.value.message("zh") and value in error.value.message("en")
    if not trusted:
        assert "observations.csv" in error.value.message("en") and "row 3" in error.value.message("en")


def test_two_writings_of_one_area_are_refused():
    table = pd.DataFrame(
        [(code, "n", "n", "", "district", None) for code in ("ab", "AB")],
        columns=["code", "name_zh", "name_en", "parent", "level", "share"],
    )
    with pytest.raises(DataError, match="大小写"):
        AREAS.build(table)


@pytest.mark.parametrize("plan", ["tiexi-2021-2030", "national-2021-2030", "demo-province-2021-2030"])
def test_every_id_that_is_shipped_is_a_name(plan):
    made = read_plan(plan)
    own = [made.id, made.area, *(one.id for part in (made.domains, made.goals, made.measures) for one in part)]
    own += [one.id for one in (*made.indicators, *made.targets)] + [one.code for one in made.departments]
    assert all(map(is_name, own))
    assert all(is_name(one.code) for one in registry().entries)


@pytest.mark.parametrize("name", ["../x", "a/b", "CON", ""])
def test_a_round_is_a_name(name):
    with pytest.raises(UsageError):
        round_file(name)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "../x"}', "\ud800".encode("utf-8", "replace").decode()])
def test_a_received_round_that_is_none_is_said(tmp_path, text):
    (tmp_path / "round.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError):
        read_round(tmp_path / "round.json")
