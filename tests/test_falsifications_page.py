"""The page of falsifications says what the tests try: one row a case, the level it may reach, what is said of it."""

import os

from conftest import ROOT
from falsifications.catalogue import ALL

PAGE = ROOT / "docs" / "falsifications.md"
HEAD = """# Falsified bundles

What a test does to an unpacked bundle, every hash made again as a forger would, the best level it may end at, and the
pattern that what is said of it has to match. Before the level was that of the worst file, 57 of the 111 first cases
ended at a better one; which of them was not kept. Made from the table of the tests:
`UPDATE_PAGE=1 python -m pytest tests/test_falsifications_page.py`.

| of | what was changed | level | told as |
|---|---|---|---|
"""


def _page():
    rows = []
    for name, one in ALL.items():
        kind, _, what = name.partition(": ")
        told = f"`{one.wanted}`".replace("|", "\\|") if one.wanted else "nothing to tell"
        rows.append(f"| {kind} | {what} | {one.best} | {told} |")
    return HEAD + "\n".join(rows) + "\n"


def test_the_page_of_falsifications_is_that_of_the_catalogue():
    if os.environ.get("UPDATE_PAGE"):
        PAGE.write_text(_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == _page()
