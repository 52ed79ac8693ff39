"""The comparison of what a reader took with what a table means, and the tables kept for it."""

import csv
import re
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tables import build
from tables.compare import FILES, load, not_accounted, silently_wrong

ROOT = Path(__file__).resolve().parents[1]
TRUTH = load()
KEY = {"indicator": "a.b", "ref_area": "1", "time_period": 2020}


def one(**changed):
    """Return an observation of the table of `table`, changed."""
    return {**KEY, "sex": "_T", "obs_value": 4.5, "numerator": None, "denominator": float("nan"), **changed}


def table(*cells, ask=(), scale=1000):
    """Return the truth of a small table: by default one value of 4.5."""
    whole = [{"sheet": "S", "cell": "B2", "as": "value", **KEY, "value": 4.5}, *cells]
    return {"cells": whole, "missing": [], "ask": list(ask), "scale": {"a.b": scale}}


def counts(above=9, below=2000):
    """Return the truth of a table that holds counts only."""
    cell = {"sheet": "S", **KEY}
    cells = [{**cell, "cell": "B2", "as": "numerator", "value": above}]
    return {**table(), "cells": [*cells, {**cell, "cell": "C2", "as": "denominator", "value": below}]}


def observations(truth):
    """Return what a perfect reader stores."""
    out = {}
    for cell in truth["cells"]:
        key = {k: cell[k] for k in (*KEY, "sex", "age", "residence", "group")}
        column = {"value": "obs_value"}.get(cell["as"], cell["as"])
        out.setdefault(tuple(key.values()), key)[column] = cell["value"]
    return list(out.values())


def test_what_the_table_says_is_right():
    assert silently_wrong(table(), [one()]) == []
    assert silently_wrong(table(), [one(obs_value=4.5 * (1 + 1e-12), time_period="2020")]) == []
    assert silently_wrong(table(), []) == []
    assert silently_wrong(table(), [one(time_period=2031, obs_value=None)]) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"obs_value": 4.51},
        {"obs_value": 4.5 * (1 + 1e-8)},
        {"obs_value": 0},
        {"obs_value": -4.5},
        {"time_period": 2021},
        {"ref_area": "2"},
        {"indicator": "a.c"},
        {"sex": "F"},
        {"residence": "R"},
        {"age": "Y0T4"},
        {"group": "g"},
        {"obs_value": None},
        {"obs_value": float("nan")},
        {"numerator": 9},
    ],
)
def test_whatever_else_is_named(changed):
    (fault,) = silently_wrong(table(), [one(**changed)])
    assert str(changed.get("ref_area", "1")) in fault


def test_a_value_worked_out_from_counts():
    given = {"numerator": 9, "denominator": 2000}
    assert silently_wrong(counts(), [one(**given)]) == []
    assert silently_wrong(counts(), [one(**given, obs_value=None)]) == []
    assert len(silently_wrong(counts(), [one(**given, obs_value=4.6)])) == 1
    assert len(silently_wrong(counts(), [one(numerator=2000, denominator=9)])) == 2
    assert len(silently_wrong(counts(0, 0), [one(numerator=0, denominator=0, obs_value=0)])) == 1
    alone = {**counts(), "cells": counts()["cells"][:1], "scale": {"a.b": None}}
    assert silently_wrong(alone, [one(obs_value=9, numerator=9)]) == []


def test_a_printed_value_stands_beside_its_counts():
    both = table(*counts()["cells"])
    assert silently_wrong(both, [one(numerator=9, denominator=2000)]) == []
    assert len(silently_wrong(both, [one(numerator=9, denominator=2000, obs_value=4.4999)])) == 1


def test_a_cell_that_needs_a_person_must_not_be_stored():
    asks = table(ask=[["S", "C2", "a fraction among percentages"]])
    assert len(silently_wrong(asks, [one(sheet="S", cell="C2")])) == 1
    assert silently_wrong(asks, [one(sheet="S", cell="B2")]) == []
    assert len(silently_wrong(asks, [one(time_period=2021, obs_value=0.42)])) == 1


def test_a_truth_at_odds_with_itself_is_refused():
    with pytest.raises(ValueError, match="contradicts"):
        silently_wrong(table({"sheet": "S", "cell": "B9", "as": "value", **KEY, "value": 4.6}), [])


def test_a_number_neither_stored_nor_asked_about_is_named():
    assert not_accounted(table(), [one()], set()) == []
    assert not_accounted(table(), [], {("S", "B2")}) == []
    assert len(not_accounted(table(), [], {("S", "B3"), ("", "B2")})) == 1
    assert len(not_accounted(table(), [one(obs_value=None)], set())) == 1
    assert len(not_accounted(table(), [one(time_period=2021)], set())) == 1
    assert len(not_accounted(counts(), [one(obs_value=4.5, numerator=9)], set())) == 1


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_a_perfect_reader_is_without_fault_and_a_blind_one_is_not(name):
    truth = TRUTH[name]
    whole = observations(truth)
    assert silently_wrong(truth, whole) == []
    assert not_accounted(truth, whole, set()) == []
    assert len(not_accounted(truth, [], set())) == len(truth["cells"]) > 0
    late = [{**obs, "time_period": obs["time_period"] + 40} for obs in whole]
    assert len(silently_wrong(truth, late)) == len(late)


def test_every_kept_file_has_its_truth_and_is_small():
    assert {path.name for path in FILES.iterdir()} == set(TRUTH)
    assert all(0 < path.stat().st_size < 40_000 for path in FILES.iterdir())
    assert {path.suffix for path in FILES.iterdir()} == {".xlsx", ".xls", ".ods", ".csv"}


def parts(path):
    """Return what a file holds; of an archive its parts, which pack differently from one zlib to the next."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_kept_files_are_those_the_script_makes(tmp_path):
    made = build.build(tmp_path, convert=False)
    for truth in made:
        assert parts(tmp_path / truth["file"]) == parts(FILES / truth["file"]), truth["file"]
    (tmp_path / "truth.json").write_text(build.written(made), encoding="utf-8")
    assert load(tmp_path / "truth.json") == {one["file"]: TRUTH[one["file"]] for one in made}


def cells_of(name):
    """Return the cells of a kept csv or workbook as text by sheet and address, percentages as they are shown."""
    path = FILES / name
    if path.suffix == ".csv":
        encoding = next((e for e in ("utf-16", "gb18030") if name.endswith(f"_{e}.csv")), "utf-8-sig")
        content = path.read_bytes().decode(encoding)
        delimiter = max(";\t,", key=content.count)
        if delimiter == ";":
            content = re.sub(r"(?<=\d),(?=\d)", ".", content)
        lines = csv.reader(content.splitlines(), delimiter=delimiter)
        return {("", f"{chr(65 + j)}{i}"): cell for i, line in enumerate(lines, 1) for j, cell in enumerate(line)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, data_only=True)
    found = {(sheet.title, cell.coordinate): cell for sheet in book for row in sheet.iter_rows() for cell in row}
    return {
        at: f"{cell.value * 100:.10g}%"
        if "%" in cell.number_format and cell.data_type == "n"
        else str(cell.value or 0)
        if cell.value is not None
        else ""
        for at, cell in found.items()
    }


@pytest.mark.parametrize("name", [name for name in sorted(TRUTH) if name.endswith((".csv", ".xlsx"))])
def test_the_truth_stands_in_the_cells(name):
    truth, found = TRUTH[name], cells_of(name)
    for cell in truth["cells"]:
        shown = unicodedata.normalize("NFKC", re.sub("[①-⑳²]", "", found[cell["sheet"], cell["cell"]]))
        shown = re.sub(r"(?<=\d)[, ](?=\d{3})", "", shown)
        number = float(re.search(r"-?\d+(\.\d+)?(e-?\d+)?", shown).group())
        ends = cell["value"], cell["value"] * 10_000  # persons where the plan counts ten thousands
        raised = name.startswith(("t06", "w08")) and shown.startswith(f"{cell['value']:g}")
        assert raised or any(abs(number - right) <= 1e-9 * max(1, abs(right)) for right in ends), (cell, shown)
    for sheet, at, symbol in truth["missing"]:
        assert found[sheet, at] == symbol
    for sheet, at, _ in truth["ask"]:
        assert (sheet, at) in found


def test_the_womens_plan_passes_its_check():
    command = [str(Path(sys.executable).with_name("workbench")), "plan", "check", "tests/plans/women"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
