"""The monitoring database: every submission a vintage, nothing overwritten, who reported what from which row kept."""

from analysis.data.store.engine import open_store
from analysis.data.store.store import Store

__all__ = ["Store", "open_store"]
