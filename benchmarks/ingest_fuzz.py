"""Mutated workbooks and csv files through the reader: none may end in a traceback, none may lose a row.

    .venv/bin/python benchmarks/ingest_fuzz.py [--files 10000] [--seed 1]

Truncated, bit-flipped, cells moved, columns shifted, headers renamed, parts deleted from the archive, mixed
encodings, long sheets. A mutant is refused with a message, or read with rows = accepted + quarantined.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import tempfile
import traceback
import zipfile
from collections import Counter
from pathlib import Path

from openpyxl import Workbook

from analysis.data.forms.reading import read_submission
from analysis.exceptions import WorkbenchError
from analysis.plan import read_plan

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


def mutant(rng: random.Random) -> tuple[str, str, bytes]:
    """Return what was done, the file's ending and its bytes."""
    table = [HEADER[:], *rows(rng, rng.choice([3, 20, 60]))]
    done = rng.choice(["none", "truncated", "flipped", "shifted", "renamed", "deleted", "encoded", "long", "ragged"])
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
    return done, ending, raw


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


def main() -> None:
    """Read every mutant and print what became of each kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    rng, plan = random.Random(given.seed), read_plan("tiexi-2021-2030")
    count: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.files):
            done, ending, raw = mutant(rng)
            path = Path(folder) / f"m.{ending}"
            path.write_bytes(raw)
            try:
                reading, _ = read_submission(path, plan)
                whole = reading.rows == len(reading.accepted) + len(reading.quarantined)
                count[done, "read" if whole else "ROW LOST"] += 1
            except WorkbenchError:
                count[done, "refused with a message"] += 1
            except Exception:
                count[done, "TRACEBACK"] += 1
                traceback.print_exc()
    for (done, result), n in sorted(count.items()):
        print(f"{done:<10} {result:<24} {n:>6}")
    bad = sum(n for (_, result), n in count.items() if result.isupper())
    print(f"{given.files} files, {bad} tracebacks or lost rows")
    raise SystemExit(bad > 0)


if __name__ == "__main__":
    main()
