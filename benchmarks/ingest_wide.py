"""A wide table of 500 rows, 20 years and 12 sheets: the mapping written, then confirmed and stored. Time and memory.

.venv/bin/python benchmarks/ingest_wide.py [--rows 500] [--years 20] [--sheets 12]
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook, load_workbook

from analysis.formats import unit_name
from analysis.plan import read_plan

PLAN = "tiexi-2021-2030"
AREAS = [(f"W{number:02}", f"样例街道{number:02}") for number in range(1, 25)]
PARTS = ("", "　其中：男", "　其中：女", "　城镇", "　农村")


def main() -> None:
    """Write the file, ingest it twice as a user does, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--years", type=int, default=20)
    parser.add_argument("--sheets", type=int, default=12)
    given = parser.parse_args()
    command = str(Path(sys.executable).with_name("workbench"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wide.xlsx"
        cells = write(path, given.rows, given.years, given.sheets)
        mapping = Path(folder) / "wide.xlsx.mapping.xlsx"
        db = ["--db", str(Path(folder) / "m.sqlite")]
        register = Path(folder) / "areas.csv"
        plan = read_plan(PLAN)
        lines = ["code,name_zh,parent,level", *(f"{code},{name},{plan.area},street" for code, name in AREAS)]
        register.write_text("\n".join(lines) + "\n", encoding="utf-8")
        subprocess.run([command, "areas", "import", str(register), *db], check=True, capture_output=True)
        timed("mapping written", [command, "ingest", str(path), *db], 1)
        confirm(mapping)
        timed("confirmed and stored", [command, "ingest", str(path), "--mapping", str(mapping), *db], None)
    print(f"{given.rows} rows, {given.years} years, {given.sheets} sheets: {cells:,} numbers")


def write(path: Path, rows: int, years: int, sheets: int) -> int:
    """Write the workbook, a sheet an area below the plan's, and return its count of numbers."""
    dice, plan = random.Random(1), read_plan(PLAN)
    indicators = [one for one in plan.indicators if one.statistic != "milestone"]
    book = Workbook()
    book.remove(book.worksheets[0])
    for _, area in AREAS[:sheets]:
        sheet = book.create_sheet(area)
        sheet.append([f"{area}监测统计表"])
        sheet.append(["指标名称", "单位", *(f"{2025 - years + 1 + i}年" for i in range(years))])
        for row in range(rows):
            one, part = indicators[row // len(PARTS) % len(indicators)], PARTS[row % len(PARTS)]
            known = row // len(PARTS) < len(indicators)
            label = part or (one.name.zh if known else f"其他指标{row}")
            sheet.append([label, unit_name(one.unit), *(round(dice.uniform(40, 60), 1) for _ in range(years))])
    book.save(path)
    return rows * years * sheets


def confirm(mapping: Path) -> None:
    """Leave what is not known out, as a person would."""
    book = load_workbook(mapping)
    sheet = book["行列含义"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[heads.index("取否")].value == "待定":
            row[heads.index("取否")].value = "不取"
    book.save(mapping)


def timed(what: str, command: list[str], expected: int | None) -> None:
    """Run a command and print its seconds, those of a processor, and the peak memory of the commands so far."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode > 1 or (expected is not None and done.returncode != expected):
        raise SystemExit(done.stdout + done.stderr)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = done.stdout.strip().splitlines()[0][:100]
    print(f"{what}: {seconds:.1f} s ({busy:.1f} s of a processor), at most {after.ru_maxrss / 1024:,.0f} MB; {said}")


if __name__ == "__main__":
    main()
