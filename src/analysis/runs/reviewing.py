"""Reviewed and unreviewed data of a database: an evaluation counts what was reviewed, or says that it does not."""

from __future__ import annotations

import pandas as pd

from analysis.data.store.tables import KEY
from analysis.exceptions import Text, UsageError, Where, usage

UNREVIEWED = Text("含未经审核的数据", "includes data not yet reviewed")
_SAME = [*KEY, "vintage"]
_VALUES = ["obs_value", "numerator", "denominator", "obs_status"]


def with_unreviewed(notice: Text) -> Text:
    """Return the line every page carries, with the words that unreviewed data are among those used."""
    if not notice.zh:
        return UNREVIEWED
    return Text(f"{notice.zh}；{UNREVIEWED.zh}", f"{notice.en}; {UNREVIEWED.en}")


def any_unreviewed(used: pd.DataFrame, reviewed: pd.DataFrame) -> bool:
    """Return whether a row used is not among those reviewed.

    Parameters
    ----------
    used, reviewed : DataFrame
        `OBSERVATIONS`. A row sent again with the same values under the same vintage is the one reviewed.
    """
    columns = _SAME + _VALUES
    known = set(reviewed[columns].astype(str).itertuples(index=False, name=None))
    return any(row not in known for row in used[columns].astype(str).itertuples(index=False, name=None))


def nothing_reviewed(waiting: int) -> UsageError:
    """Return the error that no submission was reviewed yet; `waiting` is how many wait."""
    return usage(
        Text(f"没有经过审核的数据，{waiting} 份报送等待审核", f"nothing was reviewed yet; {waiting} submissions wait"),
        Where(item="--db"),
        Text("已核、已审批或已归档的报送", "submissions that are verified, approved or archived"),
        Text(
            "请先审核：workbench submissions advance --all-reported --to verified --who 姓名 --role reviewer；"
            "或加 --include-unreviewed，文件各页将注明。",
            "Review them: workbench submissions advance --all-reported --to verified --who NAME --role reviewer; "
            "or add --include-unreviewed, and every page will say so.",
        ),
    )
