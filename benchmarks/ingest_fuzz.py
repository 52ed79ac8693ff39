"""Tables by the thousand through the reader: no traceback, no row lost, no value changed.

    .venv/bin/python benchmarks/ingest_fuzz.py [--files 10000] [--seed 1] [--kinds damaged,long,wide-down]

Three families: `damaged` files (truncated, bit-flipped, columns shifted, headers renamed, parts deleted from the
archive, mixed encodings, long sheets); `long` and `wide` tables made from a known truth, each with one kind of trouble.
A file is refused with a message, or read with rows = accepted + set aside. Where the truth is known, every number is
stored or set aside, and what is stored is the truth. `--kinds` takes families and single kinds.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import re
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.cell import coordinate_from_string

from analysis.data.forms.reading import read_submission
from analysis.exceptions import WorkbenchError
from analysis.plan import Plan, read_plan

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from tables.compare import not_accounted, silently_wrong
from tables.long_tables import ROWS, long_table
from tables.reader import outcome
from tables.sheet import delimited as written_out
from tables.wide_tables import SHAPES, wide_table
from tables.world import ROOT, WORLDS

DAMAGES = ("none", "truncated", "flipped", "shifted", "renamed", "deleted", "encoded", "long", "ragged")
KINDS = [f"damaged-{one}" for one in DAMAGES] + [f"long-{one}" for one in ROWS] + [f"wide-{one}" for one in SHAPES]
BAD = ("TRACEBACK", "ROW LOST", "VALUES CHANGED")
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")
HEADER = ["指标编码", "指标名称", "年份", "性别", "分子", "分母", "数值", "数据状态", "说明"]
TYPED = [
    "",
    "—",
    "约5",
    "４．５‰",
    "86.3％",
    "二〇二五年",
    "1,234",
    "=1+1",
    "-3",
    "9e999",
    "男",
    "合计",
    "\u3000",
    "x" * 300,
]


def rows(rng: random.Random, n: int) -> list[list[object]]:
    """Return rows of a plausible submission, a tenth of the cells as people mistype them."""
    out: list[list[object]] = []
    for _ in range(n):
        row: list[object] = ["health.imr", "婴儿死亡率", rng.randint(2010, 2025), rng.choice(["合计", "男", "女"])]
        row += [rng.randint(0, 9), rng.randint(900, 2000), "", rng.choice(["", "A", "M"]), ""]
        out.append([rng.choice(TYPED) if rng.random() < 0.1 else cell for cell in row])
    return out


def mutant(rng: random.Random, done: str) -> tuple[str, bytes]:
    """Return a damaged file: its ending and its bytes."""
    table = [HEADER[:], *rows(rng, rng.choice([3, 20, 60]))]
    if done == "shifted":
        table = [["" for _ in range(rng.randint(1, 4))] + row if rng.random() < 0.7 else row for row in table]
    if done == "renamed":
        table[0][rng.randrange(len(HEADER))] = rng.choice(TYPED)
    if done == "ragged":
        table = [row[: rng.randint(0, len(row))] for row in table]
    if done == "long":
        table += rows(rng, 3000)
    ending = "csv" if done == "encoded" or rng.random() < 0.5 else "xlsx"
    raw = packed(table, rng, done == "deleted") if ending == "xlsx" else delimited(table, rng, done == "encoded")
    if done == "truncated":
        raw = raw[: rng.randrange(len(raw))]
    if done in ("flipped", "deleted"):
        changed = bytearray(raw)
        for _ in range(rng.randint(1, 30)):
            changed[rng.randrange(len(changed))] ^= rng.randint(1, 255)
        raw = bytes(changed) if done == "flipped" else raw
    return ending, raw


def packed(table: list[list[object]], rng: random.Random, delete: bool) -> bytes:
    """Return a workbook, on request without one of its parts."""
    book = Workbook()
    for row in table:
        book.active.append([str(cell) if str(cell).startswith("=") else cell for cell in row])
    stream = io.BytesIO()
    book.save(stream)
    if not delete:
        return stream.getvalue()
    out = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(out, "w") as target:
        names = source.namelist()
        gone = rng.choice(names)
        for name in names:
            if name != gone:
                target.writestr(name, source.read(name))
    return out.getvalue()


def delimited(table: list[list[object]], rng: random.Random, mixed: bool) -> bytes:
    """Return a csv, on request with its lines in different encodings."""
    stream = io.StringIO()
    csv.writer(stream).writerows(table)
    if not mixed:
        return stream.getvalue().encode(rng.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
    lines = stream.getvalue().splitlines(keepends=True)
    return b"".join(line.encode(rng.choice(["utf-8", "gb18030", "utf-16", "latin-1"]), "replace") for line in lines)


def told(rng: random.Random, kind: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Write a table of a known truth; return its path and the truth."""
    family, trouble = kind.split("-", 1)
    as_csv = rng.random() < 0.4
    book = (long_table if family == "long" else wide_table)(rng, trouble, as_csv)
    if not as_csv:
        return book.save(folder), book.truth()
    page, delimiter = book.pages[0], rng.choice(",;\t")
    plain = trouble not in ("units", "periods") and not re.search(r"\d,\d", str(page.texts()))
    path = folder / f"{book.name}.csv"
    path.write_bytes(written_out(page, delimiter, rng.choice(ENCODINGS), delimiter == ";" and plain))
    return path, book.truth(path.name, first_only=True)


def read_long(path: Path, truth: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return what a long table lost and what was changed. A row set aside accounts for its cells."""
    world = WORLDS[truth["plan"]]
    reading, _ = read_submission(path, known(world.plan), world.area, None, world.areas)
    taken = reading.accepted.to_dict("records")
    aside = set(zip(reading.quarantined["sheet"], reading.quarantined["row"], strict=True))
    places = [(cell["sheet"], cell["cell"]) for cell in truth["cells"]]
    asks = [(sheet, cell) for sheet, cell, why in truth["ask"] if not why.startswith("hidden")]
    asked = {place for place in (*places, *asks) if (place[0], coordinate_from_string(place[1])[1]) in aside}
    stored = set(zip(reading.accepted["sheet"], reading.accepted["row"], strict=True))
    lost = not_accounted(truth, taken, asked)
    for sheet, cell in asks:
        if (sheet, coordinate_from_string(cell)[1]) not in aside | stored:
            lost.append(f"{sheet}!{cell}, which needs a person, is nowhere")
    return lost, silently_wrong(truth, taken)


def read_wide(path: Path, truth: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return what a wide table lost and what was changed."""
    world = WORLDS[truth["plan"]]
    taken, asked = outcome(path, known(world.plan), world.areas)
    return not_accounted(truth, taken, asked), silently_wrong(truth, taken)


@cache
def known(plan: str) -> Plan:
    """Return a plan by its name or its folder."""
    return read_plan(ROOT / plan if "/" in plan else plan)


def read(rng: random.Random, kind: str, folder: Path) -> tuple[list[str], list[str]]:
    """Make a file of a kind and read it; return what was lost and what was changed."""
    family, trouble = kind.split("-", 1)
    if family != "damaged":
        return {"long": read_long, "wide": read_wide}[family](*told(rng, kind, folder))
    ending, raw = mutant(rng, trouble)
    path = folder / f"m.{ending}"
    path.write_bytes(raw)
    reading, _ = read_submission(path, known("tiexi-2021-2030"))
    whole = reading.rows == len(reading.accepted) + len(reading.quarantined)
    return [] if whole else [f"{reading.rows} rows"], []


def run(kinds: list[str], numbers: range, seed: int, show: int, keep: Path | None) -> Counter[tuple[str, str]]:
    """Read the files of these numbers and count what became of each; a file may count as lost and as changed."""
    count: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = keep or Path(temporary)
        for i in numbers:
            rng = random.Random(f"{seed}-{i}")  # a file can be made again alone
            kind = rng.choice(kinds)
            faults: dict[str, list[str]] = {}
            try:
                lost, changed = read(rng, kind, folder)
                faults = {"ROW LOST": lost, "VALUES CHANGED": changed}
                count[kind, "read"] += 1
            except WorkbenchError:
                count[kind, "refused"] += 1
            except Exception:
                faults = {"TRACEBACK": [traceback.format_exc()]}
            for fault, found in faults.items():
                count[kind, fault] += bool(found)
                if found and count[kind, fault] <= show:
                    print(f"{kind} file {i}: {fault}: " + "; ".join(found[:3]))
    return count


def main() -> None:
    """Print what became of each kind; end with 1 if anything was lost, changed or ended in a traceback."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", default="damaged,long,wide", help="families or kinds, with commas between")
    parser.add_argument("--show", type=int, default=1, help="how many faults of each kind are printed")
    parser.add_argument("--first", type=int, default=0, help="number of the first file, to make one of them again")
    parser.add_argument("--keep", type=Path, help="folder in which the last files stay")
    given = parser.parse_args()
    asked = given.kinds.split(",")
    kinds = [one for one in KINDS if one in asked or one.split("-")[0] in asked]
    unknown = [one for one in asked if not any(one in (kind, kind.split("-")[0]) for kind in KINDS)]
    if unknown:
        parser.error(f"no such kinds: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    count = run(kinds, range(given.first, given.first + given.files), given.seed, given.show, given.keep)
    columns = ("read", "refused", *BAD)
    print(f"{'kind':<18}" + "".join(f"{name:>16}" for name in columns))
    for kind in kinds:
        print(f"{kind:<18}" + "".join(f"{count[kind, name]:>16}" for name in columns))
    totals = {name: sum(n for (_, result), n in count.items() if result == name) for name in BAD}
    print(f"{given.files} files: " + ", ".join(f"{n} {name}" for name, n in totals.items()))
    raise SystemExit(any(totals.values()))


if __name__ == "__main__":
    main()
