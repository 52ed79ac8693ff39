"""What a check found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.exceptions import Text
from analysis.schema import BREAKDOWNS

KEYS = ("indicator", "ref_area", "time_period", *BREAKDOWNS, "source")
COLUMNS = (*KEYS, "obs_value", "reason_zh", "reason_en")


@dataclass(frozen=True)
class CheckResult:
    """A check, how grave it is (error: cannot be right; warning: look at it), and the offending rows."""

    check: str
    severity: str
    title: Text
    rows: pd.DataFrame


def offenders(rows: Sequence[tuple[Any, Text]]) -> pd.DataFrame:
    """Return offending rows (named tuples of the observations) with what is wrong with each."""
    out = [
        {**{name: getattr(row, name) for name in (*KEYS, "obs_value")}, "reason_zh": why.zh, "reason_en": why.en}
        for row, why in rows
    ]
    return pd.DataFrame(out, columns=list(COLUMNS))
