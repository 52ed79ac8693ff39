"""The gate of meaning: cells as people write them become numbers, periods, units and names, or are refused by name.

Nothing changes a number here, nothing is guessed without being shown, nothing is dropped.
"""
