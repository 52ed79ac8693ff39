"""The random tables of the fuzz: their truth stands in the cells that are seen, and faults of a reader are found."""

import random
import re
import unicodedata

import pytest
from openpyxl.utils.cell import coordinate_from_string
from tables.build import checked
from tables.compare import not_accounted, silently_wrong
from tables.long_tables import ROWS, long_table
from tables.sheet import delimited
from tables.wide_tables import SHAPES, wide_table

MAKERS = [(long_table, kind) for kind in ROWS] + [(wide_table, shape) for shape in SHAPES]
SEEDS = range(6)


def books(make, kind, as_csv=False):
    return [make(random.Random(seed), kind, as_csv) for seed in SEEDS]


def stored(truth):
    """Return what a perfect reader stores."""
    out = {}
    for cell in truth["cells"]:
        key = {k: v for k, v in cell.items() if k not in ("sheet", "cell", "as", "value")}
        column = "obs_value" if cell["as"] == "value" else cell["as"]
        out.setdefault(tuple(key.values()), key)[column] = cell["value"]
    return list(out.values())


def is_hidden(book, sheet, cell):
    """Return whether a cell is not seen."""
    page = book.book[sheet]
    column, row = coordinate_from_string(cell)
    dimensions = page.row_dimensions[row], page.column_dimensions[column]
    return page.sheet_state != "visible" or any(one.hidden for one in dimensions)


def says(content, number):
    """Return whether a cell shows a number, marks left out, in the plan's unit or one that its row names."""
    plain = re.sub(r"[①-⑳⑴-⒇²³]|\(注\d\)|（注\d）|\[\d\]|(?<=\d),(?=\d{3})", "", str(content))
    found = re.search(r"-?\d+(\.\d+)?(e-?\d+)?", unicodedata.normalize("NFKC", plain))
    shown = float(found.group()) if found else None
    return any(abs(shown - number * f) <= 1e-4 * max(1, abs(number * f)) for f in (1, 0.01, 0.1, 10, 10_000))


@pytest.mark.parametrize(("make", "kind"), MAKERS)
def test_no_cell_has_two_meanings_and_a_perfect_reader_no_fault(make, kind):
    for book in books(make, kind):
        truth = checked(book.truth())
        assert truth["cells"] or kind in ("hidden", "formulas")
        assert silently_wrong(truth, stored(truth)) == []
        assert not_accounted(truth, stored(truth), set()) == []


@pytest.mark.parametrize(("make", "kind"), MAKERS)
def test_what_is_hidden_is_to_be_asked_about_and_what_is_meant_is_seen(make, kind):
    for book in books(make, kind):
        truth = book.truth()
        assert not [cell for cell in truth["cells"] if is_hidden(book, cell["sheet"], cell["cell"])]
        for sheet, cell, why in truth["ask"]:
            assert is_hidden(book, sheet, cell) or not why.startswith("hidden")


@pytest.mark.parametrize(("make", "kind"), MAKERS)
def test_the_numbers_stand_in_the_cells(make, kind):
    for book in books(make, kind, as_csv=True):
        for cell in book.truth()["cells"]:
            content = book.book[cell["sheet"]][cell["cell"]].value
            assert says(content, cell["value"]), (cell, content)
        for sheet, at, symbol in book.truth()["missing"]:
            assert (book.book[sheet][at].value or "") == symbol


@pytest.mark.parametrize(("make", "kind"), MAKERS)
def test_the_same_seed_gives_the_same_table(make, kind):
    one, other = (make(random.Random(7), kind, True) for _ in range(2))
    assert one.truth() == other.truth()
    assert delimited(one.pages[0], ",", "utf-8") == delimited(other.pages[0], ",", "utf-8")


def test_every_trouble_leaves_something_to_find():
    for kind, what in (
        ("missing", "missing"),
        ("periods", "ask"),
        ("hidden", "ask"),
        ("formulas", "ask"),
        ("counts", "ask"),
    ):
        assert sum(len(book.truth()[what]) for book in books(long_table, kind)) > 5


def test_a_mark_read_as_a_digit_is_found():
    book = next(book for book in books(long_table, "marks") if "①" in str(book.pages[0].texts()))
    truth = book.truth()
    folded = [{**one, "obs_value": float(f"{one['obs_value']}1")} for one in stored(truth)]
    assert len(silently_wrong(truth, folded)) == len(folded) > 0
