"""Effects of measures: four designs over plain arrays and frames, one result, one gate of minimum data, one grade."""

from analysis.effects.did import did
from analysis.effects.interrupted import interrupted_counts, interrupted_series
from analysis.effects.rate_ratio import rate_ratio
from analysis.effects.result import DESIGNS, GRADES, Check, Effect
from analysis.effects.starts import by_start
from analysis.effects.synthetic import synthetic_control
from analysis.effects.window import Window, comparable

__all__ = [
    "DESIGNS",
    "GRADES",
    "Check",
    "Effect",
    "Window",
    "by_start",
    "comparable",
    "did",
    "interrupted_counts",
    "interrupted_series",
    "rate_ratio",
    "synthetic_control",
]
