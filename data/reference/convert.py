"""Write observations.csv from the collected table of published national values and names.csv.

Run: python data/reference/convert.py china_national.csv
The table has the columns indicator_zh, indicator_en, unit, year, value, source_title, basis.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
VINTAGE = "2026-01"
NOTES = {"stated": "原文直接给出", "derived": "由原文同比推算"}
COLUMNS = [
    *("indicator", "ref_area", "time_period", "sex", "age", "residence", "group", "source", "vintage"),
    *("obs_value", "numerator", "denominator", "unit", "obs_status", "note"),
]


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def observation(row: dict[str, str], names: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return a collected value as an observation; KeyError for a name that names.csv does not hold."""
    name = names[row["indicator_zh"]]
    return {
        "indicator": name["indicator"],
        "ref_area": "CN",
        "time_period": row["year"],
        "sex": "_T",
        "age": "_T",
        "residence": name["residence"],
        "group": "_T",
        "source": row["source_title"],
        "vintage": VINTAGE,
        "obs_value": row["value"],
        "numerator": "",
        "denominator": "",
        "unit": row["unit"],
        "obs_status": "A",
        "note": NOTES[row["basis"]],
    }


def main(collected: str) -> None:
    """Convert the collected table, in its order."""
    names = {row["indicator_zh"]: row for row in read(HERE / "names.csv")}
    rows = [observation(row, names) for row in read(Path(collected))]
    with (HERE / "observations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} values")


if __name__ == "__main__":
    main(sys.argv[1])
