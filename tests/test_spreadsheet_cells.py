"""No cell of a CSV that is written runs in a spreadsheet, and every text comes back as it was."""

import csv
import re
from io import StringIO

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.gate.texts import guarded, unguarded
from analysis.runs.files import write_table
from analysis.runs.rows import _quoted
from analysis.schema import Column, Table, read_table
from analysis.schema.blocks import read_blocks
from analysis.schema.files import csv_text

TABLE = Table("t", (Column("key"), Column("text", required=False), Column("n", "number", required=False)), ("key",))
SIGNS = st.text(st.sampled_from("=+-@\t\r'\",;\n 1.5eaA甲"), max_size=8)
# ends of cells are stripped by every reader: a text is what stands between its blanks
TEXTS = SIGNS.map(lambda text: text.strip()).map(lambda text: text.replace("\r", "\n"))
NUMBER = re.compile(r"[+-]?[\d,]*\.?[\d,]*(e[+-]?\d+)?", re.IGNORECASE)


def _runs(cell):
    return cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(cell)


@given(SIGNS)
@example("=1+1")
@example("'=1+1")
@example("-5")
@example("'-5")
@example("+1e5")
def test_a_guarded_text_does_not_run_and_comes_back(text):
    assert not _runs(guarded(text))
    assert unguarded(guarded(text)) == text or (text.startswith("'") and guarded(text) == text)


@given(st.lists(SIGNS, unique=True, min_size=2))
def test_two_texts_are_never_guarded_alike(texts):
    assert len({guarded(one) for one in texts}) == len(texts)


@given(st.lists(TEXTS, min_size=1, max_size=6), st.floats(-1e6, 1e6))
@example(["=HYPERLINK(1)", "'=x", "@a", "-a,b", "+1", "-"], -2.5)
def test_a_table_comes_back_as_it_was(tmp_path_factory, texts, number):
    table = TABLE.build(pd.DataFrame([(f"k{i}", text, number) for i, text in enumerate(texts)], columns=TABLE.names))
    path = tmp_path_factory.getbasetemp() / "table.csv"
    write_table(table, path)
    content = path.read_text(encoding="utf-8")
    assert not any(_runs(cell) for row in csv.reader(StringIO(content, newline="")) for cell in row)
    kept = read_table(path, TABLE, trusted=True)
    assert list(kept["text"]) == list(table["text"])
    blocks = pd.concat(read_blocks(path, TABLE))
    assert list(blocks["text"]) == list(table["text"])


def test_headings_do_not_run_either():
    head = csv_text(pd.DataFrame({"=cmd": ["a"], "@b": [1.0], "c": [-1.5]})).splitlines()
    assert head == ["'=cmd,'@b,c", "a,1,-1.5"]


def test_the_rows_of_many_series_are_guarded_alike():
    assert _quoted("=1+1") == "'=1+1"
    assert _quoted("@a,b") == '"\'@a,b"'
