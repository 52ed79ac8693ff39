"""The one time that stands in what is exported."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

from analysis.exceptions import Text, Where, usage

VARIABLE = "SOURCE_DATE_EPOCH"
_EPOCH = 1767225600  # 2026-01-01: the only time in a document unless SOURCE_DATE_EPOCH names another
_FIRST, _LAST = 315532800, 4354819199  # 1980-01-01 and the last second of 2107: what the entry of a zip can hold


def made() -> datetime:
    """Return the time a document is marked with: SOURCE_DATE_EPOCH, else a fixed day, so that bytes do not change.

    Returns
    -------
    datetime
        In UTC; 1980 to 2107, the years a zip, and so a Word file, can hold.

    Raises
    ------
    UsageError
        SOURCE_DATE_EPOCH is no whole number of seconds, or lies outside those years.

    References
    ----------
    reproducible-builds.org, SOURCE_DATE_EPOCH specification 1.1; PKWARE, APPNOTE 4.4.6 (MS-DOS dates).
    """
    text = os.environ.get(VARIABLE) or str(_EPOCH)
    if not re.fullmatch(r"[0-9]{1,12}", text) or not _FIRST <= int(text) <= _LAST:
        said = "".join(sign if sign.isprintable() else "\ufffd" for sign in text[:40])
        raise usage(
            Text(f"{VARIABLE} 的值“{said}”", f"the value '{said}' of {VARIABLE}"),
            Where(item=VARIABLE),
            Text(
                f"自1970年起的整秒数，{_FIRST} 至 {_LAST}（1980至2107年）",
                f"whole seconds since 1970, {_FIRST} to {_LAST} (1980 to 2107)",
            ),
            Text("请更正或清除该环境变量。", "Correct the environment variable, or unset it."),
        )
    return datetime.fromtimestamp(int(text), UTC)
