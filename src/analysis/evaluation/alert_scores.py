"""What alerts were worth: those of a past year against what happened, and what each level meant in the past."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from analysis.evaluation.backtest import Backtest
from analysis.evaluation.report import judged_targets
from analysis.schema import LEVEL_RATES

LEVELS_BY_P = ("none", "blue", "orange", "red")


def level_of(p_met: np.ndarray, cuts: tuple[float, float, float]) -> np.ndarray:
    """Return the level that P(met) alone gives: none, blue, orange or red, by the three cuts of the rules."""
    on_track, at_risk, unlikely = cuts
    place = (p_met < on_track).astype(int) + (p_met < at_risk) + (p_met < unlikely)
    return np.array([LEVELS_BY_P[i] for i in place])


def level_rates(test: Backtest, model: str, cuts: tuple[float, float, float]) -> pd.DataFrame:
    """Return a `LEVEL_RATES` table from a backtest: of the targets at each level, how many were missed.

    `missed` is the share that was missed, `said` the mean probability that was stated; `hits` the share of all misses
    that stood at this level or a graver one, `false_alarms` the share of all targets met that did.
    """
    judged = judged_targets(test, model)
    return _rates(judged["p"].to_numpy(float), judged["missed"].to_numpy(float), cuts)


def score_alerts(
    then: pd.DataFrame, now: Mapping[str, bool], cuts: tuple[float, float, float]
) -> tuple[pd.DataFrame, dict[str, float]]:
    """Return how a past year's probabilities turned out: the `LEVEL_RATES` table and the scores over all.

    Parameters
    ----------
    then : DataFrame
        The `ASSESSMENTS` of the past year.
    now : mapping
        Whether each target, by id, was met in the end; targets not yet decided are left out.
    cuts : tuple
        The rules' cuts of P(met): on_track, at_risk, unlikely.

    Returns
    -------
    table, scores
        Scores: `n`, `brier`, `base_rate` (Brier score of quoting the share missed), `hits`, `false_alarms` and
        `lead_years`, the mean years between the alert and its target year.
    """
    known = then[then["target"].isin(list(now)) & then["p_miss"].notna()]
    p = known["p_miss"].to_numpy(float)
    missed = np.array([not now[str(id)] for id in known["target"]], float)
    table = _rates(p, missed, cuts)
    alerted = p > 1 - cuts[0]
    ahead = (known["target_year"] - known["latest_year"]).to_numpy(float)
    rate = float(missed.mean()) if len(p) else float("nan")
    return table, {
        "n": float(len(p)),
        "brier": float(np.mean((p - missed) ** 2)) if len(p) else float("nan"),
        "base_rate": rate * (1 - rate),
        "hits": float(alerted[missed == 1].mean()) if (missed == 1).any() else float("nan"),
        "false_alarms": float(alerted[missed == 0].mean()) if (missed == 0).any() else float("nan"),
        "lead_years": float(ahead[alerted & (missed == 1)].mean()) if (alerted & (missed == 1)).any() else float("nan"),
    }


def _rates(p: np.ndarray, missed: np.ndarray, cuts: tuple[float, float, float]) -> pd.DataFrame:
    level = level_of(1 - p, cuts)
    rows = []
    for i, name in enumerate(LEVELS_BY_P):
        own = level == name
        graver = np.isin(level, LEVELS_BY_P[i:])
        rows.append(
            {
                "level": name,
                "n": int(own.sum()),
                "said": float(p[own].mean()) if own.any() else None,
                "missed": float(missed[own].mean()) if own.any() else None,
                "hits": float(graver[missed == 1].mean()) if (missed == 1).any() else None,
                "false_alarms": float(graver[missed == 0].mean()) if (missed == 0).any() else None,
            }
        )
    return LEVEL_RATES.build(pd.DataFrame(rows))
