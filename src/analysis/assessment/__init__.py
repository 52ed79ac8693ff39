"""Verdicts and alerts from stored tables alone: nothing here fits a model."""

from analysis.assessment.alerts import alerts
from analysis.assessment.judge import assess
from analysis.assessment.rules import Rules, read_rules

__all__ = ["Rules", "alerts", "assess", "read_rules"]
