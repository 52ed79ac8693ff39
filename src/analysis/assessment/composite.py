"""How far the plan has come (实现程度): mean achievement by domain, and whether ranks depend on weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.plan import Plan
from analysis.schema import COMPOSITE

_DRAWS = 2000


def composite(details: pd.DataFrame, assessments: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """Return a `COMPOSITE` table: one row a domain with a target whose achievement can be worked out.

    Every indicator counts once, by its last target that stands in a goal (else in a measure), and all the same. The
    ranks are worked out again under 2,000 random weights of the indicators within each domain (uniform on the
    simplex, seed fixed): `rank_low` to `rank_high` hold 90 % of them, `same_rank` is the share that keeps the rank.

    References
    ----------
    OECD, JRC, Handbook on Constructing Composite Indicators (2008), step 7: uncertainty and sensitivity.
    """
    known = details.dropna(subset=["achievement"]).merge(
        assessments[["target", "indicator", "target_year"]], on="target"
    )
    known["in_goal"] = [".goal." in plan.target(str(id)).parent for id in known["target"]]
    known = known.sort_values(["in_goal", "target_year"]).drop_duplicates("indicator", keep="last")
    known["domain"] = [plan.parent(plan.target(str(id))).domain for id in known["target"]]
    if not len(known):
        return COMPOSITE.empty()
    rng = np.random.default_rng(0)
    domains = sorted(set(known["domain"]))
    means, drawn = [], []
    for domain in domains:
        values = known.loc[known["domain"] == domain, "achievement"].to_numpy(float)
        means.append(values.mean())
        drawn.append(rng.dirichlet(np.ones(len(values)), _DRAWS) @ values)
    rank = _ranks(np.array(means)[:, None])[:, 0]
    ranks = _ranks(np.array(drawn))
    return COMPOSITE.build(
        pd.DataFrame(
            {
                "domain": domains,
                "targets": [int((known["domain"] == domain).sum()) for domain in domains],
                "achievement": means,
                "rank": rank,
                "rank_low": np.quantile(ranks, 0.05, axis=1).astype(int),
                "rank_high": np.quantile(ranks, 0.95, axis=1, method="higher").astype(int),
                "same_rank": (ranks == rank[:, None]).mean(axis=1),
            }
        )
    )


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Return the rank of each row in every column, 1 for the highest."""
    order = np.argsort(-scores, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(scores) + 1)[:, None].repeat(scores.shape[1], 1), axis=0)
    return ranks
