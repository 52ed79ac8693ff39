"""Data quality: one check, one function, one result with the rows it is about."""

from analysis.data.quality.checks import CHECKS, run_checks
from analysis.data.quality.result import CheckResult

__all__ = ["CHECKS", "CheckResult", "run_checks"]
