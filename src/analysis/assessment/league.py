"""Who stands where among the areas, and how much of the order is chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from analysis.schema import LEAGUE

_DRAWS = 4000


def league(assessments: pd.DataFrame) -> pd.DataFrame:
    """Return a `LEAGUE` table: the areas by the share of targets they are likely to meet, best first.

    Only targets that could be judged in every area count, so that none gains from missing data. `share_met` is the
    mean of P(met) over them, `expected_met` its sum. Whether each target is met is then drawn 4,000 times (fixed seed,
    targets independent of each other): `rank_low` to `rank_high` hold 80 % of an area's ranks (tied: mean).

    Parameters
    ----------
    assessments : DataFrame
        `ASSESSMENTS` of many areas on one plan.

    References
    ----------
    Goldstein, Spiegelhalter, "League tables and their limitations", JRSS A 159 (1996): ranks with their intervals.
    """
    judged = assessments[assessments["p_miss"].notna()]
    chance = judged.pivot_table(index="ref_area", columns="target", values="p_miss").dropna(axis=1)
    if not chance.size:
        return LEAGUE.empty()
    met = 1 - chance.to_numpy(float)
    rng = np.random.default_rng(0)
    drawn = np.zeros((_DRAWS, len(met)))
    for target in met.T:  # one target at a time: memory stays small for thousands of areas
        drawn += rng.random((_DRAWS, len(met))) < target
    low, high = np.quantile(rankdata(-drawn, axis=1), [0.1, 0.9], axis=0)
    share = met.mean(axis=1)
    return LEAGUE.build(
        pd.DataFrame(
            {
                "ref_area": chance.index,
                "targets": met.shape[1],
                "expected_met": met.sum(axis=1),
                "share_met": share,
                "rank": rankdata(-np.round(share, 12), method="min").astype(int),
                "rank_low": np.floor(low).astype(int),
                "rank_high": np.ceil(high).astype(int),
            }
        )
    )
