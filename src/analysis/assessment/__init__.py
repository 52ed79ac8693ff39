"""Verdicts and alerts from stored tables alone: nothing here fits a model."""
