"""What a submission says of each area and year, as a digest: what is superseded need not be read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.data.store.tables import KEY

BLOCK = ["ref_area", "time_period", "vintage", "submission"]
_KEYS = [name for name in KEY if name != "ref_area"]
_SALTS = ("first half of it", "other half of it")  # keys of 16 bytes: two digests of 64 bits side by side


def blocks_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the blocks of rows of the observations table.

    Parameters
    ----------
    rows : DataFrame
        The columns of the key, `vintage` and `submission`.

    Returns
    -------
    DataFrame
        One row for each area, year, vintage and submission, with `digest`: 32 hexadecimal digits, the same for the same
        year and set of indicators, breakdowns and sources in whatever order.
    """
    place = rows.groupby(BLOCK, sort=False).ngroup().to_numpy()
    first = rows.loc[~rows.duplicated(BLOCK), BLOCK].reset_index(drop=True)
    halves = [_added(_hashed(rows[_KEYS], salt), place, len(first)) for salt in _SALTS]
    return first.assign(digest=[f"{one:016x}{two:016x}" for one, two in zip(*halves, strict=True)])


def _hashed(cells: pd.DataFrame, salt: str) -> np.ndarray:
    return pd.util.hash_pandas_object(cells.astype(str), index=False, hash_key=salt).to_numpy()


def _added(hashes: np.ndarray, place: np.ndarray, size: int) -> list[int]:
    """Return the sum of the hashes in each place, modulo 2**64."""
    out = np.zeros(size, dtype=np.uint64)
    np.add.at(out, place, hashes)
    return [int(one) for one in out]
