"""The register of missing indicators and breakdowns, and the survey that would fill a gap."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.data.forms.labels import LABELS
from analysis.plan import Indicator, Plan
from analysis.schema import TOTAL, is_total

COLUMNS = ("indicator", "breakdown", "last_year", "missing_zh", "missing_en", "department", "due", "sample", "basis")
_BREAKDOWNS = {"sex": ("分性别", "by sex"), "age": ("分年龄", "by age"), "residence": ("分城乡", "urban and rural"),
               "street": ("分街道（镇）", "by street and town")}  # fmt: skip


def sample_size(
    share: float,
    margin: float,
    population: float = math.inf,
    design_effect: float = 1.5,
    response: float = 0.85,
    confidence: float = 0.95,
) -> int:
    """Return how many people to draw so that a share is known to within a margin.

    Parameters
    ----------
    share : float
        Expected share, 0 to 1; 0.5 is the cautious choice.
    margin : float
        Half width of the confidence interval, as a share.
    population : float
        People in the area; the finite population correction.
    design_effect : float
        Variance of the (cluster) design over that of a simple random sample.
    response : float
        Expected response, above 0 and at most 1.
    confidence : float

    Returns
    -------
    int
        People to draw, before non-response; never more than the population.

    Raises
    ------
    ValueError
        An argument is outside its range.

    References
    ----------
    Cochran, Sampling Techniques (1977), sections 4.4 and 5.4; Kish, Survey Sampling (1965): design effect.
    """
    if not (0 < share < 1 and 0 < margin < 1 and 0 < response <= 1 and design_effect >= 1 and population >= 1):
        raise ValueError("share, margin and response lie between 0 and 1, the design effect and population above 1")
    z = float(norm.ppf(0.5 + confidence / 2))
    simple = design_effect * z**2 * share * (1 - share) / margin**2
    corrected = simple / (1 + (simple - 1) / population)
    drawn = math.ceil(round(corrected / response, 9))
    return int(min(drawn, population))


def missing_register(
    observations: pd.DataFrame, plan: Plan, area: str, year: int, due: str, population: float = math.inf
) -> pd.DataFrame:
    """Return what the plan asks for and the data lack: indicators without data or without the year, and breakdowns.

    Parameters
    ----------
    observations : DataFrame
        `OBSERVATIONS`, one row a series and year.
    plan : Plan
    area : str
    year : int
        The year that should be there.
    due : str
        Date by which the department is to report, such as 2026-03-31.
    population : float
        Children in the area, for the size of the survey proposed.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; `sample` and `basis` for shares of people, which a survey can measure.
    """
    rows = [
        {
            "indicator": one.id,
            "breakdown": name,
            "last_year": last,
            "missing_zh": zh,
            "missing_en": en,
            "department": one.department,
            "due": due,
            **_survey(one, observations, population),
        }
        for one in plan.indicators
        for name, last, zh, en in _gaps(one, observations[observations["indicator"] == one.id], area, year)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"last_year": "Int64", "sample": "Int64"})


def _gaps(one: Indicator, own: pd.DataFrame, area: str, year: int) -> Iterator[tuple[str, int | None, str, str]]:
    seen = own[own["obs_value"].notna()]
    whole = seen[is_total(seen) & (seen["ref_area"] == area)]
    last = int(whole["time_period"].max()) if len(whole) else None
    if last is None:
        yield TOTAL, None, "全部年份缺报", "no data at all"
        return
    if last < year:
        yield (
            TOTAL,
            last,
            f"{last + 1}—{year}年缺报" if last + 1 < year else f"{year}年缺报",
            f"missing since {last + 1}",
        )
    for name in one.disaggregations:
        if name not in _BREAKDOWNS:
            continue
        part = seen[seen["ref_area"] != area] if name == "street" else seen[seen[name] != TOTAL]
        latest = int(part["time_period"].max()) if len(part) else None
        known = part.loc[part["time_period"] == latest, name].nunique() if latest and name in LABELS else 0
        if latest is None or latest < last or (name in LABELS and known < len(LABELS[name])):
            zh, en = _BREAKDOWNS[name]
            yield name, latest, f"缺{zh}数据", f"no data {en}"


def _survey(one: Indicator, observations: pd.DataFrame, population: float) -> dict[str, object]:
    """Propose a survey of a share of people: to within 5 points at 95 %, 3 where the share is far from a half."""
    if one.statistic != "binomial":
        return {"sample": None, "basis": ""}
    own = observations[(observations["indicator"] == one.id) & observations["obs_value"].notna()]
    share = float(np.clip(own["obs_value"].mean() / 100, 0.05, 0.95)) if len(own) else 0.5
    margin = 0.05 if 0.2 <= share <= 0.8 else 0.03
    size = sample_size(share, margin, population)
    return {"sample": size, "basis": f"p={share:.2f}, ±{margin:.0%}, deff=1.5, r=0.85"}
