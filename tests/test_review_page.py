"""The commands of the page on rounds of review run in their order, and its tables say what the code does."""

import json
import re

from conftest import ROOT
from openpyxl import load_workbook
from review_work import judged, small_run
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.store.review_states import REVIEW_MOVES, REVIEW_STATES
from analysis.runs.publishing.pages import FORM

PAGE = (ROOT / "docs" / "rounds.md").read_text(encoding="utf-8")
COMMANDS = [line.split()[1:] for block in re.findall(r"```\n(.*?)```", PAGE, re.S) for line in block.splitlines()]


def filled(path, *cells):
    book = load_workbook(path)
    for row, column, value in cells:
        book.worksheets[0].cell(row, column).value = value
    book.save(path)


def by_people():
    """Do what people do between two commands."""
    filled("reports/draft-1/health.xlsx", (6, 4, "请核实"))
    yield "review answer reports/public-2025"
    filled("answers.xlsx", (5, 9, "采纳"))
    yield "publish"
    said = {"form": FORM, "publication": "tiexi-2021-2030-210303-2025-p1", "said": "数字有误"}
    with open("feedback.json", "w", encoding="utf-8") as file:
        json.dump(said, file)
    yield "remarks export"
    filled("remarks.xlsx", (5, 6, "总体判断符合实际。"))
    yield ""


def test_one_cycle_runs_as_it_is_written(tmp_path, monkeypatch, small):
    monkeypatch.chdir(tmp_path)
    run = small_run(tmp_path / "reports" / "public-2025", like=small)
    judged(run, t0="met", t1="at_risk")
    people, after, said = by_people(), "review open", []
    for words in COMMANDS:
        if words[0] == "evaluate":
            assert words[1:] == ["--audience", "public", "--out", "reports/public-2025"]
            continue
        done = CliRunner().invoke(app, [*words, "--db", str(tmp_path / "m.sqlite")])
        assert done.exit_code == 0, (words, done.output, done.exception)
        said.append(done.output)
        if " ".join(words).startswith(after) and after:
            after = next(people)
    text = "".join(said)
    for part in ("接收 1", "意见 1 条", "→ 定稿", "首次公开", "反馈 1 条", "1 段"):
        assert part in text, part


def test_the_table_of_states_is_that_of_the_code():
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in PAGE.split("\n") if row.startswith("| `")]
    said = {row[0].strip("`"): row for row in rows if row[0].strip("`") in REVIEW_STATES}
    assert set(said) == set(REVIEW_STATES)
    for state, row in said.items():
        assert row[1] == REVIEW_STATES[state].zh
        assert set(re.findall(r"`(\w+)`", row[2])) == set(REVIEW_MOVES[state])
        assert set(re.findall(r"\w+", row[3])) == set(REVIEW_MOVES[state].values())
