"""Rows set aside are closed by what corrects them, confirms or declines them, returns them, and by nothing else."""

import json

import pytest
from test_store import SENDER, SIMULATED, Move, _closed, open_store, postgres, reading, row, url  # noqa: F401
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.store.quarantine import plain_name
from analysis.data.store.states import Sender
from analysis.exceptions import UsageError

OTHER = Sender("plan", "210303", "education", 2025, "赵六")


def aside(year, indicator, **options):
    why = {"reason_zh": "不是数字", "reason_en": "no number", "raw": "[]"}
    return {
        "sheet": "填报表",
        "row": 9,
        "cell": "L9",
        "indicator": indicator,
        "time_period": str(year),
        **why,
        **options,
    }


def proposed(year, value, cell="L9", **options):
    one = row(year, value, **options)
    one = {name: one[name] for name in one if name not in ("sheet", "row")}
    key = {name: one[name] for name in ("ref_area", "sex", "age", "residence", "group")}
    kept = json.dumps(one, ensure_ascii=False)
    return aside(year, one["indicator"], state="proposed", cell=cell, proposal=kept, **key)


def how(store):
    return store.quarantine(open_only=False)["closed_how"].tolist()


def test_a_row_is_closed_by_its_key_whoever_sends_it_and_in_whatever_file(url):  # noqa: F811
    store = open_store(url)
    keys = [{}, {"sex": "F"}, {"ref_area": "210303"}, {"ref_area": "9"}]
    store.submit(reading("a", [], [aside(2025, "health.nmr", **key) for key in keys]), SENDER)
    store.submit(reading("b", [row(2024, 1.0, "health.nmr"), row(2025, 1.0)]), OTHER)  # another year, another indicator
    assert how(store) == ["", "", "", ""]
    id, _ = store.submit(reading("c", [row(2025, 1.0, "health.nmr")]), OTHER)
    assert how(store) == ["corrected", "", "corrected", ""]  # an empty place or breakdown is the whole
    closed = store.quarantine(open_only=False).iloc[0]
    assert (closed["closed_by"], closed["closed_who"]) == (id, "赵六") and closed["closed_at"]
    elsewhere = Sender("plan", "9", "health", 2025, "张三")
    store.submit(reading("d", [row(2025, 1.0, "health.nmr", ref_area="9")]), elsewhere)  # the city's file, not ours
    assert how(store) == ["corrected", "", "corrected", ""]


def test_a_name_that_never_was_resolved_is_closed_by_the_file_sent_again(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("卫健局.xlsx", [], [aside("2025年", "婴儿死亡率（报表）")]), SENDER)
    store.submit(reading("卫健局（更正）.xlsx", [row(2025, 4.5, row=9)]), OTHER)  # of another department
    store.submit(reading("卫健局二.xlsx", [row(2025, 4.4, row=9)]), SENDER)  # another file
    store.submit(reading("卫健局.csv", [row(2025, 4.3, row=9, sheet="")]), SENDER)  # no such sheet
    assert how(store) == [""]
    store.submit(reading("卫健局（更正）.xlsx", [row(2025, 4.2, row=9)]), SENDER)
    assert how(store) == ["corrected"]


def test_cells_of_a_row_are_closed_one_by_one_and_set_aside_again_replace_the_earlier(url):  # noqa: F811
    store = open_store(url)
    cells = [aside(y, "health.nmr", cell=c) for y, c in ((2021, "F9"), (2022, "G9"), (2023, "H9"))]
    store.submit(reading("w.xlsx", [row(2020, 1.0, "health.nmr", row=9)], cells), SENDER)
    other = [row(y, 1.0, "health.nmr", row=9) for y in (2020, 2021)]
    store.submit(reading("W (2).xlsx", other, [cells[1], aside(2026, "health.nmr", cell="K9")]), SENDER)
    assert how(store) == ["corrected", "repeated", "corrected", "", ""]
    assert store.quarantine()["cell"].tolist() == ["G9", "K9"]


def test_a_row_wrong_in_another_cell_now_is_not_corrected(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("a.csv", [row(2025, 1.0)], [aside(2025, "health.nmr")]), SENDER)
    store.submit(reading("a_v2.csv", [row(2025, 1.1)], [aside(2025, "health.nmr", cell="I9")]), SENDER)
    assert how(store) == ["repeated", ""]


def test_neither_a_part_of_the_file_nor_next_years_closes_a_row(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("a.xlsx", [row(2025, 1.0)], [aside(2025, "?")]), SENDER)
    store.submit(reading("a.xlsx ", [row(2004, 1.0)]), SENDER)  # its only row is row 4: nothing is said of row 9
    following = Sender("plan", "210303", "health", 2026, "张三")
    store.submit(reading("A.xlsx", [row(2026, 1.0, row=9)]), following)
    assert how(store) == [""]
    store.submit(reading("a-更正.xlsx", [row(2025, 1.2)]), SENDER)  # the row is gone: row 25 is the last
    assert how(store) == ["corrected"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a (2).xlsx", "A.XLSX"), ("卫健局_更正.xlsx", "卫健局.xlsx"), ("卫健局-更正(2).csv", "卫健局.xls"),
        ("卫健局（更正）.xlsx", "卫健局.xlsx"), ("a_v2.xlsx", "a_v3.xlsx"),
        ("health-2025_更正2.xlsx", "health-2025.xlsx"),
    ],
)  # fmt: skip
def test_deliveries_of_one_file_share_a_name(one, other):
    assert plain_name(one) == plain_name(other)


@pytest.mark.parametrize(
    ("one", "other"), [("a-2025.xlsx", "a-2026.xlsx"), ("a（2025）.csv", "a（2026）.csv"), ("更正.csv", "")]
)
def test_a_year_is_no_mark_of_a_correction_and_a_name_is_never_empty(one, other):
    assert plain_name(one) != plain_name(other)


def test_returning_closes_the_rows_of_a_submission_and_opens_what_it_had_corrected(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("a", [row(2024, 1.0)], [aside(2025, "health.nmr")]), SENDER)
    id, _ = store.submit(reading("b", [row(2025, 1.0, "health.nmr")], [aside(2023, "x", row=3)]), SENDER)
    assert how(store) == ["corrected", ""]
    store.advance(id, Move("returned", "李四", "reviewer", "口径不符"))
    assert how(store) == ["", "returned"]
    last = store.quarantine(open_only=False).iloc[1]
    assert (last["closed_who"], last["closed_why"]) == ("李四", "口径不符") and last["closed_by"] is None


def test_a_file_of_which_nothing_was_accepted_may_come_again(url):  # noqa: F811
    store = open_store(url)
    for _ in range(2):
        store.submit(reading("a", [], [aside(2025, "health.nmr")]), SENDER)
    assert how(store) == ["repeated", ""]


def test_what_is_confirmed_is_a_submission_of_its_own(url):  # noqa: F811
    store = open_store(url)
    sent = [proposed(2025, 42.0), proposed(2024, 41.0, "M9"), aside(2023, "health.nmr", cell="N9", row=10)]
    first, _ = store.submit(reading("a.xlsx", [row(2020, 1.0)], sent), SENDER, SIMULATED)
    ids = store.quarantine()["id"].tolist()
    id, vintage = store.confirm([ids[0]], "李四")
    assert how(store) == ["confirmed", "", ""]
    kept = store.submissions().iloc[-1]
    assert (kept["id"], kept["state"], kept["reporter"], kept["file"]) == (id, "reported", "李四", "确认：a.xlsx")
    assert (kept["rows"], kept["accepted"], kept["notice_zh"], kept["year"]) == (1, 1, SIMULATED.zh, 2025)
    table = store.observations()
    assert table[table["vintage"] == vintage]["obs_value"].tolist() == [42.0]
    with pytest.raises(UsageError):
        store.advance(id, Move("verified", "李四", "reviewer"))  # who confirms reports: another one reviews
    store.advance(id, Move("returned", "王五", "reviewer", "不应乘以100"))
    assert how(store) == ["", "", ""]  # a confirmation sent back is none
    store.advance(first, Move("returned", "王五", "reviewer", "重报"))
    assert how(store) == ["returned"] * 3


def test_a_confirmation_that_cannot_be_taken_changes_nothing(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("a", [], [proposed(2025, 42.0), aside(2024, "x", row=8), proposed(2025, 43.0, "M9")]), SENDER)
    store.submit(reading("b", [], [proposed(2023, 42.0)]), OTHER)
    one, aside_one, twice, other = store.quarantine()["id"].tolist()
    for ids in ([one, 999], [one, aside_one], [one, twice], [one, other], []):
        with pytest.raises(UsageError):
            store.confirm(ids, "李四")
    with pytest.raises(UsageError):
        store.confirm([one], " ")
    for who, why in (("", "重复"), ("李四", " ")):
        with pytest.raises(UsageError):
            store.decline([one], who, why)
    assert how(store) == [""] * 4 and len(store.submissions()) == 2 and len(store.observations()) == 0
    store.decline([one], "李四", "与年鉴不符")
    assert how(store) == ["declined", "", "", ""]
    for again in (lambda: store.decline([one, twice], "李四", "再次"), lambda: store.confirm([one], "李四")):
        with pytest.raises(UsageError, match=r"已经办结|closed already"):
            again()
    assert how(store) == ["declined", "", "", ""]


def test_the_rows_of_another_submission_about_the_same_value_are_closed_by_a_confirmation(url):  # noqa: F811
    store = open_store(url)
    store.submit(reading("a", [], [aside(2025, "health.imr")]), SENDER)
    store.submit(reading("b", [], [proposed(2025, 42.0)]), SENDER)
    store.confirm([2], "李四")
    assert how(store) == ["corrected", "confirmed"]


def test_the_commands_of_corrections_say_what_was_found_and_what_to_do(tmp_path):
    db = str(tmp_path / "m.sqlite")
    store = open_store(db)
    sent = [proposed(2025, 42.0), proposed(2024, 41.0, "M9", sex="F"), aside(2023, "health.nmr", cell="N9", row=10)]
    store.submit(reading("a.xlsx", [row(2020, 1.0)], sent), SENDER)

    def run(*words, code=0):
        done = CliRunner().invoke(app, ["submissions", *map(str, words), "--db", db])
        assert done.exit_code == code or (code == 2 and isinstance(done.exception, UsageError)), (words, done.output)
        return done.output

    listed = run("quarantine")
    for part in ("填报表!L9", "待确认 42.0 per_1000", "health.imr 210303 2024 F", "待更正", "confirm ID", "decline ID"):
        assert part in listed, part
    assert "to confirm 42.0" in run("quarantine", "--lang", "en")
    for words in (("confirm", 3, "--who", "b"), ("confirm", 1, 77, "--who", "b"), ("confirm", "--who", "b")):
        run(*words, code=2)
    run("confirm", 1, "--all-of", 1, "--who", "b", code=2)
    run("confirm", "--all-of", 9, "--who", "b", code=2)
    run("decline", 1, 77, "--who", "b", "--reason", "重复", code=2)
    assert how(store) == ["", "", ""]
    assert "已确认 2 行" in run("confirm", "--all-of", 1, "--who", "李四")
    run("confirm", "--all-of", 1, "--who", "李四", code=2)  # all done already
    run("decline", 3, "--who", "李四", "--reason", "重复")
    assert how(store) == ["confirmed", "confirmed", "declined"]
    assert "没有待更正" in run("quarantine")


def test_all_that_is_reported_is_verified_at_once_but_ones_own(tmp_path):
    db = str(tmp_path / "m.sqlite")
    store = open_store(db)
    for i, who in enumerate(("张三", "李四", "张三")):
        store.submit(reading(f"f{i}", [row(2025, 1.0)]), Sender("plan", "210303", f"d{i}", 2025, who))
    store.advance(1, Move("returned", "王五", "reviewer", "重报"))

    def run(*words):
        done = CliRunner().invoke(
            app, ["submissions", "advance", *words, "--to", "verified", "--who", "李四", "--db", db]
        )
        return done.exit_code, done.output, done.exception

    code, _, wrong = run("--all-reported", "--role", "approver")
    assert code and isinstance(wrong, UsageError)
    assert store.submissions()["state"].tolist() == ["returned", "reported", "reported"]
    assert run("--role", "reviewer")[0] == run("3", "--all-reported", "--role", "reviewer")[0] == 2
    code, said, _ = run("--all-reported", "--role", "reviewer")
    assert code == 0 and "1 份" in said and "李四" in said
    assert store.submissions()["state"].tolist() == ["returned", "reported", "verified"]
    assert isinstance(run("--all-reported", "--role", "reviewer")[2], UsageError)  # only their own is left
