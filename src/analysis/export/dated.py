"""The one time that stands in what is exported."""

from __future__ import annotations

import os
from datetime import UTC, datetime

_EPOCH = 1767225600  # 2026-01-01: the only time in a document unless SOURCE_DATE_EPOCH names another


def made() -> datetime:
    """Return the time a document is marked with: SOURCE_DATE_EPOCH, else a fixed day, so that bytes do not change."""
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or _EPOCH), UTC)
