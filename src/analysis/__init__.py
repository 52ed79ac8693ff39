"""Monitoring and evaluation of a children's development plan: forecasts, judgements, narratives."""

__version__ = "0.1.0"
