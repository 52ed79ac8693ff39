"""What a check found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.exceptions import Text
from analysis.schema import OBSERVATIONS

KEYS = tuple(name for name in OBSERVATIONS.key if name != "vintage")
COLUMNS = (*KEYS, "obs_value", "reason_zh", "reason_en")


@dataclass(frozen=True)
class CheckResult:
    """A check, how grave it is (error: cannot be right; warning: look at it), and the offending rows.

    `remedy` says what is expected and what to do about a row.
    """

    check: str
    severity: str
    title: Text
    rows: pd.DataFrame
    remedy: Text = Text("", "")


def offenders(rows: Iterable[tuple[Any, Text]]) -> pd.DataFrame:
    """Return offending rows (named tuples of the observations), each once, with all that is wrong with it."""
    merged: dict[Any, tuple[Any, list[Text]]] = {}
    for row, why in rows:
        said = merged.setdefault(row.Index, (row, []))[1]
        if why not in said:
            said.append(why)
    out = [
        {
            **{name: getattr(row, name) for name in (*KEYS, "obs_value")},
            "reason_zh": "；".join(why.zh for why in said),
            "reason_en": "; ".join(why.en for why in said),
        }
        for row, said in merged.values()
    ]
    return pd.DataFrame(out, columns=list(COLUMNS))
