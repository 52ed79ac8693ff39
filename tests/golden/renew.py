"""Write the golden tables from a run of the demo district: python tests/golden/renew.py RUN. Read the change first."""

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
_NUMBERS = ["latest_year", "latest_value", "forecast", "lower_80", "upper_80", "p_miss"]
COLUMNS = {
    "assessments": ["target", "target_year", *_NUMBERS, "status"],
    "alerts": ["target", "year", "rule", "level", "p_miss"],
}


def golden(run: Path, name: str) -> pd.DataFrame:
    """Return what is kept of a table."""
    return pd.read_csv(run / "tables" / f"{name}.csv")[COLUMNS[name]]


if __name__ == "__main__":
    for table in COLUMNS:
        kept = golden(Path(sys.argv[1]), table)
        kept.to_csv(HERE / f"{table}.csv", index=False, float_format="%.8g", lineterminator="\n")
