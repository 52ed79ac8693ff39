"""Observations: reading, reviewing, cutting into series; the simulated demo district."""
