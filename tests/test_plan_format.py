"""The page of a plan's format is made from the declared tables, and faults of a plan lead to it."""

import os

import pytest
from conftest import ROOT

from analysis.exceptions import Fault, PlanError, Text, Where
from analysis.formats import UNIT_NAMES, amount
from analysis.narrative.printed import agrees
from analysis.plan.reference import PAGE, page
from analysis.plan.tables import ALL
from analysis.plan.targets import KINDS


def test_the_page_is_what_the_tables_say():
    path = ROOT / PAGE
    if os.environ.get("UPDATE_PAGE"):
        path.write_text(page(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == page()


def test_every_column_and_kind_stands_on_the_page():
    text = page()
    for table in ALL:
        part = text.split(f"## {table.name}.csv")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"\n| {column.name} |" in part, (table.name, column.name)
    assert all(f"| {kind} |" in text for kind in KINDS)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fault_of_a_plan_leads_to_the_page(lang):
    fault = Fault(Text("某", "one"), Where(file="targets.csv"), Text("", ""), Text("", ""))
    assert PlanError([fault]).message(lang).endswith(PAGE)
    assert PlanError([]).message(lang) == ""


@pytest.mark.parametrize("unit", ["other", *UNIT_NAMES, "percentage_points", "percent_of_baseline", "percent_per_year"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_value_in_any_unit_of_a_plan_is_known_to_the_check_of_documents(unit, lang):
    assert agrees(amount(11.5, unit, lang, 1), 11.5, f"amount {unit} 1")
    assert not agrees(amount(11.4, unit, lang, 1), 11.5, f"amount {unit} 1")
