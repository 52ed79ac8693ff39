"""How well a plan's document is read: targets found, wrong and missed against a plan made by hand.

    python benchmarks/plan_reading.py [FILE PLAN] ...

Without arguments the three plans of tests/plans_read/ are read, and the document of the committed plan where it lies
beside the project (PLAN_DOCUMENT names it); its sentences are printed only with --show.
"""

from __future__ import annotations

import argparse
import os
import re
import time
from pathlib import Path

import pandas as pd

from analysis.plan.drafting.draft import DraftPlan, draft_plan, summary_counts
from analysis.plan.drafting.fates import UNKNOWN

ROOT = Path(__file__).resolve().parents[1]
FACTS = ("kind", "value", "value_upper", "unit", "year")


def truth_of(plan: Path) -> pd.DataFrame:
    """Return the numeric targets of a plan's folder, or of one table of truth, with the facts that count."""
    table = pd.read_csv(plan / "targets.csv" if plan.is_dir() else plan, dtype=str, keep_default_na=False)
    table = table[table["value"] != ""].copy()
    for column in ("value", "value_upper"):
        table[column] = pd.to_numeric(table[column])
    table["year"] = table["year"].astype(int)
    return table[["clause", *FACTS, "comparison"]]


def found_in(plan: DraftPlan) -> pd.DataFrame:
    """Return the numeric targets a document was understood to hold."""
    rows = [
        {
            "clause": one.parent.item.clause,
            "kind": one.asked.kind,
            "value": one.asked.value,
            "value_upper": one.asked.upper,
            "unit": one.asked.unit,
            "year": one.asked.year or plan.front.period.last,
            "comparison": one.asked.comparison,
            "name": one.asked.name,
            "sentence": one.asked.sentence,
            "sure": one.asked.sure,
        }
        for one in plan.targets
        if one.asked.value is not None
    ]
    return pd.DataFrame(rows, columns=["clause", *FACTS, "comparison", "name", "sentence", "sure"])


def compared(truth: pd.DataFrame, found: pd.DataFrame) -> tuple[list[dict], list[dict], list[dict]]:
    """Return the targets found with kind, value, unit and year right, those missed and those wrong."""

    def key(row: dict) -> tuple:
        upper = row["value_upper"]
        return (re.sub(r"[（）()\\s]", "", row["clause"]), row["kind"], round(float(row["value"]), 3),
                None if pd.isna(upper) else round(float(upper), 3), row["unit"], int(row["year"]))  # fmt: skip

    left = found.to_dict("records")
    right, missed = [], []
    for row in truth.to_dict("records"):
        hit = next((one for one in left if key(one) == key(row)), None)
        if hit is None:
            missed.append(row)
        else:
            left.remove(hit)
            right.append({**hit, "wanted": row["comparison"]})
    return right, missed, left


def score(file: Path, plan: Path, show: bool) -> dict[str, float]:
    """Print and return the score of one document."""
    began = time.perf_counter()
    drafted = draft_plan(file)
    took = time.perf_counter() - began
    truth, found = truth_of(plan), found_in(drafted)
    right, missed, wrong = compared(truth, found)
    open_ = [one for one in drafted.numerals if one.fate.reason == UNKNOWN]
    share = len(right) / max(len(truth), 1)
    bad = len(wrong) / max(len(found), 1)
    signs = sum(one["comparison"] == one["wanted"] for one in right)
    print(
        f"{file.name}: {len(right)} of {len(truth)} targets right ({share:.1%}), {len(missed)} missed, "
        f"{len(wrong)} of {len(found)} drafted wrong ({bad:.1%}); comparison right in {signs} of {len(right)}; "
        f"{len(drafted.numerals)} numerals listed, {drafted.entries} numbers of entries, {len(open_)} undecided; "
        f"{len(drafted.goals)} goals, {len(drafted.measures)} measures; {took:.2f} s"
    )
    print("  fates:", ", ".join(f"{name} {count}" for name, count in summary_counts(drafted).most_common()))
    if show:
        for name, rows in (("missed", missed), ("wrong", wrong)):
            for row in rows:
                print(f"  {name}:", {k: v for k, v in row.items() if not pd.isna(v)})
        for one in open_:
            print("  undecided:", one.place, one.fate.text, one.sentence[:80])
    return {"share": share, "wrong": bad, "undecided": len(open_)}


def main() -> None:
    """Print the score of each document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="FILE PLAN ...")
    parser.add_argument("--show", action="store_true", help="each target missed or wrong")
    given = parser.parse_args()
    pairs = list(zip(given.files[::2], given.files[1::2], strict=True))
    if not pairs:
        folder = ROOT / "tests" / "plans_read"
        pairs = [
            (one, one.with_suffix(".csv"))
            for one in sorted(folder.glob("*.*"))
            if one.suffix in (".md", ".txt", ".docx")
        ]
        document = Path(os.environ.get("PLAN_DOCUMENT", ""))
        if document.is_file():
            pairs.insert(0, (document, ROOT / "data" / "plans" / "tiexi-2021-2030"))
    for file, plan in pairs:
        score(file, plan, given.show)


if __name__ == "__main__":
    main()
