"""Tables as offices send them: every number lands right or is asked about, none is silently wrong."""

import pytest
from conftest import ROOT
from tables.compare import load, not_accounted, silently_wrong
from tables.reader import outcome
from tables.world import WORLDS

from analysis.data.forms.opening import Options
from analysis.plan import read_plan

TRUTH = load()
FILES = ROOT / "tests" / "tables" / "files"


def plan_of(truth):
    return read_plan(ROOT / truth["plan"] if "/" in truth["plan"] else truth["plan"])


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_every_number_lands_right_or_is_asked_about(name):
    truth = TRUTH[name]
    given = truth["options"]
    options = Options(given.get("area"), given.get("year"))
    taken, asked = outcome(FILES / name, plan_of(truth), WORLDS[truth["plan"]].areas, options)
    assert not silently_wrong(truth, taken)
    assert not not_accounted(truth, taken, asked)


def test_most_numbers_are_taken_without_a_question():
    taken = asked = 0
    for name in sorted(TRUTH):
        if name.startswith(("w01", "w07", "t01", "t02", "t03", "t04", "t05", "t12")):
            rows, open_ = outcome(FILES / name, plan_of(TRUTH[name]), WORLDS[TRUTH[name]["plan"]].areas)
            taken, asked = taken + len(rows), asked + len(open_)
    assert taken > 1_000 and asked < 0.1 * taken
