"""Files read block by block hold what `read_table` finds in them, and the same faults at the same rows."""

import gzip

import pandas as pd
import pytest

from analysis.exceptions import DataError, UsageError
from analysis.schema import SERIES_INPUT, read_table
from analysis.schema.blocks import read_blocks

HEAD = "series_id,time_period,obs_value,denominator,unit\n"
ROWS = [f"s{i // 9:02d},{2010 + i % 9},{i * 0.37 + 1:.3f},{'' if i % 4 else 900 + i},per_1000\n" for i in range(90)]
GOOD = {
    "plain": HEAD + "".join(ROWS),
    "no last newline": (HEAD + "".join(ROWS)).rstrip(),
    "windows": (HEAD + "".join(ROWS)).replace("\n", "\r\n"),
    "spaces": HEAD.replace(",", " , ") + "".join(ROWS).replace(",", ", "),
    "empty cells": HEAD + "".join(ROWS) + "t,2020,,,\nt,2021,,7,percent\n",
    "quoted": HEAD + "".join(ROWS) + '"one, ""two""",2020,1.5,,\n"over\ntwo lines",2020,2,,\n',
    "numbers written otherwise": HEAD + "".join(ROWS) + "t,2020,1e2,007,ratio\n",
    "further columns": HEAD.replace("unit", "unit,who") + "".join(row.replace("\n", ",me\n") for row in ROWS),
    "chinese": HEAD + "".join(ROWS) + "婴儿死亡率,2020,3.1,2000,per_1000\n",
}
BAD = {
    "text for a number": (77, "viel"),
    "no year": (50, ""),
    "unknown unit": (81, "per_dozen"),
    "negative people": (12, "-4"),
    "a mark for missing": (33, "NA"),
    "a blank for missing": (34, " "),
    "a year with a point": (35, "2020.0"),
}


def whole(path, **options):
    """Return all blocks of a file as one table through the gate."""
    return SERIES_INPUT.build(pd.concat(list(read_blocks(path, SERIES_INPUT, **options)), ignore_index=True))


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("size", [200, 1 << 24])
def test_blocks_hold_what_the_table_holds(tmp_path, name, size):
    path = tmp_path / "in.csv"
    path.write_bytes(GOOD[name].encode())
    pd.testing.assert_frame_equal(whole(path, size=size), read_table(path, SERIES_INPUT))


@pytest.mark.parametrize("encode", [lambda text: text.encode("gb18030"), lambda text: text.encode("utf-8-sig")])
def test_encodings_and_packed_files(tmp_path, encode):
    path = tmp_path / "in.csv"
    path.write_bytes(encode(GOOD["chinese"]))
    packed = tmp_path / "in.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    known = read_table(path, SERIES_INPUT)
    assert "婴儿死亡率" in set(known["series_id"])
    for one in (path, packed):
        pd.testing.assert_frame_equal(whole(one, size=300), known)


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("size", [250, 1 << 24])
def test_a_fault_is_found_at_its_row_in_the_same_words(tmp_path, name, size):
    row, cell = BAD[name]
    place = {"no year": 1, "a year with a point": 1, "unknown unit": 4, "negative people": 3}.get(name, 2)
    cells = ROWS[row - 2].rstrip("\n").split(",")
    cells[place] = cell
    lines = [*ROWS[: row - 2], ",".join(cells) + "\n", *ROWS[row - 1 :]]
    path = tmp_path / "in.csv"
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    with pytest.raises(DataError) as expected:
        read_table(path, SERIES_INPUT)
    with pytest.raises(DataError) as found:
        list(read_blocks(path, SERIES_INPUT, size))
    assert list(found.value.faults) == list(expected.value.faults)
    assert found.value.faults[0].where.row == row


@pytest.mark.parametrize("text", ["", HEAD, "series_id,obs_value\na,1\n", HEAD + "a,2020\n", HEAD + "a,2020,1,,,,,\n"])
def test_broken_files_are_refused_as_read_table_refuses_them(tmp_path, text):
    path = tmp_path / "in.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as expected:
        read_table(path, SERIES_INPUT)
    with pytest.raises(DataError) as found:
        list(read_blocks(path, SERIES_INPUT))
    assert found.value.message("zh") == expected.value.message("zh")


def test_parquet_holds_the_same_and_its_faults_have_rows(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(GOOD["empty cells"], encoding="utf-8")
    known = read_table(path, SERIES_INPUT)
    given = ["series_id", "time_period", "obs_value", "denominator", "unit"]
    known[given].astype({"time_period": int}).to_parquet(tmp_path / "in.parquet")
    pd.testing.assert_frame_equal(whole(tmp_path / "in.parquet"), known)
    coded = known[given].astype({"series_id": "category", "unit": "category"})
    coded.to_parquet(tmp_path / "coded.parquet")
    pd.testing.assert_frame_equal(whole(tmp_path / "coded.parquet"), known)
    known[given].assign(unit=["per_dozen" if i == 40 else "ratio" for i in range(len(known))]).to_parquet(
        tmp_path / "bad.parquet"
    )
    with pytest.raises(DataError) as found:
        list(read_blocks(tmp_path / "bad.parquet", SERIES_INPUT))
    assert [one.where.row for one in found.value.faults] == [42]


def test_what_is_no_file_or_no_parquet_is_said(tmp_path):
    with pytest.raises(UsageError):
        list(read_blocks(tmp_path / "absent.csv", SERIES_INPUT))
    (tmp_path / "in.parquet").write_text("no", encoding="utf-8")
    with pytest.raises(DataError, match="不是 parquet 文件"):
        list(read_blocks(tmp_path / "in.parquet", SERIES_INPUT))
