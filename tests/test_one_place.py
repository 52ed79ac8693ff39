"""What many modules need stands in one of them: names not known, rows about everybody, quantiles, labels of codes."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis
from analysis.data.forms.labels import LABELS, STATUS_LABELS, group_name
from analysis.exceptions import Text, UsageError, Where, check_known, listed
from analysis.explore.answers import Answer
from analysis.explore.room import Known
from analysis.library.evaluation import Evaluation
from analysis.models import Series, forecast
from analysis.pipeline import Pipeline
from analysis.plan import read_plan
from analysis.runs.kinds import check_documents, check_formats
from analysis.schema import BREAKDOWNS, HIGH_80, LOW_80, MEDIAN, QUANTILES, TOTAL, by_quantile, is_total
from analysis.schema.tables import OBS_STATUSES

SRC = Path(analysis.__file__).parent
WHAT = Text("没有这个", "there is no")
NAMES = st.lists(st.text("abcdefgh_", min_size=1, max_size=12), min_size=1, max_size=40, unique=True)
BY_HAND = {  # what is written by hand elsewhere than in its place
    r"list\(BREAKDOWNS\)\] ==": "schema/rows.py",
    r"pivot\([^)]*output_type_id": "schema/rows.py",
    r"get_close_matches\(name\[": "exceptions.py",
    r"[\[(]\"indicator\", \"ref_area\", \*BREAKDOWNS[\])]": "schema/rows.py",
    r"下列之一": "exceptions.py",
}


@given(NAMES, st.text("abcdefgh_", min_size=1, max_size=12))
def test_a_name_that_is_not_known_is_told_with_those_that_are(known, asked):
    if asked in known:
        check_known(WHAT, [asked], known, Where(item="--x"))
        return
    with pytest.raises(UsageError) as caught:
        check_known(WHAT, [*known, asked], known, Where(item="--x"))
    for lang in ("zh", "en"):
        said = caught.value.message(lang)
        assert asked in said and "--x" in said
        assert all(name in said for name in known[:20]) and listed(known)(lang) in said


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda: check_formats("html,dcox"), "docx"),
        (lambda: check_documents("midtrem"), "midterm"),
        (lambda: read_plan("national-2021-203"), "national-2021-2030"),
    ],
)
def test_the_likely_name_is_offered(call, meant):
    with pytest.raises(UsageError) as caught:
        call()
    assert meant in caught.value.faults[0].action.en


@pytest.mark.parametrize(("pattern", "place"), BY_HAND.items())
def test_nothing_is_written_by_hand_that_has_a_place(pattern, place):
    texts = {path.relative_to(SRC).as_posix(): path.read_text(encoding="utf-8") for path in SRC.rglob("*.py")}
    found = {name for name, text in texts.items() if re.search(pattern, text)}
    assert found == {place}


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.sampled_from([TOTAL, "F", "R"])] * 4), min_size=1))
def test_a_total_has_no_breakdown(codes):
    table = pd.DataFrame(codes, columns=list(BREAKDOWNS))
    assert is_total(table).tolist() == [set(row) == {TOTAL} for row in codes]
    assert [group_name(row, "en") == "total" for row in codes] == is_total(table).tolist()


@settings(max_examples=10, deadline=None)
@given(st.lists(st.floats(1, 50), min_size=5, max_size=9))
def test_quantiles_stand_side_by_side_in_order(values):
    series = Series("a|b", np.arange(2010, 2010 + len(values)), np.array(values), unit="other")
    made, _ = forecast([series], horizon=2, model_name="random_walk")
    wide = by_quantile(made.sample(frac=1, random_state=1))
    assert list(map(float, wide.columns)) == list(QUANTILES) and (wide.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert [wide.columns[k] for k in (LOW_80, MEDIAN, HIGH_80)] == ["0.1", "0.5", "0.9"]


def test_every_status_and_breakdown_has_a_label_in_both_languages():
    assert set(STATUS_LABELS) == set(OBS_STATUSES) and set(LABELS) == set(BREAKDOWNS)
    named = [*STATUS_LABELS.values(), *(one for own in LABELS.values() for one in own.values())]
    assert all(one.zh and one.en for one in named)


def test_explorer_and_evaluation_are_the_pipeline():
    assert all(issubclass(one, Pipeline) for one in (Known, Answer, Evaluation))
