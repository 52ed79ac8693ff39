"""The mapping workbook of a wide table, there and back: nothing is stored before, and afterwards what a person said."""

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook
from test_store import _closed, open_store, postgres, url  # noqa: F401
from typer.testing import CliRunner

from analysis.cli import app
from analysis.data.forms.opening import Options
from analysis.data.wide.mapping_book import COLUMNS
from analysis.data.wide.mapping_sheets import MAPPING, VALUE_COLUMNS, VALUES
from analysis.exceptions import DataError, UsageError
from analysis.plan import read_plan
from analysis.runs.submissions import ingest

PLAN = read_plan("tiexi-2021-2030")
HEAD = ["指标", "单位", "2022年", "2023年", "2024年"]
IMR = ["婴儿死亡率", "‰", 4.5, 4.4, "约4.3"]
ODD = ["疫苗接种达标率", "%", 92.1, 93.0, 94.2]
U5 = ["5岁以下儿童死亡率", "‰", "6.0①", "—", 5.6]
NOTE = ["注：2024年为快报"]
ROWS = {"imr": 6, "odd": 7, "u5": 8}  # of the mapping workbook; 2 is the whole, 3 to 5 the years


def table(path, *rows, title="儿童监测统计表"):
    book = Workbook()
    book.active.title = "监测"
    for row in ([title], *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def first(tmp_path):
    return table(tmp_path / "甲.xlsx", HEAD, IMR, ODD, U5, NOTE)


def sent(store, path, mapping=None, **options):
    (one,) = ingest([path], PLAN, store, "张三", Options(**options), mapping)
    return one


def column(name, columns=COLUMNS):
    return [one[0] for one in columns].index(name) + 1


def edit(mapping, cells=(), values=(), change=lambda book: None):
    """Write into cells of the mapping, each by row and column, decisions on values by row, or whatever else."""
    book = load_workbook(mapping)
    for row, name, said in cells:
        book[MAPPING].cell(row, column(name)).value = said
    for row, said in values:
        book[VALUES].cell(row, column("decision", VALUE_COLUMNS)).value = said
    change(book)
    book.save(mapping)


def stored(store):
    shown = store.observations(latest=True)
    keys = zip(shown["indicator"], shown["time_period"], shown["ref_area"], strict=True)
    return {key: None if value != value else value for key, value in zip(keys, shown["obs_value"], strict=True)}


def key(name, year, area=PLAN.area):
    return (name, year, area)


def test_nothing_is_stored_before_the_mapping_and_all_of_it_afterwards(url, first):  # noqa: F811
    store = open_store(url)
    one = sent(store, first)
    assert one.mapping.name == "甲.xlsx.mapping.xlsx" and one.to_look_at == 1 and one.submission is None
    assert "对应表" in one.refused.message("zh") and "--mapping" in one.refused.message("en")
    assert len(store.submissions()) == 0 and not stored(store)
    edit(
        one.mapping,
        [(ROWS["odd"], "use", "取"), (ROWS["odd"], "indicator", "health.vaccination 接种率")],
        [(2, "采用")],
    )
    done = sent(store, first, one.mapping)
    assert done.submission and len(done.reading.quarantined) == 0
    values = zip(("health.imr", "health.vaccination", "health.u5mr"), (IMR, ODD, U5), strict=True)
    wanted = {key(name, year): v for name, row in values for year, v in zip((2022, 2023, 2024), row[2:], strict=True)}
    wanted |= {key("health.imr", 2024): 4.3, key("health.u5mr", 2022): 6.0, key("health.u5mr", 2023): None}
    assert stored(store) == wanted
    notes = store.observations().set_index(["indicator", "time_period"])["note"]
    assert "约4.3" in notes["health.imr", 2024] and "①" in notes["health.u5mr", 2022]


def test_the_next_file_of_the_shape_is_read_without_a_question_and_says_so(url, first, tmp_path):  # noqa: F811
    store = open_store(url)
    mapping = sent(store, first).mapping
    edit(mapping, [(ROWS["odd"], "use", "取"), (ROWS["odd"], "indicator", "health.vaccination")], [(2, "采用")])
    assert sent(store, first, mapping).submission
    new = ["新生儿死亡率", "‰", 2.5, 2.4, 2.3, 2.2]
    again = table(tmp_path / "乙.xlsx", [*HEAD, "2025年"], [*IMR[:4], 4.3, 4.2], [*ODD, 94.9], [*U5, 5.5], new, NOTE)
    one = sent(store, again)
    assert one.reused == ("甲.xlsx",) and one.mapping is None and len(one.reading.quarantined) == 0
    values = stored(store)
    assert values[key("health.vaccination", 2025)] == 94.9 and values[key("health.nmr", 2025)] == 2.2
    odd = table(tmp_path / "丙.xlsx", [*HEAD, "2025年"], [*IMR[:4], 4.3, 4.2], ["无名指数", "%", 1, 2, 3, 4])
    asks = sent(store, odd)
    assert asks.mapping and asks.submission is None and len(store.submissions()) == 2


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([(ROWS["imr"], "use", "不取")], "确认时选择不取"), ([(ROWS["imr"], "use", "待定")], "待定"),
        ([(ROWS["imr"], "use", None)], "待定"), ([(ROWS["imr"], "indicator", None)], "不知道是哪个指标"),
        ([(ROWS["imr"], "unit", "1/10万")], None), ([(ROWS["imr"], "unit", "岁")], "单位“岁”"),
    ],
)  # fmt: skip
def test_what_a_person_says_of_a_row_is_done(first, tmp_path, cells, said):
    store = open_store(str(tmp_path / "m.sqlite"))
    mapping = sent(store, first).mapping
    edit(mapping, cells)
    aside = sent(store, first, mapping).reading.quarantined
    values = stored(store)
    assert (key("health.imr", 2022) in values) is (said is None) and values[key("health.u5mr", 2024)] == 5.6
    if said is None:
        assert values[key("health.imr", 2022)] == 0.045
        assert "4.51/10万" in store.observations().query("time_period == 2022")["note"][0]
    else:
        assert aside[aside["cell"] == "C3"]["reason_zh"].str.contains(said).all()


@pytest.mark.parametrize(("answer", "state"), [("采用", None), ("不采用", "aside"), (None, "proposed")])
def test_what_a_person_says_of_a_value_is_done(first, tmp_path, answer, state):
    store = open_store(str(tmp_path / "m.sqlite"))
    mapping = sent(store, first).mapping
    edit(mapping, values=[(2, answer)])
    aside = sent(store, first, mapping).reading.quarantined.set_index("cell")
    assert stored(store).get(key("health.imr", 2024)) == (4.3 if answer == "采用" else None)
    assert (aside["state"].get("E3") or None) == state


def test_a_value_that_is_taken_elsewhere_is_not_taken_twice(tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    path = table(tmp_path / "甲.xlsx", HEAD, IMR, [*IMR[:2], 4.5, 4.4, 4.2], U5)
    mapping = sent(store, path).mapping
    edit(mapping, values=[(2, "采用")])
    aside = sent(store, path, mapping).reading.quarantined.set_index("cell")
    assert stored(store)[key("health.imr", 2024)] == 4.2 and "已有数值" in aside["reason_zh"]["E3"]


def test_a_row_deleted_from_the_mapping_is_not_read(first, tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    mapping = sent(store, first).mapping
    edit(mapping, change=lambda book: book[MAPPING].delete_rows(ROWS["imr"]))
    aside = sent(store, first, mapping).reading.quarantined
    assert key("health.imr", 2022) not in stored(store) and "对应表中没有" in aside["reason_zh"].iloc[0]


def test_a_year_typed_in_counts_for_this_file_and_is_asked_for_again(tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    head, rows = ["指标", "单位", "本期数"], [["婴儿死亡率", "‰", 4.5], ["5岁以下儿童死亡率", "‰", 6.1]]
    path = table(tmp_path / "甲.xlsx", head, *rows)
    mapping = sent(store, path).mapping
    edit(mapping, [(3, "use", "取"), (3, "year", 2023)])
    assert sent(store, path, mapping).submission and set(stored(store)) == {
        key("health.imr", 2023), key("health.u5mr", 2023)
    }  # fmt: skip
    later = sent(store, table(tmp_path / "乙.xlsx", head, *[[*row[:2], row[2] - 0.2] for row in rows]))
    assert later.mapping and later.submission is None


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: {**cells, "unit": "%"},  # another unit beside the same name
        lambda cells: {**cells, "title": "北街道监测统计表"},
    ],
)
def test_a_table_that_says_something_else_is_asked_for_again(tmp_path, change):
    store = open_store(str(tmp_path / "m.sqlite"))
    codes = {"210303S01": "南街道", "210303S02": "北街道"}
    areas = [{"code": c, "name_zh": n, "name_en": n, "parent": PLAN.area, "level": "street"} for c, n in codes.items()]
    store.set_areas(pd.DataFrame(areas))

    def made(name, unit="‰", title="南街道监测统计表", more=0.0):
        rows = (["婴儿死亡率", unit, 4.5, 4.4 - more], ["5岁以下儿童死亡率", unit, 6.1, 6.0])
        return table(tmp_path / name, HEAD[:4], *rows, title=title)

    path = made("甲.xlsx")
    assert sent(store, path, sent(store, path).mapping).submission
    assert {area for *_, area in stored(store)} == {"210303S01"}
    assert sent(store, made("乙.xlsx", more=0.1)).reused == ("甲.xlsx",)
    other = sent(store, made("丙.xlsx", **change({})))
    assert other.mapping and other.submission is None and not other.reused


WRONG = [
    ("use", "要"), ("indicator", "无此指标"), ("area", "火星"), ("year", "去年"), ("year", "2018-2020"),
    ("year", "2022-2023"),
    ("sex", "农村"), ("residence", "女"), ("measure", "百分率"), ("place", "第三行"), ("kind", "块"), ("place", 5),
]  # fmt: skip


def test_all_wrong_cells_are_named_at_once_and_nothing_is_stored(first, tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    mapping = sent(store, first).mapping
    whole = mapping.read_bytes()
    for name, said in WRONG:
        mapping.write_bytes(whole)
        edit(mapping, [(ROWS["imr"], name, said), (ROWS["u5"], "indicator", "也无此指标")], [(2, "好")])
        refused = sent(store, first, mapping).refused
        assert isinstance(refused, DataError), (name, said)
        shown = {"kind": "place"}.get(name, name)
        row = ROWS["u5"] if (name, said) == ("place", 5) else ROWS["imr"]
        cell = f"{MAPPING}!{chr(64 + column(shown))}{row}"
        items = {fault.where.item for fault in refused.faults}
        others = {f"{MAPPING}!H{ROWS['u5']}"} if row == ROWS["imr"] else set()
        assert items == {cell, f"{VALUES}!I2", *others}, (name, said)
        assert all(cell in refused.message(lang) for lang in ("zh", "en"))
    assert len(store.submissions()) == 0


def test_a_mapping_that_does_not_fit_the_file_is_refused(first, tmp_path):
    store = open_store(str(tmp_path / "m.sqlite"))
    mapping = sent(store, first).mapping
    edit(mapping, change=lambda book: book[MAPPING].delete_cols(column("indicator")))
    assert "缺少列" in sent(store, first, mapping).refused.message("zh")
    sent(store, first)
    edit(mapping, change=lambda book: book["_对应"].__setitem__("B3", "another-plan"))
    assert "another-plan" in sent(store, first, mapping).refused.message("zh")
    sent(store, first)
    edit(mapping, change=lambda book: book[MAPPING].move_range("A1:C8", cols=20))  # moved columns are found
    assert sent(store, first, mapping).submission == 1
    other = table(tmp_path / "乙.xlsx", HEAD, IMR, U5)
    assert "另一个" in sent(store, other, mapping).refused.message("zh")
    table(first, HEAD, IMR, U5)
    assert "an older" in sent(store, first, mapping).refused.message("en")
    assert "不是行列含义对应表" in sent(store, other, first).refused.message("zh")
    assert isinstance(sent(store, other, tmp_path / "无.xlsx").refused, UsageError)
    assert len(store.submissions()) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_says_what_was_done_and_ends_so(first, tmp_path, lang):
    def run(*words):
        done = CliRunner().invoke(app, ["ingest", *map(str, words), "--db", str(tmp_path / "m.sqlite"), "--lang", lang])
        assert "Traceback" not in done.output
        return done

    zh = lang == "zh"
    asks = run(first)
    assert asks.exit_code == 1 and ("未存入任何数据" if zh else "nothing was stored") in asks.stdout
    assert ("待核对" if zh else "to be confirmed") in asks.stderr and "甲.xlsx.mapping.xlsx" in asks.stderr
    mapping = first.with_name("甲.xlsx.mapping.xlsx")
    part = run(first, "--mapping", mapping)
    assert (
        part.exit_code == 1
        and ("接收 5 行，待更正 3 行，待确认 1 行" if zh else "5 accepted, 3 to correct, 1 to") in part.stdout
    )
    assert "监测!C4" in part.stderr and ("选择不取" if zh else "left out by the person") in part.stderr
    again = run(table(tmp_path / "乙.xlsx", HEAD, [*IMR[:4], 4.3], U5))
    assert again.exit_code == 0 and ("沿用 甲.xlsx" if zh else "confirmed for 甲.xlsx") in again.stdout
    two = run(first, first, "--mapping", mapping)
    assert two.exit_code and isinstance(two.exception, UsageError)
