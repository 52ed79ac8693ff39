"""The gate: a table has its columns, types and key, or it is not built."""

import pandas as pd
import pytest

from analysis.data.observations import AREAS
from analysis.exceptions import DataError
from analysis.plan import tables as plan_tables
from analysis.schema import ALERTS, FORECASTS, NO_DATA, QUANTILES, SERIES_INPUT, TABLES, Column, Table, series_id

ALL = [
    *TABLES.values(),
    AREAS,
    plan_tables.GOALS,
    plan_tables.MEASURES,
    plan_tables.DEPARTMENTS,
    plan_tables.INDICATORS,
    plan_tables.TARGETS,
]
SMALL = Table(
    "small",
    (
        Column("id"),
        Column("year", "integer"),
        Column("value", "number", required=False),
        Column("colour", choices=("red",)),
    ),
    ("id", "year"),
)


def frame(**changes):
    return pd.DataFrame({"id": ["b", "a"], "year": [2021, 2020], "value": [1, 2], "colour": ["red", "red"], **changes})


def refused(rows, table=SMALL):
    with pytest.raises(DataError) as error:
        table.build(rows)
    return error.value


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_key_columns_are_columns_and_names_occur_once(table):
    assert table.key
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_an_empty_table_has_all_columns_in_order(table):
    empty = table.empty()
    assert len(empty) == 0
    assert list(empty.columns) == table.names


def test_columns_come_in_the_tables_order_and_others_are_dropped():
    built = SMALL.build(frame(extra=["x", "y"])[["extra", "colour", "value", "year", "id"]])
    assert list(built.columns) == ["id", "year", "value", "colour"]


def test_rows_are_sorted_by_the_key_and_counted_from_zero():
    built = SMALL.build(frame())
    assert list(built["id"]) == ["a", "b"]
    assert list(built.index) == [0, 1]


def test_a_table_of_an_author_keeps_its_rows_in_order():
    built = Table("small", SMALL.columns, SMALL.key, sort=False).build(frame())
    assert list(built["id"]) == ["b", "a"]


def test_types_follow_the_columns():
    built = SMALL.build(frame(year=["2021", "2020"], value=[None, "2.5"]))
    assert str(built["year"].dtype) == "Int64"
    assert built["value"].dtype == float
    assert built["value"].isna().tolist() == [False, True]


def test_the_frame_given_is_not_changed():
    given = frame()
    SMALL.build(given)
    pd.testing.assert_frame_equal(given, frame())


def test_a_missing_column_is_named():
    error = refused(frame().drop(columns=["year", "colour"]))
    assert "year、colour" in error.message("zh")
    assert "no column year, colour" in error.message("en")


@pytest.mark.parametrize("changes", [{"id": ["", "a"]}, {"id": [None, "a"]}, {"year": [None, 2020]}])
def test_an_empty_required_cell_is_refused(changes):
    error = refused(frame(**changes))
    assert f"1 empty cells in {next(iter(changes))}" in error.message("en")
    assert "1 个空格" in error.message("zh")


def test_an_empty_cell_that_may_be_empty_passes():
    assert SMALL.build(frame(value=[None, None]))["value"].isna().all()


def test_a_value_outside_the_choices_is_named():
    error = refused(frame(colour=["red", "pink"]))
    assert "pink" in error.message("zh")
    assert "pink" in error.message("en")


def test_a_duplicate_key_is_refused_and_shown():
    error = refused(frame(id=["a", "a"], year=[2020, 2020]))
    assert "key occurs twice" in error.message("en")
    assert "'a'" in error.message("en")


def test_all_faults_are_collected_before_one_is_raised():
    error = refused(frame(id=["", ""], year=[2020, 2020], colour=["pink", ""]))
    assert len(error.faults) == 4


def test_every_fault_names_the_table():
    assert all(fault.where.item == "small" for fault in refused(frame(id=["", ""], colour=["x", "y"])).faults)


def test_building_again_changes_nothing():
    once = SMALL.build(frame())
    pd.testing.assert_frame_equal(SMALL.build(once), once)


def test_quantile_levels_are_23_rising_and_symmetric():
    assert len(QUANTILES) == 23
    assert list(QUANTILES) == sorted(set(QUANTILES))
    assert [round(1 - level, 3) for level in reversed(QUANTILES)] == list(QUANTILES)


def test_the_tables_that_travel_have_the_columns_of_the_design():
    assert FORECASTS.names == ["series_id", "model", "origin", "time_period", "output_type", "output_type_id", "value"]
    assert SERIES_INPUT.names == [
        "series_id",
        "time_period",
        "obs_value",
        "numerator",
        "denominator",
        "unit",
        "direction",
        "event",
        "parent",
        "indicator",
    ]
    assert NO_DATA.key == ("series_id",)
    assert {"level", "p_miss", "evidence", "clause", "department", "measures"} <= set(ALERTS.names)


def test_a_series_id_joins_indicator_area_and_breakdowns():
    row = {"indicator": "x.y", "ref_area": "1", "sex": "_T", "age": "_T", "residence": "U", "group": "_T"}
    assert series_id(pd.DataFrame([row])).tolist() == ["x.y|1|_T|_T|U|_T"]
